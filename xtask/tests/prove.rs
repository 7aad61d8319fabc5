//! `framelock prove`, on a protocol of its own that is small enough to make every mutant.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Run, framelock, repository};
use serde_json::Value;
use std::path::Path;

/// A run over the small protocol. What the generated crate depends on is compiled once.
fn prove(arguments: &[&str]) -> (Run, Value) {
    let mut command = framelock();
    command.args(["prove", "--format", "json", "--jobs", "1", "--state"]);
    command.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("prove"));
    command.arg("--schema").arg(repository().join("xtask/tests/prove/schema"));
    let run: Run = command.args(arguments).output().unwrap().into();
    let report = serde_json::from_str(&run.out).unwrap_or_default();
    (run, report)
}

/// The operators with survivors.
fn survivors(report: &Value) -> Vec<&str> {
    let operators = report["operators"].as_array().unwrap().iter();
    let surviving = operators.filter(|operator| operator["survivors"].as_u64() > Some(0));
    surviving.map(|operator| operator["operator"].as_str().unwrap()).collect()
}

/// One test, since runs share a folder to build in.
#[test]
fn every_mutant_ends_as_declared_and_each_gate_is_needed() {
    let (run, report) = prove(&["--sample", "1"]);
    assert_eq!(report["operators"][0]["operator"], "field-added-optional", "{}", run.err);
    assert_eq!((&report["survivors"], &report["nuisances"]), (&0.into(), &0.into()), "{}", run.out);
    assert!(report["mutants"].as_u64() > Some(35), "{}", run.out);
    run.ends(0);

    // What was seen is kept: nothing is compiled again.
    let (again, same) = prove(&["--sample", "1"]);
    assert_eq!(same, report);
    assert_eq!(again.err, "");

    let few = "field-renamed-required,value-added-closed,maximum-lowered,payload-unwrapped,message-added";
    let few = ["--sample", "1", "--only", few];
    for (gate, surviving) in [
        (&["--without", "rust"][..], &["field-renamed-required", "value-added-closed", "message-added"][..]),
        (
            &["--without", "compat"],
            &["field-renamed-required", "value-added-closed", "maximum-lowered", "message-added"],
        ),
        (&["--without", "generator"], &["payload-unwrapped"]),
        (&["--inattentive"], &["field-renamed-required", "value-added-closed", "message-added"]),
    ] {
        let (run, report) = prove(&[&few[..], gate].concat());
        assert_eq!(survivors(&report), surviving, "{gate:?}: {}", run.err);
        run.ends(1);
    }
}

#[test]
fn an_operator_that_is_not_there_is_a_mistake_of_usage() {
    let (run, _) = prove(&["--only", "nonsense"]);
    assert!(
        run.err.starts_with("error: there is no operator `nonsense`; there are field-added-optional, "),
        "{}",
        run.err
    );
    run.ends(2);
}
