//! Why the client gives up.

use netra_protocol::negotiation::Incompatible;
use netra_protocol::support::{self, Violation};
use std::fmt::{self, Display, Formatter};
use std::time::Duration;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

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
    /// The server speaks a version with which ours does not go together.
    Version(Incompatible),
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
            Self::Version(incompatible) => write!(f, "the server's version: {incompatible}"),
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
