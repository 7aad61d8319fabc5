//! What changed in a message, told by rules: the models of both versions, side by side.
//!
//! Types are compared by what they carry. Where their schemas stand and what they are called does not count.

mod limits;
mod object;
mod shape;
mod words;

use super::Version;
use super::messages::{Content, Message};
use super::rules::{self, Rule};
use crate::model::{Constraint, Doc, Envelope, Protocol, Shape, TypeId, Variant};
use crate::source::{Origin, Pointer};
use crate::text::Text;
use crate::text::value::raw;
use std::collections::HashSet;

/// A change, told.
#[derive(Debug, Clone)]
pub(super) struct Explained {
    pub(super) rule: &'static Rule,
    /// JSON Pointer into the frame.
    pub(super) path: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// Where the new schema says so, or would.
    pub(super) origin: Option<Origin>,
}

impl Explained {
    pub(super) const fn new(rule: &'static Rule, path: String, origin: Option<Origin>) -> Self {
        Self { rule, path, before: None, after: None, origin }
    }

    /// What makes it the same change in another message.
    pub(super) fn key(&self) -> String {
        format!("{} {} {:?} {:?}", self.rule.id, self.path, self.before, self.after)
    }
}

/// Everything that changed in a message.
pub(super) fn explain(old: &Version, new: &Version, before: &Message, after: &Message) -> Vec<Explained> {
    let (Some(one), Some(other)) = (before.content, after.content) else { return Vec::new() };
    let origin = new.schemas.get(after.schema).origin.clone();
    let mut diff = Diff { old: &old.protocol, new: &new.protocol, seen: HashSet::new(), found: Vec::new() };
    let place = At { path: Pointer::root(), origin };
    match (one, other) {
        (Content::Frame(one), Content::Frame(other)) => diff.types(one, other, &place),
        (Content::Payload(one), Content::Payload(other)) => {
            let envelopes = (envelope(diff.old, before), envelope(diff.new, after));
            if let (Some(old), Some(new)) = envelopes {
                diff.envelopes(old, new, &place);
                diff.types(one, other, &place.member(raw(&new.payload)));
                // What a discriminator of the payload does not list is kept as unknown.
                let payload = Pointer::root().member(raw(&new.payload));
                for told in &mut diff.found {
                    if told.rule.id == "UNI-001" && told.path == payload.as_str() && tagged(diff.new, other) {
                        told.rule = rules::find("UNI-002");
                    }
                }
            }
        }
        (Content::Frame(_), Content::Payload(_)) | (Content::Payload(_), Content::Frame(_)) => {
            diff.tell("ENV-002", &place, None, None);
        }
    }
    diff.found
}

fn tagged(protocol: &Protocol, ty: TypeId) -> bool {
    matches!(protocol.ty(ty).shape, Shape::Union(_))
}

/// Payloads of a message that an old consumer does not know: where their discriminator stands, and its values.
pub(super) fn added_variants<'a>(
    old: &'a Version,
    new: &'a Version,
    before: &Message,
    after: &Message,
) -> Option<([&'a str; 2], Vec<&'a str>)> {
    let (Some(Content::Payload(one)), Some(Content::Payload(other))) = (before.content, after.content) else {
        return None;
    };
    let union = |version: &'a Version, ty| match &version.protocol.ty(ty).shape {
        Shape::Union(union) => Some(union),
        _ => None,
    };
    let (one, other) = (union(old, one)?, union(new, other)?);
    if one.tag != other.tag {
        return None;
    }
    let known: HashSet<&Text> = one.variants.iter().flat_map(Variant::values).collect();
    let values = other.variants.iter().flat_map(Variant::values).filter(|value| !known.contains(value));
    let added: Vec<&str> = values.map(raw).collect();
    let payload = raw(&envelope(&new.protocol, after)?.payload);
    (!added.is_empty()).then(|| ([payload, raw(&other.tag)], added))
}

/// The envelope that a message of this side lies in.
fn envelope<'a>(protocol: &'a Protocol, message: &Message) -> Option<&'a Envelope> {
    let root = protocol.direction(message.sender)?.roots.first()?;
    match &protocol.ty(*root).shape {
        Shape::Envelope(envelope) => Some(envelope),
        _ => None,
    }
}

/// A place in a frame, and the place in the new schema that speaks of it.
#[derive(Debug, Clone)]
struct At {
    path: Pointer,
    origin: Origin,
}

impl At {
    fn member(&self, name: &str) -> Self {
        Self { path: self.path.member(name), origin: self.origin.clone() }
    }

    /// The same place, where another part of the schema says more of it.
    fn said(&self, origin: &Origin) -> Self {
        Self { path: self.path.clone(), origin: origin.clone() }
    }
}

/// The comparison of two models.
struct Diff<'a> {
    old: &'a Protocol,
    new: &'a Protocol,
    /// Types that were compared, or are being compared: the same type at another place changed in the same way.
    seen: HashSet<(TypeId, TypeId)>,
    found: Vec<Explained>,
}

/// A type without the wrappers that say one thing each.
struct Bare<'a> {
    shape: &'a Shape,
    id: TypeId,
    nullable: bool,
    constraints: Vec<&'a Constraint>,
    doc: &'a Doc,
}

impl<'a> Bare<'a> {
    fn of(protocol: &'a Protocol, mut id: TypeId) -> Self {
        let doc = &protocol.ty(id).doc;
        let (mut nullable, mut constraints) = (false, Vec::new());
        // Wrappers do not contain themselves.
        for _ in 0..protocol.types.len() {
            let ty = protocol.ty(id);
            constraints.extend(&ty.constraints);
            match &ty.shape {
                Shape::Nullable(inner) => (nullable, id) = (true, *inner),
                Shape::Checked(inner) => id = *inner,
                _ => break,
            }
        }
        Self { shape: &protocol.ty(id).shape, id, nullable, constraints, doc }
    }
}

impl<'a> Diff<'a> {
    fn tell(&mut self, rule: &str, at: &At, before: Option<String>, after: Option<String>) {
        let (path, origin) = (at.path.as_str().to_owned(), Some(at.origin.clone()));
        let told = Explained { rule: rules::find(rule), path, before, after, origin };
        if !self.found.iter().any(|found| found.key() == told.key()) {
            self.found.push(told);
        }
    }

    /// Tells the change in one direction or in the other.
    fn tell_either(&mut self, is_first: bool, [one, other]: [&str; 2], at: &At, values: [Option<String>; 2]) {
        let [before, after] = values;
        self.tell(if is_first { one } else { other }, at, before, after);
    }

    /// Two types that stand at the same place.
    fn types(&mut self, old: TypeId, new: TypeId, at: &At) {
        if !self.seen.insert((old, new)) {
            return;
        }
        let at = &at.said(&self.new.ty(new).origin);
        let (one, other) = (Bare::of(self.old, old), Bare::of(self.new, new));
        if one.nullable != other.nullable
            && !matches!(one.shape, Shape::Any)
            && !matches!(other.shape, Shape::Any)
        {
            let words = [Some(words::ty(self.old, old)), Some(words::ty(self.new, new))];
            self.tell_either(other.nullable, ["FLD-015", "FLD-016"], at, words);
        }
        self.notes(one.doc, other.doc, at);
        self.shapes(&one, &other, at);
        self.limits(&one, &other, at);
    }

    /// What frames do not show.
    fn notes(&mut self, old: &Doc, new: &Doc, at: &At) {
        if let (Some(one), Some(other)) = (&old.unit, &new.unit)
            && one != other
        {
            self.tell("NUM-012", at, Some(raw(one).to_owned()), Some(raw(other).to_owned()));
        }
        if old.deprecated != new.deprecated {
            self.tell_either(new.deprecated, ["DEP-001", "DEP-007"], at, [None, None]);
        }
    }

    /// The members that frames share.
    fn envelopes(&mut self, old: &'a Envelope, new: &'a Envelope, at: &At) {
        let shown = |name| Some(raw(name).to_owned());
        if old.tag != new.tag {
            self.tell("ENV-001", at, shown(&old.tag), shown(&new.tag));
        }
        if old.payload != new.payload {
            self.tell("ENV-002", at, shown(&old.payload), shown(&new.payload));
        }
        if old.open != new.open {
            self.tell_either(new.open, ["ENV-016", "ENV-017"], at, [None, None]);
        }
        let rules =
            object::Rules { added: ["ENV-005", "ENV-003"], closed: "FLD-002", gone: ["ENV-006", "ENV-004"] };
        let one = object::Fields { known: old.fields().collect(), retired: &old.retired, closed: !old.open };
        let other =
            object::Fields { known: new.fields().collect(), retired: &new.retired, closed: !new.open };
        self.fields(&one, &other, &rules, at);
    }
}
