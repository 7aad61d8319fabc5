//! Values that are written in another way than a schema says, and read as if they were not: members of objects have
//! other names, or are left to be understood.
//!
//! What such a value must be like to be accepted is a formula about the value as it is written: each assertion about a
//! member becomes one about whatever may stand for it. So nothing is tried, and everything else about the schema, unions
//! and negations included, is translated as ever.

use super::Side;
use super::formula::{Assertion, Formula};
use super::translate::{Translated, Translator};
use super::value::Kind;
use crate::schema::{Keywords, SchemaId, Schemas};
use crate::text::value::raw;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A way to write values, of which a reader knows what they mean.
#[derive(Debug)]
pub struct Rewriting {
    /// What is written in this way: a schema. It refuses values with two members that stand for one.
    pub written: Schemas,
    /// Objects, the whole value first.
    pub objects: Vec<Members>,
}

/// The members of an object.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// The names of members as a schema knows them, by those that are written.
    pub renamed: BTreeMap<String, String>,
    /// What the schema sees under a name, whatever is written.
    pub said: BTreeMap<String, Value>,
    /// What the schema sees under a name where nothing is written.
    pub filled: BTreeMap<String, Value>,
    /// Names of which the schema does not see what is written.
    pub dropped: BTreeSet<String>,
    /// Members that are such objects, or arrays of them, by the names that the schema knows: indices into
    /// [`Rewriting::objects`].
    pub inner: BTreeMap<String, usize>,
}

impl Members {
    /// The names that are written for the one that a schema knows.
    fn spellings<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let other = self.renamed.iter().filter(move |(_, known)| *known == name);
        let itself = !self.renamed.contains_key(name) && !self.dropped.contains(name);
        other.map(|(written, _)| written.as_str()).chain(itself.then_some(name))
    }

    /// Whether as many members are seen as are written.
    fn keeps_count(&self) -> bool {
        self.said.is_empty() && self.filled.is_empty() && self.dropped.is_empty()
    }
}

impl Rewriting {
    /// Whether a value that is written in this way is read as one that the schema accepts; `None` if that cannot be
    /// said.
    pub(super) fn accepts(&self, side: &Side<'_>, value: &Value, assert_formats: bool) -> Option<bool> {
        let written = self.written.roots.iter().next()?;
        if !self.written.accepts(written, value, assert_formats)? {
            return Some(false);
        }
        side.accepts(&self.read(self.objects.first()?, value), assert_formats)
    }

    fn read(&self, members: &Members, value: &Value) -> Value {
        match value {
            Value::Object(written) => Value::Object(self.members(members, written)),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.read(members, item)).collect()),
            other => other.clone(),
        }
    }

    fn members(&self, members: &Members, written: &Map<String, Value>) -> Map<String, Value> {
        let mut seen = Map::new();
        for (name, value) in written.iter().filter(|(name, _)| !members.dropped.contains(*name)) {
            let name = members.renamed.get(name).unwrap_or(name);
            let inner = members.inner.get(name).and_then(|inner| self.objects.get(*inner));
            let value = inner.map_or_else(|| value.clone(), |inner| self.read(inner, value));
            seen.insert(name.clone(), value);
        }
        for (name, value) in &members.filled {
            seen.entry(name).or_insert_with(|| value.clone());
        }
        for (name, value) in &members.said {
            seen.insert(name.clone(), value.clone());
        }
        seen
    }
}

/// What is accepted of values that are written in another way.
///
/// # Errors
/// What stands in a schema and cannot be said of them.
pub(super) fn rewritten(
    side: &Side<'_>,
    rewriting: &Rewriting,
    assert_formats: bool,
    into: &mut Translated,
) -> Result<Formula, String> {
    let mut translator = Translator::new(&rewriting.written, None, assert_formats, into);
    let roots = rewriting.written.roots.iter();
    let written: Vec<Formula> = roots.map(|root| translator.schema(root)).collect();
    translator.bodies();
    translator.refusal.map_or(Ok(()), Err)?;
    let mut translator = Translator::new(side.schemas, Some(rewriting), assert_formats, into);
    let read: Vec<Formula> = side.roots().map(|root| translator.schema(root)).collect();
    translator.bodies();
    translator.refusal.map_or(Ok(()), Err)?;
    Ok(into.arena.all(written.into_iter().chain(read)))
}

impl Translator<'_> {
    /// The property is there, however it is written.
    pub(super) fn required(&mut self, name: &str) -> Formula {
        let Some(members) = self.members() else {
            return self.assert(Assertion::Required(name.into()));
        };
        if members.said.contains_key(name) || members.filled.contains_key(name) {
            return Formula::TRUE;
        }
        self.written(members, name)
    }

    /// The property is written in one way or another.
    fn written(&mut self, members: &Members, name: &str) -> Formula {
        let spelt = members.spellings(name).map(|name| self.assert(Assertion::Required(name.into())));
        let mut any: Vec<Formula> = spelt.collect();
        any.push(self.into.arena.kinds(Kind::Object.bit()).negated());
        self.into.arena.any(any)
    }

    /// What is said of a property, however it is written.
    pub(super) fn property(&mut self, name: &str, schema: SchemaId) -> Formula {
        let Some(members) = self.members() else {
            let (names, values) = (self.into.arena.names([name]), self.schema(schema));
            return self.assert(Assertion::Properties { names, values });
        };
        if let Some(value) = members.said.get(name) {
            return self.constant(schema, value);
        }
        let names = self.into.arena.names(members.spellings(name));
        let values = self.within(members.inner.get(name).copied(), |translator| translator.schema(schema));
        let said = self.assert(Assertion::Properties { names, values });
        let Some(value) = members.filled.get(name) else { return said };
        let accepted = [self.constant(schema, value), self.written(members, name)];
        let filled = self.into.arena.any(accepted);
        self.into.arena.all([said, filled])
    }

    /// What is said of all properties that are not declared, however they are written.
    pub(super) fn additional(&mut self, keywords: &Keywords, schema: SchemaId, parts: &mut Vec<Formula>) {
        let Some(members) = self.members() else {
            let names = self.declared(keywords).negated();
            let values = self.schema(schema);
            parts.push(self.assert(Assertion::Properties { names, values }));
            return;
        };
        let declared: BTreeSet<&str> = keywords.properties.iter().map(|of| raw(&of.name)).collect();
        let is_declared = |name: &str| declared.contains(name);
        // Names of which something else is to be said than of any other one.
        let special = members.said.keys().chain(members.inner.keys()).chain(members.renamed.values());
        let special: BTreeSet<&str> = special.map(String::as_str).collect();
        for name in special.iter().filter(|name| !is_declared(name)) {
            parts.push(self.property(name, schema));
        }
        let known = declared.iter().chain(&special).flat_map(|name| members.spellings(name));
        let unseen = members.said.keys().chain(&members.dropped).chain(members.renamed.keys());
        let names: BTreeSet<&str> = known.chain(unseen.map(String::as_str)).collect();
        let names = self.into.arena.names(names).negated();
        let values = self.within(None, |translator| translator.schema(schema));
        parts.push(self.assert(Assertion::Properties { names, values }));
    }

    /// Whether a schema accepts a value that is known.
    fn constant(&mut self, schema: SchemaId, value: &Value) -> Formula {
        match self.schemas.accepts(schema, value, self.assert_formats) {
            Some(accepts) => Formula::TRUE.negated_if(!accepts),
            None => self.refuse("the validator does not take the schema"),
        }
    }

    /// Refuses what cannot be said of a value that is written in another way.
    pub(super) fn unreadable(&mut self, keywords: &Keywords) {
        let Some(members) = self.members() else { return };
        let counts = |name| keywords.narrowing.iter().any(|narrowing| narrowing.keyword.name == name);
        let listed = keywords.constant.iter().chain(keywords.enumeration.iter().flatten());
        let mut listed = listed.map(|value| value.node.to_value());
        let refused = counts("uniqueItems")
            || !members.keeps_count() && (counts("minProperties") || counts("maxProperties"))
            || listed.any(|value| value.is_object() || value.is_array())
            || !keywords.pattern_properties.is_empty()
            || keywords.property_names.is_some()
            || keywords.unevaluated_properties.is_some();
        if refused {
            self.refuse("what is said of an object is about how its members are written");
        }
    }
}
