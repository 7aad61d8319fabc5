//! Whatever bytes come: the strict reader does not panic, its ways of reading agree with each other, and what it
//! accepts means the same to `serde_json`.
//!
//! `cd codegen/fuzz && cargo run --release -- -max_total_time=60`
#![no_main]

#[path = "../src/support/mod.rs"]
#[allow(dead_code, unused_imports, unreachable_pub)]
mod support;

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use support::{Code, Error, Json, Keys, Kind, Object, Parser, Writer, find_tag, transcribe, utf8};

const KEYS: &[&str] = &["type", "data", "a", "b\"c", ""];

fuzz_target!(|bytes: &[u8]| {
    let text = match utf8(bytes) {
        Ok(text) => text,
        Err(error) => return assert!(!bytes.is_empty() && error.offset() < bytes.len()),
    };
    let by_type = typed(text);
    match Json::parse(text) {
        Ok(json) => accepted(text, &json, by_type),
        Err(error) => refused(text, &error, by_type.is_err()),
    }
    // The tag is found, or not, without harm; and every offset has a place.
    let found = find_tag(&mut Parser::new(text), "type");
    assert!(found.is_ok() || Json::parse(text).is_err() || by_tag_type(text));
    let offset = bytes.len() / 2;
    assert_one_line(&Error::new(Code::Type, offset, "a", text).located(text));
});

fn accepted(text: &str, json: &Json<'_>, by_type: Result<Value, Error>) {
    let value = json.to_value();
    match serde_json::from_str::<Value>(text) {
        Ok(theirs) => assert_eq!(theirs, value),
        Err(error) => assert!(error.to_string().contains("recursion limit"), "{error}"),
    }
    assert_eq!(by_type.expect("accepted as free-form JSON"), value);
    let mut writer = Writer::new();
    write(&value, &mut writer);
    let again = Json::parse(writer.as_str()).expect("our own text");
    assert_eq!(again.to_value(), value);
    assert_eq!(transcribe(value).expect("a value"), writer.into_string());
}

fn refused(text: &str, error: &Error, by_type: bool) {
    assert!(error.offset() <= text.len() && text.is_char_boundary(error.offset()));
    assert!(by_type, "accepted by type, but: {error}");
    assert_one_line(error);
    let theirs = serde_json::from_str::<Value>(text);
    assert!(theirs.is_err() || error.code() == Code::DuplicateKey, "{error}");
}

/// Whether the text is an object whose tag is no string, or no object.
fn by_tag_type(text: &str) -> bool {
    find_tag(&mut Parser::new(text), "type").is_err_and(|error| error.code() == Code::Type)
}

fn assert_one_line(error: &Error) {
    let line = error.to_string();
    assert!(!line.contains(char::is_control) && !line.contains(['\u{2028}', '\u{202e}', '\u{200b}']));
}

/// Reads by asking for the type that comes next.
fn typed(text: &str) -> Result<Value, Error> {
    let mut parser = Parser::new(text).keeping_unknown(text.len() % 2 == 0);
    let value = value(&mut parser)?;
    parser.finish()?;
    Ok(value)
}

fn value(parser: &mut Parser<'_>) -> Result<Value, Error> {
    Ok(match parser.peek()? {
        Kind::Null => parser.null().map(|()| Value::Null)?,
        Kind::Boolean => parser.boolean()?.into(),
        Kind::Number => number(parser)?,
        Kind::String => parser.string()?.into(),
        Kind::Array => {
            let (mut items, mut first) = (Vec::new(), true);
            parser.array_start()?;
            while parser.array_next(&mut first)? {
                items.push(value(parser)?);
            }
            items.into()
        }
        Kind::Object => object(parser)?.into(),
    })
}

/// Reads by table, and once more member by member for the keys.
fn object(parser: &mut Parser<'_>) -> Result<Map<String, Value>, Error> {
    let mut members = Map::new();
    let mut object = Object::<1>::start(parser, Keys::new(KEYS))?;
    while let Some(index) = object.next(parser)? {
        let (start, end) = parser.key_span();
        if let Some(key) = KEYS.get(index) {
            members.insert((*key).to_owned(), value(parser)?);
        } else {
            parser.peek()?;
            let before = parser.offset();
            object.unknown(parser)?;
            let after = parser.offset();
            parser.seek(before);
            let read = value(parser)?;
            assert_eq!(parser.offset(), after);
            members.insert(format!("{start}-{end}"), read);
            rename(parser, &mut members, start);
        }
    }
    Ok(members)
}

/// Gives the last member the name that is written at `start`.
fn rename(parser: &mut Parser<'_>, members: &mut Map<String, Value>, start: usize) {
    let here = parser.offset();
    parser.seek(start);
    let name = parser.string().expect("a key that was read before").into_owned();
    parser.seek(here);
    let last = members.keys().next_back().cloned().expect("a member");
    let read = members.remove(&last).expect("the last member");
    assert!(members.insert(name, read).is_none(), "a key twice");
}

fn number(parser: &mut Parser<'_>) -> Result<Value, Error> {
    let start = parser.offset();
    let text = parser.number_text()?;
    let end = parser.offset();
    let plain = !text.contains(['.', 'e', 'E']) && text != "-0";
    parser.seek(start);
    let signed = parser.i64().ok();
    parser.seek(start);
    let unsigned = parser.u64().ok();
    parser.seek(start);
    let double = parser.number()?;
    assert_eq!(parser.offset(), end);
    // An exact integer and the nearest double are the same number, as far as doubles go.
    let nearest = signed.map(|value| value as f64).or(unsigned.map(|value| value as f64));
    assert!(nearest.is_none_or(|value| value == double));
    Ok(match (signed, unsigned) {
        (Some(value), _) if plain => value.into(),
        (_, Some(value)) if plain => value.into(),
        _ => double.into(),
    })
}

fn write(value: &Value, writer: &mut Writer) {
    match value {
        Value::Null => writer.null(),
        Value::Bool(value) => writer.boolean(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(value), ..) => writer.i64(value),
            (_, Some(value), _) => writer.u64(value),
            (.., value) => writer.f64(value.expect("a number")),
        },
        Value::String(text) => writer.string(text),
        Value::Array(items) => {
            writer.raw("[");
            for item in items {
                writer.element();
                write(item, writer);
            }
            writer.raw("]");
        }
        Value::Object(members) => {
            writer.raw("{");
            for (key, value) in members {
                writer.member(key);
                write(value, writer);
            }
            writer.raw("}");
        }
    }
}
