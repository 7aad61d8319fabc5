//! Files and folders of the commands that build or try something.

use crate::process::{command, execute};
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes a file.
///
/// # Errors
/// It cannot be written.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

/// Copies a file.
///
/// # Errors
/// It cannot be read or written.
pub(crate) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// What a folder holds, sorted.
///
/// # Errors
/// It cannot be read.
pub(crate) fn list(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let because = || format!("cannot read {}", folder.display());
    let entries = fs::read_dir(folder).with_context(because)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>().with_context(because)?;
    paths.sort();
    Ok(paths)
}

/// Copies a folder, without what tools put into it.
///
/// # Errors
/// Something cannot be read or written.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    const TOOLS: &[&str] = &["node_modules", "target", "__pycache__", "Cargo.lock"];
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for path in list(from)? {
        let name = path.file_name().unwrap_or_default();
        if TOOLS.iter().any(|tool| name == *tool) {
            continue;
        }
        if path.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            copy(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Makes a folder with a Python of its own, and returns its interpreter.
///
/// # Errors
/// There is no Python, or it lacks the module `venv`.
pub(crate) fn venv(folder: &Path) -> anyhow::Result<PathBuf> {
    execute(command("python3").args(["-m", "venv"]).arg(folder), false)?;
    Ok(program(folder, "python"))
}

/// A program of a folder with Python.
pub(crate) fn program(venv: &Path, name: &str) -> PathBuf {
    venv.join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name)
}
