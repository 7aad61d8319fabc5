//! Equality as JSON Schema has it (validation §4.2.2 of the core): numbers by their mathematical value, objects
//! without order.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Levels that are compared by value; what is nested deeper is compared as text.
const DEEPEST: usize = 256;

/// A JSON value without loss.
#[derive(Debug, PartialEq, Eq)]
enum Exact {
    Boolean(bool),
    Number(Decimal),
    Text(String),
    Array(Vec<Exact>),
    Object(BTreeMap<String, Exact>),
    /// `null`, and what can only be compared as text.
    Verbatim(String),
}

/// A number: `±0.digits × 10^exponent`, with neither leading nor trailing zeros.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

/// Whether two texts are the same JSON value. A text that is no JSON equals nothing.
pub(super) fn equal(left: &str, right: &str) -> bool {
    match (exact(left, 0), exact(right, 0)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

fn exact(text: &str, depth: usize) -> Option<Exact> {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    if depth > DEEPEST {
        return Some(Exact::Verbatim(raw.get().to_owned()));
    }
    match text.bytes().next()? {
        b'{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            let members =
                members.into_iter().map(|(name, value)| Some((name, exact(value.get(), depth + 1)?)));
            members.collect::<Option<_>>().map(Exact::Object)
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let items = items.into_iter().map(|item| exact(item.get(), depth + 1));
            items.collect::<Option<_>>().map(Exact::Array)
        }
        b'"' => {
            Some(serde_json::from_str(text).map_or_else(|_| Exact::Verbatim(text.to_owned()), Exact::Text))
        }
        b't' => Some(Exact::Boolean(true)),
        b'f' => Some(Exact::Boolean(false)),
        b'n' => Some(Exact::Verbatim(text.to_owned())),
        _ => Some(Exact::Number(Decimal::of(text))),
    }
}

impl Decimal {
    /// The value of a number that follows JSON's grammar.
    fn of(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let leading = all.len() - digits.len();
        let digits = digits.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Self { negative: false, digits, exponent: 0 };
        }
        let point =
            i64::try_from(whole.len()).unwrap_or(i64::MAX) - i64::try_from(leading).unwrap_or(i64::MAX);
        Self { negative, digits, exponent: point.saturating_add(power(exponent)) }
    }
}

/// A power of ten; one that fits no integer becomes the nearest that does.
fn power(text: &str) -> i64 {
    let furthest = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    text.strip_prefix('+').unwrap_or(text).parse().unwrap_or(furthest)
}

#[cfg(test)]
mod tests {
    use super::equal;

    #[test]
    fn numbers_are_equal_by_value() {
        for (left, right) in [
            ("1", "1.0"),
            ("-0", "0"),
            ("100", "1e2"),
            ("0.01", "1E-2"),
            ("120e-1", "12.0"),
            ("0e5", "0.000"),
        ] {
            assert!(equal(left, right), "{left} {right}");
        }
        for (left, right) in [
            ("1", "-1"),
            ("9007199254740993", "9007199254740992"),
            ("0.1", "0.10000000000000001"),
            ("1e400", "1e401"),
            ("1", "true"),
            ("1", "\"1\""),
        ] {
            assert!(!equal(left, right), "{left} {right}");
        }
    }

    #[test]
    fn structures_are_equal_by_content() {
        assert!(equal(r#" {"a": [1, null], "b": "\u0041"}"#, r#"{"b":"A","a":[1.0,null]}"#));
        assert!(!equal("[1,2]", "[2,1]"));
        assert!(!equal(r#"{"a":1}"#, r#"{"a":1,"b":null}"#));
        assert!(!equal("null", "false"));
        assert!(!equal("nul", "nul"));
        assert!(equal(r#""\ud800""#, r#""\ud800""#));
    }
}
