//! The content of a conjunction by JSON type: what its schemas together say about null, booleans, numbers, strings,
//! arrays and objects.

use super::Lowerer;
use super::atoms::{Atom, Kinds, Own};
use crate::json::{Node, NodeKind};
use crate::model::plan::Part;
use crate::schema::dialect::Dialect;
use crate::schema::keywords::{JsonType, Role};
use crate::schema::{Body, Keywords, Narrowing, SchemaId};
use crate::text::Text;

/// What holds, sorted by the JSON types that it is about.
#[derive(Debug, Clone)]
pub(super) struct Content<'a> {
    /// The JSON types that are left.
    pub(super) kinds: Kinds,
    /// Whether numbers must be integers.
    pub(super) integer: bool,
    /// The values that are left, where they are listed.
    pub(super) values: Option<Vec<&'a Node>>,
    /// The keywords that list them.
    pub(super) listed_by: Vec<Part>,
    /// Strings that are known among others.
    pub(super) known: Option<&'a [(Text, Text)]>,
    /// What listed strings mean.
    pub(super) described: Vec<&'a (Text, Text)>,
    /// Keywords that narrow values.
    pub(super) narrowing: Vec<(SchemaId, &'a Narrowing)>,
    /// Schemas that say something about items.
    pub(super) arrays: Vec<&'a Keywords>,
    /// Schemas that say something about properties.
    pub(super) objects: Vec<(SchemaId, &'a Keywords)>,
    /// Unions of which a member must hold.
    pub(super) unions: Vec<Alternatives<'a>>,
    /// What only a check can carry, with the JSON types that it is about.
    pub(super) rest: Vec<(Part, Kinds)>,
}

/// An `anyOf` or a `oneOf`.
#[derive(Debug, Clone)]
pub(super) struct Alternatives<'a> {
    pub(super) part: Part,
    pub(super) members: &'a [SchemaId],
    pub(super) exactly_one: bool,
}

impl<'a> Lowerer<'a> {
    /// What a conjunction says.
    pub(super) fn content(&self, atoms: &[Atom]) -> Content<'a> {
        let mut content = Content {
            kinds: Kinds::ALL,
            integer: false,
            values: None,
            listed_by: Vec::new(),
            known: None,
            described: Vec::new(),
            narrowing: Vec::new(),
            arrays: Vec::new(),
            objects: Vec::new(),
            unions: Vec::new(),
            rest: Vec::new(),
        };
        for own in self.expand(atoms) {
            match &self.schemas.get(own.schema).body {
                Body::Boolean(true) => {}
                Body::Boolean(false) => content.kinds = Kinds::NONE,
                Body::Keywords(keywords) => self.add(&mut content, own, keywords),
            }
        }
        for atom in atoms {
            if let Atom::Kinds(kinds) = atom {
                content.kinds = content.kinds.and(*kinds);
            }
        }
        content.kinds = content.kinds.and(self.kinds_of_unions(&content));
        content
    }

    /// The JSON types that some member of every union accepts.
    fn kinds_of_unions(&self, content: &Content<'a>) -> Kinds {
        let of_member = |member: &SchemaId| self.kinds(*member, 0);
        let of_union = |union: &Alternatives<'a>| union.members.iter().map(of_member).collect::<Kinds>();
        content.unions.iter().map(of_union).fold(Kinds::ALL, Kinds::and)
    }

    /// The JSON types that a schema may accept.
    fn kinds(&self, schema: SchemaId, depth: usize) -> Kinds {
        // Deep enough for any protocol; too deep to tell is told by leaving all types in.
        const DEEPEST: usize = 8;
        let mut kinds = Kinds::ALL;
        for own in self.expand(&[Atom::Schema(schema)]) {
            let keywords = match &self.schemas.get(own.schema).body {
                Body::Boolean(true) => continue,
                Body::Boolean(false) => return Kinds::NONE,
                Body::Keywords(keywords) => keywords,
            };
            kinds = kinds.and(own_kinds(keywords));
            for members in [&keywords.any_of, &keywords.one_of].into_iter().flatten() {
                if depth < DEEPEST {
                    kinds = kinds.and(members.iter().map(|member| self.kinds(*member, depth + 1)).collect());
                }
            }
        }
        kinds
    }

    fn add(&self, content: &mut Content<'a>, own: Own, keywords: &'a Keywords) {
        content.kinds = content.kinds.and(own_kinds(keywords));
        self.types(content, own.schema, keywords);
        list(content, own.schema, keywords);
        content.known = content.known.or(keywords.notes.known_values.as_deref());
        content.described.extend(&keywords.notes.value_descriptions);
        content.narrowing.extend(keywords.narrowing.iter().map(|narrowing| (own.schema, narrowing)));
        if !keywords.prefix_items.is_empty() || keywords.items.is_some() {
            content.arrays.push(keywords);
        }
        let of_objects = !keywords.properties.is_empty()
            || !keywords.pattern_properties.is_empty()
            || keywords.additional_properties.is_some()
            || !keywords.required.is_empty();
        if of_objects {
            content.objects.push((own.schema, keywords));
        }
        if own.unions {
            let part = |keyword| Part { schema: own.schema, keyword: Some(keyword) };
            let any = keywords.any_of.as_ref();
            let one = keywords.one_of.as_ref();
            let any = any.map(|members| Alternatives { part: part("anyOf"), members, exactly_one: false });
            let one = one.map(|members| Alternatives { part: part("oneOf"), members, exactly_one: true });
            content.unions.extend(any.into_iter().chain(one));
        }
        self.rest(content, own.schema, keywords);
    }

    fn types(&self, content: &mut Content<'a>, schema: SchemaId, keywords: &Keywords) {
        let has = |kind| keywords.types.contains(&kind);
        if has(JsonType::Integer) && !has(JsonType::Number) {
            content.integer = true;
            if self.schemas.get(schema).dialect == Dialect::Draft4 {
                let part = Part { schema, keyword: Some("type") };
                content.rest.push((part, Kinds::of(JsonType::Number)));
            }
        }
    }

    /// Collects what has no place in a type.
    fn rest(&self, content: &mut Content<'a>, schema: SchemaId, keywords: &Keywords) {
        let (array, object) = (Kinds::of(JsonType::Array), Kinds::of(JsonType::Object));
        let dynamic = keywords.dynamic_reference.as_ref();
        let negated = keywords.not.filter(|not| !self.is_false(*not) && self.only_types(*not).is_none());
        if let Some(kinds) = keywords.not.and_then(|not| self.only_types(not)) {
            content.kinds = content.kinds.without(kinds);
        }
        let conditional = keywords.then.is_some() || keywords.otherwise.is_some();
        let found = [
            ("$dynamicRef", dynamic.is_some_and(|of| self.static_target(of).is_none()), Kinds::ALL),
            ("not", negated.is_some(), Kinds::ALL),
            ("if", keywords.condition.is_some() && conditional, Kinds::ALL),
            ("contains", keywords.contains.is_some(), array),
            ("propertyNames", keywords.property_names.is_some(), object),
            ("dependentRequired", !keywords.dependent_required.is_empty(), object),
            ("dependentSchemas", !keywords.dependent_schemas.is_empty(), object),
        ];
        let found = found.into_iter().filter(|(_, is_there, _)| *is_there);
        content.rest.extend(found.map(|(name, _, kinds)| (Part { schema, keyword: Some(name) }, kinds)));
        // What these leave unevaluated depends on all the schema says.
        let whole = Part { schema, keyword: None };
        let (items, properties) = (keywords.unevaluated_items, keywords.unevaluated_properties);
        content.rest.extend(items.filter(|of| !self.is_true(*of)).map(|_| (whole, array)));
        content.rest.extend(properties.filter(|of| !self.is_true(*of)).map(|_| (whole, object)));
    }

    /// The JSON types of a schema that says `type` and nothing else, or accepts everything.
    pub(super) fn only_types(&self, schema: SchemaId) -> Option<Kinds> {
        let keywords = match &self.schemas.get(schema).body {
            Body::Boolean(accepts) => return accepts.then_some(Kinds::ALL),
            Body::Keywords(keywords) => keywords,
        };
        let has = |kind| keywords.types.contains(&kind);
        let plain = keywords.narrowing.is_empty() && (has(JsonType::Number) || !has(JsonType::Integer));
        let open = keywords.additional_properties.is_none_or(|additional| self.is_true(additional));
        let types = |keyword: &&str| matches!(*keyword, "type" | "additionalProperties");
        (plain && open && keywords.shape_keywords().iter().all(types)).then(|| own_kinds(keywords))
    }

    pub(super) fn is_false(&self, schema: SchemaId) -> bool {
        matches!(self.schemas.get(schema).body, Body::Boolean(false))
    }

    pub(super) fn is_true(&self, schema: SchemaId) -> bool {
        match &self.schemas.get(schema).body {
            Body::Boolean(accepts) => *accepts,
            Body::Keywords(keywords) => keywords.accepts_anything(),
        }
    }
}

impl<'a> Content<'a> {
    /// The keywords that narrow values of a JSON type.
    pub(super) fn narrowing(&self, on: JsonType) -> impl Iterator<Item = (SchemaId, &'a Narrowing)> {
        let narrows =
            move |narrowing: &&(SchemaId, &Narrowing)| narrowing.1.keyword.role == Role::Narrows(on);
        self.narrowing.iter().filter(narrows).copied()
    }

    /// The parts of the plan for values of some JSON types.
    pub(super) fn checks(&self, kinds: Kinds) -> Vec<Part> {
        self.rest.iter().filter(|(_, of)| of.meets(kinds)).map(|(part, _)| *part).collect()
    }

    /// Whether anything is said about values of a JSON type besides that they are accepted.
    pub(super) fn says_of(&self, kind: JsonType) -> bool {
        let listed = self.values.is_some();
        let of_kind = match kind {
            JsonType::Array => !self.arrays.is_empty(),
            JsonType::Object => !self.objects.is_empty(),
            JsonType::String => self.known.is_some(),
            JsonType::Number | JsonType::Integer => self.integer,
            JsonType::Null | JsonType::Boolean => false,
        };
        listed || of_kind || self.narrowing(kind).next().is_some() || !self.unions.is_empty()
    }

    /// The listed strings.
    pub(super) fn strings(&self) -> Option<Vec<Text>> {
        let strings = self.values.as_ref()?.iter().filter_map(|value| value.string());
        Some(strings.map(Text::new).collect())
    }
}

/// The JSON types that a schema's own `type`, `const` and `enum` allow.
fn own_kinds(keywords: &Keywords) -> Kinds {
    let mut kinds = Kinds::ALL;
    if !keywords.types.is_empty() {
        kinds = keywords.types.iter().map(|kind| Kinds::of(*kind)).collect();
    }
    if let Some(constant) = &keywords.constant {
        kinds = kinds.and(Kinds::of_node(&constant.node));
    }
    if let Some(values) = &keywords.enumeration {
        kinds = kinds.and(values.iter().map(|value| Kinds::of_node(&value.node)).collect());
    }
    kinds
}

/// Keeps the values that `const` and `enum` list as well.
fn list<'a>(content: &mut Content<'a>, schema: SchemaId, keywords: &'a Keywords) {
    let constant = keywords.constant.as_ref().map(|constant| ("const", vec![&constant.node]));
    let values = keywords.enumeration.as_ref();
    let values = values.map(|values| ("enum", values.iter().map(|value| &value.node).collect()));
    for (keyword, values) in constant.into_iter().chain(values) {
        content.listed_by.push(Part { schema, keyword: Some(keyword) });
        let mut left: Vec<&Node> = Vec::new();
        for value in values {
            let is_left = content.values.as_ref().is_none_or(|left| left.iter().any(|of| same(of, value)));
            if is_left && !left.iter().any(|of| same(of, value)) {
                left.push(value);
            }
        }
        content.kinds = content.kinds.and(left.iter().map(|value| Kinds::of_node(value)).collect());
        content.values = Some(left);
    }
    if let Some(values) = &mut content.values {
        let kinds = content.kinds;
        values.retain(|value| Kinds::of_node(value).is_within(kinds));
    }
}

/// Equality of JSON values (core §4.2.2): numbers by their value, objects without regard to order.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Null, NodeKind::Null) => true,
        (NodeKind::Boolean(a), NodeKind::Boolean(b)) => a == b,
        (NodeKind::Number(a), NodeKind::Number(b)) => {
            a == b || crate::plan::decimal::compare(a, b) == std::cmp::Ordering::Equal
        }
        (NodeKind::String(a), NodeKind::String(b)) => a == b,
        (NodeKind::Array(a), NodeKind::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (NodeKind::Object(members), NodeKind::Object(others)) => {
            let has = |name: &str, value| b.member(name).is_some_and(|other| same(value, &other.value));
            members.len() == others.len() && members.iter().all(|member| has(&member.name, &member.value))
        }
        _ => false,
    }
}
