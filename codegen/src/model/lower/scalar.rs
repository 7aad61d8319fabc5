//! Booleans, numbers and strings.

use super::Lowerer;
use super::facets::Content;
use crate::diagnostic::{Code, Finding};
use crate::json::NodeKind;
use crate::manifest::Integers;
use crate::model::plan::Part;
use crate::model::{Argument, Constraint, Enumeration, EnumerationValue, Shape};
use crate::schema::keywords::JsonType;
use crate::schema::{Narrowing, SchemaId};
use crate::text::Text;

/// Beyond it, neighbouring integers are one double, and only the text of a number tells on which side of a bound it is.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// A shape, simple constraints, and what the plan must check.
pub(super) type Scalar = (Shape, Vec<Constraint>, Vec<Part>);

pub(super) fn boolean(content: &Content<'_>) -> Scalar {
    let values = content.values.iter().flatten();
    let listed = values.filter(|value| matches!(value.kind, NodeKind::Boolean(_))).count();
    let checks = if listed == 1 { content.listed_by.clone() } else { Vec::new() };
    (Shape::Boolean, Vec::new(), checks)
}

impl Lowerer<'_> {
    pub(super) fn number(&mut self, content: &Content<'_>) -> Result<Scalar, Finding> {
        let mut checks = if content.values.is_some() { content.listed_by.clone() } else { Vec::new() };
        let narrowing: Vec<(SchemaId, &Narrowing)> = content.narrowing(JsonType::Number).collect();
        let (bounds, others): (Vec<_>, Vec<_>) =
            narrowing.into_iter().partition(|(_, narrowing)| narrowing.keyword.name != "multipleOf");
        checks.extend(others.into_iter().map(|(schema, narrowing)| part(schema, narrowing)));
        if content.integer || is_integral(content) {
            let shape = integer(content, &bounds, self.integers);
            if matches!(shape, Shape::BigInteger) {
                checks.extend(bounds.into_iter().map(|(schema, narrowing)| part(schema, narrowing)));
            }
            return Ok((shape, Vec::new(), checks));
        }
        let mut constraints = Vec::new();
        for (schema, narrowing) in bounds {
            match bound(narrowing)? {
                Constraint { argument: Argument::Bound(bound), .. } if bound.abs() > LARGEST_EXACT => {
                    checks.push(part(schema, narrowing));
                }
                constraint => constraints.push(constraint),
            }
        }
        Ok((Shape::Number, constraints, checks))
    }

    pub(super) fn string(&mut self, content: &Content<'_>) -> Result<Scalar, Finding> {
        let narrowing = content.narrowing(JsonType::String);
        if let Some(strings) = content.strings() {
            let checks = narrowing.map(|(schema, narrowing)| part(schema, narrowing)).collect();
            return Ok((self.closed(content, strings), Vec::new(), checks));
        }
        if let Some(known) = content.known {
            let checks = narrowing.map(|(schema, narrowing)| part(schema, narrowing)).collect();
            let described = known.iter().map(|(text, description)| {
                (text.clone(), (!description.is_empty()).then(|| description.clone()))
            });
            return Ok((Shape::Enumeration(self.enumeration(described, true)), Vec::new(), checks));
        }
        let constraints = narrowing.map(|(_, narrowing)| text(narrowing)).collect::<Result<_, _>>()?;
        Ok((Shape::String, constraints, Vec::new()))
    }

    /// The shape of listed strings. An `enum` of one's own with one value is there to get more.
    pub(super) fn closed(&self, content: &Content<'_>, strings: Vec<Text>) -> Shape {
        let grows = self.strict && content.listed_by.iter().all(|part| part.keyword == Some("enum"));
        match strings.as_slice() {
            [only] if !grows => Shape::Constant(only.clone()),
            _ => {
                let described = strings.into_iter().map(|text| {
                    let meaning = content.described.iter().find(|(of, _)| *of == text);
                    (text, meaning.map(|(_, meaning)| meaning.clone()))
                });
                Shape::Enumeration(self.enumeration(described, false))
            }
        }
    }

    /// An enumeration of strings, each with what it means.
    pub(super) fn enumeration(
        &self,
        values: impl Iterator<Item = (Text, Option<Text>)>,
        open: bool,
    ) -> Enumeration {
        let value =
            |(text, description): (Text, _)| EnumerationValue { label: text.clone(), text, description };
        let mut values: Vec<EnumerationValue> = values.map(value).collect();
        self.distinct(&mut values, &[], |value| &mut value.label);
        Enumeration { values, open }
    }
}

pub(super) fn part(schema: SchemaId, narrowing: &Narrowing) -> Part {
    Part { schema, keyword: Some(narrowing.keyword.name) }
}

/// Whether all listed numbers are integers.
fn is_integral(content: &Content<'_>) -> bool {
    let mut numbers = content.values.iter().flatten().filter_map(|value| match &value.kind {
        NodeKind::Number(text) => Some(text),
        _ => None,
    });
    content.values.is_some() && numbers.all(|text| whole(text).is_some())
}

/// The least and the greatest integer.
pub(super) type Range = (Option<i128>, Option<i128>);

pub(super) fn integer(content: &Content<'_>, bounds: &[(SchemaId, &Narrowing)], integers: Integers) -> Shape {
    let Some((min, max)) = range(content, bounds) else { return Shape::BigInteger };
    let (signed, unsigned) = (i128::from(i64::MIN)..=i128::from(i64::MAX), 0..=i128::from(u64::MAX));
    match (min, max) {
        (Some(min), Some(max)) if min > max => Shape::Never,
        (Some(min), Some(max)) if signed.contains(&min) && signed.contains(&max) => {
            Shape::Integer { min, max }
        }
        (Some(min), Some(max)) if unsigned.contains(&min) && unsigned.contains(&max) => {
            Shape::Integer { min, max }
        }
        _ if integers == Integers::Bits64 => {
            let min = min.unwrap_or(i128::from(i64::MIN)).max(i128::from(i64::MIN));
            let most = i128::from(if min < 0 { i64::MAX.unsigned_abs() } else { u64::MAX });
            Shape::Integer { min, max: max.unwrap_or(most).min(most) }
        }
        _ => Shape::BigInteger,
    }
}

/// The bounds of an integer; nothing where one of them is not known exactly.
pub(super) fn range(content: &Content<'_>, bounds: &[(SchemaId, &Narrowing)]) -> Option<Range> {
    let (mut min, mut max): Range = (None, None);
    for (_, narrowing) in bounds {
        let NodeKind::Number(text) = &narrowing.argument.node.kind else { continue };
        let floor = floor(text)?;
        let exact = whole(text).is_some();
        match narrowing.keyword.name {
            "minimum" => raise(&mut min, if exact { floor } else { floor.saturating_add(1) }),
            "exclusiveMinimum" => raise(&mut min, floor.saturating_add(1)),
            "maximum" => sink(&mut max, floor),
            _ => sink(&mut max, if exact { floor.saturating_sub(1) } else { floor }),
        }
    }
    let listed = content.values.iter().flatten().filter_map(|value| match &value.kind {
        NodeKind::Number(text) => Some(whole(text)),
        _ => None,
    });
    let listed: Vec<i128> = listed.collect::<Option<_>>()?;
    if let (Some(least), Some(most)) = (listed.iter().min(), listed.iter().max()) {
        raise(&mut min, *least);
        sink(&mut max, *most);
    }
    Some((min, max))
}

fn raise(bound: &mut Option<i128>, to: i128) {
    *bound = Some(bound.map_or(to, |bound| bound.max(to)));
}

fn sink(bound: &mut Option<i128>, to: i128) {
    *bound = Some(bound.map_or(to, |bound| bound.min(to)));
}

/// A number text that is an integer, exactly; `5.0` is one (JSON Schema core §4.2.3).
pub(super) fn whole(text: &str) -> Option<i128> {
    let digits = text.split_once('.').map_or(text, |(whole, fraction)| {
        let zero = fraction.bytes().all(|digit| digit == b'0');
        if zero { whole } else { "" }
    });
    digits.parse().ok()
}

/// The greatest integer that is not above a number, where that is easy to tell.
fn floor(text: &str) -> Option<i128> {
    if let Some(whole) = whole(text) {
        return Some(whole);
    }
    let (digits, fraction) = text.split_once('.')?;
    let plain = fraction.bytes().all(|digit| digit.is_ascii_digit());
    let towards_zero: i128 = digits.parse().ok().filter(|_| plain)?;
    Some(if text.starts_with('-') { towards_zero.saturating_sub(1) } else { towards_zero })
}

fn bound(narrowing: &Narrowing) -> Result<Constraint, Finding> {
    let argument = match &narrowing.argument.node.kind {
        NodeKind::Number(text) => {
            text.parse().ok().filter(|bound: &f64| bound.is_finite()).map(Argument::Bound)
        }
        _ => None,
    };
    constraint(narrowing, argument)
}

fn text(narrowing: &Narrowing) -> Result<Constraint, Finding> {
    let argument = match &narrowing.argument.node.kind {
        NodeKind::String(pattern) => Some(Argument::Pattern(Text::new(pattern))),
        _ => crate::schema::count(&narrowing.argument.node).map(Argument::Count),
    };
    constraint(narrowing, argument)
}

fn constraint(narrowing: &Narrowing, argument: Option<Argument>) -> Result<Constraint, Finding> {
    let argument = argument.ok_or_else(|| too_large(narrowing))?;
    let origin = narrowing.argument.origin.clone();
    Ok(Constraint { keyword: narrowing.keyword.name, argument, origin })
}

pub(super) fn too_large(narrowing: &Narrowing) -> Finding {
    let message = format!("the argument of `{}` is too large", narrowing.keyword.name);
    Finding::new(Code::InvalidKeyword, &narrowing.argument.origin, message, "use a smaller one")
}
