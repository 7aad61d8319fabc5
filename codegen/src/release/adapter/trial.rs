//! Every example of either version, converted before anything is generated.

use super::{Adapters, HELP, Told, Works};
use crate::adapt::{Adapted, Adapter, Message, Nothing};
use crate::diagnostic::{Code, Finding, Findings};
use crate::evolution::Version;
use crate::interpret::Contract;
use crate::model::Side;
use crate::release::InUse;
use crate::source::Origin;
use crate::support::legacy::value::same;
use crate::support::{Outcome, Result};
use crate::text::shown;
use serde_json::Value;

/// How much of a frame a finding shows.
const LONGEST: usize = 300;

/// Converts the examples of all messages of which something changed, and has the other version judge them.
pub(super) fn samples(
    adapters: &Adapters,
    works: &Works<'_>,
    since: &InUse,
    now: &Version,
    findings: &mut Findings,
) {
    let contracts = (Contract::new(&since.version.protocol), Contract::new(&now.protocol));
    let (Ok(old), Ok(new)) = contracts else { return };
    for sender in [Side::Server, Side::Client] {
        let frames = adapters.frames(sender);
        let adapter = Adapter { received: frames, sent: frames, hand: Nothing };
        let trial = Trial { adapters, adapter: &adapter, sender, old: &old, new: &new };
        for work in works.values().filter(|work| work.sender == sender && !work.is_by_hand()) {
            let about = |message: &&Message<'_>| [message.old, message.new].contains(&Some(work.name()));
            let Some(message) = frames.messages.iter().find(about) else { continue };
            let examples = |version: &Version, name: Option<&str>| examples(version, sender, name);
            for frame in examples(&since.version, message.old).iter().filter(|_| adapters.upgrades(sender)) {
                findings_of(trial.upgraded(frame), &work.at, findings);
            }
            for frame in examples(now, message.new) {
                findings_of(trial.downgraded(&frame), &work.at, findings);
            }
        }
    }
}

fn findings_of(wrong: std::result::Result<(), String>, at: &Origin, findings: &mut Findings) {
    if let Err(message) = wrong {
        findings.report(Finding::new(Code::InvalidAdapter, at, message, HELP));
    }
}

/// The examples of a message.
fn examples(version: &Version, sender: Side, name: Option<&str>) -> Vec<Value> {
    let told = Told::of(&version.protocol, sender);
    let (Some(told), Some(name)) = (told, name) else { return Vec::new() };
    let examples = told.named(name).flat_map(|variant| &variant.examples).cloned();
    examples.collect()
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
        let Some(upgraded) = converted(&text, self.adapter.upgrade(&text))?.frame else { return Ok(()) };
        self.judged(self.new, &upgraded, false).map_err(|error| {
            format!("a frame of {number} becomes one that is refused: {}: {error}", both(&text, &upgraded))
        })
    }

    /// The old version takes the frame, if there are peers that read it, and it comes back as it was, if nothing of it
    /// was lost.
    fn downgraded(&self, frame: &Value) -> std::result::Result<(), String> {
        let number = self.adapters.number;
        let text = frame.to_string();
        let Adapted { frame: Some(downgraded), lost } = converted(&text, self.adapter.downgrade(&text))?
        else {
            return Ok(());
        };
        if self.adapters.downgrades(self.sender) {
            self.judged(self.old, &downgraded, true).map_err(|error| {
                format!("a frame becomes one that {number} refuses: {}: {error}", both(&text, &downgraded))
            })?;
        }
        let back = converted(&downgraded, self.adapter.upgrade(&downgraded))?;
        let Some(again) = back.frame.filter(|_| lost.is_empty() && back.lost.is_empty()) else {
            return Ok(());
        };
        let value: Value = serde_json::from_str(&again).unwrap_or_default();
        if same(&value, frame) {
            return Ok(());
        }
        Err(format!(
            "a frame comes back from {number} as another one, and nothing is said to be lost: {}",
            both(&text, &again)
        ))
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
