//! `framelock release`, on copies of the repository's schema.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Copy, Run, files};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

const ROOT: &str = "schema/protocol.schema.json";
const MANIFEST: &str = "schema/framelock.toml";
const THINKING: &str = "schema/server/agent_thinking.schema.json";
const ERRORS: &str = "schema/types/errors.schema.json";
const NEXT: &str = "schema/releases/next.toml";

/// Gives the protocol a version, and the packages one.
fn set(copy: &Copy, protocol: &str, packages: &str) {
    copy.edit_json(ROOT, |root| root["x-protocol"]["version"] = json!(protocol));
    let tool = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
    copy.edit(MANIFEST, |text| {
        let line = |line: &str| {
            let of_package = line.starts_with("version = ") && line != tool;
            if of_package { format!("version = \"{packages}\"\n") } else { format!("{line}\n") }
        };
        text.lines().map(line).collect()
    });
}

fn release(copy: &Copy, version: &str) -> Run {
    copy.run(&["codegen"]).ends(0);
    copy.run(&["release", version])
}

/// A copy that is about to be released for the first time, as 1.0.0.
fn first() -> Copy {
    let copy = Copy::new();
    set(&copy, "1.0.0", "1.0.0");
    copy
}

/// A copy of which 1.0.0 is released: generated and frozen once for all tests.
fn released() -> Copy {
    static RELEASED: LazyLock<PathBuf> = LazyLock::new(|| {
        let copy = first();
        release(&copy, "1.0.0").ends(0);
        // In a place of its own, for nobody removes what a static holds.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("released");
        let _ = fs::remove_dir_all(&folder);
        common::copy(copy.folder.path(), &folder);
        folder
    });
    Copy::of(&RELEASED)
}

/// Lets the server send null where it never did: old clients refuse that.
fn allow_null(copy: &Copy) {
    copy.edit_json(THINKING, |schema| {
        let status = &mut schema["$defs"]["AgentThinking"]["properties"]["status"];
        let old = status.as_object_mut().unwrap().remove("$ref").unwrap();
        status["oneOf"] = json!([{ "$ref": old }, { "type": "null" }]);
    });
}

/// What an old client is told instead.
const ADAPTER: &str =
    r#"adapter = [{ drop = "/data/status", from = "new", value = "null", loss = "that there is no state" }]"#;

/// The TOML at the end of a run that missed notes, filled in.
fn filled(run: &Run) -> String {
    let stub = run.out.split_once("next.toml:\n\n").unwrap().1;
    stub.replace("why = \"\"", "why = \"Agents without a state say so.\"")
        .replace("migrate = \"\"", "migrate = \"Update clients before servers.\"")
        .replace("sunset = \"\"", "sunset = \"2027-06-30\"")
        .replace("adapter = []", ADAPTER)
}

#[test]
fn a_release_holds_the_whole_protocol_and_is_the_same_anywhere() {
    let copy = first();
    copy.run(&["codegen"]).ends(0);
    let run = copy.run(&["release", "1.0.0", "--dry-run"]).ends(0);
    assert!(run.out.starts_with("would freeze schema/releases/1.0.0 ("), "{}", run.out);
    assert!(!copy.path("schema/releases").exists(), "a dry run wrote something");
    copy.run(&["release", "1.0.0"]).ends(0);
    let frozen = files(&copy.path("schema/releases"));
    let names: Vec<&str> = frozen.keys().map(String::as_str).collect();
    assert_eq!(names, ["1.0.0/bundle.schema.json", "1.0.0/legacy.json", "1.0.0/release.toml"]);
    assert_eq!(frozen["1.0.0/bundle.schema.json"], copy.generated()["schema/netra.annotated.schema.json"]);
    assert_eq!(files(&released().path("schema/releases")), frozen);
    let legacy: Value = serde_json::from_slice(&frozen["1.0.0/legacy.json"]).unwrap();
    assert_eq!(legacy["policies"]["bare-event"], "warn");
    assert_eq!(legacy["files"]["legacy/bare-event.json"]["discriminator"], json!(["/event"]));
    assert_eq!(legacy["files"]["legacy/names.json"]["names"][0]["name"], "connection_established");

    // It is no part of the schema, it is compared with, and a second time changes nothing.
    copy.run(&["codegen", "--check"]).ends(0);
    let same = copy.run(&["compat"]).ends(0);
    assert!(same.last_line().ends_with("0 breaking, 0 unknown, 0 to be known, 0 safe"), "{}", same.out);
    assert_eq!(copy.run(&["compat", "1.0.0"]).ends(0).out, same.out);
    let again = copy.run(&["release", "1.0.0"]).ends(0);
    assert_eq!(again.out, "1.0.0 is released already, as it stands\n");
    assert_eq!(files(&copy.path("schema/releases")), frozen);
}

#[test]
fn what_is_not_ready_is_not_released() {
    let copy = first();
    copy.run(&["codegen"]).ends(0);
    for wrong in ["1.0", "v1.0.0", "1.0.0-rc.1", ""] {
        copy.run(&["release", wrong]).ends(2);
    }
    copy.run(&["release"]).ends(2);
    let other = copy.run(&["release", "1.1.0"]).ends(1);
    assert!(other.out.contains("wrong-version: schema says version 1.0.0, not 1.1.0"), "{}", other.out);
    copy.change_descriptions();
    let stale = copy.run(&["release", "1.0.0"]).ends(1);
    assert!(
        stale.out.contains("changed-input") && stale.err.contains("run: cargo xtask codegen"),
        "{stale:?}"
    );
    copy.edit(MANIFEST, |text| {
        let (before, after) = text.split_once("[bundle]").unwrap();
        format!("{before}[publish]{}", after.split_once("[publish]").unwrap().1)
    });
    let bare = release(&copy, "1.0.0").ends(3);
    assert!(bare.err.contains("add a table `bundle` to schema/framelock.toml"), "{}", bare.err);
    assert!(!copy.path("schema/releases").exists(), "something was written");
}

#[test]
fn a_released_version_never_changes() {
    let copy = released();
    set(&copy, "1.0.1", "1.0.1");
    release(&copy, "1.0.1").ends(0);
    let ok = copy.run(&["release", "--check"]).ends(0);
    assert_eq!(ok.out, "2 releases are as they were released\n");
    copy.run(&["check", "--only", "releases"]).ends(0);
    let releases = copy.path("schema/releases");
    for (path, bytes) in files(&releases) {
        // The last record is the one that nothing else speaks of, but for what it says itself.
        let changed = String::from_utf8(bytes.clone()).unwrap().replacen("netra", "Netra", 1);
        let changed = changed.replacen("wire = \"", "wire = \"0", 1).replacen("\"warn\"", "\"accept\"", 1);
        fs::write(releases.join(&path), changed).unwrap();
        let run = copy.run(&["release", "--check"]).ends(1);
        assert!(run.out.starts_with("changed-release: schema/releases/"), "{path}: {}", run.out);
        copy.run(&["check", "--only", "releases"]).ends(1);
        fs::remove_file(releases.join(&path)).unwrap();
        let run = copy.run(&["release", "--check"]).ends(1);
        assert!(run.out.starts_with("changed-release: schema/releases/"), "{path}: {}", run.out);
        fs::write(releases.join(&path), bytes).unwrap();
    }
    fs::write(releases.join("1.0.0/notes.toml"), "").unwrap();
    let run = copy.run(&["release", "--check"]).ends(1);
    assert!(run.out.contains("1.0.0/notes.toml was not released"), "{}", run.out);
    fs::remove_file(releases.join("1.0.0/notes.toml")).unwrap();
    // A whole release that is gone is missed by the one after it.
    fs::remove_dir_all(releases.join("1.0.0")).unwrap();
    let run = copy.run(&["release", "--check"]).ends(1);
    assert!(
        run.out.contains("1.0.1/release.toml or that of the release before (none) was changed"),
        "{}",
        run.out
    );
}

#[test]
fn a_version_that_was_released_keeps_its_meaning() {
    let copy = released();
    copy.change_descriptions();
    let run = release(&copy, "1.0.0").ends(3);
    assert!(run.err.contains("a released version never changes: raise `x-protocol.version`"), "{}", run.err);
    copy.run(&["release", "--check"]).ends(0);
    allow_null(&copy);
    let run = copy.run(&["release", "--check"]).ends(1);
    assert!(
        run.out.contains("wrong-version: schema means something else on the wire than 1.0.0"),
        "{}",
        run.out
    );
    // Words alone are a patch.
    let copy = released();
    copy.change_descriptions();
    set(&copy, "1.0.1", "1.0.0");
    let run = release(&copy, "1.0.1").ends(1);
    assert!(
        run.out.contains("gives the rust package version 1.0.0, and must give it 1.0.1 at least"),
        "{}",
        run.out
    );
    set(&copy, "1.0.1", "1.0.1");
    release(&copy, "1.0.1").ends(0);
    set(&copy, "0.9.0", "1.0.2");
    let run = release(&copy, "0.9.0").ends(1);
    assert!(run.out.contains("says version 0.9.0, and 1.0.1 is released already"), "{}", run.out);
}

#[test]
fn what_breaks_must_be_said() {
    let copy = released();
    allow_null(&copy);
    set(&copy, "1.1.0", "1.1.0");
    let run = release(&copy, "1.1.0").ends(1);
    let told = "; since 1.0.0 this breaks old clients with a new server";
    for part in [
        "wrong-version: schema/protocol.schema.json says version 1.1.0, and must say 2.0.0 at least: server→client agent_thinking /data/status: the value may be null now",
        "wrong-version: schema/framelock.toml gives the python package version 1.1.0, and must give it 2.0.0 at least, for source code breaks",
        "missing-note: schema/releases/next.toml has no note for ",
        told,
    ] {
        assert!(run.out.contains(part), "{part} is not in {}", run.out);
    }
    set(&copy, "2.0.0", "2.0.0");
    let run = release(&copy, "2.0.0").ends(1);
    assert!(!run.out.contains("wrong-version"), "{}", run.out);
    let notes = filled(&run);

    // A note must say all, and of something that is there. What becomes of frames is generated.
    fs::write(copy.path(NEXT), &notes).unwrap();
    let stale = copy.run(&["release", "2.0.0"]).ends(1);
    assert!(stale.out.contains("missing-output"), "{}", stale.out);
    copy.run(&["codegen"]).ends(0);
    fs::write(copy.path(NEXT), notes.replace("2027-06-30", "soon")).unwrap();
    let run = release(&copy, "2.0.0").ends(1);
    assert!(run.out.starts_with("stale-note: schema/releases/next.toml says for "), "{}", run.out);
    fs::write(copy.path(NEXT), notes.replace("Agents without a state say so.", " ")).unwrap();
    let run = release(&copy, "2.0.0").ends(1);
    assert!(run.out.contains("says nothing as `why` for "), "{}", run.out);
    let stale = notes.clone()
        + "\n[breaking.0123456789abcdef]\nwhat = \"a\"\nwhy = \"b\"\nmigrate = \"c\"\nsunset = \"3.0.0\"\n";
    fs::write(copy.path(NEXT), stale).unwrap();
    let run = release(&copy, "2.0.0").ends(1);
    assert!(run.out.contains("has a note for `0123456789abcdef`, and no change"), "{}", run.out);
    assert!(!copy.path("schema/releases/2.0.0").exists(), "something was written");

    fs::write(copy.path(NEXT), &notes).unwrap();
    release(&copy, "2.0.0").ends(0);
    assert!(!copy.path(NEXT).exists(), "the notes were left behind");
    assert_eq!(fs::read_to_string(copy.path("schema/releases/2.0.0/notes.toml")).unwrap(), notes);
    copy.run(&["release", "--check"]).ends(0);

    // Against 1.0.0 the change is still there, and the note of 2.0.0 holds.
    set(&copy, "2.0.1", "2.0.1");
    release(&copy, "2.0.1").ends(0);
}

#[test]
fn a_new_message_breaks_source_and_not_the_wire() {
    let copy = first();
    let whole = files(&copy.path("schema"));
    let message = "server/corpus_created";
    copy.edit_json(ROOT, |root| {
        let members = root["$defs"]["ServerFrame"]["oneOf"].as_array_mut().unwrap();
        members.retain(|member| member["$ref"] != format!("{message}.schema.json"));
    });
    for kind in ["schema", "invalid"] {
        fs::remove_file(copy.path(&format!("schema/{message}.{kind}.json"))).unwrap();
    }
    release(&copy, "1.0.0").ends(0);
    for (path, bytes) in whole {
        fs::write(copy.path("schema").join(path), bytes).unwrap();
    }
    set(&copy, "1.0.1", "1.1.0");
    let run = release(&copy, "1.0.1").ends(1);
    for part in [
        "says version 1.0.1, and must say 1.1.0 at least: server→client corpus:created: the message is new; since 1.0.0 this breaks no peer",
        "gives the typescript package version 1.1.0, and must give it 2.0.0 at least, for source code breaks: server→client corpus:created: the message is new",
    ] {
        assert!(run.out.contains(part), "{part} is not in {}", run.out);
    }
    set(&copy, "1.1.0", "2.0.0");
    release(&copy, "1.1.0").ends(0);
}

#[test]
fn reserved_names_never_come_back() {
    let copy = released();
    copy.edit_json(ROOT, |root| {
        root["x-reserved"].as_object_mut().unwrap().remove("batch");
    });
    set(&copy, "2.0.0", "2.0.0");
    let run = release(&copy, "2.0.0").ends(1);
    assert!(run.out.contains("freed-name: schema no longer reserves `batch`, as 1.0.0 does"), "{}", run.out);
}

#[test]
fn what_was_removed_does_not_come_back() {
    let copy = released();
    let whole = fs::read(copy.path(ERRORS)).unwrap();
    copy.edit_json(ERRORS, |schema| {
        let known = &mut schema["$defs"]["ErrorCode"]["x-known-values"];
        known.as_object_mut().unwrap().remove("WS_MESSAGE_UNKNOWN");
    });
    set(&copy, "1.1.0", "2.0.0");
    release(&copy, "1.1.0").ends(0);
    fs::write(copy.path(ERRORS), whole).unwrap();
    set(&copy, "1.2.0", "3.0.0");
    let run = release(&copy, "1.2.0").ends(1);
    let told = "freed-name: schema brings back what 1.0.0 had and 1.1.0 has no longer: server→client agent_error /data/error_code: a known value was added: \"WS_MESSAGE_UNKNOWN\"";
    assert!(run.out.contains(told), "{}", run.out);
}

#[test]
fn only_peers_in_use_are_broken() {
    let copy = released();
    allow_null(&copy);
    let supported = |clients: &str| format!("\n[supported]\nservers = [\"1.0.0\"]\nclients = [{clients}]\n");
    copy.edit(MANIFEST, |text| text + &supported(""));
    set(&copy, "1.1.0", "2.0.0");
    // No client of 1.0.0 is left, so that nobody is broken.
    release(&copy, "1.1.0").ends(0);
    let copy = released();
    allow_null(&copy);
    copy.edit(MANIFEST, |text| text + &supported("\"1.0.0\""));
    set(&copy, "1.1.0", "2.0.0");
    let run = release(&copy, "1.1.0").ends(1);
    assert!(run.out.contains("must say 2.0.0 at least") && run.out.contains("missing-note"), "{}", run.out);
}

/// The inputs that the record of the generated files lists below `releases/`.
fn read_of_releases(copy: &Copy) -> Vec<String> {
    let record: Value = serde_json::from_slice(&copy.generated()["MANIFEST.json"]).unwrap();
    let inputs = record["inputs"].as_object().unwrap().keys();
    inputs.filter(|path| path.starts_with("releases/")).cloned().collect()
}

#[test]
fn generated_code_follows_from_the_older_releases_in_use() {
    let copy = released();
    let before = copy.generated();
    copy.run(&["codegen"]).ends(0);
    assert_eq!(copy.generated(), before, "a version knows of itself without its release");
    copy.change_descriptions();
    set(&copy, "1.1.0", "1.1.0");
    release(&copy, "1.1.0").ends(0);
    assert_eq!(read_of_releases(&copy), ["releases/1.0.0/release.toml"]);

    // What is not in use is not read.
    copy.edit(MANIFEST, |text| text + "\n[supported]\nclients = [\"1.1.0\"]\n");
    copy.run(&["codegen"]).ends(0);
    assert_eq!(read_of_releases(&copy), [""; 0]);
    copy.edit(MANIFEST, |text| text.replace("clients = [", "clients = [\"1.0.0\", "));
    copy.run(&["codegen"]).ends(0);
    assert_eq!(read_of_releases(&copy), ["releases/1.0.0/release.toml"]);

    // Another release would be another table of peers.
    let record = copy.path("schema/releases/1.0.0/release.toml");
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.clone() + "\n").unwrap();
    let stale = copy.run(&["codegen", "--check"]).ends(1);
    assert!(stale.out.contains("changed-input: schema/releases/1.0.0/release.toml changed"), "{}", stale.out);
    fs::write(&record, text).unwrap();
    copy.edit("schema/releases/1.0.0/bundle.schema.json", |text| text + "\n");
    let changed = copy.run(&["codegen"]).ends(1);
    assert!(
        changed.err.is_empty() && changed.out.contains("has other bytes than were released"),
        "{changed:?}"
    );
}
