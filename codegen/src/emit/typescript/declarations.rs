//! The declarations of the module `schema`: the types of frames and of what they are made of.

use super::docs::{self, comment};
use super::legacy;
use super::view::{Frames, View, capitalised};
use crate::model::{Enumeration, Field, Object, Retired, Shape, TypeDef, TypeId, Variant};
use crate::text::typescript;

/// The whole module.
pub(super) fn module(view: &View<'_>, header: &str) -> String {
    let mut out =
        format!("// {header}\n\nimport type {{ JsonObject, JsonValue }} from \"./support/public.js\";\n");
    for frames in view.frames() {
        out += &self::frames(view, &frames);
    }
    for id in view.types() {
        out.push('\n');
        out += &definition(view, id);
    }
    for form in &view.protocol.legacy {
        out.push('\n');
        out += &legacy::declarations(form);
    }
    out
}

/// The frames of a side: their envelope, the map from each message to its frame, and the union of all.
fn frames(view: &View<'_>, frames: &Frames<'_>) -> String {
    let (side, name) = (capitalised(frames.direction.sender), frames.direction.sender.name());
    let envelope = frames.envelope;
    let (tag, payload) = (typescript::key(&envelope.tag), typescript::key(&envelope.payload));
    let fields: Vec<&Field> = envelope.fields().collect();
    let members = members(view, &fields, &envelope.retired);
    let messages = envelope.variants.iter().map(|variant| message(view, side, variant));
    let events = envelope.variants.iter().filter_map(|variant| events(view, side, variant));
    let doc = comment(0, &docs::of_type(frames.root));
    format!(
        "
/** What every frame that the {name} sends has beside its message. */
export interface {side}EnvelopeMembers {{
{members}}}

/** A frame that the {name} sends. */
export interface {side}Envelope<Type extends string, Data> extends {side}EnvelopeMembers {{
  /** The name of the message. */
  {tag}: Type;
  /** The content of the message. */
  {payload}: Data;
}}

/** The frames that the {name} sends, by the name of their message. */
export interface {side}Frames {{
{messages}}}

/** The frames of messages that have events, by the name of the message and of the event. */
export interface {side}Events {{
{events}}}

{doc}export type {side}Frame = {side}Frames[keyof {side}Frames];

/** A frame whose message, or whose event, the schema does not list: newer than this package, perhaps. */
export type Unknown{side}Frame = {side}Envelope<string, JsonObject>;
",
        messages = messages.collect::<String>(),
        events = events.collect::<String>(),
    )
}

/// A message in the map of frames.
fn message(view: &View<'_>, side: &str, variant: &Variant) -> String {
    let doc = comment(2, &docs::of_message(variant));
    let data = expression(view, variant.ty);
    let entry = |value| {
        format!("{doc}  {}: {side}Envelope<{}, {data}>;\n", typescript::key(value), typescript::string(value))
    };
    variant.values().map(entry).collect()
}

/// The events of a message that has any.
fn events(view: &View<'_>, side: &str, variant: &Variant) -> Option<String> {
    let union = view.nested(variant.ty)?;
    let (key, name) = (typescript::key(&variant.value), typescript::string(&variant.value));
    let event = |event: &Variant| {
        let (doc, data) = (comment(4, &docs::of_message(event)), expression(view, event.ty));
        let entry = |value| format!("{doc}    {}: {side}Envelope<{name}, {data}>;\n", typescript::key(value));
        event.values().map(entry).collect::<String>()
    };
    let events = union.variants.iter().map(event);
    Some(format!("  {key}: {{\n{}  }};\n", events.collect::<String>()))
}

/// A named type.
fn definition(view: &View<'_>, id: TypeId) -> String {
    let Some(name) = view.name(id) else { return String::new() };
    let ty = view.protocol.ty(id);
    let doc = comment(0, &docs::of_type(ty));
    match &ty.shape {
        Shape::Object(object) => {
            format!("{doc}export interface {name} {{\n{}}}\n", self::object(view, object))
        }
        Shape::Enumeration(enumeration) => {
            format!("{doc}export type {name} ={};\n", self::enumeration(enumeration))
        }
        Shape::Union(union) => {
            let variants =
                union.variants.iter().map(|variant| format!("\n  | {}", expression(view, variant.ty)));
            format!("{doc}export type {name} ={};\n", variants.collect::<String>())
        }
        _ => format!("{doc}export type {name} = {};\n", written(view, ty)),
    }
}

fn object(view: &View<'_>, object: &Object) -> String {
    members(view, &object.fields.iter().collect::<Vec<_>>(), &object.retired)
}

/// The members of an object; one that it refuses has no value.
fn members(view: &View<'_>, fields: &[&Field], retired: &[Retired]) -> String {
    let fields = fields.iter().map(|field| {
        let (doc, ty) = (comment(2, &docs::of_field(view, field)), expression(view, field.ty));
        format!("{doc}{}{ty};\n", line_of(field))
    });
    let retired = retired.iter().map(|retired| {
        let doc = comment(2, &docs::of_retired(retired));
        format!("{doc}  {}?: never;\n", typescript::key(&retired.name))
    });
    fields.chain(retired).collect()
}

/// How the line begins that declares a member.
pub(super) fn line_of(field: &Field) -> String {
    format!("  {}{}: ", typescript::key(&field.name), if field.required { "" } else { "?" })
}

fn enumeration(enumeration: &Enumeration) -> String {
    let values = enumeration.values.iter().map(|value| format!("\n  | {}", typescript::string(&value.text)));
    let others = if enumeration.open { "\n  | (string & {})" } else { "" };
    values.collect::<String>() + others
}

/// A type where it is used.
fn expression(view: &View<'_>, id: TypeId) -> String {
    view.name(id).unwrap_or_else(|| written(view, view.protocol.ty(id)))
}

/// A type written out.
fn written(view: &View<'_>, ty: &TypeDef) -> String {
    match &ty.shape {
        Shape::FreeObject => "JsonObject".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer { .. } | Shape::Number => "number".to_owned(),
        Shape::String => "string".to_owned(),
        Shape::Constant(text) => typescript::string(text),
        Shape::Array(items) => format!("ReadonlyArray<{}>", expression(view, *items)),
        Shape::Nullable(inner) => format!("{} | null", expression(view, *inner)),
        // `check` refused every other shape.
        _ => "JsonValue".to_owned(),
    }
}
