//! Is everything that an old schema accepts accepted by a new one?
//!
//! The question is decided rather than looked up in rules: it is whether any value is accepted by the old schema and
//! refused by the new one. Both become formulas (`translate`), schemas that say the same become one (`same`), and the
//! `engine` looks for a value of which `old` and `not new` both hold, JSON type by JSON type. It finds one, shows that
//! there is none, or gives up within a number of steps. A value that it finds is given to the `jsonschema` crate, which
//! has the last word.

mod array;
mod closed;
mod cost;
mod distinct;
mod engine;
mod evaluate;
mod format;
mod formula;
mod number;
mod object;
mod overlap;
mod pattern;
mod read;
mod rewriting;
mod same;
mod search;
mod string;
mod translate;
mod unevaluated;
mod value;

pub use read::{dialect, read_file, read_text};
pub use rewriting::{Members, Rewriting};

use crate::schema::{SchemaId, Schemas};
use engine::{Engine, Outcome};
use translate::{Translated, translate};

/// One of the two schemas that are compared.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The schemas that were read together.
    pub schemas: &'a Schemas,
    /// The one of them that is meant.
    pub root: SchemaId,
    /// Others that apply to the same values.
    pub beside: &'a [SchemaId],
    /// Others that a consumer accepts values of instead.
    pub instead: &'a [SchemaId],
    /// Whose values are meant.
    pub view: View,
    /// Those of them that are left out.
    pub without: Option<Without<'a>>,
    /// Other ways to write them, in which they are accepted, too.
    pub rewritings: &'a [Rewriting],
}

impl Side<'_> {
    /// The schemas that are meant.
    fn roots(&self) -> impl Iterator<Item = SchemaId> {
        std::iter::once(self.root).chain(self.beside.iter().copied())
    }

    /// Whether a validator accepts the value as it is written; `None` if it does not take a schema.
    fn accepts(&self, value: &serde_json::Value, assert_formats: bool) -> Option<bool> {
        let accepts = |root| self.schemas.accepts(root, value, assert_formats);
        let all = self.roots().map(accepts).try_fold(true, |all, one| Some(all && one?))?;
        self.instead.iter().copied().map(accepts).try_fold(all, |any, one| Some(any || one?))
    }
}

/// Values that have one of these strings at a place.
#[derive(Debug, Clone, Copy)]
pub struct Without<'a> {
    /// The properties that lead to the string.
    pub place: &'a [&'a str],
    /// The strings.
    pub texts: &'a [&'a str],
}

/// Which of the values that a schema accepts are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All of them: what a consumer accepts.
    Open,
    /// Those whose objects have declared properties alone, unless the schema says itself that there may be others: what
    /// a producer can emit.
    Closed,
}

/// How schemas are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether `format` refuses strings that are not in the format; if not, it says nothing about values.
    pub assert_formats: bool,
    /// How many steps are taken before a comparison is given up.
    pub steps: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { assert_formats: false, steps: 100_000 }
    }
}

/// Whether everything that the old schema accepts is accepted by the new one.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is.
    Proved,
    /// It is not.
    Refuted {
        /// A value that the old schema accepts and the new one refuses; a validator was asked about both.
        witness: serde_json::Value,
    },
    /// Neither was shown.
    Unknown {
        /// Why not.
        reason: String,
    },
}

impl Verdict {
    /// `proved`, `refuted` or `unknown`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Refuted { .. } => "refuted",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The value that shows that the new schema is narrower.
    pub const fn witness(&self) -> Option<&serde_json::Value> {
        if let Self::Refuted { witness } = self { Some(witness) } else { None }
    }

    fn unknown(reason: impl Into<String>) -> Self {
        Self::Unknown { reason: reason.into() }
    }
}

/// Whether everything that `old` accepts is accepted by `new`.
pub fn included(old: &Side<'_>, new: &Side<'_>, options: &Options) -> Verdict {
    crate::on_a_large_stack(|| compare(old, new, options))
}

/// A value that the schema accepts, if one is found.
pub fn example(of: &Side<'_>, options: &Options) -> Option<serde_json::Value> {
    crate::on_a_large_stack(|| {
        let mut raw = Translated::default();
        let root = translate(of, options.assert_formats, &mut raw).ok().filter(|_| !same::loops(&raw))?;
        match Engine::new(raw, options.steps).solve(vec![root]) {
            Outcome::Found(value) => Some(value.to_json()),
            Outcome::Empty | Outcome::Unknown => None,
        }
    })
}

fn compare(old: &Side<'_>, new: &Side<'_>, options: &Options) -> Verdict {
    let mut raw = Translated::default();
    let mut root = |side| translate(side, options.assert_formats, &mut raw);
    let roots = match (root(old), root(new)) {
        (Ok(old), Ok(new)) => [old, new],
        (Err(reason), _) | (_, Err(reason)) => return Verdict::unknown(reason),
    };
    if same::loops(&raw) {
        return Verdict::unknown("a schema refers to itself for the same value, which has no meaning");
    }
    let (translated, [accepted, wanted]) = same::merge(&raw, roots);
    let mut engine = Engine::new(translated, options.steps);
    match engine.solve(vec![accepted, wanted.negated()]) {
        Outcome::Empty => Verdict::Proved,
        Outcome::Found(value) => confirm(old, new, options, value.to_json()),
        Outcome::Unknown => Verdict::unknown(engine.given_up.unwrap_or("neither was shown")),
    }
}

/// Asks a validator about a value that was found.
fn confirm(old: &Side<'_>, new: &Side<'_>, options: &Options, witness: serde_json::Value) -> Verdict {
    const MOST_LOOKS: u64 = 2_000_000;
    let looks = |side: &Side<'_>| side.roots().map(|root| cost::looks(side.schemas, root, &witness)).max();
    if [old, new].into_iter().any(|side| looks(side) > Some(MOST_LOOKS)) {
        return Verdict::unknown("a value was found, but a validator would take too long to confirm it");
    }
    let accepts = |side: &Side<'_>| {
        let formats = options.assert_formats;
        let read = side.rewritings.iter().map(|rewriting| rewriting.accepts(side, &witness, formats));
        // Whatever cannot be said of one way to write it, it cannot be said that nobody accepts the value.
        let ways = std::iter::once(side.accepts(&witness, formats)).chain(read);
        ways.reduce(|one, other| Some(one? || other?)).flatten()
    };
    match (accepts(old), accepts(new)) {
        (Some(true), Some(false)) => Verdict::Refuted { witness },
        (Some(_), Some(_)) => Verdict::unknown(format!("the validator sees {witness} otherwise")),
        _ => Verdict::unknown("the validator does not take the schema"),
    }
}
