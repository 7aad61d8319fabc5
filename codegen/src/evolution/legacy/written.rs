//! How frames that are laid out as those of today may be written besides: with retired spellings, or with a retired name
//! of their message.
//!
//! The same as `support::legacy` does with such a frame, as far as it can be said of all of them at once. What cannot,
//! such as the units of a time, is left out: it may be read, and is not said to be.

use super::super::Version;
use super::super::messages::Message;
use super::RECEIVED_AT;
use crate::compat::{Members, Rewriting, read_text};
use crate::manifest::LegacyPolicy;
use crate::model::{
    Condition, Conversion, Envelope, Legacy, LegacyForm, LegacyName, Members as Table, Names, Respelling,
};
use crate::schema::dialect::Dialect;
use crate::text::Text;
use crate::text::value::raw;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where the tables of [`Legacy::members`] begin among those of a rewriting: behind the frame and its payload.
const FIRST: usize = 2;

/// The ways in which frames that give a message this name are read as the message. `lost`: also those in which members
/// are left out that have no place today.
pub(super) fn rewritings(version: &Version, message: &Message, name: &str, lost: bool) -> Vec<Rewriting> {
    let protocol = &version.protocol;
    let legacy = protocol.legacy.iter().find(|legacy| legacy.sender == message.sender);
    let (Some(legacy), Some(envelope)) = (legacy, protocol.envelope(message.sender)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for form in legacy.forms.iter().filter(|form| form.canonical_layout) {
        if form.policy == LegacyPolicy::Refuse {
            continue;
        }
        let (retired, path) = match meant(legacy, &form.names, name) {
            Some(Meaning::Today) => (None, vec![Text::new(name)]),
            Some(Meaning::Retired(retired)) => (Some(retired), retired.message.clone()),
            None => continue,
        };
        if path.first().is_none_or(|outer| *raw(outer) != *message.name) {
            continue;
        }
        // One that has others inside is all of them.
        let messages = legacy
            .messages
            .iter()
            .filter(|(known, message)| message.nested.is_none() && known.starts_with(&path));
        for (path_of, _) in messages {
            let way = Way { legacy, envelope, form, name, retired, path: path_of, said: path.len(), lost };
            found.extend(way.rewriting());
        }
    }
    found
}

/// What a name means.
enum Meaning<'a> {
    /// A message of today.
    Today,
    /// What a retired name stands for.
    Retired(&'a LegacyName),
}

/// What a name means where these may stand, if it may.
fn meant<'a>(legacy: &'a Legacy, names: &'a Names, name: &str) -> Option<Meaning<'a>> {
    let find = |names: &'a [LegacyName]| names.iter().find(|known| *raw(&known.name) == *name);
    let among = |names: &[Text]| names.iter().any(|known| *raw(known) == *name);
    let retired = || find(&legacy.names).map(Meaning::Retired);
    let any = || retired().or(Some(Meaning::Today));
    match names {
        Names::Canonical => Some(Meaning::Today),
        Names::AllBut(others) => any().filter(|_| !among(others)),
        Names::RetiredBut(others) => retired().filter(|_| !among(others)),
        Names::Only(these) => any().filter(|_| among(these)),
        Names::Own(own) => find(own).map(Meaning::Retired),
        Names::Fixed(_) => None,
    }
}

/// One message in one form, under one name.
struct Way<'a> {
    legacy: &'a Legacy,
    envelope: &'a Envelope,
    form: &'a LegacyForm,
    name: &'a str,
    retired: Option<&'a LegacyName>,
    /// The discriminator values of the message.
    path: &'a [Text],
    /// How many of them the name says.
    said: usize,
    lost: bool,
}

impl Way<'_> {
    fn rewriting(&self) -> Option<Rewriting> {
        let tables = self.legacy.members.iter().map(members);
        let objects = [self.frame()?, self.payload()?].into_iter().chain(tables).collect();
        let written = read_text(&self.written()?.to_string(), Dialect::Draft202012).ok()?;
        Some(Rewriting { written, objects })
    }

    fn of_envelope(&self) -> Option<&Table> {
        self.legacy.members.get(self.legacy.envelope)
    }

    fn of_payload(&self) -> Option<&Table> {
        self.legacy.members.get(self.legacy.messages.get(self.path)?.payload)
    }

    /// Whether the payload has a member that is called so, or was.
    fn knows(&self, name: &Text) -> bool {
        self.of_payload().is_some_and(|members| {
            members.listed.contains(name) || members.synonyms.iter().any(|synonym| synonym.old == *name)
        })
    }

    fn frame(&self) -> Option<Members> {
        let mut frame = members(self.of_envelope()?);
        let tag = self.path.first().map(|outer| Value::from(raw(outer)))?;
        frame.said.insert(raw(&self.envelope.tag).to_owned(), tag);
        frame.inner.insert(raw(&self.envelope.payload).to_owned(), 1);
        let filled = self.legacy.filled.iter();
        frame.filled = filled.map(|name| (raw(name).to_owned(), json!(RECEIVED_AT))).collect();
        Some(frame)
    }

    fn payload(&self) -> Option<Members> {
        let mut payload = members(self.of_payload()?);
        payload.said = self.constants();
        if self.lost {
            payload.dropped = self.dropped().map(|name| raw(name).to_owned()).collect();
        }
        Some(payload)
    }

    /// What the name of the message says of its payload.
    fn constants(&self) -> BTreeMap<String, Value> {
        let constants = self.retired.iter().flat_map(|retired| &retired.constants);
        let mut said: BTreeMap<String, Value> =
            constants.map(|(name, value)| (raw(name).to_owned(), value.clone())).collect();
        let outer = self.path.first().and_then(|outer| self.legacy.messages.get(std::slice::from_ref(outer)));
        if let (Some(tag), Some(inner)) = (outer.and_then(|outer| outer.nested.as_ref()), self.path.get(1)) {
            said.insert(raw(tag).to_owned(), Value::from(raw(inner)));
        }
        said
    }

    /// Members of the payload that have no place today.
    fn dropped(&self) -> impl Iterator<Item = &Text> {
        self.form.dropped.iter().map(|(name, _)| name).filter(|name| !self.knows(name))
    }

    /// The frames that are written so, and of which no two members stand for one.
    fn written(&self) -> Option<Value> {
        let (tag, payload) = (raw(&self.envelope.tag), raw(&self.envelope.payload));
        let known = self.of_envelope()?;
        let mut parts = said(known);
        let moved = known.synonyms.iter().filter(|synonym| !self.knows(&synonym.old));
        let names = known.listed.iter().chain(moved.map(|synonym| &synonym.old)).map(raw);
        let names: BTreeSet<&str> = names.chain([tag, payload]).collect();
        parts.push(json!({ "properties": { tag: { "const": self.name } } }));
        parts.push(json!({ "properties": { payload: self.written_payload()? } }));
        for (place, condition) in &self.form.conditions {
            parts.push(holds(place, condition)?);
        }
        // What has no place today does not make a frame one of the past.
        if self.lost && self.retired.is_none() {
            parts.push(json!({ "anyOf": self.signs()? }));
        }
        let tables = self.legacy.members.iter().enumerate();
        let table = |(index, members)| {
            let (name, mut parts) = (format!("m{index}"), said(members));
            parts.push(json!({ "items": { "$ref": format!("#/$defs/{name}") } }));
            (name, json!({ "allOf": parts }))
        };
        let tables: Map<String, Value> = tables.map(table).collect();
        Some(json!({
            "type": "object",
            "required": [tag, payload],
            "propertyNames": { "enum": names },
            "allOf": parts,
            "$defs": tables,
        }))
    }

    /// What shows that a frame is one of the past: some of it, each for itself.
    fn signs(&self) -> Option<Vec<Value>> {
        let payload = raw(&self.envelope.payload);
        let filled = self.legacy.filled.iter().map(|name| json!({ "not": { "required": [raw(name)] } }));
        let respelt = |of: &Table| members(of).renamed.into_keys().map(|old| json!({ "required": [old] }));
        let inner = respelt(self.of_payload()?).map(|sign| json!({ "properties": { payload: sign } }));
        Some(filled.chain(respelt(self.of_envelope()?)).chain(inner).chain([json!(false)]).collect())
    }

    fn written_payload(&self) -> Option<Value> {
        let mut parts = said(self.of_payload()?);
        parts.push(json!({ "type": "object" }));
        let mut refuse = |name: &Text| parts.push(json!({ "properties": { raw(name): false } }));
        // They would be taken for members of the frame.
        self.of_envelope()?.listed.iter().filter(|name| !self.knows(name)).for_each(&mut refuse);
        self.dropped().filter(|_| !self.lost).for_each(&mut refuse);
        for (name, value) in self.constants() {
            parts.push(json!({ "properties": { name: { "const": value } } }));
        }
        if let (Some(inner), 1) = (self.path.get(1), self.said) {
            let tags = self.constants().into_iter().filter(|(_, value)| *value == raw(inner));
            parts.push(json!({ "required": tags.map(|(name, _)| name).collect::<Vec<_>>() }));
        }
        let below = |place: &'_ [Text]| match place.split_first() {
            Some((first, rest)) if *first == self.envelope.payload => rest.to_vec(),
            _ => Vec::new(),
        };
        let of_form = self.form.moves.iter().map(|(from, _)| below(from));
        let of_name = self.retired.iter().flat_map(|retired| &retired.moves).map(|(from, _)| from.clone());
        let moved = of_form.chain(of_name).filter(|from| !from.is_empty());
        parts.extend(moved.filter_map(|from| holds(&from, &Condition::Absent)));
        Some(json!({ "allOf": parts }))
    }
}

/// Retired spellings that only have another name.
fn members(of: &Table) -> Members {
    let moved = of.synonyms.iter().filter(|synonym| synonym.conversion == Conversion::Move);
    Members {
        renamed: moved.map(|synonym| (raw(&synonym.old).to_owned(), raw(&synonym.name).to_owned())).collect(),
        inner: of.inner.iter().map(|(name, inner)| (raw(name).to_owned(), FIRST + inner)).collect(),
        ..Members::default()
    }
}

/// What is said of objects with these members: values stay as they are, and no two members stand for one.
fn said(of: &Table) -> Vec<Value> {
    let (mut parts, mut two) = (Vec::new(), Vec::new());
    let mut property = |name: &Text, value: &Value| parts.push(json!({ "properties": { raw(name): value } }));
    for name in &of.listed {
        let synonyms = || of.synonyms.iter().filter(move |synonym| synonym.name == *name);
        let (moved, converted): (Vec<_>, Vec<_>) = synonyms()
            .filter(|synonym| synonym.old != *name)
            .partition(|synonym| synonym.conversion == Conversion::Move);
        for synonym in converted {
            property(&synonym.old, &json!(false));
        }
        let spellings: Vec<&Text> =
            moved.into_iter().map(|synonym| &synonym.old).chain(std::iter::once(name)).collect();
        let inner = of.inner.iter().find(|(known, _)| known == name);
        let inner = inner.map(|(_, inner)| json!({ "$ref": format!("#/$defs/m{inner}") }));
        let values = synonyms().filter(|synonym| synonym.old == *name).map(kept).chain(inner);
        for value in values {
            for spelling in &spellings {
                property(spelling, &value);
            }
        }
        two.extend(pairs(&spellings));
    }
    parts.extend(two);
    parts
}

/// No two of these members are there.
fn pairs(names: &[&Text]) -> Vec<Value> {
    let pair =
        |one: &Text, other: &Text| json!({ "not": { "type": "object", "required": [raw(one), raw(other)] } });
    let others = |index: usize, one| names.iter().skip(index + 1).map(move |other| pair(one, other));
    names.iter().enumerate().flat_map(|(index, one)| others(index, *one)).collect()
}

/// Values under the name of today that are no values of the past.
fn kept(of: &Respelling) -> Value {
    match of.conversion {
        Conversion::MillisecondsToSeconds { above } => json!({ "maximum": above }),
        Conversion::IsoToSeconds => json!({ "not": { "type": "string" } }),
        Conversion::IsoToUtc => json!({ "pattern": "([Zz]|[+-][0-9]{2}:[0-9]{2})$" }),
        Conversion::Move | Conversion::SecondsToMilliseconds => json!({}),
    }
}

/// The values of which a condition holds. What is one text is a part of the form, and of no payload: that is not said.
fn holds(place: &[Text], condition: &Condition) -> Option<Value> {
    let there = match condition {
        Condition::Absent => None,
        Condition::Object => Some("object"),
        Condition::String => Some("string"),
        Condition::Number => Some("number"),
        Condition::Text(_) => return None,
    };
    let last = there.map_or(json!(false), |kind| json!({ "type": kind }));
    let names = place.iter().rev().map(raw);
    Some(names.fold(last, |inner, name| match there {
        Some(_) => json!({ "required": [name], "properties": { name: inner } }),
        None => json!({ "properties": { name: inner } }),
    }))
}
