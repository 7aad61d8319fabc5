//! Schema text in TypeScript and JavaScript source: literals, property names, doc comments, identifiers.
//!
//! Literals are JSON with what hides written as escapes, doc comments hold nothing that could end them or begin a tag,
//! identifiers only letters, digits and underscores.

pub use super::rust::Part;
use super::rust::{camel_case, joined, markdown, snake_name};
use super::{Text, hides};
use std::fmt::Write as _;

/// The text as a string literal.
pub fn string(text: &Text) -> String {
    literal(&text.0)
}

/// Text of the schema inside words of ours, as a string literal.
pub fn sentence(parts: &[Part<'_>]) -> String {
    literal(&joined(parts))
}

/// The text as the name of a property, in a literal or in a type.
pub fn key(text: &Text) -> String {
    name_of_property(&text.0)
}

/// A JSON value as an expression.
pub fn json(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::String(text) => literal(text),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| format!("{}: {}", name_of_property(name), json(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// The lines of a doc comment: a text in Markdown, wrapped.
pub fn doc(parts: &[Part<'_>]) -> Vec<String> {
    markdown(&joined(parts)).iter().map(|line| harmless(line).replace('@', "\\@")).collect()
}

/// The lines of a doc comment that show a JSON value.
pub fn doc_json(value: &serde_json::Value) -> Vec<String> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.lines().map(|line| harmless(&escaped(line))).collect()
}

/// A name in `UpperCamelCase`, for types; it hides none that generated code uses.
pub fn type_name(words: &[Text]) -> String {
    let name = camel_case(words);
    if TAKEN.contains(&name.as_str()) { format!("{name}Type") } else { name }
}

/// A name in `UPPER_SNAKE_CASE`, for constants.
pub fn constant_name(text: &Text) -> String {
    snake_name(text).to_uppercase()
}

/// Global types that generated code uses, and the only type parameters in it.
const TAKEN: &[&str] = &["Omit", "Partial", "Record", "Extract", "Error", "Type", "Data", "Event", "Result"];

/// A line that does not end the comment that it stands in.
fn harmless(line: &str) -> String {
    line.replace("*/", "*\\/")
}

fn literal(text: &str) -> String {
    escaped(&serde_json::Value::from(text).to_string())
}

/// JSON with characters that hide, or change how a line is read, as escapes.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if !hides(character) {
            out.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

fn name_of_property(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_$".contains(letter);
    let is_identifier = name.chars().all(plain)
        && name.starts_with(|first: char| !first.is_ascii_digit())
        && name != "__proto__";
    match name {
        _ if is_identifier => name.to_owned(),
        // In a literal it would be the prototype.
        "__proto__" => format!("[{}]", literal(name)),
        _ => literal(name),
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Text, doc, doc_json, json, key, string, type_name};
    use serde_json::json;

    #[test]
    fn literals_hold_what_they_are_given() {
        assert_eq!(string(&Text::new("a\"\\\n</script>`${x}")), r#""a\"\\\n</script>`${x}""#);
        assert_eq!(string(&Text::new("\u{2028}\u{202e}")), r#""\u2028\u202e""#);
        assert_eq!(
            json(&json!({ "__proto__": [1.5, null, { "a-b": "c" }] })),
            r#"{ ["__proto__"]: [1.5, null, { "a-b": "c" }] }"#
        );
    }

    #[test]
    fn property_names_are_quoted_where_they_must_be() {
        let key = |name: &str| key(&Text::new(name));
        assert_eq!([key("run_id"), key("a b"), key("1a"), key("")], ["run_id", "\"a b\"", "\"1a\"", "\"\""]);
        assert_eq!(key("__proto__"), "[\"__proto__\"]");
    }

    #[test]
    fn comments_cannot_be_ended_and_have_no_tags() {
        assert_eq!(doc(&[Part::Text(&Text::new("a */ b\n@deprecated"))]), ["a *\\/ b", "\\@deprecated"]);
        assert_eq!(doc_json(&json!("*/")), ["\"*\\/\""]);
    }

    #[test]
    fn names_hide_nothing() {
        assert_eq!(type_name(&[Text::new("agent_thinking")]), "AgentThinking");
        assert_eq!(type_name(&[Text::new("record")]), "RecordType");
    }
}
