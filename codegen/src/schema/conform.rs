//! Asks the `jsonschema` crate: whether keywords have the values that their dialect allows, and whether
//! examples are valid.

use super::resolve::{Files, encode};
use super::{Body, Schema};
use crate::diagnostic::{Code, Findings};
use crate::json::Document;
use crate::source::Pointer;
use crate::text::quoted;
use serde_json::json;

/// The dialect that is read.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Checks each document against the metaschema of its dialect.
pub(super) fn keywords(documents: &[Document], findings: &mut Findings) {
    for document in documents {
        if dialect(document, findings) {
            metaschema(document, findings);
        }
    }
}

/// Whether the document is written in the dialect that is read; a finding where it is not.
fn dialect(document: &Document, findings: &mut Findings) -> bool {
    let help = format!("begin the file with `\"$schema\": \"{DIALECT}\"`");
    match document.root.member("$schema") {
        None => {
            let at = document.origin(&document.root, Pointer::root());
            findings.add(Code::MissingDialect, &at, "the file does not say its dialect", help);
            false
        }
        Some(member) if member.value.string() == Some(DIALECT) => true,
        Some(member) => {
            let at = document.origin(&member.value, Pointer::root().member("$schema"));
            let found = member.value.string().map_or_else(|| "that is no string".to_owned(), quoted);
            findings.add(Code::UnsupportedDialect, &at, format!("the dialect {found} is not read"), help);
            false
        }
    }
}

fn metaschema(document: &Document, findings: &mut Findings) {
    let value = document.root.to_value();
    for error in jsonschema::draft202012::meta::validator().iter_errors(&value) {
        let at = document.origin_at(error.instance_path().as_str());
        let message = shortened(&error.to_string());
        findings.add(Code::InvalidKeyword, &at, message, "the metaschema of JSON Schema 2020-12 says so");
    }
}

/// Checks every example against the schema that carries it.
pub(super) fn examples(files: &Files, schemas: &[Schema], findings: &mut Findings) {
    // The registry was built before, when references were linked.
    let Ok(registry) = files.registry() else { return };
    for schema in schemas {
        let Body::Keywords(keywords) = &schema.body else { continue };
        if keywords.notes.examples.is_empty() {
            continue;
        }
        let file = files.uri(schema.origin.file).unwrap_or_default();
        let reference = json!({ "$ref": format!("{file}#{}", encode(schema.origin.pointer.as_str())) });
        let validator = match jsonschema::options().with_registry(&registry).build(&reference) {
            Ok(validator) => validator,
            Err(error) => {
                let message = shortened(&error.to_string());
                findings.add(Code::InvalidKeyword, &schema.origin, message, "the `jsonschema` crate says so");
                continue;
            }
        };
        for example in &keywords.notes.examples {
            for error in validator.iter_errors(&example.node.to_value()) {
                let place = error.instance_path().as_str();
                let message = format!("{} (in the example at `#{place}`)", shortened(&error.to_string()));
                findings.add(
                    Code::InvalidExample,
                    &example.origin,
                    message,
                    "mend the example or the schema",
                );
            }
        }
    }
}

/// A validator's message on one line, cut when it repeats a whole document.
fn shortened(message: &str) -> String {
    const LONGEST: usize = 160;
    let line: String = message.chars().filter(|character| !character.is_control()).collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
