//! ECMA-262 patterns in the syntax of the `regex` crate, and those that look around or back in that of `fancy-regex`.
//!
//! They share most of their syntax. What differs is written out here; what has no counterpart is not translated.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// What `.` does not match (ECMA-262 §12.3).
const DOT: &str = r"[^\n\r\x{2028}\x{2029}]";
/// What `\s` matches (ECMA-262 §12.2, §12.3).
const SPACE: &str =
    r"\t\n\x0B\x0C\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";
/// What `\w` matches.
const WORD: &str = "0-9A-Za-z_";

/// The pattern, if it can be matched in linear time.
pub(super) fn linear(pattern: &str) -> Option<String> {
    let pattern = literal_braces(pattern);
    let translated = jsonschema_regex::to_rust_regex(&pattern).ok()?;
    let translated = ascii_boundaries(&translated)?;
    regex::Regex::new(&translated).ok()?;
    Some(translated)
}

/// A brace that begins no quantifier stands for itself (ECMA-262 annex B.1.2); the `regex` crate takes `{,2}` for one.
fn literal_braces(pattern: &str) -> String {
    let mut escaped = false;
    let mut out = String::with_capacity(pattern.len());
    for (index, character) in pattern.char_indices() {
        if character == '{' && !escaped && pattern.get(index + 1..).is_some_and(|rest| rest.starts_with(','))
        {
            out.push('\\');
        }
        escaped = character == '\\' && !escaped;
        out.push(character);
    }
    out
}

/// `\b` knows ASCII letters only (ECMA-262 §22.2.2.4). `\B` has no such form in the `regex` crate.
fn ascii_boundaries(pattern: &str) -> Option<String> {
    let (mut escaped, mut class) = (false, 0);
    let mut out = String::with_capacity(pattern.len());
    for character in pattern.chars() {
        match character {
            'b' if escaped && class == 0 => {
                out.pop();
                out.push_str(r"(?-u:\b)");
                escaped = false;
                continue;
            }
            'B' if escaped && class == 0 => return None,
            '[' if !escaped => class += 1,
            ']' if !escaped && class > 0 => class -= 1,
            _ => {}
        }
        escaped = character == '\\' && !escaped;
        out.push(character);
    }
    Some(out)
}

/// The pattern, if it can be matched by backtracking.
pub(super) fn translate(pattern: &str) -> Option<String> {
    let mut writer = Writer { rest: pattern.chars().peekable(), out: String::new() };
    writer.pattern()?;
    fancy_regex::Regex::new(&writer.out).ok()?;
    Some(writer.out)
}

struct Writer<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
}

impl Writer<'_> {
    fn pattern(&mut self) -> Option<()> {
        while let Some(character) = self.rest.next() {
            match character {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '.' => self.out.push_str(DOT),
                // Without the flag `m` both look at the whole text.
                '$' => self.out.push_str(r"\z"),
                '^' => self.out.push_str(r"\A"),
                '#' | ' ' | '&' | '~' => self.literal(character),
                other => self.out.push(other),
            }
        }
        Some(())
    }

    fn class(&mut self) -> Option<()> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        if self.rest.next_if_eq(&']').is_some() {
            // Nothing, or anything at all.
            self.out.push_str(if negated { r"[\s\S]" } else { r"[^\s\S]" });
            return Some(());
        }
        self.out.push_str(if negated { "[^" } else { "[" });
        loop {
            match self.rest.next()? {
                ']' => break,
                '\\' => self.escape(true)?,
                character @ ('[' | '&' | '~') => self.literal(character),
                other => self.out.push(other),
            }
        }
        self.out.push(']');
        Some(())
    }

    fn escape(&mut self, in_class: bool) -> Option<()> {
        let set = |set: &str| if in_class { set.to_owned() } else { format!("[{set}]") };
        let escaped = match self.rest.next()? {
            'd' => set("0-9"),
            'w' => set(WORD),
            's' => set(SPACE),
            'D' => "[^0-9]".to_owned(),
            'W' => format!("[^{WORD}]"),
            'S' => format!("[^{SPACE}]"),
            'b' if in_class => r"\x08".to_owned(),
            'b' => format!("(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))"),
            'B' => format!("(?:(?<=[{WORD}])(?=[{WORD}])|(?<![{WORD}])(?![{WORD}]))"),
            '0' => r"\x00".to_owned(),
            'c' => {
                format!(r"\x{{{:X}}}", u32::from(self.rest.next().filter(char::is_ascii_alphabetic)?) % 32)
            }
            'u' => format!(r"\x{{{:X}}}", self.code_point()?),
            'x' => format!(r"\x{{{:X}}}", self.hex(2)?),
            kept @ ('p' | 'P' | 'n' | 'r' | 't' | 'f' | 'v') => format!("\\{kept}"),
            first @ '1'..='9' if !in_class => self.group(first),
            'k' if !in_class => self.named_group()?,
            mark if mark.is_ascii_punctuation() => {
                self.literal(mark);
                return Some(());
            }
            _ => return None,
        };
        self.out.push_str(&escaped);
        Some(())
    }

    /// A reference to a group; one that took no part matches the empty string (ECMA-262 §22.2.2.7.2).
    fn group(&mut self, first: char) -> String {
        let mut number = String::from(first);
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            number.push(digit);
        }
        format!("(?({number})\\{number}|)")
    }

    fn named_group(&mut self) -> Option<String> {
        self.rest.next_if_eq(&'<')?;
        let name: String = std::iter::from_fn(|| self.rest.next_if(|next| *next != '>')).collect();
        self.rest.next_if_eq(&'>')?;
        Some(format!("(?(<{name}>)\\k<{name}>|)"))
    }

    fn literal(&mut self, character: char) {
        // Writing to a string cannot fail.
        let _ = write!(self.out, r"\x{{{:X}}}", u32::from(character));
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let digits: String = self.rest.by_ref().take(digits).collect();
        u32::from_str_radix(&digits, 16).ok()
    }

    /// The rest of `\u0041`, `\u{41}`, or of a surrogate pair.
    fn code_point(&mut self) -> Option<u32> {
        if self.rest.next_if_eq(&'{').is_some() {
            let digits: String = std::iter::from_fn(|| self.rest.next_if(|next| *next != '}')).collect();
            self.rest.next_if_eq(&'}')?;
            return u32::from_str_radix(&digits, 16).ok();
        }
        let first = self.hex(4)?;
        if !(0xD800..0xDC00).contains(&first) {
            return Some(first);
        }
        let second = (self.rest.next()? == '\\' && self.rest.next()? == 'u').then(|| self.hex(4))??;
        (0xDC00..0xE000).contains(&second).then(|| 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }
}

#[cfg(test)]
mod tests {
    use super::translate;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        fancy_regex::Regex::new(&translate(pattern)?).ok()?.is_match(text).ok()
    }

    #[test]
    fn looking_around_and_back_keeps_its_meaning() {
        assert_eq!(matches("^(?!foo)\\w+$", "bar"), Some(true));
        assert_eq!(matches("^(?!foo)\\w+$", "food"), Some(false));
        assert_eq!(matches("^(.)\\1$", "aa"), Some(true));
        assert_eq!(matches("^(.)\\1$", "ab"), Some(false));
        assert_eq!(matches("^(?:(a)|b)\\1$", "b"), Some(true));
        assert_eq!(matches("^(?<x>a)\\k<x>$", "aa"), Some(true));
        assert_eq!(matches("(?<=\\$)\\d", "$4"), Some(true));
        assert_eq!(matches("(?<=\\$)\\d", "$\u{663}"), Some(false));
        assert_eq!(matches("^(?=.*[^])\\u0041\\/[\\]\\-#]$", "A/#"), Some(true));
    }

    #[test]
    fn boundaries_are_those_of_ascii_words() {
        let matches = |pattern: &str, text: &str| {
            regex::Regex::new(&super::linear(pattern).unwrap_or_default())
                .is_ok_and(|regex| regex.is_match(text))
        };
        assert!(matches("\\bcat\\b", "\u{e4}cat"));
        assert!(!matches("\\bcat\\b", "concat"));
        assert!(matches("^a{,2}$", "a{,2}"));
        assert_eq!(super::linear("\\Bend"), None);
    }

    #[test]
    fn what_has_no_counterpart_is_not_translated() {
        assert_eq!(translate("\\q(?=a)"), None);
        assert_eq!(translate("(?=a"), None);
    }
}
