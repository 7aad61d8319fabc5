//! Each package, installed into an empty project and used there: it tells which protocol it is of, and reads a frame of
//! each side as the schema does.

use super::build::{Kind, Release};
use crate::files::{self, program};
use crate::process::{command, execute};
use anyhow::{Context as _, ensure};
use framelock_codegen::Generation;
use framelock_codegen::model::{Shape, Side, TypeId};
use framelock_codegen::text::rust;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The compiler that reads the npm package's declarations.
const TYPESCRIPT: &str = "7.0.2";

/// Installs and uses a package.
pub(super) struct Trial<'a> {
    /// What is tried.
    pub what: &'static str,
    facts: Facts<'a>,
    attempt: fn(&Facts<'a>, &Release, &Path) -> anyhow::Result<String>,
}

/// What a package must know.
#[derive(Clone)]
struct Facts<'a> {
    generation: &'a Generation,
    /// One frame of each side that has a union of messages.
    frames: Vec<Frame>,
}

/// A frame that the schema gives as an example.
#[derive(Clone)]
struct Frame {
    sender: Side,
    root: TypeId,
    text: String,
}

/// A trial for each kind of package that there is.
pub(super) fn all(generation: &Generation) -> Vec<Trial<'_>> {
    let facts = Facts { generation, frames: frames(generation) };
    let settings = &generation.manifest;
    let mut trials = vec![Trial { what: "the crate", facts: facts.clone(), attempt: rust }];
    if settings.typescript.is_some() {
        trials.push(Trial { what: "the npm package", facts: facts.clone(), attempt: npm });
    }
    if settings.python.is_some() {
        trials.push(Trial { what: "the wheel", facts: facts.clone(), attempt: python });
    }
    if settings.bundle.is_some() {
        trials.push(Trial { what: "the bundles", facts, attempt: bundles });
    }
    trials
}

impl Trial<'_> {
    /// Installs and uses it; returns what was done in a few words.
    ///
    /// # Errors
    /// What went wrong.
    pub(super) fn run(&self, release: &Release) -> anyhow::Result<String> {
        let folder = release.scratch.join("trial").join(self.what.replace(' ', "-"));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        (self.attempt)(&self.facts, release, &folder)
    }
}

/// The first example of each side's messages.
fn frames(generation: &Generation) -> Vec<Frame> {
    let protocol = &generation.protocol;
    let of_root = |sender: Side, root: TypeId| {
        let variants = match &protocol.ty(root).shape {
            Shape::Envelope(envelope) => &envelope.variants,
            Shape::Union(union) => &union.variants,
            _ => return None,
        };
        let example = variants.iter().find_map(|variant| variant.examples.first())?;
        Some(Frame { sender, root, text: example.to_string() })
    };
    let directions = protocol.directions.iter();
    directions.filter_map(|direction| of_root(direction.sender, *direction.roots.first()?)).collect()
}

impl Facts<'_> {
    fn digest(&self) -> &str {
        &self.generation.protocol.digest
    }
}

/// A text as a literal that JavaScript and Python read alike.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// A project of Cargo that depends on the package.
fn rust(facts: &Facts<'_>, release: &Release, folder: &Path) -> anyhow::Result<String> {
    let file = release.file(Kind::Crate)?;
    execute(command("tar").arg("-xzf").arg(release.folder.join(file)).arg("-C").arg(folder), false)?;
    let package = facts.generation.manifest.rust.package.get_ref();
    let unpacked = file.strip_suffix(".crate").unwrap_or(file);
    if let Some(lock) = &release.lock {
        files::copy(lock, &folder.join("Cargo.lock"))?;
    }
    files::write(
        &folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"trial\"\nedition = \"2024\"\n\n[dependencies]\n{package} = {{ path = \"{unpacked}\" }}\n\n[workspace]\n"
        ),
    )?;
    let import = package.replace('-', "_");
    let mut main = format!("fn main() {{\n    assert_eq!({import}::SCHEMA_DIGEST, {:?});\n", facts.digest());
    for Frame { sender, root, text } in &facts.frames {
        let root = rust::type_name(&facts.generation.protocol.ty(*root).name.words);
        let module = format!("{import}::from_{}::consumer::{root}", sender.name());
        writeln!(
            main,
            "    {module}::parse({text:?}).unwrap();\n    {module}::parse(\"{{}}\").unwrap_err();"
        )?;
    }
    fs::create_dir_all(folder.join("src")).context("cannot make the folder src")?;
    files::write(&folder.join("src/main.rs"), main + "}\n")?;
    let mut cargo = command("cargo");
    // Not the one that the tests of the repository around us use.
    cargo.args(["run", "--quiet", "--target-dir"]).arg(release.scratch.join("cargo"));
    execute(cargo.env_remove("RUSTFLAGS").current_dir(folder), false)?;
    Ok(format!("compiled and run, {} frames read", facts.frames.len()))
}

/// A project of npm that has the package and a compiler.
fn npm(facts: &Facts<'_>, release: &Release, folder: &Path) -> anyhow::Result<String> {
    let settings = facts.generation.manifest.typescript.as_ref().context("there is no npm package")?;
    let (package, file) = (settings.package.get_ref(), release.file(Kind::Npm)?);
    let tarball = release.folder.join(file);
    let dependencies = serde_json::json!({
        "private": true,
        "dependencies": { package: format!("file:{}", tarball.display()) },
        "devDependencies": { "typescript": TYPESCRIPT },
    });
    files::write(&folder.join("package.json"), dependencies.to_string())?;
    let quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
    execute(command("npm").arg("install").args(quiet).current_dir(folder), false)?;
    let body = javascript(facts)?;
    let names = "SCHEMA_DIGEST, ".to_owned() + &parsers(facts, |side| format!("parse{side}Frame"));
    let modules = [
        (
            "use.mjs",
            format!("import assert from \"node:assert\";\nimport {{ {names} }} from \"{package}\";\n"),
        ),
        (
            "use.cjs",
            format!(
                "const assert = require(\"node:assert\");\nconst {{ {names} }} = require(\"{package}\");\n"
            ),
        ),
    ];
    for (name, head) in modules {
        files::write(&folder.join(name), head + &body)?;
        execute(command("node").arg(name).current_dir(folder), false)?;
    }
    let typed = format!(
        "import {{ {names} }} from \"{package}\";\nexport const digest: \"{}\" = SCHEMA_DIGEST;\n",
        facts.digest()
    );
    let strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
    for name in ["use.mts", "use.cts"] {
        files::write(&folder.join(name), &typed)?;
        let mut compiler = command("node");
        compiler.arg("node_modules/typescript/bin/tsc").args(strict).args(["--module", "nodenext", name]);
        execute(compiler.current_dir(folder), false)?;
    }
    Ok(format!("imported, required and compiled against, {} frames read", facts.frames.len()))
}

fn parsers(facts: &Facts<'_>, name: impl Fn(&str) -> String) -> String {
    let sides = facts.frames.iter().map(|frame| match frame.sender {
        Side::Server => name("Server"),
        Side::Client => name("Client"),
        Side::Either => name(""),
    });
    sides.collect::<Vec<_>>().join(", ")
}

/// What both kinds of modules of JavaScript do.
fn javascript(facts: &Facts<'_>) -> anyhow::Result<String> {
    let mut body = format!("assert.equal(SCHEMA_DIGEST, \"{}\");\n", facts.digest());
    let names = parsers(facts, |side| format!("parse{side}Frame"));
    for (Frame { text, .. }, parse) in facts.frames.iter().zip(names.split(", ")) {
        let text = literal(text);
        writeln!(body, "assert.equal({parse}({text}, {{ receivedAt: 0 }}).verdict, \"canonical\");")?;
        writeln!(body, "assert.equal({parse}(\"{{}}\", {{ receivedAt: 0 }}).verdict, \"invalid\");")?;
    }
    Ok(body)
}

/// A Python of its own, into which nothing but the wheel is installed.
fn python(facts: &Facts<'_>, release: &Release, folder: &Path) -> anyhow::Result<String> {
    let settings = facts.generation.manifest.python.as_ref().context("there is no wheel")?;
    let wheel = release.folder.join(release.file(Kind::Wheel)?);
    let python: PathBuf = files::venv(&folder.join("venv"))?;
    let mut pip = command(&python.to_string_lossy());
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]);
    execute(pip.arg(wheel), false)?;
    let import = settings.package.get_ref().replace('-', "_");
    let mut script =
        format!("import {import} as package\nassert package.SCHEMA_DIGEST == \"{}\"\n", facts.digest());
    for Frame { sender, text, .. } in &facts.frames {
        let parse = format!("package.parse_{}_frame", sender.name());
        let text = literal(text);
        writeln!(script, "assert isinstance({parse}({text}, received_at=0.0), package.Canonical)")?;
        writeln!(script, "assert isinstance({parse}(\"{{}}\", received_at=0.0), package.Invalid)")?;
    }
    files::write(&folder.join("use.py"), script)?;
    execute(
        command(&program(&folder.join("venv"), "python").to_string_lossy()).arg("use.py").current_dir(folder),
        false,
    )?;
    Ok(format!("installed alone and imported, {} frames read", facts.frames.len()))
}

/// A validator that has nothing but the one file.
fn bundles(facts: &Facts<'_>, release: &Release, _: &Path) -> anyhow::Result<String> {
    let mut judged = 0;
    for bundle in release.artefacts.iter().filter(|artefact| artefact.kind == Kind::Bundle) {
        let text = fs::read_to_string(release.folder.join(&bundle.file))?;
        let validator = jsonschema::validator_for(&serde_json::from_str(&text)?);
        let validator = validator.with_context(|| format!("{} is no schema", bundle.file))?;
        for frame in &facts.frames {
            let value = serde_json::from_str(&frame.text)?;
            ensure!(validator.is_valid(&value), "{} refuses {}", bundle.file, frame.text);
            judged += 1;
        }
        ensure!(
            !validator.is_valid(&Value::Object(serde_json::Map::new())),
            "{} accepts an empty frame",
            bundle.file
        );
    }
    Ok(format!("{judged} frames judged"))
}
