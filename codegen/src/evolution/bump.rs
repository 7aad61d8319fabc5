//! How far a version has to move on for what changed since another one.

use super::change::{Change, Comparison, Verdict};
use super::rules::Rule;
use crate::negotiation::numbers;
use std::fmt;
use std::str::FromStr;

/// MAJOR.MINOR.PATCH, in the order in which releases follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SemVer([u64; 3]);

/// How much a new version says to have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing that anybody has to look at.
    Patch,
    /// Something was added.
    Minor,
    /// Somebody may be broken.
    Major,
}

/// How far a version has to move on.
#[derive(Debug)]
pub struct Bump<'a> {
    /// How far.
    pub level: Level,
    /// The change for which it must; none if no change demands more than any release does.
    pub because: Option<&'a Change>,
}

impl SemVer {
    /// The least version after this one that says so much. Below 1.0.0 each number stands for what the one before it
    /// says later, as cargo and npm take it.
    #[must_use]
    pub const fn next(self, level: Level) -> Self {
        let Self([major, minor, patch]) = self;
        Self(match (level, major) {
            (Level::Major, 1..) => [major + 1, 0, 0],
            (Level::Major, 0) | (Level::Minor, 1..) => [major, minor + 1, 0],
            (Level::Minor, 0) | (Level::Patch, _) => [major, minor, patch + 1],
        })
    }
}

impl FromStr for SemVer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "it is not MAJOR.MINOR.PATCH, such as 1.0.0".to_owned();
        numbers(text).map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for SemVer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([major, minor, patch]) = self;
        write!(out, "{major}.{minor}.{patch}")
    }
}

impl Comparison {
    /// How far the version of the protocol has to move on: it follows what breaks the wire. `same_digest` says that both
    /// versions mean the same on the wire.
    pub fn wire_bump(&self, same_digest: bool) -> Bump<'_> {
        let bump = self.bump(|change| match change.verdict {
            Verdict::Unknown | Verdict::Breaking => Level::Major,
            Verdict::Safe if leaves_frames(change.rule) => Level::Patch,
            Verdict::Safe | Verdict::Told => Level::Minor,
        });
        // What no rule tells was told to nobody, and is new all the same.
        let least = if same_digest { Level::Patch } else { Level::Minor };
        Bump { level: bump.level.max(least), ..bump }
    }

    /// How far the version of a generated package has to move on: it follows what breaks source code. A new message
    /// does: whoever must name every message no longer does.
    pub fn source_bump(&self) -> Bump<'_> {
        self.bump(|change| source(change.rule))
    }

    fn bump(&self, level: impl Fn(&Change) -> Level) -> Bump<'_> {
        let levels = self.changes.iter().map(|change| (level(change), change));
        let mut bump = Bump { level: Level::Patch, because: None };
        for (level, change) in levels {
            if level > bump.level {
                bump = Bump { level, because: Some(change) };
            }
        }
        bump
    }
}

/// Whether frames are the same after a change under this rule as before.
fn leaves_frames(rule: &Rule) -> bool {
    matches!(rule.id, "FLD-030" | "MET-004") || source(rule) == Level::Patch
}

/// What a change under this rule does to source code that uses generated types. What is not known to leave it alone
/// counts as breaking it: a bound can make a type, and a value is a variant.
fn source(rule: &Rule) -> Level {
    match rule.id {
        "DEP-003" | "DEP-004" | "DEP-005" | "FLD-019" | "FLD-020" | "FLD-021" | "MET-001" | "NUM-010"
        | "NUM-011" | "UNI-006" | "UNI-013" | "UNI-020" => Level::Patch,
        "DEP-001" | "DEP-007" | "ENV-005" | "ENV-014" | "FLD-001" | "FLD-002" | "FLD-014" => Level::Minor,
        _ => Level::Major,
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::RULES;
    use super::{Level, SemVer, source};

    fn version(text: &str) -> SemVer {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_numbers_and_not_text() {
        assert!(version("1.10.0") > version("1.9.9"));
        assert_eq!(version("1.10.0").to_string(), "1.10.0");
        for wrong in ["", "1", "1.0", "1.0.0.0", "01.0.0", "+1.0.0", "1.0.0-rc.1", "1.0.99999999999999999999"]
        {
            assert!(wrong.parse::<SemVer>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn below_one_each_number_says_more() {
        let next = |text, level| version(text).next(level).to_string();
        assert_eq!(
            [Level::Major, Level::Minor, Level::Patch].map(|level| next("1.2.3", level)),
            ["2.0.0", "1.3.0", "1.2.4"]
        );
        assert_eq!(
            [Level::Major, Level::Minor, Level::Patch].map(|level| next("0.2.3", level)),
            ["0.3.0", "0.2.4", "0.2.4"]
        );
    }

    #[test]
    fn most_changes_break_source_and_exceptions_are_rules() {
        let of = |level| RULES.iter().filter(|rule| source(rule) == level).count();
        assert_eq!((of(Level::Patch), of(Level::Minor)), (12, 7));
        let new_message = RULES.iter().find(|rule| rule.id == "MSG-001").map(source);
        assert_eq!(new_message, Some(Level::Major));
    }
}
