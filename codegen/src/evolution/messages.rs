//! The messages of a protocol: who sends them, what tells them apart, and the schema of each.

use super::Version;
use crate::model::{Protocol, Shape, Side, TypeId};
use crate::schema::{Body, Keywords, Reference, Schema, SchemaId, Schemas};
use crate::text::value::raw;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A message of a protocol.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// Who sends it.
    pub(super) sender: Side,
    /// The value of its discriminator; where nothing tells messages apart, the name of the definition.
    pub(super) name: String,
    /// The whole frame.
    pub(super) schema: SchemaId,
    /// What the model has of it.
    pub(super) content: Option<Content>,
}

/// What the model has of a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content {
    /// The type of the whole frame.
    Frame(TypeId),
    /// The type of the payload: the frame is an envelope.
    Payload(TypeId),
}

/// All messages of a version, by sender and name.
pub(super) fn of(version: &Version) -> Vec<Message> {
    let (schemas, protocol) = (&version.schemas, &version.protocol);
    let mut found = Vec::new();
    for (side, root) in [(Side::Server, schemas.roots.server), (Side::Client, schemas.roots.client)] {
        let Some(root) = root else { continue };
        let types = protocol.direction(side).map(|direction| direction.roots.as_slice()).unwrap_or_default();
        let tagged = types.first().and_then(|ty| Tagged::of(protocol, *ty));
        match tagged {
            Some(tagged) => tagged.messages(schemas, side, root, &mut found),
            None => untagged(version, side, &[root], &mut found),
        }
    }
    untagged(version, Side::Either, &schemas.roots.either, &mut found);
    found
}

/// What a version defines under the name of a message that the other one has: a definition that others refer to is no
/// message of its own, and has not gone.
pub(super) fn defined(version: &Version, message: &Message) -> Option<Message> {
    if message.sender != Side::Either {
        return None;
    }
    let of_name = |(_, schema): &(SchemaId, &Schema)| {
        schema.name.as_ref().is_some_and(|name| *raw(name) == *message.name)
    };
    let (schema, _) = version.schemas.iter().find(of_name)?;
    let content = types(version).get(version.schemas.get(schema).origin.pointer.as_str()).copied();
    Some(Message { schema, content: content.map(Content::Frame), ..message.clone() })
}

/// The types that have a name, by the place of their schemas.
fn types(version: &Version) -> BTreeMap<&str, TypeId> {
    let named = version.protocol.directions.iter().flat_map(|direction| &direction.named);
    named.map(|(pointer, ty)| (pointer.as_str(), *ty)).collect()
}

/// Frames that a property tells apart.
struct Tagged<'a> {
    tag: &'a str,
    contents: BTreeMap<&'a str, Content>,
}

impl<'a> Tagged<'a> {
    fn of(protocol: &'a Protocol, ty: TypeId) -> Option<Self> {
        let (tag, variants, content): (_, _, fn(TypeId) -> Content) = match &protocol.ty(ty).shape {
            Shape::Envelope(envelope) => (&envelope.tag, &envelope.variants, Content::Payload),
            Shape::Union(union) => (&union.tag, &union.variants, Content::Frame),
            Shape::Checked(inner) => return Self::of(protocol, *inner),
            _ => return None,
        };
        let values = |variant: &'a crate::model::Variant| {
            variant.values().map(|value| (raw(value), content(variant.ty))).collect::<Vec<_>>()
        };
        Some(Self { tag: raw(tag), contents: variants.iter().flat_map(values).collect() })
    }

    fn messages(&self, schemas: &Schemas, sender: Side, root: SchemaId, found: &mut Vec<Message>) {
        let (mut open, mut seen) = (vec![root], HashSet::new());
        let first = found.len();
        while let Some(schema) = open.pop() {
            if !seen.insert(schema) {
                continue;
            }
            let values = constants(schemas, schema, self.tag);
            let message = |name: &String| Message {
                sender,
                name: name.clone(),
                schema,
                content: self.contents.get(name.as_str()).copied(),
            };
            if values.is_empty() {
                open.extend(members(schemas, schema));
            } else {
                found.extend(values.iter().map(message));
            }
        }
        found[first..].sort_by(|one, other| one.name.cmp(&other.name));
    }
}

/// Frames that no property tells apart: the members of unions, each by its name.
fn untagged(version: &Version, sender: Side, roots: &[SchemaId], found: &mut Vec<Message>) {
    let schemas = &version.schemas;
    let types = types(version);
    let heads = heads(schemas, roots);
    let (mut open, mut seen) = (heads, HashSet::new());
    let mut messages = Vec::new();
    while let Some(schema) = open.pop() {
        let members = members(schemas, schema);
        if !seen.insert(schema) {
            continue;
        }
        if !members.is_empty() && members.iter().all(|member| name_of(schemas, *member).is_some()) {
            open.extend(members);
            continue;
        }
        let target = target(schemas, schema);
        let (Some(name), true) = (name_of(schemas, target), seen.insert(target) || target == schema) else {
            continue;
        };
        let content = types.get(schemas.get(target).origin.pointer.as_str()).copied().map(Content::Frame);
        messages.push((discriminators(schemas, target), Message { sender, name, schema: target, content }));
    }
    name_by_discriminator(&mut messages);
    messages.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    found.extend(messages.into_iter().map(|(_, message)| message));
}

/// Messages are called by the values of the properties that tell them apart, where these do.
fn name_by_discriminator(messages: &mut [(Vec<(String, String)>, Message)]) {
    // A property that every message has alike, such as the version of JSON-RPC, tells nothing.
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (property, value) in messages.iter().flat_map(|(found, _)| found) {
        values.entry(property).or_default().insert(value);
    }
    let telling: BTreeSet<String> =
        values.into_iter().filter(|(_, values)| values.len() > 1).map(|(name, _)| name.to_owned()).collect();
    let key = |found: &[(String, String)]| {
        let told = found.iter().filter(|(property, _)| telling.contains(property));
        told.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ")
    };
    let keys: Vec<String> = messages.iter().map(|(found, _)| key(found)).collect();
    for (index, (_, message)) in messages.iter_mut().enumerate() {
        let unique = keys.iter().filter(|other| **other == keys[index]).count() == 1;
        if unique && !keys[index].is_empty() {
            message.name.clone_from(&keys[index]);
        }
    }
}

/// The roots that no other root refers to, from wherever in its definition.
fn heads(schemas: &Schemas, roots: &[SchemaId]) -> Vec<SchemaId> {
    if roots.len() < 2 {
        return roots.to_vec();
    }
    let place = |id: SchemaId| (schemas.get(id).origin.file, schemas.get(id).origin.pointer.as_str());
    let mut referred = HashSet::new();
    for (id, schema) in schemas.iter() {
        let (file, inside) = place(id);
        let Some(keywords) = schema.keywords() else { continue };
        for target in references(keywords) {
            let (target_file, pointer) = place(target);
            let itself = file == target_file && inside.starts_with(pointer);
            referred.extend((!itself).then_some(target));
        }
    }
    let whole = |id: &SchemaId| {
        // The root of a file of definitions says nothing.
        schemas.get(*id).keywords().is_some_and(|keywords| !keywords.accepts_anything())
    };
    roots.iter().copied().filter(|root| !referred.contains(root)).filter(whole).collect()
}

fn references(keywords: &Keywords) -> impl Iterator<Item = SchemaId> {
    let references = [&keywords.reference, &keywords.dynamic_reference];
    references.into_iter().flatten().filter_map(|Reference { target, .. }| *target)
}

/// Follows references that say nothing besides.
fn target(schemas: &Schemas, mut schema: SchemaId) -> SchemaId {
    let mut seen = HashSet::new();
    while let Some(keywords) = schemas.get(schema).keywords().filter(|of| of.is_plain_reference()) {
        let Some(next) = references(keywords).next().filter(|next| seen.insert(*next)) else { break };
        schema = next;
    }
    schema
}

/// The members of a union, and those of what it refers to.
fn members(schemas: &Schemas, schema: SchemaId) -> Vec<SchemaId> {
    let schema = target(schemas, schema);
    match &schemas.get(schema).body {
        Body::Keywords(keywords) => {
            let union = keywords.union().into_iter().flatten().copied();
            union.map(|member| target(schemas, member)).collect()
        }
        Body::Boolean(_) => Vec::new(),
    }
}

/// The name or title of a definition.
fn name_of(schemas: &Schemas, schema: SchemaId) -> Option<String> {
    let schema = schemas.get(schema);
    let title = schema.keywords().and_then(|keywords| keywords.notes.title.as_ref());
    schema.name.as_ref().or(title).map(|name| raw(name).to_owned())
}

/// The strings that a property must be one of, of every value that the schema accepts.
fn constants(schemas: &Schemas, schema: SchemaId, property: &str) -> Vec<String> {
    let of = applied(schemas, schema).into_iter().flat_map(|keywords| &keywords.properties);
    let named = of.filter(|of| *raw(&of.name) == *property);
    // Each of several schemas of the property narrows it; the one with the fewest strings says most.
    named
        .map(|of| strings(schemas, of.schema))
        .filter(|found| !found.is_empty())
        .min_by_key(Vec::len)
        .unwrap_or_default()
}

/// The properties that must be one string, and the string.
fn discriminators(schemas: &Schemas, schema: SchemaId) -> Vec<(String, String)> {
    let properties = applied(schemas, schema).into_iter().flat_map(|keywords| &keywords.properties);
    let names: BTreeSet<&str> = properties.map(|of| raw(&of.name)).collect();
    let mut found = Vec::new();
    for name in names {
        if let [value] = constants(schemas, schema, name).as_slice() {
            found.push((name.to_owned(), value.clone()));
        }
    }
    found
}

fn strings(schemas: &Schemas, schema: SchemaId) -> Vec<String> {
    let listed = |keywords: &Keywords| {
        let constant = keywords.constant.as_ref().map(std::slice::from_ref);
        let listed = constant.or(keywords.enumeration.as_deref()).unwrap_or_default();
        listed.iter().filter_map(|value| value.node.string().map(str::to_owned)).collect::<Vec<_>>()
    };
    let found = applied(schemas, schema).into_iter().map(listed).filter(|found| !found.is_empty());
    found.min_by_key(Vec::len).unwrap_or_default()
}

/// The schemas that apply to every value: the schema itself, what it refers to, and `allOf`.
fn applied(schemas: &Schemas, schema: SchemaId) -> Vec<&Keywords> {
    let (mut found, mut open, mut seen) = (Vec::new(), vec![schema], HashSet::new());
    while let Some(id) = open.pop() {
        let Some(keywords) = schemas.get(id).keywords().filter(|_| seen.insert(id)) else { continue };
        found.push(keywords);
        open.extend(references(keywords));
        open.extend(&keywords.all_of);
    }
    found
}
