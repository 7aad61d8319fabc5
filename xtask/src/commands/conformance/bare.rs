//! Bare schemas: files that are a schema and bring no instances. Each definition of one is a group.

use super::group::{Group, on_one_line};
use framelock_codegen::schema::dialect::Dialect;
use framelock_codegen::source::Pointer;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Keywords of which a file that is a schema has one.
const TELLING: [&str; 13] = [
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "definitions",
    "type",
    "properties",
    "items",
    "enum",
    "const",
    "allOf",
    "anyOf",
    "oneOf",
];

/// Keywords by which the root of a file says nothing of instances.
const SILENT: [&str; 9] =
    ["$schema", "$id", "id", "$comment", "title", "description", "definitions", "$defs", "$vocabulary"];

/// A file that is a schema.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bare {
    /// Its text.
    pub text: String,
    /// The same, parsed.
    pub document: Value,
    /// Its dialect.
    pub dialect: Dialect,
}

/// A part of a bare schema that values can be decoded with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The file.
    pub file: Arc<Bare>,
    /// Where the part stands in it.
    pub pointer: Pointer,
}

/// A group for each definition, still without instances; none if the text is no schema.
pub(super) fn groups(text: &str, name: &str, dialect: Dialect) -> Option<Vec<Group>> {
    let document: Value = serde_json::from_str(text).ok()?;
    let members = document.as_object()?;
    TELLING.iter().any(|keyword| members.contains_key(*keyword)).then_some(())?;
    let declared = members.get("$schema").and_then(Value::as_str).and_then(Dialect::from_uri);
    let pointers = pointers(members);
    let path = Path::new(name).with_extension("").display().to_string();
    let file = Arc::new(Bare { text: text.to_owned(), dialect: declared.unwrap_or(dialect), document });
    Some(pointers.into_iter().map(|pointer| group(&path, &file, pointer)).collect())
}

/// Where the parts stand: the root, unless it only holds definitions, and each definition.
fn pointers(members: &Map<String, Value>) -> Vec<Pointer> {
    let mut found = Vec::new();
    for keyword in ["definitions", "$defs"] {
        let definitions = members.get(keyword).and_then(Value::as_object).into_iter().flatten();
        found.extend(definitions.map(|(name, _)| Pointer::root().member(keyword).member(name)));
    }
    let says = members.keys().any(|keyword| !SILENT.contains(&keyword.as_str()));
    if says && !is_decoration(members) || found.is_empty() {
        found.insert(0, Pointer::root());
    }
    found
}

/// Whether the root of a file with definitions says no more than that values are objects.
fn is_decoration(members: &Map<String, Value>) -> bool {
    let spoken = |keyword: &&String| !SILENT.contains(&keyword.as_str()) && *keyword != "type";
    members.keys().find(spoken).is_none() && members.get("type").is_none_or(|kind| kind == "object")
}

fn group(path: &str, file: &Arc<Bare>, pointer: Pointer) -> Group {
    let (folder, stem) = path.rsplit_once('/').unwrap_or((".", path));
    let schema = file.document.pointer(pointer.as_str()).map(ToString::to_string).unwrap_or_default();
    let last = pointer.as_str().rsplit('/').next().unwrap_or_default();
    Group {
        id: format!("{path}#{last}"),
        folder: folder.to_owned(),
        keywords: vec![stem.to_owned()],
        schema: on_one_line(&schema),
        cases: Vec::new(),
        part: Some(Part { file: Arc::clone(file), pointer }),
    }
}

impl Part {
    /// The schema of the part.
    pub(super) fn schema(&self) -> &Value {
        self.file.document.pointer(self.pointer.as_str()).unwrap_or(&Value::Null)
    }

    /// Whether the schema lists properties, by itself or through what it refers to.
    pub(super) fn lists_properties(&self) -> bool {
        lists_properties(&self.file, self.schema(), 0)
    }
}

fn lists_properties(file: &Bare, schema: &Value, depth: usize) -> bool {
    let own = schema.get("properties").and_then(Value::as_object).is_some_and(|listed| !listed.is_empty());
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|text| file.target(text));
    let all = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let others = target.into_iter().chain(all);
    own || depth < 16 && others.into_iter().any(|other| lists_properties(file, other, depth + 1))
}

impl Bare {
    /// Whether there are definitions.
    pub(super) fn has_definitions(&self) -> bool {
        let is_full = |keyword| {
            let definitions = self.document.get(keyword).and_then(Value::as_object);
            definitions.is_some_and(|definitions| !definitions.is_empty())
        };
        is_full("definitions") || is_full("$defs")
    }

    /// The schema that a reference within the file leads to.
    pub(super) fn target(&self, reference: &str) -> Option<&Value> {
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let id = self.document.get("$id").or_else(|| self.document.get("id")).and_then(Value::as_str);
        let own = uri.is_empty() || id.is_some_and(|id| id.trim_end_matches('#') == uri);
        own.then(|| self.document.pointer(&decoded(fragment)))?
    }
}

/// The text of a fragment: `%20` is a space.
fn decoded(fragment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        let mut pair = rest.clone();
        let digits: Vec<u8> = pair.by_ref().take(2).collect();
        let code = std::str::from_utf8(&digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code.filter(|_| byte == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = pair;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A pointer as it is written in the fragment of a reference.
pub(super) fn encoded(pointer: &Pointer) -> String {
    let mut text = String::new();
    for byte in pointer.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~$".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::{decoded, encoded, groups};
    use framelock_codegen::schema::dialect::Dialect;
    use framelock_codegen::source::Pointer;

    fn ids(text: &str) -> Vec<String> {
        let found = groups(text, "a/b.json", Dialect::Draft7).unwrap_or_default();
        found.into_iter().map(|group| group.id).collect()
    }

    #[test]
    fn each_definition_is_a_group() {
        assert_eq!(ids(r#"{"definitions": {"x/y": true, "z": {}}}"#), ["a/b#x~1y", "a/b#z"]);
        assert_eq!(ids(r#"{"type": "object", "$defs": {"z": {}}}"#), ["a/b#z"]);
        assert_eq!(ids(r#"{"anyOf": [], "$defs": {"z": {}}}"#), ["a/b#", "a/b#z"]);
        assert_eq!(ids(r#"{"type": "string"}"#), ["a/b#"]);
        assert!(ids(r#"{"name": "a package"}"#).is_empty() && ids("[]").is_empty());
    }

    #[test]
    fn properties_are_found_through_references() {
        let text = r##"{"definitions": {"a": {"allOf": [{"$ref": "#/definitions/b%20c"}]},
            "b c": {"properties": {"x": true}}, "d": {"$ref": "#/definitions/d"}}}"##;
        let found = groups(text, "a.json", Dialect::Draft7).unwrap();
        let lists: Vec<bool> =
            found.iter().map(|group| group.part.as_ref().unwrap().lists_properties()).collect();
        assert_eq!(lists, [true, true, false]);
    }

    #[test]
    fn fragments_are_encoded_and_decoded() {
        let pointer = Pointer::root().member("a b%é");
        assert_eq!(encoded(&pointer), "/a%20b%25%C3%A9");
        assert_eq!(decoded(&encoded(&pointer)), pointer.as_str());
        assert_eq!(decoded("/50%"), "/50%");
    }
}
