//! Checks as the JSON Schema that they stand for.

use super::{Check, Plan, Types};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The schema with this number, and those that it refers to, as definitions; returns the reference.
///
/// A `$dynamicRef` is taken for what it refers to where it is written, and an integer of draft 4 for one of today;
/// properties by patterns are left out. The generator gives no schemas to protocols that have them.
pub fn of(generator: &mut SchemaGenerator, plan: &Plan, number: usize) -> Schema {
    reference(generator, plan, number).try_into().unwrap_or_else(|_| true.into())
}

fn reference(generator: &mut SchemaGenerator, plan: &Plan, number: usize) -> Value {
    // No type is called so.
    let name = format!("Check.{number}");
    if !generator.definitions().contains_key(&name) {
        // Schemas may refer to themselves.
        generator.definitions_mut().insert(name.clone(), Value::Bool(true));
        let checks = plan.schemas.get(number).map_or(&[Check::Never][..], |schema| schema.checks);
        let schema = conjunction(checks.iter().map(|check| keywords(generator, plan, check)).collect());
        generator.definitions_mut().insert(name.clone(), schema);
    }
    let path = generator.settings().definitions_path.trim_end_matches('/').to_owned();
    json!({ "$ref": format!("#{path}/{name}") })
}

/// What all of them accept, in one schema as far as no keyword comes twice.
fn conjunction(all: Vec<Value>) -> Value {
    let (mut schema, mut again) = (Map::new(), Vec::new());
    for part in all {
        match part {
            Value::Object(part) if part.keys().all(|keyword| !schema.contains_key(keyword)) => {
                schema.extend(part);
            }
            part => again.push(part),
        }
    }
    if again.is_empty() {
        return Value::Object(schema);
    }
    match schema.get_mut("allOf") {
        Some(Value::Array(members)) => members.extend(again),
        _ => {
            schema.insert("allOf".to_owned(), again.into());
        }
    }
    Value::Object(schema)
}

/// The keywords of a check.
fn keywords(generator: &mut SchemaGenerator, plan: &Plan, check: &Check) -> Value {
    match *check {
        Check::Never => Value::Bool(false),
        Check::Types(types) => json!({ "type": names(types) }),
        Check::Const(value) => json!({ "const": parsed(value) }),
        Check::Enum(values) => {
            json!({ "enum": values.iter().map(|value| parsed(value)).collect::<Vec<_>>() })
        }
        Check::Minimum(bound) => json!({ "minimum": parsed(bound) }),
        Check::Maximum(bound) => json!({ "maximum": parsed(bound) }),
        Check::ExclusiveMinimum(bound) => json!({ "exclusiveMinimum": parsed(bound) }),
        Check::ExclusiveMaximum(bound) => json!({ "exclusiveMaximum": parsed(bound) }),
        Check::MultipleOf(factor) => json!({ "multipleOf": parsed(factor) }),
        Check::MinLength(count) => json!({ "minLength": count }),
        Check::MaxLength(count) => json!({ "maxLength": count }),
        Check::Pattern(_, pattern) => json!({ "pattern": pattern }),
        Check::Format(_, format) => json!({ "format": format }),
        Check::MinItems(count) => json!({ "minItems": count }),
        Check::MaxItems(count) => json!({ "maxItems": count }),
        Check::UniqueItems => json!({ "uniqueItems": true }),
        Check::MinProperties(count) => json!({ "minProperties": count }),
        Check::MaxProperties(count) => json!({ "maxProperties": count }),
        Check::Required(names) => json!({ "required": names }),
        Check::DependentRequired(names) => {
            let names = names.iter().map(|(name, others)| ((*name).to_owned(), json!(others)));
            json!({ "dependentRequired": names.collect::<Map<_, _>>() })
        }
        _ => applying(&mut |number| reference(generator, plan, number), check),
    }
}

/// The keywords of a check that applies other schemas.
fn applying(of: &mut dyn FnMut(usize) -> Value, check: &Check) -> Value {
    let mut many = |numbers: &[usize]| numbers.iter().map(|number| of(*number)).collect::<Vec<_>>();
    match *check {
        Check::PrefixItems(numbers) => json!({ "prefixItems": many(numbers) }),
        Check::AllOf(numbers) => json!({ "allOf": many(numbers) }),
        Check::AnyOf(numbers) => json!({ "anyOf": many(numbers) }),
        Check::OneOf(numbers) => json!({ "oneOf": many(numbers) }),
        // The items before have their own check in the same schema.
        Check::Items { schema, .. } => json!({ "items": of(schema) }),
        Check::Contains { schema, min, max: None } => json!({ "contains": of(schema), "minContains": min }),
        Check::Contains { schema, min, max: Some(max) } => {
            json!({ "contains": of(schema), "minContains": min, "maxContains": max })
        }
        Check::Properties { named, additional, .. } => properties(of, named, additional),
        Check::PropertyNames(number) => json!({ "propertyNames": of(number) }),
        Check::DependentSchemas(named) => json!({ "dependentSchemas": members(of, named) }),
        Check::Not(number) => json!({ "not": of(number) }),
        Check::If { condition, then, otherwise } => {
            let mut branch = |number: Option<usize>| number.map_or(Value::Bool(true), &mut *of);
            let (then, otherwise) = (branch(then), branch(otherwise));
            json!({ "if": of(condition), "then": then, "else": otherwise })
        }
        Check::Ref(number) | Check::DynamicRef { fallback: number, .. } => of(number),
        Check::UnevaluatedItems(number) => json!({ "unevaluatedItems": of(number) }),
        Check::UnevaluatedProperties(number) => json!({ "unevaluatedProperties": of(number) }),
        // The others apply no schema.
        _ => Value::Bool(true),
    }
}

fn properties(
    of: &mut dyn FnMut(usize) -> Value,
    named: &[(&'static str, usize)],
    additional: Option<usize>,
) -> Value {
    let mut schema = json!({ "properties": members(of, named) });
    if let Some(additional) = additional {
        schema["additionalProperties"] = of(additional);
    }
    schema
}

fn members(of: &mut dyn FnMut(usize) -> Value, named: &[(&'static str, usize)]) -> Map<String, Value> {
    named.iter().map(|(name, number)| ((*name).to_owned(), of(*number))).collect()
}

/// A JSON text as a value.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn names(types: Types) -> Vec<&'static str> {
    let known = [
        (Types::NULL, "null"),
        (Types::BOOLEAN, "boolean"),
        (Types::INTEGER.or(Types::STRICT_INTEGER), "integer"),
        (Types::NUMBER, "number"),
        (Types::STRING, "string"),
        (Types::ARRAY, "array"),
        (Types::OBJECT, "object"),
    ];
    known.into_iter().filter(|(kind, _)| types.meets(*kind)).map(|(_, name)| name).collect()
}
