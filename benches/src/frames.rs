//! Frames of the benchmark's protocol, each in three renderings.

use crate::plan::Protocol;
use crate::random::Random;
use crate::values::{Members, frame};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// How often a frame in a hundred is a streamed token chunk.
const CHUNKS: u64 = 45;

/// How a frame is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendering {
    /// Compact, the discriminator before the payload: what most producers send.
    TypeFirst,
    /// Compact, the payload before the discriminator.
    PayloadFirst,
    /// Keys sorted, a space behind colons and commas, `\u` for all that is not ASCII: Python's
    /// `json.dumps(frame, sort_keys=True)`.
    Sorted,
}

impl Rendering {
    /// Every rendering, in the order of the tables.
    pub const ALL: [Self; 3] = [Self::TypeFirst, Self::PayloadFirst, Self::Sorted];

    /// What the tables call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TypeFirst => "type first",
            Self::PayloadFirst => "payload first",
            Self::Sorted => "sorted keys, spaces, \\u",
        }
    }

    /// The text of a frame that has its discriminator first.
    pub fn render(self, frame: &Value) -> String {
        match self {
            Self::TypeFirst => frame.to_string(),
            Self::PayloadFirst => payload_first(frame).to_string(),
            Self::Sorted => {
                let mut out = String::new();
                sorted(frame, &mut out);
                out
            }
        }
    }
}

/// Mixed frames, with the discriminator first.
pub fn frames(protocol: &Protocol, count: usize, seed: u64) -> Vec<Value> {
    let mut random = Random::new(seed);
    (0..count).map(|_| mixed(protocol, &mut random)).collect()
}

fn mixed(protocol: &Protocol, random: &mut Random) -> Value {
    let others = protocol.messages.len().saturating_sub(1) as u64;
    let chunk = others == 0 || random.percent(CHUNKS);
    let index = if chunk { 0 } else { random.between(1, others) };
    let message = &protocol.messages[usize::try_from(index).unwrap_or_default()];
    frame(message, Members::AsUsual, random)
}

fn payload_first(frame: &Value) -> Value {
    let mut members: Vec<(String, Value)> = frame.as_object().into_iter().flatten().map(owned).collect();
    members.sort_by_key(|(name, _)| name != "data");
    Value::Object(members.into_iter().collect())
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

fn sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => sorted_members(members, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                sorted(item, out);
            }
            out.push(']');
        }
        Value::String(_) => ascii(&value.to_string(), out),
        _ => out.push_str(&value.to_string()),
    }
}

fn sorted_members(members: &Map<String, Value>, out: &mut String) {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| *name);
    out.push('{');
    for (index, (name, value)) in members.into_iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        ascii(&Value::from(name.as_str()).to_string(), out);
        out.push_str(": ");
        sorted(value, out);
    }
    out.push('}');
}

/// Writes the JSON string `text` with an escape for each UTF-16 code unit beyond ASCII.
fn ascii(text: &str, out: &mut String) {
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
}
