//! Notes on breaking changes: `releases/next.toml` in the schema folder until the release, `notes.toml` of it from then on.

use crate::apply::shown;
use anyhow::Context as _;
use framelock_codegen::evolution::SemVer;
use framelock_codegen::load::RELEASES;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The file of notes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notes {
    /// A note for each breaking change, by the change's fingerprint.
    #[serde(default)]
    pub breaking: BTreeMap<String, Note>,
    /// The file as it was read.
    #[serde(skip)]
    pub text: String,
}

/// What those need to know whom a change breaks.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    /// What changed.
    pub what: String,
    /// Why it had to.
    pub why: String,
    /// How to migrate.
    pub migrate: String,
    /// Until when the old way works: a date (YYYY-MM-DD) or a version.
    pub sunset: String,
}

/// Where the notes for the next release stand.
pub(crate) fn next(schema: &Path) -> PathBuf {
    schema.join(RELEASES).join("next.toml")
}

impl Notes {
    /// Reads a file of notes; where there is none, there are no notes.
    ///
    /// # Errors
    /// It cannot be read, or is not as it should be.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", shown(path)))?;
        let notes: Self =
            toml::from_str(&text).with_context(|| format!("{} is no file of notes", shown(path)))?;
        Ok(Self { text, ..notes })
    }
}

impl Note {
    /// The first value that says nothing.
    pub(super) fn unsaid(&self) -> Option<&'static str> {
        let Self { what, why, migrate, sunset } = self;
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
