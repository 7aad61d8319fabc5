//! A first manifest for a schema at hand: which dialect it is, what could be sent, by whom, and what nobody but the
//! user can say.
//!
//! The schema is read by the very phases that `codegen` runs, under manifests that are only tried: what is found here
//! is what the generator will see. Nothing is written, and nothing is decided in silence: each guess is a question.

mod describe;
mod dialect;
mod elsewhere;
mod facts;
mod graph;
mod package;
mod probe;
mod sides;
mod text;

pub use elsewhere::Elsewhere;

use crate::diagnostic::{Code, Report};
use crate::model::{Protocol, Side};
use crate::schema::Schemas;
use crate::schema::dialect::Dialect;
use crate::source::Sources;
use crate::text::quoted;
use probe::{Probe, Trial};
use std::path::{Path, PathBuf};

/// What to propose a manifest for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The folder that the manifest will stand in.
    pub folder: PathBuf,
    /// The root file, relative to the folder, with `/` between its parts.
    pub root: String,
    /// The name of the Rust package; made of the schema's title or the file's name if there is none.
    pub package: Option<String>,
}

/// A manifest, and what was found out on the way to it.
#[derive(Debug)]
pub struct Proposal {
    /// The text of the manifest.
    pub manifest: String,
    /// The dialect that the schema was taken for.
    pub dialect: Dialect,
    /// Whether the file says so itself.
    pub declared: bool,
    /// How many definitions the root file has.
    pub definitions: usize,
    /// What the manifest names as sent, in the order server, client, either.
    pub roots: Vec<Root>,
    /// What the roots of a side that has several are together: one union.
    pub unions: Vec<(Side, String)>,
    /// Definitions that nothing refers to, and that the manifest does not name either.
    pub unused: Vec<Candidate>,
    /// Documents that references lead to and that are not in the folder under that address.
    pub elsewhere: Vec<Elsewhere>,
    /// Keywords that are checked when the code runs, with the number of types that need it.
    pub run_time: Vec<(&'static str, usize)>,
    /// Types of integers that 64 bits may not hold.
    pub big_integers: usize,
    /// What nobody but the user can say.
    pub questions: Vec<Question>,
    /// The name of the Rust package.
    pub package: String,
}

/// Something that nobody but the user can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The key of the manifest that it is about.
    pub key: &'static str,
    /// The question, and what the manifest says as long as nobody answers.
    pub text: String,
}

/// What somebody sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Who sends it.
    pub side: Side,
    /// What is sent.
    pub candidate: Candidate,
}

/// What could be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The reference to it, relative to the root file, or `*`.
    pub reference: String,
    /// What it is, in a few words.
    pub what: String,
}

/// Proposes a manifest.
///
/// # Errors
/// The report of what is wrong with the schema: no manifest could mend that.
pub fn propose(request: &Request) -> Result<Proposal, Report> {
    let mut trial = Trial::new(&request.folder, &request.root);
    let (dialect, declared) = trial.settle_dialect()?;
    let elsewhere = elsewhere::settle(&mut trial)?;
    let probe = trial.run_whole(&elsewhere)?;
    let (roots, unused, asked) = sides::decide(&trial, &probe);
    let mut questions: Vec<Question> =
        asked.into_iter().map(|text| Question { key: "roots", text }).collect();
    let asked = elsewhere::questions(&elsewhere).into_iter();
    questions.extend(asked.map(|text| Question { key: "schema.resources", text }));
    if !declared {
        let text = format!("is the dialect {}? The file does not say it; this is a guess", dialect.name());
        questions.push(Question { key: "schema.dialect", text });
    }
    let unions = sides::unions(&trial, &roots)?;
    let package = package::name(request, &probe);
    let mut proposal = Proposal {
        manifest: String::new(),
        dialect,
        declared,
        definitions: graph::definitions(&probe.schemas).len(),
        roots,
        unions,
        unused,
        elsewhere,
        run_time: describe::run_time(&probe.protocol),
        big_integers: describe::big_integers(&probe.protocol),
        questions,
        package,
    };
    proposal.manifest = text::manifest(&proposal, &trial);
    Ok(proposal)
}

/// Reads a schema without a manifest: the root schema and every definition is something that is sent.
///
/// # Errors
/// The report of what is wrong with the schema.
pub(crate) fn try_out(folder: &Path, root: &str) -> Result<(Schemas, Protocol, Sources), Report> {
    let mut trial = Trial::new(folder, root);
    trial.settle_dialect()?;
    let elsewhere = elsewhere::settle(&mut trial)?;
    let Probe { schemas, protocol, sources } = trial.run_whole(&elsewhere)?;
    Ok((schemas, protocol, sources))
}

/// Whether one of the findings has this code.
fn has(report: &Report, code: Code) -> bool {
    report.findings().iter().any(|finding| finding.code() == code)
}

impl Probe {
    /// The title of the root file.
    fn title(&self) -> Option<&str> {
        let root = self.schemas.documents().first()?;
        root.root.member("title")?.value.string()
    }
}

impl Candidate {
    /// The reference and what it is, on one line.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}: {}", quoted(&self.reference), self.what)
    }
}

/// The name of the folder, if the path says it.
fn name_of(folder: &Path) -> Option<&str> {
    folder.file_name()?.to_str()
}
