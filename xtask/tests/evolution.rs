//! `framelock compat` on whole protocols.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::Copy;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

const THINKING: &str = "schema/server/agent_thinking.schema.json";

/// Makes a property required that was optional.
fn require(copy: &Copy, name: &str) {
    copy.edit_json(THINKING, |schema| {
        schema["$defs"]["AgentThinking"]["required"].as_array_mut().unwrap().push(json!(name));
    });
}

fn git(copy: &Copy, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]);
    let run = git.args(arguments).current_dir(copy.folder.path()).output().unwrap();
    assert!(run.status.success(), "{run:?}");
}

#[test]
fn a_git_revision_is_compared_with_the_folder_as_it_stands() {
    let copy = Copy::new();
    git(&copy, &["init", "--quiet"]);
    git(&copy, &["add", "."]);
    git(&copy, &["commit", "--quiet", "-m", "first"]);
    let same = copy.run(&["compat", "HEAD"]).ends(0);
    assert!(same.last_line().ends_with("0 breaking, 0 unknown, 0 to be known, 0 safe"), "{}", same.out);

    require(&copy, "step_number");
    let run = copy.run(&["compat", "HEAD"]).ends(1);
    for part in [
        "server→client  agent_thinking\n  breaking  /data/step_number: the property became required: optional → required",
        "breaks new clients with an old server",
        "refused: {\"data\":{",
        "at schema/server/agent_thinking.schema.json:",
    ] {
        assert!(run.out.contains(part), "{part} is not in {}", run.out);
    }
    assert!(run.last_line().contains("1 breaking, 0 unknown"), "{}", run.out);
    assert_eq!(copy.run(&["compat", "HEAD", "HEAD"]).ends(0).last_line(), same.last_line());
}

#[test]
fn another_version_of_the_program_may_have_written_the_old_one_and_not_the_new_one() {
    let (old, new) = (Copy::new(), Copy::new());
    let pin = |text: String| text.replacen(env!("CARGO_PKG_VERSION"), "0.0.9", 1);
    old.edit("schema/framelock.toml", pin);
    let path = old.path("schema");
    let run = new.run(&["compat", path.to_str().unwrap()]).ends(0);
    let version = env!("CARGO_PKG_VERSION");
    let note = format!("was written for framelock 0.0.9, and is read as framelock {version} reads it");
    assert!(run.err.contains(&note), "{}", run.err);
    let run = old.run(&["compat", new.path("schema").to_str().unwrap()]).ends(1);
    assert!(run.out.contains("tool-version"), "{run:?}");
}

#[test]
fn machines_read_the_same() {
    let (old, new) = (Copy::new(), Copy::new());
    require(&new, "step_number");
    let old = old.path("schema");
    let old = old.to_str().unwrap();

    let run = new.run(&["compat", old, "--format", "json"]).ends(1);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let change = &report[0]["changes"][0];
    assert_eq!(report[0]["verdict"], "breaking");
    assert_eq!(change["rule"], "FLD-008");
    assert_eq!(change["path"], "/data/step_number");
    assert_eq!([&change["before"], &change["after"]], ["optional", "required"]);
    assert_eq!(change["old_consumer"], json!({ "fact": "proved" }));
    assert_eq!(change["new_consumer"]["fact"], "refuted");
    assert_eq!(change["new_consumer"]["witness"]["type"], "agent_thinking");
    assert_eq!(change["breaks"], json!(["new clients with an old server"]));
    assert_eq!(change["fingerprint"].as_str().unwrap().len(), 16);
    assert_eq!(new.run(&["compat", old, "--format", "json"]).out, run.out, "the same twice");

    let run = new.run(&["compat", old, "--format", "github"]).ends(1);
    assert!(
        run.out.starts_with("::error file=schema/server/agent_thinking.schema.json,line="),
        "{}",
        run.out
    );
    assert_eq!(run.out.lines().count(), 1);

    let run = new.run(&["compat", old, "--format", "sarif"]).ends(1);
    let log: Value = serde_json::from_str(&run.out).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!([&log["version"], &result["ruleId"]], ["2.1.0", "FLD-008"]);
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "schema/server/agent_thinking.schema.json");
    assert!(place["region"]["startLine"].as_u64().unwrap() > 1);
}

#[test]
fn only_versions_that_are_still_in_use_can_be_broken() {
    let (old, new) = (Copy::new(), Copy::new());
    for copy in [&old, &new] {
        copy.edit_json("schema/protocol.schema.json", |root| root["x-protocol"]["version"] = json!("1.0.0"));
    }
    require(&new, "step_number");
    let manifest = new.path("schema/framelock.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    // A client of today never meets a server of 1.0.0 again.
    fs::write(&manifest, format!("{text}\n[supported]\nservers = [\"0.9.0\"]\nclients = [\"1.0.0\"]\n"))
        .unwrap();
    let old = old.path("schema");
    let run = new.run(&["compat", old.to_str().unwrap()]).ends(0);
    assert!(run.out.contains("  note      /data/step_number"), "{}", run.out);
    fs::write(&manifest, format!("{text}\n[supported]\nservers = [\"1.0.0\"]\n")).unwrap();
    new.run(&["compat", old.to_str().unwrap()]).ends(1);
}

#[test]
fn a_message_for_the_other_side_is_a_break() {
    let (old, new) = (Copy::new(), Copy::new());
    new.edit_json("schema/protocol.schema.json", |root| {
        let pick = |of: &mut Value, name: &str| {
            let members = of["oneOf"].as_array_mut().unwrap();
            let index = members.iter().position(|member| member["$ref"].as_str().unwrap().contains(name));
            index.map(|index| members.remove(index))
        };
        let gone = pick(&mut root["$defs"]["ServerFrame"], "server/agent_thinking.schema.json");
        assert!(gone.is_some());
    });
    fs::remove_file(new.path(THINKING)).unwrap();
    fs::remove_file(new.path("schema/server/agent_thinking.invalid.json")).unwrap();
    // Legacy samples of the message would be left behind.
    fs::remove_dir_all(new.path("schema/legacy")).unwrap();
    let old = old.path("schema");
    let run = new.run(&["compat", old.to_str().unwrap()]).ends(1);
    let told = "  breaking  the message is gone, and its name is free to be taken  [MSG-008]";
    assert!(run.out.contains(told), "{}", run.out);
    assert!(run.out.contains("list the name under x-reserved"), "{}", run.out);
}

#[test]
fn a_version_that_is_none_is_a_mistake_of_the_command_line() {
    let copy = Copy::new();
    git(&copy, &["init", "--quiet"]);
    let missed = copy.run(&["compat"]).ends(2);
    assert!(missed.err.starts_with("error: nothing was released yet"), "{}", missed.err);
    let missed = copy.run(&["compat", "v9"]).ends(2);
    let expected = "error: `v9` is no version: name a file, a schema folder, a release in schema/releases, or a git revision\n";
    assert_eq!(missed.err, expected);
    for name in ["--upload-pack=x", "-x"] {
        copy.run(&["compat", name]).ends(2);
    }
}
