//! `framelock demo`: a conversation of the example server and its clients, frame by frame.

use crate::Exit;
use crate::screen;
use crate::workspace;
use anyhow::Context as _;
use std::process::Command;

/// What cargo runs: the examples show themselves, and this program needs none of their code.
const DEMO: &[&str] = &["run", "--quiet", "--package", "framelock-examples", "--bin", "demo"];

/// Runs the command.
///
/// # Errors
/// Cargo cannot be started.
pub(crate) fn run() -> anyhow::Result<Exit> {
    let root = match workspace::root() {
        Ok(root) => root.join("."),
        Err(error) => {
            screen::error(&error);
            return Ok(Exit::Usage);
        }
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(DEMO).current_dir(root).status().context("cannot run cargo")?;
    Ok(if status.success() { Exit::Fine } else { Exit::Findings })
}
