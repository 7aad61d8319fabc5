//! What an operator is: a way in which a protocol can drift, and what must become of it.

use super::tree::{Place, Tree};
use framelock_codegen::evolution::rules::Effect;

/// A way to change a protocol, and what is declared to follow from it.
#[derive(Debug)]
pub(super) struct Operator {
    /// Its name.
    pub id: &'static str,
    /// What changed, as a developer would say it.
    pub what: &'static str,
    /// The rule of evolution that it is an instance of, in the numbering of `evolution::rules`; none if it is no change
    /// of the protocol.
    pub rule: &'static str,
    /// Where it applies.
    pub places: fn(&Tree) -> Vec<Place>,
    /// Makes the change. None: the place turned out to have nothing to change.
    pub apply: fn(&mut Tree, &Place) -> Option<()>,
    /// What must become of it.
    pub declared: Declared,
}

/// What must become of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    /// The generator finds it: nothing is generated.
    Found,
    /// `codegen --check` finds it.
    Stale,
    /// `release --check` finds it.
    Tampered,
    /// It is generated, and then compared and compiled.
    Drift {
        /// What an old consumer does with what a new producer emits.
        old: Effect,
        /// What a new consumer does with what an old producer emits.
        new: Effect,
        /// Whose source must not compile any more.
        source: Source,
    },
}

/// Whose source code a change breaks; everybody else's must go on compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Nobody's.
    Nobody,
    /// That of those who build and send.
    Producer,
    /// That of those who receive and read.
    Consumer,
    /// Everybody's.
    Both,
}

impl Source {
    /// Whether producers must not compile.
    pub(super) const fn producer(self) -> bool {
        matches!(self, Self::Producer | Self::Both)
    }

    /// Whether consumers must not compile.
    pub(super) const fn consumer(self) -> bool {
        matches!(self, Self::Consumer | Self::Both)
    }
}

impl Declared {
    /// The outcome in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Found => "the generator finds it",
            Self::Stale => "codegen --check finds it",
            Self::Tampered => "release --check finds it",
            Self::Drift { source: Source::Both, .. } => "no side compiles",
            Self::Drift { source: Source::Producer, .. } => "producers do not compile",
            Self::Drift { source: Source::Consumer, .. } => "consumers do not compile",
            Self::Drift { old, new, source: Source::Nobody } => match (told(old), told(new)) {
                (false, false) => "passes untouched",
                _ => "needs a note",
            },
        }
    }

    /// Whether somebody has to be stopped, or told.
    pub(super) fn is_breaking(self) -> bool {
        self.words() != "passes untouched"
    }
}

fn told(effect: Effect) -> bool {
    effect != Effect::Accepts
}
