//! The module `consumer`: types that are received and read.

mod envelope;
mod structs;

use super::docs;
use super::encode;
use super::view::{Item, Role, View};
use super::{receive, variant_ident};
use crate::model::{Object, Shape, Side, TypeDef, TypeId, Union, Variant};
use crate::text::rust;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use structs::{Body, Fields, detach, keys};

/// The whole module.
pub(super) fn module(view: &View<'_>, sender: Side) -> TokenStream {
    let types = view.types(sender);
    let items = types.iter().filter(|id| view.item(**id) == Item::Own).map(|id| item(view, sender, *id));
    let items: TokenStream = items.collect();
    let receive = receive::functions(view, sender);
    let imports = super::imports(&items);
    quote! { #imports #receive #items }
}

fn item(view: &View<'_>, sender: Side, id: TypeId) -> TokenStream {
    let ty = view.get(id);
    match &ty.shape {
        Shape::Object(object) => self::object(view, id, ty, object),
        Shape::Union(union) => {
            let is_root = view.protocol.direction(sender).root == id;
            self::union(view, id, ty, union, is_root)
        }
        Shape::Envelope(envelope) => envelope::envelope(view, id, ty, envelope),
        _ => TokenStream::new(),
    }
}

fn object(view: &View<'_>, id: TypeId, ty: &TypeDef, object: &Object) -> TokenStream {
    let fields = Fields { view, fields: object.fields.iter().enumerate().collect() };
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
        open: object.open,
        payload: None,
    };
    let encoding = encode::object(view, object, Role::Consumer);
    body.tokens(&docs::of_type(ty), &view.name(id), &view.generics(id, Role::Consumer), &encoding)
}

fn union(view: &View<'_>, id: TypeId, ty: &TypeDef, union: &Union, is_root: bool) -> TokenStream {
    let name = view.name(id);
    let (docs, tag) = (docs::of_type(ty), rust::string(&union.tag));
    let definition = definition(view, &name, &union.variants);
    let arms = union.variants.iter().map(|variant| {
        let (value, ident) = (rust::string(&variant.value), variant_ident(variant));
        quote!(#value => Ok(Self::#ident(parser.value()?)),)
    });
    let encode = encode::implementation(&name, &quote!(<'a>), &encode::union(union, Role::Consumer));
    let direction = is_root.then(|| quote!(OTHER_DIRECTION.check(parser, #tag, &tag)?;));
    let unknown = quote!(Ok(Self::Unknown(support::Unknown::decode(parser, tag)?)));
    let unknown = if is_root { quote!({ #direction #unknown }) } else { quote!(#unknown,) };
    let values = union.variants.iter().map(|variant| rust::string(&variant.value));
    let idents: Vec<Ident> = union.variants.iter().map(variant_ident).collect();
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #definition

        impl #name<'_> {
            /// The value of the discriminator.
            pub fn tag(&self) -> &str {
                match self { #(Self::#idents(_) => #values,)* Self::Unknown(unknown) => &unknown.tag }
            }
        }

        impl<'a> Decode<'a> for #name<'a> {
            fn decode(parser: &mut Parser<'a>) -> support::Result<Self> {
                let tag = support::tag(parser, #tag)?;
                match &*tag {
                    #(#arms)*
                    _ => #unknown
                }
            }
        }

        #encode
        support::deserialize!(#name, 'a);
    }
}

/// The enum over the variants, with one for what the schema does not list, and its `into_owned`.
fn definition(view: &View<'_>, name: &Ident, variants: &[Variant]) -> TokenStream {
    let idents: Vec<Ident> = variants.iter().map(variant_ident).collect();
    let members = variants.iter().zip(&idents).map(|(variant, ident)| {
        let (docs, ty) = (docs::of(&variant.doc), view.ty(variant.ty, Role::Consumer));
        quote!(#docs #ident(#ty),)
    });
    let detach = detach(
        name,
        &quote! {
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
