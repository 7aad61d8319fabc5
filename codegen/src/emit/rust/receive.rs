//! How a frame is received: the decoding functions of a direction, and the tables that explain what they
//! refuse.

use super::legacy;
use super::view::{Item, Role, View};
use crate::model::{Shape, Side, TypeId, Variant};
use crate::text::Text;
use crate::text::rust;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::HashSet;

/// How what a side sends is received: frames through `receive`, anything else through `parse`.
pub(super) fn functions(view: &View<'_>, sender: Side) -> TokenStream {
    match view.frames(sender) {
        Some(root) => of_frames(view, sender, root),
        None => match view.roots(sender) {
            [root] => of_only_root(view, *root),
            roots => roots.iter().map(|root| of_root(view, *root)).collect(),
        },
    }
}

/// `parse` of the one type that is sent, which may have no item to give it to.
fn of_only_root(view: &View<'_>, root: TypeId) -> TokenStream {
    let ty = view.ty(root, Role::Consumer);
    let borrows = view.borrows(root, Role::Consumer);
    let (generics, text) = if borrows { (quote!(<'a>), quote!(&'a str)) } else { (quote!(), quote!(&str)) };
    quote! {
        /// Reads a JSON text.
        ///
        /// # Errors
        /// What is wrong with the text, and where.
        pub fn parse #generics(text: #text) -> Result<#ty, support::Error> {
            support::parse(text).map(|decoded| decoded.value)
        }

        /// Reads a JSON text and keeps the properties that the schema does not list.
        ///
        /// # Errors
        /// What is wrong with the text, and where.
        pub fn parse_keeping_unknown #generics(text: #text) -> Result<#ty, support::Error> {
            support::parse_keeping(text).map(|decoded| decoded.value)
        }
    }
}

/// `parse` of a type that is sent on its own.
fn of_root(view: &View<'_>, root: TypeId) -> TokenStream {
    let (name, generics) = (view.name(root), view.generics(root, Role::Consumer));
    let ty = view.ty(root, Role::Consumer);
    if view.item(root) != Item::Own {
        return TokenStream::new();
    }
    let lifetime = if generics.is_empty() { quote!() } else { quote!('a) };
    let borrowed = if generics.is_empty() { quote!(&str) } else { quote!(&'a str) };
    quote! {
        impl<#lifetime> #name #generics {
            /// Reads a JSON text.
            ///
            /// # Errors
            /// What is wrong with the text, and where.
            pub fn parse(text: #borrowed) -> Result<Self, support::Error> {
                support::parse::<#ty>(text).map(|decoded| decoded.value)
            }

            /// Reads a JSON text and keeps the properties that the schema does not list.
            ///
            /// # Errors
            /// What is wrong with the text, and where.
            pub fn parse_keeping_unknown(text: #borrowed) -> Result<Self, support::Error> {
                support::parse_keeping::<#ty>(text).map(|decoded| decoded.value)
            }
        }
    }
}

/// `receive`, `parse`, and their tables.
fn of_frames(view: &View<'_>, sender: Side, root: TypeId) -> TokenStream {
    let name = view.name(root);
    let tables = tables(view, sender);
    let receiver = receiver(view, sender);
    let from = sender.name();
    let doc = format!(" Reads a frame from the {from}, whatever form it comes in.");
    quote! {
        #tables

        #receiver

        #[doc = #doc]
        ///
        /// `received_at` is the time of receipt in Unix seconds: legacy forms without a time get it.
        pub fn receive<'a>(
            receiver: &support::Receiver,
            text: &'a str,
            received_at: impl Into<f64>,
        ) -> support::Received<#name<'a>> {
            receiver.receive(text, received_at.into(), support::decode, |converted| {
                support::decode::<#name<'_>>(converted).map(|decoded| decoded.map(#name::into_owned))
            })
        }

        impl<'a> #name<'a> {
            /// Reads a canonical frame. What the schema does not list is an `Unknown` inside it.
            ///
            /// # Errors
            /// What is wrong with the frame, and where.
            pub fn parse(text: &'a str) -> Result<Self, support::Error> {
                support::decode(text).map(|decoded| decoded.value).map_err(|error| FRAMES.explain(error, text))
            }

            /// Reads a canonical frame and keeps the properties that the schema does not list.
            ///
            /// # Errors
            /// What is wrong with the frame, and where.
            pub fn parse_keeping_unknown(text: &'a str) -> Result<Self, support::Error> {
                support::decode_keeping(text)
                    .map(|decoded| decoded.value)
                    .map_err(|error| FRAMES.explain(error, text))
            }
        }
    }
}

/// What makes a receiver.
fn receiver(view: &View<'_>, sender: Side) -> TokenStream {
    if legacy::of(view, sender).is_none() {
        return quote! {
            /// A receiver. No frame of this direction has a legacy form.
            pub fn receiver() -> support::Receiver {
                support::Receiver::new(&FRAMES)
            }
        };
    }
    quote! {
        /// A receiver with the policies that the manifest sets for the forms of [`legacy`](super::legacy). With the
        /// feature `tracing` it logs each legacy frame.
        pub fn receiver() -> support::Receiver {
            let receiver = support::Receiver::new(&FRAMES);
            #[cfg(feature = "tracing")]
            let receiver = receiver.with_observer(|seen| match seen.policy {
                support::Policy::Accept => tracing::debug!(form = seen.form.name, name = seen.name, "legacy frame"),
                support::Policy::Warn => tracing::warn!(form = seen.form.name, name = seen.name, "legacy frame"),
                support::Policy::Refuse => {
                    tracing::warn!(form = seen.form.name, name = seen.name, "legacy frame refused");
                }
            });
            receiver
        }
    }
}

fn tables(view: &View<'_>, sender: Side) -> TokenStream {
    let (tag, payload, variants) = frames(view, sender);
    let (_, _, peer) = frames(view, sender.peer());
    let known = variants.iter().flat_map(Variant::values).map(rust::string);
    let own: HashSet<&Text> = variants.iter().flat_map(Variant::values).collect();
    let peer = peer.iter().flat_map(Variant::values).filter(|value| !own.contains(value)).map(rust::string);
    let reserved = view.protocol.reserved.iter().map(rust::string);
    let nested = variants.iter().filter_map(|variant| match &view.get(variant.ty).shape {
        Shape::Union(union) => {
            let (value, tag) = (rust::string(&variant.value), rust::string(&union.tag));
            Some(quote!((#value, #tag)))
        }
        _ => None,
    });
    let legacy =
        if legacy::of(view, sender).is_some() { quote!(Some(&super::legacy::LEGACY)) } else { quote!(None) };
    let variable = rust::string(&legacy::variable(view));
    let sender = sender.name();
    quote! {
        /// Discriminator values that are known, and that this side never sends.
        static EXCLUDED: support::Excluded = support::Excluded {
            sender: #sender,
            peer: &[#(#peer),*],
            reserved: &[#(#reserved),*],
        };

        static FRAMES: support::Frames = support::Frames {
            tag: #tag,
            payload: #payload,
            known: &[#(#known),*],
            nested: &[#(#nested),*],
            legacy: #legacy,
            variable: #variable,
        };
    }
}

/// The discriminator, the payload's name (where there is an envelope) and the messages of a direction.
fn frames<'p>(view: &View<'p>, sender: Side) -> (Literal, TokenStream, &'p [Variant]) {
    match view.frames(sender).map(|root| &view.get(root).shape) {
        Some(Shape::Envelope(envelope)) => {
            let payload = rust::string(&envelope.payload);
            (rust::string(&envelope.tag), quote!(Some(#payload)), &envelope.variants)
        }
        Some(Shape::Union(union)) => (rust::string(&union.tag), quote!(None), &union.variants),
        _ => (Literal::string(""), quote!(None), &[]),
    }
}
