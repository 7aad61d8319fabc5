//! The model as Rust sees it: names, what borrows from the frame, how a type is written.

use crate::diagnostic::{Code, Finding, Findings};
use crate::model::{Field, Protocol, Shape, Side, TypeDef, TypeId, Variant};
use crate::source::Origin;
use crate::text::{Text, rust};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::HashMap;

/// Which half of the code a type is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Types that are built and sent.
    Producer,
    /// Types that are received and read.
    Consumer,
}

/// How a type appears in Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// As a type of the standard library or of the support code.
    Plain,
    /// As an item of the module `types`, which both roles share.
    Leaf,
    /// As an item of the module of its role.
    Own,
}

/// The protocol with its Rust names.
pub(super) struct View<'p> {
    pub(super) protocol: &'p Protocol,
    names: Vec<String>,
    /// Whether values of each type borrow, for producers and for consumers.
    borrowing: [Vec<bool>; 2],
}

impl<'p> View<'p> {
    pub(super) fn new(protocol: &'p Protocol) -> Self {
        let names = protocol.types.iter().map(|ty| rust::item_name(&ty.name.words)).collect();
        let borrowing = [Role::Producer, Role::Consumer].map(|role| borrowing(protocol, role));
        Self { protocol, names, borrowing }
    }

    pub(super) fn get(&self, id: TypeId) -> &'p TypeDef {
        self.protocol.ty(id)
    }

    /// The types of one direction, in the order of first use.
    pub(super) fn types(&self, sender: Side) -> Vec<TypeId> {
        self.protocol.reachable(self.protocol.direction(sender).root)
    }

    /// The name of a type's item.
    pub(super) fn name(&self, id: TypeId) -> Ident {
        rust::type_ident(self.names.get(id.index()).map_or("Unnamed", String::as_str))
    }

    /// The name of a type's item with something behind it.
    pub(super) fn derived_name(&self, id: TypeId, suffix: &str) -> Ident {
        rust::type_ident(&format!("{}{suffix}", self.name(id)))
    }

    /// What the enum of an envelope's payloads is called: `ServerFrame` carries a `ServerMessage`.
    pub(super) fn message_name(&self, id: TypeId) -> Ident {
        let name = self.name(id).to_string();
        let stem = name.strip_suffix("Frame").filter(|stem| !stem.is_empty()).unwrap_or(&name);
        rust::type_ident(&format!("{stem}Message"))
    }

    pub(super) fn item(&self, id: TypeId) -> Item {
        let ty = self.get(id);
        let says_more = ty.name.given || !ty.constraints.is_empty();
        match &ty.shape {
            Shape::Enumeration(_) => Item::Leaf,
            Shape::String | Shape::Number if says_more => Item::Leaf,
            Shape::Integer { min, max } if ty.name.given || !fills(*min, *max) => Item::Leaf,
            Shape::Array(_) if !ty.constraints.is_empty() => Item::Leaf,
            Shape::Object(_) | Shape::Union(_) | Shape::Envelope(_) => Item::Own,
            Shape::Any
            | Shape::FreeObject
            | Shape::Boolean
            | Shape::Integer { .. }
            | Shape::Number
            | Shape::String
            | Shape::Constant(_)
            | Shape::Array(_)
            | Shape::Nullable(_) => Item::Plain,
        }
    }

    /// Whether values of the type borrow from the text that they were read from.
    pub(super) fn borrows(&self, id: TypeId, role: Role) -> bool {
        let [producer, consumer] = &self.borrowing;
        let of = if role == Role::Producer { producer } else { consumer };
        of.get(id.index()).copied().unwrap_or_default()
    }

    /// `<'a>` where the type borrows.
    pub(super) fn generics(&self, id: TypeId, role: Role) -> TokenStream {
        if self.borrows(id, role) { quote!(<'a>) } else { TokenStream::new() }
    }

    /// The type as it is written in a field.
    pub(super) fn ty(&self, id: TypeId, role: Role) -> TokenStream {
        let (name, generics) = (self.name(id), self.generics(id, role));
        match (&self.get(id).shape, self.item(id)) {
            (Shape::Enumeration(values), _) if values.open && role == Role::Consumer => {
                quote!(support::Open<'a, types::#name>)
            }
            // What is checked of an array is shared; its items are those of the role.
            (Shape::Array(inner), Item::Leaf) => {
                let inner = self.ty(*inner, role);
                quote!(types::#name<#inner>)
            }
            (_, Item::Leaf) => quote!(types::#name #generics),
            (_, Item::Own) => quote!(#name #generics),
            (Shape::Any, _) => quote!(support::Json<'a>),
            (Shape::FreeObject, _) => quote!(support::JsonObject<'a>),
            (Shape::Boolean, _) => quote!(bool),
            (Shape::Integer { min, .. }, _) if *min < 0 => quote!(i64),
            (Shape::Integer { .. }, _) => quote!(u64),
            (Shape::Number, _) => quote!(support::Number),
            (Shape::String, _) => quote!(Cow<'a, str>),
            (Shape::Array(inner), _) => {
                let inner = self.ty(*inner, role);
                quote!(Vec<#inner>)
            }
            (Shape::Nullable(inner), _) => {
                let inner = self.ty(*inner, role);
                quote!(Option<#inner>)
            }
            (Shape::Constant(_), _) => quote!(()),
            // Items of their own: handled above.
            (Shape::Enumeration(_) | Shape::Object(_) | Shape::Union(_) | Shape::Envelope(_), _) => {
                quote!(#name)
            }
        }
    }

    /// The inner type, of a nullable one.
    pub(super) fn nullable(&self, id: TypeId) -> Option<TypeId> {
        match &self.get(id).shape {
            Shape::Nullable(inner) => Some(*inner),
            _ => None,
        }
    }

    /// The type of a field's value: absent, null and present kept apart where the schema keeps them apart.
    pub(super) fn field_ty(&self, field: &Field, role: Role) -> TokenStream {
        let ty = self.ty(field.ty, role);
        match (field.required, self.nullable(field.ty)) {
            (true, _) => ty,
            (false, None) => quote!(Option<#ty>),
            (false, Some(inner)) => {
                let inner = self.ty(inner, role);
                quote!(support::Maybe<#inner>)
            }
        }
    }

    /// What an optional field holds when it is absent.
    pub(super) fn absent(&self, field: &Field) -> TokenStream {
        if self.nullable(field.ty).is_some() { quote!(support::Maybe::Absent) } else { quote!(None) }
    }

    /// The constant of a field that has no other value, and so needs none in Rust.
    pub(super) fn constant(&self, field: &Field) -> Option<&'p Text> {
        match &self.get(field.ty).shape {
            Shape::Constant(text) => Some(text),
            _ => None,
        }
    }

    /// Reports names of the schema that become the same name in Rust.
    pub(super) fn check(&self, findings: &mut Findings) {
        let mut taken: HashMap<String, &TypeDef> = HashMap::new();
        for (id, ty) in self.protocol.iter() {
            let names = match self.item(id) {
                Item::Plain => continue,
                Item::Leaf => vec![self.name(id)],
                Item::Own => vec![self.name(id), self.derived_name(id, "Required"), self.message_name(id)],
            };
            let used = names.len().min(if matches!(ty.shape, Shape::Envelope(_)) { 3 } else { 2 });
            for name in names.iter().take(used) {
                let earlier = taken.insert(name.to_string(), ty);
                if let Some(earlier) = earlier.filter(|earlier| !std::ptr::eq(*earlier, ty)) {
                    findings.report(collision("types", &name.to_string(), &ty.origin, &earlier.origin));
                }
            }
            self.check_members(ty, findings);
        }
    }

    fn check_members(&self, ty: &TypeDef, findings: &mut Findings) {
        let mut taken: HashMap<String, &Origin> = HashMap::new();
        for (name, origin) in members(ty).into_iter().chain(self.null_setters(ty)) {
            if let Some(earlier) = taken.insert(name.clone(), origin) {
                findings.report(collision("members", &name, origin, earlier));
            }
        }
    }
}

impl View<'_> {
    /// An optional property that may be null has a second method, `with_null_…`, as if there were another property.
    fn null_setters<'t>(&self, ty: &'t TypeDef) -> Vec<(String, &'t Origin)> {
        let fields: Vec<&Field> = match &ty.shape {
            Shape::Object(object) => object.fields.iter().collect(),
            Shape::Envelope(envelope) => envelope.fields().collect(),
            _ => return Vec::new(),
        };
        let nullable =
            fields.into_iter().filter(|field| !field.required && self.nullable(field.ty).is_some());
        nullable.map(|field| (format!("null_{}", rust::snake_name(&field.name)), &field.origin)).collect()
    }
}

/// What the members of a type are called in Rust, and where each stands.
fn members(ty: &TypeDef) -> Vec<(String, &Origin)> {
    fn field(field: &Field) -> (String, &Origin) {
        (rust::snake_name(&field.name), &field.origin)
    }
    fn variant(variant: &Variant) -> (String, &Origin) {
        (variant_name(&variant.value), &variant.origin)
    }
    let unknown = (UNKNOWN.to_owned(), &ty.origin);
    match &ty.shape {
        Shape::Object(object) => object.fields.iter().map(field).collect(),
        Shape::Envelope(envelope) => {
            let payload = (rust::snake_name(&envelope.payload), &ty.origin);
            let variants = envelope.variants.iter().map(variant);
            [unknown, payload].into_iter().chain(envelope.fields().map(field)).chain(variants).collect()
        }
        Shape::Union(union) => [unknown].into_iter().chain(union.variants.iter().map(variant)).collect(),
        Shape::Enumeration(values) => {
            values.values.iter().map(|value| (variant_name(&value.text), &ty.origin)).collect()
        }
        _ => Vec::new(),
    }
}

/// Which types borrow: those that hold text, and all around them. Types are shared, so each is asked once a
/// round instead of once a use.
fn borrowing(protocol: &Protocol, role: Role) -> Vec<bool> {
    let mut found = vec![false; protocol.types.len()];
    // Inner types come before those around them, so a second round only finds that nothing is left to do.
    loop {
        let mut changed = false;
        for (id, ty) in protocol.iter() {
            if !found[id.index()] && borrows(&ty.shape, role, &found) {
                found[id.index()] = true;
                changed = true;
            }
        }
        if !changed {
            return found;
        }
    }
}

fn borrows(shape: &Shape, role: Role, known: &[bool]) -> bool {
    let consumer = role == Role::Consumer;
    let itself = match shape {
        Shape::Any | Shape::FreeObject | Shape::String => true,
        Shape::Boolean
        | Shape::Integer { .. }
        | Shape::Number
        | Shape::Constant(_)
        | Shape::Array(_)
        | Shape::Nullable(_) => false,
        Shape::Enumeration(values) => consumer && values.open,
        Shape::Object(object) => consumer && object.open,
        Shape::Union(_) | Shape::Envelope(_) => consumer,
    };
    let inner = |id: TypeId| known.get(id.index()).copied().unwrap_or_default();
    itself || shape.children().into_iter().any(inner)
}

/// The variant for what the schema does not list.
const UNKNOWN: &str = "Unknown";

/// The name of a variant for a string on the wire.
pub(super) fn variant_name(text: &Text) -> String {
    rust::type_name(std::slice::from_ref(text))
}

/// Whether bounds are those of a 64-bit type, which then checks them by itself.
fn fills(min: i128, max: i128) -> bool {
    (min, max) == (i128::from(i64::MIN), i128::from(i64::MAX)) || (min, max) == (0, i128::from(u64::MAX))
}

fn collision(what: &str, name: &str, at: &Origin, earlier: &Origin) -> Finding {
    let message = format!("two {what} become `{name}` in Rust");
    let help = "rename one of them in the schema";
    let finding = Finding::new(Code::NameCollision, at, message, help);
    if at == earlier { finding } else { finding.also(earlier, "the other one") }
}
