//! Numbers, the table-driven reader, free-form JSON, the writer, checks and errors of the support code.

use framelock_codegen::support::{
    Code, Error, Extras, Json, JsonObject, Keys, Kind, Maybe, NotFinite, Number, Object, Open, Parser,
    Unknown, Violation, Writer, exclusive_maximum, exclusive_minimum, find_tag, max_items, max_length,
    maximum, min_items, min_length, minimum,
};
use std::borrow::Cow;
use std::time::{Duration, Instant};

fn i64(text: &str) -> Result<i64, Code> {
    Parser::new(text).i64().map_err(|error| error.code())
}

fn u64(text: &str) -> Result<u64, Code> {
    Parser::new(text).u64().map_err(|error| error.code())
}

#[test]
fn integers_are_exact() {
    for (text, expected) in [
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("0e99999999999999999999", 0),
        ("1.0", 1),
        ("1e2", 100),
        ("10e-1", 1),
        ("1.50e1", 15),
        ("0.00012e5", 12),
        ("-120000e-4", -12),
        ("9007199254740993", 9_007_199_254_740_993),
        ("9007199254740993.000", 9_007_199_254_740_993),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("-9.223372036854775808e18", i64::MIN),
        ("-922337203685477580800e-2", i64::MIN),
    ] {
        assert_eq!(i64(text), Ok(expected), "{text}");
        assert_eq!(u64(text).ok(), u64::try_from(expected).ok(), "{text}");
    }
    assert_eq!(u64("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(u64("1844674407370955161.5e1"), Ok(u64::MAX));
    assert_eq!(u64(&format!("1{}e-{}", "0".repeat(5000), 5000)), Ok(1));
    assert_eq!(u64(&format!("0.{}1e{}", "0".repeat(5000), 5001)), Ok(1));
}

#[test]
fn integers_that_are_none_are_refused() {
    for text in [
        "1.5",
        "-1.5",
        "1e-1",
        "0.1e0",
        "123456789e-1000000000",
        "1e-99999999999999999999",
        "12.000000000000000000001",
    ] {
        assert_eq!(i64(text), Err(Code::Type), "{text}");
        assert_eq!(u64(text), Err(Code::Type), "{text}");
    }
    for text in [
        "9223372036854775808",
        "-9223372036854775809",
        "1e19",
        "1e1000000000",
        "-1e99999999999999999999",
        "9223372036854775807.0e1",
    ] {
        assert_eq!(i64(text), Err(Code::Range), "{text}");
    }
    for text in ["-1", "-1.0", "18446744073709551616", "1e20", "1e999", "99999999999999999999"] {
        assert_eq!(u64(text), Err(Code::Range), "{text}");
    }
    for text in ["\"1\"", "true", "null", "[1]", "{}"] {
        assert_eq!(i64(text), Err(Code::Type), "{text}");
    }
    assert_eq!(i64("1.e0"), Err(Code::Syntax));
}

#[test]
fn powers_are_never_expanded() {
    let start = Instant::now();
    for text in ["1e1000000000", "1e-1000000000", "123.456e9223372036854775807", "1e-9223372036854775808"] {
        assert!(i64(text).is_err());
        assert_eq!(Parser::new(text).number_text().expect("a number"), text);
    }
    assert!(i64(&"9".repeat(1_000_000)).is_err());
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn numbers_are_the_nearest_doubles() {
    for text in [
        "0.1",
        "123456789012345678901234567890",
        "2.2250738585072011e-308",
        "5e-324",
        "1.7976931348623157e308",
        "9007199254740993",
    ] {
        let expected: f64 = text.parse().expect("a number");
        let number = Parser::new(text).number().expect("a number");
        assert_eq!(number.to_bits(), expected.to_bits(), "{text}");
    }
    assert!(Parser::new("-0").number().expect("a number").is_sign_negative());
    for text in ["1e999", "-1e309", "1.8e308"] {
        let error = Parser::new(text).number().expect_err("too large");
        assert_eq!((error.code(), error.found()), (Code::NumberRange, format!("number {text}").as_str()));
    }
    assert_eq!(Number::try_from(f64::NAN), Err(NotFinite));
    assert_eq!(Number::try_from(f64::INFINITY), Err(NotFinite));
    assert_eq!(Number::from(7_u32).to_string(), "7.0");
    assert_eq!(Number::try_from(1e300).expect("finite").to_string(), "1e+300");
    assert_eq!(f64::from(Number::from(-7)).to_bits(), (-7.0_f64).to_bits());
}

#[test]
fn wrong_types_are_described() {
    for (text, found) in [
        ("null", "null"),
        ("true", "boolean true"),
        (" 12.50 ", "number 12.50"),
        ("\"abc\"", "string \"abc\""),
        ("[1]", "an array"),
        ("{}", "an object"),
    ] {
        let error = Parser::new(text).expected("a thing");
        assert_eq!((error.code(), error.expected(), error.found()), (Code::Type, "a thing", found));
    }
    // What is not JSON is no wrong type.
    for text in ["nul", "\"abc", "[1", "x", "", "01"] {
        assert_eq!(Parser::new(text).expected("a thing").code(), Code::Syntax, "{text}");
    }
    let mut parser = Parser::new("[null]");
    assert!(!parser.try_null().expect("JSON"));
    parser.array_start().expect("an array");
    assert!(parser.array_next(&mut true).expect("JSON"));
    assert_eq!(parser.string().expect_err("null").expected(), "a string");
    assert_eq!(parser.boolean().expect_err("null").expected(), "a boolean");
    assert_eq!(parser.number().expect_err("null").expected(), "a number");
    assert_eq!(parser.object_start().expect_err("null").expected(), "an object");
    assert_eq!(parser.array_start().expect_err("null").expected(), "an array");
    assert!(parser.try_null().expect("JSON"));
    assert!(!parser.array_next(&mut false).expect("JSON"));
    parser.finish().expect("the end");
}

const KEYS: &[&str] = &["run_id", "thread_id", "a\"b", "", "step"];

/// The order in which keys are found, and how many extras were kept.
fn keys(text: &str, keep: bool) -> Result<(Vec<usize>, String), Error> {
    let mut parser = Parser::new(text).keeping_unknown(keep);
    let mut object = Object::<1>::start(&mut parser, Keys::new(KEYS))?;
    let mut found = Vec::new();
    while let Some(index) = object.next(&mut parser)? {
        found.push(index);
        if index < KEYS.len() { parser.skip()? } else { object.unknown(&mut parser)? }
    }
    parser.finish()?;
    let mut writer = Writer::new();
    writer.raw("{");
    object.extras().encode_members(&mut writer);
    writer.raw("}");
    Ok((found, writer.into_string()))
}

#[test]
fn objects_are_read_by_table() {
    for (text, expected) in [
        ("{}", &[][..]),
        (" { } ", &[]),
        (r#"{"run_id":1,"thread_id":2,"a\"b":3,"":4,"step":5}"#, &[0, 1, 2, 3, 4]),
        (r#"{"step":5,"":4,"a\"b":3,"thread_id":2,"run_id":1}"#, &[4, 3, 2, 1, 0]),
        (r#"{ "run_id" : 1 , "step" : 5 , "thread_id" : {} }"#, &[0, 4, 1]),
        (r#"{"run\u005fid":1,"run_i":2,"run_idd":3,"other":[],"step":5}"#, &[0, 5, 5, 5, 4]),
        ("{\"x\":1,\n\"run_id\":2,\r\n\t\"thread_id\":3}", &[5, 0, 1]),
    ] {
        let (found, extras) = keys(text, false).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((found.as_slice(), extras.as_str()), (expected, "{}"), "{text}");
        keys(text, true).expect("the same");
    }
    let (_, extras) = keys(r#"{"x\n":[1 ,2],"run_id":0,"y":{"z":1.50}}"#, true).expect("JSON");
    assert_eq!(extras, r#"{"x\n":[1 ,2],"y":{"z":1.50}}"#);
}

#[test]
fn objects_with_mistakes_are_refused() {
    for (text, code, offset) in [
        (r#"{"run_id":1,"run_id":2}"#, Code::DuplicateKey, 12),
        (r#"{"run_id":1,"run\u005fid":2}"#, Code::DuplicateKey, 12),
        (r#"{"thread_id":1,"run_id":2,"thread_id":3}"#, Code::DuplicateKey, 26),
        (r#"{"x":1,"run_id":1,"x":2}"#, Code::DuplicateKey, 18),
        (r#"{"x":1,"\u0078":2}"#, Code::DuplicateKey, 7),
        (r#"{"x":{"y":1,"y":2}}"#, Code::DuplicateKey, 12),
        (r#"{"run_id":1,"thread_id":2,"a"b":3}"#, Code::Syntax, 29),
        (r#"{"run_id":1,}"#, Code::Syntax, 12),
        (r#"{,"run_id":1}"#, Code::Syntax, 1),
        (r#"{"run_id":1 "step":1}"#, Code::Syntax, 12),
        (r#"{"run_id" 1}"#, Code::Syntax, 10),
        (r#"{"run_id"#, Code::Syntax, 8),
        (r#"{"x":"\ud800"}"#, Code::Escape, 6),
        (r#"{"x":1e999}"#, Code::NumberRange, 5),
        ("[]", Code::Type, 0),
        ("nul", Code::Syntax, 0),
        (r#"["run_id",1]"#, Code::Type, 0),
    ] {
        for keep in [false, true] {
            let error = keys(text, keep).expect_err(text);
            assert_eq!((error.code(), error.offset()), (code, offset), "{text}: {error}");
        }
    }
}

#[test]
fn objects_with_more_keys_than_bits_in_a_word() {
    const MANY: usize = 130;
    let names: Vec<&'static str> = (0..MANY).map(|index| &*format!("key_{index}").leak()).collect();
    let names: &'static [&'static str] = names.leak();
    for order in
        [(0..MANY).collect::<Vec<_>>(), (0..MANY).rev().collect(), (0..MANY).map(|i| i * 37 % MANY).collect()]
    {
        let text =
            order.iter().map(|index| format!("\"{}\":{index}", names[*index])).collect::<Vec<_>>().join(",");
        for again in [None, Some(order[5]), Some(order[MANY - 1])] {
            let again = again.map(|index| format!(",\"key_{index}\":0")).unwrap_or_default();
            let text = format!("{{{text}{again}}}");
            let mut parser = Parser::new(&text);
            let mut object = Object::<3>::start(&mut parser, Keys::new(names)).expect("an object");
            let mut found = Vec::new();
            let end = loop {
                match object.next(&mut parser) {
                    Ok(Some(index)) => found.push(index),
                    end => break end,
                }
                parser.skip().expect("a value");
            };
            assert_eq!(found, order);
            assert_eq!(
                end.map_err(|error| error.code()),
                if again.is_empty() { Ok(None) } else { Err(Code::DuplicateKey) }
            );
        }
    }
}

#[test]
fn errors_of_objects() {
    let text = r#" {"x\u0079":1,"thread_id":2}"#;
    let mut parser = Parser::new(text);
    let mut object = Object::<1>::start(&mut parser, Keys::new(KEYS)).expect("an object");
    assert_eq!(object.offset(), 1);
    assert_eq!(object.next(&mut parser).expect("a key"), Some(KEYS.len()));
    let unlisted = object.unlisted().located(text);
    assert_eq!((unlisted.code(), unlisted.offset(), unlisted.pointer()), (Code::UnknownProperty, 2, "/xy"));
    assert!(unlisted.found().contains("`xy`"));
    object.unknown(&mut parser).expect("a value");
    assert_eq!(object.next(&mut parser).expect("a key"), Some(1));
    let retired = object.retired("conversation_id").located(text);
    assert_eq!((retired.code(), retired.pointer()), (Code::RetiredProperty, "/thread_id"));
    assert_eq!(
        retired.to_string(),
        "/thread_id: expected the property `conversation_id`, found its retired spelling `thread_id` (retired-property, byte 14); \
         send `conversation_id` instead"
    );
    parser.skip().expect("a value");
    assert_eq!(object.next(&mut parser).expect("the end"), None);
    let missing = object.missing(&["run_id"]).located(text);
    assert_eq!(
        missing.to_string(),
        "frame: expected the property `run_id`, found an object without it (missing-property, byte 1)"
    );
    assert_eq!(object.extras(), Extras::default());
}

#[test]
fn tags_are_found_wherever_they_stand() {
    for (text, expected) in [
        (r#"{"type":"a","data":{}}"#, Ok(Some("a"))),
        (r#" { "type" : "a" } "#, Ok(Some("a"))),
        (r#"{"data":{"type":"b"},"type":"a"}"#, Ok(Some("a"))),
        (r#"{"t\u0079pe":"\u0061"}"#, Ok(Some("a"))),
        // What follows is for the decoder to read and to refuse.
        (r#"{"type":"a",garbage"#, Ok(Some("a"))),
        (r#"{"data":1}"#, Ok(None)),
        ("{}", Ok(None)),
        (r#"{"type":1}"#, Err((Code::Type, 8))),
        (r#"{"type":null}"#, Err((Code::Type, 8))),
        (r#"{"data":{"x":1,"x":2},"type":"a"}"#, Err((Code::DuplicateKey, 15))),
        (r#"{"data":1e999,"type":"a"}"#, Err((Code::NumberRange, 8))),
        ("[]", Err((Code::Type, 0))),
        ("x", Err((Code::Syntax, 0))),
    ] {
        let mut parser = Parser::new(text);
        let found = find_tag(&mut parser, "type").map_err(|error| (error.code(), error.offset()));
        assert_eq!(found.as_ref().map(Option::as_deref), expected.as_ref().copied(), "{text}");
        if found.is_ok() {
            assert_eq!(parser.offset(), text.find('{').expect("an object"));
            let read = Json::decode(&mut parser);
            assert_eq!(read.is_ok(), !text.contains("garbage"));
        }
    }
}

#[test]
fn finding_a_tag_costs_no_level() {
    let text = format!("{}{{\"type\":\"a\"}}{}", "[".repeat(127), "]".repeat(127));
    let mut parser = Parser::new(&text);
    for _ in 0..127 {
        parser.array_start().expect("an array");
    }
    for _ in 0..3 {
        assert_eq!(find_tag(&mut parser, "type").expect("a tag").as_deref(), Some("a"));
    }
    parser.skip().expect("128 levels");
}

#[test]
fn free_form_json_keeps_its_text() {
    let text = r#"{ "a" : 1.50, "b\n" : [ 1e2 , "\u00e9" ], "n": 123456789012345678901234567890 }"#;
    let json = Json::parse(text).expect("JSON");
    assert_eq!((json.text(), json.kind(), json.to_string().as_str()), (text, Kind::Object, text));
    assert_eq!(json.clone().into_owned(), json);
    let object = JsonObject::parse(text).expect("an object");
    assert_eq!(object.get("b\n").expect("there").text(), "[ 1e2 , \"\\u00e9\" ]");
    assert_eq!(object.get("n").expect("there").text(), "123456789012345678901234567890");
    assert_eq!(object.get("c"), None);
    let names: Vec<_> = object.members().into_iter().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["a", "b\n", "n"]);
    assert_eq!(object.to_map()["b\n"], serde_json::json!([100.0, "é"]));
    assert_eq!(JsonObject::parse("[]").expect_err("an array").code(), Code::Type);
    assert_eq!(JsonObject::decode(&mut Parser::new("1")).expect_err("a number").code(), Code::Type);
    assert_eq!(JsonObject::default().text(), "{}");
    assert!(JsonObject::default().members().is_empty() && JsonObject::default().to_map().is_empty());
    let mut map = serde_json::Map::new();
    map.insert("k".to_owned(), serde_json::json!([null, 1.5]));
    assert_eq!(JsonObject::from(map).text(), r#"{"k":[null,1.5]}"#);
    assert_eq!(Json::from(serde_json::json!(null)).kind(), Kind::Null);
    let unknown = Unknown { tag: Cow::Borrowed("new"), raw: object.clone() };
    assert_eq!(unknown.clone().into_owned(), unknown);
}

#[test]
fn extras_keep_order_and_text() {
    let text = r#"{"z":1.0,"run_id":0,"a":[ ]}"#;
    let mut parser = Parser::new(text).keeping_unknown(true);
    assert!(parser.keeps_unknown());
    let mut object = Object::<1>::start(&mut parser, Keys::new(KEYS)).expect("an object");
    while let Some(index) = object.next(&mut parser).expect("JSON") {
        if index < KEYS.len() { parser.skip() } else { object.unknown(&mut parser) }.expect("JSON");
    }
    let extras = object.extras();
    assert_eq!((extras.len(), extras.is_empty()), (2, false));
    assert_eq!(
        extras.iter().map(|(name, json)| (name, json.text())).collect::<Vec<_>>(),
        [("z", "1.0"), ("a", "[ ]")]
    );
    assert_eq!(extras.clone().into_owned(), extras);
    let mut writer = Writer::new();
    writer.raw("{\"run_id\":0");
    extras.encode_members(&mut writer);
    writer.raw("}");
    assert_eq!(writer.as_str(), r#"{"run_id":0,"z":1.0,"a":[ ]}"#);
}

#[test]
fn unknown_discriminators_are_counted() {
    let mut parser = Parser::new("1");
    assert_eq!(parser.unknown_count(), 0);
    parser.note_unknown();
    parser.note_unknown();
    assert_eq!(parser.unknown_count(), 2);
}

#[test]
fn the_writer_sets_commas_and_escapes() {
    let mut writer = Writer::with_capacity(64);
    writer.raw("{");
    writer.key("\"a\":");
    writer.string("\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}é\u{2028}");
    writer.member("k\"ey");
    writer.raw("[");
    for value in [i64::MIN, -1, 0, 7, i64::MAX] {
        writer.element();
        writer.i64(value);
    }
    writer.element();
    writer.u64(u64::MAX);
    writer.raw("]");
    writer.key("\"c\":");
    writer.raw("[");
    for value in [0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, 1e21, 123_456_789.125] {
        writer.element();
        writer.f64(value);
    }
    writer.raw("]");
    writer.key("\"d\":");
    writer.raw("[");
    writer.element();
    writer.boolean(true);
    writer.element();
    writer.boolean(false);
    writer.element();
    writer.null();
    writer.raw("]}");
    let expected = serde_json::json!({
        "a": "\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}é\u{2028}",
        "k\"ey": [i64::MIN, -1, 0, 7, i64::MAX, u64::MAX],
        "c": [0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, 1e21, 123_456_789.125],
        "d": [true, false, null],
    });
    assert_eq!(writer.as_str(), expected.to_string());
    writer.clear();
    assert_eq!(writer.into_string(), "");
}

#[test]
fn strings_of_every_length_are_escaped() {
    for length in 0..70 {
        for special in ["", "\"", "\n", "\\"] {
            for at in [0, length / 2, length] {
                let text = format!("{}{special}{}", "ä".repeat(at), "b".repeat(length - at));
                let mut writer = Writer::new();
                writer.string(&text);
                assert_eq!(writer.as_str(), serde_json::to_string(&text).expect("JSON"));
                assert_eq!(Parser::new(writer.as_str()).string().expect("a string"), text);
            }
        }
    }
}

#[test]
fn checks() {
    fn code(result: Result<(), Violation>) -> Option<Code> {
        result.err().map(|violation| violation.code)
    }
    for (text, length) in [("", 0), ("abc", 3), ("größe", 5), ("𝄞𝄞", 2), ("e\u{301}", 2)] {
        for bound in 0..12 {
            assert_eq!(min_length(text, bound).is_ok(), length >= bound, "{text} {bound}");
            assert_eq!(max_length(text, bound).is_ok(), length <= bound, "{text} {bound}");
        }
    }
    assert_eq!(code(min_length("a", 2)), Some(Code::Length));
    assert!(minimum(1, 1).is_ok() && maximum(1.5, 1.5).is_ok());
    assert_eq!(code(minimum(0.5, 1.0)), Some(Code::Range));
    assert_eq!(code(minimum(f64::NAN, 1.0)), Some(Code::Range));
    assert_eq!(code(maximum(2_u64, 1)), Some(Code::Range));
    assert_eq!(code(exclusive_minimum(1, 1)), Some(Code::Range));
    assert_eq!(code(exclusive_maximum(1, 1)), Some(Code::Range));
    assert!(exclusive_minimum(2, 1).is_ok() && exclusive_maximum(0, 1).is_ok());
    assert!(min_items(2, 2).is_ok() && max_items(2, 2).is_ok());
    assert_eq!(code(min_items(1, 2)), Some(Code::Items));
    let violation = max_items(3, 2).expect_err("too many");
    assert_eq!(violation.to_string(), "expected at most 2 items, found 3 items (items)");
    assert_eq!(violation.at(7).to_string(), "frame: expected at most 2 items, found 3 items (items, byte 7)");
}

#[test]
fn errors_are_one_line() {
    let text = r#"{"data":{"user_id":12}}"#;
    let error = Error::new(Code::Type, 19, "a string", "number 12").located(text);
    assert_eq!(error.to_string(), "/data/user_id: expected a string, found number 12 (type, byte 19)");
    let error = error.with_message("system_message/connection_established").with_hint("quote it");
    assert_eq!(
        error.to_string(),
        "system_message/connection_established: /data/user_id: expected a string, found number 12 (type, byte 19); \
         quote it"
    );
    assert_eq!(error.message(), Some("system_message/connection_established"));
    assert_eq!((error.hint(), error.clone() == error), (Some("quote it"), true));
    let hostile =
        Error::new(Code::Enum, 0, "a\nb", "\u{202e}\u{200b}\r\n\u{1b}[31m".to_owned() + &"ä".repeat(500));
    let line = hostile.to_string();
    assert!(line.starts_with(r"frame: expected a\nb, found \u{202e}\u{200b}\r\n\u{1b}[31mää"), "{line}");
    assert!(line.ends_with("ä… (enum, byte 0)") && line.len() < 250, "{line}");
}

#[test]
fn small_values() {
    assert_eq!(Maybe::<i32>::default(), Maybe::Absent);
    assert!(Maybe::<i32>::Absent.is_absent() && !Maybe::<i32>::Null.is_absent());
    assert_eq!(Maybe::from(1).map(|value| value + 1).value(), Some(&2));
    assert_eq!(
        (Maybe::<i32>::Null.map(|value| value + 1), Maybe::<i32>::Absent.value()),
        (Maybe::Null, None)
    );
    assert_eq!(Open::Known(1).known(), Some(&1));
    assert_eq!(Open::<i32>::Other(Cow::Borrowed("x")).known(), None);
}
