//! The program, run against copies of the repository's schema.

#![allow(dead_code, reason = "each test file uses a part of it")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The program under test.
pub(crate) fn framelock() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_framelock"));
    command.stdin(Stdio::null()).env_remove("NO_COLOR");
    command
}

/// The repository that these tests belong to.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a run printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
        let run = Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!run.err.contains("panicked") && !run.err.contains("RUST_BACKTRACE"), "{run:?}");
        run
    }
}

impl Run {
    /// Asserts how the run ended.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    /// The last line of the result.
    pub(crate) fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }
}

/// A folder with a copy of the schema in `schema/`, and nothing else. What was released is left out: a test makes the
/// releases that it is about.
pub(crate) struct Copy {
    pub(crate) folder: TempDir,
}

impl Copy {
    pub(crate) fn new() -> Self {
        let Self { folder } = Self::empty();
        copy(&repository().join("schema"), &folder.path().join("schema"));
        fs::remove_dir_all(folder.path().join("schema/releases")).unwrap();
        Self { folder }
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A folder with a copy of another one.
    pub(crate) fn of(other: &Path) -> Self {
        let Self { folder } = Self::empty();
        copy(other, folder.path());
        Self { folder }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A run of the program in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = framelock();
        command.args(arguments).current_dir(self.folder.path());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    /// A shell command in the folder; `$framelock` is the program.
    pub(crate) fn shell(&self, script: &str) -> Run {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).env("framelock", env!("CARGO_BIN_EXE_framelock"));
        shell.current_dir(self.folder.path()).stdin(Stdio::null()).output().unwrap().into()
    }

    /// Changes a file.
    pub(crate) fn edit(&self, path: &str, edit: impl FnOnce(String) -> String) {
        let path = self.path(path);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, edit(text)).unwrap();
    }

    /// Changes a file of JSON.
    pub(crate) fn edit_json(&self, path: &str, edit: impl FnOnce(&mut Value)) {
        self.edit(path, |text| {
            let mut value = serde_json::from_str(&text).unwrap();
            edit(&mut value);
            serde_json::to_string_pretty(&value).unwrap() + "\n"
        });
    }

    /// Changes something that shows in many generated files: every description.
    pub(crate) fn change_descriptions(&self) {
        for (path, _) in files(&self.path("schema")) {
            if path.ends_with(".schema.json") && !path.starts_with("releases/") {
                let edit = |text: String| text.replace("\"description\": \"", "\"description\": \"Changed: ");
                self.edit(&format!("schema/{path}"), edit);
            }
        }
    }

    /// All generated files.
    pub(crate) fn generated(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.path("generated"))
    }
}

/// All files below a folder, by path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(&inner).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                // A file may go while a run is under way.
                found.extend(fs::read(&path).ok().map(|bytes| (name, bytes)));
            }
        }
    }
    found
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    for (path, bytes) in files(from) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
