//! Strings, numbers, constants and enumerations.

use super::{Lowerer, Lowering, only, unsupported};
use crate::diagnostic::{Code, Finding};
use crate::json::NodeKind;
use crate::model::{Argument, Constraint, Enumeration, EnumerationValue, Shape};
use crate::schema::keywords::{JsonType, Role};
use crate::schema::{Keywords, Narrowing, Schema, Value};
use crate::text::Text;

pub(super) fn constant(schema: &Schema, keywords: &Keywords, value: &Value) -> Lowering {
    only(schema, keywords, &["const", "type"])?;
    no_narrowing(schema, keywords)?;
    match value.node.string() {
        Some(text) if fits_type(keywords) => Ok((Shape::Constant(Text::new(text)), Vec::new())),
        Some(_) => Err(contradiction(schema, "the constant is not of the `type` beside it")),
        None => Err(unsupported(schema, "a constant that is not a string has no shape yet")),
    }
}

impl Lowerer<'_> {
    pub(super) fn enumeration(&mut self, schema: &Schema, keywords: &Keywords) -> Lowering {
        only(schema, keywords, &["enum", "x-known-values", "type"])?;
        no_narrowing(schema, keywords)?;
        if !fits_type(keywords) {
            return Err(unsupported(schema, "an enumeration of other values than strings has no shape yet"));
        }
        let notes = &keywords.notes;
        let values = match (&keywords.enumeration, &notes.known_values) {
            (Some(_), Some(_)) => {
                return Err(contradiction(
                    schema,
                    "`enum` closes the values that `x-known-values` leaves open",
                ));
            }
            (Some(values), None) => self.closed_values(schema, values, &notes.value_descriptions)?,
            (None, Some(known)) if keywords.types == [JsonType::String] => known
                .iter()
                .map(|(text, description)| value(text.clone(), Some(description.clone())))
                .collect(),
            _ => return Err(unsupported(schema, "`x-known-values` stands beside `\"type\": \"string\"`")),
        };
        let open = keywords.enumeration.is_none();
        Ok((Shape::Enumeration(Enumeration { values, open }), Vec::new()))
    }

    fn closed_values(
        &mut self,
        schema: &Schema,
        values: &[Value],
        descriptions: &[(Text, Text)],
    ) -> Result<Vec<EnumerationValue>, Finding> {
        let mut found: Vec<EnumerationValue> = Vec::new();
        for written in values {
            let Some(text) = written.node.string() else {
                return Err(unsupported(
                    schema,
                    "an enumeration of other values than strings has no shape yet",
                ));
            };
            let text = Text::new(text);
            if found.iter().any(|known| known.text == text) {
                let message = format!("the value {} is listed twice", text.quoted());
                self.findings.add(Code::DuplicateValue, &written.origin, message, "delete one of the two");
                continue;
            }
            let described = descriptions.iter().find(|(name, _)| *name == text);
            found.push(value(text, described.map(|(_, description)| description.clone())));
        }
        if found.is_empty() {
            return Err(contradiction(schema, "the enumeration has no values"));
        }
        Ok(found)
    }
}

fn value(text: Text, description: Option<Text>) -> EnumerationValue {
    EnumerationValue { text, description }
}

/// Whether a string passes the `type` beside a constant or an enumeration.
fn fits_type(keywords: &Keywords) -> bool {
    keywords.types.is_empty() || keywords.types == [JsonType::String]
}

/// `format` constrains nothing in this dialect, which surprises: it takes company that does.
pub(super) fn format(keywords: &Keywords) -> Result<(), Finding> {
    let checked = keywords.narrowing.iter().any(|narrowing| narrowing.keyword.name == "pattern");
    match &keywords.notes.format {
        Some((format, at)) if !checked => {
            let message = format!("the format {} is not checked by validators", format.quoted());
            let help = "put a `pattern` beside it that says what is checked";
            Err(Finding::new(Code::FormatWithoutPattern, at, message, help))
        }
        _ => Ok(()),
    }
}

/// The constraints on values of one type. Any other narrowing keyword would say nothing here, which is a
/// mistake sooner than a wish.
pub(super) fn constraints(keywords: &Keywords, on: JsonType) -> Result<Vec<Constraint>, Finding> {
    keywords.narrowing.iter().map(|narrowing| constraint(narrowing, on)).collect()
}

fn constraint(narrowing: &Narrowing, on: JsonType) -> Result<Constraint, Finding> {
    let Narrowing { keyword, argument } = narrowing;
    if keyword.role != Role::Narrows(on) {
        let message = format!("`{}` says nothing about {} values", keyword.name, on.name());
        let help = "remove it, or give the schema the type that it is about";
        return Err(Finding::new(Code::UnsupportedShape, &argument.origin, message, help));
    }
    let parsed = match &argument.node.kind {
        NodeKind::String(pattern) => Some(Argument::Pattern(Text::new(pattern))),
        NodeKind::Number(text) if on == JsonType::Number => text.parse().ok().map(Argument::Bound),
        NodeKind::Number(text) => {
            whole(text).and_then(|count| u64::try_from(count).ok()).map(Argument::Count)
        }
        _ => None,
    };
    let finite = parsed.filter(|argument| !matches!(argument, Argument::Bound(bound) if bound.is_infinite()));
    let argument = finite.ok_or_else(|| {
        let message = format!("the argument of `{}` is too large", keyword.name);
        Finding::new(Code::InvalidKeyword, &argument.origin, message, "use a smaller one")
    })?;
    Ok(Constraint { keyword: keyword.name, argument, origin: narrowing.argument.origin.clone() })
}

/// An integer takes its bounds into its shape.
pub(super) fn integer(schema: &Schema, keywords: &Keywords) -> Lowering {
    let (mut min, mut max) = (None, None);
    for narrowing in &keywords.narrowing {
        let bound = integer_bound(narrowing)?;
        match narrowing.keyword.name {
            "minimum" => raise(&mut min, bound),
            "exclusiveMinimum" => raise(&mut min, bound.saturating_add(1)),
            "maximum" => lower(&mut max, bound),
            "exclusiveMaximum" => lower(&mut max, bound.saturating_sub(1)),
            _ => {
                constraint(narrowing, JsonType::Number)?;
            }
        }
    }
    let fits = |min: i128, max: i128| {
        min >= i128::from(i64::MIN) && max <= i128::from(i64::MAX) || min >= 0 && max <= i128::from(u64::MAX)
    };
    match (min, max) {
        (Some(min), Some(max)) if min > max => {
            Err(contradiction(schema, format!("no integer is at least {min} and at most {max}")))
        }
        (Some(min), Some(max)) if fits(min, max) => Ok((Shape::Integer { min, max }, Vec::new())),
        _ => {
            let message = "the integer has no bounds that fit 64 bits";
            let help =
                "give it `minimum` and `maximum`; 9007199254740991 is the most that JavaScript holds exactly";
            Err(Finding::new(Code::UnboundedInteger, &schema.origin, message, help))
        }
    }
}

fn raise(bound: &mut Option<i128>, to: i128) {
    *bound = Some(bound.map_or(to, |bound| bound.max(to)));
}

fn lower(bound: &mut Option<i128>, to: i128) {
    *bound = Some(bound.map_or(to, |bound| bound.min(to)));
}

fn integer_bound(narrowing: &Narrowing) -> Result<i128, Finding> {
    let number = match &narrowing.argument.node.kind {
        NodeKind::Number(text) => whole(text),
        _ => None,
    };
    number.ok_or_else(|| {
        let message = format!("`{}` of an integer is not an integer", narrowing.keyword.name);
        let help = "write the bound without a fraction and without an exponent";
        Finding::new(Code::UnsupportedShape, &narrowing.argument.origin, message, help)
    })
}

/// A number text that is an integer, exactly; `5.0` is one (JSON Schema core §4.2.3).
fn whole(text: &str) -> Option<i128> {
    let digits = text.split_once('.').map_or(text, |(whole, fraction)| {
        let zero = fraction.bytes().all(|digit| digit == b'0');
        if zero { whole } else { "" }
    });
    digits.parse().ok()
}

pub(super) fn no_narrowing(schema: &Schema, keywords: &Keywords) -> Result<(), Finding> {
    match keywords.narrowing.first() {
        Some(first) => {
            let message = format!("`{}` stands beside values that are listed one by one", first.keyword.name);
            Err(unsupported(schema, message))
        }
        None => Ok(()),
    }
}

pub(super) fn contradiction(schema: &Schema, message: impl Into<String>) -> Finding {
    let help = "no message could ever satisfy this; mend one of the keywords";
    Finding::new(Code::Unsatisfiable, &schema.origin, message, help)
}
