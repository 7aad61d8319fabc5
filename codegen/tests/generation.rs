//! What a run gives back: the same bytes for the same schema, in good order, with a digest of what it means.

#[path = "findings/_harness.rs"]
mod harness;

use framelock_codegen::output::{MANIFEST, OutputManifest, sha256};
use framelock_codegen::{Config, Generation};
use harness::{Folder, netra};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

fn texts(generation: &Generation) -> BTreeMap<&str, &str> {
    generation.outputs.iter().map(|output| (output.path.as_str(), output.text.as_str())).collect()
}

fn generated(folder: &Folder) -> Generation {
    folder.generate().unwrap_or_else(|report| panic!("{report}"))
}

fn digest(folder: &Folder) -> String {
    generated(folder).protocol.digest
}

#[test]
fn the_same_schema_gives_the_same_bytes() {
    let first = Folder::copy_of(&netra());
    let second = Folder::empty();
    // Written in another order, by another name.
    let mut files = files_of(&first);
    files.reverse();
    for path in files {
        second.put(&path, first.text(&path));
        // The record of a release stands for its other files.
        let release = path.strip_suffix("release.toml");
        for path in
            ["bundle.schema.json", "legacy.json"].map(|name| release.map(|folder| format!("{folder}{name}")))
        {
            path.iter().for_each(|path| drop(second.put(path, first.text(path))));
        }
    }
    assert_ne!(first.path(), second.path());
    assert_eq!(texts(&generated(&first)), texts(&generated(&second)));
}

/// Types are filed by the group that their file names, and import what they need of their neighbours.
#[test]
fn a_group_has_a_file_of_its_own_in_each_module() {
    let folder = Folder::valid();
    let note = folder.text("note.schema.json");
    let refers = r#""text": { "$ref": "author.schema.json#/$defs/Author", "description": "Who wrote it." }"#;
    let note = note.replace(r#""text": { "description": "What it says.", "type": "string" }"#, refers);
    let author = r#"{
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "x-group": "people",
      "$defs": { "Author": {
        "description": "A person.",
        "type": "object",
        "properties": { "name": { "description": "The name.", "type": "string" } }
      } }
    }"#;
    folder.put("author.schema.json", author);
    folder.put(
        "note.schema.json",
        note.replacen('{', r#"{ "x-group": "notes", "#, 1).replace(r#", "text": "Hello""#, ""),
    );
    let generation = generated(&folder);
    let files = texts(&generation);
    for module in ["consumer", "producer"] {
        let file = |name: &str| files[format!("rust/src/from_server/{module}/{name}.rs").as_str()];
        assert!(
            file("mod")
                .contains("pub mod notes;\npub mod people;\n\npub use notes::*;\npub use people::*;\n")
        );
        assert!(file("mod").contains("pub struct ServerFrame"));
        assert!(file("notes").contains("use super::Author;\n"), "{}", file("notes"));
        assert!(file("notes").contains("pub struct Note"));
        assert!(!file("people").contains("use super::"), "{}", file("people"));
        assert!(!files.contains_key(format!("rust/src/from_server/{module}.rs").as_str()));
        assert!(files.contains_key(format!("rust/src/from_client/{module}.rs").as_str()));
    }
    assert!(files["rust/src/from_server/samples/notes.rs"].contains("pub(super) fn note_1() -> Built"));
}

/// The process may stand anywhere and call the folder what it likes: headers and hashes do not tell.
#[test]
fn the_working_directory_makes_no_difference() {
    const CHILD: &str = "FRAMELOCK_TEST_CHILD";
    let hash = |generation: &Generation| sha256(format!("{:?}", generation.outputs).as_bytes());
    if std::env::var_os(CHILD).is_some() {
        println!("<{}>", hash(&Config::new("schema").generate().unwrap()));
        return;
    }
    let folder = Folder::copy_of(&netra());
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_working_directory_makes_no_difference", "--nocapture"])
        .current_dir(folder.outside())
        .env(CHILD, "1")
        .env("LC_ALL", "tr_TR.UTF-8")
        .output()
        .unwrap();
    let said = String::from_utf8(child.stdout).unwrap();
    assert!(said.contains(&format!("<{}>", hash(&generated(&folder)))), "{said}");
}

fn files_of(folder: &Folder) -> Vec<String> {
    let generation = generated(folder);
    record(&generation).inputs.into_keys().collect()
}

fn record(generation: &Generation) -> OutputManifest {
    serde_json::from_str(texts(generation)[MANIFEST]).unwrap()
}

#[test]
fn every_output_is_listed_with_its_owner_and_hash() {
    let generation = generated(&Folder::copy_of(&netra()));
    let mut listed = record(&generation).outputs;
    for output in generation.outputs.iter().filter(|output| output.path != MANIFEST) {
        let entry = listed.remove(&output.path).unwrap();
        assert_eq!((&*entry.emitter, entry.sha256), (output.emitter, sha256(output.text.as_bytes())));
    }
    assert!(listed.is_empty(), "listed, and not there: {listed:?}");
    assert!(generation.outputs.is_sorted_by(|a, b| a.path < b.path), "sorted by path, each path once");
}

#[test]
fn every_input_is_listed_with_its_hash() {
    let folder = Folder::copy_of(&netra());
    let inputs = record(&generated(&folder)).inputs;
    for (path, hash) in &inputs {
        assert_eq!(*hash, sha256(&fs::read(folder.path().join(path)).unwrap()), "{path}");
    }
    let expected = [
        "framelock.toml",
        "legacy/bare-event.json",
        "server/heartbeat.invalid.json",
        "types/time.schema.json",
    ];
    assert!(expected.iter().all(|path| inputs.contains_key(*path)), "{inputs:?}");
}

#[test]
fn outputs_are_plain_text_with_a_header() {
    let folder = Folder::copy_of(&netra());
    let generation = Config::new(folder.path()).command("do it again").generate().unwrap();
    // The mark of a typed Python package is an empty file (PEP 561).
    let (marks, texts): (Vec<_>, Vec<_>) =
        generation.outputs.iter().partition(|output| output.path.ends_with("/py.typed"));
    assert!(marks.iter().all(|mark| mark.text.is_empty()));
    for output in texts {
        let text = &output.text;
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{}: one final newline", output.path);
        assert!(!text.contains('\r') && !text.starts_with('\u{feff}'), "{}: LF, no mark", output.path);
        assert!(!text.contains(&*folder.path().to_string_lossy()), "{}: names a folder", output.path);
        // Those have no place for a remark, or are a schema to others; the output's manifest says who owns them.
        let unmarked = output.emitter == "bundle"
            || ["/package.json", ".map"].iter().any(|end| output.path.ends_with(end));
        if output.path != MANIFEST && !unmarked {
            assert!(text.contains("Do not edit: change the schema and run `do it again`"), "{}", output.path);
        }
        let depth = output.path.split('/').filter(|part| part.is_empty() || part.starts_with('.')).count();
        assert_eq!(depth, 0, "{}: a plain path below the output folder", output.path);
    }
}

#[test]
fn netra_takes_less_than_a_second() {
    let start = Instant::now();
    generated(&Folder::copy_of(&netra()));
    // Unoptimised code is several times slower, CI machines are busy, and the releases are compared with.
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });
    assert!(start.elapsed() < limit, "it took {:?}", start.elapsed());
}

/// A protocol with one of everything that the digest counts.
fn rich() -> Folder {
    let folder = Folder::valid();
    folder.put("ask.schema.json", RICH);
    folder
}

const RICH: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$defs": {
    "Ask": {
      "description": "A question.",
      "type": "object",
      "properties": {
        "type": { "const": "ask" },
        "text": { "description": "The question.", "$ref": "#/$defs/Words" },
        "mode": { "description": "The mode.", "$ref": "#/$defs/Mode", "x-synonyms": ["mood"] },
        "level": { "description": "The level.", "$ref": "#/$defs/Level" },
        "weight": { "description": "The weight.", "type": ["number", "null"], "maximum": 2.5 },
        "topics": { "description": "The topics.", "type": "array", "items": { "type": "string" }, "maxItems": 9 },
        "mood": false
      },
      "required": ["type", "text"]
    },
    "Words": { "description": "Words.", "type": "string", "maxLength": 80, "pattern": "^[a-z ]+$" },
    "Mode": { "description": "A mode.", "enum": ["calm", "urgent"] },
    "Level": { "description": "A level.", "type": "integer", "minimum": 0, "maximum": 7, "x-unit": "count" }
  }
}
"##;

const ASK: &str = "ask.schema.json";

#[test]
fn the_digest_ignores_what_nobody_sends() {
    let before = digest(&rich());
    let same: [(&str, &str, &str); 10] = [
        ("a description", "The question.", "What is asked."),
        ("the name of a type", "Words\"", "Phrase\""),
        ("a unit", "\"x-unit\": \"count\"", "\"x-unit\": \"ordinal\""),
        ("a title", "\"description\": \"A mode.\",", "\"description\": \"A mode.\", \"title\": \"Mode\","),
        ("a comment", "\"description\": \"A mode.\",", "\"description\": \"A mode.\", \"$comment\": \"?\","),
        ("the order of values", "\"calm\", \"urgent\"", "\"urgent\", \"calm\""),
        ("the order of required", "[\"type\", \"text\"]", "[\"text\", \"type\"]"),
        ("an example", "\"description\": \"Words.\",", "\"description\": \"Words.\", \"examples\": [\"a\"],"),
        ("a group", "\"$defs\": {", "\"x-group\": \"asking\", \"$defs\": {"),
        (
            "an annotation",
            "\"description\": \"The mode.\",",
            "\"description\": \"The mode.\", \"deprecated\": true,",
        ),
    ];
    for (what, from, to) in same {
        let folder = rich();
        folder.replace(ASK, from, to);
        assert_eq!(before, digest(&folder), "{what}");
    }
}

/// The same JSON with the members of every object and the members of every union in another order.
fn reordered(value: Value) -> Value {
    match value {
        Value::Object(members) => members.into_iter().rev().map(|(name, of)| (name, reordered(of))).collect(),
        Value::Array(items) if items.iter().all(Value::is_object) => {
            items.into_iter().rev().map(reordered).collect()
        }
        other => other,
    }
}

#[test]
fn the_digest_ignores_order_and_formatting() {
    let folder = Folder::copy_of(&netra());
    let before = digest(&folder);
    for path in ["protocol.schema.json", "types/envelope.schema.json", "server/system_message.schema.json"] {
        let value: Value = serde_json::from_str(&folder.text(path)).unwrap();
        folder.put(path, reordered(value).to_string());
    }
    assert_eq!(before, digest(&folder));
    let mut root: Value = serde_json::from_str(&folder.text("protocol.schema.json")).unwrap();
    root["$defs"]["ServerFrame"]["oneOf"]
        .as_array_mut()
        .unwrap()
        .retain(|message| message["$ref"] != "server/corpus_created.schema.json");
    folder.put("protocol.schema.json", root.to_string());
    for kind in ["schema", "invalid"] {
        fs::remove_file(folder.path().join(format!("server/corpus_created.{kind}.json"))).unwrap();
    }
    assert_ne!(before, digest(&folder), "a message is gone");
}

#[test]
fn the_digest_ignores_where_a_shape_stands() {
    let before = digest(&rich());
    let moved = rich();
    let words = r#"{ "description": "Words.", "type": "string", "maxLength": 80, "pattern": "^[a-z ]+$" }"#;
    let file = words.replacen('{', "{ \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",", 1);
    moved
        .replace(ASK, words, r#"{ "$ref": "types/words.schema.json" }"#)
        .put("types/words.schema.json", file);
    assert_eq!(before, digest(&moved), "in another file");
    let inlined = rich();
    let inline = words.replace("Words.", "The question.");
    inlined
        .replace(ASK, r##"{ "description": "The question.", "$ref": "#/$defs/Words" }"##, &inline)
        .replace(ASK, &format!("    \"Words\": {words},\n"), "");
    assert_eq!(before, digest(&inlined), "written where it is used");
}

/// An enumeration tells the one message of a side apart as well, but says less of it.
#[test]
fn a_constant_tells_messages_apart_wherever_it_stands() {
    let required = "[\"type\", \"text\", \"mode\"]";
    let (first, last) = (rich(), rich());
    first.replace(ASK, "[\"type\", \"text\"]", required);
    last.replace(ASK, "[\"type\", \"text\"]", required)
        .replace(ASK, "\"type\": { \"const\": \"ask\" },", "")
        .replace(ASK, "\"mood\": false", "\"mood\": false, \"type\": { \"const\": \"ask\" }");
    assert_eq!(digest(&first), digest(&last));
}

#[test]
fn the_digest_tells_what_changes_frames() {
    let before = digest(&rich());
    let different: [(&str, &str, &str); 14] = [
        ("a type", r#""items": { "type": "string" }"#, r#""items": { "type": "boolean" }"#),
        ("null", r#"["number", "null"]"#, r#""number""#),
        ("what is required", r#"["type", "text"]"#, r#"["type"]"#),
        ("an enum value", "\"urgent\"", "\"pressing\""),
        ("one enum value more", "\"urgent\"", "\"urgent\", \"idle\""),
        ("an integer's bound", "\"maximum\": 7", "\"maximum\": 8"),
        ("a number's bound", "2.5", "2.25"),
        ("whether a bound is excluded", "\"maximum\": 2.5", "\"exclusiveMaximum\": 2.5"),
        ("a length", "\"maxLength\": 80", "\"maxLength\": 81"),
        ("a number of items", "\"maxItems\": 9", "\"maxItems\": 8"),
        ("a pattern", "^[a-z ]+$", "^[a-z]+$"),
        ("a retired spelling", "mood\"", "modus\""),
        ("the name of a property", "\"topics\"", "\"subjects\""),
        ("a discriminator value", "\"const\": \"ask\"", "\"const\": \"query\""),
    ];
    let mut seen = vec![before];
    for (what, from, to) in different {
        let folder = rich();
        folder.replace(ASK, from, to);
        let after = digest(&folder);
        assert!(!seen.contains(&after), "{what}");
        seen.push(after);
    }
}

#[test]
fn the_digest_tells_an_open_enumeration_from_a_closed_one() {
    let folder = rich();
    folder.replace(
        ASK,
        r#""enum": ["calm", "urgent"]"#,
        r#""type": "string", "x-known-values": { "calm": "No hurry.", "urgent": "Hurry." }"#,
    );
    let open = digest(&folder);
    assert_ne!(open, digest(&rich()));
    folder.replace(ASK, "\"urgent\": \"Hurry.\"", "\"idle\": \"Nothing at all.\"");
    assert_eq!(open, digest(&folder), "known values constrain nothing");
}

#[test]
fn what_is_deprecated_is_told_by_each_language() {
    let folder = Folder::copy_of(&netra());
    let before = generated(&folder);
    let message = "server/agent_thinking.schema.json";
    let field = "\"step_number\": {";
    folder.replace(message, field, &format!("{field} \"deprecated\": true,"));
    let after = generated(&folder);
    for (path, told) in [
        ("rust/src/from_server/producer/agents.rs", "#[deprecated(note = \"do not use it in new code\")]"),
        ("rust/src/from_server/consumer/agents.rs", "#[deprecated(note = \"do not use it in new code\")]"),
        ("rust/src/lib.rs", "#![allow(deprecated)]"),
        ("typescript/cjs/schema.d.ts", "@deprecated Do not use it in new code."),
        ("python/netra_protocol/server.py", "Deprecated: do not use it in new code."),
    ] {
        assert!(texts(&after)[path].contains(told), "{path}");
        assert!(!texts(&before)[path].contains(told), "{path}");
    }
}
