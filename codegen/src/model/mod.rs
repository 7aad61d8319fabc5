//! The protocol model: what a schema means, free of JSON Schema and free of any output language.
//!
//! A schema became a *shape* (what a type carries) and *constraints* (what a check carries). The model is
//! closed: whoever reads it matches on [`Shape`] and decides about every variant.

mod arena;
mod check;
mod digest;
mod legacy;
mod lower;
pub mod plan;
mod recursion;
mod samples;
mod side;

pub(crate) use arena::Arena;

pub use crate::schema::{CloseCode, Synonym};
pub use legacy::{
    Condition, Conversion, Legacy, LegacyForm, LegacyMessage, LegacyName, Members, Names, Respelling,
};
pub use plan::{Plan, PlanId};
pub use samples::InvalidSample;
pub use side::Side;

use crate::diagnostic::{Findings, Report};
use crate::load::Loader;
use crate::manifest::{Manifest, Profile};
use crate::schema::Schemas;
use crate::schema::keywords::JsonType;
use crate::source::{Origin, Pointer};
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
    /// What each side sends, in the order server, client, either: those that the schema has.
    pub directions: Vec<Direction>,
    /// The retired ways to write what each side sends, of those sides that have any.
    pub legacy: Vec<Legacy>,
    /// Names that no message may ever have.
    pub reserved: Vec<Text>,
    /// Codes by which a connection is closed.
    pub close_codes: Vec<CloseCode>,
    /// What is checked beyond shapes and simple constraints.
    pub plan: Plan,
    /// Whether names that become the same in a programming language are a mistake, or may be told apart by numbers.
    pub own_names: bool,
    /// SHA-256 over the wire meaning: descriptions, names of types and the layout of files do not count.
    pub digest: String,
}

/// What one side sends.
#[derive(Debug)]
pub struct Direction {
    /// The sender.
    pub sender: Side,
    /// What it sends: the one type of its frames, or, of what either side sends, each type for itself.
    pub roots: Vec<TypeId>,
    /// Where the schema of each root stands in the root file, and its type; the same schema under two names is one.
    pub named: Vec<(Pointer, TypeId)>,
    /// Frames that must be refused, and why.
    pub invalid: Vec<InvalidSample>,
}

/// Index of a type in [`Protocol::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(crate) usize);

/// A type.
#[derive(Debug)]
pub struct TypeDef {
    /// What it is called.
    pub name: TypeName,
    /// The group that its file names, by which generated types are filed.
    pub group: Option<Text>,
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
    /// No value at all.
    Never,
    /// `null`
    Null,
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
    /// A whole number of any size.
    BigInteger,
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
    /// An array with types of their own for its first items.
    Tuple(Tuple),
    /// An object that maps any names to values of one type.
    Map(TypeId),
    /// An object with known properties.
    Object(Object),
    /// One of several objects, told apart by a property.
    Union(Union),
    /// One of several frames that share their outer members.
    Envelope(Envelope),
    /// A type or `null`.
    Nullable(TypeId),
    /// A type whose values the constraints of this one narrow.
    Checked(TypeId),
    /// One of several types, told apart by the JSON type of the value.
    Mixed(Mixed),
    /// One of several types that only their own meaning tells apart.
    Choice(Choice),
}

/// An array with types of their own for its first items.
#[derive(Debug)]
pub struct Tuple {
    /// The types of the first items.
    pub prefix: Vec<TypeId>,
    /// How many of them must be there.
    pub required: usize,
    /// The type of the items behind them; none where there must be none.
    pub rest: Option<TypeId>,
}

/// One of several types, told apart by the JSON type of the value.
#[derive(Debug)]
pub struct Mixed {
    /// The type for each JSON type that has one.
    pub members: Vec<(JsonType, TypeId)>,
    /// Whether values of other JSON types are accepted as they are.
    pub open: bool,
}

/// One of several types that only their own meaning tells apart.
#[derive(Debug)]
pub struct Choice {
    /// The types, in the order in which they are tried.
    pub members: Vec<ChoiceMember>,
    /// Whether a value that several members accept is refused (`oneOf`).
    pub exactly_one: bool,
}

/// A member of a [`Choice`].
#[derive(Debug)]
pub struct ChoiceMember {
    /// What the member is called.
    pub name: Text,
    /// What it carries.
    pub ty: TypeId,
    /// What it accepts.
    pub accepts: PlanId,
    /// What it means.
    pub doc: Doc,
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
    /// What programs call it: the string, unless another one would be called the same.
    pub label: Text,
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
    /// What properties it may have that are not listed.
    pub additional: Additional,
}

/// What an object may have besides the properties that are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Additional {
    /// Nothing.
    Closed,
    /// Anything.
    Open,
    /// Values of one type.
    Typed(TypeId),
}

/// A property.
#[derive(Debug)]
pub struct Field {
    /// Its name on the wire.
    pub name: Text,
    /// What programs call it: its name, unless another one would be called the same.
    pub label: Text,
    /// Its type.
    pub ty: TypeId,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub doc: Doc,
    /// Its retired spellings.
    pub synonyms: Vec<Synonym>,
    /// Where the schema says so.
    pub origin: Origin,
}

/// A property that an object must not have.
#[derive(Debug)]
pub struct Retired {
    /// Its name: a retired spelling, perhaps.
    pub name: Text,
    /// The property that replaced it, if it is one.
    pub instead: Option<Text>,
    /// Why it is refused, if the schema says it.
    pub reason: Option<Text>,
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
    /// What it is called.
    pub name: Text,
    /// The value of the discriminator.
    pub value: Text,
    /// Further values that select the same.
    pub others: Vec<Text>,
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
    /// A part of the check plan.
    Plan(PlanId),
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

    /// What `sender` sends, if the schema says it.
    pub fn direction(&self, sender: Side) -> Option<&Direction> {
        self.directions.iter().find(|direction| direction.sender == sender)
    }

    /// The type of a side's frames, if it has one that tells messages apart.
    pub fn frames(&self, sender: Side) -> Option<TypeId> {
        let [root] = self.direction(sender)?.roots[..] else { return None };
        let tells = matches!(self.ty(root).shape, Shape::Envelope(_) | Shape::Union(_));
        (tells && sender != Side::Either).then_some(root)
    }

    /// The envelope that the frames of a side lie in, if they do.
    pub fn envelope(&self, sender: Side) -> Option<&Envelope> {
        match &self.ty(self.frames(sender)?).shape {
            Shape::Envelope(envelope) => Some(envelope),
            _ => None,
        }
    }

    /// Every type that can be reached from `roots`, themselves included, in the order of first use.
    pub fn reachable(&self, roots: &[TypeId]) -> Vec<TypeId> {
        let mut seen = HashSet::new();
        let mut found: Vec<TypeId> = roots.iter().copied().filter(|root| seen.insert(*root)).collect();
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
            | Self::Never
            | Self::Null
            | Self::FreeObject
            | Self::Boolean
            | Self::Integer { .. }
            | Self::BigInteger
            | Self::Number
            | Self::String
            | Self::Constant(_)
            | Self::Enumeration(_) => Vec::new(),
            Self::Array(ty) | Self::Nullable(ty) | Self::Map(ty) | Self::Checked(ty) => vec![*ty],
            Self::Tuple(tuple) => tuple.prefix.iter().copied().chain(tuple.rest).collect(),
            Self::Mixed(mixed) => mixed.members.iter().map(|(_, member)| *member).collect(),
            Self::Choice(choice) => choice.members.iter().map(|member| member.ty).collect(),
            Self::Object(object) => {
                let fields = object.fields.iter().map(|field| field.ty);
                fields.chain(object.additional.ty()).collect()
            }
            Self::Union(union) => union.variants.iter().map(|variant| variant.ty).collect(),
            Self::Envelope(envelope) => {
                let fields = envelope.fields().map(|field| field.ty);
                fields.chain(envelope.variants.iter().map(|variant| variant.ty)).collect()
            }
        }
    }
}

impl Additional {
    /// The type of what is not listed, if it has one.
    pub const fn ty(self) -> Option<TypeId> {
        match self {
            Self::Typed(ty) => Some(ty),
            Self::Closed | Self::Open => None,
        }
    }
}

impl Variant {
    /// Every value of the discriminator that selects this.
    pub fn values(&self) -> impl Iterator<Item = &Text> {
        std::iter::once(&self.value).chain(&self.others)
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

/// Turns schemas into a protocol.
///
/// # Errors
/// The report of everything that has no exact shape, contradicts itself, or lacks a name or a description.
pub fn lower(loader: &mut Loader, schemas: &Schemas, manifest: &Manifest) -> Result<Protocol, Report> {
    let mut findings = Findings::default();
    let strict = schemas.profile == Profile::Strict;
    if strict {
        lower::lint(schemas, &mut findings);
        findings.propagate(loader.sources())?;
    }
    let mut protocol = lower::lower(schemas, manifest.schema.integers, &mut findings);
    findings.propagate(loader.sources())?;
    if strict {
        samples::read(loader, &mut protocol, &mut findings);
        check::files(loader, &mut findings);
        check::types(&protocol, &mut findings);
        recursion::endless(&protocol, &mut findings);
    }
    check::root(&protocol, schemas, &mut findings);
    legacy::attach(&mut protocol, schemas, &mut findings);
    findings.propagate(loader.sources())?;
    protocol.digest = digest::digest(&protocol);
    Ok(protocol)
}
