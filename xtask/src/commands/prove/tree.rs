//! A schema folder in memory, in which one thing is changed at a time.

use anyhow::Context as _;
use framelock_codegen::diagnostic::Report;
use framelock_codegen::load::RELEASES;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

/// The files of a schema folder that say what the protocol is: JSON as values, all else as text.
///
/// Examples and invalid samples are left out: they would have to change with each mutant, and a sample that was
/// forgotten is not what should stop one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    /// The JSON files, by path below the folder.
    pub files: BTreeMap<String, Value>,
    /// The other files.
    pub texts: BTreeMap<String, String>,
    /// What is made from them: generated files (`generated/…`) and releases (`schema/releases/…`), by path.
    pub made: BTreeMap<String, String>,
    /// The path of the root file.
    pub root: String,
}

/// A place where an operator applies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The file.
    pub file: String,
    /// JSON Pointer into it.
    pub pointer: String,
    /// What else tells the mutants of one place apart.
    pub detail: String,
}

impl Place {
    /// A place.
    pub(super) fn new(file: &str, pointer: impl Into<String>) -> Self {
        Self { file: file.to_owned(), pointer: pointer.into(), detail: String::new() }
    }

    /// The same place, for a mutant of its own.
    pub(super) fn with(&self, detail: &str) -> Self {
        Self { detail: detail.to_owned(), ..self.clone() }
    }

    /// A place below this one.
    pub(super) fn below(&self, path: &str) -> Self {
        Self { pointer: format!("{}/{path}", self.pointer), ..self.clone() }
    }

    /// The last part of the pointer.
    pub(super) fn name(&self) -> String {
        let last = self.pointer.rsplit('/').next().unwrap_or_default();
        last.replace("~1", "/").replace("~0", "~")
    }

    /// The place so many parts above.
    pub(super) fn above(&self, levels: usize) -> Self {
        let pointer = (0..levels)
            .fold(self.pointer.as_str(), |rest, _| rest.rsplit_once('/').map_or("", |(above, _)| above));
        Self::new(&self.file, pointer)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}#{}", self.file, self.pointer)?;
        if self.detail.is_empty() { Ok(()) } else { write!(out, " {}", self.detail) }
    }
}

impl Tree {
    /// Reads a folder.
    ///
    /// # Errors
    /// A file cannot be read, or is not what its name says.
    pub(super) fn read(folder: &Path, root: &str) -> anyhow::Result<Self> {
        let (files, texts, made) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut tree = Self { files, texts, made, root: root.to_owned() };
        tree.read_below(folder, "")?;
        tree.files.values_mut().for_each(without_examples);
        Ok(tree)
    }

    fn read_below(&mut self, folder: &Path, prefix: &str) -> anyhow::Result<()> {
        let context = || format!("cannot read {}", folder.display());
        for entry in fs::read_dir(folder).with_context(context)? {
            let entry = entry.with_context(context)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (path, below) = (entry.path(), format!("{prefix}{name}"));
            if path.is_dir() {
                self.read_below(&path, &format!("{below}/"))?;
                continue;
            }
            let text =
                || fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()));
            let extension = path.extension().and_then(|extension| extension.to_str());
            if name.ends_with(".invalid.json") {
                continue;
            }
            if below.starts_with(&format!("{RELEASES}/")) {
                self.made.insert(format!("schema/{below}"), text()?);
            } else if extension == Some("json") {
                let value = serde_json::from_str(&text()?)
                    .with_context(|| format!("{} is no JSON", path.display()))?;
                self.files.insert(below, value);
            } else if extension == Some("toml") {
                self.texts.insert(below, text()?);
            }
        }
        Ok(())
    }

    /// What stands at a place.
    pub(super) fn get(&self, place: &Place) -> Option<&Value> {
        self.files.get(&place.file)?.pointer(&place.pointer)
    }

    /// What stands at a place, to be changed.
    pub(super) fn get_mut(&mut self, place: &Place) -> Option<&mut Value> {
        self.files.get_mut(&place.file)?.pointer_mut(&place.pointer)
    }

    /// The object at a place, to be changed.
    pub(super) fn object(&mut self, place: &Place) -> Option<&mut Map<String, Value>> {
        self.get_mut(place)?.as_object_mut()
    }

    /// The schema at a place; of a reference, what it leads to.
    pub(super) fn resolved(&self, place: &Place) -> Option<&Value> {
        let mut place = place.clone();
        for _ in 0..16 {
            let schema = self.get(&place)?;
            match schema.get("$ref").and_then(Value::as_str) {
                Some(reference) => place = target(&place.file, reference),
                None => return Some(schema),
            }
        }
        None
    }

    /// The key under which a file keeps its definitions.
    fn definitions_key(file: &Value) -> &'static str {
        if file.get("definitions").is_some() { "definitions" } else { "$defs" }
    }

    /// The definitions of all schema files.
    pub(super) fn definitions(&self) -> Vec<(Place, &Value)> {
        let of_file = |(path, file): (&String, &'_ Value)| {
            let (path, key) = (path.clone(), Self::definitions_key(file));
            (path, key)
        };
        let mut all = Vec::new();
        for (path, file) in &self.files {
            let (path, key) = of_file((path, file));
            let Some(definitions) = file.get(key).and_then(Value::as_object) else { continue };
            for (name, definition) in definitions {
                all.push((Place::new(&path, format!("/{key}/{}", escaped(name))), definition));
            }
        }
        all
    }

    /// Takes away definitions and schema files that nothing refers to any more.
    pub(super) fn prune(&mut self) {
        let mut reached = BTreeSet::new();
        let mut open = self.entrances();
        while let Some(place) = open.pop() {
            if !reached.insert(place.clone()) {
                continue;
            }
            let Some(schema) = self.get(&place) else { continue };
            let whole = place.pointer.is_empty();
            let mut found = Vec::new();
            references(schema, whole, &mut found);
            open.extend(found.into_iter().map(|reference| target(&place.file, reference)));
        }
        let used: BTreeSet<String> = reached.iter().map(|place| place.file.clone()).collect();
        self.files.retain(|path, _| !path.ends_with(".schema.json") || used.contains(path));
        for (path, file) in &mut self.files {
            let key = Self::definitions_key(file);
            let Some(definitions) = file.get_mut(key).and_then(Value::as_object_mut) else { continue };
            let is_used = |name: &str| {
                let own = format!("/{key}/{}", escaped(name));
                reached.iter().any(|place| {
                    place.file == *path
                        && (place.pointer == own || place.pointer.starts_with(&format!("{own}/")))
                })
            };
            definitions.retain(|name, _| is_used(name));
            if definitions.is_empty() {
                file.as_object_mut().map(|file| file.shift_remove(key));
            }
        }
    }

    /// Takes away the samples of retired forms that findings point at, forms that lose their last one, and names that
    /// no longer lead to a message. Whether there were any.
    pub(super) fn without_samples(&mut self, report: &Report) -> bool {
        let mut gone: BTreeSet<(String, String, usize)> = BTreeSet::new();
        for finding in report.findings() {
            let is_at =
                |path: &&String| path.starts_with("legacy/") && finding.path().ends_with(path.as_str());
            let Some(path) = self.files.keys().find(is_at) else { continue };
            let mut parts = finding.pointer().split('/').skip(1);
            let list = parts.next().unwrap_or_default().to_owned();
            let index = parts.next().and_then(|index| index.parse().ok()).unwrap_or_default();
            gone.insert((path.clone(), list, index));
        }
        // The last element first, so that the others keep their places.
        for (path, list, index) in gone.iter().rev() {
            self.shorten(path, list, *index);
        }
        !gone.is_empty()
    }

    /// Takes an element out of a declaration of retired forms or names: all of it where nothing is left, or where the
    /// declaration itself is at fault.
    fn shorten(&mut self, path: &str, list: &str, index: usize) {
        let list = Some(list).filter(|list| matches!(*list, "samples" | "names"));
        let elements = list.and_then(|list| self.files.get_mut(path)?.get_mut(list)?.as_array_mut());
        let elements = elements.filter(|elements| index < elements.len());
        if let Some(elements) = elements.filter(|elements| elements.len() > 1) {
            elements.remove(index);
        } else {
            self.files.remove(path);
        }
    }

    /// The definitions in which reading starts.
    fn entrances(&self) -> Vec<Place> {
        let all = self.definitions().into_iter().map(|(place, _)| place);
        all.filter(|place| place.file == self.root).collect()
    }
}

/// The place that a reference in a file means.
pub(super) fn target(from: &str, reference: &str) -> Place {
    let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let file = if path.is_empty() { from.to_owned() } else { joined(from, path) };
    Place::new(&file, pointer)
}

/// The path that `relative` means in a file.
fn joined(from: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A name as a part of a JSON Pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Every reference in a schema; of a whole file, without those of its definitions.
fn references<'v>(value: &'v Value, whole: bool, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("$ref", Value::String(reference)) => found.push(reference),
                    ("$defs" | "definitions", _) if whole => {}
                    _ => references(value, false, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, false, found)),
        _ => {}
    }
}

fn without_examples(file: &mut Value) {
    let Some(object) = file.as_object_mut() else { return };
    object.shift_remove("examples");
    for key in ["$defs", "definitions"] {
        let definitions = object.get_mut(key).and_then(Value::as_object_mut);
        for definition in definitions.into_iter().flat_map(Map::values_mut) {
            if let Some(definition) = definition.as_object_mut() {
                definition.shift_remove("examples");
            }
        }
    }
}
