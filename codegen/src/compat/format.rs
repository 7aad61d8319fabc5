//! Formats, where they are asserted: no language is known of them, only whether a string is in one.

use jsonschema::Validator;
use serde_json::json;
use std::cell::RefCell;
use std::collections::HashMap;

/// Strings of the formats that are in use.
const SAMPLES: &[&str] = &[
    "a",
    "2026-11-23T10:00:00Z",
    "2026-11-23",
    "10:00:00Z",
    "P1D",
    "a@example.com",
    "example.com",
    "127.0.0.1",
    "::1",
    "https://example.com/a?b=c#d",
    "/a",
    "https://example.com/{a}",
    "/a/0",
    "0/a",
    "(a)[b",
    "123e4567-e89b-12d3-a456-426614174000",
];

thread_local! {
    static VALIDATORS: RefCell<HashMap<String, Option<Validator>>> = RefCell::default();
}

/// Whether the string is in the format. In a format that nobody knows is every string.
pub(super) fn is_in(format: &str, text: &str) -> Option<bool> {
    let compile = || {
        let schema = json!({ "format": format });
        jsonschema::options().should_validate_formats(true).build(&schema).ok()
    };
    VALIDATORS.with_borrow_mut(|validators| {
        let validator = validators.entry(format.to_owned()).or_insert_with(compile);
        validator.as_ref().map(|validator| validator.is_valid(&json!(text)))
    })
}

/// Strings to try where a format is asked for.
pub(super) fn samples() -> impl Iterator<Item = &'static str> {
    SAMPLES.iter().copied()
}
