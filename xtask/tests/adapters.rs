//! A release that breaks peers, the whole way: the schema changes, `compat` says what breaks, notes say what becomes of
//! frames, the version is released, and a program translates between both.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Copy, Run, repository};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = "schema/protocol.schema.json";
const NEXT: &str = "schema/releases/next.toml";

/// What becomes of frames, by message and what broke of it.
const ADAPTERS: [(&str, &str); 5] = [
    ("corpus:created ", r#"adapter = [{ drop = "", from = "old", loss = "that a corpus was created" }]"#),
    ("thread_renamed /data/new_title", r#"adapter = [{ move = "/data/new_title", to = "/data/title" }]"#),
    ("thread_renamed /data/title", r#"adapted_with = "RENAMED""#),
    (
        "example_message ",
        r#"adapter = [
    { drop = "/type", from = "old", instead = '"user_message"', loss = "that the text was an example" },
    { drop = "/data/example_message_id", from = "old", loss = "which example it was" },
]"#,
    ),
    ("switch_thread ", "by_hand = true"),
];

/// The next major version: a field is called otherwise, and three messages are gone.
fn break_it(copy: &Copy) {
    for kind in ["schema", "invalid"] {
        copy.edit(&format!("schema/server/thread_renamed.{kind}.json"), |text| {
            text.replace("new_title", "title")
        });
    }
    let gone = [
        ("ServerFrame", "server/corpus_created"),
        ("ClientFrame", "client/example_message"),
        ("ClientFrame", "client/switch_thread"),
    ];
    copy.edit_json(ROOT, |root| {
        root["x-protocol"]["version"] = json!("2.0.0");
        for (side, message) in gone {
            let members = root["$defs"][side]["oneOf"].as_array_mut().unwrap();
            members.retain(|member| member["$ref"] != format!("{message}.schema.json"));
        }
        for name in ["corpus:created", "example_message", "switch_thread"] {
            root["x-reserved"][name] = json!("Removed in 2.0.0.");
        }
    });
    for (_, message) in gone {
        for kind in ["schema", "invalid"] {
            fs::remove_file(copy.path(&format!("schema/{message}.{kind}.json"))).unwrap();
        }
    }
    copy.edit("schema/framelock.toml", |text| text.replace("\nversion = \"2.0.0\"", "\nversion = \"3.0.0\""));
}

/// The notes that a run asks for, filled in.
fn notes(run: &Run) -> String {
    let stub = run.out.split_once("next.toml:\n\n").expect("the run asks for notes").1;
    let mut notes: BTreeMap<&str, String> = BTreeMap::new();
    for note in stub.split("\n\n").filter(|note| note.starts_with("[breaking.")) {
        let fingerprint = note.split(['.', ']']).nth(1).unwrap();
        let about = ADAPTERS.iter().find(|(about, _)| note.replace(": ", " ").contains(about));
        let (_, adapter) = about.unwrap_or_else(|| panic!("nothing is known of {note}"));
        notes.insert(fingerprint, note.replace("adapter = []", adapter));
    }
    let renamed = notes.iter().find(|(_, note)| note.contains("{ move = ")).unwrap().0.to_string();
    let notes: Vec<String> = notes.into_values().collect();
    let filled = notes.join("\n\n").replace("RENAMED", &renamed);
    let filled = filled.replace("why = \"\"", "why = \"One name for one thing.\"");
    let filled = filled.replace("migrate = \"\"", "migrate = \"Read `title`.\"");
    filled.replace("sunset = \"\"", "sunset = \"2027-06-30\"") + "\n"
}

/// A copy of which 1.0.0 is released, and that says 2.0.0 now.
fn candidate() -> Copy {
    let copy = Copy::new();
    copy.edit_json(ROOT, |root| root["x-protocol"]["version"] = json!("1.0.0"));
    copy.run(&["codegen"]).ends(0);
    copy.run(&["release", "1.0.0"]).ends(0);
    break_it(&copy);
    copy
}

/// The program that uses the generated package, and what cargo says of it.
fn program(copy: &Copy, main: &str, command: &str) -> Run {
    let folder = copy.path("program");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/main.rs"), main).unwrap();
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         netra-protocol = { path = \"../generated/rust\" }\n\n[workspace]\n",
    )
    .unwrap();
    // The versions that this workspace has, so that nothing is fetched.
    fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args([command, "--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("adapters"))
        .env("RUSTFLAGS", "-Dwarnings")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_release_that_breaks_peers_translates_for_them() {
    let copy = candidate();
    let compared = copy.run(&["compat"]).ends(1);
    assert!(compared.last_line().contains(": 5 breaking, 0 unknown"), "{}", compared.out);
    copy.run(&["codegen"]).ends(0);
    let missing = copy.run(&["codegen", "--check"]).ends(1);
    assert_eq!(missing.out.matches("missing-note: schema/releases/next.toml has no note for ").count(), 5);

    // A note that says nothing of frames is refused, and so is one that says too little.
    let stub = copy.run(&["release", "2.0.0"]).ends(1);
    let notes = notes(&stub);
    fs::write(copy.path(NEXT), notes.replace("by_hand = true", "")).unwrap();
    let run = copy.run(&["codegen"]).ends(1);
    assert!(run.out.contains("there is neither `adapter` nor"), "{}", run.out);
    fs::write(copy.path(NEXT), notes.replace("    { drop = \"/type\"", "#")).unwrap();
    let run = copy.run(&["codegen"]).ends(1);
    assert!(run.out.contains("a frame of 1.0.0 becomes one that is refused"), "{}", run.out);

    fs::write(copy.path(NEXT), &notes).unwrap();
    copy.run(&["codegen"]).ends(0);
    copy.run(&["codegen", "--check"]).ends(0);
    copy.run(&["release", "2.0.0"]).ends(0);
    assert!(!copy.path(NEXT).exists());
    // What is generated does not depend on whether the version is released.
    copy.run(&["codegen", "--check"]).ends(0);
    copy.run(&["release", "--check"]).ends(0);

    let missing = program(
        &copy,
        &MAIN.replace("fn upgrade_switch_thread", "#[cfg(any())] fn upgrade_switch_thread"),
        "check",
    );
    assert_eq!(missing.code, Some(101));
    assert!(missing.err.contains("missing: `upgrade_switch_thread`"), "{}", missing.err);
    let run = program(&copy, MAIN, "run").ends(0);
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        json!(lines),
        json!([
            ["user_message", ["that the text was an example at /type", "which example it was at /data/example_message_id"]],
            ["join_thread", []],
            [{ "type": "thread_renamed", "data": { "thread_id": "t", "new_title": "T" }, "timestamp": 1 }, []],
            ["T", []],
            [null, ["that a corpus was created at "]],
        ])
    );
}

const MAIN: &str = r##"//! Both sides of 2.0.0, with peers of 1.0.0.

use netra_protocol::adapt::Lost;
use netra_protocol::adapters::v1_0_0::{self, ServerByHand};
use netra_protocol::support::{JsonObject, Result};
use netra_protocol::{from_client, from_server};

struct App;

impl ServerByHand for App {
    fn upgrade_switch_thread(&self, frame: JsonObject<'_>, _: &mut Vec<Lost>) -> Result<Option<JsonObject<'static>>> {
        let mut frame = frame.to_map();
        frame.insert("type".to_owned(), "join_thread".into());
        Ok(Some(frame.into()))
    }
}

fn lost(lost: &[Lost]) -> String {
    let lost: Vec<String> = lost.iter().map(|lost| format!("\"{} at {}\"", lost.what, lost.place)).collect();
    format!("[{}]", lost.join(","))
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let server = v1_0_0::server(App);
    for frame in [
        r#"{"type":"example_message","data":{"content":"Optimise my costs","example_message_id":"example_3"}}"#,
        r#"{"type":"switch_thread","data":{"thread_id":"thread_7"}}"#,
    ] {
        let adapted = server.upgrade(frame)?;
        let text = adapted.frame.ok_or("the frame is gone")?;
        let receiver = from_client::consumer::receiver();
        let frame = from_client::consumer::receive(&receiver, &text, 1.0).outcome.frame()?;
        println!("[\"{}\",{}]", frame.data.tag(), lost(&adapted.lost));
    }
    let frame = r#"{"type":"thread_renamed","data":{"thread_id":"t","title":"T"},"timestamp":1}"#;
    let adapted = server.downgrade(frame)?;
    println!("[{},{}]", adapted.frame.ok_or("the frame is gone")?, lost(&adapted.lost));

    let client = v1_0_0::client();
    let frame = r#"{"type":"thread_renamed","data":{"thread_id":"t","new_title":"T"},"timestamp":1}"#;
    let adapted = client.upgrade(frame)?;
    let text = adapted.frame.ok_or("the frame is gone")?;
    let receiver = from_server::consumer::receiver();
    let received = from_server::consumer::receive(&receiver, &text, 1.0);
    match received.outcome.frame()?.data {
        from_server::consumer::ServerMessage::ThreadRenamed(renamed) => {
            println!("[\"{}\",{}]", renamed.title, lost(&adapted.lost));
        }
        other => return Err(format!("{other:?}").into()),
    }
    let frame = r#"{"type":"corpus:created","data":{"corpus_id":"c1","table_name":"t","status":"available"},"timestamp":1}"#;
    let adapted = client.upgrade(frame)?;
    println!("[{},{}]", adapted.frame.as_deref().unwrap_or("null"), lost(&adapted.lost));
    Ok(())
}
"##;
