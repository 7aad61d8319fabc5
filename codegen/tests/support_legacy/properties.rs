//! Properties of legacy forms, on frames that nobody thought of.

use super::convert;
use framelock_codegen::support::legacy::time;
use framelock_codegen::support::{Json, Parser};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// Names and texts that the tables speak of, and a few others.
const WORDS: [&str; 37] = [
    "type", "data", "at", "trace", "sent", "payload", "event", "kind", "op", "text", "body", "delay",
    "delay_ms", "wait", "due", "due_ms", "due_at", "local", "items", "entries", "meta", "name", "label",
    "took", "seen", "wrapper", "says", "title", "list", "extra", "old_due", "critical", "counter", "hits",
    "since", "mode", "other",
];

const TEXTS: [&str; 15] = [
    "note",
    "ping",
    "status",
    "state",
    "started",
    "memo",
    "up",
    "down",
    "n",
    "u",
    "",
    "2025-09-18T14:56:14Z",
    "2025-09-18T14:56:14",
    "2025-09-18T16:56:14.25+02:00",
    "1969-12-31T00:00:00Z",
];

/// Values of which frames are made; the numbers are ones of which no unit is in doubt after a conversion.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => select(&TEXTS[..]).prop_map(Value::from),
        2 => select(vec![json!(0), json!(1.5), json!(-3), json!(1500), json!(1_758_200_000.123)]),
        1 => Just(json!(1_758_200_000_123_i64)),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => members(inner),
        ]
    })
}

fn members(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let names = prop_oneof![9 => select(&WORDS[..]).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec((names, inner), 0..8).prop_map(|members| Value::Object(Map::from_iter(members)))
}

/// Objects that are likely to be frames of some form.
fn frames() -> impl Strategy<Value = Value> {
    let tag = select(vec!["type", "op", "kind", "event"]);
    (members(values()), tag, select(&TEXTS[..]), any::<bool>(), members(values())).prop_map(
        |(mut frame, tag, name, enveloped, data)| {
            frame[tag] = json!(name);
            if enveloped {
                frame["data"] = data;
            } else if let Some(frame) = frame.as_object_mut() {
                frame.remove("data");
            }
            frame
        },
    )
}

/// Converts a frame, if it has a form, and checks what must hold of every canonical frame.
fn check(text: &str) -> Result<(), TestCaseError> {
    let Some((form, converted)) = convert(text) else { return Ok(()) };
    let converted = match converted {
        Ok(Some(converted)) => converted,
        Ok(None) => return Ok(()),
        Err(error) => {
            let original: Value = Json::parse(text).expect("a frame").to_value();
            prop_assert!(original.pointer(error.pointer()).is_some(), "{form}: {text}: {error}");
            prop_assert!(text.is_char_boundary(error.offset()));
            return Ok(());
        }
    };
    let original = Json::parse(text).expect("a frame").to_value();
    for pointer in &converted.lost {
        prop_assert!(original.pointer(pointer).is_some(), "{form}: {text} has nothing at {pointer}");
    }
    // A move or an envelope may nest deeper than a reader goes; whatever else is wrong with the text is a bug.
    let frame = match Json::parse(&converted.text) {
        Ok(frame) => frame.to_value(),
        Err(error) => {
            prop_assert!(matches!(error.code().name(), "depth" | "number-range"), "{text}: {error}");
            return Ok(());
        }
    };
    let known = frame["type"].as_str().is_some_and(|tag| ["note", "ping", "status"].contains(&tag));
    prop_assert!(known && frame["data"].is_object() && frame.get("at").is_some(), "{}", converted.text);
    Ok(())
}

/// The days since 1970 of a date, counted one by one from the first of March of the year 0.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468
}

proptest! {
    // A failure is told with the input; there is no need to keep it in a file.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frames_never_panic(frame in frames()) {
        check(&frame.to_string())?;
    }

    #[test]
    fn values_never_panic(value in values()) {
        check(&value.to_string())?;
    }

    #[test]
    fn texts_never_panic(frame in frames(), place in any::<Index>(), removed in 0_usize..8, inserted in ".{0,4}") {
        let text = frame.to_string();
        let characters: Vec<char> = text.chars().collect();
        let start = place.index(characters.len());
        let end = (start + removed).min(characters.len());
        let mutated = characters[..start].iter().copied().chain(inserted.chars()).chain(characters[end..].iter().copied());
        check(&mutated.collect::<String>())?;
    }

    /// What became canonical has nothing of the past left in it.
    #[test]
    fn a_conversion_happens_once(frame in frames()) {
        let text = frame.to_string();
        if let Some((form, Ok(Some(converted)))) = convert(&text)
            && let Some((again, result)) = convert(&converted.text)
        {
            let twice = result.expect("one value of each member");
            prop_assert!(twice.is_none(), "{text} of {form} became {}, of {again}", converted.text);
        }
    }

    /// The order of members is nobody's business.
    #[test]
    fn order_makes_no_difference(frame in frames()) {
        let members = frame.as_object().expect("an object");
        let backwards: Vec<String> =
            members.iter().rev().map(|(name, value)| format!("{}: {value}", json!(name))).collect();
        let backwards = format!("{{ {} }}", backwards.join(" , "));
        let outcome = |text: &str| convert(text).map(|(form, converted)| {
            let frame = converted.map(|converted| converted.map(|converted| Json::parse(&converted.text).map(|json| json.to_value())));
            (form, frame.map_err(|error| error.code()))
        });
        prop_assert_eq!(outcome(&frame.to_string()), outcome(&backwards));
    }

    #[test]
    fn times_are_those_of_the_calendar(
        (year, month, day) in (1970_i64..10_000, 1_i64..=12, 1_i64..=28),
        (hour, minute, second) in (0_i64..24, 0_i64..60, 0_i64..60),
        offset in -1439_i64..1440,
        fraction in "(\\.[0-9]{1,30})?",
    ) {
        let sign = if offset < 0 { '-' } else { '+' };
        let zone = format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60);
        let iso = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}");
        let local = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        let expected = |seconds: i64, zoned| (seconds >= 0).then(|| (format!("{seconds}{fraction}"), zoned));
        prop_assert_eq!(time::seconds(&iso), expected(local, false));
        prop_assert_eq!(time::seconds(&format!("{iso}{zone}")), expected(local - offset * 60, true));
        prop_assert_eq!(time::with_zone(&iso), Some(format!("{iso}Z")));
    }

    #[test]
    fn any_text_may_be_no_time(text in ".{0,40}", almost in "[0-9TZ:+. -]{15,32}") {
        for text in [text, almost] {
            if let Some((seconds, _)) = time::seconds(&text) {
                prop_assert!(Json::parse(&seconds).is_ok());
            }
            let _ = time::with_zone(&text);
        }
    }

    /// Shifted by three and back, a number is the one that it was; by three, the double nearest to its thousandfold.
    #[test]
    fn shifting_rounds_nothing(whole in "-?(0|[1-9][0-9]{0,20})", fraction in "(\\.[0-9]{1,20})?", exponent in -200_i32..200) {
        let read = |text: &str| Parser::new(text).number().expect("a number").to_bits();
        let plain = format!("{whole}{fraction}");
        prop_assert_eq!(read(&time::shifted(&plain, 3)), read(&format!("{plain}e3")));
        let number = format!("{plain}e{exponent}");
        prop_assert_eq!(read(&time::shifted(&time::shifted(&number, 3), -3)), read(&number));
        prop_assert_eq!(read(&time::shifted(&number, -3)), read(&format!("{plain}e{}", exponent - 3)));
    }
}
