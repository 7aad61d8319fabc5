//! What a package holds of what is copied.

use super::Copy;
use crate::apply::shown;
use crate::package::PackageManifest;
use crate::problem::{Kind, Problem};
use framelock_codegen::output::{MANIFEST, Output, OutputEntry, sha256};
use std::fs;

/// What a copy must be.
pub(super) struct Source {
    /// What the copy's own manifest must say.
    pub manifest: PackageManifest,
    /// Its files, the manifest among them.
    pub outputs: Vec<Output>,
}

const INSTALL: &str = "install the package again, from what `framelock publish` made";

impl Source {
    /// Reads it, or says what is wrong with the package.
    ///
    /// # Errors
    /// The package's manifest is not as it should be.
    pub(super) fn read(copy: &Copy<'_>) -> anyhow::Result<Result<Self, Problem>> {
        let package = shown(&copy.package);
        let wrong =
            |message| Ok(Err(Problem::new(Kind::BrokenPackage, shown(copy.settings), message, INSTALL)));
        let Some(mut manifest) = PackageManifest::read(&copy.package)? else {
            return wrong(format!("names {package}, where no package with a {MANIFEST} is installed"));
        };
        let mut outputs = Vec::new();
        let mut entries = std::collections::BTreeMap::new();
        for (path, OutputEntry { emitter, sha256: wanted }) in manifest.files.outputs {
            let Some(name) = below(&path, copy.from) else { continue };
            let bytes = fs::read(copy.package.join(&path)).ok().filter(|bytes| sha256(bytes) == wanted);
            let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
                return wrong(format!("names {package}, whose file {path} is not what was published"));
            };
            outputs.push(Output { path: name.to_owned(), emitter: "package", text });
            entries.insert(name.to_owned(), OutputEntry { emitter, sha256: wanted });
        }
        if outputs.is_empty() {
            let from = copy.from.unwrap_or_default();
            return wrong(format!("names {package}, which holds nothing that is called {from}"));
        }
        manifest.files.outputs = entries;
        "framelock vendor".clone_into(&mut manifest.files.command);
        outputs.push(Output { path: MANIFEST.to_owned(), emitter: "package", text: manifest.text()? });
        Ok(Ok(Self { manifest, outputs }))
    }
}

/// What a file of the package is called in a copy of `from`, if it belongs there.
fn below<'p>(path: &'p str, from: Option<&str>) -> Option<&'p str> {
    let Some(from) = from else { return Some(path) };
    let rest = path.strip_prefix(from.trim_end_matches('/'))?;
    if rest.is_empty() { path.rsplit('/').next() } else { rest.strip_prefix('/') }
}
