//! Which Rust type belongs to which root: for programs that call generated code which they also generate.

use super::view::{Role, View};
use crate::model::{Protocol, Side, TypeId};
use crate::source::Pointer;

/// A root and the type that reads it.
#[derive(Debug, Clone)]
pub struct Root {
    /// Where its schema stands in the root file.
    pub pointer: Pointer,
    /// The side that sends it.
    pub side: Side,
    /// Its type in the model. Two roots may be one type.
    pub ty: TypeId,
    /// The consumer type as it is written inside the module `consumer` of the side, where it borrows for `'a`; it may
    /// be one of the standard library or of the support code.
    pub rust_type: String,
}

/// Every root of a protocol that is somebody else's.
pub fn roots(protocol: &Protocol) -> Vec<Root> {
    let view = View::new(protocol);
    let mut found = Vec::new();
    for direction in &protocol.directions {
        found.extend(direction.named.iter().map(|(pointer, ty)| Root {
            pointer: pointer.clone(),
            side: direction.sender,
            ty: *ty,
            rust_type: view.ty(*ty, Role::Consumer).to_string(),
        }));
    }
    found
}
