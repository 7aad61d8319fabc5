//! Servers that keep the contract, in three languages, and what becomes of two of them when they no longer do.

use crate::peers::Server;
use crate::servers::{sending, text, welcome};
use crate::{WELCOME, probe, probe_alone, probes};
use framelock_examples::server::{Settings, serve};
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

/// What a client asks, and the last event of the answer.
const REQUEST: &str = r#"{"type":"user_message","data":{"content":"two words","thread_id":"t1"}}"#;
const TURN: [&str; 6] = ["--expect", WELCOME, "--send", REQUEST, "--expect", "agent_completed"];

/// The example server in Rust.
fn rust_example() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("ws://{}/ws", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            serve(listener, Settings::default(), std::future::pending::<()>()).await
        })
    });
    url
}

/// Probes of the welcome and of a whole turn take less than a second each, from the start of the program to its end, where
/// no other test runs beside them.
fn keeps_the_contract(url: &str) {
    for arguments in [&[][..], &["--expect", WELCOME], &TURN] {
        let time = |_| {
            let (run, time) = probe_alone(url, arguments);
            let run = run.ends(0);
            assert!(run.out.starts_with("ok: ") && run.out.lines().count() == 1, "{}", run.out);
            time
        };
        // Other programs may run on the machine.
        let is_fast = |time: Duration| time < Duration::from_secs(1);
        assert!((0..5).map(time).any(is_fast), "{url} {arguments:?} takes a second or more");
    }
}

#[test]
fn our_server_keeps_the_contract() {
    keeps_the_contract(&rust_example());
}

#[test]
fn the_server_in_python_keeps_the_contract() {
    keeps_the_contract(&Server::python_example().url);
}

#[test]
fn a_server_in_node_keeps_the_contract() {
    let completed = json!({
        "type": "agent_completed",
        "data": { "run_id": "r1", "agent_name": "counter", "final_response": "2", "success": true, "duration_ms": 1.5 },
        "timestamp": 1_758_207_400.25,
    });
    let server = Server::node("none", &welcome().to_string(), &completed.to_string());
    keeps_the_contract(&server.url);
}

/// Faults that both servers can have: exit code, code, and limits that make the test short.
const FAULTS: [(&str, i32, &str); 7] = [
    ("bare", 1, "legacy-refused"),
    ("wrong-type", 1, "type"),
    ("silence", 5, "silence"),
    ("binary", 1, "binary-frame"),
    ("large", 1, "frame-too-large"),
    ("close", 1, "closed"),
    ("unauthorized", 3, "unauthorized"),
];

/// How long a fault with this exit code takes to be seen, in seconds.
fn waited(exit: i32) -> f64 {
    if exit == 5 { 1.0 } else { 0.0 }
}

#[test]
fn faults_of_a_server_in_node_are_told() {
    let more = [("half-frame", 5, "incomplete-frame"), ("drop", 1, "dropped")];
    for (fault, exit, code) in FAULTS.into_iter().chain(more) {
        let server = Server::node(fault, &welcome().to_string(), "");
        probes(&server.url, &["--first-frame-timeout", "1"]).fails(exit, code, "").within(waited(exit));
    }
}

#[test]
fn faults_of_a_server_in_python_are_told() {
    for (fault, exit, code) in FAULTS.into_iter().chain([("bad-gateway", 3, "bad-gateway")]) {
        let server = Server::python(fault, &welcome().to_string());
        probes(&server.url, &["--first-frame-timeout", "1"]).fails(exit, code, "").within(waited(exit));
    }
}

#[test]
fn every_frame_is_recorded_however_the_probe_ends() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("frames.jsonl");
    let url = rust_example();
    let arguments = [&TURN[..], &["--record", record.to_str().unwrap()]].concat();
    probe("human", &url, &arguments).ends(0);
    let lines = || -> Vec<Value> {
        let text = fs::read_to_string(&record).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let frames = lines();
    assert_eq!(frames.iter().filter(|frame| frame["direction"] == "sent").count(), 1);
    assert_eq!(frames[0]["message"], WELCOME);
    assert_eq!(frames[1]["text"], REQUEST);
    assert_eq!(frames.last().unwrap()["message"], "agent_completed");
    let times: Vec<f64> = frames.iter().map(|frame| frame["at"].as_f64().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    // A probe that fails replaces the file as a whole.
    let url = sending([text(&welcome()), text(&json!({ "event": "connection_established" }))]);
    let arguments = ["--expect", "agent_completed", "--record", record.to_str().unwrap()];
    probe("human", &url, &arguments).ends(1);
    let verdicts: Vec<Value> = lines().into_iter().map(|frame| frame["verdict"].clone()).collect();
    assert_eq!(verdicts, ["canonical", "invalid"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something is left behind");
    let run = probe("human", &url, &["--record", "/nowhere/frames.jsonl"]).ends(1);
    assert!(run.err.starts_with("error: cannot write the recording /nowhere/frames.jsonl"), "{}", run.err);
}

#[test]
fn what_makes_no_sense_is_told_before_anything_is_connected() {
    for (arguments, said) in [
        (&["--expect", "agent_completd"][..], "did you mean `agent_completed`?"),
        (&["--expect", "user_message"], "the server sends no such message"),
        (&["--send", "missing.json"], "cannot read the file"),
        (&["--send", "{\"type\":"], "(syntax, byte 8)"),
        (&["--send", "{\"type\":\"agent_started\",\"data\":{}}"], "(wrong-direction, byte 8)"),
        (&["--send", "{\"type\":\"chat\",\"payload\":{}}"], "--send-unchecked sends it"),
        (&["-H", "no header"], "it has no colon"),
        (&["--timeout", "0"], "it is not between 0 and a day"),
        (&["--schema", "nowhere"], "nowhere"),
        (&["--frame", "#/$defs/Nothing"], "sends nothing of the type `#/$defs/Nothing`"),
    ] {
        let run = probe("human", "ws://127.0.0.1:1/", arguments);
        let code = if arguments[0] == "--schema" { 1 } else { 2 };
        let said_all = format!("{}{}", run.out, run.err);
        assert!(run.code == Some(code) && said_all.contains(said), "{arguments:?}: {run:?}");
    }
    for (url, said) in
        [("http://127.0.0.1/", "does not begin with ws:// or wss://"), ("ws://", "is no URL"), ("x", "ws://")]
    {
        let run = probe("json", url, &[]).ends(2);
        assert!(run.err.starts_with("error: ") && run.err.contains(said), "{}", run.err);
    }
    let mut other = crate::framelock();
    let run: crate::Run = other.args(["--format", "junit", "explain"]).output().unwrap().into();
    assert!(run.ends(2).err.contains("only `probe` prints JUnit XML"));
}

#[test]
fn a_schema_that_is_wrong_is_told_in_each_format() {
    let copy = crate::common::Copy::new();
    copy.edit("schema/server/agent_thinking.schema.json", |text| {
        text.replace("\"required\"", "\"requried\"")
    });
    let probe = |format| copy.run(&["--format", format, "probe", "ws://127.0.0.1:1/"]).ends(1).out;
    assert!(probe("human").contains("unknown-keyword"));
    let entries: Value = serde_json::from_str(&probe("json")).unwrap();
    assert_eq!(entries[0]["code"], "unknown-keyword");
    assert!(probe("junit").contains("type=\"unknown-keyword\""));
}

#[test]
fn frames_can_be_sent_from_files_and_unchecked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.json");
    let request: Value = serde_json::from_str(REQUEST).unwrap();
    fs::write(&file, serde_json::to_string_pretty(&request).unwrap() + "\n").unwrap();
    let url = rust_example();
    let file = file.to_str().unwrap();
    probe("human", &url, &["--send", file, "--expect", "agent_completed"]).ends(0);
    let wrong = "{\"type\":\"user_message\",\"data\":{}}";
    let arguments = ["--expect", WELCOME, "--send", wrong, "--send-unchecked", "--expect", "error_message"];
    probe("human", &url, &arguments).ends(0);
}

#[test]
fn the_client_side_can_be_checked_as_well() {
    let request: Value = serde_json::from_str(REQUEST).unwrap();
    let url = sending([text(&request)]);
    probe("human", &url, &["--as", "server", "--expect", "user_message"]).ends(0);
    probes(&url, &[]).fails(1, "wrong-direction", "user_message");
}

#[test]
fn protocols_of_others_say_which_type_their_frames_have() {
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let url = sending([text(&ping)]);
    let mcp = ["--schema", "examples/mcp/schema"];
    let run = probe("human", &url, &mcp).ends(2);
    assert!(run.err.contains("name its type with --frame POINTER"), "{}", run.err);
    let frame = [&mcp[..], &["--frame", "#/definitions/ServerFrame"]].concat();
    probe("human", &url, &frame).ends(0);
    let url = sending([text(&json!({ "jsonrpc": "2.0", "id": 1, "method": 7 }))]);
    probes(&url, &frame).fails(1, "type", "/method: expected a string");
}
