//! Pairs of our own: what each keyword means, alone and with others, in both directions.

use super::{assert_witness, verdict, verdict_with};
use framelock_codegen::compat::{Options, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Pair {
    what: String,
    #[serde(default = "current")]
    draft: String,
    old: Value,
    new: Value,
    /// Whether everything that `old` accepts is accepted by `new`, and the other way round.
    is_included: [bool; 2],
}

fn current() -> String {
    "2020-12".to_owned()
}

#[test]
fn each_pair_is_decided_as_its_label_says() {
    let pairs: Vec<Pair> = serde_json::from_str(include_str!("pairs.json")).unwrap();
    for Pair { what, draft, old, new, is_included } in &pairs {
        for ((old, new), expected) in [(old, new), (new, old)].into_iter().zip(is_included) {
            match verdict(old, new, draft) {
                Verdict::Proved => assert!(expected, "{what}: {old} is not included in {new}"),
                Verdict::Refuted { witness } => {
                    assert_witness(old, new, draft, &witness);
                    assert!(!expected, "{what}: {old} is included in {new}");
                }
                Verdict::Unknown { reason } => panic!("{what}: {old} and {new}: {reason}"),
            }
        }
    }
}

#[test]
fn formats_say_something_only_where_they_are_asserted() {
    let (any, date) = (json!({ "type": "string" }), json!({ "type": "string", "format": "date" }));
    assert_eq!(verdict(&any, &date, "2020-12"), Verdict::Proved);
    let options = Options { assert_formats: true, ..Options::default() };
    assert_eq!(verdict_with(&date, &any, "2020-12", &options), Verdict::Proved);
    assert_eq!(verdict_with(&date, &date, "2020-12", &options), Verdict::Proved);
    assert!(verdict_with(&any, &date, "2020-12", &options).witness().is_some());
    // Nothing is known of the strings in a format but by trying them.
    let short = json!({ "type": "string", "format": "date", "maxLength": 10 });
    assert_eq!(verdict_with(&date, &short, "2020-12", &options).name(), "unknown");
}

#[test]
fn what_has_no_meaning_is_not_decided() {
    let around = json!({ "$defs": { "a": { "anyOf": [{ "$ref": "#/$defs/a" }, { "type": "string" }] } },
        "properties": { "x": { "$ref": "#/$defs/a" } } });
    let nowhere = json!({ "$ref": "#/$defs/none" });
    let elsewhere = json!({ "$ref": "https://example.com/schema.json" });
    let file = json!({ "$ref": "Cargo.toml" });
    let wrong = json!({ "type": "text" });
    let pattern = json!({ "pattern": "(" });
    for schema in [around, nowhere, elsewhere, file, wrong, pattern] {
        let verdict = verdict(&schema, &json!({ "type": "string" }), "2020-12");
        assert_eq!(verdict.name(), "unknown", "{schema}");
    }
}
