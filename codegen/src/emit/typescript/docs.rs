//! Doc comments.

use super::schema::narrowing;
use super::view::View;
use crate::model::{Argument, Doc, Enumeration, Field, Retired, Shape, TypeDef, TypeId, Variant};
use crate::text::Text;
use crate::text::typescript::{self, Part};

/// The documentation of a type.
pub(super) fn of_type(ty: &TypeDef) -> Vec<String> {
    let mut instead = vec![Part::Words("The schema's ")];
    for (index, word) in ty.name.words.iter().enumerate() {
        instead.extend([
            Part::Words(if index > 0 { ", `" } else { "`" }),
            Part::Text(word),
            Part::Words("`"),
        ]);
    }
    instead.push(Part::Words("."));
    let mut lines = of(&ty.doc, &instead);
    lines.extend(limits(ty));
    if let Shape::Enumeration(enumeration) = &ty.shape {
        lines.extend(values(enumeration));
    }
    lines
}

/// The documentation of a property: with the unit of its type, if that is a name for a number, and with the limits, if
/// the type has no name.
pub(super) fn of_field(view: &View<'_>, field: &Field) -> Vec<String> {
    let instead = [Part::Words("The property `"), Part::Text(&field.name), Part::Words("`.")];
    let mut doc = field.doc.clone();
    doc.unit = doc.unit.or_else(|| unit(view, field.ty));
    let mut lines = of(&doc, &instead);
    if view.name(field.ty).is_none() {
        lines.extend(limits(view.protocol.ty(field.ty)));
    }
    lines
}

/// The unit of the numbers that a type is made of.
fn unit(view: &View<'_>, id: TypeId) -> Option<Text> {
    let ty = view.protocol.ty(id);
    match &ty.shape {
        Shape::Nullable(inner) | Shape::Array(inner) => unit(view, *inner),
        _ => ty.doc.unit.clone(),
    }
}

/// The documentation of a property that is refused.
pub(super) fn of_retired(Retired { instead, reason, .. }: &Retired) -> Vec<String> {
    let parts = match (instead, reason) {
        (Some(name), _) => vec![Part::Words("Retired: use `"), Part::Text(name), Part::Words("`.")],
        (None, Some(reason)) => vec![Part::Words("Refused. "), Part::Text(reason)],
        (None, None) => vec![Part::Words("It is refused here.")],
    };
    let mut lines = typescript::doc(&parts);
    // Editors strike it out.
    if let Some(first) = lines.first_mut() {
        first.insert_str(0, "@deprecated ");
    }
    lines
}

/// What narrows the values and no type says, in the words of JSON Schema.
fn limits(ty: &TypeDef) -> Vec<String> {
    let mut said = match ty.shape {
        Shape::Integer { min, max } => vec![(format!("integer, minimum {min}, maximum {max}"), None)],
        _ => Vec::new(),
    };
    said.extend(narrowing(ty).filter_map(|constraint| match &constraint.argument {
        Argument::Count(count) => Some((format!("{} {count}", constraint.keyword), None)),
        Argument::Bound(bound) => Some((format!("{} {bound}", constraint.keyword), None)),
        Argument::Pattern(pattern) => Some((constraint.keyword.to_owned(), Some(pattern))),
        Argument::Plan(_) => None,
    }));
    let mut parts = Vec::new();
    for (words, pattern) in &said {
        parts.extend([Part::Words(if parts.is_empty() { "Limits: " } else { ", " }), Part::Words(words)]);
        if let Some(pattern) = pattern {
            parts.extend([Part::Words(" `"), Part::Text(pattern), Part::Words("`")]);
        }
    }
    paragraph(&parts)
}

/// What the values of an enumeration mean: editors show no comments that stand beside them.
fn values(enumeration: &Enumeration) -> Vec<String> {
    if enumeration.values.iter().all(|value| value.description.is_none()) {
        return Vec::new();
    }
    let values = enumeration.values.iter().flat_map(|value| {
        let said = value.description.as_ref().map(|text| [Part::Words(": "), Part::Text(text)]);
        let name = [Part::Words("`"), Part::Text(&value.text), Part::Words("`")];
        item(&name.into_iter().chain(said.into_iter().flatten()).collect::<Vec<_>>())
    });
    std::iter::once(String::new()).chain(values).collect()
}

/// An item of a list.
pub(super) fn item(parts: &[Part<'_>]) -> Vec<String> {
    let lines = typescript::doc(parts).into_iter().enumerate();
    lines.map(|(index, line)| if index == 0 { format!("- {line}") } else { format!("  {line}") }).collect()
}

/// A paragraph behind what was said before; none for no words.
fn paragraph(parts: &[Part<'_>]) -> Vec<String> {
    if parts.is_empty() {
        return Vec::new();
    }
    let parts: Vec<Part<'_>> = parts.iter().copied().chain([Part::Words(".")]).collect();
    std::iter::once(String::new()).chain(typescript::doc(&parts)).collect()
}

/// The documentation of a message, with its first example.
pub(super) fn of_message(variant: &Variant) -> Vec<String> {
    let mut lines =
        of(&variant.doc, &[Part::Words("What `"), Part::Text(&variant.value), Part::Words("` selects.")]);
    if let Some(example) = variant.examples.first() {
        lines.extend([String::new(), "@example".to_owned(), "```json".to_owned()]);
        lines.extend(typescript::doc_json(example));
        lines.push("```".to_owned());
    }
    lines
}

/// A description with its unit; `instead` is said where the schema says nothing.
pub(super) fn of(doc: &Doc, instead: &[Part<'_>]) -> Vec<String> {
    let mut lines = match &doc.description {
        Some(description) => typescript::doc(&[Part::Text(description)]),
        None => typescript::doc(instead),
    };
    if let Some(unit) = &doc.unit {
        lines.extend(paragraph(&[Part::Words("Unit: "), Part::Text(unit)]));
    }
    if doc.deprecated {
        lines.extend([String::new(), "@deprecated Do not use it in new code.".to_owned()]);
    }
    lines
}

/// Lines as a comment, indented by so many spaces.
pub(super) fn comment(indent: usize, lines: &[String]) -> String {
    let indent = " ".repeat(indent);
    match lines {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines = lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n");
            format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
        }
    }
}
