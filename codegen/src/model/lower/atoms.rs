//! Conjunctions: sets of schemas that a value satisfies all at once.
//!
//! `allOf`, keywords beside a `$ref`, and a property that several schemas declare all mean the same: several schemas
//! hold. A type is made of such a set, and two equal sets are one type.

use super::Lowerer;
use crate::diagnostic::{Code, Finding};
use crate::json::{Node, NodeKind};
use crate::schema::keywords::JsonType;
use crate::schema::{Body, Keywords, Reference, SchemaId};

/// A set of JSON types; integers are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Kinds(u8);

impl Kinds {
    /// The JSON types in the order in which types list them.
    pub(super) const EACH: [JsonType; 6] = [
        JsonType::Object,
        JsonType::Array,
        JsonType::String,
        JsonType::Number,
        JsonType::Boolean,
        JsonType::Null,
    ];
    pub(super) const ALL: Self = Self(0b11_1111);
    pub(super) const NONE: Self = Self(0);

    pub(super) fn of(kind: JsonType) -> Self {
        let kind = if kind == JsonType::Integer { JsonType::Number } else { kind };
        let place = Self::EACH.iter().position(|each| *each == kind).unwrap_or_default();
        Self(1 << place)
    }

    pub(super) fn of_node(node: &Node) -> Self {
        Self::of(match node.kind {
            NodeKind::Null => JsonType::Null,
            NodeKind::Boolean(_) => JsonType::Boolean,
            NodeKind::Number(_) => JsonType::Number,
            NodeKind::String(_) => JsonType::String,
            NodeKind::Array(_) => JsonType::Array,
            NodeKind::Object(_) => JsonType::Object,
        })
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The JSON types of the set.
    pub(super) fn iter(self) -> impl Iterator<Item = JsonType> {
        Self::EACH.into_iter().filter(move |kind| self.meets(Self::of(*kind)))
    }

    /// The JSON type, if there is just one.
    pub(super) fn only(self) -> Option<JsonType> {
        let mut kinds = self.iter();
        kinds.next().filter(|_| kinds.next().is_none())
    }
}

impl FromIterator<Kinds> for Kinds {
    fn from_iter<I: IntoIterator<Item = Self>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NONE, Self::or)
    }
}

/// One of the things that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Atom {
    /// A schema, with everything that it refers to.
    Schema(SchemaId),
    /// A schema's own keywords, but for its unions and references.
    Own(SchemaId),
    /// The value has one of these JSON types.
    Kinds(Kinds),
}

/// What holds, sorted.
pub(super) type Conjunction = Vec<Atom>;

/// A schema whose own keywords hold, and whether its unions do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    pub(super) schema: SchemaId,
    pub(super) unions: bool,
}

impl Lowerer<'_> {
    /// The schemas whose own keywords make up a conjunction, references and `allOf` followed.
    pub(super) fn expand(&self, atoms: &[Atom]) -> Vec<Own> {
        let mut found: Vec<Own> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for atom in atoms {
            match atom {
                Atom::Kinds(_) => {}
                Atom::Own(schema) => found.push(Own { schema: *schema, unions: false }),
                Atom::Schema(schema) => {
                    let mut open = vec![*schema];
                    while let Some(schema) = open.pop() {
                        if !seen.insert(schema) {
                            continue;
                        }
                        found.push(Own { schema, unions: true });
                        if let Some(keywords) = self.schemas.get(schema).keywords() {
                            open.extend(keywords.all_of.iter().rev());
                            open.extend(self.target(keywords));
                        }
                    }
                }
            }
        }
        found
    }

    /// Where the references of a schema lead, as far as that is known without a value.
    pub(super) fn target(&self, keywords: &Keywords) -> Option<SchemaId> {
        let reference = keywords.reference.as_ref().and_then(|reference| reference.target);
        reference.or_else(|| self.static_target(keywords.dynamic_reference.as_ref()?))
    }

    /// A dynamic reference always leads to the same schema if there is one anchor of its name, or none.
    pub(super) fn static_target(&self, reference: &Reference) -> Option<SchemaId> {
        let target = reference.target?;
        let Some(anchor) = &self.schemas.get(target).dynamic_anchor else { return Some(target) };
        let same = |schema: &crate::schema::Schema| schema.dynamic_anchor.as_ref() == Some(anchor);
        let count = self.schemas.iter().filter(|(_, schema)| same(schema)).count();
        (count == 1).then_some(target)
    }

    /// Follows references that say nothing of their own.
    pub(super) fn follow(&self, start: SchemaId) -> Result<SchemaId, Finding> {
        let mut id = start;
        let mut seen = std::collections::HashSet::new();
        loop {
            let Some(keywords) = self.schemas.get(id).keywords() else { return Ok(id) };
            let plain = keywords.is_plain_reference();
            let Some(target) = self.target(keywords).filter(|_| plain) else { return Ok(id) };
            if !seen.insert(id) {
                return Err(circle(keywords));
            }
            id = target;
        }
    }

    /// The same set in its shortest form: what says nothing is left out, and so is what another member implies.
    pub(super) fn normalised(&self, atoms: &[Atom]) -> Result<Conjunction, Finding> {
        let mut kinds = Kinds::ALL;
        let mut found = Vec::new();
        for atom in &self.settled(atoms, 0) {
            match atom {
                Atom::Kinds(of) => kinds = kinds.and(*of),
                Atom::Own(schema) => found.extend(self.says_anything(*schema).then_some(*atom)),
                Atom::Schema(schema) => {
                    let schema = self.follow(*schema)?;
                    found.extend((!self.accepts_anything(schema)).then_some(Atom::Schema(schema)));
                }
            }
        }
        found.sort();
        found.dedup();
        self.drop_types(&mut found, &mut kinds);
        self.drop_implied(&mut found);
        if kinds != Kinds::ALL && !self.content(&found).kinds.is_within(kinds) {
            found.push(Atom::Kinds(kinds));
        }
        Ok(found)
    }

    /// A schema that says nothing but `type` beside others needs no place of its own.
    fn drop_types(&self, atoms: &mut Conjunction, kinds: &mut Kinds) {
        let says_more =
            |atom: &Atom| !matches!(atom, Atom::Schema(schema) if self.only_types(*schema).is_some());
        if !atoms.iter().any(says_more) {
            return;
        }
        atoms.retain(|atom| {
            let Atom::Schema(schema) = atom else { return true };
            let types = self.only_types(*schema);
            *kinds = kinds.and(types.unwrap_or(Kinds::ALL));
            types.is_none()
        });
    }

    fn drop_implied(&self, atoms: &mut Conjunction) {
        if atoms.len() < 2 {
            return;
        }
        let all = atoms.clone();
        atoms.retain(|atom| {
            let Atom::Schema(schema) = atom else { return true };
            let implies = |other: &Atom| {
                let Atom::Schema(by) = other else { return false };
                by != schema && self.implies(*by, *schema) && !(self.implies(*schema, *by) && schema < by)
            };
            !all.iter().any(implies)
        });
    }

    fn implies(&self, by: SchemaId, schema: SchemaId) -> bool {
        self.expand(&[Atom::Schema(by)]).iter().any(|own| own.schema == schema)
    }

    fn accepts_anything(&self, schema: SchemaId) -> bool {
        match &self.schemas.get(schema).body {
            Body::Boolean(accepts) => *accepts,
            Body::Keywords(keywords) => keywords.accepts_anything(),
        }
    }

    /// Whether a schema has keywords besides unions and references.
    fn says_anything(&self, schema: SchemaId) -> bool {
        let Some(keywords) = self.schemas.get(schema).keywords() else { return true };
        let other = |keyword: &&str| !matches!(*keyword, "oneOf" | "$ref" | "$dynamicRef" | "allOf");
        !keywords.narrowing.is_empty() || keywords.shape_keywords().iter().any(other)
    }
}

/// The references of a schema lead back to it.
pub(super) fn circle(keywords: &Keywords) -> Finding {
    let reference = keywords.reference.as_ref().or(keywords.dynamic_reference.as_ref());
    let at = reference.map(|reference| reference.origin.clone()).unwrap_or_default();
    let help = "let one of the schemas in the circle say what the value is";
    Finding::new(Code::ReferenceCycle, &at, "the references lead in a circle", help)
}
