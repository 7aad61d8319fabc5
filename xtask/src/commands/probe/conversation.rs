//! What is said over an open connection: frames out, frames in, each judged as it comes.

use super::arguments::{ProbeArgs, Step};
use super::close;
use super::failure::{Code, Failure, Mismatch};
use super::stream::Metered;
use crate::screen::one_line;
use framelock_codegen::interpret::{Channel, Contract};
use framelock_codegen::support::{self, Error as Reason, Outcome, Policy, Receiver};
use futures_util::{SinkExt as _, StreamExt as _};
use serde::Serialize;
use std::collections::VecDeque;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

/// How long the server may take to say goodbye; nothing depends on it.
const FAREWELL: Duration = Duration::from_millis(100);
/// How much of a frame is shown.
const SHOWN: usize = 400;

/// A frame that went one way or the other.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Event {
    /// When, in Unix seconds.
    pub(super) at: f64,
    /// `sent` or `received`.
    pub(super) direction: &'static str,
    /// Its message, if it names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    /// What the schema says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<&'static str>,
    /// The legacy form that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) form: Option<&'static str>,
    /// A text frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// The bytes of a binary frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) binary: Option<Vec<u8>>,
}

impl Event {
    pub(super) fn received(&self) -> bool {
        self.direction == "received"
    }
}

/// An open connection and all that came of it.
pub(super) struct Conversation<'c> {
    pub(super) socket: WebSocketStream<Metered>,
    pub(super) args: &'c ProbeArgs,
    pub(super) contract: &'c Contract,
    /// What the peer sends.
    pub(super) channel: Channel<'c>,
    /// When the whole probe has to end.
    pub(super) deadline: Instant,
    pub(super) events: &'c mut Vec<Event>,
    /// What is waited for.
    waiting: Option<String>,
    /// Since when.
    since: Instant,
}

impl<'c> Conversation<'c> {
    pub(super) fn new(
        socket: WebSocketStream<Metered>,
        args: &'c ProbeArgs,
        (contract, channel): (&'c Contract, Channel<'c>),
        deadline: Instant,
        events: &'c mut Vec<Event>,
    ) -> Self {
        let since = Instant::now();
        Self { socket, args, contract, channel, deadline, events, waiting: None, since }
    }

    /// Takes all steps.
    ///
    /// # Errors
    /// The first thing that goes wrong.
    pub(super) async fn run(&mut self, steps: impl IntoIterator<Item = Step>) -> Result<(), Failure> {
        let mut steps: VecDeque<Step> = steps.into_iter().collect();
        let ends_with_any = !matches!(steps.back(), Some(Step::Expect(_)));
        while let Some(step) = steps.pop_front() {
            match step {
                Step::Send(text) => self.send(text).await?,
                Step::Expect(wanted) => self.expect(&wanted).await?,
            }
        }
        if ends_with_any {
            self.frame().await?;
        }
        Ok(())
    }

    /// Says goodbye, if there is still somebody.
    pub(super) async fn leave(&mut self) {
        let goodbye = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        let _ = timeout(FAREWELL, self.socket.close(Some(goodbye))).await;
    }

    async fn send(&mut self, text: String) -> Result<(), Failure> {
        self.note("sent", None, Some(text.clone()));
        match timeout_at(self.deadline, self.socket.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.broken(&error)),
            Err(_) => Err(Failure::new(Code::TimeOut, "the server does not take the frame that is sent")),
        }
    }

    /// Waits for a message; others may come before it.
    async fn expect(&mut self, wanted: &str) -> Result<(), Failure> {
        self.waiting = Some(wanted.to_owned());
        loop {
            let message = self.frame().await?;
            // The name of a message that has others inside stands for each of them.
            let outer = message.as_deref().and_then(|message| message.split('/').next());
            if message.as_deref() == Some(wanted) || outer == Some(wanted) {
                self.waiting = None;
                return Ok(());
            }
        }
    }

    /// The message of the next frame, which keeps the contract.
    async fn frame(&mut self) -> Result<Option<String>, Failure> {
        let text = self.text().await?;
        let now = now();
        let policy = if self.args.allow_legacy { Policy::Accept } else { Policy::Refuse };
        let judge = self.channel.receiver().with_policy(policy);
        let received = self.channel.receive(&judge, &text, now);
        let form = received.form.map(|form| form.name);
        let (verdict, message, failure) = match received.outcome {
            Outcome::Canonical(frame) => ("canonical", frame.message, None),
            Outcome::Legacy(frame) => ("legacy", frame.message, None),
            Outcome::Unknown(frame) => {
                let unknown =
                    (!self.args.allow_unknown).then(|| self.unknown(frame.message.as_deref(), &text));
                ("unknown", frame.message, unknown)
            }
            Outcome::Invalid(error) => {
                let message = error.message().map(str::to_owned);
                ("invalid", message, Some(self.mismatch(&error, form, &text, now)))
            }
        };
        if let Some(event) = self.events.last_mut() {
            (event.verdict, event.form, event.message) = (Some(verdict), form, message.clone());
        }
        failure.map_or(Ok(message), Err)
    }

    /// A frame that breaks the contract.
    fn mismatch(&self, error: &Reason, form: Option<&'static str>, text: &str, now: f64) -> Failure {
        let canonical = form.and_then(|_| {
            let accepting: Receiver = self.channel.receiver().with_policy(Policy::Accept);
            match self.channel.receive(&accepting, text, now).outcome {
                Outcome::Legacy(frame) => Some(frame.text.into_owned()),
                _ => None,
            }
        });
        let mismatch = Mismatch {
            frame: cut(text),
            pointer: error.pointer().to_owned(),
            offset: error.offset(),
            expected: error.expected().to_owned(),
            found: error.found().to_owned(),
            form,
            canonical,
            hint: error.hint().map(str::to_owned),
        };
        let message = format!("frame {} breaks the contract: {error}", self.count());
        let failure = Failure::new(Code::UnknownMessage, message);
        Failure { code: error.code().name(), mismatch: Some(mismatch), ..failure }
    }

    fn unknown(&self, message: Option<&str>, text: &str) -> Failure {
        let name = one_line(message.unwrap_or("without a name"));
        let message = format!("frame {} is a message that the schema does not list: {name}", self.count());
        let mismatch = Mismatch {
            frame: cut(text),
            pointer: String::new(),
            offset: 0,
            expected: "a message of the schema".to_owned(),
            found: name,
            form: None,
            canonical: None,
            hint: None,
        };
        Failure { mismatch: Some(mismatch), ..Failure::new(Code::UnknownMessage, message) }
    }

    /// The next text frame.
    async fn text(&mut self) -> Result<String, Failure> {
        let (limit, code) = if self.count() == 0 {
            (self.args.limits.first_frame_timeout, Code::Silence)
        } else {
            (self.args.limits.idle_timeout, Code::Idle)
        };
        let until = self.since + limit;
        loop {
            let Ok(next) = timeout_at(until.min(self.deadline), self.socket.next()).await else {
                let code = if until <= self.deadline { code } else { Code::TimeOut };
                return Err(self.late(code, limit));
            };
            match next {
                Some(Ok(Message::Text(text))) => {
                    let text = text.to_string();
                    self.note("received", None, Some(text.clone()));
                    return Ok(text);
                }
                Some(Ok(Message::Binary(bytes))) => {
                    self.note("received", Some(bytes.to_vec()), None);
                    let message = format!(
                        "frame {} is binary ({} bytes); frames of JSON are text",
                        self.count(),
                        bytes.len()
                    );
                    return Err(Failure::new(Code::BinaryFrame, message));
                }
                Some(Ok(Message::Close(frame))) => return Err(self.closed(frame.as_ref())),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(self.broken(&error)),
                None => return Err(self.closed(None)),
            }
        }
    }

    /// Nothing came in time, or not all of a frame.
    fn late(&self, code: Code, limit: Duration) -> Failure {
        let stream = self.socket.get_ref();
        let (bytes, waited) = (stream.progress.pending(), self.since.elapsed());
        let seconds = limit.as_secs_f64();
        if bytes > 0 {
            // Bytes that came a moment ago say that the frame is on its way.
            let slow = stream.last.elapsed() * 4 < waited;
            let (code, how) = if slow {
                (Code::SlowFrame, "and was still coming")
            } else {
                (Code::IncompleteFrame, "and then nothing more")
            };
            let waited = waited.as_secs_f64();
            return Failure::new(
                code,
                format!("{bytes} bytes of a frame came in {waited:.1} s, {how}{}", self.wanted()),
            );
        }
        let message = match code {
            Code::Silence => format!("no frame came within {seconds} s of the opening of the connection"),
            Code::Idle => format!("no further frame came within {seconds} s"),
            _ => format!("the {} s for the whole probe are over", self.args.limits.timeout.as_secs_f64()),
        };
        Failure::new(code, format!("{message}{}", self.wanted()))
    }

    fn closed(&self, frame: Option<&CloseFrame>) -> Failure {
        let close = close::explained(self.contract, frame);
        let reason =
            if close.reason.is_empty() { String::new() } else { format!(", saying {:?}", close.reason) };
        let when = if self.count() == 0 { " before any frame came" } else { "" };
        let (code, name) = (close.code, &close.name);
        let message =
            format!("the connection was closed{when} with {code} ({name}){reason}{}", self.wanted());
        Failure { close: Some(close), ..Failure::new(Code::Closed, one_line(&message)) }
    }

    /// What an error of the connection means.
    fn broken(&self, error: &Error) -> Failure {
        let (code, message) = match error {
            Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
                (Code::FrameTooLarge, format!("a frame of {size} bytes came; {max_size} are allowed"))
            }
            Error::Utf8(_) => (Code::InvalidUtf8, "a text frame came that is no UTF-8".to_owned()),
            Error::ConnectionClosed | Error::AlreadyClosed => return self.closed(None),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) | Error::Io(_) => {
                let when = if self.count() == 0 { "before any frame came" } else { "without a close frame" };
                (Code::Dropped, format!("the connection broke off {when}{}", self.wanted()))
            }
            error => (Code::WebsocketProtocol, format!("the server breaks RFC 6455: {error}")),
        };
        Failure::new(code, one_line(&message))
    }

    /// What is still waited for, behind a message.
    fn wanted(&self) -> String {
        self.waiting.as_ref().map(|wanted| format!("; still waiting for `{wanted}`")).unwrap_or_default()
    }

    fn note(&mut self, direction: &'static str, binary: Option<Vec<u8>>, text: Option<String>) {
        let (message, verdict, form) = (None, None, None);
        self.events.push(Event { at: now(), direction, message, verdict, form, text, binary });
        self.since = Instant::now();
    }

    /// How many frames have come.
    fn count(&self) -> usize {
        self.events.iter().filter(|event| event.received()).count()
    }
}

/// Unix seconds.
fn now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// The beginning of a frame.
fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN).and_then(|(end, _)| text.get(..end)) {
        Some(beginning) => format!("{beginning}…"),
        None => text.to_owned(),
    }
}

/// Why a frame that is to be sent must not be.
///
/// # Errors
/// What the schema says of it.
pub(super) fn sendable(channel: &Channel<'_>, text: &str) -> Result<(), support::Error> {
    let receiver = channel.receiver().with_policy(Policy::Refuse);
    match channel.receive(&receiver, text, now()).outcome {
        Outcome::Invalid(error) => Err(error),
        Outcome::Canonical(_) | Outcome::Legacy(_) => Ok(()),
        Outcome::Unknown(_) => Err(support::Error::new(
            support::Code::Enum,
            0,
            "a message of the schema",
            "one that it does not list",
        )),
    }
}
