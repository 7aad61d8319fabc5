//! The module `samples`: constructor code for each example of the schema, and the frames that must be refused.
//! Tests of any peer can use them.

use super::groups::{self, Files};
use super::source::{self, Source};
use super::variant_ident;
use super::view::{Item, Role, View, variant_name};
use crate::model::{Envelope, Field, Object, Shape, Side, TypeId, Variant};
use crate::text::{Text, rust};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The whole module: paths and texts of its files.
pub(super) fn module(view: &View<'_>, header: &str, sender: Side, root: TypeId) -> Vec<(String, String)> {
    const WHAT: &str = "one constructor for each example of the schema";
    let built = built(view, sender, root);
    let mut source = Source::new(header, &super::purpose(sender, WHAT));
    source.add(items(view, sender, root, &built));
    let grouped = built.constructors.iter().filter_map(|(group, constructors)| {
        let group = group.clone()?;
        let mut source = Source::new(header, &super::purpose(sender, &format!("{WHAT}: `{group}`")));
        let (direction, imports) = (format_ident!("from_{}", sender.name()), imports(constructors));
        source.add(quote! {
            use super::Built;
            use crate::#direction::producer::*;
            #imports
            #constructors
        });
        Some((group, source))
    });
    let groups = grouped.collect();
    Files { name: "samples", root: source, groups }.named(Source::text)
}

/// The examples as code.
struct Examples {
    /// The functions that build them, by the module of their message's group.
    constructors: BTreeMap<Option<Ident>, TokenStream>,
    /// The rows of the table.
    rows: TokenStream,
}

fn built(view: &View<'_>, sender: Side, root: TypeId) -> Examples {
    let mut examples = Examples { constructors: BTreeMap::new(), rows: TokenStream::new() };
    for variant in variants(view, root) {
        let group = groups::module(view, sender, variant.ty);
        for (index, example) in variant.examples.iter().enumerate() {
            let Some(built) = value(view, root, example) else { continue };
            let function = rust::prefixed_ident("", &Text::new(format!("{}_{}", snake(variant), index + 1)));
            let (tag, json) = (rust::string(&variant.value), Literal::string(&example.to_string()));
            let (visible, path) = match &group {
                Some(group) => (quote!(pub(super)), quote!(#group::#function)),
                None => (TokenStream::new(), quote!(#function)),
            };
            let constructors = examples.constructors.entry(group.clone()).or_default();
            constructors.extend(quote!(#visible fn #function() -> Built { Ok(#built) }));
            examples.rows.extend(quote!(Sample { message: #tag, json: #json, build: #path },));
        }
    }
    examples
}

/// The imports that constructors need besides the producer types.
fn imports(constructors: &TokenStream) -> TokenStream {
    let import = |name: &'static str| {
        let module = rust::type_ident(name);
        source::uses(constructors, name).then(|| {
            quote!(
                use crate::#module;
            )
        })
    };
    let (support, types) = (import("support"), import("types"));
    quote!(#support #types)
}

fn items(view: &View<'_>, sender: Side, root: TypeId, examples: &Examples) -> TokenStream {
    let name = view.name(root);
    let lifetime = view.borrows(root, Role::Producer).then(|| quote!(<'static>));
    let (samples, invalid) = (&examples.rows, invalid(view, sender));
    let constructors = examples.constructors.get(&None).cloned().unwrap_or_default();
    let producer = if constructors.is_empty() { quote!(#name) } else { quote!(*) };
    let imports = imports(&constructors);
    let groups = examples.constructors.keys().flatten();
    quote! {
        use super::producer::#producer;
        #imports

        #(mod #groups;)*

        /// A frame as its constructor makes it.
        pub type Built = Result<#name #lifetime, Box<dyn std::error::Error>>;

        /// An example of the schema.
        #[derive(Debug)]
        pub struct Sample {
            /// The discriminator value of its message.
            pub message: &'static str,
            /// The frame, as the schema has it.
            pub json: &'static str,
            /// Builds the same frame from producer types.
            pub build: fn() -> Built,
        }

        /// A frame that must be refused.
        #[derive(Debug)]
        pub struct Invalid {
            /// The discriminator value of the message that it is about.
            pub message: &'static str,
            /// What is wrong with it.
            pub why: &'static str,
            /// The frame.
            pub frame: &'static str,
            /// The name of the error's code.
            pub code: &'static str,
            /// The JSON Pointer of the error.
            pub pointer: &'static str,
        }

        /// Every example that consists of what the schema lists.
        pub static SAMPLES: &[Sample] = &[#samples];

        /// Every frame that the schema's authors want to see refused.
        pub static INVALID: &[Invalid] = &[#invalid];

        #constructors
    }
}

fn snake(variant: &Variant) -> String {
    rust::snake_name(&variant.value)
}

fn variants<'p>(view: &View<'p>, root: TypeId) -> &'p [Variant] {
    match &view.get(root).shape {
        Shape::Envelope(envelope) => &envelope.variants,
        Shape::Union(union) => &union.variants,
        _ => &[],
    }
}

fn invalid(view: &View<'_>, sender: Side) -> TokenStream {
    let samples =
        view.protocol.direction(sender).into_iter().flat_map(|direction| &direction.invalid).map(|sample| {
            let (message, why, frame) =
                (rust::string(&sample.message), rust::string(&sample.why), rust::string(&sample.frame));
            let (code, pointer) = (rust::string(&sample.code), rust::string(&sample.pointer));
            quote!(Invalid { message: #message, why: #why, frame: #frame, code: #code, pointer: #pointer },)
        });
    samples.collect()
}

/// The expression that builds a value; `None` where producer types cannot hold it, because it has a property
/// or a value that the schema does not list.
fn value(view: &View<'_>, id: TypeId, json: &Value) -> Option<TokenStream> {
    let name = view.name(id);
    let leaf = view.item(id) == Item::Leaf;
    match (&view.get(id).shape, json) {
        (Shape::Any, _) => {
            let text = Literal::string(&json.to_string());
            Some(quote!(support::Json::parse(#text)?))
        }
        (Shape::FreeObject, Value::Object(_)) => {
            let text = Literal::string(&json.to_string());
            Some(quote!(support::JsonObject::parse(#text)?))
        }
        (Shape::Boolean, Value::Bool(value)) => Some(quote!(#value)),
        (Shape::Integer { .. }, Value::Number(number)) => {
            let number = Literal::i128_unsuffixed(integer(number)?);
            Some(if leaf { quote!(types::#name::new(#number)?) } else { quote!(#number) })
        }
        (Shape::Number, Value::Number(number)) => {
            let number = Literal::f64_unsuffixed(number.as_f64()?);
            Some(if leaf {
                quote!(types::#name::new(#number)?)
            } else {
                quote!(support::Number::finite(#number)?)
            })
        }
        (Shape::String, Value::String(text)) => {
            let text = Literal::string(text);
            Some(if leaf { quote!(types::#name::new(#text)?) } else { quote!(#text.into()) })
        }
        (Shape::Enumeration(values), Value::String(text)) => {
            let value = values.values.iter().find(|value| value.text == text.as_str())?;
            let variant = rust::type_ident(&variant_name(&value.text));
            Some(quote!(types::#name::#variant))
        }
        (Shape::Array(inner), Value::Array(items)) => {
            let items: Vec<TokenStream> =
                items.iter().map(|item| value(view, *inner, item)).collect::<Option<_>>()?;
            let items = quote!(vec![#(#items),*]);
            Some(if leaf { quote!(types::#name::new(#items)?) } else { items })
        }
        (Shape::Nullable(_), Value::Null) => Some(quote!(None)),
        (Shape::Nullable(inner), _) => value(view, *inner, json).map(|inner| quote!(Some(#inner))),
        (Shape::Object(shape), Value::Object(members)) => object(view, id, shape, members),
        (Shape::Union(union), Value::Object(members)) => {
            let variant = find(&union.variants, members, &union.tag)?;
            let (ident, inner) = (variant_ident(variant), value(view, variant.ty, json)?);
            Some(quote!(#name::#ident(#inner)))
        }
        (Shape::Envelope(shape), Value::Object(members)) => envelope(view, id, shape, members),
        _ => None,
    }
}

/// An integer, also when written as `1.0`.
fn integer(number: &serde_json::Number) -> Option<i128> {
    number.as_i128().or_else(|| {
        let value = number.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "compared with what it came from")]
        let whole = value as i128;
        #[expect(clippy::cast_precision_loss, reason = "compared with what it came from")]
        let same = (whole as f64).to_bits() == value.to_bits();
        same.then_some(whole)
    })
}

fn find<'v>(variants: &'v [Variant], members: &Map<String, Value>, tag: &Text) -> Option<&'v Variant> {
    let (_, value) = members.iter().find(|(name, _)| *tag == name.as_str())?;
    let value = value.as_str()?;
    variants.iter().find(|variant| variant.value == value)
}

/// A struct under construction: the fields of its required part, and the calls that add to it.
struct Construction {
    required: Vec<TokenStream>,
    calls: Vec<TokenStream>,
}

impl Construction {
    fn field(&mut self, view: &View<'_>, field: &Field, json: &Value) -> Option<()> {
        let ident = rust::field_ident(&field.name);
        if field.required {
            let value = value(view, field.ty, json)?;
            self.required.push(quote!(#ident: #value));
            return Some(());
        }
        let nullable = view.nullable(field.ty);
        if let (Some(_), Value::Null) = (nullable, json) {
            let with = rust::prefixed_ident("with_null_", &field.name);
            self.calls.push(quote!(.#with()));
            return Some(());
        }
        let (with, value) =
            (rust::prefixed_ident("with_", &field.name), value(view, nullable.unwrap_or(field.ty), json)?);
        // A string literal converts by itself; naming the conversion twice would be ambiguous.
        let value = plain_text(view, nullable.unwrap_or(field.ty), json).map_or(value, |text| quote!(#text));
        self.calls.push(quote!(.#with(#value)));
        Some(())
    }

    fn finish(self, view: &View<'_>, id: TypeId) -> TokenStream {
        let Self { required, calls } = self;
        let (name, required_name) = (view.name(id), view.derived_name(id, "Required"));
        if required.is_empty() {
            quote!(#name::new() #(#calls)*)
        } else {
            quote!(#name::new(#required_name { #(#required),* }) #(#calls)*)
        }
    }
}

fn plain_text(view: &View<'_>, id: TypeId, json: &Value) -> Option<Literal> {
    let plain = matches!(view.get(id).shape, Shape::String) && view.item(id) == Item::Plain;
    plain.then(|| json.as_str().map(Literal::string)).flatten()
}

fn object(view: &View<'_>, id: TypeId, shape: &Object, members: &Map<String, Value>) -> Option<TokenStream> {
    let mut construction = Construction { required: Vec::new(), calls: Vec::new() };
    for (name, json) in members {
        let field = shape.fields.iter().find(|field| field.name == name.as_str())?;
        if view.constant(field).is_none() {
            construction.field(view, field, json)?;
        }
    }
    Some(construction.finish(view, id))
}

fn envelope(
    view: &View<'_>,
    id: TypeId,
    shape: &Envelope,
    members: &Map<String, Value>,
) -> Option<TokenStream> {
    let mut construction = Construction { required: Vec::new(), calls: Vec::new() };
    let variant = find(&shape.variants, members, &shape.tag)?;
    for (name, json) in members {
        if shape.tag == name.as_str() {
            continue;
        }
        if shape.payload == name.as_str() {
            let ident = rust::field_ident(&shape.payload);
            let (message, of): (Ident, Ident) = (view.message_name(id), variant_ident(variant));
            let inner = value(view, variant.ty, json)?;
            construction.required.push(quote!(#ident: #message::#of(#inner)));
        } else {
            let field = shape.fields().find(|field| field.name == name.as_str())?;
            construction.field(view, field, json)?;
        }
    }
    Some(construction.finish(view, id))
}
