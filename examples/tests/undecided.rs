//! A message that nobody has decided about: whoever dispatches frames does not build, and the compiler names it.

mod support;

use std::fs;
use support::drift::Workspace;
use support::{TestResult, repository};

/// Handles notes, which come as `note` and as `memo`, and ignores what is unknown.
const APP: &str = r##"//! Counts notes.
#![deny(warnings, rust_2018_idioms)]

use tiny_protocol::from_server::consumer::{Handle, Handler, Note, ServerFrame, ignore};
use tiny_protocol::support::Unknown;

struct App;

impl Handler for App {
    type Output = usize;

    fn ignored(&mut self) -> usize {
        0
    }
}

impl Handle<Note<'_>> for App {
    fn handle(&mut self, note: &Note<'_>, _: &ServerFrame<'_>) -> usize {
        note.kind.len()
    }
}

ignore!(App: Unknown<'_>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = r#"{"type":"memo","data":{"kind":"note"},"at":1}"#;
    println!("{}", ServerFrame::parse(text)?.dispatch(&mut App));
    Ok(())
}
"##;

const MANIFEST: &str = r#"[package]
name = "app"
version = "0.1.0"
edition = "2024"

[dependencies]
tiny-protocol = { path = "../generated/rust", default-features = false, features = ["client"] }
"#;

/// The least protocol, in which a second message carries what the first one does.
fn workspace(app: &str) -> TestResult<Workspace> {
    let workspace = Workspace::open("undecided")?;
    workspace
        .write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"app\", \"generated/rust\"]\n")?;
    workspace.copy("codegen/tests/findings/_valid", "schema")?;
    let valid = repository().join("codegen/tests/findings/_valid");
    let note = fs::read_to_string(valid.join("note.schema.json"))?;
    let (head, _) = note.split_once(r#""$defs""#).ok_or("no definitions")?;
    let memo = head.replace(r##""#/$defs/Note""##, r#""note.schema.json#/$defs/Note""#);
    let memo = memo
        .replace(r#""note" }"#, r#""memo" }"#)
        .replace(r#""type": "note", "data""#, r#""type": "memo", "data""#);
    workspace
        .write("schema/memo.schema.json", &format!("{}\n}}\n", memo.trim_end().trim_end_matches(',')))?;
    let root = fs::read_to_string(valid.join("protocol.schema.json"))?;
    let one = r#"{ "$ref": "note.schema.json" }"#;
    let both = format!(r#"{one}, {{ "$ref": "memo.schema.json" }}"#);
    workspace.write("schema/protocol.schema.json", &root.replace(one, &both))?;
    workspace.generate(&workspace.path("schema"), "generated")?;
    workspace.write("app/Cargo.toml", MANIFEST)?;
    workspace.write("app/src/main.rs", app)?;
    Ok(workspace)
}

#[test]
fn what_is_handled_or_ignored_is_decided() -> TestResult {
    let compiled = workspace(APP)?.cargo("check")?;
    assert!(compiled.errors.is_empty(), "{:?}", compiled.errors);
    Ok(())
}

#[test]
fn what_is_neither_is_named_where_frames_are_dispatched() -> TestResult {
    let undecided = APP
        .replace("ignore!(App: Unknown<'_>);", "")
        .replace(", ignore}", "}")
        .replace("use tiny_protocol::support::Unknown;\n", "");
    let dispatch = (1..).zip(undecided.lines()).find(|(_, line)| line.contains(".dispatch("));
    let compiled = workspace(&undecided)?.cargo("check")?;
    let [error] = compiled.errors.as_slice() else { return Err(format!("{:?}", compiled.errors).into()) };
    assert_eq!("`App` neither handles nor ignores `tiny_protocol::support::Unknown<'_>`", error.text);
    assert_eq!((Some(error.line), "app/src/main.rs"), (dispatch.map(|(line, _)| line), error.file.as_str()));
    Ok(())
}
