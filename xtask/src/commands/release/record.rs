//! Writes released versions, and finds what became of them since.

use crate::apply::{shown, write_new};
use crate::files;
use crate::present::one_line;
use anyhow::Context as _;
use framelock_codegen::evolution::Version;
use framelock_codegen::load::RELEASES;
use framelock_codegen::output::{TOOL, sha256};
use framelock_codegen::release::{BUNDLE, LEGACY, NOTES, RECORD, Record, Release};
use std::fs;
use std::path::{Path, PathBuf};

/// The files of a release that its record has the digests of.
#[derive(Debug)]
pub(super) struct Texts<'a> {
    /// The annotated bundle.
    pub bundle: &'a str,
    /// What is declared of the past, if anything is.
    pub legacy: Option<String>,
    /// The notes, if anything broke.
    pub notes: Option<&'a str>,
}

/// The protocol as it was released.
///
/// # Errors
/// The first finding about its files.
pub(super) fn protocol(release: &Release) -> anyhow::Result<Version> {
    release.version().map_err(one_line)
}

/// The first file that is not what was released, and in which way.
///
/// # Errors
/// The bundle has the bytes that were released, and cannot be read as a protocol.
pub(super) fn changed(
    release: &Release,
    previous: Option<&Release>,
) -> anyhow::Result<Option<(PathBuf, String)>> {
    let Release { folder, record, .. } = release;
    let path = folder.join(RECORD);
    if folder.file_name().is_none_or(|name| name != record.version.as_str()) {
        return Ok(Some((path, format!("is about {}", record.version))));
    }
    if record.previous.as_ref() != previous.map(|previous| &previous.digest) {
        let before = previous.map_or_else(|| "none".to_owned(), |before| before.number.to_string());
        return Ok(Some((path, format!("or that of the release before ({before}) was changed"))));
    }
    let found = changed_file(release);
    if found.is_some() || record.tool != TOOL {
        return Ok(found);
    }
    let means = protocol(release)?;
    let says = means.protocol.digest == record.wire && means.version() == record.version;
    Ok((!says).then(|| (path, format!("does not say what {BUNDLE} means on the wire"))))
}

/// The first file whose bytes are not those of which the record has the digest.
fn changed_file(release: &Release) -> Option<(PathBuf, String)> {
    let Record { bundle, legacy, notes, .. } = &*release.record;
    let files = [(BUNDLE, Some(bundle)), (LEGACY, legacy.as_ref()), (NOTES, notes.as_ref())];
    files.into_iter().find_map(|(name, wanted)| {
        let path = release.folder.join(name);
        let found = fs::read(&path).ok().map(|bytes| sha256(&bytes));
        let message = match (wanted, &found) {
            (Some(_), None) => "is missing or cannot be read",
            (None, Some(_)) => "was not released",
            (wanted, found) if wanted != found.as_ref() => "has other bytes than were released",
            _ => return None,
        };
        Some((path, message.to_owned()))
    })
}

/// Freezes a version, whole or not at all.
///
/// # Errors
/// It cannot be written, or means something else when it is read again; then nothing was changed.
pub(super) fn freeze(schema: &Path, record: &Record, texts: &Texts<'_>) -> anyhow::Result<()> {
    let releases = schema.join(RELEASES);
    let because = || format!("cannot write {}", shown(&releases));
    fs::create_dir_all(&releases).with_context(because)?;
    let staging =
        tempfile::Builder::new().prefix(".framelock-").tempdir_in(&releases).with_context(because)?;
    // A folder as everybody makes it: the one around it is for us alone.
    let new = staging.path().join(&record.version);
    fs::create_dir(&new).with_context(because)?;
    let Texts { bundle, legacy, notes } = texts;
    for (name, text) in [(BUNDLE, Some(*bundle)), (LEGACY, legacy.as_deref()), (NOTES, *notes)] {
        if let Some(text) = text {
            write_new(&new.join(name), text.as_bytes()).with_context(because)?;
        }
    }
    let text = format!(
        "# Frozen by `framelock release`: nothing in this folder ever changes.\n{}",
        toml::to_string(record)?
    );
    write_new(&new.join(RECORD), text.as_bytes()).with_context(because)?;
    let written = Release::read(&new).map_err(one_line)?;
    let means = protocol(&written).context("what was frozen cannot be read")?;
    anyhow::ensure!(
        means.protocol.digest == record.wire && means.legacy() == texts.legacy,
        "what was frozen does not mean what the schema does: this is a mistake of Framelock's"
    );
    fs::rename(&new, releases.join(&record.version)).with_context(because)
}

/// What stands in the folder of releases, by path.
pub(super) fn entries(schema: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let releases = schema.join(RELEASES);
    if releases.exists() { files::list(&releases) } else { Ok(Vec::new()) }
}
