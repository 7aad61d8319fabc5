//! An output folder as it is on disk. Symbolic links are seen and never followed.

use super::record::{Ownership, Record};
use super::shown;
use anyhow::{Context as _, bail};
use framelock_codegen::output::{MANIFEST, OutputManifest};
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Names that belong to the tools that work on generated code, wherever they stand below the folder.
const IGNORED: &[&str] = &[".git", "Cargo.lock", "__pycache__", "node_modules", "target"];

/// How the names of staging folders start; six letters or digits follow.
pub(super) const STAGING: &str = ".framelock-";

/// An output folder.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// Everything below it that is no folder, by path with `/` between its parts.
    pub files: BTreeSet<String>,
    /// `MANIFEST.json`.
    pub record: Record,
    /// Which files Framelock wrote.
    pub ownership: Ownership,
    /// Staging folders that killed runs left.
    leftovers: Vec<PathBuf>,
}

/// What stands at the place of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A regular file with these bytes.
    File(Vec<u8>),
    /// A symbolic link.
    Link,
    /// Something that can be neither read nor replaced: why.
    Blocked(&'static str),
}

impl Folder {
    /// Looks at everything below the folder.
    ///
    /// # Errors
    /// It is no folder, or a part of it cannot be read.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let (mut files, mut leftovers) = (BTreeSet::new(), Vec::new());
        if exists(root)? {
            walk(root, "", &mut files, &mut leftovers)?;
        }
        let record = read_record(root)?;
        let staged = leftovers.iter().filter_map(|leftover| staged_record(leftover));
        let ownership = Ownership::new(record.known().cloned().into_iter().chain(staged));
        Ok(Self { root: root.to_path_buf(), files, record, ownership, leftovers })
    }

    /// What stands at a path below the folder.
    ///
    /// # Errors
    /// A file is there and cannot be read.
    pub(super) fn at(&self, path: &str) -> anyhow::Result<Found> {
        let full = self.root.join(path);
        if let Some(why) = self.blocked_parent(path) {
            return Ok(Found::Blocked(why));
        }
        let Ok(metadata) = fs::symlink_metadata(&full) else {
            return Ok(Found::Nothing);
        };
        if metadata.is_symlink() {
            return Ok(Found::Link);
        }
        if metadata.is_dir() {
            return Ok(Found::Blocked("a folder stands where the file belongs"));
        }
        if !metadata.is_file() {
            return Ok(Found::Blocked("a pipe, socket or device stands where the file belongs"));
        }
        fs::read(&full).map(Found::File).with_context(|| format!("cannot read {}", shown(&full)))
    }

    /// Why a folder on the way to a path is none.
    fn blocked_parent(&self, path: &str) -> Option<&'static str> {
        path.match_indices('/').find_map(|(end, _)| {
            let metadata = fs::symlink_metadata(self.root.join(path.get(..end)?)).ok()?;
            if metadata.is_symlink() {
                return Some("a folder on the way to it is a symbolic link, which is not followed");
            }
            (!metadata.is_dir()).then_some("a file stands where its folder belongs")
        })
    }

    /// Removes what killed runs left. What cannot be removed stays for the next run.
    pub(super) fn remove_leftovers(&self) {
        for leftover in &self.leftovers {
            let _ = fs::remove_dir_all(leftover);
        }
    }
}

/// Makes sure that the folder is there.
///
/// # Errors
/// It cannot be made.
pub(super) fn create(root: &Path) -> anyhow::Result<()> {
    if !exists(root)? {
        let made = builder().create(root);
        made.with_context(|| format!("cannot make the output folder {}", shown(root)))?;
    }
    Ok(())
}

/// How folders are made: never writable for everybody, whatever the umask.
pub(super) fn builder() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o755);
    builder
}

/// Whether the output folder exists.
fn exists(root: &Path) -> anyhow::Result<bool> {
    match fs::metadata(root) {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(_) => bail!("the output folder {} is a file", shown(root)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot look at the output folder {}", shown(root))),
    }
}

/// Collects the files below a folder, and the staging folders in the outermost one.
fn walk(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeSet<String>,
    leftovers: &mut Vec<PathBuf>,
) -> anyhow::Result<()> {
    let context = || format!("cannot read the folder {}", shown(folder));
    for entry in fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = entry.file_type().with_context(context)?.is_dir();
        if IGNORED.contains(&name.as_str()) {
            continue;
        }
        if !is_folder {
            files.insert(format!("{prefix}{name}"));
        } else if prefix.is_empty() && is_staging(&name) {
            leftovers.push(entry.path());
        } else {
            walk(&entry.path(), &format!("{prefix}{name}/"), files, leftovers)?;
        }
    }
    Ok(())
}

/// Whether a folder's name is one that staging folders have.
fn is_staging(name: &str) -> bool {
    name.strip_prefix(STAGING)
        .is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn read_record(root: &Path) -> anyhow::Result<Record> {
    let path = root.join(MANIFEST);
    let Ok(metadata) = fs::symlink_metadata(&path) else {
        return Ok(Record::Absent);
    };
    if !metadata.is_file() {
        return Ok(Record::Unreadable("it is no regular file".to_owned()));
    }
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", shown(&path)))?;
    Ok(Record::parse(&bytes))
}

/// The record that a killed run was about to write, unless it was killed before it had staged everything:
/// then it had not replaced any file either.
fn staged_record(leftover: &Path) -> Option<OutputManifest> {
    Record::parse(&fs::read(leftover.join(MANIFEST)).ok()?).into_known()
}
