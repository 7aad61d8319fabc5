//! `unevaluatedProperties` and `unevaluatedItems`: what other keywords have looked at, as formulas.

use super::formula::{Assertion, Formula};
use super::translate::Translator;
use crate::schema::dialect::Dialect;
use crate::schema::{Keywords, SchemaId};
use crate::text::value::raw;
use std::collections::BTreeSet;

/// More conditions make a formula that is too large to be worth it: it has a part for each set of them.
const MOST_CONDITIONS: usize = 8;

/// What a keyword looks at, where a condition holds.
struct Seen {
    when: Formula,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    /// Properties with such names.
    Names(Formula),
    /// The first items, so many of them.
    First(usize),
    /// Items of this kind, wherever they stand.
    Matching(Formula),
}

impl Translator<'_> {
    /// What the two keywords of a schema say.
    pub(super) fn unevaluated(&mut self, id: SchemaId, keywords: &Keywords, parts: &mut Vec<Formula>) {
        if keywords.unevaluated_properties.is_none() && keywords.unevaluated_items.is_none() {
            return;
        }
        let mut seen = Vec::new();
        self.seen_beside(id, keywords, Formula::TRUE, &mut seen, &mut vec![id]);
        if let Some(properties) = keywords.unevaluated_properties {
            let values = self.schema(properties);
            parts.push(self.rest(&seen, |translator, seen| {
                let names: Vec<Formula> = seen.iter().filter_map(What::names).collect();
                let names = translator.into.arena.any(names).negated();
                translator.assert(Assertion::Properties { names, values })
            }));
        }
        if let Some(items) = keywords.unevaluated_items {
            let item = self.schema(items);
            parts.push(self.rest(&seen, |translator, seen| {
                let first = seen.iter().filter_map(What::first).max().unwrap_or(0);
                let matching = seen.iter().filter_map(What::matching).chain([item]);
                let item = translator.into.arena.any(matching.collect::<Vec<_>>());
                // Behind all items there is none.
                if first == usize::MAX {
                    Formula::TRUE
                } else {
                    translator.assert(Assertion::Items(first, item))
                }
            }));
        }
    }

    /// For each set of conditions: unless just these hold, what is left of the value is as `left` says.
    fn rest(&mut self, seen: &[Seen], mut left: impl FnMut(&mut Self, &[What]) -> Formula) -> Formula {
        let conditions: BTreeSet<Formula> = seen.iter().map(|seen| seen.when).collect();
        let conditions: Vec<Formula> =
            conditions.into_iter().filter(|condition| *condition != Formula::TRUE).collect();
        if conditions.len() > MOST_CONDITIONS {
            return self.refuse("too many subschemas decide what is unevaluated");
        }
        let mut parts = Vec::new();
        for set in 0_u32..1 << conditions.len() {
            let holds = |index: usize| set >> index & 1 == 1;
            let met = |condition: Formula| {
                let index = conditions.iter().position(|other| *other == condition);
                index.is_none_or(holds)
            };
            let what: Vec<What> = seen.iter().filter(|seen| met(seen.when)).map(|seen| seen.what).collect();
            let left = left(self, &what);
            let conditions = conditions.iter().enumerate();
            let others = conditions.map(|(index, condition)| condition.negated_if(holds(index)));
            let others: Vec<Formula> = others.chain([left]).collect();
            parts.push(self.into.arena.any(others));
        }
        self.into.arena.all(parts)
    }

    /// What the keywords beside the two look at.
    fn seen_beside(
        &mut self,
        id: SchemaId,
        keywords: &Keywords,
        when: Formula,
        seen: &mut Vec<Seen>,
        way: &mut Vec<SchemaId>,
    ) {
        let names =
            if keywords.additional_properties.is_some() { Formula::TRUE } else { self.declared(keywords) };
        seen.push(Seen { when, what: What::Names(names) });
        let first = if keywords.items.is_some() { usize::MAX } else { keywords.prefix_items.len() };
        seen.push(Seen { when, what: What::First(first) });
        let dialect = self.schemas.get(id).dialect;
        // In 2019-09 `contains` looks at no items.
        if let Some(contains) = keywords.contains.filter(|_| dialect >= Dialect::Draft202012) {
            let matching = self.schema(contains);
            seen.push(Seen { when, what: What::Matching(matching) });
        }
        let references = [&keywords.reference, &keywords.dynamic_reference];
        let targets = references.into_iter().flatten().filter_map(|reference| reference.target);
        for always in targets.chain(keywords.all_of.iter().copied()) {
            self.seen_in(always, when, seen, way);
        }
        let unions = keywords.any_of.iter().chain(&keywords.one_of).flatten();
        for member in unions.copied() {
            let condition = self.schema(member);
            self.seen_if(member, [when, condition], seen, way);
        }
        for of in &keywords.dependent_schemas {
            let present = self.has(raw(&of.name));
            self.seen_if(of.schema, [when, present], seen, way);
        }
        if let Some(condition) = keywords.condition {
            let holds = self.schema(condition);
            self.seen_if(condition, [when, holds], seen, way);
            let branches = [(keywords.then, holds), (keywords.otherwise, holds.negated())];
            for (branch, condition) in branches {
                if let Some(branch) = branch {
                    self.seen_if(branch, [when, condition], seen, way);
                }
            }
        }
    }

    fn seen_if(
        &mut self,
        schema: SchemaId,
        conditions: [Formula; 2],
        seen: &mut Vec<Seen>,
        way: &mut Vec<SchemaId>,
    ) {
        let when = self.into.arena.all(conditions);
        self.seen_in(schema, when, seen, way);
    }

    /// What a schema looks at that is applied to the same value.
    fn seen_in(&mut self, id: SchemaId, when: Formula, seen: &mut Vec<Seen>, way: &mut Vec<SchemaId>) {
        const LONGEST: usize = 200;
        let schemas = self.schemas;
        let Some(keywords) = schemas.get(id).keywords() else { return };
        if way.contains(&id) || way.len() > LONGEST || seen.len() > LONGEST {
            self.refuse("too many subschemas decide what is unevaluated");
            return;
        }
        way.push(id);
        self.seen_beside(id, keywords, when, seen, way);
        if keywords.unevaluated_properties.is_some() {
            seen.push(Seen { when, what: What::Names(Formula::TRUE) });
        }
        if keywords.unevaluated_items.is_some() {
            seen.push(Seen { when, what: What::First(usize::MAX) });
        }
        way.pop();
    }
}

impl What {
    fn names(&self) -> Option<Formula> {
        if let Self::Names(names) = self { Some(*names) } else { None }
    }

    fn first(&self) -> Option<usize> {
        if let Self::First(first) = self { Some(*first) } else { None }
    }

    fn matching(&self) -> Option<Formula> {
        if let Self::Matching(matching) = self { Some(*matching) } else { None }
    }
}
