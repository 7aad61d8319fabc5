//! Every example of either version, converted before anything is generated.

use super::{Adapters, HELP, Told, Works, breaking};
use crate::adapt::{Adapted, Adapter, Message, Nothing};
use crate::diagnostic::{Code, Findings};
use crate::evolution::{Fact, Facts, Version};
use crate::interpret::Contract;
use crate::model::Side;
use crate::release::InUse;
use crate::support::legacy::value::same;
use crate::support::{Outcome, Result};
use crate::text::shown;
use serde_json::Value;

/// How much of a frame a finding shows.
const LONGEST: usize = 300;

/// Converts the examples of all messages of which something changed, and the frames that show what broke, and has the
/// other version judge them.
pub(super) fn samples(
    adapters: &Adapters,
    works: &Works<'_>,
    since: &InUse,
    now: &Version,
    findings: &mut Findings,
) {
    let contracts = (Contract::new(&since.version.protocol), Contract::new(&now.protocol));
    let (Ok(old), Ok(new)) = contracts else { return };
    for work in works.values().filter(|work| !work.is_by_hand()) {
        let sender = work.sender;
        let frames = adapters.frames(sender);
        let about = |message: &&Message<'_>| [message.old, message.new].contains(&Some(work.name()));
        let Some(message) = frames.messages.iter().find(about) else { continue };
        let adapter = Adapter { received: frames, sent: frames, hand: Nothing };
        let trial = Trial { adapters, adapter: &adapter, sender, old: &old, new: &new };
        let mut tried = |results: Vec<std::result::Result<(), String>>| {
            for wrong in results.into_iter().filter_map(std::result::Result::err) {
                findings.add(Code::InvalidAdapter, &work.at, wrong, HELP);
            }
        };
        if adapters.upgrades(sender) {
            let frames = examples(
                &since.version,
                sender,
                message.old,
                frames.old_tag,
                |facts| &facts.new_consumer,
                since,
            );
            tried(frames.iter().map(|frame| trial.upgraded(frame)).collect());
        }
        let frames = examples(now, sender, message.new, frames.new_tag, |facts| &facts.old_consumer, since);
        tried(frames.iter().map(|frame| trial.downgraded(frame)).collect());
    }
}

/// The examples of a message, and the frames of it that show what broke.
fn examples(
    version: &Version,
    sender: Side,
    name: Option<&str>,
    tag: &str,
    fact: fn(&Facts) -> &Fact,
    since: &InUse,
) -> Vec<Value> {
    let told = Told::of(&version.protocol, sender);
    let (Some(told), Some(name)) = (told, name) else { return Vec::new() };
    let mut found: Vec<Value> = told.named(name).flat_map(|variant| &variant.examples).cloned().collect();
    let broken = breaking(since).filter(|change| change.sender == sender);
    let witnesses = broken.filter_map(|change| fact(&change.facts).witness());
    let named = |frame: &&Value| frame.get(tag).and_then(Value::as_str) == Some(name);
    for witness in witnesses.filter(named) {
        if !found.contains(witness) {
            found.push(witness.clone());
        }
    }
    found
}

struct Trial<'t> {
    adapters: &'t Adapters,
    adapter: &'t Adapter<'t>,
    sender: Side,
    old: &'t Contract,
    new: &'t Contract,
}

impl Trial<'_> {
    /// The new version takes the frame, or it was dropped and that is a loss.
    fn upgraded(&self, frame: &Value) -> std::result::Result<(), String> {
        let number = self.adapters.number;
        let text = frame.to_string();
        let upgraded = converted(&text, self.adapter.upgrade(&text))?;
        let Some(new) = &upgraded.frame else { return Ok(()) };
        self.judged(self.new, new, false).map_err(|error| {
            format!("a frame of {number} becomes one that is refused: {}: {error}", both(&text, new))
        })?;
        back(frame, &upgraded, converted(new, self.adapter.downgrade(new))?)
    }

    /// The old version takes the frame, if there are peers that read it, or it was dropped and that is a loss.
    fn downgraded(&self, frame: &Value) -> std::result::Result<(), String> {
        let number = self.adapters.number;
        let text = frame.to_string();
        let downgraded = converted(&text, self.adapter.downgrade(&text))?;
        let Some(old) = &downgraded.frame else { return Ok(()) };
        if self.adapters.downgrades(self.sender) {
            self.judged(self.old, old, true).map_err(|error| {
                format!("a frame becomes one that {number} refuses: {}: {error}", both(&text, old))
            })?;
        }
        back(frame, &downgraded, converted(old, self.adapter.upgrade(old))?)
    }

    /// What is wrong with a frame. An old reader keeps what it does not know.
    fn judged(&self, contract: &Contract, frame: &str, unknown: bool) -> std::result::Result<(), String> {
        let Some(channel) = contract.frames(self.sender) else { return Ok(()) };
        match channel.parse(frame) {
            Outcome::Canonical(_) => Ok(()),
            Outcome::Unknown(_) if unknown => Ok(()),
            Outcome::Invalid(error) => Err(error.to_string()),
            Outcome::Unknown(_) | Outcome::Legacy { .. } => Err("it is not known there".to_owned()),
        }
    }
}

fn converted<'a>(text: &str, converted: Result<Adapted<'a>>) -> std::result::Result<Adapted<'a>, String> {
    converted.map_err(|error| format!("the frame {} cannot be converted: {error}", shown(text, LONGEST)))
}

fn both(before: &str, after: &str) -> String {
    format!("{} becomes {}", shown(before, LONGEST), shown(after, LONGEST))
}

/// A frame comes back as it was, if nothing of it was lost.
fn back(frame: &Value, there: &Adapted<'_>, back: Adapted<'_>) -> std::result::Result<(), String> {
    let lossless = there.lost.is_empty() && back.lost.is_empty();
    let Some(again) = back.frame.filter(|_| lossless) else { return Ok(()) };
    let value: Value = serde_json::from_str(&again).unwrap_or_default();
    if same(&value, frame) {
        return Ok(());
    }
    Err(format!(
        "a frame does not come back from the other version as it was, and nothing is said to be lost: {}",
        both(&frame.to_string(), &again)
    ))
}
