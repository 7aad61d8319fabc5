//! The schema that frames are made from: the annotated bundle, in which every reference stays inside.

use super::support::{TestResult, repository};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Strings, some of which match the patterns of the schema, and some of which are next to them.
const TEXTS: [&str; 16] = [
    "1.0.0",
    "0.12.999999999",
    "01.0.0",
    "1.0",
    "2025-09-18T14:56:14Z",
    "2025-12-31T23:59:59.123456789+02:00",
    "2025-13-18T14:56:14Z",
    "2025-09-18 14:56:14Z",
    "",
    "YQ==",
    "YWJj",
    "YQ=a",
    "Y Q",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeF",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
];

/// The schemas that hold for one value together.
pub(crate) type All<'s> = Vec<&'s Value>;

/// The schema.
pub(crate) struct Schema {
    document: Value,
    /// For each pattern the texts that match it, and those that do not.
    patterns: BTreeMap<String, [Vec<&'static str>; 2]>,
}

/// A message of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'s> {
    pub(crate) sender: &'static str,
    pub(crate) name: &'s str,
    pub(crate) schema: &'s Value,
}

impl Schema {
    /// Reads the bundle.
    pub(crate) fn read() -> TestResult<Self> {
        let path = repository().join("generated/schema/netra.annotated.schema.json");
        let document: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
        let mut patterns = BTreeMap::new();
        collect_patterns(&document, &mut patterns);
        for (pattern, [matching, others]) in &patterns {
            assert!(
                !matching.is_empty() && !others.is_empty(),
                "TEXTS needs texts for the pattern {pattern}"
            );
        }
        Ok(Self { document, patterns })
    }

    /// The messages of both sides.
    pub(crate) fn messages(&self) -> Vec<Message<'_>> {
        let of = |sender, root: &str| {
            let members = self.document["$defs"][root]["oneOf"].as_array().into_iter().flatten();
            members.map(move |schema| Message { sender, name: self.tag(schema), schema })
        };
        of("server", "ServerFrame").chain(of("client", "ClientFrame")).collect()
    }

    fn tag<'s>(&'s self, schema: &'s Value) -> &'s str {
        let all = self.gathered(vec![schema]);
        all.iter().find_map(|schema| schema.pointer("/properties/type/const")?.as_str()).unwrap_or_default()
    }

    /// Names that no message may have.
    pub(crate) fn reserved(&self) -> Vec<&str> {
        self.document["x-reserved"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// Schemas, and those that they refer to.
    pub(crate) fn gathered<'s>(&'s self, schemas: All<'s>) -> All<'s> {
        let mut all = schemas;
        let mut next = 0;
        while let Some(schema) = all.get(next) {
            let reference =
                schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
            all.extend(reference.and_then(|pointer| self.document.pointer(pointer)));
            next += 1;
        }
        all
    }

    /// All schemas that hold where a member of their union is chosen.
    pub(crate) fn chosen<'s>(&'s self, all: &All<'s>, member: &'s Value) -> All<'s> {
        let others = all.iter().copied().filter(|schema| schema.get("oneOf").is_none());
        others.chain(self.gathered(vec![member])).collect()
    }

    /// Texts that match a pattern, and others.
    pub(crate) fn texts(&self, pattern: &str) -> &[Vec<&'static str>; 2] {
        &self.patterns[pattern]
    }
}

/// The members of the union, if there is one.
pub(crate) fn union<'s>(all: &All<'s>) -> Option<&'s Vec<Value>> {
    find(all, "oneOf")?.as_array()
}

/// The value of a keyword.
pub(crate) fn find<'s>(all: &All<'s>, keyword: &str) -> Option<&'s Value> {
    all.iter().find_map(|schema| schema.get(keyword))
}

/// The properties of an object and the schemas of each, in the order of the schema.
pub(crate) fn properties<'s>(all: &All<'s>) -> Vec<(&'s str, All<'s>)> {
    let mut found: Vec<(&str, All<'_>)> = Vec::new();
    let declared = all.iter().filter_map(|schema| schema.get("properties")?.as_object()).flatten();
    for (name, schema) in declared {
        match found.iter_mut().find(|(known, _)| known == name) {
            Some((_, schemas)) => schemas.push(schema),
            None => found.push((name, vec![schema])),
        }
    }
    found
}

/// The properties that must be there.
pub(crate) fn required<'s>(all: &All<'s>) -> BTreeSet<&'s str> {
    let lists = all.iter().filter_map(|schema| schema.get("required")?.as_array());
    lists.flatten().filter_map(Value::as_str).collect()
}

fn collect_patterns(schema: &Value, found: &mut BTreeMap<String, [Vec<&'static str>; 2]>) {
    match schema {
        Value::Object(members) => {
            if let Some(pattern) = members.get("pattern").and_then(Value::as_str) {
                let matches =
                    |text: &&str| jsonschema::is_valid(&json!({ "pattern": pattern }), &json!(text));
                let (matching, others) = TEXTS.into_iter().partition(matches);
                found.insert(pattern.to_owned(), [matching, others]);
            }
            members.values().for_each(|member| collect_patterns(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_patterns(item, found)),
        _ => {}
    }
}
