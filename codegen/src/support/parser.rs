//! A pull parser for JSON text: RFC 8259 and nothing more, in one pass, without a tree.
//!
//! Whoever reads asks for the type that is due ([`Parser::string`], [`Parser::object_start`]…); what is of no
//! interest is skipped and still checked in full. The parser remembers no path and allocates only for strings
//! that hold escapes.

use super::error::{Code, Error, Result};
use super::keys::same;
use super::{MAX_DEPTH, scan};
use std::borrow::Cow;

/// The type of a JSON value (RFC 8259 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number, with or without a fraction.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The type of the value that starts with `byte`.
    #[inline]
    pub(super) fn starting(byte: u8) -> Option<Self> {
        match byte {
            b'"' => Some(Self::String),
            b'{' => Some(Self::Object),
            b'[' => Some(Self::Array),
            b'-' | b'0'..=b'9' => Some(Self::Number),
            b't' | b'f' => Some(Self::Boolean),
            b'n' => Some(Self::Null),
            _ => None,
        }
    }
}

/// Reads one JSON text from front to back.
#[derive(Debug)]
pub struct Parser<'a> {
    text: &'a str,
    /// The next byte to read.
    pub(super) at: usize,
    /// How many arrays and objects are open.
    depth: u32,
    /// Where the last key starts: its opening quote.
    pub(super) key: usize,
    unknown: u32,
    keep: bool,
}

impl<'a> Parser<'a> {
    /// Starts to read `text`: a `&str`, because its UTF-8 is checked once (often by the transport; else [`utf8`]).
    #[inline]
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, key: 0, unknown: 0, keep: false }
    }

    /// Starts to read in the middle of `text`, where `depth` arrays and objects are open.
    pub(super) fn resume(text: &'a str, at: usize, depth: u32) -> Self {
        Self { at, depth, ..Self::new(text) }
    }

    /// Whether properties that a schema does not list are kept ([`Extras`](super::Extras)) or only checked.
    #[inline]
    #[must_use]
    pub fn keeping_unknown(mut self, keep: bool) -> Self {
        self.keep = keep;
        self
    }

    /// Whether properties that a schema does not list are kept.
    #[inline]
    #[must_use]
    pub fn keeps_unknown(&self) -> bool {
        self.keep
    }

    /// Reads with unknown properties kept, whatever was asked for: where types overlap, what is unknown to one is not
    /// to another.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn keeping<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let keep = std::mem::replace(&mut self.keep, true);
        let value = read(self);
        self.keep = keep;
        value
    }

    /// Where the parser is: bytes from the start of the text.
    #[inline]
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Goes back to an offset that this parser returned: the start of a value that was skipped, with as many
    /// arrays and objects open as now.
    #[inline]
    pub fn seek(&mut self, offset: usize) {
        self.at = offset;
    }

    #[inline]
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    /// The text between two offsets. Both are beside ASCII bytes, so that the fallback is never used.
    #[inline]
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    #[inline]
    pub(super) fn whitespace(&mut self) {
        self.at = scan::whitespace(self.bytes(), self.at);
    }

    #[inline]
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// The type of the next value. Afterwards [`Parser::offset`] is its first byte.
    ///
    /// # Errors
    /// [`Code::Syntax`] if no value starts here.
    #[inline]
    pub fn peek(&mut self) -> Result<Kind> {
        self.whitespace();
        match self.byte().and_then(Kind::starting) {
            Some(kind) => Ok(kind),
            None => Err(self.syntax(self.at, "a JSON value")),
        }
    }

    /// Reads `null`.
    ///
    /// # Errors
    /// [`Code::Type`] for another value, or what is wrong with the text.
    pub fn null(&mut self) -> Result<()> {
        if self.try_null()? { Ok(()) } else { Err(self.expected("null")) }
    }

    /// Reads `null` if it comes next, and says whether it did.
    ///
    /// # Errors
    /// What is wrong with the text.
    #[inline]
    pub fn try_null(&mut self) -> Result<bool> {
        self.whitespace();
        if self.byte() != Some(b'n') {
            return Ok(false);
        }
        self.word("null").map(|()| true)
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// [`Code::Type`] for another value, or what is wrong with the text.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool> {
        self.whitespace();
        match self.byte() {
            Some(b't') => self.word("true").map(|()| true),
            Some(b'f') => self.word("false").map(|()| false),
            _ => Err(self.expected("a boolean")),
        }
    }

    /// Reads one of the three names (RFC 8259 §3).
    #[inline]
    pub(super) fn word(&mut self, word: &'static str) -> Result<()> {
        let rest = self.bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.syntax(self.at, "`null`, `true` or `false`"));
        }
        self.at += word.len();
        Ok(())
    }

    /// Reads the `[` of an array (RFC 8259 §5).
    ///
    /// # Errors
    /// [`Code::Type`] for another value, [`Code::Depth`], or what is wrong with the text.
    #[inline]
    pub fn array_start(&mut self) -> Result<()> {
        self.whitespace();
        if self.byte() != Some(b'[') {
            return Err(self.expected("an array"));
        }
        self.enter()
    }

    /// Whether an item follows; if not, the `]` has been read. `first` starts as `true`.
    ///
    /// # Errors
    /// [`Code::Syntax`] at anything but a comma or `]`.
    #[inline]
    pub fn array_next(&mut self, first: &mut bool) -> Result<bool> {
        self.whitespace();
        match self.byte() {
            Some(b']') => {
                self.leave();
                Ok(false)
            }
            Some(b',') if !*first => {
                self.at += 1;
                Ok(true)
            }
            _ if *first => {
                *first = false;
                Ok(true)
            }
            _ => Err(self.syntax(self.at, "`,` or `]`")),
        }
    }

    /// Reads the `{` of an object (RFC 8259 §4).
    ///
    /// # Errors
    /// [`Code::Type`] for another value, [`Code::Depth`], or what is wrong with the text.
    #[inline]
    pub fn object_start(&mut self) -> Result<()> {
        self.whitespace();
        if self.byte() != Some(b'{') {
            return Err(self.expected("an object"));
        }
        self.enter()
    }

    /// The next key, with its colon read; `None` when the `}` has been read. `first` starts as `true`. Whether
    /// the key came before is for the caller to find out.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn object_next(&mut self, first: &mut bool) -> Result<Option<Cow<'a, str>>> {
        self.whitespace();
        match self.byte() {
            Some(b'}') => {
                self.leave();
                return Ok(None);
            }
            Some(b',') if !*first => {
                self.at += 1;
                self.whitespace();
            }
            _ if *first => *first = false,
            _ => return Err(self.syntax(self.at, "`,` or `}`")),
        }
        self.named().map(Some)
    }

    /// Reads `key` and its colon if just these come next, written as writers do; otherwise nothing is read.
    #[allow(clippy::inline_always, reason = "it runs once a key; a call is a tenth of the decoder's time")]
    #[inline(always)]
    pub(super) fn predicted_key(&mut self, key: &[u8], first: bool) -> bool {
        let bytes = self.bytes();
        let mut start = self.at;
        if !first {
            if self.byte() != Some(b',') {
                return false;
            }
            start += 1;
        }
        start += usize::from(bytes.get(start) == Some(&b' '));
        let Some([b'"', rest @ ..]) = bytes.get(start..) else {
            return false;
        };
        match rest.split_at_checked(key.len()) {
            Some((name, [b'"', b':', ..])) if same(name, key) => {
                self.key = start;
                self.at = start + key.len() + 3;
                true
            }
            _ => false,
        }
    }

    /// Reads the next key and its colon if the key holds no escapes and is written as writers do, without space
    /// before the colon; otherwise nothing is read, and [`Parser::object_next`] has the answer.
    #[inline]
    pub(super) fn plain_key(&mut self, first: bool) -> Option<&'a [u8]> {
        let bytes = self.bytes();
        if !first && self.byte() != Some(b',') {
            return None;
        }
        let start = scan::whitespace(bytes, self.at + usize::from(!first));
        if bytes.get(start) != Some(&b'"') {
            return None;
        }
        let end = scan::special(bytes, start + 1);
        let Some([b'"', b':']) = bytes.get(end..end + 2) else {
            return None;
        };
        self.key = start;
        self.at = end + 2;
        bytes.get(start + 1..end)
    }

    /// Reads a key and its colon.
    #[inline]
    fn named(&mut self) -> Result<Cow<'a, str>> {
        if self.byte() != Some(b'"') {
            return Err(self.syntax(self.at, "a property name in quotes"));
        }
        self.key = self.at;
        let key = self.quoted()?;
        self.whitespace();
        if self.byte() != Some(b':') {
            return Err(self.syntax(self.at, "`:`"));
        }
        self.at += 1;
        Ok(key)
    }

    /// Where the key that [`Parser::object_next`] returned last starts and ends, its quotes included.
    #[must_use]
    pub fn key_span(&self) -> (usize, usize) {
        let mut again = Parser::resume(self.text, self.key, 0);
        let end = again.string().map_or(self.key, |_| again.at);
        (self.key, end)
    }

    /// Reads the bracket that opens a container.
    #[inline]
    pub(super) fn enter(&mut self) -> Result<()> {
        if self.depth >= MAX_DEPTH {
            return Err(self.too_deep());
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Reads the bracket that closes a container.
    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.at += 1;
    }

    /// Goes back to the bracket at `at`, to which [`Parser::enter`] was applied at `depth`.
    #[inline]
    pub(super) fn rewind(&mut self, at: usize, depth: u32) {
        self.at = at;
        self.depth = depth;
    }

    /// Reads to the end of the text: only whitespace may follow (RFC 8259 §2).
    ///
    /// # Errors
    /// [`Code::TrailingData`] at what follows.
    #[inline]
    pub fn finish(&mut self) -> Result<()> {
        self.whitespace();
        if self.at < self.text.len() {
            return Err(Error::new(
                Code::TrailingData,
                self.at,
                "the end of the frame",
                self.glimpse(self.at),
            ));
        }
        Ok(())
    }

    /// Counts a discriminator value that the schema does not list.
    #[inline]
    pub fn note_unknown(&mut self) {
        self.unknown = self.unknown.saturating_add(1);
    }

    /// How many discriminator values the schema did not list.
    #[inline]
    #[must_use]
    pub fn unknown_count(&self) -> u32 {
        self.unknown
    }

    /// The error for a next value that is not `what` ("a string"): [`Code::Type`], or what is wrong with the
    /// text of that value.
    #[cold]
    #[inline(never)]
    pub fn expected(&mut self, what: &'static str) -> Error {
        let kind = match self.peek() {
            Ok(kind) => kind,
            Err(error) => return error,
        };
        let (start, depth) = (self.at, self.depth);
        let checked = self.skip();
        let end = self.at;
        self.rewind(start, depth);
        match checked {
            Ok(()) => Error::new(Code::Type, start, what, describe(kind, self.slice(start, end))),
            Err(error) => error,
        }
    }

    #[cold]
    #[inline(never)]
    fn too_deep(&self) -> Error {
        Error::new(Code::Depth, self.at, format!("at most {MAX_DEPTH} levels of nesting"), "one more")
    }

    /// [`Code::Syntax`] at `at`, where `expected` was due.
    #[cold]
    #[inline(never)]
    pub(super) fn syntax(&self, at: usize, expected: &'static str) -> Error {
        Error::new(Code::Syntax, at, expected, self.glimpse(at))
    }

    /// The character at `at`, in words.
    fn glimpse(&self, at: usize) -> String {
        match self.text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(character) => format!("`{character}`"),
            None => "the end of the frame".to_owned(),
        }
    }
}

/// A value in words; a long one is cut before it is copied.
fn describe(kind: Kind, text: &str) -> String {
    let cut = text.char_indices().nth(80).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    match kind {
        Kind::Null => "null".to_owned(),
        Kind::Boolean => format!("boolean {cut}"),
        Kind::Number => format!("number {cut}"),
        Kind::String => format!("string {cut}"),
        Kind::Array => "an array".to_owned(),
        Kind::Object => "an object".to_owned(),
    }
}

/// The text in `bytes`, which must be UTF-8 (RFC 8259 §8.1).
///
/// # Errors
/// [`Code::Syntax`] at the first byte that is not.
pub fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))
}

#[cold]
fn not_utf8(bytes: &[u8], at: usize) -> Error {
    let found = match bytes.get(at) {
        Some(byte) => format!("byte 0x{byte:02x}"),
        None => "the end of the frame".to_owned(),
    };
    Error::new(Code::Syntax, at, "UTF-8 text", found)
}
