//! A released version on disk: `releases/<version>/` in the schema folder, with one file that holds the whole protocol,
//! the notes on what broke, and `release.toml`, which has the digests of both and of the release before.

use super::notes::Notes;
use crate::apply::{shown, write_new};
use crate::files;
use anyhow::{Context as _, anyhow};
use framelock_codegen::diagnostic::Report;
use framelock_codegen::evolution::{Roots, SemVer, Version};
use framelock_codegen::load::RELEASES;
use framelock_codegen::output::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What was released.
const RECORD: &str = "release.toml";
/// The annotated bundle: enough to compare with, and to make the protocol's facts from.
const BUNDLE: &str = "bundle.schema.json";
/// The retired forms and names that are still read.
const LEGACY: &str = "legacy.json";
/// The notes on what broke.
const NOTES: &str = "notes.toml";
/// This program, on whose version digests and bundles depend.
pub(super) const TOOL: &str = concat!("framelock ", env!("CARGO_PKG_VERSION"));

/// `release.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// The version of the protocol.
    pub version: String,
    /// What froze it.
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

/// The files of a release that its record has the digests of.
#[derive(Debug)]
pub(super) struct Texts<'a> {
    /// The annotated bundle.
    pub bundle: &'a str,
    /// What is declared of the past, if anything is.
    pub legacy: Option<String>,
    /// The notes, if anything broke.
    pub notes: Option<&'a str>,
}

/// A released version.
#[derive(Debug)]
pub(crate) struct Release {
    /// Its version.
    pub number: SemVer,
    /// Its folder.
    pub folder: PathBuf,
    pub(super) record: Box<Record>,
    /// SHA-256 of `release.toml`.
    pub(super) digest: String,
}

impl Release {
    /// Whether a released version stands in a folder.
    pub(crate) fn is_at(folder: &Path) -> bool {
        folder.join(RECORD).is_file()
    }

    /// Reads the record of a released version.
    ///
    /// # Errors
    /// It is not as `framelock release` writes it.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(RECORD);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", shown(&path)))?;
        let because = || format!("{} is not as `framelock release` writes it", shown(&path));
        let record: Box<Record> = toml::from_str(&text).with_context(because)?;
        let number = record.version.parse().map_err(|error: String| anyhow!(error)).with_context(because)?;
        Ok(Self { number, folder: folder.to_path_buf(), record, digest: sha256(text.as_bytes()) })
    }

    /// Every released version of a schema folder, the oldest first.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub(crate) fn all(schema: &Path) -> anyhow::Result<Vec<Self>> {
        let found = entries(schema)?;
        let mut releases: Vec<Self> = found
            .iter()
            .filter(|path| Self::is_at(path))
            .map(|path| Self::read(path))
            .collect::<anyhow::Result<_>>()?;
        releases.sort_by_key(|release| release.number);
        Ok(releases)
    }

    /// The protocol as it was released.
    ///
    /// # Errors
    /// The report of what is wrong with its files.
    pub(crate) fn version(&self) -> Result<Version, Report> {
        let legacy = self.record.legacy.is_some().then_some(LEGACY);
        Version::read_bundle(&self.folder.join(BUNDLE), &self.record.roots, legacy)
    }

    /// The same, where one line has to say what is wrong.
    ///
    /// # Errors
    /// The first finding about the bundle.
    pub(super) fn protocol(&self) -> anyhow::Result<Version> {
        self.version()
            .map_err(|report| anyhow!("{}", report.to_string().lines().next().unwrap_or_default().to_owned()))
    }

    /// The notes on what broke with it.
    ///
    /// # Errors
    /// They cannot be read.
    pub(super) fn notes(&self) -> anyhow::Result<Notes> {
        match self.record.notes {
            Some(_) => Notes::read(&self.folder.join(NOTES)),
            None => Ok(Notes::default()),
        }
    }

    /// The first file that is not what was released, and in which way.
    ///
    /// # Errors
    /// The bundle has the bytes that were released, and cannot be read as a protocol.
    pub(super) fn changed(&self, previous: Option<&Self>) -> anyhow::Result<Option<(PathBuf, String)>> {
        let record = self.folder.join(RECORD);
        if self.folder.file_name().is_none_or(|name| name != self.record.version.as_str()) {
            return Ok(Some((record, format!("is about {}", self.record.version))));
        }
        if self.record.previous.as_ref() != previous.map(|previous| &previous.digest) {
            let before = previous.map_or_else(|| "none".to_owned(), |before| before.number.to_string());
            return Ok(Some((record, format!("or that of the release before ({before}) was changed"))));
        }
        let found = self.changed_file();
        if found.is_some() || self.record.tool != TOOL {
            return Ok(found);
        }
        let means = self.protocol()?;
        let says = means.protocol.digest == self.record.wire && means.version() == self.record.version;
        Ok((!says).then(|| (record, format!("does not say what {BUNDLE} means on the wire"))))
    }

    /// The first file whose bytes are not those of which the record has the digest.
    fn changed_file(&self) -> Option<(PathBuf, String)> {
        let Record { bundle, legacy, notes, .. } = &*self.record;
        let files = [(BUNDLE, Some(bundle)), (LEGACY, legacy.as_ref()), (NOTES, notes.as_ref())];
        files.into_iter().find_map(|(name, wanted)| {
            let path = self.folder.join(name);
            let found = fs::read(&path).ok().map(|bytes| sha256(&bytes));
            let message = match (wanted, &found) {
                (Some(_), None) => "is missing or cannot be read",
                (None, Some(_)) => "was not released",
                (wanted, found) if wanted != found.as_ref() => "has other bytes than were released",
                _ => return None,
            };
            Some((path, message.to_owned()))
        })
    }

    /// Freezes a version, whole or not at all.
    ///
    /// # Errors
    /// It cannot be written, or means something else when it is read again; then nothing was changed.
    pub(super) fn freeze(schema: &Path, record: &Record, texts: &Texts<'_>) -> anyhow::Result<()> {
        let releases = schema.join(RELEASES);
        let because = || format!("cannot write {}", shown(&releases));
        fs::create_dir_all(&releases).with_context(because)?;
        let staging =
            tempfile::Builder::new().prefix(".framelock-").tempdir_in(&releases).with_context(because)?;
        // A folder as everybody makes it: the one around it is for us alone.
        let new = staging.path().join(&record.version);
        fs::create_dir(&new).with_context(because)?;
        let Texts { bundle, legacy, notes } = texts;
        for (name, text) in [(BUNDLE, Some(*bundle)), (LEGACY, legacy.as_deref()), (NOTES, *notes)] {
            if let Some(text) = text {
                write_new(&new.join(name), text.as_bytes()).with_context(because)?;
            }
        }
        let text = format!(
            "# Frozen by `framelock release`: nothing in this folder ever changes.\n{}",
            toml::to_string(record)?
        );
        write_new(&new.join(RECORD), text.as_bytes()).with_context(because)?;
        let means = Self::read(&new)?.protocol().context("what was frozen cannot be read")?;
        anyhow::ensure!(
            means.protocol.digest == record.wire && means.legacy() == texts.legacy,
            "what was frozen does not mean what the schema does: this is a mistake of Framelock's"
        );
        fs::rename(&new, releases.join(&record.version)).with_context(because)
    }
}

/// What stands in the folder of releases, by path.
pub(super) fn entries(schema: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let releases = schema.join(RELEASES);
    if releases.exists() { files::list(&releases) } else { Ok(Vec::new()) }
}
