//! Two versions on one wire: programs that were built from 1.0.0 and from a candidate for 2.0.0 talk to each other.
//!
//! 1.0.0 is the release. The candidate is the schema as it stands, with a field that is called otherwise and two messages
//! that are gone; its notes say what becomes of frames.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../common/mod.rs"]
mod common;

mod build;

use build::{Programs, programs};
use framelock_codegen::evolution::Version;
use framelock_codegen::model::Protocol;
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

const WELCOME: &str =
    r#"{"data":{"event":"connection_established"},"timestamp":1758207374.25,"type":"system_message"}"#;
const RENAMED: &str =
    r#"{"data":{"thread_id":"t-1","title":"Plans"},"timestamp":1758207374.25,"type":"thread_renamed"}"#;

/// A line about a frame, with the members of its objects in the order of their names.
fn sorted(line: &str) -> String {
    let Some((word, frame)) = line.split_once(' ').filter(|(_, frame)| frame.starts_with('{')) else {
        return line.to_owned();
    };
    let mut value: serde_json::Value = serde_json::from_str(frame).unwrap();
    value.sort_all_objects();
    format!("{word} {value}")
}

/// What was told, as it can be compared.
fn told(lines: &[String]) -> Vec<String> {
    timeless(lines).into_iter().map(sorted).collect()
}

#[test]
fn a_client_of_1_0_and_a_server_of_2_0_talk_through_the_adapter() {
    let Programs { old, new, candidate } = programs();
    let talked = talk((new, &[]), (old, &[]));
    assert_eq!(
        told(&talked.client),
        [
            format!("read {}", sent_by(candidate, WELCOME)),
            format!(
                "read {}",
                r#"{"data":{"compatibility":"compatible","event":"connect_acknowledged"},"timestamp":1758207374.25,"type":"system_message"}"#
            ),
            format!(
                "read {}",
                RENAMED.replace("\"title\"", "\"new_title\"").replace(
                    r#""thread_id":"t-1","new_title":"Plans""#,
                    r#""new_title":"Plans","thread_id":"t-1""#
                )
            ),
            "closed: 1000 done".to_owned(),
        ]
    );
    assert_eq!(
        told(&talked.server),
        [
            "verdict compatible 1.0.0",
            "lost that the text was an example at \"\"",
            "lost which example it was at \"/data/example_message_id\"",
            r#"read {"data":{"content":"Save!"},"type":"user_message"}"#,
            "closed by the peer: 1000 done",
        ]
    );
}

/// The welcome of a server that names its version.
fn sent_by(protocol: &Protocol, welcome: &str) -> String {
    let named = format!(
        r#""connection_established","protocol_version":"2.0.0","schema_digest":"{}""#,
        protocol.digest
    );
    welcome.replace("\"connection_established\"", &named)
}

#[test]
fn a_client_of_2_0_and_a_server_of_1_0_talk_through_the_adapter() {
    let Programs { old, new, .. } = programs();
    let talked = talk((old, &[]), (new, &[]));
    assert_eq!(
        told(&talked.client),
        [
            "verdict degraded 1.0.0: corpus:created",
            r#"read {"data":{"event":"connect_acknowledged"},"timestamp":1758207374.25,"type":"system_message"}"#,
            &format!("read {RENAMED}"),
            "lost that a corpus was created at \"\"",
            "closed: 1000 done",
        ]
    );
    assert_eq!(
        told(&talked.server),
        [r#"read {"data":{},"protocol_version":"2.0.0","type":"connect"}"#, "closed by the peer: 1000 done",]
    );
}

#[test]
fn peers_of_one_version_know_each_other() {
    let Programs { new, .. } = programs();
    let talked = talk((new, &[]), (new, &[]));
    assert_eq!(told(&talked.client)[0], "verdict same");
    assert_eq!(told(&talked.server)[0], "verdict same");
    assert_eq!(told(&talked.client)[2], format!("read {RENAMED}"));
    assert!(told(&talked.client)[1].contains(r#""compatibility":"same""#), "{:#?}", talked.client);
}

const UNSUPPORTED: &str = "the version is not supported; supported: 2.0.0, 1.1.0, 1.0.0";
const OTHER: &str = "the version has another digest here; supported: 2.0.0, 1.1.0, 1.0.0";
const DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn versions_that_do_not_go_together_part_at_once_and_say_why() {
    let Programs { new, .. } = programs();
    let old_client = talk((new, &[]), (new, &["--as", "0.9.0", DIGEST]));
    assert_eq!(
        told(&old_client.server),
        [format!("verdict incompatible: {UNSUPPORTED}"), format!("closed: 4003 {UNSUPPORTED}")]
    );
    assert_eq!(
        told(&old_client.client),
        ["verdict same".to_owned(), format!("closed by the peer: 4003 {UNSUPPORTED}")]
    );
    for (version, because) in
        [("0.9.0", UNSUPPORTED), ("1.0.1", UNSUPPORTED), ("2.0.0", OTHER), ("1.1.0", OTHER)]
    {
        let other_server = talk((new, &["--as", version, DIGEST]), (new, &[]));
        assert_eq!(
            told(&other_server.client),
            [format!("verdict incompatible: {because}"), format!("closed: 4003 {because}")]
        );
        assert_eq!(told(&other_server.server), [format!("closed by the peer: 4003 {because}")]);
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
    assert_eq!(told(&newer_client.client).last().unwrap(), "closed: 1000 done");
}

#[test]
fn a_release_in_one_file_means_what_it_was_released_as() {
    let releases = framelock_codegen::release::Release::all(&common::repository().join("schema")).unwrap();
    for release in releases {
        let version: Version = release.version().unwrap();
        assert_eq!(version.protocol.digest, release.record.wire);
    }
}
