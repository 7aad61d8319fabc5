//! The folder with what is published.

use super::build::Release;
use super::shown;
use crate::files;
use anyhow::{Context as _, bail};
use framelock_codegen::output::MANIFEST;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Refuses a folder that holds something else than an earlier release: it would be lost.
///
/// # Errors
/// What is there, and that it stays.
pub(super) fn refuse_strangers(out: &Path) -> anyhow::Result<()> {
    if !out.exists() {
        return Ok(());
    }
    let found = names(out)?;
    let known =
        fs::read_to_string(out.join(MANIFEST)).ok().and_then(|text| listed(&text)).unwrap_or_default();
    match found.iter().find(|name| !known.contains(*name)) {
        Some(stranger) => {
            bail!(
                "{}/{stranger} is not of an earlier release, and would be lost; name another folder with --out",
                shown(out)
            )
        }
        None => Ok(()),
    }
}

/// Puts the release into its folder, whole or not at all.
///
/// # Errors
/// The folder cannot be written.
pub(super) fn put(release: &Release, out: &Path) -> anyhow::Result<()> {
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let because = || format!("cannot write {}", out.display());
    fs::create_dir_all(parent).with_context(because)?;
    let staging = tempfile::Builder::new().prefix(".framelock-").tempdir_in(parent).with_context(because)?;
    let (new, old) = (staging.path().join("new"), staging.path().join("old"));
    files::copy_folder(&release.folder, &new)?;
    if out.exists() {
        fs::rename(out, &old).with_context(because)?;
    }
    fs::rename(&new, out).with_context(because)
}

/// How a folder differs from the release: a line for each file.
///
/// # Errors
/// It cannot be read.
pub(super) fn compare(release: &Release, out: &Path) -> anyhow::Result<Vec<String>> {
    if !out.exists() {
        bail!("{} does not exist; build the packages first: framelock publish", out.display());
    }
    let (wanted, found) = (names(&release.folder)?, names(out)?);
    let mut differences = Vec::new();
    for name in wanted.union(&found) {
        match (wanted.contains(name), found.contains(name)) {
            (true, false) => differences.push(format!("{name}: missing")),
            (false, true) => differences.push(format!("{name}: the schema makes no such file")),
            _ if read(&release.folder, name)? != read(out, name)? => {
                differences.push(format!("{name}: has other bytes"));
            }
            _ => {}
        }
    }
    Ok(differences)
}

fn read(folder: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let path = folder.join(name);
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The names of all that a folder holds.
fn names(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let name =
        |path: &std::path::PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(files::list(folder)?.iter().map(name).collect())
}

/// The files of a release, by its `MANIFEST.json`.
fn listed(manifest: &str) -> Option<BTreeSet<String>> {
    let manifest: serde_json::Value = serde_json::from_str(manifest).ok()?;
    let files = manifest.get("files")?.as_object()?.keys().cloned();
    Some(files.chain([MANIFEST.to_owned()]).collect())
}
