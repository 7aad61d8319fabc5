//! Released versions: what `framelock release` froze below [`RELEASES`] in the schema folder.
//!
//! The folder of a release holds the whole protocol in one file, the retired forms, the notes on what broke, and
//! `release.toml`. That one has the digests of the others, and nothing is read that has another: its bytes stand for all
//! that was released.

pub mod adapter;
mod in_use;
mod notes;

pub use adapter::{Adaptation, Adapters, ByHand};
pub use in_use::{InUse, in_use};
pub use notes::{Note, Notes};

use crate::diagnostic::{Code, Finding, Report};
use crate::evolution::{Roots, SemVer, Version};
use crate::load::{Loader, RELEASES};
use crate::output::sha256;
use crate::source::{FileId, Origin, Pointer, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What was released.
pub const RECORD: &str = "release.toml";
/// The annotated bundle: enough to compare with, and to make the protocol's facts from.
pub const BUNDLE: &str = "bundle.schema.json";
/// The retired forms and names that are still read.
pub const LEGACY: &str = "legacy.json";
/// The notes on what broke.
pub const NOTES: &str = "notes.toml";

/// What to do about a file of a release that is not what it should be.
const RESTORE: &str = "restore it from version control: a released version never changes";

/// `release.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The version of the protocol.
    pub version: String,
    /// What froze it, on which the digest and the bundle's bytes depend.
    pub tool: String,
    /// The digest of what it means on the wire.
    pub wire: String,
    /// SHA-256 of the bundle.
    pub bundle: String,
    /// SHA-256 of what is declared of the past, if anything is.
    pub legacy: Option<String>,
    /// SHA-256 of the notes, if anything broke.
    pub notes: Option<String>,
    /// SHA-256 of the `release.toml` before this one, if there is one.
    pub previous: Option<String>,
    /// Where in the bundle the frames of each side stand.
    pub roots: Roots,
    /// The versions of the generated packages, by language.
    pub packages: BTreeMap<String, String>,
}

/// A released version.
#[derive(Debug, Clone)]
pub struct Release {
    /// Its version.
    pub number: SemVer,
    /// Its folder.
    pub folder: PathBuf,
    /// What `release.toml` says.
    pub record: Box<Record>,
    /// SHA-256 of `release.toml`.
    pub digest: String,
}

impl Release {
    /// Whether a released version stands in a folder.
    pub fn is_at(folder: &Path) -> bool {
        Loader::alone(folder).has(RECORD)
    }

    /// Reads the record of the released version in a folder.
    ///
    /// # Errors
    /// It is not as `framelock release` writes it.
    pub fn read(folder: &Path) -> Result<Self, Report> {
        let mut loader = Loader::alone(folder);
        Self::load(&mut loader, RECORD, folder)
            .map_err(|finding| Report::new(vec![finding], loader.sources()))
    }

    /// Every released version of a schema folder, the oldest first.
    ///
    /// # Errors
    /// The record of one of them is not as `framelock release` writes it.
    pub fn all(schema: &Path) -> Result<Vec<Self>, Report> {
        let folders = Loader::new(schema).list(RELEASES, "").into_iter().map(|path| schema.join(path));
        let mut releases: Vec<Self> = folders
            .filter(|folder| Self::is_at(folder))
            .map(|folder| Self::read(&folder))
            .collect::<Result<_, _>>()?;
        releases.sort_by_key(|release| release.number);
        Ok(releases)
    }

    /// The protocol as it was released.
    ///
    /// # Errors
    /// A file is not the one that was released, or the report of what is wrong with them.
    pub fn version(&self) -> Result<Version, Report> {
        let Record { bundle, legacy, roots, .. } = &*self.record;
        crate::on_a_large_stack(|| {
            let mut loader = Loader::alone(&self.folder);
            let files = [(BUNDLE, Some(bundle)), (LEGACY, legacy.as_ref())];
            for (path, digest) in files.into_iter().filter_map(|(path, digest)| Some((path, digest?))) {
                unchanged(&mut loader, path, digest)
                    .map_err(|finding| Report::new(vec![finding], loader.sources()))?;
            }
            Version::load_bundle(&mut loader, BUNDLE, roots, legacy.as_ref().map(|_| LEGACY))
        })
    }

    /// The notes on what broke with it.
    ///
    /// # Errors
    /// They are not those that were released.
    pub fn notes(&self) -> Result<Notes, Report> {
        let Some(digest) = &self.record.notes else { return Ok(Notes::default()) };
        let mut loader = Loader::alone(&self.folder);
        let notes = unchanged(&mut loader, NOTES, digest).and_then(|()| Notes::load(&mut loader, NOTES));
        notes.map(|(notes, _)| notes).map_err(|finding| Report::new(vec![finding], loader.sources()))
    }

    /// Reads a record by its path.
    fn load(loader: &mut Loader, path: &str, folder: &Path) -> Result<Self, Finding> {
        let (record, file): (Box<Record>, _) = loader.read_toml(path, Code::InvalidRelease, RESTORE)?;
        let number = record.version.parse().map_err(|error| {
            Finding::new(Code::InvalidRelease, &whole(file), format!("`version`: {error}"), RESTORE)
        })?;
        let text = loader.sources().get(file).map(|source| source.text.clone()).unwrap_or_default();
        Ok(Self { number, folder: folder.to_path_buf(), record, digest: sha256(text.as_bytes()) })
    }
}

/// Whether a file of a release has the bytes of which the record has the digest.
fn unchanged(loader: &mut Loader, path: &str, digest: &str) -> Result<(), Finding> {
    let file = loader.read(path).map_err(|refusal| refusal.at(&loader.absent(path)))?;
    let same = loader.sources().get(file).is_some_and(|source| sha256(source.text.as_bytes()) == digest);
    let message = "the file has other bytes than were released";
    if same { Ok(()) } else { Err(Finding::new(Code::InvalidRelease, &whole(file), message, RESTORE)) }
}

/// A file as the place of a finding.
fn whole(file: FileId) -> Origin {
    Origin { file, span: Span::default(), pointer: Pointer::root() }
}
