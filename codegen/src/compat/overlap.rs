//! Members of a union that plainly have no value in common: a required property with values of its own tells them
//! apart. Of a hundred such members no two need to be compared.

use super::engine::Engine;
use super::formula::{Assertion, Formula, Node};
use super::value::{Kind, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is plain to see of a member: what its required properties can be, and what it can be itself.
#[derive(Default)]
struct Summary {
    required: BTreeSet<Arc<str>>,
    listed: BTreeMap<String, Arc<[Value]>>,
    own: Option<Arc<[Value]>>,
}

impl Engine {
    /// That no two of these hold, said of those alone that might.
    pub(super) fn no_two_overlap(&mut self, members: &[Formula]) -> Formula {
        let summaries: Vec<Summary> = members.iter().map(|member| self.summary(*member)).collect();
        let mut parts = Vec::new();
        for (index, (one, summary)) in members.iter().zip(&summaries).enumerate() {
            for (other, other_summary) in members.iter().zip(&summaries).skip(index + 1) {
                let apart = |kind| {
                    let never = |member: &Formula| self.judge.of_all(*member, kind) == Some(false);
                    never(one) || never(other) || summary.is_apart(other_summary, kind)
                };
                if !Kind::ALL.into_iter().all(apart) {
                    parts.push(self.judge.arena.any([one.negated(), other.negated()]));
                }
            }
        }
        self.judge.arena.all(parts)
    }

    fn summary(&self, member: Formula) -> Summary {
        let mut summary = Summary::default();
        let mut open = vec![member];
        while let Some(formula) = open.pop() {
            if formula.is_negated() {
                continue;
            }
            match self.node(formula) {
                Node::All(parts) => open.extend_from_slice(parts),
                Node::Schema(number) => open.push(self.judge.body(*number)),
                Node::Values(values) => summary.own = Some(Arc::clone(values)),
                Node::Assertion(Assertion::Required(name)) => drop(summary.required.insert(Arc::clone(name))),
                Node::Assertion(Assertion::Properties { names, values }) => {
                    if let (Some([Value::String(name)]), Some(values)) =
                        (self.listed(*names).as_deref(), self.listed(*values))
                    {
                        summary.listed.insert(name.clone(), values);
                    }
                }
                _ => {}
            }
        }
        summary
    }

    /// The values that a formula lists, wherever it does.
    pub(super) fn listed(&self, formula: Formula) -> Option<Arc<[Value]>> {
        let mut open = vec![formula];
        while let Some(formula) = open.pop().filter(|formula| !formula.is_negated()) {
            match self.node(formula) {
                Node::All(parts) => open.extend(parts.iter().filter(|part| !part.is_negated())),
                Node::Schema(number) => open.push(self.judge.body(*number)),
                Node::Values(values) => return Some(Arc::clone(values)),
                _ => {}
            }
        }
        None
    }
}

impl Summary {
    /// Whether no value of a JSON type fits both.
    fn is_apart(&self, other: &Self, kind: Kind) -> bool {
        let no_common = |one: &Arc<[Value]>, other: &Arc<[Value]>| {
            !one.iter().any(|value| other.binary_search(value).is_ok())
        };
        let own = self.own.as_ref().zip(other.own.as_ref());
        if own.is_some_and(|(one, other)| no_common(one, other)) {
            return true;
        }
        let required = |name: &str| self.required.contains(name) || other.required.contains(name);
        let mut tags = self.listed.iter().filter(|(name, _)| required(name));
        kind == Kind::Object
            && tags
                .any(|(name, values)| other.listed.get(name).is_some_and(|others| no_common(values, others)))
    }
}
