//! Which places the frames of a message have.

use crate::model::{Protocol, Shape, Side, TypeId, Variant};
use crate::text::value::raw;

/// How the frames of a side tell their messages apart.
pub(super) struct Told<'p> {
    protocol: &'p Protocol,
    root: TypeId,
    /// The discriminator.
    pub(super) tag: &'p str,
    /// The messages.
    pub(super) variants: &'p [Variant],
}

impl<'p> Told<'p> {
    /// `None` where no property tells them apart.
    pub(super) fn of(protocol: &'p Protocol, sender: Side) -> Option<Self> {
        let root = protocol.frames(sender)?;
        let (tag, variants) = match &protocol.ty(root).shape {
            Shape::Envelope(envelope) => (&envelope.tag, &envelope.variants),
            Shape::Union(union) => (&union.tag, &union.variants),
            _ => return None,
        };
        Some(Self { protocol, root, tag: raw(tag), variants })
    }

    /// The messages of this name: of some names there are several, which something else tells apart.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &'p Variant> {
        self.variants.iter().filter(move |variant| variant.values().any(|value| raw(value) == name))
    }

    /// The names of all messages, sorted.
    pub(super) fn names(&self) -> Vec<&'p str> {
        let mut names: Vec<&str> = self.variants.iter().flat_map(Variant::values).map(raw).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether something may stand at a place in frames of a message: something that the schema names, or that it
    /// leaves open on purpose.
    pub(super) fn has(&self, message: &str, place: &[&str]) -> bool {
        let Some((first, rest)) = place.split_first() else { return true };
        match &self.protocol.ty(self.root).shape {
            Shape::Envelope(envelope) if raw(&envelope.payload) == *first => {
                self.named(message).any(|variant| self.below(variant.ty, rest))
            }
            Shape::Envelope(envelope) => {
                let field = envelope.fields().find(|field| raw(&field.name) == *first);
                *first == self.tag && rest.is_empty() || field.is_some_and(|field| self.below(field.ty, rest))
            }
            _ => self.named(message).any(|variant| self.below(variant.ty, place)),
        }
    }

    /// The same below a value of some type. Each name leads one level down, so that types may refer to each other.
    fn below(&self, ty: TypeId, place: &[&str]) -> bool {
        let Some((first, rest)) = place.split_first() else { return true };
        let any = *first == "*";
        match &self.protocol.ty(ty).shape {
            Shape::Any | Shape::FreeObject => true,
            Shape::Never
            | Shape::Null
            | Shape::Boolean
            | Shape::Integer { .. }
            | Shape::BigInteger
            | Shape::Number
            | Shape::String
            | Shape::Constant(_)
            | Shape::Enumeration(_) => false,
            Shape::Array(item) => any && self.below(*item, rest),
            Shape::Tuple(tuple) => {
                let mut items = tuple.prefix.iter().copied().chain(tuple.rest);
                any && items.any(|item| self.below(item, rest))
            }
            Shape::Map(value) => self.below(*value, rest),
            Shape::Nullable(inner) | Shape::Checked(inner) => self.below(*inner, place),
            Shape::Mixed(mixed) => mixed.open || mixed.members.iter().any(|(_, ty)| self.below(*ty, place)),
            Shape::Choice(choice) => choice.members.iter().any(|member| self.below(member.ty, place)),
            Shape::Union(union) => union.variants.iter().any(|variant| self.below(variant.ty, place)),
            Shape::Object(object) => match object.fields.iter().find(|field| raw(&field.name) == *first) {
                Some(field) => self.below(field.ty, rest),
                None => object.additional.ty().is_some_and(|ty| self.below(ty, rest)),
            },
            Shape::Envelope(envelope) => envelope
                .fields()
                .map(|field| (raw(&field.name), field.ty))
                .chain(envelope.variants.iter().map(|variant| (raw(&envelope.payload), variant.ty)))
                .any(|(name, ty)| name == *first && self.below(ty, rest)),
        }
    }
}
