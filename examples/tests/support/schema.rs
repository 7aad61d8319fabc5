//! The independent judge: the `jsonschema` crate over the schema's files, which knows nothing of generated code.

use super::relay::Frame;
use super::{TestResult, repository};
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// Where the files are, for references between them.
const BASE: &str = "https://netra.test/schema/";

/// The name of the root file.
const ROOT: &str = "protocol.schema.json";

/// Validators of both directions.
pub(crate) struct Judge {
    server: Validator,
    client: Validator,
}

impl Judge {
    /// Reads the schema.
    pub(crate) fn new() -> TestResult<Self> {
        let mut registry = Registry::new();
        for (path, value) in documents()? {
            registry = registry.add(format!("{BASE}{path}"), value)?;
        }
        let registry = registry.prepare()?;
        let validator = |root: &str| {
            let reference = json!({ "$ref": format!("{BASE}{ROOT}#/$defs/{root}") });
            jsonschema::options().offline().with_registry(&registry).build(&reference)
        };
        Ok(Self { server: validator("ServerFrame")?, client: validator("ClientFrame")? })
    }

    /// Whether the schema accepts a frame of the server or of the client.
    pub(crate) fn accepts(&self, sender: &str, frame: &Value) -> bool {
        let validator = if sender == "server" { &self.server } else { &self.client };
        validator.is_valid(frame)
    }
}

/// Every recorded frame is one that the schema accepts.
pub(crate) fn assert_valid(frames: &[Frame]) -> TestResult {
    let judge = Judge::new()?;
    for (sender, text) in frames {
        assert!(judge.accepts(sender, &serde_json::from_str(text)?), "from the {sender}: {text}");
    }
    Ok(())
}

/// Every schema file by its path below the folder.
fn documents() -> TestResult<Vec<(String, Value)>> {
    let mut documents = Vec::new();
    for folder in ["", "both/", "client/", "server/", "types/"] {
        for entry in fs::read_dir(repository().join("schema").join(folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".schema.json") {
                let path = format!("{folder}{name}");
                let value = read(&path)?;
                documents.push((path, value));
            }
        }
    }
    Ok(documents)
}

/// A file below the schema folder.
pub(crate) fn read(path: &str) -> TestResult<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(repository().join("schema").join(path))?)?)
}

/// The messages that the schema lists for `ServerFrame` or `ClientFrame`.
pub(crate) fn messages(root: &str) -> TestResult<BTreeSet<String>> {
    let protocol = read(ROOT)?;
    let members = protocol.pointer(&format!("/$defs/{root}/oneOf")).and_then(Value::as_array);
    let mut messages = BTreeSet::new();
    for member in members.ok_or("no oneOf")? {
        let reference = member.get("$ref").and_then(Value::as_str).ok_or("no $ref")?;
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let document = read(file)?;
        let tag = document.pointer(&format!("{pointer}/properties/type/const")).and_then(Value::as_str);
        messages.insert(tag.ok_or("no const")?.to_owned());
    }
    Ok(messages)
}
