//! Asks the `jsonschema` crate: whether keywords have the values that their dialect allows, and whether
//! examples are valid.

use super::dialect::Dialect;
use super::resolve::{Files, encode};
use super::{Body, LegacySide, Schema, SchemaId, Schemas, keywords};
use crate::diagnostic::{Code, Findings};
use crate::json::Document;
use crate::manifest::{Loaded, Profile};
use crate::source::Pointer;
use crate::text::{quoted, shown};
use jsonschema::{ValidationError, Validator};
use referencing::Registry;
use serde_json::{Value, json};

/// Checks each document against the metaschema of its dialect.
pub(super) fn keywords(documents: &[Document], manifest: &Loaded, findings: &mut Findings) {
    for document in documents {
        if dialect(document, manifest, findings) {
            metaschema(document, findings);
        }
    }
}

/// Whether the document is written in a dialect that is read; a finding where it is not.
fn dialect(document: &Document, manifest: &Loaded, findings: &mut Findings) -> bool {
    let settings = &manifest.manifest.schema;
    let strict = settings.profile == Profile::Strict;
    let current = Dialect::Draft202012.uri();
    let help = format!("begin the file with `\"$schema\": \"{current}\"`");
    match document.root.member("$schema") {
        None if settings.dialect.is_some() => true,
        None => {
            let at = document.origin(&document.root, Pointer::root());
            let other = if strict { "" } else { ", or say `schema.dialect` in the manifest" };
            findings.add(Code::MissingDialect, &at, "the file does not say its dialect", help + other);
            false
        }
        Some(member) if member.value.string() == Some(current) => true,
        Some(member) if !strict && member.value.string().and_then(Dialect::from_uri).is_some() => true,
        Some(member) => {
            let at = document.origin(&member.value, Pointer::root().member("$schema"));
            let found = member.value.string().map_or_else(|| "that is no string".to_owned(), quoted);
            findings.add(Code::UnsupportedDialect, &at, format!("the dialect {found} is not read"), help);
            false
        }
    }
}

fn metaschema(document: &Document, findings: &mut Findings) {
    for (path, found) in document.dialect.violations(&document.root.to_value()) {
        let (keyword, takes) = expectation(&path);
        let message = format!("{keyword} does not take {}", shortened(&found));
        findings.add(Code::InvalidKeyword, &document.origin_at(&path), message, format!("it takes {takes}"));
    }
}

/// The keyword that a pointer into a schema leads to, and what the metaschema wants there. `jsonschema` tells in
/// terms of the metaschema, which nobody has at hand.
fn expectation(pointer: &str) -> (String, &'static str) {
    const SCHEMA: &str = "a schema: an object, `true` or `false`";
    let tokens: Vec<&str> = pointer.split('/').collect();
    let parent = tokens.len().checked_sub(2).and_then(|index| tokens.get(index));
    if matches!(parent, Some(&("properties" | "$defs"))) {
        return (format!("this member of `{}`", parent.copied().unwrap_or_default()), SCHEMA);
    }
    let Some(keyword) = tokens.into_iter().rev().find(|token| keywords::find(token).is_some()) else {
        return ("a schema file".to_owned(), SCHEMA);
    };
    let takes = match keyword {
        "type" => {
            "`null`, `boolean`, `integer`, `number`, `string`, `array`, `object`, or an array of some of them"
        }
        "required" => "an array of strings that differ from each other",
        "minLength" | "maxLength" | "minItems" | "maxItems" => "a whole number, 0 or more",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => "a number",
        "multipleOf" => "a number above 0",
        "properties" | "$defs" => "an object of schemas",
        "items" | "additionalProperties" | "not" => SCHEMA,
        "oneOf" | "anyOf" | "allOf" => "an array of one schema or more",
        "enum" | "examples" => "an array",
        "deprecated" | "uniqueItems" => "`true` or `false`",
        "$ref" | "pattern" | "format" | "title" | "description" | "$comment" => "a string",
        _ => "what the metaschema of JSON Schema 2020-12 says",
    };
    (format!("`{keyword}`"), takes)
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
        let validator = match validator(files, &registry, schema) {
            Ok(validator) => validator,
            Err(error) => {
                let message = format!("examples cannot be checked: {}", shortened(&error.to_string()));
                findings.add(Code::InvalidKeyword, &schema.origin, message, "mend the keyword that is named");
                continue;
            }
        };
        for example in &keywords.notes.examples {
            for error in validator.iter_errors(&example.node.to_value()) {
                let pointer =
                    format!("{}{}", example.origin.pointer.as_str(), error.instance_path().as_str());
                let document = files.document(example.origin.file);
                let at =
                    document.map_or_else(|| example.origin.clone(), |document| document.origin_at(&pointer));
                let message = shortened(&error.to_string());
                findings.add(Code::InvalidExample, &at, message, "mend the example or the schema");
            }
        }
    }
}

/// Checks the canonical twins of legacy samples against the frames of their direction.
pub(super) fn legacy(schemas: &Schemas, files: &Files, findings: &mut Findings) {
    let Ok(registry) = files.registry() else { return };
    // Where one does not compile, the examples could not be checked either, and said so.
    let compiled = |root: Option<SchemaId>| validator(files, &registry, schemas.get(root?)).ok();
    let (server, client) = (compiled(schemas.roots.server), compiled(schemas.roots.client));
    for form in &schemas.legacy.forms {
        for (index, sample) in form.declaration.samples.iter().enumerate() {
            let validator = match sample.sender.unwrap_or(form.declaration.sender) {
                LegacySide::Server => &server,
                LegacySide::Client => &client,
                LegacySide::Either => continue,
            };
            if validator.as_ref().is_some_and(|validator| !validator.is_valid(&sample.canonical)) {
                let at = form.document.origin_at(&format!("/samples/{index}/canonical"));
                let message = "the schema refuses this frame, which should be a canonical one";
                findings.add(Code::InvalidLegacyForm, &at, message, "write the frame as the schema has it");
            }
        }
    }
}

/// Whether a schema accepts a value, if the validator takes the schema.
pub(super) fn accepts(files: &Files, schema: &Schema, value: &Value, formats: bool) -> Option<bool> {
    let registry = files.registry().ok()?;
    let options = jsonschema::options().with_registry(&registry).should_validate_formats(formats);
    Some(options.build(&reference(files, schema)).ok()?.is_valid(value))
}

fn validator<'i>(
    files: &Files,
    registry: &Registry<'_>,
    schema: &Schema,
) -> Result<Validator, ValidationError<'i>> {
    let reference = reference(files, schema);
    jsonschema::options().with_registry(registry).build(&reference).map_err(ValidationError::to_owned)
}

/// A schema that says what this one says, for a validator that knows the files.
fn reference(files: &Files, schema: &Schema) -> Value {
    let file = files.uri(schema.origin.file).unwrap_or_default();
    json!({ "$ref": format!("{file}#{}", encode(schema.origin.pointer.as_str())) })
}

/// A validator's message on one line, cut when it repeats a whole document.
fn shortened(message: &str) -> String {
    const LONGEST: usize = 160;
    shown(message, LONGEST)
}
