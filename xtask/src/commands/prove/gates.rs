//! What becomes of a mutant, and whether that is what was declared.

use super::operator::{Declared, Operator};
use super::tree::{Place, Tree};
use super::workshop::{CONSUMER, Complaint, Errors, PRODUCER, Workshop};
use crate::apply::{Mode, Outcome, Target, apply};
use crate::commands::release;
use crate::problem::Problem;
use anyhow::bail;
use framelock_codegen::diagnostic::Report;
use framelock_codegen::evolution::rules::Effect;
use framelock_codegen::evolution::{Change, Comparison, Fact, Settings, Version, compare};
use framelock_codegen::output::Output;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// The protocol as it stands, and what it is held against.
#[derive(Debug)]
pub(super) struct Base {
    /// Its files.
    pub tree: Tree,
    /// What it means.
    pub version: Version,
    /// The name of the generated crate.
    pub package: String,
    /// All generated files.
    pub outputs: Vec<Output>,
}

/// A gate that can be switched off, to see that it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Gate {
    /// The generator and its lints.
    Generator,
    /// The comparison with the protocol as it stands.
    Compat,
    /// The Rust compiler.
    Rust,
    /// The checks of generated files and of releases.
    Files,
}

/// What came of looking at a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Look {
    /// There is nothing to change at the place.
    Nothing,
    /// This was seen.
    Seen(Box<Seen>),
}

/// What was seen of a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// The operator.
    pub operator: String,
    /// The place.
    pub place: String,
    /// What the generator found: nothing else was looked at then.
    pub found: Option<Complaint>,
    /// What an old consumer does with a new producer's frames.
    pub old: Reaction,
    /// What a new consumer does with an old producer's frames.
    pub new: Reaction,
    /// What changed, as the comparison tells it.
    pub told: Vec<String>,
    /// What does not compile, by package.
    pub errors: Errors,
    /// How long it took, in milliseconds.
    pub time: u64,
}

/// What a consumer of one version does with the frames of another one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reaction {
    /// It reads them, and nothing is told.
    #[default]
    Accepts,
    /// It reads them, or keeps them as unknown, and somebody is told what is lost.
    Told,
    /// It refuses some, or takes them for something else.
    Breaks,
}

impl Reaction {
    /// Whether it is what was declared.
    const fn is(self, declared: Effect) -> bool {
        match declared {
            Effect::Accepts => matches!(self, Self::Accepts),
            Effect::Loses | Effect::Keeps => matches!(self, Self::Told),
            Effect::Refuses | Effect::Misreads => matches!(self, Self::Breaks),
            Effect::Depends => true,
        }
    }
}

/// How a mutant ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// As declared.
    Declared,
    /// Something that breaks passed a gate that should have stopped it: which, and what it saw.
    Survived(String),
    /// Something harmless was stopped: by what.
    Nuisance(String),
    /// The generated crate does not compile by itself.
    Broken(String),
}

/// Most rounds in which what no longer holds of the legacy samples is taken away.
const ROUNDS: usize = 12;

/// Makes a mutant and looks at it.
///
/// # Errors
/// The workshop cannot be written, or cargo not be run.
pub(super) fn look(
    operator: &Operator,
    place: &Place,
    base: &Base,
    workshop: &mut Workshop,
    off: &[Gate],
) -> anyhow::Result<Look> {
    let start = Instant::now();
    let mut tree = base.tree.clone();
    // Equality does not see an order, which Debug does.
    let same = |tree: &Tree| *tree == base.tree && format!("{tree:?}") == format!("{:?}", base.tree);
    if (operator.apply)(&mut tree, place).is_none() || same(&tree) {
        return Ok(Look::Nothing);
    }
    tree.prune();
    let mut seen = Seen {
        operator: operator.id.to_owned(),
        place: place.to_string(),
        found: None,
        old: Reaction::Accepts,
        new: Reaction::Accepts,
        told: Vec::new(),
        errors: Errors::new(),
        time: 0,
    };
    if matches!(operator.declared, Declared::Stale | Declared::Tampered) {
        if !off.contains(&Gate::Files) {
            seen.found = of_files(operator.declared, &mut tree, base, workshop)?;
        }
        seen.stop(start);
        return Ok(Look::Seen(Box::new(seen)));
    }
    match generate(&mut tree, workshop)? {
        Err(_) if off.contains(&Gate::Generator) => {}
        Err(report) => seen.found = Some(first(&report, workshop)),
        Ok((version, outputs)) => {
            if !off.contains(&Gate::Compat) {
                seen.compare(&compare(&base.version, &version, &Settings::default()));
            }
            if !off.contains(&Gate::Rust) {
                workshop.write_crate(&outputs)?;
                seen.errors = workshop.check()?;
            }
        }
    }
    seen.stop(start);
    Ok(Look::Seen(Box::new(seen)))
}

/// What the checks of generated files, or those of releases, find first.
fn of_files(
    declared: Declared,
    tree: &mut Tree,
    base: &Base,
    workshop: &mut Workshop,
) -> anyhow::Result<Option<Complaint>> {
    if tree.files != base.tree.files && generate(tree, workshop)?.is_err() {
        bail!("the schema cannot be generated any more");
    }
    workshop.write_all(tree)?;
    let (schema, out) = (workshop.schema(), workshop.generated());
    let problems = if declared == Declared::Tampered {
        release::changed(&schema)?
    } else {
        let target = Target { out: &out, schema: &schema };
        match apply(target, &base.outputs, Mode::Check)? {
            Outcome::Drift(problems) | Outcome::Refused(problems) => problems,
            Outcome::Done(_) => Vec::new(),
        }
    };
    let folder = format!("{}/", workshop.folder().display());
    let complaint = |problem: &Problem| {
        let Problem { kind, file, message, help, .. } = problem;
        let (code, file) = (kind.name().to_owned(), file.replace(&folder, ""));
        Complaint { text: format!("{file}: error[{code}]: {message}; {help}"), code }
    };
    Ok(problems.first().map(complaint))
}

/// Reads and generates a mutant. Samples of retired forms that the change made wrong are taken away: like other samples,
/// they are not what should stop it.
pub(super) fn generate(
    tree: &mut Tree,
    workshop: &mut Workshop,
) -> anyhow::Result<Result<(Version, Vec<Output>), Report>> {
    let mut rounds = 0;
    loop {
        workshop.write_schema(tree)?;
        let done = Version::read_folder(&workshop.schema()).and_then(|version| {
            let outputs = version.outputs("framelock codegen")?;
            Ok((version, outputs))
        });
        match done {
            Err(report) if rounds < ROUNDS && tree.without_samples(&report) => rounds += 1,
            done => return Ok(done),
        }
    }
}

/// The first finding, in a line.
fn first(report: &Report, workshop: &Workshop) -> Complaint {
    let Some(first) = report.findings().first() else {
        return Complaint { code: "finding".to_owned(), text: String::new() };
    };
    let folder = workshop.schema().display().to_string();
    let path = first.path().replace(&folder, "schema");
    let code = first.code().name().to_owned();
    let text =
        format!("{path}: error[{code}]: {} (#{}); {}", first.message(), first.pointer(), first.help_text());
    Complaint { code, text }
}

impl Seen {
    fn stop(&mut self, start: Instant) {
        self.time = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    }

    fn compare(&mut self, comparison: &Comparison) {
        for change in &comparison.changes {
            self.old = self.old.max(reaction(&change.facts.old_consumer, change.rule.old_consumer));
            self.new = self.new.max(reaction(&change.facts.new_consumer, change.rule.new_consumer));
            self.told.push(told(change));
        }
    }

    /// Whether the mutant ended as declared.
    pub(super) fn end(&self, declared: Declared) -> End {
        let found = self.found.as_ref();
        let Declared::Drift { old, new, source } = declared else {
            return match found {
                Some(_) => End::Declared,
                None => End::Survived("nothing is found".to_owned()),
            };
        };
        if let Some(found) = found {
            return End::Nuisance(format!("the generator stops it: {}", found.text));
        }
        let reactions = [("an old consumer", self.old, old), ("a new consumer", self.new, new)];
        for (who, reaction, declared) in reactions {
            if !reaction.is(declared) {
                let words = format!("compat: {who} {reaction:?}, declared is {declared:?}");
                let weaker = reaction < least(declared);
                return if weaker { End::Survived(words) } else { End::Nuisance(words) };
            }
        }
        let sides = [(PRODUCER, source.producer()), (CONSUMER, source.consumer())];
        let known = |name: &str| sides.iter().any(|(side, _)| *side == name);
        for (name, breaks) in sides {
            match self.errors.get(name) {
                None if breaks => return End::Survived(format!("{name} compiles")),
                Some(error) if !breaks => {
                    return End::Nuisance(format!("{name} does not compile: {}", error.text));
                }
                _ => {}
            }
        }
        let other = self.errors.iter().find(|(name, _)| !known(name));
        match other {
            Some((name, error)) if source == super::operator::Source::Nobody => {
                End::Nuisance(format!("{name} does not compile: {}", error.text))
            }
            _ => End::Declared,
        }
    }

    /// The packages of the repository that do not compile.
    pub(super) fn stopped_users(&self) -> impl Iterator<Item = &str> {
        self.errors.keys().map(String::as_str).filter(|name| ![PRODUCER, CONSUMER].contains(name))
    }
}

fn least(declared: Effect) -> Reaction {
    match declared {
        Effect::Accepts | Effect::Depends => Reaction::Accepts,
        Effect::Loses | Effect::Keeps => Reaction::Told,
        Effect::Refuses | Effect::Misreads => Reaction::Breaks,
    }
}

fn reaction(fact: &Fact, effect: Effect) -> Reaction {
    if fact.breaks() {
        Reaction::Breaks
    } else if *fact == Fact::Unrecognised || effect == Effect::Loses {
        Reaction::Told
    } else {
        Reaction::Accepts
    }
}

/// A change in one line, as `framelock compat` says it.
fn told(change: &Change) -> String {
    let sentence = crate::commands::compat::sentence("the base", change);
    format!("{} {}: {sentence}", change.verdict.name(), change.rule.id)
}
