//! What should no longer be used.

use super::View;
use crate::model::{Doc, Object, Shape, Side, TypeDef, TypeId, Variant};

impl View<'_> {
    /// Whether nobody should build a type any more: it is deprecated itself, or it is the payload of a message that is.
    pub(in crate::emit::rust) fn is_deprecated(&self, sender: Side, id: TypeId) -> bool {
        let variants = self.frames(sender).map(|root| variants(self.get(root))).unwrap_or_default();
        let message = variants.iter().any(|variant| variant.ty == id && variant.doc.deprecated);
        message || self.get(id).doc.deprecated
    }

    /// Whether anything is deprecated.
    pub(in crate::emit::rust) fn deprecates(&self) -> bool {
        self.protocol.types.iter().any(|ty| {
            let fields: Vec<&Doc> = match &ty.shape {
                Shape::Object(Object { fields, .. }) => fields.iter().map(|field| &field.doc).collect(),
                Shape::Envelope(envelope) => envelope.fields().map(|field| &field.doc).collect(),
                _ => Vec::new(),
            };
            let variants = variants(ty).iter().map(|variant| &variant.doc);
            fields.into_iter().chain(variants).chain([&ty.doc]).any(|doc| doc.deprecated)
        })
    }
}

fn variants(ty: &TypeDef) -> &[Variant] {
    match &ty.shape {
        Shape::Envelope(envelope) => &envelope.variants,
        Shape::Union(union) => &union.variants,
        _ => &[],
    }
}
