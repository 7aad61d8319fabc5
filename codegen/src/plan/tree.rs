//! One JSON value as a tree, for checks that look at a value more than once.

use super::decimal;
use crate::support::{Error, Kind, Parser, Result};
use std::borrow::Cow;
use std::cmp::Ordering;

/// One JSON value. It borrows from its text whatever is written there as it is meant.
#[derive(Debug, Clone)]
pub enum Tree<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number as it is written.
    Number(&'a str),
    /// A string.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Tree<'a>>),
    /// An object: each name once, sorted by name (whoever makes one without [`Tree::read`] must sort it, too).
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

impl<'a> Tree<'a> {
    /// Reads the next value, whatever it is, by the same rules as [`Parser::skip`].
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read(parser: &mut Parser<'a>) -> Result<Self> {
        Ok(match parser.peek()? {
            Kind::Null => {
                parser.null()?;
                Self::Null
            }
            Kind::Boolean => Self::Boolean(parser.boolean()?),
            Kind::Number => Self::Number(parser.raw()?),
            Kind::String => Self::String(parser.string()?),
            // Recursion is bounded: the parser counts the levels.
            Kind::Array => Self::Array(items(parser)?),
            Kind::Object => Self::Object(members(parser)?),
        })
    }

    /// Reads `text`, which must be one value.
    ///
    /// # Errors
    /// What is wrong with the text, with its place.
    pub fn parse(text: &'a str) -> Result<Self> {
        let mut parser = Parser::new(text);
        let read = Self::read(&mut parser).and_then(|tree| parser.finish().map(|()| tree));
        read.map_err(|error| error.located(text))
    }

    /// The type of the value.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Boolean(_) => Kind::Boolean,
            Self::Number(_) => Kind::Number,
            Self::String(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }

    /// Whether both are the same value (JSON Schema core §4.2.2): `1` and `1.0` are, and objects whose members come
    /// in another order; `true` and `1` are not.
    #[must_use]
    pub fn equals(&self, other: &Tree<'_>) -> bool {
        self.compare(other).is_eq()
    }

    /// Some order of all values, in which those that are [equal](Tree::equals) are equal.
    #[must_use]
    pub fn compare(&self, other: &Tree<'_>) -> Ordering {
        match (self, other) {
            (Self::Boolean(one), Tree::Boolean(other)) => one.cmp(other),
            (Self::Number(one), Tree::Number(other)) => decimal::compare(one, other),
            (Self::String(one), Tree::String(other)) => one.cmp(other),
            (Self::Array(one), Tree::Array(other)) => compare_items(one, other),
            (Self::Object(one), Tree::Object(other)) => compare_members(one, other),
            _ => (self.kind() as u8).cmp(&(other.kind() as u8)),
        }
    }

    /// The items of an array; none of any other value.
    pub(super) fn items(&self) -> &[Tree<'a>] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; none of any other value.
    pub(super) fn members(&self) -> &[(Cow<'a, str>, Tree<'a>)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of an array, or the values of an object's members.
    pub(super) fn children(&self) -> impl Iterator<Item = &Tree<'a>> {
        self.items().iter().chain(self.members().iter().map(|(_, value)| value))
    }

    /// The item or the member's value at this index.
    pub(super) fn child(&self, index: usize) -> Option<&Tree<'a>> {
        match self {
            Self::Array(items) => items.get(index),
            Self::Object(members) => members.get(index).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The index of the member with this name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.members().binary_search_by(|(key, _)| key.as_ref().cmp(name)).ok()
    }

    /// The value of the member with this name, if the value is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tree<'a>> {
        self.position(name).and_then(|index| self.child(index))
    }
}

fn items<'a>(parser: &mut Parser<'a>) -> Result<Vec<Tree<'a>>> {
    let (mut items, mut first) = (Vec::new(), true);
    parser.array_start()?;
    while parser.array_next(&mut first)? {
        items.push(Tree::read(parser)?);
    }
    Ok(items)
}

fn members<'a>(parser: &mut Parser<'a>) -> Result<Vec<(Cow<'a, str>, Tree<'a>)>> {
    let (mut members, mut first) = (Vec::new(), true);
    let start = parser.offset();
    parser.object_start()?;
    while let Some(name) = parser.object_next(&mut first)? {
        members.push((name, Tree::read(parser)?));
    }
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    if members.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other)) {
        return Err(duplicate(parser, start));
    }
    Ok(members)
}

/// The error for the object at `start`, which has a name twice: passing it finds where.
#[cold]
fn duplicate(parser: &mut Parser<'_>, start: usize) -> Error {
    match parser.revisit(start, Parser::skip) {
        Err(error) => error,
        Ok(()) => parser.expected("an object with each name once"),
    }
}

fn compare_items(one: &[Tree<'_>], other: &[Tree<'_>]) -> Ordering {
    let pairs = || one.iter().zip(other).map(|(one, other)| one.compare(other));
    one.len().cmp(&other.len()).then_with(|| first_difference(pairs()))
}

fn compare_members(one: &[(Cow<'_, str>, Tree<'_>)], other: &[(Cow<'_, str>, Tree<'_>)]) -> Ordering {
    let pairs = || one.iter().zip(other);
    let compare = |((name, value), (other_name, other_value)): (&(Cow<'_, str>, _), &(Cow<'_, str>, _))| {
        name.cmp(other_name).then_with(|| Tree::compare(value, other_value))
    };
    one.len().cmp(&other.len()).then_with(|| first_difference(pairs().map(compare)))
}

fn first_difference(mut pairs: impl Iterator<Item = Ordering>) -> Ordering {
    pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}
