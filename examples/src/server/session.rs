//! One connection: the socket, the clock, and what closes it. What is answered is up to the [`Peer`].

use super::errors;
use super::peer::{Peer, Reply};
use super::posts::Post;
use super::{MAX_FRAME_BYTES, Shared};
use crate::clock;
use crate::outbox::{Failure, Outbox};
use crate::versions;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, close_code as websocket};
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use netra_protocol::from_client::consumer::{self, ClientFrame};
use netra_protocol::from_server::producer::{
    Ack, ConnectionConfig, ConnectionEstablished, Heartbeat, SystemMessage,
};
use netra_protocol::negotiation::Verdict;
use netra_protocol::support::{Code, Error, Outcome, Receiver};
use netra_protocol::types::{
    AckStatus, ByteCount, ConnectionMode, IntervalSeconds, ProtocolVersion, SchemaDigest,
};
use netra_protocol::{PROTOCOL_VERSION, SCHEMA_DIGEST, close_code};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, interval_at, sleep_until, timeout};

/// How many heartbeats may stay unanswered before the connection counts as lost.
const PATIENCE: u32 = 3;

/// How many invalid frames in a row are answered before the connection is closed.
const LENIENCE: u32 = 8;

/// How long a client may take to answer a close.
const FAREWELL: Duration = Duration::from_secs(1);

/// Whether the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Over,
}

/// One connection.
struct Session {
    peer: Peer,
    outbox: Outbox,
    receiver: Receiver,
    /// Heartbeats since the client was last heard.
    unanswered: u32,
    /// Invalid frames since the last valid one.
    invalid: u32,
    /// When the next event of a run may be sent.
    due: Instant,
    shared: Arc<Shared>,
}

/// Serves one connection until it is closed.
///
/// # Errors
/// What ended it before its time.
pub(super) async fn run(socket: WebSocket, number: u64, shared: Arc<Shared>) -> Result<(), Failure> {
    let (sink, mut inbox) = socket.split();
    let mut outbox = Outbox::new(sink);
    let Ok(receiver) = shared.receiver() else {
        return outbox.close(close_code::INTERNAL_ERROR, "the server failed").await;
    };
    let peer = Peer::new(number, Arc::clone(&shared))?;
    let due = Instant::now();
    let mut session = Session { peer, outbox, receiver, unanswered: 0, invalid: 0, due, shared };
    let ended = session.talk(&mut inbox).await;
    if let Err(Failure::Value(_)) = &ended {
        session.outbox.close(close_code::INTERNAL_ERROR, "the server failed").await?;
    }
    // The close is complete when the peer's half of it has come.
    let rest = async { while let Some(Ok(_)) = inbox.next().await {} };
    let _ = timeout(FAREWELL, rest).await;
    ended
}

/// Waits until the server stops.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that nobody can stop it any more, which is as good as an end.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

impl Session {
    async fn talk(&mut self, inbox: &mut SplitStream<WebSocket>) -> Result<(), Failure> {
        let mut stop = self.shared.stop.subscribe();
        let mut posts = self.shared.posts.subscribe();
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
                () = sleep_until(self.due), if self.peer.is_at_work() => self.event().await?,
                post = posts.recv() => self.post(post).await?,
                _ = beat.tick() => self.heartbeat().await?,
                () = stopped(&mut stop) => {
                    self.close(close_code::GOING_AWAY, "the server is going away").await?
                }
            };
        }
        Ok(())
    }

    async fn welcome(&mut self) -> Result<(), Failure> {
        let settings = &self.shared.settings;
        let config = ConnectionConfig::new()
            .with_heartbeat_interval(IntervalSeconds::new(settings.heartbeat_interval.as_secs())?)
            .with_max_message_size(ByteCount::new(MAX_FRAME_BYTES as u64)?);
        let welcome = ConnectionEstablished::new()
            .with_connection_id(self.peer.connection())
            .with_mode(ConnectionMode::Main)
            .with_connection_ready(true)
            .with_environment(settings.environment.clone())
            .with_config(config)
            .with_protocol_version(ProtocolVersion::new(PROTOCOL_VERSION)?)
            .with_schema_digest(SchemaDigest::new(SCHEMA_DIGEST)?);
        self.outbox.send(SystemMessage::from(welcome)).await
    }

    async fn heartbeat(&mut self) -> Result<Flow, Failure> {
        if self.unanswered == PATIENCE {
            return self.close(close_code::HEARTBEAT_TIMEOUT, "no answer to the heartbeats").await;
        }
        self.unanswered += 1;
        self.outbox.send(Heartbeat::new().with_connection_id(self.peer.connection())).await?;
        Ok(Flow::On)
    }

    /// Sends the next event of the run that is under way.
    async fn event(&mut self) -> Result<Flow, Failure> {
        if let Some((message, asked)) = self.peer.next_event()? {
            self.outbox.answer(asked.as_ref(), message).await?;
        }
        self.due = Instant::now() + self.shared.settings.pace;
        Ok(Flow::On)
    }

    /// Passes on what another session has for this one.
    async fn post(&mut self, post: Result<Post, RecvError>) -> Result<Flow, Failure> {
        match post {
            Ok(post) if self.peer.hears(&post) => self.outbox.send(post.message).await?,
            Ok(_) | Err(RecvError::Closed) => {}
            Err(RecvError::Lagged(missed)) => eprintln!("{}: missed {missed} posts", self.peer.connection()),
        }
        Ok(Flow::On)
    }

    async fn close(&mut self, code: u16, reason: impl Into<Utf8Bytes>) -> Result<Flow, Failure> {
        self.outbox.close(code, reason).await?;
        Ok(Flow::Over)
    }

    async fn message(&mut self, message: Message) -> Result<Flow, Failure> {
        self.unanswered = 0;
        match message {
            // The protocol has no code of its own for this; the WebSocket's says it.
            Message::Text(text) if text.len() > MAX_FRAME_BYTES => {
                self.close(websocket::SIZE, "the frame is too long").await
            }
            Message::Text(text) => self.text(&text).await,
            Message::Binary(_) => self.close(close_code::UNSUPPORTED_DATA, "frames are text").await,
            Message::Ping(_) | Message::Pong(_) => Ok(Flow::On),
            // The WebSocket layer answers it with the same code.
            Message::Close(_) => Ok(Flow::Over),
        }
    }

    async fn text(&mut self, text: &str) -> Result<Flow, Failure> {
        match consumer::receive(&self.receiver, text, clock::now()?).outcome {
            Outcome::Canonical(frame) | Outcome::Legacy(frame) | Outcome::Unknown(frame) => {
                self.invalid = 0;
                self.answer(&frame).await
            }
            Outcome::Invalid(error) => self.refuse(&error).await,
        }
    }

    async fn answer(&mut self, frame: &ClientFrame<'_>) -> Result<Flow, Failure> {
        if let Verdict::Incompatible(incompatible) = versions::client(frame.protocol_version.as_ref()) {
            let code = incompatible.close_code.unwrap_or(close_code::POLICY_VIOLATION);
            return self.close(code, incompatible.close_reason()).await;
        }
        let asked = frame.correlation_id.value();
        match frame.dispatch(&mut self.peer)? {
            Reply::Messages(messages) => {
                for message in messages {
                    self.outbox.answer(asked, message).await?;
                }
                Ok(Flow::On)
            }
            Reply::Goodbye(message) => {
                self.outbox.answer(asked, *message).await?;
                self.close(close_code::NORMAL, "goodbye").await
            }
            Reply::Ignored => {
                let tag = frame.data.tag().to_owned();
                let ack = Ack::new().with_received_type(tag).with_status(AckStatus::Acknowledged);
                self.outbox.answer(asked, ack).await?;
                Ok(Flow::On)
            }
        }
    }

    /// Tells the client what is wrong with its frame. The connection stays open, unless the client keeps sending such
    /// frames or speaks a protocol that is over.
    async fn refuse(&mut self, error: &Error) -> Result<Flow, Failure> {
        self.invalid += 1;
        self.outbox.send(errors::invalid(error)).await?;
        if error.code() == Code::LegacyRefused {
            return self.close(close_code::LEGACY_REFUSED, "the form of the frame is retired").await;
        }
        if self.invalid == LENIENCE {
            return self.close(close_code::INVALID_FRAME, "too many invalid frames").await;
        }
        Ok(Flow::On)
    }
}
