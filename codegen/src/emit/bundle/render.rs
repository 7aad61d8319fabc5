//! A schema of the folder as a schema of the bundle.

use super::names::Names;
use crate::json::{Member, Node, NodeKind};
use crate::schema::dialect::Dialect;
use crate::schema::keywords::{self, JsonType, Role};
use crate::schema::{Schema, SchemaId, Schemas};
use crate::source::{FileId, Pointer, Span};

/// A rendering of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    /// What constrains, with descriptions.
    Plain,
    /// What is said besides, too: units, known values, retired spellings, formats, examples.
    Annotated,
    /// The plain one in the dialect that most tools know.
    Draft7,
}

impl Edition {
    /// Every rendering.
    pub(super) const ALL: [Self; 3] = [Self::Plain, Self::Annotated, Self::Draft7];

    /// What the file is called behind the protocol's name.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Plain => ".schema.json",
            Self::Annotated => ".annotated.schema.json",
            Self::Draft7 => ".draft-07.schema.json",
        }
    }

    /// The dialect that it is written in.
    pub(super) const fn dialect(self) -> Dialect {
        match self {
            Self::Plain | Self::Annotated => Dialect::Draft202012,
            Self::Draft7 => Dialect::Draft7,
        }
    }

    /// The keyword that holds the definitions.
    pub(super) const fn container(self) -> &'static str {
        match self {
            Self::Plain | Self::Annotated => "$defs",
            Self::Draft7 => "definitions",
        }
    }

    /// Whether a keyword is kept.
    fn keeps(self, name: &str, role: Role) -> bool {
        match role {
            Role::Core => name == "$ref",
            Role::Shape | Role::Narrows(_) => true,
            // Not the title of a definition: tools would take it for the name of the type, and it has one.
            Role::Annotation if name == "description" => true,
            Role::Annotation | Role::Extension(_) => self == Self::Annotated,
        }
    }
}

/// Writes schemas of one edition.
pub(super) struct Renderer<'a> {
    pub(super) schemas: &'a Schemas,
    pub(super) names: &'a Names<'a>,
    pub(super) edition: Edition,
}

impl Renderer<'_> {
    /// A reference to a schema, as the value of `$ref`.
    pub(super) fn reference(&self, target: SchemaId) -> Node {
        // The strict profile has no schema but in files.
        text(self.names.reference(target, self.edition.container()).unwrap_or_default())
    }

    /// The schema that stands at a place of a file.
    pub(super) fn schema(&self, node: &Node, file: FileId, pointer: &Pointer) -> Node {
        let members = match &node.kind {
            NodeKind::Object(members) => members,
            // Tools that know no later dialect do not always know `false`, which came with draft-06.
            NodeKind::Boolean(false) if self.edition == Edition::Draft7 => {
                return object(vec![entry("not", object(Vec::new()))]);
            }
            _ => return node.clone(),
        };
        let known = self.names.at(file, pointer);
        let mut kept = Vec::new();
        for member in members {
            let Some(keyword) = keywords::find(&member.name) else { continue };
            if !self.edition.keeps(keyword.name, keyword.role) {
                continue;
            }
            if member.name == "properties"
                && known.is_some_and(|schema| self.leaves_type_to_reference(schema))
            {
                kept.push(entry("type", text(JsonType::Object.name())));
            }
            kept.push(self.keyword(member, known, file, pointer));
        }
        self.wrap_reference(&mut kept);
        object(kept)
    }

    fn keyword(&self, member: &Member, known: Option<&Schema>, file: FileId, pointer: &Pointer) -> Member {
        let Member { name, value, .. } = member;
        let below = pointer.member(name);
        let value = match name.as_str() {
            "$ref" => {
                let target = known.and_then(target);
                target.map_or_else(|| value.clone(), |target| self.reference(target))
            }
            "properties" => {
                let property = |property: &Member| {
                    let schema = self.schema(&property.value, file, &below.member(&property.name));
                    entry(&property.name, schema)
                };
                object(value.members().iter().map(property).collect())
            }
            "oneOf" | "anyOf" => {
                let members = value.elements().iter().enumerate();
                array(members.map(|(index, node)| self.schema(node, file, &below.element(index))).collect())
            }
            "items" | "additionalProperties" => self.schema(value, file, &below),
            _ => value.clone(),
        };
        entry(name, value)
    }

    /// Whether a schema names properties and only the one that it refers to says that there is an object. Validators
    /// that look for mistakes in schemas want to read it beside the properties.
    fn leaves_type_to_reference(&self, schema: &Schema) -> bool {
        let says_type =
            |schema: &Schema| schema.keywords().is_some_and(|keywords| !keywords.types.is_empty());
        if says_type(schema) {
            return false;
        }
        let mut next = target(schema);
        while let Some(schema) = next.map(|id| self.schemas.get(id)) {
            if says_type(schema) {
                return schema.keywords().is_some_and(|keywords| keywords.types == [JsonType::Object]);
            }
            next = target(schema);
        }
        false
    }

    /// Up to draft-07 nothing beside a `$ref` counts.
    fn wrap_reference(&self, members: &mut [Member]) {
        if !self.edition.dialect().reference_stands_alone() || members.len() < 2 {
            return;
        }
        for member in members.iter_mut().filter(|member| member.name == "$ref") {
            let reference = object(vec![member.clone()]);
            *member = entry("allOf", array(vec![reference]));
        }
    }
}

fn target(schema: &Schema) -> Option<SchemaId> {
    schema.keywords()?.reference.as_ref()?.target
}

/// A member of an object.
pub(super) fn entry(name: &str, value: Node) -> Member {
    Member { name: name.to_owned(), name_span: Span::default(), value }
}

/// An object.
pub(super) fn object(members: Vec<Member>) -> Node {
    node(NodeKind::Object(members))
}

/// An array.
pub(super) fn array(elements: Vec<Node>) -> Node {
    node(NodeKind::Array(elements))
}

/// A string.
pub(super) fn text(text: impl Into<String>) -> Node {
    node(NodeKind::String(text.into()))
}

fn node(kind: NodeKind) -> Node {
    Node { span: Span::default(), kind }
}
