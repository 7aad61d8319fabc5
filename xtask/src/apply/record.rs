//! Which files of an output folder Framelock wrote, as the folder's own `MANIFEST.json` says.

use framelock_codegen::output::{MANIFEST, OutputManifest, sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The `MANIFEST.json` that stands in an output folder.
#[derive(Debug)]
pub(super) enum Record {
    /// There is none.
    Absent,
    /// It is not as Framelock writes it: why.
    Unreadable(String),
    /// It is.
    Known(OutputManifest),
}

impl Record {
    /// Reads the bytes of a `MANIFEST.json`.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        match serde_json::from_slice(bytes) {
            Ok(record) => Self::Known(record),
            Err(error) => Self::Unreadable(error.to_string()),
        }
    }

    /// The record, where it could be read.
    pub(super) fn known(&self) -> Option<&OutputManifest> {
        match self {
            Self::Known(record) => Some(record),
            Self::Absent | Self::Unreadable(_) => None,
        }
    }

    /// See [`Self::known`].
    pub(super) fn into_known(self) -> Option<OutputManifest> {
        match self {
            Self::Known(record) => Some(record),
            Self::Absent | Self::Unreadable(_) => None,
        }
    }
}

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    /// Framelock, and nobody changed it since.
    Framelock,
    /// Framelock, and then somebody else.
    Edited,
    /// Somebody else.
    Stranger,
}

/// The hashes of all files that Framelock wrote, by path: those of the record, and those of records that
/// killed runs were about to write.
#[derive(Debug)]
pub(super) struct Ownership(BTreeMap<String, BTreeSet<String>>);

impl Ownership {
    /// What the records say together.
    pub(super) fn new(records: impl Iterator<Item = OutputManifest>) -> Self {
        let mut hashes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, entry) in records.flat_map(|record| record.outputs) {
            hashes.entry(path).or_default().insert(entry.sha256);
        }
        Self(hashes)
    }

    /// Whether Framelock wrote a file with this path at all.
    pub(super) fn lists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Who wrote a file with these bytes.
    pub(super) fn writer(&self, path: &str, bytes: &[u8]) -> Writer {
        // The record cannot hold its own hash, and there is nothing in it to edit.
        if path == MANIFEST {
            return Writer::Framelock;
        }
        let Some(hashes) = self.0.get(path) else {
            return Writer::Stranger;
        };
        // git's autocrlf is no edit.
        let known = hashes.contains(&sha256(bytes)) || hashes.contains(&sha256(&with_lf(bytes)));
        if known { Writer::Framelock } else { Writer::Edited }
    }
}

/// The bytes with LF line ends.
pub(super) fn with_lf(bytes: &[u8]) -> Vec<u8> {
    let mut lf = Vec::with_capacity(bytes.len());
    for (index, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(index + 1) != Some(&b'\n') {
            lf.push(*byte);
        }
    }
    lf
}
