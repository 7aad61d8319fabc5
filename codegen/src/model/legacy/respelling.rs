//! Retired spellings of properties, gathered from the types of a protocol into tables.

use super::{Conversion, Members, Respelling};
use crate::diagnostic::{Code, Findings};
use crate::model::{Argument, Envelope, Field, Protocol, Shape, TypeId};
use crate::schema::{OldUnit, Synonym};
use std::collections::{HashMap, HashSet};

/// Every retired spelling can become the property that replaced it.
pub(super) fn check(protocol: &Protocol, findings: &mut Findings) {
    for field in protocol.iter().flat_map(|(_, ty)| fields(&ty.shape)) {
        for synonym in &field.synonyms {
            if conversion(protocol, field, synonym).is_none() {
                let message = format!("{} cannot be converted from that unit", field.name.quoted());
                let help = "a time or a duration has `x-unit`, `seconds` or `milliseconds`; under a name of its own the \
                            unit must be another, and times in seconds need a `maximum` that milliseconds exceed";
                findings.add(Code::InvalidExtension, &synonym.origin, message, help);
            }
        }
    }
}

/// What becomes of the value of a retired spelling.
fn conversion(protocol: &Protocol, field: &Field, synonym: &Synonym) -> Option<Conversion> {
    let Some(old) = synonym.unit else { return Some(Conversion::Move) };
    let (unit, maximum) = measured(protocol, field.ty);
    match (old, unit.as_deref()) {
        (OldUnit::Seconds, Some("seconds")) | (OldUnit::Milliseconds, Some("milliseconds"))
            if synonym.name != field.name =>
        {
            Some(Conversion::Move)
        }
        (OldUnit::Seconds, Some("milliseconds")) if synonym.name != field.name => {
            Some(Conversion::SecondsToMilliseconds)
        }
        (OldUnit::Milliseconds, Some("seconds")) if synonym.name != field.name => {
            Some(Conversion::MillisecondsToSeconds { above: f64::NEG_INFINITY })
        }
        // Under the same name, only the size of the number tells the two apart.
        (OldUnit::Milliseconds, Some("seconds")) => {
            maximum.map(|above| Conversion::MillisecondsToSeconds { above })
        }
        (OldUnit::Iso8601, Some("seconds")) => Some(Conversion::IsoToSeconds),
        (OldUnit::Iso8601, None) if is_string(protocol, field.ty) => Some(Conversion::IsoToUtc),
        _ => None,
    }
}

/// The unit and the maximum of a number.
fn measured(protocol: &Protocol, id: TypeId) -> (Option<String>, Option<f64>) {
    let ty = protocol.ty(id);
    match &ty.shape {
        Shape::Nullable(inner) | Shape::Checked(inner) => measured(protocol, *inner),
        _ => {
            let unit = ty.doc.unit.as_ref().and_then(|unit| serde_json::from_str(&unit.json()).ok());
            let maximum = ty.constraints.iter().find(|constraint| constraint.keyword == "maximum");
            let bound = maximum.and_then(|constraint| match constraint.argument {
                Argument::Bound(bound) => Some(bound),
                _ => None,
            });
            (unit, bound)
        }
    }
}

fn is_string(protocol: &Protocol, id: TypeId) -> bool {
    match &protocol.ty(id).shape {
        Shape::Nullable(inner) | Shape::Checked(inner) => is_string(protocol, *inner),
        shape => matches!(shape, Shape::String),
    }
}

fn fields(shape: &Shape) -> Vec<&Field> {
    match shape {
        Shape::Object(object) => object.fields.iter().collect(),
        Shape::Envelope(envelope) => envelope.fields().collect(),
        _ => Vec::new(),
    }
}

/// Gathers tables of members.
pub(super) struct Respellings<'p> {
    protocol: &'p Protocol,
    members: Vec<Members>,
    /// The table of each object that has one.
    known: HashMap<TypeId, usize>,
    /// The types with retired spellings in them or somewhere below.
    respelt: HashSet<TypeId>,
}

impl<'p> Respellings<'p> {
    pub(super) fn new(protocol: &'p Protocol) -> Self {
        let direct =
            |id: &TypeId| fields(&protocol.ty(*id).shape).iter().any(|field| !field.synonyms.is_empty());
        let ids = || protocol.iter().map(|(id, _)| id);
        let respelt = ids().filter(|id| protocol.reachable(&[*id]).iter().any(direct)).collect();
        Self { protocol, members: Vec::new(), known: HashMap::new(), respelt }
    }

    pub(super) fn finish(self) -> Vec<Members> {
        self.members
    }

    /// The members of the envelope besides discriminator and payload.
    pub(super) fn envelope(&mut self, envelope: &'p Envelope) -> usize {
        let index = self.members.len();
        self.members.push(Members::default());
        self.fill(index, &envelope.fields().collect::<Vec<_>>());
        index
    }

    /// The members of a payload; one without listed properties has none.
    pub(super) fn payload(&mut self, id: TypeId) -> usize {
        match &self.protocol.ty(id).shape {
            Shape::Nullable(inner) | Shape::Checked(inner) => self.payload(*inner),
            Shape::Object(object) => {
                if let Some(known) = self.known.get(&id) {
                    return *known;
                }
                let index = self.members.len();
                self.known.insert(id, index);
                self.members.push(Members::default());
                self.fill(index, &object.fields.iter().collect::<Vec<_>>());
                index
            }
            _ => {
                self.members.push(Members::default());
                self.members.len() - 1
            }
        }
    }

    fn fill(&mut self, index: usize, fields: &[&'p Field]) {
        let mut found = Members::default();
        for field in fields {
            found.listed.push(field.name.clone());
            for synonym in &field.synonyms {
                let Some(conversion) = conversion(self.protocol, field, synonym) else { continue };
                let (old, name) = (synonym.name.clone(), field.name.clone());
                found.synonyms.push(Respelling { old, name, conversion });
            }
            if let Some(object) = self.object(field.ty) {
                let inner = self.payload(object);
                found.inner.push((field.name.clone(), inner));
            }
        }
        self.members[index] = found;
    }

    /// The object with retired spellings that a type carries, on its own or in an array.
    fn object(&self, id: TypeId) -> Option<TypeId> {
        match &self.protocol.ty(id).shape {
            Shape::Nullable(inner) | Shape::Checked(inner) | Shape::Array(inner) => self.object(*inner),
            Shape::Object(_) => self.respelt.contains(&id).then_some(id),
            _ => None,
        }
    }
}
