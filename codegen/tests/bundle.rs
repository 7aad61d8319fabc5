//! The bundled schema: each rendering is one file that a validator takes as it comes, and all judge frames as the
//! schema folder does.

#[path = "findings/_harness.rs"]
mod harness;

use framelock_codegen::Generation;
use harness::{Folder, netra};
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The address of the schema folder.
const BASE: &str = "https://framelock.test/";

const EDITIONS: [(&str, &str); 3] = [
    ("schema/netra.schema.json", "$defs"),
    ("schema/netra.annotated.schema.json", "$defs"),
    ("schema/netra.draft-07.schema.json", "definitions"),
];

const SIDES: [(&str, &str); 2] = [("server", "ServerFrame"), ("client", "ClientFrame")];

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// All files below a folder whose names end so.
fn list(folder: &Path, suffix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in ["", "both", "client", "server", "types", "legacy"] {
        for entry in fs::read_dir(folder.join(part)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(suffix) {
                found.push(format!("{part}/{name}").trim_start_matches('/').to_owned());
            }
        }
    }
    found.sort();
    found
}

fn output(generation: &Generation, path: &str) -> Value {
    let output = generation.outputs.iter().find(|output| output.path == path).unwrap();
    serde_json::from_str(&output.text).unwrap()
}

/// The judges of one side's frames: the schema folder, then each rendering.
struct Judges {
    judges: Vec<(&'static str, Validator)>,
}

impl Judges {
    fn new(generation: &Generation, frame: &str) -> Self {
        let mut registry = Registry::new();
        for path in list(&netra(), ".schema.json") {
            let value = read(&netra().join(&path));
            registry = registry.add(format!("{BASE}{path}"), value).unwrap();
        }
        let registry = registry.prepare().unwrap();
        let root = json!({ "$ref": format!("{BASE}protocol.schema.json#/$defs/{frame}") });
        let options = || jsonschema::options().offline();
        let mut judges = vec![("the folder", options().with_registry(&registry).build(&root).unwrap())];
        for (path, container) in EDITIONS {
            let mut bundle = output(generation, path);
            let members = bundle.as_object_mut().unwrap();
            // The same document, with one side's frames at the top instead of both.
            members.insert("anyOf".to_owned(), json!([{ "$ref": format!("#/{container}/{frame}") }]));
            judges.push((path, options().build(&bundle).unwrap()));
        }
        Self { judges }
    }

    /// What all of them say of a frame.
    fn accept(&self, frame: &Value) -> bool {
        let verdicts: Vec<bool> = self.judges.iter().map(|(_, judge)| judge.is_valid(frame)).collect();
        let names: Vec<_> = self.judges.iter().map(|(name, _)| *name).zip(&verdicts).collect();
        assert!(verdicts.iter().all(|verdict| *verdict == verdicts[0]), "{frame}\n{names:?}");
        verdicts[0]
    }
}

fn generation() -> Generation {
    Folder::copy_of(&netra()).generate().unwrap()
}

/// Every example of a whole frame, by the side that sends it.
fn examples(generation: &Generation, frame: &str) -> Vec<Value> {
    let bundle = output(generation, EDITIONS[1].0);
    let members = bundle["$defs"][frame]["oneOf"].as_array().unwrap();
    let message = |member: &Value| {
        let name = member["$ref"].as_str().unwrap().trim_start_matches("#/$defs/");
        bundle["$defs"][name]["examples"].as_array().unwrap().clone()
    };
    members.iter().flat_map(message).collect()
}

#[test]
fn every_sample_is_judged_as_by_the_folder() {
    let generation = generation();
    let (mut accepted, mut refused, mut legacy) = (0, 0, 0);
    for (side, frame) in SIDES {
        let judges = Judges::new(&generation, frame);
        for example in examples(&generation, frame) {
            assert!(judges.accept(&example), "{example}");
            accepted += 1;
        }
        for path in list(&netra(), ".invalid.json") {
            let folder = path.split('/').next().unwrap();
            for sample in read(&netra().join(&path)).as_array().unwrap() {
                let sender = sample["sender"].as_str().unwrap_or(folder);
                let Some(invalid) = sample.get("frame").filter(|_| sender == side || sender == "both") else {
                    continue;
                };
                assert!(!judges.accept(invalid), "{path}: {invalid}");
                refused += 1;
            }
        }
        for path in list(&netra(), ".json").iter().filter(|path| path.starts_with("legacy/")) {
            let form = read(&netra().join(path));
            for sample in form["samples"].as_array().into_iter().flatten() {
                let sender = sample["sender"].as_str().or(form["sender"].as_str()).unwrap();
                if sender == side {
                    assert!(judges.accept(&sample["canonical"]), "{path}: {}", sample["canonical"]);
                    assert!(!judges.accept(&sample["frame"]), "{path}: {}", sample["frame"]);
                    legacy += 1;
                }
            }
        }
    }
    println!("{accepted} accepted, {refused} refused, {legacy} legacy");
    assert!(accepted > 300 && refused > 500 && legacy > 80, "{accepted}, {refused}, {legacy}");
}

#[test]
fn what_differs_in_one_place_is_judged_as_by_the_folder() {
    let generation = generation();
    let (mut accepted, mut refused) = (0, 0);
    for (_, frame) in SIDES {
        let judges = Judges::new(&generation, frame);
        for example in examples(&generation, frame) {
            for changed in changes(&example) {
                *(if judges.accept(&changed) { &mut accepted } else { &mut refused }) += 1;
            }
        }
    }
    println!("{accepted} accepted, {refused} refused");
    assert!(accepted > 4_000 && refused > 10_000, "{accepted}, {refused}");
}

/// The frame with each of its values replaced by others or left out.
fn changes(frame: &Value) -> Vec<Value> {
    let others = || {
        [
            json!(null),
            json!(true),
            json!(0),
            json!(-1.5),
            json!(1e15),
            json!(""),
            json!("x"),
            json!([]),
            json!({}),
        ]
    };
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(pointer) = open.pop() {
        let inner: Vec<String> = match frame.pointer(&pointer).unwrap() {
            Value::Object(members) => members.keys().cloned().collect(),
            Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        };
        for name in inner {
            let place = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
            for other in others() {
                let mut changed = frame.clone();
                *changed.pointer_mut(&place).unwrap() = other;
                found.push(changed);
            }
            let mut shorter = frame.clone();
            if let Some(members) = shorter.pointer_mut(&pointer).and_then(Value::as_object_mut) {
                members.remove(&name);
                found.push(shorter);
            }
            open.push(place);
        }
    }
    found
}

#[test]
fn the_document_as_a_whole_accepts_frames_of_either_side() {
    let generation = generation();
    for (path, _) in EDITIONS {
        let judge = jsonschema::options().offline().build(&output(&generation, path)).unwrap();
        for (_, frame) in SIDES {
            assert!(examples(&generation, frame).iter().all(|example| judge.is_valid(example)), "{path}");
        }
        assert!(!judge.is_valid(&json!({ "type": "ping" })), "{path}");
    }
}

/// The keywords of every schema in a schema, and where its references lead.
fn keywords(schema: &Value, found: &mut BTreeSet<String>, references: &mut BTreeSet<String>) {
    let Some(members) = schema.as_object() else { return };
    for (name, value) in members {
        found.insert(name.clone());
        match (name.as_str(), value) {
            ("$ref", Value::String(text)) => drop(references.insert(text.clone())),
            ("properties" | "$defs" | "definitions", Value::Object(schemas)) => {
                schemas.values().for_each(|schema| keywords(schema, found, references));
            }
            ("anyOf" | "oneOf" | "allOf", Value::Array(schemas)) => {
                for schema in schemas {
                    keywords(schema, found, references);
                }
            }
            ("items" | "additionalProperties", schema) => keywords(schema, found, references),
            _ => {}
        }
    }
}

#[test]
fn the_plain_renderings_say_what_constrains_and_no_more() {
    let generation = generation();
    for (index, (path, container)) in EDITIONS.into_iter().enumerate() {
        let bundle = output(&generation, path);
        let (mut found, mut references) = (BTreeSet::new(), BTreeSet::new());
        keywords(&bundle, &mut found, &mut references);
        let says = |name: &str| found.contains(name);
        assert!(!says("$comment"), "{path}");
        assert_eq!(
            bundle[container]["ServerAck"].get("title").is_some(),
            index == 1,
            "{path}: a name is enough"
        );
        assert_eq!(
            says("format") && says("examples") && says("x-unit") && says("x-protocol"),
            index == 1,
            "{path}"
        );
        let extensions = found.iter().any(|name| name.starts_with("x-"));
        assert_eq!(says("format") || says("examples") || extensions, index == 1, "{path}");
        let defined = bundle[container].as_object().unwrap().keys();
        let defined: BTreeSet<_> = defined.map(|name| format!("#/{container}/{name}")).collect();
        let definition = |reference: &String| reference.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        let used: BTreeSet<_> = references.iter().map(definition).collect();
        assert!(used == defined, "{path}: what is referred to is there, and nothing else");
        let leads = |reference: &&String| bundle.pointer(reference.trim_start_matches('#')).is_some();
        assert_eq!(references.iter().find(|reference| !leads(reference)), None, "{path}");
    }
}

#[test]
fn nothing_stands_beside_a_reference_in_draft_07() {
    fn check(value: &Value) {
        if let Some(members) =
            value.as_object().filter(|members| members.get("$ref").is_some_and(Value::is_string))
        {
            assert_eq!(members.len(), 1, "{value}");
        }
        match value {
            Value::Object(members) => members.values().for_each(check),
            Value::Array(items) => items.iter().for_each(check),
            _ => {}
        }
    }
    check(&output(&generation(), EDITIONS[2].0));
}

const BUNDLE: &str = "\n[bundle]\nbase = \"https://framelock.test/schema/\"\n";

/// The least protocol with a bundle.
fn small() -> Folder {
    let folder = Folder::valid();
    let manifest = folder.text("framelock.toml") + BUNDLE;
    folder.put("framelock.toml", manifest);
    folder
}

#[test]
fn there_is_no_bundle_unless_it_is_asked_for() {
    let paths = |folder: Folder| -> Vec<String> {
        let generation = folder.generate().unwrap();
        let outputs = generation.outputs.into_iter().filter(|output| output.emitter == "bundle");
        outputs.map(|output| output.path).collect()
    };
    assert!(paths(Folder::valid()).is_empty());
    let names = ["tiny.annotated.schema.json", "tiny.draft-07.schema.json", "tiny.schema.json"];
    assert_eq!(paths(small()), names.map(|name| format!("schema/{name}")));
}

#[test]
fn references_and_texts_of_any_kind_come_through() {
    let folder = small();
    let text = r#""text": { "description": "The question.", "type": "string" }"#;
    // A reference into a definition, a name that pointers escape, text that hides, and a number that doubles round.
    let hostile = r##""text": { "description": "a\u202eb \" \\ \u0000", "$ref": "#/$defs/a~1b%20~0c" },
        "again": { "description": "The same.", "$ref": "#/$defs/Ask/properties/text" },
        "many": { "description": "Many.", "type": "integer", "minimum": 0, "maximum": 9007199254740993, "x-unit": "count" }"##;
    folder.replace("ask.schema.json", text, hostile);
    let definition = r#""$defs": { "a/b ~c": { "description": "Text.", "type": "string", "minLength": 2 },"#;
    folder.replace("ask.schema.json", "\"$defs\": {", definition);
    let generation = folder.generate().unwrap();
    for path in ["schema/tiny.schema.json", "schema/tiny.draft-07.schema.json"] {
        let output = generation.outputs.iter().find(|output| output.path == path).unwrap();
        assert!(output.text.contains("9007199254740993"));
        assert!(output.text.contains(r#""a\u202eb \" \\ \u0000""#), "{}", output.text);
        let judge =
            jsonschema::options().offline().build(&serde_json::from_str(&output.text).unwrap()).unwrap();
        assert!(judge.is_valid(&json!({ "type": "ask", "text": "ab", "again": "cd" })));
        assert!(!judge.is_valid(&json!({ "type": "ask", "text": "ab", "again": "c" })));
        assert!(!judge.is_valid(&json!({ "type": "ask", "text": "a", "again": "cd" })));
    }
}
