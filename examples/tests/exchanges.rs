//! What the examples can do, asked for over a real socket, and counted.

mod support;

use framelock_examples::client::{Client, Event, Options};
use framelock_examples::server::Settings;
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
use support::peers::ExampleServer;
use support::relay::Relay;
use support::schema::assert_valid;
use support::{TestResult, bounded};
use tokio::time::sleep;

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
        let settings = Settings { pace: Duration::from_mins(1), ..Settings::default() };
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
