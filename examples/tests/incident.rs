//! The incident: the server wraps its welcome, consumers wait for a bare one (or the other way round), and nothing
//! fails until a time-out. Here it fails when it is built, and if it was built apart, with one line at once.

mod support;

use framelock_examples::client::{Client, Options};
use netra_protocol::from_server::consumer::{self, ServerFrame};
use netra_protocol::support::{Outcome, Policy};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use support::drift::{Compiled, Complaint, Workspace};
use support::peers::scripted;
use support::{TestResult, bounded, repository, schema};
use tokio::task::spawn_blocking;

/// The welcome as the consumers of the incident expected it.
const BARE: &str = r#"{"event":"connection_established","connection_ready":true,"user_id":"user123","server_time":"2025-09-08T10:00:00+00:00","environment":"staging"}"#;

/// The same welcome as the server of the incident sent it.
const ENVELOPED: &str = r#"{"type":"system_message","data":{"event":"connection_established","connection_ready":true,"user_id":"user123","server_time":"2025-09-08T10:00:00+00:00","environment":"staging"},"timestamp":1758207400.0}"#;

/// What the client says of the bare welcome when it is told to refuse it.
const REFUSED: &str = "system_message/connection_established: frame: expected a canonical frame, found the legacy form \"bare-event\", which is refused (legacy-refused, byte 0); `system_message/connection_established` arrived in form \"bare-event\", retired in 1.0.0: send {\"type\":\"system_message\",\"data\":{\"event\":\"connection_established\",…},\"timestamp\":…}\n";

/// What a consumer of bare frames says of the envelope.
const WRAPPED: &str = "frame: expected the property `event`, found an object without it (missing-property, byte 0); `connection_established` arrived wrapped in \"data\", and this consumer was generated for frames without an envelope: regenerate it from the schema that the sender speaks\n";

#[test]
fn the_bare_welcome_is_read_as_its_canonical_twin() -> TestResult {
    let total = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&total);
    let receiver = consumer::receiver().with_observer(move |seen| {
        assert_eq!(seen.form.name, "bare-event");
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let form = schema::read("legacy/bare-event.json")?;
    let samples = form["samples"].as_array().ok_or("no samples")?;
    assert_eq!(samples[0]["frame"], serde_json::from_str::<Value>(BARE)?);
    for sample in samples {
        let (text, canonical) = (sample["frame"].to_string(), sample["canonical"].to_string());
        let received_at = sample["receive_time"].as_f64().ok_or("no time")?;
        let read = consumer::receive(&receiver, &text, received_at);
        assert_eq!(read.form.map(|form| form.name), Some("bare-event"));
        assert_eq!(read.outcome, Outcome::Legacy(ServerFrame::parse(&canonical)?));
    }
    assert_eq!(total.load(Ordering::Relaxed) as usize, samples.len());
    Ok(())
}

#[tokio::test]
async fn the_client_counts_the_bare_welcome_and_goes_on() -> TestResult {
    bounded(async {
        let url = scripted(vec![BARE.to_owned()]).await?;
        for policy in [None, Some(Policy::Accept), Some(Policy::Warn)] {
            let client = Client::connect(&url, Options { legacy: policy, ..Options::default() }).await?;
            assert_eq!(client.legacy().of("bare-event"), 1);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_client_that_refuses_the_bare_welcome_says_so_at_once() -> TestResult {
    bounded(async {
        let url = scripted(vec![BARE.to_owned()]).await?;
        let began = Instant::now();
        let output = spawn_blocking(move || {
            Command::new(env!("CARGO_BIN_EXE_client")).args([&url, "hello", "--legacy", "refuse"]).output()
        })
        .await??;
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert_failed(&output, REFUSED)
    })
    .await
}

fn assert_failed(output: &Output, line: &str) -> TestResult {
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(str::from_utf8(&output.stdout)?, "");
    assert_eq!(str::from_utf8(&output.stderr)?, line);
    Ok(())
}

/// The old consumer built twice: against frames without an envelope, and against Netra's.
fn build() -> TestResult<(Workspace, Compiled)> {
    let workspace = Workspace::open("bare")?;
    let members = r#"members = ["bare/rust", "netra", "old-on-bare", "old-on-netra"]"#;
    workspace.write("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\n{members}\n"))?;
    workspace.generate(&repository().join("examples/tests/fixtures/bare"), "bare")?;
    workspace.copy("generated/rust", "netra")?;
    for (name, package, path) in
        [("old-on-bare", "netra-bare-protocol", "bare/rust"), ("old-on-netra", "netra-protocol", "netra")]
    {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nprotocol = {{ path = \"../{path}\", package = \"{package}\" }}\n"
        );
        workspace.write(&format!("{name}/Cargo.toml"), &manifest)?;
        workspace.copy("examples/tests/fixtures/bare_consumer.rs", &format!("{name}/src/main.rs"))?;
    }
    let compiled = workspace.cargo("build")?;
    Ok((workspace, compiled))
}

/// Runs a program with a text on its standard input.
fn fed(program: &Path, text: &str) -> TestResult<Output> {
    let piped = Stdio::piped;
    let mut child = Command::new(program).stdin(piped()).stdout(piped()).stderr(piped()).spawn()?;
    child.stdin.take().ok_or("no stdin")?.write_all(text.as_bytes())?;
    Ok(child.wait_with_output()?)
}

/// The lines of the old consumer that contain this.
fn lines_with(part: &str) -> TestResult<BTreeSet<u64>> {
    let source = fs::read_to_string(repository().join("examples/tests/fixtures/bare_consumer.rs"))?;
    let lines = (1..).zip(source.lines()).filter(|(_, line)| line.contains(part));
    Ok(lines.map(|(number, _)| number).collect())
}

/// The lines of the errors whose text contains this.
fn lines_of(errors: &[Complaint], part: &str) -> BTreeSet<u64> {
    errors.iter().filter(|error| error.text.contains(part)).map(|error| error.line).collect()
}

#[test]
fn a_consumer_of_bare_frames_builds_only_where_frames_are_bare() -> TestResult {
    let (_workspace, compiled) = build()?;
    for error in &compiled.errors {
        println!("{}:{}: {}", error.file, error.line, error.text);
    }
    let program = compiled.programs.get("old-on-bare").ok_or("no program")?;
    let output = fed(program, BARE)?;
    assert_eq!(str::from_utf8(&output.stdout)?, "ready: true\n");
    // Built apart from the server, it meets the envelope: one line, at once.
    assert_failed(&fed(program, ENVELOPED)?, WRAPPED)?;

    // Against the real protocol it is not built, and the compiler points at each use.
    assert!(!compiled.programs.contains_key("old-on-netra"));
    assert!(compiled.errors.iter().all(|error| error.file == "old-on-netra/src/main.rs"));
    for variant in ["ConnectionEstablished", "Heartbeat", "Unknown"] {
        let named = format!("no associated item named `{variant}` found for struct");
        let lines = lines_of(&compiled.errors, &named);
        assert_eq!(lines, lines_with(&format!("ServerFrame::{variant}("))?, "{variant}");
    }
    // There, the field is optional.
    let field = lines_with("    welcome.connection_ready")?;
    assert_eq!(lines_of(&compiled.errors, "mismatched types"), field);
    assert!(compiled.errors.iter().all(|error| error.file == "old-on-netra/src/main.rs"));
    assert_eq!(compiled.errors.len(), 4);
    Ok(())
}
