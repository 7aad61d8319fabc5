//! From schemas to formulas.

use super::formula::{Arena, Assertion, Formula};
use super::pattern::split_lookaheads;
use super::rewriting::{Members, Rewriting, rewritten};
use super::value::{Kind, Value, decimal};
use super::{Side, View, Without};
use crate::json::NodeKind;
use crate::schema::dialect::Dialect;
use crate::schema::keywords::JsonType;
use crate::schema::{Body, Keywords, Narrowing, Property, Reference, Schema, SchemaId, Schemas};
use crate::text::value::raw;
use num::{BigRational, One as _, Signed as _};
use std::collections::HashMap;

/// Schemas as formulas, each with a number.
#[derive(Debug, Default)]
pub(super) struct Translated {
    pub(super) arena: Arena,
    /// What each schema says.
    pub(super) bodies: Vec<Formula>,
}

/// Translates schemas of one side.
pub(super) struct Translator<'a> {
    pub(super) schemas: &'a Schemas,
    pub(super) into: &'a mut Translated,
    numbers: HashMap<Place, usize>,
    /// Schemas that have a number, and no formula yet.
    open: Vec<Place>,
    /// How values are written, if not as the schemas say.
    rewriting: Option<&'a Rewriting>,
    /// The members of the objects that are spoken of, if those are written in another way.
    at: Option<usize>,
    /// The same of sets of schemas that are closed together.
    closed_numbers: HashMap<Vec<SchemaId>, usize>,
    closed_open: Vec<Vec<SchemaId>>,
    pub(super) assert_formats: bool,
    pub(super) refusal: Option<String>,
}

/// A schema, and the members of the objects that it speaks of, if those are written in another way.
type Place = (SchemaId, Option<usize>);

/// Adds a side's schemas; gives the formula of its root.
///
/// # Errors
/// What stands in a schema and cannot be compared.
pub(super) fn translate(
    side: &Side<'_>,
    assert_formats: bool,
    into: &mut Translated,
) -> Result<Formula, String> {
    let mut translator = Translator::new(side.schemas, None, assert_formats, into);
    let roots: Vec<Formula> = side.roots().map(|root| translator.schema(root)).collect();
    let all = translator.into.arena.all(roots);
    let instead = translator.many(side.instead);
    let mut root = translator.into.arena.any(instead.into_iter().chain([all]));
    if side.view == View::Closed {
        let closed = translator.closed(side.roots());
        root = translator.into.arena.all([root, closed]);
    }
    if let Some(without) = side.without {
        let others = translator.others(without);
        root = translator.into.arena.all([root, others]);
    }
    translator.bodies();
    translator.refusal.map_or(Ok(()), Err)?;
    let mut ways = vec![root];
    for rewriting in side.rewritings {
        ways.push(rewritten(side, rewriting, assert_formats, into)?);
    }
    Ok(into.arena.any(ways))
}

impl<'a> Translator<'a> {
    pub(super) fn new(
        schemas: &'a Schemas,
        rewriting: Option<&'a Rewriting>,
        assert_formats: bool,
        into: &'a mut Translated,
    ) -> Self {
        Self {
            schemas,
            into,
            numbers: HashMap::new(),
            open: Vec::new(),
            rewriting,
            at: rewriting.map(|_| 0),
            closed_numbers: HashMap::new(),
            closed_open: Vec::new(),
            assert_formats,
            refusal: None,
        }
    }

    /// The members of the objects that are spoken of, if those are written in another way.
    pub(super) fn members(&self) -> Option<&'a Members> {
        self.rewriting.and_then(|rewriting| rewriting.objects.get(self.at?))
    }

    /// Translates what is said of a member, whose objects have these members.
    pub(super) fn within<T>(&mut self, members: Option<usize>, translate: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.at, members);
        let translated = translate(self);
        self.at = outer;
        translated
    }
}

impl Translator<'_> {
    /// Gives every schema that has a number its formula.
    pub(super) fn bodies(&mut self) {
        loop {
            while let Some(place) = self.open.pop() {
                let body = self.within(place.1, |translator| translator.body(place.0));
                if let Some(number) = self.numbers.get(&place) {
                    self.into.bodies[*number] = body;
                }
            }
            let Some(schemas) = self.closed_open.pop() else { return };
            let body = self.closed_body(&schemas);
            if let Some(number) = self.closed_numbers.get(&schemas) {
                self.into.bodies[*number] = body;
            }
        }
    }

    /// All values but those that are left out.
    fn others(&mut self, Without { place, texts }: Without<'_>) -> Formula {
        let others = self.into.arena.names(texts.iter().copied()).negated();
        place.iter().rev().fold(others, |values, name| {
            let names = self.into.arena.names([*name]);
            self.assert(Assertion::Properties { names, values })
        })
    }

    /// The number of what schemas say when they are closed together.
    pub(super) fn closed_number(&mut self, schemas: Vec<SchemaId>) -> usize {
        if let Some(number) = self.closed_numbers.get(&schemas) {
            return *number;
        }
        self.into.bodies.push(Formula::TRUE);
        self.closed_open.push(schemas.clone());
        self.closed_numbers.insert(schemas, self.into.bodies.len() - 1);
        self.into.bodies.len() - 1
    }

    /// The formula that stands for a schema.
    pub(super) fn schema(&mut self, id: SchemaId) -> Formula {
        if let Body::Boolean(accepts) = self.schemas.get(id).body {
            return Formula::TRUE.negated_if(!accepts);
        }
        let place = (id, self.at);
        let number = *self.numbers.entry(place).or_insert_with(|| {
            self.into.bodies.push(Formula::TRUE);
            self.open.push(place);
            self.into.bodies.len() - 1
        });
        self.into.arena.schema(number)
    }

    fn many(&mut self, ids: &[SchemaId]) -> Vec<Formula> {
        ids.iter().map(|id| self.schema(*id)).collect()
    }

    pub(super) fn refuse(&mut self, why: impl Into<String>) -> Formula {
        self.refusal.get_or_insert(why.into());
        Formula::TRUE
    }

    /// What a schema says.
    fn body(&mut self, id: SchemaId) -> Formula {
        let schemas = self.schemas;
        let schema = schemas.get(id);
        let Some(keywords) = schema.keywords() else { return Formula::TRUE };
        self.unreadable(keywords);
        let mut parts = Vec::new();
        parts.extend(keywords.reference.as_ref().map(|reference| self.reference(reference)));
        parts.extend(keywords.dynamic_reference.as_ref().map(|reference| self.dynamic(reference)));
        parts.extend(self.of_any_type(schema, keywords));
        parts.extend(keywords.narrowing.iter().map(|narrowing| self.narrowing(narrowing)));
        if let Some((format, _)) = keywords.notes.format.as_ref().filter(|_| self.assert_formats) {
            let format = Assertion::Format(raw(format).into());
            parts.push(self.assert(format));
        }
        self.of_arrays(keywords, &mut parts);
        self.of_objects(keywords, &mut parts);
        self.combined(keywords, &mut parts);
        self.unevaluated(id, keywords, &mut parts);
        self.into.arena.all(parts)
    }

    pub(super) fn assert(&mut self, assertion: Assertion) -> Formula {
        self.into.arena.assertion(assertion)
    }

    /// What a reference says.
    pub(super) fn reference(&mut self, reference: &Reference) -> Formula {
        match reference.target {
            Some(target) => self.schema(target),
            None => self.refuse(format!("the reference `{}` leads nowhere", reference.text)),
        }
    }

    /// A dynamic reference that can only lead to one schema is like any other.
    pub(super) fn dynamic(&mut self, reference: &Reference) -> Formula {
        let fragment = reference.text.split_once('#').map_or("", |(_, fragment)| fragment);
        let anchor = reference.target.and_then(|target| self.schemas.get(target).dynamic_anchor.as_ref());
        if let Some(anchor) = anchor.filter(|anchor| **anchor == *fragment) {
            let same = |(_, schema): &(SchemaId, &Schema)| schema.dynamic_anchor.as_ref() == Some(anchor);
            if self.schemas.iter().filter(same).count() > 1 {
                let why = "where it leads depends on the way to it";
                return self.refuse(format!("the dynamic reference `{}`: {why}", reference.text));
            }
        }
        self.reference(reference)
    }

    fn of_any_type(&mut self, schema: &Schema, keywords: &Keywords) -> Vec<Formula> {
        let mut parts = Vec::new();
        if !keywords.types.is_empty() {
            let kinds = keywords.types.iter().fold(0, |kinds, of| kinds | kind_of(*of).bit());
            parts.push(self.into.arena.kinds(kinds));
            let has = |wanted| keywords.types.contains(&wanted);
            if has(JsonType::Integer) && !has(JsonType::Number) {
                parts.push(self.assert(Assertion::MultipleOf(BigRational::one())));
                if schema.dialect == Dialect::Draft4 {
                    parts.push(self.assert(Assertion::PlainInteger));
                }
            }
        }
        let constant = keywords.constant.as_ref().map(std::slice::from_ref);
        for listed in constant.into_iter().chain(keywords.enumeration.as_deref()) {
            let values: Option<Vec<Value>> = listed.iter().map(|value| Value::of(&value.node)).collect();
            parts.push(match values {
                Some(values) => self.into.arena.values(values),
                None => self.refuse("a number has an exponent beyond those of doubles"),
            });
        }
        parts
    }

    fn narrowing(&mut self, Narrowing { keyword, argument }: &Narrowing) -> Formula {
        let assertion = match &argument.node.kind {
            NodeKind::String(pattern) => return self.matching(pattern),
            NodeKind::Boolean(true) => Assertion::Unique,
            NodeKind::Number(text) => {
                let count = crate::schema::count(&argument.node).unwrap_or(u64::MAX);
                match (keyword.name, decimal(text)) {
                    ("minLength", _) => Assertion::MinLength(count),
                    ("maxLength", _) => Assertion::MaxLength(count),
                    ("minItems", _) => Assertion::MinItems(count),
                    ("maxItems", _) => Assertion::MaxItems(count),
                    ("minProperties", _) => Assertion::MinProperties(count),
                    ("maxProperties", _) => Assertion::MaxProperties(count),
                    ("minimum", Some(bound)) => Assertion::Minimum { bound, exclusive: false },
                    ("exclusiveMinimum", Some(bound)) => Assertion::Minimum { bound, exclusive: true },
                    ("maximum", Some(bound)) => Assertion::Maximum { bound, exclusive: false },
                    ("exclusiveMaximum", Some(bound)) => Assertion::Maximum { bound, exclusive: true },
                    ("multipleOf", Some(factor)) if factor.is_positive() => Assertion::MultipleOf(factor),
                    (name, _) => return self.refuse(format!("`{name}` with the number {text}")),
                }
            }
            _ => return Formula::TRUE,
        };
        self.assert(assertion)
    }

    fn of_arrays(&mut self, keywords: &Keywords, parts: &mut Vec<Formula>) {
        for (index, item) in keywords.prefix_items.iter().enumerate() {
            let item = self.schema(*item);
            parts.push(self.assert(Assertion::Item(index, item)));
        }
        if let Some(items) = keywords.items {
            let items = self.schema(items);
            parts.push(self.assert(Assertion::Items(keywords.prefix_items.len(), items)));
        }
        if let Some(item) = keywords.contains {
            let item = self.schema(item);
            let (min, max) = (keywords.min_contains.unwrap_or(1), keywords.max_contains);
            parts.push(self.assert(Assertion::Contains { item, min, max }));
        }
    }

    fn of_objects(&mut self, keywords: &Keywords, parts: &mut Vec<Formula>) {
        for (name, _) in &keywords.required {
            parts.push(self.required(raw(name)));
        }
        for property in &keywords.properties {
            parts.push(self.property(raw(&property.name), property.schema));
        }
        for property in &keywords.pattern_properties {
            let (names, values) = (self.pattern(property), self.schema(property.schema));
            parts.push(self.assert(Assertion::Properties { names, values }));
        }
        if let Some(additional) = keywords.additional_properties {
            self.additional(keywords, additional, parts);
        }
        if let Some(names) = keywords.property_names {
            let names = self.schema(names).negated();
            parts.push(self.assert(Assertion::Properties { names, values: Formula::FALSE }));
        }
        for (name, others) in &keywords.dependent_required {
            let others: Vec<Formula> = others.iter().map(|other| self.required(raw(other))).collect();
            let others = self.into.arena.all(others);
            parts.push(self.if_present(raw(name), others));
        }
        for Property { name, schema } in &keywords.dependent_schemas {
            let schema = self.schema(*schema);
            parts.push(self.if_present(raw(name), schema));
        }
    }

    /// Where the value is an object with this property, the formula holds.
    fn if_present(&mut self, name: &str, formula: Formula) -> Formula {
        let absent = self.has(name).negated();
        self.into.arena.any([absent, formula])
    }

    /// The value is an object with this property.
    pub(super) fn has(&mut self, name: &str) -> Formula {
        let object = self.into.arena.kinds(Kind::Object.bit());
        let required = self.required(name);
        self.into.arena.all([object, required])
    }

    pub(super) fn pattern(&mut self, property: &Property) -> Formula {
        self.matching(raw(&property.name))
    }

    /// The pattern is found, if the value is a string. What a pattern asks for ahead of itself is a pattern, too, so
    /// that fewer remain that no automaton knows.
    fn matching(&mut self, pattern: &str) -> Formula {
        let (ahead, rest) = split_lookaheads(pattern);
        let mut parts = vec![self.assert(Assertion::Pattern(rest.into()))];
        for (pattern, wanted) in ahead {
            let found = self.assert(Assertion::Pattern(pattern.into()));
            let string = self.into.arena.kinds(Kind::String.bit());
            let lost = self.into.arena.all([string, found]).negated();
            parts.push(if wanted { found } else { lost });
        }
        self.into.arena.all(parts)
    }

    /// The names that `properties` and `patternProperties` speak of.
    pub(super) fn declared(&mut self, keywords: &Keywords) -> Formula {
        let mut names = vec![self.into.arena.names(keywords.properties.iter().map(|of| raw(&of.name)))];
        for property in &keywords.pattern_properties {
            names.push(self.pattern(property));
        }
        self.into.arena.any(names)
    }

    fn combined(&mut self, keywords: &Keywords, parts: &mut Vec<Formula>) {
        parts.extend(self.many(&keywords.all_of));
        if let Some(members) = &keywords.any_of {
            let members = self.many(members);
            parts.push(self.into.arena.any(members));
        }
        if let Some(members) = &keywords.one_of {
            let members = self.many(members);
            parts.push(self.exactly_one(&members));
        }
        parts.extend(keywords.not.map(|not| self.schema(not).negated()));
        if let Some(condition) = keywords.condition {
            let condition = self.schema(condition);
            let then = keywords.then.map_or(Formula::TRUE, |then| self.schema(then));
            let otherwise = keywords.otherwise.map_or(Formula::TRUE, |otherwise| self.schema(otherwise));
            parts.push(self.into.arena.any([condition.negated(), then]));
            parts.push(self.into.arena.any([condition, otherwise]));
        }
    }

    /// At least one, and no two.
    fn exactly_one(&mut self, members: &[Formula]) -> Formula {
        let one = self.into.arena.any(members.iter().copied());
        let no_two = self.into.arena.no_two(members.to_vec());
        self.into.arena.all([one, no_two])
    }
}

fn kind_of(of: JsonType) -> Kind {
    match of {
        JsonType::Null => Kind::Null,
        JsonType::Boolean => Kind::Boolean,
        JsonType::Integer | JsonType::Number => Kind::Number,
        JsonType::String => Kind::String,
        JsonType::Array => Kind::Array,
        JsonType::Object => Kind::Object,
    }
}
