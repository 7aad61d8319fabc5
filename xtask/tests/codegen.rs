//! `framelock codegen` on copies of the repository's schema.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Copy, framelock};
use std::fs;

/// A generated file that is not the record.
fn some_output(copy: &Copy) -> String {
    copy.generated().into_keys().find(|path| path != "MANIFEST.json").unwrap()
}

#[test]
fn writes_then_is_up_to_date() {
    let copy = Copy::new();
    let run = copy.run(&["codegen"]).ends(0);
    let files = copy.generated().len();
    assert!(run.last_line().starts_with(&format!("wrote {files} of {files} files in ")), "{}", run.out);
    assert_eq!(run.out.lines().filter(|line| line.ends_with(" bytes)")).count(), files);
    let run = copy.run(&["codegen", "--check"]).ends(0);
    assert_eq!(run.out, format!("generated/ is up to date ({files} files)\n"));
    let run = copy.run(&["codegen"]).ends(0);
    assert!(run.last_line().starts_with(&format!("wrote 0 of {files} files")), "{}", run.out);
    assert!(run.last_line().ends_with(&format!("({files} unchanged)")), "{}", run.out);
}

#[test]
fn is_the_same_from_every_folder() {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    let inner = copy.path("some/inner/folder");
    fs::create_dir_all(&inner).unwrap();
    let run = copy.command(&["codegen", "--check"]).current_dir(&inner).output().unwrap();
    let run = common::Run::from(run).ends(0);
    assert!(run.out.starts_with("../../../generated/ is up to date"), "{}", run.out);

    let other = Copy::new();
    other.run(&["codegen", "--schema", "schema", "--out", "a folder"]).ends(0);
    assert_eq!(common::files(&other.path("a folder")), copy.generated());
    let run = other.run(&["codegen", "--schema", "./schema/", "--check"]).ends(1);
    assert!(run.out.contains("generated does not exist"), "{}", run.out);
    let run = other.run(&["codegen", "--out", "none here", "--check"]).ends(1);
    assert_eq!(run.last_line(), "run: cargo xtask codegen --out 'none here'");
}

#[test]
fn files_name_the_command_that_makes_them_again() {
    let copy = Copy::new();
    let inner = copy.path("protocols/other");
    fs::create_dir_all(&inner).unwrap();
    common::copy(&copy.path("schema"), &inner.join("schema"));
    copy.run(&["codegen", "--schema", "protocols/other/schema"]).ends(0);
    let file = inner.join("generated/rust/src/lib.rs");
    let head = fs::read_to_string(file).unwrap().lines().next().unwrap().to_owned();
    assert!(head.ends_with("run `cargo xtask codegen --schema protocols/other/schema`."), "{head}");
    // However the folder is called, and from wherever.
    let run = copy.command(&["codegen", "--check"]).current_dir(&inner).output().unwrap();
    common::Run::from(run).ends(0);
}

#[test]
fn white_space_in_a_schema_file_is_drift() {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    copy.edit("schema/protocol.schema.json", |text| text + "\n");
    let run = copy.run(&["codegen", "--check"]).ends(1);
    assert_eq!(
        run.out,
        "changed-input: schema/protocol.schema.json changed since generated/ was written\n\
         run: cargo xtask codegen\n"
    );
    copy.run(&["codegen"]).ends(0);
    copy.run(&["codegen", "--check"]).ends(0);
}

#[test]
fn changed_descriptions_are_shown_as_a_diff() {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    copy.change_descriptions();
    let run = copy.run(&["codegen", "--check"]).ends(1);
    assert!(run.out.contains("stale-output: generated/"), "{}", run.out);
    assert!(run.out.contains("\n--- generated/") && run.out.contains("Changed: "), "{}", run.out);
}

#[test]
fn a_dry_run_writes_nothing() {
    let copy = Copy::new();
    let run = copy.run(&["codegen", "--dry-run"]).ends(0);
    assert!(run.out.starts_with("would write generated/"), "{}", run.out);
    assert!(!copy.path("generated").exists());
}

#[test]
fn an_edit_by_hand_is_kept_unless_forced() {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    let output = some_output(&copy);
    let path = format!("generated/{output}");
    copy.edit(&path, |text| text + "edited\n");
    let run = copy.run(&["codegen"]).ends(3);
    assert!(run.out.contains(&format!("hand-edited-output: {path} was edited by hand")), "{}", run.out);
    assert!(run.out.contains("belongs in the schema"), "{}", run.out);
    let run = copy.run(&["codegen", "--check"]).ends(1);
    assert_eq!(run.last_line(), "run: cargo xtask codegen --force");
    copy.run(&["codegen", "--force"]).ends(0);
    copy.run(&["codegen", "--check"]).ends(0);
}

#[test]
fn files_of_others_are_reported_and_kept() {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    fs::write(copy.path("generated/\u{1b}]0;notes"), "mine").unwrap();
    let run = copy.run(&["codegen"]).ends(0);
    assert!(run.out.starts_with("orphan-output: generated/\\u{1b}]0;notes is"), "{}", run.out);
    copy.run(&["codegen", "--check"]).ends(1);
}

#[test]
fn mistakes_of_usage_end_with_2() {
    let copy = Copy::new();
    for arguments in [
        &["nonsense"][..],
        &[],
        &["codegen", "--check", "--force"],
        &["codegen", "--check", "--dry-run"],
        &["codegen", "--out", ""],
        &["codegen", "--format", "xml"],
        &["codegen", "--out", "schema/generated"],
        &["codegen", "--out", "."],
        &["check", "--only", "nonsense"],
    ] {
        copy.run(arguments).ends(2);
    }
    let empty = tempfile::TempDir::new().unwrap();
    let run = framelock().arg("codegen").current_dir(empty.path()).output().unwrap();
    let run = common::Run::from(run).ends(2);
    assert!(run.err.contains("--schema DIR"), "{}", run.err);
    assert!(files_are_as_in_the_repository(&copy));
}

fn files_are_as_in_the_repository(copy: &Copy) -> bool {
    common::files(copy.folder.path()) == common::files(Copy::new().folder.path())
}

#[test]
fn a_bad_output_folder_is_one_error() {
    let copy = Copy::new();
    fs::write(copy.path("file"), "precious").unwrap();
    for out in ["file", "file/inner", "/proc/framelock-test", "/dev/null"] {
        for check in [&[][..], &["--dry-run"]] {
            let run = copy.run(&[&["codegen", "--out", out], check].concat());
            let dry_and_absent = !check.is_empty() && out.starts_with("/proc");
            assert_eq!(run.code, Some(i32::from(!dry_and_absent)), "{out}: {run:?}");
            assert_eq!(run.err.starts_with("error: "), !dry_and_absent, "{run:?}");
        }
    }
    assert_eq!(fs::read_to_string(copy.path("file")).unwrap(), "precious");
}

#[test]
fn broken_schemas_are_findings_in_every_format() {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    let before = copy.generated();
    copy.edit("schema/protocol.schema.json", |text| text.replacen("\"$defs\"", "\"$defs\" oops", 1));
    let human = copy.run(&["codegen"]).ends(1);
    assert!(
        human.out.contains("schema/protocol.schema.json") && !human.out.contains('\u{1b}'),
        "{}",
        human.out
    );
    let short = copy.run(&["codegen", "--format", "short"]).ends(1);
    assert!(short.out.contains(": error[invalid-json]: "), "{}", short.out);
    let github = copy.run(&["codegen", "--format", "github"]).ends(1);
    assert!(github.out.starts_with("::error file=schema/protocol.schema.json,line="), "{}", github.out);
    let json = copy.run(&["--format", "json", "codegen"]).ends(1);
    let findings: Vec<serde_json::Value> = serde_json::from_str(&json.out).unwrap();
    let finding = findings.first().unwrap();
    for key in ["code", "file", "message", "help", "pointer"] {
        assert!(finding[key].is_string(), "{key}: {finding}");
    }
    assert!(finding["line"].is_u64() && finding["column"].is_u64(), "{finding}");
    assert_eq!(copy.generated(), before, "a run that fails writes nothing");
}

#[test]
fn json_is_always_an_array() {
    let copy = Copy::new();
    let entries = |arguments: &[&str], code: i32| {
        let run = copy.run(&[&["--format", "json", "codegen"], arguments].concat()).ends(code);
        serde_json::from_str::<Vec<serde_json::Value>>(&run.out).unwrap().len()
    };
    assert_eq!(entries(&["--check"], 1), 1);
    assert_eq!(entries(&[], 0), 0);
    assert_eq!(entries(&["--check"], 0), 0);
    copy.edit(&format!("generated/{}", some_output(&copy)), |text| text + "edited\n");
    assert_eq!(entries(&[], 3), 1);
    assert_eq!(entries(&["--check"], 1), 1);
    assert_eq!(entries(&["--dry-run"], 0), 0);
}

#[test]
fn no_input_makes_it_panic() {
    let deep = vec![b'['; 200_000];
    let hostile: [&[u8]; 9] = [
        b"",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[",
        b"null",
        b"{\"$ref\": \"#\"}",
        b"{\"a\": \"\x1b[2J\"}",
        &deep,
    ];
    for bytes in hostile {
        for file in ["schema/protocol.schema.json", "schema/framelock.toml"] {
            let copy = Copy::new();
            fs::write(copy.path(file), bytes).unwrap();
            let run = copy.run(&["codegen"]);
            assert_eq!(run.code, Some(1), "{file} {:?}: {run:?}", bytes.get(..9));
            assert!(!run.out.contains('\u{1b}'));
        }
    }
}

/// A protocol whose schema refers to a document elsewhere, which lies in a folder of its own.
fn with_a_document_elsewhere() -> Copy {
    let copy = Copy::new();
    fs::remove_dir_all(copy.path("schema")).unwrap();
    fs::create_dir_all(copy.path("schema")).unwrap();
    fs::create_dir_all(copy.path("remote/inner")).unwrap();
    let put = |path: &str, text: &str| fs::write(copy.path(path), text).unwrap();
    put(
        "schema/protocol.schema.json",
        r#"{ "$ref": "https://elsewhere.example/inner/a%20b.json#/$defs/A" }"#,
    );
    put("remote/inner/a b.json", r#"{ "$defs": { "A": { "$ref": "../c.json" } } }"#);
    put("remote/c.json", r#"{ "type": "string" }"#);
    put("remote/unused.json", "this is no JSON, and nothing refers to it");
    let manifest = "tool.version = \"0.1.0\"\nroots.either = \"#\"\nrust.package = \"a\"\nrust.version = \"1.0.0\"\n\
                    [schema]\nroot = \"protocol.schema.json\"\nprofile = \"any\"\ndialect = \"2020-12\"\n";
    put("schema/framelock.toml", manifest);
    copy
}

#[test]
fn documents_elsewhere_are_what_the_command_line_says() {
    let copy = with_a_document_elsewhere();
    let folder = "--resource=https://elsewhere.example/=remote";
    let alone = copy.run(&["codegen", "--format", "short"]).ends(1);
    assert!(
        alone.out.contains("error[remote-reference]") && alone.out.contains("--resource"),
        "{}",
        alone.out
    );
    copy.run(&["codegen", folder]).ends(0);
    copy.run(&["codegen", folder, "--check"]).ends(0);
    // Where the documents lie is nobody's business: the record has their addresses.
    let record = fs::read_to_string(copy.path("generated/MANIFEST.json")).unwrap();
    assert!(
        record.contains("\"https://elsewhere.example/c.json\"") && !record.contains("remote"),
        "{record}"
    );

    copy.edit("remote/c.json", |_| r#"{ "type": "number" }"#.to_owned());
    let drift = copy.run(&["codegen", folder, "--check"]).ends(1);
    assert!(drift.out.contains("changed-input: https://elsewhere.example/c.json changed"), "{}", drift.out);
    let mending = "run: cargo xtask codegen --resource https://elsewhere.example/=remote";
    assert_eq!(drift.last_line(), mending);
    // A file that is named itself counts more than a folder that holds another one, in whatever order.
    copy.edit("remote/c.json", |_| "{".to_owned());
    fs::write(copy.path("other.json"), "true").unwrap();
    copy.run(&["codegen", "--resource=https://elsewhere.example/c.json=other.json", folder]).ends(0);
}

#[test]
fn mistakes_in_documents_elsewhere_are_shown_by_their_path() {
    let copy = with_a_document_elsewhere();
    copy.edit("remote/c.json", |_| "{ \"type\": 1 }".to_owned());
    let folder = "--resource=https://elsewhere.example/=./remote";
    let found = copy.run(&["codegen", "--format", "short", folder]).ends(1);
    assert!(found.out.starts_with("./remote/c.json:1:11: error[invalid-keyword]"), "{}", found.out);
    // Only the command line leads out of the schema folder.
    copy.edit("remote/c.json", |_| "{ \"$ref\": \"file:///etc/passwd\" }".to_owned());
    let found = copy.run(&["codegen", "--format", "short", folder]).ends(1);
    assert!(found.out.starts_with("./remote/c.json:1:11: error[outside-root]"), "{}", found.out);
    for wrong in
        ["x=remote", "https://a.example/", "https://a.example/x=none.json", "https://a.example=remote"]
    {
        copy.run(&["codegen", "--resource", wrong]).ends(2);
    }
}
