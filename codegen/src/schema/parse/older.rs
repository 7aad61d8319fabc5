//! What older dialects say otherwise, brought into the terms of 2020-12.

use super::{Keywords, Narrowing, Parser, required};
use crate::json::{Node, NodeKind};
use crate::schema::keywords;
use crate::source::{Origin, Pointer};

/// `items` with an array is `prefixItems`, and `additionalItems` the `items` behind it; beside one schema it says
/// nothing (draft-07 validation §6.4.2).
pub(super) fn items(parser: &mut Parser<'_>, node: &Node, pointer: &Pointer, found: &mut Keywords) {
    if parser.dialect.reference_stands_alone() && found.reference.is_some() {
        return;
    }
    let Some(items) = node.member("items") else { return };
    let at = parser.document.origin(&items.value, pointer.member("items"));
    if !matches!(items.value.kind, NodeKind::Array(_)) {
        found.items = Some(parser.schema(&items.value, &at.pointer, None));
        return;
    }
    found.prefix_items = parser.list(&items.value, &at);
    let additional = node.member("additionalItems");
    found.items =
        additional.map(|member| parser.schema(&member.value, &pointer.member("additionalItems"), None));
}

/// In draft-04 `exclusiveMinimum` is a boolean that turns `minimum` into an exclusive bound (validation §5.1.2.3).
pub(super) fn exclusive_bounds(found: &mut Keywords) {
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        let is_flag = |narrowing: &Narrowing| narrowing.keyword.name == exclusive;
        let Some(place) = found.narrowing.iter().position(is_flag) else { continue };
        let flag = found.narrowing.remove(place);
        if !matches!(flag.argument.node.kind, NodeKind::Boolean(true)) {
            continue;
        }
        for narrowing in &mut found.narrowing {
            if let Some(keyword) = keywords::find(exclusive).filter(|_| narrowing.keyword.name == bound) {
                narrowing.keyword = keyword;
            }
        }
    }
}

/// `dependencies` became two keywords, one for its arrays and one for its schemas (2019-09 validation §6.5.4).
pub(super) fn dependencies(parser: &mut Parser<'_>, value: &Node, at: &Origin, found: &mut Keywords) {
    for member in value.members() {
        if matches!(member.value.kind, NodeKind::Array(_)) {
            found.dependent_required.push(required(member));
        } else {
            let property = parser.property(member, at);
            found.dependent_schemas.push(property);
        }
    }
}
