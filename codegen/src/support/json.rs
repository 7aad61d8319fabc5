//! Free-form JSON, kept as the text that came so that nothing is lost on the way through, and the small values that
//! generated structs are made of.

use super::error::{Code, Error, Result};
use super::parser::{Kind, Parser};
use super::writer::Writer;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

/// One JSON value as checked text, without whitespace around it.
///
/// Two are equal if their texts are: `1.0` differs from `1`, as it may for whoever reads it next.
#[derive(Debug, Clone, PartialEq)]
pub struct Json<'a>(Cow<'a, str>);

impl<'a> Json<'a> {
    /// Reads the next value, whatever it is.
    ///
    /// # Errors
    /// What is wrong with the text.
    #[inline]
    pub fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        parser.raw().map(|text| Self(Cow::Borrowed(text)))
    }

    /// Reads `text`, which must be one value.
    ///
    /// # Errors
    /// What is wrong with the text, with its place.
    pub fn parse(text: &'a str) -> Result<Self> {
        let mut parser = Parser::new(text);
        let read = Self::decode(&mut parser).and_then(|json| parser.finish().map(|()| json));
        read.map_err(|error| error.located(text))
    }

    /// Takes over `text`, which is one checked value without whitespace around it.
    pub(super) fn checked(text: String) -> Self {
        Self(Cow::Owned(text))
    }

    /// The value as JSON text, as it was written.
    #[inline]
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The type of the value.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.bytes().next().and_then(Kind::starting).unwrap_or(Kind::Null)
    }

    /// The value as a tree. Integers that fit 64 bits stay exact; every other number is the nearest double.
    #[must_use]
    pub fn to_value(&self) -> Value {
        super::serialize_json(&self.0, serde_json::value::Serializer).unwrap_or_default()
    }

    /// The same, independent of the frame that it came in.
    #[must_use]
    pub fn into_owned(self) -> Json<'static> {
        Json(Cow::Owned(self.0.into_owned()))
    }

    /// Writes the text as it is.
    #[inline]
    pub fn encode(&self, writer: &mut Writer) {
        writer.raw(&self.0);
    }
}

impl Display for Json<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Takes any tree; one that nests more than [`MAX_DEPTH`](super::MAX_DEPTH) levels is refused where it is read.
impl From<&Value> for Json<'static> {
    fn from(value: &Value) -> Self {
        Self(Cow::Owned(value.to_string()))
    }
}

/// Takes any tree; one that nests more than [`MAX_DEPTH`](super::MAX_DEPTH) levels is refused where it is read.
impl From<Value> for Json<'static> {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

/// One JSON object as checked text, without whitespace around it.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonObject<'a>(Json<'a>);

impl<'a> JsonObject<'a> {
    /// Reads the next value, which must be an object.
    ///
    /// # Errors
    /// [`Code::Type`] for another value, or what is wrong with the text.
    #[inline]
    pub fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        parser.whitespace();
        if parser.byte() != Some(b'{') {
            return Err(parser.expected("an object"));
        }
        Json::decode(parser).map(Self)
    }

    /// Reads `text`, which must be one object.
    ///
    /// # Errors
    /// [`Code::Type`] for another value, or what is wrong with the text, with its place.
    pub fn parse(text: &'a str) -> Result<Self> {
        Json::parse(text).and_then(Self::of)
    }

    /// The same, if it is an object.
    pub(super) fn of(json: Json<'a>) -> Result<Self> {
        if json.kind() == Kind::Object {
            return Ok(Self(json));
        }
        let error = Parser::new(json.text()).expected("an object");
        Err(Error::new(Code::Type, 0, "an object", error.found()))
    }

    /// The object as JSON text, as it was written.
    #[inline]
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// The value of the member `key`, which may have been written with escapes.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Json<'_>> {
        self.walk().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// All members, in the order in which they were written.
    #[must_use]
    pub fn members(&self) -> Vec<(Cow<'_, str>, Json<'_>)> {
        self.walk().collect()
    }

    /// Walks through the members. The text was checked, so that nothing can go wrong on the way.
    fn walk(&self) -> impl Iterator<Item = (Cow<'_, str>, Json<'_>)> {
        let mut parser = Parser::new(self.text());
        let mut first = true;
        let started = parser.object_start().is_ok();
        std::iter::from_fn(move || {
            let key = parser.object_next(&mut first).ok().flatten()?;
            Some((key, Json::decode(&mut parser).ok()?))
        })
        .take_while(move |_| started)
    }

    /// The object as a map of trees, like [`Json::to_value`].
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        match self.0.to_value() {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    /// The same object as a value.
    #[inline]
    pub(super) fn as_json(&self) -> &Json<'a> {
        &self.0
    }

    /// The same, independent of the frame that it came in.
    #[must_use]
    pub fn into_owned(self) -> JsonObject<'static> {
        JsonObject(self.0.into_owned())
    }

    /// Writes the text as it is.
    #[inline]
    pub fn encode(&self, writer: &mut Writer) {
        self.0.encode(writer);
    }
}

/// The empty object.
impl Default for JsonObject<'_> {
    fn default() -> Self {
        Self(Json(Cow::Borrowed("{}")))
    }
}

impl Display for JsonObject<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Takes any map; one that nests more than [`MAX_DEPTH`](super::MAX_DEPTH) levels is refused where it is read.
impl From<Map<String, Value>> for JsonObject<'static> {
    fn from(map: Map<String, Value>) -> Self {
        Self(Json::from(Value::Object(map)))
    }
}

/// Properties that the schema does not list, kept on request ([`Parser::keeping_unknown`]), in the order in which
/// they came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extras<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Extras<'a> {
    #[inline]
    pub(super) fn new(kept: Vec<(Cow<'a, str>, Json<'a>)>) -> Self {
        Self(kept)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, for keeps.
    #[must_use]
    pub fn into_members(self) -> Vec<(Cow<'a, str>, Json<'a>)> {
        self.0
    }

    /// The same, independent of the frame that they came in.
    #[must_use]
    pub fn into_owned(self) -> Extras<'static> {
        let owned =
            |(name, value): (Cow<'a, str>, Json<'a>)| (Cow::Owned(name.into_owned()), value.into_owned());
        Extras(self.0.into_iter().map(owned).collect())
    }

    /// Writes them as further members of an object that has been begun.
    #[inline]
    pub fn encode_members(&self, writer: &mut Writer) {
        for (name, value) in &self.0 {
            writer.member(name);
            value.encode(writer);
        }
    }
}

/// A member of a union whose discriminator value the schema does not list: newer than this code, perhaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown<'a> {
    /// The discriminator value.
    pub tag: Cow<'a, str>,
    /// The whole member, the discriminator included.
    pub raw: JsonObject<'a>,
}

impl Unknown<'_> {
    /// The same, independent of the frame that it came in.
    #[must_use]
    pub fn into_owned(self) -> Unknown<'static> {
        Unknown { tag: Cow::Owned(self.tag.into_owned()), raw: self.raw.into_owned() }
    }
}

macro_rules! from_value {
    ($($type:ty),+) => {$(
        impl From<$type> for Json<'static> {
            fn from(value: $type) -> Self {
                Self::from(Value::from(value))
            }
        }
    )+};
}

from_value!(bool, i64, u64, &str, String);

/// An object from its members; of two with one name the later counts, as it does in a map.
impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for JsonObject<'static> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        let members = members.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self::from(members.collect::<Map<_, _>>())
    }
}

/// A double that JSON can write: finite (RFC 8259 §6).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Number(f64);

/// The error for an infinity or NaN, which JSON cannot write (RFC 8259 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFinite;

impl Number {
    /// Reads the next value, which must be a number.
    ///
    /// # Errors
    /// As [`Parser::number`].
    #[inline]
    pub fn decode(parser: &mut Parser<'_>) -> Result<Self> {
        parser.number().map(Self)
    }

    /// The double.
    #[inline]
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Writes the number in the shortest form that reads back as the same double.
    #[inline]
    pub fn encode(&self, writer: &mut Writer) {
        writer.f64(self.0);
    }
}

impl TryFrom<f64> for Number {
    type Error = NotFinite;

    fn try_from(number: f64) -> std::result::Result<Self, NotFinite> {
        if number.is_finite() { Ok(Self(number)) } else { Err(NotFinite) }
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        Self(f64::from(number))
    }
}

impl From<u32> for Number {
    fn from(number: u32) -> Self {
        Self(f64::from(number))
    }
}

impl From<Number> for f64 {
    fn from(number: Number) -> Self {
        number.0
    }
}

/// As JSON writes it.
impl Display for Number {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut writer = Writer::new();
        self.encode(&mut writer);
        formatter.write_str(writer.as_str())
    }
}

impl Display for NotFinite {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON has no number for an infinity or NaN")
    }
}

impl std::error::Error for NotFinite {}

/// The value of a property that may be absent and may be `null`, which are not the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Maybe<T> {
    /// The property is not there.
    #[default]
    Absent,
    /// The property is there, with the value `null`.
    Null,
    /// The property has a value.
    Value(T),
}

impl<T> Maybe<T> {
    /// The value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether the property is not there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The same with another value.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Maybe<U> {
        match self {
            Self::Absent => Maybe::Absent,
            Self::Null => Maybe::Null,
            Self::Value(value) => Maybe::Value(convert(value)),
        }
    }
}

impl<T> From<T> for Maybe<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// The value of an open enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open<'a, T> {
    /// A value that the schema lists.
    Known(T),
    /// Another one: newer than this code, perhaps.
    Other(Cow<'a, str>),
}

impl<T> Open<'_, T> {
    /// The value, if the schema lists it.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Other(_) => None,
        }
    }
}
