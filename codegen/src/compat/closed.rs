//! What a producer can emit of what a schema accepts: objects have no properties but those that are declared.
//!
//! Generated producers are closed, whatever the schema leaves open. The schemas that apply to one value say together
//! which properties it may have, so a closed value is described for sets of schemas: those that references and `allOf`
//! bring together, and one member of each union.

use super::formula::{Assertion, Formula};
use super::translate::Translator;
use crate::schema::{Keywords, Reference, SchemaId};
use crate::text::value::raw;
use std::collections::{BTreeMap, BTreeSet};

/// More ways to choose members of unions make a formula that is too large to be worth it.
const MOST_CHOICES: usize = 4_096;

/// The schemas that apply to one value.
#[derive(Default, Clone)]
struct Position {
    parts: BTreeSet<SchemaId>,
    /// Unions of which no member was chosen yet.
    unions: Vec<Vec<SchemaId>>,
}

impl Translator<'_> {
    /// Every object in a value to which these schemas apply has declared properties alone.
    pub(super) fn closed(&mut self, schemas: impl IntoIterator<Item = SchemaId>) -> Formula {
        let schemas: BTreeSet<SchemaId> = schemas.into_iter().collect();
        let position = self.position(&schemas);
        if position.unions.is_empty() && position.parts.iter().all(|part| self.is_scalar(*part)) {
            return Formula::TRUE;
        }
        let schemas: Vec<SchemaId> = schemas.into_iter().collect();
        let number = self.closed_number(schemas);
        self.into.arena.schema(number)
    }

    /// The formula behind [`Translator::closed`].
    pub(super) fn closed_body(&mut self, schemas: &[SchemaId]) -> Formula {
        let position = self.position(&schemas.iter().copied().collect());
        let choices = position.unions.iter().map(Vec::len).try_fold(1_usize, usize::checked_mul);
        if choices.is_none_or(|choices| choices > MOST_CHOICES) {
            return self.refuse("too many unions apply to one value");
        }
        self.choose(position)
    }

    fn position(&self, schemas: &BTreeSet<SchemaId>) -> Position {
        let mut position = Position::default();
        for schema in schemas {
            self.join(*schema, &mut position);
        }
        position
    }

    /// Adds a schema to those that apply to a value, with all that it brings.
    fn join(&self, schema: SchemaId, position: &mut Position) {
        let mut open = vec![schema];
        while let Some(id) = open.pop() {
            let Some(keywords) = self.schemas.get(id).keywords() else { continue };
            if !position.parts.insert(id) {
                continue;
            }
            let references = [&keywords.reference, &keywords.dynamic_reference].into_iter().flatten();
            open.extend(references.filter_map(|Reference { target, .. }| *target));
            open.extend(&keywords.all_of);
            // Which branch of a condition is taken is not asked: their properties count as declared.
            open.extend([keywords.condition, keywords.then, keywords.otherwise].into_iter().flatten());
            open.extend(keywords.dependent_schemas.iter().map(|of| of.schema));
            position.unions.extend(keywords.any_of.iter().chain(&keywords.one_of).cloned());
        }
    }

    /// One member of each union, and what is closed then.
    fn choose(&mut self, mut position: Position) -> Formula {
        let Some(union) = position.unions.pop() else { return self.close(&position.parts) };
        let mut choices = Vec::new();
        for member in union {
            let mut chosen = position.clone();
            self.join(member, &mut chosen);
            let (member, closed) = (self.schema(member), self.choose(chosen));
            choices.push(self.into.arena.all([member, closed]));
        }
        self.into.arena.any(choices)
    }

    fn close(&mut self, parts: &BTreeSet<SchemaId>) -> Formula {
        let schemas = self.schemas;
        let parts: Vec<&Keywords> = parts.iter().filter_map(|id| schemas.get(*id).keywords()).collect();
        let mut closed = Vec::new();
        if parts.iter().any(|part| declares(part)) && !parts.iter().any(|part| self.leaves_open(part)) {
            let names: Vec<Formula> = parts.iter().map(|part| self.declared(part)).collect();
            let names = self.into.arena.any(names).negated();
            closed.push(self.assert(Assertion::Properties { names, values: Formula::FALSE }));
        }
        self.close_members(&parts, &mut closed);
        self.close_items(&parts, &mut closed);
        self.into.arena.all(closed)
    }

    fn close_members(&mut self, parts: &[&Keywords], closed: &mut Vec<Formula>) {
        let mut declared: BTreeMap<&str, Vec<SchemaId>> = BTreeMap::new();
        for property in parts.iter().flat_map(|part| &part.properties) {
            declared.entry(raw(&property.name)).or_default().push(property.schema);
        }
        for (name, schemas) in declared {
            let (names, values) = (self.into.arena.names([name]), self.closed(schemas));
            closed.push(self.assert(Assertion::Properties { names, values }));
        }
        for part in parts {
            for property in &part.pattern_properties {
                let (names, values) = (self.pattern(property), self.closed([property.schema]));
                closed.push(self.assert(Assertion::Properties { names, values }));
            }
            if let Some(additional) = part.additional_properties {
                let (names, values) = (self.declared(part).negated(), self.closed([additional]));
                closed.push(self.assert(Assertion::Properties { names, values }));
            }
        }
    }

    fn close_items(&mut self, parts: &[&Keywords], closed: &mut Vec<Formula>) {
        let first = parts.iter().map(|part| part.prefix_items.len()).max().unwrap_or(0);
        for index in 0..first {
            let item = parts.iter().filter_map(|part| part.prefix_items.get(index).copied().or(part.items));
            let item = self.closed(item.collect::<Vec<_>>());
            closed.push(self.assert(Assertion::Item(index, item)));
        }
        let items = self.closed(parts.iter().filter_map(|part| part.items).collect::<Vec<_>>());
        closed.push(self.assert(Assertion::Items(first, items)));
    }

    /// Whether the schema itself says that there may be other properties. That a free-form object may is no word about
    /// the properties that another schema declares of the same value.
    fn leaves_open(&self, part: &Keywords) -> bool {
        let says = |schema: SchemaId| {
            let says = self.schemas.get(schema).keywords().is_some_and(|says| !says.accepts_anything());
            says || declares(part)
        };
        part.additional_properties.is_some_and(says) || part.unevaluated_properties.is_some_and(says)
    }

    /// Whether nothing is said of members and items.
    fn is_scalar(&self, part: SchemaId) -> bool {
        self.schemas.get(part).keywords().is_none_or(|part| {
            !declares(part)
                && part.additional_properties.is_none()
                && part.prefix_items.is_empty()
                && part.items.is_none()
        })
    }
}

fn declares(part: &Keywords) -> bool {
    !part.properties.is_empty() || !part.pattern_properties.is_empty()
}
