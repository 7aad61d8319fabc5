//! Values made from a schema: such as it probably accepts.

mod object;

use super::dice::Dice;
use super::string;
use crate::commands::conformance::bare::Bare;
use serde_json::{Number, Value, json};

/// Schemas that are gathered for one value at most: references may go round.
const MOST: usize = 64;

/// Levels below which only what must be there is made.
const DEEP: usize = 5;

/// Levels that nothing is made below.
const DEEPEST: usize = 24;

/// Makes values.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    file: &'a Bare,
    dice: Dice,
    /// How many optional properties of 100 are there.
    fullness: usize,
    /// Parts of the value that may still be made.
    budget: usize,
}

/// The schemas that hold for a value together.
type All<'a> = Vec<&'a Value>;

impl<'a> Maker<'a> {
    pub(super) fn new(file: &'a Bare, dice: Dice) -> Self {
        Self { file, dice, fullness: 0, budget: 0 }
    }

    /// A value.
    pub(super) fn value(&mut self, schema: &'a Value) -> Value {
        self.fullness = self.dice.pick(&[0, 20, 50, 80, 100]).copied().unwrap_or_default();
        self.budget = 300;
        self.of(vec![schema], 0)
    }

    /// A value for which several schemas hold.
    fn of(&mut self, schemas: All<'a>, depth: usize) -> Value {
        self.budget = self.budget.saturating_sub(1);
        let all = self.gathered(schemas, depth);
        if let Some(fixed) = self.fixed(&all) {
            return fixed;
        }
        match self.kind(&all, depth) {
            "boolean" => json!(self.dice.chance(50)),
            "integer" => self.number(&all, true),
            "number" => self.number(&all, false),
            "string" => json!(self.string(&all)),
            "array" if depth < DEEPEST => self.array(&all, depth),
            "object" if depth < DEEPEST => self.object(&all, depth),
            _ => Value::Null,
        }
    }

    /// All schemas that hold, with those that they refer to, and one of each union.
    fn gathered(&mut self, schemas: All<'a>, depth: usize) -> All<'a> {
        let mut open = schemas;
        let mut all: All<'a> = Vec::new();
        let mut steps = 0..MOST;
        while let (Some(schema), Some(_)) = (open.pop(), steps.next()) {
            let reference = schema.get("$ref").and_then(Value::as_str);
            if let Some(reference) = reference {
                open.extend(self.file.target(reference));
                if self.file.dialect.reference_stands_alone() {
                    continue;
                }
            }
            all.push(schema);
            open.extend(members(schema, "allOf"));
            for keyword in ["anyOf", "oneOf"] {
                let choices: All<'a> = members(schema, keyword).collect();
                open.extend(self.choice(&choices, depth));
            }
            if let Some(condition) = schema.get("if") {
                let holds = self.dice.chance(50);
                open.extend(holds.then_some(condition));
                open.extend(schema.get(if holds { "then" } else { "else" }));
            }
        }
        all
    }

    /// A member of a union; deep down one that leads no deeper, if there is one.
    fn choice(&mut self, choices: &[&'a Value], depth: usize) -> Option<&'a Value> {
        let shallow: All<'a> = choices.iter().copied().filter(|choice| self.is_shallow(choice)).collect();
        let from = if depth > DEEP && !shallow.is_empty() { &shallow } else { choices };
        self.dice.pick(from).copied()
    }

    fn is_shallow(&self, schema: &'a Value) -> bool {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|text| self.file.target(text));
        let schema = target.unwrap_or(schema);
        let kind = schema.get("type").and_then(Value::as_str);
        let plain = kind.is_some_and(|kind| !matches!(kind, "object" | "array"));
        plain || schema.get("enum").is_some() || schema.get("const").is_some()
    }

    /// The value, where the schemas list those that there are; sometimes an example.
    fn fixed(&mut self, all: &[&'a Value]) -> Option<Value> {
        if let Some(value) = all.iter().find_map(|schema| schema.get("const")) {
            return Some(value.clone());
        }
        let lists: Vec<&'a Vec<Value>> =
            all.iter().filter_map(|schema| schema.get("enum")?.as_array()).collect();
        if let Some((first, others)) = lists.split_first() {
            let both: Vec<&Value> =
                first.iter().filter(|value| others.iter().all(|list| list.contains(value))).collect();
            return self.dice.pick(&both).copied().or(first.first()).cloned();
        }
        let examples: Vec<&Value> =
            all.iter().flat_map(|schema| members(schema, "examples").chain(schema.get("default"))).collect();
        if self.dice.chance(10) { self.dice.pick(&examples).copied().cloned() } else { None }
    }

    /// The JSON type of the value.
    fn kind(&mut self, all: &[&'a Value], depth: usize) -> &'a str {
        let mut kinds: Option<Vec<&'a str>> = None;
        for schema in all {
            let said: Vec<&'a str> = match schema.get("type") {
                Some(Value::String(kind)) => vec![kind],
                Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
                _ => continue,
            };
            kinds = Some(match kinds {
                None => said,
                Some(before) => both(&before, &said),
            });
        }
        let mut kinds = kinds.unwrap_or_else(|| implied(all));
        if depth > DEEP && kinds.len() > 1 {
            kinds.retain(|kind| !matches!(*kind, "object" | "array"));
        }
        if kinds.is_empty() {
            kinds = vec!["null", "boolean", "integer", "number", "string", "array", "object"];
            kinds.truncate(if depth > DEEP { 5 } else { 7 });
        }
        self.dice.pick(&kinds).copied().unwrap_or("null")
    }

    fn string(&mut self, all: &[&'a Value]) -> String {
        let say = |keyword: &'a str| all.iter().filter_map(move |schema| schema.get(keyword));
        let pattern = say("pattern").find_map(Value::as_str);
        let format = say("format").find_map(Value::as_str).and_then(string::formatted);
        let mut text = match (pattern, format) {
            (Some(pattern), _) => string::matching(pattern, &mut self.dice),
            (None, Some(format)) if self.dice.chance(60) => format.to_owned(),
            _ => string::any(&mut self.dice),
        };
        let least = say("minLength").filter_map(count).max().unwrap_or(0);
        let most = say("maxLength").filter_map(count).min();
        let (length, edge) = (text.chars().count(), self.dice.chance(15));
        if length < least || (pattern.is_none() && self.dice.chance(15)) {
            text = string::resized(&text, least);
        }
        let wanted = |most: &usize| *most < 5000 && (length > *most || pattern.is_none() && edge);
        if let Some(most) = most.filter(wanted) {
            text = string::resized(&text, most);
        }
        text
    }

    /// A number within bounds: rather at their edges.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "bounds beyond 64 bits are cut, and the judge sees that"
    )]
    fn number(&mut self, all: &[&'a Value], integer: bool) -> Value {
        let bound =
            |keyword: &str| all.iter().filter_map(|schema| schema.get(keyword)?.as_f64()).collect::<Vec<_>>();
        let low = [bound("minimum"), bound("exclusiveMinimum")].concat().into_iter().reduce(f64::max);
        let high = [bound("maximum"), bound("exclusiveMaximum")].concat().into_iter().reduce(f64::min);
        let mut pool = vec![0.0, 1.0, -1.0, 42.0, 1e9, -7e12, 9_007_199_254_740_993.0, 1e20];
        if !integer {
            pool.extend([0.5, -0.25, 1e-7, 1.5e300, 3.25]);
        }
        pool.extend(
            [low, high].into_iter().flatten().flat_map(|edge| [edge, edge + 1.0, edge - 1.0, edge + 0.5]),
        );
        if let Some(step) = bound("multipleOf").first() {
            pool = pool.iter().map(|value| (value / step).round() * step).collect();
        }
        pool.retain(|value| low.is_none_or(|low| *value >= low) && high.is_none_or(|high| *value <= high));
        let chosen = self.dice.pick(&pool).copied().or(low).or(high).unwrap_or_default();
        let whole = chosen.fract() == 0.0 && chosen.abs() < 9.3e18;
        if whole && (integer || self.dice.chance(50)) && !self.dice.chance(4) {
            return json!(chosen as i64);
        }
        Number::from_f64(if integer { chosen.round() } else { chosen }).map_or(Value::Null, Value::Number)
    }

    fn array(&mut self, all: &[&'a Value], depth: usize) -> Value {
        let say = |keyword: &'a str| all.iter().filter_map(move |schema| schema.get(keyword));
        let least = say("minItems").filter_map(count).max().unwrap_or(0);
        let most = say("maxItems").filter_map(count).min().unwrap_or(usize::MAX);
        let more = if depth > DEEP || self.budget == 0 { 0 } else { self.dice.below(4) };
        let wanted =
            if self.dice.chance(10) && most < 50 { most } else { least.saturating_add(more).min(most) };
        let mut items: Vec<Value> = Vec::new();
        for index in 0..wanted.min(300) {
            let schemas: All<'a> = all.iter().filter_map(|schema| item(schema, index)).collect();
            let mut made = self.of(schemas.clone(), depth + 1);
            for _ in 0..5 {
                if !items.contains(&made) {
                    break;
                }
                made = self.of(schemas.clone(), depth + 1);
            }
            items.push(made);
        }
        if let (Some(wanted), false) = (say("contains").next(), items.is_empty()) {
            let place = self.dice.below(items.len());
            items[place] = self.of(vec![wanted], depth + 1);
        }
        json!(items)
    }
}

/// The schema of an item, if there is one.
fn item(schema: &Value, index: usize) -> Option<&Value> {
    let first = schema.get("prefixItems").or_else(|| schema.get("items")).and_then(Value::as_array);
    let Some(first) = first else { return schema.get("items") };
    let rest = if schema.get("prefixItems").is_some() { "items" } else { "additionalItems" };
    first.get(index).or_else(|| schema.get(rest))
}

/// The schemas in an array of schemas.
fn members<'a>(schema: &'a Value, keyword: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    schema.get(keyword).and_then(Value::as_array).into_iter().flatten()
}

fn count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|count| usize::try_from(count).ok())
}

/// JSON types that are in both lists; an integer is a number.
fn both<'a>(left: &[&'a str], right: &[&'a str]) -> Vec<&'a str> {
    let within =
        |kind: &&str, list: &[&str]| list.contains(kind) || *kind == "integer" && list.contains(&"number");
    let mut found: Vec<&str> = left.iter().copied().filter(|kind| within(kind, right)).collect();
    found.extend(
        right.iter().copied().filter(|kind| !found.contains(kind) && within(kind, left)).collect::<Vec<_>>(),
    );
    found
}

/// JSON types that the keywords speak of.
fn implied<'a>(all: &[&'a Value]) -> Vec<&'a str> {
    let speaks = |keywords: &[&str]| {
        all.iter().any(|schema| keywords.iter().any(|keyword| schema.get(keyword).is_some()))
    };
    let mut kinds = Vec::new();
    if speaks(&["properties", "required", "additionalProperties", "patternProperties", "propertyNames"]) {
        kinds.push("object");
    }
    if speaks(&["items", "prefixItems", "minItems", "maxItems", "contains"]) {
        kinds.push("array");
    }
    if speaks(&["pattern", "minLength", "maxLength", "format"]) {
        kinds.push("string");
    }
    if speaks(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
        kinds.push("number");
    }
    kinds
}
