//! The declaration map of the module `schema`: it leads an editor from a type to where the schema says it, line by line
//! (ECMA-426).

use super::declarations::line_of;
use super::view::{View, capitalised};
use crate::model::{Field, Shape, Variant};
use crate::source::{FileId, Origin, Sources};
use crate::text::typescript::key;
use serde_json::json;
use std::collections::HashMap;

/// The map of the declarations in `text`. `schema` is where the schema folder stands, seen from the map.
pub(super) fn map(view: &View<'_>, sources: &Sources, schema: &str, text: &str) -> String {
    let mut map =
        Map { sources, ids: HashMap::new(), paths: Vec::new(), last: [0; 3], mappings: String::new() };
    let mut declared = declared(view).into_iter().peekable();
    for line in text.lines() {
        match declared.next_if(|(begin, _)| line.starts_with(begin.as_str())) {
            Some((begin, origin)) => map.segment(column_of(&begin), origin),
            // What is not the schema's has no place there.
            None if line.starts_with("export ") => map.mappings += "A",
            None => {}
        }
        map.mappings.push(';');
    }
    let paths: Vec<String> = map.paths.iter().map(|path| format!("{schema}/{path}")).collect();
    let text = json!({
        "version": 3,
        "file": "schema.d.ts",
        "sources": paths,
        "names": [],
        "mappings": map.mappings.trim_end_matches(';'),
    });
    format!("{text}\n")
}

/// How the lines begin that declare something of the schema, in their order, with the place in the schema.
fn declared<'p>(view: &View<'p>) -> Vec<(String, &'p Origin)> {
    let mut lines = Vec::new();
    for frames in view.frames() {
        let (side, envelope) = (capitalised(frames.direction.sender), frames.envelope);
        lines.extend(members(&envelope.fields().collect::<Vec<_>>()));
        envelope.variants.iter().for_each(|variant| lines.extend(values(variant, "  ")));
        for variant in &envelope.variants {
            let Some(union) = view.nested(variant.ty) else { continue };
            lines.push((format!("  {}: ", key(&variant.value)), &variant.origin));
            union.variants.iter().for_each(|event| lines.extend(values(event, "    ")));
        }
        lines.push((format!("export type {side}Frame ="), &frames.root.origin));
    }
    for id in view.types() {
        let (Some(name), ty) = (view.name(id), view.protocol.ty(id)) else { continue };
        if let Shape::Object(object) = &ty.shape {
            lines.push((format!("export interface {name} "), &ty.origin));
            lines.extend(members(&object.fields.iter().collect::<Vec<_>>()));
        } else {
            lines.push((format!("export type {name} ="), &ty.origin));
        }
    }
    lines
}

fn members<'p>(fields: &[&'p Field]) -> Vec<(String, &'p Origin)> {
    fields.iter().map(|field| (line_of(field), &field.origin)).collect()
}

fn values<'p>(variant: &'p Variant, indent: &str) -> Vec<(String, &'p Origin)> {
    variant.values().map(|value| (format!("{indent}{}: ", key(value)), &variant.origin)).collect()
}

/// Where the name stands in a line that begins so.
fn column_of(begin: &str) -> usize {
    let keywords = ["export interface ", "export type "].iter().find(|words| begin.starts_with(*words));
    keywords.map_or_else(|| begin.len() - begin.trim_start().len(), |words| words.len())
}

struct Map<'s> {
    sources: &'s Sources,
    ids: HashMap<FileId, usize>,
    /// The files that were led to, in the order in which they first were.
    paths: Vec<&'s str>,
    /// The file, line and column of the segment before: numbers are written as differences.
    last: [usize; 3],
    mappings: String,
}

impl Map<'_> {
    /// Leads from a column of the line at hand to a place.
    fn segment(&mut self, column: usize, origin: &Origin) {
        let Some(source) = self.sources.get(origin.file) else { return };
        let id = *self.ids.entry(origin.file).or_insert_with(|| {
            self.paths.push(&source.path);
            self.paths.len() - 1
        });
        let (line, place) = source.line_column(origin.span.start);
        let now = [id, line - 1, place - 1];
        self.number(column, 0);
        for (now, last) in now.into_iter().zip(self.last) {
            self.number(now, last);
        }
        self.last = now;
    }

    /// A difference as a Base64 VLQ.
    fn number(&mut self, now: usize, last: usize) {
        let mut rest = (now.abs_diff(last) << 1) | usize::from(now < last);
        loop {
            let digit = (rest & 31) | if rest > 31 { 32 } else { 0 };
            self.mappings.extend(DIGITS.get(digit).copied().map(char::from));
            rest >>= 5;
            if rest == 0 {
                return;
            }
        }
    }
}

const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
