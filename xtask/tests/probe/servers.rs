//! Servers of one behaviour each, a thread for each connection.

use crate::common::repository;
use serde_json::{Value, json};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio_tungstenite::tungstenite::{Message, WebSocket, accept};

/// Serves every connection with `behave`; the address.
pub(crate) fn serve(behave: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let behave = Arc::new(behave);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let behave = Arc::clone(&behave);
            thread::spawn(move || behave(stream));
        }
    });
    address
}

/// Serves connections that have been upgraded.
pub(crate) fn websocket(behave: impl Fn(&mut WebSocket<TcpStream>) + Send + Sync + 'static) -> String {
    let address = serve(move |stream| {
        if let Ok(mut socket) = accept(stream) {
            behave(&mut socket);
        }
    });
    format!("ws://{address}/")
}

/// Sends these frames, then reads until the client leaves.
pub(crate) fn sending(frames: impl IntoIterator<Item = Message>) -> String {
    let frames: Vec<Message> = frames.into_iter().collect();
    websocket(move |socket| {
        for frame in &frames {
            // The client may have seen enough.
            let _ = socket.send(frame.clone());
        }
        while socket.read().is_ok() {}
    })
}

/// Sends these bytes over an open WebSocket, then stays silent until the client leaves.
pub(crate) fn raw(bytes: &'static [u8]) -> String {
    websocket(move |socket| {
        let _ = socket.get_mut().write_all(bytes);
        wait(socket.get_mut());
    })
}

/// Answers the request with these bytes of HTTP.
pub(crate) fn http(answer: &'static str) -> String {
    let address = serve(move |mut stream| {
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(answer.as_bytes());
    });
    format!("ws://{address}/")
}

/// Writes a byte again and again, until the client leaves.
pub(crate) fn drip(stream: &mut TcpStream, byte: u8) {
    while stream.write_all(&[byte]).is_ok() {
        thread::sleep(Duration::from_millis(40));
    }
}

/// Reads until the client leaves.
pub(crate) fn wait(stream: &mut TcpStream) {
    let mut bytes = [0; 1024];
    while stream.read(&mut bytes).is_ok_and(|read| read > 0) {}
}

/// The welcome of the schema.
pub(crate) fn welcome() -> Value {
    example("system_message")
}

/// Any heartbeat of the schema.
pub(crate) fn heartbeat() -> Value {
    json!({ "type": "heartbeat", "data": {}, "timestamp": 1.5 })
}

/// The first example of a message.
fn example(file: &str) -> Value {
    let path = repository().join(format!("schema/server/{file}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut examples = Vec::new();
    collect(&schema, &mut examples);
    examples.into_iter().find(|frame| frame["data"]["event"] == "connection_established").unwrap()
}

/// Every example below a schema.
fn collect(schema: &Value, examples: &mut Vec<Value>) {
    match schema {
        Value::Object(members) => {
            examples.extend(members.get("examples").and_then(Value::as_array).into_iter().flatten().cloned());
            members.values().for_each(|member| collect(member, examples));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, examples)),
        _ => {}
    }
}

/// A text frame.
pub(crate) fn text(frame: &Value) -> Message {
    Message::text(frame.to_string())
}
