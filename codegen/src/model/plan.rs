//! The check plan: the exact meaning of schemas as data, for what no type can carry.
//!
//! A shape may accept more than its schema; the parts of the schema that close the gap become entries of the
//! plan. An entry holds the keywords of one schema, in the terms of JSON Schema 2020-12.

mod planner;

pub(super) use planner::{Part, Planner};

use crate::schema::keywords::JsonType;
use crate::source::Origin;
use crate::text::Text;
use std::collections::HashSet;

/// Index of an entry in [`Plan::entries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlanId(pub(crate) usize);

/// All entries, and the dynamic anchors among them.
#[derive(Debug, Default)]
pub struct Plan {
    /// The entries, referred to by [`PlanId`].
    pub entries: Vec<Entry>,
    /// Where dynamic references may lead.
    pub anchors: Vec<Anchor>,
}

/// A schema's meaning, or a part of it.
#[derive(Debug, Default)]
pub struct Entry {
    /// Which schema resource it belongs to (core §4.3.5).
    pub resource: u32,
    /// What must hold.
    pub checks: Vec<Check>,
    /// Where the schema says so.
    pub origin: Origin,
}

/// A `$dynamicAnchor`.
#[derive(Debug)]
pub struct Anchor {
    /// The resource that it stands in.
    pub resource: u32,
    /// Its name.
    pub name: Text,
    /// The schema that bears it.
    pub entry: PlanId,
}

/// A property or pattern with what must hold for its values.
pub type Named = (Text, PlanId);

/// What must hold. Each stands for the keyword of its name.
#[derive(Debug)]
pub enum Check {
    /// `false`
    Never,
    /// `type`; in draft-04 `1.0` is no integer
    Types {
        /// The types.
        types: Vec<JsonType>,
        /// Whether integers are written without a fraction.
        strict_integer: bool,
    },
    /// `const` and `enum`: JSON texts
    Enumeration(Vec<Text>),
    /// `minimum` and its like: the keyword, and the number as it is written
    Bound(&'static str, Text),
    /// `minLength` and its like: the keyword, and the count
    Count(&'static str, u64),
    /// `pattern`
    Pattern(Text),
    /// `uniqueItems`
    UniqueItems,
    /// `prefixItems`
    PrefixItems(Vec<PlanId>),
    /// `items`, behind so many items
    Items(usize, PlanId),
    /// `contains`, with `minContains` and `maxContains`
    Contains(PlanId, u64, Option<u64>),
    /// `required`
    Required(Vec<Text>),
    /// `dependentRequired`
    DependentRequired(Vec<(Text, Vec<Text>)>),
    /// `properties`, `patternProperties` and `additionalProperties`
    Properties {
        /// `properties`
        named: Vec<Named>,
        /// `patternProperties`
        patterns: Vec<Named>,
        /// `additionalProperties`
        additional: Option<PlanId>,
    },
    /// `propertyNames`
    PropertyNames(PlanId),
    /// `dependentSchemas`
    DependentSchemas(Vec<Named>),
    /// `allOf`
    AllOf(Vec<PlanId>),
    /// `anyOf`
    AnyOf(Vec<PlanId>),
    /// `oneOf`
    OneOf(Vec<PlanId>),
    /// `not`
    Not(PlanId),
    /// `if`, `then` and `else`
    If(PlanId, Option<PlanId>, Option<PlanId>),
    /// `$ref`
    Reference(PlanId),
    /// `$dynamicRef`
    DynamicReference(Text, PlanId),
    /// `unevaluatedItems`
    UnevaluatedItems(PlanId),
    /// `unevaluatedProperties`
    UnevaluatedProperties(PlanId),
}

impl Plan {
    /// The entry with this id; ids only come from the plan itself, so there always is one.
    pub fn get(&self, id: PlanId) -> &Entry {
        &self.entries[id.0]
    }

    /// Every entry that can be reached from `roots`, themselves included, in the order of first use.
    pub fn reachable(&self, roots: impl IntoIterator<Item = PlanId>) -> Vec<PlanId> {
        let mut seen = HashSet::new();
        let mut found: Vec<PlanId> = roots.into_iter().filter(|root| seen.insert(*root)).collect();
        let mut next = 0;
        while let Some(&id) = found.get(next) {
            let children = self.get(id).checks.iter().flat_map(Check::children);
            found.extend(children.filter(|child| seen.insert(*child)));
            next += 1;
        }
        found
    }
}

impl Entry {
    /// Its regular expressions.
    pub fn patterns(&self) -> impl Iterator<Item = &Text> {
        self.checks.iter().flat_map(|check| match check {
            Check::Pattern(pattern) => vec![pattern],
            Check::Properties { patterns, .. } => patterns.iter().map(|(pattern, _)| pattern).collect(),
            _ => Vec::new(),
        })
    }
}

impl Check {
    const fn is_dynamic(&self) -> bool {
        matches!(self, Self::DynamicReference(..))
    }

    /// The entries that it applies.
    pub fn children(&self) -> Vec<PlanId> {
        let named = |named: &[Named]| named.iter().map(|(_, id)| *id).collect::<Vec<_>>();
        match self {
            Self::Never
            | Self::Types { .. }
            | Self::Enumeration(_)
            | Self::Bound(..)
            | Self::Count(..)
            | Self::Pattern(_)
            | Self::UniqueItems
            | Self::Required(_)
            | Self::DependentRequired(_) => Vec::new(),
            Self::PrefixItems(ids) | Self::AllOf(ids) | Self::AnyOf(ids) | Self::OneOf(ids) => ids.clone(),
            Self::Items(_, id)
            | Self::Contains(id, ..)
            | Self::PropertyNames(id)
            | Self::Not(id)
            | Self::Reference(id)
            | Self::DynamicReference(_, id)
            | Self::UnevaluatedItems(id)
            | Self::UnevaluatedProperties(id) => vec![*id],
            Self::Properties { named: of, patterns, additional } => {
                [named(of), named(patterns), additional.iter().copied().collect()].concat()
            }
            Self::DependentSchemas(of) => named(of),
            Self::If(condition, then, otherwise) => {
                [*condition].into_iter().chain(*then).chain(*otherwise).collect()
            }
        }
    }
}
