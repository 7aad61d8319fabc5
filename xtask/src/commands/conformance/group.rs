//! Groups: a schema, and instances of which somebody said whether they are valid.
//!
//! Schemas and instances are kept as text, since numbers must reach the decoders as they were written.

use super::bare::{self, Part};
use super::resource::Resource;
use anyhow::{Context as _, bail};
use framelock_codegen::output::sha256;
use framelock_codegen::schema::dialect::Dialect;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A schema with its instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// Where it stands: the file below the folder that was named, and its place in the file.
    pub id: String,
    /// The folder of the file.
    pub folder: String,
    /// What the schema is about: the keywords that the group lists, or the name of its file.
    pub keywords: Vec<String>,
    /// The schema's text, on one line.
    pub schema: String,
    /// The instances.
    pub cases: Vec<Case>,
    /// The part of a bare schema that this is, unless somebody wrote a group of schema and instances.
    pub part: Option<Part>,
}

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    /// What it shows.
    pub description: String,
    /// Its text, on one line.
    pub text: String,
    /// Whether the schema accepts it.
    pub valid: bool,
}

/// The groups that were found, and how many files hold none.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The groups, in the order of their files.
    pub groups: Vec<Group>,
    /// Files that are something else.
    pub other_files: usize,
}

#[derive(Debug, Deserialize)]
struct WrittenGroup<'a> {
    #[serde(borrow)]
    schema: &'a RawValue,
    #[serde(borrow)]
    tests: Vec<WrittenCase<'a>>,
    #[serde(default)]
    keywords: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct WrittenCase<'a> {
    #[serde(default)]
    description: String,
    #[serde(borrow)]
    data: &'a RawValue,
    valid: bool,
}

/// Which groups and labels are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    /// Take one group of so many.
    pub sample: u64,
    /// The dialect of bare schemas that do not say theirs.
    pub dialect: Dialect,
}

/// Reads all groups of the files and folders.
///
/// # Errors
/// A path cannot be read, or a file that was named holds no groups.
pub(super) fn load(paths: &[PathBuf], resources: &[Resource], choice: Choice) -> anyhow::Result<Found> {
    let mut found = Found::default();
    // What is there to be referred to is not measured for itself.
    let is_resource = |file: &PathBuf| resources.iter().any(|resource| resource.is(file));
    for path in paths {
        let name = path.canonicalize().ok().and_then(|path| Some(path.file_name()?.display().to_string()));
        let name = name.unwrap_or_default();
        if path.is_dir() {
            for file in files(path)?.into_iter().filter(|file| !is_resource(file)) {
                let below = file.strip_prefix(path).unwrap_or(&file).display().to_string();
                match read(&file, &format!("{name}/{}", below.replace('\\', "/")), choice)? {
                    Some(groups) => found.groups.extend(groups),
                    None => found.other_files += 1,
                }
            }
        } else {
            let Some(groups) = read(path, &name, choice)? else {
                bail!("{} holds no groups of a schema and tests", path.display());
            };
            found.groups.extend(groups);
        }
    }
    found.groups.retain(|group| group.number() % choice.sample == 0);
    Ok(found)
}

/// All JSON files below a folder, sorted.
///
/// # Errors
/// A folder cannot be read.
pub(super) fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inner) = folders.pop() {
        let entries = fs::read_dir(&inner).with_context(|| format!("cannot read {}", inner.display()))?;
        for entry in entries {
            let path = entry.with_context(|| format!("cannot read {}", inner.display()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json" || extension == "jsonl") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The groups of a file, or none if it is something else.
fn read(file: &Path, name: &str, choice: Choice) -> anyhow::Result<Option<Vec<Group>>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let lines = file.extension().is_some_and(|extension| extension == "jsonl");
    Ok(parse(&text, lines, name).or_else(|| bare::groups(&text, name, choice.dialect)))
}

/// The groups of a text; a text without any, or with something between them, is none.
fn parse(text: &str, lines: bool, name: &str) -> Option<Vec<Group>> {
    let written: Vec<WrittenGroup<'_>> = if lines {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(serde_json::from_str).collect::<Result<_, _>>().ok()?
    } else {
        serde_json::from_str(text).ok()?
    };
    let path = Path::new(name).with_extension("").display().to_string();
    // Nothing can be said of a schema without instances.
    let nothing = written.iter().any(|group| group.tests.is_empty());
    if written.is_empty() || nothing || asserts_formats(&path) {
        return None;
    }
    Some(written.iter().enumerate().map(|(index, group)| group.at(&path, index)).collect())
}

/// The suite labels its `optional/format` as where `format` is checked, which no dialect asks for.
fn asserts_formats(path: &str) -> bool {
    path.contains("/optional/format/") || path.starts_with("format/")
}

impl WrittenGroup<'_> {
    fn at(&self, path: &str, index: usize) -> Group {
        let (folder, stem) = path.rsplit_once('/').unwrap_or((".", path));
        let keywords = if self.keywords.is_empty() { vec![stem.to_owned()] } else { self.keywords.clone() };
        Group {
            id: format!("{path}#{index}"),
            folder: folder.to_owned(),
            keywords,
            schema: on_one_line(self.schema.get()),
            cases: self.tests.iter().map(WrittenCase::case).collect(),
            part: None,
        }
    }
}

impl WrittenCase<'_> {
    fn case(&self) -> Case {
        Case { description: self.description.clone(), text: on_one_line(self.data.get()), valid: self.valid }
    }
}

/// Groups that become one module: all parts of a bare schema, or one group.
pub(super) fn units(groups: &[Group]) -> impl Iterator<Item = &[Group]> {
    groups.chunk_by(|left, right| match (&left.part, &right.part) {
        (Some(left), Some(right)) => Arc::ptr_eq(&left.file, &right.file),
        _ => false,
    })
}

impl Group {
    /// A number that only depends on what the group says, for choices that stay the same.
    pub(super) fn number(&self) -> u64 {
        let texts = self.cases.iter().map(|case| case.text.as_str());
        let text: Vec<&str> = std::iter::once(self.schema.as_str()).chain(texts).collect();
        number(&text.join("\n"))
    }
}

/// A number that depends on a text alone.
pub(super) fn number(text: &str) -> u64 {
    let hash = sha256(text.as_bytes());
    hash.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// JSON without line ends: between its parts they are white space, and inside strings there are none.
pub(super) fn on_one_line(json: &str) -> String {
    json.replace(['\n', '\r', '\t'], " ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::parse;

    const GROUP: &str = r#"{"schema": {"const": 1e400},
        "tests": [{"data": [1.0,
        2], "valid": true, "valid_with_format_assertion": false}]}"#;

    #[test]
    fn groups_keep_their_numbers_as_written() {
        let groups = parse(&format!("[{GROUP}]"), false, "a/b.json").unwrap();
        let group = groups.first().unwrap();
        assert_eq!((group.id.as_str(), group.folder.as_str()), ("a/b#0", "a"));
        assert_eq!(
            (group.schema.as_str(), group.keywords.join(",")),
            (r#"{"const": 1e400}"#, "b".to_owned())
        );
        let case = group.cases.first().unwrap();
        assert!(case.valid && case.text.starts_with("[1.0, ") && !case.text.contains('\n'));
    }

    #[test]
    fn groups_may_stand_one_a_line() {
        let line = GROUP.replace('\n', " ");
        let groups = parse(&format!("{line}\n\n{line}\n"), true, "b.jsonl").unwrap();
        assert_eq!(groups.iter().map(|group| group.id.as_str()).collect::<Vec<_>>(), ["b#0", "b#1"]);
        assert!(groups.iter().all(|group| group.cases.first().unwrap().valid));
    }

    #[test]
    fn other_files_are_no_groups() {
        for text in ["", "{}", "[]", "[1]", r#"[{"schema": true}]"#, r#"[{"schema": true, "tests": []}]"#] {
            assert_eq!(parse(text, false, "b.json"), None, "{text}");
        }
        let formats = "suite/optional/format/date.json";
        assert_eq!(parse(&format!("[{GROUP}]"), false, formats), None);
    }
}
