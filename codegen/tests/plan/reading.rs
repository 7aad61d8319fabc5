//! Plans at work: reasons with their places, choosing by a plan, and what is to be sent.

use super::{plan, tree};
use framelock_codegen::plan::{Check, Plan, Test, Types, checked, holds, select};
use framelock_codegen::support::{Code, Json, Parser};

/// The code, the pointer and the words of the reason why the first schema refuses `text`.
fn reason(plan: &'static Plan, text: &str) -> (Code, String, String) {
    let failure = plan.check(0, &tree(text)).expect_err(text);
    let words = format!("{}, not {}", failure.violation.expected, failure.violation.found);
    (failure.violation.code, failure.pointer, words)
}

fn assert_reason(plan: &'static Plan, text: &str, code: Code, pointer: &str, words: &str) {
    assert_eq!(reason(plan, text), (code, pointer.to_owned(), words.to_owned()), "{text}");
}

const fn named(named: &'static [(&'static str, usize)], additional: Option<usize>) -> Check {
    Check::Properties { named, patterns: &[], additional }
}

/// Two kinds of shapes in a list, told apart by `kind`: a circle has a radius of at least 1, a text has a string.
fn shapes() -> &'static Plan {
    plan([
        vec![Check::Items { from: 0, schema: 1 }, Check::MaxItems(3)],
        vec![Check::OneOf(&[2, 3])],
        vec![
            Check::Required(&["kind", "radius"]),
            Check::Types(Types::OBJECT),
            named(&[("kind", 4), ("radius", 5)], Some(8)),
        ],
        vec![
            Check::Types(Types::OBJECT),
            Check::Required(&["kind"]),
            named(&[("kind", 6), ("text", 7)], None),
        ],
        vec![Check::Const("\"circle\"")],
        vec![Check::Types(Types::NUMBER), Check::Minimum("1")],
        vec![Check::Const("\"text\"")],
        vec![Check::Types(Types::STRING), Check::MinLength(1)],
        vec![Check::Never],
    ])
}

#[test]
fn the_reason_is_that_of_the_alternative_that_was_meant() {
    let shapes = shapes();
    let circle = |rest: &str| format!(r#"[{{"kind":"text"}},{{"kind":"circle"{rest}}}]"#);
    assert_reason(shapes, &circle(r#","radius":0"#), Code::Range, "/1/radius", "a number >= 1, not number 0");
    let missing = "the property `radius`, not an object without it";
    assert_reason(shapes, &circle(""), Code::MissingProperty, "/1", missing);
    let unknown = "only properties of the schema, not the property `a/b`";
    assert_reason(shapes, &circle(r#","radius":1,"a/b":0"#), Code::UnknownProperty, "/1/a~1b", unknown);
    let empty = r#"[{"kind":"text","text":""}]"#;
    assert_reason(shapes, empty, Code::Length, "/0/text", "at least 1 code points, not 0 code points");
    let kinds = "the string \"circle\" or the string \"text\", not string \"square\"";
    assert_reason(shapes, r#"[{"kind":"square","radius":1}]"#, Code::Const, "/0/kind", kinds);
    assert_reason(
        shapes,
        "[{},{},{},{}]",
        Code::MissingProperty,
        "/0",
        "the property `kind`, not an object without it",
    );
}

/// Asserts the reason that a single check gives, by rows of the check, a text, the code, the pointer and the words.
/// It may refer to schemas: 1 is `false`, 2 strings of at most one code point, and 3 any value.
fn assert_reasons<const ROWS: usize>(rows: [(Check, &str, Code, &str, &str); ROWS]) {
    for (check, text, code, pointer, words) in rows {
        let plan = plan([vec![check], vec![Check::Never], vec![Check::MaxLength(1)], vec![]]);
        assert_reason(plan, text, code, pointer, words);
    }
}

#[test]
fn reasons_of_checks_of_the_value_itself() {
    let null_or_integer = Check::Types(Types::NULL.or(Types::INTEGER));
    assert_reasons([
        (Check::Never, "1", Code::Not, "", "no value here, not number 1"),
        (null_or_integer, "1.5", Code::Type, "", "an integer or null, not number 1.5"),
        (Check::Const("{}"), "null", Code::Const, "", "the value {}, not null"),
        (Check::Enum(&["1", "2"]), "true", Code::Enum, "", "one of 1, 2, not boolean true"),
        (Check::ExclusiveMaximum("1"), "1", Code::Range, "", "a number < 1, not number 1"),
        (Check::MultipleOf("2"), "1", Code::MultipleOf, "", "a multiple of 2, not number 1"),
        (
            Check::Pattern(Test(&|_| false), "^a"),
            "\"\"",
            Code::Pattern,
            "",
            "a string that matches ^a, not string \"\"",
        ),
        (
            Check::Format(Test(&|_| false), "date"),
            "\"\"",
            Code::Format,
            "",
            "a string in the format date, not string \"\"",
        ),
        (Check::MinItems(2), "[]", Code::Items, "", "at least 2 items, not 0 items"),
        (Check::UniqueItems, "[1,2,2,1]", Code::Unique, "", "items that differ, not item 2 equal to item 1"),
        (Check::MaxProperties(0), OBJECT, Code::Properties, "", "at most 0 properties, not 2 properties"),
    ]);
    let dependent = Check::DependentRequired(&[("c", &["d"])]);
    let words = "the property `d`, which `c` requires, not an object without it";
    assert_reasons([(dependent, OBJECT, Code::MissingProperty, "", words)]);
}

const OBJECT: &str = r#"{"ab":1,"c":2}"#;

#[test]
fn reasons_of_checks_of_what_is_inside() {
    let unknown = "only properties of the schema, not the property `ab`";
    let name = "at most 1 code points as a name, not the property `ab`";
    let few = "at least 1 items of the kind to be contained, not 0 of them";
    let many = "at most 1 items of the kind to be contained, not 2 of them";
    let contains = |schema, max| Check::Contains { schema, min: 1, max };
    assert_reasons([
        (Check::Items { from: 1, schema: 1 }, "[1,2]", Code::Items, "", "at most 1 items, not 2 items"),
        (Check::UnevaluatedItems(1), "[[]]", Code::Items, "/0", "no item here, not an array"),
        (Check::PropertyNames(2), OBJECT, Code::Properties, "/ab", name),
        (Check::UnevaluatedProperties(1), OBJECT, Code::UnknownProperty, "/ab", unknown),
        (contains(1, None), "[1]", Code::Items, "", few),
        (contains(3, Some(1)), "[1,1]", Code::Items, "", many),
    ]);
}

#[test]
fn reasons_of_checks_that_combine_schemas() {
    let excluded = "a value that the schema does not exclude, not number 1";
    let several = "a value that only one of 3 alternatives accepts, not one that alternatives 1 and 3 accept";
    let long = "at most 1 code points, not 2 code points";
    let branch = Check::If { condition: 3, then: Some(2), otherwise: None };
    assert_reasons([
        (Check::DependentSchemas(&[("c", 1)]), OBJECT, Code::Not, "", "no value here, not an object"),
        (Check::Not(3), "1", Code::Not, "", excluded),
        (Check::OneOf(&[2, 1, 3]), "1", Code::ManyAlternatives, "", several),
        (branch, "\"ab\"", Code::Length, "", long),
        (Check::AllOf(&[3, 2]), "\"ab\"", Code::Length, "", long),
    ]);
}

#[test]
fn alternatives_that_are_equally_near_are_all_named() {
    let plan = plan([
        vec![Check::AnyOf(&[1, 2, 3])],
        vec![Check::Types(Types::STRING)],
        vec![Check::Minimum("5")],
        vec![Check::MultipleOf("7")],
    ]);
    assert_reason(plan, "1", Code::NoAlternative, "", "a number >= 5 or a multiple of 7, not number 1");
    let failure = plan.check(0, &tree("1")).expect_err("1");
    assert_eq!(failure.to_string(), "expected a number >= 5 or a multiple of 7, found number 1 (any-of)");
}

#[test]
fn a_value_inside_a_frame_is_checked_after_it_was_read() {
    let shapes = shapes();
    let check = |text: &str| {
        let mut parser = Parser::new(text);
        parser.object_start().expect("an object");
        parser.object_next(&mut true).expect("a key");
        let start = parser.offset();
        parser.skip().expect("a value");
        let end = parser.offset();
        let result = checked(&mut parser, start, shapes, 0).map_err(|error| {
            let error = error.located(text);
            (error.code(), error.offset(), error.pointer().to_owned())
        });
        assert_eq!(parser.offset(), end);
        parser.object_next(&mut false).expect("the end of the object");
        parser.finish().expect("the end of the frame");
        result
    };
    assert_eq!(check(r#"{"a": [{"kind":"text"}] }"#), Ok(()));
    assert_eq!(check(r#"{"a": [ 1 ]}"#), Err((Code::Type, 8, "/a/0".to_owned())));
    let text = r#"{"a": [{"kind":"text"}, {"radius": 0.5, "kind" : "circle"}]}"#;
    assert_eq!(check(text), Err((Code::Range, 35, "/a/1/radius".to_owned())));
    let text = r#"{"a": [{"kind":"circle","radius":1, "\u0078": 1}]}"#;
    assert_eq!(check(text), Err((Code::UnknownProperty, 36, "/a/0/x".to_owned())));
    assert_eq!(check(r#"{"a":  [1,1,1,1] }"#).map_err(|error| error.0), Err(Code::Type));
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(127), "]".repeat(127));
    assert_eq!(check(&deep).map_err(|error| error.0), Err(Code::Type));
}

#[test]
fn an_alternative_is_chosen_without_reading_on() {
    let plan = plan([
        vec![Check::Types(Types::INTEGER)],
        vec![Check::Types(Types::NUMBER), Check::Minimum("2")],
        vec![Check::Types(Types::STRING)],
    ]);
    let choose = |text: &str, exactly_one| {
        let mut parser = Parser::new(text);
        parser.array_start().expect("an array");
        let chosen = select(&mut parser, plan, &[2, 0, 1], exactly_one);
        assert_eq!(parser.offset(), 2);
        parser.skip().expect("the value is still to be read");
        parser.array_next(&mut false).expect("the end of the array");
        chosen.map_err(|error| (error.code(), error.offset(), error.expected().to_owned()))
    };
    assert_eq!(choose("[ 1]", true), Ok(1));
    assert_eq!(choose("[ 3]", false), Ok(1));
    assert_eq!(choose("[ \"\"]", true), Ok(0));
    let several = "a value that only one of 3 alternatives accepts".to_owned();
    assert_eq!(choose("[ 3]", true), Err((Code::ManyAlternatives, 2, several)));
    // The number is meant to be one of two numbers.
    let near = "an integer or a number >= 2".to_owned();
    let far = "a string, an integer or a number".to_owned();
    assert_eq!(choose("[ {}]", true), Err((Code::Type, 2, far)));
    assert_eq!(
        choose("[ 1.5]", true),
        Err((Code::Range, 2, near.split(" or ").nth(1).unwrap_or_default().to_owned()))
    );
    assert_eq!(
        select(&mut Parser::new("[1e400]"), plan, &[0], true).map_err(|error| error.code()),
        Err(Code::NumberRange)
    );
    assert_eq!(select(&mut Parser::new("1"), plan, &[], true).map_err(|error| error.code()), Err(Code::Not));
}

#[test]
fn what_is_to_be_sent_is_checked_as_it_is_written() {
    let shapes = shapes();
    let holds = |text: &str| holds(&Json::parse(text).expect(text), shapes, 0);
    assert_eq!(holds(r#"[{"kind":"text"}]"#), Ok(()));
    let violation = holds(r#"[{"kind":"circle","radius":0}]"#).expect_err("too small");
    assert_eq!(violation.to_string(), "expected a number >= 1 at /0/radius, found number 0 (range)");
    let deep = Json::from(serde_json::from_str::<serde_json::Value>("[[[]]]").expect("a value"));
    assert_eq!(framelock_codegen::plan::holds(&deep, plan([vec![]]), 0), Ok(()));
    let mut value = serde_json::json!([]);
    for _ in 0..130 {
        value = serde_json::json!([value]);
    }
    let violation = framelock_codegen::plan::holds(&Json::from(value), shapes, 0).expect_err("too deep");
    assert_eq!(violation.code, Code::Depth);
}
