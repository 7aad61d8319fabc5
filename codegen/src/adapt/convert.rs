//! How tables change a frame.

use super::tree::{Blocked, Node, Taken, Tree};
use super::{Adapted, Frames, Lost, Message, Place, Spot, Step, Version};
use crate::support::{Code, Error, JsonObject, Parser, Result};
use std::borrow::Cow;

/// What is done by hand to a frame of a message.
type Hand<'h> = &'h dyn Fn(&str, JsonObject<'_>, &mut Vec<Lost>) -> Result<Option<JsonObject<'static>>>;

impl Frames<'_> {
    /// A frame of one version in the words of the other.
    pub(super) fn convert<'a>(&self, text: &'a str, from: Version, hand: Hand<'_>) -> Result<Adapted<'a>> {
        let unchanged = Adapted { frame: Some(Cow::Borrowed(text)), lost: Vec::new() };
        let tag = match from {
            Version::Old => self.old_tag,
            Version::New => self.new_tag,
        };
        // What is no JSON at all is for the reader, who says what is wrong with it.
        let Ok(frame) = Node::parse(text) else { return Ok(unchanged) };
        let Some(name) = frame.string(tag) else { return Ok(unchanged) };
        let Some(message) = self.messages.iter().find(|message| message.name(from) == Some(&*name)) else {
            return Ok(unchanged);
        };
        let mut conversion = Conversion { message, from, lost: Vec::new() };
        let converted = conversion.run(&name, text, hand);
        let frame = converted.map_err(|error| error.with_message(name.into_owned()))?.map(Cow::Owned);
        Ok(Adapted { frame, lost: conversion.lost })
    }
}

impl Message<'_> {
    pub(crate) const fn name(&self, version: Version) -> Option<&str> {
        match version {
            Version::Old => self.old,
            Version::New => self.new,
        }
    }
}

struct Conversion<'m> {
    message: &'m Message<'m>,
    from: Version,
    lost: Vec<Lost>,
}

impl<'m> Conversion<'m> {
    fn run(&mut self, name: &str, text: &str, hand: Hand<'_>) -> Result<Option<String>> {
        match (self.message.by_hand, self.from) {
            (false, _) => self.by_tables(text),
            (true, Version::Old) => match self.by_tables(text)? {
                Some(frame) => self.by_hand(name, &frame, hand),
                None => Ok(None),
            },
            (true, Version::New) => match self.by_hand(name, text, hand)? {
                Some(frame) => self.by_tables(&frame),
                None => Ok(None),
            },
        }
    }

    fn by_hand(&mut self, name: &str, frame: &str, hand: Hand<'_>) -> Result<Option<String>> {
        let frame = hand(name, JsonObject::parse(frame)?, &mut self.lost)?;
        Ok(frame.map(|frame| frame.text().to_owned()))
    }

    /// What is lost goes first, so that its place is that in the frame that was given; what one version needs comes last.
    fn by_tables(&mut self, text: &str) -> Result<Option<String>> {
        let mut frame = Node::parse(text)?;
        let steps = self.message.steps;
        for step in steps {
            if !self.lose(&mut frame, *step)? {
                return Ok(None);
            }
        }
        if self.from == Version::Old {
            self.replace(&mut frame)?;
        }
        self.movements(&mut frame, text)?;
        if self.from == Version::New {
            self.replace(&mut frame)?;
        }
        for step in steps {
            self.default(&mut frame, *step)?;
        }
        Ok(Some(frame.text()))
    }

    /// Drops what has no place in the other version; whether anything is left of the frame.
    fn lose<'n>(&mut self, frame: &mut Node<'n>, step: Step<'n>) -> Result<bool> {
        let (place, only, instead, loss) = match step {
            Step::Drop { version, place, only, instead, loss } if version == self.from => {
                (place, only, instead, loss)
            }
            Step::Default { version, place, value, strange: true } if version == self.from => {
                // The way back puts it there again.
                frame.take(place, place.len(), &|node| node.is(value));
                return Ok(true);
            }
            _ => return Ok(true),
        };
        let meant = |node: &Node<'_>| only.is_none_or(|only| node.is(only));
        let mut places = Vec::new();
        if place.is_empty() {
            places.push(String::new());
        } else if let Some(instead) = instead {
            let instead = Node::parse(instead)?;
            frame.visit(place, &mut Vec::new(), &mut |node, path| {
                if meant(node) {
                    node.tree = instead.tree.clone();
                    places.push(pointer(path));
                }
            });
        } else {
            places.extend(frame.take(place, place.len(), &meant).iter().map(|taken| pointer(&taken.path)));
        }
        let what = |place| Lost { place, what: Cow::Owned(loss.to_owned()) };
        self.lost.extend(places.into_iter().map(what));
        Ok(!place.is_empty())
    }

    /// Values that are written otherwise; their places are those of the other version. Each value is looked at once.
    fn replace<'n>(&self, frame: &mut Node<'n>) -> Result<()>
    where
        'm: 'n,
    {
        let mut replaced: Vec<Vec<String>> = Vec::new();
        for step in self.message.steps {
            let Step::Replace { place, old, new } = *step else { continue };
            let (before, after) = if self.from == Version::Old { (old, new) } else { (new, old) };
            let after = Node::parse(after)?;
            frame.visit(place, &mut Vec::new(), &mut |node, path| {
                if node.is(before) && !replaced.iter().any(|known| known == path) {
                    node.tree = after.tree.clone();
                    replaced.push(path.to_vec());
                }
            });
        }
        Ok(())
    }

    /// Everything that moves is taken out, the innermost first, before anything is put back, the outermost first: so
    /// two may change places, and one may lie within another.
    fn movements(&self, frame: &mut Node<'_>, text: &str) -> Result<()> {
        let moves = self.message.steps.iter().filter_map(|step| match (step, self.from) {
            (Step::Move { old, new }, Version::Old) => Some((*old, *new)),
            (Step::Move { old, new }, Version::New) => Some((*new, *old)),
            _ => None,
        });
        let mut moves: Vec<(Spot<'_>, Spot<'_>)> = moves.collect();
        moves.sort_by_key(|(from, _)| std::cmp::Reverse(from.place.len()));
        let mut taken = Vec::new();
        for (from, to) in moves {
            let found = frame.take(from.place, from.shared, &|_| true).into_iter();
            taken.extend(found.map(|Taken { path, node }| (bound(to.place, from.place, &path), node)));
        }
        taken.sort_by_key(|(path, _)| path.len());
        for (path, node) in taken {
            let found = node.text();
            frame.put(&path, node).map_err(|blocked| self::blocked(&path, &found, &blocked, text))?;
        }
        Ok(())
    }

    /// What the other version needs and the frame does not have.
    fn default<'n>(&self, frame: &mut Node<'n>, step: Step<'n>) -> Result<()> {
        let Step::Default { version, place, value, .. } = step else { return Ok(()) };
        let Some((last, above)) = place.split_last().filter(|_| version != self.from) else { return Ok(()) };
        let value = Node::parse(value)?;
        frame.visit(above, &mut Vec::new(), &mut |node, _| {
            if let Tree::Object(members) = &mut node.tree
                && members.iter().all(|(name, _)| name != last)
            {
                members.push((Cow::Borrowed(*last), value.clone()));
            }
        });
        Ok(())
    }
}

#[cold]
fn blocked(path: &[String], found: &str, blocked: &Blocked, text: &str) -> Error {
    let (code, at, expected) = match blocked {
        Blocked::Taken(at) => (Code::Conflict, *at, "nothing"),
        Blocked::NoObject(at) => (Code::Type, *at, "an object"),
    };
    let mut parser = Parser::new(text);
    parser.seek(at);
    // A long value is cut before it is copied.
    let there: String = parser.raw().unwrap_or_default().chars().take(80).collect();
    let moved: String = found.chars().take(80).collect();
    let expected = format!("{expected}, for {moved} is to be moved to {}", pointer(path));
    Error::new(code, at, expected, there).located(text)
}

/// The names that lead to what a place means, if `path` are those of another place with as many `*`.
fn bound(place: Place<'_>, other: Place<'_>, path: &[String]) -> Vec<String> {
    let mut any = other.iter().zip(path).filter(|(name, _)| **name == "*").map(|(_, name)| name.clone());
    place
        .iter()
        .map(|name| {
            let bound = if *name == "*" { any.next() } else { None };
            bound.unwrap_or_else(|| (*name).to_owned())
        })
        .collect()
}

/// A JSON Pointer (RFC 6901 §3).
fn pointer(path: &[String]) -> String {
    path.iter().fold(String::new(), |above, name| above + "/" + &name.replace('~', "~0").replace('/', "~1"))
}
