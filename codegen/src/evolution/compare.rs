//! Two versions, message by message.

use super::apart;
use super::change::{Change, Comparison, Fact, Facts, Overclaim, Skew, Unread};
use super::explain::{self, Explained, explain};
use super::legacy::{self, Reader};
use super::messages::{self, Message};
use super::rules::{self, Effect, Rule};
use super::version::Version;
use crate::compat::{self, Options, View};
use crate::model::{CloseCode, Side};
use crate::schema::SchemaId;
use crate::source::{Origin, Pointer};
use crate::text::value::raw;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How versions are compared.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How schemas are.
    pub options: Options,
    /// The peers that count.
    pub skews: Vec<Skew>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { options: Options::default(), skews: Skew::ALL.to_vec() }
    }
}

/// Compares two versions of a protocol.
pub fn compare(old: &Version, new: &Version, settings: &Settings) -> Comparison {
    let (mut before, mut after) = (keyed(messages::of(old)), keyed(messages::of(new)));
    define(&mut before, old, &after);
    define(&mut after, new, &before);
    let (old_reader, new_reader) = (Reader::new(old), Reader::new(new));
    let (changes, unread, overclaimed) = (Vec::new(), Vec::new(), Vec::new());
    let mut run = Run { old, new, old_reader, new_reader, settings, changes, unread, overclaimed };
    let names: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let mut common = Vec::new();
    for key in &names {
        match (before.get(*key), after.get(*key)) {
            (Some(before), Some(after)) => common.push((before, after)),
            (None, Some(message)) => run.added(message, &before, &after),
            (Some(message), None) => run.removed(message, &before, &after),
            (None, None) => {}
        }
    }
    run.common(&common);
    run.close_codes();
    run.gone();
    let (mut changes, mut unread) = (run.changes, run.unread);
    unread.sort_by_cached_key(|unread| (unread.sender as u8, unread.message.clone()));
    changes.sort_by_cached_key(|change| {
        (change.sender as u8, change.message.clone(), change.path.clone(), change.rule.id)
    });
    Comparison { messages: names.len(), changes, unread, overclaimed: run.overclaimed }
}

/// A message's sender and name.
type Key = (u8, String);
type Messages = BTreeMap<Key, Message>;

fn keyed(messages: Vec<Message>) -> Messages {
    messages.into_iter().map(|message| ((message.sender as u8, message.name.clone()), message)).collect()
}

/// Adds what a version defines under the names of messages that only the other one has.
fn define(messages: &mut Messages, version: &Version, others: &Messages) {
    let missing = others.iter().filter(|(key, _)| !messages.contains_key(*key));
    let defined = missing.filter_map(|(key, other)| Some((key.clone(), messages::defined(version, other)?)));
    let defined: Vec<(Key, Message)> = defined.collect();
    messages.extend(defined);
}

struct Run<'a> {
    old: &'a Version,
    new: &'a Version,
    old_reader: Reader<'a>,
    new_reader: Reader<'a>,
    settings: &'a Settings,
    changes: Vec<Change>,
    unread: Vec<Unread>,
    overclaimed: Vec<Overclaim>,
}

impl Run<'_> {
    /// Messages that both versions have. What changed in every message of a side alike is told once.
    fn common(&mut self, common: &[(&Message, &Message)]) {
        let mut found = Vec::new();
        for (before, after) in common {
            let facts = self.facts(before, after);
            let mut explained = explain(self.old, self.new, before, after);
            let breaks = |effect: fn(&Rule) -> Effect| {
                explained.iter().any(|one| matches!(effect(one.rule), Effect::Refuses | Effect::Depends))
            };
            let unexplained = facts.old_consumer.breaks() && !breaks(|rule| rule.old_consumer)
                || facts.new_consumer.breaks() && !breaks(|rule| rule.new_consumer);
            if unexplained {
                explained.push(Explained::new(rules::CONTENT, String::new(), Some(self.origin(after))));
            }
            let own = self.own(&explained, &facts, before, after);
            for one in &explained {
                self.overclaimed.extend(facts.overclaimed(one, &after.name));
            }
            self.unread(after, own.iter().map(|(facts, _)| facts).chain([&facts]));
            found.push((*after, explained.into_iter().zip(own).collect()));
        }
        let everywhere = everywhere(&found);
        let mut told: BTreeMap<(u8, String), usize> = BTreeMap::new();
        for (message, explained) in found {
            for (one, (facts, together)) in explained {
                let key = (message.sender as u8, one.key());
                let shared = everywhere.contains(&key);
                // Of what is told once for many messages, the gravest counts.
                let known = told.get(&key).filter(|_| shared).copied();
                if known.is_some_and(|known| !facts.is_graver(&self.changes[known].facts)) {
                    continue;
                }
                let name = (!shared).then(|| message.name.clone());
                let change = Change { together, ..self.change(message.sender, name, one, facts) };
                if let Some(known) = known {
                    self.changes[known] = change;
                } else {
                    told.insert(key, self.changes.len());
                    self.changes.push(change);
                }
            }
        }
    }

    /// What of the facts about a message is due to each of its changes, and whether it is only due to some together.
    fn own(
        &self,
        explained: &[Explained],
        facts: &Facts,
        before: &Message,
        after: &Message,
    ) -> Vec<(Facts, bool)> {
        let options = &self.settings.options;
        let (old, new) = ((self.old, before), (self.new, after));
        let by_old = apart::own(explained, &facts.old_consumer, |rule| rule.old_consumer, new, old, options);
        let by_new = apart::own(explained, &facts.new_consumer, |rule| rule.new_consumer, old, new, options);
        let both = by_old.into_iter().zip(by_new).map(|(old, new)| {
            let together = old.together || new.together;
            (Facts { old_consumer: old.fact, new_consumer: new.fact }, together)
        });
        both.collect()
    }

    /// Notes a message that does not get through, by one of the facts about it.
    fn unread<'f>(&mut self, message: &Message, facts: impl Iterator<Item = &'f Facts>) {
        let (mut by_old, mut by_new) = (false, false);
        for facts in facts {
            by_old |= facts.old_consumer.breaks();
            by_new |= facts.new_consumer.breaks();
        }
        if by_old || by_new {
            let (sender, message) = (message.sender, message.name.clone());
            self.unread.push(Unread { sender, message, by_old, by_new });
        }
    }

    fn facts(&self, before: &Message, after: &Message) -> Facts {
        let options = &self.settings.options;
        // What an old consumer keeps as unknown, it does not refuse.
        let added = explain::added_variants(self.old, self.new, before, after);
        let mut producer = emitted(self.new, after);
        producer.without = added.as_ref().map(|(place, texts)| compat::Without { place, texts });
        Facts {
            old_consumer: self.old_reader.fact(&producer, before, &after.name, options),
            new_consumer: self.new_reader.fact(&emitted(self.old, before), after, &before.name, options),
        }
    }

    /// A message that only the new version has.
    fn added(&mut self, message: &Message, before: &Messages, after: &Messages) {
        let reserved = self.old.protocol.reserved.iter().any(|name| raw(name) == message.name);
        let rule = rules::find(match moved(message, before, after) {
            _ if reserved => "MSG-009",
            Some(Moved::Flipped) => "MSG-005",
            Some(Moved::Either) => "MSG-006",
            None => "MSG-001",
        });
        let old_consumer = match rule.old_consumer {
            Effect::Refuses => refused(self.new, message, self.old, &self.settings.options),
            _ => Fact::Unrecognised,
        };
        let facts = Facts { old_consumer, new_consumer: Fact::Accepted };
        self.unread(message, std::iter::once(&facts));
        let explained = Explained::new(rule, String::new(), Some(self.origin(message)));
        self.tell(message.sender, Some(message.name.clone()), explained, facts);
    }

    /// A message that only the old version has.
    fn removed(&mut self, message: &Message, before: &Messages, after: &Messages) {
        let legacy = self.new.protocol.legacy.iter().filter(|legacy| legacy.sender == message.sender);
        let mut retired = legacy.flat_map(|legacy| &legacy.names);
        let alias = retired.find(|name| raw(&name.name) == message.name);
        let alias = alias.and_then(|alias| alias.message.first()).map(|name| raw(name).to_owned());
        let reserved = self.new.protocol.reserved.iter().any(|name| raw(name) == message.name);
        let rule = rules::find(match moved(message, after, before) {
            _ if alias.is_some() => "MSG-004",
            Some(Moved::Flipped) => "MSG-005",
            Some(Moved::Either) => "MSG-007",
            None if reserved || self.new.manifest.is_none() => "MSG-002",
            None => "MSG-008",
        });
        let heir = alias.as_ref().and_then(|alias| after.get(&(message.sender as u8, alias.clone())));
        let new_consumer = match heir {
            Some(heir) => {
                let (producer, options) = (emitted(self.old, message), &self.settings.options);
                self.new_reader.fact(&producer, heir, &message.name, options)
            }
            None => refused(self.old, message, self.new, &self.settings.options),
        };
        let facts = Facts { old_consumer: Fact::Accepted, new_consumer };
        self.unread(message, std::iter::once(&facts));
        let mut explained = Explained::new(rule, String::new(), root(self.new));
        explained.after = alias;
        self.tell(message.sender, Some(message.name.clone()), explained, facts);
    }

    /// What the old version reads of the past, and the new one no longer.
    fn gone(&mut self) {
        for gone in legacy::gone(&self.old_reader, &self.new_reader) {
            let facts = Facts { old_consumer: Fact::Accepted, new_consumer: gone.fact };
            let mut explained = Explained::new(gone.rule, gone.path, root(self.new));
            (explained.before, explained.after) = (Some(gone.before), gone.after);
            self.tell(gone.sender, gone.message, explained, facts);
        }
    }

    /// Codes by which connections are closed: they only grow in number.
    fn close_codes(&mut self) {
        let shown = |code: &CloseCode| format!("{} {}", code.code, raw(&code.name));
        for code in &self.old.protocol.close_codes {
            let now = self.new.protocol.close_codes.iter().find(|new| new.code == code.code);
            if now.is_some_and(|now| now.name == code.name) {
                continue;
            }
            let facts = Facts { old_consumer: Fact::Misread, new_consumer: Fact::Misread };
            let mut explained = Explained::new(rules::find("ENV-013"), String::new(), root(self.new));
            explained.before = Some(shown(code));
            explained.after = now.map(shown);
            self.tell(Side::Either, None, explained, facts);
        }
        for code in &self.new.protocol.close_codes {
            if self.old.protocol.close_codes.iter().all(|old| old.code != code.code) {
                let mut explained = Explained::new(rules::find("ENV-014"), String::new(), root(self.new));
                explained.after = Some(shown(code));
                let facts = Facts { old_consumer: Fact::Unrecognised, new_consumer: Fact::Accepted };
                self.tell(Side::Either, None, explained, facts);
            }
        }
    }

    fn origin(&self, message: &Message) -> Origin {
        self.new.schemas.get(message.schema).origin.clone()
    }

    fn tell(&mut self, sender: Side, message: Option<String>, explained: Explained, facts: Facts) {
        let change = self.change(sender, message, explained, facts);
        self.changes.push(change);
    }

    fn change(&self, sender: Side, message: Option<String>, explained: Explained, facts: Facts) -> Change {
        let place = explained.origin.as_ref().and_then(|origin| self.new.place(origin));
        Change::new(sender, message, explained, facts, place, &self.settings.skews)
    }
}

/// What changed in a message: each change with its own facts, and whether it breaks only together with others.
type Told = Vec<(Explained, (Facts, bool))>;

/// What changed alike in every message of a side that has several.
fn everywhere(found: &[(&Message, Told)]) -> BTreeSet<(u8, String)> {
    let mut counts: BTreeMap<(u8, String), usize> = BTreeMap::new();
    let mut messages: BTreeMap<u8, usize> = BTreeMap::new();
    for (message, explained) in found {
        *messages.entry(message.sender as u8).or_default() += 1;
        let keys: BTreeSet<String> = explained.iter().map(|(one, _)| one.key()).collect();
        for key in keys {
            *counts.entry((message.sender as u8, key)).or_default() += 1;
        }
    }
    let all = |((sender, _), count): &(&(u8, String), &usize)| messages.get(sender) == Some(count);
    let several = |(_, count): &(&(u8, String), &usize)| **count > 1;
    counts.iter().filter(all).filter(several).map(|(key, _)| key.clone()).collect()
}

/// How a message came to another side.
enum Moved {
    /// Now the other side sends it.
    Flipped,
    /// Now the other side sends it as well.
    Either,
}

/// Whether the other side sent the message before.
fn moved(message: &Message, before: &Messages, after: &Messages) -> Option<Moved> {
    let other = (message.sender.peer() as u8, message.name.clone());
    let was = message.sender != Side::Either && before.contains_key(&other);
    was.then(|| if after.contains_key(&other) { Moved::Either } else { Moved::Flipped })
}

/// What a producer can emit of a message.
fn emitted<'a>(of: &'a Version, message: &Message) -> compat::Side<'a> {
    let (schemas, root) = (&of.schemas, message.schema);
    compat::Side {
        schemas,
        root,
        beside: &[],
        instead: &[],
        view: View::Closed,
        without: None,
        rewritings: &[],
    }
}

/// What a version without a message does with its frames: they are refused, or taken for something else.
fn refused(of: &Version, message: &Message, by: &Version, options: &Options) -> Fact {
    let roots: Vec<SchemaId> = match message.sender {
        Side::Server => by.schemas.roots.server.into_iter().collect(),
        Side::Client => by.schemas.roots.client.into_iter().collect(),
        Side::Either => messages::of(by).into_iter().map(|message| message.schema).collect(),
    };
    let emitted = emitted(of, message);
    let frame = frame(of, message).or_else(|| compat::example(&emitted, options));
    let refused = |frame: &Value| {
        let others = || roots.iter().all(|root| by.schemas.accepts(*root, frame, false) == Some(false));
        of.schemas.accepts(message.schema, frame, false) == Some(true) && others()
    };
    match (frame, roots.split_first()) {
        (Some(frame), _) if refused(&frame) => Fact::Refused { witness: Some(frame) },
        (_, Some((root, instead))) => {
            let (schemas, root, view) = (&by.schemas, *root, View::Open);
            let others =
                compat::Side { schemas, root, beside: &[], instead, view, without: None, rewritings: &[] };
            match compat::included(&emitted, &others, options).into() {
                Fact::Accepted => Fact::Misread,
                fact => fact,
            }
        }
        (_, None) => Fact::Unknown { reason: "no frame of it was found".to_owned() },
    }
}

/// An example of a message.
fn frame(of: &Version, message: &Message) -> Option<Value> {
    let keywords = of.schemas.get(message.schema).keywords()?;
    Some(keywords.notes.examples.first()?.node.to_value())
}

fn root(version: &Version) -> Option<Origin> {
    let document = version.schemas.documents().first()?;
    Some(document.origin(&document.root, Pointer::root()))
}
