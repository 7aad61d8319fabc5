//! Carries a plan out so that every file is replaced whole, and so that a failure changes nothing.
//!
//! All new files are first written to a staging folder inside the output folder, hence on the same file
//! system, and forced to disk. Then they are renamed into place one after another; what they replace is kept
//! in the staging folder until the end, to be put back if a rename fails. A run that is killed in between
//! leaves whole files, old ones and new ones, and its staging folder, from which the next run learns that the
//! new ones are no edits.

use super::folder::{STAGING, builder};
use super::plan::Plan;
use super::shown;
use anyhow::Context as _;
use framelock_codegen::output::{MANIFEST, Output};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Carries the plan out.
///
/// # Errors
/// Something cannot be written; then the folder is as it was.
pub(super) fn run(out: &Path, plan: &Plan<'_>) -> anyhow::Result<()> {
    if plan.write.is_empty() && plan.remove.is_empty() {
        return Ok(());
    }
    let mut transaction = Transaction::begin(out)?;
    let done = transaction.stage(plan).and_then(|()| transaction.replace(plan));
    if let Err(error) = done {
        return Err(transaction.undo(error));
    }
    transaction.finish();
    Ok(())
}

/// A plan that is being carried out.
#[derive(Debug)]
struct Transaction<'a> {
    out: &'a Path,
    staging: TempDir,
    undo: Vec<Undo>,
    /// Folders in which a name changed.
    touched: BTreeSet<PathBuf>,
}

/// How to take one step back.
#[derive(Debug)]
enum Undo {
    /// Put the old file back.
    Restore { old: PathBuf, place: PathBuf },
    /// Remove the new file.
    RemoveFile(PathBuf),
    /// Remove the new folder.
    RemoveFolder(PathBuf),
}

impl<'a> Transaction<'a> {
    fn begin(out: &'a Path) -> anyhow::Result<Self> {
        let staging = tempfile::Builder::new().prefix(STAGING).rand_bytes(6).tempdir_in(out);
        // The library's own message names the random path, which helps nobody.
        let staging = staging.map_err(|error| std::io::Error::from(error.kind()));
        let staging = staging.with_context(|| format!("cannot write to the output folder {}", shown(out)))?;
        Ok(Self { out, staging, undo: Vec::new(), touched: BTreeSet::new() })
    }

    /// Writes all new files to the staging folder.
    fn stage(&self, plan: &Plan<'_>) -> anyhow::Result<()> {
        for (index, write) in plan.write.iter().enumerate() {
            let staged = self.staged(index, write.output);
            let done = write_new(&staged, write.output.text.as_bytes());
            done.with_context(|| format!("cannot write {}", shown(&self.out.join(&write.output.path))))?;
        }
        Ok(())
    }

    /// Where a new file is staged: the record under its own name, for the next run to find it.
    fn staged(&self, index: usize, output: &Output) -> PathBuf {
        let name = if output.path == MANIFEST { MANIFEST.to_owned() } else { format!("new-{index}") };
        self.staging.path().join(name)
    }

    /// Renames the new files into place and the old ones out of it, the record last of all.
    fn replace(&mut self, plan: &Plan<'_>) -> anyhow::Result<()> {
        let writes = || plan.write.iter().enumerate();
        for (index, write) in writes().filter(|(_, write)| write.output.path != MANIFEST) {
            self.place(index, write.output)?;
        }
        for (path, _) in &plan.remove {
            self.remove(path)?;
        }
        for (index, write) in writes().filter(|(_, write)| write.output.path == MANIFEST) {
            self.place(index, write.output)?;
        }
        Ok(())
    }

    fn place(&mut self, index: usize, output: &Output) -> anyhow::Result<()> {
        let place = self.out.join(&output.path);
        let context = || format!("cannot write {}", shown(&place));
        self.make_folders(&output.path).with_context(context)?;
        let old = self.staging.path().join(format!("old-{index}"));
        let undo = if fs::symlink_metadata(&place).is_ok() {
            keep(&place, &old).with_context(context)?;
            Undo::Restore { old, place: place.clone() }
        } else {
            Undo::RemoveFile(place.clone())
        };
        fs::rename(self.staged(index, output), &place).with_context(context)?;
        self.note(undo, &place);
        Ok(())
    }

    fn remove(&mut self, path: &str) -> anyhow::Result<()> {
        let place = self.out.join(path);
        let old = self.staging.path().join(format!("removed-{}", self.undo.len()));
        fs::rename(&place, &old).with_context(|| format!("cannot remove {}", shown(&place)))?;
        self.note(Undo::Restore { old, place: place.clone() }, &place);
        Ok(())
    }

    /// Makes the folders on the way to a file.
    fn make_folders(&mut self, path: &str) -> std::io::Result<()> {
        for (end, _) in path.match_indices('/') {
            let folder = self.out.join(path.get(..end).unwrap_or_default());
            if !folder.is_dir() {
                builder().recursive(false).create(&folder)?;
                self.note(Undo::RemoveFolder(folder.clone()), &folder);
            }
        }
        Ok(())
    }

    fn note(&mut self, undo: Undo, place: &Path) {
        self.undo.push(undo);
        self.touched.extend(place.parent().map(Path::to_path_buf));
    }

    /// Takes every step back, and says what came of it together with the error that made it necessary.
    fn undo(mut self, error: anyhow::Error) -> anyhow::Error {
        let steps = std::mem::take(&mut self.undo);
        let failed = steps.into_iter().rev().filter(|step| step.take_back().is_err()).count();
        if failed == 0 {
            return error.context("nothing was changed");
        }
        let kept = shown(&self.staging.keep());
        error.context(format!("{failed} files could not be put back; their old contents are in {kept}"))
    }

    /// Forces the new names to disk, and removes folders that became empty. The files themselves are safe
    /// already, so neither is worth failing for.
    fn finish(self) {
        for folder in self.touched.iter().rev() {
            let mut folder = folder.as_path();
            while folder != self.out && fs::remove_dir(folder).is_ok() {
                folder = folder.parent().unwrap_or(self.out);
            }
            let _ = File::open(folder).and_then(|opened| opened.sync_all());
        }
    }
}

impl Undo {
    fn take_back(&self) -> std::io::Result<()> {
        match self {
            Self::Restore { old, place } => fs::rename(old, place),
            Self::RemoveFile(place) => fs::remove_file(place),
            Self::RemoveFolder(folder) => fs::remove_dir(folder),
        }
    }
}

/// Keeps what is about to be replaced, under a second name. The file itself stays in place meanwhile: at no
/// time is there none.
fn keep(place: &Path, old: &Path) -> std::io::Result<()> {
    fs::hard_link(place, old).or_else(|_| fs::copy(place, old).map(|_| ()))
}

/// Writes a new file and forces it to disk. Its mode is 0644 less the umask, never that of the file that it
/// replaces.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o644);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
