//! Types in a few words, as a report shows what was there and what is there now.

use super::Bare;
use crate::model::{Additional, Enumeration, Field, Protocol, Shape, TypeId};
use crate::text::value::raw;

/// How many values of an enumeration are shown.
const MOST: usize = 6;

/// A type.
pub(super) fn ty(protocol: &Protocol, id: TypeId) -> String {
    let bare = Bare::of(protocol, id);
    let shape = shape(protocol, bare.shape);
    if bare.nullable { format!("{shape} or null") } else { shape }
}

/// A property: whether it must be there, and its type.
pub(super) fn field(protocol: &Protocol, field: &Field) -> String {
    format!("{} {}", presence(field.required), ty(protocol, field.ty))
}

pub(super) const fn presence(required: bool) -> &'static str {
    if required { "required" } else { "optional" }
}

/// What an object may have besides its properties.
pub(super) fn additional(protocol: &Protocol, additional: Additional) -> String {
    match additional {
        Additional::Closed => "no other properties".to_owned(),
        Additional::Open => "any other properties".to_owned(),
        Additional::Typed(values) => format!("other properties: {}", ty(protocol, values)),
    }
}

fn shape(protocol: &Protocol, shape: &Shape) -> String {
    match shape {
        Shape::Any => "any value".to_owned(),
        Shape::Never => "no value".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::FreeObject => "any object".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer { .. } | Shape::BigInteger => "integer".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::String => "string".to_owned(),
        Shape::Constant(text) => format!("\"{}\"", raw(text)),
        Shape::Enumeration(values) => enumeration(values),
        // A type may contain itself: its items are not spelt out.
        Shape::Array(_) | Shape::Tuple(_) => "array".to_owned(),
        Shape::Map(_) => "map".to_owned(),
        Shape::Object(_) | Shape::Envelope(_) => "object".to_owned(),
        Shape::Union(union) => format!("one of {} objects", union.variants.len()),
        Shape::Nullable(inner) | Shape::Checked(inner) => ty(protocol, *inner),
        Shape::Mixed(mixed) => {
            let members: Vec<&str> = mixed.members.iter().map(|(kind, _)| kind.name()).collect();
            members.join(" or ")
        }
        Shape::Choice(choice) => {
            let members: Vec<&str> = choice.members.iter().map(|member| raw(&member.name)).collect();
            format!("one of {}", shortened(&members))
        }
    }
}

fn enumeration(values: &Enumeration) -> String {
    let shown: Vec<String> = values.values.iter().map(|value| format!("\"{}\"", raw(&value.text))).collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    let others = if values.open { " or another text" } else { "" };
    format!("{}{others}", shortened(&shown))
}

fn shortened(names: &[&str]) -> String {
    let shown = names.get(..MOST.min(names.len())).unwrap_or_default().join(" | ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} | … {more} more"),
    }
}
