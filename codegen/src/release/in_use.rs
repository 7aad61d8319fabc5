//! The released versions that peers still speak.

use super::{RECORD, Release, whole};
use crate::diagnostic::{Code, Finding, Findings, Report};
use crate::evolution::{Comparison, SemVer, Settings, Skew, Version, compare};
use crate::load::{Loader, RELEASES};
use crate::manifest::Loaded;
use crate::text::quoted;
use std::collections::BTreeMap;

/// A released version that peers still speak, beside the protocol as it stands.
#[derive(Debug)]
pub struct InUse {
    /// The release.
    pub release: Release,
    /// The protocol as it was released.
    pub version: Version,
    /// What changed since then. Its verdicts are about the peers below, its facts about all.
    pub comparison: Comparison,
    /// Which peers of this version there still are: clients, servers, or both.
    pub peers: Vec<Skew>,
}

/// The releases before the protocol's own version that are in use, the oldest first: those that `supported` of the
/// manifest lists, and without it all of them. What of a release is not in use is not read.
///
/// # Errors
/// The manifest lists a version that was never released, or a release cannot be read as one.
pub fn in_use(loader: &mut Loader, manifest: &Loaded, now: &Version) -> Result<Vec<InUse>, Report> {
    let released = folders(loader);
    let mut findings = Findings::default();
    never_released(manifest, &released, now, &mut findings);
    findings.propagate(loader.sources())?;
    let current: Option<SemVer> = now.version().parse().ok();
    let mut found = Vec::new();
    // The version itself counts for nothing: to release it must not change what is generated of it.
    for (number, folder) in released.into_iter().filter(|(number, _)| Some(*number) < current) {
        let peers = Skew::in_use(&number.to_string(), Some(&manifest.manifest));
        if peers.is_empty() {
            continue;
        }
        let release =
            read(loader, number, &folder).map_err(|finding| Report::new(vec![finding], loader.sources()))?;
        let version = release.version()?;
        let comparison = compare(&version, now, &Settings { skews: peers.clone(), ..Settings::default() });
        found.push(InUse { release, version, comparison, peers });
    }
    Ok(found)
}

/// The folders of releases, by version.
fn folders(loader: &Loader) -> BTreeMap<SemVer, String> {
    let folders =
        loader.list(RELEASES, "").into_iter().filter(|path| loader.has(&format!("{path}/{RECORD}")));
    let named = |path: String| Some((path.strip_prefix(RELEASES)?.strip_prefix('/')?.parse().ok()?, path));
    folders.filter_map(named).collect()
}

/// Reads the release of which a folder has the name.
fn read(loader: &mut Loader, number: SemVer, folder: &str) -> Result<Release, Finding> {
    let path = format!("{folder}/{RECORD}");
    let at = loader.folder().join(folder);
    let release = Release::load(loader, &path, &at)?;
    if release.number == number {
        return Ok(release);
    }
    let file = loader.read(&path).map_err(|refusal| refusal.at(&loader.absent(&path)))?;
    let message = format!("the file is about {}, in the folder of {number}", release.number);
    Err(Finding::new(Code::InvalidRelease, &whole(file), message, super::RESTORE))
}

/// Reports versions that are listed as supported, and that nobody can know. As long as nothing was released, they are
/// taken for those of peers that a person compares with.
fn never_released(
    manifest: &Loaded,
    released: &BTreeMap<SemVer, String>,
    now: &Version,
    findings: &mut Findings,
) {
    let Some(supported) = manifest.manifest.supported.as_ref().filter(|_| !released.is_empty()) else {
        return;
    };
    let current = now.version();
    for version in supported.servers.iter().chain(&supported.clients) {
        let name = version.get_ref();
        let known =
            *name == current || name.parse().is_ok_and(|number: SemVer| released.contains_key(&number));
        if !known {
            let message = format!("the version {} was never released", quoted(name));
            let help = "list versions that have a folder in `releases`, or the protocol's own";
            findings.add(Code::InvalidManifest, &manifest.origin(version.span()), message, help);
        }
    }
}
