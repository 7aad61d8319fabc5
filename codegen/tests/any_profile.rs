//! Other people's schemas: whatever they say, the generator ends, does not panic, and writes Rust or findings.

use framelock_codegen::diagnostic::{Code, Located, Report};
use framelock_codegen::{Config, Generation};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

const MANIFEST: &str = r#"
[tool]
version = "0.1.0"
[schema]
root = "schema.json"
profile = "any"
dialect = "2020-12"
[roots]
either = "ROOT"
[rust]
package = "any"
version = "0.0.0"
"#;

fn generate_from(schema: &Value, root: &str) -> Result<Generation, Report> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("framelock.toml"), MANIFEST.replace("ROOT", root)).unwrap();
    std::fs::write(folder.path().join("schema.json"), schema.to_string()).unwrap();
    Config::new(folder.path()).generate()
}

fn generate(schema: &Value) -> Result<Generation, Report> {
    generate_from(schema, "#")
}

fn codes(result: Result<Generation, Report>) -> Vec<Code> {
    result.err().map(|report| report.findings().iter().map(Located::code).collect()).unwrap_or_default()
}

/// Generates in a thread with the stack that programs have, within a time that nobody minds.
fn generates(name: &str, schema: Value) -> Generation {
    let start = Instant::now();
    let run = std::thread::Builder::new().stack_size(2 << 20).spawn(move || generate(&schema));
    let generation = run.unwrap().join().unwrap().unwrap_or_else(|report| panic!("{name}: {report}"));
    assert!(start.elapsed() < Duration::from_secs(20), "{name}: {:?}", start.elapsed());
    if let Some(path) = broken(&generation) {
        panic!("{name}: {path} is not Rust");
    }
    generation
}

/// The first file of Rust that does not parse.
fn broken(generation: &Generation) -> Option<&str> {
    let is_rust = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "rs");
    let mut sources = generation.outputs.iter().filter(|output| is_rust(&output.path));
    sources.find(|output| syn::parse_file(&output.text).is_err()).map(|output| output.path.as_str())
}

/// Definitions `S0`, `S1`… of which each is made of the number of the next one, and the first as the root.
fn chain(count: usize, last: Value, link: impl Fn(&str) -> Value) -> Value {
    let mut definitions = Map::new();
    for index in 0..count {
        definitions.insert(format!("S{index}"), link(&format!("#/$defs/S{}", index + 1)));
    }
    definitions.insert(format!("S{count}"), last);
    json!({ "$ref": "#/$defs/S0", "$defs": definitions })
}

#[test]
fn long_and_doubling_schemas_end() {
    let text = || json!({ "type": "string" });
    generates("references", chain(3_000, text(), |next| json!({ "$ref": next })));
    generates(
        "properties",
        chain(1_000, text(), |next| json!({ "type": "object", "properties": { "next": { "$ref": next } } })),
    );
    generates("allOf", chain(300, text(), |next| json!({ "allOf": [{ "$ref": next }, { "$ref": next }] })));
    generates("not", chain(300, text(), |next| json!({ "not": { "$ref": next } })));
    generates("items", chain(1_000, text(), |next| json!({ "type": "array", "items": { "$ref": next } })));
    generates(
        "doubling properties",
        chain(
            300,
            text(),
            |next| json!({ "type": "object", "properties": { "a": { "$ref": next }, "b": { "$ref": next } } }),
        ),
    );
    generates(
        "doubling unions",
        chain(60, text(), |next| {
            json!({ "anyOf": [
                { "type": "object", "properties": { "a": { "$ref": next } }, "required": ["a"] },
                { "type": "object", "properties": { "b": { "$ref": next } }, "required": ["b"] }
            ] })
        }),
    );
    generates(
        "unions in unions",
        chain(60, text(), |next| json!({ "oneOf": [{ "$ref": next }, { "type": "null" }] })),
    );
}

#[test]
fn circles_are_refused_or_harmless() {
    for circle in [json!({ "$ref": "#" }), json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#" } } })]
    {
        assert_eq!(codes(generate(&circle)), [Code::ReferenceCycle]);
    }
    for schema in [
        json!({ "allOf": [{ "$ref": "#" }] }),
        json!({ "anyOf": [{ "$ref": "#" }, { "type": "string" }] }),
        json!({ "oneOf": [{ "$ref": "#" }] }),
        json!({ "not": { "$ref": "#" } }),
        json!({ "if": { "$ref": "#" }, "then": { "$ref": "#" } }),
        json!({ "items": { "$ref": "#" } }),
        json!({ "type": "array", "items": { "$ref": "#" } }),
        json!({ "type": "object", "additionalProperties": { "$ref": "#" } }),
        json!({ "type": ["array", "null"], "items": { "$ref": "#" } }),
        json!({ "properties": { "a": { "allOf": [{ "$ref": "#" }, { "required": ["a"] }] } } }),
        json!({ "$dynamicAnchor": "x", "properties": { "a": { "$dynamicRef": "#x" } } }),
    ] {
        generates(&schema.to_string(), schema.clone());
    }
}

/// The automaton of "the n-th letter from the end is an `a`" has two to the power of n states: so many types would
/// a conjunction for each of them make.
#[test]
fn conjunctions_that_multiply_are_refused() {
    let states = 16;
    let mut definitions = Map::new();
    let to = |state: usize| json!({ "$ref": format!("#/$defs/S{state}") });
    for state in 0..states {
        let next = if state + 1 < states { vec![to(state + 1)] } else { Vec::new() };
        let (mut a, mut b) = (next.clone(), next);
        if state == 0 {
            a.push(to(0));
            b = vec![to(0)];
        }
        let all =
            |members: Vec<Value>| if members.is_empty() { json!(true) } else { json!({ "allOf": members }) };
        let properties = json!({ "a": all(a), "b": all(b) });
        definitions.insert(
            format!("S{state}"),
            json!({ "type": "object", "properties": properties, "title": state.to_string() }),
        );
    }
    let schema = json!({ "$ref": "#/$defs/S0", "$defs": definitions });
    let start = Instant::now();
    assert_eq!(codes(generate(&schema)), [Code::UnsupportedShape]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

const NAMES: [&str; 9] = ["a", "b", "type", "self", "$ref", "", "A", "fooBar", "foo_bar"];
const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// Schemas without subschemas.
fn leaves() -> impl Strategy<Value = Value> {
    let listed =
        vec![json!(null), json!(true), json!(1), json!(1.5), json!("a"), json!([1]), json!({ "a": 1 })];
    let whole = vec![
        json!({ "$ref": "#" }),
        json!({ "$ref": "#/$defs/A" }),
        json!({ "$ref": "#/$defs/B" }),
        json!({ "minimum": 1, "maximum": 0 }),
        json!({ "type": "integer", "exclusiveMinimum": -1.5, "maximum": 1e20 }),
        json!({ "type": "string", "minLength": 2, "pattern": "^a(?=b)" }),
        json!({ "multipleOf": 0.1 }),
        json!({ "uniqueItems": true, "minItems": 1 }),
        json!({ "required": ["a", "b"] }),
        json!({ "minProperties": 1, "format": "date" }),
    ];
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        select(listed.clone()).prop_map(|value| json!({ "const": value })),
        prop::collection::vec(select(listed), 1..4).prop_map(|values| json!({ "enum": values })),
        subsequence(TYPES.to_vec(), 1..4).prop_map(|types| json!({ "type": types })),
        select(whole),
    ]
}

/// A keyword with subschemas from `inner`, and what is due beside it.
fn parts(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    const ONE: [&str; 10] = [
        "not",
        "if",
        "then",
        "else",
        "items",
        "contains",
        "additionalProperties",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    ];
    let list = prop::collection::vec(inner.clone(), 1..4);
    let map = prop::collection::btree_map(select(NAMES.to_vec()), inner.clone(), 0..4);
    let required = prop::collection::btree_set(select(NAMES.to_vec()), 0..3);
    let one = (select(ONE.to_vec()), inner).prop_map(|(keyword, schema)| json!({ keyword: schema }));
    let several = select(vec!["allOf", "anyOf", "oneOf", "prefixItems"]);
    let several = (several, list).prop_map(|(keyword, list)| json!({ keyword: list }));
    let named = select(vec!["properties", "patternProperties", "dependentSchemas"]);
    let named = (named, map, required).prop_map(|(keyword, map, required)| {
        let name =
            |name: &str| if keyword == "patternProperties" { name.replace('$', "") } else { name.to_owned() };
        let map: Map<String, Value> = map.into_iter().map(|(key, schema)| (name(key), schema)).collect();
        json!({ keyword: map, "required": required })
    });
    prop_oneof![one, several, named]
}

/// Both in one, as far as both are objects; of two keywords of one name the latter.
fn joined(mut one: Value, other: Value) -> Value {
    match (one.as_object_mut(), other) {
        (Some(members), Value::Object(more)) => {
            members.extend(more);
            one
        }
        (None, other) => other,
        _ => one,
    }
}

/// A schema of almost any kind, not too deep.
fn schemas() -> impl Strategy<Value = Value> {
    leaves().prop_recursive(4, 24, 4, |inner| {
        let parts = prop::collection::vec(parts(inner.boxed()), 1..3);
        parts.prop_map(|parts| parts.into_iter().reduce(joined).unwrap_or(Value::Bool(true)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_schema_ends_in_rust_or_findings(root in schemas(), a in schemas(), b in schemas()) {
        let mut schema = root;
        if let Some(members) = schema.as_object_mut() {
            members.insert("$defs".to_owned(), json!({ "A": a, "B": b }));
        }
        match generate(&schema) {
            Ok(generation) => {
                prop_assert!(broken(&generation).is_none(), "{schema}");
            }
            Err(report) => {
                for finding in report.findings() {
                    prop_assert!(
                        matches!(finding.code(), Code::ReferenceCycle | Code::DanglingReference | Code::InvalidKeyword),
                        "{}: {} in {}", finding.code(), finding.message(), schema
                    );
                }
            }
        }
    }
}

#[test]
fn every_definition_has_its_type() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {
            "a b/c": {"type": "object", "properties": {"x": {"type": "string"}}},
            "Same": {"$ref": "#/definitions/a%20b~1c"},
            "Text": {"type": "array", "items": {"type": "string"}},
        },
        // A draft that calls them otherwise.
        "$defs": {"Other": {"enum": ["x", "y"]}},
    });
    let generation = generate_from(&schema, "*").unwrap_or_else(|report| panic!("{report}"));
    let roots = framelock_codegen::emit::rust::roots(&generation.protocol);
    let written: Vec<(&str, &str)> =
        roots.iter().map(|root| (root.pointer.as_str(), root.rust_type.as_str())).collect();
    assert_eq!(
        written,
        [
            ("/definitions/a b~1c", "ABC < 'a >"),
            ("/definitions/Same", "ABC < 'a >"),
            ("/definitions/Text", "Vec < Cow < 'a , str > >"),
            ("/$defs/Other", "types :: Other"),
        ]
    );
}
