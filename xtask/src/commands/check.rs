//! `framelock check`: all that CI runs, in the same order, with the same words. In other repositories than Framelock's own
//! these are the steps that hold for any schema.
//!
//! To add a step, add a row to [`steps::STEPS`].

mod agreement;
mod command;
mod generators;
mod matrix;
mod pre_commit;
mod publish;
mod python;
mod steps;
mod tools;
mod typescript;

use crate::Exit;
use crate::cli::CheckArgs;
use crate::present::{self, Entry};
use crate::screen::{self, Screen};
use crate::workspace;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use steps::{Run, STEPS, Step};

/// What every step knows.
#[derive(Debug)]
struct Context {
    /// The folder that holds the schema folder, and in which commands run.
    root: PathBuf,
    /// The schema folder, called as a person would call it; a repository that only uses packages has none.
    schema: Option<PathBuf>,
    /// The folder whose `framelock.toml` lists copies of packages.
    vendoring: Option<PathBuf>,
    /// Whether this is Framelock's own repository.
    own: bool,
    /// Whether commands print while they run.
    verbose: bool,
}

impl Context {
    /// What there is to check around the current folder.
    ///
    /// # Errors
    /// There is neither a schema folder nor a list of copies here or above.
    fn find(verbose: bool) -> anyhow::Result<Self> {
        let vendoring = workspace::vendoring()?;
        let (root, schema) = match workspace::root() {
            Ok(root) => (root.join("."), Some(root.join("schema"))),
            Err(error) if vendoring.is_none() => return Err(error),
            Err(_) => (PathBuf::from("."), None),
        };
        let own = root.join(steps::OWN).is_file();
        Ok(Self { root, schema, vendoring, own, verbose })
    }

    /// Does something with the schema folder, or says that there is none.
    fn with_schema(
        &self,
        screen: &mut Screen,
        check: impl FnOnce(&Path, &mut Screen) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        match &self.schema {
            Some(schema) => check(schema, screen),
            None => screen.remark("     there is no schema folder here"),
        }
    }
}

/// How a step ended.
#[derive(Debug)]
struct Verdict {
    step: &'static Step,
    time: Duration,
    /// Why it failed, if it did.
    failure: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Standard output cannot be written.
pub(crate) fn run(args: &CheckArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let context = match Context::find(args.verbose) {
        Ok(context) => context,
        Err(error) => {
            screen::error(&error);
            return Ok(Exit::Usage);
        }
    };
    let steps: Vec<&'static Step> = STEPS.iter().filter(|step| step.anywhere || context.own).collect();
    if let Some(unknown) = args.only.iter().find(|name| steps.iter().all(|step| step.name != name.as_str())) {
        let names: Vec<_> = steps.iter().map(|step| step.name).collect();
        screen::progress(&format!("error: there is no step `{unknown}`; there are {}", names.join(", ")));
        return Ok(Exit::Usage);
    }
    if args.list {
        list(&steps, screen)?;
        return Ok(Exit::Fine);
    }
    let chosen = |step: &&'static Step| match args.only[..] {
        [] => args.full || !step.long,
        _ => args.only.iter().any(|name| name == step.name),
    };
    screen.hold();
    let mut verdicts = Vec::new();
    for step in steps.into_iter().filter(chosen) {
        verdicts.push(judge(step, &context, screen)?);
    }
    conclude(&verdicts, screen)
}

fn list(steps: &[&Step], screen: &mut Screen) -> anyhow::Result<()> {
    steps.iter().try_for_each(|step| {
        let when = if step.long { " (with --full)" } else { "" };
        screen.result(&format!("{:<11} {}{when}", step.name, step.purpose))
    })
}

/// Runs one step, and shows what went wrong.
fn judge(step: &'static Step, context: &Context, screen: &mut Screen) -> anyhow::Result<Verdict> {
    screen::progress(&format!("…    {}: {}", step.name, step.purpose));
    let start = Instant::now();
    let done = match &step.run {
        Run::Function(function) => function(context, screen),
        Run::Commands(lines) => lines.iter().try_for_each(|line| command::run(line, context)),
    };
    let failure = done.err().map(|error| format!("{error:#}"));
    let verdict = Verdict { step, time: start.elapsed(), failure };
    screen.remark(&verdict.line())?;
    if let Some(failure) = &verdict.failure {
        screen.remark(failure)?;
    }
    Ok(verdict)
}

impl Verdict {
    /// The step in one line: `ok   clippy       12.3 s`.
    fn line(&self) -> String {
        let word = if self.failure.is_none() { "ok" } else { "FAIL" };
        format!("{word:<4} {:<11} {:>6.1} s", self.step.name, self.time.as_secs_f64())
    }
}

/// The table of all steps, and the line that counts them.
fn conclude(verdicts: &[Verdict], screen: &mut Screen) -> anyhow::Result<Exit> {
    screen.remark("")?;
    verdicts.iter().try_for_each(|verdict| screen.remark(&verdict.line()))?;
    let failed: Vec<_> = verdicts.iter().filter(|verdict| verdict.failure.is_some()).collect();
    let mut entries = screen.release();
    entries.extend(failed.iter().map(|verdict| entry(verdict)));
    present::entries_for_machines(entries, screen)?;
    screen.remark(&format!("{} passed, {} failed", verdicts.len() - failed.len(), failed.len()))?;
    Ok(if failed.is_empty() { Exit::Fine } else { Exit::Findings })
}

/// A failed step as machines read it.
fn entry(verdict: &Verdict) -> Entry {
    let Verdict { step, failure, .. } = verdict;
    let why = failure.as_deref().unwrap_or_default();
    Entry::new("failed-step", format!("{} failed ({}): {why}", step.name, step.purpose))
}
