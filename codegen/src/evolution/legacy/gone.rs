//! What an old version reads of the past, and a new one no longer, or not for as long.
//!
//! A form or a name is no schema, so that nothing is proved of it: frames of it are tried, the samples of a form and
//! examples of a message.

use super::super::change::Fact;
use super::super::messages::{self, Message};
use super::super::rules::{self, Rule};
use super::{Reader, Verdict};
use crate::manifest::LegacyPolicy;
use crate::model::{Conversion, Envelope, Legacy, LegacyForm, Side};
use crate::schema::LegacySide;
use crate::source::Pointer;
use crate::text::Text;
use crate::text::value::raw;
use serde_json::Value;
use std::collections::BTreeSet;

/// Something of the past that is read in another way.
pub(crate) struct Gone {
    pub(crate) rule: &'static Rule,
    pub(crate) sender: Side,
    pub(crate) message: Option<String>,
    pub(crate) path: String,
    pub(crate) before: String,
    pub(crate) after: Option<String>,
    /// What the new consumer does with it.
    pub(crate) fact: Fact,
}

/// What became of all that the old version reads as legacy.
pub(crate) fn gone(old: &Reader<'_>, new: &Reader<'_>) -> Vec<Gone> {
    let mut found = Vec::new();
    for before in &old.version.protocol.legacy {
        let mut of = new.version.protocol.legacy.iter();
        let after = of.find(|legacy| legacy.sender == before.sender);
        let Some(envelope) = old.version.protocol.envelope(before.sender) else { continue };
        let run = Run { old, new, before, after, envelope, messages: messages::of(old.version) };
        found.extend(before.forms.iter().filter_map(|form| run.form(form)));
        found.extend(before.forms.iter().filter_map(|form| run.sunset(form)));
        found.extend(run.names());
        found.extend(run.spellings());
    }
    found
}

struct Run<'a> {
    old: &'a Reader<'a>,
    new: &'a Reader<'a>,
    before: &'a Legacy,
    after: Option<&'a Legacy>,
    envelope: &'a Envelope,
    messages: Vec<Message>,
}

impl Run<'_> {
    fn gone(&self, before: String, fact: Fact) -> Gone {
        let (rule, sender) = (rules::find("DEP-005"), self.before.sender);
        Gone { rule, sender, message: None, path: String::new(), before, after: None, fact }
    }

    fn today(&self, form: &LegacyForm) -> Option<&LegacyForm> {
        self.after?.forms.iter().find(|today| today.name == form.name)
    }

    fn form(&self, form: &LegacyForm) -> Option<Gone> {
        let forms = self.after.map(|after| after.forms.as_slice()).unwrap_or_default();
        let read = |form: &LegacyForm| form.policy != LegacyPolicy::Refuse;
        if !read(form) || forms.iter().any(|today| read(today) && same(today, form)) {
            return None;
        }
        let refused = self
            .samples(form)
            .into_iter()
            .find(|frame| self.new.verdict(self.before.sender, frame).is_none());
        let fact = match refused {
            Some(frame) => Fact::Refused { witness: Some(frame) },
            None => unknown("its samples are read, but not every such frame was shown to be"),
        };
        let mut gone = self.gone(format!("form {}", raw(&form.name)), fact);
        gone.after = self.today(form).map(|today| {
            let how = if read(today) { "told in another way" } else { "refused" };
            how.to_owned()
        });
        Some(gone)
    }

    /// The samples of a form that this side sent.
    fn samples(&self, form: &LegacyForm) -> Vec<Value> {
        let declared = self.old.version.schemas.legacy.forms.iter().map(|form| &form.declaration);
        let declared = declared.filter(|declared| *declared.name == *raw(&form.name));
        let own = if self.before.sender == Side::Server { LegacySide::Server } else { LegacySide::Client };
        let samples =
            declared.flat_map(|declared| declared.samples.iter().map(move |sample| (declared, sample)));
        samples
            .filter(|(declared, sample)| sample.sender.unwrap_or(declared.sender) == own)
            .map(|(_, sample)| sample.frame.clone())
            .collect()
    }

    fn sunset(&self, form: &LegacyForm) -> Option<Gone> {
        let today = self.today(form)?;
        let day = |form: &LegacyForm| form.sunset.as_ref().map_or(f64::INFINITY, |(_, start)| *start);
        let shown = |form: &LegacyForm| {
            let day = form.sunset.as_ref().map_or("no sunset", |(day, _)| raw(day));
            format!("form {}: {day}", raw(&form.name))
        };
        let rule = if day(today) < day(form) {
            "DEP-003"
        } else if day(today) > day(form) {
            "DEP-004"
        } else {
            return None;
        };
        let gone = self.gone(shown(form), Fact::Accepted);
        Some(Gone { rule: rules::find(rule), after: Some(shown(today)), ..gone })
    }

    fn names(&self) -> Vec<Gone> {
        let mut found = Vec::new();
        let Some(after) = self.after else { return found };
        for name in &self.before.names {
            let is_there = self.is_there(&name.message);
            let today = after.names.iter().find(|today| today.name == name.name);
            // One that is a message of today is told as a new message.
            if !is_there || after.messages.contains_key(std::slice::from_ref(&name.name)) {
                continue;
            }
            let fact = match today {
                Some(today) if today.message != name.message => Fact::Misread,
                Some(today) if (&today.constants, &today.moves) == (&name.constants, &name.moves) => continue,
                Some(_) => unknown("what it says of the payload is told in another way"),
                None => self.tried(&name.message, false, |frame| {
                    let named =
                        frame.as_object_mut().and_then(|frame| frame.get_mut(raw(&self.envelope.tag)));
                    named.map(|tag| *tag = raw(&name.name).into()).is_some()
                }),
            };
            let mut gone = self.gone(format!("retired name {}", raw(&name.name)), fact);
            gone.message = name.message.first().map(|outer| raw(outer).to_owned());
            gone.after = today.map(|today| joined(&today.message));
            found.push(gone);
        }
        found
    }

    fn is_there(&self, path: &[Text]) -> bool {
        self.after.is_some_and(|after| after.messages.contains_key(path))
    }

    fn spellings(&self) -> Vec<Gone> {
        let mut found = Vec::new();
        let Some(after) = self.after else { return found };
        for (path, message) in &self.before.messages {
            let Some(today) = after.messages.get(path).filter(|_| message.nested.is_none()) else { continue };
            let read = spellings(after, today.payload);
            for spelling in spellings(self.before, message.payload) {
                if read.contains(&spelling) {
                    continue;
                }
                let payload = raw(&self.envelope.payload);
                let written =
                    |frame: &mut Value| respell(frame.get_mut(payload), &spelling.places, &spelling);
                let fact = self.tried(path, true, |frame| written(frame).is_some());
                let mut gone = self.gone(format!("retired spelling of {}", raw(&spelling.name)), fact);
                gone.message = path.first().map(|outer| raw(outer).to_owned());
                gone.path = spelling.pointer(payload);
                found.push(gone);
            }
        }
        found
    }

    /// What becomes of an example of a message that is written as it once was. `whole`: a reader that takes it for a
    /// frame of today has lost something.
    fn tried(&self, path: &[Text], whole: bool, write: impl Fn(&mut Value) -> bool) -> Fact {
        let side = self.before.sender;
        let of_message = |message: &&Message| {
            message.sender == side && path.first().is_some_and(|outer| *raw(outer) == *message.name)
        };
        for mut frame in self.messages.iter().filter(of_message).flat_map(|of| self.old.examples(of)) {
            if !write(&mut frame) || self.old.verdict(side, &frame) != Some(Verdict::Legacy) {
                continue;
            }
            return match self.new.verdict(side, &frame) {
                Some(Verdict::Canonical) if whole => Fact::Misread,
                Some(_) => unknown("an example is read, but not every such frame was shown to be"),
                _ => Fact::Refused { witness: Some(frame) },
            };
        }
        unknown("no example shows it")
    }
}

/// A retired spelling, and where it is read.
#[derive(PartialEq)]
struct Spelling {
    /// The names, below the payload, of the objects that have it.
    places: Vec<String>,
    old: Text,
    name: Text,
    conversion: Conversion,
}

impl Spelling {
    fn pointer(&self, payload: &str) -> String {
        let places = self.places.iter().map(String::as_str).chain([raw(&self.old)]);
        places.fold(Pointer::root().member(payload), |at, name| at.member(name)).as_str().to_owned()
    }
}

/// All retired spellings of a payload.
fn spellings(legacy: &Legacy, payload: usize) -> Vec<Spelling> {
    let (mut found, mut open, mut seen) = (Vec::new(), vec![(Vec::new(), payload)], BTreeSet::new());
    while let Some((places, index)) = open.pop() {
        // What a type is within, it may be within again.
        let Some(members) = legacy.members.get(index).filter(|_| seen.insert(index)) else { continue };
        found.extend(members.synonyms.iter().map(|synonym| Spelling {
            places: places.clone(),
            old: synonym.old.clone(),
            name: synonym.name.clone(),
            conversion: synonym.conversion,
        }));
        let below = |name: &Text| places.iter().cloned().chain([raw(name).to_owned()]).collect();
        open.extend(members.inner.iter().map(|(name, inner)| (below(name), *inner)));
    }
    found
}

/// Writes a member as it once was called, if it is there.
fn respell(value: Option<&mut Value>, places: &[String], spelling: &Spelling) -> Option<()> {
    match (value?, places) {
        (Value::Array(items), _) => items.iter_mut().find_map(|item| respell(Some(item), places, spelling)),
        (Value::Object(members), [place, rest @ ..]) => respell(members.get_mut(place), rest, spelling),
        (Value::Object(members), []) => {
            let value = members.remove(raw(&spelling.name))?;
            members.insert(raw(&spelling.old).to_owned(), value);
            Some(())
        }
        _ => None,
    }
}

/// Whether both tell the same frames, and read them alike.
fn same(one: &LegacyForm, other: &LegacyForm) -> bool {
    let of = |form: &LegacyForm| {
        let LegacyForm { discriminator, names, payload, conditions, moves, dropped, .. } = form;
        format!("{:?}", (discriminator, names, payload, conditions, moves, dropped))
    };
    of(one) == of(other)
}

fn unknown(reason: &str) -> Fact {
    Fact::Unknown { reason: reason.to_owned() }
}

fn joined(path: &[Text]) -> String {
    path.iter().map(raw).collect::<Vec<_>>().join("/")
}
