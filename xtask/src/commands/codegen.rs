//! `framelock codegen`: write the generated files, or check that they are fresh.

use super::release;
use crate::Exit;
use crate::apply::{self, Mode, Outcome, Summary, Target, shown};
use crate::cli::CodegenArgs;
use crate::present;
use crate::problem::{Kind, Problem};
use crate::screen::{self, Screen};
use crate::workspace::Folders;
use anyhow::{anyhow, bail};
use framelock_codegen::Config;
use framelock_codegen::diagnostic::Report;
use framelock_codegen::evolution::{Change, SemVer};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The command that generates from the schema folder that need not be named.
const COMMAND: &str = "cargo xtask codegen";

/// What came of a run, before anything of it is printed.
#[derive(Debug)]
enum Finished {
    /// The command line makes no sense.
    Usage(anyhow::Error),
    /// The schema has mistakes.
    Mistakes(Report),
    /// The output folder was compared or written. No note is about these breaking changes.
    Applied(Outcome, Folders, Vec<(SemVer, Change)>),
}

/// Runs the command.
///
/// # Errors
/// The folder cannot be read or written.
pub(crate) fn run(args: &CodegenArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let start = Instant::now();
    match execute(args)? {
        Finished::Usage(error) => {
            screen::error(&error);
            Ok(Exit::Usage)
        }
        Finished::Mistakes(report) => {
            present::report(&report, screen)?;
            Ok(Exit::Findings)
        }
        Finished::Applied(Outcome::Drift(problems), ..) => drift(&problems, args, screen),
        Finished::Applied(Outcome::Refused(problems), ..) => {
            present::problems(&problems, screen)?;
            screen::progress("error: nothing was written");
            Ok(Exit::WillNot)
        }
        Finished::Applied(Outcome::Done(summary), folders, unnoted) if args.check => {
            if unnoted.is_empty() {
                return fresh(&summary, &folders.out, screen);
            }
            let problem = |(since, change): &(SemVer, Change)| {
                release::missing_note(&folders.schema, &since.to_string(), change)
            };
            present::problems(&unnoted.iter().map(problem).collect::<Vec<_>>(), screen)?;
            Ok(Exit::Findings)
        }
        Finished::Applied(Outcome::Done(summary), folders, _) => {
            done(&summary, &folders.out, args.dry_run, start, screen)
        }
    }
}

/// `codegen --check` as a step of `check`, of one schema folder or the one that need not be named: it says nothing
/// when all is well.
///
/// # Errors
/// The folder is not fresh; why has been printed.
pub(crate) fn check_fresh(schema: Option<PathBuf>, screen: &mut Screen) -> anyhow::Result<()> {
    let args =
        CodegenArgs { schema, out: None, resource: Vec::new(), check: true, dry_run: false, force: false };
    match execute(&args)? {
        Finished::Usage(error) => Err(error),
        Finished::Mistakes(report) => {
            present::report(&report, screen)?;
            bail!("the schema has {} mistakes", report.findings().len())
        }
        Finished::Applied(Outcome::Done(_), ..) => Ok(()),
        Finished::Applied(Outcome::Drift(problems) | Outcome::Refused(problems), folders, _) => {
            present::problems(&problems, screen)?;
            bail!(
                "{}/ is not what the schema generates; run: {}",
                shown(&folders.out),
                mending(&problems, &args)
            )
        }
    }
}

/// Generates and applies.
fn execute(args: &CodegenArgs) -> anyhow::Result<Finished> {
    let folders = match Folders::of(args.schema.as_deref(), args.out.as_deref()) {
        Ok(folders) => folders,
        Err(error) => return Ok(Finished::Usage(error)),
    };
    let config = Config::new(&folders.schema).command(command(&folders));
    let config = match with_resources(config, &args.resource) {
        Ok(config) => config,
        Err(error) => return Ok(Finished::Usage(error)),
    };
    let generation = match config.generate() {
        Ok(generation) => generation,
        Err(report) => return Ok(Finished::Mistakes(report)),
    };
    let target = Target { out: &folders.out, schema: &folders.schema };
    let outcome = apply::apply(target, &generation.outputs, mode(args))?;
    Ok(Finished::Applied(outcome, folders, generation.adaptation.unnoted))
}

/// The command that generated files name. It does not depend on how Framelock was started: the same schema in the
/// same place gives the same bytes everywhere.
fn command(folders: &Folders) -> String {
    match folders.place() {
        // A comment can hold it, and a shell takes it, as it is.
        Some(place) if place != "schema" && place.chars().all(is_plain) => {
            format!("{COMMAND} --schema {place}")
        }
        _ => COMMAND.to_owned(),
    }
}

/// The same with what arguments `--resource` say.
///
/// # Errors
/// What is wrong with one of them.
pub(super) fn with_resources(config: Config, arguments: &[String]) -> anyhow::Result<Config> {
    arguments.iter().try_fold(config, |config, argument| {
        let (uri, path) = resource(argument)?;
        Ok(config.resource(uri, path))
    })
}

/// What an argument `URI=PATH` says. A URI may hold `=`, so it is the last one that counts.
fn resource(argument: &str) -> anyhow::Result<(&str, &Path)> {
    let (uri, path) = argument
        .rsplit_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or_else(|| anyhow!("`--resource {argument}` is not of the form URI=FILE or URI/=DIR"))?;
    let (scheme, rest) = uri.split_once(':').unwrap_or_default();
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let absolute =
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(is_scheme);
    if !absolute || rest.is_empty() || rest.contains(|part: char| part.is_whitespace() || part == '#') {
        bail!("`{uri}` is no absolute URI without a fragment, such as https://example.com/schema.json");
    }
    let path = Path::new(path);
    if !path.exists() {
        bail!("{} does not exist: `--resource {argument}` needs it", shown(path));
    }
    if path.is_dir() && !uri.ends_with('/') {
        bail!("{} is a folder: the URI must end with `/` to mean all files below it", shown(path));
    }
    Ok((uri, path))
}

fn mode(args: &CodegenArgs) -> Mode {
    match args {
        CodegenArgs { check: true, .. } => Mode::Check,
        CodegenArgs { dry_run: true, .. } => Mode::DryRun,
        CodegenArgs { force, .. } => Mode::Write { force: *force },
    }
}

/// The end of `--check` that CI likes to see.
fn fresh(summary: &Summary, out: &Path, screen: &mut Screen) -> anyhow::Result<Exit> {
    screen.remark(&format!("{}/ is up to date ({} files)", shown(out), summary.total))?;
    present::nothing(screen)?;
    Ok(Exit::Fine)
}

/// The other end: the differences, and last the command that mends them.
fn drift(problems: &[Problem], args: &CodegenArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    present::problems(problems, screen)?;
    screen.remark(&format!("run: {}", mending(problems, args)))?;
    Ok(Exit::Findings)
}

/// The command that brings the folder up to date.
fn mending(problems: &[Problem], args: &CodegenArgs) -> String {
    let folder = |flag: &str, folder: &Option<PathBuf>| {
        folder.as_ref().map(|folder| format!("{flag} {}", for_shell(&folder.to_string_lossy())))
    };
    let force = problems.iter().any(|problem| problem.kind.needs_force());
    let resource = |argument: &String| Some(format!("--resource {}", for_shell(argument)));
    let words = [Some(COMMAND.to_owned()), folder("--schema", &args.schema), folder("--out", &args.out)];
    let words = words.into_iter().chain(args.resource.iter().map(resource));
    let words = words.chain([force.then(|| "--force".to_owned())]);
    words.flatten().collect::<Vec<_>>().join(" ")
}

/// An argument as a shell takes it for itself.
pub(super) fn for_shell(argument: &str) -> String {
    if argument.chars().all(is_plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

/// Whether a shell takes a character for itself.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "/._-+=:".contains(character)
}

/// The end of a run that wrote, or would have.
fn done(
    summary: &Summary,
    out: &Path,
    dry_run: bool,
    start: Instant,
    screen: &mut Screen,
) -> anyhow::Result<Exit> {
    let (wrote, removed) = if dry_run { ("would write", "would remove") } else { ("wrote", "removed") };
    for (verb, files) in [(wrote, &summary.written), (removed, &summary.removed)] {
        for (path, bytes) in files {
            screen.remark(&format!("{verb} {} ({bytes} bytes)", shown(&out.join(path))))?;
        }
    }
    for Problem { file, message, help, .. } in &summary.strangers {
        screen.remark(&format!("{}: {file} {message}; {help}", Kind::OrphanOutput.name()))?;
    }
    for Problem { file, message, help, .. } in &summary.refused {
        screen.remark(&format!("would refuse: {file} {message}; {help}"))?;
    }
    let (written, total) = (summary.written.len(), summary.total);
    let unchanged = total.saturating_sub(written);
    let seconds = start.elapsed().as_secs_f64();
    screen
        .remark(&format!("{wrote} {written} of {total} files in {seconds:.2} s ({unchanged} unchanged)"))?;
    present::nothing(screen)?;
    Ok(Exit::Fine)
}
