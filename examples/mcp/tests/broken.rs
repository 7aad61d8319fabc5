//! What the server does with frames that nobody should send.

mod support;

use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};
use support::TestResult;

/// What the server answers to these lines, until its input ends.
fn answers(lines: &[&str]) -> TestResult<Vec<Value>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-server"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut server = command.spawn()?;
    let mut input = server.stdin.take().ok_or("no input")?;
    input.write_all(lines.join("\n").as_bytes())?;
    drop(input);
    let run = server.wait_with_output()?;
    assert!(run.status.success());
    Ok(String::from_utf8(run.stdout)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Each is refused with the code and the words for what is wrong, and the server goes on.
#[test]
fn a_request_that_is_wrong_is_refused() -> TestResult {
    for (request, code, message) in [
        (r#"{"id":1,"method":"ping"}"#, -32600, "expected the property `jsonrpc`"),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, "/jsonrpc: expected the string \"2.0\""),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32600, "/params: expected an object"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"nonsense"}"#, -32601, "does not offer \"nonsense\""),
        (r#"{"jsonrpc":"2.0","id":1,"method":"resources/read"}"#, -32602, "expected the property `params`"),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#,
            -32602,
            "/params: expected the property `name`",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"loud"}}"#,
            -32602,
            "/params/level: expected one of \"alert\", ",
        ),
    ] {
        let answers = answers(&[request, r#"{"jsonrpc":"2.0","id":"2","method":"ping"}"#])?;
        let [refusal, pong] = &answers[..] else { return Err(format!("{request}: {answers:?}").into()) };
        assert_eq!(refusal.pointer("/error/code"), Some(&json!(code)), "{refusal}");
        let said = refusal.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
        assert!(said.contains(message), "{said}");
        assert_eq!(*pong, json!({ "jsonrpc": "2.0", "id": "2", "result": {} }));
    }
    Ok(())
}

/// There is no `id` with which anything could be said about them.
#[test]
fn what_is_no_request_is_passed_over() -> TestResult {
    let lines = [
        "nonsense",
        "[]",
        r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":7,"result":[]}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/nonsense"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
    ];
    assert_eq!(answers(&lines)?, [json!({ "jsonrpc": "2.0", "id": 1, "result": {} })]);
    Ok(())
}
