//! What a frame that was refused looks like: for errors that say what to do.

use super::{Frames, JsonObject, Kind, Parser};

/// The discriminator values of a frame, as far as it has them: `system_message/connection_established`.
pub(super) fn message(frames: &Frames, text: &str) -> Option<String> {
    let frame = JsonObject::parse(text).ok()?;
    let tag = string_member(&frame, frames.tag)?;
    let nested = frames.nested.iter().find(|(value, _)| *value == tag);
    let inner = nested.and_then(|(_, name)| {
        let payload = frame.get(frames.payload?)?;
        let object = JsonObject::parse(payload.text()).ok()?;
        string_member(&object, name)
    });
    Some(match inner {
        Some(inner) => format!("{tag}/{inner}"),
        None => tag,
    })
}

/// What to do about a frame whose message sits one level deeper than expected.
pub(super) fn wrapping(frames: &Frames, text: &str) -> Option<String> {
    let frame = JsonObject::parse(text).ok()?;
    if string_member(&frame, frames.tag).is_some_and(|tag| frames.known.contains(&&*tag)) {
        return None;
    }
    for (name, value) in frame.members() {
        let Ok(inner) = JsonObject::parse(value.text()) else { continue };
        let Some(tag) = string_member(&inner, frames.tag) else { continue };
        if frames.known.contains(&&*tag) {
            return Some(format!(
                "`{tag}` arrived wrapped in {name:?}, and this consumer was generated for frames without an \
                 envelope: regenerate it from the schema that the sender speaks"
            ));
        }
    }
    None
}

/// A member that is a string, unescaped.
fn string_member(object: &JsonObject<'_>, name: &str) -> Option<String> {
    let member = object.get(name)?;
    let mut parser = Parser::new(member.text());
    if parser.peek().ok()? != Kind::String {
        return None;
    }
    parser.string().ok().map(std::borrow::Cow::into_owned)
}
