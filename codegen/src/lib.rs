//! Framelock's generator: from a protocol's JSON Schema to typed producers and consumers.
//!
//! There is one way through the house, and each phase only sees what the one before it made:
//!
//! 1. **Read** ([`load`], [`manifest`], [`json`]): files below the schema folder become text with positions.
//! 2. **Schema** ([`schema`]): every keyword becomes a Rust value, every `$ref` a link; what the dialect or
//!    the profile does not allow is a finding.
//! 3. **Model** ([`model`]): schemas become a protocol: messages, types, shapes and constraints. From here on
//!    nobody looks at JSON Schema again.
//! 4. **Emit** ([`emit`]): the model becomes files in memory, one emitter a language.
//!
//! Released versions of the protocol ([`release`]) are compared with the model ([`evolution`]) before anything is emitted:
//! generated code knows what became of their peers.
//!
//! Mistakes are collected, not thrown: a phase reports all that it finds ([`diagnostic::Findings`]), and the
//! gate behind it ends the run. No input makes this library panic, print, or write a file.
//!
//! ```no_run
//! let generation = framelock_codegen::Config::new("schema").generate()?;
//! for output in &generation.outputs {
//!     println!("{} ({} bytes)", output.path, output.text.len());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How to add
//! - **a keyword that narrows values**: one row in [`schema::keywords`]; one function in `support/check.rs` if a type
//!   is to carry it, one variant of [`model::plan::Check`] and of [`plan::Check`] if a check is;
//! - **a shape**: one variant of [`model::Shape`]; the compiler names every place that must decide;
//! - **an emitter**: one file with an [`emit::Emitter`], one line in [`emit::EMITTERS`];
//! - **a mistake to point out**: one entry in `diagnostic/code.rs` and one folder in `tests/findings/`.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo))]
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::iter_over_hash_type, clippy::too_many_lines)]

pub mod adapt;
pub mod backtracking;
pub mod compat;
pub mod diagnostic;
pub mod emit;
pub mod evolution;
pub mod init;
pub mod interpret;
pub mod json;
pub mod load;
pub mod manifest;
pub mod model;
pub mod negotiation;
pub mod output;
pub mod pattern;
pub mod plan;
pub mod release;
pub mod schema;
pub mod source;
pub mod support;
pub mod text;

use diagnostic::{Finding, Report};
use evolution::Version;
use interpret::Contract;
use load::Loader;
use manifest::Manifest;
use model::Protocol;
use output::Output;
use release::Adaptation;
use std::path::PathBuf;

/// What to generate from, and how the output speaks of it.
#[derive(Debug, Clone)]
pub struct Config {
    schema: PathBuf,
    command: String,
    resources: Vec<(String, PathBuf)>,
}

/// The result of a run.
#[derive(Debug)]
pub struct Generation {
    /// What `framelock.toml` says.
    pub manifest: Manifest,
    /// The protocol that the schema describes.
    pub protocol: Protocol,
    /// All files, sorted by path; `MANIFEST.json` is one of them.
    pub outputs: Vec<Output>,
    /// What the notes say of the releases in use.
    pub adaptation: Adaptation,
}

impl Config {
    /// Generates from the schema folder at `schema`, the one that holds `framelock.toml`.
    pub fn new(schema: impl Into<PathBuf>) -> Self {
        Self { schema: schema.into(), command: "framelock codegen".to_owned(), resources: Vec::new() }
    }

    /// The command that headers name as the way to make the files again.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = command.into();
        self
    }

    /// Lets a file stand for the document with this address, as `schema.resources` of the manifest does; of two that
    /// say the same, this one counts. A folder stands for all documents whose addresses begin so. It may lie outside
    /// of the schema folder: who calls this names it, and no schema can.
    #[must_use]
    pub fn resource(mut self, uri: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.resources.push((uri.into(), path.into()));
        self
    }

    /// Runs all phases.
    ///
    /// # Errors
    /// The report of everything that is wrong with the schema, with the place of each mistake.
    pub fn generate(&self) -> Result<Generation, Report> {
        on_a_large_stack(|| self.run())
    }

    /// Reads the schema to judge frames by it, without generating anything. Its examples are not looked at.
    ///
    /// # Errors
    /// The report of everything that is wrong with the schema, or cannot be honoured without generated code.
    pub fn contract(&self) -> Result<Contract, Report> {
        on_a_large_stack(|| {
            let mut loader = self.loader();
            let (_, _, protocol) = lower(&mut loader)?;
            Contract::new(&protocol).map_err(|findings| findings.into_report(loader.sources()))
        })
    }

    fn loader(&self) -> Loader {
        let mut loader = Loader::new(&self.schema);
        self.resources.iter().for_each(|(uri, path)| loader.give(uri, path));
        loader
    }

    fn run(&self) -> Result<Generation, Report> {
        let mut loader = self.loader();
        let (manifest, schemas, protocol) = lower(&mut loader)?;
        let version = Version {
            protocol,
            schemas,
            sources: loader.sources().clone(),
            manifest: Some(manifest.manifest.clone()),
        };
        let releases = release::in_use(&mut loader, &manifest, &version)?;
        let adaptation = release::adapter::adaptation(Loader::new(&self.schema), &releases, &version)?;
        let context = emit::Context {
            manifest: &manifest.manifest,
            schemas: &version.schemas,
            command: &self.command,
            sources: loader.sources(),
            releases: &releases,
            adapters: &adaptation.adapters,
            notes: &adaptation.notes,
        };
        let outputs = emit::run(&version.protocol, &context)?;
        schema::check_whole(&version.schemas, loader.sources())?;
        Ok(Generation { manifest: manifest.manifest, protocol: version.protocol, outputs, adaptation })
    }
}

/// The first three phases.
fn lower(loader: &mut Loader) -> Result<(manifest::Loaded, schema::Schemas, Protocol), Report> {
    lower_by(loader, manifest::read)
}

/// The same, by a reader of the manifest.
fn lower_by(
    loader: &mut Loader,
    read: impl Fn(&mut Loader) -> Result<manifest::Loaded, Finding>,
) -> Result<(manifest::Loaded, schema::Schemas, Protocol), Report> {
    let manifest = read(loader).map_err(|finding| Report::new(vec![finding], loader.sources()))?;
    let schemas = schema::read(loader, &manifest)?;
    let protocol = model::lower(loader, &schemas, &manifest.manifest)?;
    Ok((manifest, schemas, protocol))
}

/// Runs `run` where types may lie within each other, and schemas apply each other, as deep as references lead.
fn on_a_large_stack<T: Send>(run: impl Fn() -> T + Sync) -> T {
    const STACK: usize = 256 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // Where there are no threads, the stack at hand has to do.
            Err(_) => run(),
        }
    })
}
