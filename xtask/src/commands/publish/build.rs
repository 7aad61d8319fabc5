//! Packages, made by their ecosystems' own tools.

use super::temporary;
use crate::files;
use crate::package::PackageManifest;
use crate::process::{command, execute};
use crate::workspace::Folders;
use anyhow::{Context as _, bail};
use framelock_codegen::Generation;
use framelock_codegen::evolution::Version;
use framelock_codegen::model::Protocol;
use framelock_codegen::output::{MANIFEST, sha256};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What a file is to those who install it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A package of Node.js.
    Npm,
    /// A package of Python.
    Wheel,
    /// A package of Rust.
    Crate,
    /// The schema in one file.
    Bundle,
}

/// A file that is published.
#[derive(Debug)]
pub(super) struct Artefact {
    pub kind: Kind,
    /// Its name.
    pub file: String,
    /// Its size.
    pub bytes: usize,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
}

/// All that is published together.
#[derive(Debug)]
pub(super) struct Release {
    /// Holds the files, for as long as this value lives.
    _temporary: TempDir,
    /// The files, and `MANIFEST.json`, which lists them.
    pub folder: PathBuf,
    /// Where packages can be installed and tried.
    pub scratch: PathBuf,
    pub artefacts: Vec<Artefact>,
    /// The lock file that a Rust project around the package has.
    pub lock: Option<PathBuf>,
}

/// The time of every file inside of a package: the beginning of the calendar of zip files.
const EPOCH: &str = "315532800";

impl Release {
    /// Builds the packages that stand in the folder of generated files, with some variables in the tools' environment.
    ///
    /// # Errors
    /// A tool is missing or failed.
    pub(super) fn build(
        folders: &Folders,
        generation: &Generation,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let (temporary, scratch) = temporary()?;
        let folder = scratch.join("release");
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let generated = &folders.out;
        let lock = nearest_lock(generated);
        let Ok(version) = Version::read_folder(&folders.schema) else {
            bail!("the schema changed while it was read");
        };
        let builder = Builder {
            generated,
            version: &version,
            generation,
            scratch: &scratch,
            folder: &folder,
            lock: lock.as_deref(),
            variables,
        };
        let settings = &generation.manifest;
        let mut artefacts = vec![builder.package(Kind::Crate, "rust", None, Builder::cargo)?];
        if settings.typescript.is_some() {
            artefacts.push(builder.package(Kind::Npm, "typescript", Some(""), Builder::npm)?);
        }
        if let Some(settings) = &settings.python {
            // What lies beside the module is not installed.
            let module = settings.package.get_ref().replace('-', "_");
            artefacts.push(builder.package(Kind::Wheel, "python", Some(&module), Builder::wheel)?);
        }
        if settings.bundle.is_some() {
            artefacts.extend(builder.bundles()?);
        }
        files::write(&folder.join(MANIFEST), manifest(&generation.protocol, &artefacts)?)?;
        Ok(Self { _temporary: temporary, folder, scratch, artefacts, lock })
    }

    /// The one file of a kind.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn file(&self, kind: Kind) -> anyhow::Result<&str> {
        let found = self.artefacts.iter().find(|artefact| artefact.kind == kind);
        found.map(|artefact| artefact.file.as_str()).with_context(|| format!("there is no {kind:?}"))
    }
}

/// The lock file of the workspace that the packages lie in.
fn nearest_lock(generated: &Path) -> Option<PathBuf> {
    const LOCK: &str = "Cargo.lock";
    // Called as the folder is, where it stands beside it.
    let beside = generated.with_file_name(LOCK);
    let above = || {
        generated.canonicalize().ok()?.ancestors().map(|folder| folder.join(LOCK)).find(|path| path.is_file())
    };
    if beside.is_file() { Some(beside) } else { above() }
}

/// What building a package needs.
struct Builder<'a> {
    generated: &'a Path,
    version: &'a Version,
    generation: &'a Generation,
    scratch: &'a Path,
    folder: &'a Path,
    lock: Option<&'a Path>,
    variables: &'a [(&'a str, &'a str)],
}

impl Builder<'_> {
    /// Copies the source of a package, adds to the part that is installed what it says of itself, builds it there, and
    /// takes the file that came of it.
    fn package(
        &self,
        kind: Kind,
        source: &str,
        installed: Option<&str>,
        pack: impl Fn(&Self, &Path, &Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<Artefact> {
        let (copy, built) = (self.scratch.join(source), self.scratch.join(format!("{source}-built")));
        files::copy_folder(&self.generated.join(source), &copy)?;
        // Cargo packs a crate again when it is uploaded, and copies of crates have checksums of cargo's own.
        if let Some(installed) = installed {
            PackageManifest::add_to(&copy.join(installed), self.version, self.generation)?;
        }
        fs::create_dir(&built).with_context(|| format!("cannot make {}", built.display()))?;
        pack(self, &copy, &built).with_context(|| format!("cannot build the package in {source}/"))?;
        let [path] = &files::list(&built)?[..] else {
            bail!("building the package in {source}/ left no file, or more than one");
        };
        self.take(kind, path)
    }

    /// Cargo's way: <https://doc.rust-lang.org/cargo/commands/cargo-package.html>.
    fn cargo(&self, source: &Path, built: &Path) -> anyhow::Result<()> {
        if let Some(lock) = self.lock {
            files::copy(lock, &source.join("Cargo.lock"))?;
        }
        let target = self.scratch.join("cargo");
        let mut cargo = self.tool("cargo");
        cargo.args(["package", "--quiet", "--no-verify", "--allow-dirty", "--target-dir"]).arg(&target);
        execute(cargo.current_dir(source), false)?;
        let packed = files::list(&target.join("package"))?;
        let packed = packed.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "crate"));
        let packed = packed.context("cargo left no file that ends in .crate")?;
        files::copy(&packed, &built.join(packed.file_name().unwrap_or_default()))
    }

    /// npm's way.
    fn npm(&self, source: &Path, built: &Path) -> anyhow::Result<()> {
        let mut npm = self.tool("npm");
        npm.args(["pack", "--ignore-scripts", "--pack-destination"]).arg(built);
        execute(npm.current_dir(source), false).map(|_| ())
    }

    /// pip's way; what it needs for the build is pinned by the package itself.
    fn wheel(&self, source: &Path, built: &Path) -> anyhow::Result<()> {
        let python = files::venv(&self.scratch.join("pip"))?;
        let mut pip = self.tool(&python.to_string_lossy());
        pip.args([
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-cache-dir",
        ]);
        execute(pip.arg("--wheel-dir").arg(built).arg(source), false).map(|_| ())
    }

    fn bundles(&self) -> anyhow::Result<Vec<Artefact>> {
        files::list(&self.generated.join("schema"))?
            .iter()
            .map(|path| self.take(Kind::Bundle, path))
            .collect()
    }

    /// Puts a file among those that are published.
    fn take(&self, kind: Kind, path: &Path) -> anyhow::Result<Artefact> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let artefact = Artefact { kind, bytes: content.len(), sha256: sha256(&content), file };
        files::write(&self.folder.join(&artefact.file), content)?;
        Ok(artefact)
    }

    fn tool(&self, program: &str) -> Command {
        let mut tool = command(program);
        tool.env("SOURCE_DATE_EPOCH", EPOCH).envs(self.variables.iter().copied());
        tool
    }
}

/// `MANIFEST.json`: which protocol this is, and the hash of every file.
fn manifest(protocol: &Protocol, artefacts: &[Artefact]) -> anyhow::Result<String> {
    let told = |text: &str| serde_json::from_str::<Value>(text).context("a name is no JSON string");
    let entry = |artefact: &Artefact| {
        let Artefact { file, bytes, sha256, .. } = artefact;
        (file.clone(), json!({ "bytes": bytes, "sha256": sha256 }))
    };
    let whole = json!({
        "tool": concat!("framelock ", env!("CARGO_PKG_VERSION")),
        "protocol": told(&protocol.name.json())?,
        "version": told(&protocol.version.json())?,
        "digest": protocol.digest,
        "files": artefacts.iter().map(entry).collect::<Map<_, _>>(),
    });
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}
