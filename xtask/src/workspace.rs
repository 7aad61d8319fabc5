//! Where the schema and the generated code are.

use anyhow::{Context as _, bail};
use std::path::{Component, Path, PathBuf};

/// The schema folder and the output folder, called as a person would call them from the current folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folders {
    /// Holds `framelock.toml`.
    pub schema: PathBuf,
    /// Holds the generated files.
    pub out: PathBuf,
}

impl Folders {
    /// The folders that arguments mean.
    ///
    /// # Errors
    /// No schema folder was named and there is none upwards, or one folder lies in the other.
    pub(crate) fn of(schema: Option<&Path>, out: Option<&Path>) -> anyhow::Result<Self> {
        let schema = match schema {
            Some(schema) => schema.to_path_buf(),
            None => root()?.join("schema"),
        };
        // Beside the schema, so that `--schema` alone cannot overwrite another protocol's code.
        let out = out.map_or_else(|| schema.with_file_name("generated"), Path::to_path_buf);
        refuse_nesting(&schema, &out)?;
        Ok(Self { schema, out })
    }

    /// Where the schema folder lies in its repository, with `/` between the parts: `schema` itself for the one that
    /// is found without being named. It follows from where the folder lies alone, not from where or how it is called.
    pub(crate) fn place(&self) -> Option<String> {
        let schema = self.schema.canonicalize().ok()?;
        let holds = |folder: &&Path| folder.join(MARK).is_file();
        let top = schema.ancestors().skip(1).filter(holds).last()?;
        let parts = schema.strip_prefix(top).ok()?.iter();
        parts.map(|part| part.to_str()).collect::<Option<Vec<_>>>().map(|parts| parts.join("/"))
    }
}

/// What a folder has whose schema is found without being named.
const MARK: &str = "schema/framelock.toml";

/// The nearest folder upwards that has a `schema/framelock.toml`, relative to the current folder.
///
/// # Errors
/// There is none.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("the current folder is gone")?;
    let levels = here.ancestors().position(|folder| folder.join(MARK).is_file());
    let Some(levels) = levels else {
        bail!("no schema/framelock.toml here or in a folder above; name the schema folder with --schema DIR");
    };
    Ok(std::iter::repeat_n(Component::ParentDir, levels).collect())
}

/// What lists the copies of packages that a repository has, in its root folder.
pub(crate) const VENDORING: &str = "framelock.toml";

/// The nearest folder upwards whose `framelock.toml` lists copies, relative to the current folder; the manifest of a
/// schema lists none.
///
/// # Errors
/// The current folder is gone.
pub(crate) fn vendoring() -> anyhow::Result<Option<PathBuf>> {
    let lists = |folder: &Path| {
        let text = std::fs::read_to_string(folder.join(VENDORING)).unwrap_or_default();
        text.lines().any(|line| line.trim() == "[[vendored]]")
    };
    let here = std::env::current_dir().context("the current folder is gone")?;
    let levels = here.ancestors().position(lists);
    Ok(levels.map(|levels| std::iter::repeat_n(Component::ParentDir, levels).collect()))
}

/// Refuses an output folder inside the schema folder or around it: one would be read or listed as the other.
fn refuse_nesting(schema: &Path, out: &Path) -> anyhow::Result<()> {
    let (Ok(schema_path), Ok(out_path)) = (real(schema), real(out)) else {
        return Ok(());
    };
    if schema_path.starts_with(&out_path) || out_path.starts_with(&schema_path) {
        let (schema, out) = (schema.display(), out.display());
        bail!("the schema folder {schema} and the output folder {out} must not lie in one another");
    }
    Ok(())
}

/// The real path of a folder that may not exist yet.
fn real(path: &Path) -> std::io::Result<PathBuf> {
    if let Ok(real) = path.canonicalize() {
        return Ok(real);
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new(".")).canonicalize()?;
    Ok(parent.join(path.file_name().unwrap_or_default()))
}
