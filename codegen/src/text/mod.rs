//! Text that came out of a schema, and the only doors through which it enters generated output.
//!
//! A description, a property name or an enumeration value is whatever somebody typed into a JSON file,
//! and must never become code. [`Text`] therefore has no `Display` and no `ToTokens`, and no way to be
//! read as a `str` outside this module: an emitter can only ask the escaping functions of its
//! language ([`rust`], [`python`], [`typescript`]) for it. The compiler finds every attempt to go around them.

mod ecma;
pub mod json;
pub mod markdown;
pub mod python;
pub mod rust;
pub mod typescript;
pub(crate) mod value;

use std::fmt;

/// A string from a schema. It can be compared, but only an escaping function can write it out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(String);

impl Text {
    /// Wraps a string from a schema.
    pub fn new(raw: impl Into<String>) -> Self {
        Self(raw.into())
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with a number behind it.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        Self(format!("{} {number}", self.0))
    }

    /// Whether the text reads as a name: a few words without punctuation.
    pub fn is_short_name(&self) -> bool {
        let word = |word: &str| word.chars().all(|letter| letter.is_alphanumeric() || "_-".contains(letter));
        let words = self.0.split(' ').collect::<Vec<_>>();
        (1..=4).contains(&words.len()) && words.iter().all(|text| !text.is_empty() && word(text))
    }

    /// The text as a finding shows it: between back quotes, control characters escaped, cut when long.
    pub fn quoted(&self) -> String {
        quoted(&self.0)
    }

    /// The text as a JSON string, quotes included: the wire form of a name or a value.
    pub fn json(&self) -> String {
        serde_json::Value::from(self.0.as_str()).to_string()
    }
}

/// Debugging shows the text escaped, so it is no way out either.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// Any text as a finding shows it: between back quotes, on one line, without control characters.
pub fn quoted(text: &str) -> String {
    format!("`{}`", printable(text))
}

/// Any text on one line, without control characters, cut when long.
pub fn printable(text: &str) -> String {
    shown(text, 80)
}

/// Any text on one line, without control characters, cut after so many characters.
pub fn shown(text: &str, longest: usize) -> String {
    let mut shown: String = text.chars().take(longest).flat_map(visible).collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown
}

/// A character as it is safe to print: itself, or its escape.
fn visible(character: char) -> impl Iterator<Item = char> {
    let escape = hides(character);
    let escaped = escape.then(|| character.escape_unicode());
    let plain = (!escape).then_some(character);
    escaped.into_iter().flatten().chain(plain)
}

/// Whether a character must not be printed as it is.
pub(crate) fn hides(character: char) -> bool {
    character.is_control() || is_invisible(character)
}

/// Characters that change how the text around them is read without being seen: line separators,
/// bidirectional controls (CVE-2021-42574), zero-width marks.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn hostile_text_is_shown_on_one_line() {
        assert_eq!(quoted("a\nb\u{202e}c"), "`a\\u{a}b\\u{202e}c`");
        assert_eq!(quoted(&"x".repeat(99)).chars().count(), 83);
    }
}
