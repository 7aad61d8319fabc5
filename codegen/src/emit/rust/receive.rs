//! How a frame is received: the decoding functions of a direction, and the tables that explain what they
//! refuse.

use super::view::View;
use crate::model::{LegacyForm, Shape, Side, Variant};
use crate::schema::LegacyPolicy;
use crate::text::Text;
use crate::text::rust::{self, Part};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::HashSet;

/// `receive`, `parse`, and their tables.
pub(super) fn functions(view: &View<'_>, sender: Side) -> TokenStream {
    let root = view.protocol.direction(sender).root;
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
    let direction = view.protocol.direction(sender);
    let (tag, payload, variants) = frames(view, sender);
    let (_, _, others) = frames(view, sender.peer());
    let known = variants.iter().map(|variant| rust::string(&variant.value));
    let own: HashSet<&Text> = variants.iter().map(|variant| &variant.value).collect();
    let others = others
        .iter()
        .filter(|variant| !own.contains(&variant.value))
        .map(|variant| rust::string(&variant.value));
    let nested = variants.iter().filter_map(|variant| match &view.get(variant.ty).shape {
        Shape::Union(union) => {
            let (value, tag) = (rust::string(&variant.value), rust::string(&union.tag));
            Some(quote!((#value, #tag)))
        }
        _ => None,
    });
    let forms = view.protocol.legacy.iter().filter(|form| form.sender == direction.sender);
    let forms = forms.map(|form| self::form(view, sender, form));
    let sender = match direction.sender {
        Side::Server => "server",
        Side::Client => "client",
    };
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
    match &view.get(view.protocol.direction(sender).root).shape {
        Shape::Envelope(envelope) => {
            let payload = rust::string(&envelope.payload);
            (rust::string(&envelope.tag), quote!(Some(#payload)), &envelope.variants)
        }
        Shape::Union(union) => (rust::string(&union.tag), quote!(None), &union.variants),
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
    if let (Shape::Envelope(envelope), Some(tag)) =
        (&view.get(view.protocol.direction(sender).root).shape, form.message.first())
    {
        parts.extend([Part::Json(&envelope.tag), Part::Words(":"), Part::Json(tag), Part::Words(",")]);
        parts.extend([Part::Json(&envelope.payload), Part::Words(":{…}")]);
        for name in &form.filled {
            parts.extend([Part::Words(","), Part::Json(name), Part::Words(":…")]);
        }
    }
    parts.push(Part::Words("}"));
    rust::sentence(&parts)
}
