//! Groups that are known to fail. A file of them gives each a reason; one that no longer fails must leave it.

use super::score::Record;
use anyhow::Context as _;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The file: `[known]` with a reason for each group.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    known: BTreeMap<String, String>,
}

/// How a record compares with what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surprise {
    /// It fails, and nobody knew.
    Fails,
    /// It was known to fail, and does not.
    Passes,
}

impl Known {
    /// Reads the file, as JSON or TOML by its name.
    ///
    /// # Errors
    /// It cannot be read, or has another form.
    pub(super) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let wrong = || format!("{} is not a list of known failures", file.display());
        if file.extension().is_some_and(|extension| extension == "json") {
            serde_json::from_str(&text).with_context(wrong)
        } else {
            toml::from_str(&text).with_context(wrong)
        }
    }

    /// Why a group is known to fail.
    pub(super) fn reason(&self, id: &str) -> Option<&str> {
        let same = |known: &str| id == known || is_end(id, known) || is_end(known, id);
        self.known.iter().find(|(known, _)| same(known)).map(|(_, reason)| reason.as_str())
    }

    /// What is unexpected about a record, if anything is.
    pub(super) fn surprise(&self, record: &Record) -> Option<Surprise> {
        match (record.class.is_failure(), self.reason(&record.id)) {
            (true, None) => Some(Surprise::Fails),
            (false, Some(_)) => Some(Surprise::Passes),
            _ => None,
        }
    }
}

/// Whether a path ends with another one: names of groups begin with the folder that the command was given.
fn is_end(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|start| start.ends_with('/'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::{Known, Surprise};
    use crate::commands::conformance::observe::Typing;
    use crate::commands::conformance::score::{Class, Record};

    #[test]
    fn a_group_is_known_whatever_folder_was_named() {
        let known: Known = toml::from_str("[known]\n\"suite/anchor#1\" = \"why\"").unwrap();
        for id in ["suite/anchor#1", "all/suite/anchor#1", "anchor#1"] {
            assert_eq!(known.reason(id), Some("why"), "{id}");
        }
        for id in ["suite/anchor#11", "othersuite/anchor#1", "chor#1"] {
            assert_eq!(known.reason(id), None, "{id}");
        }
    }

    #[test]
    fn what_is_not_as_known_is_a_surprise() {
        let known: Known = toml::from_str("[known]\n\"a#0\" = \"why\"").unwrap();
        let record = |id: &str, class| Record {
            id: id.to_owned(),
            folder: String::new(),
            keywords: Vec::new(),
            class,
            typing: Typing::default(),
            failures: Vec::new(),
        };
        for (id, class, expected) in [
            ("a#0", Class::Looser, None),
            ("a#0", Class::Faithful, Some(Surprise::Passes)),
            ("a#0", Class::RefusedPrecisely, Some(Surprise::Passes)),
            ("b#0", Class::Looser, Some(Surprise::Fails)),
            ("b#0", Class::Faithful, None),
        ] {
            assert_eq!(known.surprise(&record(id, class)), expected, "{id} {class:?}");
        }
    }
}
