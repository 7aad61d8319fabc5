//! The strict reader against JSON texts: the `JSONTestSuite`, a table of our own, places and limits.

use framelock_codegen::support::{Code, Error, Json, Keys, Kind, MAX_DEPTH, Object, Parser, utf8};
use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[path = "support_json/texts.rs"]
mod texts;

/// Reads bytes as free-form JSON.
fn read(bytes: &[u8]) -> Result<(), Error> {
    Json::parse(utf8(bytes)?).map(drop)
}

#[test]
fn json_test_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases/jsontestsuite/test_parsing");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("SKIPPED: the JSONTestSuite is not here: {} is no folder", folder.display());
        return;
    };
    let (mut yes, mut no, mut accepted, mut refused) = (0, 0, 0, 0);
    for entry in entries {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let result = read(&fs::read(&path).expect("a readable file"));
        match (name.as_bytes()[0], result) {
            (b'y', Ok(())) => yes += 1,
            // RFC 8259 §4 leaves duplicate keys open; here they are refused everywhere.
            (b'y', Err(error)) if name.starts_with("y_object_duplicated_key") => {
                assert_eq!(error.code(), Code::DuplicateKey, "{name}");
                yes += 1;
            }
            (b'n', Err(_)) => no += 1,
            (b'i', Ok(())) => accepted += 1,
            (b'i', Err(_)) => refused += 1,
            (_, result) => panic!("{name}: {result:?}"),
        }
    }
    assert!(yes > 90 && no > 180, "the suite is incomplete: {yes} y_, {no} n_");
    println!("y_ {yes} as due, n_ {no} refused, i_ {accepted} accepted and {refused} refused");
}

#[test]
fn texts_that_are_json() {
    for text in texts::ACCEPTED {
        let json = Json::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(json.text(), text.trim_matches([' ', '\t', '\r', '\n']));
        let value: serde_json::Value = serde_json::from_str(text).expect(text);
        assert_eq!(json.to_value(), value, "{text:?}");
    }
}

#[test]
fn texts_that_are_not() {
    for (text, code, offset) in texts::REFUSED {
        let error = Json::parse(text).expect_err(text);
        assert_eq!((error.code(), error.offset()), (*code, *offset), "{text:?}: {error}");
    }
    assert!(texts::ACCEPTED.len() + texts::REFUSED.len() >= 80);
}

/// The same refusals when the reader asks for types instead of free-form JSON.
#[test]
fn texts_that_are_not_when_read_by_type() {
    for (text, code, _) in texts::REFUSED {
        let mut parser = Parser::new(text);
        let error = walk(&mut parser).and_then(|()| parser.finish()).expect_err(text);
        // A map's own type finds out about duplicates; a walk does not.
        assert_eq!(error.code(), *code, "{text:?}: {error}");
    }
}

/// Reads a value member by member, with the table-driven reader for objects.
fn walk(parser: &mut Parser<'_>) -> Result<(), Error> {
    match parser.peek()? {
        Kind::Null => parser.null(),
        Kind::Boolean => parser.boolean().map(drop),
        Kind::Number => parser.number().map(drop),
        Kind::String => parser.string().map(drop),
        Kind::Array => {
            parser.array_start()?;
            let mut first = true;
            while parser.array_next(&mut first)? {
                walk(parser)?;
            }
            Ok(())
        }
        Kind::Object => {
            let mut object = Object::<1>::start(parser, Keys::new(&["a", "b", "x y"]))?;
            while object.next(parser)?.is_some() {
                walk(parser)?;
            }
            Ok(())
        }
    }
}

#[test]
fn bytes_that_are_not_utf8() {
    for (bytes, offset) in [
        (&b"\"\xff\""[..], 1),
        (b"[\"a\xc3\"]", 3),
        (b"\"\xed\xa0\x80\"", 1),
        (b"\"\xc0\xaf\"", 1),
        (b"\xf5", 0),
    ] {
        let error = utf8(bytes).expect_err("not UTF-8");
        assert_eq!((error.code(), error.offset()), (Code::Syntax, offset));
    }
    assert_eq!(utf8("größe".as_bytes()).expect("UTF-8"), "größe");
}

#[test]
fn places() {
    for (text, offset, pointer) in texts::PLACES {
        let error = Error::new(Code::Type, *offset, "a", "b").located(text);
        assert_eq!(error.pointer(), *pointer, "{text:?} at {offset}");
    }
}

#[test]
fn places_of_mistakes() {
    for (text, pointer) in texts::MISTAKES {
        let error = Json::parse(text).expect_err(text);
        assert_eq!(error.pointer(), *pointer, "{text:?}: {error}");
    }
}

#[test]
fn every_offset_of_any_text_has_a_place() {
    let broken = texts::REFUSED.iter().map(|(text, ..)| *text);
    for text in texts::ACCEPTED.iter().copied().chain(broken) {
        for offset in 0..text.len() + 3 {
            let error = Error::new(Code::Type, offset, "a", "b").located(text);
            assert!(error.pointer().is_empty() || error.pointer().starts_with('/'));
        }
    }
}

#[test]
fn strings_without_escapes_are_slices_of_the_text() {
    let text = r#"{"key":"value of some length, größer als 16","k\u0065y":"\u00e4"}"#;
    let mut parser = Parser::new(text);
    let mut first = true;
    parser.object_start().expect("an object");
    let key = parser.object_next(&mut first).expect("JSON").expect("a key");
    let value = parser.string().expect("a string");
    for string in [key, value] {
        let Cow::Borrowed(slice) = string else { panic!("{string} was copied") };
        assert!(text.as_bytes().as_ptr_range().contains(&slice.as_ptr()));
    }
    assert_eq!(parser.object_next(&mut first).expect("JSON").as_deref(), Some("key"));
    assert_eq!(parser.key_span(), (text.find("\"k\\u").expect("there"), text.find(":\"\\u").expect("there")));
    assert_eq!(parser.string().expect("a string"), "ä");
    assert_eq!(parser.object_next(&mut first).expect("JSON"), None);
    parser.finish().expect("the end");
}

/// A text of `depth` levels that the brackets in `opening` open in turn.
fn nested(depth: usize, opening: &[&str]) -> String {
    let open: Vec<_> = opening.iter().cycle().take(depth).copied().collect();
    let close = open.iter().rev().map(|text| if text.starts_with('[') { ']' } else { '}' });
    format!("{}0{}", open.concat(), close.collect::<String>())
}

#[test]
fn depth_limit() {
    let limit = MAX_DEPTH as usize;
    for opening in [&["["][..], &[r#"{"a":"#], &["[", r#"{"a":"#], &[r#"{"a": "#, "[ ", "["]] {
        for depth in [limit - 1, limit] {
            let text = nested(depth, opening);
            Json::parse(&text).unwrap_or_else(|error| panic!("{depth}: {error}"));
            walk(&mut Parser::new(&text)).unwrap_or_else(|error| panic!("{depth}: {error}"));
        }
        let text = nested(limit + 1, opening);
        assert_eq!(Json::parse(&text).expect_err("too deep").code(), Code::Depth);
        assert_eq!(walk(&mut Parser::new(&text)).expect_err("too deep").code(), Code::Depth);
    }
}

/// A way to read a value of any type.
type Read = fn(&mut Parser<'_>) -> Result<(), Error>;

/// The limit counts from the root, however a part is read.
#[test]
fn depth_limit_does_not_restart() {
    for (inner, fine) in [(MAX_DEPTH - 3, true), (MAX_DEPTH - 2, false)] {
        let text = format!("[[{{\"a\":{}}}]]", nested(inner as usize, &["["]));
        let read: [Read; 3] = [
            |parser| parser.skip(),
            |parser| parser.raw().map(drop),
            |parser| Json::decode(parser).map(drop),
        ];
        for read in read {
            let mut parser = Parser::new(&text);
            parser.array_start().expect("an array");
            parser.array_start().expect("an array");
            parser.object_start().expect("an object");
            parser.object_next(&mut true).expect("JSON");
            let result = read(&mut parser);
            assert_eq!(result.is_ok(), fine, "{result:?}");
        }
    }
}

#[test]
fn a_million_levels_are_refused_at_once() {
    let start = Instant::now();
    for text in ["[".repeat(1_000_000), "{\"a\":".repeat(1_000_000), "[{\"\":".repeat(1_000_000)] {
        let error = Json::parse(&text).expect_err("too deep");
        assert_eq!(error.code(), Code::Depth);
        assert!(error.to_string().len() < 1000);
        assert!(Parser::new(&text).expected("a string").code() == Code::Depth);
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn a_place_a_million_levels_deep_is_found_without_recursion() {
    let text = "[".repeat(1_000_000);
    let error = Error::new(Code::Type, text.len(), "a", "b").located(&text);
    assert_eq!(error.pointer().len(), 2 * (text.len() - 1));
    assert!(error.to_string().len() < 1000);
}

#[test]
fn many_keys_are_read_in_linear_time() {
    let members =
        |count: usize| (0..count).map(|index| format!("\"key{index}\":{index}")).collect::<Vec<_>>();
    let text = format!("{{{}}}", members(100_000).join(","));
    let start = Instant::now();
    Json::parse(&text).expect("no key twice");
    walk(&mut Parser::new(&text)).expect("no key twice");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for count in [2, 7, 8, 9, 15, 16, 17, 18, 100] {
        let mut again = members(count);
        again.push(format!("\"\\u006bey{}\":0", count / 2));
        let error = Json::parse(&format!("{{{}}}", again.join(","))).map(drop).expect_err("a key twice");
        assert_eq!(error.code(), Code::DuplicateKey);
        assert_eq!(error.pointer(), format!("/key{}", count / 2));
    }
}

#[test]
fn large_flat_texts_are_read() {
    Json::parse(&format!("[{}[]]", "[],".repeat(300_000))).expect("JSON");
    Json::parse(&format!("[{}1{}]", " \n\t\r".repeat(500_000), " ".repeat(500_000))).expect("JSON");
    let long = format!("\"{}\"", "x".repeat(3_000_000));
    assert_eq!(Parser::new(&long).string().expect("a string").len(), 3_000_000);
    assert!(Parser::new(&long).expected("a number").found().len() < 200);
}

/// Passing a value ends where skipping it ends, and what cannot be passed is refused as skipping refuses it.
#[test]
fn passing_and_skipping_end_at_the_same_place() {
    for text in [
        r#"{"a":[1,{"b":"}]\"{"}],"c":"\u005c\\"} ,"#,
        r#"["]",[],{}] "#,
        "{}",
        "[]",
        r#""plain" "#,
        "12,",
        "null",
        r#"{"a":"x"#,
        "[",
        r#"{"a":[}"#,
        "}",
        "",
    ] {
        let (mut passing, mut skipping) = (Parser::new(text), Parser::new(text));
        match skipping.skip() {
            Ok(()) => {
                assert!(passing.pass().is_ok(), "{text}");
                assert_eq!(passing.offset(), skipping.offset(), "{text}");
            }
            // Brackets that match in number only are found out by whoever reads the value.
            Err(error) if text.contains("[}") => assert_eq!(error.code(), Code::Syntax),
            Err(error) => assert_eq!(passing.pass(), Err(error), "{text}"),
        }
    }
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Parser::new(&deep(128)).pass().is_ok());
    assert_eq!(Parser::new(&deep(129)).pass().map_err(|error| error.code()), Err(Code::Depth));
}
