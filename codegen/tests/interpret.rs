//! Schemas interpreted at run time are as strict as they say: every group of `xtask/conformance`, whose instances somebody
//! labelled.

#[path = "findings/_harness.rs"]
mod harness;

use framelock_codegen::Config;
use framelock_codegen::interpret::Contract;
use framelock_codegen::model::Side;
use framelock_codegen::support::{Code, Decode, Json, JsonObject, Outcome, Parser};
use harness::Folder;
use std::fs;
use std::path::Path;

/// The manifest of a schema that is nobody's protocol.
const MANIFEST: &str = r##"
[tool]
version = "0.1.0"
[roots]
either = "#"
[rust]
package = "group"
version = "0.0.0"
[schema]
root = "schema.json"
profile = "any"
"##;

/// The items of an array, as they are written.
fn items(text: &str) -> Vec<Json<'_>> {
    Vec::decode(&mut Parser::new(text)).unwrap()
}

fn member(object: &str, name: &str) -> String {
    JsonObject::parse(object).unwrap().get(name).unwrap().text().to_owned()
}

/// Every verdict on the instances of a group that is not what its label says.
fn wrong(group: &str) -> Vec<String> {
    let folder = Folder::empty();
    folder.put("framelock.toml", MANIFEST).put("schema.json", member(group, "schema"));
    let name = member(group, "description");
    let contract = match Config::new(folder.path()).contract() {
        Ok(contract) => contract,
        Err(report) => return vec![format!("{name}: {report}")],
    };
    let (_, _, channel) = contract.roots().next().unwrap();
    let judged = |test: &Json<'_>| {
        let (data, valid) = (member(test.text(), "data"), member(test.text(), "valid") == "true");
        let outcome = channel.parse(&data);
        let canonical = matches!(outcome, Outcome::Canonical(_));
        (canonical != valid).then(|| format!("{name}: {data} is {valid}, but {outcome:?}"))
    };
    items(&member(group, "tests")).iter().filter_map(judged).collect()
}

#[test]
fn every_labelled_instance_is_judged_as_its_label_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/conformance");
    let mut files = vec![folder.join("traps.json")];
    files.extend(fs::read_dir(folder.join("dialects")).unwrap().map(|entry| entry.unwrap().path()));
    let (mut groups, mut found) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for group in items(&text) {
            found.extend(wrong(group.text()));
            groups += 1;
        }
    }
    println!("{groups} groups");
    assert!(groups > 500, "{groups}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The least protocol, with a member of the envelope that has one possible value.
fn with_constant() -> Folder {
    let folder = Folder::valid();
    fs::remove_dir_all(folder.path().join("legacy")).unwrap();
    let at = r#""at": { "description""#;
    folder.replace(
        "envelope.schema.json",
        at,
        &format!(r#""v": {{ "description": "It is 1.", "const": "1" }}, {at}"#),
    );
    folder.replace("envelope.schema.json", r#""data", "at"]"#, r#""data", "at", "v"]"#);
    folder.replace("note.schema.json", r#""at": 1 }]"#, r#""at": 1, "v": "1" }]"#);
    folder
}

#[test]
fn a_constant_of_the_envelope_has_to_come() {
    let folder = with_constant();
    let contract = Config::new(folder.path()).contract().unwrap_or_else(|report| panic!("{report}"));
    let frames = contract.frames(Side::Server).unwrap();
    let code = |text| match frames.parse(text) {
        Outcome::Invalid(error) => Some((error.code(), error.pointer().to_owned())),
        _ => None,
    };
    assert_eq!(code(r#"{"type":"note","data":{"kind":"x"},"at":1,"v":"1"}"#), None);
    let wrong = code(r#"{"type":"note","data":{"kind":"x"},"at":1,"v":"2"}"#);
    assert_eq!(wrong, Some((Code::Const, "/v".to_owned())));
    let missing = code(r#"{"type":"note","data":{"kind":"x"},"at":1}"#);
    assert_eq!(missing, Some((Code::MissingProperty, String::new())));
    // Generated code asks for it as well.
    let generation = folder.generate().unwrap_or_else(|report| panic!("{report}"));
    let asks =
        |output: &&framelock_codegen::output::Output| output.text.contains(r#"object.missing(&["v"])"#);
    let asking: Vec<&str> = generation.outputs.iter().filter(asks).map(|output| &*output.path).collect();
    assert_eq!(asking, ["rust/src/from_server/consumer.rs"]);
}

#[test]
fn what_cannot_be_read_is_a_report() {
    let folder = Folder::valid();
    folder.replace("note.schema.json", "\"required\"", "\"requried\"");
    let report = Config::new(folder.path()).contract().map(|_: Contract| ()).unwrap_err();
    assert!(report.to_string().contains("unknown-keyword"), "{report}");
}
