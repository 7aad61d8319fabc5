//! Doc comments.

use crate::model::{Doc, Field, TypeDef, Variant};
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
    of(&ty.doc, &instead)
}

/// The documentation of a property.
pub(super) fn of_field(field: &Field) -> Vec<String> {
    of(&field.doc, &[Part::Words("The property `"), Part::Text(&field.name), Part::Words("`.")])
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
        lines.push(String::new());
        lines.extend(typescript::doc(&[Part::Words("Unit: "), Part::Text(unit), Part::Words(".")]));
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
