//! Strings: lengths, patterns, and single strings that are excluded, decided by one automaton for all of them.

use super::engine::Outcome;
use super::pattern::{Automaton, Progress};
use super::value::Value;
use std::cell::Cell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// How many states are looked at before the search is given up.
const MOST_STATES: usize = 20_000;
/// How many code points the shortest string may have.
const LONGEST: u64 = 20_000;
/// The same where there are no patterns.
const LONGEST_PLAIN: u64 = 1_000_000;

/// What is asked of a string.
#[derive(Default)]
pub(super) struct Strings<'p> {
    pub(super) min: u64,
    pub(super) max: Option<u64>,
    /// Patterns, and whether they are to be found.
    pub(super) patterns: Vec<(&'p Automaton, bool)>,
    pub(super) excluded: HashSet<String>,
    /// How many bytes were read by how many automata.
    pub(super) work: Cell<u64>,
}

/// Where a reader of bytes stands.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    /// What must come before the code point at hand is whole.
    utf8: Utf8,
    patterns: Vec<Progress>,
    /// The node of the tree of excluded strings, if one may still come about.
    excluded: Option<usize>,
}

/// What must come before a code point is whole (RFC 3629 §4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Utf8 {
    Whole,
    /// So many bytes of any kind.
    More(u8),
    /// A byte in this range, then so many of any kind.
    Within(u8, u8, u8),
}

impl Utf8 {
    fn step(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Whole, 0..=0x7F) | (Self::More(1), 0x80..=0xBF) => Some(Self::Whole),
            (Self::More(more), 0x80..=0xBF) => Some(Self::More(more - 1)),
            (Self::Within(first, last, more), _) => {
                (first..=last).contains(&byte).then_some(Self::More(more))
            }
            (Self::Whole, 0xC2..=0xDF) => Some(Self::More(1)),
            (Self::Whole, 0xE0) => Some(Self::Within(0xA0, 0xBF, 1)),
            (Self::Whole, 0xED) => Some(Self::Within(0x80, 0x9F, 1)),
            (Self::Whole, 0xE1..=0xEF) => Some(Self::More(2)),
            (Self::Whole, 0xF0) => Some(Self::Within(0x90, 0xBF, 2)),
            (Self::Whole, 0xF1..=0xF3) => Some(Self::More(3)),
            (Self::Whole, 0xF4) => Some(Self::Within(0x80, 0x8F, 2)),
            _ => None,
        }
    }
}

/// The excluded strings as a tree of bytes.
#[derive(Default)]
struct Tree {
    children: Vec<HashMap<u8, usize>>,
    ends: HashSet<usize>,
}

impl Tree {
    fn new<'s>(texts: impl Iterator<Item = &'s String>) -> Self {
        let mut tree = Self { children: vec![HashMap::new()], ends: HashSet::new() };
        for text in texts {
            let mut node = 0;
            for byte in text.bytes() {
                let next = tree.children.len();
                node = *tree.children[node].entry(byte).or_insert(next);
                if node == next {
                    tree.children.push(HashMap::new());
                }
            }
            tree.ends.insert(node);
        }
        tree
    }
}

/// The search for a string.
struct Search<'a, 'p> {
    asked: &'a Strings<'p>,
    tree: Tree,
    /// One byte of each class that is told apart, the ones that read well first.
    bytes: Vec<u8>,
    states: Vec<State>,
    known: HashMap<State, usize>,
    /// The states behind one code point more, each with that code point.
    next: HashMap<usize, Vec<(usize, Vec<u8>)>>,
}

impl Strings<'_> {
    /// A string that is as asked for and that `accept` takes; the shortest come first. If it takes none of the first
    /// few, what it would take is not known.
    pub(super) fn find(&self, accept: &mut dyn FnMut(&str) -> bool) -> Outcome {
        if self.max.is_some_and(|max| max < self.min) {
            return Outcome::Empty;
        }
        if self.patterns.is_empty() && self.excluded.iter().all(|text| (text.len() as u64) < self.min) {
            let text = "a".repeat(usize::try_from(self.min.min(LONGEST_PLAIN)).unwrap_or_default());
            if self.min <= LONGEST_PLAIN && accept(&text) {
                return Outcome::found(Value::String(text));
            }
        }
        if self.min > LONGEST {
            return Outcome::Unknown;
        }
        let tree = Tree::new(self.excluded.iter());
        let bytes = self.alphabet(&tree);
        let start = State {
            utf8: Utf8::Whole,
            patterns: self.patterns.iter().map(|(automaton, _)| automaton.start()).collect(),
            excluded: Some(0),
        };
        let (known, next) = (HashMap::new(), HashMap::new());
        let mut search = Search { asked: self, tree, bytes, states: Vec::new(), known, next };
        match search.intern(start) {
            Some(start) => search.run(start, accept),
            None => Outcome::Empty,
        }
    }

    /// Bytes that are told apart by a pattern, by UTF-8 or by an excluded string.
    fn alphabet(&self, tree: &Tree) -> Vec<u8> {
        let rank = |byte: u8| match byte {
            b'a'..=b'z' => 0,
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 2,
            b'!'..=b'~' => 3,
            b' ' => 4,
            0x80.. => 5,
            _ => 6,
        };
        let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
        bytes.sort_by_key(|byte| (rank(*byte), *byte));
        let special: HashSet<u8> = tree.children.iter().flat_map(|node| node.keys().copied()).collect();
        let mut seen = HashSet::new();
        bytes.retain(|&byte| {
            let utf8 = match byte {
                0..=0x7F => 0,
                0x80..=0x8F => 1,
                0x90..=0x9F => 2,
                0xA0..=0xBF => 3,
                0xC2..=0xDF => 4,
                0xE1..=0xEC | 0xEE..=0xEF => 5,
                0xF1..=0xF3 => 6,
                lead => lead,
            };
            let classes: Vec<u8> = self.patterns.iter().map(|(automaton, _)| automaton.class(byte)).collect();
            seen.insert((utf8, classes, special.contains(&byte).then_some(byte)))
        });
        bytes
    }
}

impl Search<'_, '_> {
    /// The number of a state; none if nothing that is asked for can follow.
    fn intern(&mut self, state: State) -> Option<usize> {
        let wanted = self.asked.patterns.iter().map(|(_, found)| *found);
        for (progress, found) in state.patterns.iter().zip(wanted) {
            match progress {
                Progress::Found if !found => return None,
                Progress::Lost if found => return None,
                _ => {}
            }
        }
        if let Some(&number) = self.known.get(&state) {
            return Some(number);
        }
        self.states.push(state.clone());
        self.known.insert(state, self.states.len() - 1);
        Some(self.states.len() - 1)
    }

    fn step(&self, state: &State, byte: u8) -> Option<State> {
        let utf8 = state.utf8.step(byte)?;
        let automata = self.asked.patterns.iter().map(|(automaton, _)| automaton);
        let patterns = automata
            .zip(&state.patterns)
            .map(|(automaton, progress)| automaton.step(*progress, byte))
            .collect();
        let excluded = state.excluded.and_then(|node| self.tree.children[node].get(&byte).copied());
        Some(State { utf8, patterns, excluded })
    }

    fn ends(&self, number: usize) -> bool {
        let state = &self.states[number];
        let patterns = self.asked.patterns.iter().zip(&state.patterns);
        let mut patterns = patterns.map(|((automaton, found), progress)| automaton.ends(*progress) == *found);
        patterns.all(|is_right| is_right) && state.excluded.is_none_or(|node| !self.tree.ends.contains(&node))
    }

    /// The states that one code point leads to.
    fn follow(&mut self, number: usize) -> Vec<(usize, Vec<u8>)> {
        if let Some(next) = self.next.get(&number) {
            return next.clone();
        }
        let mut found: Vec<(usize, Vec<u8>)> = Vec::new();
        let mut reached = HashSet::new();
        let mut layer = vec![(self.states[number].clone(), Vec::new())];
        while !layer.is_empty() {
            let mut partial: Vec<(State, Vec<u8>)> = Vec::new();
            let mut met = HashSet::new();
            for (state, so_far) in &layer {
                let work = self.bytes.len() * (self.asked.patterns.len() + 1);
                self.asked.work.set(self.asked.work.get() + work as u64);
                for index in 0..self.bytes.len() {
                    let byte = self.bytes[index];
                    let Some(next) = self.step(state, byte) else { continue };
                    let text = || [so_far.as_slice(), &[byte]].concat();
                    if next.utf8 != Utf8::Whole {
                        if met.insert(next.clone()) {
                            partial.push((next, text()));
                        }
                    } else if let Some(number) = self.intern(next)
                        && reached.insert(number)
                    {
                        found.push((number, text()));
                    }
                }
            }
            layer = partial;
        }
        self.next.insert(number, found.clone());
        found
    }

    /// Layer by layer: the states that so many code points lead to.
    fn run(&mut self, start: usize, accept: &mut dyn FnMut(&str) -> bool) -> Outcome {
        const MOST_TRIES: usize = 64;
        let mut layers: Vec<HashMap<usize, (usize, Vec<u8>)>> =
            vec![HashMap::from([(start, (start, Vec::new()))])];
        let mut order = vec![start];
        let mut behind = HashSet::new();
        let mut refused = 0;
        for length in 0_u64.. {
            if length >= self.asked.min {
                // A state that was behind the least length before leads to nothing new.
                order.retain(|state| behind.insert(*state));
                for &state in order.iter().filter(|state| self.ends(**state)) {
                    let text = spell(&layers, state);
                    if accept(&text) {
                        return Outcome::found(Value::String(text));
                    }
                    refused += 1;
                }
            }
            let enough = self.asked.max.is_some_and(|max| length >= max);
            if order.is_empty() || enough || refused > MOST_TRIES {
                return if refused > 0 { Outcome::Unknown } else { Outcome::Empty };
            }
            let mut layer = HashMap::new();
            let mut next = Vec::new();
            for from in order {
                for (to, bytes) in self.follow(from) {
                    if let Entry::Vacant(vacant) = layer.entry(to) {
                        vacant.insert((from, bytes));
                        next.push(to);
                    }
                }
                if self.states.len() > MOST_STATES {
                    return Outcome::Unknown;
                }
            }
            layers.push(layer);
            order = next;
        }
        Outcome::Unknown
    }
}

/// The string that leads to a state of the last layer.
fn spell(layers: &[HashMap<usize, (usize, Vec<u8>)>], mut state: usize) -> String {
    let mut parts = Vec::new();
    for layer in layers.iter().skip(1).rev() {
        let Some((from, bytes)) = layer.get(&state) else { break };
        parts.push(bytes.as_slice());
        state = *from;
    }
    parts.reverse();
    String::from_utf8(parts.concat()).unwrap_or_default()
}
