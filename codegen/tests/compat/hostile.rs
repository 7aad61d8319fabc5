//! Schemas that are made to be slow, or to break something: each comparison ends soon, and says nothing wrong.

use super::{verdict, verdict_with};
use framelock_codegen::compat::{Options, Verdict};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// A comparison may take so long, with nothing optimised and others at work on the machine.
const LONGEST: Duration = Duration::from_mins(1);

/// Definitions that each say something about the next one, and the last one.
fn chain(length: usize, link: impl Fn(Value) -> Value, last: &Value) -> Value {
    let mut definitions = Map::new();
    for index in 0..length {
        let next = json!({ "$ref": format!("#/$defs/d{}", index + 1) });
        definitions.insert(format!("d{index}"), link(next));
    }
    definitions.insert(format!("d{length}"), last.clone());
    json!({ "$ref": "#/$defs/d0", "$defs": definitions })
}

#[track_caller]
fn soon(old: &Value, new: &Value, never: &str) -> Verdict {
    let start = Instant::now();
    let verdict = verdict(old, new, "2020-12");
    assert!(start.elapsed() < LONGEST, "{:?}", start.elapsed());
    assert_ne!(verdict.name(), never);
    verdict
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn wider() -> Value {
    json!({ "type": ["string", "null"] })
}

#[test]
fn what_doubles_with_each_step_is_shared() {
    let both = |next: Value| json!({ "required": ["a", "b"], "properties": { "a": next, "b": next }, "type": "object" });
    let either =
        |next: Value| json!({ "anyOf": [{ "properties": { "a": next } }, { "properties": { "b": next } }] });
    let twice = |next: Value| json!({ "allOf": [next, next] });
    for link in [both as fn(Value) -> Value, either, twice] {
        let (narrow, wide) = (chain(40, link, &string()), chain(40, link, &wider()));
        assert_eq!(soon(&narrow, &wide, "refuted"), Verdict::Proved);
        // The smallest value that shows it may have a leaf for each way down, a million million of them.
        soon(&wide, &narrow, "proved");
    }
    let small = |last| chain(5, both, last);
    assert!(soon(&small(&wider()), &small(&string()), "proved").witness().is_some());
}

#[test]
fn long_chains_end() {
    let nested = |next: Value| json!({ "type": "object", "required": ["a"], "properties": { "a": next } });
    let beside = |next: Value| json!({ "allOf": [next], "minLength": 1 });
    let not = |next: Value| json!({ "not": next, "maxLength": 9 });
    for link in [nested as fn(Value) -> Value, beside, not] {
        let (narrow, wide) = (chain(1_500, link, &string()), chain(1_500, link, &wider()));
        soon(&narrow, &wide, "refuted");
        soon(&narrow, &json!(true), "refuted");
        soon(&json!(true), &narrow, "proved");
    }
}

#[test]
fn recursion_ends() {
    let list = |item: Value| {
        json!({ "$ref": "#/$defs/list", "$defs": { "list": { "anyOf": [{ "type": "null" }, {
            "type": "object", "required": ["next"],
            "properties": { "next": { "$ref": "#/$defs/list" }, "item": item } }] } } })
    };
    let (narrow, wide) = (list(json!({ "type": "integer" })), list(json!({ "type": "number" })));
    assert_eq!(soon(&narrow, &wide, "refuted"), Verdict::Proved);
    let witness = soon(&wide, &narrow, "proved").witness().cloned().unwrap();
    assert!(!witness["item"].is_i64(), "{witness}");
    // A value that would have to hold another one of its own kind for ever is no value.
    let endless =
        json!({ "type": "object", "required": ["next"], "properties": { "next": { "$ref": "#" } } });
    assert_eq!(soon(&endless, &json!(false), "refuted"), Verdict::Proved);
}

#[test]
fn large_unions_are_compared_member_by_member() {
    let union = |members: usize, value: &Value| -> Value {
        let member = |index| {
            json!({ "type": "object", "required": ["kind"],
                "properties": { "kind": { "const": format!("k{index}") }, "value": value } })
        };
        json!({ "oneOf": (0..members).map(member).collect::<Vec<_>>() })
    };
    assert_eq!(soon(&union(60, &string()), &union(61, &wider()), "refuted"), Verdict::Proved);
    let witness = soon(&union(61, &string()), &union(60, &string()), "proved").witness().cloned();
    assert_eq!(witness.unwrap()["kind"], json!("k60"));
}

#[test]
fn a_comparison_takes_no_more_steps_than_it_may() {
    // A riddle in conjunctive normal form, for which no way is known that is always quick.
    let clause = |clause: usize| {
        let literal = |literal: usize| {
            let mixed = (clause * 7 + literal * 13 + clause * clause * 5) % 60;
            json!({ "properties": { format!("x{mixed}"): { "const": (clause + literal * clause).is_multiple_of(2) } } })
        };
        json!({ "anyOf": (0..3).map(literal).collect::<Vec<_>>() })
    };
    let names: Vec<String> = (0..60).map(|index| format!("x{index}")).collect();
    let riddle = json!({ "type": "object", "required": names, "additionalProperties": { "type": "boolean" },
        "allOf": (0..260).map(clause).collect::<Vec<_>>() });
    let start = Instant::now();
    let options = Options { steps: 2_000, ..Options::default() };
    verdict_with(&riddle, &json!(false), "2020-12", &options);
    assert!(start.elapsed() < LONGEST);
}

#[test]
fn many_names_and_many_patterns_end() {
    let names: Vec<String> = (0..3_000).map(|index| format!("x{index}")).collect();
    let all = json!({ "type": "object", "required": names });
    assert!(soon(&all, &json!(false), "proved").witness().is_some());
    assert_eq!(soon(&all, &json!({ "minProperties": 3_000 }), "refuted"), Verdict::Proved);
    // Each name may fit any of them.
    let patterns: Map<String, Value> = (0..14).map(|index| (format!("p{index}"), string())).collect();
    let open = json!({ "type": "object", "patternProperties": patterns, "minProperties": 1 });
    soon(&open, &json!({ "type": "object", "additionalProperties": { "type": "string" } }), "proved");
    let listed = |count: i64| -> Value {
        json!({ "enum": (0..count).map(|a| json!({ "a": a, "b": [a] })).collect::<Vec<_>>() })
    };
    assert_eq!(soon(&listed(300), &listed(301), "refuted"), Verdict::Proved);
    assert!(soon(&listed(301), &listed(300), "proved").witness().is_some());
}

#[test]
fn large_numbers_of_things_are_no_reason_to_count_them() {
    let count = |keyword: &str, count: u64| json!({ keyword: count });
    for (keyword, more) in [
        ("maxLength", 40_000_u64),
        ("maxItems", 4_000),
        ("maxProperties", 100),
        ("maxLength", u64::MAX - 1),
        ("maxItems", u64::MAX - 1),
        ("maxProperties", u64::MAX - 1),
    ] {
        soon(&count(keyword, more + 1), &count(keyword, more), "proved");
        assert_eq!(soon(&count(keyword, more), &count(keyword, more + 1), "refuted"), Verdict::Proved);
    }
    let unique = |most: u64| json!({ "uniqueItems": true, "maxItems": most, "items": { "maximum": 5 } });
    soon(&unique(30), &unique(20), "proved");
    let large = json!({ "minimum": 1e300, "multipleOf": 7 });
    soon(&large, &json!({ "multipleOf": 14 }), "proved");
    soon(&json!({ "multipleOf": 1e-300 }), &json!({ "multipleOf": 1e-301 }), "refuted");
    soon(&json!({ "pattern": "^(a?){1000}$" }), &json!({ "pattern": "^(a|aa){0,500}$" }), "");
    soon(&json!({ "pattern": "(?=a(?=b))\\1{900}" }), &json!({ "pattern": "^[^]{0,900}[\\p{L}]{900}" }), "");
}
