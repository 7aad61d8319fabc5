//! Schemas that mean harm, or that nobody meant: each is refused with a finding, or what comes out is safe.
//! The rows of the threat list that are about paths, references to files, broken JSON, wrong keywords and patterns
//! are fixtures of `tests/findings`; here is what needs a look at the output, or a schema made by code.

#[path = "findings/_harness.rs"]
mod harness;

use framelock_codegen::Generation;
use framelock_codegen::diagnostic::{Code, Located, Report};
use harness::Folder;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const ASK: &str = "ask.schema.json";

/// The valid protocol with other properties in the client's message, and other definitions beside it.
fn with(properties: &Value, definitions: &Value) -> Folder {
    let mut ask = json!({
        "description": "A question.",
        "type": "object",
        "properties": { "type": { "const": "ask" } },
        "required": ["type"]
    });
    merge(&mut ask["properties"], properties);
    let mut schema = json!({ "$schema": DIALECT, "$defs": { "Ask": ask } });
    merge(&mut schema["$defs"], definitions);
    let folder = Folder::valid();
    folder.put(ASK, schema.to_string());
    folder
}

fn merge(into: &mut Value, from: &Value) {
    for (name, value) in from.as_object().unwrap() {
        into[name] = value.clone();
    }
}

fn text(description: &str) -> Value {
    json!({ "description": description, "type": "string" })
}

fn generated(folder: &Folder) -> Generation {
    folder.generate().unwrap_or_else(|report| panic!("{report}"))
}

fn codes(result: Result<Generation, Report>) -> Vec<Code> {
    result.err().map(|report| report.findings().iter().map(Located::code).collect()).unwrap_or_default()
}

fn source(generation: &Generation, path: &str) -> String {
    generation.outputs.iter().find(|output| output.path == path).unwrap().text.clone()
}

const PRODUCER: &str = "rust/src/from_client/producer.rs";
const TYPES: &str = "rust/src/types.rs";

/// The descriptions that escaped from other generators, and what the output holds then.
#[test]
fn descriptions_stay_documentation() {
    let hostile = [
        "*/ fn pwn(){} /*",
        "\n#![allow(x)]\nmod evil {}",
        "a\rb\u{2028}c\u{2029}d\u{85}e",
        "\"]\nfn pwn(){}\n#[doc=\"",
        "\u{202e}reversed\u{2066}",
        "```rust\nstd::process::Command::new(\"sh\");\n```\n```\nmore();",
        "~~~\nfn unfenced() {}",
        "    indented_code();",
        "\tstd::process::exit(1)",
        "> ```rust\n> quoted();",
        "- ```rust\n  listed();",
        "1. ~~~\n   numbered();",
        "> > ```\n> > quoted_twice();",
        "[evil](javascript:alert(1)) <script>alert(1)</script>",
        "\\u{0}\u{0}`${process.env.HOME}`",
    ];
    let benign = items(&source(&generated(&with(&json!({ "a": text("A.") }), &json!({}))), PRODUCER));
    for description in hostile {
        let generation = generated(&with(&json!({ "a": text(description) }), &json!({})));
        let producer = source(&generation, PRODUCER);
        assert_eq!(items(&producer), benign, "{description:?}");
        assert!(!producer.contains(hidden), "{description:?}");
        assert!(!has_doctest(&producer), "{description:?} becomes a doctest:\n{producer}");
    }
}

/// Whether rustdoc would find code to run: an indented block, or a fence that does not say `text`.
fn has_doctest(source: &str) -> bool {
    let mut fenced = false;
    source.lines().filter_map(|line| line.trim_start().strip_prefix("///")).any(|line| {
        let markup = line.trim_start_matches(|mark: char| mark.is_ascii_digit() || " >-*+.)".contains(mark));
        let fence = markup.starts_with("```") || markup.starts_with("~~~");
        let opens = fence && !fenced;
        fenced ^= fence;
        opens && !markup.starts_with("```text") || line.starts_with("     ") || line.contains('\t')
    })
}

fn hidden(character: char) -> bool {
    character.is_control() && character != '\n'
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}')
}

/// Kinds and names of the items of a file.
fn items(source: &str) -> Vec<String> {
    let file = syn::parse_file(source).unwrap();
    let named = |item: &syn::Item| match item {
        syn::Item::Struct(item) => format!("struct {}", item.ident),
        syn::Item::Enum(item) => format!("enum {}", item.ident),
        syn::Item::Impl(item) => format!("impl of {} functions", item.items.len()),
        syn::Item::Macro(_) => "macro".to_owned(),
        syn::Item::Use(_) => "use".to_owned(),
        _ => "other".to_owned(),
    };
    file.items.iter().map(named).collect()
}

#[test]
fn keywords_and_prelude_names_become_identifiers() {
    let names = [
        "self",
        "Self2",
        "super",
        "crate",
        "_",
        "r#type",
        "async",
        "gen",
        "try",
        "yield",
        "union",
        "'static",
        "macro_rules",
        "fn",
        "dyn",
        "where",
        "String",
        "Option",
        "__proto__",
        "constructor",
        "toString",
        "4eyes",
        "x\"] pub y: u8, #[serde(rename=\"z",
        "../../etc/passwd",
        "a/b~c",
        "日本",
        "e\u{301}",
    ];
    let properties: Value = names.iter().map(|name| ((*name).to_owned(), text("A name."))).collect();
    let generation = generated(&with(&properties, &json!({})));
    let producer = source(&generation, PRODUCER);
    syn::parse_file(&producer).unwrap();
    for name in names {
        let key = json!(name).to_string();
        let written = producer.contains(&format!("{:?}", format!("{key}:")));
        let following = producer.contains(&format!("{:?}", format!(",{key}:")));
        assert!(written || following, "the wire name of {name} is not exact");
    }
}

#[test]
fn types_may_have_the_names_of_the_prelude() {
    let names = [
        "String", "Option", "Result", "Vec", "Box", "Self", "Default", "serde", "std", "core", "Cow", "Some",
    ];
    let definitions: Value = names.iter().map(|name| ((*name).to_owned(), text("A text."))).collect();
    let reference = |name: &&str| json!({ "description": "A.", "$ref": format!("#/$defs/{name}") });
    let properties: Value =
        names.iter().enumerate().map(|(i, name)| (format!("p{i}"), reference(name))).collect();
    let types = source(&generated(&with(&properties, &definitions)), TYPES);
    for name in names.into_iter().filter(|name| name.starts_with(char::is_uppercase)) {
        assert!(types.contains(&format!("pub struct {name}Type<'a>")), "{name}:\n{types}");
    }
}

#[test]
fn definitions_with_names_of_any_kind_are_safe() {
    for name in ["Foo; pub struct Bar", "../../etc/passwd", "a/b", "", "🦀", "\"", "\u{202e}", "a~1b", "%25"]
    {
        let pointer = name.replace('~', "~0").replace('/', "~1");
        let fragment: String = pointer.bytes().fold(String::new(), |mut all, byte| {
            let _ = write!(all, "%{byte:02X}");
            all
        });
        let property = json!({ "a": { "description": "A.", "$ref": format!("#/$defs/{fragment}") } });
        let generation = generated(&with(&property, &json!({ name: text("A text.") })));
        assert!(syn::parse_file(&source(&generation, TYPES)).is_ok());
        assert!(generation.outputs.iter().all(|output| !output.path.contains("..")));
    }
}

/// RFC 6901 escapes below RFC 3986 escapes.
#[test]
fn references_are_decoded_once() {
    let names = ["a~b", "a/b", "a%25b", "a b", "é"];
    let references = ["a~0b", "a~1b", "a%2525b", "a%20b", "%C3%A9"];
    for (name, reference) in names.into_iter().zip(references) {
        let property = json!({ "a": { "description": "A.", "$ref": format!("#/$defs/{reference}") } });
        let result = with(&property, &json!({ name: text("A text.") })).generate();
        assert!(result.is_ok(), "{name}: {}", result.unwrap_err());
    }
}

#[test]
fn what_only_looks_like_a_reference_is_none() {
    let away = json!({ "$ref": "https://example.org/" });
    let properties = json!({
        "$ref": text("A property of this name."),
        "const": { "description": "Another.", "$ref": "envelope.schema.json#/$defs/Seconds" },
        "kind": { "description": "The kind.", "$ref": "#/$defs/Kind" },
        "any": { "description": "Anything.", "examples": [away] }
    });
    let kind =
        json!({ "description": "A kind.", "type": "string", "x-known-values": { "$ref": "A value." } });
    generated(&with(&properties, &json!({ "Kind": kind })));
}

#[test]
fn distinct_enum_values_stay_distinct_or_are_refused() {
    let mode = |values: Value| {
        let property = json!({ "mode": { "description": "The mode.", "$ref": "#/$defs/Mode" } });
        with(&property, &json!({ "Mode": { "description": "A mode.", "enum": values } })).generate()
    };
    let one_by_one = ["", " ", "+1", "-1", "1", "é", "e\u{301}", "🦀", "\u{0}", "a\"b", "Self", "Unknown"];
    for value in one_by_one {
        let types = source(&mode(json!([value])).unwrap_or_else(|report| panic!("{report}")), TYPES);
        assert!(syn::parse_file(&types).is_ok() && !types.contains(hidden), "{value:?}");
    }
    assert_eq!(codes(mode(json!(["a", "A"]))), [Code::NameCollision]);
    assert_eq!(codes(mode(json!(["+1", "-1"]))), [Code::NameCollision]);
    assert_eq!(codes(mode(json!(["\u{391}dmin", "Admin"]))), [], "Greek and Latin are two names");
    assert_eq!(codes(mode(json!([0, false]))), [Code::UnsupportedShape]);
}

#[test]
fn patterns_stay_literals_and_match_in_linear_time() {
    for pattern in
        ["\")); evil(); //", "\"###", "\\d+", "[^]", "\\cA", "\\p{Script=Greek}", "(a+)+$", "\u{202e}"]
    {
        let property = json!({ "a": { "description": "A.", "type": "string", "pattern": pattern } });
        match with(&property, &json!({})).generate() {
            Ok(generation) => {
                let types = source(&generation, TYPES);
                assert!(syn::parse_file(&types).is_ok() && !types.contains(hidden), "{pattern}");
            }
            Err(report) => {
                let codes: Vec<Code> = report.findings().iter().map(Located::code).collect();
                assert_eq!(codes, [Code::InvalidPattern], "{report}");
            }
        }
    }
    let slow = framelock_codegen::pattern::Pattern::new("(a+)+$", "(a+)+$");
    let start = Instant::now();
    assert!(slow.check(&("a".repeat(50_000) + "!")).is_err());
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

/// ECMA-262 digits are ASCII digits.
#[test]
fn classes_keep_their_meaning() {
    use framelock_codegen::text::{Text, rust};
    let digits = rust::translate(&Text::new("^\\d$")).unwrap();
    let digits = framelock_codegen::pattern::Pattern::new("^\\d$", Box::leak(digits.1.into_boxed_str()));
    assert!(digits.check("7").is_ok());
    assert!(digits.check("\u{663}").is_err());
}

#[test]
fn integers_keep_their_bounds() {
    let types = |least: &str, most: &str| {
        let folder = with(&json!({ "n": { "$ref": "#/$defs/N", "description": "N." } }), &json!({ "N": 1 }));
        let bounds =
            format!(r#""N":{{"description":"N.","type":"integer","minimum":{least},"maximum":{most}}}"#);
        folder.replace(ASK, "\"N\":1", &bounds);
        folder.generate().map(|generation| source(&generation, TYPES))
    };
    assert!(types("0", "18446744073709551615").unwrap().contains("struct N(u64)"));
    assert!(types("-9223372036854775808", "9223372036854775807").unwrap().contains("struct N(i64)"));
    assert!(types("1.0", "2.0").unwrap().contains("From 1 to 2."), "`1.0` is an integer");
    for (least, most) in
        [("-1", "9223372036854775808"), ("0", "18446744073709551616"), ("0", "1e30"), ("0.5", "2")]
    {
        assert!(types(least, most).is_err(), "{least} to {most}");
    }
}

/// A schema of `count` definitions, each of which refers to the next in the way that `body` says.
fn chain(count: usize, body: impl Fn(Value) -> Value) -> Folder {
    let next = |index: usize| json!(format!("#/$defs/D{index}"));
    let mut definitions = json!({ format!("D{count}"): text("The last.") });
    for index in 0..count {
        definitions[format!("D{index}")] = body(next(index + 1));
    }
    with(&json!({ "first": { "description": "The first.", "$ref": "#/$defs/D0" } }), &definitions)
}

/// A billion laughs: each type holds the next one twice.
#[test]
fn doubled_types_stay_as_many_as_the_schema_has() {
    let doubled = |depth| {
        chain(depth, |next| {
            let field = json!({ "description": "One half.", "$ref": next });
            json!({
                "description": "Two halves.", "type": "object", "additionalProperties": false,
                "properties": { "a": field, "b": field }, "required": ["a", "b"]
            })
        })
    };
    let size = |folder: Folder| -> usize {
        let start = Instant::now();
        let outputs = generated(&folder).outputs;
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
        outputs.iter().map(|output| output.text.len()).sum()
    };
    let (none, twenty, forty) = (size(doubled(1)), size(doubled(21)), size(doubled(41)));
    assert!(forty - twenty < (twenty - none) * 11 / 10, "{none}, {twenty}, {forty}: not linear");
}

/// The same without text, so that nothing cuts a walk over the types short.
#[test]
fn doubled_types_without_text_are_no_slower() {
    let folder = chain(41, |next| {
        let field = json!({ "description": "One half.", "$ref": next });
        let properties = json!({ "a": field, "b": field });
        json!({ "description": "Two.", "type": "object", "additionalProperties": false, "properties": properties })
    });
    folder.replace(
        ASK,
        "\"description\":\"The last.\",\"type\":\"string\"",
        "\"description\":\"Last.\",\"type\":\"boolean\"",
    );
    generated(&folder);
}

#[test]
fn doubled_unions_end() {
    let folder =
        chain(40, |next| json!({ "description": "Either.", "oneOf": [{ "$ref": next }, { "$ref": next }] }));
    assert!(!codes(folder.generate()).is_empty());
    let folder =
        chain(40, |next| json!({ "description": "Both.", "allOf": [{ "$ref": next }, { "$ref": next }] }));
    assert!(codes(folder.generate()).iter().all(|code| *code == Code::UnsupportedKeyword));
}

#[test]
fn long_chains_of_references_do_not_exhaust_the_stack() {
    const LONG: usize = 20_000;
    let plain = chain(LONG, |next| json!({ "$ref": next }));
    assert_eq!(codes(plain.generate()), []);
    let nested = chain(LONG, |next| {
        let field = json!({ "description": "The next.", "$ref": next });
        json!({ "description": "One.", "type": "object", "properties": { "next": field } })
    });
    assert_eq!(codes(nested.generate()), [Code::UnsupportedShape]);
    let added =
        chain(LONG, |next| json!({ "description": "One.", "$ref": next, "properties": { "a": true } }));
    assert_eq!(codes(added.generate()), [Code::UnsupportedShape]);
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    const DEEP: usize = 100_000;
    let brackets = |open: &str, close: &str| open.repeat(DEEP) + "1" + &close.repeat(DEEP);
    let object = brackets("{\"not\":", "}");
    for (path, text) in [
        (ASK, brackets("[", "]")),
        (ASK, object.clone()),
        (ASK, "[".repeat(DEEP)),
        ("legacy/bare-note.json", object.clone()),
        ("note.invalid.json", brackets("[", "]")),
    ] {
        let folder = Folder::valid();
        folder.put(path, text);
        assert_eq!(codes(folder.generate()), [Code::InvalidJson], "{path}");
    }
    let folder = Folder::valid();
    folder.put("framelock.toml", format!("a = {}", brackets("[", "]")));
    assert_eq!(codes(folder.generate()), [Code::InvalidManifest]);
}

/// `true` accepts everything, `false` nothing; other values are no schemas.
#[test]
fn a_file_that_is_no_object_is_a_finding() {
    for text in ["null", "[]", "42", "\"text\"", "true", "false", "{}"] {
        let folder = Folder::valid();
        folder.put(ASK, text);
        assert!(!codes(folder.generate()).is_empty(), "{text}");
    }
}

#[test]
fn line_ends_make_no_difference_to_the_output() {
    let folder = Folder::valid();
    let before = generated(&folder).protocol.digest;
    let text = folder.text(ASK).replace('\n', "\r\n");
    folder.put(ASK, text);
    assert_eq!(generated(&folder).protocol.digest, before);
}

#[test]
fn examples_of_circular_schemas_are_never_followed() {
    let circle = json!({ "$ref": "#/$defs/A", "examples": [1] });
    let property = json!({ "a": { "description": "A.", "$ref": "#/$defs/A" } });
    assert_eq!(codes(with(&property, &json!({ "A": circle })).generate()), [Code::ReferenceCycle]);
    // Nobody refers to this one: it is no type, and its example says nothing.
    assert_eq!(codes(with(&json!({}), &json!({ "A": circle })).generate()), []);
}
