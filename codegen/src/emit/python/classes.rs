//! The modules `types`, `server` and `client`: aliases, classes, frames.

use super::module::{Module, listed, paragraphs};
use super::view::{Home, Item, Message, View};
use crate::model::{Envelope, Field, Object, Shape, Side, TypeId, Variant};
use crate::text::python::{self, Paragraph};

/// The module of what both sides use.
pub(super) fn shared(view: &View<'_>, header: &str) -> String {
    let mut module = Module::new(view, Some(Home::Types));
    items(&mut module, Home::Types);
    module.text(header, "What both sides use: scalars under the names of the schema, and objects.")
}

/// The module of what one side sends.
pub(super) fn of_side(view: &View<'_>, header: &str, sender: Side) -> String {
    let home = Home::Side(sender);
    let mut module = Module::new(view, Some(home));
    items(&mut module, home);
    if let Some((root, envelope)) = view.envelope(sender) {
        frame(&mut module, sender, root, envelope);
    }
    module.text(header, &format!("Frames that the {} sends.", sender.name()))
}

/// Aliases of scalars, classes, and aliases of unions, which name classes.
fn items(module: &mut Module<'_, '_>, home: Home) {
    let view = module.view;
    let types: Vec<TypeId> = view.types_of(home).collect();
    let is_union = |id: &TypeId| matches!(view.get(*id).shape, Shape::Union(_));
    let aliases = types.iter().filter(|id| view.item(**id) == Item::Alias);
    for id in aliases.clone().filter(|id| !is_union(id)) {
        alias(module, *id);
    }
    for id in &types {
        if let Shape::Object(object) = &view.get(*id).shape {
            class(module, *id, object);
        }
    }
    for message in view.free.iter().filter(|message| message.home == home) {
        free_message(module, message);
    }
    for id in aliases.filter(|id| is_union(id)) {
        union(module, *id);
    }
}

fn alias(module: &mut Module<'_, '_>, id: TypeId) {
    let view = module.view;
    let ty = view.get(id);
    let (name, expression) = (view.name(id), module.expression(id));
    module.uses("typing", "TypeAlias");
    let mut doc = paragraphs(&ty.doc, Paragraph::words("The schema does not describe it."));
    if let Shape::Enumeration(values) = &ty.shape {
        for value in &values.values {
            if let Some(description) = &value.description {
                doc.push(Paragraph::words("`").and_text(&value.text).and_words("`: ").and_text(description));
            }
        }
    }
    let doc = python::docstring(&doc, "");
    module.add(&format!("\n{name}: TypeAlias = {expression}\n{doc}"));
}

fn union(module: &mut Module<'_, '_>, id: TypeId) {
    let view = module.view;
    let Shape::Union(union) = &view.get(id).shape else { return };
    let mut members: Vec<String> = Vec::new();
    for variant in &union.variants {
        let member = module.annotation(variant.ty);
        if !members.contains(&member) {
            members.push(member);
        }
    }
    members.push(module.uses("._support.structures", "UnknownMessage"));
    let doc = paragraphs(&view.get(id).doc, Paragraph::words("One of several objects."));
    union_alias(module, &view.name(id), &members, &doc);
}

fn union_alias(module: &mut Module<'_, '_>, name: &str, members: &[String], doc: &[Paragraph]) {
    module.uses("typing", "TypeAlias");
    module.uses("typing", "Union");
    let union = listed("Union[", members, "]", "");
    module.add(&format!("\n{name}: TypeAlias = {union}\n{}", python::docstring(doc, "")));
}

/// What is said of a message: by whom it is sent, under which name, and what for.
fn sent(paragraphs: &mut Vec<Paragraph>, sent: &[(Side, &Variant)]) {
    for (side, variant) in sent {
        let words = format!("Sent by the {} as `", side.name());
        let paragraph = Paragraph::words(&words).and_text(&variant.value).and_words("`.");
        let description = variant.doc.description.as_ref();
        paragraphs.push(match description {
            Some(description) => paragraph.and_words(" ").and_text(description),
            None => paragraph,
        });
    }
}

fn class(module: &mut Module<'_, '_>, id: TypeId, object: &Object) {
    let view = module.view;
    let mut doc = paragraphs(&view.get(id).doc, Paragraph::words("The schema does not describe it."));
    sent(&mut doc, view.sent.get(&id).map(Vec::as_slice).unwrap_or_default());
    head(module, &view.name(id), "Structure", &doc);
    for field in &object.fields {
        attribute(module, field, &[]);
    }
}

fn free_message(module: &mut Module<'_, '_>, message: &Message<'_>) {
    let mut doc = paragraphs(&module.view.get(message.payload).doc, Paragraph::words("A message."));
    sent(&mut doc, &message.sent);
    head(module, &message.class, "Structure", &doc);
    module.uses("dataclasses", "field");
    module.uses("._support.absent", "JsonObject");
    module.add("\n    members: JsonObject = field(default_factory=dict)\n    \"\"\"All of its members, whatever they are.\"\"\"\n");
}

/// The head of a class.
fn head(module: &mut Module<'_, '_>, name: &str, base: &str, doc: &[Paragraph]) {
    module.uses("dataclasses", "dataclass");
    let source = if base == "Structure" { "._support.structures" } else { "._support.envelope" };
    module.uses(source, base.split(',').next().unwrap_or(base));
    let doc = python::docstring(doc, "    ");
    module.add(&format!(
        "\n\n@dataclass(frozen=True, slots=True, kw_only=True, repr=False)\nclass {name}({base}):\n{doc}"
    ));
}

/// A property; its name gets an underscore if it is `taken`.
fn attribute(module: &mut Module<'_, '_>, field: &Field, taken: &[&str]) {
    let view = module.view;
    let name = attribute_name(field, taken);
    let annotation = module.annotation(field.ty);
    let (annotation, default) = match (&view.get(field.ty).shape, field.required) {
        (Shape::Constant(text), true) => (annotation, format!(" = {}", python::string(text))),
        (_, true) => (annotation, String::new()),
        _ if view.is_nullable(field.ty) => {
            module.uses("._support.absent", "ABSENT");
            module.uses("._support.absent", "Absent");
            (format!("{annotation} | Absent"), " = ABSENT".to_owned())
        }
        _ => (format!("{annotation} | None"), " = None".to_owned()),
    };
    let instead = Paragraph::words("The property `").and_text(&field.name).and_words("`.");
    let doc = python::docstring(&paragraphs(&field.doc, instead), "    ");
    module.add(&format!("\n    {name}: {annotation}{default}\n{doc}"));
}

/// The attribute of a property.
pub(super) fn attribute_name(field: &Field, taken: &[&str]) -> String {
    let name = python::attribute(&field.label);
    if taken.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Attributes that every frame has.
pub(super) const OF_FRAMES: &[&str] = &["data", "type", "to_json"];

fn frame(module: &mut Module<'_, '_>, sender: Side, root: TypeId, envelope: &Envelope) {
    let view = module.view;
    let (name, union) = (view.name(root), view.message_union(root));
    let mut members: Vec<String> = Vec::new();
    for (class, home) in view.message_classes(sender) {
        members.push(module.passes_on(home, &class));
    }
    members.push(module.uses("._support.structures", "UnknownMessage"));
    let doc = format!("What the {} sends.", sender.name());
    union_alias(module, &union, &members, &[Paragraph::words(&doc)]);

    module.uses("typing", "TypeVar");
    module.uses("typing", "Generic");
    module.add(&format!("\nMessageT_co = TypeVar(\"MessageT_co\", bound={union}, covariant=True)\n"));
    let mut doc = paragraphs(&view.get(root).doc, Paragraph::words("A frame."));
    let any = format!("Annotate it with its message, or with all of them: `{name}[{union}]`.");
    doc.push(Paragraph::words(&any));
    head(module, &name, "Frame, Generic[MessageT_co]", &doc);
    module.add("\n    data: MessageT_co\n    \"\"\"The message.\"\"\"\n");
    for field in envelope.fields() {
        attribute(module, field, OF_FRAMES);
    }
    guards(module, &name, &union, envelope);
}

/// A function for each message that says whether a frame carries it.
fn guards(module: &mut Module<'_, '_>, frame: &str, union: &str, envelope: &Envelope) {
    let view = module.view;
    module.uses("typing", "TypeGuard");
    for variant in &envelope.variants {
        let inner: Vec<&Variant> = match &view.get(variant.ty).shape {
            Shape::Union(union) => union.variants.iter().collect(),
            _ => Vec::new(),
        };
        if inner.is_empty() {
            guard(module, frame, union, &view.message_class(variant), &[variant]);
        }
        for inner in inner {
            guard(module, frame, union, &view.message_class(inner), &[variant, inner]);
        }
    }
}

fn guard(module: &mut Module<'_, '_>, frame: &str, union: &str, class: &str, path: &[&Variant]) {
    let Some(last) = path.last() else { return };
    let function = python::function("is_", &last.name);
    let mut doc = Paragraph::words("Whether a frame carries `");
    for (index, variant) in path.iter().enumerate() {
        doc = doc.and_words(if index > 0 { "/" } else { "" }).and_text(&variant.value);
    }
    let doc = python::docstring(&[doc.and_words("`.")], "    ");
    module.add(&format!(
        "\n\ndef {function}(frame: {frame}[{union}]) -> TypeGuard[{frame}[{class}]]:\n{doc}    return isinstance(frame.data, {class})\n"
    ));
}
