//! Schema text in Rust source: literals, doc comments, identifiers.
//!
//! Literals are proc-macro2's, so they are escaped by construction. Doc comments are cut into lines and made
//! harmless for rustdoc. Identifiers only ever hold letters, digits and underscores.

use super::{Text, ecma, is_invisible};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// The text as a string literal.
pub fn string(text: &Text) -> Literal {
    Literal::string(&text.0)
}

/// A member's key as it is written to the wire, `"key":`, as a string literal; `before` stands in front.
pub fn json_key(before: &str, text: &Text) -> Literal {
    Literal::string(&format!("{before}{}:", text.json()))
}

/// The text as a JSON string, quotes included, as a string literal.
pub fn json_string(text: &Text) -> Literal {
    Literal::string(&text.json())
}

/// The engine that a pattern needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The `regex` crate, which matches in linear time.
    Linear,
    /// The `fancy-regex` crate, which looks around and back.
    Backtracking,
}

/// An ECMA-262 pattern in the syntax of its engine, as a string literal. The pattern was found to be translatable
/// before ([`translate`]).
pub fn pattern(pattern: &Text) -> Literal {
    Literal::string(&translate(pattern).map(|(_, translated)| translated).unwrap_or_default())
}

/// Translates an ECMA-262 pattern: `\\d`, `\\w` and `.` keep their ECMA-262 meaning.
pub fn translate(pattern: &Text) -> Option<(Engine, String)> {
    let linear = ecma::linear(&pattern.0).map(|linear| (Engine::Linear, linear));
    linear.or_else(|| Some((Engine::Backtracking, ecma::translate(&pattern.0)?)))
}

/// Whether a pattern is found in a text; nothing where the pattern cannot be tried.
pub fn matches(pattern: &Text, text: &Text) -> Option<bool> {
    match translate(pattern)? {
        (Engine::Linear, pattern) => Some(regex::Regex::new(&pattern).ok()?.is_match(&text.0)),
        (Engine::Backtracking, pattern) => fancy_regex::Regex::new(&pattern).ok()?.is_match(&text.0).ok(),
    }
}

/// A part of a [`sentence`].
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// Words of ours.
    Words(&'a str),
    /// Text of the schema.
    Text(&'a Text),
    /// Text of the schema as a JSON string, quotes included.
    Json(&'a Text),
}

/// Text of the schema inside words of ours, as a string literal.
pub fn sentence(parts: &[Part<'_>]) -> Literal {
    Literal::string(&joined(parts))
}

pub(super) fn joined(parts: &[Part<'_>]) -> String {
    let part = |part: &Part<'_>| match part {
        Part::Words(words) => (*words).to_owned(),
        Part::Text(text) => text.0.clone(),
        Part::Json(text) => text.json(),
    };
    parts.iter().map(part).collect()
}

/// Doc attributes for a text in Markdown, one a line.
pub fn doc(text: &Text) -> TokenStream {
    doc_sentence(&[Part::Text(text)])
}

/// Doc attributes for text of the schema inside words of ours.
pub fn doc_sentence(parts: &[Part<'_>]) -> TokenStream {
    let lines = markdown(&joined(parts));
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// The lines of a description, wrapped, with what rustdoc would run or follow taken away: fenced code is
/// never a doctest, brackets and angle brackets outside of code spans are plain characters.
pub(super) fn markdown(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fenced = false;
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
        let line: String = line.chars().flat_map(visible).collect();
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            lines.push(if fenced { "```text" } else { "```" }.to_owned());
        } else if fenced {
            lines.push(line);
        } else {
            lines.extend(wrap(&plain(trimmed)));
        }
    }
    if fenced {
        lines.push("```".to_owned());
    }
    lines
}

/// A character that is safe in source: itself, or its escape written out.
fn visible(character: char) -> Vec<char> {
    if character.is_control() || is_invisible(character) {
        character.escape_unicode().collect()
    } else {
        vec![character]
    }
}

/// Escapes what Markdown would take for links or HTML, outside of code spans.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut code = false;
    // A fence may also stand behind the mark of a list, or come to the start of a line when a long one is broken.
    let line = line.replace("```", "\\`\\`\\`").replace("~~~", "\\~\\~\\~");
    // An odd back quote would open a span that never ends, and longer runs pair by their length.
    let spans =
        if line.contains("``") || line.contains("\\`") { 0 } else { line.matches('`').count() / 2 * 2 };
    let mut quotes = 0;
    for character in line.chars() {
        if character == '`' {
            quotes += 1;
            code = quotes <= spans && !code;
        }
        if !code && matches!(character, '[' | ']' | '<' | '>') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Breaks a long line at spaces.
fn wrap(line: &str) -> Vec<String> {
    const WIDTH: usize = 96;
    let mut lines = vec![String::new()];
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        let Some(last) = lines.last_mut() else { break };
        if !last.is_empty() && last.chars().count() + word.chars().count() >= WIDTH {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// A name in `UpperCamelCase`, for types.
pub fn type_name(words: &[Text]) -> String {
    let name = camel_case(words);
    // These would hide what generated code itself uses, or are keywords.
    if TAKEN.contains(&name.as_str()) { format!("{name}Type") } else { name }
}

/// A name for a variant, which hides nothing: only the keyword among the names is taken.
pub fn variant_name(text: &Text) -> String {
    let name = camel_case(std::slice::from_ref(text));
    if name == "Self" { "SelfType".to_owned() } else { name }
}

pub(super) fn camel_case(words: &[Text]) -> String {
    let words = words.iter().flat_map(|word| split(&word.0));
    let name: String = words.map(|word| capitalised(&word)).collect();
    started(name, "N", "Empty")
}

/// A name for an item: one that generated modules have not taken for themselves.
pub fn item_name(words: &[Text]) -> String {
    let name = type_name(words);
    if MODULE_NAMES.contains(&name.as_str()) { format!("{name}Type") } else { name }
}

/// What generated modules import or define beside the items of the schema, the type parameters of their macros among
/// it.
const MODULE_NAMES: &[&str] = &[
    "Decode", "Detach", "Encode", "Parser", "Writer", "Pattern", "Sample", "Built", "Invalid", "PLAN", "S",
    "D", "T",
];

/// Names of the prelude, and keywords in upper case.
const TAKEN: &[&str] = &[
    "Self",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "Box",
    "String",
    "Cow",
    "Default",
    "Clone",
    "Debug",
    "PartialEq",
    "Iterator",
    "From",
    "Into",
    "TryFrom",
    "TryInto",
    "AsRef",
    "ToString",
    "ToOwned",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "Send",
    "Sync",
    "Copy",
    "Eq",
    "Ord",
    "PartialOrd",
    "Hash",
    "Decode",
    "Detach",
    "Handle",
    "Handler",
    "Encode",
    "Parser",
    "Writer",
];

/// An identifier for a type or variant; `name` comes from [`type_name`].
pub fn type_ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A name in `snake_case`, without regard to keywords.
pub fn snake_name(text: &Text) -> String {
    let words: Vec<String> = split(&text.0).iter().map(|word| word.to_lowercase()).collect();
    started(words.join("_"), "n", "empty")
}

/// An identifier for a constant; its name is none of `taken`.
pub fn constant_ident(text: &Text, taken: &[&str]) -> Ident {
    let name = snake_name(text).to_uppercase();
    let end = if taken.contains(&name.as_str()) { "_" } else { "" };
    Ident::new(&format!("{name}{end}"), Span::call_site())
}

/// The name of an environment variable.
pub fn environment_variable(text: &Text, suffix: &str) -> Text {
    Text::new(format!("{}_{suffix}", snake_name(text).to_uppercase()))
}

/// An identifier for a field, a variable or the end of a method's name.
pub fn field_ident(text: &Text) -> Ident {
    let name = snake_name(text);
    match name.as_str() {
        // The only keywords that cannot be raw identifiers, and the fields that generated structs have of their own.
        "self" | "super" | "crate" | "_" | "required" | "extras" | "additional" | "rest" => {
            Ident::new(&format!("{name}_"), Span::call_site())
        }
        // Reserved since the edition of 2024, which syn does not know of.
        "gen" => Ident::new_raw(&name, Span::call_site()),
        _ if syn::parse_str::<Ident>(&name).is_err() => Ident::new_raw(&name, Span::call_site()),
        _ => Ident::new(&name, Span::call_site()),
    }
}

/// An identifier for a module, which is its file's name, too; it is none of `taken`.
pub fn module_ident(text: &Text, taken: &[&str]) -> Ident {
    let name = snake_name(text);
    if taken.contains(&name.as_str()) || name == "gen" || syn::parse_str::<Ident>(&name).is_err() {
        Ident::new(&format!("{name}_"), Span::call_site())
    } else {
        Ident::new(&name, Span::call_site())
    }
}

/// An identifier for a variable that holds a field: no name ends in an underscore, so it hides none of `taken`.
pub fn local_ident(text: &Text, taken: &[&str]) -> Ident {
    let ident = field_ident(text);
    if taken.iter().any(|taken| ident == taken) {
        Ident::new(&format!("{ident}_"), Span::call_site())
    } else {
        ident
    }
}

/// An identifier such as `with_run_id`.
pub fn prefixed_ident(prefix: &str, text: &Text) -> Ident {
    Ident::new(&format!("{prefix}{}", snake_name(text)), Span::call_site())
}

/// The words of a name: letters and digits between other characters and at changes of case.
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if !(character.is_alphanumeric() && is_identifier(character)) {
            previous = None;
            continue;
        }
        let next_lower = characters.peek().is_some_and(|next| next.is_lowercase());
        let boundary = previous
            .is_none_or(|previous| character.is_uppercase() && (!previous.is_uppercase() || next_lower));
        match words.last_mut() {
            Some(word) if !boundary => word.push(character),
            _ => words.push(character.to_string()),
        }
        previous = Some(character);
    }
    words
}

/// Whether a character may stand in an identifier (Unicode UAX #31), asked of the lexer itself.
fn is_identifier(character: char) -> bool {
    character.is_ascii_alphanumeric() || syn::parse_str::<Ident>(&format!("x{character}")).is_ok()
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters.flat_map(char::to_lowercase)).collect()
}

/// A name that begins as identifiers must.
fn started(name: String, prefix: &str, empty: &str) -> String {
    match name.chars().next() {
        None => empty.to_owned(),
        Some(first) if first.is_numeric() => format!("{prefix}{name}"),
        Some(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, field_ident, markdown, type_name};

    #[test]
    fn names_are_cased_at_word_boundaries() {
        let name = |text: &str| type_name(&[Text::new(text)]);
        assert_eq!(name("agent_thinking"), "AgentThinking");
        assert_eq!(name("HTTPServer2x"), "HttpServer2x");
        assert_eq!(name("self"), "SelfType");
        assert_eq!(name(""), "Empty");
        assert_eq!(name("4eyes"), "N4eyes");
    }

    #[test]
    fn every_keyword_becomes_an_identifier() {
        for keyword in ["self", "Self", "super", "crate", "_", "type", "async", "gen", "try", "union"] {
            let ident = field_ident(&Text::new(keyword)).to_string();
            assert!(syn::parse_str::<syn::Ident>(&ident).is_ok(), "{keyword} became {ident}");
        }
    }

    #[test]
    fn documentation_cannot_run_or_link() {
        let lines = markdown("see [x](y) and `a[0]`\n```rust\nevil()");
        assert_eq!(lines, ["see \\[x\\](y) and `a[0]`", "```text", "evil()", "```"]);
        assert_eq!(markdown("1. ```rust"), ["1. \\`\\`\\`rust"]);
        assert_eq!(markdown("` [x](y) ``"), ["` \\[x\\](y) ``"]);
    }
}
