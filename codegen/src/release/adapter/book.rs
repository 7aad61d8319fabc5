//! The notes of the next release and of those that were made since the oldest one in use.

use super::wrong;
use crate::diagnostic::{Code, Findings, Report};
use crate::evolution::SemVer;
use crate::load::{Loader, RELEASES};
use crate::release::{NOTES, Note, Notes, Release};
use crate::source::{FileId, Origin, Pointer, Span};
use crate::text::quoted;
use std::collections::{BTreeMap, BTreeSet};

/// Notes by fingerprint.
#[derive(Debug)]
pub(super) struct Book(BTreeMap<String, Entry>);

/// A note.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) note: Note,
    /// Where it begins.
    pub(super) at: Origin,
    /// Whether it is of the next release: those of others never change.
    next: bool,
}

impl Book {
    /// Reads the notes of the next release, and of all behind `oldest`. They are no inputs of what is generated: with
    /// the release they only change their place.
    pub(super) fn read(loader: &mut Loader, oldest: SemVer) -> Result<Self, Report> {
        let mut entries = BTreeMap::new();
        let releases = Release::all(loader.folder())?;
        for release in releases.iter().filter(|release| release.number > oldest) {
            if release.record.notes.is_some() {
                release.notes()?;
                let path = format!("{RELEASES}/{}/{NOTES}", release.number);
                entries.extend(Self::entries(loader, &path, false)?);
            }
        }
        let next = Notes::next();
        if loader.has(&next) {
            entries.extend(Self::entries(loader, &next, true)?);
        }
        Ok(Self(entries))
    }

    fn entries(loader: &mut Loader, path: &str, next: bool) -> Result<Vec<(String, Entry)>, Report> {
        let read = Notes::load(loader, path);
        let (notes, file) = read.map_err(|finding| Report::new(vec![finding], loader.sources()))?;
        let entry = |(fingerprint, note): (String, Note)| {
            let at = heading(file, &notes.text, &fingerprint);
            (fingerprint, Entry { note, at, next })
        };
        Ok(notes.breaking.into_iter().map(entry).collect())
    }

    pub(super) fn get(&self, fingerprint: &str) -> Option<&Entry> {
        self.0.get(fingerprint)
    }

    /// The note that says what becomes of frames after a change: the one about it, or the one that it names.
    pub(super) fn resolve(&self, fingerprint: &str, findings: &mut Findings) -> Option<&Entry> {
        let entry = self.get(fingerprint)?;
        let Note { adapter, adapted_with, by_hand, .. } = &entry.note;
        match (adapter.is_empty(), adapted_with, by_hand) {
            (false, None, false) | (true, None, true) => Some(entry),
            (true, Some(other), false) => {
                let found = self.get(other).filter(|other| other.note.adapted_with.is_none());
                if found.is_none() {
                    let message = format!(
                        "{fingerprint} is said to be adapted with {}, and no such note has an adapter",
                        quoted(other)
                    );
                    wrong(entry, message, findings);
                }
                found
            }
            (true, None, false) => {
                let message = format!(
                    "nothing says what becomes of frames after {fingerprint}: there is neither `adapter` nor \
                     `adapted_with` nor `by_hand`"
                );
                wrong(entry, message, findings);
                None
            }
            _ => {
                let message = format!(
                    "the note on {fingerprint} has more than one of `adapter`, `adapted_with` and `by_hand`"
                );
                wrong(entry, message, findings);
                None
            }
        }
    }

    /// All notes, by fingerprint.
    pub(super) fn into_notes(self) -> BTreeMap<String, Note> {
        self.0.into_iter().map(|(fingerprint, entry)| (fingerprint, entry.note)).collect()
    }

    /// Reports notes on the next release that adapt what breaks nobody.
    pub(super) fn stale(&self, breaking: &BTreeSet<String>, findings: &mut Findings) {
        for (fingerprint, entry) in self.0.iter().filter(|(_, entry)| entry.next) {
            let Note { adapter, adapted_with, by_hand, .. } = &entry.note;
            let adapts = !adapter.is_empty() || adapted_with.is_some() || *by_hand;
            if adapts && !breaking.contains(fingerprint) {
                let message = format!(
                    "an adapter for {fingerprint}, and no change that breaks a peer in use, and can be adapted to, is called so"
                );
                let help = "remove it, or put it under the fingerprint that `framelock compat` prints";
                findings.add(Code::InvalidAdapter, &entry.at, message, help);
            }
        }
    }
}

/// Where the table of a note begins.
fn heading(file: FileId, text: &str, fingerprint: &str) -> Origin {
    let start = text.find(fingerprint).unwrap_or_default();
    let span = Span { start, end: start + fingerprint.len().min(text.len() - start) };
    Origin { file, span, pointer: Pointer::root() }
}
