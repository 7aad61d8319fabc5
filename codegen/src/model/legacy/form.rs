//! One declaration, checked against the messages and the envelope of its direction.

use super::{Condition, Legacy, LegacyForm, LegacyName, Names, wrong};
use crate::diagnostic::{Code, Finding};
use crate::model::Envelope;
use crate::schema::{Declaration, LegacyForm as Declared, NameSet, Schemas};
use crate::source::{Origin, Pointer};
use crate::text::{Text, quoted};
use std::collections::BTreeMap;

/// What a declaration says of the frames of one side.
pub(super) fn lower(
    legacy: &mut Legacy,
    envelope: &Envelope,
    declared: &Declared,
    schemas: &Schemas,
) -> Result<LegacyForm, Finding> {
    let declaration = &declared.declaration;
    let discriminator = places(&declaration.discriminator, declared, "discriminator")?;
    let payload = places(&declaration.payload, declared, "payload")?;
    let names = names(legacy, declared)?;
    if discriminator.is_empty() != matches!(names, Names::Fixed(_)) {
        let message = "nothing says which message a frame of this form is";
        let help = "say where its name stands (`discriminator`), or which `message` the form belongs to";
        return Err(wrong(declared, "discriminator", message, help));
    }
    let conditions = conditions(declaration, &declared.origin("match"))?;
    filled(legacy, envelope, declared)?;
    let canonical_layout =
        discriminator == [vec![envelope.tag.clone()]] && payload == [vec![envelope.payload.clone()]];
    Ok(LegacyForm {
        name: declared.name(),
        summary: Text::new(&declaration.summary),
        since: Text::new(&declaration.since),
        retired_in: Text::new(&declaration.retired_in),
        sunset: declaration.sunset.as_ref().and_then(|day| Some((Text::new(day), seconds(day)?))),
        policy: schemas.policies.of_form(&declaration.name),
        discriminator,
        names,
        payload,
        conditions,
        moves: moves(&declaration.moves, &declared.origin("move"), 3)?,
        dropped: declaration.drop.iter().map(|(name, loss)| (Text::new(name), *loss)).collect(),
        canonical_layout,
    })
}

/// The start of a day, in Unix seconds.
fn seconds(day: &str) -> Option<f64> {
    let (seconds, _) = crate::support::legacy::time::seconds(&format!("{day}T00:00:00Z"))?;
    seconds.parse().ok()
}

/// A name of a message, which must exist.
pub(super) fn name(
    legacy: &Legacy,
    name: &str,
    message: &[String],
    origin: &Origin,
) -> Result<LegacyName, Finding> {
    let message = path(legacy, message, origin)?;
    Ok(LegacyName { name: Text::new(name), message, constants: Vec::new(), moves: Vec::new() })
}

/// The discriminator values of a message that exists, as deep as its discriminators go.
fn path(legacy: &Legacy, message: &[String], origin: &Origin) -> Result<Vec<Text>, Finding> {
    let path: Vec<Text> = message.iter().map(Text::new).collect();
    if legacy.message(&path).is_some() {
        return Ok(path);
    }
    let shown = quoted(&message.join("/"));
    let help = "name the discriminator values of a message of this direction, from the outermost inwards";
    Err(Finding::new(Code::InvalidLegacyForm, origin, format!("there is no message {shown}"), help))
}

fn names(legacy: &Legacy, declared: &Declared) -> Result<Names, Finding> {
    let texts = |names: &[String]| names.iter().map(Text::new).collect::<Vec<_>>();
    let known = |names: Vec<Text>, key: &str| {
        let stranger = names.iter().find(|name| {
            legacy.message(std::slice::from_ref(*name)).is_none()
                && !legacy.names.iter().any(|known| known.name == **name)
        });
        match stranger {
            None => Ok(names),
            Some(stranger) => {
                let message = format!("{} is no name of a message of this direction", stranger.quoted());
                let help = "name messages, or retired names of `legacy/names.json`";
                Err(wrong(declared, &format!("names/{key}"), message, help))
            }
        }
    };
    let origin = |at: &str| declared.origin(&format!("names/{at}"));
    Ok(match &declared.declaration.names {
        NameSet::Canonical => Names::Canonical,
        // A form of either side names what only one of them has.
        NameSet::Except(names) => Names::AllBut(texts(names)),
        NameSet::RetiredExcept(names) => Names::RetiredBut(texts(names)),
        NameSet::Only(names) => Names::Only(known(texts(names), "only")?),
        NameSet::Message(message) => Names::Fixed(path(legacy, message, &origin("message"))?),
        NameSet::Own(own) => {
            let names = own.iter().map(|(value, message)| {
                name(
                    legacy,
                    value,
                    message,
                    &origin(&format!("own{}", Pointer::root().member(value).as_str())),
                )
            });
            Names::Own(names.collect::<Result<_, _>>()?)
        }
    })
}

fn places(pointers: &[String], declared: &Declared, member: &str) -> Result<Vec<Vec<Text>>, Finding> {
    let place = |(index, pointer): (usize, &String)| {
        place(pointer, &declared.origin(&format!("{member}/{index}")), 2)
    };
    pointers.iter().enumerate().map(place).collect()
}

/// The names that a JSON Pointer goes through (RFC 6901 §4).
fn place(pointer: &str, origin: &Origin, deepest: usize) -> Result<Vec<Text>, Finding> {
    let names: Vec<Text> = pointer
        .split('/')
        .skip(1)
        .map(|name| Text::new(name.replace("~1", "/").replace("~0", "~")))
        .collect();
    if pointer.starts_with('/') && (1..=deepest).contains(&names.len()) {
        return Ok(names);
    }
    let message = format!("{} is no place where forms look", quoted(pointer));
    let help = format!("write a JSON Pointer to a member of the frame, at most {deepest} names long");
    Err(Finding::new(Code::InvalidLegacyForm, origin, message, help))
}

pub(super) fn moves(
    declared: &BTreeMap<String, String>,
    origin: &Origin,
    deepest: usize,
) -> Result<Vec<(Vec<Text>, Text)>, Finding> {
    declared.iter().map(|(from, to)| Ok((place(from, origin, deepest)?, Text::new(to)))).collect()
}

fn conditions(declaration: &Declaration, origin: &Origin) -> Result<Vec<(Vec<Text>, Condition)>, Finding> {
    declaration.matches.iter().map(|(at, condition)| Ok((place(at, origin, 2)?, condition.into()))).collect()
}

/// What is filled must be a member of the envelope: nobody would read it elsewhere. One that the envelope does not
/// require is left out.
fn filled(legacy: &mut Legacy, envelope: &Envelope, declared: &Declared) -> Result<(), Finding> {
    for name in declared.declaration.fill.keys() {
        let Some(field) = envelope.fields().find(|field| field.name == name.as_str()) else {
            let message = format!("the envelope has no member {}", quoted(name));
            let help = "fill a member of the envelope besides discriminator and payload";
            return Err(wrong(declared, "fill", message, help));
        };
        if field.required && !legacy.filled.contains(&field.name) {
            legacy.filled.push(field.name.clone());
        }
    }
    Ok(())
}
