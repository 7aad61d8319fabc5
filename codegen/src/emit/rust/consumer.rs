//! The module `consumer`: types that are received and read.

use super::docs;
use super::encode;
use super::view::{Item, Role, View};
use super::{receive, variant_ident};
use crate::model::{Envelope, Field, Object, Retired, Shape, Side, Slot, TypeDef, TypeId, Union, Variant};
use crate::text::{Text, rust};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

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
        Shape::Envelope(envelope) => self::envelope(view, id, ty, envelope),
        _ => TokenStream::new(),
    }
}

/// How many 64-bit words hold a bit for each key.
fn words(keys: usize) -> Literal {
    Literal::usize_unsuffixed(keys.div_ceil(64).max(1))
}

/// The variable that holds a member while a struct is read; it hides none of the decoder's own.
fn local(name: &Text) -> Ident {
    rust::local_ident(name, &["parser", "object", "key", "tag", "payload"])
}

/// A field of a struct expression, short where the variable has its name.
fn initialised(field: &Ident, local: &Ident) -> TokenStream {
    if field == local { quote!(#field,) } else { quote!(#field: #local,) }
}

/// The arms that decode fields, numbered from the place of their key on.
struct Fields<'v, 'p> {
    view: &'v View<'p>,
    fields: Vec<(usize, &'p Field)>,
}

impl Fields<'_, '_> {
    /// Fields that have a value in Rust: constants have none.
    fn carried(&self) -> impl Iterator<Item = (usize, &Field, Ident)> {
        let carried = self.fields.iter().filter(|(_, field)| self.view.constant(field).is_none());
        carried.map(|(index, field)| (*index, *field, rust::field_ident(&field.name)))
    }

    fn definitions(&self) -> TokenStream {
        let definition = |(_, field, ident): (usize, &Field, Ident)| {
            let (docs, ty) = (docs::of(&field.doc), self.view.field_ty(field, Role::Consumer));
            quote!(#docs pub #ident: #ty,)
        };
        self.carried().map(definition).collect()
    }

    fn variables(&self) -> TokenStream {
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

    fn arms(&self) -> TokenStream {
        self.fields.iter().map(|(index, field)| self.arm(*index, field)).collect()
    }

    fn arm(&self, index: usize, field: &Field) -> TokenStream {
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
    fn values(&self) -> TokenStream {
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
    fn missing_constants(&self) -> TokenStream {
        let constants = self.fields.iter().filter(|(_, field)| self.view.constant(field).is_some());
        let check = |(_, field): &(usize, &Field)| {
            let (ident, name) = (local(&field.name), rust::string(&field.name));
            quote!(if !#ident { return Err(object.missing(#name)); })
        };
        constants.map(check).collect()
    }

    fn detached(&self) -> TokenStream {
        let value = |(_, _, ident): (usize, &Field, Ident)| quote!(#ident: self.#ident.detach(),);
        self.carried().map(value).collect()
    }
}

/// The keys of an object: its members in the order of the schema, then those that it refuses.
fn keys<'t>(members: impl Iterator<Item = &'t Text>, retired: &[Retired]) -> (Vec<Literal>, TokenStream) {
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
fn unlisted(open: bool) -> TokenStream {
    if open { quote!(_ => object.unknown(parser)?,) } else { quote!(_ => return Err(object.unlisted()),) }
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

/// A struct that is read from an object.
struct Body<'f, 'v, 'p> {
    fields: &'f Fields<'v, 'p>,
    keys: Vec<Literal>,
    variables: TokenStream,
    arms: TokenStream,
    before: TokenStream,
    values: TokenStream,
    open: bool,
    /// The member that the discriminator selects, and its type.
    payload: Option<(Ident, Ident)>,
}

impl Body<'_, '_, '_> {
    fn tokens(
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

    fn decode(&self) -> TokenStream {
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

    fn detach(&self, name: &Ident, generics: &TokenStream) -> TokenStream {
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
fn detach(name: &Ident, value: &TokenStream) -> TokenStream {
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

fn envelope(view: &View<'_>, id: TypeId, ty: &TypeDef, envelope: &Envelope) -> TokenStream {
    let name = view.name(id);
    let message = view.message_name(id);
    let names = envelope.slots.iter().map(|slot| match slot {
        Slot::Tag => &envelope.tag,
        Slot::Payload => &envelope.payload,
        Slot::Field(field) => &field.name,
    });
    let (keys, retired) = keys(names, &envelope.retired);
    let numbered = envelope.slots.iter().enumerate();
    let fields = numbered.filter_map(|(index, slot)| match slot {
        Slot::Field(field) => Some((index, field)),
        Slot::Tag | Slot::Payload => None,
    });
    let fields = Fields { view, fields: fields.collect() };
    let (tag, payload) = (rust::string(&envelope.tag), rust::string(&envelope.payload));
    let (payload_ident, payload_local) = (rust::field_ident(&envelope.payload), local(&envelope.payload));
    let place = |wanted: fn(&Slot) -> bool| {
        Literal::usize_unsuffixed(envelope.slots.iter().position(wanted).unwrap_or_default())
    };
    let tag_index = place(|slot| matches!(slot, Slot::Tag));
    let payload_index = place(|slot| matches!(slot, Slot::Payload));
    let (variables, arms, values) = (fields.variables(), fields.arms(), fields.values());
    let body = Body {
        fields: &fields,
        keys,
        variables: quote! {
            let mut tag = None;
            let mut payload = support::Payload::Missing;
            #variables
        },
        arms: quote! {
            #tag_index => tag = Some(support::Tag::decode(parser)?),
            #payload_index => payload = match &tag {
                Some(tag) => support::Payload::Decoded(#message::decode(parser, tag)?),
                // The discriminator comes later, and the payload is read then.
                None => support::Payload::pass(parser)?,
            },
            #arms
            #retired
        },
        before: quote! {
            let Some(tag) = tag else {
                return Err(payload.untagged(parser, object.missing(#tag)));
            };
            let #payload_local = match payload {
                support::Payload::Decoded(message) => message,
                support::Payload::Passed(offset) => {
                    parser.revisit(offset, |parser| #message::decode(parser, &tag))?
                }
                support::Payload::Missing => return Err(object.missing(#payload)),
            };
        },
        values: {
            let value = initialised(&payload_ident, &payload_local);
            quote!(#value #values)
        },
        open: envelope.open,
        payload: Some((payload_ident.clone(), message.clone())),
    };
    let encoding = encode::envelope(view, envelope, Role::Consumer);
    let frame = body.tokens(&docs::of_type(ty), &name, &quote!(<'a>), &encoding);
    let messages = messages(view, &message, envelope);
    quote! { #frame #messages }
}

/// The enum of the payloads.
fn messages(view: &View<'_>, message: &Ident, envelope: &Envelope) -> TokenStream {
    let definition = definition(view, message, &envelope.variants);
    let values: Vec<Literal> = envelope.variants.iter().map(|variant| rust::string(&variant.value)).collect();
    let idents = envelope.variants.iter().map(variant_ident);
    let encode = encode::messages(message, &quote!(<'a>), &envelope.variants, Role::Consumer);
    quote! {
        /// The messages that this side receives.
        #[derive(Debug, Clone, PartialEq)]
        #definition

        impl<'a> #message<'a> {
            fn decode(parser: &mut Parser<'a>, tag: &support::Tag<'a>) -> support::Result<Self> {
                match tag.text() {
                    #(#values => Ok(Self::#idents(parser.value()?)),)*
                    _ => Ok(Self::Unknown(tag.unknown(parser, &OTHER_DIRECTION)?)),
                }
            }
        }

        #encode
    }
}
