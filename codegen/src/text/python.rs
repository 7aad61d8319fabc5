//! Schema text in Python source: literals, docstrings, identifiers, patterns.
//!
//! Literals hold nothing that could end them, docstrings nothing that could end them or disguise a line, identifiers
//! only ASCII letters, digits and underscores.

use super::{Text, hides, rust};
use std::fmt::Write as _;

/// The text as a string literal.
pub fn string(text: &Text) -> String {
    literal(&text.0)
}

/// A JSON value as an expression.
pub fn json(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => literal(text),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}: {}", literal(name), json(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            hidden if hides(hidden) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\U{:08x}", u32::from(hidden));
            }
            plain => out.push(plain),
        }
    }
    out + "\""
}

/// A paragraph of documentation.
#[derive(Debug, Clone)]
pub struct Paragraph(String);

impl Paragraph {
    /// Words of ours.
    pub fn words(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// Text of the schema.
    pub fn text(text: &Text) -> Self {
        Self(text.0.clone())
    }

    /// Adds words of ours.
    #[must_use]
    pub fn and_words(mut self, words: &str) -> Self {
        self.0.push_str(words);
        self
    }

    /// Adds text of the schema.
    #[must_use]
    pub fn and_text(mut self, text: &Text) -> Self {
        self.0.push_str(&text.0);
        self
    }
}

/// A docstring of paragraphs, each line behind `indent`.
pub fn docstring(paragraphs: &[Paragraph], indent: &str) -> String {
    const WIDTH: usize = 110;
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for line in paragraph.0.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
            let room = WIDTH.saturating_sub(indent.len() + if lines.is_empty() { 3 } else { 0 });
            wrap(&harmless(line), room, &mut lines);
        }
    }
    let quotes = "\"\"\"";
    if let [line] = &lines[..] {
        let line = line.strip_suffix('"').map_or_else(|| line.clone(), |start| format!("{start}\\\""));
        if line.chars().count() + indent.len() + 6 <= WIDTH {
            return format!("{indent}{quotes}{line}{quotes}\n");
        }
    }
    let mut out = format!("{indent}{quotes}");
    for (index, line) in lines.iter().enumerate() {
        let before = if index == 0 || line.is_empty() { "" } else { indent };
        out.push_str(before);
        out.push_str(line);
        out.push('\n');
    }
    out + indent + quotes + "\n"
}

/// A line without what would end a docstring, be taken for an escape, or hide.
fn harmless(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.trim().chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            hidden if hides(hidden) => {
                let _ = write!(out, "\\\\u{{{:x}}}", u32::from(hidden));
            }
            plain => out.push(plain),
        }
    }
    out.replace("\"\"\"", "\\\"\\\"\\\"")
}

/// Breaks a long line at spaces.
fn wrap(line: &str, width: usize, lines: &mut Vec<String>) {
    let mut last = String::new();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut last));
        }
        if !last.is_empty() {
            last.push(' ');
        }
        last.push_str(word);
    }
    lines.push(last);
}

/// A name in `UpperCamelCase`, for classes and aliases.
pub fn class_name(words: &[Text]) -> String {
    let name = rust::camel_case(words);
    if TAKEN.contains(&name.as_str()) { format!("{name}Type") } else { name }
}

/// Names that generated modules import or define beside those of the schema.
const TAKEN: &[&str] = &[
    "Absent",
    "Any",
    "Excluded",
    "False",
    "Frame",
    "Generic",
    "Json",
    "JsonObject",
    "Literal",
    "None",
    "Protocol",
    "Sequence",
    "Structure",
    "True",
    "TypeAlias",
    "TypeGuard",
    "TypeVar",
    "UnknownMessage",
];

/// A name for an attribute.
pub fn attribute(text: &Text) -> String {
    let name = rust::snake_name(text);
    if KEYWORDS.contains(&name.as_str()) || BUILTINS.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// A name for a function, behind a prefix that makes it no keyword.
pub fn function(prefix: &str, text: &Text) -> String {
    format!("{prefix}{}", rust::snake_name(text))
}

/// A name for a constant.
pub fn constant(text: &Text) -> String {
    rust::snake_name(text).to_uppercase()
}

/// Whether a name is one in Python as it is in the schema: other letters could be normalised into each other.
pub fn is_identifier(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not",
    "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Types that annotations name: an attribute of the same name would hide them.
const BUILTINS: &[&str] = &["bool", "float", "int", "str"];

/// An ECMA-262 pattern in the syntax of the module `re`, as a string literal; nothing if it says what `re` cannot, or
/// does otherwise.
pub fn pattern(pattern: &Text) -> Option<String> {
    let mut out = String::new();
    let mut characters = pattern.0.chars().peekable();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.push_str(&escape(characters.next()?, in_class)?),
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                // `[]` is nothing and `[^]` anything in ECMA-262; in Python neither is closed.
                if characters.peek() == Some(&']') {
                    return None;
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            // `&&` and the like are reserved in Python's classes.
            mark @ ('&' | '|' | '~') if in_class => out.extend(['\\', mark]),
            other if in_class => out.push(other),
            '.' => out.push_str("[^\\n\\r\\u2028\\u2029]"),
            '$' => out.push_str("\\Z"),
            '(' if characters.peek() == Some(&'?') => {
                characters.next();
                // Only a group that captures nothing means the same everywhere.
                characters.next_if_eq(&':')?;
                out.push_str("(?:");
            }
            '{' if !characters.peek().is_some_and(char::is_ascii_digit) => out.push_str("\\{"),
            other => out.push(other),
        }
    }
    (!in_class).then(|| literal(&out))
}

/// What stands behind a backslash.
fn escape(character: char, in_class: bool) -> Option<String> {
    let set = |set: &str| if in_class { set.to_owned() } else { format!("[{set}]") };
    Some(match character {
        'd' => set("0-9"),
        'w' => set("0-9A-Za-z_"),
        'D' if !in_class => "[^0-9]".to_owned(),
        'W' if !in_class => "[^0-9A-Za-z_]".to_owned(),
        'n' | 'r' | 't' | 'f' | 'v' => format!("\\{character}"),
        mark if mark.is_ascii_punctuation() => format!("\\{mark}"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Paragraph, Text, attribute, docstring, pattern, string};

    #[test]
    fn text_cannot_leave_its_literal() {
        assert_eq!(string(&Text::new("a\"\\\n\u{202e}é")), "\"a\\\"\\\\\\n\\U0000202eé\"");
        let doc = docstring(&[Paragraph::words("\"\"\"\nimport os\\\"")], "");
        assert_eq!(doc, "\"\"\"\\\"\\\"\\\"\nimport os\\\\\"\n\"\"\"\n");
        assert_eq!(docstring(&[Paragraph::words("say \"no\"")], "  "), "  \"\"\"say \"no\\\"\"\"\"\n");
    }

    #[test]
    fn keywords_are_no_attributes() {
        assert_eq!(attribute(&Text::new("from")), "from_");
        assert_eq!(attribute(&Text::new("threadId")), "thread_id");
    }

    #[test]
    fn patterns_keep_their_meaning_or_are_refused() {
        let translated = |text: &str| pattern(&Text::new(text));
        assert_eq!(translated("^a.\\d$").as_deref(), Some("\"^a[^\\\\n\\\\r\\\\u2028\\\\u2029][0-9]\\\\Z\""));
        assert_eq!(translated("[[a&&b]").as_deref(), Some("\"[\\\\[a\\\\&\\\\&b]\""));
        for refused in ["(?=a)", "(?<x>a)", "\\1", "\\bword", "\\p{L}", "[]", "\\s", "[a"] {
            assert_eq!(translated(refused), None, "{refused}");
        }
    }
}
