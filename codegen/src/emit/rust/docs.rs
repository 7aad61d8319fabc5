//! Doc comments.

use crate::model::{Doc, TypeDef};
use crate::text::rust::{self, Part};
use proc_macro2::TokenStream;
use quote::quote;

/// The documentation of a type, and `#[deprecated]` where the schema says so.
pub(super) fn of_type(ty: &TypeDef) -> TokenStream {
    of(&ty.doc)
}

/// A description with its unit.
pub(super) fn of(doc: &Doc) -> TokenStream {
    let description = doc
        .description
        .as_ref()
        .map_or_else(|| quote!(#[doc = " The schema does not describe it."]), rust::doc);
    let unit = doc.unit.as_ref().map(|unit| {
        let unit = rust::doc_sentence(&[Part::Words("Unit: "), Part::Text(unit), Part::Words(".")]);
        quote!(#[doc = ""] #unit)
    });
    let deprecated =
        doc.deprecated.then(|| quote!(#[doc = ""] #[doc = " Deprecated: do not use it in new code."]));
    quote!(#description #unit #deprecated)
}
