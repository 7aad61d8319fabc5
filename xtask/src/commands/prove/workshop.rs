//! A folder in which mutants are generated and compiled, next to the programs that use what is generated.

use super::tree::Tree;
use super::witness::{Files, Witnesses};
use crate::process;
use anyhow::{Context as _, bail};
use framelock_codegen::output::Output;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Name of the program that builds everything.
pub(super) const PRODUCER: &str = "witness-producer";
/// Name of the program that reads everything.
pub(super) const CONSUMER: &str = "witness-consumer";

/// Packages of the repository that use the generated crate.
#[derive(Debug, Clone)]
pub(super) struct Users {
    /// The manifest of the workspace that they belong to.
    workspace: toml::Table,
    /// Its lock file.
    lock: Option<String>,
    /// The folder of the workspace.
    root: PathBuf,
    /// The packages.
    packages: Vec<User>,
}

/// A package that uses the generated crate.
#[derive(Debug, Clone)]
struct User {
    name: String,
    folder: PathBuf,
    /// Its source, by path below its folder.
    sources: Files,
}

impl Users {
    fn none() -> Self {
        let workspace = toml::Table::from_iter([("resolver".to_owned(), "3".into())]);
        Self { workspace, lock: None, root: PathBuf::new(), packages: Vec::new() }
    }

    /// The packages of the nearest workspace that depend on the crate in `package`: none where it was never written.
    ///
    /// # Errors
    /// A manifest cannot be read.
    pub(super) fn of(package: &Path) -> anyhow::Result<Self> {
        let Ok(package) = package.canonicalize() else { return Ok(Self::none()) };
        let is_workspace =
            |folder: &&Path| manifest(folder).is_ok_and(|manifest| manifest.contains_key("workspace"));
        let Some(root) = package.ancestors().find(is_workspace) else {
            return Ok(Self::none());
        };
        let whole = manifest(root)?;
        let workspace = whole.get("workspace").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let members = workspace.get("members").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let mut packages = Vec::new();
        for member in members.iter().filter_map(toml::Value::as_str) {
            let folder = root.join(member);
            let Ok(manifest) = manifest(&folder) else { continue };
            let uses = |dependency: &toml::Value| {
                let path = dependency.get("path").and_then(toml::Value::as_str);
                path.and_then(|path| folder.join(path).canonicalize().ok()).as_deref() == Some(&*package)
            };
            let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
            if dependencies.is_some_and(|all| all.values().any(uses)) {
                let name = manifest.get("package").and_then(|package| package.get("name")?.as_str());
                let mut sources = Files::new();
                sources_of(&folder.join("src"), "src", &mut sources)?;
                packages.push(User { name: name.unwrap_or(member).to_owned(), folder, sources });
            }
        }
        let lock = fs::read_to_string(root.join("Cargo.lock")).ok();
        Ok(Self { workspace, lock, root: root.to_path_buf(), packages })
    }
}

fn manifest(folder: &Path) -> anyhow::Result<toml::Table> {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is no manifest", path.display()))
}

/// Reads the files below a folder.
fn sources_of(folder: &Path, prefix: &str, files: &mut Files) -> anyhow::Result<()> {
    let context = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(context)? {
        let path = entry.with_context(context)?.path();
        let name = format!("{prefix}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            sources_of(&path, &name, files)?;
        } else {
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.insert(name, text);
        }
    }
    Ok(())
}

/// A folder of its own, with what was written there last.
#[derive(Debug)]
pub(super) struct Workshop {
    folder: PathBuf,
    written: BTreeMap<PathBuf, String>,
}

/// What the compiler said of each package that does not compile: its first error, as a developer sees it.
pub(super) type Errors = BTreeMap<String, Complaint>;

/// An error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Complaint {
    /// Its code, or `error`.
    pub code: String,
    /// All of it.
    pub text: String,
}

impl Workshop {
    /// Sets a folder up.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn new(
        folder: &Path,
        users: &Users,
        package: &str,
        witnesses: &Witnesses,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let folder = folder.canonicalize().with_context(|| format!("cannot find {}", folder.display()))?;
        let mut workshop = Self { folder, written: BTreeMap::new() };
        let members = users.packages.iter().map(|user| format!("users/{}", user.name));
        let members: Vec<String> =
            ["rust", PRODUCER, CONSUMER].map(str::to_owned).into_iter().chain(members).collect();
        let mut workspace = users.workspace.clone();
        workspace.insert("members".to_owned(), toml::Value::from(members));
        workspace.remove("exclude");
        let dependencies = workspace.get_mut("dependencies").and_then(toml::Value::as_table_mut);
        for dependency in dependencies.into_iter().flat_map(|table| table.iter_mut().map(|(_, value)| value))
        {
            absolute(dependency, &users.root);
        }
        let mut whole = toml::Table::new();
        whole.insert("workspace".to_owned(), workspace.into());
        workshop.put("Cargo.toml", &whole.to_string())?;
        if let Some(lock) = users.lock.as_ref().filter(|_| !workshop.folder.join("Cargo.lock").exists()) {
            workshop.put("Cargo.lock", lock)?;
        }
        for (name, witness) in [(PRODUCER, &witnesses.producer), (CONSUMER, &witnesses.consumer)] {
            workshop.witness(name, package, witness)?;
        }
        for user in &users.packages {
            workshop.user(user, package)?;
        }
        Ok(workshop)
    }

    fn witness(&mut self, name: &str, package: &str, files: &Files) -> anyhow::Result<()> {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{package} = {{ path = \"../rust\" }}\n"
        );
        self.put(&format!("{name}/Cargo.toml"), &manifest)?;
        files.iter().try_for_each(|(path, text)| self.put(&format!("{name}/{path}"), text))
    }

    /// Copies a package, so that it uses the crate that is generated here.
    fn user(&mut self, user: &User, package: &str) -> anyhow::Result<()> {
        let User { name, folder, sources } = user;
        let mut manifest = manifest(folder)?;
        // Its tests are not what is compiled here.
        for tests in ["dev-dependencies", "test", "bench", "example"] {
            manifest.remove(tests);
        }
        let dependencies = manifest.get_mut("dependencies").and_then(toml::Value::as_table_mut);
        for (own, dependency) in dependencies.into_iter().flatten() {
            absolute(dependency, folder);
            if own == package
                && let Some(table) = dependency.as_table_mut()
            {
                table.insert("path".to_owned(), "../../rust".into());
            }
        }
        self.put(&format!("users/{name}/Cargo.toml"), &manifest.to_string())?;
        sources.iter().try_for_each(|(path, text)| self.put(&format!("users/{name}/{path}"), text))
    }

    /// The schema folder of the mutant.
    pub(super) fn schema(&self) -> PathBuf {
        self.folder.join("schema")
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of all generated files, where they are checked.
    pub(super) fn generated(&self) -> PathBuf {
        self.folder.join("generated")
    }

    /// Brings the schema folder up to date, its releases and all generated files with it.
    ///
    /// # Errors
    /// They cannot be written.
    pub(super) fn write_all(&mut self, tree: &Tree) -> anyhow::Result<()> {
        self.write_schema(tree)?;
        let made = tree.made.iter().map(|(path, text)| (PathBuf::from(path), text.clone()));
        let (releases, generated): (BTreeMap<_, _>, BTreeMap<_, _>) =
            made.partition(|(path, _)| path.starts_with("schema"));
        self.replace("schema/releases", &releases)?;
        self.replace("generated", &generated)
    }

    /// Brings the schema folder up to date.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write_schema(&mut self, tree: &Tree) -> anyhow::Result<()> {
        let files = tree.files.iter().map(|(path, value)| (path, format!("{value:#}\n")));
        let texts = tree.texts.iter().map(|(path, text)| (path, text.clone()));
        let all = files.chain(texts).map(|(path, text)| (PathBuf::from("schema").join(path), text));
        self.replace("schema", &all.collect())
    }

    /// Brings the generated crate up to date.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write_crate(&mut self, outputs: &[Output]) -> anyhow::Result<()> {
        let files = outputs.iter().filter(|output| output.path.starts_with("rust/"));
        let files = files.map(|output| (PathBuf::from(&output.path), output.text.clone()));
        self.replace("rust", &files.collect())
    }

    /// Makes a folder hold these files: those that differ are written, and others removed.
    fn replace(&mut self, top: &str, files: &BTreeMap<PathBuf, String>) -> anyhow::Result<()> {
        let stale = |path: &&PathBuf| path.starts_with(top) && !files.contains_key(*path);
        let stale: Vec<PathBuf> = self.written.keys().filter(stale).cloned().collect();
        if self.written.keys().all(|path| !path.starts_with(top)) {
            let _ = fs::remove_dir_all(self.folder.join(top));
        }
        for path in stale {
            fs::remove_file(self.folder.join(&path))
                .with_context(|| format!("cannot remove {}", path.display()))?;
            self.written.remove(&path);
        }
        files.iter().try_for_each(|(path, text)| self.put(&path.to_string_lossy(), text))
    }

    /// Writes a file, unless it holds the text already: its time is what cargo goes by.
    fn put(&mut self, path: &str, text: &str) -> anyhow::Result<()> {
        if self.written.get(Path::new(path)).is_some_and(|written| written == text) {
            return Ok(());
        }
        let full = self.folder.join(path);
        let write = || {
            full.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(&full, text)
        };
        write().with_context(|| format!("cannot write {}", full.display()))?;
        self.written.insert(PathBuf::from(path), text.to_owned());
        Ok(())
    }

    /// Compiles everything, as far as it goes.
    ///
    /// # Errors
    /// Cargo cannot get to the point of compiling.
    pub(super) fn check(&self) -> anyhow::Result<Errors> {
        let mut output = self.cargo(true)?;
        let mut errors = complaints(&output.stdout);
        if !output.status.success() && errors.is_empty() {
            // What the crate depends on is not on this machine yet.
            output = self.cargo(false)?;
            errors = complaints(&output.stdout);
        }
        if !output.status.success() && errors.is_empty() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("cargo cannot build {}: {}", self.folder.display(), said.trim());
        }
        Ok(errors)
    }

    fn cargo(&self, offline: bool) -> anyhow::Result<std::process::Output> {
        let mut command = process::command("cargo");
        command.args(["check", "--workspace", "--lib", "--bins", "--keep-going", "--message-format", "json"]);
        command.args(["--target-dir", "target"]);
        if offline {
            command.arg("--offline");
        }
        // Settings of the run that started us are not meant for these packages.
        command
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("CARGO_TERM_COLOR", "never");
        command.current_dir(&self.folder).stdin(Stdio::null());
        command.output().context("cannot run cargo")
    }
}

/// Makes the path of a dependency one from anywhere.
fn absolute(dependency: &mut toml::Value, folder: &Path) {
    let Some(table) = dependency.as_table_mut() else { return };
    if let Some(path) = table.get("path").and_then(toml::Value::as_str) {
        let path = folder.join(path);
        let path = path.canonicalize().unwrap_or(path);
        table.insert("path".to_owned(), path.to_string_lossy().into_owned().into());
    }
}

/// The first error of each package.
fn complaints(stdout: &[u8]) -> Errors {
    let mut errors = Errors::new();
    let text = String::from_utf8_lossy(stdout);
    for line in text.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let said = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
        if said("/message/level") != Some("error") {
            continue;
        }
        // `path+file:///…/rust#name@0.1.0`, or `…/name#0.1.0`
        let id = said("/package_id").unwrap_or_default();
        let (path, name) = id.rsplit_once('#').unwrap_or((id, ""));
        let name = name
            .split_once('@')
            .map_or_else(|| path.rsplit('/').next().unwrap_or_default(), |(name, _)| name);
        let code = said("/message/code/code").unwrap_or("error").to_owned();
        let text = said("/message/rendered").unwrap_or_default().trim_end().to_owned();
        errors.entry(name.to_owned()).or_insert(Complaint { code, text });
    }
    errors
}
