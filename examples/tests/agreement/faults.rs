//! What can be done to a frame in one place, and frames as a whole that are written otherwise.

use serde_json::{Map, Value, json};

/// What stands behind a key that is to come a second time, as JSON writes it, until the text is whole.
const TWICE: &str = "\\u0000";

/// What stands before a number that is written in a way of its own, likewise.
const RAW: &str = "\"\\u0000#";

/// A change of a frame.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// What is done.
    pub(crate) kind: &'static str,
    /// The place.
    pub(crate) pointer: String,
    pub(crate) edit: Edit,
}

/// How a place is changed.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    /// Another value is there.
    Set(Value),
    /// The object lacks this member.
    Remove(String),
    /// The object has this member as well.
    Insert(String, Value),
    /// A member of the object has another name.
    Rename(String, String),
    /// A member of the object has another name and value.
    Replace(String, String, Value),
    /// A member of the object comes twice.
    Duplicate(String),
}

impl Fault {
    /// The frame with the fault.
    pub(crate) fn of(&self, frame: &Value) -> Value {
        let mut frame = frame.clone();
        if let Some(place) = frame.pointer_mut(&self.pointer) {
            self.edit.apply(place);
        }
        frame
    }
}

impl Edit {
    fn apply(&self, place: &mut Value) {
        let members = match (self, place) {
            (Self::Set(value), place) => {
                *place = value.clone();
                return;
            }
            (_, Value::Object(members)) => members,
            _ => return,
        };
        match self {
            Self::Set(_) => {}
            Self::Remove(name) => drop(members.shift_remove(name)),
            Self::Insert(name, value) => drop(members.insert(name.clone(), value.clone())),
            Self::Rename(from, to) => {
                if let Some(value) = members.shift_remove(from) {
                    members.insert(to.clone(), value);
                }
            }
            Self::Replace(from, to, value) => {
                members.shift_remove(from);
                members.insert(to.clone(), value.clone());
            }
            Self::Duplicate(name) => {
                if let Some(value) = members.get(name).cloned() {
                    members.insert(format!("{name}\0"), value);
                }
            }
        }
    }
}

/// Ways to write a whole frame, retired and otherwise: without its envelope, or within another one.
pub(crate) fn rewritten(frame: &Value, way: usize) -> Value {
    let (name, data, at) = (&frame["type"], &frame["data"], &frame["timestamp"]);
    let beside = |members: Value| {
        let mut all = members.as_object().cloned().unwrap_or_default();
        all.extend(data.as_object().cloned().unwrap_or_default());
        Value::Object(all)
    };
    match way % WAYS {
        0 => data.clone(),
        1 => beside(json!({ "type": name })),
        2 => beside(json!({ "type": name, "timestamp": at })),
        3 => beside(json!({ "event": name })),
        4 => json!({ "type": name, "payload": data, "timestamp": at }),
        5 => json!({ "event": name, "data": data, "timestamp": at }),
        6 => json!({ "event_type": name, "data": data }),
        7 => json!({ "message_type": name, "data": data }),
        8 => json!({ "data": frame }),
        9 => json!({ "type": name, "data": frame, "timestamp": at }),
        10 => json!({ "type": name, "data": { "type": name, "data": data }, "timestamp": at }),
        11 => json!({ "type": name, "data": data }),
        12 => json!({ "message": frame }),
        13 => json!([frame]),
        _ => json!(frame.to_string()),
    }
}

/// How many ways there are.
pub(crate) const WAYS: usize = 15;

/// A frame as a text; a style changes nothing of what it means.
pub(crate) fn written(frame: &Value, style: usize) -> String {
    let text = match style {
        1 => format!(" {frame:#}\r\n"),
        2 => backwards(frame).to_string(),
        3 => {
            frame.to_string().replace("\"type\":", "\"t\\u0079pe\":").replace("\"data\":", "\"\\u0064ata\":")
        }
        _ => frame.to_string(),
    };
    let mut parts = text.split(RAW);
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| text + &part.replacen('"', "", 1));
    text.replace(TWICE, "")
}

/// A number that is written in just this way.
pub(crate) fn number(text: &str) -> Value {
    json!(format!("\0#{text}"))
}

/// How many styles there are.
pub(crate) const STYLES: usize = 6;

/// A value with all members in the other order.
fn backwards(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev().map(|(name, value)| (name.clone(), backwards(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(backwards).collect(),
        other => other.clone(),
    }
}

/// A value of another JSON type.
pub(crate) fn other_type(value: &Value, which: usize) -> Value {
    let all =
        [json!(null), json!(true), json!(7), json!(0.5), json!("text"), json!([]), Value::Object(Map::new())];
    let differs = |other: &Value| std::mem::discriminant(other) != std::mem::discriminant(value);
    let others: Vec<Value> = all.into_iter().filter(differs).collect();
    others[which % others.len()].clone()
}
