//! Brings an output folder up to date with what was generated, or says how it differs: [`apply`].
//!
//! Three promises, kept by the modules below in turn:
//! - nothing in the folder is destroyed that Framelock did not write ([`record`], [`plan`]);
//! - a file is replaced whole or not at all, and a run that fails changes nothing ([`transaction`]);
//! - no difference goes unseen, down to the white space of a schema file ([`drift`]).

mod drift;
mod folder;
mod plan;
mod record;
#[cfg(test)]
mod tests;
mod transaction;

pub(crate) use transaction::write_new;

use crate::problem::Problem;
use anyhow::{Context as _, bail};
use folder::Folder;
use framelock_codegen::output::Output;
use plan::Plan;
use std::fs::{self, File, TryLockError};
use std::path::{Component, Path};

/// What to do about differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write what differs.
    Write {
        /// Overwrite edits as well.
        force: bool,
    },
    /// Report what differs.
    Check,
    /// Say what [`Mode::Write`] would do.
    DryRun,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The folder is up to date, or for [`Mode::DryRun`]: this is what would be done.
    Done(Summary),
    /// The folder differs from what was generated ([`Mode::Check`]).
    Drift(Vec<Problem>),
    /// Nothing was written, because something would have been lost ([`Mode::Write`]).
    Refused(Vec<Problem>),
}

/// What was written and removed, or would be.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// Written files, by path below the folder, and how many bytes each has.
    pub written: Vec<(String, u64)>,
    /// Removed files, and how many bytes each had.
    pub removed: Vec<(String, u64)>,
    /// What stands in the way of a write, in a dry run.
    pub refused: Vec<Problem>,
    /// Files that nothing generates and that Framelock did not write.
    pub strangers: Vec<Problem>,
    /// Number of files that are generated.
    pub total: usize,
}

/// The folders as messages call them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// The output folder.
    pub out: &'a Path,
    /// The schema folder, whose files the messages of a check name.
    pub schema: &'a Path,
}

impl Target<'_> {
    /// A file of the output folder, as messages call it.
    fn output(&self, path: &str) -> String {
        shown(&self.out.join(path))
    }

    /// A file of the schema folder, as messages call it; or the address of a document that was read in its place.
    fn input(&self, path: &str) -> String {
        if path.contains("://") { path.to_owned() } else { shown(&self.schema.join(path)) }
    }
}

/// A path as messages show it: the same on every platform.
pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Brings the folder up to date, or says how it differs.
///
/// # Errors
/// The folder cannot be read or written; then nothing in it has changed.
pub(crate) fn apply(target: Target<'_>, outputs: &[Output], mode: Mode) -> anyhow::Result<Outcome> {
    outputs.iter().try_for_each(check_path)?;
    if matches!(mode, Mode::Write { .. }) {
        folder::create(target.out)?;
    }
    let _lock = lock(target.out, mode)?;
    let folder = Folder::read(target.out)?;
    let plan = Plan::new(&target, outputs, &folder)?;
    match mode {
        Mode::Check => Ok(drift::compare(&target, outputs, &folder, &plan)),
        Mode::DryRun => Ok(Outcome::Done(plan.summary())),
        Mode::Write { force } => write(target.out, &folder, &plan, force),
    }
}

fn write(out: &Path, folder: &Folder, plan: &Plan<'_>, force: bool) -> anyhow::Result<Outcome> {
    let refused = plan.refused(force);
    if !refused.is_empty() {
        return Ok(Outcome::Refused(refused));
    }
    transaction::run(out, plan)?;
    // Only now: until the new record is in place, what a killed run left tells its files from edited ones.
    folder.remove_leftovers();
    Ok(Outcome::Done(Summary { refused: Vec::new(), ..plan.summary() }))
}

/// An emitter that names a file outside the folder is a mistake of ours that must not reach the disk.
fn check_path(output: &Output) -> anyhow::Result<()> {
    let plain = Path::new(&output.path).components().all(|part| matches!(part, Component::Normal(_)));
    if !plain || output.path.is_empty() || output.path.contains('\\') {
        bail!("the {} emitter names a file outside the output folder: {}", output.emitter, output.path);
    }
    Ok(())
}

/// Makes concurrent runs wait for each other. The lock is on the folder itself, so it leaves no file behind,
/// and the system gives it back when a run is killed. Where folders cannot be locked (Windows, some network
/// file systems) concurrent runs are not told apart.
fn lock(out: &Path, mode: Mode) -> anyhow::Result<Option<File>> {
    let Ok(file) = File::open(out) else {
        return Ok(None);
    };
    let exclusive = matches!(mode, Mode::Write { .. });
    let tried = if exclusive { file.try_lock() } else { file.try_lock_shared() };
    if let Err(TryLockError::WouldBlock) = tried {
        let waited = if exclusive { file.lock() } else { file.lock_shared() };
        waited.with_context(|| format!("cannot wait for another run in {}", shown(out)))?;
    }
    Ok(Some(file))
}

/// Number of bytes of a file that is about to go; 0 when it is gone already.
fn size(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |metadata| metadata.len())
}
