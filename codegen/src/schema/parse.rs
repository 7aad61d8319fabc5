//! From JSON to keywords. Values are well-formed by now: the metaschema was asked before.

mod older;

use super::dialect::Dialect;
use super::extensions::{descriptions, fits, fits_in, synonym, wording};
use super::keywords::{self, ExtensionValue, JsonType, Keyword, Role};
use super::resolve::{self, Files};
use super::{Body, Keywords, Narrowing, Property, Reference, Schema, SchemaId, Value};
use crate::diagnostic::{Code, Findings};
use crate::json::{Document, Member, Node, NodeKind};
use crate::manifest::Profile;
use crate::source::{Origin, Pointer};
use crate::text::{Text, quoted};
use std::sync::Arc;

/// The schemas of all documents.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) arena: Vec<Schema>,
    profile: Profile,
    /// Whether one file holds what others would share: it has a name of its own, and groups of several files.
    bundled: bool,
}

impl Parsed {
    /// No schema yet.
    pub(super) fn new(profile: Profile, bundled: bool) -> Self {
        Self { arena: Vec::new(), profile, bundled }
    }

    /// Adds a schema that stands at `pointer` of a document, with all that it contains.
    pub(super) fn add(
        &mut self,
        place: &Place<'_>,
        node: &Node,
        pointer: &Pointer,
        findings: &mut Findings,
    ) -> SchemaId {
        let Place { document, base, dialect } = place;
        let (base, dialect) = (Arc::clone(base), *dialect);
        Parser { document, base, dialect, parsed: self, findings }.schema(node, pointer, None)
    }
}

/// What a schema takes over from what it stands in.
pub(super) struct Place<'a> {
    pub(super) document: &'a Document,
    /// The URI that references are relative to.
    pub(super) base: Arc<str>,
    pub(super) dialect: Dialect,
}

/// Parses every document.
pub(super) fn documents(files: &Files, parsed: &mut Parsed, findings: &mut Findings) {
    for document in files.documents() {
        let Some(uri) = files.uri(document.file) else { continue };
        let place = Place { document, base: Arc::from(uri), dialect: document.dialect };
        parsed.add(&place, &document.root, &Pointer::root(), findings);
    }
}

struct Parser<'a> {
    document: &'a Document,
    base: Arc<str>,
    dialect: Dialect,
    parsed: &'a mut Parsed,
    findings: &'a mut Findings,
}

impl Parser<'_> {
    fn schema(&mut self, node: &Node, pointer: &Pointer, name: Option<&str>) -> SchemaId {
        let outer = (Arc::clone(&self.base), self.dialect);
        self.enter(node, pointer);
        let id = SchemaId(self.parsed.arena.len());
        let schema = Schema {
            origin: self.document.origin(node, pointer.clone()),
            name: name.map(Text::new),
            dialect: self.dialect,
            base: Arc::clone(&self.base),
            dynamic_anchor: None,
            body: Body::Boolean(true),
        };
        // The place is taken before the children take theirs, so that schemas stay in file order.
        self.parsed.arena.push(schema);
        let body = match &node.kind {
            NodeKind::Boolean(accepts) => Body::Boolean(*accepts),
            _ => Body::Keywords(Box::new(self.keywords(node, pointer, id))),
        };
        self.parsed.arena[id.0].body = body;
        (self.base, self.dialect) = outer;
        id
    }

    /// A schema with an `$id` is a resource: it may have a dialect of its own, and references in it are relative to
    /// that `$id` (core §8.2.1).
    fn enter(&mut self, node: &Node, pointer: &Pointer) {
        let own = resolve::identifier(node, self.dialect);
        let declared = node.member("$schema").and_then(|member| member.value.string());
        if let Some(dialect) = declared.filter(|_| own.is_some()).and_then(Dialect::from_uri) {
            self.dialect = dialect;
        }
        let Some(own) = own else { return };
        if let Some(base) = resolve::absolute(&self.base, own) {
            self.base = Arc::from(base);
        } else {
            let at = self.document.origin(node, pointer.clone());
            let message = format!("the identifier {} is not a URI reference", quoted(own));
            self.findings.add(Code::InvalidKeyword, &at, message, "write a URI (RFC 3986 §4.1)");
        }
    }

    fn keywords(&mut self, node: &Node, pointer: &Pointer, id: SchemaId) -> Keywords {
        let mut found = Keywords::default();
        let alone = self.dialect.reference_stands_alone()
            && node.member("$ref").is_some_and(|member| member.value.string().is_some());
        for member in node.members() {
            let at = Origin {
                file: self.document.file,
                span: member.name_span,
                pointer: pointer.member(&member.name),
            };
            match keywords::of(self.dialect, &member.name) {
                Some(keyword) if alone && !matches!(keyword.role, Role::Core | Role::Annotation) => {}
                Some(keyword) => self.keyword(keyword, member, &at, &mut found, id),
                None => self.unknown(&member.name, &at),
            }
        }
        if self.dialect < Dialect::Draft202012 {
            older::items(self, node, pointer, &mut found);
        }
        if self.dialect == Dialect::Draft4 {
            older::exclusive_bounds(&mut found);
        }
        found
    }

    fn keyword(
        &mut self,
        keyword: &'static Keyword,
        member: &Member,
        at: &Origin,
        found: &mut Keywords,
        id: SchemaId,
    ) {
        let value = &member.value;
        let named =
            self.parsed.bundled && keyword.name == "$id" && at.pointer == Pointer::root().member("$id");
        if self.parsed.profile == Profile::Strict && !keyword.strict && !named {
            return self.outside_strict(keyword.name, at);
        }
        match keyword.role {
            Role::Core => self.core(keyword.name, value, at, found, id),
            Role::Annotation => self.annotation(keyword.name, value, at, found),
            Role::Shape => self.shape(keyword.name, value, at, found),
            Role::Narrows(_) => {
                let argument = self.value(value, at.pointer.clone());
                found.narrowing.push(Narrowing { keyword, argument });
            }
            Role::Extension(expected) => self.extension(keyword.name, expected, value, at, found),
        }
    }

    fn core(&mut self, name: &str, value: &Node, at: &Origin, found: &mut Keywords, id: SchemaId) {
        let reference = |text: &str| {
            let origin = self.document.origin(value, at.pointer.clone());
            Some(Reference { text: text.to_owned(), origin, target: None })
        };
        match (name, value.string()) {
            ("$ref", Some(text)) => found.reference = reference(text),
            ("$dynamicRef" | "$recursiveRef", Some(text)) => found.dynamic_reference = reference(text),
            ("$dynamicAnchor", Some(text)) => {
                self.parsed.arena[id.0].dynamic_anchor = Some(Text::new(text));
            }
            ("$recursiveAnchor", _) if matches!(value.kind, NodeKind::Boolean(true)) => {
                self.parsed.arena[id.0].dynamic_anchor = Some(Text::default());
            }
            ("$defs" | "definitions", _) => {
                for member in value.members() {
                    let pointer = at.pointer.member(&member.name);
                    self.schema(&member.value, &pointer, Some(&member.name));
                }
            }
            ("$schema", _) if self.parsed.profile == Profile::Strict && at.pointer.as_str() != "/$schema" => {
                let help = "say it once, at the top of the file";
                let message = "a dialect is declared inside of a file";
                self.findings.add(Code::UnsupportedDialect, at, message, help);
            }
            // `$schema` and `$id` were looked at on the way in, `$comment` is for people.
            _ => {}
        }
    }

    fn annotation(&mut self, name: &str, value: &Node, at: &Origin, found: &mut Keywords) {
        let notes = &mut found.notes;
        let text = value.string().map(Text::new);
        match name {
            "title" => notes.title = text,
            "description" => notes.description = text,
            "deprecated" => notes.deprecated = matches!(value.kind, NodeKind::Boolean(true)),
            "format" => notes.format = text.map(|text| (text, at.clone())),
            "examples" => {
                let elements = value.elements().iter().enumerate();
                notes.examples =
                    elements.map(|(index, node)| self.value(node, at.pointer.element(index))).collect();
            }
            _ => {}
        }
    }

    fn shape(&mut self, name: &str, value: &Node, at: &Origin, found: &mut Keywords) {
        match name {
            "type" => found.types = types(value),
            "const" => found.constant = Some(self.value(value, at.pointer.clone())),
            "enum" => found.enumeration = Some(self.values(value, at)),
            "required" => {
                let named = |value: Value| Some((Text::new(value.node.string()?), value.origin));
                found.required = self.values(value, at).into_iter().filter_map(named).collect();
            }
            "properties" => found.properties = self.properties(value, at),
            "patternProperties" => found.pattern_properties = self.properties(value, at),
            "dependentSchemas" => found.dependent_schemas = self.properties(value, at),
            "dependentRequired" => found.dependent_required = value.members().iter().map(required).collect(),
            "dependencies" => older::dependencies(self, value, at, found),
            "minContains" => found.min_contains = count(value),
            "maxContains" => found.max_contains = count(value),
            "prefixItems" => found.prefix_items = self.list(value, at),
            "allOf" => found.all_of = self.list(value, at),
            "anyOf" => self.union(value, at, found, |found| &mut found.any_of),
            "oneOf" => self.union(value, at, found, |found| &mut found.one_of),
            // An array of schemas belongs to older dialects, which come back to it.
            "items" | "additionalItems" if self.dialect < Dialect::Draft202012 => {}
            _ => self.applicator(name, value, at, found),
        }
    }

    /// Keywords that take one schema.
    fn applicator(&mut self, name: &str, value: &Node, at: &Origin, found: &mut Keywords) {
        let slot = match name {
            "additionalProperties" => &mut found.additional_properties,
            "propertyNames" => &mut found.property_names,
            "unevaluatedProperties" => &mut found.unevaluated_properties,
            "items" => &mut found.items,
            "contains" => &mut found.contains,
            "unevaluatedItems" => &mut found.unevaluated_items,
            "not" => &mut found.not,
            "if" => &mut found.condition,
            "then" => &mut found.then,
            "else" => &mut found.otherwise,
            _ => return,
        };
        *slot = Some(self.schema(value, &at.pointer, None));
    }

    fn union(
        &mut self,
        value: &Node,
        at: &Origin,
        found: &mut Keywords,
        slot: impl FnOnce(&mut Keywords) -> &mut Option<Vec<SchemaId>>,
    ) {
        if self.parsed.profile == Profile::Strict && found.union().is_some() {
            let help = "keep one of them: members of a union are told apart by their discriminator";
            self.findings.add(Code::UnsupportedShape, at, "`oneOf` and `anyOf` stand side by side", help);
        }
        let members = self.list(value, at);
        *slot(found) = Some(members);
    }

    fn list(&mut self, value: &Node, at: &Origin) -> Vec<SchemaId> {
        let members = value.elements().iter().enumerate();
        members.map(|(index, node)| self.schema(node, &at.pointer.element(index), None)).collect()
    }

    fn properties(&mut self, value: &Node, at: &Origin) -> Vec<Property> {
        value.members().iter().map(|member| self.property(member, at)).collect()
    }

    fn property(&mut self, member: &Member, at: &Origin) -> Property {
        let schema = self.schema(&member.value, &at.pointer.member(&member.name), None);
        Property { name: Text::new(&member.name), schema }
    }

    fn value(&self, node: &Node, pointer: Pointer) -> Value {
        Value { node: node.clone(), origin: self.document.origin(node, pointer) }
    }

    fn values(&self, node: &Node, at: &Origin) -> Vec<Value> {
        let elements = node.elements().iter().enumerate();
        elements.map(|(index, node)| self.value(node, at.pointer.element(index))).collect()
    }

    fn extension(
        &mut self,
        name: &str,
        expected: ExtensionValue,
        value: &Node,
        at: &Origin,
        found: &mut Keywords,
    ) {
        let of_file = expected == ExtensionValue::Group;
        if of_file && self.parsed.bundled {
            return;
        }
        let misplaced = of_file && at.pointer != Pointer::root().member(name);
        if misplaced || !fits(expected, value) {
            let message = format!("`{name}` takes {}", wording(expected));
            // Of a list, the element that is wrong; where there is none, the list itself.
            let wrong = value.elements().iter().position(|element| !fits_in(expected, element));
            let wrong = wrong.and_then(|index| Some((index, value.elements().get(index)?)));
            let at = wrong.map_or_else(
                || at.clone(),
                |(index, element)| Origin {
                    span: element.span,
                    pointer: at.pointer.element(index),
                    ..at.clone()
                },
            );
            let help = "see the table of `x-` keywords in schema/README.md";
            self.findings.add(Code::InvalidExtension, &at, message, help);
            return;
        }
        let notes = &mut found.notes;
        match name {
            "x-group" => notes.group = value.string().map(Text::new),
            "x-unit" => notes.unit = value.string().map(Text::new),
            "x-known-values" => notes.known_values = Some(descriptions(value)),
            "x-value-descriptions" => notes.value_descriptions = descriptions(value),
            "x-refused" => notes.refused = descriptions(value),
            "x-synonyms" => {
                notes.synonyms = self.values(value, at).iter().filter_map(synonym).collect();
            }
            // `x-protocol`, `x-reserved` and `x-close-codes` are read from the root file alone.
            _ => {}
        }
    }

    /// A misspelt keyword goes unnoticed: in the strict profile there is none that nobody knows. In other people's
    /// schemas it is an annotation (core §4.3.1).
    fn unknown(&mut self, name: &str, at: &Origin) {
        if self.parsed.profile == Profile::Any {
            return;
        }
        let help = keywords::nearest(name).map_or_else(
            || "remove it; `$comment` is for remarks".to_owned(),
            |nearest| format!("did you mean `{nearest}`?"),
        );
        self.findings.add(Code::UnknownKeyword, at, format!("{} is not a keyword", quoted(name)), help);
    }

    fn outside_strict(&mut self, name: &str, at: &Origin) {
        let message = format!("`{name}` is not supported yet");
        let help = "say it with the keywords that schema/README.md lists; refusing is safer than ignoring it";
        self.findings.add(Code::UnsupportedKeyword, at, message, help);
    }
}

/// A member of `dependentRequired`.
fn required(member: &Member) -> (Text, Vec<Text>) {
    let names = member.value.elements().iter().filter_map(Node::string).map(Text::new);
    (Text::new(&member.name), names.collect())
}

/// A count; `2.0` is one (core §4.2.3), and one beyond 64 bits is as good as the largest.
pub(crate) fn count(value: &Node) -> Option<u64> {
    let NodeKind::Number(text) = &value.kind else { return None };
    let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
    Some(whole.parse().unwrap_or(u64::MAX))
}

fn types(value: &Node) -> Vec<JsonType> {
    let one = value.string().into_iter();
    let many = value.elements().iter().filter_map(Node::string);
    one.chain(many).filter_map(JsonType::from_name).collect()
}
