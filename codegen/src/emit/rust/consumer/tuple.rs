//! Structs that are read from arrays.

use super::super::encode;
use super::super::view::{Role, View};
use super::structs::detach;
use super::{check, checked, docs};
use crate::model::{Tuple, TypeDef, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The fields of the first items, and whether each must be there.
pub(in super::super) fn fields(tuple: &Tuple) -> Vec<(Ident, TypeId, bool)> {
    let numbered = tuple.prefix.iter().enumerate();
    numbered.map(|(index, ty)| (format_ident!("item_{}", index), *ty, index < tuple.required)).collect()
}

/// The definitions of all fields.
pub(in super::super) fn definitions(view: &View<'_>, id: TypeId, tuple: &Tuple, role: Role) -> TokenStream {
    let fields = fields(tuple);
    let fields = fields.iter().enumerate().map(|(index, (ident, ty, required))| {
        let doc = format!(" The item at index {index}.");
        let ty = view.within(id, *ty, role);
        let ty = if *required { ty } else { quote!(Option<#ty>) };
        quote!(#[doc = #doc] pub #ident: #ty,)
    });
    let rest = tuple.rest.map(|rest| {
        let rest = view.ty(rest, role);
        quote! {
            /// The items behind them; they are only sent if all of those are there.
            pub rest: Vec<#rest>,
        }
    });
    quote!(#(#fields)* #rest)
}

/// A struct with a field for each of the first items.
pub(super) fn tuple(view: &View<'_>, id: TypeId, ty: &TypeDef, tuple: &Tuple) -> TokenStream {
    let (name, generics) = (view.name(id), view.generics(id, Role::Consumer));
    let (docs, definitions) = (docs::of_type(ty), definitions(view, id, tuple, Role::Consumer));
    let read = checked(check(view, ty).as_ref(), &read(tuple));
    let encode = encode::implementation(&name, &generics, &encode::tuple(tuple));
    let lifetime = encode::lifetime(&generics);
    let idents: Vec<Ident> = fields(tuple).into_iter().map(|(ident, ..)| ident).collect();
    let rest = tuple.rest.map(|_| quote!(rest: self.rest.detach(),));
    let detach = if generics.is_empty() {
        quote!(support::detach_copy!(#name);)
    } else {
        detach(&name, &quote!(#name { #(#idents: self.#idents.detach(),)* #rest }))
    };
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name #generics {
            #definitions
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

fn read(tuple: &Tuple) -> TokenStream {
    let items = fields(tuple);
    let needed = tuple.required;
    let reads = items.iter().map(|(ident, _, required)| {
        if *required {
            quote!(let #ident = support::item(parser, &mut first, #needed)?;)
        } else {
            quote! {
                let #ident = if ended { None } else { support::next_item(parser, &mut first)? };
                ended |= #ident.is_none();
            }
        }
    });
    let idents: Vec<&Ident> = items.iter().map(|(ident, ..)| ident).collect();
    let ended = (tuple.required < items.len()).then(|| quote!(let mut ended = false;));
    let optional = ended.is_some();
    let rest = match (tuple.rest, optional) {
        (Some(_), false) => quote!(let rest = support::rest(parser, &mut first)?;),
        (Some(_), true) => {
            quote!(let rest = if ended { Vec::new() } else { support::rest(parser, &mut first)? };)
        }
        (None, false) => quote!(support::end(parser, &mut first)?;),
        (None, true) => quote!(if !ended {
            support::end(parser, &mut first)?;
        }),
    };
    let value = tuple.rest.map(|_| quote!(rest,));
    quote! {
        parser.array_start()?;
        let mut first = true;
        #ended
        #(#reads)*
        #rest
        Ok(Self { #(#idents,)* #value })
    }
}
