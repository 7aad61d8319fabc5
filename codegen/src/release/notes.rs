//! Notes on breaking changes.

use super::adapter::Declared;
use crate::diagnostic::{Code, Finding, Report};
use crate::evolution::SemVer;
use crate::load::{Loader, RELEASES};
use crate::source::FileId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file of notes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// A note for each breaking change, by the change's fingerprint.
    #[serde(default)]
    pub breaking: BTreeMap<String, Note>,
    /// The file as it was read.
    #[serde(skip)]
    pub text: String,
}

/// What those need to know whom a change breaks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What changed.
    pub what: String,
    /// Why it had to.
    pub why: String,
    /// How to migrate.
    pub migrate: String,
    /// Until when the old way works: a date (YYYY-MM-DD) or a version.
    pub sunset: String,
    /// What becomes of frames.
    #[serde(default)]
    pub adapter: Vec<toml::Spanned<Declared>>,
    /// The fingerprint of the note whose adapter does for this change, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapted_with: Option<String>,
    /// Whether whoever uses the generated code says what becomes of frames.
    #[serde(default, skip_serializing)]
    pub by_hand: bool,
}

impl Notes {
    /// The notes for the next release, below [`RELEASES`].
    const NEXT: &str = "next.toml";

    /// Where the notes for the next release of a schema folder stand.
    pub fn next_path(schema: &Path) -> PathBuf {
        schema.join(RELEASES).join(Self::NEXT)
    }

    /// The same, seen from the schema folder.
    pub(super) fn next() -> String {
        format!("{RELEASES}/{}", Self::NEXT)
    }

    /// The notes for the next release of a schema folder; where the file is missing, there are none.
    ///
    /// # Errors
    /// The file cannot be read, or is not as it should be.
    pub fn read_next(schema: &Path) -> Result<Self, Report> {
        let (mut loader, path) = (Loader::new(schema), Self::next());
        if !loader.has(&path) {
            return Ok(Self::default());
        }
        let read = Self::load(&mut loader, &path);
        read.map(|(notes, _)| notes).map_err(|finding| Report::new(vec![finding], loader.sources()))
    }

    /// Reads a file of notes.
    pub(super) fn load(loader: &mut Loader, path: &str) -> Result<(Self, FileId), Finding> {
        let help = "each table `[breaking.FINGERPRINT]` has the keys `what`, `why`, `migrate`, `sunset`, and one of \
                    `adapter`, `adapted_with` and `by_hand`";
        let (notes, file): (Self, _) = loader.read_toml(path, Code::InvalidRelease, help)?;
        let text = loader.sources().get(file).map(|source| source.text.to_string()).unwrap_or_default();
        Ok((Self { text, ..notes }, file))
    }
}

impl Note {
    /// The first value that says nothing.
    pub fn unsaid(&self) -> Option<&'static str> {
        let Self { what, why, migrate, sunset, .. } = self;
        let said = [("what", what), ("why", why), ("migrate", migrate), ("sunset", sunset)];
        let unsaid = said.into_iter().find(|(_, value)| value.trim().is_empty()).map(|(key, _)| key);
        unsaid.or_else(|| (!is_date(sunset) && sunset.parse::<SemVer>().is_err()).then_some("sunset"))
    }
}

/// YYYY-MM-DD, as TOML writes it.
fn is_date(text: &str) -> bool {
    let date: Result<toml::value::Datetime, _> = text.parse();
    date.is_ok_and(|date| date.time.is_none() && date.offset.is_none())
}
