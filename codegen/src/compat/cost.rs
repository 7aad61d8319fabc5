//! How often a validator looks at a schema to judge a value, if it applies every subschema where it stands.
//!
//! Schemas that share their parts can make that grow without bound; a validator does not notice.

use crate::schema::{Keywords, Property, SchemaId, Schemas};
use serde_json::Value;
use std::collections::HashMap;

/// The number of looks, or the largest number if it is beyond counting.
pub(super) fn looks(schemas: &Schemas, root: SchemaId, value: &Value) -> u64 {
    Count { schemas, known: HashMap::new() }.of(root, value, 0)
}

struct Count<'a> {
    schemas: &'a Schemas,
    known: HashMap<(SchemaId, *const Value), u64>,
}

impl Count<'_> {
    fn of(&mut self, id: SchemaId, value: &Value, depth: usize) -> u64 {
        const DEEPEST: usize = 10_000;
        let place = (id, std::ptr::from_ref(value));
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        if depth > DEEPEST {
            return u64::MAX;
        }
        let schemas = self.schemas;
        let Some(keywords) = schemas.get(id).keywords() else { return 1 };
        let mut looks = 1_u64;
        for (schema, value) in beside(keywords).map(|schema| (schema, value)).chain(inside(keywords, value)) {
            looks = looks.saturating_add(self.of(schema, value, depth + 1));
        }
        // To see what was not evaluated, all is looked at a second time.
        if keywords.unevaluated_items.is_some() || keywords.unevaluated_properties.is_some() {
            looks = looks.saturating_mul(2);
        }
        self.known.insert(place, looks);
        looks
    }
}

/// What a schema applies to the value itself.
fn beside(keywords: &Keywords) -> impl Iterator<Item = SchemaId> {
    let references = [&keywords.reference, &keywords.dynamic_reference];
    let targets = references.into_iter().flatten().filter_map(|reference| reference.target);
    let lists = [Some(&keywords.all_of), keywords.any_of.as_ref(), keywords.one_of.as_ref()];
    let single = [keywords.not, keywords.condition, keywords.then, keywords.otherwise];
    let dependent = keywords.dependent_schemas.iter().map(|of| of.schema);
    targets
        .chain(lists.into_iter().flatten().flatten().copied())
        .chain(single.into_iter().flatten())
        .chain(dependent)
}

/// What it applies to parts of the value.
fn inside<'v>(keywords: &Keywords, value: &'v Value) -> Vec<(SchemaId, &'v Value)> {
    let mut found = Vec::new();
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let place = keywords.prefix_items.get(index).copied();
                let every = [place, keywords.items, keywords.contains, keywords.unevaluated_items];
                found.extend(every.into_iter().flatten().map(|schema| (schema, item)));
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let named = keywords.properties.iter().filter(|of| of.name == **name);
                let like = named.chain(&keywords.pattern_properties).map(|of: &Property| of.schema);
                let every = [
                    keywords.additional_properties,
                    keywords.unevaluated_properties,
                    keywords.property_names,
                ];
                found.extend(like.chain(every.into_iter().flatten()).map(|schema| (schema, member)));
            }
        }
        _ => {}
    }
    found
}
