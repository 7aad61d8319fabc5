//! [`apply`] against small folders, with outputs made by hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod crash;
mod hostile;

use super::{Mode, Outcome, Summary, Target, apply};
use crate::problem::{Kind, Problem};
use framelock_codegen::output::{MANIFEST, Output, OutputEntry, OutputManifest, sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const WRITE: Mode = Mode::Write { force: false };
const FORCE: Mode = Mode::Write { force: true };

/// An empty place with an output folder that does not exist yet.
struct Place {
    _folder: TempDir,
    out: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { out: folder.path().join("generated"), _folder: folder }
    }

    fn apply(&self, outputs: &[Output], mode: Mode) -> anyhow::Result<Outcome> {
        apply(Target { out: &self.out, schema: Path::new("schema") }, outputs, mode)
    }

    fn write(&self, outputs: &[Output]) -> Summary {
        done(self.apply(outputs, WRITE).unwrap())
    }

    fn drift(&self, outputs: &[Output]) -> Vec<Problem> {
        match self.apply(outputs, Mode::Check).unwrap() {
            Outcome::Drift(problems) => problems,
            other => panic!("no drift: {other:?}"),
        }
    }

    fn refused(&self, outputs: &[Output], mode: Mode) -> Vec<Kind> {
        match self.apply(outputs, mode).unwrap() {
            Outcome::Refused(problems) => kinds(&problems),
            other => panic!("not refused: {other:?}"),
        }
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.out.join(path)).unwrap()
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.out.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every name in the outermost folder.
    fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(&self.out).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn assert_no_staging(&self) {
        let names = self.names();
        assert!(!names.iter().any(|name| name.starts_with(".framelock")), "{names:?}");
    }
}

fn done(outcome: Outcome) -> Summary {
    match outcome {
        Outcome::Done(summary) => summary,
        other => panic!("not done: {other:?}"),
    }
}

fn kinds(problems: &[Problem]) -> Vec<Kind> {
    problems.iter().map(|problem| problem.kind).collect()
}

/// Files with these texts and their record, from inputs with these texts.
fn generated(inputs: &[(&str, &str)], files: &[(&str, &str)]) -> Vec<Output> {
    let output =
        |path: &str, text: &str| Output { path: path.to_owned(), emitter: "test", text: text.to_owned() };
    let hash = |(path, text): &(&str, &str)| ((*path).to_owned(), sha256(text.as_bytes()));
    let inputs: BTreeMap<_, _> = inputs.iter().map(hash).collect();
    let entry = |sha256| OutputEntry { emitter: "test".to_owned(), sha256 };
    let outputs = files.iter().map(hash).map(|(path, hash)| (path, entry(hash))).collect();
    let record = OutputManifest { tool: "framelock 1".to_owned(), command: "c".to_owned(), inputs, outputs };
    let mut files: Vec<_> = files.iter().map(|(path, text)| output(path, text)).collect();
    files.push(output(MANIFEST, &serde_json::to_string_pretty(&record).unwrap()));
    files
}

fn first() -> Vec<Output> {
    generated(
        &[("a.json", "1")],
        &[("rust/src/lib.rs", "one\n"), ("rust/src/old.rs", "old\n"), ("top.json", "{}\n")],
    )
}

fn second() -> Vec<Output> {
    generated(
        &[("a.json", "2")],
        &[("rust/src/lib.rs", "two\n"), ("rust/src/new.rs", "new\n"), ("top.json", "{}\n")],
    )
}

#[test]
fn writes_what_differs_and_nothing_else() {
    let place = Place::new();
    let summary = place.write(&first());
    assert_eq!((summary.written.len(), summary.total), (4, 4));
    assert_eq!(summary.written.last().unwrap().0, MANIFEST, "the record comes last");
    let before = fs::metadata(place.out.join("top.json")).unwrap().modified().unwrap();
    assert_eq!(place.write(&first()).written.len(), 0);

    let summary = place.write(&second());
    let written: Vec<_> = summary.written.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(written, ["rust/src/lib.rs", "rust/src/new.rs", MANIFEST]);
    assert_eq!(summary.removed, [("rust/src/old.rs".to_owned(), 4)]);
    assert_eq!(place.text("rust/src/lib.rs"), "two\n");
    assert!(!place.out.join("rust/src/old.rs").exists());
    assert_eq!(fs::metadata(place.out.join("top.json")).unwrap().modified().unwrap(), before);
    place.assert_no_staging();
}

#[test]
fn removes_a_folder_with_its_last_file() {
    let place = Place::new();
    place.write(&generated(&[], &[("a/b/c.rs", "x"), ("d.rs", "y")]));
    place.write(&generated(&[], &[("d.rs", "y")]));
    assert_eq!(place.names(), ["MANIFEST.json", "d.rs"].map(str::to_owned).into());
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::new();
    let summary = done(place.apply(&first(), Mode::DryRun).unwrap());
    assert_eq!(summary.written.len(), 4);
    assert!(!place.out.exists());
    place.write(&first());
    place.put("rust/src/lib.rs", "edited\n");
    let summary = done(place.apply(&second(), Mode::DryRun).unwrap());
    assert_eq!((summary.written.len(), summary.removed.len()), (3, 1));
    assert_eq!(kinds(&summary.refused), [Kind::HandEditedOutput]);
    assert_eq!(place.text("rust/src/lib.rs"), "edited\n");
}

#[test]
fn drift_is_told_in_order_files_inputs_bytes() {
    let place = Place::new();
    assert_eq!(kinds(&place.drift(&first())), [Kind::MissingOutput], "no folder at all");
    place.write(&first());
    place.put("notes.txt", "mine");
    let problems = place.drift(&second());
    assert_eq!(
        kinds(&problems),
        [Kind::MissingOutput, Kind::OrphanOutput, Kind::OrphanOutput, Kind::ChangedInput, Kind::StaleOutput]
    );
    assert_eq!(problems.get(3).unwrap().file, "schema/a.json");
    let diff = problems.last().unwrap().diff.as_deref().unwrap();
    assert!(diff.contains("-one\n") && diff.contains("+two"), "{diff}");
}

#[test]
fn every_change_of_an_input_counts() {
    let place = Place::new();
    let files = [("x", "x")];
    place.write(&generated(&[("a", "1"), ("b", "2")], &files));
    let problems = place.drift(&generated(&[("a", "1 "), ("c", "3")], &files));
    let said: Vec<_> =
        problems.iter().map(|problem| format!("{} {}", problem.file, problem.message)).collect();
    let since = format!("since {}/ was written", place.out.display());
    assert_eq!(
        said,
        [
            format!("schema/a changed {since}"),
            format!("schema/c was added {since}"),
            format!("schema/b was deleted {since}")
        ]
    );
}

#[test]
fn line_ends_are_no_edit_and_are_called_by_name() {
    let place = Place::new();
    place.write(&first());
    place.put("rust/src/lib.rs", "one\r\n");
    let problems = place.drift(&first());
    assert_eq!(kinds(&problems), [Kind::LineEnds]);
    assert_eq!(problems.first().unwrap().diff, None);
    place.write(&first());
    assert_eq!(place.text("rust/src/lib.rs"), "one\n");
}

#[test]
fn long_differences_are_cut() {
    let place = Place::new();
    let old = "a\n".repeat(500);
    let new = "b\n".repeat(500);
    let names: Vec<String> = (0..9).map(|number| format!("f{number}")).collect();
    let files = |text| names.iter().map(|name| (name.as_str(), text)).collect::<Vec<_>>();
    place.write(&generated(&[], &files(old.as_str())));
    let problems = place.drift(&generated(&[], &files(new.as_str())));
    let diffs: Vec<_> = problems.iter().filter_map(|problem| problem.diff.as_deref()).collect();
    assert_eq!((problems.len(), diffs.len()), (9, 5));
    assert!(diffs.iter().all(|diff| diff.lines().count() <= 43 && diff.contains("1000 lines differ")));
}

#[test]
fn another_version_of_the_tool_is_one_finding_and_no_diffs() {
    let place = Place::new();
    place.write(&first());
    let record = place.text(MANIFEST).replace("framelock 1", "framelock 0");
    place.put(MANIFEST, &record);
    assert_eq!(kinds(&place.drift(&first())), [Kind::OtherTool]);
    assert!(place.drift(&second()).iter().all(|problem| problem.diff.is_none()));
}

#[test]
fn edits_by_hand_are_kept_unless_forced() {
    let place = Place::new();
    place.write(&first());
    place.put("rust/src/lib.rs", "edited\n");
    assert_eq!(kinds(&place.drift(&first())), [Kind::HandEditedOutput]);
    assert_eq!(place.refused(&second(), WRITE), [Kind::HandEditedOutput]);
    assert_eq!(place.text("rust/src/lib.rs"), "edited\n");
    assert!(!place.out.join("rust/src/new.rs").exists(), "a refused run writes nothing");
    done(place.apply(&second(), FORCE).unwrap());
    assert_eq!(place.text("rust/src/lib.rs"), "two\n");
}

#[test]
fn an_edited_file_is_not_removed_as_an_orphan() {
    let place = Place::new();
    place.write(&first());
    place.put("rust/src/old.rs", "edited\n");
    assert_eq!(place.refused(&second(), WRITE), [Kind::HandEditedOutput]);
}

#[test]
fn files_of_others_stay() {
    let place = Place::new();
    place.put("notes.txt", "mine");
    place.put("rust/target/x", "build");
    place.put("rust/Cargo.lock", "lock");
    place.put("ts/node_modules/x/y.js", "dependency");
    place.put("python/__pycache__/x.pyc", "cache");
    let summary = place.write(&first());
    assert_eq!(kinds(&summary.strangers), [Kind::OrphanOutput], "only notes.txt");
    assert_eq!(kinds(&place.drift(&first())), [Kind::OrphanOutput]);
    assert_eq!(place.text("notes.txt"), "mine");
    assert_eq!(place.text("rust/target/x"), "build");
}

#[test]
fn a_file_of_somebody_else_in_the_way_is_not_overwritten() {
    let place = Place::new();
    place.put("top.json", "mine");
    assert_eq!(place.refused(&first(), WRITE), [Kind::ForeignOutput]);
    assert_eq!(place.text("top.json"), "mine");
    done(place.apply(&first(), FORCE).unwrap());
}

#[test]
fn a_damaged_record_is_mended_only_where_nothing_is_lost() {
    let place = Place::new();
    place.write(&first());
    place.put(MANIFEST, "<<<<<<< ours\n");
    assert_eq!(kinds(&place.drift(&first())), [Kind::UnreadableRecord]);
    assert_eq!(place.refused(&second(), WRITE), [Kind::UnreadableRecord]);
    place.write(&first());
    place.put(MANIFEST, "<<<<<<< ours\n");
    done(place.apply(&second(), FORCE).unwrap());
    // What the damaged record listed is nobody's now, hence left alone.
    assert_eq!(kinds(&place.drift(&second())), [Kind::OrphanOutput]);
}

#[test]
fn a_run_after_a_killed_one_knows_its_files() {
    let place = Place::new();
    place.write(&first());
    // Killed after the first rename: the new record is staged, a new file is in place.
    place.put(".framelock-abc123/MANIFEST.json", &second().last().unwrap().text);
    place.put(".framelock-abc123/new-1", "new\n");
    place.put("rust/src/lib.rs", "two\n");
    assert_eq!(place.write(&first()).written, [("rust/src/lib.rs".to_owned(), 4)]);
    place.assert_no_staging();
}
