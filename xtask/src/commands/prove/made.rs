//! Changes of what is made from the schema: generated files, and releases.

use super::fields;
use super::tree::{Place, Tree};
use serde_json::Value;
use std::collections::BTreeSet;

/// The folders of what is generated, each with the ending of its files.
const FOLDERS: [(&str, &str); 4] =
    [("rust", "rs"), ("typescript", "ts"), ("python", "py"), ("schema", "json")];
/// The Rust crate.
pub(super) const RUST: usize = 0;
/// The npm package.
pub(super) const TYPESCRIPT: usize = 1;
/// The Python package.
pub(super) const PYTHON: usize = 2;
/// The bundled schema.
pub(super) const SCHEMA: usize = 3;

fn below(tree: &Tree, folder: &str) -> Vec<Place> {
    let files = tree.made.keys().filter(|path| path.starts_with(folder));
    files.map(|path| Place::new(path, "")).collect()
}

/// The generated files of one kind.
pub(super) fn files<const FOLDER: usize>(tree: &Tree) -> Vec<Place> {
    let (folder, _) = FOLDERS[FOLDER];
    below(tree, &format!("generated/{folder}/"))
}

/// A file that is not there, in each folder of one kind of generated files.
pub(super) fn strangers<const FOLDER: usize>(tree: &Tree) -> Vec<Place> {
    let (_, extension) = FOLDERS[FOLDER];
    let files = files::<FOLDER>(tree);
    let folders: BTreeSet<&str> =
        files.iter().filter_map(|place| Some(place.file.rsplit_once('/')?.0)).collect();
    folders.iter().map(|folder| Place::new(&format!("{folder}/mutant.{extension}"), "")).collect()
}

/// The bundles of released versions.
pub(super) fn bundles(tree: &Tree) -> Vec<Place> {
    let files = below(tree, RELEASES).into_iter();
    files.filter(|place| place.file.ends_with("/bundle.schema.json")).collect()
}

/// The records of released versions, once for each digest.
pub(super) fn digests(tree: &Tree) -> Vec<Place> {
    let mut places = Vec::new();
    for place in below(tree, RELEASES).iter().filter(|place| place.file.ends_with("/release.toml")) {
        let text = tree.made.get(&place.file).map(String::as_str).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once(" = \""));
        let digests = lines.filter(|(_, value)| value.len() > 60).map(|(key, _)| key);
        places.extend(digests.map(|key| place.with(key)));
    }
    places
}

/// The files of released versions.
pub(super) fn released(tree: &Tree) -> Vec<Place> {
    below(tree, RELEASES).into_iter().filter(|place| !place.file.ends_with("/next.toml")).collect()
}

/// Where releases stand.
const RELEASES: &str = "schema/releases/";

/// What must be there, in a protocol whose version is released.
pub(super) fn settled(tree: &Tree) -> Vec<Place> {
    let root = Place::new(&tree.root, "/x-protocol/version");
    let version = tree.get(&root).and_then(Value::as_str).unwrap_or_default();
    let released = !below(tree, &format!("{RELEASES}{version}/")).is_empty();
    if released { fields::required(tree) } else { Vec::new() }
}

/// Edits the line in the middle of a file.
pub(super) fn edit(tree: &mut Tree, place: &Place) -> Option<()> {
    let text = tree.made.get_mut(&place.file)?;
    let middle = text.len() / 2;
    let end = text.char_indices().find(|(at, character)| *at >= middle && *character == '\n');
    text.insert(end.map_or(text.len(), |(at, _)| at), ' ');
    Some(())
}

/// Turns a digest into another one.
pub(super) fn edit_digest(tree: &mut Tree, place: &Place) -> Option<()> {
    let text = tree.made.get_mut(&place.file)?;
    let key = format!("{} = \"", place.detail);
    let at = text.find(&key)? + key.len();
    let digit = if text.get(at..=at)? == "0" { "1" } else { "0" };
    text.replace_range(at..=at, digit);
    Some(())
}

/// Deletes a file.
pub(super) fn delete(tree: &mut Tree, place: &Place) -> Option<()> {
    tree.made.remove(&place.file).map(|_| ())
}

/// Adds a file.
pub(super) fn add(tree: &mut Tree, place: &Place) -> Option<()> {
    let before = tree.made.insert(place.file.clone(), "mutant\n".to_owned());
    before.is_none().then_some(())
}
