//! Text as it stands in a JSON file.

use super::hides;
use std::fmt::Write as _;

/// A JSON string, quotes included (RFC 8259 §7). Characters that change how the text around them is read without being
/// seen are escaped, too: people review such files.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // None of them lies beyond U+FFFF. Writing to a string cannot fail.
            hidden if hides(hidden) => drop(write!(out, "\\u{:04x}", u32::from(hidden))),
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn strings_read_back_as_what_they_were() {
        let text = "a\"b\\c/\n\r\t\u{8}\u{c}\u{0}\u{7f}\u{85}\u{202e}\u{feff}é😀";
        let written = string(text);
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        assert!(
            !written.contains(['\n', '\u{202e}', '\u{feff}', '\u{85}']) && written.contains("é😀"),
            "{written}"
        );
    }
}
