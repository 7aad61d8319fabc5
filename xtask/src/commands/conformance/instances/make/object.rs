//! Objects: the properties that must be there, some that may be, and some that nobody listed.

use super::{All, DEEP, Maker, count};
use crate::commands::conformance::instances::string;
use serde_json::{Map, Value};

/// Names that no schema lists, some of them hard.
const NAMES: [&str; 8] = ["extra", "x-y", "", "a b", "é", "$ref", "__proto__", "type_"];

impl<'a> Maker<'a> {
    pub(super) fn object(&mut self, all: &[&'a Value], depth: usize) -> Value {
        let mut members = Map::new();
        for (name, required) in names(all) {
            if required || self.wants_optional(depth) {
                let schemas = of_property(all, &name);
                if !required && schemas.iter().any(|schema| **schema == Value::Bool(false)) {
                    continue;
                }
                let value = self.of(schemas, depth + 1);
                members.insert(name, value);
            }
        }
        self.add_unlisted(all, depth, &mut members);
        Value::Object(members)
    }

    fn wants_optional(&mut self, depth: usize) -> bool {
        let fullness = self.fullness;
        depth <= DEEP && self.budget > 0 && self.dice.chance(fullness)
    }

    fn add_unlisted(&mut self, all: &[&'a Value], depth: usize, members: &mut Map<String, Value>) {
        let unlisted = Unlisted::of(all);
        let is_map = names(all).is_empty() || !unlisted.patterns.is_empty();
        let some = depth <= DEEP && self.dice.chance(if is_map { 60 } else { 20 });
        let some = if some { 1 + self.dice.below(2) } else { 0 };
        for _ in 0..some.max(unlisted.least.saturating_sub(members.len())).min(50) {
            let Some((name, schemas)) = self.unlisted(all, &unlisted, depth) else { continue };
            if !members.contains_key(&name) {
                let value = self.of(schemas, depth + 1);
                members.insert(name, value);
            }
        }
    }

    /// A name that is not listed, and the schemas of its value.
    fn unlisted(
        &mut self,
        all: &[&'a Value],
        unlisted: &Unlisted<'a>,
        depth: usize,
    ) -> Option<(String, All<'a>)> {
        let pattern = self.dice.pick(&unlisted.patterns).copied();
        match pattern.filter(|_| self.dice.chance(80)) {
            Some((pattern, schema)) => Some((string::matching(pattern, &mut self.dice), vec![schema])),
            None if unlisted.closed => None,
            None => {
                let additional = all.iter().filter_map(|schema| schema.get("additionalProperties")).collect();
                Some((self.name(all, depth), additional))
            }
        }
    }

    /// A name as the schemas want names to be.
    fn name(&mut self, all: &[&'a Value], depth: usize) -> String {
        let mut schemas: All<'a> = all.iter().filter_map(|schema| schema.get("propertyNames")).collect();
        if !schemas.is_empty() {
            schemas.push(text());
            if let Value::String(name) = self.of(schemas, depth + 1) {
                return name;
            }
        }
        self.dice.pick(&NAMES).copied().unwrap_or_default().to_owned()
    }
}

/// What schemas say of properties that they do not list.
struct Unlisted<'a> {
    /// Schemas for names by a pattern.
    patterns: Vec<(&'a String, &'a Value)>,
    /// Whether there are none of other names.
    closed: bool,
    /// How many properties there are at least.
    least: usize,
}

impl<'a> Unlisted<'a> {
    fn of(all: &[&'a Value]) -> Self {
        let forbids = |keyword| all.iter().any(|schema| schema.get(keyword) == Some(&Value::Bool(false)));
        let patterns = all.iter().filter_map(|schema| schema.get("patternProperties")?.as_object());
        let least = all.iter().filter_map(|schema| schema.get("minProperties")).filter_map(count).max();
        Self {
            patterns: patterns.flatten().collect(),
            closed: forbids("additionalProperties") || forbids("unevaluatedProperties"),
            least: least.unwrap_or_default(),
        }
    }
}

/// The schema of any string.
fn text<'a>() -> &'a Value {
    static TEXT: std::sync::LazyLock<Value> =
        std::sync::LazyLock::new(|| serde_json::json!({"type": "string"}));
    &TEXT
}

/// The properties that are listed, and whether they must be there.
fn names(all: &[&Value]) -> Vec<(String, bool)> {
    let required: Vec<&str> =
        all.iter().flat_map(|schema| super::members(schema, "required")).filter_map(Value::as_str).collect();
    let listed = all.iter().filter_map(|schema| schema.get("properties")?.as_object());
    let listed = listed.flat_map(|properties| properties.keys().map(String::as_str));
    let mut found: Vec<(String, bool)> = Vec::new();
    for name in listed.chain(required.iter().copied()) {
        if !found.iter().any(|(known, _)| known == name) {
            found.push((name.to_owned(), required.contains(&name)));
        }
    }
    found
}

/// The schemas that hold for a property.
fn of_property<'a>(all: &[&'a Value], name: &str) -> All<'a> {
    let listed: All<'a> = all.iter().filter_map(|schema| schema.get("properties")?.get(name)).collect();
    if !listed.is_empty() {
        return listed;
    }
    all.iter().filter_map(|schema| schema.get("additionalProperties")).collect()
}
