//! What can be typed, as clap reads it.

use clap::{Args, Parser, Subcommand, ValueEnum};
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
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the generated files, or check that they are fresh.
    Codegen(CodegenArgs),
    /// Run all that CI runs.
    Check(CheckArgs),
    /// Say what a finding's code means and how to mend the mistake.
    Explain(ExplainArgs),
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

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code as a finding prints it, for example `unknown-keyword`; without it all codes are listed.
    pub code: Option<String>,
}
