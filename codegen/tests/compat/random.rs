//! Schemas that nobody thought of, and what must be true of them whatever they say.

use super::{assert_witness, validator, verdict};
use framelock_codegen::compat::Verdict;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const NAMES: [&str; 4] = ["a", "b", "ab", "c"];
const PATTERNS: [&str; 6] = ["^a", "b$", "^[a-c]*$", "^.{2}$", "^(?!a)", "a|b"];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-3..6_i64).prop_map(Value::from),
        prop::sample::select(vec![json!(0.5), json!(1.0), json!(2.5)]),
        prop::sample::select(vec!["", "a", "b", "ab", "ba", "c", "abc"]).prop_map(Value::from),
    ]
}

/// Objects with some of these names.
fn object(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let name = prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned);
    prop::collection::vec((name, values), 0..4)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

fn instance() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from), object(inner)]
    })
}

/// One keyword, with what it needs to say something.
fn keyword(schema: impl Strategy<Value = Value> + Clone + 'static) -> BoxedStrategy<Value> {
    let count = || 0..4_u64;
    let of = |keyword: &'static str| move |argument: Value| json!({ keyword: argument });
    let counted = |keyword| count().prop_map(Value::from).prop_map(of(keyword)).boxed();
    let several = || prop::collection::vec(schema.clone(), 1..4).prop_map(Value::from);
    let pattern = || prop::sample::select(PATTERNS.to_vec());
    let name = || prop::sample::select(NAMES.to_vec());
    let mut keywords = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]
        .map(counted)
        .to_vec();
    for keyword in ["allOf", "anyOf", "oneOf", "prefixItems"] {
        keywords.push(several().prop_map(of(keyword)).boxed());
    }
    for keyword in
        ["not", "items", "contains", "additionalProperties", "unevaluatedProperties", "unevaluatedItems"]
    {
        keywords.push(schema.clone().prop_map(of(keyword)).boxed());
    }
    keywords.extend([
        pattern().prop_map(|pattern| json!({ "pattern": pattern })).boxed(),
        pattern().prop_map(|pattern| json!({ "propertyNames": { "pattern": pattern } })).boxed(),
        (pattern(), schema.clone())
            .prop_map(|(pattern, of)| json!({ "patternProperties": { pattern: of } }))
            .boxed(),
        object(schema.clone()).prop_map(of("properties")).boxed(),
        prop::sample::subsequence(NAMES.to_vec(), 1..3)
            .prop_map(|names| json!({ "required": names }))
            .boxed(),
        (name(), schema.clone()).prop_map(|(name, of)| json!({ "dependentSchemas": { name: of } })).boxed(),
        (schema.clone(), count())
            .prop_map(|(of, most)| json!({ "contains": of, "maxContains": most }))
            .boxed(),
        (schema.clone(), schema.clone(), schema.clone())
            .prop_map(|(one, two, three)| json!({ "if": one, "then": two, "else": three }))
            .boxed(),
        Just(json!({ "uniqueItems": true })).boxed(),
    ]);
    prop::strategy::Union::new(keywords).boxed()
}

fn simple() -> BoxedStrategy<Value> {
    let kinds = ["null", "boolean", "integer", "number", "string", "array", "object"];
    let bounds =
        (prop::sample::select(vec!["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]), -3..6_i64);
    prop_oneof![
        prop::sample::select(kinds.to_vec()).prop_map(|kind| json!({ "type": kind })),
        bounds.prop_map(|(keyword, bound)| json!({ keyword: bound })),
        prop::sample::select(vec![1.0, 2.0, 0.5, 1.5]).prop_map(|divisor| json!({ "multipleOf": divisor })),
        instance().prop_map(|value| json!({ "const": value })),
        prop::collection::vec(scalar(), 1..4).prop_map(|values| json!({ "enum": values })),
        any::<bool>().prop_map(Value::from),
    ]
    .boxed()
}

/// Schemas of a few keywords; one that two of them give stays as the last one says.
fn schema() -> BoxedStrategy<Value> {
    let merge = |parts: Vec<Value>| {
        let members = parts.iter().filter_map(Value::as_object).flatten();
        let merged: Map<String, Value> = members.map(|(name, value)| (name.clone(), value.clone())).collect();
        if merged.is_empty() {
            parts.into_iter().next().unwrap_or(json!(true))
        } else {
            Value::Object(merged)
        }
    };
    let leaf = simple();
    leaf.prop_recursive(3, 10, 3, move |inner| {
        let part = prop_oneof![1 => simple(), 2 => keyword(inner)];
        prop::collection::vec(part, 1..4).prop_map(merge)
    })
    .boxed()
}

/// Asserts that a verdict is right as far as some instances can tell.
fn assert_right(old: &Value, new: &Value, instances: &[Value]) {
    match verdict(old, new, "2020-12") {
        Verdict::Refuted { witness } => assert_witness(old, new, "2020-12", &witness),
        Verdict::Proved => {
            let (accepted, wanted) = (validator(old, "2020-12").unwrap(), validator(new, "2020-12").unwrap());
            let constants = [old, new].into_iter().flat_map(constants).collect::<Vec<_>>();
            for instance in instances.iter().chain(&constants) {
                let shows = accepted.is_valid(instance) && !wanted.is_valid(instance);
                assert!(!shows, "{instance} shows that {old} is not included in {new}");
            }
        }
        Verdict::Unknown { .. } => {}
    }
}

/// Every value that stands in a schema: those of `const` and `enum` among them.
fn constants(schema: &Value) -> Vec<Value> {
    let inner: Vec<&Value> = match schema {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    };
    inner.into_iter().flat_map(constants).chain([schema.clone()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_instance_contradicts_a_verdict(
        old in schema(),
        new in schema(),
        instances in prop::collection::vec(instance(), 60),
    ) {
        assert_right(&old, &new, &instances);
        assert_right(&old, &json!({ "anyOf": [new, { "not": new }] }), &instances);
        // What two schemas have in common is much like each of them.
        assert_right(&json!({ "allOf": [old, new] }), &json!({ "oneOf": [old, new] }), &instances);
        assert_right(&json!({ "properties": { "a": old } }), &json!({ "properties": { "a": new } }), &instances);
        assert_right(&json!({ "items": old }), &json!({ "contains": new }), &instances);
    }

    #[test]
    fn laws_of_sets_are_proved(a in schema(), b in schema(), c in schema()) {
        let not = |schema: &Value| json!({ "not": schema });
        let all = |schemas: &[&Value]| json!({ "allOf": schemas });
        let any = |schemas: &[&Value]| json!({ "anyOf": schemas });
        let one = |schemas: &[&Value]| json!({ "oneOf": schemas });
        for (old, new) in [
            (all(&[&a, &b]), a.clone()),
            (a.clone(), any(&[&b, &a])),
            (a.clone(), not(&not(&a))),
            (a.clone(), any(&[&all(&[&a, &b]), &all(&[&a, &not(&b)])])),
            (not(&any(&[&a, &b])), all(&[&not(&b), &not(&a)])),
            (all(&[&not(&a), &not(&b)]), not(&any(&[&b, &a]))),
            (one(&[&a, &b]), any(&[&all(&[&a, &not(&b)]), &all(&[&b, &not(&a)])])),
            (any(&[&all(&[&a, &not(&b)]), &all(&[&b, &not(&a)])]), one(&[&b, &a])),
            (all(&[&a, &any(&[&b, &c])]), any(&[&all(&[&a, &b]), &all(&[&a, &c])])),
            (json!({ "if": a, "then": b, "else": c }), any(&[&all(&[&a, &b]), &all(&[&c, &not(&a)])])),
            (json!({ "items": all(&[&a, &b]) }), all(&[&json!({ "items": b }), &json!({ "items": a })])),
            (json!({ "$defs": { "x": a }, "$ref": "#/$defs/x" }), json!({ "allOf": [true, a] })),
        ] {
            let verdict = verdict(&old, &new, "2020-12");
            let too_many = |reason: &str| reason.starts_with("too many subschemas decide");
            let given_up = matches!(&verdict, Verdict::Unknown { reason } if too_many(reason));
            prop_assert!(verdict == Verdict::Proved || given_up, "{old} and {new}: {verdict:?}");
        }
    }
}
