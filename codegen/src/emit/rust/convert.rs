//! From consumer types to producer types: the only way to send on what was received. It fails where the
//! received value holds something that the schema does not list.

use super::variant_ident;
use super::view::{Role, View};
use crate::model::{Envelope, Field, Object, Side, TypeId, Variant};
use crate::text::rust;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// A conversion between the two types of one name.
struct Conversion<'v, 'p> {
    view: &'v View<'p>,
    sender: Side,
    name: &'v Ident,
    /// Whether the consumer type borrows, and whether the producer type does.
    borrows: (bool, bool),
}

impl Conversion<'_, '_> {
    /// ```text
    /// impl<'a> TryFrom<super::consumer::Run<'a>> for Run<'a> { … }
    /// ```
    fn tokens(&self, body: &TokenStream) -> TokenStream {
        let name = self.name;
        let generics = |borrows: bool| if borrows { quote!(<'a>) } else { TokenStream::new() };
        let (consumer, producer) = (generics(self.borrows.0), generics(self.borrows.1));
        // The consumers of a direction belong to the side that does not send it.
        let feature = self.sender.peer().name();
        quote! {
            #[cfg(feature = #feature)]
            impl #consumer TryFrom<super::consumer::#name #consumer> for #name #producer {
                type Error = support::NotProducible;

                fn try_from(read: super::consumer::#name #consumer) -> Result<Self, Self::Error> {
                    #body
                }
            }

            #[cfg(feature = #feature)]
            impl #consumer support::Close for super::consumer::#name #consumer {
                type Closed = #name #producer;

                fn close(self) -> Result<Self::Closed, support::NotProducible> {
                    self.try_into()
                }
            }
        }
    }

    /// The fields of a struct, the required ones in their own.
    fn fields<'f>(
        &self,
        fields: impl Iterator<Item = &'f Field>,
        required: &Ident,
        first: &TokenStream,
    ) -> TokenStream {
        let mut needed = first.clone();
        let mut optional = TokenStream::new();
        for field in fields.filter(|field| self.view.constant(field).is_none()) {
            let ident = rust::field_ident(&field.name);
            let value = quote!(#ident: support::Close::close(read.#ident)?,);
            if field.required { needed.extend(value) } else { optional.extend(value) }
        }
        let needed = (!needed.is_empty()).then(|| quote!(required: #required { #needed },));
        quote!(Ok(Self { #needed #optional }))
    }
}

fn conversion<'v, 'p>(view: &'v View<'p>, sender: Side, id: TypeId, name: &'v Ident) -> Conversion<'v, 'p> {
    let borrows = (view.borrows(id, Role::Consumer), view.borrows(id, Role::Producer));
    Conversion { view, sender, name, borrows }
}

pub(super) fn object(view: &View<'_>, sender: Side, id: TypeId, object: &Object) -> TokenStream {
    let name = view.name(id);
    let conversion = conversion(view, sender, id, &name);
    let extras = object.open.then(|| quote!(support::nothing_kept(&read.extras)?;));
    let fields =
        conversion.fields(object.fields.iter(), &view.derived_name(id, "Required"), &TokenStream::new());
    let unused = (!object.open && object.fields.is_empty()).then(|| quote!(let _ = read;));
    conversion.tokens(&quote!(#extras #unused #fields))
}

pub(super) fn union(view: &View<'_>, sender: Side, id: TypeId, variants: &[Variant]) -> TokenStream {
    let name = view.name(id);
    conversion(view, sender, id, &name).tokens(&arms(&name, variants))
}

fn arms(name: &Ident, variants: &[Variant]) -> TokenStream {
    let idents = variants.iter().map(variant_ident);
    quote! {
        match read {
            #(super::consumer::#name::#idents(message) => Ok(Self::#idents(support::Close::close(message)?)),)*
            super::consumer::#name::Unknown(unknown) => Err(support::NotProducible::tag(&unknown.tag)),
        }
    }
}

pub(super) fn envelope(view: &View<'_>, sender: Side, id: TypeId, envelope: &Envelope) -> TokenStream {
    let (name, message) = (view.name(id), view.message_name(id));
    let conversion = conversion(view, sender, id, &name);
    let payload = rust::field_ident(&envelope.payload);
    let first = quote!(#payload: support::Close::close(read.#payload)?,);
    let extras = envelope.open.then(|| quote!(support::nothing_kept(&read.extras)?;));
    let fields = conversion.fields(envelope.fields(), &view.derived_name(id, "Required"), &first);
    let frame = conversion.tokens(&quote!(#extras #fields));
    let messages = Conversion { view, sender, name: &message, borrows: conversion.borrows };
    let messages = messages.tokens(&arms(&message, &envelope.variants));
    quote! { #frame #messages }
}
