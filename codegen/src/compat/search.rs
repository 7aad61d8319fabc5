//! Values of one JSON type.
//!
//! What must hold is taken apart into assertions and alternatives. The assertions alone are solved first; if their
//! value fits the alternatives, too, nothing needs to be tried. If not, the alternatives of one that it does not fit
//! are tried in turn. So only what matters is ever branched on.

use super::engine::{Engine, Outcome};
use super::format;
use super::formula::{Assertion, Formula, Node};
use super::number::Numbers;
use super::pattern::Pattern;
use super::string::Strings;
use super::value::{Kind, Spelling, Value};
use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

/// What must hold of a value of one JSON type.
#[derive(Clone)]
pub(super) struct Branch {
    pub(super) kind: Kind,
    /// Assertions about the type, and sets of values that it is not one of.
    pub(super) asserted: Vec<Formula>,
    /// Of each, one must hold.
    pub(super) alternatives: Vec<Arc<[Formula]>>,
    /// Sets of values that it is one of.
    listed: Vec<Arc<[Value]>>,
    seen: HashSet<Formula>,
}

impl Branch {
    pub(super) fn new(kind: Kind) -> Self {
        let (asserted, alternatives, listed) = (Vec::new(), Vec::new(), Vec::new());
        Self { kind, asserted, alternatives, listed, seen: HashSet::new() }
    }
}

impl Engine {
    /// Adds what must hold; `false` if that plainly contradicts what was there.
    pub(super) fn take_in(&mut self, branch: &mut Branch, formulas: &[Formula]) -> bool {
        let mut open = formulas.to_vec();
        while let Some(formula) = open.pop() {
            match self.judge.of_all(formula, branch.kind) {
                Some(true) => continue,
                Some(false) => return false,
                None => {}
            }
            if branch.seen.contains(&formula.negated()) {
                return false;
            }
            if !branch.seen.insert(formula) {
                continue;
            }
            let negated = formula.is_negated();
            match self.node(formula) {
                Node::True | Node::Kinds(_) => {}
                Node::Schema(number) => open.push(self.judge.body(*number).negated_if(negated)),
                Node::All(parts) if !negated => open.extend_from_slice(parts),
                Node::All(parts) => {
                    let parts: Vec<Formula> = parts.iter().map(|part| part.negated()).collect();
                    if parts.iter().any(|part| branch.seen.contains(part)) {
                        continue;
                    }
                    match self.choices(branch, &parts)[..] {
                        [] => return false,
                        [one] => open.push(one),
                        ref some => branch.alternatives.push(some.into()),
                    }
                }
                Node::NoTwo(parts) => {
                    let parts = Arc::clone(parts);
                    let no_two = formula.negated_if(negated);
                    let known = self.overlaps.get(&no_two).copied();
                    let overlap = known.unwrap_or_else(|| self.no_two_overlap(&parts));
                    self.overlaps.insert(no_two, overlap);
                    open.push(overlap.negated_if(negated));
                }
                Node::Values(values) if !negated => branch.listed.push(Arc::clone(values)),
                Node::Values(values) if matches!(branch.kind, Kind::Array | Kind::Object) => {
                    let values = Arc::clone(values);
                    let other = |value: &&Value| value.kind() == branch.kind;
                    open.extend(values.iter().filter(other).map(|value| self.equals(value).negated()));
                }
                Node::Assertion(Assertion::Contains { item, min, max }) if negated => {
                    let (item, min, max) = (*item, *min, *max);
                    open.push(self.other_count(item, min, max));
                }
                Node::Values(_) | Node::Assertion(_) => branch.asserted.push(formula),
            }
        }
        true
    }

    /// The alternatives that are left of some.
    fn choices(&self, branch: &Branch, parts: &[Formula]) -> Vec<Formula> {
        let possible = |part: &&Formula| {
            self.judge.of_all(**part, branch.kind) != Some(false) && !branch.seen.contains(&part.negated())
        };
        parts.iter().filter(possible).copied().collect()
    }

    /// Fewer or more items of a kind than these.
    fn other_count(&mut self, item: Formula, min: u64, max: Option<u64>) -> Formula {
        let arena = &mut self.judge.arena;
        let fewer = min.checked_sub(1);
        let fewer = fewer.map(|max| arena.assertion(Assertion::Contains { item, min: 0, max: Some(max) }));
        let more = max.and_then(|max| max.checked_add(1));
        let more = more.map(|min| arena.assertion(Assertion::Contains { item, min, max: None }));
        let parts: Vec<Formula> = fewer.into_iter().chain(more).collect();
        arena.any(parts)
    }

    /// A value of the branch.
    pub(super) fn search(&mut self, branch: Branch) -> Outcome {
        if !self.step() {
            return Outcome::Unknown;
        }
        self.within(|engine| engine.search_within(branch)).unwrap_or(Outcome::Unknown)
    }

    fn search_within(&mut self, mut branch: Branch) -> Outcome {
        if let Some(listed) = branch.listed.first().cloned() {
            return self.among(&listed, &branch);
        }
        let outcome = self.of_kind(&branch);
        let found = match &outcome {
            Outcome::Empty => return outcome,
            Outcome::Unknown => None,
            Outcome::Found(value) => Some(Rc::clone(value)),
        };
        let fits = |engine: &Self, alternatives: &[Formula]| {
            let fits = |value: &Rc<Value>| {
                alternatives.iter().any(|one| engine.judge.holds(*one, value) == Some(true))
            };
            found.as_ref().is_some_and(fits)
        };
        let open =
            branch.alternatives.iter().enumerate().filter(|(_, alternatives)| !fits(self, alternatives));
        let Some((index, _)) = open.min_by_key(|(_, alternatives)| alternatives.len()) else {
            return outcome;
        };
        let alternatives = branch.alternatives.swap_remove(index);
        self.one_of(&alternatives, &branch)
    }

    /// A value of the branch of which one of the alternatives holds.
    fn one_of(&mut self, alternatives: &[Formula], branch: &Branch) -> Outcome {
        let mut unknown = false;
        for alternative in self.choices(branch, alternatives) {
            let mut branch = branch.clone();
            match self.take_in(&mut branch, &[alternative]).then(|| self.search(branch)) {
                Some(Outcome::Empty) | None => {}
                Some(Outcome::Unknown) => unknown = true,
                Some(found) => return found,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// One of these values.
    fn among(&mut self, listed: &[Value], branch: &Branch) -> Outcome {
        let mut unknown = false;
        for value in listed.iter().filter(|value| value.kind() == branch.kind) {
            for value in spellings(value) {
                match self.is_right(&value, branch) {
                    Some(true) => return Outcome::found(value),
                    Some(false) => {}
                    None => unknown = true,
                }
            }
        }
        if unknown { self.give_up("a pattern or a format cannot be tried") } else { Outcome::Empty }
    }

    /// Whether all of a branch holds of a value.
    fn is_right(&self, value: &Value, branch: &Branch) -> Option<bool> {
        let mut right = Some(true);
        let mut note = |holds: Option<bool>| {
            right = match (right, holds) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        };
        note(Some(branch.listed.iter().all(|listed| listed.binary_search(value).is_ok())));
        branch.asserted.iter().for_each(|formula| note(self.judge.holds(*formula, value)));
        for alternatives in &branch.alternatives {
            let held = alternatives.iter().map(|one| self.judge.holds(*one, value));
            let held: Vec<Option<bool>> = held.collect();
            note(if held.contains(&Some(true)) {
                Some(true)
            } else if held.contains(&None) {
                None
            } else {
                Some(false)
            });
        }
        right
    }

    /// A value of which all assertions hold.
    fn of_kind(&mut self, branch: &Branch) -> Outcome {
        match branch.kind {
            Kind::Null => self.first_right(&[Value::Null], branch),
            Kind::Boolean => self.first_right(&[Value::Boolean(false), Value::Boolean(true)], branch),
            Kind::Number => self.number(&branch.asserted),
            Kind::String => self.string(&branch.asserted),
            Kind::Array => self.array(&branch.asserted),
            Kind::Object => self.object(&branch.asserted),
        }
    }

    fn first_right(&self, values: &[Value], branch: &Branch) -> Outcome {
        let right = |value: &&Value| {
            branch.asserted.iter().all(|formula| self.judge.holds(*formula, value) != Some(false))
        };
        values.iter().find(right).map_or(Outcome::Empty, |value| Outcome::found(value.clone()))
    }

    fn number(&mut self, asserted: &[Formula]) -> Outcome {
        let mut numbers = Numbers::default();
        for formula in asserted {
            match self.node(*formula) {
                Node::Values(values) => numbers.exclude(values),
                Node::Assertion(assertion) => numbers.ask(assertion, formula.is_negated()),
                _ => {}
            }
        }
        match numbers.find() {
            Outcome::Unknown => {
                self.give_up("no number was found that is as asked for, nor a reason why not")
            }
            outcome => outcome,
        }
    }

    fn string(&mut self, asserted: &[Formula]) -> Outcome {
        let mut patterns = Vec::new();
        // What can be tried on a string, and no more: patterns that look around, and formats.
        let mut tests: Vec<Formula> = Vec::new();
        let (mut min, mut max, mut excluded) = (0, None, HashSet::new());
        for formula in asserted {
            let negated = formula.is_negated();
            match self.node(*formula) {
                Node::Assertion(Assertion::MinLength(count)) if negated => {
                    lower(&mut max, count.saturating_sub(1));
                }
                Node::Assertion(Assertion::MaxLength(count)) if negated => {
                    min = min.max(count.saturating_add(1));
                }
                Node::Assertion(Assertion::MinLength(count)) => min = min.max(*count),
                Node::Assertion(Assertion::MaxLength(count)) => lower(&mut max, *count),
                Node::Assertion(Assertion::Pattern(pattern)) => {
                    let pattern = self.judge.pattern(pattern);
                    if matches!(*pattern, Pattern::Regular(_)) {
                        patterns.push((pattern, !negated));
                    } else {
                        tests.push(*formula);
                    }
                }
                Node::Assertion(Assertion::Format(_)) => tests.push(*formula),
                Node::Values(values) => excluded.extend(values.iter().filter_map(|value| match value {
                    Value::String(text) => Some(text.clone()),
                    _ => None,
                })),
                _ => {}
            }
        }
        let automata = patterns.iter().filter_map(|(pattern, found)| match &**pattern {
            Pattern::Regular(automaton) => Some((&**automaton, *found)),
            _ => None,
        });
        let strings = Strings { min, max, patterns: automata.collect(), excluded, work: Cell::default() };
        let passes = |text: &str| {
            let text = Value::String(text.to_owned());
            tests.iter().all(|test| self.judge.holds(*test, &text) == Some(true))
        };
        if !tests.is_empty() {
            let all = |text: &str| {
                let text = Value::String(text.to_owned());
                asserted.iter().all(|formula| self.judge.holds(*formula, &text) == Some(true))
            };
            if let Some(sample) = format::samples().find(|sample| all(sample)) {
                return Outcome::found(Value::String(sample.to_owned()));
            }
        }
        let found = strings.find(&mut |text| passes(text));
        // An automaton reads a byte in far less time than a formula takes.
        self.spend(strings.work.get() / 32);
        match found {
            Outcome::Unknown => {
                self.give_up("no string was found that is as asked for, nor a reason why not")
            }
            outcome => outcome,
        }
    }
}

/// Lowers a bound.
pub(super) fn lower(bound: &mut Option<u64>, other: u64) {
    *bound = Some(bound.map_or(other, |bound| bound.min(other)));
}

/// A number as it may be written; it matters in draft-04.
pub(super) fn spellings(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number, _) if number.is_integer() => {
            [false, true].map(|fraction| Value::Number(number.clone(), Spelling { fraction })).to_vec()
        }
        other => vec![other.clone()],
    }
}
