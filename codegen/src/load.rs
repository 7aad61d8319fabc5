//! Reading the schema folder: the only place of this library that touches the file system.

use crate::diagnostic::{Code, Finding};
use crate::source::{FileId, Origin, Pointer, Source, Sources, Span};
use crate::text::{printable, quoted};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The folder of released versions in a schema folder: they are frozen, and no part of the protocol as it stands.
pub const RELEASES: &str = "releases";

/// Reads files below one folder and keeps them as [`Sources`].
#[derive(Debug)]
pub struct Loader {
    folder: PathBuf,
    sources: Sources,
    /// Files that the user names for documents elsewhere, by the documents' addresses.
    given: BTreeMap<String, Given>,
    /// Whether files that nothing refers to are no business of the schema.
    alone: bool,
}

/// A file that the user names for a document elsewhere.
#[derive(Debug)]
struct Given {
    path: PathBuf,
    /// Whether it was named itself, and not just the folder that it lies in.
    itself: bool,
}

/// Why a file was not read, without a place to point at yet.
#[derive(Debug)]
pub struct Refusal {
    /// The kind of mistake.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: &'static str,
}

impl Refusal {
    fn new(code: Code, message: String, help: &'static str) -> Self {
        Self { code, message, help }
    }

    /// The refusal as a finding at the place that asked for the file.
    pub fn at(self, origin: &Origin) -> Finding {
        Finding::new(self.code, origin, self.message, self.help)
    }
}

impl Loader {
    /// A loader for the files below `folder`, which messages call by the name given here.
    pub fn new(folder: &Path) -> Self {
        let (sources, given) = (Sources::default(), BTreeMap::new());
        Self { folder: folder.to_path_buf(), sources, given, alone: false }
    }

    /// A loader for a schema that happens to stand in `folder`: what else stands there, it is not asked.
    pub fn alone(folder: &Path) -> Self {
        Self { alone: true, ..Self::new(folder) }
    }

    /// Whether what else stands in the folder is not asked.
    pub fn is_alone(&self) -> bool {
        self.alone
    }

    /// Lets a file stand for the document with this address, or all JSON files below a folder for those whose
    /// addresses begin with it. They may lie anywhere: the user names them, never a schema.
    pub fn give(&mut self, uri: &str, path: &Path) {
        if !path.is_dir() {
            let given = Given { path: path.to_path_buf(), itself: true };
            self.given.insert(uri.trim_end_matches('#').to_owned(), given);
            return;
        }
        let mut folders = vec![(uri.trim_end_matches('/').to_owned(), path.to_path_buf())];
        while let Some((uri, folder)) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let Ok(name) = entry.file_name().into_string() else { continue };
                let (uri, path) = (format!("{uri}/{}", crate::schema::encode(&name)), entry.path());
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push((uri, path));
                } else if has_extension(&name, "json") {
                    self.given.entry(uri).or_insert(Given { path, itself: false });
                }
            }
        }
    }

    /// Whether a file stands for the document with this address.
    pub fn is_given(&self, uri: &str) -> bool {
        self.given.contains_key(uri)
    }

    /// The addresses of documents for which the user named a file each.
    pub fn given(&self) -> Vec<String> {
        let named = self.given.iter().filter(|(_, given)| given.itself);
        named.map(|(uri, _)| uri.clone()).collect()
    }

    /// The folder, as the caller named it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was read so far.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Reads a file by its path below the folder; a second request for it gives the same id.
    ///
    /// # Errors
    /// A refusal when the file is missing, is no regular file, lies outside the folder (symbolic links
    /// followed), or is not UTF-8. The contents of a refused file are never repeated.
    pub fn read(&mut self, path: &str) -> Result<FileId, Refusal> {
        if let Some(id) = self.sources.find(path) {
            return Ok(id);
        }
        let given = self.given.get(path).map(|given| given.path.clone());
        let called = given.as_deref().map_or_else(|| path.to_owned(), |given| given.display().to_string());
        let full = match &given {
            Some(given) => regular(&called, given.clone())?,
            None => self.inside(path)?,
        };
        let bytes = std::fs::read(&full).map_err(|error| failed(&called, &error))?;
        let text = Arc::from(utf8(&called, bytes)?);
        let folder = self.folder.clone();
        Ok(self.sources.add(Source { path: path.to_owned(), folder, given, text }))
    }

    /// Reads a file of TOML.
    ///
    /// # Errors
    /// A finding when the file is missing or cannot be read; one with the code and the help that are given when it is
    /// not what it should be.
    pub fn read_toml<T: DeserializeOwned>(
        &mut self,
        path: &str,
        code: Code,
        help: &'static str,
    ) -> Result<(T, FileId), Finding> {
        let file = self.read(path).map_err(|refusal| refusal.at(&self.absent(path)))?;
        let text = self.sources.get(file).map(|source| source.text.clone()).unwrap_or_default();
        let value = toml::from_str(&text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            let span = Span { start: span.start, end: span.end };
            let at = Origin { file, span, pointer: Pointer::root() };
            Finding::new(code, &at, in_terms_of_toml(error.message()), help)
        })?;
        Ok((value, file))
    }

    /// Takes in a text that needs no file: a metaschema, under its URI.
    pub fn add_known(&mut self, uri: &str, text: &str) -> FileId {
        let (folder, text) = (PathBuf::new(), Arc::from(text));
        let source = Source { path: uri.to_owned(), folder, given: None, text };
        self.sources.find(uri).unwrap_or_else(|| self.sources.add(source))
    }

    /// Registers an empty text for a file that could not be read, so that a finding can name the file.
    pub fn absent(&mut self, path: &str) -> Origin {
        let folder = self.folder.clone();
        let given = self.given.get(path).map(|given| given.path.clone());
        let source = Source { path: path.to_owned(), folder, given, text: Arc::from("") };
        let file = self.sources.find(path).unwrap_or_else(|| self.sources.add(source));
        Origin { file, span: Span::default(), pointer: Pointer::root() }
    }

    /// Whether something stands at a path below the folder; whether it may be read is another question.
    pub fn has(&self, path: &str) -> bool {
        self.folder.join(path).exists()
    }

    /// Paths below `subfolder` that end in `suffix`, sorted; none when the subfolder does not exist. Of a schema that
    /// stands alone only those that were taken in.
    pub fn list(&self, subfolder: &str, suffix: &str) -> Vec<String> {
        if self.alone {
            return self.taken_in(subfolder, suffix);
        }
        let Ok(entries) = std::fs::read_dir(self.folder.join(subfolder)) else {
            return Vec::new();
        };
        let mut paths: Vec<String> = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.ends_with(suffix))
            .map(|name| if subfolder.is_empty() { name } else { format!("{subfolder}/{name}") })
            .collect();
        paths.sort();
        paths
    }

    fn taken_in(&self, subfolder: &str, suffix: &str) -> Vec<String> {
        let paths = self.sources.iter().map(|(_, source)| source.path.as_str());
        let below = |path: &&str| {
            let name = path.strip_prefix(subfolder).and_then(|name| name.strip_prefix('/'));
            name.is_some_and(|name| name.ends_with(suffix))
        };
        let mut paths: Vec<String> = paths.filter(below).map(str::to_owned).collect();
        paths.sort();
        paths
    }

    /// JSON files below the folder that were not read, sorted. Released versions are not looked at.
    pub fn unread(&self) -> Vec<String> {
        let mut unread = Vec::new();
        let mut folders = if self.alone { Vec::new() } else { vec![String::new()] };
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(self.folder.join(&folder)) else { continue };
            for entry in entries.flatten() {
                let Ok(name) = entry.file_name().into_string() else { continue };
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.extend((path != RELEASES).then_some(path));
                } else if has_extension(&path, "json") && self.sources.find(&path).is_none() {
                    unread.push(path);
                }
            }
        }
        unread.sort();
        unread
    }

    /// The real path of a file, if it is a regular one inside the folder. A pipe or a device must be found
    /// out before it is opened: opening one may wait for ever.
    fn inside(&self, path: &str) -> Result<PathBuf, Refusal> {
        let relative = Path::new(path);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || path.contains('\\') {
            return Err(outside(path));
        }
        let real = |path: &Path| path.canonicalize();
        let full = real(&self.folder.join(relative)).map_err(|error| failed(path, &error))?;
        let folder = real(&self.folder).map_err(|error| failed(path, &error))?;
        if !full.starts_with(folder) {
            return Err(outside(path));
        }
        regular(path, full)
    }
}

/// serde's messages speak of fields and variants; TOML has keys and values.
fn in_terms_of_toml(message: &str) -> String {
    let line = printable(&message.lines().collect::<Vec<_>>().join(" "));
    line.replace("field `", "key `").replace("unknown variant `", "unknown value `")
}

/// The path of a file, if it is a regular one.
fn regular(called: &str, path: PathBuf) -> Result<PathBuf, Refusal> {
    let found = std::fs::metadata(&path).map_err(|error| failed(called, &error))?;
    if found.is_file() { Ok(path) } else { Err(unreadable(called, "it is no regular file")) }
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

fn failed(path: &str, error: &std::io::Error) -> Refusal {
    match error.kind() {
        ErrorKind::NotFound => unreadable(path, "it does not exist"),
        kind => unreadable(path, &kind.to_string()),
    }
}

fn unreadable(path: &str, why: &str) -> Refusal {
    let message = format!("the file {} cannot be read: {why}", quoted(path));
    Refusal::new(Code::UnreadableFile, message, "check the path and the file's permissions")
}

fn outside(path: &str) -> Refusal {
    let message = format!("the path {} leads out of the schema folder", quoted(path));
    Refusal::new(Code::OutsideRoot, message, "move the file into the schema folder")
}

fn utf8(path: &str, bytes: Vec<u8>) -> Result<String, Refusal> {
    const HELP: &str = "save the file as UTF-8 without a byte order mark";
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let message = format!("the file {} is not UTF-8 at byte {offset}", quoted(path));
        Refusal::new(Code::NotUtf8, message, HELP)
    })?;
    if text.starts_with('\u{feff}') {
        let message = format!("the file {} begins with a byte order mark", quoted(path));
        return Err(Refusal::new(Code::NotUtf8, message, HELP));
    }
    Ok(text)
}
