//! The protocol model: what a schema means, free of JSON Schema and free of any output language.
//!
//! A schema became a *shape* (what a type carries) and *constraints* (what a check carries). The model is
//! closed: whoever reads it matches on [`Shape`] and decides about every variant.

mod check;
mod digest;
mod legacy;
mod lower;
mod samples;

pub use legacy::{LegacyForm, Match};
pub use samples::InvalidSample;

use crate::diagnostic::{Findings, Report};
use crate::load::Loader;
use crate::schema::Schemas;
use crate::source::Origin;
use crate::text::Text;
use std::collections::HashSet;

/// A protocol: the frames of both directions and the types they are made of.
#[derive(Debug)]
pub struct Protocol {
    /// Its name.
    pub name: Text,
    /// Its version, which follows what breaks the wire.
    pub version: Text,
    /// What it is for.
    pub doc: Doc,
    /// The types, referred to by [`TypeId`].
    pub types: Vec<TypeDef>,
    /// The frames that the server sends, then those that the client sends.
    pub directions: [Direction; 2],
    /// Retired forms of messages.
    pub legacy: Vec<LegacyForm>,
    /// SHA-256 over the wire meaning: descriptions, names of types and the layout of files do not count.
    pub digest: String,
}

/// The frames that one side sends.
#[derive(Debug)]
pub struct Direction {
    /// The sender.
    pub sender: Side,
    /// The type of the frames.
    pub root: TypeId,
    /// Frames that must be refused, and why.
    pub invalid: Vec<InvalidSample>,
}

/// A side of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The one that listens.
    Server,
    /// The one that connects.
    Client,
}

/// Index of a type in [`Protocol::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(usize);

/// A type.
#[derive(Debug)]
pub struct TypeDef {
    /// What it is called.
    pub name: TypeName,
    /// What it means.
    pub doc: Doc,
    /// What it carries.
    pub shape: Shape,
    /// What is checked beyond the shape.
    pub constraints: Vec<Constraint>,
    /// Where the schema says so.
    pub origin: Origin,
}

/// What a type is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeName {
    /// The name given in the schema; or, for a type without one, that of the type it belongs to and then
    /// the names of the properties that lead to it.
    pub words: Vec<Text>,
    /// Whether the schema gives the name.
    pub given: bool,
}

/// What people are told about a type, a property or a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doc {
    /// Meaning, in Markdown.
    pub description: Option<Text>,
    /// Unit of a number.
    pub unit: Option<Text>,
    /// Whether it should no longer be used.
    pub deprecated: bool,
}

/// What a type carries.
#[derive(Debug)]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// An object of any JSON values.
    FreeObject,
    /// `true` or `false`.
    Boolean,
    /// A whole number within bounds, both included.
    Integer {
        /// The least.
        min: i128,
        /// The greatest.
        max: i128,
    },
    /// A finite double.
    Number,
    /// A string.
    String,
    /// One string.
    Constant(Text),
    /// One of several strings.
    Enumeration(Enumeration),
    /// An array of one type.
    Array(TypeId),
    /// An object with known properties.
    Object(Object),
    /// One of several objects, told apart by a property.
    Union(Union),
    /// One of several frames that share their outer members.
    Envelope(Envelope),
    /// A type or `null`.
    Nullable(TypeId),
}

/// Strings to choose from.
#[derive(Debug)]
pub struct Enumeration {
    /// The strings.
    pub values: Vec<EnumerationValue>,
    /// Whether other strings are accepted as well.
    pub open: bool,
}

/// A string to choose.
#[derive(Debug)]
pub struct EnumerationValue {
    /// The string.
    pub text: Text,
    /// What it means.
    pub description: Option<Text>,
}

/// An object with known properties.
#[derive(Debug)]
pub struct Object {
    /// The properties, in the order of the schema.
    pub fields: Vec<Field>,
    /// Properties that the object must not have.
    pub retired: Vec<Retired>,
    /// Whether it may have properties that are not listed.
    pub open: bool,
}

/// A property.
#[derive(Debug)]
pub struct Field {
    /// Its name on the wire.
    pub name: Text,
    /// Its type.
    pub ty: TypeId,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub doc: Doc,
    /// Where the schema says so.
    pub origin: Origin,
}

/// A retired spelling.
#[derive(Debug)]
pub struct Retired {
    /// The spelling.
    pub name: Text,
    /// The property that replaced it.
    pub instead: Text,
}

/// One of several objects, told apart by a property.
#[derive(Debug)]
pub struct Union {
    /// Name of the property: the discriminator.
    pub tag: Text,
    /// The objects; each has the discriminator among its properties.
    pub variants: Vec<Variant>,
}

/// Frames that share their outer members: the discriminator, the payload that it selects, and others.
#[derive(Debug)]
pub struct Envelope {
    /// The members, in the order of the schema.
    pub slots: Vec<Slot>,
    /// Name of the discriminator.
    pub tag: Text,
    /// Name of the payload.
    pub payload: Text,
    /// The payloads.
    pub variants: Vec<Variant>,
    /// Members that no frame may have.
    pub retired: Vec<Retired>,
    /// Whether frames may have members that are not listed.
    pub open: bool,
}

/// A member of an envelope.
#[derive(Debug)]
pub enum Slot {
    /// The discriminator.
    Tag,
    /// The payload.
    Payload,
    /// A member that every frame has alike.
    Field(Field),
}

/// A member of a union or a message of an envelope.
#[derive(Debug)]
pub struct Variant {
    /// The value of the discriminator.
    pub value: Text,
    /// What it selects.
    pub ty: TypeId,
    /// What it means.
    pub doc: Doc,
    /// Valid examples of the whole, as JSON.
    pub examples: Vec<serde_json::Value>,
    /// Where the schema says so.
    pub origin: Origin,
}

/// A check beyond the shape: a keyword that narrows values, with its argument.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// The keyword, as the table of keywords has it.
    pub keyword: &'static str,
    /// Its argument.
    pub argument: Argument,
    /// Where the schema says so.
    pub origin: Origin,
}

/// The argument of a constraint.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A count: of code points or of elements.
    Count(u64),
    /// A bound.
    Bound(f64),
    /// A regular expression (ECMA-262).
    Pattern(Text),
}

impl TypeId {
    /// The place of the type in [`Protocol::types`].
    pub const fn index(self) -> usize {
        self.0
    }
}

impl Protocol {
    /// The type with this id; ids only come from the protocol itself, so there always is one.
    pub fn ty(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// Every id with its type, in the order of first use.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &TypeDef)> {
        self.types.iter().enumerate().map(|(index, ty)| (TypeId(index), ty))
    }

    /// The direction of the frames that `sender` sends.
    pub fn direction(&self, sender: Side) -> &Direction {
        &self.directions[usize::from(sender == Side::Client)]
    }

    /// Every type that can be reached from `root`, the root included, in the order of first use.
    pub fn reachable(&self, root: TypeId) -> Vec<TypeId> {
        let mut found = vec![root];
        let mut seen = HashSet::from([root]);
        let mut next = 0;
        while let Some(&id) = found.get(next) {
            let children = self.ty(id).shape.children().into_iter();
            found.extend(children.filter(|child| seen.insert(*child)));
            next += 1;
        }
        found
    }
}

impl Shape {
    /// The types that this one is made of.
    pub fn children(&self) -> Vec<TypeId> {
        match self {
            Self::Any
            | Self::FreeObject
            | Self::Boolean
            | Self::Integer { .. }
            | Self::Number
            | Self::String
            | Self::Constant(_)
            | Self::Enumeration(_) => Vec::new(),
            Self::Array(inner) | Self::Nullable(inner) => vec![*inner],
            Self::Object(object) => object.fields.iter().map(|field| field.ty).collect(),
            Self::Union(union) => union.variants.iter().map(|variant| variant.ty).collect(),
            Self::Envelope(envelope) => {
                let fields = envelope.fields().map(|field| field.ty);
                fields.chain(envelope.variants.iter().map(|variant| variant.ty)).collect()
            }
        }
    }
}

impl Envelope {
    /// The members besides the discriminator and the payload.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Field(field) => Some(field),
            Slot::Tag | Slot::Payload => None,
        })
    }
}

impl Side {
    /// The other side.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Server => Self::Client,
            Self::Client => Self::Server,
        }
    }

    /// `server` or `client`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

/// A file that nothing refers to would change unseen.
fn unreferenced(loader: &mut Loader, findings: &mut Findings) {
    for path in loader.unread() {
        let at = loader.absent(&path);
        let message = format!("nothing refers to the file {}", crate::text::quoted(&path));
        let help = "refer to it from a schema, or delete it";
        findings.add(crate::diagnostic::Code::UnreferencedFile, &at, message, help);
    }
}

/// Turns schemas into a protocol.
///
/// # Errors
/// The report of everything that has no exact shape, contradicts itself, or lacks a name or a description.
pub fn lower(loader: &mut Loader, schemas: &Schemas) -> Result<Protocol, Report> {
    let mut findings = Findings::default();
    let lowered = lower::lower(schemas, &mut findings);
    findings.propagate(loader.sources())?;

    let invalid = samples::read(loader, &lowered, &mut findings);
    unreferenced(loader, &mut findings);
    let mut protocol = lowered.into_protocol(schemas, invalid);
    check::types(&protocol, &mut findings);
    legacy::attach(&mut protocol, schemas, &mut findings);
    findings.propagate(loader.sources())?;
    protocol.digest = digest::digest(&protocol);
    Ok(protocol)
}
