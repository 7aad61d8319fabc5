//! Schemas that stand elsewhere: the documents that a test server would serve.

use super::group::files;
use anyhow::{Context as _, anyhow};
use std::fs;
use std::path::{Path, PathBuf};

/// A document with an address.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// Its URI.
    pub uri: String,
    /// Its text.
    pub text: String,
    /// Its file, with all links followed.
    pub file: PathBuf,
}

/// Reads what the arguments `URI=PATH` name.
///
/// # Errors
/// An argument has no `=`, or a file cannot be read.
pub(super) fn load(arguments: &[String]) -> anyhow::Result<Vec<Resource>> {
    let mut found = Vec::new();
    for argument in arguments {
        let (uri, path) = argument
            .rsplit_once('=')
            .ok_or_else(|| anyhow!("`--resource {argument}` is not of the form URI=PATH"))?;
        let path = Path::new(path);
        if path.is_dir() {
            let base = uri.trim_end_matches('/');
            for file in files(path)? {
                let below = file.strip_prefix(path).unwrap_or(&file).display().to_string();
                found.push(read(format!("{base}/{}", below.replace('\\', "/")), &file)?);
            }
        } else {
            found.push(read(uri.to_owned(), path)?);
        }
    }
    Ok(found)
}

fn read(uri: String, file: &Path) -> anyhow::Result<Resource> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let file = file.canonicalize().unwrap_or_default();
    Ok(Resource { uri, text, file })
}

impl Resource {
    /// Whether this is the document of a file.
    pub(super) fn is(&self, file: &Path) -> bool {
        file.canonicalize().is_ok_and(|file| file == self.file)
    }

    /// Whether a schema can mean this document: it names the server, itself or through other documents of it.
    pub(super) fn concerns(&self, schema: &str) -> bool {
        let host = self.uri.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        schema.contains(&host)
    }
}
