//! Structs that are read from objects.

use super::super::encode;
use super::super::view::{Role, View};
use super::docs;
use crate::model::{Field, Retired};
use crate::text::{Text, rust};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// How many 64-bit words hold a bit for each key.
pub(super) fn words(keys: usize) -> Literal {
    Literal::usize_unsuffixed(keys.div_ceil(64).max(1))
}

/// The variable that holds a member while a struct is read; it hides none of the decoder's own.
pub(super) fn local(name: &Text) -> Ident {
    rust::local_ident(name, &["parser", "object", "key", "tag", "payload"])
}

/// A field of a struct expression, short where the variable has its name.
pub(super) fn initialised(field: &Ident, local: &Ident) -> TokenStream {
    if field == local { quote!(#field,) } else { quote!(#field: #local,) }
}

/// The arms that decode fields, numbered from the place of their key on.
pub(super) struct Fields<'v, 'p> {
    pub(super) view: &'v View<'p>,
    pub(super) fields: Vec<(usize, &'p Field)>,
}

impl Fields<'_, '_> {
    /// Fields that have a value in Rust: constants have none.
    pub(super) fn carried(&self) -> impl Iterator<Item = (usize, &Field, Ident)> {
        let carried = self.fields.iter().filter(|(_, field)| self.view.constant(field).is_none());
        carried.map(|(index, field)| (*index, *field, rust::field_ident(&field.name)))
    }

    pub(super) fn definitions(&self) -> TokenStream {
        let definition = |(_, field, ident): (usize, &Field, Ident)| {
            let (docs, ty) = (docs::of(&field.doc), self.view.field_ty(field, Role::Consumer));
            quote!(#docs pub #ident: #ty,)
        };
        self.carried().map(definition).collect()
    }

    pub(super) fn variables(&self) -> TokenStream {
        let variable = |(_, field, _): (usize, &Field, Ident)| {
            let ident = local(&field.name);
            let absent = if field.required { quote!(None) } else { self.view.absent(field) };
            quote!(let mut #ident = #absent;)
        };
        let constants = self.fields.iter().filter(|(_, field)| self.view.constant(field).is_some());
        let seen = constants.map(|(_, field)| {
            let ident = local(&field.name);
            quote!(let mut #ident = false;)
        });
        self.carried().map(variable).chain(seen).collect()
    }

    pub(super) fn arms(&self) -> TokenStream {
        self.fields.iter().map(|(index, field)| self.arm(*index, field)).collect()
    }

    pub(super) fn arm(&self, index: usize, field: &Field) -> TokenStream {
        let (index, ident) = (Literal::usize_unsuffixed(index), local(&field.name));
        if let Some(constant) = self.view.constant(field) {
            let constant = rust::string(constant);
            return quote!(#index => { parser.constant(#constant)?; #ident = true; });
        }
        if !field.required && self.view.nullable(field.ty).is_some() {
            return quote!(#index => #ident = parser.value()?,);
        }
        quote!(#index => #ident = Some(parser.value()?),)
    }

    /// The struct's fields from the variables; a required one that did not come is an error.
    pub(super) fn values(&self) -> TokenStream {
        let value = |(_, field, ident): (usize, &Field, Ident)| {
            let local = local(&field.name);
            if field.required {
                let name = rust::string(&field.name);
                quote!(#ident: #local.ok_or_else(|| object.missing(#name))?,)
            } else {
                initialised(&ident, &local)
            }
        };
        self.carried().map(value).collect()
    }

    /// A constant that did not come is an error.
    pub(super) fn missing_constants(&self) -> TokenStream {
        let constants = self.fields.iter().filter(|(_, field)| self.view.constant(field).is_some());
        let check = |(_, field): &(usize, &Field)| {
            let (ident, name) = (local(&field.name), rust::string(&field.name));
            quote!(if !#ident { return Err(object.missing(#name)); })
        };
        constants.map(check).collect()
    }

    pub(super) fn detached(&self) -> TokenStream {
        let value = |(_, _, ident): (usize, &Field, Ident)| quote!(#ident: self.#ident.detach(),);
        self.carried().map(value).collect()
    }
}

/// The keys of an object: its members in the order of the schema, then those that it refuses.
pub(super) fn keys<'t>(
    members: impl Iterator<Item = &'t Text>,
    retired: &[Retired],
) -> (Vec<Literal>, TokenStream) {
    let mut keys: Vec<Literal> = members.map(rust::string).collect();
    let mut arms = TokenStream::new();
    for retired in retired {
        let (index, instead) = (Literal::usize_unsuffixed(keys.len()), rust::string(&retired.instead));
        arms.extend(quote!(#index => return Err(object.retired(#instead)),));
        keys.push(rust::string(&retired.name));
    }
    (keys, arms)
}

/// What happens to a member that is not listed.
pub(super) fn unlisted(open: bool) -> TokenStream {
    if open { quote!(_ => object.unknown(parser)?,) } else { quote!(_ => return Err(object.unlisted()),) }
}

/// A struct that is read from an object.
pub(super) struct Body<'f, 'v, 'p> {
    pub(super) fields: &'f Fields<'v, 'p>,
    pub(super) keys: Vec<Literal>,
    pub(super) variables: TokenStream,
    pub(super) arms: TokenStream,
    pub(super) before: TokenStream,
    pub(super) values: TokenStream,
    pub(super) open: bool,
    /// The member that the discriminator selects, and its type.
    pub(super) payload: Option<(Ident, Ident)>,
}

impl Body<'_, '_, '_> {
    pub(super) fn tokens(
        &self,
        docs: &TokenStream,
        name: &Ident,
        generics: &TokenStream,
        encoding: &TokenStream,
    ) -> TokenStream {
        let payload = self.payload.as_ref().map(|(ident, message)| {
            quote! {
                /// The message.
                pub #ident: #message<'a>,
            }
        });
        let definitions = self.fields.definitions();
        let extras = self.open.then(|| {
            quote! {
                /// Properties that the schema does not list, if the parser was told to keep them.
                pub extras: support::Extras<'a>,
            }
        });
        let decode = self.decode();
        let encode = encode::implementation(name, generics, encoding);
        let detach = self.detach(name, generics);
        let lifetime = encode::lifetime(generics);
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            #[non_exhaustive]
            pub struct #name #generics {
                #payload
                #definitions
                #extras
            }

            impl<'a> Decode<'a> for #name #generics {
                #decode
            }

            #detach
            #encode
            support::deserialize!(#name #lifetime);
        }
    }

    pub(super) fn decode(&self) -> TokenStream {
        let Self { keys, variables, arms, before, values, .. } = self;
        let words = words(keys.len());
        let unlisted = unlisted(self.open);
        let extras = self.open.then(|| quote!(extras: object.extras(),));
        let object = if keys.is_empty() && !self.open { quote!(object) } else { quote!(mut object) };
        quote! {
            fn decode(parser: &mut Parser<'a>) -> support::Result<Self> {
                const KEYS: support::Keys = support::Keys::new(&[#(#keys),*]);
                let #object = support::Object::<#words>::start(parser, KEYS)?;
                #variables
                while let Some(key) = object.next(parser)? {
                    match key {
                        #arms
                        #unlisted
                    }
                }
                #before
                Ok(Self { #values #extras })
            }
        }
    }

    pub(super) fn detach(&self, name: &Ident, generics: &TokenStream) -> TokenStream {
        if generics.is_empty() {
            return quote!(support::detach_copy!(#name););
        }
        let detached = self.fields.detached();
        let payload = self.payload.as_ref().map(|(ident, _)| quote!(#ident: self.#ident.detach(),));
        let extras = self.open.then(|| quote!(extras: self.extras.detach(),));
        detach(name, &quote!(#name { #payload #detached #extras }))
    }
}

/// `into_owned`, and the trait by which the types around it ask for it.
pub(super) fn detach(name: &Ident, value: &TokenStream) -> TokenStream {
    quote! {
        impl Detach for #name<'_> {
            type Detached = #name<'static>;

            fn detach(self) -> Self::Detached {
                #value
            }
        }

        impl #name<'_> {
            /// Copies what is borrowed from the frame's text.
            pub fn into_owned(self) -> #name<'static> {
                self.detach()
            }
        }
    }
}
