//! The operators. A new one is a row here.

use super::operator::Declared::{self, Drift, Found, Stale, Tampered};
use super::operator::Operator;
use super::operator::Source::{self, Both, Consumer, Nobody, Producer};
use super::tree::{Place, Tree};
use super::{fields as f, made as g, messages as m, values as v};
use framelock_codegen::evolution::rules::Effect::{
    self, Accepts as A, Depends as D, Keeps as K, Loses as L, Misreads as M, Refuses as R,
};

const fn op(
    id: &'static str,
    what: &'static str,
    rule: &'static str,
    places: fn(&Tree) -> Vec<Place>,
    apply: fn(&mut Tree, &Place) -> Option<()>,
    declared: Declared,
) -> Operator {
    Operator { id, what, rule, places, apply, declared }
}

const fn drift(old: Effect, new: Effect, source: Source) -> Declared {
    Drift { old, new, source }
}

/// All of them. The effects are what an old consumer does with a new producer's frames, and a new consumer with an old
/// producer's.
#[rustfmt::skip] // one row an operator
pub(super) const OPERATORS: &[Operator] = &[
    op("field-added-optional", "a property that may be there was added", "FLD-001", f::objects, f::add_optional, drift(A, A, Nobody)),
    op("field-added-required", "a property that must be there was added", "FLD-003", f::objects, f::add_required, drift(A, R, Producer)),
    op("field-removed-optional", "a property that may be there is gone", "FLD-005", f::optional, f::remove, drift(L, L, Both)),
    op("field-removed-required", "a property that must be there is gone", "FLD-006", f::required, f::remove, drift(R, A, Both)),
    op("field-renamed-optional", "a property that may be there has another name", "FLD-009", f::optional, f::rename, drift(L, L, Both)),
    op("field-renamed-required", "a property that must be there has another name", "FLD-009", f::required, f::rename, drift(R, R, Both)),
    op("field-moved", "a property stands in another object", "FLD-018", f::movable, f::move_elsewhere, drift(D, D, Both)),
    op("field-retyped", "a property has another type", "TYP-001", f::retypable, f::retype, drift(R, R, Both)),
    op("field-may-have-fraction", "a whole number may have a fraction", "TYP-004", f::integers, f::change_fraction, drift(R, A, Both)),
    op("field-must-be-whole", "a number must be a whole one", "TYP-005", f::numbers, f::change_fraction, drift(A, R, Both)),
    op("field-type-opened", "a property may hold anything", "TYP-019", f::typed, f::open_type, drift(R, A, Both)),
    op("field-type-closed", "a property that could hold anything has a type", "TYP-018", f::untyped, f::close_type, drift(A, R, Both)),
    op("field-made-required", "a property must be there now", "FLD-008", f::optional, f::require, drift(A, R, Both)),
    op("field-made-optional", "a property need not be there any more", "FLD-007", f::required, f::release, drift(R, A, Both)),
    op("field-made-nullable-required", "a property that must be there may be null", "FLD-015", f::required_plain, f::allow_null, drift(R, A, Both)),
    op("field-made-nullable-optional", "a property that may be absent may be null, too", "FLD-015", f::optional_plain, f::allow_null, drift(R, A, Consumer)),
    op("field-made-non-nullable", "a property may not be null any more", "FLD-016", f::nullable, f::refuse_null, drift(A, R, Both)),
    op("scalar-to-array", "a property holds several values where it held one", "TYP-011", f::scalars, f::make_array, drift(R, R, Both)),
    op("array-to-scalar", "a property holds one value where it held several", "TYP-011", f::arrays, f::make_single, drift(R, R, Both)),
    op("map-value-retyped", "the values of a map have another type", "TYP-001", f::maps, f::retype_values, drift(R, R, Both)),
    op("type-inlined", "a shared type was written out where it is used", "FLD-019", f::references, f::inline, drift(A, A, Both)),
    op("description-changed", "a description says something else", "MET-001", f::any, f::redescribe, drift(A, A, Nobody)),
    op("fields-reordered", "properties stand in another order", "FLD-021", f::with_several, f::reorder, drift(A, A, Nobody)),

    op("value-added-closed", "an enumeration has one more value", "ENM-001", v::closed, v::add, drift(R, A, Consumer)),
    op("value-added-open", "an open enumeration knows one more value", "ENM-002", v::open, v::add, drift(A, A, Consumer)),
    op("value-removed-closed", "an enumeration has one value less", "ENM-003", v::closed_removable, v::remove, drift(A, R, Both)),
    op("value-removed-open", "an open enumeration knows one value less", "ENM-004", v::open_removable, v::remove, drift(A, L, Both)),
    op("value-renamed-closed", "a value of an enumeration is spelt in another way", "ENM-005", v::closed_values, v::rename, drift(R, R, Both)),
    op("value-renamed-open", "a value of an open enumeration is spelt in another way", "ENM-005", v::open_values, v::rename, drift(A, L, Both)),
    op("enumeration-opened", "an enumeration was opened", "ENM-009", v::closed, v::open_up, drift(R, A, Consumer)),
    op("enumeration-closed", "an open enumeration was closed", "ENM-008", v::open, v::close, drift(A, R, Consumer)),
    op("values-reordered", "values of an enumeration stand in another order", "ENM-010", v::closed_with_several, v::reorder, drift(A, A, Nobody)),
    op("constant-changed", "a constant is another one", "TYP-015", v::constants, v::change_constant, drift(R, R, Nobody)),

    op("minimum-raised", "the least number was raised", "NUM-001", v::minima, v::raise_minimum, drift(A, R, Nobody)),
    op("minimum-lowered", "the least number was lowered", "NUM-002", v::positive_minima, v::lower_minimum, drift(R, A, Nobody)),
    op("sign-allowed", "a whole number may be negative now", "NUM-002", v::unsigned, v::lower_minimum, drift(R, A, Both)),
    op("maximum-lowered", "the greatest number was lowered", "NUM-003", v::maxima, v::lower_maximum, drift(A, R, Nobody)),
    op("maximum-raised", "the greatest number was raised", "NUM-004", v::raisable_maxima, v::raise_maximum, drift(R, A, Nobody)),
    op("maximum-inexact", "a whole number may be greater than doubles are exact", "TYP-009", v::exact_maxima, v::raise_maximum, Found),
    op("length-raised", "the least length was raised", "STR-001", v::lengths, v::raise_length, drift(A, R, Nobody)),
    op("length-lowered", "the least length was lowered", "STR-002", v::lengths, v::lower_length, drift(R, A, Nobody)),
    op("pattern-changed", "a pattern is another one", "STR-007", v::patterns, v::change_pattern, drift(D, R, Nobody)),
    op("unit-changed", "a number counts in another unit", "NUM-012", v::units, v::change_unit, drift(M, M, Nobody)),

    op("message-added", "there is a new message", "MSG-001", m::with_payload, m::add, drift(K, A, Consumer)),
    op("message-removed", "a message is gone", "MSG-002", m::frames, m::remove, drift(A, R, Both)),
    op("message-removed-unreserved", "a message is gone, and its name is free", "MSG-008", m::one_way, m::forget, drift(A, R, Both)),
    op("message-renamed", "the discriminator of a message has another value", "MSG-003", m::one_way, m::rename, drift(K, R, Both)),
    op("direction-flipped", "the other side sends a message", "MSG-005", m::one_way, m::flip, drift(R, R, Both)),
    op("direction-widened", "both sides send a message", "MSG-006", m::one_way, m::widen, drift(R, A, Consumer)),
    op("direction-narrowed", "one side no longer sends a message that both sent", "MSG-007", m::two_way, m::forget, drift(A, R, Both)),
    op("payload-wrapped", "a payload stands in a member of its own", "ENV-002", m::with_payload, m::wrap, drift(D, R, Both)),
    op("payload-unwrapped", "the members of a payload stand beside the name of the message", "ENV-002", m::with_payload, m::unwrap, Found),
    op("discriminator-renamed", "another property tells frames apart", "ENV-001", m::protocol, m::rename_tag, drift(R, R, Nobody)),
    op("event-raised", "an event within a message is a message of its own", "UNI-003", m::events, m::raise_event, drift(K, R, Both)),
    op("event-added", "there is a new event within a message", "UNI-002", m::events, m::add_event, drift(K, A, Consumer)),
    op("event-removed", "an event within a message is gone", "UNI-003", m::events, m::remove_event, drift(A, R, Both)),
    op("event-renamed", "an event within a message has another name", "UNI-004", m::events, m::rename_event, drift(K, R, Both)),

    op("member-added-optional", "frames may have one more member", "ENV-005", m::envelopes, f::add_optional, drift(A, A, Nobody)),
    op("member-added-required", "frames must have one more member", "ENV-003", m::envelopes, f::add_required, drift(A, R, Producer)),
    op("member-removed-optional", "a member that frames may have is gone", "ENV-006", f::optional_members, f::remove, drift(L, L, Both)),
    op("member-removed-required", "a member that frames must have is gone", "ENV-004", f::required_members, f::remove, drift(R, A, Both)),
    op("member-made-optional", "a member of every frame need not be there any more", "ENV-008", f::required_members, f::release, drift(R, A, Both)),

    op("close-code-added", "there is a new close code", "ENV-014", m::protocol, m::add_close_code, drift(K, A, Nobody)),
    op("close-code-removed", "a close code is gone", "ENV-013", m::close_codes, m::remove_close_code, drift(M, M, Both)),
    op("close-code-renamed", "a close code means something else", "ENV-013", m::close_codes, m::rename_close_code, drift(M, M, Both)),

    op("version-not-raised", "a released version means something else", "MET-006", g::settled, f::remove, Tampered),
    op("release-bundle-edited", "the bundle of a release was edited", "MET-011", g::bundles, g::edit, Tampered),
    op("release-digest-edited", "a digest of a release was edited", "MET-011", g::digests, g::edit_digest, Tampered),
    op("release-file-deleted", "a file of a release was deleted", "MET-011", g::released, g::delete, Tampered),
    op("rust-edited", "a line of a generated file was edited", "", g::files::<{ g::RUST }>, g::edit, Stale),
    op("rust-deleted", "a generated file was deleted", "", g::files::<{ g::RUST }>, g::delete, Stale),
    op("rust-orphan", "a file was added beside the generated ones", "", g::strangers::<{ g::RUST }>, g::add, Stale),
    op("typescript-edited", "a line of a generated file was edited", "", g::files::<{ g::TYPESCRIPT }>, g::edit, Stale),
    op("typescript-deleted", "a generated file was deleted", "", g::files::<{ g::TYPESCRIPT }>, g::delete, Stale),
    op("typescript-orphan", "a file was added beside the generated ones", "", g::strangers::<{ g::TYPESCRIPT }>, g::add, Stale),
    op("python-edited", "a line of a generated file was edited", "", g::files::<{ g::PYTHON }>, g::edit, Stale),
    op("python-deleted", "a generated file was deleted", "", g::files::<{ g::PYTHON }>, g::delete, Stale),
    op("python-orphan", "a file was added beside the generated ones", "", g::strangers::<{ g::PYTHON }>, g::add, Stale),
    op("bundle-edited", "a line of a generated file was edited", "", g::files::<{ g::SCHEMA }>, g::edit, Stale),
    op("bundle-deleted", "a generated file was deleted", "", g::files::<{ g::SCHEMA }>, g::delete, Stale),
    op("bundle-orphan", "a file was added beside the generated ones", "", g::strangers::<{ g::SCHEMA }>, g::add, Stale),
];

#[cfg(test)]
mod tests;
