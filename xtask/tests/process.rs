//! `framelock` as a process: streams that close, disks that fill, umasks, signals, neighbours.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Copy, Run};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

#[test]
fn a_reader_that_went_away_is_no_error() {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    for (arguments, code) in [
        (&["explain"][..], 0),
        (&["explain", "unknown-keyword"], 0),
        (&["--help"], 0),
        (&["codegen", "--check"], 0),
        (&["codegen", "--check", "--out", "elsewhere"], 1),
        (&["codegen", "--format", "json"], 0),
        (&["check", "--list"], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = copy.command(arguments).stdout(writer).output().unwrap();
        let run = Run::from(output).ends(code);
        assert_eq!(run.err.lines().filter(|line| line.starts_with("error")).count(), 0, "{run:?}");
    }
}

#[test]
fn full_or_closed_streams_are_no_panic() {
    let copy = Copy::new();
    let run = copy.shell(r#""$framelock" explain > /dev/full"#).ends(1);
    assert!(run.err.starts_with("error: standard output cannot be written"), "{}", run.err);
    copy.shell(r#""$framelock" explain nonsense 2> /dev/full"#).ends(2);
    copy.shell(r#""$framelock" codegen >&- 2>&- <&-"#).ends(0);
}

#[test]
fn modes_follow_the_umask_and_are_never_executable() {
    for (umask, wanted) in [("000", 0o644), ("022", 0o644), ("077", 0o600), ("027", 0o640)] {
        let copy = Copy::new();
        copy.shell(&format!(r#"umask {umask} && "$framelock" codegen"#)).ends(0);
        for path in copy.generated().keys() {
            let mode = fs::metadata(copy.path("generated").join(path)).unwrap().permissions().mode();
            assert_eq!(mode & 0o7777, wanted, "umask {umask}: {path}");
        }
        let folder = fs::metadata(copy.path("generated")).unwrap().permissions().mode();
        assert_eq!(folder & 0o022, 0, "umask {umask}: the folder is writable for others");
    }
}

/// A limit on the size of files is the full disk that any user can have.
#[test]
fn a_write_that_fails_changes_nothing() {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    let before = copy.generated();
    copy.change_descriptions();
    let run = copy.shell(r#"trap '' XFSZ; ulimit -f 0; exec "$framelock" codegen"#).ends(1);
    assert!(
        run.err.starts_with("error: nothing was changed\n  because: cannot write generated/"),
        "{}",
        run.err
    );
    assert_eq!(copy.generated(), before, "and no staging folder is left");
}

/// The folder is switched between two schemas by runs that are killed at random points.
#[test]
fn a_killed_run_leaves_whole_files() {
    let (old, new) = (Copy::new(), Copy::new());
    new.change_descriptions();
    old.run(&["codegen"]).ends(0);
    let start = Instant::now();
    new.run(&["codegen"]).ends(0);
    let full = start.elapsed();
    let (old_files, new_files) = (old.generated(), new.generated());
    let out = new.path("generated");
    for round in 0_u32..40 {
        let schema = if round % 2 == 0 { &old } else { &new };
        let arguments = ["codegen", "--schema", "schema", "--out", out.to_str().unwrap()];
        let mut child = schema.command(&arguments).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(full * (round * 37 % 40) / 40);
        child.kill().unwrap();
        child.wait().unwrap();
        for (path, bytes) in common::files(&out) {
            let staged = path.starts_with(".framelock-");
            let whole = old_files.get(&path) == Some(&bytes) || new_files.get(&path) == Some(&bytes);
            assert!(staged || whole, "round {round}: {path} is torn");
        }
    }
    new.run(&["codegen"]).ends(0);
    assert_eq!(new.generated(), new_files, "the next run leaves the right files and no staging folder");
}

#[test]
fn concurrent_runs_leave_one_valid_result() {
    let (old, new) = (Copy::new(), Copy::new());
    new.change_descriptions();
    old.run(&["codegen"]).ends(0);
    let old_files = old.generated();
    let out = old.path("generated");
    let arguments = ["codegen", "--out", out.to_str().unwrap()];
    let children: Vec<_> = (0..6)
        .map(|number| if number % 2 == 0 { &old } else { &new })
        .map(|schema| schema.command(&arguments).stdout(std::process::Stdio::null()).spawn().unwrap())
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
        std::thread::sleep(Duration::from_millis(1));
    }
    new.run(&["codegen"]).ends(0);
    let found = common::files(&out);
    assert!(found == old_files || found == new.generated());
}
