//! Whether a formula holds of a value.

use super::format;
use super::formula::{Arena, Assertion, Formula, Node};
use super::pattern::Pattern;
use super::translate::Translated;
use super::value::{Kind, Value};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How many formulas lie within each other before nothing is said.
const DEEPEST: usize = 4_000;

/// How many formulas are looked at in one step.
const MOST_LOOKS: u64 = 2_000_000;

/// Says whether formulas hold.
pub(super) struct Judge {
    pub(super) arena: Arena,
    bodies: Vec<Formula>,
    patterns: RefCell<HashMap<Arc<str>, Rc<Pattern>>>,
    /// Formulas that hold of all values of a JSON type, or of none.
    constant: RefCell<HashMap<(Formula, Kind), Option<bool>>>,
    /// How many formulas were looked at since this was asked for.
    pub(super) looks: Cell<u64>,
}

impl Judge {
    pub(super) fn new(translated: Translated) -> Self {
        let Translated { arena, bodies } = translated;
        Self {
            arena,
            bodies,
            patterns: RefCell::default(),
            constant: RefCell::default(),
            looks: Cell::default(),
        }
    }

    /// What the schema with this number says.
    pub(super) fn body(&self, number: usize) -> Formula {
        self.bodies[number]
    }

    /// A pattern, compiled once.
    pub(super) fn pattern(&self, pattern: &Arc<str>) -> Rc<Pattern> {
        let compile = || Rc::new(Pattern::new(pattern));
        Rc::clone(self.patterns.borrow_mut().entry(Arc::clone(pattern)).or_insert_with(compile))
    }

    /// Whether the formula holds of all values of a JSON type, or of none, as far as that is plain to see.
    pub(super) fn of_all(&self, formula: Formula, kind: Kind) -> Option<bool> {
        self.of_all_within(formula, kind, 0)
    }

    fn of_all_within(&self, formula: Formula, kind: Kind, depth: usize) -> Option<bool> {
        let positive = formula.negated_if(formula.is_negated());
        if let Some(known) = self.constant.borrow().get(&(positive, kind)) {
            return known.map(|holds| holds != formula.is_negated());
        }
        if depth > DEEPEST {
            return None;
        }
        let holds = match self.arena.node(positive) {
            Node::True => Some(true),
            Node::Kinds(kinds) => Some(kinds & kind.bit() != 0),
            Node::Values(values) => values.iter().all(|value| value.kind() != kind).then_some(false),
            Node::Assertion(assertion) => (assertion.kind() != kind).then_some(true),
            Node::Schema(number) => self.of_all_within(self.bodies[*number], kind, depth + 1),
            Node::All(parts) => all(parts.iter().map(|part| self.of_all_within(*part, kind, depth + 1))),
            Node::NoTwo(_) => None,
        };
        self.constant.borrow_mut().insert((positive, kind), holds);
        holds.map(|holds| holds != formula.is_negated())
    }

    /// Whether the formula holds of a value, if that can be said.
    pub(super) fn holds(&self, formula: Formula, value: &Value) -> Option<bool> {
        self.holds_within(formula, value, 0)
    }

    fn holds_within(&self, formula: Formula, value: &Value, depth: usize) -> Option<bool> {
        let looks = self.looks.get() + 1;
        self.looks.set(looks);
        if depth > DEEPEST || looks > MOST_LOOKS {
            return None;
        }
        let holds = match self.arena.node(formula) {
            Node::True => Some(true),
            Node::Kinds(kinds) => Some(kinds & value.kind().bit() != 0),
            Node::Values(values) => Some(values.binary_search(value).is_ok()),
            Node::Assertion(assertion) if assertion.kind() != value.kind() => Some(true),
            Node::Assertion(assertion) => self.passes(assertion, value, depth + 1),
            Node::Schema(number) => self.holds_within(self.bodies[*number], value, depth + 1),
            Node::All(parts) => all(parts.iter().map(|part| self.holds_within(*part, value, depth + 1))),
            Node::NoTwo(parts) => {
                at_most(1, parts.iter().map(|part| self.holds_within(*part, value, depth + 1)))
            }
        };
        holds.map(|holds| holds != formula.is_negated())
    }

    /// Whether a value of the type that the assertion is about passes it.
    fn passes(&self, assertion: &Assertion, value: &Value, depth: usize) -> Option<bool> {
        match value {
            Value::Number(number, spelling) => Some(match assertion {
                Assertion::PlainInteger => number.is_integer() && !spelling.fraction,
                Assertion::Minimum { bound, exclusive } => number > bound || (number == bound && !exclusive),
                Assertion::Maximum { bound, exclusive } => number < bound || (number == bound && !exclusive),
                Assertion::MultipleOf(divisor) => (number / divisor).is_integer(),
                _ => true,
            }),
            Value::String(text) => match assertion {
                Assertion::MinLength(least) => Some(text.chars().count() as u64 >= *least),
                Assertion::MaxLength(most) => Some(text.chars().count() as u64 <= *most),
                Assertion::Pattern(pattern) => self.pattern(pattern).is_found(text),
                Assertion::Format(format) => format::is_in(format, text),
                _ => Some(true),
            },
            Value::Array(items) => self.array_passes(assertion, items, depth),
            Value::Object(members) => match assertion {
                Assertion::MinProperties(least) => Some(members.len() as u64 >= *least),
                Assertion::MaxProperties(most) => Some(members.len() as u64 <= *most),
                Assertion::Required(name) => Some(members.contains_key(name.as_ref())),
                Assertion::Properties { names, values } => all(members.iter().map(|(name, value)| {
                    let named = self.holds_within(*names, &Value::String(name.clone()), depth);
                    either(named.map(|named| !named), || self.holds_within(*values, value, depth))
                })),
                _ => Some(true),
            },
            Value::Null | Value::Boolean(_) => Some(true),
        }
    }

    fn array_passes(&self, assertion: &Assertion, items: &[Value], depth: usize) -> Option<bool> {
        match assertion {
            Assertion::MinItems(least) => Some(items.len() as u64 >= *least),
            Assertion::MaxItems(most) => Some(items.len() as u64 <= *most),
            Assertion::Unique => {
                let mut sorted: Vec<&Value> = items.iter().collect();
                sorted.sort();
                Some(sorted.windows(2).all(|pair| !matches!(pair, [one, two] if one == two)))
            }
            Assertion::Item(index, item) => {
                items.get(*index).map_or(Some(true), |value| self.holds_within(*item, value, depth))
            }
            Assertion::Items(from, item) => {
                all(items.iter().skip(*from).map(|value| self.holds_within(*item, value, depth)))
            }
            Assertion::Contains { item, min, max } => {
                let found = items.iter().map(|value| self.holds_within(*item, value, depth));
                let found: Vec<Option<bool>> = found.collect();
                let count =
                    |wanted: &[Option<bool>]| found.iter().filter(|one| wanted.contains(one)).count() as u64;
                let (least, most) = (count(&[Some(true)]), count(&[Some(true), None]));
                let fits = |count: u64| count >= *min && max.is_none_or(|max| count <= max);
                if fits(least) && fits(most) {
                    Some(true)
                } else if most < *min || max.is_some_and(|max| least > max) {
                    Some(false)
                } else {
                    None
                }
            }
            _ => Some(true),
        }
    }
}

/// All of them hold: one that does not decides, whatever is not known.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut holds = Some(true);
    for part in parts {
        match part {
            Some(true) => {}
            Some(false) => return Some(false),
            None => holds = None,
        }
    }
    holds
}

/// No more than so many of them hold.
fn at_most(most: usize, parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let (mut certain, mut possible) = (0, 0);
    for part in parts {
        certain += usize::from(part == Some(true));
        possible += usize::from(part != Some(false));
        if certain > most {
            return Some(false);
        }
    }
    (possible <= most).then_some(true)
}

fn either(one: Option<bool>, other: impl FnOnce() -> Option<bool>) -> Option<bool> {
    match one {
        Some(true) => Some(true),
        Some(false) => other(),
        None => other().filter(|holds| *holds),
    }
}
