//! Structs that are read from objects.

use super::super::encode;
use super::super::view::{Role, View};
use super::docs;
use crate::model::{Additional, Field, Retired, TypeId};
use crate::text::{Text, rust};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// How many 64-bit words hold a bit for each key.
pub(super) fn words(keys: usize) -> Literal {
    Literal::usize_unsuffixed(keys.div_ceil(64).max(1))
}

/// The variable that holds a member while a struct is read; it hides none of the decoder's own.
pub(super) fn local(name: &Text) -> Ident {
    rust::local_ident(name, &["parser", "object", "key", "tag", "payload", "start", "additional", "name"])
}

/// A field of a struct expression, short where the variable has its name.
pub(super) fn initialised(field: &Ident, local: &Ident) -> TokenStream {
    if field == local { quote!(#field,) } else { quote!(#field: #local,) }
}

/// The arms that decode fields, numbered from the place of their key on.
pub(super) struct Fields<'v, 'p> {
    pub(super) view: &'v View<'p>,
    /// The type that has them.
    pub(super) owner: TypeId,
    pub(super) members: Vec<(usize, &'p Field)>,
}

impl Fields<'_, '_> {
    /// Fields that have a value in Rust: constants have none.
    pub(super) fn carried(&self) -> impl Iterator<Item = (usize, &Field, Ident)> {
        let carried = self.members.iter().filter(|(_, field)| self.view.constant(field).is_none());
        carried.map(|(index, field)| (*index, *field, rust::field_ident(&field.label)))
    }

    pub(super) fn definitions(&self) -> TokenStream {
        let definition = |(_, field, ident): (usize, &Field, Ident)| {
            let (docs, ty) = (docs::of_field(field), self.view.field_ty(self.owner, field, Role::Consumer));
            quote!(#docs pub #ident: #ty,)
        };
        self.carried().map(definition).collect()
    }

    pub(super) fn variables(&self) -> TokenStream {
        let variable = |(_, field, _): (usize, &Field, Ident)| {
            let ident = local(&field.label);
            let absent = if field.required { quote!(None) } else { self.view.absent(field) };
            quote!(let mut #ident = #absent;)
        };
        self.carried().map(variable).collect()
    }

    pub(super) fn arms(&self) -> TokenStream {
        self.members.iter().map(|(index, field)| self.arm(*index, field)).collect()
    }

    pub(super) fn arm(&self, index: usize, field: &Field) -> TokenStream {
        let (index, ident) = (Literal::usize_unsuffixed(index), local(&field.label));
        if let Some(constant) = self.view.constant(field) {
            let constant = rust::string(constant);
            return quote!(#index => parser.constant(#constant),);
        }
        if !field.required && self.view.nullable(field.ty).is_some() {
            return quote!(#index => parser.nullable(&mut #ident),);
        }
        quote!(#index => parser.member(&mut #ident),)
    }

    /// Takes the required members out of their variables; one that did not come is an error.
    fn required(&self) -> TokenStream {
        let required: Vec<&Field> =
            self.carried().map(|(_, field, _)| field).filter(|field| field.required).collect();
        let locals: Vec<Ident> = required.iter().map(|field| local(&field.label)).collect();
        let names: Vec<Literal> = required.iter().map(|field| rust::string(&field.name)).collect();
        let (pattern, value) = match locals.as_slice() {
            [] => return TokenStream::new(),
            [local] => (quote!(Some(#local)), quote!(#local)),
            locals => (quote!((#(Some(#locals)),*)), quote!((#(#locals),*))),
        };
        quote! {
            let #pattern = #value else {
                return Err(object.missing(&[#(#names),*]));
            };
        }
    }

    /// The struct's fields from the variables.
    pub(super) fn values(&self) -> TokenStream {
        self.carried().map(|(_, field, ident)| initialised(&ident, &local(&field.label))).collect()
    }

    /// A constant that did not come is an error.
    pub(super) fn missing_constants(&self) -> TokenStream {
        let constants = self.members.iter().filter(|(_, field)| self.view.constant(field).is_some());
        let check = |(index, field): &(usize, &Field)| {
            let (index, name) = (Literal::usize_unsuffixed(*index), rust::string(&field.name));
            quote!(if !object.has(#index) { return Err(object.missing(&[#name])); })
        };
        constants.map(check).collect()
    }

    pub(super) fn detached(&self) -> TokenStream {
        let value = |(_, field, ident): (usize, &Field, Ident)| {
            let detach = self.view.borrows(field.ty, Role::Consumer).then(|| quote!(.detach()));
            quote!(#ident: self.#ident #detach,)
        };
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
        let index = Literal::usize_unsuffixed(keys.len());
        arms.extend(if let Some(instead) = retired.instead.as_ref().map(rust::string) {
            quote!(#index => Err(object.retired(#instead)),)
        } else {
            quote!(#index => Err(object.refused()),)
        });
        keys.push(rust::string(&retired.name));
    }
    (keys, arms)
}

/// What happens to a member that is not listed.
fn unlisted(additional: Additional) -> TokenStream {
    match additional {
        Additional::Open => quote!(_ => object.unknown(parser),),
        Additional::Closed => quote!(_ => Err(object.unlisted()),),
        Additional::Typed(_) => quote!(_ => additional.member(object.unlisted_name(), parser),),
    }
}

/// A struct that is read from an object.
pub(super) struct Body<'f, 'v, 'p> {
    pub(super) fields: &'f Fields<'v, 'p>,
    pub(super) keys: Vec<Literal>,
    pub(super) variables: TokenStream,
    pub(super) arms: TokenStream,
    pub(super) before: TokenStream,
    pub(super) values: TokenStream,
    pub(super) additional: Additional,
    /// The number of the check that the whole must pass.
    pub(super) check: Option<Literal>,
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
        let extras = self.more();
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

    /// The field for what the schema does not list.
    fn more(&self) -> TokenStream {
        match self.additional {
            Additional::Closed => TokenStream::new(),
            Additional::Open => quote! {
                /// Properties that the schema does not list, if the parser was told to keep them.
                pub extras: support::Extras<'a>,
            },
            Additional::Typed(values) => {
                let values = self.fields.view.ty(values, Role::Consumer);
                quote! {
                    /// Properties that the schema does not list by name.
                    pub additional: support::Map<'a, #values>,
                }
            }
        }
    }

    pub(super) fn decode(&self) -> TokenStream {
        let Self { keys, variables, arms, before, values, .. } = self;
        let words = words(keys.len());
        let unlisted = unlisted(self.additional);
        let required = self.fields.required();
        let (more, extras) = match self.additional {
            Additional::Closed => (TokenStream::new(), TokenStream::new()),
            Additional::Open => (TokenStream::new(), quote!(extras: object.extras(),)),
            Additional::Typed(_) => {
                (quote!(let mut additional = support::Map::default();), quote!(additional,))
            }
        };
        let start = self.check.as_ref().map(|_| quote!(let start = object.offset();));
        let check = self
            .check
            .as_ref()
            .map(|number| quote!(crate::plan::checked(parser, start, &crate::checks::PLAN, #number)?;));
        quote! {
            fn decode(parser: &mut Parser<'a>) -> support::Result<Self> {
                const KEYS: support::Keys = support::Keys::new(&[#(#keys),*]);
                let mut object = support::Object::<#words>::start(parser, KEYS)?;
                #start
                #variables
                #more
                while let Some(key) = object.next(parser)? {
                    match key {
                        #arms
                        #unlisted
                    }?;
                }
                #before
                #check
                #required
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
        let extras = match self.additional {
            Additional::Closed => TokenStream::new(),
            Additional::Open => quote!(extras: self.extras.detach(),),
            Additional::Typed(_) => quote!(additional: self.additional.detach(),),
        };
        detach(name, &quote!(#name { #payload #detached #extras }))
    }
}

/// `into_owned`, and the trait by which the types around it ask for it.
pub(super) fn detach(name: &Ident, value: &TokenStream) -> TokenStream {
    quote! {
        impl Detach for #name<'_> {
            type Detached = #name<'static>;

            fn detach(self) -> #name<'static> {
                #value
            }
        }

        impl #name<'_> {
            /// Copies what is borrowed from the frame's text.
            #[inline]
            pub fn into_owned(self) -> #name<'static> {
                self.detach()
            }
        }
    }
}
