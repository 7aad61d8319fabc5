//! The generated npm package, as those see it who install it.

use super::command::{command, execute};
use super::{Context, tools};
use crate::screen::Screen;
use anyhow::Context as _;
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
    tools::install(context)?;
    let folder = prepare(context)?;
    let mut compiler = command("node");
    compiler.arg(tools::in_node("typescript/bin/tsc", context)).arg("--project").arg(&folder);
    execute(&mut compiler, context)?;
    execute(command("cargo").args(["build", "--package", "framelock-examples", "--bin", "server"]), context)?;
    let mut tests = command("node");
    // The client of browsers, which Node.js has without being asked from version 22 on.
    tests.env("NODE_OPTIONS", "--experimental-websocket").env("FRAMELOCK_SERVER", server(context));
    tests.env("FRAMELOCK_SCHEMA", context.root.join("schema")).env("FRAMELOCK_TOOLS", tools::node(context));
    tests.arg("--test").args(test_files(&folder.join("tests"))?);
    let printed = execute(&mut tests, context)?;
    let counts = printed.lines().filter(|line| line.contains("pass ") || line.contains("fail "));
    screen.remark(&format!("     {}", counts.collect::<Vec<_>>().join(", ")))?;
    Ok(())
}

/// Measures the package beside the validators that one would write by hand, and shows the table.
///
/// # Errors
/// One of them is both smaller and faster, or the incident's frame is not told in one issue.
pub(super) fn compare(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let pins = context.root.join("xtask/tools/comparison/package.json");
    let package = fs::read_to_string(&pins).with_context(|| format!("cannot read {}", pins.display()))?;
    let tools = context.root.join("target/comparison");
    tools::once(&tools, &package, || tools::install_npm(&tools, &package, context))?;
    let folder = prepare(context)?;
    let mut comparison = command("node");
    comparison.arg(folder.join("comparison/compare.mjs")).arg(&tools);
    comparison.env("FRAMELOCK_SCHEMA", context.root.join("schema"));
    screen.remark(execute(&mut comparison, context)?.trim_end())
}

/// A folder with the example and, as if it were installed, the package.
fn prepare(context: &Context) -> anyhow::Result<PathBuf> {
    let folder = context.root.join(FOLDER);
    let _ = fs::remove_dir_all(&folder);
    copy(&context.root.join(EXAMPLE), &folder)?;
    copy(&context.root.join("generated/typescript"), &folder.join(PACKAGE))?;
    Ok(folder)
}

/// The files of tests in a folder.
fn test_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}

/// The example server.
fn server(context: &Context) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| context.root.join("target"), PathBuf::from);
    target.join("debug").join("server").with_extension(std::env::consts::EXE_EXTENSION)
}

/// Copies a folder, without what was installed in it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let (entry, kind) = entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind)))?;
        let target = to.join(entry.file_name());
        if kind.is_dir() && entry.file_name() != "node_modules" {
            copy(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}
