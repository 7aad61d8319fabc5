//! Legacy forms and names, checked against the messages that they are forms and names of.
//!
//! What is declared becomes tables for each direction: the same that a generated consumer interprets. Samples are
//! converted here by the very code that consumers run.

mod form;
mod overlap;
mod respelling;
mod tables;
mod trial;

use super::{Envelope, Protocol, Shape, Side};
use crate::diagnostic::{Code, Finding, Findings};
use crate::manifest::LegacyPolicy;
use crate::schema::{
    LegacyCondition, LegacyForm as Declared, LegacyName as Declaration, LegacySide, Loss, Schemas,
};
use crate::source::Origin;
use crate::text::{Text, quoted};
use respelling::Respellings;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every retired way to write what one side sends.
#[derive(Debug)]
pub struct Legacy {
    /// The side that sends it.
    pub sender: Side,
    /// The members of the envelope besides discriminator and payload, as an index into `members`.
    pub envelope: usize,
    /// Members of the envelope that get the time of receipt where a form has none.
    pub filled: Vec<Text>,
    /// The canonical messages, by discriminator values.
    pub messages: BTreeMap<Vec<Text>, LegacyMessage>,
    /// Retired names, sorted.
    pub names: Vec<LegacyName>,
    /// What objects are made of.
    pub members: Vec<Members>,
    /// The forms.
    pub forms: Vec<LegacyForm>,
}

/// A canonical message, as legacy forms see it.
#[derive(Debug)]
pub struct LegacyMessage {
    /// The discriminator of its payload, if it has one.
    pub nested: Option<Text>,
    /// Its payload, as an index into [`Legacy::members`].
    pub payload: usize,
}

/// The members of an object.
#[derive(Debug, Default)]
pub struct Members {
    /// The names of today.
    pub listed: Vec<Text>,
    /// Retired spellings.
    pub synonyms: Vec<Respelling>,
    /// Members with retired spellings inside, each with an index into [`Legacy::members`].
    pub inner: Vec<(Text, usize)>,
}

/// A retired spelling of a member.
#[derive(Debug)]
pub struct Respelling {
    /// How it was called.
    pub old: Text,
    /// How it is called today.
    pub name: Text,
    /// What becomes of the value.
    pub conversion: Conversion,
}

pub use crate::support::legacy::Conversion;

/// A retired name of a message.
#[derive(Debug)]
pub struct LegacyName {
    /// The name.
    pub name: Text,
    /// The discriminator values of the message.
    pub message: Vec<Text>,
    /// Members of the payload that the name stands for.
    pub constants: Vec<(Text, Value)>,
    /// Places below the payload, and the members that what stands there becomes.
    pub moves: Vec<(Vec<Text>, Text)>,
}

/// A retired way to write messages.
#[derive(Debug)]
pub struct LegacyForm {
    /// Its name.
    pub name: Text,
    /// What it is and who sent it.
    pub summary: Text,
    /// The version that first had it.
    pub since: Text,
    /// The version that stopped sending it.
    pub retired_in: Text,
    /// The day from which it is refused by default: as it was written, and in Unix seconds.
    pub sunset: Option<(Text, f64)>,
    /// What a consumer does with it unless told otherwise.
    pub policy: LegacyPolicy,
    /// Where the name of the message stands.
    pub discriminator: Vec<Vec<Text>>,
    /// The names that may stand there.
    pub names: Names,
    /// Objects whose members belong to the payload.
    pub payload: Vec<Vec<Text>>,
    /// What else tells the form.
    pub conditions: Vec<(Vec<Text>, Condition)>,
    /// Places, and the members of the payload that what stands there becomes.
    pub moves: Vec<(Vec<Text>, Text)>,
    /// Members that have no place in the canonical frame, with the kind of loss.
    pub dropped: Vec<(Text, Loss)>,
    /// Whether its frames are laid out as the canonical ones.
    pub canonical_layout: bool,
}

/// The names that may stand at the discriminator of a form.
#[derive(Debug)]
pub enum Names {
    /// Those of canonical messages.
    Canonical,
    /// Canonical and retired ones, but for these.
    AllBut(Vec<Text>),
    /// Retired ones, but for these.
    RetiredBut(Vec<Text>),
    /// These.
    Only(Vec<Text>),
    /// Names of this form alone.
    Own(Vec<LegacyName>),
    /// The form belongs to this message.
    Fixed(Vec<Text>),
}

/// What stands at a place in the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Absent,
    /// An object.
    Object,
    /// A string.
    String,
    /// A number.
    Number,
    /// This string.
    Text(Text),
}

/// Checks the declarations and adds them to the protocol.
pub(super) fn attach(protocol: &mut Protocol, schemas: &Schemas, findings: &mut Findings) {
    respelling::check(protocol, findings);
    known_policies(schemas, findings);
    distinct(&schemas.legacy.forms, findings);
    let known = known_names(protocol, schemas);
    let (mut found, mut overlapping) = (Vec::new(), BTreeSet::new());
    for side in [Side::Server, Side::Client] {
        let Some(envelope) = frames(protocol, side) else {
            strangers(schemas, side, findings);
            continue;
        };
        let mut legacy = of_side(protocol, side, envelope);
        let before = findings.len();
        names(&mut legacy, schemas, findings);
        // Forms refer to names.
        if findings.len() > before {
            continue;
        }
        let declared: Vec<&Declared> =
            schemas.legacy.forms.iter().filter(|form| sent_by(form.declaration.sender, side)).collect();
        for declared in &declared {
            match form::lower(&mut legacy, envelope, declared, schemas, &known) {
                Ok(form) => legacy.forms.push(form),
                Err(finding) => findings.report(finding),
            }
        }
        // What is wrong by itself is told before what is wrong with it beside others.
        if findings.len() == before {
            overlap::check(&legacy, &declared, &mut overlapping, findings);
        }
        if findings.len() == before {
            trial::samples(&legacy, envelope, &declared, findings);
        }
        if !legacy.forms.is_empty() {
            found.push(legacy);
        }
    }
    protocol.legacy = found;
}

/// Whether `declared` stands for this side.
fn sent_by(declared: LegacySide, side: Side) -> bool {
    match declared {
        LegacySide::Server => side == Side::Server,
        LegacySide::Client => side == Side::Client,
        LegacySide::Either => true,
    }
}

fn frames(protocol: &Protocol, side: Side) -> Option<&Envelope> {
    let root = protocol.direction(side)?.roots.first()?;
    match &protocol.ty(*root).shape {
        Shape::Envelope(envelope) => Some(envelope),
        _ => None,
    }
}

/// Every name of a message of either side, of today or retired.
fn known_names(protocol: &Protocol, schemas: &Schemas) -> BTreeSet<Text> {
    let envelopes = [Side::Server, Side::Client].into_iter().filter_map(|side| frames(protocol, side));
    let canonical = envelopes.flat_map(|envelope| &envelope.variants).map(|variant| variant.value.clone());
    let retired = schemas.legacy.names.iter().flat_map(|(names, _)| &names.names);
    canonical.chain(retired.map(|name| Text::new(&name.name))).collect()
}

/// A form of frames that do not exist, or have no envelope; or a name.
fn strangers(schemas: &Schemas, side: Side, findings: &mut Findings) {
    let own = if side == Side::Server { LegacySide::Server } else { LegacySide::Client };
    for declared in schemas.legacy.forms.iter().filter(|form| form.declaration.sender == own) {
        let message = "the frames of this side have no envelope that a form could differ from";
        findings.report(wrong(declared, "sender", message, "remove the declaration"));
    }
    let Some((declared, document)) = &schemas.legacy.names else { return };
    for (index, _) in declared.names.iter().enumerate().filter(|(_, name)| name.sender == own) {
        let origin = document.origin_at(&format!("/names/{index}/sender"));
        let message =
            "the frames of this side have no envelope that forms with retired names could differ from";
        findings.add(Code::InvalidLegacyForm, &origin, message, "remove the name");
    }
}

/// The tables of a side before any form is among them.
fn of_side(protocol: &Protocol, sender: Side, envelope: &Envelope) -> Legacy {
    let mut respellings = Respellings::new(protocol);
    let shell = respellings.envelope(envelope);
    let mut messages = BTreeMap::new();
    for variant in &envelope.variants {
        let payload = respellings.payload(variant.ty);
        let nested = match &protocol.ty(variant.ty).shape {
            Shape::Union(union) => {
                for inner in &union.variants {
                    let path = vec![variant.value.clone(), inner.value.clone()];
                    let payload = respellings.payload(inner.ty);
                    messages.insert(path, LegacyMessage { nested: None, payload });
                }
                Some(union.tag.clone())
            }
            _ => None,
        };
        messages.insert(vec![variant.value.clone()], LegacyMessage { nested, payload });
    }
    let members = respellings.finish();
    Legacy {
        sender,
        envelope: shell,
        filled: Vec::new(),
        messages,
        names: Vec::new(),
        members,
        forms: Vec::new(),
    }
}

/// Adds the retired names of a side.
fn names(legacy: &mut Legacy, schemas: &Schemas, findings: &mut Findings) {
    let Some((declared, document)) = &schemas.legacy.names else { return };
    let reserved = &schemas.protocol.reserved;
    let mut settled: Vec<(Text, Origin)> = Vec::new();
    for (index, name) in declared.names.iter().enumerate() {
        if !sent_by(name.sender, legacy.sender) {
            continue;
        }
        let origin = |member: &str| document.origin_at(&format!("/names/{index}/{member}"));
        let text = Text::new(&name.name);
        let (taken, help) = if legacy.messages.contains_key(std::slice::from_ref(&text)) {
            ("a message of today", "remove the retired name: a name means one thing")
        } else if settled.iter().any(|(known, _)| *known == text) {
            ("another retired name", "remove one of the two: a name means one thing")
        } else if reserved.iter().any(|(known, _)| *known == text) {
            ("reserved", "remove it here, or from `x-reserved` of the root file")
        } else {
            settled.push((text, origin("name")));
            match retired(legacy, name, &origin) {
                Ok(found) => legacy.names.push(found),
                Err(finding) => findings.report(finding),
            }
            continue;
        };
        let message = format!("{} is {taken} as well", text.quoted());
        let finding = Finding::new(Code::InvalidLegacyForm, &origin("name"), message, help);
        findings.report(match settled.iter().find(|(known, _)| *known == text) {
            Some((_, first)) => finding.also(first, "the other one"),
            None => finding,
        });
    }
    legacy.names.sort_by(|a, b| a.name.cmp(&b.name));
}

/// A retired name, checked against its message.
fn retired(
    legacy: &Legacy,
    declared: &Declaration,
    origin: &dyn Fn(&str) -> Origin,
) -> Result<LegacyName, Finding> {
    let mut name =
        form::name(legacy, &declared.name, &declared.message, &|below| origin(&format!("message{below}")))?;
    let below = |outer: &str, name: &str| origin(&form::member(outer, name));
    name.moves = form::moves(&declared.moves, &|from| below("move", from), 2)?;
    name.constants =
        declared.constants.iter().map(|(name, value)| (Text::new(name), value.clone())).collect();
    let constants = declared.constants.keys().map(|name| (name, below("constants", name)));
    let moves = declared.moves.iter().map(|(from, to)| (to, below("move", from)));
    for (property, at) in constants.chain(moves) {
        if !legacy.may_have(&name.message, &Text::new(property)) {
            let message = format!("the message has no property {}", quoted(property));
            return Err(Finding::new(Code::InvalidLegacyForm, &at, message, form::PROPERTY));
        }
    }
    Ok(name)
}

/// Every form has a name of its own.
fn distinct(forms: &[Declared], findings: &mut Findings) {
    for (index, declared) in forms.iter().enumerate() {
        if let Some(earlier) = forms.iter().take(index).find(|earlier| earlier.name() == declared.name()) {
            let message = format!("a second form has the name {}", declared.name().quoted());
            let finding = wrong(declared, "name", message, "give each form a name of its own");
            findings.report(finding.also(&earlier.origin("name"), "the first one"));
        }
    }
}

/// The manifest sets policies of forms that exist.
fn known_policies(schemas: &Schemas, findings: &mut Findings) {
    for (name, policy) in &schemas.policies.forms {
        if !schemas.legacy.forms.iter().any(|form| form.declaration.name == *name) {
            let message = format!("there is no legacy form {}", Text::new(name).quoted());
            let help = "name a form of the folder `legacy`, or remove the line";
            findings.add(Code::InvalidManifest, &policy.origin, message, help);
        }
    }
}

fn wrong(declared: &Declared, member: &str, message: impl Into<String>, help: &str) -> Finding {
    Finding::new(Code::InvalidLegacyForm, &declared.origin(member), message, help)
}

impl Legacy {
    /// The message with these discriminator values.
    fn message(&self, path: &[Text]) -> Option<&LegacyMessage> {
        self.messages.get(path)
    }

    /// Whether a message has this property, or one of any name.
    fn may_have(&self, path: &[Text], property: &Text) -> bool {
        // What a name of several messages stands for, each of them has or none.
        let messages = self
            .messages
            .iter()
            .filter(|(known, message)| message.nested.is_none() && known.starts_with(path));
        let mut members = messages.filter_map(|(_, message)| self.members.get(message.payload));
        members.any(|members| members.listed.is_empty() || members.listed.contains(property))
    }
}

impl From<&LegacyCondition> for Condition {
    fn from(declared: &LegacyCondition) -> Self {
        match declared {
            LegacyCondition::Absent => Self::Absent,
            LegacyCondition::Object => Self::Object,
            LegacyCondition::String => Self::String,
            LegacyCondition::Number => Self::Number,
            LegacyCondition::Text(text) => Self::Text(Text::new(text)),
        }
    }
}
