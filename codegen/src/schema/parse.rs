//! From JSON to keywords. Values are well-formed by now: the metaschema was asked before.

use super::keywords::{self, ExtensionValue, JsonType, Keyword, Role};
use super::{Body, Keywords, Narrowing, Property, ProtocolInfo, Reference, Schema, SchemaId, Value};
use crate::diagnostic::{Code, Findings};
use crate::json::{Document, Member, Node, NodeKind};
use crate::source::{Origin, Pointer};
use crate::text::{Text, quoted};

/// The schemas of all documents.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) arena: Vec<Schema>,
}

/// Parses every document.
pub(super) fn documents(documents: &[Document], findings: &mut Findings) -> Parsed {
    let mut parsed = Parsed::default();
    for document in documents {
        let mut parser = Parser { document, parsed: &mut parsed, findings };
        parser.schema(&document.root, &Pointer::root(), None);
    }
    parsed
}

struct Parser<'a> {
    document: &'a Document,
    parsed: &'a mut Parsed,
    findings: &'a mut Findings,
}

impl Parser<'_> {
    fn schema(&mut self, node: &Node, pointer: &Pointer, name: Option<&str>) -> SchemaId {
        let id = SchemaId(self.parsed.arena.len());
        let origin = self.document.origin(node, pointer.clone());
        let name = name.map(Text::new);
        // The place is taken before the children take theirs, so that schemas stay in file order.
        self.parsed.arena.push(Schema { origin, name, body: Body::Boolean(true) });
        let body = match &node.kind {
            NodeKind::Boolean(accepts) => Body::Boolean(*accepts),
            _ => Body::Keywords(Box::new(self.keywords(node, pointer))),
        };
        self.parsed.arena[id.0].body = body;
        id
    }

    fn keywords(&mut self, node: &Node, pointer: &Pointer) -> Keywords {
        let mut found = Keywords::default();
        for member in node.members() {
            let at = Origin {
                file: self.document.file,
                span: member.name_span,
                pointer: pointer.member(&member.name),
            };
            match keywords::find(&member.name) {
                Some(keyword) => self.keyword(keyword, member, &at, &mut found),
                None => self.unknown(&member.name, &at),
            }
        }
        found
    }

    fn keyword(&mut self, keyword: &'static Keyword, member: &Member, at: &Origin, found: &mut Keywords) {
        let value = &member.value;
        match keyword.role {
            Role::Core => self.core(keyword.name, value, at, found),
            Role::Annotation => self.annotation(keyword.name, value, at, found),
            Role::Shape => self.shape(keyword.name, value, at, found),
            Role::Narrows(_) => {
                let argument = self.value(value, at.pointer.clone());
                found.narrowing.push(Narrowing { keyword, argument });
            }
            Role::Extension(expected) => self.extension(keyword.name, expected, value, at, found),
            Role::Later => self.later(keyword.name, at),
        }
    }

    fn core(&mut self, name: &str, value: &Node, at: &Origin, found: &mut Keywords) {
        match (name, value.string()) {
            ("$ref", Some(text)) => {
                let origin = self.document.origin(value, at.pointer.clone());
                found.reference = Some(Reference { text: text.to_owned(), origin, target: None });
            }
            ("$defs", _) => {
                for member in value.members() {
                    let pointer = at.pointer.member(&member.name);
                    self.schema(&member.value, &pointer, Some(&member.name));
                }
            }
            ("$schema", _) if at.pointer.as_str() != "/$schema" => {
                let help = "say it once, at the top of the file";
                self.findings.add(
                    Code::UnsupportedDialect,
                    at,
                    "a dialect is declared inside of a file",
                    help,
                );
            }
            // `$schema` at the top was checked with the metaschema, `$comment` is for people.
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
            "additionalProperties" => {
                found.additional_properties = Some(self.schema(value, &at.pointer, None));
            }
            "items" => found.items = Some(self.schema(value, &at.pointer, None)),
            "oneOf" | "anyOf" => self.union(value, at, found),
            _ => {}
        }
    }

    fn union(&mut self, value: &Node, at: &Origin, found: &mut Keywords) {
        if found.union.is_some() {
            let help = "keep one of them: members of a union are told apart by their discriminator";
            self.findings.add(Code::UnsupportedShape, at, "`oneOf` and `anyOf` stand side by side", help);
        }
        let members = value.elements().iter().enumerate();
        let members =
            members.map(|(index, node)| self.schema(node, &at.pointer.element(index), None)).collect();
        found.union = Some(members);
    }

    fn properties(&mut self, value: &Node, at: &Origin) -> Vec<Property> {
        let property = |member: &Member| {
            let schema = self.schema(&member.value, &at.pointer.member(&member.name), None);
            Property { name: Text::new(&member.name), schema }
        };
        value.members().iter().map(property).collect()
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
        if !fits(expected, value) {
            let message = format!("`{name}` takes {}", wording(expected));
            self.findings.add(
                Code::InvalidExtension,
                at,
                message,
                "see the table of `x-` keywords in schema/README.md",
            );
            return;
        }
        let notes = &mut found.notes;
        match name {
            "x-unit" => notes.unit = value.string().map(Text::new),
            "x-known-values" => notes.known_values = Some(descriptions(value)),
            "x-value-descriptions" => notes.value_descriptions = descriptions(value),
            "x-synonyms" => {
                let named = |value: Value| Some((Text::new(value.node.string()?), value.origin));
                notes.synonyms = self.values(value, at).into_iter().filter_map(named).collect();
            }
            // `x-protocol` is read from the root file alone.
            _ => {}
        }
    }

    fn unknown(&mut self, name: &str, at: &Origin) {
        let help = keywords::nearest(name).map_or_else(
            || "remove it; `$comment` is for remarks".to_owned(),
            |nearest| format!("did you mean `{nearest}`?"),
        );
        self.findings.add(Code::UnknownKeyword, at, format!("{} is not a keyword", quoted(name)), help);
    }

    fn later(&mut self, name: &str, at: &Origin) {
        let message = format!("`{name}` is not supported yet");
        let help = "say it with the keywords that schema/README.md lists; refusing is safer than ignoring it";
        self.findings.add(Code::UnsupportedKeyword, at, message, help);
    }
}

fn types(value: &Node) -> Vec<JsonType> {
    let one = value.string().into_iter();
    let many = value.elements().iter().filter_map(Node::string);
    one.chain(many).filter_map(JsonType::from_name).collect()
}

fn descriptions(value: &Node) -> Vec<(Text, Text)> {
    let described = |member: &Member| Some((Text::new(&member.name), Text::new(member.value.string()?)));
    value.members().iter().filter_map(described).collect()
}

fn fits(expected: ExtensionValue, value: &Node) -> bool {
    match expected {
        ExtensionValue::Text => value.string().is_some(),
        ExtensionValue::Texts => {
            matches!(value.kind, NodeKind::Array(_))
                && value.elements().iter().all(|text| text.string().is_some())
        }
        ExtensionValue::Descriptions => {
            let described = |member: &Member| member.value.string().is_some_and(|text| !text.is_empty());
            !value.members().is_empty() && value.members().iter().all(described)
        }
        ExtensionValue::Protocol => protocol_member(value, "name").is_some(),
    }
}

const fn wording(expected: ExtensionValue) -> &'static str {
    match expected {
        ExtensionValue::Text => "a string",
        ExtensionValue::Texts => "an array of strings",
        ExtensionValue::Descriptions => "an object that gives each value its description",
        ExtensionValue::Protocol => {
            "an object with the protocol's `name` and its `version`, MAJOR.MINOR.PATCH"
        }
    }
}

fn protocol_member<'a>(value: &'a Node, name: &str) -> Option<&'a str> {
    let version = value.member("version")?.value.string()?;
    crate::manifest::is_version(version).then_some(())?;
    let found = value.member(name)?.value.string()?;
    (!found.is_empty()).then_some(found)
}

/// What `x-protocol` of the root file says; a finding where it says nothing.
pub(super) fn protocol_info(documents: &[Document], findings: &mut Findings) -> Option<ProtocolInfo> {
    let root = documents.first()?;
    let text = |name: &str| root.root.member(name).and_then(|member| member.value.string()).map(Text::new);
    let Some(member) = root.root.member("x-protocol") else {
        let at = root.origin(&root.root, Pointer::root());
        let help = "add `\"x-protocol\": {\"name\": …, \"version\": \"1.0.0\"}` to the root file";
        findings.add(Code::MissingRoot, &at, "the root file does not say which protocol this is", help);
        return None;
    };
    let part = |name: &str| protocol_member(&member.value, name).map(Text::new);
    let (name, version) = (part("name")?, part("version")?);
    Some(ProtocolInfo { name, version, title: text("title"), description: text("description") })
}
