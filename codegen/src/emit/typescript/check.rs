//! What the package cannot express.

use super::view::{View, capitalised};
use crate::diagnostic::{Code, Findings};
use crate::model::{Additional, Argument, Protocol, Shape, Side, TypeDef, TypeId};
use crate::source::Origin;
use std::collections::HashMap;

/// Reports it.
pub(super) fn check(protocol: &Protocol, findings: &mut Findings) {
    let view = View::new(protocol);
    for direction in &protocol.directions {
        if view.frames_of(direction).is_none() || direction.sender == Side::Either {
            for root in &direction.roots {
                unsupported(
                    "what is no frame with an envelope that one side sends",
                    &protocol.ty(*root).origin,
                    findings,
                );
            }
        }
    }
    for (id, ty) in protocol.iter() {
        shape(&view, id, ty, findings);
    }
    names(&view, findings);
}

fn shape(view: &View<'_>, id: TypeId, ty: &TypeDef, findings: &mut Findings) {
    let what = match &ty.shape {
        Shape::Never => "a schema that no value has",
        Shape::BigInteger => "an integer without bounds, which no double holds",
        Shape::Integer { min, max } if *min < -SAFE || *max > SAFE => {
            "an integer beyond 2^53, which no double holds"
        }
        Shape::Tuple(_) => "an array with types of their own for its first items",
        Shape::Map(_) => "an object that maps any names to values of one type",
        Shape::Checked(_) => "a type that is checked as a whole",
        Shape::Mixed(_) => "a choice between JSON types",
        Shape::Choice(_) => "a choice that no property tells apart",
        Shape::Object(object) if matches!(object.additional, Additional::Typed(_)) => {
            "a schema for properties that are not listed"
        }
        Shape::Envelope(_) if !is_root(view, id) => "an envelope inside a frame",
        _ if ty.constraints.iter().any(|constraint| matches!(constraint.argument, Argument::Plan(_))) => {
            "a combination of keywords that is checked as a whole"
        }
        _ => return,
    };
    unsupported(what, &ty.origin, findings);
}

/// The largest integer up to which a double holds every one.
const SAFE: i128 = (1 << 53) - 1;

fn is_root(view: &View<'_>, id: TypeId) -> bool {
    view.protocol.directions.iter().any(|direction| direction.roots.contains(&id))
}

fn unsupported(what: &str, origin: &Origin, findings: &mut Findings) {
    let message = format!("{what} cannot be expressed in the TypeScript package");
    let help = "write it in another way, or remove `[typescript]` from the manifest";
    findings.add(Code::UnsupportedShape, origin, message, help);
}

/// Each name is that of one thing.
fn names(view: &View<'_>, findings: &mut Findings) {
    let mut known: HashMap<String, Option<&Origin>> =
        OWN.iter().map(|name| ((*name).to_owned(), None)).collect();
    for frames in view.frames() {
        let side = capitalised(frames.direction.sender);
        known.extend(OF_SIDE.iter().map(|name| (name.replace("Side", side), None)));
    }
    for id in view.types() {
        let (Some(name), origin) = (view.name(id), &view.protocol.ty(id).origin) else { continue };
        let message = match known.insert(name.clone(), Some(origin)) {
            None => continue,
            Some(None) => format!("the TypeScript package has a `{name}` of its own"),
            Some(Some(_)) => format!("two types become `{name}` in TypeScript"),
        };
        findings.add(Code::NameCollision, origin, message, "rename it in the schema");
    }
}

/// Names that the package has for itself.
const OWN: &[&str] = &[
    "Canonical",
    "CloseCode",
    "Code",
    "FrameError",
    "FrameOf",
    "Invalid",
    "Issue",
    "JsonObject",
    "JsonValue",
    "Legacy",
    "LegacySeen",
    "Negotiation",
    "NegotiationPeer",
    "ParseOptions",
    "Policies",
    "Policy",
    "StandardSchema",
    "Unknown",
    "Verdict",
];

/// The same for each side.
const OF_SIDE: &[&str] = &[
    "SideEnvelope",
    "SideEnvelopeMembers",
    "SideEvents",
    "SideFrame",
    "SideFrameHandlers",
    "SideFrames",
    "SideFrameOf",
    "SideHandler",
    "SideLegacyForm",
    "SidePolicies",
    "SideVerdict",
    "UnknownSideFrame",
];
