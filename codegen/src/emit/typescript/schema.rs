//! The module `schema`: what values are valid, as data that the support code interprets.

use super::literal::Literal;
use super::view::{Frames, View, frame_name};
use crate::model::{
    Additional, Argument, Constraint, Enumeration, Field, Retired, Shape, TypeDef, TypeId, Variant,
};
use crate::text::typescript;
use std::collections::HashSet;

/// The whole module.
pub(super) fn module(view: &View<'_>, header: &str) -> String {
    let mut out =
        format!("// {header}\n\n// What values are valid, as data: `support/validate.js` reads it.\n");
    let mut writer = Nodes { view, written: HashSet::new() };
    for id in view.types() {
        let Some(name) = view.name(id) else { continue };
        out += &constant(&name, &writer.node(id));
        writer.written.insert(id);
    }
    for frames in view.frames() {
        out += &constant(&frame_name(&frames), &writer.frames(&frames));
    }
    out
}

fn constant(name: &str, node: &Literal) -> String {
    let start = format!("export const {name} = ");
    format!("\n{start}{};\n", node.print(0, start.len() + 1))
}

struct Nodes<'v, 'p> {
    view: &'v View<'p>,
    /// Types whose constants stand before what is being written.
    written: HashSet<TypeId>,
}

impl Nodes<'_, '_> {
    /// A type where it is used.
    fn used(&self, id: TypeId) -> Literal {
        match self.view.name(id) {
            Some(name) if self.written.contains(&id) => Literal::plain(name),
            Some(name) => {
                let target = ("type".to_owned(), Literal::plain(format!("() => {name}")));
                Literal::Object(vec![kind("recursive"), target])
            }
            None => self.node(id),
        }
    }

    /// A type written out.
    fn node(&self, id: TypeId) -> Literal {
        let ty = self.view.protocol.ty(id);
        let mut members = match &ty.shape {
            Shape::FreeObject => vec![kind("freeObject")],
            Shape::Null => vec![kind("null")],
            Shape::Boolean => vec![kind("boolean")],
            Shape::Integer { min, max } => {
                vec![kind("integer"), plain("min", min.to_string()), plain("max", max.to_string())]
            }
            Shape::Number => vec![kind("number")],
            Shape::String => vec![kind("string")],
            Shape::Constant(text) => vec![kind("constant"), plain("value", typescript::string(text))],
            Shape::Enumeration(enumeration) => self::enumeration(enumeration),
            Shape::Array(items) => vec![kind("array"), member("items", self.used(*items))],
            Shape::Nullable(inner) => vec![kind("nullable"), member("inner", self.used(*inner))],
            Shape::Object(object) => {
                let closed = object.additional == Additional::Closed;
                let mut members = vec![kind("object")];
                members.extend(self.members(
                    &object.fields.iter().collect::<Vec<_>>(),
                    &object.retired,
                    closed,
                ));
                members
            }
            Shape::Union(union) => {
                vec![
                    kind("union"),
                    plain("tag", typescript::string(&union.tag)),
                    self.variants(&union.variants),
                ]
            }
            // `check` refused every other shape.
            _ => vec![kind("any")],
        };
        members.extend(constraints(ty));
        Literal::Object(members)
    }

    fn frames(&self, frames: &Frames<'_>) -> Literal {
        let envelope = frames.envelope;
        let list = |values: Vec<Literal>| Literal::Array(values);
        let peer = self.view.peers(frames).into_iter().map(|value| Literal::plain(typescript::string(value)));
        let reserved =
            self.view.protocol.reserved.iter().map(|name| Literal::plain(typescript::string(name)));
        let mut members = vec![
            kind("envelope"),
            plain("sender", format!("\"{}\"", frames.direction.sender.name())),
            plain("tag", typescript::string(&envelope.tag)),
            plain("payload", typescript::string(&envelope.payload)),
        ];
        let fields: Vec<&Field> = envelope.fields().collect();
        members.extend(self.members(&fields, &envelope.retired, !envelope.open));
        members.push(self.variants(&envelope.variants));
        members.push(member("peer", list(peer.collect())));
        members.push(member("reserved", list(reserved.collect())));
        Literal::Object(members)
    }

    /// The members of an object.
    fn members(&self, fields: &[&Field], retired: &[Retired], closed: bool) -> Vec<(String, Literal)> {
        let listed = fields.iter().map(|field| (typescript::key(&field.name), self.used(field.ty)));
        let mut members = vec![member("fields", Literal::Object(listed.collect()))];
        let required = fields.iter().filter(|field| field.required);
        let required: Vec<Literal> =
            required.map(|field| Literal::plain(typescript::string(&field.name))).collect();
        if !required.is_empty() {
            members.push(member("required", Literal::Array(required)));
        }
        if !retired.is_empty() {
            let refused = retired.iter().map(|retired| {
                let instead = retired.instead.as_ref().map_or_else(|| "null".to_owned(), typescript::string);
                (typescript::key(&retired.name), Literal::plain(instead))
            });
            members.push(member("refused", Literal::Object(refused.collect())));
        }
        if closed {
            members.push(plain("closed", "true"));
        }
        members
    }

    /// What each value of a discriminator selects.
    fn variants(&self, variants: &[Variant]) -> (String, Literal) {
        let selected = variants.iter().flat_map(|variant| {
            variant.values().map(|value| (typescript::key(value), self.used(variant.ty)))
        });
        member("variants", Literal::Object(selected.collect()))
    }
}

fn kind(kind: &str) -> (String, Literal) {
    plain("kind", format!("\"{kind}\""))
}

fn plain(name: &str, value: impl Into<String>) -> (String, Literal) {
    member(name, Literal::plain(value))
}

fn member(name: &str, value: Literal) -> (String, Literal) {
    (name.to_owned(), value)
}

fn enumeration(enumeration: &Enumeration) -> Vec<(String, Literal)> {
    let values = enumeration.values.iter().map(|value| Literal::plain(typescript::string(&value.text)));
    let mut members = vec![kind("enumeration"), member("values", Literal::Array(values.collect()))];
    if enumeration.open {
        members.push(plain("open", "true"));
    }
    members
}

/// The keywords beside the shape; an integer has its bounds in its shape.
pub(super) fn narrowing(ty: &TypeDef) -> impl Iterator<Item = &Constraint> {
    let is_integer = matches!(ty.shape, Shape::Integer { .. });
    ty.constraints
        .iter()
        .filter(move |constraint| !(is_integer && matches!(constraint.argument, Argument::Bound(_))))
}

fn constraints(ty: &TypeDef) -> Vec<(String, Literal)> {
    let argument = |argument: &Argument| match argument {
        Argument::Count(count) => Some(count.to_string()),
        Argument::Bound(bound) => Some(bound.to_string()),
        Argument::Pattern(pattern) => Some(typescript::string(pattern)),
        Argument::Plan(_) => None,
    };
    narrowing(ty)
        .filter_map(|constraint| Some(plain(constraint.keyword, argument(&constraint.argument)?)))
        .collect()
}
