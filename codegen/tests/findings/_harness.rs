//! Schema folders for tests: the valid protocol of `tests/findings/_valid`, with files laid over it.

#![allow(dead_code, reason = "each test crate uses its part")]

use framelock_codegen::diagnostic::Report;
use framelock_codegen::{Config, Generation};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// The folder of the fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

/// Netra's own schema.
pub(crate) fn netra() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

/// A schema folder that goes away with the value. Around it is an empty folder, for files that lie outside.
pub(crate) struct Folder {
    around: TempDir,
}

impl Folder {
    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        let around = TempDir::new().unwrap();
        fs::create_dir(around.path().join("schema")).unwrap();
        Self { around }
    }

    /// A copy of a schema folder.
    pub(crate) fn copy_of(from: &Path) -> Self {
        let folder = Self::empty();
        folder.lay_over(from);
        folder
    }

    /// The least protocol: an enveloped message from the server, a tagged one from the client.
    pub(crate) fn valid() -> Self {
        Self::copy_of(&fixtures().join("_valid"))
    }

    /// Copies the files of a folder over this one's; `expected.txt` is no part of a schema.
    pub(crate) fn lay_over(&self, from: &Path) {
        copy(from, &self.path());
    }

    /// Where the schema is.
    pub(crate) fn path(&self) -> PathBuf {
        self.around.path().join("schema")
    }

    /// The folder around it.
    pub(crate) fn outside(&self) -> &Path {
        self.around.path()
    }

    /// Writes one file.
    pub(crate) fn put(&self, path: &str, contents: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
        self
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Writes one file with a part replaced; the part must be there.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) -> &Self {
        let text = self.text(path);
        assert!(text.contains(from), "{path} holds no {from}");
        self.put(path, text.replace(from, to))
    }

    /// Generates from the folder, within a time that no schema of these tests may exceed.
    pub(crate) fn generate(&self) -> Result<Generation, Report> {
        within(Duration::from_secs(20), {
            let path = self.path();
            move || Config::new(path).generate()
        })
    }
}

/// Runs `work` on a thread of its own and panics when it takes longer, so that a hang is a failure. The stack
/// is that of a thread, which is smaller than the main one's.
pub(crate) fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result.recv_timeout(limit).expect("the run neither hangs nor panics")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if entry.file_name() != "expected.txt" {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
