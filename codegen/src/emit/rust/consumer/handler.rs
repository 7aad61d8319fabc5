//! Handlers: whoever receives the messages of an envelope decides about each, and the compiler sees to it.

use super::super::variant_ident;
use super::super::view::{Role, View};
use crate::model::{Envelope, Shape, Side, TypeId, Variant};
use crate::text::rust::{self, Part};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::HashSet;

/// The frames of a direction, where they share an envelope.
fn frames<'p>(view: &View<'p>, sender: Side) -> Option<(TypeId, &'p Envelope)> {
    let root = view.frames(sender)?;
    match &view.get(root).shape {
        Shape::Envelope(envelope) => Some((root, envelope)),
        _ => None,
    }
}

/// The trait that all directions share.
pub(super) fn import(view: &View<'_>, sender: Side) -> TokenStream {
    let import = quote!(
        pub use crate::support::Handler;
    );
    frames(view, sender).map(|_| import).unwrap_or_default()
}

/// The trait for one message, the macro for those that do not matter, and the method that needs all of them.
pub(super) fn handler(view: &View<'_>, sender: Side) -> TokenStream {
    let Some((id, envelope)) = frames(view, sender) else { return TokenStream::new() };
    let (frame, module) = (view.name(id), format_ident!("from_{}", sender.name()));
    let macro_name = format_ident!("ignore_{}", module);
    let dispatch = dispatch(view, id, &frame, envelope);
    quote! {
        /// Decides about the messages of one type. A type that messages are dispatched to implements it for each of
        /// them, or lists the message in [`ignore!`].
        #[diagnostic::on_unimplemented(
            message = "`{Self}` neither handles nor ignores `{M}`",
            note = "implement `Handle<{M}>` for it, or list the message in `ignore!`"
        )]
        pub trait Handle<M>: Handler {
            /// Handles a message; `frame` is what it came in.
            fn handle(&mut self, message: &M, frame: &#frame<'_>) -> Self::Output;
        }

        /// Ignores messages: `ignore!(App: Heartbeat<'_>, Unknown<'_>);` says that nothing follows from them for `App`
        /// but what [`Handler::ignored`] gives.
        #[macro_export]
        #[doc(hidden)]
        macro_rules! #macro_name {
            ($($ignored:tt)+) => {
                $crate::ignore_messages! { #module #frame, $($ignored)+ }
            };
        }

        #[doc(inline)]
        pub use #macro_name as ignore;

        #dispatch
    }
}

fn dispatch(view: &View<'_>, id: TypeId, frame: &Ident, envelope: &Envelope) -> TokenStream {
    let (message, payload) = (view.message_name(id), rust::field_ident(&envelope.payload));
    // A bound that comes twice would be ambiguous.
    let mut seen = HashSet::new();
    let first = envelope.variants.iter().filter(|variant| seen.insert(variant.ty));
    let types = first.map(|variant| view.ty(variant.ty, Role::Consumer));
    let arms = envelope.variants.iter().map(|variant| {
        let (ident, ty) = (variant_ident(variant), view.ty(variant.ty, Role::Consumer));
        quote!(#message::#ident(message) => Handle::<#ty>::handle(handler, message, self),)
    });
    let shared = shared(&envelope.variants);
    quote! {
        impl<'a> #frame<'a> {
            /// Gives the message to `handler`, which has decided about every message that there is.
            #shared
            pub fn dispatch<H>(&self, handler: &mut H) -> H::Output
            where
                H: #(Handle<#types> +)* Handle<support::Unknown<'a>>,
            {
                match &self.#payload {
                    #(#arms)*
                    #message::Unknown(unknown) => Handle::<support::Unknown<'a>>::handle(handler, unknown, self),
                }
            }
        }
    }
}

/// Says which messages come as the same type: what handles one of them handles all.
fn shared(variants: &[Variant]) -> TokenStream {
    let mut docs = TokenStream::new();
    let mut seen = HashSet::new();
    for variant in variants.iter().filter(|variant| seen.insert(variant.ty)) {
        let alike: Vec<&Variant> = variants.iter().filter(|other| other.ty == variant.ty).collect();
        let [first, others @ ..] = alike.as_slice() else { continue };
        if others.is_empty() {
            continue;
        }
        let mut parts = vec![Part::Words("One `Handle` decides about `"), Part::Text(&first.value)];
        for other in others {
            parts.extend([Part::Words("` and `"), Part::Text(&other.value)]);
        }
        parts.push(Part::Words("`, which have one type: the frame tells them apart."));
        let doc = rust::doc_sentence(&parts);
        docs.extend(quote!(#[doc = ""] #doc));
    }
    docs
}
