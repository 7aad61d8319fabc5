//! The client: it waits for the welcome, asks, and shows what the server sends until the answer is complete.

use crate::clock;
use futures_util::{SinkExt, StreamExt};
use netra_protocol::from_client::producer::{
    ClientFrame, ClientFrameRequired, ClientMessage, HeartbeatAck, StartAgent, StartAgentRequired,
    UserMessage, UserMessageRequired,
};
use netra_protocol::from_server::consumer::{self, ServerFrame, ServerMessage, SystemMessage};
use netra_protocol::support::{self, Outcome, Policy, Receiver, Violation, to_json};
use netra_protocol::types::{CorrelationId, HeartbeatStatus};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// The longest frame that is read.
const MAX_FRAME_BYTES: usize = 1024 * 1024;

/// What can be set.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// What is done with frames of a retired form; `None` leaves it to the schema.
    pub legacy: Option<Policy>,
    /// How long the server may be silent: before the welcome, and within a turn.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { legacy: None, patience: Duration::from_secs(5) }
    }
}

/// How many frames of each retired form came.
#[derive(Debug, Clone, Default)]
pub struct LegacyCounts(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl LegacyCounts {
    /// How many frames of the form came.
    pub fn of(&self, form: &str) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(form).copied().unwrap_or(0)
    }

    fn count(&self, form: &support::Form, policy: Policy) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(form.name).or_default() += 1;
        if policy == Policy::Warn {
            eprintln!("warning: {}", form.hint);
        }
    }
}

/// What the client shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An agent took the work.
    Started(String),
    /// What the agent thinks.
    Thinking(String),
    /// The agent calls a tool.
    ToolExecuting(String),
    /// A tool answered: its name and its results.
    ToolCompleted(String, String),
    /// A piece of the answer.
    Chunk(String),
    /// The whole answer, if the server repeats it.
    Completed(Option<String>),
    /// The server refused a frame, or failed.
    Error(String),
    /// A message of a newer protocol.
    Unknown(String),
}

impl Display for Event {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started(agent) => write!(f, "{agent} started"),
            Self::Thinking(thought) => write!(f, "thinking: {thought}"),
            Self::ToolExecuting(tool) => write!(f, "calling {tool}"),
            Self::ToolCompleted(tool, results) => write!(f, "{tool} answered {results}"),
            Self::Chunk(text) => write!(f, "… {text}"),
            Self::Completed(answer) => write!(f, "completed: {}", answer.as_deref().unwrap_or("no answer")),
            Self::Error(text) => write!(f, "error: {text}"),
            Self::Unknown(tag) => write!(f, "ignored the unknown message {tag:?}"),
        }
    }
}

/// What a message means for the turn in which it comes.
enum Step {
    Show(Event),
    Finish(Event),
    AnswerHeartbeat,
    Ignore,
}

impl Step {
    /// Each message is handled or ignored by name: a new one breaks this match, and somebody decides.
    fn of(message: &ServerMessage<'_>) -> Self {
        match message {
            ServerMessage::AgentStarted(event) => Self::Show(Event::Started(event.agent_name.to_string())),
            ServerMessage::AgentThinking(event) => Self::Show(Event::Thinking(event.reasoning.to_string())),
            ServerMessage::ToolExecuting(event) => {
                Self::Show(Event::ToolExecuting(event.tool_name.to_string()))
            }
            ServerMessage::ToolCompleted(event) => {
                Self::Show(Event::ToolCompleted(event.tool_name.to_string(), event.results.to_string()))
            }
            ServerMessage::AgentResponseChunk(event) => Self::Show(Event::Chunk(event.chunk.to_string())),
            ServerMessage::AgentCompleted(event) => {
                Self::Finish(Event::Completed(event.final_response.as_deref().map(str::to_owned)))
            }
            ServerMessage::ErrorMessage(event) => Self::Finish(Event::Error(event.error_message.to_string())),
            ServerMessage::Heartbeat(_) => Self::AnswerHeartbeat,
            ServerMessage::HeartbeatAck(_)
            | ServerMessage::SystemMessage(
                SystemMessage::ConnectionEstablished(_) | SystemMessage::ConnectAcknowledged(_),
            ) => Self::Ignore,
            ServerMessage::SystemMessage(SystemMessage::Unknown(unknown))
            | ServerMessage::Unknown(unknown) => Self::Show(Event::Unknown(unknown.tag.to_string())),
        }
    }
}

/// A connection after its welcome.
#[derive(Debug)]
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    receiver: Receiver,
    legacy: LegacyCounts,
    patience: Duration,
    asked: u64,
}

impl Client {
    /// Connects, and waits for the welcome.
    ///
    /// # Errors
    /// When there is no server, or no usable welcome in time.
    pub async fn connect(url: &str, options: Options) -> Result<Self, ClientError> {
        let config = WebSocketConfig::default().max_message_size(Some(MAX_FRAME_BYTES));
        let connecting = connect_async_with_config(url, Some(config), false);
        let (socket, _) = timeout(options.patience, connecting)
            .await
            .map_err(|_| ClientError::Silence(options.patience))??;
        let legacy = LegacyCounts::default();
        let receiver = receiver(options.legacy, legacy.clone());
        let mut client = Self { socket, receiver, legacy, patience: options.patience, asked: 0 };
        client.welcome().await?;
        Ok(client)
    }

    /// How many frames of retired forms came.
    pub fn legacy(&self) -> &LegacyCounts {
        &self.legacy
    }

    /// Sends what the user wrote, and collects what comes until the answer is complete.
    ///
    /// # Errors
    /// When the connection fails, or the server sends what is no frame of the protocol.
    pub async fn ask(&mut self, content: &str) -> Result<Vec<Event>, ClientError> {
        let required = UserMessageRequired { content: content.into() };
        self.send(UserMessage::new(required)).await?;
        self.turn().await
    }

    /// Starts a run without a conversation, and collects what comes until it is complete.
    ///
    /// # Errors
    /// Those of [`Client::ask`].
    pub async fn start(&mut self, user_request: &str) -> Result<Vec<Event>, ClientError> {
        let required = StartAgentRequired { user_request: user_request.into() };
        self.send(StartAgent::new(required)).await?;
        self.turn().await
    }

    /// Closes the connection and waits for the server to do so too.
    ///
    /// # Errors
    /// When the server does not answer, or not with 1000.
    pub async fn close(mut self) -> Result<(), ClientError> {
        let frame = CloseFrame { code: CloseCode::Normal, reason: Utf8Bytes::default() };
        self.socket.close(Some(frame)).await?;
        loop {
            match self.text().await {
                // What was under way when we closed.
                Ok(_) => {}
                Err(ClientError::Closed(Some(frame))) if frame.code == CloseCode::Normal => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    async fn welcome(&mut self) -> Result<(), ClientError> {
        let text = self.text().await?;
        let frame = self.read(&text)?;
        match frame.data {
            ServerMessage::SystemMessage(SystemMessage::ConnectionEstablished(_)) => Ok(()),
            other => Err(ClientError::NoWelcome(other.tag().to_owned())),
        }
    }

    async fn turn(&mut self) -> Result<Vec<Event>, ClientError> {
        let mut events = Vec::new();
        loop {
            let text = self.text().await?;
            match Step::of(&self.read(&text)?.data) {
                Step::Show(event) => events.push(event),
                Step::Finish(event) => {
                    events.push(event);
                    return Ok(events);
                }
                Step::AnswerHeartbeat => {
                    self.send(HeartbeatAck::new().with_status(HeartbeatStatus::Healthy)).await?;
                }
                Step::Ignore => {}
            }
        }
    }

    async fn send(&mut self, message: impl Into<ClientMessage<'_>>) -> Result<(), ClientError> {
        self.asked += 1;
        let frame = ClientFrame::new(ClientFrameRequired { data: message.into() })
            .with_timestamp(clock::now()?)
            .with_correlation_id(CorrelationId::new(format!("m-{}", self.asked))?);
        Ok(self.socket.send(Message::text(to_json(&frame))).await?)
    }

    /// The next text.
    async fn text(&mut self) -> Result<Utf8Bytes, ClientError> {
        loop {
            let next = timeout(self.patience, self.socket.next()).await;
            match next.map_err(|_| ClientError::Silence(self.patience))?.transpose()? {
                Some(Message::Text(text)) => return Ok(text),
                Some(Message::Binary(_)) => return Err(ClientError::Binary),
                Some(Message::Close(frame)) => return Err(ClientError::Closed(frame)),
                Some(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
                None => return Err(ClientError::Closed(None)),
            }
        }
    }

    fn read<'t>(&self, text: &'t str) -> Result<ServerFrame<'t>, ClientError> {
        match consumer::receive(&self.receiver, text, clock::now()?).outcome {
            Outcome::Canonical(frame) | Outcome::Legacy(frame) | Outcome::Unknown(frame) => Ok(frame),
            Outcome::Invalid(error) => Err(ClientError::Frame(error)),
        }
    }
}

fn receiver(policy: Option<Policy>, counts: LegacyCounts) -> Receiver {
    let receiver = consumer::receiver().with_observer(move |form, policy| counts.count(form, policy));
    match policy {
        Some(policy) => receiver.with_policy(policy),
        None => receiver,
    }
}

/// Why the client gave up; one line each.
#[derive(Debug)]
pub enum ClientError {
    /// A frame that is not of the protocol, or of a retired form that is refused.
    Frame(support::Error),
    /// The first frame was this message and not the welcome.
    NoWelcome(String),
    /// The server sent nothing for so long.
    Silence(Duration),
    /// The server closed the connection.
    Closed(Option<CloseFrame>),
    /// The server sent a binary frame.
    Binary,
    /// The client wanted to send a value that the schema does not allow.
    Value(Violation),
    /// The connection failed.
    Socket(Box<tungstenite::Error>),
}

impl Display for ClientError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => write!(f, "{error}"),
            Self::NoWelcome(tag) => write!(f, "the first message is {tag:?} instead of the welcome"),
            Self::Silence(patience) => write!(f, "the server sent nothing for {patience:?}"),
            Self::Closed(Some(frame)) => write!(f, "the server closed: {} {:?}", frame.code, frame.reason),
            Self::Closed(None) => write!(f, "the server closed without saying why"),
            Self::Binary => write!(f, "the server sent a binary frame, and frames are text"),
            Self::Value(violation) => write!(f, "a value that may not be sent: {violation}"),
            Self::Socket(error) => write!(f, "the connection failed: {error}"),
        }
    }
}

impl std::error::Error for ClientError {}

impl From<Violation> for ClientError {
    fn from(violation: Violation) -> Self {
        Self::Value(violation)
    }
}

impl From<tungstenite::Error> for ClientError {
    fn from(error: tungstenite::Error) -> Self {
        Self::Socket(Box::new(error))
    }
}
