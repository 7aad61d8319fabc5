//! The model as Python sees it: names, the module that each class stands in, what is a message.

use crate::model::{Envelope, Protocol, Shape, Side, TypeDef, TypeId, Variant};
use crate::text::{Text, python};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The module that an item stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// What both sides use.
    Types,
    /// What only one side sends.
    Side(Side),
}

/// How a type appears in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// As an expression where it is used.
    Inline,
    /// As an alias with a name.
    Alias,
    /// As a class.
    Class,
}

/// A message: a payload under the discriminator values that select it.
pub(super) struct Message<'p> {
    /// The name of its class.
    pub class: String,
    /// Who sends it, under which name on the wire, and what is said of that.
    pub sent: Vec<(Side, &'p Variant)>,
    /// Its payload.
    pub payload: TypeId,
    /// Its module.
    pub home: Home,
}

/// The protocol with its Python names.
pub(super) struct View<'p> {
    pub protocol: &'p Protocol,
    /// The messages without listed members, by the name of the class.
    pub free: Vec<Message<'p>>,
    /// Who sends each payload that is an object, as which message.
    pub sent: HashMap<TypeId, Vec<(Side, &'p Variant)>>,
    reached: [HashSet<TypeId>; 2],
    free_payloads: HashSet<TypeId>,
}

impl<'p> View<'p> {
    pub(super) fn new(protocol: &'p Protocol) -> Self {
        let reach = |side: Side| {
            let roots = protocol.direction(side).map(|direction| &direction.roots[..]).unwrap_or_default();
            protocol.reachable(roots).into_iter().collect()
        };
        let reached = [reach(Side::Server), reach(Side::Client)];
        let (sent, free_payloads) = (HashMap::new(), HashSet::new());
        let mut view = Self { protocol, free: Vec::new(), sent, reached, free_payloads };
        view.find_messages();
        view
    }

    fn find_messages(&mut self) {
        let mut free: BTreeMap<String, Message<'p>> = BTreeMap::new();
        for (side, variant) in self.payloads() {
            if let Shape::FreeObject = self.get(variant.ty).shape {
                self.free_payloads.insert(variant.ty);
                let class = python::class_name(std::slice::from_ref(&variant.value));
                let fresh = Message {
                    class: class.clone(),
                    sent: Vec::new(),
                    payload: variant.ty,
                    home: Home::Side(side),
                };
                let message = free.entry(class).or_insert(fresh);
                message.sent.push((side, variant));
                if message.sent.iter().any(|(other, _)| *other != side) {
                    message.home = Home::Types;
                }
            } else {
                self.sent.entry(variant.ty).or_default().push((side, variant));
            }
        }
        self.free = free.into_values().collect();
    }

    /// What each side sends as a message, members of inner unions among it.
    fn payloads(&self) -> Vec<(Side, &'p Variant)> {
        let mut found = Vec::new();
        for side in self.senders() {
            for variant in self.envelope(side).iter().flat_map(|(_, envelope)| &envelope.variants) {
                match &self.get(variant.ty).shape {
                    Shape::Union(union) => found.extend(union.variants.iter().map(|inner| (side, inner))),
                    _ => found.push((side, variant)),
                }
            }
        }
        found
    }

    pub(super) fn get(&self, id: TypeId) -> &'p TypeDef {
        self.protocol.ty(id)
    }

    /// The sides that send something.
    pub(super) fn senders(&self) -> impl Iterator<Item = Side> + use<'_, 'p> {
        [Side::Server, Side::Client].into_iter().filter(|side| self.envelope(*side).is_some())
    }

    /// The frames of a side.
    pub(super) fn envelope(&self, side: Side) -> Option<(TypeId, &'p Envelope)> {
        let root = *self.protocol.direction(side)?.roots.first()?;
        match &self.get(root).shape {
            Shape::Envelope(envelope) => Some((root, envelope)),
            _ => None,
        }
    }

    /// Discriminator values of the peer's frames that are none of a side's own.
    pub(super) fn peer_only(&self, side: Side) -> Vec<&'p Text> {
        let values = |side: Side| {
            let variants = self.envelope(side).into_iter().flat_map(|(_, envelope)| &envelope.variants);
            variants.map(|variant| &variant.value)
        };
        let own: BTreeSet<&Text> = values(side).collect();
        values(side.peer()).filter(|value| !own.contains(value)).collect()
    }

    pub(super) fn item(&self, id: TypeId) -> Item {
        let ty = self.get(id);
        match ty.shape {
            Shape::Object(_) | Shape::Envelope(_) => Item::Class,
            Shape::Union(_) | Shape::Enumeration(_) => Item::Alias,
            Shape::FreeObject if self.free_payloads.contains(&id) => Item::Inline,
            Shape::String | Shape::Number | Shape::Integer { .. } | Shape::FreeObject if ty.name.given => {
                Item::Alias
            }
            _ => Item::Inline,
        }
    }

    /// The name of a class or an alias.
    pub(super) fn name(&self, id: TypeId) -> String {
        python::class_name(&self.get(id).name.words)
    }

    /// Where a class or an alias stands: scalars where all modules find them.
    pub(super) fn home(&self, id: TypeId) -> Home {
        let [server, client] = &self.reached;
        let is_scalar =
            !matches!(self.get(id).shape, Shape::Object(_) | Shape::Union(_) | Shape::Envelope(_));
        match (server.contains(&id), client.contains(&id)) {
            (true, false) if !is_scalar => Home::Side(Side::Server),
            (false, true) if !is_scalar => Home::Side(Side::Client),
            _ => Home::Types,
        }
    }

    /// The types of a module, in the order of first use.
    pub(super) fn types_of(&self, home: Home) -> impl Iterator<Item = TypeId> + use<'_, 'p> {
        let roots: Vec<TypeId> =
            self.senders().filter_map(|side| self.envelope(side)).map(|(root, _)| root).collect();
        self.protocol.reachable(&roots).into_iter().filter(move |id| self.home(*id) == home)
    }

    /// The class of a message: that of its payload, or one of its own.
    pub(super) fn message_class(&self, variant: &Variant) -> String {
        match self.get(variant.ty).shape {
            Shape::FreeObject => python::class_name(std::slice::from_ref(&variant.value)),
            _ => self.name(variant.ty),
        }
    }

    /// The types that a side's messages are, each once, with the module that it stands in.
    pub(super) fn message_classes(&self, side: Side) -> Vec<(String, Home)> {
        let mut found = Vec::new();
        for variant in self.envelope(side).into_iter().flat_map(|(_, envelope)| &envelope.variants) {
            let class = self.message_class(variant);
            let free = self.free.iter().find(|message| message.class == class);
            let home = free.map_or_else(|| self.home(variant.ty), |message| message.home);
            found.push((class, home));
        }
        found
    }

    /// Whether `null` is a value of a type.
    pub(super) fn is_nullable(&self, id: TypeId) -> bool {
        matches!(self.get(id).shape, Shape::Nullable(_) | Shape::Null | Shape::Any)
    }

    /// What the union of a side's messages is called: `ServerFrame` carries a `ServerMessage`.
    pub(super) fn message_union(&self, root: TypeId) -> String {
        let name = self.name(root);
        let stem = name.strip_suffix("Frame").filter(|stem| !stem.is_empty()).unwrap_or(&name);
        format!("{stem}Message")
    }
}
