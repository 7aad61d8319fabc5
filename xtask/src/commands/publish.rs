//! `framelock publish`: the generated packages in the form in which registries take them, each proved to work in a
//! project that has nothing else. Nothing is uploaded.

mod build;
mod place;
mod trial;
mod upload;

use super::codegen;
use crate::Exit;
use crate::cli::PublishArgs;
use crate::screen::{self, Screen};
use crate::workspace::Folders;
use anyhow::Context as _;
use build::{Artefact, Release};
use framelock_codegen::{Config, Generation};
use std::path::{Path, PathBuf};

/// Runs the command.
///
/// # Errors
/// The generated files are stale, a tool is missing or failed, or a package does not work where it is installed.
pub(crate) fn run(args: &PublishArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let folders = match Folders::of(args.schema.as_deref(), None) {
        Ok(folders) => folders,
        Err(error) => {
            screen::error(&error);
            return Ok(Exit::Usage);
        }
    };
    codegen::check_fresh(args.schema.clone(), screen)?;
    let Ok(generation) = Config::new(&folders.schema).generate() else {
        anyhow::bail!("the schema changed while it was read");
    };
    if generation.manifest.publish.is_none() {
        let message = "the manifest says neither the packages' licence nor where their source is; add a table `publish`";
        screen::error(&anyhow::anyhow!("{message} to {}", folders.schema.join("framelock.toml").display()));
        return Ok(Exit::WillNot);
    }
    let out = args.out.clone().unwrap_or_else(|| folders.schema.with_file_name("target").join("publish"));
    if args.verify {
        verify(&folders, &generation, &out, screen)
    } else {
        make(&folders, &generation, &out, screen)
    }
}

/// Builds, tries and places everything.
fn make(folders: &Folders, generation: &Generation, out: &Path, screen: &mut Screen) -> anyhow::Result<Exit> {
    if let Err(error) = place::refuse_strangers(out) {
        screen::error(&error);
        return Ok(Exit::WillNot);
    }
    let release = Release::build(folders, generation, &[])?;
    for artefact in &release.artefacts {
        let Artefact { file, bytes, .. } = artefact;
        screen.remark(&format!("built {file} ({bytes} bytes)"))?;
    }
    for trial in trial::all(generation) {
        let done = trial
            .run(&release)
            .with_context(|| format!("{} does not work where it is installed", trial.what))?;
        screen.remark(&format!("tried {}: {done}", trial.what))?;
    }
    place::put(&release, out)?;
    screen.remark(&format!("wrote {}", shown(out)))?;
    screen.remark("")?;
    screen.remark("Nothing was uploaded. These commands do it:")?;
    for command in upload::commands(&release, folders, out) {
        screen.remark(&command)?;
    }
    Ok(Exit::Fine)
}

/// Builds everything again under other circumstances, and compares.
fn verify(
    folders: &Folders,
    generation: &Generation,
    out: &Path,
    screen: &mut Screen,
) -> anyhow::Result<Exit> {
    // Whatever they have an effect on, it is not what ends up in a package.
    let elsewhere = [("LC_ALL", "POSIX"), ("TZ", "Pacific/Kiritimati")];
    let release = Release::build(folders, generation, &elsewhere)?;
    let differences = place::compare(&release, out)?;
    for difference in &differences {
        screen.remark(&format!("{}/{difference}", shown(out)))?;
    }
    if differences.is_empty() {
        screen.remark(&format!(
            "{} is what the schema makes ({} files)",
            shown(out),
            release.artefacts.len() + 1
        ))?;
        return Ok(Exit::Fine);
    }
    screen.remark(
        "what is there was not built from this schema by these tools; build it again: framelock publish",
    )?;
    Ok(Exit::Findings)
}

fn shown(path: &Path) -> String {
    crate::apply::shown(path)
}

/// A folder for the time of a run.
fn temporary() -> anyhow::Result<(tempfile::TempDir, PathBuf)> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let path = folder.path().canonicalize().context("the temporary folder is gone")?;
    Ok((folder, path))
}
