//! What operators declare is what the rules of evolution say of such changes, or it is said here why not.

use super::super::operator::Declared;
use super::OPERATORS;
use framelock_codegen::evolution::rules::{ELSEWHERE, Effect, RULES};
use std::collections::BTreeSet;

/// Of each rule that an operator is an instance of: whether it breaks old consumers, and whether new ones. `Y` yes, `N` no,
/// `o` if the consumer knows of no unknown messages, `s` if something is read and means nothing or something else.
#[rustfmt::skip]
const LETTERS: &[(&str, &str, &str)] = &[
    ("ENM-001", "Y", "N"), ("ENM-002", "N", "N"), ("ENM-003", "N", "Y"), ("ENM-004", "N", "s"),
    ("ENM-005", "Y", "Y"), ("ENM-008", "N", "Y"), ("ENM-009", "N", "N"), ("ENM-010", "N", "N"),
    ("ENV-001", "Y", "Y"), ("ENV-002", "Y", "Y"), ("ENV-003", "N", "Y"), ("ENV-004", "Y", "N"),
    ("ENV-005", "N", "N"), ("ENV-006", "s", "s"), ("ENV-008", "Y", "N"), ("ENV-013", "Y", "Y"),
    ("ENV-014", "N", "N"), ("FLD-001", "N", "N"), ("FLD-003", "N", "Y"), ("FLD-005", "s", "s"),
    ("FLD-006", "Y", "N"), ("FLD-007", "Y", "N"), ("FLD-008", "N", "Y"), ("FLD-009", "Y", "Y"),
    ("FLD-015", "Y", "N"), ("FLD-016", "N", "Y"), ("FLD-018", "Y", "Y"), ("FLD-019", "N", "N"),
    ("FLD-021", "N", "N"), ("MET-001", "N", "N"), ("MSG-001", "o", "N"), ("MSG-002", "N", "Y"),
    ("MSG-003", "Y", "Y"), ("MSG-005", "Y", "Y"), ("MSG-006", "o", "N"), ("MSG-007", "N", "Y"),
    ("MSG-008", "N", "Y"), ("NUM-001", "N", "Y"), ("NUM-002", "Y", "N"), ("NUM-003", "N", "Y"),
    ("NUM-004", "Y", "N"), ("NUM-012", "Y", "Y"), ("STR-001", "N", "Y"), ("STR-002", "Y", "N"),
    ("STR-007", "Y", "Y"), ("TYP-001", "Y", "Y"), ("TYP-004", "Y", "N"), ("TYP-005", "N", "Y"),
    ("TYP-009", "Y", "N"), ("TYP-011", "Y", "Y"), ("TYP-015", "Y", "Y"), ("TYP-018", "N", "Y"),
    ("TYP-019", "Y", "N"), ("UNI-002", "N", "N"), ("UNI-003", "N", "Y"), ("UNI-004", "Y", "Y"),
];

/// Operators that declare something else, and why.
const OTHERWISE: &[(&str, &str)] = &[
    (
        "field-renamed-optional",
        "objects are open and the property may be absent: nobody refuses it, and what it said is lost",
    ),
    ("value-renamed-open", "an open enumeration takes the new spelling as a value that it does not know"),
    ("enumeration-opened", "producers may then send other values, which consumers of the closed one refuse"),
    ("message-renamed", "consumers keep a message that they do not know, whole"),
    ("event-renamed", "consumers keep an event that they do not know, whole"),
    ("event-raised", "the event is gone, and a message is new, which old consumers keep as unknown"),
    ("direction-widened", "consumers refuse a message that they know to be of the other side"),
];

fn is(letter: &str, effect: Effect) -> bool {
    match effect {
        Effect::Accepts => letter == "N",
        Effect::Loses => letter == "s",
        Effect::Keeps => matches!(letter, "o" | "N"),
        Effect::Refuses => letter == "Y",
        Effect::Misreads => matches!(letter, "Y" | "s"),
        // Only the proof of each mutant can say it.
        Effect::Depends => true,
    }
}

#[test]
fn effects_are_those_of_the_rules() {
    for operator in OPERATORS {
        let Declared::Drift { old, new, .. } = operator.declared else { continue };
        let same = |(id, breaks_old, breaks_new): &(&str, &str, &str)| {
            *id == operator.rule && is(breaks_old, old) && is(breaks_new, new)
        };
        let otherwise = OTHERWISE.iter().any(|(id, _)| *id == operator.id);
        assert_ne!(LETTERS.iter().any(same), otherwise, "{}: {}", operator.id, operator.rule);
    }
}

/// What proofs are told by has the same letters.
#[test]
fn rules_that_tell_changes_have_the_same_letters() {
    for (id, breaks_old, breaks_new) in LETTERS {
        let Some(rule) = RULES.iter().find(|rule| rule.id == *id) else {
            assert!(ELSEWHERE.iter().any(|group| group.rules.contains(id)), "{id} is no rule");
            continue;
        };
        let same = is(breaks_old, rule.old_consumer) && is(breaks_new, rule.new_consumer);
        let otherwise = matches!(*id, "ENM-009" | "MSG-006");
        assert_ne!(same, otherwise, "{id}");
    }
}

#[test]
fn names_are_unique() {
    let names: BTreeSet<&str> = OPERATORS.iter().map(|operator| operator.id).collect();
    assert_eq!(names.len(), OPERATORS.len());
    assert!(OTHERWISE.iter().all(|(id, reason)| names.contains(id) && !reason.is_empty()));
}
