//! Single schemas, without a protocol around them.

use super::{Side, View};
use crate::diagnostic::Report;
use crate::load::Loader;
use crate::manifest::{self, FILE_NAME};
use crate::schema::dialect::Dialect;
use crate::schema::{self, Schemas};
use std::path::Path;

/// Reads a schema and the files beside it that it refers to. `dialect` is the one of files that do not say theirs.
///
/// # Errors
/// The report of all that is wrong with it.
pub fn read_file(path: &Path, dialect: Dialect) -> Result<Schemas, Report> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    read(Loader::new(folder), &name, dialect)
}

/// Reads a schema that refers to no file. `dialect` is the one that it is in if it does not say so.
///
/// # Errors
/// The report of all that is wrong with it.
pub fn read_text(text: &str, dialect: Dialect) -> Result<Schemas, Report> {
    const NAME: &str = "schema.json";
    let mut loader = Loader::new(Path::new(""));
    loader.add_known(NAME, text);
    read(loader, NAME, dialect)
}

fn read(mut loader: Loader, name: &str, dialect: Dialect) -> Result<Schemas, Report> {
    let text = format!(
        "tool.version = {:?}\nschema = {{ root = {}, profile = \"any\", dialect = {:?} }}\nroots.either = \"#\"\n\
         rust = {{ package = \"compared\", version = \"0.1.0\" }}\n",
        env!("CARGO_PKG_VERSION"),
        toml::Value::from(name),
        dialect.name(),
    );
    loader.add_known(FILE_NAME, &text);
    let manifest =
        manifest::read(&mut loader).map_err(|finding| Report::new(vec![finding], loader.sources()))?;
    schema::read(&mut loader, &manifest)
}

/// The dialect that people call so: `draft7`, `draft-07`, `2020-12`, or the address of a metaschema.
pub fn dialect(name: &str) -> Option<Dialect> {
    let plain = name.to_ascii_lowercase();
    let plain: &str = plain.trim_start_matches("draft").trim_start_matches(['-', '0', ' ']);
    let known =
        |dialect: &Dialect| dialect.name().trim_start_matches(['d', 'r', 'a', 'f', 't', '-', '0']) == plain;
    Dialect::from_uri(name).or_else(|| Dialect::ALL.into_iter().find(known))
}

impl<'a> Side<'a> {
    /// The root of schemas that were read here.
    pub fn root(schemas: &'a Schemas) -> Option<Self> {
        let root = schemas.roots.iter().next()?;
        Some(Self {
            schemas,
            root,
            beside: &[],
            instead: &[],
            view: View::Open,
            without: None,
            rewritings: &[],
        })
    }
}
