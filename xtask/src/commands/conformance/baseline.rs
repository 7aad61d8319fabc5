//! What trivial generators would get: without them a number says little.

use super::group::{Case, Group};
use super::judge::Judge;
use super::observe::{Made, Observation, Seen, Typing};
use serde_json::Value;

/// A generator that needs no code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Baseline {
    /// Every instance is a `serde_json::Value`.
    AcceptAll,
    /// Every schema is refused.
    RefuseAll,
    /// A `serde_json::Value` and a validator that is compiled at run time.
    Validator,
}

impl Baseline {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::AcceptAll, Self::RefuseAll, Self::Validator];

    /// The name in tables.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::AcceptAll => "baseline: a JSON value, unchecked",
            Self::RefuseAll => "baseline: every schema refused",
            Self::Validator => "baseline: a JSON value and a validator",
        }
    }

    /// What it would do with a group.
    pub(super) fn observe(self, group: &Group, judge: &Judge) -> Observation {
        let refusal = match self {
            Self::AcceptAll => None,
            Self::RefuseAll => Some("no schema is supported"),
            Self::Validator => judge.refusal(),
        };
        if let Some(said) = refusal {
            return Observation::without_code(Made::Refused { precise: false, said: said.to_owned() });
        }
        let seen = |case: &Case| match self {
            Self::Validator if judge.accepts(&case.text) == Some(false) => Seen::Refused(String::new()),
            _ => as_value(&case.text),
        };
        let seen = group.cases.iter().map(seen).collect();
        let typing = Typing { delegated: self == Self::Validator, ..Typing::default() };
        Observation { made: Made::Built(typing), seen }
    }
}

/// An instance that goes through a `serde_json::Value`.
fn as_value(text: &str) -> Seen {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => Seen::Accepted { text: value.to_string(), again: None },
        Err(error) => Seen::Refused(error.to_string()),
    }
}
