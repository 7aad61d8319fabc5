//! The generated types lead back to the schema: what they accept, as schemars puts it together from their fields, is
//! what the schema accepts.

mod support;
#[path = "support/way_back.rs"]
mod way_back;

use framelock_codegen::model::Side;
use netra_protocol::{from_client, from_server};
use schemars::SchemaGenerator;
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;
use std::process::Command;
use support::drift::Workspace;
use support::{TestResult, repository};
use way_back::{Comparison, Exception};

/// What the types make of themselves.
fn definitions(define: fn(&mut SchemaGenerator)) -> Map<String, Value> {
    let mut generator = SchemaGenerator::default();
    define(&mut generator);
    generator.definitions().clone()
}

fn compared(sender: Side, definitions: &Map<String, Value>) -> Comparison {
    way_back::compare(&repository().join("schema"), sender, definitions)
}

#[test]
fn every_type_accepts_what_its_schema_accepts() {
    let sides = [
        (Side::Server, "what the server sends", from_server::schema::define as fn(&mut SchemaGenerator)),
        (Side::Client, "what the client sends", from_client::schema::define),
    ];
    for (sender, what, define) in sides {
        let comparison = compared(sender, &definitions(define));
        comparison.print(what);
        assert!(comparison.types > 70, "{}", comparison.types);
        assert!(comparison.exceptions.is_empty(), "{what}");
    }
}

/// What somebody could change by hand in the generated files: the file, what stands there, what stands there then, and
/// the type that accepts something else from then on.
const EDITS: [[&str; 4]; 4] = [
    [
        "from_server/consumer/data.rs",
        "pub corpus_id: types::CorpusId<'a>,",
        "pub corpus_id: Cow<'a, str>,",
        "CorpusCreated",
    ],
    [
        "from_server/consumer/rooms.rs",
        "pub message_id: Option<types::MessageId<'a>>,",
        "pub message_id: Option<Cow<'a, str>>,",
        "DirectMessage",
    ],
    ["types.rs", "MAXIMUM: f64 = 100.0;", "MAXIMUM: f64 = 101.0;", "Percentage"],
    [
        "types.rs",
        "BroadcastPriority { Low = \"low\"",
        "BroadcastPriority { Low = \"least\"",
        "BroadcastPriority",
    ],
];

/// A program that prints what the types make of themselves.
const PROGRAM: [(&str, &str); 2] = [
    (
        "program/Cargo.toml",
        r#"
[package]
name = "way-back"
edition = "2024"

[dependencies]
netra-protocol = { path = "../rust", default-features = false, features = ["client", "schemars"] }
schemars = { version = "1.2", default-features = false }
serde_json = "1"
"#,
    ),
    (
        "program/src/main.rs",
        r#"
fn main() {
    let mut generator = schemars::SchemaGenerator::default();
    netra_protocol::from_server::schema::define(&mut generator);
    println!("{}", serde_json::Value::from(generator.definitions().clone()));
}
"#,
    ),
];

#[test]
fn a_type_that_was_changed_by_hand_is_found() -> TestResult {
    let workspace = Workspace::open("way-back")?;
    workspace.write("Cargo.toml", "[workspace]\nmembers = [\"program\"]\nexclude = [\"rust\"]\n")?;
    workspace.copy("generated/rust/Cargo.toml", "rust/Cargo.toml")?;
    for (path, text) in PROGRAM {
        workspace.write(path, text)?;
    }
    let sources = repository().join("generated/rust/src");
    for path in files(&sources, "")? {
        let mut text = fs::read_to_string(sources.join(&path))?;
        for [_, before, after, _] in EDITS.iter().filter(|[file, ..]| *file == path) {
            assert!(text.contains(before), "{path}: {before}");
            text = text.replacen(before, after, 1);
        }
        workspace.write(&format!("rust/src/{path}"), &text)?;
    }
    let compiled = workspace.cargo("build")?;
    let program = compiled.programs.get("way-back").ok_or_else(|| format!("{:?}", compiled.errors))?;
    let printed = Command::new(program).output()?;
    let comparison = compared(Side::Server, &serde_json::from_slice(&printed.stdout)?);
    comparison.print("edited by hand");
    for [.., name] in EDITS {
        let exception = comparison.exceptions.iter().find(|exception| exception.name == name);
        assert!(exception.is_some_and(Exception::is_shown), "{name}");
    }
    Ok(())
}

/// The files below a folder, by their paths from there on.
fn files(folder: &Path, below: &str) -> TestResult<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder.join(below))? {
        let (entry, separator) = (entry?, if below.is_empty() { "" } else { "/" });
        let path = format!("{below}{separator}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            found.extend(files(folder, &path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
