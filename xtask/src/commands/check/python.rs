//! The tests of the generated Python package, and the tools that they need.

use super::Context;
use super::command::{command, execute};
use super::tools::install_pinned;
use crate::files::program;
use crate::screen::Screen;
use std::path::PathBuf;
use std::process::Command;

/// Lets pytest run all tests of Python: of the support code, of the generated package, and of the examples on it. Some
/// of them run mypy and pyright.
///
/// # Errors
/// What failed.
pub(super) fn test(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    run(pytest(context)?.args(["codegen/tests/python", "examples/python/tests"]), context, screen)
}

/// pytest with all that tests of Python need, but not what it is to test.
///
/// # Errors
/// What cannot be installed.
pub(super) fn pytest(context: &Context) -> anyhow::Result<Command> {
    install_pinned(&context.root.join("xtask/tools/python"), &folder(context), context)?;
    let mut pytest = command(&program(&folder(context).join("python"), "python").to_string_lossy());
    pytest.args(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]).current_dir(&context.root);
    pytest.env("PYTHONPATH", context.root.join("generated/python")).env("PYTHONDONTWRITEBYTECODE", "1");
    pytest.env("PYRIGHT", folder(context).join("node/node_modules/pyright/index.js"));
    Ok(pytest)
}

/// Runs pytest, and shows what it left out and what it counted.
///
/// # Errors
/// What failed.
pub(super) fn run(pytest: &mut Command, context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let printed = execute(pytest, context)?;
    let skipped = printed.lines().filter(|line| line.starts_with("SKIPPED"));
    skipped.chain(printed.lines().last()).try_for_each(|line| screen.remark(&format!("     {line}")))
}

/// Where they are installed.
fn folder(context: &Context) -> PathBuf {
    context.root.join("target/python-tools")
}
