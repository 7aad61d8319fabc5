//! Two versions of a protocol.

use super::changelog::{self, Compared};
use super::options;
use super::version::{self, Place};
use crate::Exit;
use crate::apply::shown;
use crate::cli::CompatArgs;
use crate::commands::release::noted;
use crate::present;
use crate::screen::{self, Screen};
use anyhow::bail;
use framelock_codegen::compat::Options;
use framelock_codegen::diagnostic::Report;
use framelock_codegen::evolution::{Settings, Skew, Version, compare};
use framelock_codegen::manifest::Manifest;
use framelock_codegen::release::{Notes, Release};
use std::collections::BTreeSet;
use std::path::Path;

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
    let folder = version::schema_folder(schema).ok();
    let like = folder.and_then(|folder| Version::read_manifest(&folder));
    let Some(compared) = compare_all(&new, &olds, like.as_ref(), options(args), screen)? else {
        return Ok(Exit::Findings);
    };
    changelog::print(&new.shown(), &compared, screen)?;
    Ok(if compared.iter().any(|of| of.unnoted().next().is_some()) { Exit::Findings } else { Exit::Fine })
}

/// The same with every release as a step of `check`: it says nothing when all is well.
///
/// # Errors
/// Something broke without a note, and what has been printed; or a version cannot be read.
pub(crate) fn check_releases(schema: &Path, screen: &mut Screen) -> anyhow::Result<()> {
    let new = Place::Folder(schema.to_path_buf());
    let olds: Vec<Place> =
        Release::all(schema).map_err(present::one_line)?.into_iter().map(Place::Release).collect();
    if olds.is_empty() {
        return screen.remark("     nothing was released yet, and nothing was compared");
    }
    if new.read(None).is_err() {
        bail!("the schema has mistakes; they are listed by: framelock codegen --check");
    }
    let Some(compared) = compare_all(&new, &olds, None, Options::default(), screen)? else {
        bail!("a release cannot be read");
    };
    let count = compared.iter().flat_map(Compared::unnoted).count();
    if count == 0 {
        return Ok(());
    }
    if screen.format().is_document() {
        changelog::annotate(&compared, screen)?;
    } else {
        changelog::print(&new.shown(), &compared, screen)?;
    }
    bail!("{count} changes break a peer in use, and no note in {} says so", shown(&Notes::next_path(schema)))
}

/// What changed since each of the old versions; none if one of them cannot be read, and why was printed.
fn compare_all(
    new: &Place,
    olds: &[Place],
    like: Option<&Manifest>,
    options: Options,
    screen: &mut Screen,
) -> anyhow::Result<Option<Vec<Compared>>> {
    let Some(after) = read(new, new.read(like), screen)? else { return Ok(None) };
    let like = after.manifest.as_ref().or(like);
    let mut compared = Vec::new();
    for old in olds {
        let Some(before) = read(old, old.read_old(like), screen)? else { return Ok(None) };
        if let Some(tool) = before.tool() {
            let shown = old.shown();
            screen::progress(&format!(
                "note: {shown} was written for framelock {tool}, and is read as framelock {} reads it",
                env!("CARGO_PKG_VERSION")
            ));
        }
        let settings = Settings { options, skews: Skew::in_use(&before.version(), after.manifest.as_ref()) };
        let comparison = compare(&before, &after, &settings);
        let noted = match new.folder() {
            Some(schema) => noted(schema, old.released()?)?,
            None => BTreeSet::new(),
        };
        compared.push(Compared { old: old.shown(), comparison, noted });
    }
    Ok(Some(compared))
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
