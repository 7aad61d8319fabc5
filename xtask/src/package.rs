//! What a published package says of itself: `MANIFEST.json` beside its files, and the whole protocol in one file, for those
//! who validate or generate by it (plain) and for those who compare versions (annotated).

use crate::apply::shown;
use crate::files;
use anyhow::{Context as _, anyhow};
use framelock_codegen::Generation;
use framelock_codegen::evolution::{Roots, Version};
use framelock_codegen::output::{MANIFEST, OutputEntry, OutputManifest, TOOL, sha256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The protocol that a package is made of, with all that is known about it.
pub(crate) const PROTOCOL: &str = "protocol.annotated.schema.json";
/// The same as others read it.
const PLAIN: &str = "protocol.schema.json";

/// `MANIFEST.json` of a package, and of copies of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PackageManifest {
    /// The protocol's name.
    pub protocol: String,
    /// Its version.
    pub version: String,
    /// The digest of what it means on the wire.
    pub digest: String,
    /// Where in [`PROTOCOL`] the frames of each side stand.
    pub roots: Roots,
    /// The files. It has the form that output folders have, so that a copy is kept like one.
    #[serde(flatten)]
    pub files: OutputManifest,
}

impl PackageManifest {
    /// Writes down what a folder holds of a protocol, and adds the protocol itself where the manifest asks for bundles.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub(crate) fn add_to(folder: &Path, version: &Version, generation: &Generation) -> anyhow::Result<()> {
        let has_bundles = generation.manifest.bundle.is_some();
        let bundles =
            generation.outputs.iter().filter(|output| has_bundles && output.path.starts_with("schema/"));
        for output in bundles {
            let name = match output.path.matches('.').count() {
                2 => PLAIN,
                _ if output.path.ends_with(".annotated.schema.json") => PROTOCOL,
                _ => continue,
            };
            files::write(&folder.join(name), &output.text)?;
        }
        let mut outputs = BTreeMap::new();
        collect(folder, "", &mut outputs)?;
        let name: serde_json::Value = serde_json::from_str(&version.protocol.name.json())?;
        let whole = Self {
            protocol: name.as_str().unwrap_or_default().to_owned(),
            version: version.version(),
            digest: version.protocol.digest.clone(),
            roots: if has_bundles { version.bundled_roots() } else { Roots::new() },
            files: OutputManifest {
                tool: TOOL.to_owned(),
                command: "framelock publish".to_owned(),
                inputs: BTreeMap::new(),
                outputs,
            },
        };
        files::write(&folder.join(MANIFEST), whole.text()?)
    }

    /// Reads the manifest in a folder; none if there is no such file.
    ///
    /// # Errors
    /// It is not as `framelock` writes it.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        let Ok(text) = fs::read(&path) else { return Ok(None) };
        let because = || anyhow!("{} is not as `framelock publish` writes it", shown(&path));
        serde_json::from_slice(&text).map(Some).with_context(because)
    }

    /// The protocol in a folder that has the package or a copy, if it holds one that can be read.
    pub(crate) fn protocol_in(&self, folder: &Path) -> Option<Version> {
        Version::read_bundle(&folder.join(PROTOCOL), &self.roots, None).ok()
    }

    /// Its text.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Which version this is, in a few words.
    pub(crate) fn shown(&self) -> String {
        let digest = self.digest.get(..12).unwrap_or(&self.digest);
        format!("{} {} (digest {digest})", self.protocol, self.version)
    }
}

/// The hashes of all files below a folder, by path.
fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, OutputEntry>) -> anyhow::Result<()> {
    for path in files::list(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), found)?;
        } else {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", shown(&path)))?;
            let entry = OutputEntry { emitter: "package".to_owned(), sha256: sha256(&bytes) };
            found.insert(format!("{prefix}{name}"), entry);
        }
    }
    Ok(())
}
