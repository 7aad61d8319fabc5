//! Frames: whole texts, discriminators and the payloads that they select.

use super::{Code, Decode, Error, JsonObject, Parser, Result, Unknown, Violation, find_tag};
use std::borrow::Cow;

/// A value, and whether it holds anything that the schema does not list.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<T> {
    /// The value.
    pub value: T,
    /// Whether some discriminator has a value that the schema does not list.
    pub unknown: bool,
}

impl<T> Decoded<T> {
    /// The same about another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Decoded<U> {
        Decoded { value: f(self.value), unknown: self.unknown }
    }
}

/// Reads a whole text as one value; the error has no pointer yet ([`Error::located`]).
///
/// # Errors
/// What is wrong with the text.
#[inline]
pub fn decode<'a, T: Decode<'a>>(text: &'a str) -> Result<Decoded<T>> {
    whole(Parser::new(text))
}

/// The same, keeping properties that the schema does not list.
///
/// # Errors
/// What is wrong with the text.
pub fn decode_keeping<'a, T: Decode<'a>>(text: &'a str) -> Result<Decoded<T>> {
    whole(Parser::new(text).keeping_unknown(true))
}

/// Reads a whole text as one value.
///
/// # Errors
/// What is wrong with the text, with its JSON Pointer.
pub fn parse<'a, T: Decode<'a>>(text: &'a str) -> Result<Decoded<T>> {
    decode(text).map_err(|error| error.located(text))
}

/// The same, keeping properties that the schema does not list.
///
/// # Errors
/// What is wrong with the text, with its JSON Pointer.
pub fn parse_keeping<'a, T: Decode<'a>>(text: &'a str) -> Result<Decoded<T>> {
    decode_keeping(text).map_err(|error| error.located(text))
}

#[inline]
fn whole<'a, T: Decode<'a>>(mut parser: Parser<'a>) -> Result<Decoded<T>> {
    let value = T::decode(&mut parser)?;
    parser.finish()?;
    Ok(Decoded { value, unknown: parser.unknown_count() > 0 })
}

/// Reads a value and checks it; the error points at its first byte.
///
/// # Errors
/// Those of `read` and `check`.
#[inline]
pub fn checked<'a, T>(
    parser: &mut Parser<'a>,
    read: impl FnOnce(&mut Parser<'a>) -> Result<T>,
    check: impl FnOnce(&T) -> std::result::Result<(), Violation>,
) -> Result<T> {
    parser.whitespace();
    let offset = parser.offset();
    let value = read(parser)?;
    match check(&value) {
        Ok(()) => Ok(value),
        Err(violation) => Err(violation.at(offset)),
    }
}

/// The discriminator of the object that comes next; the parser stays before the object.
///
/// # Errors
/// [`Code::MissingProperty`] where there is none, [`Code::Type`] where it is no string.
pub fn tag<'a>(parser: &mut Parser<'a>, name: &'static str) -> Result<Cow<'a, str>> {
    parser.peek()?;
    let offset = parser.offset();
    find_tag(parser, name)?.ok_or_else(|| missing(name, offset))
}

#[cold]
fn missing(name: &str, offset: usize) -> Error {
    Error::new(Code::MissingProperty, offset, format!("the property `{name}`"), "an object without it")
}

/// The discriminator of an envelope.
#[derive(Debug)]
pub struct Tag<'a> {
    text: Cow<'a, str>,
    offset: usize,
}

/// Discriminator values that are known, and that a side must not send.
#[derive(Debug)]
pub struct Excluded {
    /// The side that sends the frames being read.
    pub sender: &'static str,
    /// The values that only its peer sends.
    pub peer: &'static [&'static str],
    /// The values that nobody may ever send.
    pub reserved: &'static [&'static str],
}

impl Excluded {
    fn contains(&self, tag: &str) -> bool {
        self.peer.contains(&tag) || self.reserved.contains(&tag)
    }

    fn refusal(&self, tag: &str, offset: usize) -> Error {
        let expected = format!("a message that the {} sends", self.sender);
        if self.reserved.contains(&tag) {
            let found = format!("`{tag}`, a reserved name that no message has");
            return Error::new(Code::Reserved, offset, expected, found);
        }
        let found = format!("`{tag}`, which only its peer sends");
        Error::new(Code::WrongDirection, offset, expected, found)
    }

    /// Refuses the object that comes next if its discriminator is one of these values.
    ///
    /// # Errors
    /// [`Code::WrongDirection`] or [`Code::Reserved`], at the discriminator.
    #[cold]
    pub fn check(&self, parser: &mut Parser<'_>, name: &str, tag: &str) -> Result<()> {
        if !self.contains(tag) {
            return Ok(());
        }
        let mut first = true;
        parser.object_start()?;
        while parser.object_next(&mut first)?.is_some_and(|key| key != name) {
            parser.skip()?;
        }
        parser.peek()?;
        Err(self.refusal(tag, parser.offset()))
    }
}

impl<'a> Tag<'a> {
    /// Reads a discriminator.
    ///
    /// # Errors
    /// [`Code::Type`] where it is no string.
    #[inline]
    pub fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        parser.whitespace();
        let offset = parser.offset();
        Ok(Self { text: parser.string()?, offset })
    }

    /// Its value.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Keeps the payload of a message that the schema does not list.
    ///
    /// # Errors
    /// [`Code::WrongDirection`] if only the other side sends such messages, [`Code::Reserved`] if nobody may,
    /// [`Code::Type`] if the payload is no object.
    #[cold]
    pub fn unknown(&self, parser: &mut Parser<'a>, excluded: &Excluded) -> Result<Unknown<'a>> {
        if excluded.contains(&self.text) {
            return Err(excluded.refusal(&self.text, self.offset));
        }
        Unknown::decode(parser, self.text.clone())
    }
}

impl<'a> Unknown<'a> {
    /// Keeps an object whose discriminator value the schema does not list.
    ///
    /// # Errors
    /// What is wrong with the text, or [`Code::Type`] if it is no object.
    #[cold]
    pub fn decode(parser: &mut Parser<'a>, tag: Cow<'a, str>) -> Result<Self> {
        parser.note_unknown();
        Ok(Self { tag, raw: JsonObject::decode(parser)? })
    }
}

/// The payload of an envelope while the envelope is being read.
#[derive(Debug)]
pub enum Payload<T> {
    /// It has not come yet.
    Missing,
    /// It came before the discriminator, at this offset, and was passed without being looked at.
    Passed(usize),
    /// It is decoded.
    Decoded(T),
}

impl<T> Payload<T> {
    /// Passes a payload whose discriminator has not come yet.
    ///
    /// # Errors
    /// What is wrong with the text, as far as it was looked at.
    pub fn pass(parser: &mut Parser<'_>) -> Result<Self> {
        parser.peek()?;
        let offset = parser.offset();
        parser.pass()?;
        Ok(Self::Passed(offset))
    }

    /// Why a frame without a discriminator is refused: what is wrong with its payload as JSON comes first.
    #[cold]
    pub fn untagged(&self, parser: &mut Parser<'_>, missing: Error) -> Error {
        match self {
            Self::Passed(offset) => parser.revisit(*offset, Parser::skip).err().unwrap_or(missing),
            Self::Missing | Self::Decoded(_) => missing,
        }
    }
}
