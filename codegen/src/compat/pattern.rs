//! Patterns as automata.

use crate::text::value::{Expression, expression};
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};

/// What finds a pattern in a text.
pub(super) enum Pattern {
    /// A regular language, with the state that every text begins in.
    Regular(Box<Automaton>),
    /// One that looks around or back: it can be tried on a text, and no more is known of it.
    Irregular(Box<fancy_regex::Regex>),
    /// One that cannot be matched.
    Unknown,
}

/// The automaton of a pattern.
pub(super) struct Automaton {
    states: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// How far an automaton has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Progress {
    /// Found, whatever follows.
    Found,
    /// Not to be found, whatever follows.
    Lost,
    /// It depends.
    At(StateID),
}

impl Pattern {
    /// The pattern of a schema.
    pub(super) fn new(pattern: &str) -> Self {
        match expression(pattern) {
            Some(Expression::Linear(regex)) => match Automaton::new(&regex) {
                Some(automaton) => Self::Regular(Box::new(automaton)),
                None => Self::backtracking(&regex),
            },
            Some(Expression::Backtracking(regex)) => Self::backtracking(&regex),
            None => Self::Unknown,
        }
    }

    fn backtracking(regex: &str) -> Self {
        fancy_regex::Regex::new(regex).map_or(Self::Unknown, |regex| Self::Irregular(Box::new(regex)))
    }

    /// Whether it is found in the text, if that can be said.
    pub(super) fn is_found(&self, text: &str) -> Option<bool> {
        match self {
            Self::Regular(automaton) => {
                let progress =
                    text.bytes().fold(automaton.start(), |progress, byte| automaton.step(progress, byte));
                Some(automaton.ends(progress))
            }
            Self::Irregular(regex) => regex.is_match(text).ok(),
            Self::Unknown => None,
        }
    }
}

impl Automaton {
    /// The automaton of a regular expression; none if it were too large.
    fn new(regex: &str) -> Option<Self> {
        const LARGEST: usize = 4 << 20;
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(LARGEST))
            .determinize_size_limit(Some(LARGEST));
        let states = dense::Builder::new().configure(config).build(regex).ok()?;
        let start = states.start_state(&start::Config::new().anchored(Anchored::No)).ok()?;
        Some(Self { states, start })
    }

    pub(super) fn start(&self) -> Progress {
        self.progress(self.start)
    }

    fn progress(&self, state: StateID) -> Progress {
        if self.states.is_match_state(state) {
            Progress::Found
        } else if self.states.is_dead_state(state) {
            Progress::Lost
        } else {
            Progress::At(state)
        }
    }

    /// Reads a byte.
    pub(super) fn step(&self, progress: Progress, byte: u8) -> Progress {
        match progress {
            Progress::At(state) => self.progress(self.states.next_state(state, byte)),
            decided => decided,
        }
    }

    /// Whether the pattern is found if the text ends here.
    pub(super) fn ends(&self, progress: Progress) -> bool {
        match progress {
            Progress::Found => true,
            Progress::Lost => false,
            Progress::At(state) => self.states.is_match_state(self.states.next_eoi_state(state)),
        }
    }

    /// Bytes of the same class lead to the same states.
    pub(super) fn class(&self, byte: u8) -> u8 {
        self.states.byte_classes().get(byte)
    }
}
