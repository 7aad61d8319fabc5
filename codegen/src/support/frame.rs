//! Frames: discriminators, legacy forms, and the four ways in which receiving one can end.

use super::{Code, Decode, Error, JsonObject, Parser, Result, Unknown, Violation, Writer, find_tag, hint};
use std::borrow::Cow;

/// How receiving a frame ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<F> {
    /// The schema accepts the frame.
    Canonical(F),
    /// The frame has a declared retired form, and was converted.
    Legacy(F),
    /// The envelope holds, but some discriminator has a value that the schema does not list; that part is
    /// kept raw in an `Unknown` variant.
    Unknown(F),
    /// Everything else, with the reason.
    Invalid(Error),
}

impl<F> Outcome<F> {
    /// The frame, in whatever form it came and with whatever is unknown inside it.
    ///
    /// # Errors
    /// Why it is invalid.
    pub fn frame(self) -> Result<F> {
        match self {
            Self::Canonical(frame) | Self::Legacy(frame) | Self::Unknown(frame) => Ok(frame),
            Self::Invalid(error) => Err(error),
        }
    }
}

/// A received frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Received<F> {
    /// How it ended.
    pub outcome: Outcome<F>,
    /// The legacy form that the frame has; `None` for frames that have none.
    pub form: Option<&'static Form>,
}

/// A value, and whether it holds anything that the schema does not list.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<T> {
    /// The value.
    pub value: T,
    /// Whether some discriminator has a value that the schema does not list.
    pub unknown: bool,
}

impl<T> Decoded<T> {
    /// The same about another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Decoded<U> {
        Decoded { value: f(self.value), unknown: self.unknown }
    }
}

/// Reads a whole text as one value; the error has no pointer yet ([`Error::located`]).
///
/// # Errors
/// What is wrong with the text.
#[inline]
pub fn decode<'a, T: Decode<'a>>(text: &'a str) -> Result<Decoded<T>> {
    whole(Parser::new(text))
}

/// The same, keeping properties that the schema does not list.
///
/// # Errors
/// What is wrong with the text.
pub fn decode_keeping<'a, T: Decode<'a>>(text: &'a str) -> Result<Decoded<T>> {
    whole(Parser::new(text).keeping_unknown(true))
}

/// Reads a whole text as one value.
///
/// # Errors
/// What is wrong with the text, with its JSON Pointer.
pub fn parse<'a, T: Decode<'a>>(text: &'a str) -> Result<Decoded<T>> {
    decode(text).map_err(|error| error.located(text))
}

/// The same, keeping properties that the schema does not list.
///
/// # Errors
/// What is wrong with the text, with its JSON Pointer.
pub fn parse_keeping<'a, T: Decode<'a>>(text: &'a str) -> Result<Decoded<T>> {
    decode_keeping(text).map_err(|error| error.located(text))
}

#[inline]
fn whole<'a, T: Decode<'a>>(mut parser: Parser<'a>) -> Result<Decoded<T>> {
    let value = T::decode(&mut parser)?;
    parser.finish()?;
    Ok(Decoded { value, unknown: parser.unknown_count() > 0 })
}

/// Reads a value and checks it; the error points at its first byte.
///
/// # Errors
/// Those of `read` and `check`.
#[inline]
pub fn checked<'a, T>(
    parser: &mut Parser<'a>,
    read: impl FnOnce(&mut Parser<'a>) -> Result<T>,
    check: impl FnOnce(&T) -> std::result::Result<(), Violation>,
) -> Result<T> {
    parser.whitespace();
    let offset = parser.offset();
    let value = read(parser)?;
    match check(&value) {
        Ok(()) => Ok(value),
        Err(violation) => Err(violation.at(offset)),
    }
}

/// The discriminator of the object that comes next; the parser stays before the object.
///
/// # Errors
/// [`Code::MissingProperty`] where there is none, [`Code::Type`] where it is no string.
pub fn tag<'a>(parser: &mut Parser<'a>, name: &'static str) -> Result<Cow<'a, str>> {
    parser.peek()?;
    let offset = parser.offset();
    find_tag(parser, name)?.ok_or_else(|| missing(name, offset))
}

#[cold]
fn missing(name: &str, offset: usize) -> Error {
    Error::new(Code::MissingProperty, offset, format!("the property `{name}`"), "an object without it")
}

/// The discriminator of an envelope.
#[derive(Debug)]
pub struct Tag<'a> {
    text: Cow<'a, str>,
    offset: usize,
}

/// Discriminator values of frames that only the other side sends.
#[derive(Debug)]
pub struct OtherDirection {
    /// The side that sends the frames being read.
    pub sender: &'static str,
    /// The values that it never sends.
    pub tags: &'static [&'static str],
}

impl OtherDirection {
    fn refusal(&self, tag: &str, offset: usize) -> Error {
        let expected = format!("a message that the {} sends", self.sender);
        let found = format!("`{tag}`, which only its peer sends");
        Error::new(Code::WrongDirection, offset, expected, found)
    }

    /// Refuses the object that comes next if only the other side sends objects with this discriminator.
    ///
    /// # Errors
    /// [`Code::WrongDirection`], at the discriminator.
    #[cold]
    pub fn check(&self, parser: &mut Parser<'_>, name: &str, tag: &str) -> Result<()> {
        if !self.tags.contains(&tag) {
            return Ok(());
        }
        let mut first = true;
        parser.object_start()?;
        while parser.object_next(&mut first)?.is_some_and(|key| key != name) {
            parser.skip()?;
        }
        parser.peek()?;
        Err(self.refusal(tag, parser.offset()))
    }
}

impl<'a> Tag<'a> {
    /// Reads a discriminator.
    ///
    /// # Errors
    /// [`Code::Type`] where it is no string.
    #[inline]
    pub fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        parser.whitespace();
        let offset = parser.offset();
        Ok(Self { text: parser.string()?, offset })
    }

    /// Its value.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Keeps the payload of a message that the schema does not list.
    ///
    /// # Errors
    /// [`Code::WrongDirection`] if only the other side sends such messages, [`Code::Type`] if the payload is
    /// no object.
    #[cold]
    pub fn unknown(&self, parser: &mut Parser<'a>, other: &OtherDirection) -> Result<Unknown<'a>> {
        if other.tags.contains(&self.text()) {
            return Err(other.refusal(&self.text, self.offset));
        }
        Unknown::decode(parser, self.text.clone())
    }
}

impl<'a> Unknown<'a> {
    /// Keeps an object whose discriminator value the schema does not list.
    ///
    /// # Errors
    /// What is wrong with the text, or [`Code::Type`] if it is no object.
    #[cold]
    pub fn decode(parser: &mut Parser<'a>, tag: Cow<'a, str>) -> Result<Self> {
        parser.note_unknown();
        Ok(Self { tag, raw: JsonObject::decode(parser)? })
    }
}

/// The payload of an envelope while the envelope is being read.
#[derive(Debug)]
pub enum Payload<T> {
    /// It has not come yet.
    Missing,
    /// It came before the discriminator, at this offset, and was passed without being looked at.
    Passed(usize),
    /// It is decoded.
    Decoded(T),
}

impl<T> Payload<T> {
    /// Passes a payload whose discriminator has not come yet.
    ///
    /// # Errors
    /// What is wrong with the text, as far as it was looked at.
    pub fn pass(parser: &mut Parser<'_>) -> Result<Self> {
        parser.peek()?;
        let offset = parser.offset();
        parser.pass()?;
        Ok(Self::Passed(offset))
    }

    /// Why a frame without a discriminator is refused: what is wrong with its payload as JSON comes first.
    #[cold]
    pub fn untagged(&self, parser: &mut Parser<'_>, missing: Error) -> Error {
        match self {
            Self::Passed(offset) => parser.revisit(*offset, Parser::skip).err().unwrap_or(missing),
            Self::Missing | Self::Decoded(_) => missing,
        }
    }
}

/// What a consumer does with a legacy form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Convert it.
    Accept,
    /// Convert it, and tell the observer that it was deprecated.
    Warn,
    /// Refuse it with the hint how to send it today.
    Refuse,
}

/// A retired form of a message: an envelope's payload that comes bare.
#[derive(Debug, PartialEq)]
pub struct Form {
    /// Its name.
    pub name: &'static str,
    /// The version that stopped sending it.
    pub retired_in: &'static str,
    /// The discriminator value of its message.
    pub message: &'static str,
    /// Members that tell the form: name, and value as JSON text.
    pub matches: &'static [(&'static str, &'static str)],
    /// Members of the envelope that get the time of receipt.
    pub filled: &'static [&'static str],
    /// What is done with it unless a receiver is told otherwise.
    pub policy: Policy,
    /// What came, and how to send it today.
    pub hint: &'static str,
}

/// What is known of the frames of one direction, for telling what is wrong with one.
#[derive(Debug)]
pub struct Frames {
    /// The discriminator.
    pub tag: &'static str,
    /// The payload, where frames have an envelope.
    pub payload: Option<&'static str>,
    /// The discriminator values that the schema lists.
    pub known: &'static [&'static str],
    /// Messages whose payload has a discriminator of its own: value, and name of that discriminator.
    pub nested: &'static [(&'static str, &'static str)],
    /// The legacy forms.
    pub forms: &'static [Form],
}

impl Frames {
    /// Completes an error: the JSON Pointer, the message, and what to do if the frame has a shape that is
    /// known to go wrong.
    #[cold]
    pub fn explain(&self, error: Error, text: &str) -> Error {
        let error = error.located(text);
        let error = match hint::message(self, text) {
            Some(message) => error.with_message(message),
            None => error,
        };
        match (error.hint(), hint::wrapping(self, text)) {
            (None, Some(hint)) => error.with_hint(hint),
            _ => error,
        }
    }

    /// The form that a frame has, and its members.
    fn form<'t>(&self, text: &'t str) -> Option<(&'static Form, JsonObject<'t>)> {
        if self.forms.is_empty() {
            return None;
        }
        let frame = JsonObject::parse(text).ok()?;
        let enveloped = self.payload.is_some_and(|payload| frame.get(payload).is_some());
        if enveloped || frame.get(self.tag).is_some() {
            return None;
        }
        let fits = |form: &&Form| {
            form.matches
                .iter()
                .all(|(name, value)| frame.get(name).is_some_and(|found| found.text() == *value))
        };
        let form = self.forms.iter().find(fits)?;
        Some((form, frame))
    }

    /// The canonical frame of a bare one. The members are copied as they were written.
    fn convert(&self, form: &Form, frame: &JsonObject<'_>, received_at: f64) -> String {
        let mut out = Writer::with_capacity(frame.text().len() + 128);
        out.raw("{");
        out.member(self.tag);
        out.string(form.message);
        out.member(self.payload.unwrap_or_default());
        out.raw(frame.text());
        for name in form.filled {
            out.member(name);
            out.f64(received_at);
        }
        out.raw("}");
        out.into_string()
    }
}

/// Told of every legacy frame: its form, and what was done with it.
type Observer = Box<dyn Fn(&'static Form, Policy) + Send + Sync>;

/// Receives frames: the policy of each legacy form, and who is told of them.
pub struct Receiver {
    frames: &'static Frames,
    policies: Vec<Policy>,
    observer: Option<Observer>,
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver").field("policies", &self.policies).finish_non_exhaustive()
    }
}

impl Receiver {
    /// A receiver with the policies that the schema declares.
    pub fn new(frames: &'static Frames) -> Self {
        let policies = frames.forms.iter().map(|form| form.policy).collect();
        Self { frames, policies, observer: None }
    }

    /// Sets the policy for every legacy form.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policies.fill(policy);
        self
    }

    /// Sets the policy for the legacy form with this name; there may be none.
    #[must_use]
    pub fn with_form_policy(mut self, form: &str, policy: Policy) -> Self {
        for (known, slot) in self.frames.forms.iter().zip(&mut self.policies) {
            if known.name == form {
                *slot = policy;
            }
        }
        self
    }

    /// Calls `observer` for every legacy frame, whatever is done with it: count them there.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&'static Form, Policy) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Receives a frame. A canonical one costs what decoding it costs; only what is not canonical is looked
    /// at again.
    pub fn receive<'a, F>(
        &self,
        text: &'a str,
        received_at: f64,
        decode: impl FnOnce(&'a str) -> Result<Decoded<F>>,
        decode_converted: impl FnOnce(&str) -> Result<Decoded<F>>,
    ) -> Received<F> {
        let decoded = decode(text);
        if let Ok(Decoded { value, unknown: false }) = decoded {
            return Received { outcome: Outcome::Canonical(value), form: None };
        }
        if let Some((form, frame)) = self.frames.form(text) {
            return self.legacy(form, &frame, received_at, text, decode_converted);
        }
        let outcome = match decoded {
            Ok(decoded) => Outcome::Unknown(decoded.value),
            Err(error) => Outcome::Invalid(self.frames.explain(error, text)),
        };
        Received { outcome, form: None }
    }

    #[cold]
    fn legacy<F>(
        &self,
        form: &'static Form,
        frame: &JsonObject<'_>,
        received_at: f64,
        text: &str,
        decode: impl FnOnce(&str) -> Result<Decoded<F>>,
    ) -> Received<F> {
        let index = self.frames.forms.iter().position(|known| std::ptr::eq(known, form));
        let policy = index.and_then(|index| self.policies.get(index)).copied().unwrap_or(form.policy);
        if let Some(observer) = &self.observer {
            observer(form, policy);
        }
        let outcome = if policy == Policy::Refuse {
            Outcome::Invalid(refused(self.frames, form, text))
        } else {
            let canonical = self.frames.convert(form, frame, received_at);
            match decode(&canonical) {
                Ok(decoded) => Outcome::Legacy(decoded.value),
                Err(error) => {
                    let hint = format!("the place is that in the converted frame of form {:?}", form.name);
                    Outcome::Invalid(self.frames.explain(error, &canonical).with_hint(hint))
                }
            }
        };
        Received { outcome, form: Some(form) }
    }
}

#[cold]
fn refused(frames: &Frames, form: &Form, text: &str) -> Error {
    let expected = format!("a frame with `{}`", frames.tag);
    let found = format!("the legacy form {:?}, which is refused", form.name);
    // The byte where the frame begins.
    let offset = text.len() - text.trim_start().len();
    Error::new(Code::LegacyRefused, offset, expected, found).with_hint(form.hint)
}
