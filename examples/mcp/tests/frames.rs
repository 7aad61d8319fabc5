//! What `frames.schema.json` puts together: all of the protocol, and right.

mod support;

use serde_json::{Value, json};
use std::fs;
use support::transcript::{Frame, Sender};
use support::{TestResult, example, judge};

fn read(name: &str) -> TestResult<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(example().join("schema").join(name))?)?)
}

/// The names of the definitions that a union refers to.
fn members<'s>(schema: &'s Value, union: &str) -> TestResult<Vec<&'s str>> {
    let members = schema.pointer(&format!("/definitions/{union}/anyOf")).and_then(Value::as_array);
    let name = |member: &'s Value| member.get("$ref")?.as_str()?.rsplit('/').next();
    members
        .ok_or("no union")?
        .iter()
        .map(|member| name(member).ok_or_else(|| "no reference".into()))
        .collect()
}

/// A newer revision of the protocol's schema that adds a message is noticed here.
#[test]
fn no_message_of_the_protocol_is_left_out() -> TestResult {
    let (ours, theirs) = (read("frames.schema.json")?, read("mcp.schema.json")?);
    for union in ["ClientRequest", "ClientNotification", "ServerRequest", "ServerNotification"] {
        assert_eq!(members(&ours, union)?, members(&theirs, union)?, "{union}");
    }
    for (results, frames) in [("ClientResult", "ClientFrame"), ("ServerResult", "ServerFrame")] {
        let frames = members(&ours, frames)?;
        for result in members(&theirs, results)?.into_iter().filter(|name| *name != "Result") {
            let response = result.replace("Result", "Response");
            assert!(frames.contains(&response.as_str()), "{response} is missing");
        }
    }
    Ok(())
}

/// A judge that let everything pass would prove nothing.
#[test]
fn the_judge_refuses_what_is_wrong() -> TestResult {
    let frame = |sender, value| Frame { sender, value };
    let asked = || frame(Sender::Client, json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }));
    let answer = |result| frame(Sender::Server, json!({ "jsonrpc": "2.0", "id": 1, "result": result }));
    judge::judge(&[asked(), answer(json!({ "tools": [] }))])?;
    for wrong in [
        vec![asked(), answer(json!({}))],
        vec![asked(), answer(json!({ "tools": [{ "name": "x" }] }))],
        vec![answer(json!({}))],
        vec![frame(Sender::Client, json!({ "jsonrpc": "2.0", "id": null, "method": "ping" }))],
        vec![frame(Sender::Server, json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))],
        vec![frame(
            Sender::Server,
            json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": 1.5, "message": "" } }),
        )],
    ] {
        assert!(judge::judge(&wrong).is_err(), "{wrong:?}");
    }
    Ok(())
}
