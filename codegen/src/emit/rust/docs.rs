//! Doc comments.

use crate::model::{Doc, Field, TypeDef, Variant};
use crate::text::rust::{self, Part};
use proc_macro2::TokenStream;
use quote::quote;

/// The documentation of a type.
pub(super) fn of_type(ty: &TypeDef) -> TokenStream {
    let words = |before: &'static str| Part::Words(before);
    match ty.name.words.as_slice() {
        [owner, .., last] => {
            of(&ty.doc, &[words("`"), Part::Text(last), words("` of `"), Part::Text(owner), words("`.")])
        }
        [name] => of(&ty.doc, &[words("The schema's `"), Part::Text(name), words("`.")]),
        [] => of(&ty.doc, &[words("The schema does not describe it.")]),
    }
}

/// The documentation of a property.
pub(super) fn of_field(field: &Field) -> TokenStream {
    of(&field.doc, &[Part::Words("The property `"), Part::Text(&field.name), Part::Words("`.")])
}

/// The documentation of a member of a union.
pub(super) fn of_variant(variant: &Variant) -> TokenStream {
    of(&variant.doc, &[Part::Words("What `"), Part::Text(&variant.value), Part::Words("` selects.")])
}

/// A description with its unit; `instead` is said where the schema says nothing.
fn of(doc: &Doc, instead: &[Part<'_>]) -> TokenStream {
    let description = doc.description.as_ref().map_or_else(|| rust::doc_sentence(instead), rust::doc);
    let unit = doc.unit.as_ref().map(|unit| {
        let unit = rust::doc_sentence(&[Part::Words("Unit: "), Part::Text(unit), Part::Words(".")]);
        quote!(#[doc = ""] #unit)
    });
    let deprecated =
        doc.deprecated.then(|| quote!(#[doc = ""] #[doc = " Deprecated: do not use it in new code."]));
    quote!(#description #unit #deprecated)
}
