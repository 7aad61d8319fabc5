//! Writing values as JSON. Keys, and the commas and braces around them, are constants wherever it is known
//! at generation time what stands before them.

use super::variant_ident;
use super::view::{Role, View};
use crate::model::{Additional, Envelope, Field, Object, Slot, Tuple, Union, Variant};
use crate::text::{Text, rust};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// `impl Encode`, with serde's `Serialize` beside it.
pub(super) fn implementation(name: &Ident, generics: &TokenStream, body: &TokenStream) -> TokenStream {
    let lifetime = lifetime(generics);
    quote! {
        impl #generics Encode for #name #generics {
            fn encode(&self, out: &mut Writer) {
                #body
            }
        }

        support::serialize!(#name #lifetime);
    }
}

/// The lifetime of a type as the macros of the support code take it.
pub(super) fn lifetime(generics: &TokenStream) -> TokenStream {
    if generics.is_empty() { TokenStream::new() } else { quote!(, 'a) }
}

/// Writes the members of an object, and knows what is certainly written already.
struct Members {
    statements: Vec<TokenStream>,
    /// Whether a member stands before the next one: certainly, certainly not, or depending on the value.
    before: Option<bool>,
}

impl Members {
    const fn new() -> Self {
        Self { statements: Vec::new(), before: Some(false) }
    }

    /// The key of a member that is always there.
    fn key(&mut self, name: &Text) {
        let statement = match self.before {
            Some(false) => {
                let key = rust::json_key("{", name);
                quote!(out.raw(#key);)
            }
            Some(true) => {
                let key = rust::json_key(",", name);
                quote!(out.raw(#key);)
            }
            None => {
                let key = rust::json_key("", name);
                quote!(out.key(#key);)
            }
        };
        self.statements.push(statement);
        self.before = Some(true);
    }

    fn statement(&mut self, statement: TokenStream) {
        self.statements.push(statement);
    }

    /// A member that is always there, and its value.
    fn required(&mut self, name: &Text, value: &TokenStream) {
        let key = match self.before {
            Some(false) => rust::json_key("{", name),
            Some(true) => rust::json_key(",", name),
            None => {
                self.key(name);
                self.statements.push(quote!(#value.encode(out);));
                return;
            }
        };
        self.statements.push(quote!(out.put(#key, &#value);));
        self.before = Some(true);
    }

    /// A member that is only there if the value says so.
    fn optional(&mut self, name: &Text, put: &TokenStream, value: &TokenStream) {
        if self.before == Some(false) {
            self.statements.push(quote!(out.raw("{");));
        }
        let separator = if self.before == Some(true) { "," } else { "" };
        let key = rust::json_key(separator, name);
        if separator.is_empty() {
            self.before = None;
        }
        self.statements.push(quote!(out.#put(#key, &#value);));
    }

    fn end(mut self, extras: &TokenStream) -> TokenStream {
        if self.before == Some(false) {
            self.statements.push(quote!(out.raw("{");));
        }
        let statements = self.statements;
        quote! { #(#statements)* #extras out.raw("}"); }
    }
}

/// The body of `encode` of a struct.
pub(super) fn object(view: &View<'_>, object: &Object, role: Role) -> TokenStream {
    let mut members = Members::new();
    for field in &object.fields {
        match view.constant(field) {
            Some(constant) => {
                let constant = rust::json_string(constant);
                members.key(&field.name);
                members.statement(quote!(out.raw(#constant);));
            }
            None => self::field(view, field, role, &mut members),
        }
    }
    let added = role == Role::Producer && view.addable(object).is_some();
    let more =
        if added { quote!(self.additional.encode_members(out);) } else { more(object.additional, role) };
    members.end(&more)
}

/// The members that the schema does not list.
fn more(additional: Additional, role: Role) -> TokenStream {
    match additional {
        Additional::Open if role == Role::Consumer => quote!(self.extras.encode_members(out);),
        Additional::Typed(_) => quote!(self.additional.encode_members(out);),
        Additional::Open | Additional::Closed => TokenStream::new(),
    }
}

fn field(view: &View<'_>, field: &Field, role: Role, members: &mut Members) {
    let ident = rust::field_ident(&field.label);
    if field.required {
        let place = match role {
            Role::Producer => quote!(self.required.#ident),
            Role::Consumer => quote!(self.#ident),
        };
        members.required(&field.name, &place);
    } else if view.nullable(field.ty).is_some() {
        members.optional(&field.name, &quote!(put_maybe), &quote!(self.#ident));
    } else {
        members.optional(&field.name, &quote!(put_some), &quote!(self.#ident));
    }
}

/// The body of `encode` of a struct that is an array.
pub(super) fn tuple(tuple: &Tuple) -> TokenStream {
    let items = super::consumer::tuple_fields(tuple);
    let (required, optional): (Vec<_>, Vec<_>) = items.into_iter().partition(|(.., required)| *required);
    let required = required.into_iter().map(|(ident, ..)| quote!(out.element(); self.#ident.encode(out);));
    let rest = tuple.rest.map(|_| {
        quote!(for item in &self.rest {
            out.element();
            item.encode(out);
        })
    });
    // What stands behind an absent item cannot be sent.
    let optional = optional.into_iter().rev().fold(rest.unwrap_or_default(), |inner, (ident, ..)| {
        quote!(if let Some(item) = &self.#ident { out.element(); item.encode(out); #inner })
    });
    quote! {
        out.raw("[");
        #(#required)*
        #optional
        out.raw("]");
    }
}

/// The body of `encode` of a tagged enum: the variants carry their discriminator.
pub(super) fn union(union: &Union, role: Role) -> TokenStream {
    let arms = union.variants.iter().map(|variant| {
        let ident = variant_ident(variant);
        quote!(Self::#ident(message) => message.encode(out),)
    });
    let unknown =
        (role == Role::Consumer).then(|| quote!(Self::Unknown(unknown) => unknown.raw.encode(out),));
    quote! { match self { #(#arms)* #unknown } }
}

/// The body of `encode` of a frame.
pub(super) fn envelope(view: &View<'_>, envelope: &Envelope, role: Role) -> TokenStream {
    let payload = rust::field_ident(&envelope.payload);
    let payload = match role {
        Role::Producer => quote!(self.required.#payload),
        Role::Consumer => quote!(self.#payload),
    };
    let mut members = Members::new();
    for slot in &envelope.slots {
        match slot {
            Slot::Tag => {
                members.key(&envelope.tag);
                members.statement(quote!(#payload.encode_tag(out);));
            }
            Slot::Payload => {
                members.key(&envelope.payload);
                members.statement(quote!(#payload.encode(out);));
            }
            Slot::Field(field) => self::field(view, field, role, &mut members),
        }
    }
    members.end(&more(if envelope.open { Additional::Open } else { Additional::Closed }, role))
}

/// How the payloads of an envelope are written, and their discriminator.
pub(super) fn messages(
    name: &Ident,
    generics: &TokenStream,
    variants: &[Variant],
    role: Role,
) -> TokenStream {
    let elided = if generics.is_empty() { quote!() } else { quote!(<'_>) };
    let idents: Vec<Ident> = variants.iter().map(variant_ident).collect();
    let values = variants.iter().map(|variant| rust::string(&variant.value));
    let json = variants.iter().map(|variant| rust::json_string(&variant.value));
    let consumer = role == Role::Consumer;
    let unknown_tag = consumer.then(|| quote!(Self::Unknown(unknown) => &unknown.tag,));
    let unknown_json = consumer.then(|| quote!(Self::Unknown(unknown) => out.string(&unknown.tag),));
    let unknown = consumer.then(|| quote!(Self::Unknown(unknown) => unknown.raw.encode(out),));
    let lifetime = if consumer { quote!() } else { quote!('static) };
    quote! {
        impl #name #elided {
            /// The value of the discriminator.
            pub fn tag(&self) -> &#lifetime str {
                match self { #(Self::#idents(_) => #values,)* #unknown_tag }
            }

            fn encode_tag(&self, out: &mut Writer) {
                match self { #(Self::#idents(_) => out.raw(#json),)* #unknown_json }
            }

            fn encode(&self, out: &mut Writer) {
                match self { #(Self::#idents(message) => message.encode(out),)* #unknown }
            }
        }
    }
}
