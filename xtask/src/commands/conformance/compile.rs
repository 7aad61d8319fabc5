//! Compiling a batch, and telling which group's code is at fault where it does not compile.

use super::package::{NAME, owner};
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What the compiler said of a crate.
#[derive(Debug)]
pub(super) enum Compiled {
    /// The program.
    Program(PathBuf),
    /// The first error of each group that has one, by the group's place in its batch; and the first error of all.
    Errors(BTreeMap<usize, String>, String),
}

/// Writes a crate into a folder and compiles it there. What was built for an earlier one is used again.
///
/// # Errors
/// The folder cannot be written, or cargo cannot get to the point of compiling.
pub(super) fn compile(folder: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<Compiled> {
    write(folder, files).with_context(|| format!("cannot write {}", folder.display()))?;
    let mut output = cargo(folder, true)?;
    if !output.status.success() && !reached_the_compiler(&output) {
        // What the crate depends on is not on this machine yet.
        output = cargo(folder, false)?;
    }
    let messages = messages(&output.stdout);
    if output.status.success() {
        let program = messages.iter().filter_map(program).next_back();
        return Ok(Compiled::Program(program.context("cargo built no program")?));
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    if !reached_the_compiler(&output) {
        bail!("cargo cannot build {}: {}", folder.display(), errors.trim());
    }
    let (blamed, first) = blame(&messages);
    Ok(Compiled::Errors(blamed, first.unwrap_or_else(|| errors.trim().to_owned())))
}

/// Replaces the source files of the folder.
fn write(folder: &Path, files: &BTreeMap<String, String>) -> std::io::Result<()> {
    match fs::remove_dir_all(folder.join("src")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for (path, text) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

fn cargo(folder: &Path, offline: bool) -> anyhow::Result<Output> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--message-format", "json", "--target-dir", "target"]);
    if offline {
        command.arg("--offline");
    }
    // Settings of the run that started us are not meant for this crate.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").env("CARGO_TERM_COLOR", "never");
    command.current_dir(folder).stdin(Stdio::null());
    command.output().context("cannot run cargo")
}

/// Whether a failure is the code's and not that of what is around it.
fn reached_the_compiler(output: &Output) -> bool {
    String::from_utf8_lossy(&output.stderr).contains(&format!("could not compile `{NAME}`"))
}

fn messages(stdout: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(stdout);
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The program that a message speaks of.
fn program(message: &Value) -> Option<PathBuf> {
    message.get("executable")?.as_str().map(PathBuf::from)
}

/// The groups that errors lie in, and the first error.
fn blame(messages: &[Value]) -> (BTreeMap<usize, String>, Option<String>) {
    let mut blamed = BTreeMap::new();
    let mut first = None;
    let errors = messages.iter().filter_map(|message| message.get("message"));
    for error in errors.filter(|error| error.get("level").and_then(Value::as_str) == Some("error")) {
        let text = error.get("message").and_then(Value::as_str).unwrap_or_default();
        let code = error.pointer("/code/code").and_then(Value::as_str).unwrap_or("error");
        let text = format!("{code}: {text}");
        if let Some(group) = blamed_group(error) {
            blamed.entry(group).or_insert_with(|| text.clone());
        }
        first.get_or_insert(text);
    }
    (blamed, first)
}

/// The group whose file an error points at first of all.
fn blamed_group(error: &Value) -> Option<usize> {
    let spans = error.get("spans")?.as_array()?;
    let is_primary = |span: &&Value| span.get("is_primary").and_then(Value::as_bool) == Some(true);
    let primary = spans.iter().filter(is_primary);
    let mut files = primary.chain(spans).filter_map(|span| span.get("file_name")?.as_str());
    files.find_map(owner)
}

#[cfg(test)]
mod tests {
    use super::blame;
    use serde_json::json;

    #[test]
    fn the_first_error_of_each_group_is_told() {
        let error = |file: &str, text: &str| {
            json!({"message": {"level": "error", "message": text, "code": {"code": "E1"},
                "spans": [{"file_name": file, "is_primary": true}]}})
        };
        let warning = json!({"message": {"level": "warning", "message": "w", "spans": []}});
        let messages = [
            warning,
            error("src/main.rs", "root"),
            error("src/g0004/types.rs", "one"),
            error("src/g0004/types.rs", "two"),
        ];
        let (blamed, first) = blame(&messages);
        assert_eq!(first.as_deref(), Some("E1: root"));
        assert_eq!(blamed.into_iter().collect::<Vec<_>>(), [(4, "E1: one".to_owned())]);
    }
}
