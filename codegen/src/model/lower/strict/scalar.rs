//! Strings, numbers, constants and enumerations.

use super::{Kind, Lints, Subject, contradiction, only, unsupported};
use crate::diagnostic::{Code, Finding};
use crate::json::NodeKind;
use crate::manifest::Integers;
use crate::model::Shape;
use crate::model::lower::atoms::Atom;
use crate::model::lower::scalar;
use crate::schema::keywords::{JsonType, Role};
use crate::schema::{Keywords, Narrowing, Schema, SchemaId, Value};
use crate::text::Text;

pub(super) fn constant(subject: Subject<'_>, value: &Value) -> Result<Kind, Finding> {
    let Subject { schema, keywords, .. } = subject;
    only(schema, keywords, &["const", "type"])?;
    no_narrowing(schema, keywords)?;
    match value.node.string() {
        Some(_) if fits_type(keywords) => Ok(None),
        Some(_) => Err(contradiction(schema, "the constant is not of the `type` beside it")),
        None => Err(unsupported(schema, "a constant that is not a string has no shape yet")),
    }
}

impl<'a> Lints<'_, 'a> {
    pub(super) fn enumeration(&mut self, subject: Subject<'a>) -> Result<Kind, Finding> {
        let Subject { schema, keywords, .. } = subject;
        only(schema, keywords, &["enum", "x-known-values", "type"])?;
        no_narrowing(schema, keywords)?;
        let others = "an enumeration of other values than strings has no shape yet";
        if !fits_type(keywords) {
            return Err(unsupported(schema, others));
        }
        match (&keywords.enumeration, &keywords.notes.known_values) {
            (Some(_), Some(_)) => {
                let message = "`enum` closes the values that `x-known-values` leaves open";
                return Err(contradiction(schema, message));
            }
            (Some(values), None) => self.values(schema, values, others)?,
            (None, _) if keywords.types == [JsonType::String] => {}
            (None, _) => {
                return Err(unsupported(schema, "`x-known-values` stands beside `\"type\": \"string\"`"));
            }
        }
        Ok(Some("an enumeration"))
    }

    fn values(&mut self, schema: &Schema, values: &[Value], others: &str) -> Result<(), Finding> {
        let mut listed: Vec<&str> = Vec::new();
        for value in values {
            let text = value.node.string().ok_or_else(|| unsupported(schema, others))?;
            if listed.contains(&text) {
                let message = format!("the value {} is listed twice", Text::new(text).quoted());
                let help = "delete one of the two";
                self.lowerer.findings.add(Code::DuplicateValue, &value.origin, message, help);
            }
            listed.push(text);
        }
        if listed.is_empty() {
            return Err(contradiction(schema, "the enumeration has no values"));
        }
        Ok(())
    }

    /// A boolean, a string or a number.
    pub(super) fn scalar(&self, subject: Subject<'a>, kind: JsonType) -> Result<Kind, Finding> {
        let Subject { schema, keywords, .. } = subject;
        only(schema, keywords, &["type"])?;
        let on = if kind == JsonType::Integer { JsonType::Number } else { kind };
        narrowing(keywords, on)?;
        match kind {
            JsonType::String => format(keywords)?,
            JsonType::Integer => self.integer(subject)?,
            _ => {}
        }
        Ok(None)
    }

    /// An integer has bounds that are integers and fit 64 bits.
    fn integer(&self, subject: Subject<'a>) -> Result<(), Finding> {
        let schema = subject.schema;
        if let Some(fraction) = subject.keywords.narrowing.iter().find(|narrowing| !is_whole(narrowing)) {
            let message = format!("`{}` of an integer is not an integer", fraction.keyword.name);
            let help = "write the bound without a fraction and without an exponent";
            return Err(Finding::new(Code::UnsupportedShape, &fraction.argument.origin, message, help));
        }
        let content = self.lowerer.content(&[Atom::Schema(subject.id)]);
        let bounds: Vec<(SchemaId, &Narrowing)> = content.narrowing(JsonType::Number).collect();
        if let Some((Some(min), Some(max))) = scalar::range(&content, &bounds)
            && min > max
        {
            return Err(contradiction(schema, format!("no integer is at least {min} and at most {max}")));
        }
        if matches!(scalar::integer(&content, &bounds, Integers::Exact), Shape::Integer { .. }) {
            return Ok(());
        }
        let message = "the integer has no bounds that fit 64 bits";
        let help =
            "give it `minimum` and `maximum`; 9007199254740991 is the most that JavaScript holds exactly";
        Err(Finding::new(Code::UnboundedInteger, &schema.origin, message, help))
    }
}

/// Whether a string passes the `type` beside a constant or an enumeration.
fn fits_type(keywords: &Keywords) -> bool {
    keywords.types.is_empty() || keywords.types == [JsonType::String]
}

/// `format` constrains nothing in this dialect, which surprises: it takes company that does.
fn format(keywords: &Keywords) -> Result<(), Finding> {
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

/// A keyword that narrows values of another type says nothing here, which is a mistake sooner than a wish; so is a
/// count that no value reaches.
pub(super) fn narrowing(keywords: &Keywords, on: JsonType) -> Result<(), Finding> {
    for narrowing in &keywords.narrowing {
        if narrowing.keyword.role != Role::Narrows(on) {
            let message = format!("`{}` says nothing about {} values", narrowing.keyword.name, on.name());
            let help = "remove it, or give the schema the type that it is about";
            return Err(Finding::new(Code::UnsupportedShape, &narrowing.argument.origin, message, help));
        }
        let count = |text: &str| scalar::whole(text).and_then(|count| u64::try_from(count).ok());
        match &narrowing.argument.node.kind {
            NodeKind::Number(text) if on != JsonType::Number && count(text).is_none() => {
                return Err(scalar::too_large(narrowing));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_whole(narrowing: &Narrowing) -> bool {
    matches!(&narrowing.argument.node.kind, NodeKind::Number(text) if scalar::whole(text).is_some())
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
