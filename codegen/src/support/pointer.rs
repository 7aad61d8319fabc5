//! From a byte offset to a JSON Pointer, on the way to an error message only.

use super::parser::Parser;
use super::scan;

/// An array or object that is open where the walk is.
struct Level {
    /// Whether the walk is in a member or item (from the start of its key or value to its end).
    inside: bool,
    place: Place,
}

enum Place {
    /// How many items of the array have ended.
    Item(usize),
    /// Where the last key of the object starts: its opening quote.
    Member(usize),
}

/// The JSON Pointer (RFC 6901 §3) of the place `offset` bytes into `text`, which may be broken from there on.
///
/// A place in a member's key or value belongs to that member; the bracket that opens a container to the
/// container, and so does everything after its last value. The levels are on the heap, however many.
#[cold]
pub(super) fn of(text: &str, offset: usize) -> String {
    let bytes = text.as_bytes();
    let mut levels = Vec::new();
    let mut at = scan::whitespace(bytes, 0);
    while at <= offset
        && let Some(&byte) = bytes.get(at)
    {
        let end = token_end(bytes, at, byte);
        if !step(&mut levels, byte, at, offset < end) {
            break;
        }
        at = scan::whitespace(bytes, end);
    }
    render(text, &levels)
}

/// Takes one token in. `stop` says that the place searched for is in this token; the answer, whether to go on.
fn step(levels: &mut Vec<Level>, byte: u8, at: usize, stop: bool) -> bool {
    match byte {
        b'}' | b']' => {
            if !stop {
                levels.pop();
                end_value(levels);
            }
        }
        b',' | b':' => {}
        b'{' | b'[' => {
            begin_value(levels);
            if !stop {
                let place = if byte == b'{' { Place::Member(at) } else { Place::Item(0) };
                levels.push(Level { inside: false, place });
            }
        }
        b'"' if begin_key(levels, at) => {}
        _ => {
            begin_value(levels);
            if !stop {
                end_value(levels);
            }
        }
    }
    !stop
}

/// If a key is due, takes the string at `at` as that key.
fn begin_key(levels: &mut [Level], at: usize) -> bool {
    match levels.last_mut() {
        Some(Level { inside: inside @ false, place: Place::Member(key) }) => {
            *inside = true;
            *key = at;
            true
        }
        _ => false,
    }
}

fn begin_value(levels: &mut [Level]) {
    // A value where a key is due is a mistake of the container: there is no member yet.
    if let Some(Level { inside, place: Place::Item(_) }) = levels.last_mut() {
        *inside = true;
    }
}

fn end_value(levels: &mut [Level]) {
    if let Some(level) = levels.last_mut() {
        level.inside = false;
        if let Place::Item(ended) = &mut level.place {
            *ended += 1;
        }
    }
}

/// Where the token that starts with `byte` at `at` ends; anything that is not JSON counts as one token. The place behind a
/// number that lacks a digit there belongs to the number.
fn token_end(bytes: &[u8], at: usize, byte: u8) -> usize {
    match byte {
        b'"' => string_end(bytes, at),
        b'{' | b'}' | b'[' | b']' | b',' | b':' => at + 1,
        _ => {
            let rest = bytes.get(at..).unwrap_or_default();
            let length = rest.iter().position(|byte| b"{}[],:\" \t\r\n".contains(byte));
            let end = at + length.unwrap_or(rest.len());
            let unfinished = end
                .checked_sub(1)
                .and_then(|last| bytes.get(last))
                .is_some_and(|last| b"-+.eE".contains(last));
            end + usize::from(unfinished && matches!(byte, b'-' | b'0'..=b'9'))
        }
    }
}

/// The end of the string whose opening quote is at `at`; beyond the text if the string is not closed, so that the
/// end of the text is in it.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len() + 1
}

/// The pointer of the members and items that the walk is in.
fn render(text: &str, levels: &[Level]) -> String {
    let mut pointer = String::new();
    for level in levels.iter().filter(|level| level.inside) {
        pointer.push('/');
        match level.place {
            Place::Item(ended) => pointer.push_str(&ended.to_string()),
            Place::Member(key) => push_name(&mut pointer, text, key),
        }
    }
    pointer
}

/// Adds the name whose opening quote is at `key`, with `~` and `/` as RFC 6901 §3 wants them.
fn push_name(pointer: &mut String, text: &str, key: usize) {
    let mut parser = Parser::new(text);
    parser.seek(key);
    let name = parser.string();
    // A key that is no string, because it is what is broken, is shown as written.
    let end = string_end(text.as_bytes(), key).saturating_sub(1);
    let name = name.as_deref().unwrap_or_else(|_| text.get(key + 1..end).unwrap_or_default());
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(character),
        }
    }
}
