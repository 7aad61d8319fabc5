//! The one place from which the server sends.

use crate::clock;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use netra_protocol::PROTOCOL_VERSION;
use netra_protocol::from_server::producer::{ServerFrame, ServerFrameRequired, ServerMessage};
use netra_protocol::support::{Violation, to_json};
use netra_protocol::types::{CorrelationId, ProtocolVersion};
use std::fmt::{self, Display, Formatter};

/// Sends frames to one client. It encodes them itself, so that nothing else than the protocol's messages gets out:
///
/// ```compile_fail,E0277
/// # use framelock_examples::outbox::{Failure, Outbox};
/// async fn welcome(outbox: &mut Outbox) -> Result<(), Failure> {
///     outbox.send(r#"{"event":"connection_established"}"#).await
/// }
/// ```
///
/// ```
/// # use framelock_examples::outbox::{Failure, Outbox};
/// use netra_protocol::from_server::producer::{ConnectionEstablished, SystemMessage};
///
/// async fn welcome(outbox: &mut Outbox) -> Result<(), Failure> {
///     let welcome = ConnectionEstablished::new().with_connection_ready(true);
///     outbox.send(SystemMessage::from(welcome)).await
/// }
/// ```
#[derive(Debug)]
pub struct Outbox {
    sink: SplitSink<WebSocket, Message>,
}

impl Outbox {
    /// Sends through the writing half of a connection.
    pub fn new(sink: SplitSink<WebSocket, Message>) -> Self {
        Self { sink }
    }

    /// Sends a message that answers none in particular.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send(&mut self, message: impl Into<ServerMessage<'_>>) -> Result<(), Failure> {
        let frame = frame(message.into())?;
        self.put(&frame).await
    }

    /// Sends a message that answers the frame with this `correlation_id`, and repeats it.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn answer(
        &mut self,
        asked: Option<&CorrelationId<'_>>,
        message: impl Into<ServerMessage<'_>>,
    ) -> Result<(), Failure> {
        let frame = frame(message.into())?;
        match asked {
            Some(id) => self.put(&frame.with_correlation_id(id.clone().into_owned())).await,
            None => self.put(&frame).await,
        }
    }

    /// Begins to close the connection.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn close(&mut self, code: u16, reason: impl Into<Utf8Bytes>) -> Result<(), Failure> {
        let frame = CloseFrame { code, reason: reason.into() };
        Ok(self.sink.send(Message::Close(Some(frame))).await?)
    }

    async fn put(&mut self, frame: &ServerFrame<'_>) -> Result<(), Failure> {
        Ok(self.sink.send(Message::Text(to_json(frame).into())).await?)
    }
}

/// A message in its envelope, which says by which version it was written: frames are recorded and replayed.
fn frame(message: ServerMessage<'_>) -> Result<ServerFrame<'_>, Violation> {
    let version = ProtocolVersion::new(PROTOCOL_VERSION)?;
    let required = ServerFrameRequired { data: message, timestamp: clock::now()? };
    Ok(ServerFrame::new(required).with_protocol_version(version))
}

/// Why a session ended before its time.
#[derive(Debug)]
pub enum Failure {
    /// The server wanted to send a value that the schema does not allow.
    Value(Violation),
    /// The connection is gone.
    Socket(axum::Error),
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(violation) => write!(f, "a value that may not be sent: {violation}"),
            Self::Socket(error) => write!(f, "the connection failed: {error}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Violation> for Failure {
    fn from(violation: Violation) -> Self {
        Self::Value(violation)
    }
}

impl From<axum::Error> for Failure {
    fn from(error: axum::Error) -> Self {
        Self::Socket(error)
    }
}
