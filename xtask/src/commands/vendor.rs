//! `framelock vendor`: brings copies up to date that a repository has of published packages. `check` says how they differ.
//!
//! `framelock.toml` in the repository's root folder lists them. A copy is kept as a folder of generated files is
//! ([`crate::apply`]): its own `MANIFEST.json` says what was copied, so that edits by hand are told from an old version.

mod drift;
mod source;

use crate::Exit;
use crate::apply::{self, Mode, Outcome, Target, shown};
use crate::cli::VendorArgs;
use crate::present;
use crate::problem::Problem;
use crate::screen::{self, Screen};
use crate::workspace::{self, VENDORING};
use anyhow::{Context as _, bail};
use serde::Deserialize;
use source::Source;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// What `framelock.toml` says in a repository that uses packages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    vendored: Vec<Vendored>,
}

/// A folder that is a copy of a package, or of a part of it. Paths are relative to `framelock.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vendored {
    /// The folder of the installed package.
    package: PathBuf,
    /// The file or folder in it of which there is a copy; without it, the whole package.
    from: Option<String>,
    /// The folder that holds the copy.
    copy: PathBuf,
}

/// A copy, its paths called as from the current folder.
struct Copy<'a> {
    /// `framelock.toml`.
    settings: &'a Path,
    package: PathBuf,
    from: Option<&'a str>,
    folder: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Something cannot be read or written.
pub(crate) fn run(args: &VendorArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let Some(root) = workspace::vendoring()? else {
        let message = format!("no {VENDORING} with a table `[[vendored]]` here or in a folder above");
        screen::error(&anyhow::anyhow!(message));
        return Ok(Exit::Usage);
    };
    let mut exit = Exit::Fine;
    let mut problems = Vec::new();
    let found = each(&root, |copy| {
        let source = match Source::read(copy)? {
            Ok(source) => source,
            Err(problem) => {
                exit = Exit::Findings;
                problems.push(problem);
                return Ok(());
            }
        };
        let target = Target { out: &copy.folder, schema: &copy.package };
        match apply::apply(target, &source.outputs, Mode::Write { force: args.force })? {
            Outcome::Done(summary) => screen.remark(&format!(
                "{}: wrote {} of {} files of {}",
                shown(&copy.folder),
                summary.written.len(),
                summary.total,
                source.manifest.shown()
            )),
            Outcome::Drift(refused) | Outcome::Refused(refused) => {
                exit = Exit::WillNot;
                problems.extend(refused.into_iter().map(drift::reworded));
                Ok(())
            }
        }
    });
    found?;
    present::problems(&problems, screen)?;
    Ok(exit)
}

/// Whether each copy is what its package holds, as a step of `check`: it says nothing when all is well.
///
/// # Errors
/// One has drifted, and how has been printed; or something cannot be read.
pub(crate) fn check(root: &Path, screen: &mut Screen) -> anyhow::Result<()> {
    let mut problems: Vec<Problem> = Vec::new();
    each(root, |copy| {
        problems.extend(drift::of(copy)?);
        Ok(())
    })?;
    present::problems(&problems, screen)?;
    if problems.is_empty() {
        return Ok(());
    }
    bail!("what {} lists is not what the packages hold", shown(&root.join(VENDORING)))
}

/// Does something with each copy that the settings in a folder list.
fn each(root: &Path, mut with: impl FnMut(&Copy<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let settings = root.join(VENDORING);
    let because = || format!("cannot read {}", shown(&settings));
    let text = fs::read_to_string(&settings).with_context(because)?;
    let Settings { vendored } = toml::from_str(&text).with_context(because)?;
    for Vendored { package, from, copy } in &vendored {
        let inside = copy.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside || copy.as_os_str().is_empty() {
            bail!("{}: the copy {} must be a folder below this file's", shown(&settings), shown(copy));
        }
        let from = from.as_deref();
        let (package, folder) = (root.join(package), root.join(copy));
        with(&Copy { settings: &settings, package, from, folder })?;
    }
    Ok(())
}
