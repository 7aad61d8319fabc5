//! What can be typed, as clap reads it.

use crate::commands::prove::gates::Gate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use framelock_codegen::compat::Options;
use framelock_codegen::evolution::SemVer;
use framelock_codegen::schema::dialect::Dialect;
use std::path::PathBuf;

/// Generates a protocol's types from its JSON Schema, and stops a build on any drift.
#[derive(Debug, Parser)]
#[command(name = "framelock", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// How findings are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Ends the program where the format is not one of the command's.
    pub(crate) fn check(&self) {
        use clap::CommandFactory as _;
        #[cfg(feature = "network")]
        let prints_junit = matches!(self.command, Command::Probe(_));
        #[cfg(not(feature = "network"))]
        let prints_junit = false;
        if self.format == Format::Junit && !prints_junit {
            let message = "only `probe` prints JUnit XML";
            Self::command().error(clap::error::ErrorKind::ArgumentConflict, message).exit();
        }
    }
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the source lines, in colour on a terminal.
    Human,
    /// A line for each finding.
    Short,
    /// One JSON array of objects.
    Json,
    /// Workflow commands that GitHub shows beside the lines of a pull request.
    Github,
    /// One SARIF 2.1.0 log, as tools that collect findings read it.
    Sarif,
    /// XML as `JUnit` writes it (`probe` only).
    Junit,
}

impl Format {
    /// Whether standard output is one document, in which no other line may stand.
    pub(crate) const fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Sarif | Self::Junit)
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a first manifest for a schema at hand.
    Init(InitArgs),
    /// Write the generated files, or check that they are fresh.
    Codegen(CodegenArgs),
    /// Run all that CI runs.
    Check(CheckArgs),
    /// Build the packages as registries take them, try each where nothing else is installed, and print the commands that
    /// upload them.
    Publish(PublishArgs),
    /// Measure how exactly generated code is as strict as its schema.
    Conformance(ConformanceArgs),
    /// Prove by mutation that no drift of the protocol passes unseen.
    Prove(ProveArgs),
    /// Say what changed between two versions of a protocol, and who is broken by it.
    Compat(CompatArgs),
    /// Freeze the protocol as it stands as a version that never changes.
    Release(ReleaseArgs),
    /// Bring copies of published packages up to date, as the repository's framelock.toml lists them.
    Vendor(VendorArgs),
    /// Show the example server and its clients at work, frame by frame (in Framelock's own repository).
    Demo,
    /// Check whether a live WebSocket endpoint keeps the contract of the schema.
    #[cfg(feature = "network")]
    Probe(crate::commands::probe::arguments::ProbeArgs),
    /// Say what a finding's code means and how to mend the mistake.
    Explain(ExplainArgs),
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The root file of the schema.
    #[arg(value_name = "SCHEMA")]
    pub schema: PathBuf,
    /// The folder to write framelock.toml to; the schema must lie in it [default: the schema's folder].
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The name of the generated Rust package [default: made of the schema's title or name].
    #[arg(long, value_name = "NAME")]
    pub package: Option<String>,
}

/// Arguments of `codegen`.
#[derive(Debug, Args)]
pub(crate) struct CodegenArgs {
    /// The schema folder, which holds framelock.toml [default: `schema` in the nearest folder upwards that
    /// has a schema/framelock.toml].
    #[arg(long, value_name = "DIR")]
    pub schema: Option<PathBuf>,
    /// The folder to write to [default: `generated` beside the schema folder].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What an address outside the schema folder means: `URI=FILE`, or `URI/=DIR` for all files below a folder.
    #[arg(long, value_name = "URI=PATH")]
    pub resource: Vec<String>,
    /// Write nothing; fail when the folder is not what the schema generates.
    #[arg(long, conflicts_with_all = ["dry_run", "force"])]
    pub check: bool,
    /// Write nothing; list what would be written and removed.
    #[arg(long)]
    pub dry_run: bool,
    /// Overwrite files even where they were edited by hand.
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Run these steps only.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Run the long steps, too.
    #[arg(long)]
    pub full: bool,
    /// List the steps and run none.
    #[arg(long)]
    pub list: bool,
    /// Show what the commands print while they run.
    #[arg(long)]
    pub verbose: bool,
}

/// Arguments of `publish`.
#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    /// The schema folder, which holds framelock.toml [default: `schema` in the nearest folder upwards that
    /// has a schema/framelock.toml].
    #[arg(long, value_name = "DIR")]
    pub schema: Option<PathBuf>,
    /// The folder for the packages [default: `target/publish` beside the schema folder].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write nothing; build again in another folder, locale and time zone, and fail when the packages differ.
    #[arg(long)]
    pub verify: bool,
}

/// Arguments of `conformance`.
#[derive(Debug, Args)]
pub(crate) struct ConformanceArgs {
    /// Groups of a schema and labelled instances, as the JSON Schema Test Suite writes them (`.json`, or `.jsonl`
    /// with a group a line), or bare schemas, for whose definitions instances are made; folders are walked.
    #[arg(required = true, value_name = "DIR|FILE")]
    pub groups: Vec<PathBuf>,
    /// The generators to measure.
    #[arg(long, value_enum, value_name = "NAME", value_delimiter = ',', default_value = "framelock")]
    pub with: Vec<Generator>,
    /// Take about one group of N, always the same ones.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub sample: u64,
    /// Keep builds and results here, and skip what is done.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Groups that are known to fail, each with a reason (`[known]` in TOML or JSON).
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// What a URI outside the schema means: `URI=FILE`, or `URI/=DIR` for all files below a folder.
    #[arg(long, value_name = "URI=PATH")]
    pub resource: Vec<String>,
    /// Make so many instances for each definition of a bare schema.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub instances: usize,
    /// Makes other instances.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// The dialect of bare schemas that do not say theirs.
    #[arg(long, value_name = "NAME", default_value = "2020-12", value_parser = dialect)]
    pub dialect: Dialect,
    /// Turn this part of the labels round, to see that the measurement notices.
    #[arg(long, value_name = "PERCENT")]
    pub flip: Option<f64>,
    /// Write the tables to this file, too.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
}

fn dialect(name: &str) -> Result<Dialect, String> {
    let names: Vec<&str> = Dialect::ALL.into_iter().map(Dialect::name).collect();
    Dialect::from_name(name).ok_or_else(|| format!("it is one of {}", names.join(", ")))
}

/// Arguments of `prove`.
#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// The schema folder, which holds framelock.toml [default: `schema` in the nearest folder upwards that
    /// has a schema/framelock.toml].
    #[arg(long, value_name = "DIR")]
    pub schema: Option<PathBuf>,
    /// Make so many mutants of each operator, always the same ones [default: one in each place].
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// Use these operators only.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Begin no mutant after so many minutes: the next run goes on from there.
    #[arg(long, value_name = "N")]
    pub minutes: Option<u64>,
    /// Look at so many mutants at once.
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub jobs: usize,
    /// Keep builds and results here [default: target/prove].
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Write to this file what a developer reads of one mutant of each operator.
    #[arg(long, value_name = "FILE")]
    pub document: Option<PathBuf>,
    /// Switch a gate off, to see that mutants survive without it.
    #[arg(long, value_enum, value_name = "GATE", value_delimiter = ',')]
    pub without: Vec<Gate>,
    /// Let the program that reads ignore everything, to see that mutants survive it.
    #[arg(long)]
    pub inattentive: bool,
}

/// Arguments of `compat`.
#[derive(Debug, Args)]
pub(crate) struct CompatArgs {
    /// The old version: a release, a schema folder, a file that holds a whole protocol, or a git revision
    /// [default: every release].
    #[arg(value_name = "OLD")]
    pub old: Option<String>,
    /// The new version, likewise [default: the schema folder].
    #[arg(value_name = "NEW")]
    pub new: Option<String>,
    /// The schema folder, which holds framelock.toml [default: `schema` in the nearest folder upwards that
    /// has a schema/framelock.toml].
    #[arg(long, value_name = "DIR")]
    pub schema: Option<PathBuf>,
    /// Is every instance of OLD an instance of NEW? Two files with a JSON Schema each.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["old", "schema"])]
    pub strict_subset: Vec<PathBuf>,
    /// The same question on each line of a file: `{"id":…,"old":…,"new":…,"draft":…}`, where `draft` may be left out.
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["strict_subset", "old", "schema"])]
    pub batch: Option<PathBuf>,
    /// The dialect of schemas that do not say theirs.
    #[arg(long, value_name = "NAME", default_value = "2020-12", value_parser = dialect)]
    pub dialect: Dialect,
    /// Take `format` for an assertion: a string in another format is refused.
    #[arg(long)]
    pub assert_formats: bool,
    /// Give a comparison up after so many steps.
    #[arg(long, value_name = "N", default_value_t = Options::default().steps)]
    pub steps: u64,
}

/// Arguments of `release`.
#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    /// The version: the one that the schema says it is.
    #[arg(value_name = "VERSION", required_unless_present = "check")]
    pub version: Option<SemVer>,
    /// The schema folder, which holds framelock.toml [default: `schema` in the nearest folder upwards that
    /// has a schema/framelock.toml].
    #[arg(long, value_name = "DIR")]
    pub schema: Option<PathBuf>,
    /// Write nothing; say what would be frozen, or why it would not be.
    #[arg(long)]
    pub dry_run: bool,
    /// Freeze nothing; fail when a released version was changed.
    #[arg(long, conflicts_with_all = ["version", "dry_run"])]
    pub check: bool,
}

/// Arguments of `vendor`.
#[derive(Debug, Args)]
pub(crate) struct VendorArgs {
    /// Overwrite files even where they were edited by hand.
    #[arg(long)]
    pub force: bool,
}

/// A generator whose code can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Generator {
    /// This one.
    Framelock,
    /// The typify library.
    Typify,
    /// The npm package quicktype.
    Quicktype,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code as a finding prints it, for example `unknown-keyword`; without it all codes are listed.
    pub code: Option<String>,
}
