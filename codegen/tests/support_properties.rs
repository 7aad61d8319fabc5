//! Properties of the support code, on texts and values that nobody thought of.

use framelock_codegen::support::{
    Code, Error, Json, JsonObject, Kind, Number, Parser, Writer, serialize_json, transcribe,
};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any JSON value; its doubles are whatever doubles there are.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::vec((keys(), inner), 0..24)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn keys() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z_]{0,20}"]
}

/// A string with every character as an escape.
fn escaped(text: &str) -> String {
    text.encode_utf16().fold("\"".to_owned(), |out, unit| out + &format!("\\u{unit:04x}")) + "\""
}

/// A value with every character of its strings as an escape.
fn render_escaped(value: &Value) -> String {
    match value {
        Value::String(text) => escaped(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(render_escaped).collect::<Vec<_>>().join(" ,"))
        }
        Value::Object(members) => {
            let member =
                |(key, value): (&String, &Value)| format!("{}: {}", escaped(key), render_escaped(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Builds the tree by asking for the type that comes next.
fn walk(parser: &mut Parser<'_>) -> Result<Value, Error> {
    Ok(match parser.peek()? {
        Kind::Null => parser.null().map(|()| Value::Null)?,
        Kind::Boolean => parser.boolean()?.into(),
        Kind::Number => number(parser)?,
        Kind::String => parser.string()?.into(),
        Kind::Array => {
            let (mut items, mut first) = (Vec::new(), true);
            parser.array_start()?;
            while parser.array_next(&mut first)? {
                items.push(walk(parser)?);
            }
            items.into()
        }
        Kind::Object => {
            let (mut members, mut first) = (Map::new(), true);
            parser.object_start()?;
            while let Some(key) = parser.object_next(&mut first)? {
                members.insert(key.into_owned(), walk(parser)?);
            }
            members.into()
        }
    })
}

fn number(parser: &mut Parser<'_>) -> Result<Value, Error> {
    let start = parser.offset();
    let text = parser.number_text()?;
    let plain = !text.contains(['.', 'e', 'E']) && text != "-0";
    parser.seek(start);
    if plain && let Ok(integer) = parser.i64() {
        return Ok(integer.into());
    }
    parser.seek(start);
    if plain && let Ok(integer) = parser.u64() {
        return Ok(integer.into());
    }
    parser.seek(start);
    parser.number().map(Value::from)
}

/// Equal but for doubles, which `serde_json` rounds a little differently unless told otherwise.
fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() && b.is_f64() => {
            let (a, b) = (a.as_f64().unwrap_or_default(), b.as_f64().unwrap_or_default());
            a.to_bits().abs_diff(b.to_bits()) <= 4
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, a), (l, b))| k == l && alike(a, b))
        }
        _ => one == other,
    }
}

/// Texts that are nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"b\":",
        "\"\\u0061\":",
        "\\",
        "\\n",
        "\\u",
        "\\ud800",
        "\\udc00",
        "\"\\ud834\\udd1e\"",
        "0",
        "-",
        "12",
        "1.5",
        "e",
        "E+2",
        "1e999",
        ".",
        "true",
        "false",
        "null",
        "nul",
        " ",
        "\n",
        "\t",
        "\u{b}",
        "\u{1f}",
        "é",
        "\u{feff}",
        "{}",
        "[]",
        "x",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

/// A text of a value with one place broken.
fn broken() -> impl Strategy<Value = String> {
    (values(), any::<prop::sample::Index>(), any::<char>(), 0..3_u8).prop_map(
        |(value, index, character, how)| {
            let mut characters: Vec<char> = value.to_string().chars().collect();
            let at = index.index(characters.len());
            match how {
                0 => characters[at] = character,
                1 => drop(characters.remove(at)),
                _ => characters.insert(at, character),
            }
            characters.into_iter().collect()
        },
    )
}

fn agrees(text: &str) -> Result<(), TestCaseError> {
    let theirs = serde_json::from_str::<Value>(text);
    match (Json::parse(text), theirs) {
        (Ok(ours), Ok(theirs)) => prop_assert!(alike(&ours.to_value(), &theirs), "{:?}", text),
        (Ok(_), Err(error)) => {
            prop_assert!(error.to_string().contains("recursion limit"), "{:?}: {}", text, error);
        }
        // We refuse more: a key twice.
        (Err(error), Ok(_)) => prop_assert_eq!(error.code(), Code::DuplicateKey, "{:?}", text),
        (Err(_), Err(_)) => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn values_survive_any_rendering(value in values()) {
        let pretty = serde_json::to_string_pretty(&value).expect("JSON");
        for text in [value.to_string(), pretty, render_escaped(&value)] {
            let json = Json::parse(&text).expect("JSON");
            prop_assert_eq!(&json.to_value(), &value);
            let mut parser = Parser::new(&text);
            prop_assert_eq!(&walk(&mut parser).expect("JSON"), &value);
            parser.finish().expect("the end");
            prop_assert_eq!(Json::from(&json.to_value()), Json::from(&value));
        }
    }

    #[test]
    fn verdicts_agree_with_serde_json(text in nearly_json(), other in broken()) {
        agrees(&text)?;
        agrees(&other)?;
    }

    #[test]
    fn doubles_are_rounded_right(text in "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?") {
        let expected: f64 = text.parse().expect("a number");
        match Parser::new(&text).number() {
            Ok(number) => prop_assert_eq!(number.to_bits(), expected.to_bits()),
            Err(error) => prop_assert!(expected.is_infinite() && error.code() == Code::NumberRange),
        }
        prop_assert_eq!(Parser::new(&text).skip().is_ok(), expected.is_finite());
    }

    #[test]
    fn integers_agree_with_arithmetic(
        mantissa in prop_oneof![any::<i64>().prop_map(i128::from), -1000..1000_i128, any::<u64>().prop_map(i128::from)],
        fraction in "[0-9]{0,6}",
        exponent in -12..12_i32,
    ) {
        let mut text = mantissa.to_string();
        if !fraction.is_empty() {
            text = format!("{text}.{fraction}");
        }
        text = format!("{text}e{exponent}");
        // The value is digits × 10^power.
        let scale = 10_i128.pow(u32::try_from(fraction.len()).expect("short"));
        let tail: i128 = fraction.parse().unwrap_or(0);
        let digits = mantissa * scale + if mantissa < 0 { -tail } else { tail };
        let power = exponent - i32::try_from(fraction.len()).expect("short");
        let ten = 10_i128.pow(power.unsigned_abs());
        let exact = if power >= 0 { digits.checked_mul(ten) } else { (digits % ten == 0).then_some(digits / ten) };
        let expected = |fits: bool| match exact {
            None if power < 0 => Err(Code::Type),
            Some(_) if fits => Ok(exact),
            _ => Err(Code::Range),
        };
        let signed = Parser::new(&text).i64().map(|value| Some(i128::from(value))).map_err(|error| error.code());
        prop_assert_eq!(signed, expected(exact.is_some_and(|value| i64::try_from(value).is_ok())), "{}", text);
        let unsigned = Parser::new(&text).u64().map(|value| Some(i128::from(value))).map_err(|error| error.code());
        prop_assert_eq!(unsigned, expected(exact.is_some_and(|value| u64::try_from(value).is_ok())), "{}", text);
    }

    #[test]
    fn integers_are_read_back(signed in any::<i64>(), unsigned in any::<u64>()) {
        let mut writer = Writer::new();
        writer.i64(signed);
        prop_assert_eq!(writer.as_str(), signed.to_string());
        prop_assert_eq!(Parser::new(writer.as_str()).i64().expect("an integer"), signed);
        writer.clear();
        writer.u64(unsigned);
        prop_assert_eq!(writer.as_str(), unsigned.to_string());
        prop_assert_eq!(Parser::new(writer.as_str()).u64().expect("an integer"), unsigned);
    }

    #[test]
    fn what_is_written_is_read_back(text in any::<String>(), number in any::<f64>()) {
        let mut writer = Writer::new();
        writer.string(&text);
        prop_assert_eq!(writer.as_str(), serde_json::to_string(&text).expect("JSON"));
        prop_assert_eq!(Parser::new(writer.as_str()).string().expect("a string"), text);
        if let Ok(number) = Number::try_from(number) {
            writer.clear();
            number.encode(&mut writer);
            prop_assert_eq!(Number::decode(&mut Parser::new(writer.as_str())).expect("a number"), number);
            prop_assert_eq!(writer.as_str(), number.to_string());
        }
    }

    #[test]
    fn serde_carries_values_both_ways(value in values()) {
        let text = value.to_string();
        let json = Json::parse(&text).expect("JSON");
        prop_assert_eq!(&serde_json::to_string(&json).expect("JSON"), &text);
        prop_assert_eq!(&serde_json::to_value(&json).expect("JSON"), &value);
        prop_assert_eq!(&serialize_json(&text, serde_json::value::Serializer).expect("JSON"), &value);
        let from_tree: Json<'_> = serde_json::from_value(value.clone()).expect("JSON");
        prop_assert_eq!(from_tree.text(), &text);
        prop_assert_eq!(transcribe(value.clone()).expect("JSON"), text.clone());
        let from_text: Json<'_> = serde_json::from_str(&text).expect("JSON");
        prop_assert!(alike(&from_text.to_value(), &value));
        let object: Result<JsonObject<'_>, _> = serde_json::from_value(value.clone());
        prop_assert_eq!(object.is_ok(), value.is_object());
    }

    #[test]
    fn errors_stay_on_one_line(
        message in any::<String>(), found in any::<String>(), hint in any::<String>(), text in any::<String>(),
        offset in 0..200_usize,
    ) {
        let error = Error::new(Code::Enum, offset, found.clone(), found)
            .with_message(message)
            .with_hint(hint)
            .located(&text);
        let line = error.to_string();
        let breaks = ['\u{2028}', '\u{2029}', '\u{202e}', '\u{200b}', '\u{feff}'];
        let one_line = !line.contains(char::is_control) && !line.contains(breaks);
        prop_assert!(one_line, "{:?}", line);
    }

    #[test]
    fn mistakes_have_a_place_in_the_text(text in broken()) {
        if let Err(error) = Json::parse(&text) {
            prop_assert!(error.offset() <= text.len() && text.is_char_boundary(error.offset()), "{:?}", error);
            prop_assert!(!error.to_string().chars().any(char::is_control));
        }
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64), offset in 0..80_usize) {
        let text = String::from_utf8_lossy(&bytes);
        drop(Json::parse(&text));
        let mut parser = Parser::new(&text);
        parser.seek(offset);
        drop(parser.skip());
        drop(parser.expected("a thing"));
        prop_assert!(parser.key_span().0 <= parser.key_span().1);
        drop(walk(&mut parser));
        drop(Error::new(Code::Type, offset, "a", "b").located(&text).to_string());
    }
}

#[test]
fn the_bridge_refuses_what_json_cannot_say() {
    let refused: Result<Json<'_>, _> = serde_json::from_str(r#"{"a":1,"a":2}"#);
    assert!(refused.expect_err("a key twice").to_string().contains("duplicate-key"));
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let fine: Json<'_> = serde_json::from_str(&deep).expect("JSON");
    assert_eq!(fine.text(), deep);
    let infinite = serde::de::value::F64Deserializer::<serde::de::value::Error>::new(f64::INFINITY);
    assert!(transcribe(infinite).expect_err("infinite").to_string().contains("infinity"));
    let pairs = vec![("b", 1), ("a", 2), ("b", 3)];
    let map = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(pairs.into_iter());
    assert_eq!(transcribe(map).expect("a map"), r#"{"b":1,"a":2,"b":3}"#);
    let numbers = vec![(1_u8, 2)];
    let map = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(numbers.into_iter());
    assert!(transcribe(map).is_err());
    let number: Number = serde_json::from_str("1e2").expect("a number");
    assert_eq!(serde_json::to_string(&number).expect("JSON"), "100.0");
    assert!(serde_json::from_str::<Number>("\"1\"").is_err());
    assert!(serialize_json("[1", serde_json::value::Serializer).is_err());
}
