//! The client: it waits for the welcome, asks, and shows what the server sends until the answer is complete.

mod error;
mod event;
mod view;

pub use error::ClientError;
pub use event::Event;

use crate::clock;
use crate::legacy::LegacyCounts;
use crate::versions;
use futures_util::{SinkExt, StreamExt};
use netra_protocol::from_client::producer::{
    ClientFrame, ClientFrameRequired, ClientMessage, HeartbeatAck, Pong, StartAgent, StartAgentRequired,
    UserMessage, UserMessageRequired,
};
use netra_protocol::from_server::consumer::{self, ServerFrame, ServerMessage, SystemMessage};
use netra_protocol::negotiation::Verdict;
use netra_protocol::support::{JsonObject, Policy, Receiver, to_json};
use netra_protocol::types::{CorrelationId, HeartbeatStatus, ProtocolVersion};
use netra_protocol::{PROTOCOL_VERSION, close_code};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use view::{Step, View};

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

/// A connection after its welcome.
#[derive(Debug)]
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    receiver: Receiver,
    legacy: LegacyCounts,
    patience: Duration,
    /// How many frames were sent; the last one's `correlation_id` says it.
    sent: u64,
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
        let receiver = receiver(options.legacy, &legacy);
        let mut client = Self { socket, receiver, legacy, patience: options.patience, sent: 0 };
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
        self.request(UserMessage::new(required)).await
    }

    /// Starts a run without a conversation, and collects what comes until it is complete.
    ///
    /// # Errors
    /// Those of [`Client::ask`].
    pub async fn start(&mut self, user_request: &str) -> Result<Vec<Event>, ClientError> {
        let required = StartAgentRequired { user_request: user_request.into() };
        self.request(StartAgent::new(required)).await
    }

    /// Sends any message, and collects what comes until it is answered.
    ///
    /// # Errors
    /// Those of [`Client::ask`].
    pub async fn request(
        &mut self,
        message: impl Into<ClientMessage<'_>>,
    ) -> Result<Vec<Event>, ClientError> {
        let asked = self.send(message).await?;
        let mut events = Vec::new();
        loop {
            let text = self.text().await?;
            let frame = self.read(&text)?;
            match frame.dispatch(&mut View) {
                Step::Show(event) => events.push(event),
                Step::Finish(event) => {
                    events.push(event);
                    // An answer that does not say to what can only be ours.
                    if frame.correlation_id.value().is_none_or(|id| **id == *asked) {
                        return Ok(events);
                    }
                }
                Step::AnswerHeartbeat => {
                    self.send(HeartbeatAck::new().with_status(HeartbeatStatus::Healthy)).await?;
                }
                Step::AnswerPing => {
                    self.send(Pong::new().with_original_timestamp(frame.timestamp)).await?;
                }
                Step::Ignore => {}
            }
        }
    }

    /// Sends any message without waiting for its answer; returns the `correlation_id` that the answer will have.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn send(&mut self, message: impl Into<ClientMessage<'_>>) -> Result<String, ClientError> {
        self.sent += 1;
        let id = format!("m-{}", self.sent);
        let frame = ClientFrame::new(ClientFrameRequired { data: message.into() })
            .with_timestamp(clock::now()?)
            .with_correlation_id(CorrelationId::new(id.clone())?)
            .with_protocol_version(ProtocolVersion::new(PROTOCOL_VERSION)?);
        self.socket.send(Message::text(to_json(&frame))).await?;
        Ok(id)
    }

    /// Says goodbye, so that the server closes the connection.
    ///
    /// # Errors
    /// When the server does not answer, or not with 1000.
    pub async fn disconnect(mut self) -> Result<(), ClientError> {
        self.request(ClientMessage::Disconnect(JsonObject::default())).await?;
        self.closed().await
    }

    /// Closes the connection and waits for the server to do so too.
    ///
    /// # Errors
    /// When the server does not answer, or not with 1000.
    pub async fn close(mut self) -> Result<(), ClientError> {
        let frame = CloseFrame { code: CloseCode::Normal, reason: Utf8Bytes::default() };
        self.socket.close(Some(frame)).await?;
        self.closed().await
    }

    /// Waits for the end of the connection.
    async fn closed(&mut self) -> Result<(), ClientError> {
        loop {
            match self.text().await {
                // What was under way when we closed.
                Ok(_) => {}
                Err(ClientError::Closed(Some(frame))) if u16::from(frame.code) == close_code::NORMAL => {
                    // The answer to the server's close is written here, if it is still to be written.
                    let _ = self.socket.flush().await;
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn welcome(&mut self) -> Result<(), ClientError> {
        let text = self.text().await?;
        let frame = self.read(&text)?;
        let welcome = match frame.data {
            ServerMessage::SystemMessage(SystemMessage::ConnectionEstablished(welcome)) => welcome,
            other => return Err(ClientError::NoWelcome(other.tag().to_owned())),
        };
        let (version, digest) = (welcome.protocol_version.as_ref(), welcome.schema_digest.as_ref());
        match versions::server(version, digest) {
            Verdict::Incompatible(incompatible) => {
                let code = incompatible.close_code.unwrap_or(close_code::POLICY_VIOLATION);
                let reason = incompatible.close_reason().into();
                self.socket.close(Some(CloseFrame { code: code.into(), reason })).await?;
                Err(ClientError::Version(incompatible))
            }
            // Nothing that this client asks for is missing; a newer server decides for itself.
            Verdict::Same | Verdict::Compatible(_) | Verdict::Degraded(..) | Verdict::Newer => Ok(()),
        }
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
        consumer::receive(&self.receiver, text, clock::now()?).outcome.frame().map_err(ClientError::Frame)
    }
}

fn receiver(policy: Option<Policy>, counts: &LegacyCounts) -> Receiver {
    let receiver = counts.observing(consumer::receiver());
    match policy {
        Some(policy) => receiver.with_policy(policy),
        None => receiver,
    }
}
