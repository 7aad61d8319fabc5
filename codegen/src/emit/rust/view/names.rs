//! What the items of types are called.

use super::{Item, View};
use crate::model::{Argument, Constraint, Shape, TypeId};
use crate::text::rust;
use std::collections::HashSet;

/// The name of every type. Names that the schema gives come first, and keep; of others that would be called the same,
/// the second gets a number.
pub(super) fn assign(view: &View<'_>) -> Vec<String> {
    let types = &view.protocol.types;
    let mut names: Vec<String> = types.iter().map(|ty| rust::item_name(&ty.name.words)).collect();
    if view.protocol.own_names {
        return names;
    }
    let mut order: Vec<(TypeId, bool)> = view.protocol.iter().map(|(id, ty)| (id, ty.name.given)).collect();
    order.retain(|(id, _)| view.item(*id) != Item::Plain);
    order.sort_by_key(|(_, given)| !given);
    let given: HashSet<String> =
        order.iter().filter(|(_, given)| *given).map(|(id, _)| names[id.index()].clone()).collect();
    let mut taken: HashSet<String> = HashSet::new();
    for (id, _) in order {
        let first = names[id.index()].clone();
        let suffixes = derived(view, id);
        let mut number = 1;
        loop {
            let name = &names[id.index()];
            let derived: Vec<String> = suffixes.iter().map(|suffix| format!("{name}{suffix}")).collect();
            let free = !derived.iter().any(|name| taken.contains(name) || given.contains(name));
            if free && taken.insert(name.clone()) {
                taken.extend(derived);
                break;
            }
            number += 1;
            names[id.index()] = format!("{first}{number}");
        }
    }
    names
}

/// What is put behind the name of a type for items that belong to it.
fn derived(view: &View<'_>, id: TypeId) -> Vec<&'static str> {
    let ty = view.get(id);
    let planned = |constraint: &Constraint| matches!(constraint.argument, Argument::Plan(_));
    let mut found = Vec::new();
    match &ty.shape {
        Shape::Object(object) => {
            let mut carried = object.fields.iter().filter(|field| view.constant(field).is_none());
            found.extend(carried.any(|field| field.required).then_some("Required"));
        }
        Shape::Envelope(_) => found.extend(["Required", "Message"]),
        _ => {}
    }
    let own = view.item(id) == Item::Own;
    found.extend((own && ty.constraints.iter().any(planned)).then_some("Draft"));
    found
}
