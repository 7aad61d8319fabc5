//! The module `_shapes`: what frames may be, as data that the support code interprets.

use super::classes::{OF_FRAMES, attribute_name};
use super::legacy;
use super::module::{Module, listed};
use super::view::{Item, View};
use crate::model::{
    Additional, Argument, Constraint, Envelope, Field, Object, Retired, Shape, Side, TypeId, Variant,
};
use crate::text::python;
use std::collections::HashSet;

/// The whole module.
pub(super) fn module(view: &View<'_>, header: &str) -> String {
    let mut writer = Writer { module: Module::new(view, None), begun: HashSet::new(), done: HashSet::new() };
    for message in &view.free {
        let class = writer.module.uses_item(message.home, &message.class);
        writer.module.uses("._support.structures", "FreeRecord");
        writer.module.add(&format!("\n{} = FreeRecord({class})\n", variable(&class)));
    }
    for sender in view.senders() {
        if let Some((root, envelope)) = view.envelope(sender) {
            writer.envelope(sender, root, envelope);
        }
    }
    writer.module.text(header, "What frames may be, as data: the classes carry the values, this says which.")
}

/// The variable that holds the shape of a class or an alias.
fn variable(name: &str) -> String {
    python::constant(&crate::text::Text::new(name))
}

struct Writer<'v, 'p> {
    module: Module<'v, 'p>,
    begun: HashSet<TypeId>,
    done: HashSet<TypeId>,
}

impl<'p> Writer<'_, 'p> {
    fn view(&self) -> &View<'p> {
        self.module.view
    }

    fn shape(&mut self, name: &str) -> String {
        self.module.uses("._support.shapes", name)
    }

    /// The shape of a type where it is used: its variable, or an expression.
    fn used(&mut self, id: TypeId) -> String {
        let view = self.module.view;
        if view.item(id) == Item::Inline {
            return self.expression(id);
        }
        let name = variable(&view.name(id));
        if self.done.contains(&id) {
            return name;
        }
        if !self.begun.insert(id) {
            self.module.uses("._support.structures", "Later");
            return format!("Later(lambda: {name})");
        }
        let expression = self.expression(id);
        self.module.add(&format!("\n{name} = {expression}\n"));
        self.done.insert(id);
        name
    }

    fn expression(&mut self, id: TypeId) -> String {
        let ty = self.view().get(id);
        let mut arguments = keywords(&ty.constraints);
        let name = match &ty.shape {
            Shape::FreeObject => "FreeObject",
            Shape::Null => "Null",
            Shape::Boolean => "Boolean",
            Shape::Number => "Number",
            Shape::String => "Text",
            Shape::Integer { min, max } => {
                arguments = vec![min.to_string(), max.to_string()];
                "Integer"
            }
            Shape::Constant(text) => {
                arguments = vec![python::string(text)];
                "Constant"
            }
            Shape::Enumeration(values) if values.open => "Text",
            Shape::Enumeration(values) => {
                arguments = values.values.iter().map(|value| python::string(&value.text)).collect();
                "OneOf"
            }
            Shape::Array(inner) => {
                arguments.insert(0, self.used(*inner));
                "Array"
            }
            Shape::Nullable(inner) => {
                arguments = vec![self.used(*inner)];
                "Nullable"
            }
            Shape::Object(object) => return self.record(id, object),
            Shape::Union(union) => {
                let variants = self.variants(&union.variants, "    ");
                self.module.uses("._support.structures", "Tagged");
                return format!("Tagged(\n    {},\n    {variants},\n)", python::string(&union.tag));
            }
            // `check` refuses whatever else there is.
            _ => "AnyJson",
        };
        let name = self.shape(name);
        listed(&format!("{name}("), &arguments, ")", "")
    }

    fn record(&mut self, id: TypeId, object: &Object) -> String {
        let view = self.module.view;
        let class = self.module.uses_item(view.home(id), &view.name(id));
        let fields: Vec<String> = object.fields.iter().map(|field| self.field(field, &[])).collect();
        self.module.uses("._support.structures", "Record");
        let rest = rest(&object.retired, object.additional == Additional::Closed);
        listed("Record(", &[vec![class], fields, rest].concat(), ")", "")
    }

    fn field(&mut self, field: &Field, taken: &[&str]) -> String {
        let shape = self.used(field.ty);
        self.module.uses("._support.structures", "Field");
        let required = if field.required { "" } else { ", required=False" };
        let attribute = attribute_name(field, taken);
        let attribute =
            if field.name == *attribute { String::new() } else { format!(", attribute=\"{attribute}\"") };
        format!("Field({}, {shape}{required}{attribute})", python::string(&field.name))
    }

    /// The shapes of messages or members, by discriminator values.
    fn variants(&mut self, variants: &[Variant], indent: &str) -> String {
        let mut entries = Vec::new();
        for variant in variants {
            let view = self.module.view;
            let shape = match view.get(variant.ty).shape {
                Shape::FreeObject => variable(&view.message_class(variant)),
                _ => self.used(variant.ty),
            };
            entries.push(format!("{}: {shape}", python::string(&variant.value)));
        }
        listed("{", &entries, "}", indent)
    }

    fn envelope(&mut self, sender: Side, root: TypeId, envelope: &Envelope) {
        let view = self.module.view;
        let class = self.module.uses_item(view.home(root), &view.name(root));
        let mut arguments = vec![class];
        arguments.extend(envelope.fields().map(|field| self.field(field, OF_FRAMES)).collect::<Vec<_>>());
        let peer: Vec<String> = view.peer_only(sender).into_iter().map(python::string).collect();
        let reserved: Vec<String> = view.protocol.reserved.iter().map(python::string).collect();
        let (peer, reserved) = (listed("[", &peer, "]", "        "), listed("[", &reserved, "]", "        "));
        arguments.push(format!("tag={}", python::string(&envelope.tag)));
        arguments.push(format!("payload={}", python::string(&envelope.payload)));
        arguments.push(format!("messages={}", self.variants(&envelope.variants, "    ")));
        let sides = format!("\"{}\"", sender.name());
        let excluded = listed(
            "excluded=Excluded(",
            &[sides, format!("peer={peer}"), format!("reserved={reserved}")],
            ")",
            "    ",
        );
        arguments.push(excluded);
        arguments.extend(rest(&envelope.retired, !envelope.open));
        for name in ["Envelope", "Excluded"] {
            self.module.uses("._support.envelope", name);
        }
        let variable = variable(&view.name(root));
        self.module.add(&format!("\n{variable}: Envelope = {}\n", listed("Envelope(", &arguments, ")", "")));
        self.direction(sender, root, &variable);
    }

    /// The frames of a side with their retired forms.
    fn direction(&mut self, sender: Side, root: TypeId, shape: &str) {
        let view = self.module.view;
        let tables = if legacy::of(view, sender).is_some() {
            let module = if sender == Side::Server { "._legacy_server" } else { "._legacy_client" };
            let name = format!("{}_LEGACY", sender.name().to_uppercase());
            self.module.uses(module, &name)
        } else {
            "None".to_owned()
        };
        self.module.uses("._support.receive", "Direction");
        let direction = format!("FROM_{}", sender.name().to_uppercase());
        let (frame, union) = (view.name(root), view.message_union(root));
        self.module.uses_item(view.home(root), &union);
        self.module.add(&format!(
            "\n{direction}: Direction[{frame}[{union}]] = Direction({shape}, {tables}, __name__.partition(\".\")[0])\n"
        ));
    }
}

/// The arguments that say what an object must not have.
fn rest(retired: &[Retired], is_closed: bool) -> Vec<String> {
    let mut found = Vec::new();
    if !retired.is_empty() {
        let entries: Vec<String> = retired
            .iter()
            .map(|retired| {
                let instead = retired.instead.as_ref().map_or_else(|| "None".to_owned(), python::string);
                format!("{}: {instead}", python::string(&retired.name))
            })
            .collect();
        found.push(listed("retired={", &entries, "}", "    "));
    }
    if is_closed {
        found.push("closed=True".to_owned());
    }
    found
}

/// Constraints as arguments by name.
fn keywords(constraints: &[Constraint]) -> Vec<String> {
    let argument = |constraint: &Constraint| {
        let name = match constraint.keyword {
            "minLength" => "min_length",
            "maxLength" => "max_length",
            "minItems" => "min_items",
            "maxItems" => "max_items",
            "exclusiveMinimum" => "above",
            "exclusiveMaximum" => "below",
            keyword => keyword,
        };
        let value = match &constraint.argument {
            Argument::Count(count) => count.to_string(),
            Argument::Bound(bound) => format!("{bound:?}"),
            Argument::Pattern(pattern) => python::pattern(pattern)?,
            Argument::Plan(_) => return None,
        };
        Some(format!("{name}={value}"))
    };
    constraints.iter().filter_map(argument).collect()
}
