//! The module `producer`: types that are built and sent. They can only hold what the schema accepts.

use super::convert;
use super::docs;
use super::encode;
use super::view::{Item, Role, View};
use crate::model::{Envelope, Field, Object, Shape, Side, TypeDef, TypeId, Union, Variant};
use crate::text::rust;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The whole module.
pub(super) fn module(view: &View<'_>, sender: Side) -> TokenStream {
    let types = view.types(sender);
    let items = types.iter().filter(|id| view.item(**id) == Item::Own).map(|id| item(view, sender, *id));
    let items: TokenStream = items.collect();
    let imports = super::imports(&items);
    quote! { #imports #items }
}

fn item(view: &View<'_>, sender: Side, id: TypeId) -> TokenStream {
    let ty = view.get(id);
    match &ty.shape {
        Shape::Object(object) => {
            let conversion = convert::object(view, sender, id, object);
            let definition = self::object(view, id, ty, object);
            quote!(#definition #conversion)
        }
        Shape::Union(union) => {
            let conversion = convert::union(view, sender, id, &union.variants);
            let definition = self::union(view, id, ty, union);
            quote!(#definition #conversion)
        }
        Shape::Envelope(envelope) => {
            let conversion = convert::envelope(view, sender, id, envelope);
            let definition = self::envelope(view, id, ty, envelope);
            quote!(#definition #conversion)
        }
        _ => TokenStream::new(),
    }
}

/// A field of a producer struct, with everything that templates need of it.
struct Part {
    docs: TokenStream,
    ident: Ident,
    ty: TokenStream,
    required: bool,
    /// What it holds when it is not set.
    absent: TokenStream,
    builder: TokenStream,
}

fn part(view: &View<'_>, field: &Field) -> Part {
    let ident = rust::field_ident(&field.name);
    let builder = if field.required { TokenStream::new() } else { builders(view, field, &ident) };
    Part {
        docs: docs::of(&field.doc),
        ident,
        ty: view.field_ty(field, Role::Producer),
        required: field.required,
        absent: view.absent(field),
        builder,
    }
}

/// ```text
/// pub fn with_thread_id(mut self, thread_id: types::ThreadId<'a>) -> Self
/// ```
fn builders(view: &View<'_>, field: &Field, ident: &Ident) -> TokenStream {
    let docs = docs::of(&field.doc);
    let with = rust::prefixed_ident("with_", &field.name);
    let nullable = view.nullable(field.ty);
    let ty = view.ty(nullable.unwrap_or(field.ty), Role::Producer);
    let value = if nullable.is_some() { quote!(support::Maybe::Value) } else { quote!(Some) };
    let null = nullable.map(|_| {
        let with_null = rust::prefixed_ident("with_null_", &field.name);
        let doc = format!(" Sends `null` where [`Self::{with}`] would send a value.");
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #with_null(mut self) -> Self {
                self.#ident = support::Maybe::Null;
                self
            }
        }
    });
    quote! {
        #docs
        #[must_use]
        pub fn #with(mut self, #ident: impl Into<#ty>) -> Self {
            self.#ident = #value(#ident.into());
            self
        }
        #null
    }
}

/// The constructor: it takes the required part, if there is one.
fn constructor(optional: &[&Part], required: Option<&TokenStream>) -> TokenStream {
    let Some(argument) = required else {
        return quote! {
            /// Builds it empty; what it may have is added with the `with_` methods.
            pub fn new() -> Self {
                Self::default()
            }
        };
    };
    let defaults = optional.iter().map(|part| {
        let (ident, absent) = (&part.ident, &part.absent);
        quote!(#ident: #absent,)
    });
    quote! {
        /// Builds it from what it must have; what it may have is added with the `with_` methods.
        pub fn new(#argument) -> Self {
            Self { required, #(#defaults)* }
        }
    }
}

/// What a struct of parts looks like: the struct, its required part, `new` and the builders.
struct Template<'t> {
    docs: TokenStream,
    name: &'t Ident,
    required_name: &'t Ident,
    generics: TokenStream,
    required_generics: TokenStream,
    parts: &'t [Part],
}

impl Template<'_> {
    fn tokens(&self) -> TokenStream {
        let (docs, name, generics) = (&self.docs, self.name, &self.generics);
        let optional: Vec<&Part> = self.parts.iter().filter(|part| !part.required).collect();
        let fields = optional.iter().map(|part| {
            let (ident, ty) = (&part.ident, &part.ty);
            quote!(#ident: #ty,)
        });
        let builders = optional.iter().map(|part| &part.builder);
        let has_required = optional.len() < self.parts.len();
        let required_struct = has_required.then(|| self.required_struct());
        let required = has_required.then(|| {
            let (name, generics) = (self.required_name, &self.required_generics);
            quote!(required: #name #generics,)
        });
        // Only what must have nothing can be made of nothing.
        let default = (!has_required).then(|| quote!(Default,));
        let new = constructor(&optional, required.as_ref());
        quote! {
            #docs
            #[derive(Debug, Clone, #default PartialEq)]
            pub struct #name #generics {
                #required
                #(#fields)*
            }

            #required_struct

            impl #generics #name #generics {
                #new
                #(#builders)*
            }
        }
    }

    fn required_struct(&self) -> TokenStream {
        let (name, required_name, generics) = (self.name, self.required_name, &self.required_generics);
        let fields = self.parts.iter().filter(|part| part.required).map(|part| {
            let Part { docs, ident, ty, .. } = part;
            quote!(#docs pub #ident: #ty,)
        });
        let doc = format!(" What every [`{name}`] has.");
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone, PartialEq)]
            pub struct #required_name #generics {
                #(#fields)*
            }
        }
    }
}

fn object(view: &View<'_>, id: TypeId, ty: &TypeDef, object: &Object) -> TokenStream {
    let named = object.fields.iter().filter(|field| view.constant(field).is_none());
    let parts: Vec<Part> = named.clone().map(|field| part(view, field)).collect();
    let mut required = named.filter(|field| field.required);
    let borrowed = required.any(|field| view.borrows(field.ty, Role::Producer));
    let (name, required_name) = (view.name(id), view.derived_name(id, "Required"));
    let generics = view.generics(id, Role::Producer);
    let template = Template {
        docs: docs::of_type(ty),
        name: &name,
        required_name: &required_name,
        generics: generics.clone(),
        required_generics: if borrowed { quote!(<'a>) } else { TokenStream::new() },
        parts: &parts,
    };
    let definition = template.tokens();
    let body = encode::object(view, object, Role::Producer);
    let encode = encode::implementation(&name, &generics, &body);
    quote! { #definition #encode }
}

fn union(view: &View<'_>, id: TypeId, ty: &TypeDef, union: &Union) -> TokenStream {
    let (name, generics) = (view.name(id), view.generics(id, Role::Producer));
    let docs = docs::of_type(ty);
    let variants = variants(view, &name, &generics, &union.variants);
    let body = encode::union(union, Role::Producer);
    let encode = encode::implementation(&name, &generics, &body);
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #variants
        #encode
    }
}

/// The enum over the variants, and a conversion from each.
fn variants(view: &View<'_>, name: &Ident, generics: &TokenStream, variants: &[Variant]) -> TokenStream {
    let members = variants.iter().map(|variant| {
        let docs = docs::of(&variant.doc);
        let (ident, ty) = (super::variant_ident(variant), view.ty(variant.ty, Role::Producer));
        quote!(#docs #ident(#ty),)
    });
    let unique = super::unique(variants.iter().map(|variant| variant.ty));
    let conversions = variants.iter().filter(|variant| unique.contains(&variant.ty)).map(|variant| {
        let (ident, ty) = (super::variant_ident(variant), view.ty(variant.ty, Role::Producer));
        let generics = if generics.is_empty() { quote!() } else { quote!(<'a>) };
        quote! {
            impl #generics From<#ty> for #name #generics {
                fn from(message: #ty) -> Self {
                    Self::#ident(message)
                }
            }
        }
    });
    let nested = nested(view, name, generics, variants);
    quote! {
        pub enum #name #generics { #(#members)* }

        #(#conversions)*
        #nested
    }
}

/// Conversions from what a variant's own union holds: the message inside a message.
fn nested(view: &View<'_>, name: &Ident, generics: &TokenStream, variants: &[Variant]) -> TokenStream {
    let inner = |variant: &Variant| match &view.get(variant.ty).shape {
        Shape::Union(union) => union.variants.iter().map(|inner| inner.ty).collect(),
        _ => Vec::new(),
    };
    // A type that can be reached in two ways has no one place to go.
    let unique =
        super::unique(variants.iter().flat_map(|variant| [vec![variant.ty], inner(variant)].concat()));
    let mut conversions = TokenStream::new();
    for variant in variants {
        for ty in inner(variant).into_iter().filter(|ty| unique.contains(ty)) {
            let (ident, ty) = (super::variant_ident(variant), view.ty(ty, Role::Producer));
            conversions.extend(quote! {
                impl #generics From<#ty> for #name #generics {
                    fn from(message: #ty) -> Self {
                        Self::#ident(message.into())
                    }
                }
            });
        }
    }
    conversions
}

fn envelope(view: &View<'_>, id: TypeId, ty: &TypeDef, envelope: &Envelope) -> TokenStream {
    let (name, required_name) = (view.name(id), view.derived_name(id, "Required"));
    let message = view.message_name(id);
    let generics = view.generics(id, Role::Producer);
    let payload = payload_part(envelope, &message, &generics);
    let fields = envelope.fields().map(|field| part(view, field));
    let parts: Vec<Part> = std::iter::once(payload).chain(fields).collect();
    let template = Template {
        docs: docs::of_type(ty),
        name: &name,
        required_name: &required_name,
        generics: generics.clone(),
        required_generics: generics.clone(),
        parts: &parts,
    };
    let definition = template.tokens();
    let variants = variants(view, &message, &generics, &envelope.variants);
    let messages = encode::messages(&message, &generics, &envelope.variants, Role::Producer);
    let body = encode::envelope(view, envelope, Role::Producer);
    let encode = encode::implementation(&name, &generics, &body);
    quote! {
        #definition
        #encode

        /// The messages that this side sends.
        #[derive(Debug, Clone, PartialEq)]
        #variants
        #messages
    }
}

/// The payload is required in every envelope.
fn payload_part(envelope: &Envelope, message: &Ident, generics: &TokenStream) -> Part {
    Part {
        docs: quote!(#[doc = " The message."]),
        ident: rust::field_ident(&envelope.payload),
        ty: quote!(#message #generics),
        required: true,
        absent: TokenStream::new(),
        builder: TokenStream::new(),
    }
}
