//! `framelock explain` and `framelock check --list`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Run, framelock};
use framelock_codegen::diagnostic::Code;

fn run(arguments: &[&str]) -> Run {
    framelock().args(arguments).output().unwrap().into()
}

#[test]
fn every_code_is_explained() {
    let list = run(&["explain"]).ends(0).out;
    for code in Code::ALL {
        assert!(list.lines().any(|line| line.starts_with(code.name()) && line.ends_with(code.summary())));
    }
    for line in list.lines() {
        let code = line.split(' ').next().unwrap();
        let explained = run(&["explain", code]).ends(0).out;
        assert!(explained.starts_with(&format!("{code}: ")), "{explained}");
        assert!(explained.lines().all(|line| line.chars().count() <= 100), "{explained}");
        assert!(explained.lines().count() >= 3, "{explained}");
    }
}

#[test]
fn an_unknown_code_gets_a_hint() {
    let missed = run(&["explain", "duplicate-keys"]).ends(2);
    assert_eq!(missed.err, "error: there is no code `duplicate-keys`; did you mean `duplicate-key`?\n");
    let missed = run(&["explain", "\u{1b}[2J☃"]).ends(2);
    assert!(missed.err.contains("lists all codes") && !missed.err.contains('\u{1b}'), "{}", missed.err);
}

#[test]
fn codes_are_explained_to_machines() {
    let all: Vec<serde_json::Value> =
        serde_json::from_str(&run(&["explain", "--format", "json"]).out).unwrap();
    assert!(all.len() > Code::ALL.len());
    let one = run(&["explain", "invalid-json", "--format", "json"]).ends(0);
    let one: Vec<serde_json::Value> = serde_json::from_str(&one.out).unwrap();
    assert_eq!(one.first().unwrap()["code"], "invalid-json");
}

#[test]
fn the_steps_of_check_are_listed() {
    let list = run(&["check", "--list"]).ends(0).out;
    let names: Vec<_> = list.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(
        names,
        [
            "tools",
            "format",
            "codegen",
            "releases",
            "compat",
            "vendored",
            "clippy",
            "test",
            "pre-commit",
            "features",
            "doc",
            "fuzz",
            "conformance",
            "conformance-all",
            "prove",
            "bench",
            "validators",
            "python",
            "typescript",
            "matrix",
            "agreement",
            "publish",
            "generators",
            "comparison"
        ]
    );
    let unknown = run(&["check", "--only", "format,nonsense"]).ends(2);
    assert!(unknown.err.contains("no step `nonsense`"), "{}", unknown.err);
}
