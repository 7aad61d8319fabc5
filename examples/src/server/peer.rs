//! What the server knows of one client, and how it answers each message. Nothing here waits or sends.

use super::errors;
use super::posts::{Audience, Post};
use super::runs::Runs;
use super::{Shared, tools};
use crate::versions;
use netra_protocol::from_client::consumer::{
    AgentTask, AgentTyping, Auth, Binary, ChunkedData, ChunkedEnd, ChunkedStart, ClientFrame, ClientMessage,
    Compressed, ExampleMessage, Handle, Handler, HandshakeAcknowledged, HeartbeatAck, JsonrpcNotification,
    JsonrpcRequest, JsonrpcResponse, Metrics, Ping, Pong, RoomMessage, TokenRefresh, UploadProgress, ignore,
};
use netra_protocol::from_server::producer::{
    self, AgentTaskAck, AgentTaskAckRequired, ConnectAcknowledged, DisconnectAcknowledged, Notice,
    NoticeRequired, ServerMessage, SystemMessage, TokenRefreshFailed, TokenRefreshFailedRequired,
};
use netra_protocol::negotiation::Verdict;
use netra_protocol::support::{JsonObject, Unknown, Violation};
use netra_protocol::types::{
    AgentTaskAckStatus, Compatibility, ConnectionId, CorrelationId, ErrorCode, HeartbeatStatus, MessageName,
    ThreadId,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What comes of a message at once; the events of a run come later.
#[derive(Debug)]
pub(super) enum Reply {
    /// These messages, in this order.
    Messages(Vec<ServerMessage<'static>>),
    /// This message, and the end of the connection.
    Goodbye(Box<ServerMessage<'static>>),
    /// Nothing was done about it.
    Ignored,
}

pub(super) type Answer = Result<Reply, Violation>;

/// The answer that is one message.
#[expect(clippy::unnecessary_wraps, reason = "it ends nearly every handler, and those return an `Answer`")]
pub(super) fn tell(message: impl Into<ServerMessage<'static>>) -> Answer {
    Ok(Reply::Messages(vec![message.into()]))
}

/// Says what the versions come to, if that is for the server to say.
fn say(
    connected: ConnectAcknowledged<'static>,
    verdict: &Verdict,
) -> Result<ConnectAcknowledged<'static>, Violation> {
    Ok(match verdict {
        Verdict::Same => connected.with_compatibility(Compatibility::Same),
        Verdict::Compatible(_) => connected.with_compatibility(Compatibility::Compatible),
        Verdict::Degraded(_, unread) => {
            let names: Result<Vec<_>, _> = unread.messages().into_iter().map(MessageName::new).collect();
            connected.with_compatibility(Compatibility::Degraded).with_unavailable_messages(names?)
        }
        // The newer side decides; and a connection of versions that do not go together is closed.
        Verdict::Newer | Verdict::Incompatible(_) => connected,
    })
}

/// One client.
pub(super) struct Peer {
    number: u64,
    connection: ConnectionId<'static>,
    pub(super) runs: Runs,
    /// The conversation that the client has turned to.
    pub(super) open: Option<ThreadId<'static>>,
    /// The conversations whose events it receives.
    pub(super) joined: BTreeSet<ThreadId<'static>>,
    pub(super) shared: Arc<Shared>,
}

impl Peer {
    pub(super) fn new(number: u64, shared: Arc<Shared>) -> Result<Self, Violation> {
        let connection = ConnectionId::new(format!("main_{number}"))?;
        let runs = Runs::of(number);
        Ok(Self { number, connection, runs, open: None, joined: BTreeSet::new(), shared })
    }

    /// How the server calls the connection.
    pub(super) fn connection(&self) -> ConnectionId<'static> {
        self.connection.clone()
    }

    /// Whether a run is under way.
    pub(super) fn is_at_work(&self) -> bool {
        self.runs.is_at_work()
    }

    /// The next event of the run that is under way, and the frame that it answers.
    pub(super) fn next_event(
        &mut self,
    ) -> Result<Option<(ServerMessage<'static>, Option<CorrelationId<'static>>)>, Violation> {
        self.runs.next_event(&self.shared.threads)
    }

    /// Whether a post is for this client.
    pub(super) fn hears(&self, post: &Post) -> bool {
        match &post.to {
            Audience::Everyone => true,
            Audience::One(number) => *number == self.number,
            Audience::Thread(thread) => post.from != self.number && self.joined.contains(thread),
        }
    }

    /// Hands a message to others.
    pub(super) fn post(&self, to: Audience, message: impl Into<ServerMessage<'static>>) {
        self.shared.posts.send(Post { from: self.number, to, message: message.into() });
    }

    fn ping(&self, frame: &ClientFrame<'_>) -> producer::Pong<'static> {
        let pong = producer::Pong::new().with_connection_id(self.connection());
        match frame.timestamp {
            Some(sent_at) => pong.with_original_timestamp(sent_at),
            None => pong,
        }
    }
}

impl Handler for Peer {
    type Output = Answer;

    fn ignored(&mut self) -> Answer {
        Ok(Reply::Ignored)
    }
}

ignore!(Peer: HandshakeAcknowledged<'_>, Pong<'_>, Auth<'_>, AgentTyping<'_>, ExampleMessage<'_>, RoomMessage<'_>);
ignore!(Peer: JsonrpcNotification<'_>, JsonrpcResponse<'_>, Metrics<'_>, Unknown<'_>);
ignore!(Peer: Binary<'_>, Compressed<'_>, ChunkedStart<'_>, ChunkedData<'_>, ChunkedEnd<'_>, UploadProgress<'_>);

/// The messages without properties, which the frame tells apart.
impl Handle<JsonObject<'_>> for Peer {
    fn handle(&mut self, _: &JsonObject<'_>, frame: &ClientFrame<'_>) -> Answer {
        match &frame.data {
            ClientMessage::Connect(_) => {
                let connected = ConnectAcknowledged::new().with_connection_id(self.connection());
                let version = frame.protocol_version.as_ref();
                tell(SystemMessage::from(match version.map(|_| versions::client(version)) {
                    Some(verdict) => say(connected, &verdict)?,
                    None => connected,
                }))
            }
            ClientMessage::Disconnect(_) => {
                let goodbye = DisconnectAcknowledged::new().with_connection_id(self.connection());
                Ok(Reply::Goodbye(Box::new(SystemMessage::from(goodbye).into())))
            }
            ClientMessage::AgentStatusRequest(_) => tell(self.runs.status()?),
            ClientMessage::ResilienceTest(_) | ClientMessage::RecoveryTest(_) => {
                let required = NoticeRequired { content: "the server answers".into() };
                let notice = Notice::new(required).with_original_type(frame.data.tag().to_owned());
                tell(SystemMessage::from(notice))
            }
            // No answer to `list_threads` is on record.
            _ => self.ignored(),
        }
    }
}

impl Handle<Ping<'_>> for Peer {
    fn handle(&mut self, _: &Ping<'_>, frame: &ClientFrame<'_>) -> Answer {
        tell(self.ping(frame))
    }
}

impl Handle<HeartbeatAck<'_>> for Peer {
    fn handle(&mut self, _: &HeartbeatAck<'_>, _: &ClientFrame<'_>) -> Answer {
        tell(producer::HeartbeatAck::new().with_status(HeartbeatStatus::Healthy))
    }
}

impl Handle<TokenRefresh<'_>> for Peer {
    fn handle(&mut self, refresh: &TokenRefresh<'_>, _: &ClientFrame<'_>) -> Answer {
        match refresh.new_token {
            // Nobody is authenticated here, so that any token will do.
            Some(_) => tell(ServerMessage::TokenRefreshResponse(JsonObject::from_iter([("success", true)]))),
            None => tell(TokenRefreshFailed::new(TokenRefreshFailedRequired {
                error: "This server issues no tokens".into(),
                action: "Please sign in again".into(),
            })),
        }
    }
}

impl Handle<AgentTask<'_>> for Peer {
    fn handle(&mut self, task: &AgentTask<'_>, _: &ClientFrame<'_>) -> Answer {
        tell(AgentTaskAck::new(AgentTaskAckRequired {
            task_id: task.task_id.clone().into_owned(),
            status: AgentTaskAckStatus::Acknowledged,
        }))
    }
}

impl Handle<JsonrpcRequest<'_>> for Peer {
    fn handle(&mut self, request: &JsonrpcRequest<'_>, _: &ClientFrame<'_>) -> Answer {
        tell(tools::answer(request))
    }
}

/// The answer that says why there is no other.
pub(super) fn cannot(text: &'static str) -> Answer {
    tell(errors::failure(ErrorCode::ValidationError, text))
}
