//! Adapters between two versions of a protocol: what notes declare, what is wrong with it, and what becomes of frames.

#[path = "findings/_harness.rs"]
mod harness;

#[path = "adapters/frames.rs"]
mod frames;
#[path = "adapters/notes.rs"]
mod notes;

use framelock_codegen::Generation;
use framelock_codegen::evolution::{Settings, Version, compare};
use framelock_codegen::output::{TOOL, sha256};
use framelock_codegen::release::{Record, Release};
use harness::Folder;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A version of the protocol of these tests: the payloads of what the server sends, and the frames of the client.
fn folder(version: &str, server: &Value, client: &Value) -> Folder {
    let folder = Folder::valid();
    folder.replace("framelock.toml", "\n[rust]", "\n[bundle]\nbase = \"https://tiny.invalid/\"\n\n[rust]");
    let mut root: Value = serde_json::from_str(&folder.text("protocol.schema.json")).unwrap();
    root["x-protocol"]["version"] = json!(version);
    let (mut from_server, mut from_client) = (vec![json!({ "$ref": "note.schema.json" })], Vec::new());
    for (name, definitions) in server.as_object().unwrap() {
        let file = format!("{name}.schema.json");
        let mut definitions = definitions.clone();
        let examples = definitions.as_object_mut().unwrap().remove("examples").unwrap_or_else(|| json!([]));
        let schema = json!({
            "$schema": DIALECT,
            "description": "A message.",
            "$ref": "envelope.schema.json#/$defs/Envelope",
            "properties": { "type": { "const": name }, "data": { "$ref": format!("#/$defs/{}", upper(name)) } },
            "examples": examples,
            "$defs": definitions,
        });
        folder.put(&file, schema.to_string());
        from_server.push(json!({ "$ref": file }));
    }
    for (name, schema) in client.as_object().unwrap() {
        let file = format!("{name}.schema.json");
        let schema = json!({ "$schema": DIALECT, "$defs": { upper(name): schema } });
        folder.put(&file, schema.to_string());
        from_client.push(json!({ "$ref": format!("{file}#/$defs/{}", upper(name)) }));
    }
    root["$defs"]["ServerFrame"]["oneOf"] = json!(from_server);
    root["$defs"]["ClientFrame"]["oneOf"] = json!(from_client);
    folder.put("protocol.schema.json", root.to_string());
    folder
}

fn upper(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

fn text() -> Value {
    json!({ "description": "A text.", "type": "string" })
}

fn object(properties: &Value, required: &[&str]) -> Value {
    json!({ "description": "An object.", "type": "object", "properties": properties, "required": required })
}

fn of(definition: &str) -> Value {
    json!({ "description": "A part.", "$ref": format!("#/$defs/{definition}") })
}

fn mode(values: &[&str]) -> Value {
    json!({ "description": "How it is done.", "enum": values })
}

fn count() -> Value {
    json!({ "description": "A count.", "type": "integer", "minimum": 0, "maximum": 9, "x-unit": "count" })
}

/// 1.0.0.
fn old() -> Folder {
    let report = object(
        &json!({
            "title": text(), "info": of("Info"), "mode": of("Mode"), "secret": text(), "price": of("Price"),
            "steps": { "description": "All steps.", "type": "array", "items": { "$ref": "#/$defs/Step" } },
        }),
        &["title", "mode", "steps", "price"],
    );
    let server = json!({
        "report": {
            "Report": report, "Info": object(&json!({ "author": text() }), &[]), "Mode": mode(&["fast", "slow"]),
            "Step": object(&json!({ "label": text(), "hint": text() }), &["label"]), "Price": count(),
            "examples": [{ "type": "report", "at": 1, "data": {
                "title": "T", "info": { "author": "A" }, "mode": "fast", "secret": "S", "price": 2,
                "steps": [{ "label": "L", "hint": "H" }],
            } }],
        },
        "gone": { "Gone": object(&json!({ "why": text() }), &["why"]) },
        "was": { "Was": object(&json!({ "why": text() }), &["why"]) },
    });
    let client = json!({
        "ask": object(&json!({ "type": { "const": "ask" }, "text": text() }), &["type", "text"]),
        "beg": object(&json!({ "type": { "const": "beg" }, "text": text() }), &["type", "text"]),
    });
    folder("1.0.0", &server, &client)
}

/// 2.0.0, in which much is otherwise; no notes say so.
fn next() -> Folder {
    let mut report = object(
        &json!({
            "headline": text(), "author": text(), "mode": of("Mode"), "secret": false, "stars": of("Stars"),
            "steps": { "description": "All steps.", "type": "array", "items": { "$ref": "#/$defs/Step" } },
        }),
        &["headline", "mode", "steps", "stars"],
    );
    report["x-refused"] = json!({ "secret": "Nobody may know it." });
    let server = json!({
        "report": {
            "Report": report, "Mode": mode(&["quick", "slow", "idle"]), "Stars": count(),
            "Step": object(&json!({ "name": text(), "hint": text() }), &["name"]),
            "examples": [{ "type": "report", "at": 1, "data": {
                "headline": "T", "author": "A", "mode": "idle", "stars": 3, "steps": [{ "name": "L" }],
            } }],
        },
        "now": { "Now": object(&json!({ "why": text() }), &["why"]) },
    });
    let ask = object(
        &json!({ "type": { "const": "ask" }, "text": text(), "lang": text() }),
        &["type", "text", "lang"],
    );
    let folder = folder("2.0.0", &server, &json!({ "ask": ask }));
    release(&old(), &folder);
    folder
}

/// Puts a release of a schema folder into another one.
fn release(old: &Folder, into: &Folder) {
    let generation = old.generate().unwrap_or_else(|report| panic!("{report}"));
    let version = Version::read_folder(&old.path()).unwrap();
    let bundle = generation.outputs.iter().find(|output| output.path.ends_with(".annotated.schema.json"));
    let bundle = &bundle.unwrap().text;
    let record = Record {
        version: version.version(),
        tool: TOOL.to_owned(),
        wire: version.protocol.digest.clone(),
        bundle: sha256(bundle.as_bytes()),
        legacy: None,
        notes: None,
        previous: None,
        roots: version.bundled_roots(),
        packages: BTreeMap::new(),
    };
    let folder = format!("releases/{}", version.version());
    into.put(&format!("{folder}/bundle.schema.json"), bundle);
    into.put(&format!("{folder}/release.toml"), toml::to_string(&record).unwrap());
}

/// What of a note says what becomes of frames, for each message of which something broke.
const ADAPTERS: [(&str, &str); 5] = [
    ("ask", r#"adapter = [{ default = "/lang", in = "new", value = '"en"' }]"#),
    ("beg", r#"adapter = [{ drop = "", from = "old", loss = "that somebody begs" }]"#),
    ("gone", r#"adapter = [{ drop = "", from = "old", loss = "that something is gone" }]"#),
    ("was", r#"adapter = [{ replace = "/type", old = '"was"', new = '"now"' }]"#),
    ("report", REPORT),
];

const REPORT: &str = r#"adapter = [
    { move = "/data/title", to = "/data/headline" },
    { move = "/data/info/author", to = "/data/author" },
    { move = "/data/steps/*/label", to = "/data/steps/*/name" },
    { replace = "/data/mode", old = '"fast"', new = '"quick"' },
    { drop = "/data/mode", from = "new", value = '"idle"', instead = '"slow"', loss = "that nothing is done" },
    { drop = "/data/secret", from = "old", loss = "the secret" },
    { default = "/data/stars", in = "new", value = "0" },
    { default = "/data/price", in = "old", value = "1" },
]"#;

/// Notes on all that broke; the first change of each message has the adapter, the others refer to it.
fn notes(folder: &Folder, adapters: &[(&str, &str)]) -> String {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut notes = String::new();
    for (message, fingerprint) in broken(folder) {
        let adapter = match first.get(&message) {
            Some(first) => format!("adapted_with = \"{first}\""),
            None => {
                adapters.iter().find(|(name, _)| *name == message).map_or("", |(_, text)| text).to_owned()
            }
        };
        let _ = write!(
            notes,
            "[breaking.{fingerprint}]\nwhat = \"{message} changed\"\nwhy = \"It had to.\"\nmigrate = \"Do.\"\n\
             sunset = \"3.0.0\"\n{adapter}\n\n"
        );
        first.entry(message).or_insert(fingerprint);
    }
    notes
}

/// The messages of which something broke, with the fingerprint of each change.
fn broken(folder: &Folder) -> Vec<(String, String)> {
    let now = Version::read_folder(&folder.path()).unwrap();
    let old = Release::read(&folder.path().join("releases/1.0.0")).unwrap().version().unwrap();
    let changes = compare(&old, &now, &Settings::default()).changes;
    let broken = changes.into_iter().filter(|change| !change.broken().is_empty());
    broken.map(|change| (change.message.unwrap_or_default(), change.fingerprint)).collect()
}

/// 2.0.0 with these adapters.
fn adapted(adapters: &[(&str, &str)]) -> (Folder, Generation) {
    let folder = next();
    folder.put("releases/next.toml", notes(&folder, adapters));
    let generation = folder.generate().unwrap_or_else(|report| panic!("{report}"));
    (folder, generation)
}
