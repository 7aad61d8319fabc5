//! Frames that share an envelope: a struct, and the enum of their messages.

use super::super::encode;
use super::super::variant_ident;
use super::super::view::{Role, View};
use super::structs::{Body, Fields, initialised, keys, local};
use super::{definition, docs};
use crate::model::{Additional, Envelope, Slot, TypeDef, TypeId};
use crate::text::rust;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// The struct of the frame and the enum of its messages.
pub(super) fn envelope(view: &View<'_>, id: TypeId, ty: &TypeDef, envelope: &Envelope) -> TokenStream {
    let name = view.name(id);
    let message = view.message_name(id);
    let names = envelope.slots.iter().map(|slot| match slot {
        Slot::Tag => &envelope.tag,
        Slot::Payload => &envelope.payload,
        Slot::Field(field) => &field.name,
    });
    let (keys, retired) = keys(names, &envelope.retired);
    let numbered = envelope.slots.iter().enumerate();
    let fields = numbered.filter_map(|(index, slot)| match slot {
        Slot::Field(field) => Some((index, field)),
        Slot::Tag | Slot::Payload => None,
    });
    let fields = Fields { view, owner: id, members: fields.collect() };
    let (payload, payload_local) = (rust::field_ident(&envelope.payload), local(&envelope.payload));
    let (variables, values) = (fields.variables(), fields.values());
    let value = initialised(&payload, &payload_local);
    let body = Body {
        fields: &fields,
        keys,
        variables: quote! {
            let mut tag = None;
            let mut payload = support::Payload::Missing;
            #variables
        },
        arms: arms(envelope, &message, &fields.arms(), &retired),
        before: {
            let (selected, constants) =
                (selected(envelope, &message, &payload_local), fields.missing_constants());
            quote!(#selected #constants)
        },
        values: quote!(#value #values),
        additional: if envelope.open { Additional::Open } else { Additional::Closed },
        check: None,
        payload: Some((payload, message.clone())),
    };
    let encoding = encode::envelope(view, envelope, Role::Consumer);
    let frame = body.tokens(&docs::of_type(ty), &name, &quote!(<'a>), &encoding);
    let messages = messages(view, id, &message, envelope);
    quote! { #frame #messages }
}

/// What is done with each member as it comes.
fn arms(envelope: &Envelope, message: &Ident, fields: &TokenStream, retired: &TokenStream) -> TokenStream {
    let place = |wanted: fn(&Slot) -> bool| {
        Literal::usize_unsuffixed(envelope.slots.iter().position(wanted).unwrap_or_default())
    };
    let tag = place(|slot| matches!(slot, Slot::Tag));
    let payload = place(|slot| matches!(slot, Slot::Payload));
    quote! {
        #tag => {
            tag = Some(support::Tag::decode(parser)?);
            Ok(())
        }
        #payload => {
            payload = match &tag {
                Some(tag) => support::Payload::Decoded(#message::decode(parser, tag)?),
                // The discriminator comes later, and the payload is read then.
                None => support::Payload::pass(parser)?,
            };
            Ok(())
        }
        #fields
        #retired
    }
}

/// The message, once all members have come.
fn selected(envelope: &Envelope, message: &Ident, local: &Ident) -> TokenStream {
    let (tag, payload) = (rust::string(&envelope.tag), rust::string(&envelope.payload));
    quote! {
        let Some(tag) = tag else {
            return Err(payload.untagged(parser, object.missing(&[#tag])));
        };
        let #local = match payload {
            support::Payload::Decoded(message) => message,
            support::Payload::Passed(offset) => {
                parser.revisit(offset, |parser| #message::decode(parser, &tag))?
            }
            support::Payload::Missing => return Err(object.missing(&[#payload])),
        };
    }
}

/// The enum of the payloads.
fn messages(view: &View<'_>, id: TypeId, message: &Ident, envelope: &Envelope) -> TokenStream {
    let definition = definition(view, id, message, &envelope.variants);
    let values: Vec<Literal> = envelope.variants.iter().map(|variant| rust::string(&variant.value)).collect();
    let lengths = envelope.variants.iter().map(|variant| Literal::usize_unsuffixed(variant.value.len()));
    let idents = envelope.variants.iter().map(variant_ident);
    let encode = encode::messages(message, &quote!(<'a>), &envelope.variants, Role::Consumer);
    quote! {
        /// The messages that this side receives.
        #[derive(Debug, Clone, PartialEq)]
        #definition

        impl<'a> #message<'a> {
            fn decode(parser: &mut Parser<'a>, tag: &support::Tag<'a>) -> support::Result<Self> {
                // The length tells most names apart before their letters are compared.
                Ok(match (tag.text().len(), tag.text()) {
                    #((#lengths, #values) => Self::#idents(Decode::decode(parser)?),)*
                    _ => Self::Unknown(tag.unknown(parser, &EXCLUDED)?),
                })
            }
        }

        #encode
    }
}
