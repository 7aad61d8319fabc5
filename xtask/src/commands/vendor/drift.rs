//! How a copy differs from its package: which files, which version it was made of, and which messages are others.

use super::Copy;
use super::source::Source;
use crate::apply::{self, Mode, Outcome, Target, shown};
use crate::commands::compat::change_in_words;
use crate::package::{PROTOCOL, PackageManifest};
use crate::problem::{Kind, Problem};
use framelock_codegen::evolution::{Change, Settings, compare};
use framelock_codegen::output::{MANIFEST, sha256};
use std::fs;

/// Most changes that are told one by one.
const CHANGES_SHOWN: usize = 8;

const UPDATE: &str = "bring it up to date, and commit it: framelock vendor";
const DISCARD: &str =
    "change the schema where the package is made; this discards the edit: framelock vendor --force";

/// All differences, or none.
///
/// # Errors
/// Something cannot be read.
pub(super) fn of(copy: &Copy<'_>) -> anyhow::Result<Vec<Problem>> {
    let source = match Source::read(copy)? {
        Ok(source) => source,
        Err(problem) => return Ok(vec![problem]),
    };
    let target = Target { out: &copy.folder, schema: &copy.package };
    let Outcome::Drift(found) = apply::apply(target, &source.outputs, Mode::Check)? else {
        return Ok(Vec::new());
    };
    let record = PackageManifest::read(&copy.folder).ok().flatten();
    let stale = record.filter(|record| *record != source.manifest);
    let mut problems = Vec::new();
    if let Some(record) = &stale {
        problems.push(outdated(copy, record, &source));
    }
    // Of an old copy only what somebody did to it is told file by file.
    let told = |problem: &Problem| stale.is_none() || is_edit(problem.kind);
    problems.extend(found.into_iter().filter(told).map(reworded));
    problems.extend(edited_protocol(copy, stale.as_ref(), &source));
    Ok(problems)
}

const fn is_edit(kind: Kind) -> bool {
    matches!(kind, Kind::HandEditedOutput | Kind::ForeignOutput | Kind::BlockedOutput)
}

/// The copy is of another version than the package.
fn outdated(copy: &Copy<'_>, record: &PackageManifest, source: &Source) -> Problem {
    let (before, now) = (record.shown(), source.manifest.shown());
    let mut message = format!("was made of {before}, and {} holds {now}", shown(&copy.package));
    let untouched = record.files.outputs.get(PROTOCOL).is_some_and(|entry| {
        fs::read(copy.folder.join(PROTOCOL)).is_ok_and(|bytes| sha256(&bytes) == entry.sha256)
    });
    let old = if untouched { record.protocol_in(&copy.folder) } else { None };
    if let (Some(old), Some(new)) = (old, source.manifest.protocol_in(&copy.package)) {
        message += &summary(&compare(&old, &new, &Settings::default()).changes);
    }
    Problem::new(Kind::StaleCopy, shown(&copy.folder.join(MANIFEST)), message, UPDATE)
}

/// What changed, in a line.
fn summary(changes: &[Change]) -> String {
    let told: Vec<String> = changes.iter().take(CHANGES_SHOWN).map(change_in_words).collect();
    let more = match changes.len().saturating_sub(CHANGES_SHOWN) {
        0 => String::new(),
        more => format!("; and {more} more, which `framelock compat` lists"),
    };
    if told.is_empty() { String::new() } else { format!(": {}{more}", told.join("; ")) }
}

/// Where a protocol that was edited by hand says otherwise than the package's.
fn edited_protocol(copy: &Copy<'_>, stale: Option<&PackageManifest>, source: &Source) -> Vec<Problem> {
    let manifest = &source.manifest;
    let path = copy.folder.join(PROTOCOL);
    let wanted = stale.unwrap_or(manifest).files.outputs.get(PROTOCOL);
    let edited =
        wanted.is_some_and(|entry| fs::read(&path).is_ok_and(|bytes| sha256(&bytes) != entry.sha256));
    if !edited {
        return Vec::new();
    }
    let (Some(of_package), Some(here)) =
        (manifest.protocol_in(&copy.package), manifest.protocol_in(&copy.folder))
    else {
        return Vec::new();
    };
    let changes = compare(&of_package, &here, &Settings::default()).changes;
    let told = changes.iter().map(|change| {
        let message = format!("says otherwise than the package: {}", change_in_words(change));
        let line = change.place.as_ref().map_or(1, |place| place.line);
        Problem { line, ..Problem::new(Kind::DriftedCopy, shown(&path), message, DISCARD) }
    });
    told.collect()
}

/// What [`apply`] finds wrong with a folder of generated files, said of a copy.
pub(super) fn reworded(problem: Problem) -> Problem {
    let Problem { kind, file, message, help, .. } = problem;
    let (message, help) = match kind {
        Kind::MissingOutput => ("is missing".to_owned(), UPDATE),
        Kind::OrphanOutput => ("is not of the package".to_owned(), "move it out of the copy"),
        Kind::HandEditedOutput => ("was edited by hand".to_owned(), DISCARD),
        Kind::StaleOutput => ("is not what the package holds".to_owned(), UPDATE),
        Kind::ForeignOutput => {
            ("is not what the package holds, and was not copied from it".to_owned(), DISCARD)
        }
        Kind::LineEnds => (
            "differs in its line ends only".to_owned(),
            "put `* text eol=lf` into its folder's .gitattributes",
        ),
        _ => (message, help),
    };
    let diff = problem.diff.map(|diff| diff.replacen("(generated now)", "(in the package)", 1));
    Problem { diff, ..Problem::new(Kind::DriftedCopy, file, message, help) }
}
