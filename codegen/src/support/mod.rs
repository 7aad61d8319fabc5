//! The runtime of a generated crate: one strict JSON reader, one writer, and the values between them.
//!
//! These files are copied as they are into every generated crate, and the generator reads its own input with
//! them. They need `std`, `serde` and `serde_json` only, contain no unsafe code, and no input makes them panic.
//!
//! - [`error`]: what is wrong with a frame, and where;
//! - [`parser`]: a pull parser over text, strict about RFC 8259; [`object`] reads the members of an object by a
//!   table of keys;
//! - [`json`]: free-form JSON kept as it came, and small types that generated structs are made of;
//! - [`integer`]: integers of any size; [`map`]: values by names that no schema lists;
//! - [`writer`]: JSON text out;
//! - [`value`]: the traits of everything that is read or written; [`scalar`]: what generated scalar types
//!   have in common;
//! - [`frame`]: whole texts, discriminators and the payloads that they select; [`receive`]: the four ways in which
//!   receiving a frame can end; [`legacy`]: retired forms, and how they become canonical frames;
//! - [`handler`]: who decides about each message;
//! - [`close`]: from what was received to what may be sent;
//! - [`check`]: one function per keyword that narrows values;
//! - [`bridge`]: serde's traits, for people who compose generated types with their own;
//! - `schema`, with the feature `schemars`: the JSON Schema of what consumers read.

pub mod bridge;
pub mod check;
pub mod close;
pub mod error;
pub mod frame;
pub mod handler;
mod hint;
pub mod integer;
pub mod json;
mod keys;
pub mod legacy;
pub mod map;
mod number;
pub mod object;
pub mod parser;
mod pointer;
pub mod receive;
pub mod scalar;
mod scan;
#[cfg(feature = "schemars")]
pub mod schema;
mod skip;
pub mod value;
pub mod writer;

pub use bridge::{decode_detached, serialize_json, transcribe};
pub use check::{
    Violation, exclusive_maximum, exclusive_minimum, max_items, max_length, maximum, min_items, min_length,
    minimum,
};
pub use close::{Close, NotProducible, nothing_kept};
pub use error::{Code, Error, Result};
pub use frame::{
    Decoded, Excluded, Payload, Tag, checked, decode, decode_keeping, parse, parse_keeping, tag,
};
pub use handler::Handler;
pub use integer::Integer;
pub use json::{Extras, Json, JsonObject, Maybe, NotFinite, Number, Open, Unknown};
pub use legacy::{Form, Policy};
pub use map::{Map, Never};
pub use object::{Keys, Object, find_tag};
pub use parser::{Kind, Parser, utf8};
pub use receive::{Frames, InvalidPolicy, Outcome, Received, Receiver, Seen};
pub use scalar::Enumeration;
pub use value::{Decode, Detach, Encode, end, enumeration, item, next_item, rest, to_json};
pub use writer::Writer;

// A protocol without numbers, say, has no use for some of them.
#[allow(unused_imports)]
pub(crate) use scalar::{
    checked_value, deserialize, detach_copy, enumeration, integer, list, number, serialize, shared, text,
};

/// How many levels of arrays and objects a frame may nest (RFC 8259 §9 lets a reader set the limit): 128 are
/// accepted, 129 refused, however the levels are spread over typed, free-form and ignored parts.
pub const MAX_DEPTH: u32 = 128;
