//! `framelock conformance`: how exactly generated code is as strict as its schema.
//!
//! Groups of a schema and labelled instances ([`group`]) go through a generator ([`mod@subject`]); many groups' code
//! becomes one crate ([`package`]), which is compiled ([`compile`]) and run ([`execute`]). What was seen
//! ([`observe`]) knows nothing of labels; [`mod@score`] judges it, for the generator and for trivial ones
//! ([`baseline`]) alike.

mod bare;
mod baseline;
mod batch;
mod compile;
mod equal;
mod execute;
mod external;
mod flip;
mod framelock;
mod group;
mod instances;
mod judge;
mod known;
mod observe;
mod package;
mod precise;
mod report;
mod resource;
mod score;
mod state;
mod subject;
pub(super) mod table;

use crate::Exit;
use crate::cli::{ConformanceArgs, Generator};
use crate::screen::{self, Screen};
use crate::workspace;
use anyhow::{Context as _, bail};
use baseline::Baseline;
use external::External;
use framelock::Framelock;
use group::{Choice, Group, units};
use judge::{Judge, Library};
use known::Known;
use report::{Findings, Measured};
use resource::Resource;
use score::score;
use state::State;
use std::fs;
use std::path::PathBuf;
use subject::Subject;

/// Runs the command.
///
/// # Errors
/// Something cannot be read or written, or a generator or cargo cannot be run.
pub(crate) fn run(args: &ConformanceArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    if args.flip.is_some_and(|percent| !(percent > 0.0 && percent <= 100.0)) {
        screen::progress("error: --flip takes a percentage above 0 and up to 100");
        return Ok(Exit::Usage);
    }
    let known = Known::load(args.known.as_deref())?;
    let resources = resource::load(&args.resource)?;
    let mut groups = load(args, &resources)?;
    let library = Library::new(&resources);
    let judges: Vec<Judge> = units(&groups).flat_map(|unit| library.judges(unit)).collect();
    instances::fill(&mut groups, &judges, args.instances, args.seed);
    announce(&groups);
    // Labels are turned round before anything is judged by them; what is observed does not depend on them.
    let flipped = args.flip.map_or(0, |percent| flip::flip(&mut groups, percent));
    if args.with.iter().any(|generator| *generator != Generator::Framelock)
        && let Some(group) = groups.iter().find(|group| group.part.is_some())
    {
        bail!("{} is a bare schema, of which only framelock makes a type for each definition", group.id);
    }
    let mut measured = Vec::new();
    for generator in &args.with {
        measured.push(measure(*generator, args, &resources, &groups, &judges)?);
    }
    let baselines =
        Baseline::ALL.iter().map(|baseline| baseline_measured(*baseline, &groups, &judges)).collect();
    conclude(&Findings { measured, baselines, flipped, known }, args, screen)
}

/// The groups, of which there must be some: a measurement of nothing would look like a success.
fn load(args: &ConformanceArgs, resources: &[Resource]) -> anyhow::Result<Vec<Group>> {
    let choice = Choice { sample: args.sample, dialect: args.dialect };
    let found = group::load(&args.groups, resources, choice)?;
    if found.groups.is_empty() {
        bail!("there are no groups of a schema and tests, and no schemas, in what was named");
    }
    if found.other_files > 0 {
        screen::progress(&format!("{} files hold other things", found.other_files));
    }
    Ok(found.groups)
}

/// Says what is measured.
fn announce(groups: &[Group]) {
    let cases = || groups.iter().flat_map(|group| &group.cases);
    let (all, valid) = (cases().count(), cases().filter(|case| case.valid).count());
    let parts: Vec<&Group> = groups.iter().filter(|group| group.part.is_some()).collect();
    screen::progress(&format!(
        "{} groups ({} of them parts of bare schemas) with {valid} valid and {} invalid instances",
        groups.len(),
        parts.len(),
        all - valid
    ));
    let lack = |kind: bool| {
        let own = |group: &Group| group.cases.iter().filter(|case| case.valid == kind).count();
        parts.iter().filter(|group| own(group) * 3 < group.cases.len() || group.cases.is_empty()).count()
    };
    if !parts.is_empty() {
        screen::progress(&format!(
            "less than a third is valid in {} parts, and invalid in {}",
            lack(true),
            lack(false)
        ));
    }
}

/// Measures a generator.
fn measure(
    generator: Generator,
    args: &ConformanceArgs,
    resources: &[Resource],
    groups: &[Group],
    judges: &[Judge],
) -> anyhow::Result<Measured> {
    let state = State::open(args.state.as_deref(), name(generator))?;
    let subject = subject(generator, resources, &state)?;
    let batches = batch::batches(groups);
    let mut observations = Vec::new();
    for (index, batch) in batches.iter().enumerate() {
        screen::progress(&format!("… {}: batch {} of {}", subject.title(), index + 1, batches.len()));
        observations.extend(batch::observe(subject.as_ref(), batch, &state)?);
    }
    let all = groups.iter().zip(&observations).zip(judges);
    let records = all.map(|((group, observation), judge)| score(group, observation, judge)).collect();
    Ok(Measured { title: subject.title(), records })
}

const fn name(generator: Generator) -> &'static str {
    match generator {
        Generator::Framelock => "framelock",
        Generator::Typify => "typify",
        Generator::Quicktype => "quicktype",
    }
}

fn subject(generator: Generator, resources: &[Resource], state: &State) -> anyhow::Result<Box<dyn Subject>> {
    // Where there is no repository around, the generators of others are below the current folder.
    let root = workspace::root().unwrap_or_default().join(".");
    Ok(match generator {
        Generator::Framelock => Box::new(Framelock::new(resources.to_vec())),
        Generator::Typify => Box::new(External::typify(&root, state.folder())?),
        Generator::Quicktype => Box::new(External::quicktype(&root, state.folder())?),
    })
}

fn baseline_measured(baseline: Baseline, groups: &[Group], judges: &[Judge]) -> Measured {
    let record = |(group, judge)| score(group, &baseline.observe(group, judge), judge);
    let records = groups.iter().zip(judges).map(record).collect();
    Measured { title: baseline.name().to_owned(), records }
}

/// Prints what was found, and ends as it deserves.
fn conclude(findings: &Findings, args: &ConformanceArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    findings.present(screen)?;
    if let Some(file) = &args.markdown {
        write(file, &findings.markdown())?;
    }
    let fine = findings.surprises().next().is_none() && findings.lost().next().is_none();
    Ok(if fine { Exit::Fine } else { Exit::Findings })
}

fn write(file: &PathBuf, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
