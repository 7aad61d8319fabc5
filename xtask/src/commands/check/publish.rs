//! The packages as they are published, built and tried, and then found changed.

use super::Context;
use super::command::ignored_test;
use crate::Exit;
use crate::cli::PublishArgs;
use crate::commands::publish;
use crate::files;
use crate::screen::Screen;
use anyhow::{bail, ensure};
use framelock_codegen::output::MANIFEST;

/// Where they are built.
const FOLDER: &str = "target/publish";

/// Builds and tries the packages, builds them again elsewhere, and changes one; then other repositories use them.
///
/// # Errors
/// A package does not work where it is installed, has other bytes the second time, or can be changed unseen, there or where
/// it is used.
pub(super) fn check(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let out = context.root.join(FOLDER);
    let mut publish = |verify| {
        let args = PublishArgs { schema: Some(context.root.join("schema")), out: Some(out.clone()), verify };
        publish::run(&args, screen)
    };
    if publish(false)? != Exit::Fine || publish(true)? != Exit::Fine {
        bail!("the packages cannot be published");
    }
    let package = files::list(&out)?.into_iter().find(|path| !path.ends_with(MANIFEST));
    let Some(package) = package else { bail!("nothing was built") };
    let whole = std::fs::read(&package)?;
    files::write(&package, [&whole[..], b"\n"].concat())?;
    let found = publish(true)?;
    files::write(&package, whole)?;
    ensure!(found == Exit::Findings, "{} was changed, and nobody noticed", package.display());
    let published = out.canonicalize()?;
    for test in ["that_uses_packages", "that_generates_from_a_package"] {
        let test = format!("vendored::a_repository_{test}_finds_drift");
        ignored_test(&test, "PUBLISHED", &published, context)?;
    }
    Ok(())
}
