//! `framelock release`: freezes the protocol as it stands as a version, when all that such a version must say is said.

mod next;
mod record;

use super::codegen;
use crate::Exit;
use crate::apply::shown;
use crate::cli::ReleaseArgs;
use crate::present::{self, one_line};
use crate::problem::{Kind, Problem};
use crate::screen::{self, Screen};
use crate::workspace::Folders;
use anyhow::{Context as _, anyhow, bail};
use framelock_codegen::evolution::{SemVer, Version};
use framelock_codegen::load::RELEASES;
use framelock_codegen::output::{TOOL, sha256};
use framelock_codegen::release::{Notes, Record, Release};
use framelock_codegen::{Config, Generation};
pub(super) use next::missing_note;
use next::{Next, Since};
use record::Texts;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Runs the command.
///
/// # Errors
/// The generated files are stale, or a file cannot be read or written.
pub(crate) fn run(args: &ReleaseArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let folders = match Folders::of(args.schema.as_deref(), None) {
        Ok(folders) => folders,
        Err(error) => {
            screen::error(&error);
            return Ok(Exit::Usage);
        }
    };
    let Some(number) = args.version else { return check(&folders.schema, screen) };
    codegen::check_fresh(args.schema.clone(), screen)?;
    let (Ok(generation), Ok(version)) =
        (Config::new(&folders.schema).generate(), Version::read_folder(&folders.schema))
    else {
        bail!("the schema changed while it was read");
    };
    let Some(bundle) = bundle(&generation) else {
        let message =
            "a release is the schema in one file, and the manifest asks for none; add a table `bundle`";
        screen::error(&anyhow!("{message} to {}", shown(&folders.schema.join("framelock.toml"))));
        return Ok(Exit::WillNot);
    };
    let exit = release(number, &folders.schema, &version, bundle, args.dry_run, screen)?;
    if exit == Exit::Fine {
        present::nothing(screen)?;
    }
    Ok(exit)
}

/// `release --check`.
fn check(schema: &Path, screen: &mut Screen) -> anyhow::Result<Exit> {
    let problems = changed(schema)?;
    present::problems(&problems, screen)?;
    if !problems.is_empty() {
        return Ok(Exit::Findings);
    }
    screen.remark(&format!(
        "{} releases are as they were released",
        Release::all(schema).map_err(one_line)?.len()
    ))?;
    Ok(Exit::Fine)
}

/// The same as a step of `check`: it says nothing when all is well.
///
/// # Errors
/// A release was changed; which has been printed.
pub(crate) fn check_unchanged(schema: &Path, screen: &mut Screen) -> anyhow::Result<()> {
    let problems = changed(schema)?;
    present::problems(&problems, screen)?;
    if problems.is_empty() { Ok(()) } else { bail!("{} files of releases changed", problems.len()) }
}

/// Released versions that are not what was released, and whether the schema gives one of them another meaning.
pub(super) fn changed(schema: &Path) -> anyhow::Result<Vec<Problem>> {
    let strangers = record::entries(schema)?;
    let strangers =
        strangers.iter().filter(|path| !Release::is_at(path) && **path != Notes::next_path(schema));
    let help = "remove it, or restore its release.toml from version control";
    let stranger = |path| Problem::new(Kind::ChangedRelease, shown(path), "is no release", help);
    let mut problems: Vec<Problem> = strangers.map(|path| stranger(path)).collect();
    let releases = Release::all(schema).map_err(one_line)?;
    let mut previous = None;
    for release in &releases {
        if let Some((path, message)) = record::changed(release, previous)? {
            let help = "restore it from version control: a released version never changes";
            problems.push(Problem::new(Kind::ChangedRelease, shown(&path), message, help));
        }
        previous = Some(release);
    }
    // Nothing was released, and whatever is wrong with the schema is not asked here.
    if releases.is_empty() {
        return Ok(problems);
    }
    let Ok(now) = Version::read_folder(schema) else {
        bail!("the schema has mistakes; they are listed by: framelock codegen --check");
    };
    let same = releases.iter().find(|release| release.record.version == now.version());
    if same.is_some_and(|release| release.record.tool == TOOL && release.record.wire != now.protocol.digest) {
        let message =
            format!("means something else on the wire than {} did when it was released", now.version());
        let help = "raise `x-protocol.version`, and run codegen";
        problems.push(Problem::new(Kind::WrongVersion, shown(schema), message, help));
    }
    Ok(problems)
}

/// The fingerprints of changes that have a note which says all: in releases since the one of that number, or in the next
/// one.
///
/// # Errors
/// A file of notes cannot be read.
pub(crate) fn noted(schema: &Path, since: Option<SemVer>) -> anyhow::Result<BTreeSet<String>> {
    let mut fingerprints = BTreeSet::new();
    let releases = Release::all(schema).map_err(one_line)?.into_iter();
    let releases = releases.filter(|release| Some(release.number) > since);
    for notes in releases.map(|release| release.notes()).chain([Notes::read_next(schema)]) {
        let whole = notes.map_err(one_line)?.breaking.into_iter().filter(|(_, note)| note.unsaid().is_none());
        fingerprints.extend(whole.map(|(fingerprint, _)| fingerprint));
    }
    Ok(fingerprints)
}

/// The annotated bundle among the generated files.
fn bundle(generation: &Generation) -> Option<&str> {
    let found = generation.outputs.iter().find(|output| output.path.ends_with(".annotated.schema.json"));
    found.filter(|_| generation.manifest.bundle.is_some()).map(|output| output.text.as_str())
}

/// Freezes a version, or says why not.
fn release(
    number: SemVer,
    schema: &Path,
    version: &Version,
    bundle: &str,
    dry_run: bool,
    screen: &mut Screen,
) -> anyhow::Result<Exit> {
    let releases = Release::all(schema).map_err(one_line)?;
    let same = releases.iter().find(|release| release.number == number);
    let mut texts = Texts { bundle, legacy: version.legacy(), notes: None };
    if let Some(release) = same.filter(|release| release.record.version == version.version()) {
        return again(release, &texts, screen);
    }
    let problems = out_of_turn(number, schema, version, &releases)?;
    if !problems.is_empty() {
        present::problems(&problems, screen)?;
        return Ok(Exit::Findings);
    }
    let notes = Notes::read_next(schema).map_err(one_line)?;
    texts.notes = Some(notes.text.as_str()).filter(|text| !text.is_empty());
    let record = record_of(version, &texts, releases.last());
    let since = Since::all(releases, version)?;
    let next = Next { schema, number, version, since, notes: &notes };
    let problems = next.problems()?;
    if !problems.is_empty() {
        present::problems(&problems, screen)?;
        if let Some(stub) = next.stub()? {
            screen
                .remark(&format!("\nfill in and add to {}:\n\n{stub}", shown(&Notes::next_path(schema))))?;
        }
        return Ok(Exit::Findings);
    }
    let folder = schema.join(RELEASES).join(number.to_string());
    if dry_run {
        screen.remark(&format!("would freeze {} ({} bytes)", shown(&folder), bundle.len()))?;
        return Ok(Exit::Fine);
    }
    record::freeze(schema, &record, &texts)?;
    // The notes are part of the release now.
    if !notes.text.is_empty() {
        let path = Notes::next_path(schema);
        fs::remove_file(&path)
            .with_context(|| format!("{number} is released, but {} is left", shown(&path)))?;
    }
    let digest = &version.protocol.digest;
    screen.remark(&format!("froze {} ({} bytes, wire digest {digest})", shown(&folder), bundle.len()))?;
    Ok(Exit::Fine)
}

/// What is wrong with the version's number, or with the releases that it would follow.
fn out_of_turn(
    number: SemVer,
    schema: &Path,
    version: &Version,
    releases: &[Release],
) -> anyhow::Result<Vec<Problem>> {
    let wrong = |message, help| Problem::new(Kind::WrongVersion, shown(schema), message, help);
    if version.version() != number.to_string() {
        let message = format!("says version {}, not {number}", version.version());
        let help = "write the version that is to be released under `x-protocol.version`, and run codegen";
        return Ok(vec![wrong(message, help)]);
    }
    let mut problems = changed(schema)?;
    if let Some(last) = releases.last().filter(|last| last.number > number) {
        let message = format!("says version {number}, and {} is released already", last.number);
        problems.push(wrong(message, "raise `x-protocol.version`, and run codegen"));
    }
    Ok(problems)
}

/// A version that is released already.
fn again(release: &Release, texts: &Texts<'_>, screen: &mut Screen) -> anyhow::Result<Exit> {
    let legacy = texts.legacy.as_deref().map(|text| sha256(text.as_bytes()));
    if release.record.bundle == sha256(texts.bundle.as_bytes()) && release.record.legacy == legacy {
        screen.remark(&format!("{} is released already, as it stands", release.number))?;
        return Ok(Exit::Fine);
    }
    screen::error(&anyhow!(
        "{} is released already, and {} holds something else than the schema says now; a released version never \
         changes: raise `x-protocol.version`",
        release.number,
        shown(&release.folder),
    ));
    Ok(Exit::WillNot)
}

/// What `release.toml` says of a version.
fn record_of(version: &Version, texts: &Texts<'_>, previous: Option<&Release>) -> Record {
    Record {
        version: version.version(),
        tool: TOOL.to_owned(),
        wire: version.protocol.digest.clone(),
        bundle: sha256(texts.bundle.as_bytes()),
        legacy: texts.legacy.as_deref().map(|text| sha256(text.as_bytes())),
        notes: texts.notes.map(|text| sha256(text.as_bytes())),
        previous: previous.map(|release| release.digest.clone()),
        roots: version.bundled_roots(),
        packages: version.manifest.as_ref().map(next::packages).unwrap_or_default(),
    }
}
