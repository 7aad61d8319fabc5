//! What earlier runs found out: compiling is what takes the time, and the same code does the same again.

use super::observe::Seen;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a place to build in, and the outcomes of batches by the digest of their code and instances.
#[derive(Debug)]
pub(super) struct State {
    folder: PathBuf,
    workshop: PathBuf,
    /// Removes the folder where nobody asked to keep it.
    _temporary: Option<TempDir>,
}

impl State {
    /// The folder that was named, or one that ends with this run. Each generator has a workshop of its own,
    /// since the crates that their code needs differ.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn open(folder: Option<&Path>, generator: &str) -> anyhow::Result<Self> {
        let temporary = match folder {
            Some(_) => None,
            None => Some(tempfile::tempdir().context("cannot make a temporary folder")?),
        };
        let folder = temporary.as_ref().map(TempDir::path).or(folder).unwrap_or(Path::new("."));
        let (folder, workshop) = (folder.join("outcomes"), folder.join("build").join(generator));
        for needed in [&folder, &workshop] {
            fs::create_dir_all(needed).with_context(|| format!("cannot make {}", needed.display()))?;
        }
        let workshop = workshop.canonicalize().context("the state folder is gone")?;
        Ok(Self { folder, workshop, _temporary: temporary })
    }

    /// Where crates are built.
    pub(super) fn workshop(&self) -> &Path {
        &self.workshop
    }

    /// Where results are kept.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is known of a batch; a file that cannot be understood is as good as none.
    pub(super) fn outcomes(&self, key: &str) -> Option<BTreeMap<usize, Result<Vec<Seen>, String>>> {
        let text = fs::read_to_string(self.file(key)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Keeps what was found out about a batch.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn keep(
        &self,
        key: &str,
        outcomes: &BTreeMap<usize, Result<Vec<Seen>, String>>,
    ) -> anyhow::Result<()> {
        let file = self.file(key);
        let write = || {
            // A run that ends here leaves no half of a file.
            let part = file.with_extension("part");
            fs::write(&part, serde_json::to_string(outcomes)?)?;
            fs::rename(&part, &file)?;
            anyhow::Ok(())
        };
        write().with_context(|| format!("cannot write {}", file.display()))
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}
