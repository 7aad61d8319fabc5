//! Whether a schema is included in another one: pairs of ours, schemas that nobody thought of, schemas that are made to
//! be slow or to break something, and pairs that other people labelled.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "compat/hostile.rs"]
mod hostile;
#[path = "compat/labelled.rs"]
mod labelled;
#[path = "compat/pairs.rs"]
mod pairs;
#[path = "compat/random.rs"]
mod random;

use framelock_codegen::compat::{Options, Side, Verdict, dialect, included, read_text};
use jsonschema::Validator;
use serde_json::Value;

/// The verdict about two schemas.
fn verdict(old: &Value, new: &Value, draft: &str) -> Verdict {
    verdict_with(old, new, draft, &Options::default())
}

fn verdict_with(old: &Value, new: &Value, draft: &str, options: &Options) -> Verdict {
    let dialect = dialect(draft).expect("the dialect is one that is read");
    let read = |schema: &Value| read_text(&schema.to_string(), dialect);
    match (read(old), read(new)) {
        (Ok(old), Ok(new)) => included(&Side::root(&old).unwrap(), &Side::root(&new).unwrap(), options),
        (old, new) => {
            let report = [old.err(), new.err()].into_iter().flatten().next().unwrap();
            Verdict::Unknown { reason: report.findings()[0].message().to_owned() }
        }
    }
}

/// A validator of the schema itself: nothing of ours stands between it and the text.
fn validator(schema: &Value, draft: &str) -> Option<Validator> {
    use jsonschema::Draft;
    let draft = match dialect(draft)?.name() {
        "draft-04" => Draft::Draft4,
        "draft-06" => Draft::Draft6,
        "draft-07" => Draft::Draft7,
        "2019-09" => Draft::Draft201909,
        _ => Draft::Draft202012,
    };
    jsonschema::options().with_draft(draft).should_validate_formats(false).build(schema).ok()
}

/// Asserts that a witness is one.
fn assert_witness(old: &Value, new: &Value, draft: &str, witness: &Value) {
    let accepts = |schema| validator(schema, draft).expect("the schema compiles").is_valid(witness);
    assert!(accepts(old), "{witness} is no instance of {old}");
    assert!(!accepts(new), "{witness} is an instance of {new}");
}
