//! Reading, writing and keeping values: the traits that generated types implement, for the types of the
//! standard library and of this module.

use super::{
    Code, Enumeration, Error, Extras, Json, JsonObject, Maybe, Number, Open, Parser, Result, Unknown,
    Violation, Writer,
};
use std::borrow::Cow;

/// A type that can be read from JSON. What it borrows lives as long as the text.
pub trait Decode<'a>: Sized {
    /// Reads a value.
    ///
    /// # Errors
    /// What is wrong with the text at its place.
    fn decode(parser: &mut Parser<'a>) -> Result<Self>;
}

/// A type that can be written as JSON.
pub trait Encode {
    /// Writes the value.
    fn encode(&self, out: &mut Writer);
}

/// A type that can copy what it borrows from the frame's text.
pub trait Detach {
    /// The same type, borrowing nothing.
    type Detached;

    /// Copies what is borrowed.
    fn detach(self) -> Self::Detached;
}

impl<'a> Parser<'a> {
    /// Reads a value of any type.
    ///
    /// # Errors
    /// What is wrong with the text at its place.
    #[inline]
    pub fn value<T: Decode<'a>>(&mut self) -> Result<T> {
        T::decode(self)
    }

    /// Reads a string that must be this one.
    ///
    /// # Errors
    /// [`Code::Const`] for another string, [`Code::Type`] for another kind of value.
    #[inline]
    pub fn constant(&mut self, constant: &'static str) -> Result<()> {
        self.peek()?;
        let offset = self.offset();
        let found = self.string()?;
        if found == constant { Ok(()) } else { Err(not_the_constant(constant, &found, offset)) }
    }

    /// Reads the value of a member into its place. That the places are borrowed spares each generated decoder the
    /// code for taking a value of every type out of a `Result`.
    ///
    /// # Errors
    /// What is wrong with the text at its place.
    #[inline]
    pub fn member<T: Decode<'a>>(&mut self, place: &mut Option<T>) -> Result<()> {
        match T::decode(self) {
            Ok(value) => {
                *place = Some(value);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Reads the value of a member that may be null into its place.
    ///
    /// # Errors
    /// What is wrong with the text at its place.
    #[inline]
    pub fn nullable<T: Decode<'a>>(&mut self, place: &mut Maybe<T>) -> Result<()> {
        match Maybe::decode(self) {
            Ok(value) => {
                *place = value;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Runs `read` at a place where the parser was before, then comes back.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn revisit<T>(&mut self, offset: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let here = self.offset();
        self.seek(offset);
        let value = read(self)?;
        self.seek(here);
        Ok(value)
    }
}

impl Writer {
    /// Writes a member: its key as [`Writer::raw`] takes it, and its value.
    #[inline]
    pub fn put<T: Encode>(&mut self, key: &'static str, value: &T) {
        self.raw(key);
        value.encode(self);
    }

    /// Writes a member if there is one.
    #[inline]
    pub fn put_some<T: Encode>(&mut self, key: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.optional_key(key);
            value.encode(self);
        }
    }

    /// Writes a member, which may be null, if there is one.
    #[inline]
    pub fn put_maybe<T: Encode>(&mut self, key: &'static str, value: &Maybe<T>) {
        match value {
            Maybe::Absent => {}
            Maybe::Null => {
                self.optional_key(key);
                self.null();
            }
            Maybe::Value(value) => {
                self.optional_key(key);
                value.encode(self);
            }
        }
    }

    /// A key that begins with its comma is written as it is; any other as [`Writer::key`] does.
    #[inline]
    fn optional_key(&mut self, key: &'static str) {
        if key.starts_with(',') {
            self.raw(key);
        } else {
            self.key(key);
        }
    }
}

#[cold]
fn not_the_constant(constant: &str, found: &str, offset: usize) -> Error {
    Error::new(Code::Const, offset, format!("the string {constant:?}"), format!("string {found:?}"))
}

/// Reads a value of an enumeration.
///
/// # Errors
/// [`Code::Enum`] for a string that is not listed.
pub fn enumeration<T: Enumeration>(parser: &mut Parser<'_>) -> Result<T> {
    parser.whitespace();
    let offset = parser.offset();
    let found = parser.string()?;
    match T::from_text(&found) {
        Some(value) => Ok(value),
        None => Err(not_listed(T::TEXTS, &found).at(offset)),
    }
}

/// What is wrong with a string that is not one of those that are listed.
#[cold]
pub fn not_listed(listed: &[&str], found: &str) -> Violation {
    let listed: Vec<String> = listed.iter().map(|text| format!("{text:?}")).collect();
    let expected = Cow::Owned(format!("one of {}", listed.join(", ")));
    Violation { code: Code::Enum, expected, found: format!("string {found:?}") }
}

macro_rules! plain {
    ($($type:ty, $read:ident, $write:ident;)+) => {$(
        impl<'a> Decode<'a> for $type {
            #[inline]
            fn decode(parser: &mut Parser<'a>) -> Result<Self> {
                parser.$read()
            }
        }

        impl Encode for $type {
            #[inline]
            fn encode(&self, out: &mut Writer) {
                out.$write(*self);
            }
        }

        impl Detach for $type {
            type Detached = Self;

            fn detach(self) -> Self {
                self
            }
        }
    )+};
}

plain! {
    bool, boolean, boolean;
    i64, i64, i64;
    u64, u64, u64;
}

impl<'a> Decode<'a> for Cow<'a, str> {
    #[inline]
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        parser.string()
    }
}

impl Encode for Cow<'_, str> {
    #[inline]
    fn encode(&self, out: &mut Writer) {
        out.string(self);
    }
}

impl Detach for Cow<'_, str> {
    type Detached = Cow<'static, str>;

    fn detach(self) -> Self::Detached {
        Cow::Owned(self.into_owned())
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Vec<T> {
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        let mut items = Self::new();
        let mut first = true;
        parser.array_start()?;
        while parser.array_next(&mut first)? {
            items.push(T::decode(parser)?);
        }
        Ok(items)
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Writer) {
        out.raw("[");
        for item in self {
            out.element();
            item.encode(out);
        }
        out.raw("]");
    }
}

impl<T: Detach> Detach for Vec<T> {
    type Detached = Vec<T::Detached>;

    fn detach(self) -> Self::Detached {
        self.into_iter().map(T::detach).collect()
    }
}

/// `None` is `null`: a value that may be absent is decoded by the object around it.
impl<'a, T: Decode<'a>> Decode<'a> for Option<T> {
    #[inline]
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        if parser.try_null()? { Ok(None) } else { T::decode(parser).map(Some) }
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, out: &mut Writer) {
        match self {
            Some(value) => value.encode(out),
            None => out.null(),
        }
    }
}

// A `match` is less code for each type than a call with a function, here and below.
#[allow(clippy::manual_map)]
impl<T: Detach> Detach for Option<T> {
    type Detached = Option<T::Detached>;

    fn detach(self) -> Self::Detached {
        match self {
            Some(value) => Some(value.detach()),
            None => None,
        }
    }
}

/// What is there is `null` or a value; what is absent is never decoded.
impl<'a, T: Decode<'a>> Decode<'a> for Maybe<T> {
    #[inline]
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        if parser.try_null()? { Ok(Self::Null) } else { T::decode(parser).map(Self::Value) }
    }
}

impl<T: Detach> Detach for Maybe<T> {
    type Detached = Maybe<T::Detached>;

    fn detach(self) -> Self::Detached {
        match self {
            Self::Absent => Maybe::Absent,
            Self::Null => Maybe::Null,
            Self::Value(value) => Maybe::Value(value.detach()),
        }
    }
}

impl<T> Maybe<T> {
    /// What is written if anything is: `Some(None)` stands for `null`.
    pub const fn present(&self) -> Option<Option<&T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

impl<T: Encode> Encode for &T {
    #[inline]
    fn encode(&self, out: &mut Writer) {
        (*self).encode(out);
    }
}

impl<'a, T: Enumeration> Decode<'a> for Open<'a, T> {
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        let text = parser.string()?;
        match T::from_text(&text) {
            Some(value) => Ok(Self::Known(value)),
            None => Ok(Self::Other(text)),
        }
    }
}

impl<T: Enumeration> Encode for Open<'_, T> {
    fn encode(&self, out: &mut Writer) {
        match self {
            Self::Known(value) => out.string(value.as_str()),
            Self::Other(text) => out.string(text),
        }
    }
}

impl<T: Enumeration> Detach for Open<'_, T> {
    type Detached = Open<'static, T>;

    fn detach(self) -> Self::Detached {
        match self {
            Self::Known(value) => Open::Known(value),
            Self::Other(text) => Open::Other(text.detach()),
        }
    }
}

macro_rules! delegating {
    ($($type:ident),+) => {$(
        impl<'a> Decode<'a> for $type<'a> {
            #[inline]
            fn decode(parser: &mut Parser<'a>) -> Result<Self> {
                $type::decode(parser)
            }
        }

        impl Encode for $type<'_> {
            fn encode(&self, out: &mut Writer) {
                $type::encode(self, out);
            }
        }
    )+};
}

macro_rules! detaching {
    ($($type:ident),+) => {$(
        impl Detach for $type<'_> {
            type Detached = $type<'static>;

            fn detach(self) -> Self::Detached {
                self.into_owned()
            }
        }
    )+};
}

delegating!(Json, JsonObject);
detaching!(Json, JsonObject, Extras, Unknown);

impl Number {
    /// Takes a number that JSON can hold.
    ///
    /// # Errors
    /// A violation for infinity and for what is not a number.
    pub fn finite(value: f64) -> std::result::Result<Self, Violation> {
        let violation = |_| Violation {
            code: Code::NumberRange,
            expected: Cow::Borrowed("a finite number"),
            found: value.to_string(),
        };
        Self::try_from(value).map_err(violation)
    }
}

impl<'a> Decode<'a> for Number {
    #[inline]
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        Self::decode(parser)
    }
}

impl Encode for Number {
    #[inline]
    fn encode(&self, out: &mut Writer) {
        Self::encode(self, out);
    }
}

impl Detach for Number {
    type Detached = Self;

    fn detach(self) -> Self {
        self
    }
}

/// The JSON text of a value.
pub fn to_json(value: &(impl Encode + ?Sized)) -> String {
    // Most frames fit without a second allocation.
    let mut out = Writer::with_capacity(512);
    value.encode(&mut out);
    out.into_string()
}

/// The next item of an array that has at least `needed`.
///
/// # Errors
/// [`Code::Items`] where there is none, and those of the item.
pub fn item<'a, T: Decode<'a>>(parser: &mut Parser<'a>, first: &mut bool, needed: usize) -> Result<T> {
    let offset = parser.offset();
    next_item(parser, first)?.ok_or_else(|| too_short(needed, offset))
}

/// The error for an array that ends before it has all items that it needs.
#[cold]
pub fn too_short(needed: usize, offset: usize) -> Error {
    Error::new(Code::Items, offset, format!("at least {needed} items"), "an array with fewer")
}

/// The next item of an array, if there is one.
///
/// # Errors
/// Those of the item.
pub fn next_item<'a, T: Decode<'a>>(parser: &mut Parser<'a>, first: &mut bool) -> Result<Option<T>> {
    if parser.array_next(first)? { T::decode(parser).map(Some) } else { Ok(None) }
}

/// All further items of an array.
///
/// # Errors
/// Those of the items.
pub fn rest<'a, T: Decode<'a>>(parser: &mut Parser<'a>, first: &mut bool) -> Result<Vec<T>> {
    let mut items = Vec::new();
    while let Some(item) = next_item(parser, first)? {
        items.push(item);
    }
    Ok(items)
}

/// The end of an array.
///
/// # Errors
/// [`Code::Items`] where there is another item.
pub fn end(parser: &mut Parser<'_>, first: &mut bool) -> Result<()> {
    if parser.array_next(first)? {
        let offset = parser.offset();
        return Err(Error::new(Code::Items, offset, "the end of the array", "another item"));
    }
    Ok(())
}
