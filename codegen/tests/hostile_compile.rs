//! Names that generated code uses itself, or that Rust reserves: what comes out of them compiles, without warnings.
//! This is the one test that asks the compiler; it takes as long as building `serde_json` once.

#[path = "findings/_harness.rs"]
mod harness;

use harness::Folder;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Names of properties: variables, fields, methods and modules of generated code, and keywords.
const PROPERTIES: [&str; 30] = [
    "parser",
    "object",
    "key",
    "out",
    "tag",
    "payload",
    "required",
    "extras",
    "self",
    "super",
    "crate",
    "_",
    "async",
    "gen",
    "fn",
    "text",
    "word",
    "support",
    "types",
    "value",
    "message",
    "read",
    "new",
    "closed",
    "build",
    "samples",
    "x\"] pub y",
    "decode",
    "encode",
    "into_owned",
];

/// Names of definitions: items of generated modules, of the support code and of the prelude.
const DEFINITIONS: [&str; 26] = [
    "Parser",
    "Decode",
    "Encode",
    "Detach",
    "Writer",
    "Pattern",
    "Sample",
    "Built",
    "Invalid",
    "Open",
    "Json",
    "String",
    "Box",
    "Option",
    "Result",
    "Vec",
    "Self",
    "Unknown",
    "Received",
    "Closed",
    "support",
    "std",
    "serde",
    "Violation",
    "Number",
    "Foo; pub struct Bar",
];

const DESCRIPTION: &str = "A.\n```rust\nfail!()\n```\n- ```\n\u{202e} [x](y) */ \"] #[evil] <script>";

fn text() -> Value {
    json!({ "description": DESCRIPTION, "type": "string" })
}

/// A protocol in which each name is used in every place where it may stand.
fn hostile() -> Folder {
    let mut properties =
        json!({ "type": { "const": "ask" }, "inner": { "description": "I.", "$ref": "#/$defs/Inner" } });
    let mut definitions = json!({});
    for name in PROPERTIES {
        properties[name] = text();
    }
    properties["nullable"] =
        json!({ "description": DESCRIPTION, "type": ["string", "null"], "deprecated": true });
    for (index, name) in DEFINITIONS.into_iter().enumerate() {
        let reference = format!("#/$defs/{name}").replace(' ', "%20");
        properties[format!("p{index}")] = json!({ "description": DESCRIPTION, "$ref": reference });
        definitions[name] = json!({ "description": DESCRIPTION, "type": "string", "pattern": "^\"###a\\d$" });
    }
    let mut all: Value = PROPERTIES.iter().map(|name| ((*name).to_owned(), text())).collect();
    all["again"] = json!({ "description": "The type contains itself.", "$ref": "#/$defs/Inner" });
    definitions["Inner"] =
        json!({ "description": DESCRIPTION, "type": "object", "properties": all, "required": PROPERTIES });
    definitions["Ask"] = json!({
        "description": DESCRIPTION, "type": "object", "properties": properties, "required": ["type", "key"],
        "deprecated": true
    });
    let folder = Folder::valid();
    let schema = "https://json-schema.org/draft/2020-12/schema";
    folder.put("ask.schema.json", json!({ "$schema": schema, "$defs": definitions }).to_string());
    let mut envelope: Value = serde_json::from_str(&folder.text("envelope.schema.json")).unwrap();
    for name in PROPERTIES {
        envelope["$defs"]["Envelope"]["properties"][name] = text();
    }
    folder.put("envelope.schema.json", envelope.to_string());
    folder
}

#[test]
fn generated_code_compiles_whatever_the_names() {
    let folder = hostile();
    let generation = folder.generate().unwrap_or_else(|report| panic!("{report}"));
    let package = folder.outside().join("out");
    for output in &generation.outputs {
        let path = package.join(&output.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &output.text).unwrap();
    }
    // The versions that this workspace has, so that nothing is fetched.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, package.join("rust/Cargo.lock")).unwrap();
    let check = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--features", "samples"])
        .current_dir(package.join("rust"))
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile"))
        .env("RUSTFLAGS", "-Dwarnings")
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}
