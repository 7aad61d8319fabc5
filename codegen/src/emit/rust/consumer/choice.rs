//! Enums over types that no discriminator tells apart.

use super::super::encode;
use super::super::view::{Role, View};
use super::super::{kind_ident, member_ident};
use super::structs::detach;
use super::{allow_unreachable, check, checked, docs};
use crate::model::{Choice, Mixed, TypeDef, TypeId};
use crate::schema::keywords::JsonType;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// One of several types, told apart by the JSON type of the value.
pub(super) fn mixed(view: &View<'_>, id: TypeId, ty: &TypeDef, mixed: &Mixed) -> TokenStream {
    let members: Vec<(Ident, TypeId)> =
        mixed.members.iter().map(|(kind, member)| (kind_ident(view, *kind, *member), *member)).collect();
    let arms = mixed.members.iter().zip(&members).map(|((kind, _), (ident, _))| {
        let kind = parser_kind(*kind);
        quote!(support::Kind::#kind => parser.value().map(Self::#ident),)
    });
    let all = mixed.members.len() == 6;
    let other = if mixed.open {
        quote!(_ => parser.value().map(Self::Other),)
    } else {
        quote!(_ => Err(parser.expected("a value of another type")),)
    };
    let other = (!all).then_some(other);
    let read = quote!(match parser.peek()? { #(#arms)* #other });
    let read = checked(check(view, ty).as_ref(), &read);
    item(view, id, ty, &Enum { members: &members, open: mixed.open }, &read)
}

/// One of several types that only their own meaning tells apart.
pub(super) fn choice(view: &View<'_>, id: TypeId, ty: &TypeDef, choice: &Choice) -> TokenStream {
    let members: Vec<(Ident, TypeId)> =
        choice.members.iter().map(|member| (member_ident(member), member.ty)).collect();
    let accepts = choice.members.iter().map(|member| view.checks.number(member.accepts));
    let exactly_one = choice.exactly_one;
    let last = members.len().saturating_sub(1);
    let arms = members.iter().enumerate().map(|(index, (ident, _))| {
        let place = Literal::usize_unsuffixed(index);
        let place = if index == last { quote!(_) } else { quote!(#place) };
        quote!(#place => parser.value().map(Self::#ident),)
    });
    let read = quote! {
        let member = crate::plan::select(parser, &crate::checks::PLAN, &[#(#accepts),*], #exactly_one)?;
        parser.keeping(|parser| match member { #(#arms)* })
    };
    let read = checked(check(view, ty).as_ref(), &read);
    item(view, id, ty, &Enum { members: &members, open: false }, &read)
}

/// The variants of an enum.
struct Enum<'m> {
    members: &'m [(Ident, TypeId)],
    /// Whether there is one for all other values.
    open: bool,
}

fn item(view: &View<'_>, id: TypeId, ty: &TypeDef, members: &Enum<'_>, read: &TokenStream) -> TokenStream {
    let (name, generics) = (view.name(id), view.generics(id, Role::Consumer));
    let docs = docs::of_type(ty);
    let variants = members.members.iter().map(|(ident, member)| {
        let docs = docs::of_type(view.get(*member));
        let ty = view.within(id, *member, Role::Consumer);
        quote!(#docs #ident(#ty),)
    });
    let other = members.open.then(|| {
        quote! {
            /// A value of another type.
            Other(support::Json<'a>),
        }
    });
    let idents: Vec<&Ident> = members.members.iter().map(|(ident, _)| ident).collect();
    let other_encode = members.open.then(|| quote!(Self::Other(value) => value.encode(out),));
    let body = quote!(match self { #(Self::#idents(value) => value.encode(out),)* #other_encode });
    let encode = encode::implementation(&name, &generics, &body);
    let lifetime = encode::lifetime(&generics);
    let detach = if generics.is_empty() {
        quote!(support::detach_copy!(#name);)
    } else {
        let other = members.open.then(|| quote!(Self::Other(value) => #name::Other(value.detach()),));
        let allow = allow_unreachable(view, members.members.iter().map(|(_, ty)| *ty));
        detach(
            &name,
            &quote!(#allow match self { #(Self::#idents(value) => #name::#idents(value.detach()),)* #other }),
        )
    };
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        pub enum #name #generics {
            #(#variants)*
            #other
        }

        impl<'a> Decode<'a> for #name #generics {
            fn decode(parser: &mut Parser<'a>) -> support::Result<Self> {
                #read
            }
        }

        #detach
        #encode
        support::deserialize!(#name #lifetime);
    }
}

/// The parser's word for a JSON type.
fn parser_kind(kind: JsonType) -> Ident {
    let name = match kind {
        JsonType::Null => "Null",
        JsonType::Boolean => "Boolean",
        JsonType::Integer | JsonType::Number => "Number",
        JsonType::String => "String",
        JsonType::Array => "Array",
        JsonType::Object => "Object",
    };
    Ident::new(name, proc_macro2::Span::call_site())
}
