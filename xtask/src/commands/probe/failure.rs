//! How a probe can fail, with names that never change.

use crate::Exit;
use serde::Serialize;

/// The enum of all codes from a table: variant, exit code, name, the code in one line, and what to look at.
macro_rules! codes {
    ($($variant:ident, $exit:ident, $name:literal, $summary:literal, $explanation:literal;)+) => {
        /// Everything that can go wrong but for frames that break the contract, which have the codes of their verdicts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code {
            $(#[doc = $summary] $variant,)+
        }

        impl Code {
            /// Every code.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// How a probe ends with it.
            pub(crate) const fn exit(self) -> Exit {
                match self { $(Self::$variant => Exit::$exit,)+ }
            }

            /// The stable name.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The code in one line.
            pub(crate) const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)+ }
            }

            /// Why it is a failure, and what to look at.
            pub(crate) const fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)+ }
            }
        }
    };
}

codes! {
    Unreachable, CannotConnect, "unreachable",
        "nothing answers at the endpoint",
        "The name is not known, nothing listens at the port, or the network does not lead there. Look at the URL and whether the server runs.";
    ConnectTimeout, TimeOut, "connect-timeout",
        "no connection in time",
        "Nobody accepted or refused the connection within --connect-timeout: a firewall drops packets, or the host is down.";
    Tls, CannotConnect, "tls",
        "TLS cannot be agreed on",
        "The certificate is not signed by anybody whom this machine trusts, has expired, or names another host. Name the authority of a private certificate with --ca FILE.";
    HandshakeTimeout, TimeOut, "handshake-timeout",
        "no answer to the upgrade in time",
        "TLS and the upgrade to a WebSocket were not finished within --handshake-timeout: the server accepts connections and does not answer them, or not fast enough.";
    Unauthorized, WillNot, "unauthorized",
        "the server wants other credentials",
        "The server answered with HTTP 401, 403 or 407 instead of the upgrade. Send credentials with -H 'Authorization: Bearer …' or as a subprotocol with -s.";
    BadGateway, WillNot, "bad-gateway",
        "a gateway answers in place of the server",
        "HTTP 502, 503 or 504: a proxy answers, but the server behind it does not. Often it is only starting.";
    NotUpgraded, WillNot, "not-upgraded",
        "the server answers with HTTP, not with a WebSocket",
        "The server answered with another status than 101: the path is wrong, or a proxy does not pass upgrades on.";
    BadHandshake, CannotConnect, "bad-handshake",
        "the answer to the upgrade makes no sense",
        "What came back is no HTTP, or its headers do not fit an upgrade (RFC 6455 section 4.1). Is that a WebSocket server at all?";
    Subprotocol, WillNot, "subprotocol",
        "the server speaks none of the subprotocols",
        "The server chose none of the subprotocols that -s offered, or one that was not offered.";
    Silence, TimeOut, "silence",
        "no frame came in time",
        "The connection was open and no frame came within --first-frame-timeout. Perhaps the server waits for the client: --send lets the probe speak first.";
    Idle, TimeOut, "idle",
        "no further frame came in time",
        "Frames came, then none for --idle-timeout, while more were expected.";
    TimeOut, TimeOut, "time-out",
        "not all that was expected came in time",
        "The whole probe may take as long as --timeout says. Frames kept coming, but not those that --expect names.";
    IncompleteFrame, TimeOut, "incomplete-frame",
        "a frame began and did not end",
        "The beginning of a frame came, and then nothing until the time was up.";
    SlowFrame, TimeOut, "slow-frame",
        "a frame came too slowly",
        "A frame was still coming, some bytes at a time, when the time was up.";
    BinaryFrame, Findings, "binary-frame",
        "a binary frame came",
        "Frames of a JSON protocol are text frames (RFC 6455 section 5.6). Many servers send bytes where a string was meant to be sent.";
    FrameTooLarge, Findings, "frame-too-large",
        "a frame is larger than it may be",
        "No frame may be larger than --max-frame. The rest of it was not read.";
    InvalidUtf8, Findings, "invalid-utf8",
        "a text frame is no UTF-8",
        "Text frames are UTF-8 (RFC 6455 section 8.1).";
    WebsocketProtocol, Findings, "websocket-protocol",
        "the server breaks RFC 6455",
        "Frames that no correct server sends, such as masked ones or ones with reserved bits.";
    Closed, Findings, "closed",
        "the server closed the connection too early",
        "The server closed the connection before all that was expected had come. The close code says why.";
    Dropped, Findings, "dropped",
        "the connection broke off",
        "The connection ended without a close frame, perhaps in the middle of a frame: the server crashed, or a proxy gave up.";
    UnknownMessage, Findings, "unknown-message",
        "the schema does not list the message",
        "The frame is well-formed, but no message of the schema has its name: the server is newer than the schema, or its name is misspelt. --allow-unknown lets such frames pass.";
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
    /// A schema that is wrong, by the code of its first finding.
    pub(crate) fn of_schema(code: &'static str, message: String) -> Self {
        Self { code, exit: Exit::Findings, message, mismatch: None, close: None }
    }

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
