//! One declaration, checked against the messages and the envelope of its direction.

use super::{Condition, Legacy, LegacyCondition, LegacyForm, LegacyName, LegacySide, Names, wrong};
use crate::diagnostic::{Code, Finding};
use crate::model::Envelope;
use crate::schema::{Declaration, LegacyForm as Declared, NameSet, Schemas};
use crate::source::{Origin, Pointer};
use crate::text::{Text, quoted};
use std::collections::{BTreeMap, BTreeSet};

/// What a declaration says of the frames of one side. `known` are the names of messages of either side.
pub(super) fn lower(
    legacy: &mut Legacy,
    envelope: &Envelope,
    declared: &Declared,
    schemas: &Schemas,
    known: &BTreeSet<Text>,
) -> Result<LegacyForm, Finding> {
    let declaration = &declared.declaration;
    let discriminator = places(&declaration.discriminator, declared, "discriminator")?;
    let payload = places(&declaration.payload, declared, "payload")?;
    let names = names(legacy, declared, known)?;
    match (discriminator.is_empty(), &names) {
        // Without a discriminator, every frame that lacks the right things would be one of the form.
        (true, Names::Fixed(_))
            if declaration.matches.values().all(|condition| *condition == LegacyCondition::Absent) =>
        {
            let message = "nothing that a frame has tells the form";
            let help = "let `match` say what stands where, for example `\"/kind\": \"string\"`";
            return Err(wrong(declared, "match", message, help));
        }
        (true, Names::Fixed(_)) => {}
        (false, Names::Fixed(_)) => {
            let message = "a form of one message needs no discriminator";
            let help = "remove `discriminator`, and let `match` tell the form; or say other `names`";
            return Err(wrong(declared, "discriminator", message, help));
        }
        (true, _) => {
            let message = "nothing says which message a frame of this form is";
            let help = "say where its name stands (`discriminator`), or to which message the form belongs \
                        (`\"names\": {\"message\": […]}`)";
            return Err(wrong(declared, "discriminator", message, help));
        }
        (false, _) => {}
    }
    let conditions = conditions(declaration, declared)?;
    filled(legacy, envelope, declared)?;
    let moves = moves(&declaration.moves, &|from| declared.origin(&member("move", from)), 3)?;
    targets(legacy, &names, declared)?;
    let canonical_layout =
        discriminator == [vec![envelope.tag.clone()]] && payload == [vec![envelope.payload.clone()]];
    Ok(LegacyForm {
        name: declared.name(),
        summary: Text::new(&declaration.summary),
        since: Text::new(&declaration.since),
        retired_in: Text::new(&declaration.retired_in),
        sunset: sunset(declared)?,
        policy: schemas.policies.of_form(&declaration.name),
        discriminator,
        names,
        payload,
        conditions,
        moves,
        dropped: declaration.drop.iter().map(|(name, loss)| (Text::new(name), *loss)).collect(),
        canonical_layout,
    })
}

/// The path of a member of a member, without the first slash.
pub(super) fn member(outer: &str, name: &str) -> String {
    format!("{outer}{}", Pointer::root().member(name).as_str())
}

/// The day of sunset, as it is written and as its start in Unix seconds.
fn sunset(declared: &Declared) -> Result<Option<(Text, f64)>, Finding> {
    let Some(day) = &declared.declaration.sunset else { return Ok(None) };
    let start = crate::support::legacy::time::seconds(&format!("{day}T00:00:00Z"));
    let Some(start) = start.and_then(|(seconds, _)| seconds.parse().ok()) else {
        let message = format!("{} is no day of the calendar", quoted(day));
        return Err(wrong(declared, "sunset", message, "write a day after 1969 that the month has"));
    };
    Ok(Some((Text::new(day), start)))
}

/// A name of a message, which must exist.
pub(super) fn name(
    legacy: &Legacy,
    name: &str,
    message: &[String],
    origin: &dyn Fn(&str) -> Origin,
) -> Result<LegacyName, Finding> {
    let message = path(legacy, message, origin)?;
    Ok(LegacyName { name: Text::new(name), message, constants: Vec::new(), moves: Vec::new() })
}

/// The discriminator values of a message that exists, as deep as its discriminators go. `origin` is that of what
/// stands so far below the declared values.
fn path(legacy: &Legacy, message: &[String], origin: &dyn Fn(&str) -> Origin) -> Result<Vec<Text>, Finding> {
    let path: Vec<Text> = message.iter().map(Text::new).collect();
    if legacy.message(&path).is_some() {
        return Ok(path);
    }
    let side = legacy.sender.name();
    let shown = match message {
        [] => "no message is named".to_owned(),
        _ => format!("there is no message {} of the {side}", quoted(&message.join("/"))),
    };
    let leads = |end: usize| {
        legacy.messages.keys().any(|known| known.starts_with(path.get(..end).unwrap_or_default()))
    };
    let wrong = (1..=path.len()).find(|end| !leads(*end));
    let at = origin(&wrong.map(|end| format!("/{}", end - 1)).unwrap_or_default());
    let help = "give the discriminator values of a message, from the outermost inwards";
    Err(Finding::new(Code::InvalidLegacyForm, &at, shown, help))
}

fn names(legacy: &Legacy, declared: &Declared, known: &BTreeSet<Text>) -> Result<Names, Finding> {
    let either = declared.declaration.sender == LegacySide::Either;
    // A form of either side names what only one of them has.
    let is_known = |name: &Text| {
        if either {
            return known.contains(name);
        }
        legacy.message(std::slice::from_ref(name)).is_some()
            || legacy.names.iter().any(|known| known.name == *name)
    };
    let texts = |names: &[String], key: &str| {
        let names: Vec<Text> = names.iter().map(Text::new).collect();
        match names.iter().enumerate().find(|(_, name)| !is_known(name)) {
            None => Ok(names),
            Some((index, stranger)) => {
                let side =
                    if either { "either side".to_owned() } else { format!("the {}", legacy.sender.name()) };
                let message = format!("{} is no name of a message of {side}", stranger.quoted());
                let help = "name messages of today, or retired names of `legacy/names.json`";
                Err(wrong(declared, &format!("names/{key}/{index}"), message, help))
            }
        }
    };
    let origin = |at: &str| declared.origin(&format!("names/{at}"));
    Ok(match &declared.declaration.names {
        NameSet::Canonical => Names::Canonical,
        NameSet::Except(names) => Names::AllBut(texts(names, "except")?),
        NameSet::RetiredExcept(names) => Names::RetiredBut(texts(names, "retired-except")?),
        NameSet::Only(names) => Names::Only(texts(names, "only")?),
        NameSet::Message(message) => {
            Names::Fixed(path(legacy, message, &|below| origin(&format!("message{below}")))?)
        }
        NameSet::Own(own) => {
            let names = own.iter().map(|(value, message)| {
                let own = member("own", value);
                name(legacy, value, message, &|below| origin(&format!("{own}{below}")))
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
    let message = match pointer {
        "" => "the frame itself is no place where forms look".to_owned(),
        _ => format!("{} is no place where forms look", quoted(pointer)),
    };
    let help = format!("write a JSON Pointer to a member of the frame, at most {deepest} names long");
    Err(Finding::new(Code::InvalidLegacyForm, origin, message, help))
}

pub(super) fn moves(
    declared: &BTreeMap<String, String>,
    origin: &dyn Fn(&str) -> Origin,
    deepest: usize,
) -> Result<Vec<(Vec<Text>, Text)>, Finding> {
    declared.iter().map(|(from, to)| Ok((place(from, &origin(from), deepest)?, Text::new(to)))).collect()
}

fn conditions(
    declaration: &Declaration,
    declared: &Declared,
) -> Result<Vec<(Vec<Text>, Condition)>, Finding> {
    let condition = |(at, condition): (&String, &LegacyCondition)| {
        Ok((place(at, &declared.origin(&member("match", at)), 2)?, condition.into()))
    };
    declaration.matches.iter().map(condition).collect()
}

/// What is moved becomes a property that some message of the form has: nobody would read it elsewhere.
fn targets(legacy: &Legacy, names: &Names, declared: &Declared) -> Result<(), Finding> {
    let messages: Vec<&Vec<Text>> = match names {
        Names::Fixed(path) => vec![path],
        _ => legacy.messages.keys().collect(),
    };
    for (from, to) in &declared.declaration.moves {
        let to = Text::new(to);
        if !messages.iter().any(|path| legacy.may_have(path, &to)) {
            let message = format!("no message of this form has a property {}", to.quoted());
            return Err(wrong(declared, &member("move", from), message, PROPERTY));
        }
    }
    Ok(())
}

/// How to say where a member goes.
pub(super) const PROPERTY: &str = "name a property of the payload, as it is called today";

/// What is filled must be a member of the envelope: nobody would read it elsewhere. One that the envelope does not
/// require is left out.
fn filled(legacy: &mut Legacy, envelope: &Envelope, declared: &Declared) -> Result<(), Finding> {
    for name in declared.declaration.fill.keys() {
        let Some(field) = envelope.fields().find(|field| field.name == name.as_str()) else {
            let message = format!("the envelope has no member {}", quoted(name));
            let help = "fill a member of the envelope besides discriminator and payload";
            return Err(wrong(declared, &member("fill", name), message, help));
        };
        if field.required && !legacy.filled.contains(&field.name) {
            legacy.filled.push(field.name.clone());
        }
    }
    Ok(())
}
