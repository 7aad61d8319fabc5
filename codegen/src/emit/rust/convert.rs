//! From consumer types to producer types: the only way to send on what was received. It fails where the
//! received value holds something that the schema does not list.

use super::consumer::check;
use super::variant_ident;
use super::view::{Role, View};
use crate::model::{Additional, Envelope, Field, Object, Side, Tuple, TypeId, Variant};
use crate::text::rust;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// A conversion between the two types of one name.
struct Conversion<'v, 'p> {
    view: &'v View<'p>,
    sender: Side,
    name: &'v Ident,
    /// Whether the consumer type borrows, and whether the producer type does.
    borrows: (bool, bool),
    /// The type that is checked to become the producer type, where there is a check.
    draft: Option<Ident>,
}

impl Conversion<'_, '_> {
    /// ```text
    /// impl<'a> TryFrom<super::consumer::Run<'a>> for Run<'a> { … }
    /// ```
    fn tokens(&self, before: &TokenStream, body: &TokenStream) -> TokenStream {
        let name = self.name;
        let generics = |borrows: bool| if borrows { quote!(<'a>) } else { TokenStream::new() };
        let (consumer, producer) = (generics(self.borrows.0), generics(self.borrows.1));
        // The consumers of a direction belong to the side that does not send it.
        let (_, feature) = super::package::gates(self.sender);
        let gate = quote!(#[cfg(feature = #feature)]);
        let module = self.consumers();
        let body = if self.draft.is_none() {
            quote!(#before Ok(#body))
        } else {
            quote! {
                #before
                let draft = #body;
                draft.build().map_err(|violation| support::NotProducible::violation(&violation))
            }
        };
        quote! {
            #gate
            impl #consumer TryFrom<#module::#name #consumer> for #name #producer {
                type Error = support::NotProducible;

                #[inline]
                fn try_from(read: #module::#name #consumer) -> Result<Self, support::NotProducible> {
                    #body
                }
            }

            #gate
            impl #consumer support::Close for #module::#name #consumer {
                type Closed = #name #producer;

                #[inline]
                fn close(self) -> Result<#name #producer, support::NotProducible> {
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
        last: &TokenStream,
    ) -> TokenStream {
        let mut needed = first.clone();
        let mut optional = TokenStream::new();
        for field in fields.filter(|field| self.view.constant(field).is_none()) {
            let ident = rust::field_ident(&field.label);
            // What both roles share moves as it is: no call, and no code for it.
            let value = if self.view.shared(field.ty) {
                quote!(#ident: read.#ident,)
            } else {
                quote!(#ident: support::Close::close(read.#ident)?,)
            };
            if field.required { needed.extend(value) } else { optional.extend(value) }
        }
        let needed = (!needed.is_empty()).then(|| quote!(required: #required { #needed },));
        let target = self.target();
        quote!(#target { #needed #optional #last })
    }

    /// The module of the consumer types: files of groups stand deeper than others.
    fn consumers(&self) -> TokenStream {
        let direction = format_ident!("from_{}", self.sender.name());
        quote!(crate::#direction::consumer)
    }

    /// What the body builds.
    fn target(&self) -> TokenStream {
        if let Some(draft) = &self.draft { quote!(#draft) } else { quote!(Self) }
    }
}

fn conversion<'v, 'p>(view: &'v View<'p>, sender: Side, id: TypeId, name: &'v Ident) -> Conversion<'v, 'p> {
    let borrows = (view.borrows(id, Role::Consumer), view.borrows(id, Role::Producer));
    let draft = check(view, view.get(id)).map(|_| view.derived_name(id, "Draft"));
    Conversion { view, sender, name, borrows, draft }
}

pub(super) fn object(view: &View<'_>, sender: Side, id: TypeId, object: &Object) -> TokenStream {
    let name = view.name(id);
    let conversion = conversion(view, sender, id, &name);
    let addable = view.addable(object).is_some();
    let open = object.additional == Additional::Open;
    let extras = (open && !addable).then(|| quote!(support::nothing_kept(&read.extras)?;));
    let typed = match object.additional {
        Additional::Open if addable => Some(quote!(additional: read.extras.into(),)),
        Additional::Typed(_) => Some(quote!(additional: support::Close::close(read.additional)?,)),
        Additional::Open | Additional::Closed => None,
    };
    let required = view.derived_name(id, "Required");
    let fields =
        conversion.fields(object.fields.iter(), &required, &TokenStream::new(), &typed.unwrap_or_default());
    let carried = object.fields.iter().any(|field| view.constant(field).is_none());
    let unused = (object.additional == Additional::Closed && !carried).then(|| quote!(let _ = read;));
    conversion.tokens(&quote!(#extras #unused), &fields)
}

pub(super) fn union(view: &View<'_>, sender: Side, id: TypeId, variants: &[Variant]) -> TokenStream {
    let name = view.name(id);
    let conversion = conversion(view, sender, id, &name);
    conversion.tokens(&TokenStream::new(), &arms(&conversion, variants))
}

fn arms(conversion: &Conversion<'_, '_>, variants: &[Variant]) -> TokenStream {
    let (name, target, module) = (conversion.name, conversion.target(), conversion.consumers());
    let idents = variants.iter().map(variant_ident);
    quote! {
        match read {
            #(#module::#name::#idents(message) => #target::#idents(support::Close::close(message)?),)*
            #module::#name::Unknown(unknown) => return Err(support::NotProducible::tag(&unknown.tag)),
        }
    }
}

/// From an enum whose variants no discriminator tells apart.
pub(super) fn choice(view: &View<'_>, sender: Side, id: TypeId, idents: &[Ident], open: bool) -> TokenStream {
    let name = view.name(id);
    let conversion = conversion(view, sender, id, &name);
    let (target, module) = (conversion.target(), conversion.consumers());
    let other = open.then(|| quote!(#module::#name::Other(value) => #target::Other(value),));
    conversion.tokens(
        &TokenStream::new(),
        &quote! {
            match read {
                #(#module::#name::#idents(value) => #target::#idents(support::Close::close(value)?),)*
                #other
            }
        },
    )
}

/// From a struct that is an array.
pub(super) fn tuple(view: &View<'_>, sender: Side, id: TypeId, tuple: &Tuple) -> TokenStream {
    let name = view.name(id);
    let conversion = conversion(view, sender, id, &name);
    let target = conversion.target();
    let idents = super::consumer::tuple_fields(tuple).into_iter().map(|(ident, ..)| ident);
    let rest = tuple.rest.map(|_| quote!(rest: support::Close::close(read.rest)?,));
    conversion.tokens(
        &TokenStream::new(),
        &quote!(#target { #(#idents: support::Close::close(read.#idents)?,)* #rest }),
    )
}

pub(super) fn envelope(view: &View<'_>, sender: Side, id: TypeId, envelope: &Envelope) -> TokenStream {
    let (name, message) = (view.name(id), view.message_name(id));
    let conversion = conversion(view, sender, id, &name);
    let payload = rust::field_ident(&envelope.payload);
    let first = quote!(#payload: support::Close::close(read.#payload)?,);
    let extras = envelope.open.then(|| quote!(support::nothing_kept(&read.extras)?;));
    let fields =
        conversion.fields(envelope.fields(), &view.derived_name(id, "Required"), &first, &TokenStream::new());
    let frame = conversion.tokens(&extras.unwrap_or_default(), &fields);
    let messages = Conversion { view, sender, name: &message, borrows: conversion.borrows, draft: None };
    let messages = messages.tokens(&TokenStream::new(), &arms(&messages, &envelope.variants));
    quote! { #frame #messages }
}
