//! What a generator and its code were seen to do. No label has a part in it, so it can be kept and judged again.

use serde::{Deserialize, Serialize};

/// What was seen of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Observation {
    /// What the generator made of the schema.
    pub made: Made,
    /// What the code made of each instance; empty where there is no code.
    pub seen: Vec<Seen>,
}

impl Observation {
    /// An observation of a generator that gave no code.
    pub(super) fn without_code(made: Made) -> Self {
        Self { made, seen: Vec::new() }
    }
}

/// What a generator made of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Made {
    /// Code that compiles.
    Built(Typing),
    /// A refusal.
    Refused {
        /// Whether every finding leads to the construct that it names.
        precise: bool,
        /// The findings.
        said: String,
    },
    /// Code that does not compile, with the compiler's reason.
    Broken(String),
    /// A panic.
    Panicked(String),
}

/// How much of a schema became types.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "these are facts that do not depend on each other")]
pub(super) struct Typing {
    /// Whether the root type is more than a wrapped JSON value.
    pub typed: bool,
    /// Whether a part of the checks is data that is interpreted.
    pub interpreted: bool,
    /// Whether a part of the checks is left to a validator that is compiled at run time.
    pub delegated: bool,
    /// Whether the schema lists properties, and the type is a JSON value in spite of that.
    #[serde(default)]
    pub lost: bool,
}

/// What code made of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Seen {
    /// It was refused.
    Refused(String),
    /// It holds something that the schema does not list.
    Unknown,
    /// It was accepted.
    Accepted {
        /// What was written of it.
        text: String,
        /// Why that is refused when it is read again, if it is.
        again: Option<String>,
    },
    /// The code panicked, crashed or did not end.
    Panicked(String),
}
