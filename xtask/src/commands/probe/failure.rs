//! How a probe can fail, with names that never change.

use crate::Exit;
use serde::Serialize;

/// Everything that can go wrong but for frames that break the contract, which have the codes of their verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Nothing listens there.
    Unreachable,
    /// No answer to the attempt to connect.
    ConnectTimeout,
    /// The certificate or the handshake of TLS.
    Tls,
    /// The upgrade to a WebSocket was not finished in time.
    HandshakeTimeout,
    /// HTTP 401, 403 or 407.
    Unauthorized,
    /// HTTP 502, 503 or 504.
    BadGateway,
    /// Another answer of HTTP.
    NotUpgraded,
    /// No answer of HTTP, or not one to an upgrade.
    BadHandshake,
    /// None of the subprotocols that were offered.
    Subprotocol,
    /// No frame at all.
    Silence,
    /// No further frame.
    Idle,
    /// Frames came, but not all that were expected.
    TimeOut,
    /// A part of a frame, and then nothing.
    IncompleteFrame,
    /// A frame that came too slowly.
    SlowFrame,
    /// A binary frame.
    BinaryFrame,
    /// A frame beyond the limit.
    FrameTooLarge,
    /// A text frame that is not UTF-8.
    InvalidUtf8,
    /// A violation of RFC 6455.
    WebsocketProtocol,
    /// The server closed the connection.
    Closed,
    /// The connection ended without being closed.
    Dropped,
    /// A message that the schema does not list.
    UnknownMessage,
}

impl Code {
    /// Every code.
    pub(crate) const ALL: &'static [Self] = &[
        Self::Unreachable,
        Self::ConnectTimeout,
        Self::Tls,
        Self::HandshakeTimeout,
        Self::Unauthorized,
        Self::BadGateway,
        Self::NotUpgraded,
        Self::BadHandshake,
        Self::Subprotocol,
        Self::Silence,
        Self::Idle,
        Self::TimeOut,
        Self::IncompleteFrame,
        Self::SlowFrame,
        Self::BinaryFrame,
        Self::FrameTooLarge,
        Self::InvalidUtf8,
        Self::WebsocketProtocol,
        Self::Closed,
        Self::Dropped,
        Self::UnknownMessage,
    ];

    /// How a probe ends with it.
    pub(crate) const fn exit(self) -> Exit {
        match self {
            Self::BinaryFrame
            | Self::FrameTooLarge
            | Self::InvalidUtf8
            | Self::WebsocketProtocol
            | Self::Closed
            | Self::Dropped
            | Self::UnknownMessage => Exit::Findings,
            Self::Unauthorized | Self::BadGateway | Self::NotUpgraded | Self::Subprotocol => Exit::WillNot,
            Self::Unreachable | Self::Tls | Self::BadHandshake => Exit::CannotConnect,
            Self::ConnectTimeout
            | Self::HandshakeTimeout
            | Self::Silence
            | Self::Idle
            | Self::TimeOut
            | Self::IncompleteFrame
            | Self::SlowFrame => Exit::TimeOut,
        }
    }

    /// The stable name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::ConnectTimeout => "connect-timeout",
            Self::Tls => "tls",
            Self::HandshakeTimeout => "handshake-timeout",
            Self::Unauthorized => "unauthorized",
            Self::BadGateway => "bad-gateway",
            Self::NotUpgraded => "not-upgraded",
            Self::BadHandshake => "bad-handshake",
            Self::Subprotocol => "subprotocol",
            Self::Silence => "silence",
            Self::Idle => "idle",
            Self::TimeOut => "time-out",
            Self::IncompleteFrame => "incomplete-frame",
            Self::SlowFrame => "slow-frame",
            Self::BinaryFrame => "binary-frame",
            Self::FrameTooLarge => "frame-too-large",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::WebsocketProtocol => "websocket-protocol",
            Self::Closed => "closed",
            Self::Dropped => "dropped",
            Self::UnknownMessage => "unknown-message",
        }
    }

    /// The code in one line.
    pub(crate) const fn summary(self) -> &'static str {
        match self {
            Self::Unreachable => "nothing answers at the endpoint",
            Self::ConnectTimeout => "no connection in time",
            Self::Tls => "TLS cannot be agreed on",
            Self::HandshakeTimeout => "no answer to the upgrade in time",
            Self::Unauthorized => "the server wants other credentials",
            Self::BadGateway => "a gateway answers in place of the server",
            Self::NotUpgraded => "the server answers with HTTP, not with a WebSocket",
            Self::BadHandshake => "the answer to the upgrade makes no sense",
            Self::Subprotocol => "the server speaks none of the subprotocols",
            Self::Silence => "no frame came in time",
            Self::Idle => "no further frame came in time",
            Self::TimeOut => "not all that was expected came in time",
            Self::IncompleteFrame => "a frame began and did not end",
            Self::SlowFrame => "a frame came too slowly",
            Self::BinaryFrame => "a binary frame came",
            Self::FrameTooLarge => "a frame is larger than it may be",
            Self::InvalidUtf8 => "a text frame is no UTF-8",
            Self::WebsocketProtocol => "the server breaks RFC 6455",
            Self::Closed => "the server closed the connection too early",
            Self::Dropped => "the connection broke off",
            Self::UnknownMessage => "the schema does not list the message",
        }
    }

    /// Why it is a failure, and what to look at.
    pub(crate) const fn explanation(self) -> &'static str {
        match self {
            Self::Unreachable => {
                "The name is not known, nothing listens at the port, or the network does not lead there. Look at the URL and whether the server runs. Exit code 4."
            }
            Self::ConnectTimeout => {
                "Nobody accepted or refused the connection within --connect-timeout: a firewall drops packets, or the host is down. Exit code 5."
            }
            Self::Tls => {
                "The certificate is not signed by anybody whom this machine trusts, has expired, or names another host. Name the authority of a private certificate with --ca FILE. Exit code 4."
            }
            Self::HandshakeTimeout => {
                "TLS and the upgrade to a WebSocket were not finished within --handshake-timeout: the server accepts connections and does not answer them, or not fast enough. Exit code 5."
            }
            Self::Unauthorized => {
                "The server answered with HTTP 401, 403 or 407 instead of the upgrade. Send credentials with -H 'Authorization: Bearer …' or as a subprotocol with -s. Exit code 3."
            }
            Self::BadGateway => {
                "HTTP 502, 503 or 504: a proxy answers, but the server behind it does not. Often it is only starting. Exit code 3."
            }
            Self::NotUpgraded => {
                "The server answered with another status than 101: the path is wrong, or a proxy does not pass upgrades on. Exit code 3."
            }
            Self::BadHandshake => {
                "What came back is no HTTP, or its headers do not fit an upgrade (RFC 6455 section 4.1). Is that a WebSocket server at all? Exit code 4."
            }
            Self::Subprotocol => {
                "The server chose none of the subprotocols that -s offered, or one that was not offered. Exit code 3."
            }
            Self::Silence => {
                "The connection was open and no frame came within --first-frame-timeout. Perhaps the server waits for the client: --send lets the probe speak first. Exit code 5."
            }
            Self::Idle => "Frames came, then none for --idle-timeout, while more were expected. Exit code 5.",
            Self::TimeOut => {
                "The whole probe may take as long as --timeout says. Frames kept coming, but not those that --expect names. Exit code 5."
            }
            Self::IncompleteFrame => {
                "The beginning of a frame came, and then nothing until the time was up. Exit code 5."
            }
            Self::SlowFrame => {
                "A frame was still coming, some bytes at a time, when the time was up. Exit code 5."
            }
            Self::BinaryFrame => {
                "Frames of a JSON protocol are text frames (RFC 6455 section 5.6). Many servers send bytes where a string was meant to be sent. Exit code 1."
            }
            Self::FrameTooLarge => {
                "No frame may be larger than --max-frame. The rest of it was not read. Exit code 1."
            }
            Self::InvalidUtf8 => "Text frames are UTF-8 (RFC 6455 section 8.1). Exit code 1.",
            Self::WebsocketProtocol => {
                "Frames that no correct server sends, such as masked ones or ones with reserved bits. Exit code 1."
            }
            Self::Closed => {
                "The server closed the connection before all that was expected had come. The close code says why. Exit code 1."
            }
            Self::Dropped => {
                "The connection ended without a close frame, perhaps in the middle of a frame: the server crashed, or a proxy gave up. Exit code 1."
            }
            Self::UnknownMessage => {
                "The frame is well-formed, but no message of the schema has its name: the server is newer than the schema, or its name is misspelt. --allow-unknown lets such frames pass. Exit code 1."
            }
        }
    }
}

/// Why a probe failed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Failure {
    /// The stable name of the reason: one of [`Code`], or of a verdict, such as `missing-property`.
    pub code: &'static str,
    #[serde(skip)]
    pub exit: Exit,
    /// What happened, in one line.
    pub message: String,
    /// What is wrong with a frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<Mismatch>,
    /// How the connection was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close: Option<Close>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code: code.name(), exit: code.exit(), message, mismatch: None, close: None }
    }
}

/// What is wrong with a frame.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Mismatch {
    /// The frame as it came, cut if it is long.
    pub frame: String,
    /// Where in it: a JSON Pointer, and bytes from its start.
    pub pointer: String,
    pub offset: usize,
    pub expected: String,
    pub found: String,
    /// The legacy form that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<&'static str>,
    /// What should have been sent instead of a legacy frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// How a connection was closed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Close {
    pub code: u16,
    /// What the protocol or RFC 6455 calls it.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// What the server said.
    pub reason: String,
}
