//! What earlier runs saw, a line a mutant: a run that was stopped, or had only so much time, goes on from there.

use super::gates::Look;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was seen, by operator and place.
#[derive(Debug)]
pub(super) struct State {
    known: Mutex<Known>,
}

/// What is known, and the file that keeps it.
#[derive(Debug)]
struct Known {
    looks: BTreeMap<Key, Look>,
    file: File,
}

/// An operator and a place.
type Key = (String, String);

impl State {
    /// What is known of a protocol and a generator with this digest.
    ///
    /// # Errors
    /// The folder cannot be made, or the file not be opened.
    pub(super) fn open(folder: &Path, digest: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join(format!("{}.jsonl", digest.get(..16).unwrap_or(digest)));
        let text = fs::read_to_string(&path).unwrap_or_default();
        // A line that was not written to its end is as good as none.
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let looks = lines.map(|line| ((line.operator, line.place), line.look)).collect();
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { known: Mutex::new(Known { looks, file }) })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was seen of a mutant.
    pub(super) fn get(&self, operator: &str, place: &str) -> Option<Look> {
        self.known().looks.get(&(operator.to_owned(), place.to_owned())).cloned()
    }

    /// Keeps what was seen of a mutant.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn keep(&self, operator: &str, place: &str, look: Look) -> anyhow::Result<()> {
        let line = Line { operator: operator.to_owned(), place: place.to_owned(), look };
        let text = serde_json::to_string(&line)?;
        let mut known = self.known();
        writeln!(known.file, "{text}").context("the state cannot be written")?;
        known.looks.insert((line.operator, line.place), line.look);
        Ok(())
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Line {
    operator: String,
    place: String,
    look: Look,
}
