//! The members of an object, by a table of the keys that its schema lists.

use super::error::{Code, Error, Result};
use super::json::{Extras, Json};
use super::keys::{KeySet, same};
use super::parser::Parser;
use std::borrow::Cow;

/// Reads an object whose keys are known: finds each key in the table and refuses what comes twice.
///
/// `W` is the number of 64-bit words that hold one bit for each key of the table: `keys.len().div_ceil(64)`, and at
/// least 1. Producers tend to write members in schema order, so the key after the last one is tried first, in place.
#[derive(Debug)]
pub struct Object<'a, const W: usize> {
    keys: &'static [&'static str],
    /// The keys that can be compared in place.
    predictable: &'static [&'static str],
    seen: [u64; W],
    /// The index of the key that probably comes next: the one after the last.
    next: usize,
    begun: bool,
    offset: usize,
    /// Where the last key starts: its opening quote.
    key: usize,
    unlisted: Option<Box<Unlisted<'a>>>,
}

/// The keys that a schema lists for an object.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    names: &'static [&'static str],
    predictable: &'static [&'static str],
}

impl Keys {
    /// A table of these keys, made at compile time.
    #[must_use]
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self { names, predictable: if are_plain(names) { names } else { &[] } }
    }
}

/// Whether every key stands in a text just as it is here. One that holds a quote or a backslash does not: the same
/// bytes in a text would be no such key.
const fn are_plain(names: &[&str]) -> bool {
    let mut rest = names;
    while let [name, others @ ..] = rest {
        let mut bytes = name.as_bytes();
        while let [byte, others @ ..] = bytes {
            if matches!(*byte, b'"' | b'\\' | 0..0x20) {
                return false;
            }
            bytes = others;
        }
        rest = others;
    }
    true
}

/// What an object has beyond the table; on the heap, because most have nothing.
#[derive(Debug, Default)]
struct Unlisted<'a> {
    seen: KeySet<'a>,
    last: Cow<'a, str>,
    kept: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'a, const W: usize> Object<'a, W> {
    /// Reads the `{` of an object whose schema lists `keys`.
    ///
    /// # Errors
    /// [`Code::Type`] for another value, [`Code::Depth`], or what is wrong with the text.
    #[inline]
    pub fn start(parser: &mut Parser<'a>, keys: Keys) -> Result<Self> {
        parser.object_start()?;
        let offset = parser.at - 1;
        let Keys { names: keys, predictable } = keys;
        Ok(Self {
            keys,
            predictable,
            seen: [0; W],
            next: 0,
            begun: false,
            offset,
            key: offset,
            unlisted: None,
        })
    }

    /// Reads the next key and its colon: its index in the table, or the length of the table for a key that is not
    /// in it (then [`Object::unknown`] or [`Object::unlisted`] must follow). `None` when the `}` has been read.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`], or what is wrong with the text.
    #[inline]
    pub fn next(&mut self, parser: &mut Parser<'a>) -> Result<Option<usize>> {
        let index = self.next;
        if let Some(predicted) = self.predictable.get(index)
            && parser.predicted_key(predicted.as_bytes(), !self.begun)
        {
            self.begun = true;
            self.key = parser.key;
            return self.listed(parser, index);
        }
        self.next_unpredicted(parser)
    }

    /// Reads the next key when it is not the predicted one, and the end of the object.
    #[inline(never)]
    fn next_unpredicted(&mut self, parser: &mut Parser<'a>) -> Result<Option<usize>> {
        if parser.byte() == Some(b'}') {
            parser.leave();
            return Ok(None);
        }
        let Some(key) = parser.plain_key(!self.begun) else {
            return self.next_written_otherwise(parser);
        };
        self.begun = true;
        self.key = parser.key;
        self.search(parser, key)
    }

    /// Reads the next key when it holds escapes or space is around it, and the end of the object.
    #[inline(never)]
    fn next_written_otherwise(&mut self, parser: &mut Parser<'a>) -> Result<Option<usize>> {
        let mut first = !self.begun;
        let Some(key) = parser.object_next(&mut first)? else {
            return Ok(None);
        };
        self.begun = true;
        self.key = parser.key;
        match key {
            Cow::Borrowed(key) => self.search(parser, key.as_bytes()),
            Cow::Owned(key) => match self.position(key.as_bytes()) {
                Some(index) => self.listed(parser, index),
                None => self.note_unlisted(parser, Cow::Owned(key)),
            },
        }
    }

    /// Finds `key`, which is not the predicted one, in the table.
    #[inline]
    fn search(&mut self, parser: &Parser<'a>, key: &'a [u8]) -> Result<Option<usize>> {
        if let Some(index) = self.position(key) {
            return self.listed(parser, index);
        }
        let start = self.key + 1;
        self.note_unlisted(parser, Cow::Borrowed(parser.slice(start, start + key.len())))
    }

    #[inline]
    fn listed(&mut self, parser: &Parser<'a>, index: usize) -> Result<Option<usize>> {
        if self.mark(index) { Ok(Some(index)) } else { Err(parser.duplicate()) }
    }

    /// Notes that the listed key `index` came; `false` if it came before.
    #[inline]
    fn mark(&mut self, index: usize) -> bool {
        let Some(word) = self.seen.get_mut(index / 64) else {
            return false;
        };
        let bit = 1 << (index % 64);
        let new = *word & bit == 0;
        *word |= bit;
        self.next = index + 1;
        new
    }

    /// The index of `key` in the table, looking from the predicted one on and then from the start.
    #[inline]
    fn position(&self, key: &[u8]) -> Option<usize> {
        let (before, after) = self.keys.split_at_checked(self.next).unwrap_or((self.keys, &[]));
        let is_key = |listed: &&str| same(listed.as_bytes(), key);
        let found = after.iter().position(is_key).map(|index| before.len() + index);
        found.or_else(|| before.iter().position(is_key))
    }

    #[inline(never)]
    fn note_unlisted(&mut self, parser: &Parser<'a>, key: Cow<'a, str>) -> Result<Option<usize>> {
        let unlisted = self.unlisted.get_or_insert_default();
        if !unlisted.seen.insert(key.clone()) {
            return Err(parser.duplicate());
        }
        unlisted.last = key;
        Ok(Some(self.keys.len()))
    }

    /// Reads the value of a property that the table does not list: checked, and kept if the parser is to keep such.
    ///
    /// # Errors
    /// What is wrong with the text.
    #[inline(never)]
    pub fn unknown(&mut self, parser: &mut Parser<'a>) -> Result<()> {
        if !parser.keeps_unknown() {
            return parser.skip();
        }
        let value = Json::decode(parser)?;
        let unlisted = self.unlisted.get_or_insert_default();
        let key = std::mem::take(&mut unlisted.last);
        unlisted.kept.push((key, value));
        Ok(())
    }

    /// The last key, which the table does not list: its value is read by whoever asks.
    pub fn unlisted_name(&mut self) -> Cow<'a, str> {
        self.unlisted.as_mut().map(|unlisted| std::mem::take(&mut unlisted.last)).unwrap_or_default()
    }

    /// The error for the last key, which this object must not have.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn refused(&self) -> Error {
        let key = self.next.checked_sub(1).and_then(|last| self.keys.get(last)).copied().unwrap_or_default();
        let expected = "an object without it";
        Error::new(Code::UnknownProperty, self.key, expected, quote("the property", key))
    }

    /// The properties that were kept.
    #[inline]
    #[must_use]
    pub fn extras(self) -> Extras<'a> {
        match self.unlisted {
            Some(unlisted) => Extras::new(unlisted.kept),
            None => Extras::default(),
        }
    }

    /// Where the object's `{` is: bytes from the start of the text.
    #[inline]
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Whether the key `index` of the table came.
    #[inline]
    #[must_use]
    pub fn has(&self, index: usize) -> bool {
        self.seen.get(index / 64).is_some_and(|word| word & 1 << (index % 64) != 0)
    }

    /// The error for an object that ended without all of the required properties `keys`: it names the first that did
    /// not come.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn missing(&self, keys: &[&'static str]) -> Error {
        let came = |key: &str| self.position(key.as_bytes()).is_some_and(|index| self.has(index));
        let key = keys.iter().find(|key| !came(key)).copied().unwrap_or_default();
        let expected = format!("the property `{key}`");
        Error::new(Code::MissingProperty, self.offset, expected, "an object without it")
    }

    /// The error for the last key, if the object is closed and the table does not list that key.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn unlisted(&self) -> Error {
        let key = self.unlisted.as_ref().map_or("", |unlisted| &unlisted.last);
        Error::new(
            Code::UnknownProperty,
            self.key,
            "only properties of the schema",
            quote("the property", key),
        )
    }

    /// The error for the last key, which the protocol no longer has.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn retired(&self, instead: &'static str) -> Error {
        let key = self.next.checked_sub(1).and_then(|last| self.keys.get(last)).copied().unwrap_or_default();
        let expected = quote("the property", instead);
        Error::new(Code::RetiredProperty, self.key, expected, quote("its retired spelling", key))
            .with_hint(format!("send `{instead}` instead"))
    }
}

/// `what` and the beginning of `key`.
fn quote(what: &str, key: &str) -> String {
    let cut = key.char_indices().nth(80).and_then(|(end, _)| key.get(..end)).unwrap_or(key);
    format!("{what} `{cut}`")
}

/// The value of the string member `tag` of the object that comes next, which is left unread. What stands before
/// the member is checked in full; when it comes first, as it should, nothing else is looked at. `None` if the
/// object has no such member.
///
/// # Errors
/// [`Code::Type`] if no object comes next or the member is not a string, or what is wrong with the text.
#[inline]
pub fn find_tag<'a>(parser: &mut Parser<'a>, tag: &'static str) -> Result<Option<Cow<'a, str>>> {
    parser.whitespace();
    let (start, depth, last) = (parser.at, parser.depth(), parser.key);
    parser.object_start()?;
    let mut first = true;
    let mut found = None;
    while let Some(key) = parser.object_next(&mut first)? {
        if key == tag {
            found = Some(parser.string()?);
            break;
        }
        parser.skip()?;
    }
    parser.rewind(start, depth);
    parser.key = last;
    Ok(found)
}
