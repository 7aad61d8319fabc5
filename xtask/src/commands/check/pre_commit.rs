//! The hook for pre-commit, run by pre-commit.

use super::Context;
use super::command::ignored_test;
use super::tools::install_pinned;
use crate::files::program;
use crate::screen::Screen;
use anyhow::Context as _;

/// Installs pre-commit, and runs the test that needs it.
///
/// # Errors
/// What failed.
pub(super) fn test(context: &Context, _: &mut Screen) -> anyhow::Result<()> {
    let folder = context.root.join("target/pre-commit");
    install_pinned(&context.root.join("xtask/tools/pre-commit"), &folder, context)?;
    let folder = folder.canonicalize().context("target/pre-commit is gone")?;
    let pre_commit = program(&folder.join("python"), "pre-commit");
    ignored_test("hooks::the_hook_of_pre_commit_judges_commits", "PRE_COMMIT", &pre_commit, context)
}
