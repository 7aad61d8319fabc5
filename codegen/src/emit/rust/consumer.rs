//! The module `consumer`: types that are received and read.

mod choice;
mod envelope;
mod handler;
mod structs;
mod tuple;

use super::docs;
use super::encode;
use super::source::Source;
use super::view::{Role, View};
use super::{groups, receive, variant_ident};
use crate::model::{Argument, Object, Shape, Side, TypeDef, TypeId, Union, Variant};
use crate::text::rust;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use structs::{Body, Fields, detach, keys};
pub(super) use tuple::{definitions as tuple_definitions, fields as tuple_fields};

/// The whole module: paths and texts of its files.
pub(super) fn module(view: &View<'_>, header: &str, sender: Side) -> Vec<(String, String)> {
    let named = ("consumer", "as its peer receives and reads them", header);
    let (import, receive) = (handler::import(view, sender), receive::functions(view, sender));
    let handler = handler::handler(view, sender);
    let before = quote!(#import #receive #handler);
    let item = |id| item(view, sender, id);
    groups::of_types(view, sender, Role::Consumer, named, before, item).named(Source::text_with_imports)
}

fn item(view: &View<'_>, sender: Side, id: TypeId) -> TokenStream {
    let ty = view.get(id);
    match &ty.shape {
        Shape::Object(object) => self::object(view, id, ty, object),
        Shape::Union(union) => {
            let is_root = view.frames(sender) == Some(id);
            self::union(view, id, ty, union, is_root)
        }
        Shape::Envelope(envelope) => envelope::envelope(view, id, ty, envelope),
        Shape::Tuple(tuple) => tuple::tuple(view, id, ty, tuple),
        Shape::Mixed(mixed) => choice::mixed(view, id, ty, mixed),
        Shape::Choice(choice) => choice::choice(view, id, ty, choice),
        _ => TokenStream::new(),
    }
}

/// The number of the check that values of the type must pass as a whole.
pub(super) fn check(view: &View<'_>, ty: &TypeDef) -> Option<Literal> {
    ty.constraints.iter().find_map(|constraint| match constraint.argument {
        Argument::Plan(plan) => Some(view.checks.number(plan)),
        _ => None,
    })
}

/// Reads a value and checks it as a whole, where there is a check.
fn checked(check: Option<&Literal>, read: &TokenStream) -> TokenStream {
    let Some(number) = check else { return read.clone() };
    quote! {
        parser.peek()?;
        let start = parser.offset();
        let value = { #read }?;
        crate::plan::checked(parser, start, &crate::checks::PLAN, #number)?;
        Ok(value)
    }
}

fn object(view: &View<'_>, id: TypeId, ty: &TypeDef, object: &Object) -> TokenStream {
    let fields = Fields { view, owner: id, members: object.fields.iter().enumerate().collect() };
    let (keys, retired) = keys(object.fields.iter().map(|field| &field.name), &object.retired);
    let body = Body {
        fields: &fields,
        keys,
        variables: fields.variables(),
        arms: {
            let arms = fields.arms();
            quote!(#arms #retired)
        },
        before: fields.missing_constants(),
        values: fields.values(),
        additional: object.additional,
        check: check(view, ty),
        payload: None,
    };
    let encoding = encode::object(view, object, Role::Consumer);
    body.tokens(&docs::of_type(ty), &view.name(id), &view.generics(id, Role::Consumer), &encoding)
}

fn union(view: &View<'_>, id: TypeId, ty: &TypeDef, union: &Union, is_root: bool) -> TokenStream {
    let name = view.name(id);
    let (docs, tag) = (docs::of_type(ty), rust::string(&union.tag));
    let definition = definition(view, id, &name, &union.variants);
    let arms = union.variants.iter().map(|variant| {
        let (values, ident) = (variant.values().map(rust::string), variant_ident(variant));
        quote!(#(#values)|* => Ok(Self::#ident(parser.value()?)),)
    });
    let encode = encode::implementation(&name, &quote!(<'a>), &encode::union(union, Role::Consumer));
    let direction = is_root.then(|| quote!(EXCLUDED.check(parser, #tag, &tag)?;));
    let unknown = quote!(Ok(Self::Unknown(support::Unknown::decode(parser, tag)?)));
    let unknown = if is_root { quote!({ #direction #unknown }) } else { quote!(#unknown,) };
    let read = quote! {
        let tag = support::tag(parser, #tag)?;
        match &*tag {
            #(#arms)*
            _ => #unknown
        }
    };
    let read = checked(check(view, ty).as_ref(), &read);
    let tags = tags(&name, &union.variants);
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #definition
        #tags

        impl<'a> Decode<'a> for #name<'a> {
            fn decode(parser: &mut Parser<'a>) -> support::Result<Self> {
                #read
            }
        }

        #encode
        support::deserialize!(#name, 'a);
    }
}

/// The value of the discriminator, where each variant has one.
fn tags(name: &Ident, variants: &[Variant]) -> TokenStream {
    if variants.iter().any(|variant| !variant.others.is_empty()) {
        return TokenStream::new();
    }
    let values = variants.iter().map(|variant| rust::string(&variant.value));
    let idents = variants.iter().map(variant_ident);
    quote! {
        impl #name<'_> {
            /// The value of the discriminator.
            pub fn tag(&self) -> &str {
                match self { #(Self::#idents(_) => #values,)* Self::Unknown(unknown) => &unknown.tag }
            }
        }
    }
}

/// Where a variant has no values, the compiler sees that its copy is never made.
fn allow_unreachable(view: &View<'_>, mut variants: impl Iterator<Item = TypeId>) -> TokenStream {
    let found = variants.any(|ty| view.is_empty(ty));
    let reason = "a variant without values is never copied";
    if found { quote!(#![allow(unreachable_code, reason = #reason)]) } else { TokenStream::new() }
}

/// The enum over the variants, with one for what the schema does not list, and its `into_owned`.
fn definition(view: &View<'_>, id: TypeId, name: &Ident, variants: &[Variant]) -> TokenStream {
    let idents: Vec<Ident> = variants.iter().map(variant_ident).collect();
    let members = variants.iter().zip(&idents).map(|(variant, ident)| {
        let (docs, ty) = (docs::of_variant(variant), view.within(id, variant.ty, Role::Consumer));
        quote!(#docs #ident(#ty),)
    });
    let allow = allow_unreachable(view, variants.iter().map(|variant| variant.ty));
    let detach = detach(
        name,
        &quote! {
            #allow
            match self {
                #(Self::#idents(message) => #name::#idents(message.detach()),)*
                Self::Unknown(unknown) => #name::Unknown(unknown.detach()),
            }
        },
    );
    quote! {
        pub enum #name<'a> {
            #(#members)*
            /// The schema does not list this value of the discriminator; the rest is kept as it came.
            Unknown(support::Unknown<'a>),
        }

        #detach
    }
}
