//! From schemas to entries of the plan.

use super::{Anchor, Check, Entry, Plan, PlanId};
use crate::json::{Node, NodeKind};
use crate::schema::dialect::Dialect;
use crate::schema::{Body, Keywords, Schema, SchemaId, Schemas};
use crate::text::Text;
use std::collections::HashMap;

/// A part of a schema: one keyword, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::model) struct Part {
    pub(in crate::model) schema: SchemaId,
    /// The keyword; none for the whole schema.
    pub(in crate::model) keyword: Option<&'static str>,
}

/// Makes entries of schemas.
pub(in crate::model) struct Planner<'a> {
    schemas: &'a Schemas,
    plan: Plan,
    memo: HashMap<Vec<Part>, PlanId>,
    /// Entries that have an id and no checks yet. References nest without limit, so there is a list and no recursion.
    open: Vec<(PlanId, Vec<Part>)>,
    resources: HashMap<std::sync::Arc<str>, u32>,
}

impl<'a> Planner<'a> {
    pub(in crate::model) fn new(schemas: &'a Schemas) -> Self {
        Self {
            schemas,
            plan: Plan::default(),
            memo: HashMap::new(),
            open: Vec::new(),
            resources: HashMap::new(),
        }
    }

    /// The entry that accepts what a schema accepts: that of another one, where it only refers to that.
    pub(in crate::model) fn whole(&mut self, schema: SchemaId) -> PlanId {
        let (mut target, mut steps) = (schema, 0);
        while let Some(next) =
            self.schemas.get(target).keywords().filter(|of| of.is_plain_reference()).and_then(target_of)
            && self.schemas.get(next).base == self.schemas.get(schema).base
            && steps < self.schemas.len()
        {
            target = next;
            steps += 1;
        }
        self.all(vec![Part { schema: target, keyword: None }])
    }

    /// The entry that accepts what all parts accept.
    pub(in crate::model) fn all(&mut self, mut parts: Vec<Part>) -> PlanId {
        parts.sort();
        parts.dedup();
        let whole: Vec<SchemaId> =
            parts.iter().filter(|part| part.keyword.is_none()).map(|part| part.schema).collect();
        parts.retain(|part| part.keyword.is_none() || !whole.contains(&part.schema));
        if let Some(known) = self.memo.get(&parts) {
            return *known;
        }
        let id = PlanId(self.plan.entries.len());
        self.plan.entries.push(Entry::default());
        self.memo.insert(parts.clone(), id);
        self.open.push((id, parts));
        id
    }

    /// Makes the checks of every entry that has none yet.
    fn work(&mut self) {
        while let Some((id, parts)) = self.open.pop() {
            let entry = if let [part] = parts.as_slice() {
                self.entry(*part)
            } else {
                let first = parts.first().map_or(SchemaId(0), |part| part.schema);
                let origin = self.schemas.get(first).origin.clone();
                let parts = parts.into_iter().map(|part| self.all(vec![part])).collect();
                Entry { resource: 0, checks: vec![Check::AllOf(parts)], origin }
            };
            self.plan.entries[id.0] = entry;
        }
    }

    /// Whether what a part accepts depends on the way to it: some dynamic reference in it may lead elsewhere.
    pub(in crate::model) fn is_dynamic(&mut self, part: Part) -> bool {
        let entry = self.all(vec![part]);
        self.work();
        let reached = self.plan.reachable([entry]);
        reached.into_iter().any(|id| self.plan.get(id).checks.iter().any(Check::is_dynamic))
    }

    /// The finished plan, with every dynamic anchor that one of its references may lead to.
    pub(in crate::model) fn finish(mut self) -> Plan {
        self.work();
        if self.plan.entries.iter().any(|entry| entry.checks.iter().any(Check::is_dynamic)) {
            for (id, schema) in self.schemas.iter() {
                if let Some(name) = schema.dynamic_anchor.clone() {
                    let (resource, entry) = (self.resource(schema), self.whole(id));
                    self.plan.anchors.push(Anchor { resource, name, entry });
                }
            }
        }
        self.work();
        self.plan
    }

    fn resource(&mut self, schema: &Schema) -> u32 {
        let next = u32::try_from(self.resources.len()).unwrap_or(u32::MAX);
        *self.resources.entry(std::sync::Arc::clone(&schema.base)).or_insert(next)
    }

    fn entry(&mut self, part: Part) -> Entry {
        let schemas = self.schemas;
        let schema = schemas.get(part.schema);
        let resource = self.resource(schema);
        let checks = match &schema.body {
            Body::Boolean(true) => Vec::new(),
            Body::Boolean(false) => vec![Check::Never],
            Body::Keywords(keywords) => self.checks(schema, keywords, part.keyword),
        };
        Entry { resource, checks, origin: schema.origin.clone() }
    }

    /// The checks of one keyword or of all; those that look at what others evaluated come last.
    fn checks(&mut self, schema: &Schema, keywords: &Keywords, only: Option<&str>) -> Vec<Check> {
        let mut found = Vec::new();
        let wanted = |name: &str| only.is_none_or(|only| only == name);
        if wanted("$ref") {
            found.extend(target_of(keywords).map(|target| Check::Reference(self.whole(target))));
        }
        if wanted("$dynamicRef") {
            found.extend(self.dynamic(keywords));
        }
        if wanted("type") && !keywords.types.is_empty() {
            let strict_integer = schema.dialect == Dialect::Draft4;
            found.push(Check::Types { types: keywords.types.clone(), strict_integer });
        }
        if wanted("const") {
            let constant = keywords.constant.iter();
            found.extend(constant.map(|value| Check::Enumeration(vec![json(&value.node)])));
        }
        if wanted("enum") {
            let values = keywords.enumeration.iter();
            found
                .extend(values.map(|values| {
                    Check::Enumeration(values.iter().map(|value| json(&value.node)).collect())
                }));
        }
        found.extend(narrowing(keywords, only));
        found.extend(self.of_arrays(schema, keywords, only));
        found.extend(self.of_objects(keywords, only));
        found.extend(self.of_all(keywords, only));
        found.extend(self.unevaluated(keywords, only));
        found
    }

    fn dynamic(&mut self, keywords: &Keywords) -> Option<Check> {
        let reference = keywords.dynamic_reference.as_ref()?;
        let target = reference.target?;
        let fragment = reference.text.split_once('#').map_or("", |(_, fragment)| fragment);
        let anchor = self.schemas.get(target).dynamic_anchor.clone();
        let anchor = anchor.filter(|anchor| *anchor == fragment);
        let entry = self.whole(target);
        // Without an anchor at the end of the static reference it is a plain one (core §8.2.3.2).
        Some(anchor.map_or(Check::Reference(entry), |anchor| Check::DynamicReference(anchor, entry)))
    }

    fn of_arrays(&mut self, schema: &Schema, keywords: &Keywords, only: Option<&str>) -> Vec<Check> {
        let mut found = Vec::new();
        let wanted = |name: &str| only.is_none_or(|only| only == name);
        if wanted("prefixItems") && !keywords.prefix_items.is_empty() {
            found.push(Check::PrefixItems(self.many(&keywords.prefix_items)));
        }
        if let Some(items) = keywords.items.filter(|_| wanted("items")) {
            found.push(Check::Items(keywords.prefix_items.len(), self.whole(items)));
        }
        if let Some(contains) = keywords.contains.filter(|_| wanted("contains")) {
            let least = keywords.min_contains.unwrap_or(1);
            let check = Check::Contains(self.whole(contains), least, keywords.max_contains);
            found.push(if schema.dialect == Dialect::Draft201909 {
                self.unseen(schema, check)
            } else {
                check
            });
        }
        found
    }

    /// The same check, of which `unevaluatedItems` sees nothing: in 2019-09 `contains` evaluates no items. What a `not`
    /// finds is not seen (core §7.7.1).
    fn unseen(&mut self, schema: &Schema, check: Check) -> Check {
        let mut add = |check: Check| {
            self.plan.entries.push(Entry { resource: 0, checks: vec![check], origin: schema.origin.clone() });
            PlanId(self.plan.entries.len() - 1)
        };
        let check = add(check);
        Check::Not(add(Check::Not(check)))
    }

    fn of_objects(&mut self, keywords: &Keywords, only: Option<&str>) -> Vec<Check> {
        let mut found = Vec::new();
        let wanted = |name: &str| only.is_none_or(|only| only == name);
        if wanted("required") && !keywords.required.is_empty() {
            found.push(Check::Required(keywords.required.iter().map(|(name, _)| name.clone()).collect()));
        }
        let described = !keywords.properties.is_empty()
            || !keywords.pattern_properties.is_empty()
            || keywords.additional_properties.is_some();
        if wanted("properties") && described {
            found.push(self.properties(keywords));
        }
        if wanted("dependentRequired") && !keywords.dependent_required.is_empty() {
            found.push(Check::DependentRequired(keywords.dependent_required.clone()));
        }
        if wanted("dependentSchemas") && !keywords.dependent_schemas.is_empty() {
            let dependent = keywords.dependent_schemas.iter();
            let dependent = dependent.map(|of| (of.name.clone(), self.whole(of.schema))).collect();
            found.push(Check::DependentSchemas(dependent));
        }
        if let Some(names) = keywords.property_names.filter(|_| wanted("propertyNames")) {
            found.push(Check::PropertyNames(self.whole(names)));
        }
        found
    }

    fn properties(&mut self, keywords: &Keywords) -> Check {
        let named = keywords.properties.iter().map(|of| (of.name.clone(), self.whole(of.schema))).collect();
        let patterns = keywords.pattern_properties.iter();
        let patterns = patterns.map(|of| (of.name.clone(), self.whole(of.schema))).collect();
        let additional = keywords.additional_properties.map(|additional| self.whole(additional));
        Check::Properties { named, patterns, additional }
    }

    fn of_all(&mut self, keywords: &Keywords, only: Option<&str>) -> Vec<Check> {
        let mut found = Vec::new();
        let wanted = |name: &str| only.is_none_or(|only| only == name);
        if wanted("allOf") && !keywords.all_of.is_empty() {
            found.push(Check::AllOf(self.many(&keywords.all_of)));
        }
        if let Some(members) = keywords.any_of.as_ref().filter(|_| wanted("anyOf")) {
            found.push(Check::AnyOf(self.many(members)));
        }
        if let Some(members) = keywords.one_of.as_ref().filter(|_| wanted("oneOf")) {
            found.push(Check::OneOf(self.many(members)));
        }
        if let Some(not) = keywords.not.filter(|_| wanted("not")) {
            found.push(Check::Not(self.whole(not)));
        }
        if let Some(condition) = keywords.condition.filter(|_| wanted("if")) {
            let condition = self.whole(condition);
            let then = keywords.then.map(|then| self.whole(then));
            let otherwise = keywords.otherwise.map(|otherwise| self.whole(otherwise));
            found.push(Check::If(condition, then, otherwise));
        }
        found
    }

    fn unevaluated(&mut self, keywords: &Keywords, only: Option<&str>) -> Vec<Check> {
        // What these two mean depends on the keywords beside them, so they never stand alone.
        let whole = only.is_none();
        let items = keywords.unevaluated_items.filter(|_| whole);
        let properties = keywords.unevaluated_properties.filter(|_| whole);
        let items = items.map(|items| Check::UnevaluatedItems(self.whole(items)));
        let properties = properties.map(|properties| Check::UnevaluatedProperties(self.whole(properties)));
        items.into_iter().chain(properties).collect()
    }

    fn many(&mut self, schemas: &[SchemaId]) -> Vec<PlanId> {
        schemas.iter().map(|schema| self.whole(*schema)).collect()
    }
}

fn target_of(keywords: &Keywords) -> Option<SchemaId> {
    keywords.reference.as_ref()?.target
}

fn narrowing(keywords: &Keywords, only: Option<&str>) -> Vec<Check> {
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let narrowing = keywords.narrowing.iter().filter(|narrowing| wanted(narrowing.keyword.name));
    narrowing.filter_map(|narrowing| check(narrowing.keyword.name, &narrowing.argument)).collect()
}

fn check(keyword: &'static str, argument: &crate::schema::Value) -> Option<Check> {
    match (&argument.node.kind, keyword) {
        (NodeKind::String(pattern), _) => Some(Check::Pattern(Text::new(pattern))),
        (NodeKind::Boolean(unique), _) => unique.then_some(Check::UniqueItems),
        (
            NodeKind::Number(text),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf",
        ) => Some(Check::Bound(keyword, Text::new(text))),
        (NodeKind::Number(_), _) => Some(Check::Count(keyword, crate::schema::count(&argument.node)?)),
        _ => None,
    }
}

/// A value of the schema as JSON text, numbers as they were written.
pub(in crate::model) fn json(node: &Node) -> Text {
    let mut text = String::new();
    write(node, &mut text);
    Text::new(text)
}

fn write(node: &Node, text: &mut String) {
    let string = |name: &str| Text::new(name).json();
    match &node.kind {
        NodeKind::Null => text.push_str("null"),
        NodeKind::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
        NodeKind::Number(number) => text.push_str(number),
        NodeKind::String(value) => text.push_str(&string(value)),
        NodeKind::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write(element, text);
            }
            text.push(']');
        }
        NodeKind::Object(members) => {
            text.push('{');
            for (index, member) in members.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&string(&member.name));
                text.push(':');
                write(&member.value, text);
            }
            text.push('}');
        }
    }
}
