//! The canonical frame of a legacy one.

use super::super::error::{Code, Error};
use super::super::parser::{Kind, Parser};
use super::super::writer::Writer;
use super::frame::{Object, string};
use super::gather::{Gathered, Trail};
use super::{Condition, Conversion, Fit, Legacy, Members, Place, time};

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
        for member in &envelope.members {
            out.member(&member.name);
            out.raw(&member.value);
        }
        out.raw("}");
        let converted = Converted { text: out.into_string(), lost: conversion.lost };
        Ok(conversion.retired.then_some(converted))
    }
}

/// What says another value.
const OTHER_SPELLING: &str = "another spelling of it has";

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
            Some(value) => Err(self.conflict(self.legacy.envelope.tag, OTHER_SPELLING, value)),
            None => Ok(()),
        }
    }

    #[cold]
    fn conflict(&self, name: &str, other: &str, value: &str) -> Error {
        // `value` is a part of the text.
        let offset = (value.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let expected = format!("the value of `{name}` that {other}");
        // A long value is cut before it is copied.
        let cut = value.char_indices().nth(80).and_then(|(end, _)| value.get(..end)).unwrap_or(value);
        Error::new(Code::Conflict, offset, expected, cut).located(self.text)
    }

    /// The members of the payload and of the envelope.
    fn gathered(&mut self) -> Result<(Gathered<'f>, Gathered<'f>), Error> {
        let (mut payload, mut envelope) = (Gathered::default(), Gathered::default());
        let shell = self.of(self.legacy.envelope.members);
        let (legacy, fit) = (self.legacy, self.fit);
        let message = self.of(fit.message.payload);
        for (name, value) in &fit.frame.top.members {
            let trail = Trail::below(&[], name);
            if *name == *legacy.envelope.tag || self.is_consumed(&trail, value) {
                continue;
            }
            let own = message.is_some_and(|message| message.knows(name));
            let listed = shell.is_some_and(|shell| shell.listed.contains(&&**name));
            // A retired spelling that both have is the payload's: the envelope's members are few and rarely change.
            if listed || (!own && shell.is_some_and(|shell| shell.knows(name))) {
                self.member(&mut envelope, shell, &trail, &mut Parser::new(value))?;
            } else {
                // In a frame that is laid out like a canonical one, a member of the payload has lost its way.
                self.retired |= own;
                self.payload_member(&mut payload, &trail, value)?;
            }
        }
        for place in fit.form.payload {
            let Some(object) = fit.frame.at(place).and_then(Object::parse) else { continue };
            for (name, value) in &object.members {
                let trail = Trail::below(place, name);
                if self.is_consumed(&trail, value) {
                    continue;
                }
                let own = message.is_some_and(|message| message.knows(name));
                let missing = shell.is_some_and(|shell| shell.listed.contains(&&**name))
                    && envelope.get(name).is_none();
                if missing && !own {
                    self.retired = true;
                    self.member(&mut envelope, shell, &trail, &mut Parser::new(value))?;
                } else {
                    self.payload_member(&mut payload, &trail, value)?;
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
    fn is_consumed(&self, trail: &Trail<'_>, value: &str) -> bool {
        let form = self.fit.form;
        let fixed = form.conditions.iter().filter(|(_, condition)| matches!(condition, Condition::Text(_)));
        let container = value.starts_with('{') && form.payload.iter().any(|place| trail.stands_at(place));
        let tells = |place: &Place<'_>| trail.stands_at(place);
        container || form.discriminator.iter().any(tells) || fixed.map(|(place, _)| place).any(tells)
    }

    /// Puts a member into the payload: where a move says, or under its name of today.
    fn payload_member(
        &mut self,
        payload: &mut Gathered<'f>,
        trail: &Trail<'_>,
        value: &'f str,
    ) -> Result<(), Error> {
        let message = self.of(self.fit.message.payload);
        if let Some(target) = self.target(trail) {
            self.retired = true;
            return self.named(payload, message, target, trail, &mut Parser::new(value));
        }
        if let Some(object) = self.opened(value)
            && object.members.iter().any(|(name, _)| self.target(&trail.then(name)).is_some())
        {
            self.retired = true;
            let today = message.map_or(trail.name, |message| message.today(trail.name));
            let inner = message.and_then(|message| message.inner(today)).and_then(|inner| self.of(inner));
            let mut rest = Gathered::default();
            for (name, value) in &object.members {
                let trail = trail.then(name);
                let mut parser = Parser::new(value);
                match self.target(&trail) {
                    Some(target) => self.named(payload, message, target, &trail, &mut parser)?,
                    None => self.member(&mut rest, inner, &trail, &mut parser)?,
                }
            }
            if rest.members.is_empty() {
                return Ok(());
            }
            let mut text = Writer::new();
            rest.write(&mut text);
            return self.put(payload, today, text.into_string(), value);
        }
        let own = message.is_some_and(|message| message.knows(trail.name)) || self.is_said(trail.name, value);
        if !own && self.fit.form.dropped.contains(&trail.name) {
            self.lost.push(trail.pointer().to_owned());
            return Ok(());
        }
        self.member(payload, message, trail, &mut Parser::new(value))
    }

    /// The object that a value is, if anything may have to be moved out of it.
    fn opened(&self, value: &'f str) -> Option<Object<'f>> {
        let none = self.fit.form.moves.is_empty() && self.fit.name.is_none_or(|name| name.moves.is_empty());
        if none { None } else { Object::parse(value) }
    }

    /// The member of the payload that what stands at a place becomes.
    fn target(&self, trail: &Trail<'_>) -> Option<&'t str> {
        let whole = self.fit.form.moves.iter().find(|(from, _)| trail.stands_at(from));
        let relative = || {
            let names = self.fit.name.map_or(&[][..], |name| name.moves);
            let payload = || std::iter::once(&[][..]).chain(self.fit.form.payload.iter().copied());
            names.iter().find(|(from, _)| payload().any(|above| trail.stands_below(above, from)))
        };
        whole.or_else(relative).map(|(_, target)| *target)
    }

    /// The discriminator inside the payload, and its value.
    fn nested(&self) -> Option<(&'t str, &'t str)> {
        let path = self.fit.message.path;
        let outer = path.first().and_then(|tag| self.legacy.message(&[*tag]))?;
        outer.nested.zip(path.get(1).copied())
    }

    /// Whether the member is the discriminator inside the payload with the value that it has in any case.
    fn is_said(&self, name: &str, value: &str) -> bool {
        self.nested()
            .is_some_and(|(tag, known)| tag == name && string(value).is_some_and(|value| value == known))
    }

    fn put(&self, into: &mut Gathered<'f>, name: &str, value: String, found: &'f str) -> Result<(), Error> {
        into.add(name, value, found).map_err(|_| self.conflict(name, OTHER_SPELLING, found))
    }

    /// Puts the member that comes next under its name of today, its value converted.
    fn member(
        &mut self,
        into: &mut Gathered<'f>,
        of: Option<&'t Members<'t>>,
        trail: &Trail<'_>,
        parser: &mut Parser<'f>,
    ) -> Result<(), Error> {
        self.named(into, of, trail.name, trail, parser)
    }

    /// The same for a member that is to have this name, of today or of the past.
    fn named(
        &mut self,
        into: &mut Gathered<'f>,
        of: Option<&'t Members<'t>>,
        name: &str,
        trail: &Trail<'_>,
        parser: &mut Parser<'f>,
    ) -> Result<(), Error> {
        let kind = parser.peek()?;
        let start = parser.offset();
        let today = of.map_or(name, |of| of.today(name));
        self.retired |= today != name;
        if matches!(kind, Kind::Object | Kind::Array) {
            let inner = of.and_then(|of| of.inner(today)).and_then(|inner| self.of(inner));
            let value = match inner {
                Some(inner) => self.inside(inner, trail, parser)?,
                None => parser.raw()?.to_owned(),
            };
            return self.put(into, today, value, parser.slice(start, parser.offset()));
        }
        let found = parser.raw()?;
        let synonyms = of.map_or(&[][..], |of| of.synonyms);
        let own = synonyms.iter().filter(|synonym| synonym.old == name);
        // What was only called otherwise may be in the unit that the name of today once had.
        let renamed = synonyms.iter().filter(|synonym| today != name && synonym.old == today);
        let mut synonyms = own.chain(renamed);
        let converted = synonyms
            .find_map(|synonym| Some((synonym.name, self.converted(synonym.conversion, found, trail)?)));
        match converted {
            Some((today, value)) => {
                self.retired = true;
                self.put(into, today, value, found)
            }
            None => self.put(into, today, found.to_owned(), found),
        }
    }

    /// The value in the unit of today; `None` if it stays as it is.
    fn converted(&mut self, conversion: Conversion, value: &str, trail: &Trail<'_>) -> Option<String> {
        let number = || Parser::new(value).number().ok();
        match conversion {
            Conversion::Move => None,
            Conversion::IsoToSeconds => {
                let (seconds, zoned) = time::seconds(&string(value)?)?;
                self.lost.extend((!zoned).then(|| trail.pointer().to_owned()));
                Some(seconds)
            }
            Conversion::IsoToUtc => {
                let zoned = time::with_zone(&string(value)?)?;
                self.lost.push(trail.pointer().to_owned());
                let mut value = Writer::new();
                value.string(&zoned);
                Some(value.into_string())
            }
            Conversion::MillisecondsToSeconds { above } => {
                number().filter(|number| *number > above).map(|_| time::shifted(value, -3))
            }
            Conversion::SecondsToMilliseconds => number().map(|_| time::shifted(value, 3)),
        }
    }

    /// The value that comes next, with the names of today: an object, or an array of such objects. It is read once,
    /// however deep it is nested.
    fn inside(
        &mut self,
        of: &'t Members<'t>,
        trail: &Trail<'_>,
        parser: &mut Parser<'f>,
    ) -> Result<String, Error> {
        let mut out = Writer::new();
        let mut first = true;
        match parser.peek()? {
            Kind::Object => {
                let mut gathered = Gathered::default();
                parser.object_start()?;
                while let Some(name) = parser.object_next(&mut first)? {
                    let trail = trail.then(&name);
                    self.member(&mut gathered, Some(of), &trail, parser)?;
                }
                gathered.write(&mut out);
            }
            Kind::Array => {
                parser.array_start()?;
                out.raw("[");
                let mut index = 0_usize;
                while parser.array_next(&mut first)? {
                    let name = index.to_string();
                    let trail = trail.then(&name);
                    out.element();
                    out.raw(&self.inside(of, &trail, parser)?);
                    index += 1;
                }
                out.raw("]");
            }
            _ => out.raw(parser.raw()?),
        }
        Ok(out.into_string())
    }

    /// Adds what the name of the message says: the inner discriminator, and constants.
    fn tagged(&mut self, payload: &mut Gathered<'f>) -> Result<(), Error> {
        let tag = self.nested().map(|(name, value)| {
            let mut text = Writer::new();
            text.string(value);
            (name, text.into_string())
        });
        let constants = self.fit.name.map_or(&[][..], |name| name.constants);
        let constants = constants.iter().map(|(name, value)| (*name, (*value).to_owned()));
        for (name, value) in tag.into_iter().chain(constants) {
            payload
                .add(name, value, "")
                .map_err(|known| self.conflict(name, "the name of the message stands for", known))?;
        }
        Ok(())
    }

    fn fill(&mut self, envelope: &mut Gathered<'f>, received_at: f64) {
        for name in self.legacy.envelope.filled {
            if envelope.get(name).is_none() {
                self.retired = true;
                let mut time = Writer::new();
                time.f64(received_at);
                envelope.push(name, time.into_string(), "");
            }
        }
    }
}

impl<'t> Members<'t> {
    /// Whether the name is one of today or of the past.
    fn knows(&self, name: &str) -> bool {
        self.listed.contains(&name) || self.synonyms.iter().any(|synonym| synonym.old == name)
    }

    /// The name of today.
    fn today<'n>(&self, name: &'n str) -> &'n str
    where
        't: 'n,
    {
        let renamed = self.synonyms.iter().find(|synonym| synonym.old == name && synonym.name != name);
        renamed.map_or(name, |synonym| synonym.name)
    }

    /// Index of the members of what is called so today.
    fn inner(&self, name: &str) -> Option<usize> {
        self.inner.iter().find(|(known, _)| *known == name).map(|(_, inner)| *inner)
    }
}
