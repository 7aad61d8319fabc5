//! Why a conversation ended.

use mcp_protocol::support::{self, NotProducible};
use std::fmt::{self, Display, Formatter};
use std::io;
use std::time::Duration;

/// The codes of errors that the protocol gives a meaning.
pub mod code {
    /// The request is not as JSON-RPC has them.
    pub const INVALID_REQUEST: i64 = -32_600;
    /// The receiver does not know the method, or does not offer it.
    pub const METHOD_NOT_FOUND: i64 = -32_601;
    /// The method's parameters are not as the schema says, or name something that is not there.
    pub const INVALID_PARAMS: i64 = -32_602;
    /// There is no such resource.
    pub const RESOURCE_NOT_FOUND: i64 = -32_002;
}

/// Why a conversation ended, or a request failed; one line each.
#[derive(Debug)]
pub enum Error {
    /// A frame that is not of the protocol.
    Frame(support::Error),
    /// The peer answered with an error.
    Refused {
        /// One of [`code`], or the peer's own.
        code: i64,
        /// What the peer says about it.
        message: String,
    },
    /// The server wants to speak this revision, which the client does not.
    Revision(String),
    /// What was received cannot be sent back.
    NotProducible(NotProducible),
    /// The peer sent nothing for so long.
    Silence(Duration),
    /// The peer went away.
    Closed,
    /// The streams failed.
    Io(io::Error),
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => write!(f, "{error}"),
            Self::Refused { code, message } => write!(f, "the peer refused: {message} ({code})"),
            Self::Revision(revision) => write!(f, "the server wants to speak revision {revision:?}"),
            Self::NotProducible(error) => write!(f, "what was received cannot be sent back: {error}"),
            Self::Silence(patience) => write!(f, "the peer sent nothing for {patience:?}"),
            Self::Closed => write!(f, "the peer went away"),
            Self::Io(error) => write!(f, "the streams failed: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<support::Error> for Error {
    fn from(error: support::Error) -> Self {
        Self::Frame(error)
    }
}

impl From<NotProducible> for Error {
    fn from(error: NotProducible) -> Self {
        Self::NotProducible(error)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
