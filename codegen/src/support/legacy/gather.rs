//! Members of the canonical frame while they are gathered, and the places that they come from.

use super::super::json::Json;
use super::super::writer::Writer;
use super::frame::FEW;
use super::{Place, value};
use std::cell::OnceCell;
use std::collections::HashMap;

/// The names that lead to a value of the frame.
pub(super) struct Trail<'a> {
    above: Above<'a>,
    pub(super) name: &'a str,
    /// The same as a JSON Pointer, once somebody asks: a frame may lose something in many places of one array.
    pointer: OnceCell<String>,
}

/// What a value is in.
#[derive(Clone, Copy)]
enum Above<'a> {
    /// What stands at a place; the frame itself at the empty one.
    Place(Place<'a>),
    /// What this leads to.
    Trail(&'a Trail<'a>),
}

impl<'a> Trail<'a> {
    pub(super) fn below(place: Place<'a>, name: &'a str) -> Self {
        Self { above: Above::Place(place), name, pointer: OnceCell::new() }
    }

    pub(super) fn then<'b>(&'b self, name: &'b str) -> Trail<'b> {
        Trail { above: Above::Trail(self), name, pointer: OnceCell::new() }
    }

    pub(super) fn stands_at(&self, place: Place<'_>) -> bool {
        self.stands_below(&[], place)
    }

    /// Whether these names are those of `above`, and then those of `place`.
    pub(super) fn stands_below(&self, above: Place<'_>, place: Place<'_>) -> bool {
        let Some((last, rest)) = place.split_last() else {
            return !above.is_empty() && self.stands_below(&[], above);
        };
        *last == self.name
            && match self.above {
                Above::Trail(trail) => trail.stands_below(above, rest),
                Above::Place(known) => known.iter().eq(above.iter().chain(rest)),
            }
    }

    pub(super) fn pointer(&self) -> &str {
        self.pointer.get_or_init(|| {
            let mut pointer = match self.above {
                Above::Trail(trail) => trail.pointer().to_owned(),
                Above::Place(place) => {
                    place.iter().fold(String::new(), |above, name| above + "/" + &escaped(name))
                }
            };
            pointer.push('/');
            pointer.push_str(&escaped(self.name));
            pointer
        })
    }
}

/// A name in a JSON Pointer (RFC 6901 §3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Members under the names of today.
#[derive(Default)]
pub(super) struct Gathered<'f> {
    pub(super) members: Vec<Member<'f>>,
    /// Where each name stands, once there are many.
    index: HashMap<String, usize>,
}

pub(super) struct Member<'f> {
    pub(super) name: String,
    /// JSON text.
    pub(super) value: String,
    /// What it was made of, a part of the legacy frame.
    found: &'f str,
}

impl<'f> Gathered<'f> {
    pub(super) fn get(&self, name: &str) -> Option<&Member<'f>> {
        if self.members.len() > FEW {
            return self.index.get(name).and_then(|at| self.members.get(*at));
        }
        self.members.iter().find(|member| member.name == name)
    }

    /// Adds a member; the same value twice is one value. If there is another value, that is what comes back.
    pub(super) fn add(&mut self, name: &str, value: String, found: &'f str) -> Result<(), &'f str> {
        let Some(known) = self.get(name) else {
            self.push(name, value, found);
            return Ok(());
        };
        match (Json::parse(&known.value), Json::parse(&value)) {
            (Ok(a), Ok(b)) if value::equal(&a, &b) => Ok(()),
            _ => Err(known.found),
        }
    }

    /// Adds a member that is not there yet.
    pub(super) fn push(&mut self, name: &str, value: String, found: &'f str) {
        self.members.push(Member { name: name.to_owned(), value, found });
        let new = match self.members.len() {
            0..=FEW => return,
            length if self.index.is_empty() => 0..length,
            length => length - 1..length,
        };
        let members = self.members.iter().enumerate().skip(new.start);
        self.index.extend(members.map(|(at, member)| (member.name.clone(), at)));
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.raw("{");
        for member in &self.members {
            out.member(&member.name);
            out.raw(&member.value);
        }
        out.raw("}");
    }
}
