//! The benchmark's protocol as a schema folder in the strict profile.

use crate::plan::{Choice, Field, Kind, Message, Object, Protocol, SHARED_ENUM, SHARED_TEXTS, type_name};
use crate::random::Random;
use crate::values::{Members, frame};
use serde_json::{Map, Value, json};
use std::io;
use std::path::Path;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// The largest integer that every language holds exactly: 2^53 - 1.
const EXACT: u64 = 9_007_199_254_740_991;

/// Writes the schema folder, its manifest included.
///
/// # Errors
/// What the file system says.
pub fn write(protocol: &Protocol, folder: &Path) -> io::Result<()> {
    for (path, text) in files(protocol) {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// The files of the schema folder: path and text.
pub fn files(protocol: &Protocol) -> Vec<(String, String)> {
    let mut files = vec![
        ("framelock.toml".to_owned(), manifest()),
        ("protocol.schema.json".to_owned(), root(protocol).to_string()),
        ("types/envelope.schema.json".to_owned(), envelopes().to_string()),
        ("types/shared.schema.json".to_owned(), shared().to_string()),
        ("client/subscribe.schema.json".to_owned(), subscribe().to_string()),
    ];
    files.extend(LEGACY.map(|form| (format!("legacy/{}.json", form.0), legacy(form).to_string())));
    files.extend(protocol.messages.iter().map(|message| (path(message), message_file(message).to_string())));
    files
}

/// Retired forms, as a protocol with a past has them: the name, the member that holds the name of the message, and one
/// that the form does not have.
const LEGACY: [(&str, &str, &str); 2] = [("event-only", "event", "type"), ("flat", "type", "event")];

fn legacy((name, discriminator, absent): (&str, &str, &str)) -> Value {
    json!({
        "name": name,
        "summary": "The members of the payload stand beside the name of the message.",
        "sender": "either",
        "discriminator": [format!("/{discriminator}")],
        "match": {"/data": "absent", format!("/{absent}"): "absent"},
        "fill": {"timestamp": "receive-time"},
        "since": "0.1.0",
        "retired_in": "1.0.0",
        "samples": [{
            "frame": {discriminator: "subscribe", "thread_id": "thread_1"},
            "sender": "client",
            "receive_time": 12.5,
            "canonical": {"type": "subscribe", "data": {"thread_id": "thread_1"}, "timestamp": 12.5},
            "lost": [],
        }],
    })
}

fn path(message: &Message) -> String {
    format!("server/{}.schema.json", message.tag)
}

fn manifest() -> String {
    // The generator and this package share the workspace's version.
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "[tool]\nversion = \"{version}\"\n\n[schema]\nroot = \"protocol.schema.json\"\nprofile = \"strict\"\n\n\
         [roots]\nserver = \"#/$defs/ServerFrame\"\nclient = \"#/$defs/ClientFrame\"\n\n\
         [rust]\npackage = \"benchmark-protocol\"\nversion = \"1.0.0\"\n"
    )
}

fn root(protocol: &Protocol) -> Value {
    let server: Vec<Value> = protocol.messages.iter().map(|message| json!({"$ref": path(message)})).collect();
    json!({
        "$schema": DIALECT,
        "title": "Benchmark protocol",
        "description": "A protocol that a seed determines, for measuring.",
        "x-protocol": {"name": "benchmark", "version": "1.0.0"},
        "$defs": {
            "ServerFrame": {"description": "Any frame that the server sends.", "oneOf": server},
            "ClientFrame": {
                "description": "Any frame that a client sends.",
                "oneOf": [{"$ref": "client/subscribe.schema.json"}],
            },
        },
    })
}

fn envelopes() -> Value {
    json!({
        "$schema": DIALECT,
        "title": "Envelope",
        "description": "The frame that carries every message.",
        "$defs": {
            "ServerEnvelope": envelope("A frame that the server sends."),
            "ClientEnvelope": envelope("A frame that a client sends."),
        },
    })
}

fn envelope(description: &str) -> Value {
    json!({
        "description": description,
        "type": "object",
        "properties": {
            "type": {"description": "The name of the message.", "type": "string"},
            "data": {"description": "The message.", "type": "object", "additionalProperties": true},
            "timestamp": {"description": "When it was sent.", "$ref": "shared.schema.json#/$defs/UnixSeconds"},
            "server_id": {
                "description": "Who sent it. Absent and null both mean that it does not say.",
                "oneOf": [{"$ref": "shared.schema.json#/$defs/ServerId"}, {"type": "null"}],
            },
            "correlation_id": {
                "description": "What it answers. Absent and null both mean nothing in particular.",
                "oneOf": [{"$ref": "shared.schema.json#/$defs/CorrelationId"}, {"type": "null"}],
            },
        },
        "required": ["type", "data", "timestamp"],
    })
}

fn shared() -> Value {
    let mut definitions = Map::new();
    for (name, description, _) in SHARED_TEXTS {
        let text = json!({"description": description, "type": "string", "minLength": 1});
        definitions.insert((*name).to_owned(), text);
    }
    let (name, values) = SHARED_ENUM;
    let status = Choice { name: name.to_owned(), values };
    definitions.insert(name.to_owned(), choice(&status, true));
    for (name, ty, greatest, unit) in [
        ("UnixSeconds", "number", 253_402_300_799, "seconds"),
        ("DurationMs", "number", 31_536_000_000, "milliseconds"),
        ("Percentage", "number", 100, "percent"),
        ("Count", "integer", EXACT, "count"),
    ] {
        let description = format!("A number: {name}.");
        let number = json!({"description": description, "type": ty, "minimum": 0, "maximum": greatest, "x-unit": unit});
        definitions.insert(name.to_owned(), number);
    }
    json!({
        "$schema": DIALECT,
        "title": "Shared",
        "description": "What messages share.",
        "$defs": definitions,
    })
}

/// The one message of the client: the benchmark reads what servers send.
fn subscribe() -> Value {
    let frame =
        json!({"type": "subscribe", "data": {"thread_id": "thread_1"}, "timestamp": 1_758_207_374.25});
    let payload = json!({
        "description": "What to subscribe to.",
        "type": "object",
        "properties": {
            "thread_id": {"description": "The conversation.", "$ref": "../types/shared.schema.json#/$defs/ThreadId"},
        },
        "required": ["thread_id"],
    });
    file("subscribe", "ClientEnvelope", "Subscribe", &[frame], &definition("Subscribe", payload))
}

fn message_file(message: &Message) -> Value {
    let mut random = Random::new(message.tag.len() as u64);
    let examples = [Members::All, Members::AsUsual].map(|members| frame(message, members, &mut random));
    let mut definitions = Map::new();
    define(&message.payload, &mut definitions);
    file(&message.tag, "ServerEnvelope", &type_name(&message.tag), &examples, &definitions)
}

fn file(
    tag: &str,
    envelope: &str,
    payload: &str,
    examples: &[Value],
    definitions: &Map<String, Value>,
) -> Value {
    json!({
        "$schema": DIALECT,
        "title": tag,
        "description": format!("This is sent as `{tag}` says."),
        "$ref": format!("../types/envelope.schema.json#/$defs/{envelope}"),
        "properties": {
            "type": {"description": format!("The name of the message: always `{tag}`."), "const": tag},
            "data": {"description": "The message.", "$ref": format!("#/$defs/{payload}")},
        },
        "examples": examples,
        "$defs": definitions,
    })
}

fn definition(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}

/// Adds the definition of an object, and of what only its members use.
fn define(object: &Object, definitions: &mut Map<String, Value>) {
    let properties: Map<String, Value> =
        object.fields.iter().map(|field| (field.name.to_owned(), property(field, definitions))).collect();
    let required: Vec<&str> =
        object.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let description = format!("The object {}.", object.name);
    let value = json!({
        "description": description, "type": "object", "properties": properties, "required": required,
    });
    definitions.insert(object.name.clone(), value);
}

fn property(field: &Field, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = kind(&field.kind, definitions);
    let description = format!("What `{}` says. Absent and null say nothing.", field.name);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(description));
    }
    schema
}

fn kind(kind: &Kind, definitions: &mut Map<String, Value>) -> Value {
    match kind {
        Kind::Named(name) => shared_reference(name),
        Kind::NullableNamed(name) => json!({"oneOf": [shared_reference(name), {"type": "null"}]}),
        Kind::Text(_) => json!({"type": "string"}),
        Kind::NullableText(_) => json!({"type": ["string", "null"]}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Count => shared_reference("Count"),
        Kind::Duration => shared_reference("DurationMs"),
        Kind::Percentage => shared_reference("Percentage"),
        Kind::Open(choice) if choice.name == SHARED_ENUM.0 => shared_reference(&choice.name),
        Kind::Open(open) => define_choice(open, true, definitions),
        Kind::Closed(closed) => define_choice(closed, false, definitions),
        Kind::Texts => json!({"type": "array", "items": {"description": "One of them.", "type": "string"}}),
        Kind::Object(object) => define_nested(object, definitions),
        Kind::Objects(object) => json!({"type": "array", "items": define_nested(object, definitions)}),
        Kind::FreeObject => json!({"type": "object", "additionalProperties": true}),
        Kind::Free => json!({}),
    }
}

fn shared_reference(name: &str) -> Value {
    json!({"$ref": format!("../types/shared.schema.json#/$defs/{name}")})
}

fn define_nested(object: &Object, definitions: &mut Map<String, Value>) -> Value {
    define(object, definitions);
    json!({"$ref": format!("#/$defs/{}", object.name)})
}

fn define_choice(of: &Choice, open: bool, definitions: &mut Map<String, Value>) -> Value {
    definitions.insert(of.name.clone(), choice(of, open));
    json!({"$ref": format!("#/$defs/{}", of.name)})
}

fn choice(choice: &Choice, open: bool) -> Value {
    let described = choice.values.iter().map(|value| ((*value).to_owned(), json!(format!("It is {value}."))));
    let described: Map<String, Value> = described.collect();
    let description = format!("The choice {}.", choice.name);
    if open {
        return json!({"description": description, "type": "string", "x-known-values": described});
    }
    json!({
        "description": description, "type": "string", "enum": choice.values, "x-value-descriptions": described,
    })
}
