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

/// The documentation of a property. The compiler tells whoever uses one that is deprecated, but for one that must be
/// there: nobody could do without it.
pub(super) fn of_field(field: &Field) -> TokenStream {
    let docs = of(&field.doc, &[Part::Words("The property `"), Part::Text(&field.name), Part::Words("`.")]);
    let deprecated = deprecated(field.doc.deprecated && !field.required);
    quote!(#docs #deprecated)
}

/// The documentation of a type that is built, which nobody should do any more if it is deprecated. Who receives one has
/// no choice.
pub(super) fn of_built(ty: &TypeDef, is_deprecated: bool) -> TokenStream {
    let (docs, deprecated) = (of_type(ty), deprecated(is_deprecated));
    quote!(#docs #deprecated)
}

/// What the compiler tells whoever uses an item, if it is deprecated.
fn deprecated(is_deprecated: bool) -> Option<TokenStream> {
    is_deprecated.then(|| quote!(#[deprecated(note = "do not use it in new code")]))
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
