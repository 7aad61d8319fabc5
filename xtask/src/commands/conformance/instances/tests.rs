//! What is made for schemas that have traps.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::fill;
use crate::commands::conformance::bare;
use crate::commands::conformance::group::{Case, Group};
use crate::commands::conformance::judge::Library;
use framelock_codegen::schema::dialect::Dialect;

fn filled(schema: &str, seed: u64) -> Vec<Group> {
    let mut groups = bare::groups(schema, "a.json", Dialect::Draft202012).unwrap();
    let judges = Library::default().judges(&groups);
    fill(&mut groups, &judges, 30, seed);
    groups
}

fn count(cases: &[Case], valid: bool) -> usize {
    cases.iter().filter(|case| case.valid == valid).count()
}

#[test]
fn both_kinds_are_made() {
    for schema in [
        r##"{"$defs": {"a": {"type": "object", "required": ["b"], "additionalProperties": false,
            "properties": {"b": {"$ref": "#/$defs/b"}, "c": {"type": "array", "items": {"$ref": "#/$defs/a"}}}},
            "b": {"type": "string", "pattern": "^[a-z]{2,4}(-[A-Z]{2})?$"}}}"##,
        r#"{"type": "integer", "minimum": 3, "maximum": 300}"#,
        r#"{"type": "array", "items": {"enum": ["a", "b", "c", 1]}, "minItems": 2, "uniqueItems": true}"#,
        r#"{"allOf": [{"required": ["x"]}, {"properties": {"x": {"oneOf": [{"type": "string"}, {"const": 5}]}}}],
            "type": "object", "patternProperties": {"^y\\d$": {"type": "boolean"}}}"#,
    ] {
        for group in filled(schema, 0) {
            let (valid, invalid) = (count(&group.cases, true), count(&group.cases, false));
            assert!(valid >= 4 && invalid >= 10, "{}: {valid} {invalid}", group.id);
        }
    }
}

#[test]
fn the_same_schema_has_the_same_instances() {
    let schema = r#"{"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}"#;
    assert_eq!(filled(schema, 1), filled(schema, 1));
    assert_ne!(filled(schema, 1), filled(schema, 2));
}

#[test]
fn a_schema_that_goes_round_ends() {
    let schema = r##"{"$defs": {"a": {"$ref": "#/$defs/a"}, "b": {"type": "object", "required": ["b"],
        "properties": {"b": {"$ref": "#/$defs/b"}}}}}"##;
    let groups = filled(schema, 0);
    assert_eq!(groups.last().map(|group| count(&group.cases, true)), Some(0));
}
