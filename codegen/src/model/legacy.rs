//! Legacy forms, checked against the messages that they are forms of.

use super::{Envelope, Protocol, Shape, Side, TypeId, Variant};
use crate::diagnostic::{Code, Finding, Findings};
use crate::schema::{Declaration, Fill, LegacyForm as Declared, LegacyPolicy, LegacySide, Schemas};
use crate::text::{Text, quoted};
use serde_json::{Map, Value, json};

/// A retired form of a message.
#[derive(Debug)]
pub struct LegacyForm {
    /// Its name.
    pub name: Text,
    /// What it is and who sent it.
    pub summary: Text,
    /// The side that sent it.
    pub sender: Side,
    /// The discriminator values of its message, from the outermost inwards.
    pub message: Vec<Text>,
    /// The members that tell the form.
    pub matches: Vec<Match>,
    /// Members of the envelope that are filled with the time of receipt.
    pub filled: Vec<Text>,
    /// The version that stopped sending it.
    pub retired_in: Text,
    /// What a consumer does with it unless told otherwise.
    pub policy: LegacyPolicy,
}

/// A member by which a form is recognised.
#[derive(Debug)]
pub struct Match {
    /// Its name.
    pub name: Text,
    /// Its value.
    pub value: Text,
}

/// Checks the declarations and adds them to the protocol.
pub(super) fn attach(protocol: &mut Protocol, schemas: &Schemas, findings: &mut Findings) {
    for (index, declared) in schemas.legacy.iter().enumerate() {
        match form(protocol, declared) {
            Ok(form) => protocol.legacy.push(form),
            Err(finding) => findings.report(finding),
        }
        let mut names = schemas.legacy.iter().take(index).filter(|earlier| earlier.name() == declared.name());
        if let Some(earlier) = names.next() {
            let message = format!("a second form has the name {}", declared.name().quoted());
            let finding = wrong(declared, "name", message, "give each form a name of its own");
            findings.report(finding.also(&earlier.origin("name"), "the first one"));
        }
        let earlier = schemas.legacy.iter().take(index);
        for earlier in earlier.filter(|earlier| overlap(&earlier.declaration, &declared.declaration)) {
            let witness = Value::Object(witness(&earlier.declaration, &declared.declaration));
            let message = format!(
                "the frame {} fits this form and {} as well",
                quoted(&witness.to_string()),
                Text::new(&earlier.declaration.name).quoted()
            );
            let finding = wrong(declared, "match", message, "let `match` tell the two forms apart");
            findings.report(finding.also(&earlier.origin("match"), "the other form"));
        }
    }
}

fn wrong(declared: &Declared, member: &str, message: impl Into<String>, help: &str) -> Finding {
    Finding::new(Code::InvalidLegacyForm, &declared.origin(member), message, help)
}

fn form(protocol: &Protocol, declared: &Declared) -> Result<LegacyForm, Finding> {
    let declaration = &declared.declaration;
    let sender = match declaration.sender {
        LegacySide::Server => Side::Server,
        LegacySide::Client => Side::Client,
    };
    let root = protocol.direction(sender).and_then(|direction| direction.roots.first());
    let Some(Shape::Envelope(envelope)) = root.map(|root| &protocol.ty(*root).shape) else {
        let message = "the frames of this side have no envelope that a bare form could lack";
        return Err(wrong(declared, "template", message, "remove the declaration"));
    };
    message_type(protocol, envelope, declared)?;
    let matches = matches(envelope, declared)?;
    filled(envelope, declared)?;
    samples(envelope, declared)?;
    Ok(LegacyForm {
        name: declared.name(),
        summary: Text::new(&declaration.summary),
        sender,
        message: declaration.message.iter().map(Text::new).collect(),
        matches,
        filled: declaration.fill.keys().map(Text::new).collect(),
        retired_in: Text::new(&declaration.retired_in),
        policy: declaration.policy,
    })
}

/// Walks the discriminators; a finding where one does not exist.
fn message_type(protocol: &Protocol, envelope: &Envelope, declared: &Declared) -> Result<(), Finding> {
    let find = |variants: &[Variant], value: &str| -> Option<TypeId> {
        variants.iter().find(|variant| variant.value == *value).map(|variant| variant.ty)
    };
    let mut variants = &envelope.variants[..];
    for (index, value) in declared.declaration.message.iter().enumerate() {
        let Some(ty) = find(variants, value) else {
            let origin = declared.document.origin_at(&format!("/message/{index}"));
            let message = format!("there is no message {}", Text::new(value).quoted());
            let help =
                "name the discriminator values of a message of this direction, from the outermost inwards";
            return Err(Finding::new(Code::InvalidLegacyForm, &origin, message, help));
        };
        variants = match &protocol.ty(ty).shape {
            Shape::Union(union) => &union.variants,
            _ => &[],
        };
    }
    Ok(())
}

/// The members that tell the form. The discriminator of the envelope cannot be one: the form lacks it.
fn matches(envelope: &Envelope, declared: &Declared) -> Result<Vec<Match>, Finding> {
    let mut found = Vec::new();
    for (name, value) in &declared.declaration.matches {
        let (name, value) = (Text::new(name), value.as_str());
        match value {
            Some(value) if name != envelope.tag => found.push(Match { name, value: Text::new(value) }),
            _ => {
                let message = format!("{} cannot tell a bare form", name.quoted());
                let help = "match a payload member with a string value";
                return Err(wrong(declared, "match", message, help));
            }
        }
    }
    if found.is_empty() {
        return Err(wrong(declared, "match", "nothing tells the form", "match at least one member"));
    }
    Ok(found)
}

/// What is filled must be a member of the envelope: nobody would read it elsewhere.
fn filled(envelope: &Envelope, declared: &Declared) -> Result<(), Finding> {
    let known = |name: &str| envelope.fields().any(|field| field.name == *name);
    match declared.declaration.fill.keys().find(|name| !known(name)) {
        None => Ok(()),
        Some(stranger) => {
            let message = format!("the envelope has no member {}", quoted(stranger));
            Err(wrong(
                declared,
                "fill",
                message,
                "fill a member of the envelope besides discriminator and payload",
            ))
        }
    }
}

/// Converts each sample and compares it with its twin.
fn samples(envelope: &Envelope, declared: &Declared) -> Result<(), Finding> {
    for (index, sample) in declared.declaration.samples.iter().enumerate() {
        let converted = convert(envelope, &declared.declaration, &sample.frame, sample.receive_time);
        let (place, message) = match &converted {
            None => ("frame", "the sample's frame has not what `match` asks for".to_owned()),
            Some(converted) if *converted != sample.canonical => {
                ("canonical", format!("the sample's frame becomes {}", quoted(&converted.to_string())))
            }
            Some(_) if !sample.lost.is_empty() => {
                ("lost", "a bare form loses nothing: all of its members are in the payload".to_owned())
            }
            Some(_) => continue,
        };
        let origin = declared.document.origin_at(&format!("/samples/{index}/{place}"));
        let help = "mend the declaration or the sample";
        return Err(Finding::new(Code::InvalidLegacyForm, &origin, message, help));
    }
    Ok(())
}

/// The canonical frame of a bare one: its members become the payload, and what the envelope lacks is filled.
fn convert(envelope: &Envelope, declaration: &Declaration, frame: &Value, received: f64) -> Option<Value> {
    let members = frame.as_object()?;
    let tells = |(name, value): (&String, &Value)| members.get(name) == Some(value);
    declaration.matches.iter().all(tells).then_some(())?;
    let name = |text: &Text| serde_json::from_str::<String>(&text.json()).ok();
    let mut canonical = Map::new();
    canonical.insert(name(&envelope.tag)?, json!(declaration.message.first()?));
    canonical.insert(name(&envelope.payload)?, frame.clone());
    for (member, Fill::ReceiveTime) in &declaration.fill {
        canonical.insert(member.clone(), json!(received));
    }
    Some(Value::Object(canonical))
}

/// Whether one frame could fit both forms: nothing that they match on differs.
fn overlap(a: &Declaration, b: &Declaration) -> bool {
    let differs = |(name, value): (&String, &Value)| b.matches.get(name).is_some_and(|other| other != value);
    a.sender == b.sender && a.template == b.template && !a.matches.iter().any(differs)
}

fn witness(a: &Declaration, b: &Declaration) -> Map<String, Value> {
    a.matches.iter().chain(&b.matches).map(|(name, value)| (name.clone(), value.clone())).collect()
}
