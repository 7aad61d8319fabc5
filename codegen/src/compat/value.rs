//! JSON values with exact numbers.

use crate::json::{Node, NodeKind};
use num::bigint::Sign;
use num::{BigInt, BigRational, BigUint, One as _, ToPrimitive as _, Zero as _};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

/// A JSON value. Numbers are equal if they are the same number (core §4.2.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    Number(BigRational, Spelling),
    String(String),
    Array(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

/// Whether an integer is written with a fraction, as in `1.0`, which is no integer in draft-04. Two spellings of a
/// number make no two values: they are always equal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spelling {
    pub(super) fraction: bool,
}

impl PartialEq for Spelling {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Spelling {}

impl PartialOrd for Spelling {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Spelling {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for Spelling {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// One of the six JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// The cheapest to decide first.
    pub(super) const ALL: [Self; 6] =
        [Self::Null, Self::Boolean, Self::Number, Self::String, Self::Array, Self::Object];

    /// The set of this one alone.
    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Value {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Boolean(_) => Kind::Boolean,
            Self::Number(..) => Kind::Number,
            Self::String(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }

    /// How many values it is made of, itself among them.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Array(items) => items.iter().map(Self::size).sum::<usize>() + 1,
            Self::Object(members) => members.values().map(Self::size).sum::<usize>() + 1,
            _ => 1,
        }
    }

    /// The value that stands in a schema; none if a number in it has too many digits to be worth the work.
    pub(super) fn of(node: &Node) -> Option<Self> {
        Some(match &node.kind {
            NodeKind::Null => Self::Null,
            NodeKind::Boolean(value) => Self::Boolean(*value),
            NodeKind::Number(text) => {
                Self::Number(decimal(text)?, Spelling { fraction: text.contains(['.', 'e', 'E']) })
            }
            NodeKind::String(text) => Self::String(text.clone()),
            NodeKind::Array(elements) => Self::Array(elements.iter().map(Self::of).collect::<Option<_>>()?),
            NodeKind::Object(members) => {
                let member =
                    |member: &crate::json::Member| Some((member.name.clone(), Self::of(&member.value)?));
                Self::Object(members.iter().map(member).collect::<Option<_>>()?)
            }
        })
    }

    /// The value as everybody else has it; its numbers are the nearest that fit.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Boolean(value) => (*value).into(),
            Self::Number(number, spelling) => number_to_json(number, spelling.fraction),
            Self::String(text) => text.as_str().into(),
            Self::Array(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
            }
        }
    }
}

fn number_to_json(number: &BigRational, fraction: bool) -> serde_json::Value {
    if number.is_integer() && !fraction {
        if let Some(integer) = number.to_integer().to_i64() {
            return integer.into();
        }
        if let Some(integer) = number.to_integer().to_u64() {
            return integer.into();
        }
    }
    number.to_f64().unwrap_or_default().into()
}

/// The number that a JSON text writes; none if its exponent would make a very long integer of it.
pub(super) fn decimal(text: &str) -> Option<BigRational> {
    /// Doubles end at 10^308 and begin at 10^-324.
    const MOST: i64 = 400;
    let (sign, digits) = text.strip_prefix('-').map_or((Sign::Plus, text), |rest| (Sign::Minus, rest));
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = BigUint::parse_bytes(format!("{whole}{fraction}").as_bytes(), 10)?;
    if digits.is_zero() {
        return Some(BigRational::zero());
    }
    let shift = i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent).parse::<i64>().ok()?.checked_sub(shift)?;
    if exponent.abs() > MOST + shift {
        return None;
    }
    let power = BigInt::from(10).pow(u32::try_from(exponent.unsigned_abs()).ok()?);
    let digits = BigInt::from_biguint(sign, digits);
    Some(if exponent < 0 {
        BigRational::new(digits, power)
    } else {
        BigRational::new(digits * power, BigInt::one())
    })
}
