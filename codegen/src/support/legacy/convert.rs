//! The canonical frame of a legacy one.

use super::super::error::{Code, Error};
use super::super::json::Json;
use super::super::parser::{Kind, Parser};
use super::super::writer::Writer;
use super::frame::{Object, string};
use super::{Condition, Conversion, Fit, Legacy, Members, Place, time, value};
use std::borrow::Cow;

/// A canonical frame that was written from a legacy one.
#[derive(Debug)]
pub struct Converted {
    /// The frame.
    pub text: String,
    /// What was lost on the way: JSON Pointers into the legacy frame.
    pub lost: Vec<String>,
}

impl<'t> Legacy<'t> {
    /// Writes the canonical frame. What the frame lacks of the envelope is filled with the time of receipt, in Unix
    /// seconds. `None` if nothing in the frame is of the past.
    ///
    /// # Errors
    /// [`Code::Conflict`] where two spellings of one thing differ; the place is in the legacy frame.
    pub fn convert(
        &self,
        fit: &Fit<'_, 't>,
        text: &str,
        received_at: f64,
    ) -> Result<Option<Converted>, Error> {
        let retired = !fit.form.canonical_layout || fit.name.is_some();
        let mut conversion = Conversions { legacy: self, fit, text, lost: Vec::new(), retired };
        conversion.discriminators()?;
        let (mut payload, mut envelope) = conversion.gathered()?;
        conversion.tagged(&mut payload)?;
        conversion.fill(&mut envelope, received_at);
        let mut out = Writer::with_capacity(text.len() + 64);
        out.raw("{");
        out.member(self.envelope.tag);
        out.string(fit.message.path.first().copied().unwrap_or_default());
        out.member(self.envelope.payload);
        payload.write(&mut out);
        for (name, value) in &envelope.0 {
            out.member(name);
            out.raw(value);
        }
        out.raw("}");
        let converted = Converted { text: out.into_string(), lost: conversion.lost };
        Ok(conversion.retired.then_some(converted))
    }
}

/// A member of the legacy frame.
struct Piece<'f> {
    /// The names that lead to it, its own among them.
    place: Vec<Cow<'f, str>>,
    value: &'f str,
}

impl<'f> Piece<'f> {
    fn name(&self) -> &str {
        self.place.last().map_or("", |name| name)
    }

    fn stands_at(&self, place: Place<'_>) -> bool {
        self.place.iter().eq(place)
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for name in &self.place {
            pointer.push('/');
            pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }

    /// The members of an object that stands at `place`.
    fn members(place: &[Cow<'f, str>], object: Object<'f>) -> Vec<Self> {
        let piece = |(name, value)| Self { place: place.iter().cloned().chain([name]).collect(), value };
        object.0.into_iter().map(piece).collect()
    }
}

/// Members under the names of today, with their values as JSON text.
#[derive(Default)]
struct Gathered(Vec<(String, String)>);

impl Gathered {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// Adds a member; the same value twice is one value. Whether that went well.
    #[must_use]
    fn add(&mut self, name: &str, value: String) -> bool {
        let Some(found) = self.get(name) else {
            self.0.push((name.to_owned(), value));
            return true;
        };
        matches!((Json::parse(found), Json::parse(&value)), (Ok(a), Ok(b)) if value::equal(&a, &b))
    }

    fn write(&self, out: &mut Writer) {
        out.raw("{");
        for (name, value) in &self.0 {
            out.member(name);
            out.raw(value);
        }
        out.raw("}");
    }
}

struct Conversions<'p, 'f, 't> {
    legacy: &'p Legacy<'t>,
    fit: &'p Fit<'f, 't>,
    text: &'p str,
    lost: Vec<String>,
    /// Whether anything of the past was found.
    retired: bool,
}

impl<'f, 't> Conversions<'_, 'f, 't> {
    /// Where the discriminator stands in several places, all must say the same.
    fn discriminators(&self) -> Result<(), Error> {
        let mut places = self.fit.form.discriminator.iter();
        let first = places.next().and_then(|place| self.fit.frame.string(place));
        let other = places.find(|place| self.fit.frame.string(place) != first);
        match other.and_then(|place| self.fit.frame.at(place)) {
            Some(value) => Err(self.conflict(self.legacy.envelope.tag, value)),
            None => Ok(()),
        }
    }

    #[cold]
    fn conflict(&self, name: &str, value: &str) -> Error {
        // `value` is a part of the text.
        let offset = (value.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let expected = format!("the value that another spelling of `{name}` has");
        Error::new(Code::Conflict, offset, expected, value).located(self.text)
    }

    /// The members of the payload and of the envelope.
    fn gathered(&mut self) -> Result<(Gathered, Gathered), Error> {
        let (mut payload, mut envelope) = (Gathered::default(), Gathered::default());
        let shell = self.of(self.legacy.envelope.members);
        let (legacy, fit) = (self.legacy, self.fit);
        let message = self.of(fit.message.payload);
        for (name, value) in &fit.frame.top.0 {
            let piece = Piece { place: vec![name.clone()], value };
            if *name == *legacy.envelope.tag || self.is_consumed(&piece) {
                continue;
            }
            if shell.is_some_and(|shell| shell.listed.contains(&&**name)) {
                self.member(&mut envelope, shell, &piece)?;
            } else {
                // In a frame that is laid out like a canonical one, a member of the payload has lost its way.
                self.retired |= message.is_some_and(|message| message.knows(name));
                self.payload_member(&mut payload, &piece)?;
            }
        }
        for place in fit.form.payload {
            let Some(object) = fit.frame.at(place).and_then(Object::parse) else { continue };
            let place: Vec<Cow<'f, str>> = place.iter().map(|name| Cow::Owned((*name).to_owned())).collect();
            for piece in Piece::members(&place, object) {
                let name = piece.name();
                let own = message.is_some_and(|message| message.knows(name));
                let missing =
                    shell.is_some_and(|shell| shell.listed.contains(&name)) && envelope.get(name).is_none();
                if self.is_consumed(&piece) {
                } else if missing && !own {
                    self.retired = true;
                    self.member(&mut envelope, shell, &piece)?;
                } else {
                    self.payload_member(&mut payload, &piece)?;
                }
            }
        }
        Ok((payload, envelope))
    }

    fn of(&self, members: usize) -> Option<&'t Members<'t>> {
        let all: &'t [Members<'t>] = self.legacy.members;
        all.get(members)
    }

    /// Whether the member is a part of the layout.
    fn is_consumed(&self, piece: &Piece<'f>) -> bool {
        let form = self.fit.form;
        let fixed = form.conditions.iter().filter(|(_, condition)| matches!(condition, Condition::Text(_)));
        let container =
            form.payload.iter().any(|place| piece.stands_at(place)) && piece.value.starts_with('{');
        let tells = |place: &Place<'_>| piece.stands_at(place);
        container || form.discriminator.iter().any(tells) || fixed.map(|(place, _)| place).any(tells)
    }

    /// Puts a member into the payload: where a move says, or under its name of today.
    fn payload_member(&mut self, payload: &mut Gathered, piece: &Piece<'f>) -> Result<(), Error> {
        if let Some(target) = self.target(&piece.place) {
            self.retired = true;
            return self.put(payload, target, piece.value.to_owned(), piece.value);
        }
        let message = self.of(self.fit.message.payload);
        let inner = Object::parse(piece.value).map(|object| Piece::members(&piece.place, object));
        let moved = |piece: &Piece<'f>| self.target(&piece.place).is_some();
        if let Some(inner) = inner.filter(|inner| inner.iter().any(moved)) {
            let mut rest = Gathered::default();
            for inner in &inner {
                match self.target(&inner.place) {
                    Some(target) => self.put(payload, target, inner.value.to_owned(), inner.value)?,
                    None => self.put(&mut rest, inner.name(), inner.value.to_owned(), inner.value)?,
                }
            }
            self.retired = true;
            if rest.0.is_empty() {
                return Ok(());
            }
            let mut value = Writer::new();
            rest.write(&mut value);
            return self.put(payload, piece.name(), value.into_string(), piece.value);
        }
        let listed = message.is_some_and(|message| message.listed.contains(&piece.name()));
        if !listed && self.fit.form.dropped.contains(&piece.name()) {
            self.lost.push(piece.pointer());
            return Ok(());
        }
        self.member(payload, message, piece)
    }

    /// The member of the payload that what stands at a place becomes.
    fn target(&self, place: &[Cow<'_, str>]) -> Option<&'t str> {
        let whole = self.fit.form.moves.iter().find(|(from, _)| place.iter().eq(*from));
        let payload = std::iter::once(0).chain(self.fit.form.payload.iter().map(|place| place.len()));
        let relative = || {
            let names = self.fit.name.map_or(&[][..], |name| name.moves);
            let mut below = payload.filter_map(|above| place.get(above..));
            below.find_map(|below| names.iter().find(|(from, _)| below.iter().eq(*from)))
        };
        whole.or_else(relative).map(|(_, target)| *target)
    }

    fn put(&self, into: &mut Gathered, name: &str, value: String, found: &str) -> Result<(), Error> {
        if into.add(name, value) { Ok(()) } else { Err(self.conflict(name, found)) }
    }

    /// Puts a member under its name of today, its value converted.
    fn member(
        &mut self,
        into: &mut Gathered,
        of: Option<&'t Members<'t>>,
        piece: &Piece<'f>,
    ) -> Result<(), Error> {
        let synonyms = of.map_or(&[][..], |of| of.synonyms);
        for synonym in synonyms.iter().filter(|synonym| synonym.old == piece.name()) {
            let converted = self.converted(synonym.conversion, piece);
            // The name is of today where only the unit was another.
            if converted.is_none() && synonym.old == synonym.name {
                continue;
            }
            self.retired = true;
            let value = match converted {
                Some(value) => value,
                None => self.respelt(of, synonym.name, piece)?,
            };
            return self.put(into, synonym.name, value, piece.value);
        }
        let value = self.respelt(of, piece.name(), piece)?;
        self.put(into, piece.name(), value, piece.value)
    }

    /// The value in the unit of today; `None` if it stays as it is.
    fn converted(&mut self, conversion: Conversion, piece: &Piece<'f>) -> Option<String> {
        let number = || Parser::new(piece.value).number().ok();
        match conversion {
            Conversion::Move => None,
            Conversion::IsoToSeconds => {
                let (seconds, zoned) = time::seconds(&string(piece.value)?)?;
                self.lost.extend((!zoned).then(|| piece.pointer()));
                Some(seconds)
            }
            Conversion::IsoToUtc => {
                let zoned = time::with_zone(&string(piece.value)?)?;
                self.lost.push(piece.pointer());
                let mut value = Writer::new();
                value.string(&zoned);
                Some(value.into_string())
            }
            Conversion::MillisecondsToSeconds { above } => {
                number().filter(|number| *number > above).map(|_| time::shifted(piece.value, -3))
            }
            Conversion::SecondsToMilliseconds => number().map(|_| time::shifted(piece.value, 3)),
        }
    }

    /// The value with the names of today inside it.
    fn respelt(
        &mut self,
        of: Option<&'t Members<'t>>,
        name: &str,
        piece: &Piece<'f>,
    ) -> Result<String, Error> {
        let inner = of.and_then(|of| of.inner.iter().find(|(known, _)| *known == name));
        match inner.and_then(|(_, inner)| self.of(*inner)) {
            Some(inner) => self.inside(inner, piece),
            None => Ok(piece.value.to_owned()),
        }
    }

    /// An object, or an array of such objects, with the names of today.
    fn inside(&mut self, of: &'t Members<'t>, piece: &Piece<'f>) -> Result<String, Error> {
        let mut out = Writer::new();
        match Parser::new(piece.value).peek() {
            Ok(Kind::Object) => {
                let mut gathered = Gathered::default();
                for inner in Object::parse(piece.value)
                    .map(|object| Piece::members(&piece.place, object))
                    .into_iter()
                    .flatten()
                {
                    self.member(&mut gathered, Some(of), &inner)?;
                }
                gathered.write(&mut out);
            }
            Ok(Kind::Array) => {
                out.raw("[");
                for inner in elements(piece) {
                    out.element();
                    out.raw(&self.inside(of, &inner)?);
                }
                out.raw("]");
            }
            _ => out.raw(piece.value),
        }
        Ok(out.into_string())
    }

    /// Adds what the name of the message says: the inner discriminator, and constants.
    fn tagged(&mut self, payload: &mut Gathered) -> Result<(), Error> {
        let path = self.fit.message.path;
        let outer = path.first().and_then(|tag| self.legacy.message(&[*tag]));
        let tag = outer.and_then(|outer| outer.nested).zip(path.get(1)).map(|(name, value)| {
            let mut text = Writer::new();
            text.string(value);
            (name, text.into_string())
        });
        let constants = self.fit.name.map_or(&[][..], |name| name.constants);
        let constants = constants.iter().map(|(name, value)| (*name, (*value).to_owned()));
        for (name, value) in tag.into_iter().chain(constants) {
            self.put(payload, name, value, self.text)?;
        }
        Ok(())
    }

    fn fill(&mut self, envelope: &mut Gathered, received_at: f64) {
        for name in self.legacy.envelope.filled {
            if envelope.get(name).is_none() {
                self.retired = true;
                let mut time = Writer::new();
                time.f64(received_at);
                envelope.0.push(((*name).to_owned(), time.into_string()));
            }
        }
    }
}

impl Members<'_> {
    /// Whether the name is one of today or of the past.
    fn knows(&self, name: &str) -> bool {
        self.listed.contains(&name) || self.synonyms.iter().any(|synonym| synonym.old == name)
    }
}

/// The elements of an array.
fn elements<'f>(array: &Piece<'f>) -> Vec<Piece<'f>> {
    let mut parser = Parser::new(array.value);
    let (mut found, mut first) = (Vec::new(), true);
    if parser.array_start().is_err() {
        return found;
    }
    while let Ok(true) = parser.array_next(&mut first) {
        parser.whitespace();
        let Ok(value) = parser.raw() else { break };
        let index = Cow::Owned(found.len().to_string());
        found.push(Piece { place: array.place.iter().cloned().chain([index]).collect(), value });
    }
    found
}
