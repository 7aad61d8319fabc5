//! Plans and another validator agree on schemas and values that nobody thought of.

use super::{leak, plan, tree};
use framelock_codegen::plan::{Check, Types};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Schemas in the making: each with the checks of one JSON Schema.
#[derive(Default)]
struct Builder {
    schemas: Vec<Vec<Check>>,
}

impl Builder {
    fn schema(&mut self, schema: &Value) -> usize {
        let index = self.schemas.len();
        self.schemas.push(Vec::new());
        let checks = match schema {
            Value::Object(keywords) => self.checks(keywords),
            other => {
                if other == &json!(false) {
                    vec![Check::Never]
                } else {
                    vec![]
                }
            }
        };
        self.schemas[index] = checks;
        index
    }

    fn optional(&mut self, keywords: &Map<String, Value>, name: &str) -> Option<usize> {
        keywords.get(name).map(|schema| self.schema(schema))
    }

    fn list(&mut self, schemas: &Value) -> &'static [usize] {
        leak(schemas.as_array().into_iter().flatten().map(|schema| self.schema(schema)).collect())
    }

    fn named(&mut self, schemas: Option<&Value>) -> &'static [(&'static str, usize)] {
        let schemas = schemas.and_then(Value::as_object).into_iter().flatten();
        leak(schemas.map(|(name, schema)| (text(name), self.schema(schema))).collect())
    }

    fn checks(&mut self, keywords: &Map<String, Value>) -> Vec<Check> {
        let mut checks: Vec<Check> = Vec::new();
        for (keyword, argument) in keywords {
            checks.extend(
                assertion(keyword, argument).or_else(|| self.applicator(keyword, argument, keywords)),
            );
        }
        if ["properties", "additionalProperties"].iter().any(|keyword| keywords.contains_key(*keyword)) {
            let named = self.named(keywords.get("properties"));
            let additional = self.optional(keywords, "additionalProperties");
            checks.push(Check::Properties { named, patterns: &[], additional });
        }
        checks.extend(self.optional(keywords, "unevaluatedItems").map(Check::UnevaluatedItems));
        checks.extend(self.optional(keywords, "unevaluatedProperties").map(Check::UnevaluatedProperties));
        checks
    }

    fn applicator(
        &mut self,
        keyword: &str,
        argument: &Value,
        keywords: &Map<String, Value>,
    ) -> Option<Check> {
        Some(match keyword {
            "allOf" => Check::AllOf(self.list(argument)),
            "anyOf" => Check::AnyOf(self.list(argument)),
            "oneOf" => Check::OneOf(self.list(argument)),
            "not" => Check::Not(self.schema(argument)),
            "prefixItems" => Check::PrefixItems(self.list(argument)),
            "propertyNames" => Check::PropertyNames(self.schema(argument)),
            "dependentSchemas" => Check::DependentSchemas(self.named(Some(argument))),
            "items" => Check::Items {
                from: keywords.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len),
                schema: self.schema(argument),
            },
            "contains" => Check::Contains {
                schema: self.schema(argument),
                min: keywords.get("minContains").and_then(Value::as_u64).unwrap_or(1),
                max: keywords.get("maxContains").and_then(Value::as_u64),
            },
            "if" => Check::If {
                condition: self.schema(argument),
                then: self.optional(keywords, "then"),
                otherwise: self.optional(keywords, "else"),
            },
            _ => return None,
        })
    }
}

fn text(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn assertion(keyword: &str, argument: &Value) -> Option<Check> {
    let number = || text(&argument.to_string());
    let count = || argument.as_u64().unwrap_or_default();
    Some(match keyword {
        "type" => Check::Types(match argument.as_str() {
            Some("integer") => Types::INTEGER,
            Some("string") => Types::STRING,
            Some("array") => Types::ARRAY,
            _ => Types::OBJECT,
        }),
        "const" => Check::Const(number()),
        "minimum" => Check::Minimum(number()),
        "multipleOf" => Check::MultipleOf(number()),
        "maxLength" => Check::MaxLength(count()),
        "minItems" => Check::MinItems(count()),
        "maxProperties" => Check::MaxProperties(count()),
        "uniqueItems" => Check::UniqueItems,
        "required" => {
            let names = argument.as_array().into_iter().flatten().filter_map(Value::as_str);
            Check::Required(leak(names.map(text).collect()))
        }
        _ => return None,
    })
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        (0..4_i64).prop_map(Value::from),
        prop::sample::select(vec![json!(0.5), json!(1.0), json!("a"), json!("bb"), json!({}), json!([])]),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let name = prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn simple() -> impl Strategy<Value = (&'static str, Value)> {
    prop_oneof![
        prop::sample::select(vec!["integer", "string", "array", "object"])
            .prop_map(|name| ("type", json!(name))),
        values().prop_map(|value| ("const", value)),
        (0..3).prop_map(|bound| ("minimum", json!(bound))),
        Just(("multipleOf", json!(0.5))),
        Just(("maxLength", json!(1))),
        (0..3).prop_map(|count| ("minItems", json!(count))),
        (0..3).prop_map(|count| ("maxProperties", json!(count))),
        (0..3).prop_map(|count| ("minContains", json!(count))),
        (0..3).prop_map(|count| ("maxContains", json!(count))),
        Just(("uniqueItems", json!(true))),
        prop::sample::select(vec![json!(["a"]), json!(["a", "b"])]).prop_map(|names| ("required", names)),
    ]
}

fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        simple().prop_map(|(keyword, argument)| json!({ keyword: argument })),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from);
        let name = prop::sample::select(vec!["a", "b"]).prop_map(str::to_owned);
        let named = prop::collection::vec((name, inner.clone()), 0..3);
        let named = named.prop_map(|schemas| Value::Object(schemas.into_iter().collect()));
        let keyword = prop_oneof![
            (prop::sample::select(vec!["allOf", "anyOf", "oneOf", "prefixItems"]), list),
            (prop::sample::select(vec!["properties", "dependentSchemas"]), named),
            (
                prop::sample::select(vec![
                    "not",
                    "items",
                    "contains",
                    "if",
                    "then",
                    "else",
                    "additionalProperties",
                    "propertyNames",
                    "unevaluatedItems",
                    "unevaluatedProperties",
                ]),
                inner
            ),
            simple(),
        ];
        prop::collection::vec(keyword, 1..5).prop_map(|keywords| {
            Value::Object(keywords.into_iter().map(|(name, argument)| (name.to_owned(), argument)).collect())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn plans_agree_with_another_validator(schema in schemas(), values in prop::collection::vec(values(), 8)) {
        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
        let mut builder = Builder::default();
        builder.schema(&schema);
        let plan = plan(builder.schemas);
        for value in values {
            let text = value.to_string();
            let expected = validator.is_valid(&value);
            prop_assert_eq!(plan.accepts(0, &tree(&text)), expected, "{} {}", schema, text);
            prop_assert_eq!(plan.check(0, &tree(&text)).is_ok(), expected, "{} {}", schema, text);
        }
    }
}
