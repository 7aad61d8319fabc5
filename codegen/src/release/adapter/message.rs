//! What the notes say of one message, held against both versions.

use super::book::Entry;
use super::{ByHand, HELP, Told};
use crate::adapt::{Message, Place, Spot, Step, Version as Which};
use crate::diagnostic::{Code, Findings};
use crate::evolution::Version;
use crate::model::{Arena, Side};
use crate::source::{Origin, Span};
use crate::text::{Text, quoted};
use std::collections::{BTreeMap, BTreeSet};

/// What the notes say of a message.
#[derive(Debug)]
pub(super) struct Work<'b> {
    pub(super) sender: Side,
    /// Its name in one of the versions.
    name: String,
    /// Where the first of the notes begins.
    pub(super) at: Origin,
    /// The notes, each once.
    notes: Vec<&'b Entry>,
    steps: Vec<(Step<'static>, Origin)>,
    /// What is done by hand.
    by_hand: Vec<&'b str>,
}

impl<'b> Work<'b> {
    pub(super) const fn new(sender: Side, name: String, at: Origin) -> Self {
        Self { sender, name, at, notes: Vec::new(), steps: Vec::new(), by_hand: Vec::new() }
    }

    /// Adds what a note says.
    pub(super) fn add(&mut self, entry: &'b Entry, arena: Arena<'static>, findings: &mut Findings) {
        if self.notes.iter().any(|known| std::ptr::eq(*known, entry)) {
            return;
        }
        self.notes.push(entry);
        if entry.note.by_hand {
            self.by_hand.push(&entry.note.what);
        }
        for declared in &entry.note.adapter {
            let span = Span { start: declared.span().start, end: declared.span().end };
            let at = Origin { span, ..entry.at.clone() };
            match declared.get_ref().step(arena) {
                Ok(step) => self.steps.push((step, at)),
                Err(message) => findings.add(Code::InvalidAdapter, &at, message, HELP),
            }
        }
    }

    /// The message's name in one of the versions.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether no example can tell whether the adapter is right.
    pub(super) const fn is_by_hand(&self) -> bool {
        !self.by_hand.is_empty()
    }
}

/// The tables of a side's messages.
pub(super) fn messages<'w>(
    works: impl Iterator<Item = &'w Work<'w>>,
    old: &Version,
    new: &Version,
    arena: Arena<'static>,
    by_hand: &mut Vec<ByHand>,
    findings: &mut Findings,
) -> Vec<Message<'static>> {
    let mut known: BTreeMap<(bool, &'static str), &Origin> = BTreeMap::new();
    let mut found = Vec::new();
    for work in works {
        let told = (Told::of(&old.protocol, work.sender), Told::of(&new.protocol, work.sender));
        let (Some(before), Some(after)) = told else { continue };
        let names = Names::of(work, &before, &after);
        let steps = work.steps.iter().filter_map(|(step, at)| match names.checked(*step, &before, &after) {
            Ok(step) => Some(step),
            Err(message) => {
                findings.add(Code::InvalidAdapter, at, message, HELP);
                None
            }
        });
        let steps: Vec<Step<'static>> = steps.collect();
        if let Some(place) = merged(&steps) {
            let message = format!(
                "two values of {} become one, and nothing is said to be lost",
                quoted(&pointer(place))
            );
            findings.add(Code::InvalidAdapter, &work.at, message, INSTEAD);
        }
        let name = |name: &Option<String>| name.as_deref().map(|name| arena.str(name));
        let (old, new) = (name(&names.old), name(&names.new));
        for key in [old.map(|name| (true, name)), new.map(|name| (false, name))].into_iter().flatten() {
            if known.insert(key, &work.at).is_some() {
                let message = format!("two adapters take frames of {}", quoted(key.1));
                findings.add(Code::InvalidAdapter, &work.at, message, INSTEAD);
            }
        }
        if work.is_by_hand() {
            let text = |name: Option<&str>| name.map(Text::new);
            let what = work.by_hand.iter().copied().map(Text::new).collect();
            by_hand.push(ByHand { sender: work.sender, old: text(old), new: text(new), what });
        }
        found.push(Message { old, new, steps: arena.slice(steps.into_iter()), by_hand: work.is_by_hand() });
    }
    found
}

/// What to do where two things become one.
const INSTEAD: &str =
    "say with `drop`, `instead` and `loss` what becomes of one of them: there is no way back";

/// The place of which two values are replaced by one, in either direction.
fn merged(steps: &[Step<'static>]) -> Option<Place<'static>> {
    let mut known = BTreeSet::new();
    steps.iter().find_map(|step| match *step {
        Step::Replace { place, old, new } => {
            let single = known.insert((true, place, old)) & known.insert((false, place, new));
            (!single).then_some(place)
        }
        _ => None,
    })
}

/// What a message is called.
struct Names {
    /// In the old version, if frames are upgraded.
    old: Option<String>,
    /// In the new one, if frames are downgraded.
    new: Option<String>,
    /// The message of the old version that frames become, if they do without a way back.
    to_old: Option<String>,
    /// The message of the new version that frames become, if they do without a way back.
    to_new: Option<String>,
}

impl Names {
    fn of(work: &Work<'_>, before: &Told<'_>, after: &Told<'_>) -> Self {
        let name = Some(work.name.clone());
        let mut names = Self {
            old: name.clone().filter(|name| before.named(name).next().is_some()),
            new: name.filter(|name| after.named(name).next().is_some()),
            to_old: None,
            to_new: None,
        };
        let string = |json: &str| serde_json::from_str::<String>(json).ok();
        for (step, _) in &work.steps {
            match *step {
                Step::Replace { place: [tag], old, new } if *tag == before.tag => {
                    if names.new.is_none() && string(old) == names.old {
                        names.new = string(new);
                    } else if names.old.is_none() && string(new) == names.new {
                        names.old = string(old);
                    }
                }
                Step::Drop { version: Which::Old, place: [tag], instead: Some(name), .. }
                    if *tag == before.tag =>
                {
                    names.to_new = string(name);
                }
                Step::Drop { version: Which::New, place: [tag], instead: Some(name), .. }
                    if *tag == after.tag =>
                {
                    names.to_old = string(name);
                }
                _ => {}
            }
        }
        names
    }

    /// The step, its places found in the versions whose they are.
    fn checked(
        &self,
        step: Step<'static>,
        before: &Told<'_>,
        after: &Told<'_>,
    ) -> Result<Step<'static>, String> {
        let old = |place: Place<'_>| has(before, self.old.as_ref().or(self.to_old.as_ref()), place);
        let new = |place: Place<'_>| has(after, self.new.as_ref().or(self.to_new.as_ref()), place);
        let there = |which: Which, place: Place<'_>| {
            let found = if which == Which::Old { old(place) } else { new(place) };
            if found { Ok(()) } else { Err(strange(which, place)) }
        };
        let shared = |place: Place<'_>, other: &dyn Fn(Place<'_>) -> bool| {
            (0..=place.len()).rev().find(|end| place.get(..*end).is_some_and(other)).unwrap_or_default()
        };
        match step {
            Step::Move { old: Spot { place: from, .. }, new: Spot { place: to, .. } } => {
                there(Which::Old, from)?;
                there(Which::New, to)?;
                if from.is_empty() || to.is_empty() || stars(from) != stars(to) {
                    return Err("a move leads from a place to another one, with as many `*`".to_owned());
                }
                Ok(Step::Move {
                    old: Spot { place: from, shared: shared(from, &new) },
                    new: Spot { place: to, shared: shared(to, &old) },
                })
            }
            Step::Replace { place, old, new } => {
                there(Which::Old, place)?;
                if old == new {
                    return Err("both versions have the same value: nothing is replaced".to_owned());
                }
                Ok(step)
            }
            Step::Default { version, place, value, .. } => {
                there(version, place)?;
                if place.last().is_none_or(|last| *last == "*") {
                    return Err("a default is the value of a property".to_owned());
                }
                let strange = !if version == Which::Old { new(place) } else { old(place) };
                Ok(Step::Default { version, place, value, strange })
            }
            Step::Drop { version, place, only, instead, .. } => {
                there(version, place)?;
                if place.is_empty() && (only.is_some() || instead.is_some()) {
                    return Err("a whole frame is dropped without `value` and `instead`".to_owned());
                }
                Ok(step)
            }
        }
    }
}

fn has(told: &Told<'_>, message: Option<&String>, place: Place<'_>) -> bool {
    message.is_some_and(|message| told.named(message).next().is_some() && told.has(message, place))
}

fn strange(which: Which, place: Place<'_>) -> String {
    let which = if which == Which::Old { "old" } else { "new" };
    format!("no frame of the message has {} in the {which} version", quoted(&pointer(place)))
}

fn pointer(place: Place<'_>) -> String {
    place.iter().fold(String::new(), |above, name| above + "/" + name)
}

fn stars(place: Place<'_>) -> usize {
    place.iter().filter(|name| **name == "*").count()
}
