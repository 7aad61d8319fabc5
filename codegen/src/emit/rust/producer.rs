//! The module `producer`: types that are built and sent. They can only hold what the schema accepts.

use super::consumer::check;
use super::convert;
use super::docs;
use super::encode;
use super::groups;
use super::source::Source;
use super::view::{self, Role, View};
use crate::model::{
    ChoiceMember, Envelope, Field, Object, Shape, Side, Tuple, TypeDef, TypeId, Union, Variant,
};
use crate::text::rust;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// The whole module: paths and texts of its files.
pub(super) fn module(view: &View<'_>, header: &str, sender: Side) -> Vec<(String, String)> {
    let named = ("producer", "as it builds and sends them", header);
    let item = |id| item(view, sender, id);
    groups::of_types(view, sender, Role::Producer, named, TokenStream::new(), item)
        .named(Source::text_with_imports)
}

fn item(view: &View<'_>, sender: Side, id: TypeId) -> TokenStream {
    let ty = view.get(id);
    let check = check(view, ty);
    // What a check of the whole must pass is built as a draft first.
    let name = if check.is_some() { view.derived_name(id, "Draft") } else { view.name(id) };
    let item = Item { view, sender, id, ty, name: &name };
    let definition = match &ty.shape {
        Shape::Object(object) => item.object(object),
        Shape::Union(union) => item.union(union),
        Shape::Envelope(envelope) => item.envelope(envelope),
        Shape::Tuple(tuple) => item.tuple(tuple),
        Shape::Mixed(mixed) => {
            let members: Vec<(Ident, TypeId)> = mixed
                .members
                .iter()
                .map(|(kind, member)| (super::kind_ident(view, *kind, *member), *member))
                .collect();
            item.choice(&members, mixed.open)
        }
        Shape::Choice(choice) => {
            let member = |member: &ChoiceMember| (super::member_ident(member), member.ty);
            let members: Vec<(Ident, TypeId)> = choice.members.iter().map(member).collect();
            item.choice(&members, false)
        }
        _ => TokenStream::new(),
    };
    let checked = check.map(|number| item.checked(&number));
    quote!(#definition #checked)
}

/// A type to be written out.
struct Item<'v, 'p> {
    view: &'v View<'p>,
    sender: Side,
    id: TypeId,
    ty: &'p TypeDef,
    /// What it is called, or its draft.
    name: &'v Ident,
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

fn part(view: &View<'_>, owner: TypeId, field: &Field) -> Part {
    let ident = rust::field_ident(&field.label);
    let builder = if field.required { TokenStream::new() } else { builders(view, owner, field, &ident) };
    Part {
        docs: docs::of_field(field),
        ident,
        ty: view.field_ty(owner, field, Role::Producer),
        required: field.required,
        absent: view.absent(field),
        builder,
    }
}

/// ```text
/// pub fn with_thread_id(mut self, thread_id: types::ThreadId<'a>) -> Self
/// ```
fn builders(view: &View<'_>, owner: TypeId, field: &Field, ident: &Ident) -> TokenStream {
    let docs = docs::of_field(field);
    let with = rust::prefixed_ident("with_", &field.label);
    let nullable = view.nullable(field.ty);
    let ty = match nullable {
        Some(inner) => view.within(field.ty, inner, Role::Producer),
        None => view.within(owner, field.ty, Role::Producer),
    };
    let value = if nullable.is_some() { quote!(support::Maybe::Value) } else { quote!(Some) };
    let null = nullable.map(|_| {
        let with_null = rust::prefixed_ident("with_null_", &field.label);
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
fn constructor(optional: &[&Part], required: Option<&TokenStream>, additional: bool) -> TokenStream {
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
    let additional = additional.then(|| quote!(additional: support::Map::default(),));
    quote! {
        /// Builds it from what it must have; what it may have is added with the `with_` methods.
        pub fn new(#argument) -> Self {
            Self { required, #(#defaults)* #additional }
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
    /// The field for what the schema does not list by name, and how it is filled.
    additional: Option<(TokenStream, TokenStream)>,
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
        let new = constructor(&optional, required.as_ref(), self.additional.is_some());
        let (more, fill) = self.additional.clone().unzip();
        quote! {
            #docs
            #[derive(Debug, Clone, #default PartialEq)]
            pub struct #name #generics {
                #required
                #(#fields)*
                #more
            }

            #required_struct

            impl #generics #name #generics {
                #new
                #(#builders)*
                #fill
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

impl Item<'_, '_> {
    fn generics(&self) -> TokenStream {
        self.view.generics(self.id, Role::Producer)
    }

    fn object(&self, object: &Object) -> TokenStream {
        let Self { view, id, name, .. } = *self;
        let named = object.fields.iter().filter(|field| view.constant(field).is_none());
        let parts: Vec<Part> = named.clone().map(|field| part(view, id, field)).collect();
        let mut required = named.filter(|field| field.required);
        let borrowed = required.any(|field| view.borrows(field.ty, Role::Producer));
        let template = Template {
            docs: docs::of_built(self.ty, view.is_deprecated(self.sender, id)),
            name,
            required_name: &view.derived_name(id, "Required"),
            generics: self.generics(),
            required_generics: if borrowed { quote!(<'a>) } else { TokenStream::new() },
            parts: &parts,
            additional: view.addable(object).map(|values| additional(object, &values)),
        };
        let definition = template.tokens();
        let body = encode::object(view, object, Role::Producer);
        let encode = encode::implementation(name, &self.generics(), &body);
        let conversion = convert::object(view, self.sender, id, object);
        quote! { #definition #encode #conversion }
    }

    fn union(&self, union: &Union) -> TokenStream {
        let (name, generics) = (self.name, self.generics());
        let docs = docs::of_type(self.ty);
        let variants = variants(self.view, self.id, name, &generics, &union.variants);
        let body = encode::union(union, Role::Producer);
        let encode = encode::implementation(name, &generics, &body);
        let conversion = convert::union(self.view, self.sender, self.id, &union.variants);
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            #variants
            #encode
            #conversion
        }
    }

    fn envelope(&self, envelope: &Envelope) -> TokenStream {
        let Self { view, id, name, .. } = *self;
        let message = view.message_name(id);
        let generics = self.generics();
        let payload = payload_part(envelope, &message, &generics);
        let fields = envelope.fields().map(|field| part(view, id, field));
        let parts: Vec<Part> = std::iter::once(payload).chain(fields).collect();
        let template = Template {
            docs: docs::of_type(self.ty),
            name,
            required_name: &view.derived_name(id, "Required"),
            generics: generics.clone(),
            required_generics: generics.clone(),
            parts: &parts,
            additional: None,
        };
        let definition = template.tokens();
        let variants = variants(view, id, &message, &generics, &envelope.variants);
        let messages = encode::messages(&message, &generics, &envelope.variants, Role::Producer);
        let body = encode::envelope(view, envelope, Role::Producer);
        let encode = encode::implementation(name, &generics, &body);
        let conversion = convert::envelope(view, self.sender, id, envelope);
        quote! {
            #definition
            #encode

            /// The messages that this side sends.
            #[derive(Debug, Clone, PartialEq)]
            #variants
            #messages
            #conversion
        }
    }

    fn tuple(&self, tuple: &Tuple) -> TokenStream {
        let (name, generics) = (self.name, self.generics());
        let docs = docs::of_type(self.ty);
        let definitions = super::consumer::tuple_definitions(self.view, self.id, tuple, Role::Producer);
        let encode = encode::implementation(name, &generics, &encode::tuple(tuple));
        let conversion = convert::tuple(self.view, self.sender, self.id, tuple);
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            pub struct #name #generics {
                #definitions
            }

            #encode
            #conversion
        }
    }

    /// An enum whose variants no discriminator tells apart.
    fn choice(&self, members: &[(Ident, TypeId)], open: bool) -> TokenStream {
        let Self { view, id, name, .. } = *self;
        let (docs, generics) = (docs::of_type(self.ty), self.generics());
        let idents: Vec<Ident> = members.iter().map(|(ident, _)| ident.clone()).collect();
        let variants = members.iter().map(|(ident, member)| {
            let docs = docs::of_type(view.get(*member));
            let ty = view.within(id, *member, Role::Producer);
            quote!(#docs #ident(#ty),)
        });
        let other = open.then(|| {
            quote! {
                /// A value of another type.
                Other(support::Json<'a>),
            }
        });
        let other_encode = open.then(|| quote!(Self::Other(value) => value.encode(out),));
        let body = quote!(match self { #(Self::#idents(value) => value.encode(out),)* #other_encode });
        let encode = encode::implementation(name, &generics, &body);
        let conversion = convert::choice(view, self.sender, id, &idents, open);
        let from = self.conversions(members);
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            pub enum #name #generics {
                #(#variants)*
                #other
            }

            #from
            #encode
            #conversion
        }
    }

    /// Conversions from what the variants hold, as far as the types differ.
    fn conversions(&self, members: &[(Ident, TypeId)]) -> TokenStream {
        let Self { view, id, name, .. } = *self;
        let generics = self.generics();
        let written: Vec<String> =
            members.iter().map(|(_, member)| view.ty(*member, Role::Producer).to_string()).collect();
        let mut found = TokenStream::new();
        for ((ident, member), text) in members.iter().zip(&written) {
            if written.iter().filter(|other| *other == text).count() > 1 {
                continue;
            }
            let ty = view.ty(*member, Role::Producer);
            let lifetime =
                if view.borrows(*member, Role::Producer) { generics.clone() } else { TokenStream::new() };
            let value = if view.boxed(id, *member) { quote!(Box::new(value)) } else { quote!(value) };
            let elided =
                if lifetime.is_empty() && !generics.is_empty() { quote!(<'_>) } else { generics.clone() };
            found.extend(quote! {
                impl #lifetime From<#ty> for #name #elided {
                    fn from(value: #ty) -> Self {
                        Self::#ident(#value)
                    }
                }
            });
        }
        found
    }

    /// The type around a draft, which has passed the check.
    fn checked(&self, number: &Literal) -> TokenStream {
        let (draft, generics) = (self.name, self.generics());
        let name = self.view.name(self.id);
        let docs = docs::of_type(self.ty);
        let built = format!(" A [`{draft}`] that has passed the checks of the schema.");
        let body = quote!(self.0.encode(out););
        let encode = encode::implementation(&name, &generics, &body);
        quote! {
            #docs
            #[doc = ""]
            #[doc = #built]
            #[derive(Debug, Clone, PartialEq)]
            pub struct #name #generics(#draft #generics);

            impl #generics #draft #generics {
                /// Checks what the types cannot hold to.
                ///
                /// # Errors
                /// The check that it does not pass.
                pub fn build(self) -> Result<#name #generics, support::Violation> {
                    crate::plan::holds(&self, &crate::checks::PLAN, #number)?;
                    Ok(#name(self))
                }
            }

            #encode
        }
    }
}

/// The field for what the schema does not list by name, and how it is filled.
fn additional(object: &Object, values: &TokenStream) -> (TokenStream, TokenStream) {
    let listed = object.fields.iter().map(|field| &field.name);
    let refused = object.retired.iter().map(|retired| &retired.name);
    let names = listed.chain(refused).map(rust::string);
    let field = quote!(additional: support::Map<'a, #values>,);
    let fill = quote! {
        /// Adds properties that the schema does not list by name.
        ///
        /// # Errors
        /// One that it does list.
        pub fn with_additional(
            mut self,
            additional: support::Map<'a, #values>,
        ) -> Result<Self, support::NotProducible> {
            self.additional = additional.without(&[#(#names),*])?;
            Ok(self)
        }
    };
    (field, fill)
}

/// The enum over the variants, and a conversion from each.
fn variants(
    view: &View<'_>,
    id: TypeId,
    name: &Ident,
    generics: &TokenStream,
    variants: &[Variant],
) -> TokenStream {
    let members = variants.iter().map(|variant| {
        let docs = docs::of_variant(variant);
        let (ident, ty) = (super::variant_ident(variant), view.within(id, variant.ty, Role::Producer));
        quote!(#docs #ident(#ty),)
    });
    let unique = super::unique(variants.iter().map(|variant| variant.ty));
    let conversions = variants
        .iter()
        .filter(|variant| unique.contains(&variant.ty) && view.item(variant.ty) == view::Item::Own)
        .map(|variant| {
            let (ident, ty) = (super::variant_ident(variant), view.ty(variant.ty, Role::Producer));
            let generics = if generics.is_empty() { quote!() } else { quote!(<'a>) };
            let message =
                if view.boxed(id, variant.ty) { quote!(Box::new(message)) } else { quote!(message) };
            quote! {
                impl #generics From<#ty> for #name #generics {
                    fn from(message: #ty) -> Self {
                        Self::#ident(#message)
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
