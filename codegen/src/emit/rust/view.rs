//! The model as Rust sees it: names, what borrows from the frame, how a type is written.

mod cycles;
mod deprecated;
mod empty;
mod names;

use super::checks::Checks;
use crate::diagnostic::{Code, Finding, Findings};
use crate::model::{Additional, Field, Object, Protocol, Shape, Side, TypeDef, TypeId, Variant};
use crate::source::Origin;
use crate::text::{Text, rust};
use cycles::Cycles;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::{HashMap, HashSet};

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
    pub(super) checks: Checks,
    names: Vec<String>,
    /// Whether values of each type borrow, for producers and for consumers.
    borrowing: [Vec<bool>; 2],
    /// Constants that stand where a value of a type is needed.
    named_constants: HashSet<TypeId>,
    cycles: Cycles,
    empty: Vec<bool>,
}

impl<'p> View<'p> {
    pub(super) fn new(protocol: &'p Protocol) -> Self {
        let borrowing = [Role::Producer, Role::Consumer].map(|role| borrowing(protocol, role));
        let mut view = Self {
            protocol,
            checks: Checks::new(protocol),
            names: Vec::new(),
            borrowing,
            named_constants: named_constants(protocol),
            cycles: Cycles::new(protocol),
            empty: empty::types(protocol),
        };
        view.names = names::assign(&view);
        view
    }

    pub(super) fn get(&self, id: TypeId) -> &'p TypeDef {
        self.protocol.ty(id)
    }

    /// The types of one direction, in the order of first use.
    pub(super) fn types(&self, sender: Side) -> Vec<TypeId> {
        self.protocol.reachable(self.roots(sender))
    }

    /// What one side sends.
    pub(super) fn roots(&self, sender: Side) -> &'p [TypeId] {
        self.protocol.direction(sender).map(|direction| &direction.roots[..]).unwrap_or_default()
    }

    /// The type of a side's frames, if it has one that tells messages apart.
    pub(super) fn frames(&self, sender: Side) -> Option<TypeId> {
        self.protocol.frames(sender)
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
            Shape::Enumeration(_) | Shape::Checked(_) => Item::Leaf,
            Shape::Constant(_) if self.named_constants.contains(&id) => Item::Leaf,
            Shape::String | Shape::Number if says_more => Item::Leaf,
            Shape::Integer { min, max } if ty.name.given || !fills(*min, *max) => Item::Leaf,
            Shape::Array(_) if !ty.constraints.is_empty() => Item::Leaf,
            Shape::Object(_)
            | Shape::Union(_)
            | Shape::Envelope(_)
            | Shape::Tuple(_)
            | Shape::Mixed(_)
            | Shape::Choice(_) => Item::Own,
            Shape::Any
            | Shape::Never
            | Shape::Null
            | Shape::BigInteger
            | Shape::Map(_)
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

    /// Whether producers and consumers hold the very same type.
    pub(super) fn shared(&self, id: TypeId) -> bool {
        match (&self.get(id).shape, self.item(id)) {
            (_, Item::Own) => false,
            (Shape::Enumeration(values), _) => !values.open,
            (Shape::Array(inner) | Shape::Checked(inner) | Shape::Map(inner) | Shape::Nullable(inner), _) => {
                self.shared(*inner)
            }
            _ => true,
        }
    }

    /// Whether there are no values of the type.
    pub(super) fn is_empty(&self, id: TypeId) -> bool {
        self.empty.get(id.index()).copied().unwrap_or_default()
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
            (Shape::Checked(inner), Item::Leaf) => {
                let inner = self.within(id, *inner, role);
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
            (Shape::Map(inner), _) => {
                let inner = self.ty(*inner, role);
                quote!(support::Map<'a, #inner>)
            }
            (Shape::Nullable(inner), _) => {
                let inner = self.within(id, *inner, role);
                quote!(Option<#inner>)
            }
            (Shape::Never, _) => quote!(support::Never),
            (Shape::BigInteger, _) => quote!(support::Integer<'a>),
            (Shape::Constant(_) | Shape::Null, _) => quote!(()),
            // Items of their own: handled above.
            (
                Shape::Enumeration(_)
                | Shape::Checked(_)
                | Shape::Object(_)
                | Shape::Union(_)
                | Shape::Envelope(_)
                | Shape::Tuple(_)
                | Shape::Mixed(_)
                | Shape::Choice(_),
                _,
            ) => {
                quote!(#name)
            }
        }
    }

    /// The type as it is written inside of another one: in a box where it would contain itself.
    pub(super) fn within(&self, owner: TypeId, id: TypeId, role: Role) -> TokenStream {
        let ty = self.ty(id, role);
        if self.boxed(owner, id) { quote!(Box<#ty>) } else { ty }
    }

    /// Whether a type inside of another one leads back to it.
    pub(super) fn boxed(&self, owner: TypeId, id: TypeId) -> bool {
        self.item(id) == Item::Own && self.cycles.meet(owner, id)
    }

    /// The inner type, of a nullable one.
    pub(super) fn nullable(&self, id: TypeId) -> Option<TypeId> {
        match &self.get(id).shape {
            Shape::Nullable(inner) => Some(*inner),
            _ => None,
        }
    }

    /// The type of a field's value: absent, null and present kept apart where the schema keeps them apart.
    pub(super) fn field_ty(&self, owner: TypeId, field: &Field, role: Role) -> TokenStream {
        let ty = self.within(owner, field.ty, role);
        match (field.required, self.nullable(field.ty)) {
            (true, _) => ty,
            (false, None) => quote!(Option<#ty>),
            (false, Some(inner)) => {
                let inner = self.within(field.ty, inner, role);
                quote!(support::Maybe<#inner>)
            }
        }
    }

    /// What an optional field holds when it is absent.
    pub(super) fn absent(&self, field: &Field) -> TokenStream {
        if self.nullable(field.ty).is_some() { quote!(support::Maybe::Absent) } else { quote!(None) }
    }

    /// The type of what a producer may add to an object besides the properties that are listed. In a schema of one's own
    /// that is nothing: what one sends is listed. Other people's open objects are there to be added to.
    pub(super) fn addable(&self, object: &Object) -> Option<TokenStream> {
        match object.additional {
            Additional::Typed(values) => Some(self.ty(values, Role::Producer)),
            Additional::Open if !self.protocol.own_names => Some(quote!(support::Json<'a>)),
            Additional::Open | Additional::Closed => None,
        }
    }

    /// The constant of a field that has no other value, and so needs none in Rust.
    pub(super) fn constant(&self, field: &Field) -> Option<&'p Text> {
        match &self.get(field.ty).shape {
            Shape::Constant(text) if field.required => Some(text),
            _ => None,
        }
    }

    /// Reports names of the schema that become the same name in Rust.
    pub(super) fn check(&self, findings: &mut Findings) {
        if !self.protocol.own_names {
            return;
        }
        let mut taken: HashMap<String, &TypeDef> = HashMap::new();
        let types: Vec<(TypeId, &TypeDef)> =
            self.protocol.iter().filter(|(id, _)| self.item(*id) != Item::Plain).collect();
        let own = types.iter().map(|(id, ty)| (self.name(*id), *ty));
        // Names that the schema gives come first: what is derived from another one has to give way.
        for (name, ty) in own.chain(types.iter().flat_map(|(id, ty)| self.derived_names(*id, ty))) {
            let earlier = taken.insert(name.to_string(), ty);
            if let Some(earlier) = earlier.filter(|earlier| !std::ptr::eq(*earlier, ty)) {
                findings.report(collision("types", &name.to_string(), &ty.origin, &earlier.origin));
            }
        }
        for (_, ty) in types {
            self.check_members(ty, findings);
        }
    }

    /// What items that belong to a type may be called.
    fn derived_names<'t>(&self, id: TypeId, ty: &'t TypeDef) -> Vec<(Ident, &'t TypeDef)> {
        let own = self.item(id) == Item::Own;
        let required = own.then(|| self.derived_name(id, "Required"));
        let message = matches!(ty.shape, Shape::Envelope(_)).then(|| self.message_name(id));
        required.into_iter().chain(message).map(|name| (name, ty)).collect()
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
        nullable.map(|field| (format!("null_{}", rust::snake_name(&field.label)), &field.origin)).collect()
    }
}

/// What the members of a type are called in Rust, and where each stands.
fn members(ty: &TypeDef) -> Vec<(String, &Origin)> {
    fn field(field: &Field) -> (String, &Origin) {
        (rust::snake_name(&field.label), &field.origin)
    }
    fn variant(variant: &Variant) -> (String, &Origin) {
        (variant_name(&variant.name), &variant.origin)
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
            values.values.iter().map(|value| (variant_name(&value.label), &ty.origin)).collect()
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
            if !found[id.index()] && borrows(&ty.shape, role, &found, protocol.own_names) {
                found[id.index()] = true;
                changed = true;
            }
        }
        if !changed {
            return found;
        }
    }
}

fn borrows(shape: &Shape, role: Role, known: &[bool], own_names: bool) -> bool {
    let consumer = role == Role::Consumer;
    let itself = match shape {
        Shape::Any | Shape::FreeObject | Shape::String | Shape::BigInteger | Shape::Map(_) => true,
        Shape::Never
        | Shape::Null
        | Shape::Checked(_)
        | Shape::Tuple(_)
        | Shape::Choice(_)
        | Shape::Boolean
        | Shape::Integer { .. }
        | Shape::Number
        | Shape::Constant(_)
        | Shape::Array(_)
        | Shape::Nullable(_) => false,
        Shape::Enumeration(values) => consumer && values.open,
        Shape::Mixed(mixed) => mixed.open,
        Shape::Object(object) => match object.additional {
            Additional::Open => consumer || !own_names,
            Additional::Closed => false,
            Additional::Typed(_) => true,
        },
        Shape::Union(_) | Shape::Envelope(_) => consumer,
    };
    let inner = |id: TypeId| known.get(id.index()).copied().unwrap_or_default();
    itself || shape.children().into_iter().any(inner)
}

/// Constants that are not just a required property, whose value needs no place in Rust.
fn named_constants(protocol: &Protocol) -> HashSet<TypeId> {
    let is_constant = |id: &TypeId| matches!(protocol.ty(*id).shape, Shape::Constant(_));
    let mut found: HashSet<TypeId> = protocol
        .directions
        .iter()
        .flat_map(|direction| &direction.roots)
        .copied()
        .filter(is_constant)
        .collect();
    for ty in &protocol.types {
        let of_fields = |fields: &[Field]| {
            fields.iter().filter(|field| !field.required).map(|field| field.ty).collect::<Vec<_>>()
        };
        let named = match &ty.shape {
            Shape::Object(object) => {
                of_fields(&object.fields).into_iter().chain(object.additional.ty()).collect()
            }
            Shape::Envelope(_) => Vec::new(),
            shape => shape.children(),
        };
        found.extend(named.into_iter().filter(is_constant));
    }
    found
}

/// The variant for what the schema does not list.
const UNKNOWN: &str = "Unknown";

/// The name of a variant for a string on the wire.
pub(super) fn variant_name(text: &Text) -> String {
    rust::variant_name(text)
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
