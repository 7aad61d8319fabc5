//! The one tool that there is, and the Model Context Protocol's way to call it.

use netra_protocol::from_client::consumer::JsonrpcRequest;
use netra_protocol::from_server::producer::{JsonrpcResponse, JsonrpcResponseRequired};
use netra_protocol::support::{Json, JsonObject, Violation};
use netra_protocol::types::{JsonrpcVersion, ToolName};
use serde_json::{Value, json};

const WORD_COUNTER: &str = "word_counter";

/// The tool's name.
pub(super) fn word_counter() -> Result<ToolName<'static>, Violation> {
    ToolName::new(WORD_COUNTER)
}

/// What the tool does.
pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Answers a JSON-RPC request.
pub(super) fn answer(request: &JsonrpcRequest<'_>) -> JsonrpcResponse<'static> {
    let id = request.id.clone().into_owned();
    let response = JsonrpcResponse::new(JsonrpcResponseRequired { jsonrpc: JsonrpcVersion::N20, id });
    let params = request.params.as_ref().map_or(Value::Null, Json::to_value);
    match call(&request.method, &params) {
        Ok(result) => response.with_result(result),
        Err(fault) => response.with_error(fault),
    }
}

fn call(method: &str, params: &Value) -> Result<Value, JsonObject<'static>> {
    match method {
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": [{
            "name": WORD_COUNTER,
            "description": "Counts the words of a text.",
            "inputSchema": {
                "type": "object",
                "properties": { "text": { "type": "string" } },
                "required": ["text"],
            },
        }] })),
        "tools/call" if params["name"] == WORD_COUNTER => match params["arguments"]["text"].as_str() {
            Some(text) => {
                let words = words(text);
                Ok(json!({ "content": [{ "type": "text", "text": words.to_string() }], "isError": false }))
            }
            None => Err(fault(-32602, "`text` is missing")),
        },
        "tools/call" => Err(fault(-32602, "there is no such tool")),
        _ => Err(fault(-32601, "there is no such method")),
    }
}

/// A JSON-RPC error.
fn fault(code: i64, message: &str) -> JsonObject<'static> {
    JsonObject::from_iter([("code", Value::from(code)), ("message", Value::from(message))])
}
