//! Batches: many groups become one crate, since starting the compiler costs more than a group's code.

use super::compile::{Compiled, compile};
use super::execute::execute;
use super::group::{Group, units};
use super::observe::{Made, Observation, Seen};
use super::package::{self, Member, digest, jobs};
use super::state::State;
use super::subject::{Prepared, Subject};
use std::collections::BTreeMap;

/// Units in a crate.
const SIZE: usize = 50;

/// Bytes of bare schemas in a crate: of each, much code is made.
const BYTES: usize = 500_000;

/// What became of the code of a unit.
type Outcome = Result<Vec<Seen>, String>;

/// Shares out units among crates.
pub(super) fn batches(groups: &[Group]) -> Vec<Vec<&[Group]>> {
    let bytes = |unit: &[Group]| {
        unit.first().and_then(|group| group.part.as_ref()).map_or(0, |part| part.file.text.len())
    };
    let mut batches: Vec<Vec<&[Group]>> = Vec::new();
    let mut filled = 0;
    for unit in units(groups) {
        filled += bytes(unit);
        if let Some(batch) = batches.last_mut().filter(|batch| batch.len() < SIZE && filled <= BYTES) {
            batch.push(unit);
        } else {
            batches.push(vec![unit]);
            filled = bytes(unit);
        }
    }
    batches
}

/// Observes what a generator does with the units of a batch: an observation for each group, in their order.
///
/// # Errors
/// The generator or cargo cannot be run, or the state folder cannot be written.
pub(super) fn observe(
    subject: &dyn Subject,
    batch: &[&[Group]],
    state: &State,
) -> anyhow::Result<Vec<Observation>> {
    let mut made: Vec<Vec<Made>> = Vec::new();
    let mut members = Vec::new();
    for (index, unit) in batch.iter().enumerate() {
        match subject.prepare(unit)? {
            Prepared::Without(outcome) => made.push(vec![outcome; unit.len()]),
            Prepared::Code(code) => {
                made.push(code.entries.iter().map(|entry| Made::Built(entry.typing)).collect());
                members.push(Member { index, unit, code });
            }
        }
    }
    let members: Vec<&Member<'_>> = members.iter().collect();
    let mut outcomes = remembered(subject, &members, state)?;
    let units = made.into_iter().zip(batch).enumerate();
    Ok(units.flat_map(|(index, (made, unit))| of_unit(made, unit, outcomes.remove(&index))).collect())
}

/// What was observed of each group of a unit.
fn of_unit(made: Vec<Made>, unit: &[Group], outcome: Option<Outcome>) -> Vec<Observation> {
    let groups = made.into_iter().zip(unit);
    match outcome {
        Some(Ok(seen)) => {
            let mut seen = seen.into_iter();
            groups
                .map(|(made, group)| Observation {
                    made,
                    seen: seen.by_ref().take(group.cases.len()).collect(),
                })
                .collect()
        }
        Some(Err(error)) => groups.map(|_| Observation::without_code(Made::Broken(error.clone()))).collect(),
        None => groups.map(|(made, _)| Observation::without_code(made)).collect(),
    }
}

/// The outcomes of members, from the state folder if the same code was asked the same before.
fn remembered(
    subject: &dyn Subject,
    members: &[&Member<'_>],
    state: &State,
) -> anyhow::Result<BTreeMap<usize, Outcome>> {
    let key = digest(&package::files(subject, members), &jobs(members));
    if let Some(outcomes) = state.outcomes(&key) {
        return Ok(outcomes);
    }
    let outcomes = build_and_run(subject, members, state)?;
    state.keep(&key, &outcomes)?;
    Ok(outcomes)
}

/// Compiles and runs members together. Where that fails, those at fault are left out; where nobody knows who is
/// at fault, each half is tried alone.
fn build_and_run(
    subject: &dyn Subject,
    members: &[&Member<'_>],
    state: &State,
) -> anyhow::Result<BTreeMap<usize, Outcome>> {
    if members.is_empty() {
        return Ok(BTreeMap::new());
    }
    match compile(state.workshop(), &package::files(subject, members))? {
        Compiled::Program(program) => {
            let seen = execute(&program, &jobs(members), state.workshop())?;
            Ok(shared_out(members, seen))
        }
        Compiled::Errors(_, error) if members.len() == 1 => {
            Ok(members.iter().map(|member| (member.index, Err(error.clone()))).collect())
        }
        Compiled::Errors(blamed, _) if blamed.is_empty() => {
            let (left, right) = members.split_at(members.len() / 2);
            let mut outcomes = build_and_run(subject, left, state)?;
            outcomes.extend(build_and_run(subject, right, state)?);
            Ok(outcomes)
        }
        Compiled::Errors(blamed, _) => {
            let rest = members.iter().copied().filter(|member| !blamed.contains_key(&member.index));
            let mut outcomes = build_and_run(subject, &rest.collect::<Vec<_>>(), state)?;
            outcomes.extend(blamed.into_iter().map(|(index, error)| (index, Err(error))));
            Ok(outcomes)
        }
    }
}

/// Gives each member the verdicts about its own instances.
fn shared_out(members: &[&Member<'_>], seen: Vec<Seen>) -> BTreeMap<usize, Outcome> {
    let mut seen = seen.into_iter();
    let mut own = |member: &&Member<'_>| {
        let cases = member.unit.iter().map(|group| group.cases.len()).sum();
        (member.index, Ok(seen.by_ref().take(cases).collect()))
    };
    members.iter().map(&mut own).collect()
}

#[cfg(test)]
mod tests;
