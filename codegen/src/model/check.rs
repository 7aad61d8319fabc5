//! What only shows once everything is lowered: contradictions, and files that nothing refers to.

use super::{Argument, Constraint, Protocol, Shape, TypeDef};
use crate::diagnostic::{Code, Finding, Findings};
use crate::load::Loader;

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
