//! Every command that finds drift, in the formats that machines read.

use crate::repository::{Repository, SCHEMA};
use crate::sarif;
use serde_json::{Value, json};
use std::fs;

/// The commands, and the finding of each that every drift below leads to.
const COMMANDS: &[&[&str]] = &[
    &["codegen", "--check"],
    &["release", "--check"],
    &["compat"],
    &["check", "--only", "codegen,releases,compat"],
];

/// The codes that a command finds, which must be the same in each format.
fn codes(repository: &Repository, command: &[&str]) -> Vec<String> {
    let run = |format: &str| {
        let run = repository.files.run(&[command, &["--format", format]].concat());
        assert!(matches!(run.code, Some(0 | 1)), "{command:?}: {run:?}");
        run
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found: Vec<String> =
        sarif::findings(&run("sarif").out).iter().map(|finding| text(&finding["ruleId"])).collect();
    let github = run("github").out;
    let annotations = github.lines().filter(|line| line.starts_with("::error "));
    let annotated: Vec<String> = annotations
        .map(|line| line.split("title=").nth(1).unwrap().split("::").next().unwrap().to_owned())
        .collect();
    assert_eq!(annotated, found, "{command:?}");
    let short = run("short");
    assert_eq!(short.code == Some(0), found.is_empty(), "{command:?}: {short:?}");
    if command != ["compat"] {
        let entries: Vec<Value> = serde_json::from_str(&run("json").out).unwrap();
        let told: Vec<String> = entries.iter().map(|entry| text(&entry["code"])).collect();
        assert_eq!(told, found, "{command:?}");
    }
    found
}

fn all_codes(repository: &Repository) -> Vec<Vec<String>> {
    COMMANDS.iter().map(|command| codes(repository, command)).collect()
}

#[test]
fn every_command_that_finds_drift_tells_machines() {
    let repository = Repository::new();
    assert_eq!(all_codes(&repository), [[""; 0]; 4]);

    repository.add_member(true);
    let found = all_codes(&repository);
    assert_eq!(found[0][0], "changed-input");
    assert_eq!(found[1], ["wrong-version"]);
    assert_eq!(found[2], ["FLD-003"]);
    assert_eq!(found[3].iter().filter(|code| *code == "failed-step").count(), 3);
    assert!(found[..3].iter().flatten().all(|code| found[3].contains(code)), "{found:?}");
    repository.shell("git reset --quiet --hard").ends(0);

    // Findings with the schema itself, and names that no URI can hold.
    let folder = repository.path("schema/spaced ü#?");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a%b.json"), json!({ "type": "string" }).to_string()).unwrap();
    repository.files.edit_json(SCHEMA, |schema| {
        schema["$defs"]["Ask"]["properties"]["text"] = json!({ "$ref": "spaced%20%C3%BC%23%3F/a%25b.json" });
    });
    let found = all_codes(&repository);
    assert_eq!(found[..3], [["missing-dialect"], ["failed-run"], ["missing-dialect"]]);
    let log = repository.files.run(&["codegen", "--check", "--format", "sarif"]).ends(1).out;
    let place = &sarif::findings(&log)[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "schema/spaced%20%C3%BC%23%3F/a%25b.json");
}
