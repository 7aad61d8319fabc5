//! Two versions on one wire: programs that were built from 1.0.0 and from a candidate for 2.0.0 talk to each other.
//!
//! 1.0.0 is the release. The candidate is the schema as it stands, with a field that is called otherwise and two messages
//! that are gone; its notes say what becomes of frames.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../common/mod.rs"]
mod common;

mod build;

use build::{Programs, programs};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// What both sides told, a line for each thing that happened.
struct Conversation {
    server: Vec<String>,
    client: Vec<String>,
}

/// A program that ends, whatever happens.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(program: &Path, arguments: &[&str]) -> (Running, BufReader<ChildStdout>) {
    let mut command = Command::new(program);
    let mut child = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (Running(child), out)
}

/// Runs a server and a client until both have ended.
fn talk(server: (&Path, &[&str]), client: (&Path, &[&str])) -> Conversation {
    let begin = Instant::now();
    let (mut serving, mut from_server) = start(server.0, &[&["server"], server.1].concat());
    let mut port = String::new();
    from_server.read_line(&mut port).unwrap();
    let port = port.trim().strip_prefix("port ").expect("a server tells its port");
    let (mut asking, from_client) = start(client.0, &[&["client", port], client.1].concat());
    // Each program waits for a silent peer for five seconds and no longer, so that this ends.
    let lines = |out: BufReader<ChildStdout>| out.lines().map(Result::unwrap).collect::<Vec<_>>();
    let conversation = Conversation { client: lines(from_client), server: lines(from_server) };
    let ended = [asking.0.wait().unwrap(), serving.0.wait().unwrap()];
    assert!(
        ended.iter().all(std::process::ExitStatus::success),
        "{:?}\n{:#?}\n{:#?}",
        ended,
        conversation.server,
        conversation.client
    );
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    conversation
}

/// The lines without the time that a verdict took, which is under a second.
fn timeless(lines: &[String]) -> Vec<&str> {
    let time = |line: &&String| match line.strip_prefix("after ").and_then(|rest| rest.strip_suffix(" ms")) {
        Some(milliseconds) => {
            assert!(milliseconds.parse::<u32>().unwrap() < 1000, "{lines:#?}");
            false
        }
        None => true,
    };
    lines.iter().filter(time).map(String::as_str).collect()
}

/// A line about a frame, with the members of its objects in the order of their names.
fn sorted(line: &str) -> String {
    let frame = line.split_once(' ').filter(|(_, frame)| frame.starts_with('{'));
    let Some((word, frame)) = frame else { return line.to_owned() };
    let mut value: Value = serde_json::from_str(frame).unwrap();
    value.sort_all_objects();
    format!("{word} {value}")
}

/// What was told, as it can be compared.
fn told(lines: &[String]) -> Vec<String> {
    timeless(lines).into_iter().map(sorted).collect()
}

/// A frame that was read, and accepted as it is.
fn read(message: &str, data: &Value) -> String {
    sorted(&format!("read {}", json!({ "type": message, "data": data, "timestamp": 1_758_207_374.25 })))
}

/// The answer of a server to a client's greeting.
fn acknowledged(compatibility: &str) -> String {
    read("system_message", &json!({ "event": "connect_acknowledged", "compatibility": compatibility }))
}

fn renamed(title: &str) -> String {
    read("thread_renamed", &json!({ "thread_id": "t-1", title: "Plans" }))
}

const DONE: [&str; 2] = ["closed: 1000 done", "closed by the peer: 1000 done"];

#[test]
fn a_client_of_1_0_and_a_server_of_2_0_talk_through_the_adapter() {
    let Programs { old, new, digest, .. } = programs();
    let talked = talk((new, &[]), (old, &[]));
    let welcome =
        json!({ "event": "connection_established", "protocol_version": "2.0.0", "schema_digest": digest });
    assert_eq!(
        told(&talked.client),
        [&read("system_message", &welcome), &acknowledged("compatible"), &renamed("new_title"), DONE[0]]
    );
    // What the notes say is lost, and nothing else.
    assert_eq!(
        told(&talked.server),
        [
            "verdict compatible 1.0.0",
            "lost that the text was an example at \"/type\"",
            "lost which example it was at \"/data/example_message_id\"",
            r#"read {"data":{"content":"Save!"},"type":"user_message"}"#,
            DONE[1],
        ]
    );
}

#[test]
fn a_client_of_2_0_and_a_server_of_1_0_talk_through_the_adapter() {
    let Programs { old, new, .. } = programs();
    let talked = talk((old, &[]), (new, &[]));
    assert_eq!(
        told(&talked.client),
        [
            "verdict degraded 1.0.0: corpus:created",
            &read("system_message", &json!({ "event": "connect_acknowledged" })),
            &renamed("title"),
            "lost that a corpus was created at \"\"",
            DONE[0],
        ]
    );
    assert_eq!(
        told(&talked.server),
        [r#"read {"data":{},"protocol_version":"2.0.0","type":"connect"}"#, DONE[1]]
    );
}

#[test]
fn peers_of_one_version_know_each_other() {
    let Programs { new, .. } = programs();
    let talked = talk((new, &[]), (new, &[]));
    assert_eq!(told(&talked.client), ["verdict same", &acknowledged("same"), &renamed("title"), DONE[0]]);
    assert_eq!(told(&talked.server), ["verdict same", DONE[1]]);
}

const UNSUPPORTED: &str = "the version is not supported; supported: 2.0.0, 1.1.0, 1.0.0";
const OTHER: &str = "the version has another digest here; supported: 2.0.0, 1.1.0, 1.0.0";
/// That of nothing.
const DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn versions_that_do_not_go_together_part_at_once_and_say_why() {
    let Programs { new, .. } = programs();
    let parted = |because: &str| {
        let refused = vec![format!("verdict incompatible: {because}"), format!("closed: 4003 {because}")];
        (refused, format!("closed by the peer: 4003 {because}"))
    };
    let talked = talk((new, &[]), (new, &["--as", "0.9.0", DIGEST]));
    let (refused, closed) = parted(UNSUPPORTED);
    assert_eq!(told(&talked.server), refused);
    assert_eq!(told(&talked.client), ["verdict same", &closed]);
    for (version, why) in [("0.9.0", UNSUPPORTED), ("1.0.1", UNSUPPORTED), ("2.0.0", OTHER), ("1.1.0", OTHER)]
    {
        let talked = talk((new, &["--as", version, DIGEST]), (new, &[]));
        let (refused, closed) = parted(why);
        assert_eq!((told(&talked.client), told(&talked.server)), (refused, vec![closed]), "{version}");
    }
}

#[test]
fn the_newer_side_decides() {
    let Programs { new, .. } = programs();
    let newer_server = talk((new, &["--as", "2.1.0", DIGEST]), (new, &[]));
    assert_eq!(told(&newer_server.client)[0], "verdict newer");
    let newer_client = talk((new, &[]), (new, &["--as", "3.0.0", DIGEST]));
    assert_eq!(told(&newer_client.server)[0], "verdict newer");
    // Nobody has decided against it.
    for talked in [newer_server, newer_client] {
        assert_eq!(told(&talked.client)[2..], [renamed("title"), DONE[0].to_owned()]);
    }
}

#[test]
fn languages_without_adapters_say_what_does_not_get_through() {
    let releases = fs::read_to_string(programs().new_package("typescript/esm/releases.js")).unwrap();
    for part in [
        r#"server: { byPeer: [], here: ["corpus:created", "thread_renamed"] }"#,
        r#"client: { byPeer: ["thread_renamed"], here: ["example_message"] }"#,
    ] {
        assert_eq!(releases.matches(part).count(), 2, "{releases}");
    }
}
