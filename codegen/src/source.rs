//! Source files and places in them.
//!
//! Everything that is read from a schema folder is kept here as text, so that a finding can show the
//! line it speaks of. A [`Origin`] names a place twice: by byte span, for the reader's editor, and by
//! JSON Pointer (RFC 6901), for tools.

use crate::text;
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Index of a file in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(u32);

/// Half-open range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

/// A JSON Pointer (RFC 6901) into a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pointer(String);

impl Pointer {
    /// The document itself: the empty pointer.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// This pointer, one member further down; escapes `~` and `/` (RFC 6901 §3).
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        Self(format!("{}/{}", self.0, name.replace('~', "~0").replace('/', "~1")))
    }

    /// This pointer, one array element further down.
    #[must_use]
    pub fn element(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The names and indices that it leads through, unescaped (RFC 6901 §4).
    pub fn tokens(&self) -> Vec<String> {
        self.0.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
    }

    /// The pointer as written in JSON strings: empty, or beginning with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Pointer {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// For people, so that control characters in names are shown as escapes.
impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", text::shown(&self.0, usize::MAX))
    }
}

/// A place in a source file, as every item of the model carries it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
    /// The same place as a JSON Pointer; the root pointer where the file is not JSON.
    pub pointer: Pointer,
}

/// One file that was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path below the schema folder, with `/` between its parts on every platform.
    pub path: String,
    /// The folder that the path is relative to, as the caller named it; for messages only.
    pub folder: PathBuf,
    /// What messages call the file instead, where it was not found by that path.
    pub given: Option<PathBuf>,
    /// The whole text.
    pub text: Arc<str>,
}

impl Source {
    /// Line and column of a byte offset, both counted from 1; columns count characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = self.text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// The path as a person at the command line would write it.
    pub fn display_path(&self) -> String {
        let path = self.given.clone().unwrap_or_else(|| self.folder.join(&self.path));
        path.to_string_lossy().replace('\\', "/")
    }
}

/// All files that were read, in the order of reading.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
    ids: HashMap<String, FileId>,
}

impl Sources {
    /// Adds a file and says what it is called from now on.
    pub fn add(&mut self, source: Source) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.ids.insert(source.path.clone(), id);
        self.files.push(source);
        id
    }

    /// The file behind an id; `None` for an id of other `Sources`.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// The file with this path below the schema folder, if it was read.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    /// Every file with its id, in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.files)
    }
}
