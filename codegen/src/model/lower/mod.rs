//! Lowering: which shape a schema has.

mod object;
mod scalar;
mod union;

use super::{Constraint, Direction, Doc, InvalidSample, Protocol, Shape, Side, TypeDef, TypeId, TypeName};
use crate::diagnostic::{Code, Finding, Findings};
use crate::schema::keywords::JsonType;
use crate::schema::{Body, Keywords, Notes, Reference, Schema, SchemaId, Schemas};
use crate::text::Text;
use std::collections::{HashMap, HashSet};

/// The types of both directions.
pub(super) struct Lowered {
    pub(super) types: Vec<TypeDef>,
    pub(super) server: TypeId,
    pub(super) client: TypeId,
}

impl Lowered {
    pub(super) fn into_protocol(self, schemas: &Schemas, invalid: [Vec<InvalidSample>; 2]) -> Protocol {
        let info = &schemas.protocol;
        let description = info.description.clone().or_else(|| info.title.clone());
        let [server, client] = invalid;
        Protocol {
            name: info.name.clone(),
            version: info.version.clone(),
            doc: Doc { description, ..Doc::default() },
            types: self.types,
            directions: [
                Direction { sender: Side::Server, root: self.server, invalid: server },
                Direction { sender: Side::Client, root: self.client, invalid: client },
            ],
            legacy: Vec::new(),
            digest: String::new(),
        }
    }
}

/// Lowers everything that can be reached from the two roots.
pub(super) fn lower(schemas: &Schemas, findings: &mut Findings) -> Lowered {
    let mut lowerer =
        Lowerer { schemas, findings, types: Vec::new(), memo: HashMap::new(), open: Vec::new() };
    let server = lowerer.lower(schemas.server, &TypeName::inline(&[]));
    let client = lowerer.lower(schemas.client, &TypeName::inline(&[]));
    Lowered { types: lowerer.types, server, client }
}

struct Lowerer<'a> {
    schemas: &'a Schemas,
    findings: &'a mut Findings,
    types: Vec<TypeDef>,
    memo: HashMap<SchemaId, TypeId>,
    /// The schemas being lowered, outermost first: one that comes again contains itself.
    open: Vec<SchemaId>,
}

/// How many schemas may lie within each other. JSON text that nests deeply is refused when it is read, but
/// references nest without limit, and would exhaust the stack of a thread.
const DEEPEST: usize = 64;

/// What a schema lowers to, before it has a name.
type Lowering = Result<(Shape, Vec<Constraint>), Finding>;

impl Lowerer<'_> {
    /// The type of a schema. `hint` is what it is called when the schema gives it no name.
    fn lower(&mut self, id: SchemaId, hint: &TypeName) -> TypeId {
        let id = match self.follow(id) {
            Ok(id) => id,
            Err(finding) => return self.refused(finding, hint),
        };
        if let Some(known) = self.memo.get(&id) {
            return *known;
        }
        let schema = self.schemas.get(id);
        if self.open.contains(&id) {
            let help =
                "keep the inner value as free-form JSON, or flatten the type, until recursion is supported";
            let message = "the type contains itself";
            let finding = Finding::new(Code::RecursiveType, &schema.origin, message, help);
            return self.refused(finding, hint);
        }
        if self.open.len() >= DEEPEST {
            return self.refused(too_deep(schema), hint);
        }
        let name = schema.name.clone().map_or_else(|| hint.clone(), TypeName::given);
        self.open.push(id);
        let lowering = self.shape(schema, &name);
        self.open.pop();
        let ty = match lowering {
            Ok((shape, constraints)) => self.finish(schema, name, shape, constraints),
            Err(finding) => self.refused(finding, &name),
        };
        self.memo.insert(id, ty);
        ty
    }

    /// Follows references that say nothing of their own.
    fn follow(&self, start: SchemaId) -> Result<SchemaId, Finding> {
        let mut id = start;
        let mut seen = HashSet::new();
        loop {
            let schema = self.schemas.get(id);
            let target = match schema.keywords() {
                Some(keywords) if keywords.is_plain_reference() => keywords.reference.as_ref(),
                _ => None,
            };
            let Some(reference) = target else { return Ok(id) };
            if !seen.insert(id) {
                return Err(circle(reference));
            }
            // Every reference was linked, or the phase before would have ended the run.
            let Some(target) = reference.target else { return Ok(id) };
            id = target;
        }
    }

    fn finish(
        &mut self,
        schema: &Schema,
        name: TypeName,
        shape: Shape,
        constraints: Vec<Constraint>,
    ) -> TypeId {
        let notes = schema.keywords().map(|keywords| &keywords.notes);
        let doc = notes.map(Doc::of).unwrap_or_default();
        let needs_name =
            matches!(shape, Shape::Object(_) | Shape::Union(_) | Shape::Enumeration(_) | Shape::Envelope(_));
        if needs_name && !name.given {
            let help = "move it into `$defs` under the name that its type should have, and refer to it";
            let message = format!("{} has no name", shape.kind());
            self.findings.add(Code::UnnamedObject, &schema.origin, message, help);
        }
        if name.given && doc.description.is_none() {
            let message = format!("the type {} has no description", name.quoted());
            self.findings.add(Code::MissingDescription, &schema.origin, message, "add a `description`");
        }
        self.add(TypeDef { name, doc, shape, constraints, origin: schema.origin.clone() })
    }

    fn add(&mut self, ty: TypeDef) -> TypeId {
        self.types.push(ty);
        TypeId(self.types.len() - 1)
    }

    /// Reports why there is no type, and stands in for it until the gate behind this phase.
    fn refused(&mut self, finding: Finding, name: &TypeName) -> TypeId {
        let origin = finding.at.clone();
        self.findings.report(finding);
        let (doc, name) = (Doc::default(), name.clone());
        self.add(TypeDef { name, doc, shape: Shape::Any, constraints: Vec::new(), origin })
    }

    fn shape(&mut self, schema: &Schema, name: &TypeName) -> Lowering {
        let keywords = match &schema.body {
            Body::Boolean(true) => return Ok((Shape::Any, Vec::new())),
            Body::Boolean(false) => return Err(nothing_fits(schema)),
            Body::Keywords(keywords) => keywords,
        };
        if let Some(constant) = &keywords.constant {
            return scalar::constant(schema, keywords, constant);
        }
        if keywords.enumeration.is_some() || keywords.notes.known_values.is_some() {
            return self.enumeration(schema, keywords);
        }
        if let Some(members) = &keywords.union {
            return self.union(schema, keywords, members, name);
        }
        if let Some((inner, rest)) = nullable(&keywords.types) {
            let (shape, constraints) = self.typed(schema, keywords, &rest, name)?;
            if !inner {
                return Ok((shape, constraints));
            }
            let inner = TypeDef {
                name: name.clone(),
                doc: Doc::of(&keywords.notes),
                shape,
                constraints,
                origin: schema.origin.clone(),
            };
            let inner = self.add(inner);
            return Ok((Shape::Nullable(inner), Vec::new()));
        }
        self.typed(schema, keywords, &[], name)
    }

    /// The shape of a schema with at most one type besides `null`.
    fn typed(
        &mut self,
        schema: &Schema,
        keywords: &Keywords,
        types: &[JsonType],
        name: &TypeName,
    ) -> Lowering {
        let narrowed = |shape: Shape, on: JsonType| Ok((shape, scalar::constraints(keywords, on)?));
        match types {
            [] if keywords.reference.is_some() => self.object(schema, keywords, name),
            // A description that stands alone is a decision: any JSON value.
            [] if keywords.accepts_anything() && keywords.notes.description.is_some() => {
                Ok((Shape::Any, Vec::new()))
            }
            [] => Err(no_type(schema, keywords)),
            [JsonType::Object] => self.object(schema, keywords, name),
            [JsonType::Array] => self.array(schema, keywords, name),
            [JsonType::Boolean] => {
                only(schema, keywords, &["type"])?;
                narrowed(Shape::Boolean, JsonType::Boolean)
            }
            [JsonType::String] => {
                only(schema, keywords, &["type"])?;
                scalar::format(keywords)?;
                narrowed(Shape::String, JsonType::String)
            }
            [JsonType::Number] => {
                only(schema, keywords, &["type"])?;
                narrowed(Shape::Number, JsonType::Number)
            }
            [JsonType::Integer] => {
                only(schema, keywords, &["type"])?;
                scalar::integer(schema, keywords)
            }
            _ => Err(unsupported(schema, "a value of several types has no shape yet")),
        }
    }

    fn array(&mut self, schema: &Schema, keywords: &Keywords, name: &TypeName) -> Lowering {
        only(schema, keywords, &["type", "items"])?;
        let constraints = scalar::constraints(keywords, JsonType::Array)?;
        let Some(items) = keywords.items else {
            return Err(unsupported(schema, "the array does not say what its items are"));
        };
        let items = self.lower(items, &name.item());
        Ok((Shape::Array(items), constraints))
    }
}

impl TypeName {
    /// The name that the schema gives.
    fn given(name: Text) -> Self {
        Self { words: vec![name], given: true }
    }

    /// A name made of the names around the type.
    fn inline(words: &[Text]) -> Self {
        Self { words: words.to_vec(), given: false }
    }

    /// What an unnamed type of a property is called.
    fn property(&self, property: &Text) -> Self {
        let mut words = self.words.clone();
        words.push(property.clone());
        Self::inline(&words)
    }

    /// What the unnamed type of an array's items is called.
    fn item(&self) -> Self {
        self.property(&Text::new("item"))
    }

    /// The name in a finding.
    pub fn quoted(&self) -> String {
        let words: Vec<String> = self.words.iter().map(Text::quoted).collect();
        words.join(" ")
    }
}

impl Doc {
    fn of(notes: &Notes) -> Self {
        Self {
            description: notes.description.clone(),
            unit: notes.unit.clone(),
            deprecated: notes.deprecated,
        }
    }

    /// This, and what `other` says where this says nothing.
    fn or(mut self, other: &Doc) -> Self {
        self.description = self.description.or_else(|| other.description.clone());
        self.unit = self.unit.or_else(|| other.unit.clone());
        self.deprecated |= other.deprecated;
        self
    }
}

impl Shape {
    /// The kind of shape, in a finding.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::FreeObject => "a free-form object",
            Self::Boolean => "a boolean",
            Self::Integer { .. } => "an integer",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Constant(_) => "a constant",
            Self::Enumeration(_) => "an enumeration",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
            Self::Union(_) => "a union",
            Self::Envelope(_) => "a union of frames",
            Self::Nullable(_) => "a nullable value",
        }
    }
}

/// Whether `null` is among the types, and the others; `None` where there is no type at all.
fn nullable(types: &[JsonType]) -> Option<(bool, Vec<JsonType>)> {
    let others: Vec<JsonType> = types.iter().copied().filter(|kind| *kind != JsonType::Null).collect();
    (!types.is_empty()).then_some((others.len() < types.len(), others))
}

/// Refuses keywords that decide a shape but are not among those that this shape honours.
fn only(schema: &Schema, keywords: &Keywords, honoured: &[&str]) -> Result<(), Finding> {
    match keywords.shape_keywords().into_iter().find(|keyword| !honoured.contains(keyword)) {
        Some(other) => {
            let message = format!("`{other}` cannot be honoured together with {}", wording(honoured));
            Err(unsupported(schema, message))
        }
        None => Ok(()),
    }
}

fn wording(keywords: &[&str]) -> String {
    let quoted: Vec<String> = keywords.iter().map(|keyword| format!("`{keyword}`")).collect();
    quoted.join(", ")
}

fn unsupported(schema: &Schema, message: impl Into<String>) -> Finding {
    let help =
        "say it with the keywords that schema/README.md lists; refusing is safer than accepting too much";
    Finding::new(Code::UnsupportedShape, &schema.origin, message, help)
}

fn circle(reference: &Reference) -> Finding {
    let message = "the references lead in a circle";
    let help = "let one of the schemas in the circle say what the value is";
    Finding::new(Code::ReferenceCycle, &reference.origin, message, help)
}

fn too_deep(schema: &Schema) -> Finding {
    let message = format!("more than {DEEPEST} schemas lie within each other");
    let help = "flatten the types";
    Finding::new(Code::UnsupportedShape, &schema.origin, message, help)
}

fn nothing_fits(schema: &Schema) -> Finding {
    let help = "`false` is only for properties that were retired";
    Finding::new(Code::Unsatisfiable, &schema.origin, "no value satisfies `false`", help)
}

fn no_type(schema: &Schema, keywords: &Keywords) -> Finding {
    let help = "add `type`, or write `true` if every JSON value is meant";
    let message = match keywords.shape_keywords().first() {
        Some(first) => format!("`{first}` stands without a `type`, so it says nothing about other values"),
        None => "the schema does not say what it accepts".to_owned(),
    };
    Finding::new(Code::MissingType, &schema.origin, message, help)
}
