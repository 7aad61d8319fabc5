//! Is there a value of which all these formulas hold?
//!
//! [`Engine::solve`] answers for a set of formulas. What must hold of the parts of a value are sets of formulas in turn,
//! each answered once. A set that comes up again while it is being answered can be taken to have no value there: the
//! smallest value of a set never contains another value of the same set.

use super::evaluate::Judge;
use super::formula::{Assertion, Formula, Node, tidy};
use super::search::{Branch, spellings};
use super::translate::Translated;
use super::value::{Kind, Value};
use std::collections::HashMap;
use std::rc::Rc;

/// How much work takes as long as a step.
const WORK: u64 = 64;
/// How deep sets lie within each other.
const DEEPEST: usize = 1_000;
/// How many searches lie within each other.
const DEEPEST_SEARCH: usize = 5_000;
/// Larger values are not spelled out.
const LARGEST: usize = 20_000;

/// The answer for a set of formulas.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// This value is one.
    Found(Rc<Value>),
    /// There is none.
    Empty,
    /// It was given up.
    Unknown,
}

impl Outcome {
    pub(super) fn found(value: Value) -> Self {
        Self::Found(Rc::new(value))
    }

    pub(super) const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

/// What is known of a set of formulas.
enum Known {
    /// The answer.
    Answer(Outcome),
    /// It is being answered, so deep.
    Open(usize),
    /// No value, if the set that is being answered so deep has none.
    EmptyIf(usize),
}

/// Answers questions about one comparison.
pub(super) struct Engine {
    pub(super) judge: Judge,
    /// What is left of each "no two of these hold".
    pub(super) overlaps: HashMap<Formula, Formula>,
    known: HashMap<Box<[Formula]>, Known>,
    /// What was answered on a condition, the oldest first.
    conditional: Vec<Box<[Formula]>>,
    depth: usize,
    searches: usize,
    /// The least depth of a set that what is being answered was taken to have no value of.
    relies_on: usize,
    /// How much may still be tried.
    steps: u64,
    /// Why something was given up, first of all.
    pub(super) given_up: Option<&'static str>,
}

impl Engine {
    /// An engine that tries so much.
    pub(super) fn new(translated: Translated, steps: u64) -> Self {
        Self {
            judge: Judge::new(translated),
            overlaps: HashMap::new(),
            known: HashMap::new(),
            conditional: Vec::new(),
            depth: 0,
            searches: 0,
            relies_on: usize::MAX,
            steps,
            given_up: None,
        }
    }

    /// Counts work that takes far less time than a step: looks at formulas, bytes that automata read.
    pub(super) fn spend(&mut self, work: u64) {
        self.steps = self.steps.saturating_sub(work / WORK);
    }

    /// Counts a step; `false` if there were too many.
    pub(super) fn step(&mut self) -> bool {
        let looks = self.judge.looks.take();
        self.spend(looks + WORK);
        if self.steps == 0 {
            self.give_up("the comparison takes too many steps");
        }
        self.steps > 0
    }

    /// Notes why something cannot be said.
    pub(super) fn give_up(&mut self, why: &'static str) -> Outcome {
        self.given_up.get_or_insert(why);
        Outcome::Unknown
    }

    /// Searches within a search, unless that goes too deep.
    pub(super) fn within<T>(&mut self, search: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.searches >= DEEPEST_SEARCH {
            self.give_up("parts lie too deep within each other");
            return None;
        }
        self.searches += 1;
        let found = search(self);
        self.searches -= 1;
        Some(found)
    }

    /// A value of parts that were found, unless it is too large.
    pub(super) fn whole(&mut self, value: Value) -> Outcome {
        if value.size() > LARGEST {
            return self.give_up("the smallest value that shows it would be very large");
        }
        Outcome::found(value)
    }

    /// A value of which all these formulas hold.
    pub(super) fn solve(&mut self, mut set: Vec<Formula>) -> Outcome {
        if !tidy(&mut set) {
            return Outcome::Empty;
        }
        let set = set.into_boxed_slice();
        match self.known.get(&set) {
            Some(Known::Answer(answer)) => return answer.clone(),
            Some(Known::Open(depth) | Known::EmptyIf(depth)) => {
                self.relies_on = self.relies_on.min(*depth);
                return Outcome::Empty;
            }
            None => {}
        }
        if self.depth >= DEEPEST {
            return self.give_up("parts lie too deep within each other");
        }
        if !self.step() {
            return Outcome::Unknown;
        }
        self.answer(set)
    }

    fn answer(&mut self, set: Box<[Formula]>) -> Outcome {
        let depth = self.depth;
        let outer = std::mem::replace(&mut self.relies_on, usize::MAX);
        let first = self.conditional.len();
        self.known.insert(set.clone(), Known::Open(depth));
        self.depth += 1;
        let outcome = self.of_any_kind(&set);
        self.depth -= 1;
        let relies_on = std::mem::replace(&mut self.relies_on, outer);
        let since = self.conditional.split_off(first);
        if !outcome.is_empty() {
            // What was answered on the way may have relied on there being no value.
            for set in &since {
                self.known.remove(set);
            }
            self.known.insert(set, Known::Answer(outcome.clone()));
        } else if relies_on < depth {
            for set in since.into_iter().chain([set]) {
                self.known.insert(set.clone(), Known::EmptyIf(relies_on));
                self.conditional.push(set);
            }
            self.relies_on = self.relies_on.min(relies_on);
        } else {
            for set in since.into_iter().chain([set]) {
                self.known.insert(set, Known::Answer(Outcome::Empty));
            }
        }
        outcome
    }

    fn of_any_kind(&mut self, set: &[Formula]) -> Outcome {
        if let Some(listed) = set.iter().find_map(|formula| self.listed(*formula)) {
            return self.one_listed(&listed, set);
        }
        let mut unknown = false;
        for kind in Kind::ALL {
            let mut branch = Branch::new(kind);
            match self.take_in(&mut branch, set).then(|| self.search(branch)) {
                Some(Outcome::Empty) | None => {}
                Some(Outcome::Unknown) => unknown = true,
                Some(found) => return found,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// One of these values, of which all formulas hold.
    fn one_listed(&mut self, listed: &[Value], set: &[Formula]) -> Outcome {
        let mut unknown = false;
        for value in listed.iter().flat_map(spellings) {
            if !self.step() {
                return Outcome::Unknown;
            }
            let held: Vec<Option<bool>> =
                set.iter().map(|formula| self.judge.holds(*formula, &value)).collect();
            if held.iter().all(|holds| *holds == Some(true)) {
                return Outcome::found(value);
            }
            unknown |= !held.contains(&Some(false));
        }
        if unknown { self.give_up("a pattern or a format cannot be tried") } else { Outcome::Empty }
    }

    /// Up to so many values of which all these formulas hold, and whether these are all that there are.
    pub(super) fn several(&mut self, set: &[Formula], wanted: usize) -> (Vec<Rc<Value>>, bool) {
        let mut found: Vec<Rc<Value>> = Vec::new();
        while found.len() < wanted {
            let others = found.iter().map(|value| value.as_ref().clone()).collect();
            let others = self.judge.arena.values(others).negated();
            match self.solve(set.iter().copied().chain([others]).collect()) {
                Outcome::Found(value) => found.push(value),
                Outcome::Empty => return (found, true),
                Outcome::Unknown => return (found, false),
            }
        }
        (found, false)
    }

    /// The value, as a formula about its parts.
    pub(super) fn equals(&mut self, value: &Value) -> Formula {
        let arena = &mut self.judge.arena;
        let mut parts = vec![arena.kinds(value.kind().bit())];
        match value {
            Value::Array(items) => {
                let count = items.len() as u64;
                parts.push(arena.assertion(Assertion::MinItems(count)));
                parts.push(arena.assertion(Assertion::MaxItems(count)));
                for (index, item) in items.iter().enumerate() {
                    let item = arena.values(vec![item.clone()]);
                    parts.push(arena.assertion(Assertion::Item(index, item)));
                }
            }
            Value::Object(members) => {
                for (name, value) in members {
                    let (names, values) = (arena.names([name.as_str()]), arena.values(vec![value.clone()]));
                    parts.push(arena.assertion(Assertion::Required(name.as_str().into())));
                    parts.push(arena.assertion(Assertion::Properties { names, values }));
                }
                let names = arena.names(members.keys().map(String::as_str)).negated();
                parts.push(arena.assertion(Assertion::Properties { names, values: Formula::FALSE }));
            }
            other => parts.push(arena.values(vec![other.clone()])),
        }
        arena.all(parts)
    }

    pub(super) fn node(&self, formula: Formula) -> &Node {
        self.judge.arena.node(formula)
    }
}
