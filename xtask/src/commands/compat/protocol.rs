//! Two versions of a protocol.

use super::version::{self, Place};
use super::{changelog, options};
use crate::Exit;
use crate::cli::CompatArgs;
use crate::present;
use crate::screen::{self, Screen};
use framelock_codegen::diagnostic::Report;
use framelock_codegen::evolution::{Settings, Skew, Verdict, Version, compare};
use framelock_codegen::release::Release;

/// Compares the new version with the old one, or with every release.
///
/// # Errors
/// git cannot be run, or standard output cannot be written.
pub(super) fn run(args: &CompatArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let schema = args.schema.as_deref();
    let (new, olds) = match places(args) {
        Ok(places) => places,
        Err(error) => {
            screen::error(&error);
            return Ok(Exit::Usage);
        }
    };
    let manifest = || Some(version::schema_folder(schema).ok()).flatten();
    let like = manifest().and_then(|folder| Version::read_manifest(&folder));
    let Some(after) = read(&new, new.read(like.as_ref()), screen)? else { return Ok(Exit::Findings) };
    let mut worst = Verdict::Safe;
    let mut compared = Vec::new();
    for old in &olds {
        let like = after.manifest.as_ref().or(like.as_ref());
        let Some(before) = read(old, old.read_old(like), screen)? else { return Ok(Exit::Findings) };
        let skews = Skew::in_use(&before.version(), after.manifest.as_ref());
        if let Some(tool) = before.tool() {
            let shown = old.shown();
            screen::progress(&format!(
                "note: {shown} was written for framelock {tool}, and is read as framelock {} reads it",
                env!("CARGO_PKG_VERSION")
            ));
        }
        let settings = Settings { options: options(args), skews };
        let comparison = compare(&before, &after, &settings);
        worst = worst.max(comparison.verdict());
        compared.push((old.shown(), comparison));
    }
    changelog::print(&new.shown(), &compared, screen)?;
    Ok(if worst < Verdict::Unknown { Exit::Fine } else { Exit::Findings })
}

fn places(args: &CompatArgs) -> anyhow::Result<(Place, Vec<Place>)> {
    let schema = args.schema.as_deref();
    let new = match &args.new {
        Some(name) => version::find(name, schema)?,
        None => Place::Folder(version::schema_folder(schema)?),
    };
    if let Some(name) = &args.old {
        return Ok((new, vec![version::find(name, schema)?]));
    }
    let releases = Release::all(&version::schema_folder(schema)?).map_err(present::one_line)?;
    if releases.is_empty() {
        anyhow::bail!(
            "nothing was released yet: name the old version, a file, a schema folder, or a git revision"
        );
    }
    Ok((new, releases.into_iter().map(Place::Release).collect()))
}

/// The version, or what is wrong with it.
fn read(
    place: &Place,
    read: Result<Version, Report>,
    screen: &mut Screen,
) -> anyhow::Result<Option<Version>> {
    match read {
        Ok(version) => Ok(Some(version)),
        Err(report) => {
            screen::progress(&format!("{} cannot be read:", place.shown()));
            present::report(&report, screen)?;
            Ok(None)
        }
    }
}
