//! The generated npm package, as those see it who install it.

use super::command::{command, execute};
use super::{Context, tools};
use crate::files::{self, copy_folder};
use crate::screen::Screen;
use std::fs;
use std::path::{Path, PathBuf};

/// The example that uses the package, with the package's tests.
const EXAMPLE: &str = "examples/typescript";

/// Where the example is compiled, with the package installed beside it.
const FOLDER: &str = "target/typescript";

/// The name under which the example imports the package.
const PACKAGE: &str = "node_modules/@netra/protocol";

/// Compiles the example against the package, then runs its tests, of which some talk to the example server, and some run in
/// a browser.
///
/// # Errors
/// What the compiler or a test found.
pub(super) fn check(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let folder = compile(context)?;
    let server = tools::example("server", context)?;
    let mut tests = command("node");
    // The client of browsers, which Node.js has without being asked from version 22 on.
    tests.env("NODE_OPTIONS", "--experimental-websocket").env("FRAMELOCK_SERVER", server);
    tests.env("FRAMELOCK_SCHEMA", context.root.join("schema")).env("FRAMELOCK_TOOLS", tools::node(context));
    tests.arg("--test").args(test_files(&folder.join("tests"))?);
    let printed = execute(&mut tests, context)?;
    let counts = printed.lines().filter(|line| line.contains("pass ") || line.contains("fail "));
    screen.remark(&format!("     {}", counts.collect::<Vec<_>>().join(", ")))?;
    Ok(())
}

/// Compiles the example against the package; returns the folder where it stands.
///
/// # Errors
/// What the compiler found.
pub(super) fn compile(context: &Context) -> anyhow::Result<PathBuf> {
    tools::install(context)?;
    let folder = prepare(context)?;
    let mut compiler = command("node");
    compiler.arg(tools::in_node("typescript/bin/tsc", context)).arg("--project").arg(&folder);
    execute(&mut compiler, context)?;
    Ok(folder)
}

/// Measures the package beside the validators that one would write by hand, and shows the table.
///
/// # Errors
/// One of them is both smaller and faster, or the incident's frame is not told in one issue.
pub(super) fn compare(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let tools = context.root.join("target/comparison");
    tools::install_pinned(&context.root.join("xtask/tools/comparison"), &tools, context)?;
    let folder = prepare(context)?;
    let mut comparison = command("node");
    comparison.arg(folder.join("comparison/compare.mjs")).arg(tools.join("node"));
    comparison.env("FRAMELOCK_SCHEMA", context.root.join("schema"));
    screen.remark(execute(&mut comparison, context)?.trim_end())
}

/// A folder with the example and, as if it were installed, the package.
fn prepare(context: &Context) -> anyhow::Result<PathBuf> {
    let folder = context.root.join(FOLDER);
    let _ = fs::remove_dir_all(&folder);
    copy_folder(&context.root.join(EXAMPLE), &folder)?;
    copy_folder(&context.root.join("generated/typescript"), &folder.join(PACKAGE))?;
    Ok(folder)
}

/// The files of tests in a folder.
fn test_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = files::list(folder)?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    Ok(files)
}
