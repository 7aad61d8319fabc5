//! The server: a welcome, then a turn of chat for each request, until one side closes.

use crate::clock;
use crate::outbox::{Failure, Outbox};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use axum::routing::any;
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use netra_protocol::from_client::consumer::{self, ClientFrame, ClientMessage};
use netra_protocol::from_server::producer::{
    AgentCompleted, AgentCompletedRequired, AgentResponseChunk, AgentResponseChunkRequired, AgentStarted,
    AgentStartedRequired, AgentThinking, AgentThinkingRequired, ConnectionConfig, ConnectionEstablished,
    ErrorMessage, ErrorMessageRequired, Heartbeat, HeartbeatAck, SystemMessage, ToolCompleted,
    ToolCompletedRequired, ToolExecuting, ToolExecutingRequired,
};
use netra_protocol::support::{self, Json, JsonObject, Outcome, Violation};
use netra_protocol::types::{
    AgentName, AgentStatus, ByteCount, ChunkIndex, ConnectionId, ConnectionMode, DurationMs, ErrorCode,
    HeartbeatStatus, IntervalSeconds, RunId, Severity, StepNumber, TaskId, ThreadId, ToolName,
};
use serde_json::{Map, Value};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, interval_at, timeout};

/// The longest frame that is read; a longer one closes the connection with 1009.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

/// How many heartbeats may stay unanswered before the connection counts as lost.
const PATIENCE: u32 = 3;

/// How long a client may take to answer a close.
const FAREWELL: Duration = Duration::from_secs(1);

/// What can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The time between two heartbeats.
    pub heartbeat_interval: Duration,
    /// The deployment that the welcome names.
    pub environment: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { heartbeat_interval: Duration::from_secs(30), environment: "development".to_owned() }
    }
}

/// What the sessions share.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    sessions: AtomicU64,
    stop: Arc<watch::Sender<bool>>,
}

/// Serves the protocol at `/ws` until `shutdown` is ready; open connections are then closed with 1001.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let stop = Arc::new(watch::Sender::new(false));
    let shared = Shared { settings, sessions: AtomicU64::new(0), stop: Arc::clone(&stop) };
    let app = Router::new().route("/ws", any(upgrade)).with_state(Arc::new(shared));
    let ending = Arc::clone(&stop);
    let ended = async move {
        shutdown.await;
        ending.send_replace(true);
    };
    axum::serve(listener, app).with_graceful_shutdown(ended).await?;
    // Each session holds a receiver until it has said goodbye.
    stop.closed().await;
    Ok(())
}

async fn upgrade(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    // The session refuses what is longer than `MAX_FRAME_BYTES` and says so; this bounds the memory.
    upgrade.max_message_size(4 * MAX_FRAME_BYTES).on_upgrade(|socket| session(socket, shared))
}

async fn session(socket: WebSocket, shared: Arc<Shared>) {
    let (sink, inbox) = socket.split();
    let number = shared.sessions.fetch_add(1, Ordering::Relaxed) + 1;
    let receiver = consumer::receiver();
    let session = Session { number, runs: 0, unanswered: 0, outbox: Outbox::new(sink), receiver, shared };
    if let Err(failure) = session.run(inbox).await {
        eprintln!("session {number}: {failure}");
    }
}

/// Waits until the server stops.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that nobody can stop it any more, which is as good as an end.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// Whether the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Over,
}

/// One connection.
struct Session {
    number: u64,
    runs: u64,
    /// Heartbeats since the client was last heard.
    unanswered: u32,
    outbox: Outbox,
    receiver: support::Receiver,
    shared: Arc<Shared>,
}

impl Session {
    async fn run(mut self, mut inbox: SplitStream<WebSocket>) -> Result<(), Failure> {
        let mut stop = self.shared.stop.subscribe();
        let period = self.shared.settings.heartbeat_interval;
        let mut beat = interval_at(Instant::now() + period, period);
        self.welcome().await?;
        let mut flow = Flow::On;
        while flow == Flow::On {
            flow = tokio::select! {
                message = inbox.next() => match message {
                    Some(message) => self.message(message?).await?,
                    None => return Ok(()),
                },
                _ = beat.tick() => self.heartbeat().await?,
                () = stopped(&mut stop) => {
                    self.close(close_code::AWAY, "the server is going away").await?
                }
            };
        }
        // The close is complete when the peer's half of it has come.
        let rest = async { while let Some(Ok(_)) = inbox.next().await {} };
        let _ = timeout(FAREWELL, rest).await;
        Ok(())
    }

    async fn welcome(&mut self) -> Result<(), Failure> {
        let settings = &self.shared.settings;
        let config = ConnectionConfig::new()
            .with_heartbeat_interval(IntervalSeconds::new(settings.heartbeat_interval.as_secs())?)
            .with_max_message_size(ByteCount::new(MAX_FRAME_BYTES as u64)?);
        let welcome = ConnectionEstablished::new()
            .with_connection_id(self.connection()?)
            .with_mode(ConnectionMode::Main)
            .with_connection_ready(true)
            .with_environment(settings.environment.clone())
            .with_config(config);
        self.outbox.send(SystemMessage::from(welcome)).await
    }

    fn connection(&self) -> Result<ConnectionId<'static>, Violation> {
        ConnectionId::new(format!("main_{}", self.number))
    }

    async fn heartbeat(&mut self) -> Result<Flow, Failure> {
        if self.unanswered == PATIENCE {
            return self.close(close_code::AWAY, "no answer to the heartbeats").await;
        }
        self.unanswered += 1;
        let connection = self.connection()?;
        self.outbox.send(Heartbeat::new().with_connection_id(connection)).await?;
        Ok(Flow::On)
    }

    async fn close(&mut self, code: u16, reason: &'static str) -> Result<Flow, Failure> {
        self.outbox.close(code, reason).await?;
        Ok(Flow::Over)
    }

    async fn message(&mut self, message: Message) -> Result<Flow, Failure> {
        self.unanswered = 0;
        match message {
            Message::Text(text) if text.len() > MAX_FRAME_BYTES => {
                self.close(close_code::SIZE, "the frame is too long").await
            }
            Message::Text(text) => self.text(&text).await.map(|()| Flow::On),
            Message::Binary(_) => self.close(close_code::UNSUPPORTED, "frames are text").await,
            Message::Ping(_) | Message::Pong(_) => Ok(Flow::On),
            // The WebSocket layer answers it with the same code.
            Message::Close(_) => Ok(Flow::Over),
        }
    }

    async fn text(&mut self, text: &str) -> Result<(), Failure> {
        let received_at = clock::now()?;
        match consumer::receive(&self.receiver, text, received_at).outcome {
            Outcome::Canonical(frame) | Outcome::Legacy(frame) | Outcome::Unknown(frame) => {
                self.frame(&frame).await
            }
            Outcome::Invalid(error) => self.refuse(&error).await,
        }
    }

    async fn frame(&mut self, frame: &ClientFrame<'_>) -> Result<(), Failure> {
        match &frame.data {
            ClientMessage::UserMessage(message) => {
                let turn = Turn { asked: frame, text: &message.content, thread: message.thread_id.as_ref() };
                self.turn(&turn, assistant()?).await
            }
            ClientMessage::StartAgent(message) => {
                let agent = match &message.agent {
                    Some(agent) => agent.clone(),
                    None => assistant()?,
                };
                let turn =
                    Turn { asked: frame, text: &message.user_request, thread: message.thread_id.value() };
                self.turn(&turn, agent).await
            }
            ClientMessage::HeartbeatAck(_) => {
                self.outbox.answer(frame, HeartbeatAck::new().with_status(HeartbeatStatus::Healthy)).await
            }
            ClientMessage::Unknown(unknown) => {
                eprintln!("session {}: ignored the unknown message {:?}", self.number, unknown.tag);
                Ok(())
            }
        }
    }

    /// Tells the client what is wrong with its frame; the connection stays open.
    async fn refuse(&mut self, error: &support::Error) -> Result<(), Failure> {
        let required = ErrorMessageRequired {
            error_code: ErrorCode::WsMessageInvalid,
            error_message: error.to_string().into(),
        };
        let message = ErrorMessage::new(required).with_severity(Severity::Low).with_recoverable(true);
        self.outbox.send(message).await
    }

    /// Answers a request: the five events of a run, and the answer in chunks.
    async fn turn(&mut self, turn: &Turn<'_>, agent: AgentName<'_>) -> Result<(), Failure> {
        self.runs += 1;
        let run = Run { id: RunId::new(format!("run_{}_{}", self.number, self.runs))?, agent, turn };
        let outbox = &mut self.outbox;
        let began = Instant::now();
        outbox.answer(turn.asked, run.started()).await?;
        outbox.answer(turn.asked, run.thinking()?).await?;
        outbox.answer(turn.asked, run.executing()?).await?;
        let words = turn.text.split_whitespace().count();
        outbox.answer(turn.asked, run.executed(words, began.elapsed())?).await?;
        let answer = format!("Your message has {words} words.");
        for (index, chunk) in (0..).zip(answer.split_inclusive(' ')) {
            outbox.answer(turn.asked, run.chunk(index, chunk)?).await?;
        }
        outbox.answer(turn.asked, run.completed(&answer, began.elapsed())?).await
    }
}

/// The agent that answers when the client asks for none in particular.
fn assistant() -> Result<AgentName<'static>, Violation> {
    AgentName::new("assistant")
}

/// What a client asks.
struct Turn<'a> {
    asked: &'a ClientFrame<'a>,
    text: &'a str,
    thread: Option<&'a ThreadId<'a>>,
}

/// One run, as its events name it.
struct Run<'a> {
    id: RunId<'static>,
    agent: AgentName<'a>,
    turn: &'a Turn<'a>,
}

impl Run<'_> {
    fn started(&self) -> AgentStarted<'_> {
        let required = AgentStartedRequired { run_id: self.id.clone(), agent_name: self.agent.clone() };
        let event = AgentStarted::new(required);
        match self.turn.thread {
            Some(thread) => event.with_thread_id(thread.clone()),
            None => event,
        }
    }

    fn thinking(&self) -> Result<AgentThinking<'_>, Violation> {
        let required = AgentThinkingRequired {
            run_id: self.id.clone(),
            agent_name: self.agent.clone(),
            reasoning: "The words of the request must be counted".into(),
        };
        let event = AgentThinking::new(required);
        Ok(event.with_step_number(StepNumber::new(1)?).with_status(AgentStatus::Thinking))
    }

    fn executing(&self) -> Result<ToolExecuting<'_>, Violation> {
        let required = ToolExecutingRequired { run_id: self.id.clone(), tool_name: word_counter()? };
        let parameters = Map::from_iter([("text".to_owned(), Value::from(self.turn.text))]);
        Ok(ToolExecuting::new(required).with_parameters(JsonObject::from(parameters)))
    }

    fn executed(&self, words: usize, after: Duration) -> Result<ToolCompleted<'_>, Violation> {
        let results = Map::from_iter([("words".to_owned(), Value::from(words))]);
        let required = ToolCompletedRequired {
            run_id: self.id.clone(),
            tool_name: word_counter()?,
            results: Json::from(Value::from(results)),
        };
        Ok(ToolCompleted::new(required).with_success(true).with_duration_ms(milliseconds(after)?))
    }

    fn chunk<'t>(&self, index: u64, text: &'t str) -> Result<AgentResponseChunk<'t>, Violation> {
        let required = AgentResponseChunkRequired {
            task_id: TaskId::new(self.id.to_string())?,
            chunk: text.into(),
            chunk_index: ChunkIndex::new(index)?,
        };
        Ok(AgentResponseChunk::new(required))
    }

    fn completed<'t>(&'t self, answer: &'t str, after: Duration) -> Result<AgentCompleted<'t>, Violation> {
        let required = AgentCompletedRequired { run_id: self.id.clone(), agent_name: self.agent.clone() };
        let event = AgentCompleted::new(required);
        Ok(event.with_final_response(answer).with_success(true).with_duration_ms(milliseconds(after)?))
    }
}

fn word_counter() -> Result<ToolName<'static>, Violation> {
    ToolName::new("word_counter")
}

fn milliseconds(duration: Duration) -> Result<DurationMs, Violation> {
    DurationMs::new(duration.as_secs_f64() * 1000.0)
}
