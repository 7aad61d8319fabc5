//! Mutants: values with one fault each.

use super::dice::Dice;
use super::string::resized;
use crate::commands::conformance::bare::Bare;
use serde_json::{Map, Value, json};

/// Schemas that are asked for their bounds at most.
const ASKED: usize = 400;

/// Bounds and strings that the schema speaks of: next to them lie the faults.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    bounds: Vec<f64>,
    counts: Vec<usize>,
    values: Vec<Value>,
    names: Vec<String>,
}

impl Dictionary {
    /// What a schema, and all that it refers to, speaks of.
    pub(super) fn of(file: &Bare, schema: &Value) -> Self {
        let mut dictionary = Self::default();
        let mut open = vec![schema];
        let mut seen: Vec<*const Value> = Vec::new();
        while let Some(value) = open.pop() {
            if seen.len() > ASKED || seen.contains(&std::ptr::from_ref(value)) {
                continue;
            }
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(members) => {
                    seen.push(std::ptr::from_ref(value));
                    dictionary.ask(members);
                    let reference = members.get("$ref").and_then(Value::as_str);
                    open.extend(reference.and_then(|text| file.target(text)));
                    let inner = members.iter().filter(|(name, _)| !is_data(name));
                    open.extend(inner.map(|(_, member)| member));
                }
                _ => {}
            }
        }
        dictionary
    }

    fn ask(&mut self, schema: &Map<String, Value>) {
        for (keyword, value) in schema {
            match keyword.as_str() {
                "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
                    self.bounds.extend(value.as_f64());
                }
                "minLength" | "maxLength" | "minItems" | "maxItems" => {
                    self.counts.extend(value.as_u64().and_then(|count| usize::try_from(count).ok()));
                }
                "const" => self.values.push(value.clone()),
                "enum" => self.values.extend(value.as_array().into_iter().flatten().cloned()),
                "properties" => {
                    self.names.extend(value.as_object().into_iter().flatten().map(|(name, _)| name.clone()));
                }
                _ => {}
            }
        }
    }
}

/// Whether a keyword's value is no schema.
fn is_data(keyword: &str) -> bool {
    matches!(keyword, "const" | "enum" | "default" | "examples" | "definitions" | "$defs")
}

/// Mutants of values: first what is wrong at their top, then anything anywhere.
pub(super) fn mutants<'a>(
    originals: &'a [Value],
    dictionary: &'a Dictionary,
    dice: &'a mut Dice,
    wanted: usize,
) -> impl Iterator<Item = (String, Value)> + 'a {
    let fullest = originals.iter().max_by_key(|value| value.to_string().len());
    let top = fullest.into_iter().flat_map(at_top).chain(others(&json!({}), ""));
    let random = std::iter::repeat_with(move || {
        let original = dice.pick(originals)?;
        let mut mutant = original.clone();
        let mut paths = Vec::new();
        paths_of(original, "", &mut paths);
        let path = dice.pick(&paths)?.clone();
        let fault = spoil(mutant.pointer_mut(&path)?, dictionary, dice)?;
        Some((format!("{fault} at {path:?}"), mutant))
    });
    top.chain(random.take(wanted).flatten())
}

/// Each property taken away, and each with values of other types.
fn at_top(value: &Value) -> Vec<(String, Value)> {
    let mut found = others(value, "");
    for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
        let mut without = value.clone();
        if let Some(members) = without.as_object_mut() {
            members.shift_remove(name);
        }
        found.push((format!("without {name:?}"), without));
        let inner = value.get(name).unwrap_or(&Value::Null);
        found.extend(others(inner, name).into_iter().map(|(fault, other)| {
            let mut changed = value.clone();
            changed[name.as_str()] = other;
            (fault, changed)
        }));
    }
    found
}

/// A value of each other JSON type.
fn others(value: &Value, place: &str) -> Vec<(String, Value)> {
    let all =
        [json!(null), json!(true), json!(7), json!(0.5), json!("text"), json!([]), json!({}), json!([{}])];
    let differs = |other: &Value| std::mem::discriminant(other) != std::mem::discriminant(value);
    all.into_iter().filter(differs).map(|other| (format!("{other} as {place:?}"), other)).collect()
}

fn paths_of(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| paths_of(item, &format!("{path}/{index}"), found));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            paths_of(member, &format!("{path}/{name}"), found);
        }),
        _ => {}
    }
}

/// Puts one fault into a value, and says which.
fn spoil(value: &mut Value, dictionary: &Dictionary, dice: &mut Dice) -> Option<&'static str> {
    if dice.chance(20) {
        let others = others(value, "");
        *value = dice.pick(&others)?.1.clone();
        return Some("another type");
    }
    if dice.chance(10) {
        *value = dice.pick(&dictionary.values)?.clone();
        return Some("another constant");
    }
    match value {
        Value::Object(members) => spoil_object(members, dictionary, dice),
        Value::Array(items) => spoil_array(items, dictionary, dice),
        Value::String(text) => {
            *text = spoilt_text(text, dictionary, dice);
            Some("another string")
        }
        Value::Number(number) => {
            *value = spoilt_number(number.as_f64()?, dictionary, dice);
            Some("another number")
        }
        Value::Bool(truth) => {
            *truth = !*truth;
            Some("the other truth")
        }
        Value::Null => {
            *value = json!({});
            Some("an object for null")
        }
    }
}

fn spoil_object(
    members: &mut Map<String, Value>,
    dictionary: &Dictionary,
    dice: &mut Dice,
) -> Option<&'static str> {
    let names: Vec<String> = members.keys().cloned().collect();
    let name = dice.pick(&names).cloned();
    match (dice.below(4), name) {
        (0, _) | (_, None) => {
            members.insert("not_listed".to_owned(), json!({"a": [1]}));
            Some("an extra property")
        }
        (1, Some(name)) => {
            let value = members.shift_remove(&name)?;
            members.insert(name.to_uppercase() + "_", value);
            Some("a property renamed")
        }
        (2, Some(_)) => {
            members.insert(dice.pick(&dictionary.names)?.clone(), json!([null]));
            Some("a property of elsewhere")
        }
        (_, Some(name)) => {
            members.shift_remove(&name);
            Some("a property less")
        }
    }
}

fn spoil_array(items: &mut Vec<Value>, dictionary: &Dictionary, dice: &mut Dice) -> Option<&'static str> {
    let last = items.last().cloned().unwrap_or(Value::Null);
    match dice.below(4) {
        0 => {
            items.push(last);
            Some("an item twice")
        }
        1 => {
            items.push(json!({"not": "listed"}));
            Some("another item")
        }
        2 => {
            items.pop();
            Some("an item less")
        }
        _ => {
            let length = near(dictionary, dice)?;
            items.resize(length.min(500), last);
            Some("another length")
        }
    }
}

fn spoilt_text(text: &str, dictionary: &Dictionary, dice: &mut Dice) -> String {
    match dice.below(7) {
        0 => String::new(),
        1 => format!("{text}~"),
        2 => text.to_uppercase(),
        3 => resized(text, text.chars().count().saturating_sub(1)),
        4 => format!("\u{e9} {text}"),
        5 => text.replacen(|it: char| it.is_alphanumeric(), "?", 1),
        _ => resized(text, near(dictionary, dice).unwrap_or(3).min(5000)),
    }
}

/// A length at the edge of those that the schema allows somewhere.
fn near(dictionary: &Dictionary, dice: &mut Dice) -> Option<usize> {
    let bound = *dice.pick(&dictionary.counts)?;
    Some((bound + dice.below(3)).saturating_sub(1))
}

#[allow(clippy::cast_possible_truncation, reason = "it is whole and fits")]
fn spoilt_number(number: f64, dictionary: &Dictionary, dice: &mut Dice) -> Value {
    let bound = dice.pick(&dictionary.bounds).copied().unwrap_or(1e15);
    let changed = match dice.below(7) {
        0 => number + 1.0,
        1 => number - 1.0,
        2 => number + 0.5,
        3 => -number,
        4 => bound,
        5 => bound + 1.0,
        _ => bound - 1.0,
    };
    if changed.fract() == 0.0 && changed.abs() < 9.2e18 { json!(changed as i64) } else { json!(changed) }
}
