//! A version of a protocol, as it is compared.

use super::change::Place;
use super::frozen::Frozen;
use crate::diagnostic::{Finding, Report};
use crate::emit;
use crate::init;
use crate::load::Loader;
use crate::manifest::{self, FILE_NAME, LegacyPolicy, Loaded, Manifest, References};
use crate::model::Protocol;
use crate::output::Output;
use crate::schema::Schemas;
use crate::source::{Origin, Sources};
use crate::text::value::raw;
use std::collections::BTreeMap;
use std::path::Path;

/// References to the frames of each side, by the keys of the manifest's table `roots`.
pub type Roots = BTreeMap<String, Vec<String>>;

/// A protocol, the schemas that describe it, and the files that they stand in.
#[derive(Debug)]
pub struct Version {
    /// The model.
    pub protocol: Protocol,
    /// The schemas.
    pub schemas: Schemas,
    /// The files.
    pub sources: Sources,
    /// The manifest, if the schema has one.
    pub manifest: Option<Manifest>,
}

impl Version {
    /// Reads a schema folder, the one that holds `framelock.toml`.
    ///
    /// # Errors
    /// The report of all that is wrong with it.
    pub fn read_folder(folder: &Path) -> Result<Self, Report> {
        crate::on_a_large_stack(|| Self::load(&mut Loader::new(folder), manifest::read))
    }

    /// Reads a schema folder that is only compared with: its manifest may ask for another version of this program
    /// ([`Version::tool`]).
    ///
    /// # Errors
    /// The report of all that is wrong with it.
    pub fn read_old_folder(folder: &Path) -> Result<Self, Report> {
        crate::on_a_large_stack(|| Self::load(&mut Loader::new(folder), manifest::read_unpinned))
    }

    /// The version of this program that the manifest asks for, if it is not the one that runs.
    pub fn tool(&self) -> Option<&str> {
        let asked = self.manifest.as_ref().map(|manifest| manifest.tool.version.get_ref().as_str());
        asked.filter(|asked| *asked != env!("CARGO_PKG_VERSION"))
    }

    /// The manifest of a schema folder, if it can be read.
    pub fn read_manifest(folder: &Path) -> Option<Manifest> {
        manifest::read(&mut Loader::new(folder)).ok().map(|loaded| loaded.manifest)
    }

    /// The version that the protocol says it is.
    pub fn version(&self) -> String {
        raw(&self.protocol.version).to_owned()
    }

    /// The names that no message of the protocol may ever have.
    pub fn reserved(&self) -> impl Iterator<Item = String> {
        self.protocol.reserved.iter().map(|name| raw(name).to_owned())
    }

    /// Reads a file that holds a whole protocol. One that says by `x-protocol` that it is such is read as the folder
    /// of `like` is, with the same roots; of any other one every definition is something that is sent.
    ///
    /// # Errors
    /// The report of all that is wrong with it.
    pub fn read_file(path: &Path, like: Option<&Manifest>) -> Result<Self, Report> {
        let (folder, name) = split(path);
        let says = like.is_some() && says_protocol(&mut Loader::alone(folder), &name);
        if let Some(like) = like.filter(|_| says) {
            return Self::read_bundle(path, &roots(like), None);
        }
        crate::on_a_large_stack(|| {
            let (schemas, protocol, sources) = init::try_out(folder, &name)?;
            Ok(Self { protocol, schemas, sources, manifest: None })
        })
    }

    /// Reads a file that holds a whole protocol in the profile `strict`, of which it is known where the frames of each
    /// side stand. Beside it may stand a file with what is declared of the past ([`Version::legacy`]).
    ///
    /// # Errors
    /// The report of all that is wrong with them.
    pub fn read_bundle(path: &Path, roots: &Roots, legacy: Option<&str>) -> Result<Self, Report> {
        let (folder, name) = split(path);
        crate::on_a_large_stack(|| Self::load_bundle(&mut Loader::alone(folder), &name, roots, legacy))
    }

    /// The same by the files' names in the folder of a loader.
    pub(crate) fn load_bundle(
        loader: &mut Loader,
        name: &str,
        roots: &Roots,
        legacy: Option<&str>,
    ) -> Result<Self, Report> {
        let frozen = legacy.map(|legacy| Frozen::read(loader, legacy)).transpose()?;
        let policies = frozen.map(|frozen| frozen.policies).unwrap_or_default();
        loader.add_known(FILE_NAME, &manifest_of_file(name, roots, &policies));
        Self::load(loader, manifest::read)
    }

    /// What this version declares of the past besides retired spellings, as a file beside the bundle: retired forms and
    /// names, and the policies; none if nothing is declared.
    pub fn legacy(&self) -> Option<String> {
        Frozen::of(&self.schemas, &self.sources).map(|frozen| frozen.text())
    }

    /// The files that are generated from it: with `command` in their headers, as the way to make them again. They know
    /// of no release and adapt to none.
    ///
    /// # Errors
    /// The report of what cannot be expressed, and of what is wrong with the schema as a whole. A version without a
    /// manifest has no files.
    pub fn outputs(&self, command: &str) -> Result<Vec<Output>, Report> {
        crate::on_a_large_stack(|| {
            let Some(manifest) = &self.manifest else { return Ok(Vec::new()) };
            let (schemas, sources) = (&self.schemas, &self.sources);
            let context = emit::Context {
                manifest,
                schemas,
                command,
                sources,
                releases: &[],
                adapters: &[],
                notes: &BTreeMap::new(),
            };
            let outputs = emit::run(&self.protocol, &context)?;
            crate::schema::check_whole(schemas, sources)?;
            Ok(outputs)
        })
    }

    /// Where the frames of each side stand in the bundled schema of this version.
    pub fn bundled_roots(&self) -> Roots {
        crate::emit::bundled_roots(&self.schemas)
    }

    /// A place in one of the files.
    pub(super) fn place(&self, origin: &Origin) -> Option<Place> {
        let source = self.sources.get(origin.file)?;
        let (line, column) = source.line_column(origin.span.start);
        let pointer = origin.pointer.as_str().to_owned();
        Some(Place { file: source.display_path(), line, column, pointer })
    }

    fn load(
        loader: &mut Loader,
        manifest: impl Fn(&mut Loader) -> Result<Loaded, Finding>,
    ) -> Result<Self, Report> {
        let (manifest, schemas, protocol) = crate::lower_by(loader, manifest)?;
        let (sources, manifest) = (loader.sources().clone(), Some(manifest.manifest));
        Ok(Self { protocol, schemas, sources, manifest })
    }
}

/// Whether the root of a file has the member `x-protocol`.
fn says_protocol(loader: &mut Loader, name: &str) -> bool {
    let Ok(file) = loader.read(name) else { return false };
    let text = loader.sources().get(file).map(|source| source.text.clone()).unwrap_or_default();
    let root: Result<serde_json::Value, _> = serde_json::from_str(&text);
    root.is_ok_and(|root| root.get("x-protocol").is_some())
}

/// The folder of a file, and its name.
fn split(path: &Path) -> (&Path, String) {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    (folder, path.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

/// What a manifest calls the frames of each side.
fn roots(of: &Manifest) -> Roots {
    let roots = of.roots.get_ref();
    let roots = [("server", &roots.server), ("client", &roots.client), ("either", &roots.either)];
    let named = |(key, references): (&str, &Option<toml::Spanned<References>>)| {
        let references = references.as_ref()?.get_ref().iter().cloned().collect();
        Some((key.to_owned(), references))
    };
    roots.into_iter().filter_map(named).collect()
}

/// The manifest of a protocol in one file.
fn manifest_of_file(name: &str, roots: &Roots, policies: &BTreeMap<String, LegacyPolicy>) -> String {
    let root = |key: &str| Some(format!("roots.{key} = {}\n", toml::Value::from(roots.get(key)?.clone())));
    let roots: String = ["server", "client", "either"].into_iter().filter_map(root).collect();
    // Strings by names are something that TOML can say.
    let policies = toml::to_string(&BTreeMap::from([("legacy", BTreeMap::from([("forms", policies)]))]));
    format!(
        "tool.version = {:?}\nschema = {{ root = {}, profile = \"strict\" }}\n{roots}\
         rust = {{ package = \"compared\", version = \"0.1.0\" }}\n{}",
        env!("CARGO_PKG_VERSION"),
        toml::Value::from(name),
        policies.unwrap_or_default(),
    )
}
