//! The example server and the example client talk, and an independent validator reads along.

mod support;

use framelock_examples::client::{Client, ClientError, Event, Options};
use framelock_examples::server::{MAX_FRAME_BYTES, Settings};
use netra_protocol::close_code;
use serde_json::{Value, json};
use std::time::Duration;
use support::peers::{ExampleServer, Raw, scripted};
use support::relay::{Frame, Relay};
use support::schema::{Judge, assert_valid};
use support::{TestResult, bounded};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// What the server does for each request.
const TURN: [&str; 11] = [
    "agent_started",
    "agent_thinking",
    "tool_executing",
    "tool_completed",
    "agent_response_chunk",
    "agent_response_chunk",
    "agent_response_chunk",
    "agent_response_chunk",
    "agent_response_chunk",
    "agent_response_complete",
    "agent_completed",
];

fn tag(frame: &Frame) -> TestResult<String> {
    let value: Value = serde_json::from_str(&frame.1)?;
    Ok(value["type"].as_str().unwrap_or_default().to_owned())
}

/// The tags of what one side sent.
fn tags(frames: &[Frame], sender: &str) -> TestResult<Vec<String>> {
    frames.iter().filter(|frame| frame.0 == sender).map(tag).collect()
}

fn expected_events(agent: &str) -> Vec<Event> {
    let answer = "Your message has 3 words.";
    let mut events = vec![
        Event::Started(agent.to_owned()),
        Event::Thinking("The words of the request must be counted".to_owned()),
        Event::ToolExecuting("word_counter".to_owned()),
        Event::ToolCompleted("word_counter".to_owned(), r#"{"words":3}"#.to_owned()),
    ];
    events.extend(answer.split_inclusive(' ').map(|chunk| Event::Chunk(chunk.to_owned())));
    events.push(Event::Completed(Some(answer.to_owned())));
    events
}

#[tokio::test]
async fn a_conversation_follows_the_schema_frame_by_frame() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let relay = Relay::start(&server.url).await?;
        let mut client = Client::connect(&relay.url, Options::default()).await?;
        assert_eq!(client.ask("one two three").await?, expected_events("assistant"));
        assert_eq!(client.start("four five six").await?, expected_events("assistant"));
        assert_eq!(client.legacy().of("bare-event"), 0);
        client.close().await?;

        let frames = relay.seen();
        assert_eq!(tags(&frames, "client")?, ["user_message", "start_agent"]);
        let expected = [&["system_message"][..], &TURN, &TURN].concat();
        assert_eq!(tags(&frames, "server")?, expected);
        assert_valid(&frames)
    })
    .await
}

#[tokio::test]
async fn answers_repeat_the_correlation_id_and_the_thread() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let mut raw = Raw::connect(&server.url).await?;
        let asked = json!({
            "type": "user_message",
            "data": { "content": "a b c", "thread_id": "thread_9" },
            "correlation_id": "mine",
        });
        raw.send(asked.to_string()).await?;
        for (index, expected) in TURN.into_iter().enumerate() {
            let answer: Value = serde_json::from_str(&raw.text().await?)?;
            assert_eq!((&answer["type"], &answer["correlation_id"]), (&json!(expected), &json!("mine")));
            assert!(index > 0 || answer["data"]["thread_id"] == "thread_9", "{answer}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn heartbeats_are_sent_and_answered() -> TestResult {
    bounded(async {
        let settings = Settings { heartbeat_interval: Duration::from_millis(300), ..Settings::default() };
        let server = ExampleServer::start(settings).await?;
        let relay = Relay::start(&server.url).await?;
        let mut client = Client::connect(&relay.url, Options::default()).await?;
        sleep(Duration::from_millis(450)).await;
        assert_eq!(client.ask("one two three").await?, expected_events("assistant"));
        client.close().await?;

        let frames = relay.seen();
        assert!(tags(&frames, "server")?.contains(&"heartbeat".to_owned()));
        assert!(tags(&frames, "client")?.contains(&"heartbeat_ack".to_owned()));
        assert_valid(&frames)
    })
    .await
}

#[tokio::test]
async fn a_client_that_answers_no_heartbeat_is_given_up() -> TestResult {
    bounded(async {
        let settings = Settings { heartbeat_interval: Duration::from_millis(20), ..Settings::default() };
        let server = ExampleServer::start(settings).await?;
        let frame = Raw::connect(&server.url).await?.closed().await?;
        assert_eq!(closed(&frame), (close_code::HEARTBEAT_TIMEOUT, "no answer to the heartbeats"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_heartbeat_ack_is_acknowledged() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let mut raw = Raw::connect(&server.url).await?;
        raw.send(r#"{"type":"heartbeat_ack","data":{}}"#).await?;
        let answer: Value = serde_json::from_str(&raw.text().await?)?;
        assert_eq!(
            (&answer["type"], &answer["data"]),
            (&json!("heartbeat_ack"), &json!({"status":"healthy"}))
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_broken_frame_is_answered_and_the_conversation_goes_on() -> TestResult {
    let broken = [
        ("{", "frame: expected a property name in quotes, found the end of the frame (syntax, byte 1)"),
        (
            r#"{"type":"user_message","data":{"content":5}}"#,
            "user_message: /data/content: expected a string, found number 5 (type, byte 41)",
        ),
        (
            r#"{"type":"agent_started","data":{}}"#,
            "agent_started: /type: expected a message that the client sends, found `agent_started`, which only its peer sends (wrong-direction, byte 8)",
        ),
        (
            r#"{"content":"hello"}"#,
            "frame: expected the property `type`, found an object without it (missing-property, byte 0)",
        ),
    ];
    bounded(async {
        let judge = Judge::new()?;
        let server = ExampleServer::start(Settings::default()).await?;
        let mut raw = Raw::connect(&server.url).await?;
        let mut lines = Vec::new();
        for (text, _) in broken {
            raw.send(text).await?;
            let answer: Value = serde_json::from_str(&raw.text().await?)?;
            assert!(judge.accepts("server", &answer), "{answer}");
            assert_eq!(answer["data"]["error_code"], "WS_MESSAGE_INVALID");
            lines.push(answer["data"]["error_message"].as_str().unwrap_or_default().to_owned());
        }
        assert_eq!(lines, broken.map(|(_, line)| line));
        raw.send(r#"{"type":"user_message","data":{"content":"hello"}}"#).await?;
        assert!(raw.text().await?.contains("agent_started"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_server_says_what_it_does_nothing_about() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let mut raw = Raw::connect(&server.url).await?;
        for tag in ["from_the_future", "list_threads"] {
            raw.send(json!({ "type": tag, "data": {} }).to_string()).await?;
            let answer: Value = serde_json::from_str(&raw.text().await?)?;
            let expected = json!({ "received_type": tag, "status": "acknowledged" });
            assert_eq!((&answer["type"], &answer["data"]), (&json!("ack"), &expected));
        }
        Ok(())
    })
    .await
}

fn server_frame(tag: &str, data: &Value) -> String {
    json!({ "type": tag, "data": data, "timestamp": 1_758_207_400.0 }).to_string()
}

#[tokio::test]
async fn the_client_shows_messages_that_it_does_not_know() -> TestResult {
    bounded(async {
        let url = scripted(vec![
            server_frame("system_message", &json!({ "event": "connection_established" })),
            server_frame("from_the_future", &json!({ "x": 1 })),
            server_frame("system_message", &json!({ "event": "newer_event" })),
            server_frame("agent_completed", &json!({ "run_id": "r", "agent_name": "a" })),
        ])
        .await?;
        let mut client = Client::connect(&url, Options::default()).await?;
        let unknown = |tag: &str| Event::Unknown(tag.to_owned());
        let expected = [unknown("from_the_future"), unknown("newer_event"), Event::Completed(None)];
        assert_eq!(client.ask("hello").await?, expected);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_client_does_not_wait_for_ever() -> TestResult {
    bounded(async {
        let url = scripted(Vec::new()).await?;
        let options = Options { patience: Duration::from_millis(100), ..Options::default() };
        let error = Client::connect(&url, options).await.err().ok_or("connected")?;
        assert!(matches!(error, ClientError::Silence(_)), "{error}");
        assert_eq!(error.to_string(), "the server sent nothing for 100ms");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_first_message_must_be_the_welcome() -> TestResult {
    bounded(async {
        let url = scripted(vec![server_frame("heartbeat", &json!({}))]).await?;
        let error = Client::connect(&url, Options::default()).await.err().ok_or("connected")?;
        assert_eq!(error.to_string(), r#"the first message is "heartbeat" instead of the welcome"#);
        Ok(())
    })
    .await
}

fn closed(frame: &CloseFrame) -> (u16, &str) {
    (frame.code.into(), frame.reason.as_str())
}

#[tokio::test]
async fn what_is_no_text_frame_of_fair_size_closes_the_connection() -> TestResult {
    let long = " ".repeat(MAX_FRAME_BYTES + 1);
    let cases = [
        (Message::binary(b"{}".to_vec()), (close_code::UNSUPPORTED_DATA, "frames are text")),
        (Message::text(long), (1009, "the frame is too long")),
        (
            Message::Close(Some(CloseFrame { code: close_code::NORMAL.into(), reason: "bye".into() })),
            (close_code::NORMAL, "bye"),
        ),
    ];
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        for (message, expected) in cases {
            let mut raw = Raw::connect(&server.url).await?;
            raw.send(message).await?;
            assert_eq!(closed(&raw.closed().await?), expected);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_server_that_stops_says_so() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let raw = Raw::connect(&server.url).await?;
        drop(server);
        assert_eq!(closed(&raw.closed().await?), (close_code::GOING_AWAY, "the server is going away"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_keeps_sending_invalid_frames_is_given_up() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let mut raw = Raw::connect(&server.url).await?;
        for _ in 0..8 {
            raw.send("{").await?;
        }
        assert_eq!(closed(&raw.closed().await?), (close_code::INVALID_FRAME, "too many invalid frames"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_server_counts_retired_forms_and_answers_them() -> TestResult {
    bounded(async {
        let settings = Settings::default();
        let counts = settings.legacy.clone();
        let server = ExampleServer::start(settings).await?;
        let mut raw = Raw::connect(&server.url).await?;
        raw.send(r#"{"type":"EXECUTE_AGENT","payload":{"query":"one two"}}"#).await?;
        assert!(raw.text().await?.contains("agent_started"));
        assert_eq!(counts.of("payload"), 1);
        assert!(counts.all().keys().all(|(_, name, _)| *name == Some("EXECUTE_AGENT")));
        Ok(())
    })
    .await
}
