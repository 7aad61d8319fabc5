//! The independent judge: the `jsonschema` crate over the schema's files, which knows nothing of generated code.

use super::transcript::{Frame, Sender};
use super::{TestResult, example};
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

/// Where the files are, for references between them.
const BASE: &str = "https://mcp.test/";

/// The answer to each request, by its method.
const ANSWERS: [(&str, &str); 14] = [
    ("initialize", "InitializeResponse"),
    ("ping", "EmptyResponse"),
    ("logging/setLevel", "EmptyResponse"),
    ("tools/list", "ListToolsResponse"),
    ("tools/call", "CallToolResponse"),
    ("resources/list", "ListResourcesResponse"),
    ("resources/templates/list", "ListResourceTemplatesResponse"),
    ("resources/read", "ReadResourceResponse"),
    ("prompts/list", "ListPromptsResponse"),
    ("prompts/get", "GetPromptResponse"),
    ("completion/complete", "CompleteResponse"),
    ("elicitation/create", "ElicitResponse"),
    ("sampling/createMessage", "CreateMessageResponse"),
    ("roots/list", "ListRootsResponse"),
];

/// Judges whether every frame is what its sender may send; each answer, what its request asks for.
///
/// Requests of methods that the schema does not list are not judged.
pub(crate) fn judge(frames: &[Frame]) -> TestResult {
    let judge = Judge::new()?;
    let mut asked: BTreeMap<String, &str> = BTreeMap::new();
    for Frame { sender, value } in frames {
        let (method, id) = (value.get("method").and_then(Value::as_str), value.get("id"));
        let mut key = format!("{sender:?} {id:?}");
        let definition = match (method, value.get("result")) {
            (Some("server/discover"), _) => continue,
            (Some(method), _) => {
                asked.insert(key, method);
                if *sender == Sender::Client { "ClientFrame" } else { "ServerFrame" }
            }
            (None, Some(_)) => {
                let peer = if *sender == Sender::Client { Sender::Server } else { Sender::Client };
                key = format!("{peer:?} {id:?}");
                let method = asked.get(&key).ok_or_else(|| format!("nobody asked for {value}"))?;
                ANSWERS.iter().find(|(of, _)| of == method).map(|(_, answer)| *answer).ok_or("no answer")?
            }
            (None, None) => "Error",
        };
        if !judge.accepts(definition, value)? {
            return Err(format!("no {definition}: {value}").into());
        }
    }
    Ok(())
}

/// The schema.
struct Judge(Registry<'static>);

impl Judge {
    fn new() -> TestResult<Self> {
        let mut registry = Registry::new();
        for name in ["frames.schema.json", "mcp.schema.json"] {
            let text = fs::read_to_string(example().join("schema").join(name))?;
            registry = registry.add(format!("{BASE}{name}"), serde_json::from_str::<Value>(&text)?)?;
        }
        Ok(Self(registry.prepare()?))
    }

    /// Whether the schema accepts a frame as this definition.
    fn accepts(&self, definition: &str, frame: &Value) -> TestResult<bool> {
        let reference = match definition {
            "Error" => format!("{BASE}mcp.schema.json#/definitions/JSONRPCError"),
            _ => format!("{BASE}frames.schema.json#/definitions/{definition}"),
        };
        Ok(self.validator(&json!({ "$ref": reference }))?.is_valid(frame))
    }

    fn validator(&self, schema: &Value) -> TestResult<Validator> {
        Ok(jsonschema::options().offline().with_registry(&self.0).build(schema)?)
    }
}
