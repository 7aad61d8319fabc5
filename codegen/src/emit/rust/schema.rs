//! The modules `schema`, for the feature `schemars`: consumer types as JSON Schema.
//!
//! An implementation names the fields of its type and the constants that the type checks; what is in them it does not
//! repeat, so that it says what the decoder does and not what the schema asked for.

use super::source::Source;
use super::types::{constant_ident, constants};
use super::view::{Item, Role, View};
use super::{consumer, kind_ident, member_ident, variant_ident};
use crate::model::plan::Check;
use crate::model::{
    Additional, Argument, Choice, Constraint, Envelope, Field, Mixed, Object, Protocol, Retired, Shape, Side,
    Slot, Tuple, TypeDef, TypeId, Union, Variant,
};
use crate::schema::keywords::JsonType;
use crate::text::rust;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// Whether types can say what they accept: not yet where a check finds its schema at run time, or names properties by
/// patterns, or where `1.0` is no integer.
pub(super) fn is_there(protocol: &Protocol) -> bool {
    let says = |check: &Check| match check {
        Check::Properties { patterns, .. } => patterns.is_empty(),
        Check::Types { strict_integer, .. } => !strict_integer,
        Check::DynamicReference(..) => false,
        _ => true,
    };
    protocol.plan.entries.iter().flat_map(|entry| &entry.checks).all(says)
}

/// The module for the types that producers and consumers share.
pub(super) fn shared(view: &View<'_>, header: &str) -> String {
    let mut source = Source::new(header, "The JSON Schema of the types that producers and consumers share.");
    let leaves = view.protocol.iter().filter(|(id, _)| view.item(*id) == Item::Leaf);
    let leaves: BTreeMap<String, _> = leaves.map(|(id, ty)| (view.name(id).to_string(), (id, ty))).collect();
    source.add(imports(&quote!(
        use crate::types;
    )));
    for (id, ty) in leaves.into_values() {
        source.add(leaf(view, id, ty));
    }
    source.text()
}

/// The module of one direction.
pub(super) fn module(view: &View<'_>, header: &str, sender: Side) -> String {
    let mut source =
        Source::new(header, &super::purpose(sender, "as the JSON Schema of what its peer reads"));
    let roots = view.roots(sender).iter().map(|id| view.ty(*id, Role::Consumer));
    let roots: Vec<TokenStream> = roots.map(elided).collect();
    let types = view.types(sender).into_iter().filter(|id| view.item(*id) == Item::Own);
    let items: Vec<TokenStream> = types.map(|id| own(view, id)).collect();
    source.add(imports(&quote!(
        use super::consumer::*;
    )));
    source.add(quote! {
        /// Adds the schemas of all types that are read to the definitions of a generator, each under its name.
        pub fn define(generator: &mut SchemaGenerator) {
            #(generator.subschema_for::<#roots>();)*
        }
    });
    for item in items {
        source.add(item);
    }
    source.text()
}

fn imports(types: &TokenStream) -> TokenStream {
    quote! {
        #types
        use crate::support;
        use schemars::{JsonSchema, Schema, SchemaGenerator};
    }
}

/// A type outside of everything that has the lifetime of a frame.
fn elided(ty: TokenStream) -> TokenStream {
    let text = ty.to_string().replace("'a", "'_");
    text.parse().unwrap_or(ty)
}

/// `impl JsonSchema`; `body` makes the schema of a `generator`, if there is use for one.
fn implementation(name: &Ident, ty: &TokenStream, generics: &TokenStream, body: &TokenStream) -> TokenStream {
    let name = Literal::string(&name.to_string());
    let generator = if super::source::uses(body, "generator") { quote!(generator) } else { quote!(_) };
    quote! {
        impl #generics JsonSchema for #ty {
            support::schema::named!(#name);

            fn json_schema(#generator: &mut SchemaGenerator) -> Schema {
                #body
            }
        }
    }
}

fn leaf(view: &View<'_>, id: TypeId, ty: &TypeDef) -> TokenStream {
    let name = view.name(id);
    let checks = || arguments_of(&ty.constraints);
    let (generics, arguments, body) = match &ty.shape {
        Shape::String => (quote!(), quote!(<'_>), around(&quote!(lending), &quote!(as_str), &checks())),
        Shape::Number => (quote!(), quote!(), around(&quote!(copying), &quote!(get), &checks())),
        Shape::Integer { min, max } => {
            (quote!(), quote!(), around(&quote!(copying), &quote!(get), &bounds(*min, *max)))
        }
        Shape::Array(_) | Shape::Checked(_) => {
            let get = if matches!(ty.shape, Shape::Array(_)) { quote!(items) } else { quote!(get) };
            let schema = checked(view, ty, &around(&quote!(lending), &get, &checks()));
            (quote!(<T: JsonSchema>), quote!(<T>), schema)
        }
        _ => (quote!(), quote!(), quote!(support::schema::enumeration::<Self>())),
    };
    implementation(&name, &quote!(types::#name #arguments), &generics, &body)
}

/// A type around a value, which a method gives, and what it checks.
fn around(function: &TokenStream, get: &TokenStream, checks: &[(&str, Ident)]) -> TokenStream {
    let checks = checks.iter().map(|(keyword, constant)| quote!((#keyword, Self::#constant.into())));
    quote!(support::schema::#function(generator, Self::#get, &[#(#checks),*]))
}

fn arguments_of(constraints: &[Constraint]) -> Vec<(&'static str, Ident)> {
    let named = constants(constraints).into_iter();
    let simple = named.filter(|(_, constraint)| !matches!(constraint.argument, Argument::Plan(_)));
    simple.map(|(ident, constraint)| (constraint.keyword, ident)).collect()
}

/// The bounds that an integer type checks besides those of its 64 bits.
fn bounds(min: i128, max: i128) -> Vec<(&'static str, Ident)> {
    let (least, most) = super::types::range(min);
    let bounds = [("minimum", min > least), ("maximum", max < most)];
    let bounds = bounds.into_iter().filter(|(_, checked)| *checked);
    bounds.map(|(keyword, _)| (keyword, constant_ident(keyword, 0))).collect()
}

/// What `schema` accepts, as far as the check of the type does, if it has one.
fn checked(view: &View<'_>, ty: &TypeDef, schema: &TokenStream) -> TokenStream {
    let Some(number) = consumer::check(view, ty) else { return schema.clone() };
    quote! {
        let schema = #schema;
        support::schema::checked(&schema, &crate::plan::schema::of(generator, &crate::checks::PLAN, #number))
    }
}

fn own(view: &View<'_>, id: TypeId) -> TokenStream {
    let (ty, name) = (view.get(id), view.name(id));
    let schema = match &ty.shape {
        Shape::Object(object) => self::object(view, object),
        Shape::Union(union) => self::union(&name, union),
        Shape::Envelope(envelope) => self::envelope(view, id, envelope),
        Shape::Tuple(tuple) => self::tuple(tuple),
        Shape::Mixed(mixed) => self::mixed(view, &name, mixed),
        Shape::Choice(choice) => self::choice(view, &name, choice),
        _ => return TokenStream::new(),
    };
    let body = checked(view, ty, &schema);
    let generics = elided(view.generics(id, Role::Consumer));
    implementation(&name, &quote!(#name #generics), &TokenStream::new(), &body)
}

fn object(view: &View<'_>, object: &Object) -> TokenStream {
    let fields = object.fields.iter().map(|field| self::field(view, field));
    let refused = refused(&object.retired);
    let more = match object.additional {
        Additional::Open => TokenStream::new(),
        Additional::Closed => quote!(.closed()),
        Additional::Typed(_) => quote!(.additional(|it| &it.additional)),
    };
    quote!(support::schema::Object::<Self>::of(generator) #(#fields)* #refused #more .build())
}

fn field(view: &View<'_>, field: &Field) -> TokenStream {
    let (name, ident) = (rust::string(&field.name), rust::field_ident(&field.label));
    if let Some(constant) = view.constant(field).map(rust::string) {
        return quote!(.constant(#name, #constant));
    }
    match (field.required, view.nullable(field.ty)) {
        (true, _) => quote!(.required(#name, |it| &it.#ident)),
        (false, None) => quote!(.optional(#name, |it| &it.#ident)),
        (false, Some(_)) => quote!(.nullable(#name, |it| &it.#ident)),
    }
}

fn refused(retired: &[Retired]) -> TokenStream {
    let names = retired.iter().map(|retired| rust::string(&retired.name));
    if retired.is_empty() { TokenStream::new() } else { quote!(.refused(&[#(#names),*])) }
}

fn envelope(view: &View<'_>, id: TypeId, envelope: &Envelope) -> TokenStream {
    let message = view.message_name(id);
    let (tag, payload) = (rust::string(&envelope.tag), rust::string(&envelope.payload));
    let fields = envelope.slots.iter().filter_map(|slot| match slot {
        Slot::Field(field) => Some(self::field(view, field)),
        Slot::Tag | Slot::Payload => None,
    });
    let refused = refused(&envelope.retired);
    let closed = (!envelope.open).then(|| quote!(.closed()));
    let messages = envelope.variants.iter().map(|variant| {
        let (value, ident) = (rust::string(&variant.value), variant_ident(variant));
        quote!(.message([#tag, #payload, #value], #message::#ident))
    });
    quote! {
        support::schema::Object::<Self>::of(generator) #(#fields)* #refused #closed
            .envelope(#tag, #payload) #(#messages)* .build()
    }
}

fn union(name: &Ident, union: &Union) -> TokenStream {
    let tag = rust::string(&union.tag);
    let variant = |variant: &Variant| {
        let (values, ident) = (variant.values().map(rust::string), variant_ident(variant));
        quote!(.tagged(#tag, &[#(#values),*], #name::#ident))
    };
    let variants = union.variants.iter().map(variant);
    quote!(support::schema::Union::any_of(generator) #(#variants)* .build())
}

fn tuple(tuple: &Tuple) -> TokenStream {
    let items = consumer::tuple_fields(tuple).into_iter().map(|(ident, _, required)| {
        if required { quote!(.required(|it| &it.#ident)) } else { quote!(.optional(|it| &it.#ident)) }
    });
    let rest = tuple.rest.map(|_| quote!(.rest(|it| &it.rest)));
    quote!(support::schema::Tuple::<Self>::of(generator) #(#items)* #rest .build())
}

fn mixed(view: &View<'_>, name: &Ident, mixed: &Mixed) -> TokenStream {
    let wide = |kind: JsonType| if kind == JsonType::Integer { JsonType::Number } else { kind };
    let members = mixed.members.iter().map(|(kind, member)| {
        let ident = kind_ident(view, *kind, *member);
        let kind = wide(*kind).name();
        quote!(.typed(#kind, #name::#ident))
    });
    let listed: Vec<JsonType> = mixed.members.iter().map(|(kind, _)| wide(*kind)).collect();
    let others = JsonType::DISJOINT.iter().filter(|kind| !listed.contains(kind)).map(|kind| kind.name());
    let others = mixed.open.then(|| quote!(.others(&[#(#others),*])));
    quote!(support::schema::Union::any_of(generator) #(#members)* #others .build())
}

fn choice(view: &View<'_>, name: &Ident, choice: &Choice) -> TokenStream {
    let start = if choice.exactly_one { quote!(one_of) } else { quote!(any_of) };
    let members = choice.members.iter().map(|member| {
        let (number, ident) = (view.checks.number(member.accepts), member_ident(member));
        quote! {
            .checked(|generator| crate::plan::schema::of(generator, &crate::checks::PLAN, #number), #name::#ident)
        }
    });
    quote!(support::schema::Union::#start(generator) #(#members)* .build())
}

/// Where the schema of each consumer type that has a name of its own stands, by that name.
pub fn named_types(protocol: &Protocol, sender: Side) -> Vec<(String, TypeId)> {
    let view = View::new(protocol);
    let types = view.types(sender).into_iter().filter(|id| view.item(*id) != Item::Plain);
    types.map(|id| (view.name(id).to_string(), id)).collect()
}
