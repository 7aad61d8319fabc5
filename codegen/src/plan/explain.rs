//! Why a value is refused: of all reasons the one that helps most.
//!
//! Among alternatives those are looked at that seem to be meant: the type of the value is right, and so are the
//! constants of its members, by which alternatives tend to be told apart. Of these the one counts that got furthest
//! into the value.

use super::assertion::{self, alternatives, cut, describe};
use super::evaluate::{Evaluator, Question, Scope, address, is_between, parts};
use super::{Check, Plan, Tree, stack};
use crate::support::{Code, Violation};
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// How many alternatives a message names.
const MOST_NAMED: usize = 8;
/// How many schemas are looked at to tell whether an alternative is meant.
const MOST_COMPARED: usize = 64;

/// Why a value is refused, and where in it.
#[derive(Debug, Clone)]
pub(super) struct Reason {
    /// The address of the part that is wrong.
    pub(super) place: usize,
    /// The name of its member, if it is about the name.
    pub(super) member: Option<String>,
    /// How many levels below the whole value it is.
    depth: usize,
    pub(super) violation: Violation,
}

/// Part of a value, and how many levels below the whole value it is.
#[derive(Clone, Copy)]
struct Part<'t> {
    value: &'t Tree<'t>,
    depth: usize,
}

impl Part<'_> {
    fn child(self, index: usize) -> Option<Self> {
        self.value.child(index).map(|value| Self { value, depth: self.depth + 1 })
    }

    fn refused(self, violation: Violation) -> Rc<Reason> {
        Rc::new(Reason { place: address(self.value), member: None, depth: self.depth, violation })
    }

    fn refused_for(self, code: Code, expected: impl Into<Cow<'static, str>>, found: String) -> Rc<Reason> {
        self.refused(Violation { code, expected: expected.into(), found })
    }

    /// The reason for a value to which too many schemas apply inside each other.
    fn too_deep(self) -> Reason {
        let expected = "a value to which fewer schemas apply inside each other";
        self.refused_for(Code::Depth, expected, describe(self.value)).as_ref().clone()
    }

    /// The reason that is about the name of the member at `index`.
    fn misnamed(self, index: usize, code: Code, expected: String) -> Rc<Reason> {
        let name = self.value.members().get(index).map_or("", |(name, _)| name);
        let found = format!("the property `{}`", cut(name, 80));
        let violation = Violation { code, expected: Cow::Owned(expected), found };
        let (place, member) = (address(self.value), Some(name.to_owned()));
        Rc::new(Reason { place, member, depth: self.depth + 1, violation })
    }
}

/// Finds reasons; for each question one, and once.
pub(super) struct Explainer {
    evaluator: Evaluator,
    reasons: HashMap<Question, Rc<Reason>>,
}

/// Why the schema does not accept the value; `None` if it does.
pub(super) fn refusal(plan: &'static Plan, schema: usize, value: &Tree<'_>) -> Option<Reason> {
    let part = Part { value, depth: 0 };
    let refusal = stack::run(|most| {
        let mut explainer = Explainer::new(plan, most);
        let accepted = explainer.evaluator.accepts(schema, value, 0);
        let reason = (!accepted).then(|| explainer.reason(schema, part, 0).as_ref().clone());
        explainer.evaluator.unless_exhausted(reason)
    });
    refusal.unwrap_or_else(|| Some(part.too_deep()))
}

/// The index of the first of the schemas that accepts the value, or of the only one.
pub(super) fn choose(
    plan: &'static Plan,
    schemas: &'static [usize],
    exactly_one: bool,
    value: &Tree<'_>,
) -> Result<usize, Reason> {
    let part = Part { value, depth: 0 };
    let most_accepting = if exactly_one { 2 } else { 1 };
    let choice = stack::run(|most| {
        let mut explainer = Explainer::new(plan, most);
        let accepts = |schema| explainer.evaluator.accepts(schema, value, 0);
        let accepting: Vec<usize> = indexes(schemas, accepts).take(most_accepting).collect();
        let choice = match accepting[..] {
            [index] => Ok(index),
            _ => Err(explainer.no_choice(schemas, &accepting, part, 0).as_ref().clone()),
        };
        explainer.evaluator.unless_exhausted(choice)
    });
    choice.unwrap_or_else(|| Err(part.too_deep()))
}

impl Explainer {
    fn new(plan: &'static Plan, most: usize) -> Self {
        Self { evaluator: Evaluator::new(plan, most), reasons: HashMap::new() }
    }

    /// Why the schema, which does not accept it, refuses a part of the value.
    fn reason(&mut self, schema: usize, part: Part<'_>, scope: Scope) -> Rc<Reason> {
        let Some(known) = self.evaluator.plan.schemas.get(schema) else {
            return part.refused(assertion::violation(&Check::Never, part.value));
        };
        let scope = self.evaluator.enter(scope, known);
        let question = (schema, address(part.value), scope);
        if let Some(reason) = self.reasons.get(&question) {
            return Rc::clone(reason);
        }
        // Should the reason depend on itself, this one is given.
        let fallback = part.refused(assertion::violation(&Check::Never, part.value));
        self.reasons.insert(question, Rc::clone(&fallback));
        if self.evaluator.descend().is_none() {
            return fallback;
        }
        let reason = self.failure(known.checks, part, scope);
        self.reasons.insert(question, Rc::clone(&reason));
        self.evaluator.ascend();
        reason
    }

    /// Why the part does not pass one of the checks: that of its type, if it fails, and otherwise the first.
    fn failure(&mut self, checks: &'static [Check], part: Part<'_>, scope: Scope) -> Rc<Reason> {
        let is_type = |check: &&Check| matches!(check, Check::Types(_));
        let ordered = checks.iter().filter(is_type).chain(checks.iter().filter(|check| !is_type(check)));
        let mut failing = ordered.filter(|check| !self.evaluator.passes(check, checks, part.value, scope));
        let check = failing.next().unwrap_or(&Check::Never);
        match check {
            Check::UnevaluatedItems(_) | Check::UnevaluatedProperties(_) => {
                let rest = self.evaluator.rest(check, checks, part.value, scope);
                self.of_children(check, &rest, part, scope)
            }
            Check::PrefixItems(_) | Check::Items { .. } | Check::Properties { .. } => {
                self.of_children(check, &parts(check, part.value), part, scope)
            }
            Check::PropertyNames(schema) => self.of_name(*schema, part, scope),
            _ => self.in_place(check, part, scope),
        }
    }

    /// Why the first child is refused that is.
    fn of_children(
        &mut self,
        check: &Check,
        parts: &[(usize, usize)],
        part: Part<'_>,
        scope: Scope,
    ) -> Rc<Reason> {
        for &(index, schema) in parts {
            let Some(child) = part.child(index) else { continue };
            if self.evaluator.accepts(schema, child.value, scope) {
                continue;
            }
            let schema_is_false = self.is_false(schema);
            return match (check, part.value) {
                (_, Tree::Object(_)) if schema_is_false => {
                    part.misnamed(index, Code::UnknownProperty, "only properties of the schema".to_owned())
                }
                (Check::Items { from, .. }, Tree::Array(items)) if schema_is_false => {
                    let found = format!("{} items", items.len());
                    part.refused_for(Code::Items, format!("at most {from} items"), found)
                }
                (_, Tree::Array(_)) if schema_is_false => {
                    child.refused_for(Code::Items, "no item here", describe(child.value))
                }
                _ => self.reason(schema, child, scope),
            };
        }
        part.refused(assertion::violation(&Check::Never, part.value))
    }

    /// Why the first name is refused that is.
    fn of_name(&mut self, schema: usize, part: Part<'_>, scope: Scope) -> Rc<Reason> {
        let index = self.evaluator.unnameable(schema, part.value, scope).unwrap_or(usize::MAX);
        let name = part.value.members().get(index).map_or("", |(name, _)| name);
        let name = Tree::String(Cow::Borrowed(name));
        // Names are no part of the value: another may have had the same address.
        let reasons = std::mem::take(&mut self.reasons);
        let answers = std::mem::take(&mut self.evaluator.answers);
        let reason = self.reason(schema, Part { value: &name, depth: 0 }, scope);
        self.reasons = reasons;
        self.evaluator.answers = answers;
        part.misnamed(index, Code::Properties, format!("{} as a name", reason.violation.expected))
    }

    /// Why the part does not pass a check that applies schemas to the whole of it, or none at all.
    fn in_place(&mut self, check: &'static Check, part: Part<'_>, scope: Scope) -> Rc<Reason> {
        match check {
            Check::AllOf(schemas) => self.of_first(schemas.iter().copied(), part, scope),
            Check::DependentSchemas(schemas) => {
                let dependent = schemas.iter().filter(|(name, _)| part.value.position(name).is_some());
                self.of_first(dependent.map(|(_, schema)| *schema), part, scope)
            }
            Check::AnyOf(schemas) => self.no_choice(schemas, &[], part, scope),
            Check::OneOf(schemas) => {
                let accepts = |schema: usize| self.evaluator.accepts(schema, part.value, scope);
                let accepting: Vec<usize> = indexes(schemas, accepts).take(2).collect();
                self.no_choice(schemas, &accepting, part, scope)
            }
            Check::If { condition, then, otherwise } => {
                let accepted = self.evaluator.accepts(*condition, part.value, scope);
                let branch = if accepted { then } else { otherwise };
                self.of_first(branch.iter().copied(), part, scope)
            }
            Check::Ref(schema) => self.reason(*schema, part, scope),
            Check::DynamicRef { anchor, fallback } => {
                let schema = self.evaluator.dynamic(anchor, *fallback, scope);
                self.reason(schema, part, scope)
            }
            Check::Not(_) => {
                part.refused_for(Code::Not, "a value that the schema does not exclude", describe(part.value))
            }
            Check::Contains { schema, min, max } => self.of_contents(*schema, *min, *max, part, scope),
            _ => part.refused(assertion::violation(check, part.value)),
        }
    }

    /// Why the array contains too few or too many of the items that the schema accepts.
    fn of_contents(
        &mut self,
        schema: usize,
        min: u64,
        max: Option<u64>,
        part: Part<'_>,
        scope: Scope,
    ) -> Rc<Reason> {
        let count = self.evaluator.contained(schema, part.value, scope).len();
        let bound = match max {
            Some(max) if is_between(count, min, None) => format!("at most {max}"),
            _ => format!("at least {min}"),
        };
        let found = format!("{count} of them");
        part.refused_for(Code::Items, format!("{bound} items of the kind to be contained"), found)
    }

    /// Why the first of the schemas that refuses the part does.
    fn of_first(
        &mut self,
        mut schemas: impl Iterator<Item = usize>,
        part: Part<'_>,
        scope: Scope,
    ) -> Rc<Reason> {
        let refusing = schemas.find(|schema| !self.evaluator.accepts(*schema, part.value, scope));
        self.reason(refusing.unwrap_or(usize::MAX), part, scope)
    }

    /// Why not one of the alternatives is right: two are, or none.
    fn no_choice(
        &mut self,
        schemas: &'static [usize],
        accepting: &[usize],
        part: Part<'_>,
        scope: Scope,
    ) -> Rc<Reason> {
        if let [one, other, ..] = accepting {
            let expected = format!("a value that only one of {} alternatives accepts", schemas.len());
            let found = format!("one that alternatives {} and {} accept", one + 1, other + 1);
            return part.refused_for(Code::ManyAlternatives, expected, found);
        }
        let keep = |is_right: &dyn Fn(usize) -> bool| -> Vec<usize> {
            schemas.iter().copied().filter(|schema| is_right(*schema)).collect()
        };
        let meant = keep(&|schema| self.is_meant(schema, part));
        let possible = keep(&|schema| !self.is_false(schema));
        let candidates = [&*meant, &*possible].into_iter().find(|some| !some.is_empty()).unwrap_or(schemas);
        let reasons: Vec<_> = candidates.iter().map(|schema| self.reason(*schema, part, scope)).collect();
        let furthest =
            reasons.iter().reduce(|best, reason| if reason.depth > best.depth { reason } else { best });
        match furthest {
            Some(furthest) => joined(furthest, &reasons, part),
            None => part.refused(assertion::violation(&Check::Never, part.value)),
        }
    }

    /// Whether an alternative seems to be meant.
    fn is_meant(&self, schema: usize, part: Part<'_>) -> bool {
        let mut open = vec![schema];
        for _ in 0..MOST_COMPARED {
            let Some(schema) = open.pop() else { break };
            for check in self.checks(schema) {
                match check {
                    Check::Never | Check::Types(_) | Check::Const(_) | Check::Enum(_)
                        if !assertion::passes(check, part.value) =>
                    {
                        return false;
                    }
                    Check::Ref(schema) => open.push(*schema),
                    Check::AllOf(schemas) => open.extend_from_slice(schemas),
                    Check::Properties { .. } if !self.has_constants(check, part) => return false,
                    _ => {}
                }
            }
        }
        true
    }

    /// Whether all members of the part have the constants, if any, that the check wants.
    fn has_constants(&self, check: &Check, part: Part<'_>) -> bool {
        parts(check, part.value).iter().take(MOST_COMPARED).all(|&(index, schema)| {
            let target = match self.checks(schema) {
                [Check::Ref(schema)] => *schema,
                _ => schema,
            };
            let constant = |check: &&Check| matches!(check, Check::Const(_) | Check::Enum([_]));
            let mut constants = self.checks(target).iter().filter(constant);
            constants.all(|check| part.child(index).is_none_or(|child| assertion::passes(check, child.value)))
        })
    }

    fn checks(&self, schema: usize) -> &'static [Check] {
        self.evaluator.plan.schemas.get(schema).map_or(&[Check::Never], |schema| schema.checks)
    }

    /// Whether the schema is `false`.
    fn is_false(&self, schema: usize) -> bool {
        self.checks(schema).iter().any(|check| matches!(check, Check::Never))
    }
}

/// The indexes of the schemas that `accepts` accepts.
fn indexes(schemas: &[usize], mut accepts: impl FnMut(usize) -> bool) -> impl Iterator<Item = usize> {
    schemas.iter().enumerate().filter(move |(_, schema)| accepts(**schema)).map(|(index, _)| index)
}

/// The reason that got furthest, with what the others expect at the same place.
fn joined(furthest: &Rc<Reason>, reasons: &[Rc<Reason>], part: Part<'_>) -> Rc<Reason> {
    let place = (furthest.place, &furthest.member);
    let mut same: Vec<&Violation> = Vec::new();
    for reason in reasons.iter().filter(|reason| (reason.place, &reason.member) == place) {
        if !same.iter().any(|before| before.expected == reason.violation.expected) {
            same.push(&reason.violation);
        }
        if same.len() == MOST_NAMED {
            break;
        }
    }
    if same.len() == 1 {
        return Rc::clone(furthest);
    }
    let first = &furthest.violation;
    let code = if same.iter().all(|one| one.code == first.code) { first.code } else { Code::NoAlternative };
    let is_whole = furthest.place == address(part.value) && code == Code::NoAlternative;
    let found = if is_whole { describe(part.value) } else { first.found.clone() };
    let expected = alternatives(same.iter().map(|one| cut(&one.expected, 100)));
    let violation = Violation { code, expected: Cow::Owned(expected), found };
    Rc::new(Reason { violation, ..Reason::clone(furthest) })
}
