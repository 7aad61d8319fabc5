//! The protocol's schema, interpreted at run time, says of every text what the generated types say.

mod support;

use framelock_codegen::Config;
use framelock_codegen::interpret::Channel;
use framelock_codegen::support::Outcome;
use mcp_protocol::from_either::consumer::{ClientFrame, ServerFrame};
use serde_json::{Value, json};
use support::{TestResult, example};

/// Frames of both sides.
fn frames() -> Vec<Value> {
    let request = |method: &str, params: Value| json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let answer = |result: Value| json!({ "jsonrpc": "2.0", "id": "a", "result": result });
    let tool = json!({ "name": "add", "inputSchema": { "type": "object", "properties": { "a": {} }, "required": ["a"] } });
    vec![
        request(
            "initialize",
            json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "c", "version": "1" } }),
        ),
        request("tools/call", json!({ "name": "add", "arguments": { "a": [1, null] } })),
        request("resources/read", json!({ "uri": "file:///a" })),
        request(
            "sampling/createMessage",
            json!({ "maxTokens": 5, "messages": [{ "role": "user", "content": { "type": "text", "text": "" } }] }),
        ),
        json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": { "progressToken": 1, "progress": 0.5 } }),
        json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": -32601, "message": "no", "data": [] } }),
        answer(
            json!({ "protocolVersion": "2025-06-18", "capabilities": { "tools": {} }, "serverInfo": { "name": "s", "version": "1" } }),
        ),
        answer(json!({ "tools": [tool], "nextCursor": "x" })),
        answer(
            json!({ "content": [{ "type": "text", "text": "3" }, { "type": "image", "data": "AA==", "mimeType": "image/png" }] }),
        ),
        answer(json!({ "completion": { "values": ["a", "b"], "total": 2 } })),
        answer(json!({})),
    ]
}

/// The value, and every value that differs from it in one place: replaced, or not there.
fn damaged(value: &Value) -> Vec<Value> {
    let mut all =
        vec![value.clone(), Value::Null, json!(7), json!(0.5), json!("x"), json!([]), json!({}), json!([{}])];
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let mut without = members.clone();
                without.remove(name);
                all.push(without.into());
                for other in damaged(member) {
                    let mut with = members.clone();
                    with.insert(name.clone(), other);
                    all.push(with.into());
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for other in damaged(item) {
                    let mut with = items.clone();
                    with[index] = other;
                    all.push(with.into());
                }
            }
        }
        _ => {}
    }
    all
}

/// What the interpreter says: why a text is refused, if it is.
fn refusal(channel: &Channel<'_>, text: &str) -> Option<String> {
    match channel.parse(text) {
        Outcome::Invalid(error) => Some(error.to_string()),
        _ => None,
    }
}

#[test]
fn texts_are_judged_as_generated_types_judge_them() -> TestResult {
    let contract = Config::new(example().join("schema")).contract()?;
    let channel = |name: &str| {
        let pointer = format!("#/definitions/{name}");
        contract
            .roots()
            .find(|(of, ..)| of.to_string() == pointer)
            .map(|(.., channel)| channel)
            .ok_or(pointer)
    };
    let (client, server) = (channel("ClientFrame")?, channel("ServerFrame")?);
    let said =
        |refused: Result<(), mcp_protocol::support::Error>| refused.err().map(|error| error.to_string());
    let (mut count, mut accepted) = (0, 0);
    for text in frames().iter().flat_map(damaged).map(|value| value.to_string()) {
        let found = [&client, &server].map(|channel| refusal(channel, &text));
        let expected = [said(ClientFrame::parse(&text).map(drop)), said(ServerFrame::parse(&text).map(drop))];
        assert_eq!(found, expected, "{text}");
        count += found.len();
        accepted += found.iter().filter(|refused| refused.is_none()).count();
    }
    println!("{count} verdicts, {accepted} of which accept");
    assert!(accepted > 100 && accepted < count / 2, "{accepted} of {count}");
    Ok(())
}
