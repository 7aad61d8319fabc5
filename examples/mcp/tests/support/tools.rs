//! The SDKs, as `cargo xtask check` installs them.

use super::{TestResult, example};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python that has the SDK.
pub(crate) fn python() -> TestResult<Command> {
    let program = folder().join("python").join(if cfg!(windows) { "Scripts" } else { "bin" }).join("python");
    let found = program.with_file_name("../lib").read_dir().is_ok_and(|versions| {
        versions.flatten().any(|version| version.path().join("site-packages/mcp").is_dir())
    });
    found.then(|| Command::new(program)).ok_or_else(|| missing("Python"))
}

/// Node, and the folder from which it finds the SDK.
pub(crate) fn node() -> TestResult<(Command, PathBuf)> {
    let folder = folder().join("node");
    let found = folder.join("node_modules/@modelcontextprotocol/client").is_dir();
    found.then(|| (Command::new("node"), folder)).ok_or_else(|| missing("TypeScript"))
}

/// A script that speaks to this example.
pub(crate) fn peer(name: &str) -> PathBuf {
    example().join("peers").join(name)
}

fn folder() -> PathBuf {
    let repository = example().ancestors().nth(2).map(Path::to_owned).unwrap_or_default();
    repository.join("target/tools")
}

fn missing(language: &str) -> Box<dyn std::error::Error> {
    format!(
        "the {language} SDK of the Model Context Protocol is not installed in {}; run: cargo xtask check --only tools",
        folder().display()
    )
    .into()
}
