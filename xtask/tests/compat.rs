//! `framelock compat`: verdicts, exit codes, and batches with lines that make no sense.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Run, framelock};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

/// A folder with some schemas.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, schema) in [
        ("integer.json", json!({ "type": "integer" })),
        ("number.json", json!({ "type": "number" })),
        ("file.json", json!({ "$ref": "integer.json" })),
        ("around.json", json!({ "$ref": "#" })),
        ("date.json", json!({ "type": "string", "format": "date" })),
        ("string.json", json!({ "type": "string" })),
        ("wrong.json", json!({ "type": "whole" })),
        ("old.json", json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true })),
    ] {
        fs::write(folder.path().join(name), schema.to_string()).unwrap();
    }
    // A manifest of another protocol has no say.
    fs::write(folder.path().join("framelock.toml"), "nonsense").unwrap();
    folder
}

fn run(folder: &TempDir, arguments: &[&str]) -> Run {
    framelock().arg("compat").args(arguments).current_dir(folder.path()).output().unwrap().into()
}

#[test]
fn one_question() {
    let folder = folder();
    let ask = |old, new| run(&folder, &["--strict-subset", old, new]);
    let proved = ask("integer.json", "number.json").ends(0);
    assert_eq!(proved.out, "proved: everything that integer.json accepts is accepted by number.json\n");
    let refuted = ask("number.json", "integer.json").ends(1);
    assert_eq!(refuted.out, "refuted: number.json accepts 0.5, which integer.json refuses\n");
    assert!(ask("around.json", "number.json").ends(1).out.starts_with("unknown: "));
    ask("file.json", "integer.json").ends(0);
    ask("integer.json", "file.json").ends(0);
    ask("string.json", "date.json").ends(0);
    run(&folder, &["--strict-subset", "string.json", "date.json", "--assert-formats"]).ends(1);
    run(&folder, &["--strict-subset", "old.json", "number.json", "--dialect", "draft-04"]).ends(0);
    // What is wrong with a schema is said like everywhere else.
    for (name, code) in
        [("wrong.json", "invalid-keyword"), ("none.json", "unreadable-file"), ("old.json", "invalid-keyword")]
    {
        let wrong = ask(name, "number.json").ends(1);
        assert!(wrong.out.contains(code), "{}", wrong.out);
    }
}

#[test]
fn one_question_of_a_machine() {
    let folder = folder();
    let ask = |old, new| {
        let run = run(&folder, &["--strict-subset", old, new, "--format", "json"]);
        (run.code, serde_json::from_str::<Value>(&run.out).unwrap())
    };
    assert_eq!(
        ask("integer.json", "number.json"),
        (Some(0), json!({ "verdict": "proved", "witness": null }))
    );
    assert_eq!(
        ask("number.json", "integer.json"),
        (Some(1), json!({ "verdict": "refuted", "witness": 0.5 }))
    );
    for (old, new) in
        [("around.json", "number.json"), ("wrong.json", "number.json"), ("none.json", "number.json")]
    {
        let (code, answer) = ask(old, new);
        assert_eq!((code, &answer["verdict"]), (Some(1), &json!("unknown")), "{answer}");
        assert!(answer["reason"].is_string(), "{answer}");
    }
}

#[test]
fn many_questions() {
    let folder = folder();
    let lines = [
        json!({ "id": "a", "old": { "type": "integer" }, "new": { "type": "number" }, "draft": "draft7" })
            .to_string(),
        json!({ "id": 2, "old": true, "new": { "not": { "const": "\u{85}\u{2028}" } }, "draft": "2020-12" })
            .to_string(),
        "{ this is no JSON".to_owned(),
        String::new(),
        json!({ "id": "no new", "old": {} }).to_string(),
        json!({ "id": "draft", "old": {}, "new": {}, "draft": "draft-99" }).to_string(),
        json!({ "old": { "minimum": 0, "exclusiveMinimum": true }, "new": {}, "draft": "draft4" })
            .to_string(),
        format!("{{\"id\":\"deep\",\"old\":{}{},\"new\":true}}", "[".repeat(5_000), "]".repeat(5_000)),
        json!({ "id": "file", "old": { "$ref": "integer.json" }, "new": true }).to_string(),
    ];
    fs::write(folder.path().join("batch.jsonl"), lines.join("\n")).unwrap();
    let done = run(&folder, &["--batch", "batch.jsonl"]).ends(0);
    let answers: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let verdicts: Vec<&str> = answers.iter().map(|answer| answer["verdict"].as_str().unwrap()).collect();
    let unknown = "unknown";
    assert_eq!(verdicts, ["proved", "refuted", unknown, unknown, unknown, "proved", unknown, unknown]);
    assert_eq!(answers[0]["id"], "a");
    assert_eq!(answers[1]["witness"], "\u{85}\u{2028}");
    assert!(done.out.is_ascii());
    let errors: Vec<&Value> =
        answers.iter().filter(|answer| answer.get("error").is_some()).map(|answer| &answer["id"]).collect();
    assert_eq!(errors[..3], [&json!(null), &json!("no new"), &json!("draft")]);
    assert!(answers[2]["error"].as_str().unwrap().starts_with("line 3: "));
    // A line of a file that comes from anywhere opens no file.
    assert!(answers[7]["reason"].as_str().unwrap().starts_with("unreadable-file"), "{}", answers[7]);
}

#[test]
fn mistakes_of_usage() {
    let folder = folder();
    for arguments in [
        &[][..],
        &["--strict-subset", "number.json"],
        &["--strict-subset", "number.json", "number.json", "--batch", "batch.jsonl"],
        &["--strict-subset", "number.json", "number.json", "--dialect", "draft-99"],
    ] {
        run(&folder, arguments).ends(2);
    }
    let missing = run(&folder, &["--batch", "none.jsonl"]).ends(1);
    assert!(missing.err.starts_with("error: cannot read none.jsonl\n"), "{}", missing.err);
}
