//! Commands that steps run.

use super::Context;
use crate::process;
use anyhow::{bail, ensure};
use std::path::Path;
use std::process::Command;

pub(super) use process::command;

/// A command line, as data.
#[derive(Debug)]
pub(super) struct Line {
    /// The program and its arguments.
    pub words: &'static [&'static str],
    /// An environment variable to set for it.
    pub variable: Option<(&'static str, &'static str)>,
    /// Where it runs, below the root folder.
    pub folder: &'static str,
}

impl Line {
    /// A command line without a variable, in the root folder.
    pub(super) const fn new(words: &'static [&'static str]) -> Self {
        Self { words, variable: None, folder: "." }
    }
}

/// Runs a command line of the table.
///
/// # Errors
/// It cannot be started, or it failed: then with the end of its output.
pub(super) fn run(line: &Line, context: &Context) -> anyhow::Result<()> {
    let [program, arguments @ ..] = line.words else {
        bail!("an empty command line");
    };
    let mut command = self::command(program);
    command.args(arguments).envs(line.variable).current_dir(context.root.join(line.folder));
    execute(&mut command, context).map(|_| ())
}

/// Runs a command, and returns what it printed; with `--verbose` it prints to standard error instead.
///
/// # Errors
/// It cannot be started, or it failed: then with the end of its output.
pub(super) fn execute(command: &mut Command, context: &Context) -> anyhow::Result<String> {
    process::execute(command, context.verbose)
}

/// Runs a test of `xtask/tests/ci` that is ignored elsewhere, because it needs something of which `variable` says where
/// it is.
///
/// # Errors
/// It failed, or is not there.
pub(super) fn ignored_test(name: &str, variable: &str, path: &Path, context: &Context) -> anyhow::Result<()> {
    let mut cargo = command("cargo");
    // As the step `test` has built it.
    cargo.args(["test", "--workspace", "--all-features", "--test", "ci", "--", "--exact", "--ignored", name]);
    let printed = execute(cargo.env(variable, path).current_dir(&context.root), context)?;
    ensure!(context.verbose || printed.contains("1 passed"), "there is no test `{name}`\n{printed}");
    Ok(())
}
