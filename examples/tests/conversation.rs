//! The example server and the example client talk, and an independent validator reads along.

mod support;

use framelock_examples::client::{Client, ClientError, Event, Options};
use framelock_examples::server::{MAX_FRAME_BYTES, Settings};
use netra_protocol::close_code;
use netra_protocol::from_client::producer::{
    AgentRequest, AgentRequestRequired, AgentTask, AgentTaskRequired, BroadcastTest, BroadcastTestRequired,
    Chat, ChatRequired, ClientMessage, CreateThread, DeleteThread, DeleteThreadRequired, DirectMessage,
    DirectMessageRequired, GetThreadHistory, GetThreadHistoryRequired, HeartbeatAck, JoinThread,
    JoinThreadRequired, JsonrpcRequest, JsonrpcRequestRequired, Ping, RenameThread, RenameThreadRequired,
    SessionRestore, SessionRestoreRequired, StartAgent, StartAgentRequired, StopAgent, SwitchThread,
    SwitchThreadRequired, ThreadMessage, ThreadMessageRequired, TokenRefresh, TokenRefreshRequired,
    TypingStarted, TypingStartedRequired, TypingStopped, TypingStoppedRequired, UserMessage,
    UserMessageRequired, UserTyping, UserTypingRequired,
};
use netra_protocol::support::{Json, JsonObject};
use netra_protocol::types::{
    AccessToken, AgentTaskId, BroadcastTestId, ConnectionId, DirectMessageTargetClient, JsonrpcVersion,
    ThreadId, UserId,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use support::peers::{ExampleServer, Raw, scripted};
use support::relay::{Frame, Relay};
use support::schema::Judge;
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

fn assert_valid(frames: &[Frame]) -> TestResult {
    let judge = Judge::new()?;
    for (sender, text) in frames {
        assert!(judge.accepts(sender, &serde_json::from_str(text)?), "from the {sender}: {text}");
    }
    Ok(())
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

/// What one client asks for, in turn: nearly everything that the server answers.
fn requests() -> TestResult<Vec<ClientMessage<'static>>> {
    let empty = JsonObject::default;
    let thread = || ThreadId::new("thread_1");
    let user = || UserId::new("user_1");
    let text = "one two three";
    let rpc = JsonrpcRequestRequired {
        jsonrpc: JsonrpcVersion::N20,
        method: "tools/call".into(),
        id: Json::from(json!(7)),
    };
    let params = json!({ "name": "word_counter", "arguments": { "text": text } });
    let typing = UserTypingRequired { user_id: user()?, thread_id: thread()?, is_typing: true };
    let said = UserMessageRequired { content: text.into() };
    let trial = BroadcastTestRequired {
        broadcast_id: BroadcastTestId::new("b1")?,
        message: "anybody?".into(),
        sender: user()?,
    };
    let restored = SessionRestoreRequired { thread_id: thread()?, connection_id: ConnectionId::new("lost")? };
    let token = || AccessToken::new("a.b.c");
    Ok(vec![
        ClientMessage::Connect(empty()),
        Ping::new().into(),
        CreateThread::new().with_name("Words").into(),
        JoinThread::new(JoinThreadRequired { thread_id: thread()? }).into(),
        SwitchThread::new(SwitchThreadRequired { thread_id: thread()? }).into(),
        UserTyping::new(typing).into(),
        TypingStarted::new(TypingStartedRequired { user_id: user()?, thread_id: thread()? }).into(),
        TypingStopped::new(TypingStoppedRequired { user_id: user()?, thread_id: thread()? }).into(),
        UserMessage::new(said).with_thread_id(thread()?).into(),
        ThreadMessage::new(ThreadMessageRequired { thread_id: thread()?, content: text.into() }).into(),
        GetThreadHistory::new(GetThreadHistoryRequired { thread_id: thread()? }).into(),
        SessionRestore::new(restored).into(),
        RenameThread::new(RenameThreadRequired { thread_id: thread()?, new_title: "Counts".into() }).into(),
        DeleteThread::new(DeleteThreadRequired { thread_id: thread()? }).into(),
        StartAgent::new(StartAgentRequired { user_request: text.into() }).into(),
        Chat::new(ChatRequired { message: text.into() }).into(),
        AgentRequest::new(AgentRequestRequired { message: text.into() }).into(),
        AgentTask::new(AgentTaskRequired { task_id: AgentTaskId::new("t1")? }).into(),
        StopAgent::new().into(),
        ClientMessage::AgentStatusRequest(empty()),
        JsonrpcRequest::new(rpc).with_params(params).into(),
        ClientMessage::ResilienceTest(empty()),
        ClientMessage::RecoveryTest(empty()),
        TokenRefresh::new(TokenRefreshRequired { old_token: token()? }).into(),
        TokenRefresh::new(TokenRefreshRequired { old_token: token()? }).with_new_token(token()?).into(),
        BroadcastTest::new(trial).into(),
        HeartbeatAck::new().into(),
        ClientMessage::ListThreads(empty()),
    ])
}

/// A message by its names: `system_message/notice`.
fn path(text: &str) -> TestResult<String> {
    let frame: Value = serde_json::from_str(text)?;
    let tag = frame["type"].as_str().unwrap_or_default();
    Ok(match frame["data"]["event"].as_str() {
        Some(event) if tag == "system_message" => format!("{tag}/{event}"),
        _ => tag.to_owned(),
    })
}

#[tokio::test]
async fn most_of_what_the_examples_know_goes_over_the_wire() -> TestResult {
    bounded(async {
        let settings = Settings { heartbeat_interval: Duration::from_millis(300), ..Settings::default() };
        let server = ExampleServer::start(settings).await?;
        let relay = Relay::start(&server.url).await?;
        let mut other = Client::connect(&relay.url, Options::default()).await?;
        let mut client = Client::connect(&relay.url, Options::default()).await?;
        for message in requests()? {
            match message {
                // Answered by a message that the client does not show.
                ClientMessage::HeartbeatAck(_) => drop(client.send(message).await?),
                _ => drop(client.request(message).await?),
            }
        }
        let direct = DirectMessageRequired {
            message: "hello".into(),
            target_client: DirectMessageTargetClient::new(1)?,
        };
        client.request(DirectMessage::new(direct)).await?;
        client.disconnect().await?;
        sleep(Duration::from_millis(350)).await;
        let heard = other.request(Ping::new()).await?;
        let said = |text: &str| Event::Said(text.to_owned());
        assert_eq!(heard, [said("anybody?"), said("hello"), Event::Alive]);
        other.close().await?;

        let frames = relay.seen();
        assert_valid(&frames)?;
        let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (sender, text) in &frames {
            names.entry(sender).or_default().insert(path(text)?);
        }
        println!("{names:#?}");
        let types: BTreeSet<&str> =
            names.values().flatten().filter_map(|name| name.split('/').next()).collect();
        println!("{} message types", types.len());
        assert!(types.len() >= 50, "{}", types.len());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_run_that_is_under_way_can_be_stopped() -> TestResult {
    bounded(async {
        let settings = Settings { pace: Duration::from_secs(60), ..Settings::default() };
        let server = ExampleServer::start(settings).await?;
        let mut client = Client::connect(&server.url, Options::default()).await?;
        client.send(UserMessage::new(UserMessageRequired { content: "one".into() })).await?;
        let before = client.request(ClientMessage::AgentStatusRequest(JsonObject::default())).await?;
        assert!(
            matches!(&before[..], [.., Event::Agents(agents)] if agents.contains("assistant")),
            "{before:?}"
        );
        assert_eq!(client.request(StopAgent::new()).await?.last(), Some(&Event::Stopped));
        let nothing = Event::Error("no such run is under way".to_owned());
        assert_eq!(client.request(StopAgent::new()).await?, [nothing]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_others_say_in_a_joined_conversation_arrives() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let mut one = Client::connect(&server.url, Options::default()).await?;
        let mut other = Client::connect(&server.url, Options::default()).await?;
        let thread = || ThreadId::new("thread_1");
        one.request(CreateThread::new()).await?;
        one.request(JoinThread::new(JoinThreadRequired { thread_id: thread()? })).await?;
        let message = ThreadMessageRequired { thread_id: thread()?, content: "hello".into() };
        other.request(ThreadMessage::new(message)).await?;
        let mut heard = one.request(Ping::new()).await?;
        // Which of the two comes first is up to the server.
        if heard == [Event::Alive] {
            heard.extend(one.request(Ping::new()).await?);
        }
        assert!(heard.contains(&Event::Said("hello".to_owned())), "{heard:?}");
        let history = GetThreadHistoryRequired { thread_id: thread()? };
        let history = one.request(GetThreadHistory::new(history)).await?;
        assert_eq!(history, [Event::History(vec!["user: hello".to_owned()])]);
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
