//! Types in a few words, and what types do not carry.

use crate::model::plan::Check;
use crate::model::{Argument, PlanId, Protocol, Shape, TypeId};
use std::collections::{BTreeMap, BTreeSet};

/// What a type is: "a union of 12, told apart by `method`".
pub(super) fn shape(protocol: &Protocol, id: TypeId) -> String {
    match &protocol.ty(id).shape {
        Shape::Union(union) => union_of(union.variants.len(), &union.tag.quoted()),
        Shape::Envelope(envelope) => union_of(envelope.variants.len(), &envelope.tag.quoted()),
        Shape::Choice(choice) => {
            format!("a union of {} that no property tells apart", choice.members.len())
        }
        Shape::Checked(inner) => shape(protocol, *inner),
        Shape::Nullable(inner) => format!("{}, or null", shape(protocol, *inner)),
        Shape::Object(object) => counted("an object with", object.fields.len(), "property", "properties"),
        Shape::Mixed(mixed) => {
            let members = mixed.members.iter().map(|(_, member)| shape(protocol, *member));
            let others = mixed.open.then(|| "other JSON types".to_owned());
            members.chain(others).collect::<Vec<_>>().join(", or ")
        }
        Shape::Enumeration(listed) => format!("one of {} strings", listed.values.len()),
        Shape::Array(_) | Shape::Tuple(_) => "an array".to_owned(),
        Shape::Map(_) | Shape::FreeObject => "an object with any properties".to_owned(),
        Shape::Boolean => "a boolean".to_owned(),
        Shape::Integer { .. } | Shape::BigInteger => "an integer".to_owned(),
        Shape::Number => "a number".to_owned(),
        Shape::String | Shape::Constant(_) => "a string".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Any => "any value".to_owned(),
        Shape::Never => "nothing: no value is accepted".to_owned(),
    }
}

fn union_of(count: usize, tag: &str) -> String {
    format!("a union of {count}, told apart by {tag}")
}

/// "an object with 1 property"
pub(super) fn counted(what: &str, count: usize, one: &str, many: &str) -> String {
    format!("{what} {count} {}", if count == 1 { one } else { many })
}

/// Whether a property tells the members of a type apart.
pub(super) fn is_tagged(protocol: &Protocol, id: TypeId) -> bool {
    match &protocol.ty(id).shape {
        Shape::Union(_) | Shape::Envelope(_) => true,
        Shape::Checked(inner) => is_tagged(protocol, *inner),
        _ => false,
    }
}

/// Types of integers that 64 bits may not hold.
pub(super) fn big_integers(protocol: &Protocol) -> usize {
    protocol.types.iter().filter(|ty| matches!(ty.shape, Shape::BigInteger)).count()
}

/// Keywords that no type carries, each with the number of types that check it when the code runs; the most first.
pub(super) fn run_time(protocol: &Protocol) -> Vec<(&'static str, usize)> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for ty in &protocol.types {
        let plans = ty.constraints.iter().filter_map(|constraint| match constraint.argument {
            Argument::Plan(plan) => Some(plan),
            _ => None,
        });
        let keywords: BTreeSet<&'static str> = plans.flat_map(|plan| keywords(protocol, plan)).collect();
        for keyword in keywords {
            *counts.entry(keyword).or_default() += 1;
        }
    }
    let mut counts: Vec<(&'static str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(keyword, count)| (std::cmp::Reverse(*count), *keyword));
    counts
}

/// The keywords of an entry; of one that only joins others, theirs.
fn keywords(protocol: &Protocol, plan: PlanId) -> Vec<&'static str> {
    let checks = &protocol.plan.get(plan).checks;
    match checks.as_slice() {
        [Check::AllOf(parts)] => {
            let parts = parts.iter().flat_map(|part| &protocol.plan.get(*part).checks);
            parts.map(keyword).collect()
        }
        checks => checks.iter().map(keyword).collect(),
    }
}

/// The keyword that a check carries out.
const fn keyword(check: &Check) -> &'static str {
    match check {
        Check::Never => "false",
        Check::Types { .. } => "type",
        Check::Enumeration(_) => "enum",
        Check::Bound(keyword, _) | Check::Count(keyword, _) => keyword,
        Check::Pattern(_) => "pattern",
        Check::UniqueItems => "uniqueItems",
        Check::PrefixItems(_) => "prefixItems",
        Check::Items(..) => "items",
        Check::Contains(..) => "contains",
        Check::Required(_) => "required",
        Check::DependentRequired(_) => "dependentRequired",
        Check::Properties { .. } => "properties",
        Check::PropertyNames(_) => "propertyNames",
        Check::DependentSchemas(_) => "dependentSchemas",
        Check::AllOf(_) => "allOf",
        Check::AnyOf(_) => "anyOf",
        Check::OneOf(_) => "oneOf",
        Check::Not(_) => "not",
        Check::If(..) => "if",
        Check::Reference(_) => "$ref",
        Check::DynamicReference(..) => "$dynamicRef",
        Check::UnevaluatedItems(_) => "unevaluatedItems",
        Check::UnevaluatedProperties(_) => "unevaluatedProperties",
    }
}
