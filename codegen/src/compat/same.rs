//! Schemas that say the same become one: most of a schema does not change from one release to the next.

use super::formula::{Arena, Formula, Node};
use super::translate::Translated;
use std::collections::HashMap;

/// Whether a schema applies itself to the value at hand, by way of references, and so never comes to an end. What such
/// a schema means is not defined (core §9.4.1).
pub(super) fn loops(translated: &Translated) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; translated.bodies.len()];
    for start in 0..states.len() {
        let mut open = vec![(start, false)];
        while let Some((number, left)) = open.pop() {
            if left {
                states[number] = State::Done;
            } else if states[number] == State::New {
                states[number] = State::Open;
                open.push((number, true));
                let applied = applied(&translated.arena, translated.bodies[number]);
                if applied.iter().any(|next| states[*next] == State::Open) {
                    return true;
                }
                open.extend(applied.into_iter().map(|next| (next, false)));
            }
        }
    }
    false
}

/// The schemas that a formula applies to the same value.
fn applied(arena: &Arena, formula: Formula) -> Vec<usize> {
    let (mut found, mut open) = (Vec::new(), vec![formula]);
    while let Some(formula) = open.pop() {
        match arena.node(formula) {
            Node::All(parts) | Node::NoTwo(parts) => open.extend_from_slice(parts),
            Node::Schema(number) => found.push(*number),
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// How often classes are split before that is given up.
const MOST_ROUNDS: usize = 64;

/// The same formulas, where schemas that say the same have the same number.
///
/// Schemas are first all taken to say the same. As long as two of a class say different things about their parts (as
/// far as these are told apart), the class is split; what is left cannot be told apart however far one follows it.
pub(super) fn merge(raw: &Translated, roots: [Formula; 2]) -> (Translated, [Formula; 2]) {
    let ends: Vec<End> = (0..raw.bodies.len()).map(|number| end_of(raw, number)).collect();
    let classes = classes(raw, &ends);
    let (arena, said, roots) = with_classes(raw, &ends, &classes, roots);
    let mut bodies = vec![Formula::TRUE; raw.bodies.len()];
    for (class, said) in classes.iter().zip(&said) {
        bodies[*class] = *said;
    }
    (Translated { arena, bodies }, roots)
}

/// The class of each schema.
fn classes(raw: &Translated, ends: &[End]) -> Vec<usize> {
    let mut classes = vec![0; raw.bodies.len()];
    let mut count = 1;
    for _ in 0..MOST_ROUNDS {
        let (_, said, _) = with_classes(raw, ends, &classes, [Formula::TRUE; 2]);
        let mut known = HashMap::new();
        let mut split = Vec::with_capacity(classes.len());
        for pair in classes.iter().copied().zip(said) {
            let next = known.len();
            split.push(*known.entry(pair).or_insert(next));
        }
        if known.len() <= count {
            return classes;
        }
        count = known.len();
        classes = split;
    }
    // They lie so deep within each other that it would take long to tell them apart: each has a class of its own.
    (0..raw.bodies.len()).collect()
}

/// The formulas with classes for schemas: all of them, those of the schemas, and those of the roots.
fn with_classes(
    raw: &Translated,
    ends: &[End],
    classes: &[usize],
    roots: [Formula; 2],
) -> (Arena, Vec<Formula>, [Formula; 2]) {
    let mut arena = Arena::default();
    let taken = arena.take_over(&raw.arena, |arena, number| match ends[number] {
        End::Constant(accepts) => Formula::TRUE.negated_if(!accepts),
        End::Schema(target, negated) => arena.schema(classes[target]).negated_if(negated),
    });
    let said = raw.bodies.iter().map(|body| taken.of(*body)).collect();
    (arena, said, roots.map(|root| taken.of(root)))
}

/// What stands for a schema.
#[derive(Clone, Copy)]
enum End {
    /// It accepts everything, or nothing.
    Constant(bool),
    /// What this schema says, or the contrary. Most stand for themselves; one that only refers to another one does not.
    Schema(usize, bool),
}

/// Follows references that stand alone; they do not loop.
fn end_of(raw: &Translated, number: usize) -> End {
    let (mut number, mut negated) = (number, false);
    loop {
        let body = raw.bodies[number];
        match raw.arena.node(body) {
            Node::True => return End::Constant(body.is_negated() == negated),
            Node::Schema(target) => {
                negated ^= body.is_negated();
                number = *target;
            }
            _ => return End::Schema(number, negated),
        }
    }
}
