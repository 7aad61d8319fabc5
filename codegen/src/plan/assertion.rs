//! Checks that look at one value and apply no schemas.

use super::{Check, Tree, Types, decimal};
use crate::support::{Code, Violation, max_items, max_length, min_items, min_length};
use std::borrow::Cow;

/// Whether the value passes a check that applies no schemas.
pub(super) fn passes(check: &Check, value: &Tree<'_>) -> bool {
    match (check, value) {
        (Check::Never, _) => false,
        (Check::Types(types), _) => types.meets(types_of(value)),
        (Check::Const(text), _) => is(value, text),
        (Check::Enum(texts), _) => texts.iter().any(|text| is(value, text)),
        (check, Tree::Number(number)) => number_passes(check, number),
        (check, Tree::String(text)) => string_passes(check, text),
        (check, Tree::Array(items)) => array_passes(check, items),
        (check, Tree::Object(_)) => object_passes(check, value),
        (_, Tree::Null | Tree::Boolean(_)) => true,
    }
}

fn number_passes(check: &Check, number: &str) -> bool {
    match check {
        Check::Minimum(bound) => decimal::compare(number, bound).is_ge(),
        Check::Maximum(bound) => decimal::compare(number, bound).is_le(),
        Check::ExclusiveMinimum(bound) => decimal::compare(number, bound).is_gt(),
        Check::ExclusiveMaximum(bound) => decimal::compare(number, bound).is_lt(),
        Check::MultipleOf(divisor) => decimal::is_multiple_of(number, divisor),
        _ => true,
    }
}

fn string_passes(check: &Check, text: &str) -> bool {
    match check {
        Check::MinLength(least) => min_length(text, *least).is_ok(),
        Check::MaxLength(most) => max_length(text, *most).is_ok(),
        Check::Pattern(is_right, _) | Check::Format(is_right, _) => is_right.passes(text),
        _ => true,
    }
}

fn array_passes(check: &Check, items: &[Tree<'_>]) -> bool {
    match check {
        Check::MinItems(least) => min_items(items.len(), *least).is_ok(),
        Check::MaxItems(most) => max_items(items.len(), *most).is_ok(),
        Check::UniqueItems => first_repeated(items).is_none(),
        _ => true,
    }
}

fn object_passes(check: &Check, object: &Tree<'_>) -> bool {
    let count = object.members().len();
    match check {
        Check::MinProperties(least) => min_items(count, *least).is_ok(),
        Check::MaxProperties(most) => max_items(count, *most).is_ok(),
        Check::Required(_) | Check::DependentRequired(_) => missing(check, object).is_none(),
        _ => true,
    }
}

/// Whether the value is the one that `text` writes.
fn is(value: &Tree<'_>, text: &str) -> bool {
    match (value, text.as_bytes().first()) {
        (Tree::String(value), Some(b'"')) if !text.contains('\\') => {
            text.get(1..text.len() - 1) == Some(value.as_ref())
        }
        (Tree::Number(value), Some(b'-' | b'0'..=b'9')) => decimal::compare(value, text).is_eq(),
        (Tree::Null, Some(b'n')) => true,
        (Tree::Boolean(value), Some(b't' | b'f')) => *value == (text == "true"),
        (Tree::String(_), Some(b'"')) | (Tree::Array(_), Some(b'[')) | (Tree::Object(_), Some(b'{')) => {
            Tree::parse(text).is_ok_and(|constant| constant.equals(value))
        }
        _ => false,
    }
}

/// All types that the value has.
fn types_of(value: &Tree<'_>) -> Types {
    match value {
        Tree::Null => Types::NULL,
        Tree::Boolean(_) => Types::BOOLEAN,
        Tree::Number(number) if !decimal::is_integer(number) => Types::NUMBER,
        Tree::Number(number) if number.contains(['.', 'e', 'E']) => Types::NUMBER.or(Types::INTEGER),
        Tree::Number(_) => Types::NUMBER.or(Types::INTEGER).or(Types::STRICT_INTEGER),
        Tree::String(_) => Types::STRING,
        Tree::Array(_) => Types::ARRAY,
        Tree::Object(_) => Types::OBJECT,
    }
}

/// The index of the first item that an earlier one is equal to, and the index of that.
fn first_repeated(items: &[Tree<'_>]) -> Option<(usize, usize)> {
    let mut sorted: Vec<(usize, &Tree<'_>)> = items.iter().enumerate().collect();
    sorted.sort_by(|(_, one), (_, other)| one.compare(other));
    let repeated = sorted.windows(2).filter_map(|pair| match pair {
        [(before, one), (index, other)] if one.equals(other) => Some((*index, *before)),
        _ => None,
    });
    repeated.min()
}

/// The first property that a check requires and the object does not have, and the property that makes it required.
fn missing(check: &Check, object: &Tree<'_>) -> Option<(&'static str, Option<&'static str>)> {
    let lacks = |name: &&'static str| object.position(name).is_none();
    match check {
        Check::Required(names) => names.iter().copied().find(lacks).map(|name| (name, None)),
        Check::DependentRequired(names) => {
            let present = names.iter().filter(|(name, _)| !lacks(name));
            let mut missing = present.filter_map(|(name, others)| {
                others.iter().copied().find(lacks).map(|other| (other, Some(*name)))
            });
            missing.next()
        }
        _ => None,
    }
}

/// Why the value does not pass the check.
#[cold]
pub(super) fn violation(check: &Check, value: &Tree<'_>) -> Violation {
    let (code, expected) = expectation(check, value);
    let found = match (check, value) {
        (Check::MinLength(_) | Check::MaxLength(_), Tree::String(text)) => {
            format!("{} code points", text.chars().count())
        }
        (Check::MinItems(_) | Check::MaxItems(_), _) => format!("{} items", value.items().len()),
        (Check::MinProperties(_) | Check::MaxProperties(_), _) => {
            format!("{} properties", value.members().len())
        }
        (Check::UniqueItems, _) => repetition(value),
        (Check::Required(_) | Check::DependentRequired(_), _) => "an object without it".to_owned(),
        _ => describe(value),
    };
    Violation { code, expected: Cow::Owned(expected), found }
}

/// What a check that applies no schemas asks for.
fn expectation(check: &Check, value: &Tree<'_>) -> (Code, String) {
    match check {
        Check::Types(types) => (Code::Type, name_types(*types)),
        Check::Const(text) => (Code::Const, constant(text)),
        Check::Enum(texts) => (Code::Enum, format!("one of {}", texts.join(", "))),
        Check::Minimum(bound) => (Code::Range, format!("a number >= {bound}")),
        Check::Maximum(bound) => (Code::Range, format!("a number <= {bound}")),
        Check::ExclusiveMinimum(bound) => (Code::Range, format!("a number > {bound}")),
        Check::ExclusiveMaximum(bound) => (Code::Range, format!("a number < {bound}")),
        Check::MultipleOf(divisor) => (Code::MultipleOf, format!("a multiple of {divisor}")),
        Check::MinLength(least) => (Code::Length, format!("at least {least} code points")),
        Check::MaxLength(most) => (Code::Length, format!("at most {most} code points")),
        Check::Pattern(_, written) => (Code::Pattern, format!("a string that matches {written}")),
        Check::Format(_, name) => (Code::Format, format!("a string in the format {name}")),
        Check::MinItems(least) => (Code::Items, format!("at least {least} items")),
        Check::MaxItems(most) => (Code::Items, format!("at most {most} items")),
        Check::UniqueItems => (Code::Unique, "items that differ".to_owned()),
        Check::MinProperties(least) => (Code::Properties, format!("at least {least} properties")),
        Check::MaxProperties(most) => (Code::Properties, format!("at most {most} properties")),
        Check::Required(_) | Check::DependentRequired(_) => {
            (Code::MissingProperty, name_missing(check, value))
        }
        _ => (Code::Not, "no value here".to_owned()),
    }
}

fn name_missing(check: &Check, value: &Tree<'_>) -> String {
    match missing(check, value) {
        Some((name, Some(because))) => format!("the property `{name}`, which `{because}` requires"),
        Some((name, None)) => format!("the property `{name}`"),
        None => "a property".to_owned(),
    }
}

fn constant(text: &str) -> String {
    if text.starts_with('"') { format!("the string {text}") } else { format!("the value {text}") }
}

fn repetition(value: &Tree<'_>) -> String {
    let repeated = first_repeated(value.items());
    repeated.map_or_else(String::new, |(index, before)| format!("item {index} equal to item {before}"))
}

/// The types as words: "a string, an array or null".
fn name_types(types: Types) -> String {
    const NAMES: [(Types, &str); 7] = [
        (Types::BOOLEAN, "a boolean"),
        (Types::NUMBER, "a number"),
        (Types::INTEGER.or(Types::STRICT_INTEGER), "an integer"),
        (Types::STRING, "a string"),
        (Types::ARRAY, "an array"),
        (Types::OBJECT, "an object"),
        (Types::NULL, "null"),
    ];
    alternatives(NAMES.iter().filter(|(one, _)| one.meets(types)).map(|(_, name)| *name))
}

/// "a, b or c"
pub(super) fn alternatives<'t>(names: impl Iterator<Item = &'t str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "no value".to_owned(),
    }
}

/// A value in words; a long one is cut.
pub(super) fn describe(value: &Tree<'_>) -> String {
    match value {
        Tree::Null => "null".to_owned(),
        Tree::Boolean(value) => format!("boolean {value}"),
        Tree::Number(number) => format!("number {}", cut(number, 80)),
        Tree::String(text) => format!("string {:?}", cut(text, 80)),
        Tree::Array(_) => "an array".to_owned(),
        Tree::Object(_) => "an object".to_owned(),
    }
}

/// The first characters of `text`.
pub(super) fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}
