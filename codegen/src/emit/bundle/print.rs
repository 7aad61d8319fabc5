//! JSON as the schema's own files are written: two spaces a level, numbers as they were, text as it reads.

use crate::json::{Node, NodeKind};
use crate::text::json::string;

/// The text of a JSON file.
pub(super) fn file(root: &Node) -> String {
    let mut out = String::new();
    value(root, 0, &mut out);
    out.push('\n');
    out
}

fn value(node: &Node, depth: usize, out: &mut String) {
    match &node.kind {
        NodeKind::Null => out.push_str("null"),
        NodeKind::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        NodeKind::Number(text) => out.push_str(text),
        NodeKind::String(text) => out.push_str(&string(text)),
        NodeKind::Array(elements) => list('[', ']', elements, depth, out, |element, out| {
            value(element, depth + 1, out);
        }),
        NodeKind::Object(members) => list('{', '}', members, depth, out, |member, out| {
            out.push_str(&string(&member.name));
            out.push_str(": ");
            value(&member.value, depth + 1, out);
        }),
    }
}

fn list<T>(
    open: char,
    close: char,
    items: &[T],
    depth: usize,
    out: &mut String,
    mut write: impl FnMut(&T, &mut String),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        line(depth + 1, out);
        write(item, out);
    }
    if !items.is_empty() {
        line(depth, out);
    }
    out.push(close);
}

fn line(depth: usize, out: &mut String) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}
