//! A first manifest: what is found in schemas of all kinds, and what is left to the user.
//!
//! `UPDATE_EXPECT=1 cargo test --test init` writes `init/chat.toml` anew, and fails so that nobody forgets to read the
//! difference.

#[path = "findings/_harness.rs"]
mod harness;

use framelock_codegen::diagnostic::Report;
use framelock_codegen::init::{Proposal, Request, propose};
use framelock_codegen::model::Side;
use framelock_codegen::schema::dialect::Dialect;
use harness::Folder;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn try_propose(folder: &Folder, root: &str) -> Result<Proposal, Report> {
    propose(&Request { folder: folder.path(), root: root.to_owned(), package: None })
}

fn proposed(folder: &Folder, root: &str) -> Proposal {
    try_propose(folder, root).unwrap_or_else(|report| panic!("{report}"))
}

/// The proposal for one file; the generator must take it as it is.
fn of(schema: &Value) -> Proposal {
    let folder = Folder::empty();
    folder.put("the-thing.json", schema.to_string());
    let proposal = proposed(&folder, "the-thing.json");
    folder.put("framelock.toml", &proposal.manifest);
    if let Err(report) = folder.generate() {
        panic!("{report}\n{}", proposal.manifest);
    }
    proposal
}

fn references(proposal: &Proposal, side: Side) -> Vec<&str> {
    let roots = proposal.roots.iter().filter(|root| root.side == side);
    roots.map(|root| root.candidate.reference.as_str()).collect()
}

fn tagged(tag: &str, value: &str) -> Value {
    json!({ "type": "object", "properties": { tag: { "const": value } }, "required": [tag] })
}

#[test]
fn the_manifest_says_all_that_was_found_and_asked() {
    let folder = Folder::empty();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/init");
    folder.put("chat.json", fs::read(path.join("chat.json")).unwrap());
    folder.put(
        "time.json",
        r#"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "number" }"#,
    );
    let proposal = proposed(&folder, "chat.json");
    let expected = fs::read_to_string(path.join("chat.toml")).unwrap_or_default();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path.join("chat.toml"), &proposal.manifest).unwrap();
    }
    assert_eq!(expected, proposal.manifest);
    assert_eq!((proposal.dialect, proposal.declared), (Dialect::Draft202012, false));
    assert_eq!(proposal.definitions, 4);
    assert_eq!(proposal.run_time, [("dependentRequired", 1)]);
    // The manifest is whole but for the document that is not at hand.
    folder.put("framelock.toml", &proposal.manifest);
    let report = folder.generate().unwrap_err().to_string();
    assert!(report.contains("error[remote-reference]") && report.lines().count() == 1, "{report}");
    folder.replace("framelock.toml", "# \"https://elsewhere.example", "\"https://elsewhere.example");
    folder.put("said.json", r#"{ "$defs": { "Said": { "type": "string" } } }"#);
    folder.generate().unwrap();
}

#[test]
fn a_schema_that_says_who_is_who_needs_no_guess() {
    let proposal = of(&json!({ "$schema": Dialect::Draft7.uri(), "definitions": {
        "ClientFrame": { "oneOf": [tagged("t", "a"), tagged("t", "b")] },
        "ServerEvent": tagged("t", "a"),
        "ClientConfig": { "type": "object" },
        "Any": { "anyOf": [{ "$ref": "#/definitions/ServerEvent" }, { "type": "object", "required": ["x"] }] }
    }}));
    assert!(proposal.declared && proposal.dialect == Dialect::Draft7);
    assert_eq!(references(&proposal, Side::Client), ["#/definitions/ClientFrame"]);
    assert_eq!(proposal.roots[0].candidate.what, "a union of 2, told apart by `t`");
    // What something refers to is no root, whatever it is called.
    assert_eq!(references(&proposal, Side::Either), ["#/definitions/Any"]);
    assert_eq!(proposal.unused.len(), 1, "{:?}", proposal.unused);
    assert!(proposal.questions.iter().any(|question| question.text.contains("#/definitions/Any")));
}

#[test]
fn kinds_of_messages_tell_where_a_property_tells_them_apart() {
    let message = |name: &str| (name.to_owned(), tagged("event", name));
    let definitions: Value =
        ["GoRequest", "StopRequest", "WentEvent", "StoppedEvent"].map(message).into_iter().collect();
    let proposal = of(&json!({ "$schema": Dialect::Draft7.uri(), "definitions": definitions }));
    assert_eq!(references(&proposal, Side::Client), ["#/definitions/GoRequest", "#/definitions/StopRequest"]);
    assert_eq!(
        references(&proposal, Side::Server),
        ["#/definitions/WentEvent", "#/definitions/StoppedEvent"]
    );
    assert_eq!(proposal.unions[0], (Side::Server, "a union of 2, told apart by `event`".to_owned()));

    let plain = |name: &str| {
        (name.to_owned(), json!({ "type": "object", "properties": { "n": { "type": "string" } } }))
    };
    let definitions: Value =
        ["GoRequest", "StopRequest", "GoResponse", "StopResponse"].map(plain).into_iter().collect();
    let proposal = of(&json!({ "$schema": Dialect::Draft7.uri(), "definitions": definitions }));
    assert_eq!(
        references(&proposal, Side::Either),
        ["*"],
        "a guess must not make a union that is worse than none"
    );
}

#[test]
fn what_says_nothing_is_asked_about() {
    let draft = Dialect::Draft202012.uri();
    let proposal =
        of(&json!({ "$schema": draft, "type": "object", "properties": { "a": { "type": "integer" } } }));
    assert_eq!(references(&proposal, Side::Either), ["#"]);
    assert_eq!((proposal.big_integers, proposal.package.as_str()), (1, "the-thing"));
    let proposal = of(&json!({ "$schema": draft, "$defs": {
        "A": { "$ref": "#/$defs/B" }, "B": { "items": { "$ref": "#/$defs/A" } }, "a b\n\"c\"": { "type": "string" } }}));
    assert_eq!(references(&proposal, Side::Either), ["*"]);
    let alternatives: Vec<_> = proposal.unused.iter().map(|one| one.reference.as_str()).collect();
    assert_eq!(alternatives, ["#/$defs/A", "#/$defs/a%20b%0A%22c%22"], "a circle counts once");
    of(&json!({ "$schema": draft }));
}

#[test]
fn names_that_contradict_each_other_decide_nothing() {
    let proposal = of(&json!({ "$schema": Dialect::Draft202012.uri(),
        "anyOf": [{ "$ref": "#/$defs/AgentRequest", "title": "ClientRequest" }, { "$ref": "#/$defs/ClientRequest" }],
        "$defs": { "AgentRequest": tagged("t", "a"), "ClientRequest": tagged("t", "b") } }));
    assert_eq!(references(&proposal, Side::Either), ["#/$defs/AgentRequest"]);
    assert_eq!(references(&proposal, Side::Client), ["#/$defs/ClientRequest"]);
}

#[test]
fn a_dialect_that_is_not_said_is_guessed_by_keywords() {
    for (schema, expected) in [
        (json!({ "minimum": 1, "exclusiveMinimum": true }), Dialect::Draft4),
        (json!({ "definitions": { "A": true } }), Dialect::Draft7),
        (json!({ "items": [true] }), Dialect::Draft7),
        (json!({ "items": [true], "unevaluatedItems": false }), Dialect::Draft201909),
        (json!({ "$recursiveRef": "#" }), Dialect::Draft201909),
        (json!({ "prefixItems": [true], "definitions": {} }), Dialect::Draft202012),
        (
            json!({ "properties": { "definitions": { "type": "string" }, "id": { "type": "string" } } }),
            Dialect::Draft202012,
        ),
    ] {
        let proposal = of(&schema);
        assert_eq!((proposal.dialect, proposal.declared), (expected, false), "{schema}");
        assert!(proposal.manifest.contains(&format!("\ndialect = \"{}\"\n", expected.name())));
    }
}

#[test]
fn documents_that_are_not_at_hand_are_listed() {
    let folder = Folder::empty();
    for (dialect, reference) in [
        (Dialect::Draft202012, "https://x.example/a.json#/properties/a~1b/allOf/1/x"),
        (Dialect::Draft202012, "https://x.example/a.json#anchor"),
        (Dialect::Draft7, "https://x.example/a.json#anchor"),
        (Dialect::Draft4, "https://x.example/a.json#/definitions/A"),
    ] {
        folder.put("a-thing.json", json!({ "$schema": dialect.uri(), "$ref": reference }).to_string());
        let proposal = proposed(&folder, "a-thing.json");
        let listed: Vec<_> =
            proposal.elsewhere.iter().map(|one| (one.uri.as_str(), one.references)).collect();
        assert_eq!(listed, [("https://x.example/a.json", 1)], "{reference}");
        assert!(proposal.manifest.contains("\n# \"https://x.example/a.json\" = \"a.json\"\n"));
    }
}

#[test]
fn mistakes_are_found_where_they_are() {
    let folder = Folder::empty();
    for (text, code) in [
        ("{", "invalid-json"),
        (r#"{ "$schema": "https://example.com/mine" }"#, "unsupported-dialect"),
        (r#"{ "type": "strnig" }"#, "invalid-keyword"),
        (r##"{ "$ref": "#/$defs/None" }"##, "dangling-reference"),
        (r#"{ "$ref": "none.json" }"#, "unreadable-file"),
        (r#"{ "$ref": "../none.json" }"#, "outside-root"),
    ] {
        folder.put("bad.json", text);
        let report = try_propose(&folder, "bad.json").unwrap_err().to_string();
        assert!(report.contains(&format!("error[{code}]")) && report.contains("bad.json:1:"), "{report}");
        assert_eq!(report.lines().count(), 1, "{report}");
    }
    let report = try_propose(&folder, "none.json").unwrap_err().to_string();
    assert!(report.contains("none.json:1:1: error[unreadable-file]"), "{report}");
}
