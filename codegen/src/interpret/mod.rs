//! Frames judged by a schema that is read at run time: no generated code, no compilation.
//!
//! A [`Contract`] interprets the model with the parser, the checks, the legacy tables and the receiver that generated
//! Rust code runs ([`crate::support`], [`crate::plan`]); only what that code has as functions of its own, the order in
//! which members are read, is a walk over nodes here. So both end in the same verdict, with the same code, place and
//! words.
//!
//! ```no_run
//! use framelock_codegen::{Config, model::Side};
//!
//! let contract = Config::new("schema").contract()?;
//! let Some(frames) = contract.frames(Side::Server) else { return Ok(()) };
//! let received = frames.receive(&frames.receiver(), r#"{"type":"heartbeat"}"#, 1_758_207_400.0);
//! println!("{:?}", received.outcome);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - `node`: what a type becomes; `build`: the model as nodes; `checks`: the check plan as its interpreter takes it;
//! - `read`: a text held against the nodes.

mod build;
mod checks;
mod node;
mod read;

use crate::diagnostic::Findings;
use crate::model::{Arena, Protocol, Side, TypeId};
use crate::plan::Plan;
use crate::source::Pointer;
use crate::support::{Decoded, Excluded, Frames, Outcome, Parser, Received, Receiver, Result};
use bumpalo::Bump;
use node::Node;
use read::Reading;
use std::borrow::Cow;

/// What a protocol's schema says of frames, ready to judge them.
///
/// It takes the memory of its tables for as long as the program runs: generated code has them as constants, too.
#[derive(Debug)]
pub struct Contract {
    nodes: Vec<Node>,
    plan: &'static Plan,
    directions: Vec<Direction>,
    close_codes: Vec<CloseCode>,
    version: &'static str,
}

#[derive(Debug)]
struct Direction {
    sender: Side,
    /// The type of its frames, and what is known of them, where it has one that tells messages apart.
    frames: Option<(TypeId, &'static Frames)>,
    excluded: &'static Excluded,
    /// The names of messages, those inside of others included.
    messages: Vec<&'static str>,
    roots: Vec<(Pointer, TypeId)>,
}

/// A code by which a connection is closed, and what the protocol means by it.
#[derive(Debug, Clone, Copy)]
pub struct CloseCode {
    /// 1000 to 4999.
    pub code: u16,
    /// What it is called, in lower `snake_case`.
    pub name: &'static str,
    /// When it is used.
    pub description: &'static str,
}

/// A frame that the schema accepts, as a whole or but for what it does not list.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<'a> {
    /// Its discriminator values, as far as it has them: `system_message/connection_established`.
    pub message: Option<String>,
    /// Its canonical text: what came or, of a legacy frame, what it was converted to.
    pub text: Cow<'a, str>,
}

impl Contract {
    /// Makes a protocol's schema ready to judge frames.
    ///
    /// # Errors
    /// What cannot be honoured, with its place in the schema: patterns that no engine takes, and objects with more than
    /// 4096 properties.
    pub fn new(protocol: &Protocol) -> std::result::Result<Self, Findings> {
        let arena = Arena::new(Box::leak(Box::new(Bump::new())));
        let mut findings = Findings::default();
        let nodes = build::nodes(protocol, arena, &mut findings);
        let plan = checks::plan(&protocol.plan, arena, &mut findings);
        if !findings.is_empty() {
            return Err(findings);
        }
        let direction = |direction: &crate::model::Direction| Direction {
            sender: direction.sender,
            frames: protocol
                .frames(direction.sender)
                .map(|root| (root, build::frames(protocol, direction.sender, arena))),
            excluded: build::excluded(protocol, direction.sender, arena),
            messages: build::messages(protocol, direction.sender, arena),
            roots: direction.named.clone(),
        };
        let close_code = |code: &crate::model::CloseCode| CloseCode {
            code: code.code,
            name: arena.text(&code.name),
            description: arena.text(&code.description),
        };
        Ok(Self {
            nodes,
            plan,
            directions: protocol.directions.iter().map(direction).collect(),
            close_codes: protocol.close_codes.iter().map(close_code).collect(),
            version: arena.text(&protocol.version),
        })
    }

    /// The protocol's version.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// The codes by which the protocol closes connections.
    pub fn close_codes(&self) -> &[CloseCode] {
        &self.close_codes
    }

    /// The frames of one side; `None` where the schema does not say what they are, but lists types that are sent
    /// ([`Contract::roots`]).
    pub fn frames(&self, sender: Side) -> Option<Channel<'_>> {
        let direction = self.directions.iter().find(|direction| direction.sender == sender)?;
        let (root, frames) = direction.frames?;
        Some(Channel { contract: self, direction, root, frames })
    }

    /// Each type that is sent: where its schema stands in the root file, who sends it, and how its texts are judged. The
    /// verdict is canonical, unknown or invalid.
    pub fn roots(&self) -> impl Iterator<Item = (&Pointer, Side, Channel<'_>)> {
        self.directions.iter().flat_map(move |direction| {
            direction.roots.iter().map(move |(pointer, root)| {
                let channel = Channel { contract: self, direction, root: *root, frames: &NOTHING_KNOWN };
                (pointer, direction.sender, channel)
            })
        })
    }
}

/// What is known of texts that are no frames of a side: nothing that could explain what is wrong with them.
static NOTHING_KNOWN: Frames =
    Frames { tag: "", payload: None, known: &[], nested: &[], legacy: None, variable: "" };

/// What one side sends.
#[derive(Debug, Clone, Copy)]
pub struct Channel<'c> {
    contract: &'c Contract,
    direction: &'c Direction,
    root: TypeId,
    frames: &'static Frames,
}

impl Channel<'_> {
    /// A receiver with the policies that the manifest sets for legacy forms.
    pub fn receiver(&self) -> Receiver {
        Receiver::new(self.frames)
    }

    /// Judges a frame, whatever form it comes in. `received_at` is the time of receipt in Unix seconds: legacy forms
    /// without a time get it.
    pub fn receive<'a>(&self, receiver: &Receiver, text: &'a str, received_at: f64) -> Received<Frame<'a>> {
        receiver.receive(
            text,
            received_at,
            |text| self.decode(text),
            |converted| {
                let decoded = self.decode(converted)?;
                Ok(decoded.map(|frame| Frame { text: Cow::Owned(frame.text.into_owned()), ..frame }))
            },
        )
    }

    /// Judges a frame by the canonical schema alone, as `parse` of generated code does.
    pub fn parse<'a>(&self, text: &'a str) -> Outcome<Frame<'a>> {
        match self.decode(text) {
            Ok(Decoded { value, unknown: false }) => Outcome::Canonical(value),
            Ok(Decoded { value, unknown: true }) => Outcome::Unknown(value),
            Err(error) => Outcome::Invalid(self.frames.explain(error, text)),
        }
    }

    /// The names of all messages, as [`Frame::message`] has them: `heartbeat`, `system_message/connection_established`;
    /// of those that have others inside, the outer name, too.
    pub fn messages(&self) -> &[&'static str] {
        &self.direction.messages
    }

    fn decode<'a>(&self, text: &'a str) -> Result<Decoded<Frame<'a>>> {
        let Contract { nodes, plan, .. } = self.contract;
        let mut parser = Parser::new(text);
        let reading = Reading { nodes, plan, excluded: self.direction.excluded, root: self.root };
        reading.whole(&mut parser)?;
        let frame = Frame { message: self.frames.message(text), text: Cow::Borrowed(text) };
        Ok(Decoded { value: frame, unknown: parser.unknown_count() > 0 })
    }
}
