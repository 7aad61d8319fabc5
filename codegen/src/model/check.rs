//! What only shows once everything is lowered: contradictions, and files that nothing refers to.

use super::{Argument, Constraint, Protocol, Shape, TypeDef};
use crate::diagnostic::{Code, Finding, Findings};
use crate::json::Node;
use crate::load::Loader;
use crate::schema::{Schemas, count};
use crate::source::Pointer;
use crate::text::quoted;

/// A file that nothing refers to would change unseen.
pub(super) fn files(loader: &mut Loader, findings: &mut Findings) {
    for path in loader.unread() {
        let at = loader.absent(&path);
        let message = format!("nothing refers to the file {}", crate::text::quoted(&path));
        let help = "refer to it from a schema, or delete it";
        findings.add(Code::UnreferencedFile, &at, message, help);
    }
}

/// Checks every type.
pub(super) fn types(protocol: &Protocol, findings: &mut Findings) {
    for ty in &protocol.types {
        for bounds in BOUNDS {
            contradiction(ty, bounds, findings);
        }
    }
    for direction in &protocol.directions {
        let Some(root) = direction.roots.first().map(|root| protocol.ty(*root)) else { continue };
        if !matches!(root.shape, Shape::Envelope(_) | Shape::Union(_)) {
            let message =
                format!("the frames of the {} are not a union of messages", direction.sender.name());
            let help = "let the root be a `oneOf` of messages that a discriminator tells apart";
            findings.add(Code::MissingRoot, &root.origin, message, help);
        }
    }
}

/// Checks what the root file says of the protocol as a whole: names and codes mean one thing each.
pub(super) fn root(protocol: &Protocol, schemas: &Schemas, findings: &mut Findings) {
    let Some(document) = schemas.documents().first() else { return };
    for direction in &protocol.directions {
        let roots = direction.roots.iter().map(|root| &protocol.ty(*root).shape);
        let variants = roots.flat_map(|shape| match shape {
            Shape::Envelope(envelope) => &envelope.variants[..],
            Shape::Union(union) => &union.variants,
            _ => &[],
        });
        for variant in variants.filter(|variant| protocol.reserved.contains(&variant.value)) {
            let name: String = serde_json::from_str(&variant.value.json()).unwrap_or_default();
            let at = document.origin_at(Pointer::root().member("x-reserved").member(&name).as_str());
            let message = format!("{} is a message of today", quoted(&name));
            let help = "remove it from `x-reserved`, or give the message another name";
            let finding = Finding::new(Code::InvalidExtension, &at, message, help);
            findings.report(finding.also(&variant.origin, "the message"));
        }
    }
    let Some(codes) = document.root.member("x-close-codes") else { return };
    let codes = codes.value.elements();
    for (index, code) in codes.iter().enumerate() {
        for (key, what) in [("code", "close code"), ("name", "name of a close code")] {
            let value = |code: &Node| {
                let value = &code.member(key)?.value;
                value.string().map(str::to_owned).or_else(|| Some(count(value)?.to_string()))
            };
            let Some(own) = value(code) else { continue };
            let earlier = codes.iter().take(index).position(|other| value(other).as_ref() == Some(&own));
            let Some(earlier) = earlier else { continue };
            let at = |index: usize| document.origin_at(&format!("/x-close-codes/{index}/{key}"));
            let message = format!("{} is a {what} a second time", quoted(&own));
            let finding = Finding::new(Code::InvalidExtension, &at(index), message, "give each its own");
            findings.report(finding.also(&at(earlier), "the first one"));
        }
    }
}

/// Pairs of keywords of which the first must not exceed the second.
const BOUNDS: [(&str, &str); 6] = [
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
];

fn contradiction(ty: &TypeDef, (least, greatest): (&str, &str), findings: &mut Findings) {
    let (Some(low), Some(high)) = (ty.constraint(least), ty.constraint(greatest)) else { return };
    // An exclusive bound leaves nothing of an interval that is a single point.
    let exclusive = least.starts_with("exclusive") || greatest.starts_with("exclusive");
    let empty = match (&low.argument, &high.argument) {
        (Argument::Count(low), Argument::Count(high)) => low > high,
        (Argument::Bound(low), Argument::Bound(high)) if exclusive => low >= high,
        (Argument::Bound(low), Argument::Bound(high)) => low > high,
        _ => false,
    };
    if empty {
        let message = format!("no value satisfies both `{least}` and `{greatest}`");
        let finding = Finding::new(Code::Unsatisfiable, &low.origin, message, "mend one of the two");
        findings.report(finding.also(&high.origin, "the other bound"));
    }
}

impl TypeDef {
    /// The constraint that a keyword put on this type.
    pub fn constraint(&self, keyword: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.keyword == keyword)
    }
}
