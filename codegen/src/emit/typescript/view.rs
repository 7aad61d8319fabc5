//! The protocol as the TypeScript package shows it: what types are called, and in which order they stand.

use crate::model::{Direction, Envelope, Protocol, Shape, Side, TypeDef, TypeId, Union, Variant};
use crate::text::Text;
use crate::text::typescript;
use std::collections::HashSet;

/// The protocol, with the names of its types.
pub(super) struct View<'p> {
    pub(super) protocol: &'p Protocol,
}

/// What one side sends.
pub(super) struct Frames<'p> {
    pub(super) direction: &'p Direction,
    pub(super) root: &'p TypeDef,
    pub(super) envelope: &'p Envelope,
}

impl<'p> View<'p> {
    pub(super) fn new(protocol: &'p Protocol) -> Self {
        Self { protocol }
    }

    /// The frames of each side that sends any.
    pub(super) fn frames(&self) -> impl Iterator<Item = Frames<'p>> {
        self.protocol.directions.iter().filter_map(|direction| self.frames_of(direction))
    }

    /// The frames of a direction, if they share an envelope.
    pub(super) fn frames_of(&self, direction: &'p Direction) -> Option<Frames<'p>> {
        let [root] = direction.roots[..] else { return None };
        let root = self.protocol.ty(root);
        match &root.shape {
            Shape::Envelope(envelope) => Some(Frames { direction, root, envelope }),
            _ => None,
        }
    }

    /// What a type is called; nothing for one that is written out where it is used.
    pub(super) fn name(&self, id: TypeId) -> Option<String> {
        let ty = self.protocol.ty(id);
        let is_named = match ty.shape {
            Shape::Object(_) | Shape::Union(_) | Shape::Enumeration(_) => true,
            Shape::Envelope(_) => false,
            _ => ty.name.given,
        };
        is_named.then(|| typescript::type_name(&ty.name.words))
    }

    /// Every named type that frames are made of, each behind those that it is made of.
    pub(super) fn types(&self) -> Vec<TypeId> {
        let mut order = Order { view: self, seen: HashSet::new(), found: Vec::new() };
        for frames in self.frames() {
            frames.direction.roots.iter().for_each(|root| order.visit(*root));
        }
        order.found
    }

    /// The union that a message's payload is, if it has a discriminator of its own.
    pub(super) fn nested(&self, id: TypeId) -> Option<&'p Union> {
        match &self.protocol.ty(id).shape {
            Shape::Union(union) => Some(union),
            _ => None,
        }
    }

    /// The discriminator values that only the peer of a side sends.
    pub(super) fn peers(&self, frames: &Frames<'p>) -> Vec<&'p Text> {
        let values = |envelope: &'p Envelope| envelope.variants.iter().flat_map(Variant::values);
        let own: HashSet<&Text> = values(frames.envelope).collect();
        let peer = self.protocol.direction(frames.direction.sender.peer());
        let peer = peer.and_then(|direction| self.frames_of(direction));
        peer.into_iter().flat_map(|peer| values(peer.envelope)).filter(|value| !own.contains(value)).collect()
    }
}

/// Puts types behind those that they are made of.
struct Order<'v, 'p> {
    view: &'v View<'p>,
    seen: HashSet<TypeId>,
    found: Vec<TypeId>,
}

impl Order<'_, '_> {
    fn visit(&mut self, id: TypeId) {
        if !self.seen.insert(id) {
            return;
        }
        let children = self.view.protocol.ty(id).shape.children();
        for child in children {
            self.visit(child);
        }
        if self.view.name(id).is_some() {
            self.found.push(id);
        }
    }
}

/// `Server` or `Client`, in the names of what belongs to a side.
pub(super) fn capitalised(side: Side) -> &'static str {
    match side {
        Side::Server => "Server",
        Side::Client => "Client",
        Side::Either => "Either",
    }
}

/// `SERVER` or `CLIENT`, in the names of constants.
pub(super) fn upper(side: Side) -> String {
    side.name().to_uppercase()
}

/// The constant of all frames of a side.
pub(super) fn frame_name(frames: &Frames<'_>) -> String {
    format!("{}Frame", capitalised(frames.direction.sender))
}
