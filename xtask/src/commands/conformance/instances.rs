//! Instances for bare schemas: valid ones, made from the schema, and mutants of them with one fault each.
//!
//! What is made is only a proposal: the judge labels it. The same schema always gets the same instances.

mod dice;
mod faults;
mod make;
mod string;

use super::bare::Part;
use super::group::{Case, Group, number};
use super::judge::Judge;
use dice::Dice;
use faults::{Dictionary, mutants};
use framelock_codegen::schema::dialect::Dialect;
use make::Maker;
use serde_json::Value;
use std::collections::HashSet;

/// How often something is tried for each instance that is wanted.
const TRIES: usize = 8;

/// Bytes of an instance at most.
const LONGEST: usize = 20_000;

/// Gives every part of a bare schema instances.
pub(super) fn fill(groups: &mut [Group], judges: &[Judge], wanted: usize, seed: u64) {
    for (group, judge) in groups.iter_mut().zip(judges) {
        if let Some(part) = &group.part {
            group.cases = cases(part, judge, wanted, seed);
        }
    }
}

/// The instances of a part; none where there is no judge.
fn cases(part: &Part, judge: &Judge, wanted: usize, seed: u64) -> Vec<Case> {
    let start = number(&format!("{}\n{}\n{seed}", part.file.text, part.pointer.as_str()));
    let strict = part.file.dialect == Dialect::Draft4;
    let mut heap = Heap { judge, strict, known: HashSet::new(), valid: Vec::new(), invalid: Vec::new() };
    let mut dice = Dice::new(start);
    let mut maker = Maker::new(&part.file, dice.fork());
    for _ in 0..wanted * TRIES {
        if heap.valid.len() >= wanted {
            break;
        }
        heap.add("made", &maker.value(part.schema()));
    }
    let dictionary = Dictionary::of(&part.file, part.schema());
    let originals: Vec<Value> = heap.valid.iter().map(|(_, value)| value.clone()).collect();
    for (fault, mutant) in mutants(&originals, &dictionary, &mut dice, wanted * TRIES) {
        if heap.invalid.len() >= wanted {
            break;
        }
        heap.add(&fault, &mutant);
    }
    heap.cases(wanted)
}

/// What was made so far, by the judge's verdict.
struct Heap<'a> {
    judge: &'a Judge,
    /// Whether `1e20` is no integer, as in draft-04 (core §3.5); the judge only knows numbers by their value.
    strict: bool,
    known: HashSet<String>,
    valid: Vec<(String, Value)>,
    invalid: Vec<(String, Value)>,
}

impl Heap<'_> {
    /// Adds an instance that is new and that the judge can label.
    fn add(&mut self, description: &str, value: &Value) {
        let text = value.to_string();
        let doubtful = self.strict && has_whole_double(value);
        if doubtful || text.len() > LONGEST || !self.known.insert(text) {
            return;
        }
        match self.judge.accepts_value(value) {
            Some(true) => self.valid.push((description.to_owned(), value.clone())),
            Some(false) => self.invalid.push((description.to_owned(), value.clone())),
            None => {}
        }
    }

    /// Half of the wanted number of each kind, or more of one where there are fewer of the other.
    fn cases(self, wanted: usize) -> Vec<Case> {
        let half = wanted / 2;
        let valid = self.valid.len().min(wanted - half.min(self.invalid.len()));
        let invalid = self.invalid.len().min(wanted - valid);
        let valid = spread(self.valid, valid).into_iter().map(|made| (made, true));
        let all = valid.chain(spread(self.invalid, invalid).into_iter().map(|made| (made, false)));
        all.map(|((description, value), valid)| Case { description, text: value.to_string(), valid })
            .collect()
    }
}

/// Whether some number is whole and not written like that.
fn has_whole_double(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64() && number.as_f64().is_some_and(|value| value.fract() == 0.0),
        Value::Array(items) => items.iter().any(has_whole_double),
        Value::Object(members) => members.values().any(has_whole_double),
        _ => false,
    }
}

/// So many of a list, from all over it.
fn spread<T>(list: Vec<T>, wanted: usize) -> Vec<T> {
    let all = list.len().max(1);
    let chosen = |index: &usize| (index * wanted) / all != ((index + 1) * wanted) / all;
    list.into_iter().enumerate().filter(|(index, _)| chosen(index)).map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests;
