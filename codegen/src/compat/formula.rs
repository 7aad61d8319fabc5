//! What a schema says, as one formula: conjunctions, negations and assertions about one JSON type each.
//!
//! Formulas are interned: the same formula is the same [`Formula`], and a formula and its negation differ in one bit.

use super::value::{Kind, Value};
use num::BigRational;
use std::collections::HashMap;
use std::sync::Arc;

/// A formula of an [`Arena`], or the negation of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Formula(u32);

impl Formula {
    /// Every value.
    pub(super) const TRUE: Self = Self(0);
    /// No value.
    pub(super) const FALSE: Self = Self(1);

    #[must_use]
    pub(super) const fn negated(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// Negated, or as it is.
    #[must_use]
    pub(super) const fn negated_if(self, negated: bool) -> Self {
        if negated { self.negated() } else { self }
    }

    pub(super) const fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }

    const fn index(self) -> usize {
        (self.0 >> 1) as usize
    }
}

/// What a formula is when it is not negated.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// Every value.
    True,
    /// What all of them say, sorted.
    All(Arc<[Formula]>),
    /// No two of them hold.
    NoTwo(Arc<[Formula]>),
    /// What the schema with this number says; its own formula is looked up where it is needed.
    Schema(usize),
    /// The value is of one of these JSON types, a set of [`Kind::bit`].
    Kinds(u8),
    /// The value is one of these.
    Values(Arc<[Value]>),
    /// An assertion about the values of one JSON type; all others pass.
    Assertion(Assertion),
}

/// An assertion about the values of one JSON type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Assertion {
    /// Written without a fraction: an integer of draft-04.
    PlainInteger,
    /// Not less than this; greater, if exclusive.
    Minimum { bound: BigRational, exclusive: bool },
    /// Not greater than this; less, if exclusive.
    Maximum { bound: BigRational, exclusive: bool },
    /// An integer times this positive number.
    MultipleOf(BigRational),
    /// At least so many code points.
    MinLength(u64),
    /// At most so many code points.
    MaxLength(u64),
    /// The ECMA-262 pattern is found in the string.
    Pattern(Arc<str>),
    /// The string is in this format.
    Format(Arc<str>),
    /// At least so many items.
    MinItems(u64),
    /// At most so many items.
    MaxItems(u64),
    /// No two items are equal.
    Unique,
    /// The item with this index, if there is one.
    Item(usize, Formula),
    /// All items from this index on.
    Items(usize, Formula),
    /// So many items are of this kind.
    Contains { item: Formula, min: u64, max: Option<u64> },
    /// At least so many properties.
    MinProperties(u64),
    /// At most so many properties.
    MaxProperties(u64),
    /// The property is there.
    Required(Arc<str>),
    /// Properties with such names have such values.
    Properties { names: Formula, values: Formula },
}

impl Assertion {
    /// The JSON type that it is about.
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::PlainInteger | Self::Minimum { .. } | Self::Maximum { .. } | Self::MultipleOf(_) => {
                Kind::Number
            }
            Self::MinLength(_) | Self::MaxLength(_) | Self::Pattern(_) | Self::Format(_) => Kind::String,
            Self::MinItems(_)
            | Self::MaxItems(_)
            | Self::Unique
            | Self::Item(..)
            | Self::Items(..)
            | Self::Contains { .. } => Kind::Array,
            Self::MinProperties(_) | Self::MaxProperties(_) | Self::Required(_) | Self::Properties { .. } => {
                Kind::Object
            }
        }
    }

    /// The same assertion with other formulas inside.
    fn map(&self, change: &mut impl FnMut(Formula) -> Formula) -> Self {
        match self {
            Self::Item(index, item) => Self::Item(*index, change(*item)),
            Self::Items(from, item) => Self::Items(*from, change(*item)),
            Self::Contains { item, min, max } => Self::Contains { item: change(*item), min: *min, max: *max },
            Self::Properties { names, values } => {
                Self::Properties { names: change(*names), values: change(*values) }
            }
            other => other.clone(),
        }
    }

    /// Whether it says nothing.
    fn is_trivial(&self) -> bool {
        match self {
            Self::MinLength(0)
            | Self::MinItems(0)
            | Self::MinProperties(0)
            | Self::Contains { min: 0, max: None, .. } => true,
            Self::Item(_, item) | Self::Items(_, item) => *item == Formula::TRUE,
            Self::Properties { names, values } => *names == Formula::FALSE || *values == Formula::TRUE,
            _ => false,
        }
    }
}

/// All formulas of a comparison.
#[derive(Debug)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    known: HashMap<Node, u32>,
}

impl Default for Arena {
    fn default() -> Self {
        Self { nodes: vec![Node::True], known: HashMap::from([(Node::True, 0)]) }
    }
}

impl Arena {
    /// What a formula is, without its negation.
    pub(super) fn node(&self, formula: Formula) -> &Node {
        &self.nodes[formula.index()]
    }

    fn intern(&mut self, node: Node) -> Formula {
        if let Some(&index) = self.known.get(&node) {
            return Formula(index << 1);
        }
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.known.insert(node.clone(), index);
        self.nodes.push(node);
        Formula(index << 1)
    }

    /// All of them hold.
    pub(super) fn all(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        let mut flat = Vec::new();
        for part in parts {
            match self.node(part) {
                Node::All(parts) if !part.is_negated() => flat.extend_from_slice(parts),
                _ => flat.push(part),
            }
        }
        if !tidy(&mut flat) {
            return Formula::FALSE;
        }
        match flat[..] {
            [] => Formula::TRUE,
            [one] => one,
            _ => self.intern(Node::All(flat.into())),
        }
    }

    /// At least one of them holds.
    pub(super) fn any(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        let parts: Vec<Formula> = parts.into_iter().map(Formula::negated).collect();
        self.all(parts).negated()
    }

    /// No two of them hold.
    pub(super) fn no_two(&mut self, mut parts: Vec<Formula>) -> Formula {
        parts.retain(|part| *part != Formula::FALSE);
        parts.sort_unstable();
        if parts.len() < 2 { Formula::TRUE } else { self.intern(Node::NoTwo(parts.into())) }
    }

    /// What the schema with this number says.
    pub(super) fn schema(&mut self, number: usize) -> Formula {
        self.intern(Node::Schema(number))
    }

    /// The value is of one of these types.
    pub(super) fn kinds(&mut self, kinds: u8) -> Formula {
        const EVERY: u8 = 0b11_1111;
        match kinds & EVERY {
            0 => Formula::FALSE,
            EVERY => Formula::TRUE,
            some => self.intern(Node::Kinds(some)),
        }
    }

    /// The value is one of these.
    pub(super) fn values(&mut self, mut values: Vec<Value>) -> Formula {
        values.sort();
        values.dedup();
        if values.is_empty() { Formula::FALSE } else { self.intern(Node::Values(values.into())) }
    }

    /// The string is one of these.
    pub(super) fn names<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) -> Formula {
        self.values(names.into_iter().map(|name| Value::String(name.to_owned())).collect())
    }

    /// What an assertion says.
    pub(super) fn assertion(&mut self, assertion: Assertion) -> Formula {
        if assertion.is_trivial() { Formula::TRUE } else { self.intern(Node::Assertion(assertion)) }
    }

    /// Every formula of another arena as one of this one, where `schema` says what schemas became.
    pub(super) fn take_over(
        &mut self,
        other: &Self,
        schema: impl Fn(&mut Self, usize) -> Formula,
    ) -> Translation {
        let mut taken: Vec<Formula> = Vec::with_capacity(other.nodes.len());
        for node in &other.nodes {
            // Parts come before what they are part of.
            let of = |taken: &[Formula], old: Formula| taken[old.index()].negated_if(old.is_negated());
            let new = match node {
                Node::True => Formula::TRUE,
                Node::All(parts) => {
                    let parts: Vec<Formula> = parts.iter().map(|part| of(&taken, *part)).collect();
                    self.all(parts)
                }
                Node::NoTwo(parts) => {
                    let parts = parts.iter().map(|part| of(&taken, *part)).collect();
                    self.no_two(parts)
                }
                Node::Schema(number) => schema(self, *number),
                Node::Kinds(kinds) => self.kinds(*kinds),
                Node::Values(values) => self.values(values.to_vec()),
                Node::Assertion(assertion) => {
                    let assertion = assertion.map(&mut |old| of(&taken, old));
                    self.assertion(assertion)
                }
            };
            taken.push(new);
        }
        Translation(taken)
    }
}

/// What the formulas of another arena became.
pub(super) struct Translation(Vec<Formula>);

impl Translation {
    /// What this one became.
    pub(super) fn of(&self, old: Formula) -> Formula {
        self.0[old.index()].negated_if(old.is_negated())
    }
}

/// Sorts a conjunction and leaves out what it says twice; `false` if it contradicts itself.
pub(super) fn tidy(parts: &mut Vec<Formula>) -> bool {
    parts.sort_unstable();
    parts.dedup();
    parts.retain(|part| *part != Formula::TRUE);
    // A formula and its negation are neighbours.
    let contradiction = parts.windows(2).any(|pair| matches!(pair, [one, two] if one.negated() == *two));
    !contradiction && parts.first() != Some(&Formula::FALSE)
}
