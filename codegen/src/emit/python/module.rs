//! A module under construction: its body, and the names that the body takes from elsewhere.

use super::view::{Home, Item, View};
use crate::model::{Doc, Enumeration, Shape, Side, TypeId};
use crate::text::python::{self, Paragraph};
use std::collections::{BTreeMap, BTreeSet};

/// A module under construction.
pub(super) struct Module<'v, 'p> {
    pub view: &'v View<'p>,
    home: Option<Home>,
    imports: BTreeMap<&'static str, BTreeSet<String>>,
    body: String,
}

impl<'v, 'p> Module<'v, 'p> {
    /// A module that is the home of types, or of none.
    pub(super) fn new(view: &'v View<'p>, home: Option<Home>) -> Self {
        Self { view, home, imports: BTreeMap::new(), body: String::new() }
    }

    /// Adds text to the body.
    pub(super) fn add(&mut self, text: &str) {
        self.body.push_str(text);
    }

    /// Notes that the body uses a name of another module; returns the name.
    pub(super) fn uses(&mut self, module: &'static str, name: &str) -> String {
        self.imports.entry(module).or_default().insert(name.to_owned());
        name.to_owned()
    }

    /// The same of a name that stands in one of the modules of types.
    pub(super) fn uses_item(&mut self, home: Home, name: &str) -> String {
        if self.home == Some(home) {
            return name.to_owned();
        }
        let module = match home {
            Home::Types => ".types",
            Home::Side(Side::Client) => ".client",
            Home::Side(_) => ".server",
        };
        self.uses(module, name)
    }

    /// The type as an annotation.
    pub(super) fn annotation(&mut self, id: TypeId) -> String {
        let view = self.view;
        if view.item(id) != Item::Inline {
            return self.uses_item(view.home(id), &view.name(id));
        }
        self.expression(id)
    }

    /// The type as an expression, whatever it is called.
    pub(super) fn expression(&mut self, id: TypeId) -> String {
        let view = self.view;
        match &view.get(id).shape {
            Shape::Boolean => "bool".to_owned(),
            Shape::Integer { .. } => "int".to_owned(),
            Shape::Number => "float".to_owned(),
            Shape::String => "str".to_owned(),
            Shape::FreeObject => self.uses("._support.absent", "JsonObject"),
            Shape::Constant(text) => {
                self.uses("typing", "Literal");
                format!("Literal[{}]", python::string(text))
            }
            Shape::Enumeration(values) => self.enumeration(values),
            Shape::Array(inner) => {
                let inner = self.annotation(*inner);
                self.uses("collections.abc", "Sequence");
                format!("Sequence[{inner}]")
            }
            Shape::Nullable(inner) => format!("{} | None", self.annotation(*inner)),
            Shape::Null => "None".to_owned(),
            Shape::Object(_) | Shape::Union(_) | Shape::Envelope(_) => self.annotation(id),
            // `check` refuses whatever else there is.
            _ => self.uses("._support.absent", "Json"),
        }
    }

    fn enumeration(&mut self, values: &Enumeration) -> String {
        self.uses("typing", "Literal");
        let texts: Vec<String> = values.values.iter().map(|value| python::string(&value.text)).collect();
        let open = if values.open { " | str" } else { "" };
        format!("{}{open}", listed("Literal[", &texts, "]", ""))
    }

    /// The whole text: header, purpose, imports, body.
    pub(super) fn text(self, header: &str, purpose: &str) -> String {
        let purpose = python::docstring(&[Paragraph::words(purpose)], "");
        let mut text = format!("# {header}\n\n{purpose}\nfrom __future__ import annotations\n");
        let (own, standard): (Vec<_>, Vec<_>) =
            self.imports.iter().partition(|(module, _)| module.starts_with('.'));
        for group in [standard, own] {
            if !group.is_empty() {
                text.push('\n');
            }
            for (module, names) in group {
                let names: Vec<String> = names.iter().cloned().collect();
                let line = format!("from {module} import {}", names.join(", "));
                text.push_str(&if line.len() <= WIDTH {
                    line
                } else {
                    listed(&format!("from {module} import ("), &names, ")", "")
                });
                text.push('\n');
            }
        }
        text + "\n" + &self.body
    }
}

/// The width of lines.
const WIDTH: usize = 110;

/// A list on one line if it fits, or with an item a line; `indent` stands before every line but the first.
pub(super) fn listed(open: &str, items: &[String], close: &str, indent: &str) -> String {
    let line = format!("{open}{}{close}", items.join(", "));
    if indent.len() + line.len() <= WIDTH - 20 && !line.contains('\n') && !open.ends_with("import (") {
        return line;
    }
    let between = format!(",\n{indent}    ");
    format!("{open}\n{indent}    {},\n{indent}{close}", items.join(&between))
}

/// What is said of a type or a property.
pub(super) fn paragraphs(doc: &Doc, instead: Paragraph) -> Vec<Paragraph> {
    let mut found = vec![doc.description.as_ref().map_or(instead, Paragraph::text)];
    if let Some(unit) = &doc.unit {
        found.push(Paragraph::words("Unit: ").and_text(unit).and_words("."));
    }
    if doc.deprecated {
        found.push(Paragraph::words("Deprecated: do not use it in new code."));
    }
    found
}
