//! A frame taken apart as far as forms look into it.

use super::super::parser::{Kind, Parser};
use super::{Legacy, Place};
use std::borrow::Cow;
use std::collections::HashMap;

/// How many names are compared one by one; objects with more are rare, and hashing pays for them.
pub(super) const FEW: usize = 16;

/// The members of an object: names, and values as JSON text.
#[derive(Debug)]
pub(super) struct Object<'f> {
    pub(super) members: Vec<(Cow<'f, str>, &'f str)>,
    /// Where each name stands, if there are many: a frame may have any number of them, and forms ask for dozens.
    index: HashMap<Cow<'f, str>, usize>,
}

impl<'f> Object<'f> {
    /// Takes `text` apart; `None` if it is no object.
    pub(super) fn parse(text: &'f str) -> Option<Self> {
        let mut parser = Parser::new(text);
        if parser.peek().ok()? != Kind::Object {
            return None;
        }
        parser.object_start().ok()?;
        let (mut members, mut first) = (Vec::new(), true);
        while let Some(name) = parser.object_next(&mut first).ok()? {
            parser.whitespace();
            members.push((name, parser.raw().ok()?));
        }
        let many = members.len() > FEW;
        let names = members.iter().take_while(|_| many).enumerate();
        let index = names.map(|(at, (name, _))| (name.clone(), at)).collect();
        Some(Self { members, index })
    }

    fn get(&self, name: &str) -> Option<&'f str> {
        let found = if self.members.len() > FEW {
            self.index.get(name).and_then(|at| self.members.get(*at))
        } else {
            self.members.iter().find(|(known, _)| known == name)
        };
        found.map(|(_, value)| *value)
    }
}

/// A frame, and those of its members whose members forms look at, taken apart once.
#[derive(Debug)]
pub(super) struct Frame<'f, 't> {
    pub(super) top: Object<'f>,
    below: Vec<(&'t str, Object<'f>)>,
}

impl<'f, 't> Frame<'f, 't> {
    /// Takes `text` apart, which must be a whole valid JSON text; `None` if it is no object.
    pub(super) fn parse(legacy: &Legacy<'t>, text: &'f str) -> Option<Self> {
        let mut parser = Parser::new(text);
        parser.skip().and_then(|()| parser.finish()).ok()?;
        let top = Object::parse(text)?;
        let mut below: Vec<(&'t str, Object<'f>)> = Vec::new();
        for form in legacy.forms {
            let conditions = form.conditions.iter().map(|(place, _)| place);
            for place in form.discriminator.iter().chain(form.payload).chain(conditions) {
                let Some(name) = place.first().filter(|name| below.iter().all(|(known, _)| known != *name))
                else {
                    continue;
                };
                below.extend(top.get(name).and_then(Object::parse).map(|object| (*name, object)));
            }
        }
        Some(Self { top, below })
    }

    /// What stands at a place, as JSON text.
    pub(super) fn at(&self, place: Place<'_>) -> Option<&'f str> {
        let (first, rest) = place.split_first()?;
        let Some((second, rest)) = rest.split_first() else { return self.top.get(first) };
        let (_, object) = self.below.iter().find(|(known, _)| known == first)?;
        rest.iter().try_fold(object.get(second)?, |value, name| Object::parse(value)?.get(name))
    }

    /// The string at a place.
    pub(super) fn string(&self, place: Place<'_>) -> Option<Cow<'f, str>> {
        string(self.at(place)?)
    }
}

/// The string that a JSON text is.
pub(super) fn string(text: &str) -> Option<Cow<'_, str>> {
    text.starts_with('"').then(|| Parser::new(text).string().ok()).flatten()
}
