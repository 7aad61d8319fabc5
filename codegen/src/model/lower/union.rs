//! Unions: the members that are left for one JSON type, and what tells them apart.

use super::atoms::{Atom, Conjunction, Kinds};
use super::facets::{Alternatives, Content};
use super::object::{names, property, requires};
use super::{Lowerer, Lowering, scalar};
use crate::diagnostic::Finding;
use crate::model::plan::Part;
use crate::model::{Choice, ChoiceMember, Shape, TypeId, TypeName, Union, Variant};
use crate::schema::SchemaId;
use crate::schema::keywords::JsonType;
use crate::text::Text;
use std::collections::HashSet;

/// How deep unions may lie within each other before a check has to do.
const DEEPEST: usize = 8;

/// A union, with the members that are possible for the JSON type at hand.
struct Possible<'a> {
    union: Alternatives<'a>,
    members: Vec<SchemaId>,
}

/// What a union contributes to a type.
enum Class {
    /// Frames that share the members of an object, told apart by a property.
    Envelope(SchemaId, Text),
    /// Objects told apart by a property.
    Tagged(Text),
    /// Strings, and whether a check is needed beside them.
    Strings(Shape, bool),
    /// Types that only their own meaning tells apart.
    Choice,
    /// Nothing that a type could carry.
    Check,
}

impl<'a> Lowerer<'a> {
    /// The shape of a JSON type of which a union is part; nothing where there is no union.
    pub(super) fn union(
        &mut self,
        kind: JsonType,
        conjunction: &[Atom],
        content: &Content<'a>,
        name: &TypeName,
    ) -> Result<Option<Lowering>, Finding> {
        if content.unions.is_empty() {
            return Ok(None);
        }
        let atoms = with_kind(conjunction, kind);
        self.with_unions(kind, &atoms, Vec::new(), name, 0).map(Some)
    }

    /// `pending` are unions of schemas that `atoms` has without theirs.
    fn with_unions(
        &mut self,
        kind: JsonType,
        atoms: &[Atom],
        pending: Vec<Alternatives<'a>>,
        name: &TypeName,
        depth: usize,
    ) -> Result<Lowering, Finding> {
        let mut content = self.content(atoms);
        content.unions.extend(pending);
        let base = self.own(atoms);
        let mut possible = Vec::new();
        for union in content.unions.clone() {
            possible.push(self.possible(kind, &base, union));
        }
        if possible.iter().any(|union| union.members.is_empty()) {
            return Ok((Shape::Never, Vec::new()));
        }
        if possible.iter().any(|union| self.is_settled(union)) && depth < DEEPEST {
            let (settled, pending): (Vec<_>, Vec<_>) =
                possible.into_iter().partition(|union| self.is_settled(union));
            let members = settled.iter().flat_map(|union| &union.members);
            let atoms: Conjunction =
                base.into_iter().chain(members.map(|member| Atom::Schema(*member))).collect();
            let pending = pending.into_iter().map(|possible| possible.union).collect();
            return self.with_unions(kind, &atoms, pending, name, depth + 1);
        }
        self.classified(kind, &base, &mut content, &possible, name)
    }

    /// Whether one member is all that is left of a union. A union of one's own that lists just one is there to get more.
    fn is_settled(&self, union: &Possible<'a>) -> bool {
        union.members.len() == 1 && (!self.strict || union.union.members.len() > 1)
    }

    /// The same set with the one member of each union that values of its JSON type leave, so that the type of that
    /// member is used and none is made like it.
    pub(super) fn settled(&self, atoms: &[Atom], depth: usize) -> Conjunction {
        let kind = atoms.iter().find_map(|atom| match atom {
            Atom::Kinds(kinds) => kinds.only(),
            Atom::Schema(_) | Atom::Own(_) => None,
        });
        let unions = if kind.is_some() { self.content(atoms).unions } else { Vec::new() };
        let Some(kind) = kind.filter(|_| !unions.is_empty() && depth < DEEPEST) else {
            return atoms.to_vec();
        };
        let base = self.own(atoms);
        let mut settled = base.clone();
        for union in unions {
            let possible = self.possible(kind, &base, union);
            if !self.is_settled(&possible) {
                return atoms.to_vec();
            }
            settled.extend(possible.members.into_iter().map(Atom::Schema));
        }
        self.settled(&settled, depth + 1)
    }

    /// Whether `null` is accepted, and no check has a say in it.
    pub(super) fn takes_null(&self, atoms: &[Atom], depth: usize) -> bool {
        let null = Kinds::of(JsonType::Null);
        let content = self.content(atoms);
        if !content.kinds.meets(null) || !content.checks(null).is_empty() || depth > DEEPEST {
            return false;
        }
        let base = self.own(atoms);
        content.unions.into_iter().all(|union| {
            let exactly_one = union.exactly_one;
            let members = self.possible(JsonType::Null, &base, union).members;
            let takes = |member: &SchemaId| self.takes_null(&with(&base, *member), depth + 1);
            members.iter().any(takes) && (!exactly_one || members.len() == 1)
        })
    }

    /// The union that tells most becomes the shape, the others are checked.
    fn classified(
        &mut self,
        kind: JsonType,
        base: &[Atom],
        content: &mut Content<'a>,
        possible: &[Possible<'a>],
        name: &TypeName,
    ) -> Result<Lowering, Finding> {
        let mut best: Option<(usize, Class)> = None;
        for (index, union) in possible.iter().enumerate() {
            let mut class = self.classify(kind, base, union);
            if matches!(class, Class::Choice) && self.dynamic && self.planner.is_dynamic(union.union.part) {
                class = Class::Check;
            }
            if best.as_ref().is_none_or(|(_, best)| class.rank() < best.rank()) {
                best = Some((index, class));
            }
        }
        let Some((chosen, class)) = best else { return self.plain(kind, content, name) };
        let others = possible.iter().enumerate().filter(|(index, _)| *index != chosen);
        let mut checks: Vec<Part> = others.map(|(_, union)| union.union.part).collect();
        let union = &possible[chosen];
        match class {
            Class::Envelope(envelope, tag) => {
                Ok((self.envelope(envelope, tag, &union.members, name)?, self.plan(checks)))
            }
            Class::Tagged(tag) => Ok((self.tagged(tag, base, union, name), self.plan(checks))),
            Class::Choice => Ok((self.choice(base, union, name), self.plan(checks))),
            Class::Strings(shape, check) => {
                checks.extend(check.then_some(union.union.part));
                checks.extend(content.checks(Kinds::of(JsonType::String)));
                let narrowing = content.narrowing(JsonType::String);
                checks.extend(narrowing.map(|(schema, narrowing)| scalar::part(schema, narrowing)));
                Ok((shape, self.plan(checks)))
            }
            Class::Check => {
                self.join(base, union, content);
                self.plain(kind, content, name)
            }
        }
    }

    /// What the members have in common, where they list numbers or are all integers: the check says the rest.
    fn join(&self, base: &[Atom], union: &Possible<'a>, content: &mut Content<'a>) {
        let mut values = Some(Vec::new());
        let mut integer = true;
        for member in &union.members {
            let content = self.content(&with(base, *member));
            integer &= content.integer;
            values = values.zip(content.values).map(|(all, values): (Vec<_>, _)| [all, values].concat());
        }
        content.integer |= integer;
        if content.values.is_none() && values.is_some() {
            content.values = values;
            content.listed_by = vec![union.union.part];
        }
    }

    /// The atoms with every schema's own keywords, unions left out.
    fn own(&self, atoms: &[Atom]) -> Conjunction {
        let kinds = atoms.iter().filter(|atom| matches!(atom, Atom::Kinds(_))).copied();
        let own = self.expand(atoms).into_iter().map(|own| Atom::Own(own.schema));
        kinds.chain(own).collect()
    }

    fn possible(&self, kind: JsonType, base: &[Atom], union: Alternatives<'a>) -> Possible<'a> {
        let mut members = Vec::new();
        for member in union.members {
            if self.content(&with(base, *member)).kinds.meets(Kinds::of(kind)) {
                members.push(*member);
            }
        }
        Possible { union, members }
    }

    fn classify(&self, kind: JsonType, base: &[Atom], union: &Possible<'a>) -> Class {
        match kind {
            JsonType::String => self.strings(base, union),
            JsonType::Object => match self.discriminator(base, &union.members) {
                Some(tag) => match self.shared(&union.members) {
                    Some(envelope) if self.strict => Class::Envelope(envelope, tag),
                    _ => Class::Tagged(tag),
                },
                None => self.informative(base, union),
            },
            JsonType::Array => self.informative(base, union),
            JsonType::Null | JsonType::Boolean | JsonType::Integer | JsonType::Number => Class::Check,
        }
    }

    /// Members that list strings make one enumeration; one that takes any string leaves it open.
    fn strings(&self, base: &[Atom], union: &Possible<'a>) -> Class {
        let mut listed: Vec<Text> = Vec::new();
        let (mut open, mut twice) = (false, false);
        for member in &union.members {
            let content = self.content(&with(base, *member));
            let plain = content.narrowing(JsonType::String).next().is_none()
                && content.unions.is_empty()
                && content.checks(Kinds::of(JsonType::String)).is_empty();
            match content.strings() {
                Some(strings) if plain => {
                    twice |= strings.iter().any(|text| listed.contains(text));
                    listed.extend(
                        strings.into_iter().filter(|text| !listed.contains(text)).collect::<Vec<_>>(),
                    );
                }
                None if plain => open = true,
                _ => return Class::Check,
            }
        }
        if listed.is_empty() {
            return Class::Check;
        }
        let check = union.union.exactly_one && (twice || open);
        if !open {
            return Class::Strings(self.closed(&self.content(base), listed), check);
        }
        let values = listed.into_iter().map(|text| (text, None));
        Class::Strings(Shape::Enumeration(self.enumeration(values, open)), check)
    }

    /// Whether a member says what its values are made of, and not just which of them it takes.
    fn informative(&self, base: &[Atom], union: &Possible<'a>) -> Class {
        let known: HashSet<Text> = names(&self.content(base)).into_iter().collect();
        for member in &union.members {
            let content = self.content(&[Atom::Schema(*member)]);
            let declared = content.objects.iter().flat_map(|(_, keywords)| &keywords.properties);
            let mut new = declared.filter(|property| {
                !known.contains(&property.name)
                    && !self.is_true(property.schema)
                    && !self.is_false(property.schema)
            });
            let typed = content.objects.iter().filter_map(|(_, keywords)| keywords.additional_properties);
            let mut typed = typed.filter(|schema| !self.is_false(*schema) && !self.is_true(*schema));
            let items = !content.arrays.is_empty();
            if new.next().is_some() || typed.next().is_some() || items || !content.unions.is_empty() {
                return Class::Choice;
            }
        }
        Class::Check
    }

    /// The first property that every member requires with strings of its own; one with just one for each comes before.
    fn discriminator(&self, base: &[Atom], members: &[SchemaId]) -> Option<Text> {
        let first = members.first()?;
        let mut candidates = self.candidates(&with(base, *first), 0);
        candidates.dedup();
        let mut several = None;
        for name in candidates {
            let mut taken = HashSet::new();
            let mut distinct = true;
            for member in members {
                let values = self.tag_values(&with(base, *member), &name, 0);
                distinct &= values.is_some_and(|values| values.into_iter().all(|value| taken.insert(value)));
                if !distinct {
                    break;
                }
            }
            if distinct && taken.len() <= members.len() {
                return Some(name);
            }
            several = several.or(distinct.then_some(name));
        }
        several
    }

    /// The properties that a conjunction, or the first member of a union in it, requires.
    pub(super) fn candidates(&self, atoms: &[Atom], depth: usize) -> Vec<Text> {
        let content = self.content(atoms);
        let mut found: Vec<Text> =
            names(&content).into_iter().filter(|name| requires(&content, name)).collect();
        if depth < DEEPEST {
            let own = self.own(atoms);
            for union in &content.unions {
                let Some(first) = union.members.first() else { continue };
                found.extend(self.candidates(&with(&own, *first), depth + 1));
            }
        }
        found
    }

    /// The strings that a conjunction takes for a property that it requires; nothing where it takes others.
    pub(super) fn tag_values(&self, atoms: &[Atom], name: &Text, depth: usize) -> Option<Vec<Text>> {
        let content = self.content(atoms);
        if content.kinds.is_empty() {
            return Some(Vec::new());
        }
        if content.kinds.only() != Some(JsonType::Object) {
            return None;
        }
        if requires(&content, name) {
            let value = self.content(&property(&content, name));
            let strings = value.strings().filter(|_| value.kinds.only() == Some(JsonType::String));
            if strings.is_some() {
                return strings;
            }
        }
        let union = content.unions.first().filter(|_| depth < DEEPEST)?;
        let own = self.own(atoms);
        let mut found = Vec::new();
        for member in union.members {
            match self.tag_values(&with(&own, *member), name, depth + 1) {
                Some(values) => found.extend(values),
                None => return None,
            }
        }
        found.sort();
        found.dedup();
        Some(found)
    }

    fn tagged(&mut self, tag: Text, base: &[Atom], union: &Possible<'a>, name: &TypeName) -> Shape {
        let mut variants = Vec::new();
        for (index, member) in union.members.iter().enumerate() {
            let atoms = with(base, *member);
            let mut values = self.tag_values(&atoms, &tag, 0).unwrap_or_default().into_iter();
            let Some(value) = values.next() else { continue };
            let others: Vec<Text> = values.collect();
            let called = if others.is_empty() { value.clone() } else { self.member_name(*member, index) };
            let ty = self.lower(&atoms, &name.property(&called));
            variants.push(Variant { name: called, others, ..self.variant(*member, value, ty) });
        }
        self.distinct(&mut variants, &["unknown"], |variant| &mut variant.name);
        Shape::Union(Union { tag, variants })
    }

    /// What a value of the discriminator selects, as the member of the union tells it.
    pub(super) fn variant(&self, member: SchemaId, value: Text, ty: TypeId) -> Variant {
        let schema = self.schemas.get(self.follow(member).unwrap_or(member));
        let examples = schema.keywords().map(|keywords| &keywords.notes.examples[..]).unwrap_or_default();
        Variant {
            name: value.clone(),
            value,
            others: Vec::new(),
            ty,
            doc: self.doc_of(member).or(&self.types[ty.0].doc),
            examples: examples.iter().map(|example| example.node.to_value()).collect(),
            origin: schema.origin.clone(),
        }
    }

    fn choice(&mut self, base: &[Atom], union: &Possible<'a>, name: &TypeName) -> Shape {
        let mut members = Vec::new();
        for (index, member) in union.members.iter().enumerate() {
            let called = self.member_name(*member, index);
            let ty = self.lower(&with(base, *member), &name.property(&called));
            let (accepts, doc) = (self.planner.whole(*member), self.doc_of(*member));
            members.push(ChoiceMember { name: called, ty, accepts, doc });
        }
        self.distinct(&mut members, &[], |member| &mut member.name);
        Shape::Choice(Choice { members, exactly_one: union.union.exactly_one })
    }
}

impl Class {
    /// The less, the more the class tells.
    const fn rank(&self) -> u8 {
        match self {
            Self::Envelope(..) | Self::Tagged(_) => 0,
            Self::Strings(..) => 1,
            Self::Choice => 2,
            Self::Check => 3,
        }
    }
}

fn with(atoms: &[Atom], member: SchemaId) -> Conjunction {
    atoms.iter().copied().chain([Atom::Schema(member)]).collect()
}

fn with_kind(atoms: &[Atom], kind: JsonType) -> Conjunction {
    atoms.iter().copied().chain([Atom::Kinds(Kinds::of(kind))]).collect()
}
