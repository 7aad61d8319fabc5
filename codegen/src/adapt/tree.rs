//! A frame as a tree that can be changed, whose parts keep their text.

use super::Place;
use crate::support::legacy::value;
use crate::support::{Json, Kind, Parser, Result, Writer};
use std::borrow::Cow;

/// Stands for any item or member.
const ANY: &str = "*";

/// A value, and where it stands in the frame's text.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) at: usize,
    pub(super) tree: Tree<'a>,
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Tree<'a> {
    /// What has no parts, as JSON.
    Scalar(&'a str),
    Array(Vec<Node<'a>>),
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

/// A value that was taken out of a tree, and the names and indices that led to it.
pub(super) struct Taken<'a> {
    pub(super) path: Vec<String>,
    pub(super) node: Node<'a>,
}

/// Why nothing can be put at a place: what stands in the way, in bytes from the start of the frame.
pub(super) enum Blocked {
    /// There is another value already.
    Taken(usize),
    /// It would be inside of something that has no such member.
    NoObject(usize),
}

impl<'a> Node<'a> {
    /// Reads the next value. Recursion is bounded: the parser counts the levels.
    pub(super) fn read(parser: &mut Parser<'a>) -> Result<Self> {
        let kind = parser.peek()?;
        let at = parser.offset();
        let mut first = true;
        let tree = match kind {
            Kind::Array => {
                let mut items = Vec::new();
                parser.array_start()?;
                while parser.array_next(&mut first)? {
                    items.push(Self::read(parser)?);
                }
                Tree::Array(items)
            }
            Kind::Object => {
                let mut members = Vec::new();
                parser.object_start()?;
                while let Some(name) = parser.object_next(&mut first)? {
                    members.push((name, Self::read(parser)?));
                }
                Tree::Object(members)
            }
            _ => Tree::Scalar(parser.raw()?),
        };
        Ok(Self { at, tree })
    }

    /// Reads `text`, which must be one value.
    pub(super) fn parse(text: &'a str) -> Result<Self> {
        let mut parser = Parser::new(text);
        let read = Self::read(&mut parser).and_then(|node| parser.finish().map(|()| node));
        read.map_err(|error| error.located(text))
    }

    pub(super) fn write(&self, out: &mut Writer) {
        match &self.tree {
            Tree::Scalar(text) => out.raw(text),
            Tree::Array(items) => {
                out.raw("[");
                for item in items {
                    out.element();
                    item.write(out);
                }
                out.raw("]");
            }
            Tree::Object(members) => {
                out.raw("{");
                for (name, value) in members {
                    out.member(name);
                    value.write(out);
                }
                out.raw("}");
            }
        }
    }

    pub(super) fn text(&self) -> String {
        let mut out = Writer::new();
        self.write(&mut out);
        out.into_string()
    }

    /// Whether this is the value that a JSON text is.
    pub(super) fn is(&self, json: &str) -> bool {
        let text = self.text();
        text == json
            || matches!((Json::parse(&text), Json::parse(json)), (Ok(a), Ok(b)) if value::equal(&a, &b))
    }

    /// The string that is the member of this name.
    pub(super) fn string(&self, name: &str) -> Option<Cow<'a, str>> {
        let Tree::Object(members) = &self.tree else { return None };
        match members.iter().find(|(known, _)| known == name)?.1.tree {
            Tree::Scalar(text) => Parser::new(text).string().ok(),
            Tree::Array(_) | Tree::Object(_) => None,
        }
    }

    /// Visits what stands at a place, or at all that it means.
    pub(super) fn visit(
        &mut self,
        place: Place<'_>,
        path: &mut Vec<String>,
        visit: &mut impl FnMut(&mut Self, &[String]),
    ) {
        let Some((first, rest)) = place.split_first() else { return visit(self, path) };
        for (name, child) in self.children(first) {
            path.push(name);
            child.visit(rest, path, visit);
            path.pop();
        }
    }

    /// The members or items that a name means, with their names.
    fn children(&mut self, name: &str) -> Vec<(String, &mut Self)> {
        let meant = |known: &str| name == ANY || known == name;
        match &mut self.tree {
            Tree::Scalar(_) => Vec::new(),
            Tree::Array(items) => {
                let items = items.iter_mut().enumerate().filter(|_| name == ANY);
                items.map(|(index, item)| (index.to_string(), item)).collect()
            }
            Tree::Object(members) => {
                let members = members.iter_mut().filter(|(known, _)| meant(known));
                members.map(|(known, value)| (known.clone().into_owned(), value)).collect()
            }
        }
    }

    /// Takes out what stands at a place and is wanted. An object that is left empty by it goes as well, if it stands
    /// below the first `shared` names of the place.
    pub(super) fn take(
        &mut self,
        place: Place<'_>,
        shared: usize,
        wanted: &impl Fn(&Self) -> bool,
    ) -> Vec<Taken<'a>> {
        let mut found = Vec::new();
        self.take_below(place, shared, wanted, &mut Vec::new(), &mut found);
        found
    }

    fn take_below(
        &mut self,
        place: Place<'_>,
        shared: usize,
        wanted: &impl Fn(&Self) -> bool,
        path: &mut Vec<String>,
        found: &mut Vec<Taken<'a>>,
    ) {
        let Some((first, rest)) = place.split_first() else { return };
        if rest.is_empty() {
            return self.remove(first, wanted, path, found);
        }
        let mut emptied = Vec::new();
        for (name, child) in self.children(first) {
            path.push(name);
            let before = found.len();
            child.take_below(rest, shared, wanted, path, found);
            let empty = matches!(&child.tree, Tree::Object(members) if members.is_empty());
            let name = path.pop().unwrap_or_default();
            if empty && found.len() > before && path.len() >= shared {
                emptied.push(name);
            }
        }
        if let Tree::Object(members) = &mut self.tree {
            members.retain(|(name, _)| !emptied.iter().any(|emptied| emptied == name));
        }
    }

    fn remove(
        &mut self,
        name: &str,
        wanted: &impl Fn(&Self) -> bool,
        path: &[String],
        found: &mut Vec<Taken<'a>>,
    ) {
        let mut take = |name: String, node: Self| {
            let path = path.iter().cloned().chain([name]).collect();
            found.push(Taken { path, node });
        };
        match &mut self.tree {
            Tree::Scalar(_) => {}
            Tree::Array(items) => {
                for (index, item) in std::mem::take(items).into_iter().enumerate() {
                    if name == ANY && wanted(&item) {
                        take(index.to_string(), item);
                    } else {
                        items.push(item);
                    }
                }
            }
            Tree::Object(members) => {
                for (known, value) in std::mem::take(members) {
                    if (name == ANY || known == name) && wanted(&value) {
                        take(known.into_owned(), value);
                    } else {
                        members.push((known, value));
                    }
                }
            }
        }
    }

    /// Puts a value where nothing stands, or the same, in objects that are made if they are missing.
    pub(super) fn put(&mut self, path: &[String], value: Self) -> std::result::Result<(), Blocked> {
        let Some((first, rest)) = path.split_first() else {
            return if self.is(&value.text()) { Ok(()) } else { Err(Blocked::Taken(self.at)) };
        };
        let at = self.at;
        match &mut self.tree {
            Tree::Scalar(_) => Err(Blocked::NoObject(at)),
            Tree::Array(items) => {
                let item = first.parse().ok().and_then(|index: usize| items.get_mut(index));
                item.ok_or(Blocked::NoObject(at))?.put(rest, value)
            }
            Tree::Object(members) => {
                if let Some((_, child)) = members.iter_mut().find(|(known, _)| known == first) {
                    return child.put(rest, value);
                }
                let made = rest.iter().rev().fold(value, |value, name| Self {
                    at: value.at,
                    tree: Tree::Object(vec![(Cow::Owned(name.clone()), value)]),
                });
                members.push((Cow::Owned(first.clone()), made));
                Ok(())
            }
        }
    }
}
