//! Types that contain themselves.

use super::{Argument, Mixed, Protocol, Shape, TypeDef, TypeId};
use crate::diagnostic::{Code, Findings};
use crate::schema::keywords::JsonType;

/// Reports types of which every value contains another one: none would ever end.
pub(super) fn endless(protocol: &Protocol, findings: &mut Findings) {
    let mut ends = vec![false; protocol.types.len()];
    let mut more = true;
    while more {
        more = false;
        for (id, ty) in protocol.iter() {
            if !ends[id.index()] && may_end(ty, &ends) {
                ends[id.index()] = true;
                more = true;
            }
        }
    }
    for (id, ty) in protocol.iter().filter(|(id, _)| !ends[id.index()]) {
        if protocol.reachable(&ty.shape.children()).contains(&id) {
            let message = "every value of the type contains another one, without end";
            let help = "let the inner value be absent, null or in an array that may be empty";
            findings.add(Code::RecursiveType, &ty.origin, message, help);
        }
    }
}

/// Whether a type has a value, made of the types that are known to have one.
fn may_end(ty: &TypeDef, known: &[bool]) -> bool {
    let ends = |id: &TypeId| known[id.index()];
    let filled = ty.constraint("minItems").is_some_and(|least| least.argument != Argument::Count(0));
    match &ty.shape {
        Shape::Array(items) => !filled || ends(items),
        Shape::Tuple(tuple) => tuple.prefix.iter().take(tuple.required).all(ends),
        Shape::Checked(inner) => ends(inner),
        Shape::Mixed(mixed) => mixed.open || mixed.members.iter().any(|(_, member)| ends(member)),
        Shape::Choice(choice) => choice.members.iter().any(|member| ends(&member.ty)),
        Shape::Object(object) => object.fields.iter().all(|field| !field.required || ends(&field.ty)),
        Shape::Union(union) => union.variants.iter().any(|variant| ends(&variant.ty)),
        Shape::Envelope(envelope) => {
            envelope.fields().all(|field| !field.required || ends(&field.ty))
                && envelope.variants.iter().any(|variant| ends(&variant.ty))
        }
        _ => true,
    }
}

/// Gives an item of its own to each circle of nothing but arrays, maps and `null`: no other item would break it. Long
/// chains of such types get several.
pub(super) fn name_cycles(protocol: &mut Protocol) {
    let mut state = vec![State::New; protocol.types.len()];
    for start in 0..protocol.types.len() {
        for id in circles(protocol, TypeId(start), &mut state) {
            name(protocol, id);
        }
    }
    for id in long_chains(protocol) {
        name(protocol, id);
    }
}

/// The types at which chains of types without an item have become so long that nobody could read them.
fn long_chains(protocol: &Protocol) -> Vec<TypeId> {
    const LONGEST: usize = 8;
    let mut inside = vec![0; protocol.types.len()];
    let mut found = Vec::new();
    // Children come after the types that they are part of, but for those that several share.
    for (id, ty) in protocol.iter() {
        let depth = inside[id.index()] + 1;
        let named = depth > LONGEST && matches!(ty.shape, Shape::Array(_) | Shape::Map(_));
        found.extend(named.then_some(id));
        for child in nameless(&ty.shape) {
            inside[child.index()] = if named { 0 } else { depth.max(inside[child.index()]) };
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// The types at which a walk from `start` comes back to where it has been.
fn circles(protocol: &Protocol, start: TypeId, state: &mut [State]) -> Vec<TypeId> {
    let mut found = Vec::new();
    let mut open = vec![(start, false)];
    while let Some((id, left)) = open.pop() {
        if left {
            state[id.index()] = State::Done;
            continue;
        }
        match state[id.index()] {
            State::Open => found.push(id),
            State::Done => {}
            State::New => {
                state[id.index()] = State::Open;
                open.push((id, true));
                open.extend(nameless(&protocol.ty(id).shape).into_iter().map(|child| (child, false)));
            }
        }
    }
    found
}

/// What a type without an item of its own is made of.
fn nameless(shape: &Shape) -> Vec<TypeId> {
    match shape {
        Shape::Array(_) | Shape::Map(_) | Shape::Nullable(_) | Shape::Checked(_) => shape.children(),
        _ => Vec::new(),
    }
}

/// Gives an array or a map an item of its own: this one, or the next one on the circle.
fn name(protocol: &mut Protocol, mut id: TypeId) {
    for _ in 0..protocol.types.len() {
        match protocol.ty(id).shape {
            Shape::Nullable(inner) | Shape::Checked(inner) => id = inner,
            _ => break,
        }
    }
    let ty = &mut protocol.types[id.index()];
    let kind = match &ty.shape {
        Shape::Array(_) => JsonType::Array,
        Shape::Map(_) => JsonType::Object,
        _ => return,
    };
    let shape = std::mem::replace(&mut ty.shape, Shape::Any);
    let constraints = std::mem::take(&mut ty.constraints);
    let inner = TypeDef {
        name: ty.name.value(),
        group: ty.group.clone(),
        doc: super::Doc::default(),
        shape,
        constraints,
        origin: ty.origin.clone(),
    };
    protocol.types.push(inner);
    let inner = TypeId(protocol.types.len() - 1);
    protocol.types[id.index()].shape = Shape::Mixed(Mixed { members: vec![(kind, inner)], open: false });
}
