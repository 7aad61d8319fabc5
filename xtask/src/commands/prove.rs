//! `framelock prove`: the proof by mutation that no drift passes unseen.
//!
//! Each operator of the [`table`] makes one change to the schema, wherever it applies, and says what must become of it.
//! A mutant is generated, compared with the protocol as it stands, and compiled with programs that use that one: those
//! of the repository, and [`witness`]es that use every message and every field.

mod fields;
pub(crate) mod gates;
mod made;
mod messages;
mod operator;
mod report;
mod state;
mod table;
mod tree;
mod values;
mod witness;
mod workshop;

use crate::Exit;
use crate::cli::ProveArgs;
use crate::screen::{self, Screen};
use crate::workspace::Folders;
use anyhow::{Context as _, bail};
use framelock_codegen::evolution::Version;
use framelock_codegen::output::{Output, sha256};
use gates::{Base, Gate, Look};
use operator::Operator;
use report::{Findings, Row};
use state::State;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use table::OPERATORS;
use tree::{Place, Tree};
use witness::{Attention, Witnesses, witnesses};
use workshop::{Users, Workshop};

/// A mutant to be made.
type Mutant = (&'static Operator, Place);

/// All that a run needs.
struct Run {
    base: Base,
    users: Users,
    witnesses: Witnesses,
    state: State,
    folder: PathBuf,
    /// The gates that are switched off.
    off: Vec<Gate>,
    /// When no further mutant is begun.
    end: Option<Instant>,
}

/// Runs the command.
///
/// # Errors
/// The protocol as it stands cannot be generated or compiled, or the state folder not be written.
pub(crate) fn run(args: &ProveArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    if let Some(unknown) =
        args.only.iter().find(|name| OPERATORS.iter().all(|operator| operator.id != name.as_str()))
    {
        let names: Vec<_> = OPERATORS.iter().map(|operator| operator.id).collect();
        screen::progress(&format!("error: there is no operator `{unknown}`; there are {}", names.join(", ")));
        return Ok(Exit::Usage);
    }
    let run = Run::new(args)?;
    let chosen =
        |operator: &&Operator| args.only.is_empty() || args.only.iter().any(|name| name == operator.id);
    let mut mutants = Vec::new();
    let mut rows = Vec::new();
    for operator in OPERATORS.iter().filter(chosen) {
        let places = sampled(operator, (operator.places)(&run.base.tree));
        let taken = places.len().min(args.sample.unwrap_or(usize::MAX));
        rows.push((
            operator,
            places.len(),
            places.iter().take(taken).map(ToString::to_string).collect::<Vec<_>>(),
        ));
        mutants.extend(places.into_iter().take(taken).map(|place| (operator, place)));
    }
    run.look_at(&mutants, args.jobs)?;
    let mut findings = Findings { rows: Vec::new(), left: 0 };
    for (operator, count, places) in rows {
        let looks: Vec<Option<Look>> = places.iter().map(|place| run.state.get(operator.id, place)).collect();
        findings.left += looks.iter().filter(|look| look.is_none()).count();
        let seen = looks.into_iter().filter_map(|look| match look {
            Some(Look::Seen(seen)) => Some(*seen),
            Some(Look::Nothing) | None => None,
        });
        let seen = seen.collect();
        findings.rows.push(Row::new(operator, count, seen));
    }
    if let Some(path) = &args.document {
        fs::write(path, findings.page()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    findings.present(screen)?;
    Ok(if findings.all_as_declared() { Exit::Fine } else { Exit::Findings })
}

/// The places of an operator in an order that spreads them over the protocol, and that is always the same.
fn sampled(operator: &Operator, mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_cached_key(|place| sha256(format!("{} {place}", operator.id).as_bytes()));
    places.dedup();
    places
}

impl Run {
    fn new(args: &ProveArgs) -> anyhow::Result<Self> {
        let start = Instant::now();
        let folders = Folders::of(args.schema.as_deref(), None)?;
        let version = read(&folders.schema)?;
        let Some(manifest) = &version.manifest else { bail!("{} has no manifest", folders.schema.display()) };
        let package = manifest.rust.package.get_ref().clone();
        let root = manifest.schema.root.get_ref().clone();
        let mut tree = Tree::read(&folders.schema, &root)?;
        let outputs = generated(&version)?;
        let made = outputs.iter().map(|output| (format!("generated/{}", output.path), output.text.clone()));
        tree.made.extend(made);
        let attention = if args.inattentive { Attention::None } else { Attention::Full };
        let witnesses =
            witnesses(&outputs, &package, attention).context("the generated crate cannot be read")?;
        let users = Users::of(&folders.out.join("rust"))?;
        let folder = args.state.clone().unwrap_or_else(|| PathBuf::from("target/prove"));
        let base = Base { tree, version, package, outputs };
        let others = format!("{users:?}{witnesses:?}{:?}", args.without);
        let state = State::open(&folder, &digest(&base, &others)?)?;
        let end = args.minutes.map(|minutes| start + Duration::from_secs(60 * minutes));
        Ok(Self { base, users, witnesses, state, folder, off: args.without.clone(), end })
    }

    /// Looks at all mutants that were not looked at before.
    fn look_at(&self, mutants: &[Mutant], jobs: usize) -> anyhow::Result<()> {
        let open = |(operator, place): &&Mutant| self.state.get(operator.id, &place.to_string()).is_none();
        let mutants: Vec<&Mutant> = mutants.iter().filter(open).collect();
        if mutants.is_empty() {
            return Ok(());
        }
        let (next, jobs) = (AtomicUsize::new(0), jobs.clamp(1, mutants.len()));
        std::thread::scope(|scope| {
            let work = |job| self.work(job, &mutants, &next);
            let workers: Vec<_> = (0..jobs).map(|job| scope.spawn(move || work(job))).collect();
            let ends = workers.into_iter().map(|worker| match worker.join() {
                Ok(end) => end,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            ends.collect::<Vec<_>>().into_iter().collect()
        })
    }

    /// One worker: it takes the next mutant until there is none, or no time.
    fn work(&self, job: usize, mutants: &[&Mutant], next: &AtomicUsize) -> anyhow::Result<()> {
        let mut workshop = self.workshop(&self.folder.join(format!("{}-{job}", self.base.package)))?;
        while let Some((operator, place)) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
            if self.end.is_some_and(|end| Instant::now() >= end) {
                break;
            }
            let look = gates::look(operator, place, &self.base, &mut workshop, &self.off)
                .with_context(|| format!("{} {place}", operator.id))?;
            screen::progress(&format!("{} {place}", operator.id));
            self.state.keep(operator.id, &place.to_string(), look)?;
        }
        Ok(())
    }

    /// A folder in which the protocol as it stands is compiled: nothing may be wrong with it.
    fn workshop(&self, folder: &Path) -> anyhow::Result<Workshop> {
        let mut workshop = Workshop::new(folder, &self.users, &self.base.package, &self.witnesses)?;
        if self.off.contains(&Gate::Rust) {
            return Ok(workshop);
        }
        workshop.write_crate(&self.base.outputs)?;
        let errors = workshop.check()?;
        if let Some((name, error)) = errors.first_key_value() {
            bail!("{name} does not compile with the protocol as it stands: {}", error.text);
        }
        Ok(workshop)
    }
}

fn read(schema: &Path) -> anyhow::Result<Version> {
    Version::read_folder(schema)
        .map_err(|report| anyhow::anyhow!("{} cannot be read: {report}", schema.display()))
}

fn generated(version: &Version) -> anyhow::Result<Vec<Output>> {
    version.outputs("framelock codegen").map_err(|report| anyhow::anyhow!("it cannot be generated: {report}"))
}

/// What the fate of mutants depends on, besides themselves: the protocol, those who use it, and this program.
fn digest(base: &Base, others: &str) -> anyhow::Result<String> {
    let program = std::env::current_exe().and_then(fs::read).context("this program cannot be read")?;
    let tree = format!("{:?}", base.tree);
    let parts = [&program[..], tree.as_bytes(), others.as_bytes()].map(sha256);
    Ok(sha256(parts.concat().as_bytes()))
}
