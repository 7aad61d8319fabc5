//! Every check: what it accepts and what not.

use super::{assert_accepts, leak, plan, plan_with};
use framelock_codegen::plan::{Anchor, Check, Test, Types};

fn starts_with_x(text: &str) -> bool {
    text.starts_with('x')
}

fn has_a(text: &str) -> bool {
    text.contains('a')
}

/// Other kinds of values than a check is about.
const OTHERS: [&str; 6] = ["null", "true", "1.5", "\"zz\"", "[1,1,2,3,4,5]", r#"{"z":1,"y":1,"w":1}"#];

/// Asserts what a single check accepts; `kind` is the index of the kind of values in [`OTHERS`] that it is about, and
/// all others pass.
fn assert_check(check: Check, kind: usize, accepted: &[&str], refused: &[&str]) {
    let plan = plan([vec![check]]);
    assert_accepts(plan, accepted, refused);
    let others = OTHERS.iter().enumerate().filter(|(index, _)| *index != kind);
    assert_accepts(plan, &others.map(|(_, text)| *text).collect::<Vec<_>>(), &[]);
}

fn integers() -> Vec<Check> {
    vec![Check::Types(Types::INTEGER)]
}

#[test]
fn types() {
    for (types, accepted) in [
        (Types::NULL, "null"),
        (Types::BOOLEAN, "false"),
        (Types::NUMBER, "1.5"),
        (Types::STRING, "\"\""),
        (Types::ARRAY, "[]"),
        (Types::OBJECT, "{}"),
    ] {
        let all = ["null", "false", "1.5", "\"\"", "[]", "{}"];
        let refused: Vec<&str> = all.into_iter().filter(|text| *text != accepted).collect();
        assert_accepts(plan([vec![Check::Types(types)]]), &[accepted], &refused);
    }
    assert_accepts(plan([integers()]), &["1", "1.0", "1e2", "-0.0"], &["1.5", "1e-1", "\"1\"", "true"]);
    let strict = vec![Check::Types(Types::STRICT_INTEGER)];
    assert_accepts(plan([strict]), &["1", "-12345678910111213141516"], &["1.0", "1e2", "1.5"]);
    let either = vec![Check::Types(Types::STRING.or(Types::NULL))];
    assert_accepts(plan([either]), &["\"\"", "null"], &["1", "[]"]);
    assert_accepts(plan([vec![Check::Types(Types::NONE)]]), &[], &OTHERS);
    assert_accepts(plan([vec![Check::Never]]), &[], &OTHERS);
    assert_accepts(plan([vec![]]), &OTHERS, &[]);
}

#[test]
fn constants() {
    let constant = |text| plan([vec![Check::Const(text)]]);
    assert_accepts(constant("1"), &["1", "1.0", "10e-1"], &["true", "2", "\"1\""]);
    assert_accepts(constant("true"), &["true"], &["1", "false"]);
    assert_accepts(constant("null"), &["null"], &["0", "false", "\"null\""]);
    assert_accepts(constant(r#""a\nb""#), &[r#""a\u000ab""#], &["\"a\"", r#""a\\nb""#]);
    assert_accepts(constant("\"é\""), &["\"é\"", r#""\u00e9""#], &["\"e\""]);
    assert_accepts(constant(r#"{"a":[1],"b":{}}"#), &[r#"{"b":{},"a":[1.0]}"#], &[r#"{"a":[1]}"#, "[]"]);
    let listed = plan([vec![Check::Enum(&["1", "[2]", "\"x\"", "false"])]]);
    assert_accepts(listed, &["1.0", "[2e0]", "\"x\"", "false"], &["0", "[false]", "\"y\"", "null"]);
    // Texts that are no values are equal to none.
    assert_accepts(plan([vec![Check::Enum(&["", "\"", "[", "{\"a\"", "1e400"])]]), &[], &OTHERS);
}

#[test]
fn numbers() {
    assert_check(Check::Minimum("1.1"), 2, &["1.1", "11e-1", "2"], &["1.0999999999999999999999", "-2"]);
    assert_check(Check::Maximum("9007199254740992"), 2, &["9007199254740992"], &["9007199254740993"]);
    assert_check(Check::ExclusiveMinimum("0"), 2, &["1e-999"], &["0", "-0.0", "-1"]);
    assert_check(Check::ExclusiveMaximum("3"), 2, &["2.9999999999999999999999999"], &["3.0", "4"]);
    assert_check(Check::MultipleOf("0.01"), 2, &["19.99", "0", "-4.02"], &["0.0751"]);
}

#[test]
fn strings() {
    assert_check(Check::MinLength(2), 3, &["\"ab\"", "\"äö\""], &["\"\"", "\"\u{1f600}\""]);
    assert_check(Check::MaxLength(2), 3, &["\"\"", "\"\u{1f600}\u{1f600}\""], &["\"abc\""]);
    assert_check(Check::Pattern(Test(&starts_with_x), "^x"), 3, &["\"xy\""], &["\"y\"", "\"\""]);
    assert_check(Check::Format(Test(&has_a), "with-a"), 3, &["\"bab\""], &["\"bb\""]);
}

#[test]
fn arrays() {
    assert_check(Check::MinItems(1), 4, &["[1]", "[1,2]"], &["[]"]);
    assert_check(Check::MaxItems(1), 4, &["[]", "[1]"], &["[1,2]"]);
    assert_check(
        Check::UniqueItems,
        4,
        &["[]", "[1,true,[1],{\"a\":1},\"1\"]", "[[1,2],[2,1]]"],
        &["[1,2,1.0]", r#"[{"a":1,"b":2},{"b":2,"a":1}]"#, "[[],0,[]]", "[null,null]"],
    );
    let tuple = [
        vec![Check::PrefixItems(&[1, 2]), Check::Items { from: 2, schema: 1 }],
        integers(),
        vec![Check::Never],
    ];
    assert_accepts(plan(tuple), &["[]", "[1]", "{}"], &["[\"\"]", "[1,2]", "[1,2,3]"]);
    let rest = [vec![Check::Items { from: 1, schema: 1 }], integers()];
    assert_accepts(plan(rest), &["[]", "[\"\"]", "[\"\",1]", "\"\""], &["[1,\"\"]", "[1,1,1.5]"]);
}

#[test]
fn contents() {
    let contains = |min, max| plan([vec![Check::Contains { schema: 1, min, max }], integers()]);
    assert_accepts(contains(1, None), &["[\"\",1]", "[1,1]", "{}", "3.5"], &["[]", "[\"\"]"]);
    assert_accepts(contains(0, None), &["[]", "[\"\"]", "[1]"], &[]);
    assert_accepts(contains(2, Some(3)), &["[1,2,\"\"]", "[1,2,3]"], &["[1,\"\"]", "[1,2,3,4]"]);
    assert_accepts(contains(0, Some(1)), &["[]", "[1]"], &["[1,1]"]);
}

#[test]
fn objects() {
    assert_check(Check::MinProperties(1), 5, &[r#"{"a":1}"#], &["{}"]);
    assert_check(Check::MaxProperties(1), 5, &["{}", r#"{"a":1}"#], &[r#"{"a":1,"b":1}"#]);
    assert_check(Check::Required(&["a", "b"]), 5, &[r#"{"b":1,"a":1}"#], &["{}", r#"{"a":1}"#]);
    assert_check(
        Check::DependentRequired(&[("a", &["b", "c"]), ("d", &[])]),
        5,
        &["{}", r#"{"b":1}"#, r#"{"d":1}"#, r#"{"a":1,"b":1,"c":1}"#],
        &[r#"{"a":1,"b":1}"#, r#"{"d":1,"a":1}"#],
    );
    let names = [vec![Check::PropertyNames(1)], vec![Check::AllOf(&[2])], vec![Check::MaxLength(2)]];
    assert_accepts(plan(names), &["{}", r#"{"ab":1,"b":1}"#, "[\"abc\"]"], &[r#"{"ab":1,"abc":1}"#]);
    let dependent = [vec![Check::DependentSchemas(&[("a", 1)])], vec![Check::Required(&["b"])]];
    assert_accepts(plan(dependent), &["{}", r#"{"a":1,"b":1}"#, "\"a\""], &[r#"{"a":1}"#]);
}

#[test]
fn properties() {
    let of = |named, patterns, additional| Check::Properties { named, patterns, additional };
    let schemas = |check| plan([vec![check], integers(), vec![Check::Minimum("10")], vec![Check::Never]]);
    assert_accepts(
        schemas(of(&[("a", 1)], &[(Test(&has_a), 2)], Some(3))),
        &["{}", r#"{"a":10}"#, r#"{"ba":10.5,"a":11}"#, "[1]"],
        &[r#"{"a":1}"#, r#"{"a":10.5}"#, r#"{"ba":1}"#, r#"{"b":1}"#],
    );
    assert_accepts(schemas(of(&[("a", 3)], &[], None)), &["{}", r#"{"b":1}"#], &[r#"{"a":1}"#]);
    assert_accepts(schemas(of(&[], &[], Some(1))), &["{}", r#"{"b":1}"#], &[r#"{"b":1.5}"#]);
}

#[test]
fn alternatives() {
    let of = |check| plan([vec![check], integers(), vec![Check::Minimum("2")]]);
    assert_accepts(of(Check::AllOf(&[1, 2])), &["2", "3"], &["1", "2.5", "\"\""]);
    assert_accepts(of(Check::AnyOf(&[1, 2])), &["1", "2.5", "2", "\"\""], &["1.5"]);
    assert_accepts(of(Check::OneOf(&[1, 2])), &["1", "2.5", "\"\""], &["1.5", "2"]);
    assert_accepts(of(Check::Not(1)), &["1.5", "{}"], &["1"]);
    assert_accepts(of(Check::Ref(2)), &["2", "\"\""], &["1"]);
    assert_accepts(of(Check::AnyOf(&[])), &[], &["1"]);
    assert_accepts(of(Check::AllOf(&[])), &["1"], &[]);
    let branch = |then, otherwise| of(Check::If { condition: 1, then, otherwise });
    assert_accepts(branch(Some(2), None), &["2", "1.5", "\"\""], &["1"]);
    assert_accepts(branch(None, Some(2)), &["2", "1", "2.5", "\"\""], &["1.5"]);
    assert_accepts(branch(None, None), &["1", "1.5"], &[]);
}

/// Schema 0 says what is unevaluated behind `first`; 1 is `false`, 2 evaluates `a`, 3 evaluates `b` and needs it, 4
/// is 3 or nothing.
fn unevaluated(first: Check) -> [Vec<Check>; 5] {
    let properties = |named| Check::Properties { named, patterns: &[], additional: None };
    [
        vec![first, Check::UnevaluatedProperties(1)],
        vec![Check::Never],
        vec![properties(&[("a", 5)])],
        vec![properties(&[("b", 5)]), Check::Required(&["b"])],
        vec![Check::AnyOf(&[3, 2])],
    ]
}

#[test]
fn unevaluated_properties() {
    let of = |first, more: Vec<Vec<Check>>| plan(unevaluated(first).into_iter().chain([vec![]]).chain(more));
    let (a, b, ab, c) = (r#"{"a":1}"#, r#"{"b":1}"#, r#"{"a":1,"b":1}"#, r#"{"c":1}"#);
    assert_accepts(of(Check::Ref(2), vec![]), &["{}", a, "[1]", "1"], &[b, ab, c]);
    assert_accepts(of(Check::AllOf(&[2, 3]), vec![]), &[b, ab], &["{}", a, c]);
    // All alternatives that accept the value say what they evaluated, those that do not say nothing.
    assert_accepts(of(Check::AnyOf(&[2, 3]), vec![]), &["{}", a, b, ab], &[c]);
    assert_accepts(of(Check::Ref(4), vec![]), &["{}", a, b, ab], &[c]);
    assert_accepts(of(Check::OneOf(&[3, 6]), vec![vec![Check::Never]]), &[b], &[a, ab]);
    assert_accepts(of(Check::Not(6), vec![vec![Check::Not(2)]]), &["{}"], &[a, b, c]);
    assert_accepts(of(Check::DependentSchemas(&[("b", 2)]), vec![]), &["{}"], &[a, b, ab]);
    let branch = |then, otherwise| Check::If { condition: 3, then, otherwise };
    assert_accepts(of(branch(Some(2), None), vec![]), &["{}", b, ab], &[a, c]);
    assert_accepts(of(branch(None, Some(2)), vec![]), &["{}", a, b], &[ab, c]);
    let named = |patterns, additional| Check::Properties { named: &[("b", 5)], patterns, additional };
    assert_accepts(of(named(&[(Test(&has_a), 5)], None), vec![]), &[a, b, ab], &[c]);
    assert_accepts(of(named(&[], Some(5)), vec![]), &[a, b, ab, c], &[]);
    // A schema inside says that nothing is left; one beside does not see what its neighbours evaluate.
    let all = vec![vec![Check::UnevaluatedProperties(5)]];
    assert_accepts(of(Check::Ref(6), all), &["{}", a, b, ab, c], &[]);
    let cousins = vec![vec![Check::UnevaluatedProperties(1)]];
    assert_accepts(of(Check::AllOf(&[2, 6]), cousins), &["{}"], &[a, b, c]);
}

#[test]
fn unevaluated_items() {
    let of = |first| {
        plan([
            vec![first, Check::UnevaluatedItems(1)],
            vec![Check::Types(Types::STRING)],
            vec![Check::PrefixItems(&[3])],
            vec![],
            integers(),
            vec![Check::Items { from: 0, schema: 3 }],
            vec![Check::UnevaluatedItems(3)],
        ])
    };
    assert_accepts(of(Check::Ref(2)), &["[]", "[1]", "[1,\"\"]", "{\"a\":1}"], &["[1,2]"]);
    assert_accepts(of(Check::AnyOf(&[4, 2])), &["[1,\"\"]"], &["[1,2]"]);
    assert_accepts(of(Check::Ref(5)), &["[1,2]"], &[]);
    assert_accepts(of(Check::Ref(6)), &["[1,2]"], &[]);
    assert_accepts(of(Check::Items { from: 1, schema: 4 }), &["[\"\",2]"], &["[1.5,2]", "[1,\"\"]"]);
    let contains = Check::Contains { schema: 4, min: 0, max: None };
    assert_accepts(of(contains), &["[1,2]", "[\"\",1,\"\"]", "[\"\"]"], &["[1.5,1]"]);
}

#[test]
fn dynamic_references() {
    // 0 enters resource 1, whose list (3) has items that the outermost `item` describes.
    let anchors = |first| {
        [(0, first), (1, 4)].map(|(resource, schema)| Anchor { resource, name: "item", schema }).into()
    };
    let schemas = [
        (0, vec![Check::Ref(3)]),
        (0, vec![Check::Types(Types::STRING)]),
        (2, vec![Check::Ref(3)]),
        (1, vec![Check::Items { from: 0, schema: 5 }]),
        (1, vec![]),
        (1, vec![Check::DynamicRef { anchor: "item", fallback: 4 }]),
    ];
    let plan = plan_with(schemas, anchors(1));
    assert_accepts(plan, &["[\"\"]"], &["[\"\",1]"]);
    // Through a resource that declares no such anchor, or none, the list's own is meant.
    for schema in [2, 3] {
        assert!(plan.accepts(schema, &super::tree("[\"\",1]")));
    }
}

#[test]
fn the_way_to_a_dynamic_reference_counts() {
    // The same part of the value is asked the same question by two ways, with different answers.
    let anchors =
        [(1, 3), (2, 4), (3, 5)].map(|(resource, schema)| Anchor { resource, name: "x", schema }).into();
    let schemas = [
        (0, vec![Check::OneOf(leak(vec![1, 2]))]),
        (1, vec![Check::Ref(6)]),
        (2, vec![Check::Ref(6)]),
        (1, vec![Check::Types(Types::STRING)]),
        (2, vec![Check::Types(Types::INTEGER)]),
        (3, vec![Check::Never]),
        (3, vec![Check::DynamicRef { anchor: "x", fallback: 5 }]),
    ];
    assert_accepts(plan_with(schemas, anchors), &["1", "\"\""], &["null", "1.5"]);
}
