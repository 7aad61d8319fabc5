//! Frames of an old version that a new one reads as legacy ones.

mod gone;
#[cfg(test)]
mod tests;
mod written;

pub(super) use gone::gone;

use super::Version;
use super::change::Fact;
use super::messages::Message;
use crate::compat::{self, Options, Rewriting, Side as Compared, included};
use crate::interpret::Contract;
use crate::model::Side;
use crate::support::Outcome;
use serde_json::Value;
use std::cell::OnceCell;

/// A time of receipt, in Unix seconds. A sunset is no change of the schema, so it lies before any.
const RECEIVED_AT: f64 = 1_700_000_000.0;

/// How a frame is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Canonical,
    Legacy,
}

/// What a version reads besides canonical frames.
pub(super) struct Reader<'a> {
    version: &'a Version,
    /// Made when it is asked for the first time: it takes its memory for good.
    contract: OnceCell<Option<Contract>>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(version: &'a Version) -> Self {
        Self { version, contract: OnceCell::new() }
    }

    /// Whether all that a producer can emit is read as this message. `written` is the name that it gives the message.
    pub(super) fn fact(
        &self,
        producer: &Compared<'_>,
        message: &Message,
        written: &str,
        options: &Options,
    ) -> Fact {
        let decide = |rewritings: &[Rewriting]| {
            let (schemas, root) = (&self.version.schemas, message.schema);
            let consumer = Compared {
                schemas,
                root,
                beside: &[],
                instead: &[],
                view: compat::View::Open,
                without: None,
                rewritings,
            };
            included(producer, &consumer, options)
        };
        let mut verdict = decide(&[]);
        for lost in [false, true] {
            if verdict == compat::Verdict::Proved {
                return Fact::Accepted;
            }
            let rewritings = written::rewritings(self.version, message, written, lost);
            if rewritings.is_empty() {
                break;
            }
            match decide(&rewritings) {
                compat::Verdict::Proved => return Fact::Converted { lost },
                other => verdict = other,
            }
        }
        self.confirmed(message, verdict.into())
    }

    /// What receivers of this version do with the frame that shows it has the last word.
    pub(super) fn confirmed(&self, message: &Message, fact: Fact) -> Fact {
        match fact {
            Fact::Refused { witness: Some(frame) } if self.reads(message, &frame) => Fact::Unknown {
                reason: format!(
                    "{frame} is read as a legacy frame, but not every such frame was shown to be"
                ),
            },
            fact => fact,
        }
    }

    /// Whether a frame is read, as a canonical or as a legacy one.
    fn reads(&self, message: &Message, frame: &Value) -> bool {
        !self.version.protocol.legacy.is_empty() && self.verdict(message.sender, frame).is_some()
    }

    /// How a frame is read, if it is.
    fn verdict(&self, sender: Side, frame: &Value) -> Option<Verdict> {
        let contract = self.contract.get_or_init(|| Contract::new(&self.version.protocol).ok());
        let frames = contract.as_ref()?.frames(sender)?;
        let text = frame.to_string();
        match frames.receive(&frames.receiver(), &text, RECEIVED_AT).outcome {
            Outcome::Canonical(_) => Some(Verdict::Canonical),
            Outcome::Legacy(_) => Some(Verdict::Legacy),
            Outcome::Unknown(_) | Outcome::Invalid(_) => None,
        }
    }

    /// The examples of a message.
    fn examples(&self, message: &Message) -> impl Iterator<Item = Value> {
        let keywords = self.version.schemas.get(message.schema).keywords();
        let examples = keywords.map(|keywords| keywords.notes.examples.as_slice()).unwrap_or_default();
        examples.iter().map(|example| example.node.to_value())
    }
}
