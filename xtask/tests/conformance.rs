//! `framelock conformance`, as far as it needs no compiler.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Run, framelock};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A group whose schema no generator takes.
const GROUP: &str = r#"{"schema": {"type": "nonsense"}, "tests": [{"data": 1, "valid": false}]}"#;

fn run(folder: &Path, arguments: &[&str]) -> Run {
    framelock().arg("conformance").args(arguments).current_dir(folder).output().unwrap().into()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn mistakes_of_usage_end_with_2() {
    let folder = folder(&[]);
    for arguments in [
        &[][..],
        &[".", "--flip", "0"],
        &[".", "--flip", "101"],
        &[".", "--sample", "0"],
        &[".", "--with", "x"],
    ] {
        run(folder.path(), arguments).ends(2);
    }
}

#[test]
fn what_cannot_be_measured_is_one_error() {
    let folder =
        folder(&[("schemas/a.json", "{}"), ("groups/a.json", &format!("[{GROUP}]")), ("no.toml", "x = 1")]);
    for (arguments, error) in [
        (&["schemas"][..], "error: there are no groups"),
        (&["schemas/a.json"], "error: schemas/a.json holds no groups"),
        (&["nowhere"], "error: cannot read nowhere"),
        (&["groups", "--known", "no.toml"], "error: no.toml is not a list of known failures"),
        (&["groups", "--resource", "http"], "error: `--resource http` is not of the form URI=PATH"),
        (&["groups", "--with", "typify"], "error: typify is not installed"),
        (&["groups", "--with", "quicktype"], "error: quicktype is not installed"),
    ] {
        let run = run(folder.path(), arguments).ends(1);
        assert_eq!(run.err.lines().filter(|line| line.starts_with(error)).count(), 1, "{error}: {}", run.err);
        assert!(run.out.is_empty(), "{}", run.out);
    }
    let missing = run(folder.path(), &["groups", "--with", "typify"]).ends(1);
    assert!(missing.err.contains("run: sh xtask/tools/competitors.sh"), "{}", missing.err);
}

#[test]
fn machines_get_every_group() {
    let folder = folder(&[("a/b.json", &format!("[{GROUP}]")), ("a/c.jsonl", GROUP), ("a/d.json", "[]")]);
    let run = run(folder.path(), &["a", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let groups = found["generators"][0]["groups"].as_array().unwrap();
    let ids: Vec<_> = groups.iter().map(|group| group["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a/b#0", "a/c#0"]);
    assert!(groups.iter().all(|group| group["class"].as_str().unwrap().starts_with("refused-")), "{found}");
    assert_eq!(found["baselines"].as_array().unwrap().len(), 3);
    assert_eq!(run.code == Some(1), !found["unexpected"].as_array().unwrap().is_empty());
}

#[test]
fn people_get_tables_and_a_page() {
    let folder = folder(&[("a/b.json", &format!("[{GROUP}]"))]);
    let shown = run(folder.path(), &["a", "--markdown", "page.md"]);
    for part in ["folder", "keyword", "typed share", "baseline: every schema refused", "a/b#0: "] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    let page = fs::read_to_string(folder.path().join("page.md")).unwrap();
    assert!(page.starts_with("Measured on 20") && page.contains("\n## framelock "), "{page}");
}

#[test]
fn each_definition_of_a_bare_schema_is_a_group() {
    let bare = r#"{"$defs": {"a": {"type": "object", "properties": {"b": {"type": "nonsense"}}}, "c": {}}}"#;
    let folder = folder(&[("bare.json", bare), ("resource.json", r#"{"type": "nonsense"}"#)]);
    let resource = "http://localhost/r=resource.json";
    let arguments = &[".", "--format", "short", "--resource", resource];
    let run = run(folder.path(), arguments).ends(0);
    assert!(run.err.contains("2 groups (2 of them parts of bare schemas)"), "{}", run.err);
    // What is wrong with the file is told once.
    let refused = run.out.lines().filter(|line| line.starts_with("refused precisely: ")).count();
    assert_eq!(refused, 1, "{}", run.out);
}
