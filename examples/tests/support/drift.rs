//! Workspaces of their own below the target folder, to see what the compiler says of code that has drifted.
//!
//! They keep their place between runs and share one target folder, so that only what changed is compiled again.

use super::{TestResult, repository};
use framelock_codegen::Config;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A workspace; nobody else has one at the same time.
pub(crate) struct Workspace {
    root: PathBuf,
    _lock: File,
}

/// What the compiler said.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) errors: Vec<Complaint>,
    /// Programs, by the name of their target.
    pub(crate) programs: BTreeMap<String, PathBuf>,
}

/// An error at its place.
#[derive(Debug)]
pub(crate) struct Complaint {
    /// The file, relative to the workspace.
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) text: String,
}

impl Workspace {
    /// The workspace with this name, with the versions of our own `Cargo.lock`.
    pub(crate) fn open(name: &str) -> TestResult<Self> {
        let root = folder().join(name);
        fs::create_dir_all(&root)?;
        let lock = File::create(folder().join("lock"))?;
        lock.lock()?;
        let workspace = Self { root, _lock: lock };
        // Cargo leaves out what this workspace does not need, and writes the file back.
        fs::copy(repository().join("Cargo.lock"), workspace.root.join("Cargo.lock"))?;
        Ok(workspace)
    }

    /// A path in the workspace.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Writes a file, unless it is there already: cargo looks at its time.
    pub(crate) fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.path(path);
        if fs::read_to_string(&path).is_ok_and(|present| present == text) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
        fs::write(path, text)
    }

    /// Copies a file or folder of the repository.
    pub(crate) fn copy(&self, from: &str, to: &str) -> io::Result<()> {
        let source = repository().join(from);
        if !source.is_dir() {
            return self.write(to, &fs::read_to_string(source)?);
        }
        for entry in fs::read_dir(source)? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            self.copy(&format!("{from}/{name}"), &format!("{to}/{name}"))?;
        }
        Ok(())
    }

    /// Generates from a schema folder into a folder of the workspace.
    pub(crate) fn generate(&self, schema: &Path, to: &str) -> TestResult {
        let generation = Config::new(schema).generate().map_err(|report| report.to_string())?;
        for output in &generation.outputs {
            self.write(&format!("{to}/{}", output.path), &output.text)?;
        }
        Ok(())
    }

    /// Runs `cargo check` or `cargo build` over all packages, as far as it gets.
    pub(crate) fn cargo(&self, command: &str) -> TestResult<Compiled> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args([command, "--workspace", "--offline", "--keep-going", "--message-format=json"])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", folder().join("target"))
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null())
            .output()?;
        let compiled = Compiled::read(&String::from_utf8(output.stdout)?)?;
        let explained = output.status.success() == compiled.errors.is_empty();
        if explained { Ok(compiled) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
    }
}

/// Where the workspaces are.
fn folder() -> PathBuf {
    // Cargo says where tests may write: `<target>/tmp`.
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    scratch.parent().unwrap_or(scratch).join("drift")
}

impl Compiled {
    fn read(output: &str) -> TestResult<Self> {
        let mut compiled = Self::default();
        for line in output.lines() {
            let line: Value = serde_json::from_str(line)?;
            match text(&line, "/reason").as_str() {
                "compiler-message" => compiled.add(&line),
                "compiler-artifact" if line["executable"].is_string() => {
                    compiled.programs.insert(text(&line, "/target/name"), text(&line, "/executable").into());
                }
                _ => {}
            }
        }
        Ok(compiled)
    }

    fn add(&mut self, line: &Value) {
        let spans = line.pointer("/message/spans").and_then(Value::as_array);
        // What has no place is a summary of what has one.
        let Some(span) = spans.and_then(|spans| spans.iter().find(|span| span["is_primary"] == true)) else {
            return;
        };
        let complaint = Complaint {
            file: text(span, "/file_name"),
            line: span["line_start"].as_u64().unwrap_or_default(),
            text: text(line, "/message/message"),
        };
        if text(line, "/message/level") == "error" {
            self.errors.push(complaint);
        }
    }
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
