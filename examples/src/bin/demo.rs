//! Shows what goes over the wire, frame by frame: the example server and a client of today, a client that still sends
//! retired forms, and a server that does.

use clap::Parser;
use framelock_examples::client::{Client, Options};
use framelock_examples::clock;
use framelock_examples::legacy::{Kind, LegacyCounts};
use framelock_examples::server::{Settings, serve};
use futures_util::{SinkExt, StreamExt};
use netra_protocol::from_client::producer::{
    AgentRequest, AgentRequestRequired, ClientFrame, ClientFrameRequired, ClientMessage, CreateThread,
    GetThreadHistory, GetThreadHistoryRequired, JoinThread, JoinThreadRequired, JsonrpcRequest,
    JsonrpcRequestRequired, Ping, UserMessage, UserMessageRequired,
};
use netra_protocol::from_server::consumer::{self, ServerMessage};
use netra_protocol::support::{Json, JsonObject, Outcome, Policy, Receiver, to_json};
use netra_protocol::types::{JsonrpcVersion, ThreadId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Frames in retired forms as clients sent them, with the message that completes the server's answer.
const OLD_CLIENT: [(&str, &str); 5] = [
    (r#"{"type":"chat","message":"Where can we save?","session_id":"s1"}"#, "agent_completed"),
    (r#"{"type":"EXECUTE_AGENT","payload":{"query":"Optimise costs","thread_id":"t1"}}"#, "agent_completed"),
    (
        r#"{"type":"user_message","payload":{"text":"Where can we save?","thread_id":"t1"}}"#,
        "agent_completed",
    ),
    (r#"{"event":"create_thread","data":{"name":"New"}}"#, "thread_created"),
    (r#"{"type":"stop_processing","data":{}}"#, "error_message"),
];

/// Frames in retired forms as servers sent them in 2025.
const OLD_SERVER: [&str; 8] = [
    BARE,
    r#"{"type":"connection_established","data":{"mode":"main","user_id":"user1234","connection_id":"main_06056b0b","timestamp":"2025-09-18T14:56:14+00:00"},"timestamp":1758207374.25}"#,
    r#"{"type":"reasoning","reasoning":"Looking at costs","run_id":"run1","thread_id":"thread1","metadata":{"step_number":1,"agent_name":"data_helper"},"timestamp":1758200000.2,"critical":true}"#,
    r#"{"type":"agent_progress","data":{"event":"tool_executing","type":"tool_executing","payload":{"run_id":"r1","agent_name":"triage","thread_id":"t1","tool_name":"search"}},"timestamp":1758200000.5}"#,
    r#"{"type":"tool_completed","tool_name":"aws_cost_analyzer","results":{"savings":5000.0},"execution_time":1.5,"run_id":"run1","timestamp":1758200000.4}"#,
    r#"{"type":"thread_updated","payload":{"thread_id":"thread_1","updates":{},"timestamp":1758200000123}}"#,
    r#"{"event":"heartbeat","connection_id":"c1","count":1,"timestamp":"2025-09-18T14:56:14Z"}"#,
    r#"{"type":"system_message","data":{"status":"disconnect_acknowledged","user_id":"u1"},"timestamp":1758207374.5}"#,
];

/// The welcome of the incident.
const BARE: &str = r#"{"event":"connection_established","connection_ready":true,"user_id":"user123","server_time":"2025-09-08T10:00:00+00:00","environment":"staging"}"#;

/// The form of frames that are written as today.
const CANONICAL: &str = "canonical";

type Done<T = ()> = Result<T, Box<dyn Error>>;

/// Shows a conversation of Netra's protocol frame by frame.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many columns a line may have.
    #[arg(long, env = "COLUMNS", default_value_t = 140)]
    width: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Screen { width: Arguments::parse().width }).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(screen: Screen) -> Done {
    let settings = Settings { legacy: LegacyCounts::silent(), ..Settings::default() };
    let counts = settings.legacy.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("ws://{}/ws", listener.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = async {
        // Sent or dropped, it is the end.
        let _ = stopped.await;
    };
    let server = tokio::spawn(serve(listener, settings, ended));

    title(&format!("The example server at {url}, and a client of today"));
    let mut peer = Peer::connect(&url, screen, counts).await?;
    for (message, until) in today()? {
        let frame = ClientFrame::new(ClientFrameRequired { data: message }).with_timestamp(clock::now()?);
        peer.exchange(&to_json(&frame), until, usize::MAX).await?;
    }
    title("The same server, and a client that still sends what is retired: the form, as the server reads it");
    for (text, until) in OLD_CLIENT {
        peer.exchange(text, until, 1).await?;
    }
    let goodbye = ClientMessage::Disconnect(JsonObject::default());
    let goodbye = to_json(&ClientFrame::new(ClientFrameRequired { data: goodbye }));
    peer.exchange(&goodbye, "system_message/disconnect_acknowledged", usize::MAX).await?;
    drop((peer, stop));
    server.await??;

    title("A server of 2025, and a client of today: what arrives, and what the client reads");
    let url = replayed().await?;
    let mut peer = Peer::open(&url, screen, LegacyCounts::silent()).await?;
    for _ in OLD_SERVER {
        peer.converted().await?;
    }
    title("The same server, and a client that refuses retired forms");
    let options = Options { legacy: Some(Policy::Refuse), patience: PATIENCE };
    let refusal = Client::connect(&url, options).await.err();
    println!("{}", refusal.ok_or("the client accepts a retired form that it shall refuse")?);
    Ok(())
}

/// What a client of today sends, with the message that completes the server's answer.
fn today() -> Done<Vec<(ClientMessage<'static>, &'static str)>> {
    let thread = || ThreadId::new("thread_1");
    let words = "How many words are these?";
    let tools = JsonrpcRequestRequired {
        jsonrpc: JsonrpcVersion::N20,
        method: "tools/list".into(),
        id: Json::from(Value::from(1)),
    };
    Ok(vec![
        (ClientMessage::Connect(JsonObject::default()), "system_message/connect_acknowledged"),
        (Ping::new().into(), "pong"),
        (CreateThread::new().with_name("Words").into(), "thread_created"),
        (JoinThread::new(JoinThreadRequired { thread_id: thread()? }).into(), "thread_joined"),
        (
            UserMessage::new(UserMessageRequired { content: words.into() }).with_thread_id(thread()?).into(),
            "agent_completed",
        ),
        (GetThreadHistory::new(GetThreadHistoryRequired { thread_id: thread()? }).into(), "thread_history"),
        (ClientMessage::AgentStatusRequest(JsonObject::default()), "agent_status_update"),
        (JsonrpcRequest::new(tools).into(), "jsonrpc_response"),
        (
            AgentRequest::new(AgentRequestRequired { message: words.into() }).with_real_llm(true).into(),
            "error_message",
        ),
    ])
}

/// A server that sends what was recorded, to whoever connects. Its address.
async fn replayed() -> Done<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("ws://{}/", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut socket) = accept_async(stream).await else { continue };
            for text in OLD_SERVER {
                // A client that has seen enough is gone.
                let _ = socket.send(Message::text(text)).await;
            }
        }
    });
    Ok(url)
}

/// A connection of which every frame is shown.
struct Peer {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    receiver: Receiver,
    /// What the client has received in retired forms, and what the server has.
    received: LegacyCounts,
    sent: LegacyCounts,
    screen: Screen,
}

/// A frame of the server.
struct Arrived {
    /// The names of the message.
    message: String,
    form: String,
    text: String,
    /// The frame as it is written today.
    canonical: String,
}

impl Peer {
    async fn open(url: &str, screen: Screen, sent: LegacyCounts) -> Done<Self> {
        let (socket, _) = connect_async(url).await?;
        let counts = LegacyCounts::silent();
        let receiver = counts.observing(consumer::receiver());
        Ok(Self { socket, receiver, received: counts, sent, screen })
    }

    /// Connects, and shows the welcome.
    async fn connect(url: &str, screen: Screen, sent: LegacyCounts) -> Done<Self> {
        let mut peer = Self::open(url, screen, sent).await?;
        let welcome = peer.next().await?;
        screen.arrived(&welcome);
        Ok(peer)
    }

    /// Sends a text and shows it, and the first and last frames of the answer: `shown` on either side.
    async fn exchange(&mut self, text: &str, until: &str, shown: usize) -> Done {
        let before = self.sent.all();
        self.socket.send(Message::text(text)).await?;
        let mut answers = vec![self.next().await?];
        while answers.last().is_none_or(|answer| answer.message != until) {
            answers.push(self.next().await?);
        }
        // The server has read the frame by now, so that its receiver has told what it saw.
        self.screen.sent(text, &form(&before, &self.sent.all()));
        let left_out = answers.len().saturating_sub(shown.saturating_mul(2));
        for (index, answer) in answers.iter().enumerate() {
            match index.checked_sub(shown) {
                Some(0) if left_out > 0 => println!("  … {left_out} more …"),
                Some(place) if place < left_out => {}
                _ => self.screen.arrived(answer),
            }
        }
        Ok(())
    }

    /// Shows the next frame, which has a retired form, and what the client reads in it.
    async fn converted(&mut self) -> Done {
        let arrived = self.next().await?;
        if arrived.form == CANONICAL {
            return Err(format!("not a retired form: {}", arrived.text).into());
        }
        self.screen.arrived(&arrived);
        self.screen.line("  =", "", CANONICAL, &arrived.canonical);
        Ok(())
    }

    /// The next frame.
    async fn next(&mut self) -> Done<Arrived> {
        let message = timeout(PATIENCE, self.socket.next()).await?.ok_or("the server is gone")??;
        let text = message.into_text()?;
        let before = self.received.all();
        let frame = match consumer::receive(&self.receiver, &text, clock::now()?).outcome {
            Outcome::Canonical(frame) | Outcome::Legacy(frame) | Outcome::Unknown(frame) => frame,
            Outcome::Invalid(error) => return Err(error.into()),
        };
        let message = match &frame.data {
            ServerMessage::SystemMessage(inner) => format!("{}/{}", frame.data.tag(), inner.tag()),
            other => other.tag().to_owned(),
        };
        let form = form(&before, &self.received.all());
        Ok(Arrived { message, form, canonical: to_json(&frame), text: text.to_string() })
    }
}

/// The form of the frame that was received between two counts, and the retired name of its message.
fn form(before: &BTreeMap<Kind, u64>, after: &BTreeMap<Kind, u64>) -> String {
    match after.iter().find(|(kind, count)| before.get(*kind) != Some(count)) {
        Some(((form, None, _), _)) => (*form).to_owned(),
        Some(((form, Some(name), _), _)) => format!("{form}, {name}"),
        None => CANONICAL.to_owned(),
    }
}

fn title(text: &str) {
    println!("\n{text}\n");
}

/// Where frames are shown.
#[derive(Debug, Clone, Copy)]
struct Screen {
    width: usize,
}

impl Screen {
    fn sent(self, text: &str, form: &str) {
        self.line("→", &name(text), form, text);
    }

    fn arrived(self, arrived: &Arrived) {
        self.line("  ←", &arrived.message, &arrived.form, &arrived.text);
    }

    /// Who sent a frame, its message, its form and its text, as far as there is room.
    fn line(self, arrow: &str, message: &str, form: &str, text: &str) {
        let head = format!("{arrow:<3} {message:<38} {form:<24} ");
        let room = self.width.saturating_sub(head.chars().count()).max(20);
        if text.chars().count() <= room {
            println!("{head}{text}");
        } else {
            let text: String = text.chars().take(room - 1).collect();
            println!("{head}{text}…");
        }
    }
}

/// How a frame calls its message.
fn name(text: &str) -> String {
    let frame: Value = serde_json::from_str(text).unwrap_or_default();
    let name = frame["type"].as_str().or(frame["event"].as_str());
    name.unwrap_or_default().to_owned()
}
