//! How a frame is received: the decoding functions of a direction, and the tables that explain what they
//! refuse.

use super::view::{Item, Role, View};
use crate::model::{LegacyForm, Shape, Side, TypeId, Variant};
use crate::schema::LegacyPolicy;
use crate::text::Text;
use crate::text::rust::{self, Part};
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
    let from = sender.name();
    let doc = format!(" Reads a frame from the {from}, whatever form it comes in.");
    quote! {
        #tables

        /// A receiver with the policies that the schema declares for its legacy forms.
        pub fn receiver() -> support::Receiver {
            support::Receiver::new(&FRAMES)
        }

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

fn tables(view: &View<'_>, sender: Side) -> TokenStream {
    let (tag, payload, variants) = frames(view, sender);
    let (_, _, others) = frames(view, sender.peer());
    let known = variants.iter().flat_map(Variant::values).map(rust::string);
    let own: HashSet<&Text> = variants.iter().flat_map(Variant::values).collect();
    let others =
        others.iter().flat_map(Variant::values).filter(|value| !own.contains(value)).map(rust::string);
    let nested = variants.iter().filter_map(|variant| match &view.get(variant.ty).shape {
        Shape::Union(union) => {
            let (value, tag) = (rust::string(&variant.value), rust::string(&union.tag));
            Some(quote!((#value, #tag)))
        }
        _ => None,
    });
    let forms = view.protocol.legacy.iter().filter(|form| form.sender == sender);
    let forms = forms.map(|form| self::form(view, sender, form));
    let sender = sender.name();
    quote! {
        /// Discriminator values of frames that only the other side sends.
        static OTHER_DIRECTION: support::OtherDirection = support::OtherDirection { sender: #sender, tags: &[#(#others),*] };

        static FRAMES: support::Frames = support::Frames {
            tag: #tag,
            payload: #payload,
            known: &[#(#known),*],
            nested: &[#(#nested),*],
            forms: &[#(#forms),*],
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

fn form(view: &View<'_>, sender: Side, form: &LegacyForm) -> TokenStream {
    let (name, retired_in) = (rust::string(&form.name), rust::string(&form.retired_in));
    let matches = form.matches.iter().map(|of| {
        let (name, value) = (rust::string(&of.name), rust::json_string(&of.value));
        quote!((#name, #value))
    });
    let filled = form.filled.iter().map(rust::string);
    let tag = form.message.first().map(rust::string);
    let policy = match form.policy {
        LegacyPolicy::Accept => quote!(Accept),
        LegacyPolicy::Warn => quote!(Warn),
        LegacyPolicy::Refuse => quote!(Refuse),
    };
    let hint = hint(view, sender, form);
    quote! {
        support::Form {
            name: #name,
            retired_in: #retired_in,
            message: #tag,
            matches: &[#(#matches),*],
            filled: &[#(#filled),*],
            policy: support::Policy::#policy,
            hint: #hint,
        }
    }
}

/// What came, and how it is sent today, in one line.
fn hint(view: &View<'_>, sender: Side, form: &LegacyForm) -> Literal {
    let mut parts = Vec::new();
    for (index, value) in form.message.iter().enumerate() {
        parts.extend((index > 0).then_some(Part::Words("/")));
        parts.push(Part::Text(value));
    }
    parts.push(Part::Words(" arrived bare (form \""));
    parts.push(Part::Text(&form.name));
    parts.push(Part::Words("\", retired in "));
    parts.push(Part::Text(&form.retired_in));
    parts.push(Part::Words("): wrap it in {"));
    let root = view.frames(sender).map(|root| &view.get(root).shape);
    if let (Some(Shape::Envelope(envelope)), Some(tag)) = (root, form.message.first()) {
        parts.extend([Part::Json(&envelope.tag), Part::Words(":"), Part::Json(tag), Part::Words(",")]);
        parts.extend([Part::Json(&envelope.payload), Part::Words(":{…}")]);
        for name in &form.filled {
            parts.extend([Part::Words(","), Part::Json(name), Part::Words(":…")]);
        }
    }
    parts.push(Part::Words("}"));
    rust::sentence(&parts)
}
