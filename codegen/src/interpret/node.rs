//! What a type becomes when a schema is interpreted.

use crate::model::TypeId;
use crate::support::{Keys, Kind, Violation};
use std::fmt;

/// What is read for a type: the counterpart of one decoder in generated code.
#[derive(Debug)]
pub(super) enum Node {
    /// Any value.
    Any,
    /// No value.
    Never,
    /// `null`
    Null,
    /// An object of any values.
    FreeObject,
    /// `true` or `false`.
    Boolean,
    /// An integer that may be negative: the least and the greatest.
    Signed(i64, i64),
    /// An integer that is not: the least and the greatest.
    Unsigned(u64, u64),
    /// An integer of any size.
    BigInteger,
    /// A double.
    Number(Vec<Narrowing<f64>>),
    /// A string.
    String(Vec<Narrowing<str>>),
    /// One of these strings.
    Listed(&'static [&'static str]),
    /// An array.
    Array(TypeId, Vec<Narrowing<usize>>),
    /// An array with types of their own for its first items.
    Tuple { prefix: Vec<TypeId>, required: usize, rest: Option<TypeId>, check: Option<usize> },
    /// Any names, and values of one type.
    Map(TypeId),
    /// An object with known properties.
    Object(Object),
    /// One of several objects, told apart by a property.
    Union { tag: &'static str, variants: Vec<(&'static str, TypeId)>, check: Option<usize> },
    /// Frames that share their outer members.
    Envelope(Envelope),
    /// A type or `null`.
    Nullable(TypeId),
    /// A type, and a check of the plan.
    Checked(TypeId, usize),
    /// One of several types, told apart by the type of the value.
    Mixed { members: Vec<(Kind, TypeId)>, open: bool, check: Option<usize> },
    /// One of several types, told apart by what the plan accepts.
    Choice { members: Vec<TypeId>, accepts: &'static [usize], exactly_one: bool, check: Option<usize> },
}

type Check<T> = dyn Fn(&T) -> Result<(), Violation> + Send + Sync;

/// A check of the keywords that types carry.
pub(super) struct Narrowing<T: ?Sized>(Box<Check<T>>);

impl<T: ?Sized> Narrowing<T> {
    pub(super) fn new(check: impl Fn(&T) -> Result<(), Violation> + Send + Sync + 'static) -> Self {
        Self(Box::new(check))
    }

    /// Applies all checks, in the order of the schema.
    pub(super) fn all(checks: &[Self], value: &T) -> Result<(), Violation> {
        checks.iter().try_for_each(|check| (check.0)(value))
    }
}

impl<T: ?Sized> fmt::Debug for Narrowing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Narrowing")
    }
}

/// An object with known properties.
#[derive(Debug)]
pub(super) struct Object {
    /// The names of the members, in their order.
    pub keys: Keys,
    pub members: Vec<Member>,
    /// Required members with one possible value, which generated code has no place for: index and name.
    pub constants: Vec<(usize, &'static str)>,
    /// The other required members.
    pub required: Vec<(usize, &'static str)>,
    pub additional: Additional,
    /// What the plan checks of the whole.
    pub check: Option<usize>,
}

/// What is done with a member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Member {
    /// Its value is of this type.
    Value(TypeId),
    /// Its value is this string.
    Constant(&'static str),
    /// It is refused; perhaps another one replaced it.
    Refused(Option<&'static str>),
    /// It is the discriminator of an envelope.
    Tag,
    /// It is what the discriminator selects.
    Payload,
}

/// What is done with a member that is not listed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Additional {
    Open,
    Closed,
    Typed(TypeId),
}

/// Frames that share their outer members.
#[derive(Debug)]
pub(super) struct Envelope {
    pub shell: Object,
    pub tag: &'static str,
    pub payload: &'static str,
    pub variants: Vec<(&'static str, TypeId)>,
}
