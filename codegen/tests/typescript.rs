//! The TypeScript package: what is in it, and that nothing of a schema becomes code. What it does when it runs is
//! tested by the check step `typescript`.

#[path = "findings/_harness.rs"]
mod harness;

use framelock_codegen::Generation;
use harness::{Folder, fixtures};
use serde_json::{Value, json};

/// A protocol whose two sides each send one message, with other properties in the server's.
fn with(properties: &Value) -> Generation {
    let folder = Folder::valid();
    folder.lay_over(&fixtures().join("name-collision/typescript"));
    let note = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "A note from the server.",
        "$ref": "envelope.schema.json#/$defs/Envelope",
        "properties": { "type": { "const": "note" }, "data": { "$ref": "#/$defs/Note" } },
        "$defs": { "Note": { "description": "A note.", "type": "object", "properties": properties } },
    });
    folder.put("note.schema.json", note.to_string());
    std::fs::remove_dir_all(folder.path().join("legacy")).unwrap();
    folder.generate().unwrap_or_else(|report| panic!("{report}"))
}

fn source(generation: &Generation, path: &str) -> String {
    let path = format!("typescript/{path}");
    generation.outputs.iter().find(|output| output.path == path).unwrap().text.clone()
}

/// Source without its comments. No string of the tests holds the marks of one.
fn code(source: &str) -> String {
    let mut rest = source;
    let mut code = String::new();
    while let Some((before, comment)) = rest.split_once("/**") {
        code += before;
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code + rest
}

#[test]
fn there_is_no_package_unless_the_manifest_asks_for_one() {
    let generation = Folder::valid().generate().unwrap_or_else(|report| panic!("{report}"));
    assert!(generation.outputs.iter().all(|output| !output.path.starts_with("typescript/")));
}

#[test]
fn descriptions_stay_comments() {
    let text = |description: &str| json!({ "text": { "description": description, "type": "string" } });
    let benign = source(&with(&text("A text.")), "cjs/schema.d.ts");
    for hostile in [
        "*/ export const pwn = 1; /*",
        "a\rb\u{2028}c\u{85}*/d",
        "```\n*/ alert(1) //\n```",
        "\u{202e}*/\u{200b}",
        "**/ import('x')",
        "*\n/ x",
    ] {
        let declared = source(&with(&text(hostile)), "cjs/schema.d.ts");
        assert_eq!(code(&declared), code(&benign), "{hostile:?}");
        assert!(
            declared.chars().all(|character| !character.is_control() || character == '\n'),
            "{hostile:?}"
        );
        assert!(!declared.contains(['\u{2028}', '\u{202e}', '\u{200b}']), "{hostile:?}");
    }
    let tagged = source(&with(&text("Since 1.\n@deprecated by nobody")), "cjs/schema.d.ts");
    assert!(tagged.contains("\\@deprecated by nobody"), "{tagged}");
}

#[test]
fn names_and_values_stay_strings() {
    let generation = with(&json!({
        "__proto__": { "description": "A name.", "type": "string", "pattern": "^\"`a\\.</script>$" },
        "a\"};evil(`${1}`)": { "description": "A name.", "type": "boolean" },
        "\u{2028}*/": { "description": "A name.", "type": "boolean" },
    }));
    let (schema, declared) = (source(&generation, "esm/schema.js"), source(&generation, "cjs/schema.d.ts"));
    for text in [&schema, &declared] {
        assert!(text.contains("[\"__proto__\"]"), "{text}");
        assert!(text.contains(r#""a\"};evil(`${1}`)""#), "{text}");
        assert!(text.contains(r#""\u2028*/""#), "{text}");
    }
    assert!(schema.contains(r#"pattern: "^\"`a\\.</script>$""#), "{schema}");
}

#[test]
fn both_module_systems_have_the_same_modules() {
    let generation = with(&json!({ "text": { "description": "A text.", "type": "string" } }));
    let below = |folder: &str| -> Vec<String> {
        let paths = generation.outputs.iter().filter_map(|output| output.path.strip_prefix(folder));
        paths.filter_map(|path| path.strip_suffix(".js")).map(str::to_owned).collect()
    };
    assert_eq!(below("typescript/esm/"), below("typescript/cjs/"));
    // Without retired forms there is no table of them.
    assert!(!below("typescript/esm/").contains(&"legacy".to_owned()));
}
