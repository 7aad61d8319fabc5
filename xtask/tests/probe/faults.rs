//! Servers that do something wrong: each ends in time, with the exit code of its class and a code of its own.

use crate::servers::{drip, heartbeat, http, raw, sending, serve, text, wait, websocket, welcome};
use crate::{WELCOME, probes};
use serde_json::{Value, json};
use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::accept;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// Short limits, so that the tests are.
const SOON: &[&str] =
    &["--first-frame-timeout", "0.6", "--idle-timeout", "0.6", "--handshake-timeout", "0.6"];

/// The same, and what is waited for.
fn soon(more: &[&'static str]) -> Vec<&'static str> {
    SOON.iter().chain(more).copied().collect()
}

#[test]
fn the_bare_form_is_named_with_its_canonical_form() {
    let frame = json!({ "event": "connection_established", "connection_ready": true });
    let url = sending([text(&frame)]);
    let probed =
        probes(&url, &[]).fails(1, "legacy-refused", "retired in 1.0.0: send {\"type\":\"system_message\"");
    let mismatch = &probed.report["mismatch"];
    assert_eq!(mismatch["form"], "bare-event");
    let canonical: Value = serde_json::from_str(mismatch["canonical"].as_str().unwrap()).unwrap();
    assert_eq!(canonical["data"], frame);
    assert!(probed.human.out.contains("\n  form:      bare-event\n  canonical: {"), "{}", probed.human.out);
    assert!(probed.human.out.contains("arrived:   system_message/connection_established (bare-event)"));
    assert_eq!(crate::probe("human", &url, &["--allow-legacy"]).ends(0).err, "");
}

#[test]
fn a_wrong_type_is_named_with_its_place() {
    let mut frame = welcome();
    frame["data"]["connection_ready"] = "yes".into();
    let said = "frame 2 breaks the contract: system_message/connection_established: /data/connection_ready: \
                expected a boolean, found string \"yes\"";
    let url = sending([text(&welcome()), text(&frame)]);
    let probed = probes(&url, &["--expect", "agent_completed"]).fails(1, "type", said);
    assert_eq!(probed.report["mismatch"]["pointer"], "/data/connection_ready");
    assert_eq!(probed.report["mismatch"]["found"], "string \"yes\"");
    assert_eq!(probed.report["frames"].as_array().unwrap().len(), 2);
    assert_eq!(probed.report["frames"][0]["message"], WELCOME);
}

#[test]
fn a_message_of_the_other_direction_or_of_nobody_is_told() {
    let frame = json!({ "type": "user_message", "data": {}, "timestamp": 1 });
    probes(&sending([text(&frame)]), &[]).fails(1, "wrong-direction", "found `user_message`");
    let frame = json!({ "type": "brand_new", "data": {}, "timestamp": 1 });
    let url = sending([text(&frame)]);
    probes(&url, &[]).fails(1, "unknown-message", "that the schema does not list: brand_new");
    assert!(crate::probe("short", &url, &["--allow-unknown"]).ends(0).out.contains("brand_new"));
    probes(&sending([Message::text("{\"type\"")]), &[]).fails(1, "syntax", "expected `:`");
}

#[test]
fn silence_and_idleness_have_limits_of_their_own() {
    let silent = sending([]);
    probes(&silent, SOON).fails(5, "silence", "no frame came within 0.6 s").within(0.6);
    let url = sending([text(&welcome())]);
    let said = "no further frame came within 0.6 s; still waiting for `agent_completed`";
    let probed = probes(&url, &soon(&["--expect", "agent_completed"])).fails(5, "idle", said).within(0.6);
    assert!(probed.human.out.contains("arrived:   system_message/connection_established"));
    let url = websocket(|socket| {
        while socket.send(text(&heartbeat())).is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let arguments = soon(&["--expect", "agent_completed", "--timeout", "1"]);
    probes(&url, &arguments).fails(5, "time-out", "the 1 s for the whole probe are over").within(1.0);
}

#[test]
fn half_a_frame_is_no_silence() {
    let half = raw(&[0x81, 126, 0x01, 0x00, b'{', b'"']);
    probes(&half, SOON).fails(5, "incomplete-frame", "6 bytes of a frame came").within(0.6);
    let url = websocket(|socket| {
        let _ = socket.get_mut().write_all(&[0x81, 126, 0x01, 0x00, b'{']);
    });
    probes(&url, SOON).fails(1, "dropped", "the connection broke off before any frame came").within(0.0);
    let url = websocket(|socket| {
        let _ = socket.get_mut().write_all(&[0x81, 126, 0x7f, 0x00]);
        drip(socket.get_mut(), b' ');
    });
    probes(&url, SOON).fails(5, "slow-frame", "and was still coming").within(0.6);
}

#[test]
fn frames_that_no_json_protocol_has() {
    let url = sending([Message::binary(welcome().to_string().into_bytes())]);
    probes(&url, &[]).fails(1, "binary-frame", "frame 1 is binary");
    let url = sending([Message::text("x".repeat(20 << 20))]);
    probes(&url, &[]).fails(1, "frame-too-large", "a frame of 20971520 bytes came; 16777216 are allowed");
    let url = sending([text(&welcome())]);
    probes(&url, &["--max-frame", "100"]).fails(1, "frame-too-large", "100 are allowed");
    probes(&raw(&[0x81, 2, b'"', 0xff]), SOON).fails(1, "invalid-utf8", "no UTF-8");
    probes(&raw(&[0x81, 0x82, 1, 2, 3, 4, b'{', b'}']), SOON).fails(1, "websocket-protocol", "masked frame");
}

#[test]
fn a_close_is_explained() {
    let closing = |code: u16, reason: &'static str| {
        websocket(move |socket| {
            let _ = socket.close(Some(CloseFrame { code: code.into(), reason: reason.into() }));
            while socket.read().is_ok() {}
        })
    };
    let said = "closed before any frame came with 1008 (policy_violation), saying \"no token\"";
    let probed = probes(&closing(1008, "no token"), &[]).fails(1, "closed", said).within(0.0);
    assert_eq!(probed.report["close"]["code"], 1008);
    assert!(probed.human.out.contains("\n  closed:    1008 policy_violation: "), "{}", probed.human.out);
    // A code of the protocol's own.
    let probed =
        probes(&closing(4002, ""), &["--expect", WELCOME]).fails(1, "closed", "4002 (heartbeat_timeout)");
    assert!(probed.report["close"]["meaning"].as_str().unwrap().len() > 10, "{probed:?}");
    probes(&closing(4999, ""), &[]).fails(1, "closed", "4999 (unknown)");
    // One that the protocol does not declare, but RFC 6455.
    probes(&closing(1013, ""), &[]).fails(1, "closed", "1013 (try_again_later)");
    let dropping = websocket(|_| {});
    probes(&dropping, &[]).fails(1, "dropped", "the connection broke off");
}

#[test]
fn answers_of_http_are_refusals() {
    let unauthorized = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n";
    probes(&http(unauthorized), &[]).fails(
        3,
        "unauthorized",
        "HTTP 401 Unauthorized instead of the upgrade and wants Bearer",
    );
    let gateway = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 20\r\n\r\nupstream is starting";
    probes(&http(gateway), &[]).fails(3, "bad-gateway", "HTTP 502 Bad Gateway");
    let moved = "HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.test/\r\nContent-Length: 0\r\n\r\n";
    probes(&http(moved), &[]).fails(3, "not-upgraded", "refers to https://elsewhere.test/");
    let page = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>";
    probes(&http(page), &[]).fails(3, "not-upgraded", "HTTP 200 OK");
    probes(&http("SSH-2.0-OpenSSH_9.2\r\n"), &[]).fails(
        4,
        "bad-handshake",
        "did not answer the upgrade as RFC 6455 says",
    );
    probes(&http(""), &[]).fails(4, "bad-handshake", "did not answer the upgrade");
}

#[test]
fn subprotocols_and_headers_are_offered() {
    let url = sending([text(&welcome())]);
    probes(&url, &["-s", "netra.v1"]).fails(3, "subprotocol", "speaks none of the subprotocols");
    let address = serve(|stream| {
        use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
        #[allow(clippy::result_large_err, reason = "tungstenite wants it so")]
        let callback = |request: &Request, mut response: Response| {
            let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
            if header("authorization") != Some("Bearer secret") {
                let mut refusal = ErrorResponse::new(Some("who are you?\n".to_owned()));
                *refusal.status_mut() = tokio_tungstenite::tungstenite::http::StatusCode::FORBIDDEN;
                return Err(refusal);
            }
            assert_eq!(header("sec-websocket-protocol"), Some("netra.v2, netra.v1"));
            response.headers_mut().insert("sec-websocket-protocol", "netra.v1".parse().unwrap());
            Ok(response)
        };
        if let Ok(mut socket) = tokio_tungstenite::tungstenite::accept_hdr(stream, callback) {
            let _ = socket.send(text(&welcome()));
            while socket.read().is_ok() {}
        }
    });
    let url = format!("ws://{address}/");
    let offer = ["-s", "netra.v2", "-s", "netra.v1"];
    let authorized = [&offer[..], &["-H", "Authorization: Bearer secret"]].concat();
    crate::probe("human", &url, &authorized).ends(0);
    probes(&url, &offer).fails(3, "unauthorized", "HTTP 403 Forbidden instead of the upgrade");
}

#[test]
fn an_upgrade_that_takes_too_long_is_given_up() {
    let slow = serve(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\nX-Slow: ");
        drip(&mut stream, b'x');
    });
    let url = format!("ws://{slow}/");
    probes(&url, SOON).fails(5, "handshake-timeout", "did not finish the upgrade").within(0.6);
    let never = serve(|mut stream| wait(&mut stream));
    probes(&format!("ws://{never}/"), SOON).fails(5, "handshake-timeout", "within 0.6 s").within(0.6);
    let url = format!("wss://{never}/");
    probes(&url, SOON).fails(5, "handshake-timeout", "did not finish TLS").within(0.6);
}

#[test]
fn what_cannot_be_reached_is_told() {
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("ws://{free}/");
    probes(&url, &[]).fails(4, "unreachable", "cannot connect to 127.0.0.1:").within(0.0);
    probes("ws://no-such-host.invalid/", &[]).fails(4, "unreachable", "no-such-host.invalid:80");
}

/// A listener whose queue is full answers nobody.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_takes_too_long_is_given_up() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(200));
    let queue: Vec<TcpStream> = std::iter::from_fn(|| connect().ok()).take(16).collect();
    assert!(queue.len() < 16, "the queue never fills");
    let url = format!("ws://{address}/");
    let said = "did not answer the attempt to connect within 0.5 s";
    probes(&url, &["--connect-timeout", "0.5"]).fails(5, "connect-timeout", said).within(0.5);
    drop((listener, queue));
}

#[test]
fn a_server_that_accepts_only_to_leave_is_told() {
    let address = serve(|stream| drop(accept(stream)));
    probes(&format!("ws://{address}/"), &[]).fails(1, "dropped", "before any frame came");
}
