//! Documents that references lead to and that do not stand in the folder under that address.

use super::describe::counted;
use super::probe::Trial;
use crate::diagnostic::Report;
use crate::schema::dialect::Dialect;
use crate::schema::{self, Remote};
use crate::text::quoted;
use serde_json::{Value, json};

/// A document elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The address that references call it by.
    pub uri: String,
    /// How many references lead to it.
    pub references: usize,
    /// A file of the folder with the name that the address ends in, which was taken for the document.
    pub file: Option<String>,
    /// What is referred to in it.
    fragments: Vec<String>,
}

/// Finds them all. A file that was taken for one may refer to others in turn.
pub(super) fn settle(trial: &mut Trial) -> Result<Vec<Elsewhere>, Report> {
    let mut found: Vec<Elsewhere> = Vec::new();
    loop {
        let (mut loader, manifest) = trial.open(&[("either", vec!["#".to_owned()])])?;
        let remote = schema::remote(&mut loader, &manifest)?;
        let mut taken = false;
        for Remote { uri, fragments } in remote {
            if found.iter().any(|one| one.uri == uri) {
                continue;
            }
            let name = uri.rsplit('/').next().unwrap_or_default().to_owned();
            let file = Some(name).filter(|name| !name.is_empty() && trial.has_file(name));
            if let Some(file) = &file {
                trial.resources.push((uri.clone(), file.clone()));
                taken = true;
            }
            found.push(Elsewhere { uri, references: fragments.len(), file, fragments });
        }
        if !taken {
            return Ok(found);
        }
    }
}

/// What only the user knows about them.
pub(super) fn questions(elsewhere: &[Elsewhere]) -> Vec<String> {
    let question = |one: &Elsewhere| {
        let uri = quoted(&one.uri);
        let lead = counted("", one.references, "reference leads", "references lead");
        match &one.file {
            Some(file) => format!("is {} the document {uri}? `schema.resources` says so now", quoted(file)),
            None => format!(
                "where is the document {uri}, to which{lead}? Copy it into the folder and name it under \
                 `schema.resources`"
            ),
        }
    };
    elsewhere.iter().map(question).collect()
}

impl Elsewhere {
    /// A text that stands in for the document, as long as it is not at hand: all that is referred to in it is a schema
    /// that accepts anything.
    pub(super) fn stub(&self, dialect: Dialect) -> Option<(String, String)> {
        if self.file.is_some() {
            return None;
        }
        let mut document = json!({ "$schema": dialect.uri() });
        for fragment in self.fragments.iter().filter(|fragment| !fragment.is_empty()) {
            if let Some(pointer) = fragment.strip_prefix('/') {
                put(&mut document, &pointer.split('/').collect::<Vec<_>>());
            } else if dialect >= Dialect::Draft201909 {
                document["$defs"][fragment.as_str()] = json!({ "$anchor": fragment });
            } else {
                let name = if dialect == Dialect::Draft4 { "id" } else { "$id" };
                document["definitions"][fragment.as_str()] = json!({ name: format!("#{fragment}") });
            }
        }
        Some((self.uri.clone(), document.to_string()))
    }
}

/// Keywords whose value is an array of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// The most items that a list is filled up to; a reference further down is found missing.
const LONGEST: usize = 1000;

/// Makes room for a schema at the end of a path of tokens.
fn put(document: &mut Value, tokens: &[&str]) {
    let Some((first, rest)) = tokens.split_first() else { return };
    match document {
        Value::Object(members) => {
            let name = first.replace("~1", "/").replace("~0", "~");
            let empty = if LISTS.contains(first) { json!([{}]) } else { json!({}) };
            put(members.entry(name).or_insert(empty), rest);
        }
        Value::Array(items) => {
            let Some(index) = first.parse().ok().filter(|index| *index < LONGEST) else { return };
            while items.len() <= index {
                items.push(json!({}));
            }
            if let Some(item) = items.get_mut(index) {
                put(item, rest);
            }
        }
        _ => {}
    }
}
