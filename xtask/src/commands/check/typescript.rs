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

/// Compiles the example against the package, then runs its tests, of which one talks to the example server.
///
/// # Errors
/// What the compiler or a test found.
pub(super) fn check(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let folder = compile(context)?;
    let server = tools::example("server", context)?;
    let mut tests = command("node");
    // The client of browsers, which Node.js has without being asked from version 22 on.
    tests.env("NODE_OPTIONS", "--experimental-websocket").env("FRAMELOCK_SERVER", server);
    tests.arg("--test").arg(folder.join("tests")).env("FRAMELOCK_SCHEMA", context.root.join("schema"));
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
    let folder = context.root.join(FOLDER);
    let _ = fs::remove_dir_all(&folder);
    copy(&context.root.join(EXAMPLE), &folder)?;
    copy(&context.root.join("generated/typescript"), &folder.join(PACKAGE))?;
    let mut compiler = command("node");
    compiler.arg(tools::in_node("typescript/bin/tsc", context)).arg("--project").arg(&folder);
    execute(&mut compiler, context)?;
    Ok(folder)
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
