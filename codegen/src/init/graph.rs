//! Which definitions others refer to.

use crate::schema::{Keywords, SchemaId, Schemas};
use std::collections::{HashMap, HashSet};

/// A definition of the root file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) schema: SchemaId,
}

/// Every definition of the root file, in its order.
pub(super) fn definitions(schemas: &Schemas) -> Vec<Definition> {
    let Some(root) = schemas.documents().first() else { return Vec::new() };
    let all = schemas.iter().filter(|(_, schema)| {
        schema.origin.file == root.file && top(schema.origin.pointer.as_str()) == Some(Place::Whole)
    });
    all.map(|(schema, _)| Definition { schema }).collect()
}

/// Whether a pointer leads to a definition or into one.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Whole,
    Inside,
}

fn top(pointer: &str) -> Option<Place> {
    let name = pointer.strip_prefix("/definitions/").or_else(|| pointer.strip_prefix("/$defs/"))?;
    Some(if name.contains('/') { Place::Inside } else { Place::Whole })
}

/// The definitions from which all others can be reached, and from no other one of them: those that nothing refers to,
/// and of each circle that only refers to itself the first.
pub(super) fn heads(schemas: &Schemas) -> Vec<Definition> {
    let all = definitions(schemas);
    let links = Links::of(schemas);
    let referred: HashSet<SchemaId> =
        links.0.iter().flat_map(|(from, to)| to.iter().filter(move |to| *to != from)).copied().collect();
    let mut heads: Vec<Definition> =
        all.iter().filter(|definition| !referred.contains(&definition.schema)).copied().collect();
    let mut reached = HashSet::new();
    let root = schemas.iter().next().map(|(id, _)| id);
    links.reach(heads.iter().map(|head| head.schema).chain(root), &mut reached);
    for definition in all {
        if !reached.contains(&definition.schema) {
            links.reach([definition.schema].into_iter(), &mut reached);
            heads.push(definition);
        }
    }
    heads.sort_by_key(|head| head.schema);
    heads
}

/// What each definition, or each file outside of its definitions, refers to.
struct Links(HashMap<SchemaId, Vec<SchemaId>>);

impl Links {
    fn of(schemas: &Schemas) -> Self {
        let owners = owners(schemas);
        let owner = |id: SchemaId| owners.get(id.0).copied().unwrap_or(id);
        let mut links: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
        for (id, schema) in schemas.iter() {
            let targets = schema.keywords().map(targets).unwrap_or_default();
            links.entry(owner(id)).or_default().extend(targets.into_iter().map(owner));
        }
        Self(links)
    }

    fn reach(&self, from: impl Iterator<Item = SchemaId>, reached: &mut HashSet<SchemaId>) {
        let mut open: Vec<SchemaId> = from.collect();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(self.0.get(&next).into_iter().flatten());
            }
        }
    }
}

fn targets(keywords: &Keywords) -> Vec<SchemaId> {
    let references = [&keywords.reference, &keywords.dynamic_reference];
    references.into_iter().flatten().filter_map(|reference| reference.target).collect()
}

/// The definition that each schema lies in, or the root of its file.
fn owners(schemas: &Schemas) -> Vec<SchemaId> {
    let mut by_name: HashMap<(crate::source::FileId, String), SchemaId> = HashMap::new();
    let mut owners = Vec::new();
    for (id, schema) in schemas.iter() {
        let pointer = schema.origin.pointer.as_str();
        let key = match top(pointer) {
            None => String::new(),
            // The tokens in front of the third slash.
            Some(_) => pointer.split('/').take(3).collect::<Vec<_>>().join("/"),
        };
        owners.push(*by_name.entry((schema.origin.file, key)).or_insert(id));
    }
    owners
}
