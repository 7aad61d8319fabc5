//! `framelock init`, and `codegen` on what it wrote.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Run, framelock, repository};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A folder `chat` with a schema that lacks nothing.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let chat = folder.path().join("chat");
    fs::create_dir(&chat).unwrap();
    let schema = fs::read_to_string(repository().join("codegen/tests/init/chat.json")).unwrap();
    let schema = schema.replace("https://elsewhere.example/said.json#/$defs/Said", "#/$defs/Old");
    fs::write(chat.join("chat.json"), schema).unwrap();
    fs::write(chat.join("time.json"), r#"{ "type": "number" }"#).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    framelock().args(arguments).current_dir(folder).output().unwrap().into()
}

#[test]
fn codegen_takes_what_init_wrote() {
    let folder = folder();
    let init = run(folder.path(), &["init", "chat/chat.json"]).ends(0);
    assert!(init.out.starts_with("wrote chat/framelock.toml\n"), "{}", init.out);
    for said in ["2020-12 (a guess", "`#/$defs/ClientMessage`: a union of 2, told apart by `type`", "\n?  "] {
        assert!(init.out.contains(said), "{said}: {}", init.out);
    }
    let next = init.last_line().rsplit_once("run: framelock ").unwrap().1;
    run(folder.path(), &next.split(' ').collect::<Vec<_>>()).ends(0);
    assert!(folder.path().join("generated/rust/src/from_client/consumer.rs").is_file());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.path().join("chat/framelock.toml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o400, 0o400);
    }
}

#[test]
fn the_next_command_works_from_the_schema_folder_itself() {
    let folder = folder();
    let chat = folder.path().join("chat");
    let init = run(&chat, &["init", "chat.json", "--package", "my-chat"]).ends(0);
    assert!(fs::read_to_string(chat.join("framelock.toml")).unwrap().contains("package = \"my-chat\""));
    let next = init.last_line().rsplit_once("run: framelock ").unwrap().1;
    run(&chat, &next.split(' ').collect::<Vec<_>>()).ends(0);
}

#[test]
fn a_manifest_that_is_there_is_kept() {
    let folder = folder();
    let place = folder.path().join("chat/framelock.toml");
    fs::write(&place, "mine").unwrap();
    let refused = run(folder.path(), &["init", "chat/chat.json"]).ends(3);
    assert!(refused.err.contains("chat/framelock.toml is there already"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&place).unwrap(), "mine");
    assert_eq!(common::files(folder.path()).len(), 3, "nothing else was written");
}

#[test]
fn the_folder_may_be_one_above() {
    let folder = folder();
    run(folder.path(), &["init", "chat/chat.json", "--dir", "."]).ends(0);
    let manifest = fs::read_to_string(folder.path().join("framelock.toml")).unwrap();
    assert!(manifest.contains("root = \"chat/chat.json\""), "{manifest}");
}

#[test]
fn mistakes_of_usage_and_of_the_schema() {
    let folder = folder();
    fs::create_dir(folder.path().join("other")).unwrap();
    for arguments in [
        &["init"][..],
        &["init", "chat/none.json"],
        &["init", "chat/chat.json", "--package", "My Chat"],
        &["init", "chat/chat.json", "--dir", "other"],
        &["init", "chat/chat.json", "--dir", "none"],
    ] {
        run(folder.path(), arguments).ends(2);
    }
    fs::write(folder.path().join("chat/chat.json"), "{ \"type\": 1 }").unwrap();
    let found = run(folder.path(), &["init", "chat/chat.json", "--format", "short"]).ends(1);
    assert!(found.out.contains("chat/chat.json:1:11: error[invalid-keyword]"), "{}", found.out);
    assert!(!folder.path().join("chat/framelock.toml").exists());
}

#[test]
fn machines_read_an_array() {
    let folder = folder();
    let init = run(folder.path(), &["init", "chat/chat.json", "--format", "json"]).ends(0);
    assert_eq!(init.out, "[]\n");
    assert!(init.err.contains("wrote chat/framelock.toml"), "{}", init.err);
}
