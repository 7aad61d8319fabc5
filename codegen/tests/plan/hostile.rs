//! Values and plans that are made to be slow, or to break something.

use super::{leak, plan, plan_with, tree};
use framelock_codegen::plan::{Anchor, Check, Plan, Test, Types};
use framelock_codegen::support::Code;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn any_name(_: &str) -> bool {
    true
}

/// Both questions about a value that nests `x` 100 times around `leaf`, in little time.
fn assert_fast(plan: &'static Plan, leaf: &str, accepted: bool) {
    let text = r#"{"x":"#.repeat(100) + leaf + &"}".repeat(100);
    let start = Instant::now();
    let tree = tree(&text);
    assert_eq!(plan.accepts(0, &tree), accepted, "{plan:?}");
    let checked = plan.check(0, &tree);
    assert_eq!(checked.is_ok(), accepted, "{plan:?}");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?} {plan:?}", start.elapsed());
}

fn x(schema: usize) -> Check {
    Check::Properties { named: leak(vec![("x", schema)]), patterns: &[], additional: None }
}

#[test]
fn alternatives_that_double_at_each_level_take_no_exponential_time() {
    let leaf = || vec![Check::Types(Types::INTEGER.or(Types::OBJECT))];
    for branch in [Check::AnyOf(&[1, 2, 3]), Check::OneOf(&[1, 2, 3]), Check::AllOf(&[1, 2]), Check::Not(1)] {
        let name = format!("{branch:?}");
        let plan = plan([vec![branch, Check::Ref(4)], vec![x(0)], vec![x(0)], vec![Check::Never], leaf()]);
        let text = r#"{"x":"#.repeat(100) + "\"no\"" + &"}".repeat(100);
        let start = Instant::now();
        let tree = tree(&text);
        assert_eq!(plan.accepts(0, &tree), plan.check(0, &tree).is_ok());
        assert!(start.elapsed() < Duration::from_secs(2), "{:?} {name}", start.elapsed());
    }
    let any = plan([vec![Check::AnyOf(&[1, 2]), Check::Ref(3)], vec![x(0)], vec![x(0)], leaf()]);
    assert_fast(any, "1", true);
    assert_fast(any, "\"no\"", false);
    // Two ways to the same member.
    let twice = Check::Properties {
        named: &[("x", 0)],
        patterns: &[(Test(&any_name), 0), (Test(&any_name), 0)],
        additional: None,
    };
    let children = plan([vec![twice, Check::Ref(1)], leaf()]);
    assert_fast(children, "1", true);
    assert_fast(children, "\"no\"", false);
}

#[test]
fn the_same_holds_for_what_is_unevaluated_and_for_dynamic_references() {
    let rest = plan([
        vec![Check::AnyOf(&[1, 2]), Check::UnevaluatedProperties(3)],
        vec![x(0)],
        vec![x(0)],
        vec![Check::Never],
    ]);
    assert_fast(rest, "1", true);
    assert_fast(rest, r#"{"y":1}"#, false);
    let dynamic = || Check::DynamicRef { anchor: "node", fallback: 0 };
    let next = || Check::Properties { named: &[("x", 3)], patterns: &[], additional: None };
    let schemas = [
        (0, vec![Check::AnyOf(&[1, 2]), Check::Ref(4)]),
        (1, vec![next()]),
        (2, vec![next()]),
        (0, vec![dynamic()]),
        (0, vec![Check::Types(Types::INTEGER.or(Types::OBJECT))]),
    ];
    let anchors = [0, 1, 2].map(|resource| Anchor { resource, name: "node", schema: 0 });
    let dynamic = plan_with(schemas, anchors.into());
    assert_fast(dynamic, "1", true);
    assert_fast(dynamic, "\"no\"", false);
    // Schemas that branch without going into the value.
    let chain = (0..200).map(|index| match index {
        199 => vec![Check::Types(Types::OBJECT), Check::MaxProperties(0)],
        _ => vec![Check::AllOf(leak(vec![index + 1, index + 1])), Check::UnevaluatedProperties(index + 1)],
    });
    assert_fast(plan(chain), "1", false);
}

#[test]
fn what_depends_on_nothing_but_itself_is_accepted() {
    let plan = plan([
        vec![Check::Ref(1)],
        vec![Check::AllOf(&[0]), Check::Types(Types::STRING)],
        vec![Check::Ref(2), Check::UnevaluatedItems(3)],
        vec![Check::Never],
    ]);
    super::assert_accepts(plan, &["\"\""], &["1"]);
    assert!(plan.accepts(2, &tree("[]")));
    // `not` itself: whatever the answer, there is one.
    let paradox = super::plan([vec![Check::Not(0)]]);
    assert_eq!(paradox.accepts(0, &tree("1")), paradox.check(0, &tree("1")).is_ok());
}

#[test]
fn schemas_that_are_not_there_accept_nothing() {
    for check in [
        Check::Ref(9),
        Check::Items { from: 0, schema: 9 },
        Check::AnyOf(&[7, 8]),
        Check::Contains { schema: 9, min: 1, max: None },
    ] {
        let plan = plan([vec![check]]);
        assert!(plan.check(0, &tree("[1]")).is_err());
    }
    let empty = plan([]);
    assert!(!empty.accepts(0, &tree("1")) && empty.check(usize::MAX, &tree("1")).is_err());
}

#[test]
fn deep_values_and_long_chains_of_schemas_need_no_deep_stack() {
    let text = "[".repeat(127) + "\"no\"" + &"]".repeat(127);
    // Schemas that lead to the next on the same value, the last of them to the items.
    let chain = |length: usize, step: fn(usize) -> Check| {
        let last = vec![Check::Types(Types::ARRAY), Check::Items { from: 0, schema: 0 }];
        plan((1..length).map(|next| vec![step(next)]).chain([last]))
    };
    let steps: [fn(usize) -> Check; 3] = [
        Check::Ref,
        |next| Check::OneOf(leak(vec![next, usize::MAX])),
        |next| Check::If { condition: next, then: None, otherwise: Some(next) },
    ];
    for step in steps {
        for length in [1, 2, 10, 60, 100, 3000] {
            let plan = chain(length, step);
            let tree = tree(&text);
            let failure = plan.check(0, &tree).expect_err("there is a string in it");
            assert!(!plan.accepts(0, &tree));
            let expected = if length > 60 { Code::Depth } else { Code::Type };
            assert_eq!(failure.violation.code, expected, "{length}");
            assert_eq!(failure.pointer.len(), if length > 60 { 0 } else { 254 }, "{length}");
        }
    }
}

#[test]
fn large_values_take_no_quadratic_time() {
    let start = Instant::now();
    let numbers: Vec<String> =
        (0..30_000).map(|index| format!("{{\"a\":[{index}],\"b\":{index}.5}}")).collect();
    let text = format!("[{}]", numbers.join(","));
    let unique = plan([vec![Check::UniqueItems, Check::UnevaluatedItems(1)], vec![]]);
    assert!(unique.accepts(0, &tree(&text)));
    let members: Vec<String> = (0..30_000).map(|index| format!("\"k{index}\":1")).collect();
    let text = format!("{{{}}}", members.join(","));
    let object = tree(&text);
    let names = plan([
        vec![Check::PropertyNames(1), x(2), Check::UnevaluatedProperties(2)],
        vec![Check::AllOf(&[2, 3])],
        vec![],
        vec![Check::MaxLength(6)],
    ]);
    assert!(names.accepts(0, &object) && names.check(0, &object).is_ok());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

/// Any checks, that refer to each other in circles, too.
fn checks() -> impl Strategy<Value = Check> {
    let schema = || 0_usize..6;
    let schemas = || prop::collection::vec(0_usize..6, 0..3).prop_map(leak);
    prop_oneof![
        Just(Check::Types(Types::INTEGER.or(Types::OBJECT).or(Types::ARRAY))),
        Just(Check::Types(Types::STRING.or(Types::OBJECT))),
        Just(Check::Const("1")),
        Just(Check::MaxProperties(1)),
        schemas().prop_map(Check::AllOf),
        schemas().prop_map(Check::AnyOf),
        schemas().prop_map(Check::OneOf),
        schemas().prop_map(Check::PrefixItems),
        schema().prop_map(Check::Not),
        schema().prop_map(Check::Ref),
        schema().prop_map(Check::PropertyNames),
        schema().prop_map(|schema| Check::Items { from: 1, schema }),
        schema().prop_map(|schema| Check::Contains { schema, min: 1, max: Some(2) }),
        schema().prop_map(|fallback| Check::DynamicRef { anchor: "a", fallback }),
        (schema(), schema()).prop_map(|(one, other)| Check::Properties {
            named: leak(vec![("a", one)]),
            patterns: leak(vec![(Test(&any_name), other)]),
            additional: Some(one),
        }),
        (schema(), schema()).prop_map(|(condition, then)| Check::If {
            condition,
            then: Some(then),
            otherwise: None
        }),
    ]
}

proptest! {
    #[test]
    fn no_plan_hangs_or_panics(
        schemas in prop::collection::vec((0_u32..3, prop::collection::vec(checks(), 0..3), 0_usize..6, 0_u8..4), 6),
        anchors in prop::collection::vec((0_u32..3, 0_usize..6), 0..4),
    ) {
        let schemas = schemas.into_iter().map(|(resource, mut checks, schema, rest)| {
            match rest {
                0 => checks.push(Check::UnevaluatedItems(schema)),
                1 => checks.push(Check::UnevaluatedProperties(schema)),
                _ => {}
            }
            (resource, checks)
        });
        let anchors = anchors.into_iter().map(|(resource, schema)| Anchor { resource, name: "a", schema });
        let plan = plan_with(schemas, anchors.collect());
        for text in [r#"{"a":[1,{"b":"x"},[]],"b":{"a":1,"c":[1,2]}}"#, "[[1],[1,\"a\"],{}]", "1"] {
            let tree = tree(text);
            let checked = plan.check(0, &tree);
            prop_assert_eq!(checked.is_ok(), plan.accepts(0, &tree));
        }
    }
}
