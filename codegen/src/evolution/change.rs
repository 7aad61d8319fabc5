//! What a comparison says.

use super::explain::Explained;
use super::rules::{Effect, Rule};
use crate::compat;
use crate::manifest::Manifest;
use crate::model::Side;
use serde_json::Value;

/// What became of a protocol.
#[derive(Debug)]
pub struct Comparison {
    /// How many messages either version has.
    pub messages: usize,
    /// What changed, by sender and message.
    pub changes: Vec<Change>,
    /// The messages that do not get through between the versions, whoever is in use, by sender and message.
    pub unread: Vec<Unread>,
    /// Where a rule says that a consumer refuses frames, and it was proved that it does not.
    pub overclaimed: Vec<Overclaim>,
}

/// A message of which one version is not proved to read all that the other one emits, and to take it for what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Who sends it.
    pub sender: Side,
    /// Its name.
    pub message: String,
    /// The old version does not read what the new one emits.
    pub by_old: bool,
    /// The new version does not read what the old one emits.
    pub by_new: bool,
}

/// A rule that says too much of a change. The proof counts; a rule for which it happens is wrong, or too coarse.
#[derive(Debug)]
pub struct Overclaim {
    /// The rule.
    pub rule: &'static Rule,
    /// The message.
    pub message: String,
    /// JSON Pointer into the frame.
    pub path: String,
}

/// Something that changed.
#[derive(Debug, Clone)]
pub struct Change {
    /// The rule that it falls under.
    pub rule: &'static Rule,
    /// Who sends the message.
    pub sender: Side,
    /// The message; none if it is about all that the side sends.
    pub message: Option<String>,
    /// JSON Pointer into the frame; `*` stands for any item and any other property.
    pub path: String,
    /// What was there.
    pub before: Option<String>,
    /// What is there now.
    pub after: Option<String>,
    /// What follows from it.
    pub facts: Facts,
    /// Whether what is refused is due to this change or to another one of the message, and nobody can tell which.
    pub together: bool,
    /// Whether anybody who counts is broken.
    pub verdict: Verdict,
    /// Names the change: a hash of the rule, the message, the path, and what was and is there.
    pub fingerprint: String,
    /// Where the new schema says so, or would.
    pub place: Option<Place>,
}

/// What follows from a change, for both ways in which versions meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// An old consumer reads what a new producer emits.
    pub old_consumer: Fact,
    /// A new consumer reads what an old producer emits.
    pub new_consumer: Fact,
}

/// Whether a consumer accepts what a producer emits.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// All of it: proved.
    Accepted,
    /// All of it, some as retired forms, which it converts: proved.
    Converted {
        /// Whether something is lost that the forms say to be.
        lost: bool,
    },
    /// All of it, but some as what it does not know: that is kept as it is, and nobody is broken.
    Unrecognised,
    /// All of it, and takes it for something else, which no schema can tell.
    Misread,
    /// Not this frame; a validator was asked.
    Refused {
        /// The frame.
        witness: Option<Value>,
    },
    /// Neither was shown.
    Unknown {
        /// Why not.
        reason: String,
    },
}

/// What a change means for those who count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nobody is broken.
    Safe,
    /// Nobody is broken who decodes frames; but somebody should know of it.
    Told,
    /// Nobody could show that nobody is broken, which counts as breaking.
    Unknown,
    /// Somebody is broken.
    Breaking,
}

/// Peers of different versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skew {
    /// Old clients of a new server: what every release meets.
    OldClients,
    /// Old servers of new clients: what a rollback meets.
    OldServers,
}

/// A place in a schema file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as a person at the command line would write it.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// JSON Pointer into the file.
    pub pointer: String,
}

impl Comparison {
    /// The gravest verdict of all.
    pub fn verdict(&self) -> Verdict {
        self.changes.iter().map(|change| change.verdict).max().unwrap_or(Verdict::Safe)
    }
}

impl Change {
    /// Judges a change, by what it means for the peers that count.
    pub(super) fn new(
        sender: Side,
        message: Option<String>,
        explained: Explained,
        facts: Facts,
        place: Option<Place>,
        skews: &[Skew],
    ) -> Self {
        let together = false;
        let Explained { rule, path, before, after, origin: _ } = explained;
        let parts = [Some(rule.id), Some(sender.name()), message.as_deref(), Some(&path)];
        let parts = parts.into_iter().chain([before.as_deref(), after.as_deref()]);
        let parts: Vec<String> = parts.map(|part| format!("{part:?}")).collect();
        let mut fingerprint = crate::output::sha256(parts.join("\n").as_bytes());
        fingerprint.truncate(16);
        let verdict = facts.verdict(sender, rule, skews);
        Self { rule, sender, message, path, before, after, facts, together, verdict, fingerprint, place }
    }

    /// Those who are broken by it, or may be.
    pub fn broken(&self) -> Vec<Skew> {
        let facts = [(&self.facts.old_consumer, true), (&self.facts.new_consumer, false)];
        let broken = facts.into_iter().filter(|(fact, _)| fact.breaks());
        let mut skews: Vec<Skew> =
            broken.flat_map(|(_, by_new)| Skew::of(self.sender, by_new)).copied().collect();
        skews.sort();
        skews.dedup();
        skews
    }

    /// A frame that shows who is broken.
    pub fn witness(&self) -> Option<&Value> {
        [&self.facts.old_consumer, &self.facts.new_consumer].into_iter().find_map(Fact::witness)
    }
}

impl Facts {
    /// Whether these break somebody whom the other ones do not.
    pub(super) fn is_graver(&self, other: &Self) -> bool {
        self.old_consumer.breaks() && !other.old_consumer.breaks()
            || self.new_consumer.breaks() && !other.new_consumer.breaks()
    }

    /// The rule, if it says that a consumer refuses what it was proved to accept.
    pub(super) fn overclaimed(&self, told: &Explained, message: &str) -> Option<Overclaim> {
        let rule = told.rule;
        let facts = [(rule.old_consumer, &self.old_consumer), (rule.new_consumer, &self.new_consumer)];
        let wrong =
            facts.into_iter().any(|(effect, fact)| effect == Effect::Refuses && *fact == Fact::Accepted);
        wrong.then(|| Overclaim { rule, message: message.to_owned(), path: told.path.clone() })
    }

    fn verdict(&self, sender: Side, rule: &Rule, skews: &[Skew]) -> Verdict {
        let counts = |by_new| Skew::of(sender, by_new).iter().any(|skew| skews.contains(skew));
        let facts = [(&self.old_consumer, true), (&self.new_consumer, false)];
        let counted = || facts.into_iter().filter(|(_, by_new)| counts(*by_new)).map(|(fact, _)| fact);
        if counted().any(|fact| matches!(fact, Fact::Refused { .. } | Fact::Misread)) {
            Verdict::Breaking
        } else if counted().any(Fact::breaks) {
            Verdict::Unknown
        } else if rule.is_told() || facts.iter().any(|(fact, _)| **fact != Fact::Accepted) {
            Verdict::Told
        } else {
            Verdict::Safe
        }
    }
}

impl From<compat::Verdict> for Fact {
    fn from(verdict: compat::Verdict) -> Self {
        match verdict {
            compat::Verdict::Proved => Self::Accepted,
            compat::Verdict::Refuted { witness } => Self::Refused { witness: Some(witness) },
            compat::Verdict::Unknown { reason } => Self::Unknown { reason },
        }
    }
}

impl Fact {
    /// What of it is due to a change with this effect: a rule explains, but only what was shown.
    pub(super) fn claimed(&self, effect: Effect) -> Self {
        match effect {
            Effect::Refuses | Effect::Depends => self.clone(),
            Effect::Keeps => Self::Unrecognised,
            Effect::Misreads => Self::Misread,
            Effect::Accepts | Effect::Loses => Self::Accepted,
        }
    }

    /// Whether it counts as breaking.
    pub const fn breaks(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Misread | Self::Unknown { .. })
    }

    /// The frame that is refused.
    pub const fn witness(&self) -> Option<&Value> {
        match self {
            Self::Refused { witness } => witness.as_ref(),
            _ => None,
        }
    }

    /// One word for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "proved",
            Self::Converted { lost: false } => "converted",
            Self::Converted { lost: true } => "converted with a loss",
            Self::Unrecognised => "unrecognised",
            Self::Misread => "misread",
            Self::Refused { .. } => "refuted",
            Self::Unknown { .. } => "unknown",
        }
    }
}

impl Verdict {
    /// One word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Told => "note",
            Self::Unknown => "unknown",
            Self::Breaking => "breaking",
        }
    }
}

impl Skew {
    /// Every peer of another version.
    pub const ALL: [Self; 2] = [Self::OldClients, Self::OldServers];

    /// The peers of an old version that are still in use, as the manifest of the new one says.
    pub fn in_use(old: &str, manifest: Option<&Manifest>) -> Vec<Self> {
        let supported = manifest.and_then(|manifest| manifest.supported.as_ref());
        let is_supported = |skew: &Self| {
            supported.is_none_or(|supported| {
                let versions = match skew {
                    Self::OldClients => &supported.clients,
                    Self::OldServers => &supported.servers,
                };
                versions.iter().any(|version| version.get_ref() == old)
            })
        };
        Self::ALL.into_iter().filter(is_supported).collect()
    }

    /// The peers that meet where the new version emits what the old one reads (`by_new`), or the other way round.
    pub(super) const fn of(sender: Side, by_new: bool) -> &'static [Self] {
        match (sender, by_new) {
            (Side::Server, true) | (Side::Client, false) => &[Self::OldClients],
            (Side::Server, false) | (Side::Client, true) => &[Self::OldServers],
            (Side::Either, _) => &[Self::OldClients, Self::OldServers],
        }
    }

    /// Who is broken, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OldClients => "old clients with a new server",
            Self::OldServers => "new clients with an old server",
        }
    }
}
