//! Versions, as they are named on the command line.

use crate::apply::shown;
use crate::present::one_line;
use crate::workspace;
use anyhow::{Context as _, anyhow, bail};
use framelock_codegen::diagnostic::Report;
use framelock_codegen::evolution::{SemVer, Version};
use framelock_codegen::load::RELEASES;
use framelock_codegen::manifest::Manifest;
use framelock_codegen::release::Release;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Where a version stands.
#[derive(Debug)]
pub(super) enum Place {
    /// A schema folder.
    Folder(PathBuf),
    /// A file that holds a whole protocol.
    File(PathBuf),
    /// A released version.
    Release(Release),
    /// A schema folder as a git revision has it, written out for as long as this lives.
    Revision {
        /// What git calls it.
        name: String,
        /// The folder.
        schema: PathBuf,
        /// Holds the folder.
        _temporary: TempDir,
    },
}

/// The schema folder that is meant where none is named.
pub(super) fn schema_folder(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    Ok(match named {
        Some(folder) => folder.to_path_buf(),
        None => workspace::root()?.join("schema"),
    })
}

/// The place of a version: a file or folder, a release, or a git revision.
///
/// # Errors
/// There is no such version.
pub(super) fn find(name: &str, schema: Option<&Path>) -> anyhow::Result<Place> {
    let path = Path::new(name);
    if Release::is_at(path) {
        return Release::read(path).map(Place::Release).map_err(one_line);
    }
    if path.is_dir() {
        return Ok(Place::Folder(path.to_path_buf()));
    }
    if path.is_file() {
        return Ok(Place::File(path.to_path_buf()));
    }
    let folder = schema_folder(schema).with_context(|| format!("{name} is no file or folder"))?;
    let release = folder.join(RELEASES).join(name);
    if Release::is_at(&release) && !name.contains(['/', '\\']) {
        return Release::read(&release).map(Place::Release).map_err(one_line);
    }
    revision(name, &folder)
}

/// Writes out the schema folder of a git revision.
fn revision(name: &str, schema: &Path) -> anyhow::Result<Place> {
    let asked = |what: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(schema).arg("rev-parse").args(what);
        output(&mut command)
    };
    let exists = !name.starts_with('-')
        && asked(&["--verify", "--quiet", &format!("{name}^{{commit}}")])
            .is_ok_and(|commit| !commit.is_empty());
    if !exists {
        bail!(
            "`{name}` is no version: name a file, a schema folder, a release in {}, or a git revision",
            shown(&schema.join(RELEASES))
        );
    }
    let tree = asked(&["--verify", &format!("{name}:./")])
        .map_err(|_| anyhow!("the git revision {name} has no folder {}", shown(schema)))?;
    let repository = asked(&["--absolute-git-dir"])?;
    let folder = TempDir::new().context("no temporary folder can be made")?;
    let written = folder.path().join("schema");
    fs::create_dir(&written).context("no temporary folder can be made")?;
    for step in [&["read-tree", &tree][..], &["checkout-index", "--all"]] {
        let mut command = Command::new("git");
        // An index of its own: nothing of the repository is touched.
        command.env("GIT_INDEX_FILE", folder.path().join("index")).current_dir(&written);
        command.arg("--git-dir").arg(&repository).arg("--work-tree").arg(&written).args(step);
        output(&mut command).with_context(|| format!("the git revision {name} cannot be read"))?;
    }
    Ok(Place::Revision { name: name.to_owned(), schema: written, _temporary: folder })
}

/// What a run of git prints.
fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().context("git cannot be run")?;
    if !output.status.success() {
        bail!("git says: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Place {
    /// Reads the version. A file that does not say who sends what is read with the roots of `like`.
    ///
    /// # Errors
    /// The report of what is wrong with its schema.
    pub(super) fn read(&self, like: Option<&Manifest>) -> Result<Version, Report> {
        self.read_by(like, Version::read_folder)
    }

    /// Reads it as the version to compare with: another version of this program may write its output.
    ///
    /// # Errors
    /// The report of what is wrong with its schema.
    pub(super) fn read_old(&self, like: Option<&Manifest>) -> Result<Version, Report> {
        self.read_by(like, Version::read_old_folder)
    }

    fn read_by(
        &self,
        like: Option<&Manifest>,
        folder: impl Fn(&Path) -> Result<Version, Report>,
    ) -> Result<Version, Report> {
        match self {
            Self::Folder(schema) | Self::Revision { schema, .. } => folder(schema),
            Self::File(file) => Version::read_file(file, like),
            Self::Release(release) => release.version(),
        }
    }

    /// The schema folder, where it is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Revision { schema, .. } => Some(schema),
            Self::File(_) | Self::Release(_) => None,
        }
    }

    /// The last version that had been released by then.
    ///
    /// # Errors
    /// A release cannot be read.
    pub(super) fn released(&self) -> anyhow::Result<Option<SemVer>> {
        match (self, self.folder()) {
            (Self::Release(release), _) => Ok(Some(release.number)),
            (_, Some(schema)) => {
                Ok(Release::all(schema).map_err(one_line)?.last().map(|release| release.number))
            }
            (_, None) => Ok(None),
        }
    }

    /// What a report calls it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Folder(path) | Self::File(path) => shown(path),
            Self::Release(release) => shown(&release.folder),
            Self::Revision { name, .. } => name.clone(),
        }
    }
}
