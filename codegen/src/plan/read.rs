//! Plans at work: in readers, in producers, and on trees.

use super::evaluate::Evaluator;
use super::explain::{self, Reason};
use super::place::{self, Step};
use super::{Plan, Tree, stack};
use crate::support::{Encode, Error, Parser, Result, Violation, to_json};
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

/// Why a schema does not accept a value, and where in the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What is wrong.
    pub violation: Violation,
    /// The part of the value that is wrong, as a JSON Pointer (RFC 6901 §3); empty for the whole.
    pub pointer: String,
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(formatter, "{}: ", self.pointer.escape_debug())?;
        }
        self.violation.fmt(formatter)
    }
}

impl std::error::Error for Failure {}

/// The steps to what a reason is about.
fn steps<'t>(reason: &'t Reason, tree: &'t Tree<'_>) -> Vec<Step<'t>> {
    let mut steps = place::way(tree, reason.place);
    steps.extend(reason.member.as_deref().map(Step::Member));
    steps
}

impl Plan {
    /// Whether the schema with this index accepts the value.
    #[must_use]
    pub fn accepts(&'static self, schema: usize, tree: &Tree<'_>) -> bool {
        let accepted = stack::run(|most| {
            let mut evaluator = Evaluator::new(self, most);
            let accepted = evaluator.accepts(schema, tree, 0);
            evaluator.unless_exhausted(accepted)
        });
        accepted.unwrap_or(false)
    }

    /// Checks that the schema with this index accepts the value.
    ///
    /// # Errors
    /// The most helpful of the reasons why it does not.
    pub fn check(&'static self, schema: usize, tree: &Tree<'_>) -> std::result::Result<(), Failure> {
        match explain::refusal(self, schema, tree) {
            None => Ok(()),
            Some(reason) => Err(Failure {
                violation: reason.violation.clone(),
                pointer: place::pointer(&steps(&reason, tree)),
            }),
        }
    }
}

/// Checks the value that starts at the offset `start` and was just read: the parser stands behind it, and stays.
///
/// # Errors
/// Why the schema does not accept the value, with the offset of the part that is wrong.
pub fn checked(parser: &mut Parser<'_>, start: usize, plan: &'static Plan, schema: usize) -> Result<()> {
    let tree = parser.revisit(start, Tree::read)?;
    match explain::refusal(plan, schema, &tree) {
        None => Ok(()),
        Some(reason) => Err(located(parser, start, &reason, &tree)),
    }
}

/// Which of the schemas `members` accepts the next value, as an index into `members`: the first that does or, if
/// `exactly_one`, the only one. The value is not consumed.
///
/// # Errors
/// What is wrong with the text, or that no schema accepts it or more than one.
pub fn select(
    parser: &mut Parser<'_>,
    plan: &'static Plan,
    members: &'static [usize],
    exactly_one: bool,
) -> Result<usize> {
    parser.peek()?;
    let start = parser.offset();
    let tree = Tree::read(parser)?;
    let chosen = explain::choose(plan, members, exactly_one, &tree);
    let chosen = chosen.map_err(|reason| located(parser, start, &reason, &tree));
    parser.seek(start);
    chosen
}

/// The reason as a mistake in the text, in which the value starts at `start`. The parser ends behind the value.
#[cold]
fn located(parser: &mut Parser<'_>, start: usize, reason: &Reason, tree: &Tree<'_>) -> Error {
    parser.seek(start);
    let located = parser.peek().and_then(|_| {
        let start = parser.offset();
        let within = place::offset(parser.raw()?, &steps(reason, tree), reason.member.is_some())?;
        Ok(start + within)
    });
    reason.violation.clone().at(located.unwrap_or(start))
}

/// Checks a value that is to be sent, as it will be written.
///
/// # Errors
/// Why the schema does not accept it; where, if not as a whole, is said with what is expected.
pub fn holds(
    value: &(impl Encode + ?Sized),
    plan: &'static Plan,
    schema: usize,
) -> std::result::Result<(), Violation> {
    let text = to_json(value);
    let tree = Tree::parse(&text).map_err(|error| Violation {
        code: error.code(),
        expected: Cow::Owned(error.expected().to_owned()),
        found: error.found().to_owned(),
    })?;
    plan.check(schema, &tree).map_err(|Failure { mut violation, pointer }| {
        if !pointer.is_empty() {
            violation.expected = Cow::Owned(format!("{} at {pointer}", violation.expected));
        }
        violation
    })
}
