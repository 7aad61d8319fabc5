//! Applying schemas to a value: the answer, found once for each schema and each part of the value.

use super::{Check, Plan, Schema, Tree, assertion};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is known about dynamic anchors on the way to a schema: the index of a [`Bindings`].
pub(super) type Scope = usize;

/// The schema that each dynamic anchor means: that of the outermost resource that declares it.
type Bindings = BTreeMap<&'static str, usize>;

/// A schema, a part of the value (by its address), and the scope in which one is applied to the other.
pub(super) type Question = (usize, usize, Scope);

/// The address of a part of a value: it stays where it is while it is evaluated.
pub(super) fn address(value: &Tree<'_>) -> usize {
    std::ptr::from_ref(value).addr()
}

/// Evaluates one value.
pub(super) struct Evaluator {
    pub(super) plan: &'static Plan,
    pub(super) answers: HashMap<Question, bool>,
    scopes: Vec<Bindings>,
    /// How many schemas are being applied inside each other, and how many may be.
    depth: usize,
    most: usize,
    exhausted: bool,
}

impl Check {
    /// Whether the check applies schemas.
    fn applies_schemas(&self) -> bool {
        matches!(
            self,
            Self::PrefixItems(_)
                | Self::Items { .. }
                | Self::Contains { .. }
                | Self::Properties { .. }
                | Self::PropertyNames(_)
                | Self::DependentSchemas(_)
                | Self::AllOf(_)
                | Self::AnyOf(_)
                | Self::OneOf(_)
                | Self::Not(_)
                | Self::If { .. }
                | Self::Ref(_)
                | Self::DynamicRef { .. }
                | Self::UnevaluatedItems(_)
                | Self::UnevaluatedProperties(_)
        )
    }

    /// Whether the check is about what other checks left.
    fn is_about_the_rest(&self) -> bool {
        matches!(self, Self::UnevaluatedItems(_) | Self::UnevaluatedProperties(_))
    }
}

impl Evaluator {
    /// An evaluator that applies at most so many schemas inside each other.
    pub(super) fn new(plan: &'static Plan, most: usize) -> Self {
        let scopes = vec![Bindings::new()];
        Self { plan, answers: HashMap::new(), scopes, depth: 0, most, exhausted: false }
    }

    /// What was found out, unless it took more depth than there is: then it means nothing.
    pub(super) fn unless_exhausted<T>(&self, result: T) -> Option<T> {
        if self.exhausted { None } else { Some(result) }
    }

    /// Goes one level deeper; `None` where that is too deep.
    pub(super) fn descend(&mut self) -> Option<()> {
        self.exhausted |= self.depth >= self.most;
        self.unless_exhausted(())?;
        self.depth += 1;
        Some(())
    }

    /// Comes back from one level deeper.
    pub(super) fn ascend(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// The scope in the resource of `schema`, which is entered from `scope`. What is bound stays: the outermost
    /// resource decides.
    pub(super) fn enter(&mut self, scope: Scope, schema: &Schema) -> Scope {
        let declared = || self.plan.anchors.iter().filter(|anchor| anchor.resource == schema.resource);
        if declared().next().is_none() {
            return scope;
        }
        let mut bindings = self.scopes.get(scope).cloned().unwrap_or_default();
        for anchor in declared() {
            bindings.entry(anchor.name).or_insert(anchor.schema);
        }
        // They are as many as there are ways to bind the anchors, which are few.
        self.scopes.iter().position(|known| *known == bindings).unwrap_or_else(|| {
            self.scopes.push(bindings);
            self.scopes.len() - 1
        })
    }

    /// The schema that a dynamic reference means.
    pub(super) fn dynamic(&self, anchor: &str, fallback: usize, scope: Scope) -> usize {
        let bound = self.scopes.get(scope).and_then(|bindings| bindings.get(anchor));
        bound.copied().unwrap_or(fallback)
    }

    /// Whether the schema accepts the value. Where it depends on nothing but itself, it does.
    pub(super) fn accepts(&mut self, schema: usize, value: &Tree<'_>, scope: Scope) -> bool {
        let Some(known) = self.plan.schemas.get(schema) else {
            return false;
        };
        let checks = known.checks;
        if !checks.iter().any(Check::applies_schemas) {
            return checks.iter().all(|check| assertion::passes(check, value));
        }
        let scope = self.enter(scope, known);
        let question = (schema, address(value), scope);
        if let Some(&answer) = self.answers.get(&question) {
            return answer;
        }
        if self.descend().is_none() {
            return false;
        }
        self.answers.insert(question, true);
        let answer = checks.iter().all(|check| self.passes(check, checks, value, scope));
        self.answers.insert(question, answer);
        self.ascend();
        answer
    }

    /// Whether the value passes one of the `checks` of a schema, inside whose resource `scope` is.
    pub(super) fn passes(
        &mut self,
        check: &Check,
        checks: &'static [Check],
        value: &Tree<'_>,
        scope: Scope,
    ) -> bool {
        match check {
            Check::PrefixItems(_) | Check::Items { .. } | Check::Properties { .. } => {
                self.all_accept(&parts(check, value), value, scope)
            }
            Check::Contains { schema, min, max } => match value {
                Tree::Array(_) => is_between(self.contained(*schema, value, scope).len(), *min, *max),
                _ => true,
            },
            Check::PropertyNames(schema) => self.unnameable(*schema, value, scope).is_none(),
            Check::DependentSchemas(schemas) => {
                let mut dependent = schemas.iter().filter(|(name, _)| value.position(name).is_some());
                dependent.all(|(_, schema)| self.accepts(*schema, value, scope))
            }
            Check::UnevaluatedItems(_) | Check::UnevaluatedProperties(_) => {
                let rest = self.rest(check, checks, value, scope);
                self.all_accept(&rest, value, scope)
            }
            _ => self.passes_in_place(check, value, scope),
        }
    }

    /// The same for checks that apply schemas to the whole value, and for those that apply none.
    fn passes_in_place(&mut self, check: &Check, value: &Tree<'_>, scope: Scope) -> bool {
        match check {
            Check::AllOf(schemas) => schemas.iter().all(|schema| self.accepts(*schema, value, scope)),
            Check::AnyOf(schemas) => schemas.iter().any(|schema| self.accepts(*schema, value, scope)),
            Check::OneOf(schemas) => {
                let accepting = schemas.iter().filter(|schema| self.accepts(**schema, value, scope));
                accepting.take(2).count() == 1
            }
            Check::Not(schema) => !self.accepts(*schema, value, scope),
            Check::If { condition, then, otherwise } => {
                let branch = if self.accepts(*condition, value, scope) { then } else { otherwise };
                branch.is_none_or(|schema| self.accepts(schema, value, scope))
            }
            Check::Ref(schema) => self.accepts(*schema, value, scope),
            Check::DynamicRef { anchor, fallback } => {
                self.accepts(self.dynamic(anchor, *fallback, scope), value, scope)
            }
            _ => assertion::passes(check, value),
        }
    }

    fn all_accept(&mut self, parts: &[(usize, usize)], value: &Tree<'_>, scope: Scope) -> bool {
        let mut children = parts.iter().filter_map(|&(index, schema)| Some((value.child(index)?, schema)));
        children.all(|(child, schema)| self.accepts(schema, child, scope))
    }

    /// The indexes of the items that the schema accepts.
    pub(super) fn contained(&mut self, schema: usize, value: &Tree<'_>, scope: Scope) -> Vec<usize> {
        let items = value.items().iter().enumerate();
        items.filter(|(_, item)| self.accepts(schema, item, scope)).map(|(index, _)| index).collect()
    }

    /// The index of the first member whose name the schema does not accept.
    pub(super) fn unnameable(&mut self, schema: usize, value: &Tree<'_>, scope: Scope) -> Option<usize> {
        // Names are no part of the value: another may have had the same address.
        let answers = std::mem::take(&mut self.answers);
        let unnameable = value.members().iter().position(|(name, _)| {
            self.answers.clear();
            !self.accepts(schema, &Tree::String(Cow::Borrowed(name)), scope)
        });
        self.answers = answers;
        unnameable
    }

    /// The children to which an unevaluated… check applies its schema: those that the other `checks` did not evaluate.
    pub(super) fn rest(
        &mut self,
        check: &Check,
        checks: &'static [Check],
        value: &Tree<'_>,
        scope: Scope,
    ) -> Vec<(usize, usize)> {
        let schema = match (check, value) {
            (Check::UnevaluatedItems(schema), Tree::Array(_))
            | (Check::UnevaluatedProperties(schema), Tree::Object(_)) => *schema,
            _ => return Vec::new(),
        };
        let count = value.children().count();
        let mut marks = Marks { evaluated: vec![false; count], visited: HashSet::new() };
        for check in checks.iter().filter(|check| !check.is_about_the_rest()) {
            self.mark(check, value, scope, &mut marks);
        }
        let rest = marks.evaluated.iter().enumerate().filter(|(_, evaluated)| !**evaluated);
        rest.map(|(index, _)| (index, schema)).collect()
    }

    /// Marks the children that a schema evaluates, if it accepts the value: only then it says anything.
    fn mark_schema(&mut self, schema: usize, value: &Tree<'_>, scope: Scope, marks: &mut Marks) {
        let Some(known) = self.plan.schemas.get(schema) else {
            return;
        };
        let scope = self.enter(scope, known);
        let is_new = marks.visited.insert((schema, scope));
        if is_new && self.accepts(schema, value, scope) && self.descend().is_some() {
            for check in known.checks {
                self.mark(check, value, scope, marks);
            }
            self.ascend();
        }
    }

    /// Marks the children that a check evaluates; the value passes it.
    fn mark(&mut self, check: &Check, value: &Tree<'_>, scope: Scope, marks: &mut Marks) {
        match (check, value) {
            (Check::PrefixItems(_) | Check::Items { .. } | Check::Properties { .. }, _) => {
                marks.add(parts(check, value).into_iter().map(|(index, _)| index));
            }
            (Check::Contains { schema, .. }, Tree::Array(_)) => {
                marks.add(self.contained(*schema, value, scope));
            }
            (Check::UnevaluatedItems(_), Tree::Array(_))
            | (Check::UnevaluatedProperties(_), Tree::Object(_)) => marks.evaluated.fill(true),
            _ => {
                for schema in self.in_place(check, value, scope) {
                    self.mark_schema(schema, value, scope, marks);
                }
            }
        }
    }

    /// The schemas that a check applies to the whole value and that may say what they evaluated. Under `not` nobody
    /// hears them.
    fn in_place(&mut self, check: &Check, value: &Tree<'_>, scope: Scope) -> Vec<usize> {
        match check {
            Check::AllOf(schemas) | Check::AnyOf(schemas) | Check::OneOf(schemas) => schemas.to_vec(),
            Check::DependentSchemas(schemas) => {
                let dependent = schemas.iter().filter(|(name, _)| value.position(name).is_some());
                dependent.map(|(_, schema)| *schema).collect()
            }
            Check::If { condition, then, otherwise } => {
                let accepted = self.accepts(*condition, value, scope);
                let branch = if accepted { then } else { otherwise };
                std::iter::once(*condition).chain(*branch).collect()
            }
            Check::Ref(schema) => vec![*schema],
            Check::DynamicRef { anchor, fallback } => vec![self.dynamic(anchor, *fallback, scope)],
            _ => Vec::new(),
        }
    }
}

/// The children that were evaluated.
struct Marks {
    evaluated: Vec<bool>,
    /// The schemas that were asked: twice would say nothing more.
    visited: HashSet<(usize, Scope)>,
}

impl Marks {
    fn add(&mut self, indexes: impl IntoIterator<Item = usize>) {
        for index in indexes {
            if let Some(evaluated) = self.evaluated.get_mut(index) {
                *evaluated = true;
            }
        }
    }
}

/// Whether `count` is neither too small nor too large.
pub(super) fn is_between(count: usize, min: u64, max: Option<u64>) -> bool {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    count >= min && max.is_none_or(|max| count <= max)
}

/// Which schemas a check applies to which items or members: pairs of the child's index and the schema.
pub(super) fn parts(check: &Check, value: &Tree<'_>) -> Vec<(usize, usize)> {
    match (check, value) {
        (Check::PrefixItems(schemas), Tree::Array(items)) => {
            schemas.iter().take(items.len()).copied().enumerate().collect()
        }
        (Check::Items { from, schema }, Tree::Array(items)) => {
            (*from..items.len()).map(|index| (index, *schema)).collect()
        }
        (Check::Properties { named, patterns, additional }, Tree::Object(_)) => {
            members(named, patterns, *additional, value)
        }
        _ => Vec::new(),
    }
}

fn members(
    named: &[(&str, usize)],
    patterns: &[(super::Test, usize)],
    additional: Option<usize>,
    object: &Tree<'_>,
) -> Vec<(usize, usize)> {
    let mut parts: Vec<(usize, usize)> =
        named.iter().filter_map(|(name, schema)| Some((object.position(name)?, *schema))).collect();
    for (index, (name, _)) in object.members().iter().enumerate() {
        let matching = patterns.iter().filter(|(test, _)| test.passes(name));
        parts.extend(matching.map(|(_, schema)| (index, *schema)));
    }
    if let Some(schema) = additional {
        let mut listed = vec![false; object.members().len()];
        for (index, _) in &parts {
            if let Some(listed) = listed.get_mut(*index) {
                *listed = true;
            }
        }
        let others = listed.iter().enumerate().filter(|(_, listed)| !**listed);
        parts.extend(others.map(|(index, _)| (index, schema)));
    }
    parts
}
