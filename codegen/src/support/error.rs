//! What is wrong with a frame, and where.

use super::pointer;
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter, Write as _};

/// The result of reading.
pub type Result<T> = std::result::Result<T, Error>;

/// The kind of a mistake; stable, for programs to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The text is not JSON (RFC 8259 §2).
    Syntax,
    /// A string holds an escape that means no character, such as half a surrogate pair (RFC 8259 §7, §8.2).
    Escape,
    /// A number is beyond the range of a double (RFC 8259 §6 lets a reader set the limit).
    NumberRange,
    /// More levels are nested than [`MAX_DEPTH`](super::MAX_DEPTH) (RFC 8259 §9).
    Depth,
    /// Something follows the value.
    TrailingData,
    /// An object names a member twice (RFC 8259 §4), perhaps with different escapes.
    DuplicateKey,
    /// The value has another type than the schema says.
    Type,
    /// A required property is missing.
    MissingProperty,
    /// A closed object has a property that the schema does not list.
    UnknownProperty,
    /// The property was removed from the protocol.
    RetiredProperty,
    /// The value is not the constant of the schema.
    Const,
    /// The value is none of the values that the schema lists.
    Enum,
    /// A number is out of bounds.
    Range,
    /// A string is too short or too long.
    Length,
    /// A string does not match its pattern.
    Pattern,
    /// An array has too few, too many or wrong items.
    Items,
    /// An object has too few, too many or wrong properties.
    Properties,
    /// A number is not a multiple of what the schema says.
    MultipleOf,
    /// Items that must differ are equal.
    Unique,
    /// A string does not have its format.
    Format,
    /// The value is one that the schema excludes.
    Not,
    /// The value fits none of the alternatives that the schema lists.
    NoAlternative,
    /// The value fits more than one of the alternatives, where the schema wants one.
    ManyAlternatives,
    /// Two spellings of one thing have different values.
    Conflict,
    /// The name of the message is reserved: no message may ever have it.
    Reserved,
    /// The message belongs to the other direction.
    WrongDirection,
    /// The frame has a retired form, which the policy in force refuses.
    LegacyRefused,
}

impl Code {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::Syntax,
        Self::Escape,
        Self::NumberRange,
        Self::Depth,
        Self::TrailingData,
        Self::DuplicateKey,
        Self::Type,
        Self::MissingProperty,
        Self::UnknownProperty,
        Self::RetiredProperty,
        Self::Const,
        Self::Enum,
        Self::Range,
        Self::Length,
        Self::Pattern,
        Self::Items,
        Self::Properties,
        Self::MultipleOf,
        Self::Unique,
        Self::Format,
        Self::Not,
        Self::NoAlternative,
        Self::ManyAlternatives,
        Self::Conflict,
        Self::Reserved,
        Self::WrongDirection,
        Self::LegacyRefused,
    ];

    /// The code in kebab-case: `missing-property`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Escape => "escape",
            Self::NumberRange => "number-range",
            Self::Depth => "depth",
            Self::TrailingData => "trailing-data",
            Self::DuplicateKey => "duplicate-key",
            Self::Type => "type",
            Self::MissingProperty => "missing-property",
            Self::UnknownProperty => "unknown-property",
            Self::RetiredProperty => "retired-property",
            Self::Const => "const",
            Self::Enum => "enum",
            Self::Range => "range",
            Self::Length => "length",
            Self::Pattern => "pattern",
            Self::Items => "items",
            Self::Properties => "properties",
            Self::MultipleOf => "multiple-of",
            Self::Unique => "unique",
            Self::Format => "format",
            Self::Not => "not",
            Self::NoAlternative => "any-of",
            Self::ManyAlternatives => "one-of",
            Self::Conflict => "conflict",
            Self::Reserved => "reserved",
            Self::WrongDirection => "wrong-direction",
            Self::LegacyRefused => "legacy-refused",
        }
    }
}

impl Display for Code {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// One mistake in a frame: its kind, its place, what was expected there and what was found.
///
/// One pointer wide, so that results stay small where nothing goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Details>);

#[derive(Debug, Clone, PartialEq)]
struct Details {
    code: Code,
    offset: usize,
    pointer: String,
    expected: Cow<'static, str>,
    found: String,
    message: Option<String>,
    hint: Option<String>,
}

impl Error {
    /// A mistake at `offset` bytes from the start of the frame. `expected` and `found` read well after these
    /// words: "a string", "number 12".
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn new(
        code: Code,
        offset: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<String>,
    ) -> Self {
        Self(Box::new(Details {
            code,
            offset,
            pointer: String::new(),
            expected: expected.into(),
            found: found.into(),
            message: None,
            hint: None,
        }))
    }

    /// The kind of the mistake.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Where it is: bytes from the start of the frame.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// Where it is, as a JSON Pointer (RFC 6901 §3); empty for the root, and before [`Error::located`].
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// What would have been right.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What was there instead. It may quote the frame: escape it before printing, as `Display` does.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.0.found
    }

    /// The message it is in, such as `system_message/connection_established`.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The same mistake with advice.
    #[cold]
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The same mistake, naming the message it is in.
    #[cold]
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// The same mistake with its JSON Pointer, found by walking `text`, the frame, up to the offset.
    ///
    /// Reading keeps no path: frames that are right need none, and a frame that is wrong is walked once more.
    #[cold]
    #[must_use]
    pub fn located(mut self, text: &str) -> Self {
        self.0.pointer = pointer::of(text, self.0.offset);
        self
    }
}

impl std::error::Error for Error {}

/// One line whatever the frame holds:
/// `message: /pointer: expected a string, found number 12 (type, byte 57); hint`.
impl Display for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let details = &*self.0;
        if let Some(message) = &details.message {
            write_line(formatter, message, 200)?;
            formatter.write_str(": ")?;
        }
        let pointer = if details.pointer.is_empty() { "frame" } else { &details.pointer };
        write_line(formatter, pointer, 200)?;
        formatter.write_str(": expected ")?;
        write_line(formatter, &details.expected, 1000)?;
        formatter.write_str(", found ")?;
        write_line(formatter, &details.found, 60)?;
        write!(formatter, " ({}, byte {})", details.code, details.offset)?;
        if let Some(hint) = &details.hint {
            formatter.write_str("; ")?;
            write_line(formatter, hint, 400)?;
        }
        Ok(())
    }
}

/// Writes at most `most` characters of `text`, those that could break or disguise a line as escapes.
pub(super) fn write_line(formatter: &mut Formatter<'_>, text: &str, most: usize) -> fmt::Result {
    let mut rest = text.chars();
    for character in rest.by_ref().take(most) {
        if disguises(character) {
            write!(formatter, "{}", character.escape_default())?;
        } else {
            formatter.write_char(character)?;
        }
    }
    if rest.next().is_some() { formatter.write_char('…') } else { Ok(()) }
}

/// Control characters, line separators, and characters that have no width or change the writing direction.
fn disguises(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}
