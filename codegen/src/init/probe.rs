//! Trying a manifest: the phases of the generator, up to the model.

use super::{Elsewhere, dialect, has};
use crate::diagnostic::{Code, Findings, Report};
use crate::json;
use crate::load::Loader;
use crate::manifest::{self, EVERY_DEFINITION, FILE_NAME, Loaded};
use crate::model::{self, Protocol};
use crate::schema::dialect::Dialect;
use crate::schema::{self, Schemas};
use crate::source::Sources;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What the manifests that are tried have in common.
#[derive(Debug)]
pub(super) struct Trial {
    folder: PathBuf,
    pub(super) root: String,
    /// The dialect of the root file.
    taken: Dialect,
    /// The dialect of files that do not say theirs.
    pub(super) dialect: Option<Dialect>,
    /// Files that stand for documents elsewhere: their address, and their path.
    pub(super) resources: Vec<(String, String)>,
    /// Texts that stand for documents that are not at hand, by address.
    stubs: Vec<(String, String)>,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Probe {
    pub(super) schemas: Schemas,
    pub(super) protocol: Protocol,
    pub(super) sources: Sources,
}

/// Roots by key of the manifest.
pub(super) type Named<'a> = [(&'a str, Vec<String>)];

impl Trial {
    pub(super) fn new(folder: &Path, root: &str) -> Self {
        let (resources, stubs) = (Vec::new(), Vec::new());
        let (folder, root) = (folder.to_path_buf(), root.to_owned());
        Self { folder, root, taken: Dialect::Draft202012, dialect: None, resources, stubs }
    }

    /// The dialect of the root file, and whether it says so itself.
    pub(super) fn settle_dialect(&mut self) -> Result<(Dialect, bool), Report> {
        let mut loader = Loader::new(&self.folder);
        let read = loader.read(&self.root).map_err(|refusal| {
            let at = loader.absent(&self.root);
            refusal.at(&at)
        });
        let file = read.map_err(|finding| Report::new(vec![finding], loader.sources()))?;
        let text = loader.sources().get(file).map(|source| source.text.clone()).unwrap_or_default();
        let mut findings = Findings::default();
        let parsed = json::parse(file, &text, &mut findings);
        findings.propagate(loader.sources())?;
        let declared = parsed.as_ref().and_then(|document| document.root.member("$schema"));
        let named = declared.and_then(|member| member.value.string()).and_then(Dialect::from_uri);
        // A dialect that nobody knows is refused when the schema is read, with its place.
        let guess =
            || parsed.as_ref().map_or(Dialect::Draft202012, |document| dialect::guess(&document.root));
        self.taken = named.unwrap_or_else(guess);
        self.dialect = declared.is_none().then_some(self.taken);
        Ok((self.taken, declared.is_some()))
    }

    /// Tries a manifest that names everything that the schema may mean by a message.
    pub(super) fn run_whole(&mut self, elsewhere: &[Elsewhere]) -> Result<Probe, Report> {
        self.stubs = elsewhere.iter().filter_map(|one| one.stub(self.taken)).collect();
        let mut run = self.run_all();
        if run.as_ref().is_err_and(|report| has(report, Code::MissingDialect)) && self.dialect.is_none() {
            self.dialect = Some(self.taken);
            run = self.run_all();
        }
        if run.is_err() && !self.stubs.is_empty() {
            // What stands in for other documents must not be what the findings are about.
            self.stubs.clear();
            run = self.run_all();
        }
        run
    }

    fn run_all(&self) -> Result<Probe, Report> {
        let root = || vec!["#".to_owned()];
        match self.run(&[("either", [root(), vec![EVERY_DEFINITION.to_owned()]].concat())]) {
            // The root file may have no definitions.
            Err(report) if has(&report, Code::MissingRoot) => self.run(&[("either", root())]),
            other => other,
        }
    }

    /// Runs the phases up to the model.
    pub(super) fn run(&self, named: &Named<'_>) -> Result<Probe, Report> {
        let (mut loader, manifest) = self.open(named)?;
        let schemas = schema::read(&mut loader, &manifest)?;
        let protocol = model::lower(&mut loader, &schemas, &manifest.manifest)?;
        Ok(Probe { schemas, protocol, sources: loader.sources().clone() })
    }

    /// Reads a manifest that is in no file.
    pub(super) fn open(&self, named: &Named<'_>) -> Result<(Loader, Loaded), Report> {
        let mut loader = Loader::new(&self.folder);
        loader.add_known(FILE_NAME, &self.text(named));
        for (uri, text) in &self.stubs {
            loader.add_known(uri, text);
        }
        let manifest =
            manifest::read(&mut loader).map_err(|finding| Report::new(vec![finding], loader.sources()))?;
        Ok((loader, manifest))
    }

    fn text(&self, named: &Named<'_>) -> String {
        let mut text = format!(
            "tool.version = {}\n[rust]\npackage = \"probe\"\nversion = \"0.1.0\"\n[roots]\n",
            toml_string(env!("CARGO_PKG_VERSION"))
        );
        for (key, references) in named {
            let references: Vec<String> = references.iter().map(|text| toml_string(text)).collect();
            let _ = writeln!(text, "{key} = [{}]", references.join(", "));
        }
        let _ = writeln!(text, "[schema]\nroot = {}\nprofile = \"any\"", toml_string(&self.root));
        if let Some(dialect) = self.dialect {
            let _ = writeln!(text, "dialect = {}", toml_string(dialect.name()));
        }
        text.push_str("[schema.resources]\n");
        let stubs = self.stubs.iter().map(|(uri, _)| (uri, uri));
        for (uri, path) in self.resources.iter().map(|(uri, path)| (uri, path)).chain(stubs) {
            let _ = writeln!(text, "{} = {}", toml_string(uri), toml_string(path));
        }
        text
    }

    /// Whether a file stands at this path below the folder.
    pub(super) fn has_file(&self, path: &str) -> bool {
        Loader::new(&self.folder).read(path).is_ok()
    }
}

/// A string as TOML writes it on one line.
pub(super) fn toml_string(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            hidden if crate::text::hides(hidden) => {
                let _ = write!(written, "\\U{:08x}", u32::from(hidden));
            }
            plain => written.push(plain),
        }
    }
    written.push('"');
    written
}
