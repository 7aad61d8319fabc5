//! What holds for every schema: text never becomes code, and no input makes a run panic or hang.

#[path = "findings/_harness.rs"]
mod harness;

use framelock_codegen::diagnostic::Report;
use framelock_codegen::{Config, Generation};
use harness::{Folder, fixtures, netra};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config as Runs;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// What breaks out of literals, comments and documentation of the languages that are emitted.
const PIECES: [&str; 34] = [
    "\"",
    "'",
    "\\",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{2066}",
    "\u{200d}",
    "\u{feff}",
    "*/",
    "/*",
    "//",
    "```",
    "~~~",
    "`",
    "{}",
    "{0}",
    "${x}",
    "#",
    "\"#",
    "\"###",
    "]",
    "<script>",
    "🦀",
    "e\u{301}",
    "\u{10ffff}",
    "漢",
];

/// Text made of hostile pieces and of anything else.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9_ ]{1,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// A text for each place of a schema where people write what they like.
#[derive(Debug, Clone)]
struct Texts(Vec<String>);

const PLACES: usize = 20;

impl Texts {
    /// The text of a place.
    fn of(&self, place: usize) -> &str {
        &self.0[place]
    }

    /// The text of a place where names are given; what is in front keeps them different from each other.
    fn name(&self, prefix: &str, place: usize) -> String {
        format!("{prefix}{}", self.of(place))
    }
}

/// A protocol with the texts in all places that hold text.
fn protocol(texts: &Texts) -> Folder {
    const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
    let (property, other, retired) = (texts.name("a ", 0), texts.name("b ", 1), texts.name("c ", 2));
    let (message, value, known) = (texts.name("d ", 3), texts.name("e ", 4), texts.name("f ", 5));
    let described = |text: usize, schema: Value| {
        let mut schema = schema;
        schema["description"] = json!(texts.of(text));
        schema
    };
    let ask = described(
        6,
        json!({
            "title": texts.of(7), "$comment": texts.of(8), "type": "object",
            "properties": {
                "type": { "const": message },
                &property: described(9, json!({ "type": "string", "x-unit": texts.of(10), "x-synonyms": [retired] })),
                &other: described(11, json!({ "$ref": "#/$defs/Mode" })),
                "open": described(11, json!({ "$ref": "#/$defs/Open" })),
                &retired: false
            },
            "required": ["type", property],
            "examples": [{ "type": message, &property: texts.of(12), &other: value }]
        }),
    );
    let mode =
        described(13, json!({ "enum": [value, "plain"], "x-value-descriptions": { &value: texts.of(14) } }));
    let open = described(13, json!({ "type": "string", "x-known-values": { &known: texts.of(14) } }));
    let folder = Folder::valid();
    folder.put(
        "ask.schema.json",
        json!({
            "$schema": DIALECT, "$defs": { "Ask": ask, "Mode": mode, "Open": open }
        })
        .to_string(),
    );
    let root: Value = serde_json::from_str(&folder.text("protocol.schema.json")).unwrap();
    let mut root = described(15, root);
    root["x-protocol"]["name"] = json!(texts.name("g", 16));
    folder.put("protocol.schema.json", root.to_string());
    let mut form: Value = serde_json::from_str(&folder.text("legacy/bare-note.json")).unwrap();
    form["name"] = json!(texts.of(17));
    form["summary"] = json!(texts.of(18));
    folder.put("legacy/bare-note.json", form.to_string());
    let sample = json!([{ "why": texts.of(19), "text": texts.of(18), "code": "syntax", "pointer": texts.name("/", 17) }]);
    folder.put("note.invalid.json", sample.to_string());
    folder
}

/// The skeleton of a Rust file: kinds of items, how many members each has, and of which traits. Names do not count.
fn skeleton(source: &str) -> Vec<String> {
    let file = syn::parse_file(source).unwrap();
    file.items.iter().map(shape).collect()
}

fn shape(item: &syn::Item) -> String {
    let documented = |attributes: &[syn::Attribute]| {
        attributes.iter().filter(|attribute| !attribute.path().is_ident("doc")).count()
    };
    match item {
        syn::Item::Struct(item) => format!("struct {} {}", item.fields.len(), documented(&item.attrs)),
        syn::Item::Enum(item) => format!("enum {} {}", item.variants.len(), documented(&item.attrs)),
        syn::Item::Impl(item) => {
            let name = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
            format!("impl {:?} {}", name.map(|segment| segment.ident.to_string()), item.items.len())
        }
        syn::Item::Fn(item) => format!("fn {}", documented(&item.attrs)),
        syn::Item::Macro(item) => {
            format!("macro {:?}", item.mac.path.segments.last().map(|last| &last.ident))
        }
        syn::Item::Mod(item) => format!("mod {}", item.ident),
        syn::Item::Use(_) => "use".to_owned(),
        syn::Item::Static(_) => "static".to_owned(),
        syn::Item::Const(_) => "const".to_owned(),
        _ => "other".to_owned(),
    }
}

fn skeletons(generation: &Generation) -> BTreeMap<&str, Vec<String>> {
    let sources = generation.outputs.iter().filter(|output| output.path.contains("/src/"));
    sources.map(|output| (output.path.as_str(), skeleton(&output.text))).collect()
}

/// Characters that change how source is read without being seen, or that end a line for some readers only.
fn is_hidden(character: char) -> bool {
    character.is_control() && character != '\n'
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Each finding is one printable line, and points into its file.
fn check_report(report: &Report) {
    assert!(!report.findings().is_empty());
    for finding in report.findings() {
        let line = finding.to_string();
        assert!(!line.contains(|c: char| c.is_control() || is_hidden(c)), "{line:?}");
        let bytes = fs::read(finding.path()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.split('\n').collect();
        let found = lines.get(finding.line() - 1).unwrap_or_else(|| panic!("no such line: {line}"));
        assert!(finding.column() <= found.chars().count() + 1, "no such column: {line}");
        if let Ok(document) = serde_json::from_str::<Value>(&text) {
            assert!(document.pointer(finding.pointer()).is_some(), "no such place: {line}");
        }
    }
}

/// Runs on the test's own thread, so that a panic keeps its message.
fn run(folder: &Folder) -> Result<Generation, Report> {
    let start = Instant::now();
    let result = Config::new(folder.path()).generate();
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });
    assert!(start.elapsed() < limit, "it took {:?}", start.elapsed());
    if let Err(report) = &result {
        check_report(report);
    }
    result
}

fn runs(cases: u32) -> Runs {
    // Failures are kept as tests of their own, not as seeds.
    Runs { cases, failure_persistence: None, ..Runs::default() }
}

/// Found by the property below: the reason that a library gives quotes the reference as it stands.
#[test]
fn a_control_character_in_a_root_is_shown_escaped() {
    let folder = Folder::valid();
    folder.replace("framelock.toml", "#/$defs/ServerFrame", "#\t/$defs/ServerFrame");
    assert!(run(&folder).is_err());
}

#[test]
fn benign_texts_are_accepted() {
    let benign = Texts((0..PLACES).map(|place| format!("text {place}")).collect());
    if let Err(report) = run(&protocol(&benign)) {
        panic!("{report}");
    }
}

proptest! {
    #![proptest_config(runs(96))]

    #[test]
    fn text_never_becomes_code(texts in proptest::collection::vec(hostile(), PLACES)) {
        let benign = Texts((0..PLACES).map(|place| format!("text {place}")).collect());
        let Ok(generation) = run(&protocol(&Texts(texts))) else { return Ok(()) };
        let expected = run(&protocol(&benign)).unwrap();
        prop_assert_eq!(skeletons(&generation), skeletons(&expected));
        for output in &generation.outputs {
            let hidden = output.text.lines().find(|line| line.contains(is_hidden));
            prop_assert!(hidden.is_none(), "{}: {:?}", output.path, hidden);
        }
    }

    #[test]
    fn bytes_in_place_of_a_file_never_panic(
        file in proptest::sample::select(&FILES[..]),
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..64),
            "[\\[\\]{}\",:0-9a-z\\\\ $/#.-]{0,64}".prop_map(String::into_bytes),
        ],
    ) {
        let folder = Folder::valid();
        folder.put(file, bytes);
        let _ = run(&folder);
    }

    #[test]
    fn bytes_inside_of_a_file_never_panic(
        file in proptest::sample::select(&FILES[..]),
        place in any::<Index>(),
        removed in 0..8_usize,
        bytes in proptest::collection::vec(any::<u8>(), 0..4),
    ) {
        let folder = Folder::valid();
        let mut text = folder.text(file).into_bytes();
        let start = place.index(text.len());
        let end = (start + removed).min(text.len());
        text.splice(start..end, bytes);
        folder.put(file, text);
        let _ = run(&folder);
    }
}

const FILES: [&str; 6] = [
    "framelock.toml",
    "protocol.schema.json",
    "envelope.schema.json",
    "note.schema.json",
    "ask.schema.json",
    "legacy/bare-note.json",
];

/// A change to one node of a document.
#[derive(Debug, Clone)]
enum Change {
    Delete,
    Replace(Value),
    Rename(String),
    /// Puts the node from one place of the document at another.
    Copy(Index),
}

/// Values and names that schemas are made of, right and wrong.
const VALUES: &str = r##"[null, true, false, 0, -1, 1.5, 1e300, 9007199254740993, "", "a", "object", "string", "integer",
    ["string", "null"], ["type"], ["a", "a"], [], {}, [{}], {"type": "string"}, {"type": "null"}, {"const": "a"},
    {"enum": ["a"]}, {"$ref": "#"}, {"$ref": "#/$defs"}, {"$ref": "ask.schema.json#/$defs/Ask"},
    {"$ref": "note.schema.json"}, {"$ref": "protocol.schema.json#/$defs/ServerFrame"}, {"oneOf": [true, false]},
    {"type": "array", "items": {"$ref": "#"}}, {"type": "integer", "minimum": 0, "maximum": 5}, {"pattern": "("}]"##;
const NAMES: [&str; 24] = [
    "type",
    "const",
    "enum",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "oneOf",
    "anyOf",
    "$ref",
    "$defs",
    "$schema",
    "$id",
    "allOf",
    "minLength",
    "maximum",
    "pattern",
    "format",
    "examples",
    "x-synonyms",
    "x-known-values",
    "x-protocol",
    "data",
    "",
];

fn change() -> impl Strategy<Value = Change> {
    let values: Vec<Value> = serde_json::from_str(VALUES).unwrap();
    prop_oneof![
        Just(Change::Delete),
        proptest::sample::select(values).prop_map(Change::Replace),
        proptest::sample::select(&NAMES[..]).prop_map(|name| Change::Rename(name.to_owned())),
        any::<Index>().prop_map(Change::Copy),
    ]
}

/// The pointer of every node but the root.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut child = |token: &str, value: &Value| {
        let pointer = format!("{at}/{}", token.replace('~', "~0").replace('/', "~1"));
        found.push(pointer.clone());
        pointers(value, &pointer, found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| child(name, value)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, value)| child(&index.to_string(), value));
        }
        _ => {}
    }
}

fn apply(document: &mut Value, place: Index, change: &Change) {
    let mut places = Vec::new();
    pointers(document, "", &mut places);
    let Some(pointer) = (!places.is_empty()).then(|| place.get(&places).clone()) else { return };
    match change {
        Change::Replace(value) => *document.pointer_mut(&pointer).unwrap() = value.clone(),
        Change::Copy(from) => {
            let copy = document.pointer(&places[from.index(places.len())]).unwrap().clone();
            *document.pointer_mut(&pointer).unwrap() = copy;
        }
        Change::Delete => drop(taken(document, &pointer)),
        Change::Rename(name) => {
            let (parent, _) = pointer.rsplit_once('/').unwrap();
            let value = taken(document, &pointer);
            match document.pointer_mut(parent) {
                Some(Value::Object(members)) => drop(members.insert(name.clone(), value)),
                Some(Value::Array(elements)) => elements.extend([value.clone(), value]),
                _ => {}
            }
        }
    }
}

/// Removes a node.
fn taken(document: &mut Value, pointer: &str) -> Value {
    let (parent, token) = pointer.rsplit_once('/').unwrap();
    let name = token.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => members.remove(&name).unwrap(),
        Some(Value::Array(elements)) => elements.remove(name.parse().unwrap()),
        _ => Value::Null,
    }
}

fn mutate(folder: &Folder, file: &str, changes: &[(Index, Change)]) {
    let mut document: Value = serde_json::from_str(&folder.text(file)).unwrap();
    for (place, change) in changes {
        apply(&mut document, *place, change);
    }
    folder.put(file, serde_json::to_string_pretty(&document).unwrap());
}

proptest! {
    #![proptest_config(runs(384))]

    #[test]
    fn changed_schemas_never_panic(
        file in proptest::sample::select(&FILES[1..]),
        changes in proptest::collection::vec((any::<Index>(), change()), 1..4),
    ) {
        let folder = Folder::valid();
        mutate(&folder, file, &changes);
        if let Ok(generation) = run(&folder) {
            skeletons(&generation);
        }
    }
}

proptest! {
    #![proptest_config(runs(24))]

    #[test]
    fn changes_of_netras_schema_never_panic(
        file in any::<Index>(),
        changes in proptest::collection::vec((any::<Index>(), change()), 1..4),
    ) {
        let folder = Folder::copy_of(&netra());
        let files = ["protocol.schema.json", "types/envelope.schema.json", "server/system_message.schema.json",
            "client/start_agent.schema.json", "legacy/bare-event.json", "server/heartbeat.invalid.json"];
        mutate(&folder, files[file.index(files.len())], &changes);
        if let Ok(generation) = run(&folder) {
            skeletons(&generation);
        }
    }
}

/// The fixtures of findings are used here too: what is refused alone must be refused beside another mistake.
#[test]
fn two_mistakes_are_no_worse_than_one() {
    let pairs = [
        ("duplicate-value", "invalid-example"),
        ("tool-version", "duplicate-key"),
        ("missing-type/nothing", "invalid-sample/no-why"),
    ];
    for (one, other) in pairs {
        let folder = Folder::valid();
        folder.lay_over(&fixtures().join(one));
        folder.lay_over(&fixtures().join(other));
        assert!(run(&folder).is_err(), "{one} and {other}");
    }
}
