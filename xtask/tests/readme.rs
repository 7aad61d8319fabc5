//! The commands of the README do what it says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{framelock, repository};
use std::fs;
use std::path::Path;

/// The command lines of the README, without their prompt.
fn commands() -> Vec<String> {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    readme.lines().filter_map(|line| line.strip_prefix("$ ")).map(str::to_owned).collect()
}

#[test]
fn every_command_is_known_to_work() {
    let commands = commands();
    assert_eq!(commands.first().map(String::as_str), Some("cargo xtask codegen"), "the main job comes first");
    assert_eq!(commands.get(1).map(String::as_str), Some("cargo xtask check"), "then the tests");
    for command in &commands {
        let words: Vec<&str> = command.split(' ').collect();
        match words[..] {
            ["cargo", "xtask", "codegen"] => generates(),
            // Running it here would run this test again: CI runs it, and that is looked at instead.
            ["cargo", "xtask", "check"] => is_what_ci_runs(command),
            ["cargo", "xtask", "conformance", folder, "--sample", sample] => measures(folder, sample),
            // Cargo would wait for itself here: examples/tests/programs.rs runs what this starts.
            ["cargo", "xtask", "demo"] => {
                assert!(repository().join("examples/src/bin/demo.rs").is_file(), "there is no demo");
            }
            // xtask/tests/probe runs it, against this server and others.
            ["cargo", "xtask", "probe", url, "--expect", _] => {
                assert!(url.starts_with("ws://127.0.0.1:8080/"));
            }
            // examples/tests/programs.rs runs the two against each other.
            ["cargo", "run", "-p", "framelock-examples", "--bin", name] => {
                let source = format!("examples/src/bin/{name}.rs");
                assert!(repository().join(&source).is_file(), "{source} is missing");
            }
            // examples/mcp/tests/exchange.rs runs the two against each other.
            [
                "cargo",
                "run",
                "-p",
                package,
                "--bin",
                client,
                "--",
                "cargo",
                "run",
                "-p",
                also,
                "--bin",
                server,
            ] => {
                assert_eq!([package, also], ["framelock-example-mcp"; 2]);
                for name in [client, server] {
                    let source = format!("examples/mcp/src/bin/{name}.rs");
                    assert!(repository().join(&source).is_file(), "{source} is missing");
                }
            }
            _ => panic!("nothing tests `{command}`: add it here"),
        }
    }
}

/// `conformance` on a sample of our own groups finds nothing wrong.
fn measures(folder: &str, sample: &str) {
    let state = tempfile::tempdir().unwrap();
    let run = framelock()
        .args(["conformance", folder, "--sample", sample, "--state"])
        .arg(state.path())
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

/// `codegen` in a folder that holds a schema and nothing else writes what the repository has committed.
fn generates() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("schema"), &folder.path().join("schema"));
    let run = framelock().arg("codegen").current_dir(folder.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    let manifest = |root: &Path| fs::read_to_string(root.join("generated/MANIFEST.json")).unwrap();
    assert_eq!(manifest(folder.path()), manifest(&repository()));
}

fn is_what_ci_runs(command: &str) {
    let script = fs::read_to_string(repository().join(".ci/run")).unwrap();
    assert!(script.lines().any(|line| line == command), ".ci/run does not run `{command}`");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
