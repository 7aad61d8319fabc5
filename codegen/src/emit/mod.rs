//! Emitters: from the model to files.
//!
//! An emitter says in [`Emitter::check`] what it cannot express, before anything is written, and then cannot
//! fail. It only sees the model, but for the one that renders the schema itself; text of the schema passes through
//! [`crate::text`].

mod bundle;
mod history;
mod manifest_schema;
mod peers;
mod python;
pub mod rust;
mod typescript;

pub(crate) use bundle::roots as bundled_roots;

use crate::diagnostic::{Findings, Report};
use crate::manifest::Manifest;
use crate::model::Protocol;
use crate::output::{self, MANIFEST, Output, OutputEntry, OutputManifest, TOOL};
use crate::release::{Adapters, InUse, Note};
use crate::schema::Schemas;
use crate::source::Sources;
use std::collections::BTreeMap;

/// Every emitter.
pub static EMITTERS: &[&dyn Emitter] = &[
    &bundle::Bundle,
    &history::History,
    &manifest_schema::ManifestSchema,
    &python::Python,
    &rust::Rust,
    &typescript::TypeScript,
];

/// What emitters know besides the model.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// The schema, for what renders it as a schema again: all else goes by the model.
    pub schemas: &'a Schemas,
    /// The command that makes the files again.
    pub command: &'a str,
    /// What was read.
    pub sources: &'a Sources,
    /// Older versions that peers still speak, the oldest first.
    pub releases: &'a [InUse],
    /// What translates between this version and those of them since which something broke.
    pub adapters: &'a [Adapters],
    /// The notes on what broke since the oldest of them, by fingerprint.
    pub notes: &'a BTreeMap<String, Note>,
}

/// Turns the model into files of one language or format.
pub trait Emitter: Sync {
    /// The name that owns the files, in `MANIFEST.json`.
    fn name(&self) -> &'static str;

    /// Whether the manifest asks for the output.
    fn is_wanted(&self, _manifest: &Manifest) -> bool {
        true
    }

    /// Reports what of the protocol cannot be expressed.
    fn check(&self, protocol: &Protocol, context: &Context<'_>, findings: &mut Findings);

    /// The files: path below the output folder, and text.
    fn emit(&self, protocol: &Protocol, context: &Context<'_>) -> Vec<(String, String)>;
}

impl Context<'_> {
    /// What stands at the head of every file, without comment marks.
    pub fn header(&self) -> String {
        output::header(self.manifest.schema.root.get_ref(), self.command)
    }
}

/// Runs every emitter.
///
/// # Errors
/// The report of what some emitter cannot express.
pub fn run(protocol: &Protocol, context: &Context<'_>) -> Result<Vec<Output>, Report> {
    let mut findings = Findings::default();
    let wanted = || EMITTERS.iter().filter(|emitter| emitter.is_wanted(context.manifest));
    for emitter in wanted() {
        emitter.check(protocol, context, &mut findings);
    }
    findings.propagate(context.sources)?;
    let mut outputs = Vec::new();
    for emitter in wanted() {
        let owned = |(path, text)| Output { path, emitter: emitter.name(), text };
        outputs.extend(emitter.emit(protocol, context).into_iter().map(owned));
    }
    outputs.push(manifest(&outputs, context));
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(outputs)
}

/// The list of inputs and outputs with their hashes.
fn manifest(outputs: &[Output], context: &Context<'_>) -> Output {
    let hash = |text: &str| output::sha256(text.as_bytes());
    let inputs = context.sources.iter().map(|(_, source)| (source.path.clone(), hash(&source.text)));
    let entry = |output: &Output| {
        let entry = OutputEntry { emitter: output.emitter.to_owned(), sha256: hash(&output.text) };
        (output.path.clone(), entry)
    };
    let manifest = OutputManifest {
        tool: TOOL.to_owned(),
        command: context.command.to_owned(),
        inputs: inputs.collect::<BTreeMap<_, _>>(),
        outputs: outputs.iter().map(entry).collect(),
    };
    // Maps of strings always serialise.
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    Output { path: MANIFEST.to_owned(), emitter: "manifest", text: text + "\n" }
}
