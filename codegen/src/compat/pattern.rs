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

/// `^(?=A)(?!B)C` as patterns without these: `^(?:A)`, which is to be found, `^(?:B)`, which is not, and `^(?:C)`. A
/// pattern that is not of this form stays as it is.
pub(super) fn split_lookaheads(pattern: &str) -> (Vec<(String, bool)>, String) {
    let whole = || (Vec::new(), pattern.to_owned());
    let Some(mut rest) = pattern.strip_prefix('^') else { return whole() };
    let mut ahead = Vec::new();
    while let Some((wanted, body)) =
        rest.strip_prefix("(?=").map(|body| (true, body)).or_else(|| Some((false, rest.strip_prefix("(?!")?)))
    {
        let Some(end) = top_level(body).find(|(_, character)| *character == ')').map(|(end, _)| end) else {
            return whole();
        };
        let (inside, behind) = body.split_at(end);
        ahead.push((format!("^(?:{inside})"), wanted));
        rest = behind.get(1..).unwrap_or_default();
        // A quantifier behind it makes something else of it.
        if rest.starts_with(['*', '+', '?', '{']) {
            return whole();
        }
    }
    let refers_back =
        pattern.contains("\\k") || ('1'..='9').any(|digit| pattern.contains(&format!("\\{digit}")));
    if ahead.is_empty() || refers_back || top_level(rest).any(|(_, character)| character == '|') {
        return whole();
    }
    (ahead, format!("^(?:{rest})"))
}

/// The characters of a pattern that stand in no group and in no class, and the parenthesis that closes one too many.
fn top_level(pattern: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut escaped, mut class, mut depth) = (false, false, 0_i32);
    pattern.char_indices().filter(move |(_, character)| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match character {
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '(' if !class => depth += 1,
            ')' if !class => depth -= 1,
            _ => {}
        }
        // The parenthesis that closes a group is part of it.
        !class && if *character == ')' { depth < 0 } else { depth == 0 }
    })
}
