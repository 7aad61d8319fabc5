//! `framelock publish`, up to where it needs other tools; the step `publish` of the check builds and tries the packages.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::Copy;
use std::fs;

/// A copy of the schema, with its generated files.
fn generated() -> Copy {
    let copy = Copy::new();
    copy.run(&["codegen"]).ends(0);
    copy
}

#[test]
fn stale_files_are_not_published() {
    let copy = generated();
    copy.change_descriptions();
    let run = copy.run(&["publish"]).ends(1);
    assert!(run.out.contains("changed-input") && run.err.contains("run: cargo xtask codegen"), "{run:?}");
    assert!(!copy.path("target").exists(), "something was written");
}

#[test]
fn packages_without_a_licence_are_not_published() {
    let copy = generated();
    copy.edit("schema/framelock.toml", |text| text.split("[publish]").next().unwrap().to_owned());
    copy.run(&["codegen"]).ends(0);
    for package in ["rust/Cargo.toml", "typescript/package.json"] {
        let text = fs::read_to_string(copy.path("generated").join(package)).unwrap();
        assert!(text.contains("publish = false") || text.contains("\"private\": true"), "{package}");
    }
    let run = copy.run(&["publish"]).ends(3);
    assert!(run.err.starts_with("error: the manifest says neither the packages' licence"), "{run:?}");
}

#[test]
fn other_peoples_files_are_not_overwritten() {
    let copy = generated();
    fs::create_dir(copy.path("out")).unwrap();
    fs::write(copy.path("out/thesis.txt"), "years of work").unwrap();
    let run = copy.run(&["publish", "--out", "out"]).ends(3);
    assert!(run.err.contains("out/thesis.txt is not of an earlier release"), "{run:?}");
    assert_eq!(fs::read_to_string(copy.path("out/thesis.txt")).unwrap(), "years of work");
}
