//! Types without values: the compiler sees them, and calls code that would handle such a value unreachable.

use crate::model::{Protocol, Shape, TypeId};

/// Which types have no values, since something that must be there has none.
pub(super) fn types(protocol: &Protocol) -> Vec<bool> {
    let mut found = vec![false; protocol.types.len()];
    loop {
        let before = found.clone();
        for (id, ty) in protocol.iter() {
            found[id.index()] = is_empty(&ty.shape, &before);
        }
        if found == before {
            return found;
        }
    }
}

fn is_empty(shape: &Shape, known: &[bool]) -> bool {
    let inner = |id: TypeId| known.get(id.index()).copied().unwrap_or_default();
    match shape {
        Shape::Never => true,
        Shape::Object(object) => object.fields.iter().any(|field| field.required && inner(field.ty)),
        Shape::Tuple(tuple) => tuple.prefix.iter().take(tuple.required).any(|ty| inner(*ty)),
        Shape::Mixed(mixed) => !mixed.open && mixed.members.iter().all(|(_, ty)| inner(*ty)),
        Shape::Choice(choice) => choice.members.iter().all(|member| inner(member.ty)),
        _ => false,
    }
}
