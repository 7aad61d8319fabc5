//! The scorer on observations written down here, and the negative control.

use super::{Class, Record, score};
use crate::commands::conformance::baseline::Baseline;
use crate::commands::conformance::flip::flip;
use crate::commands::conformance::group::{Case, Group};
use crate::commands::conformance::judge::{Judge, Library};
use crate::commands::conformance::observe::{Made, Observation, Seen, Typing};

fn group(schema: &str, cases: &[(&str, bool)]) -> Group {
    let case = |(text, valid): &(&str, bool)| Case {
        description: String::new(),
        text: (*text).to_owned(),
        valid: *valid,
    };
    Group {
        id: format!("suite/{schema}#0"),
        folder: "suite".to_owned(),
        keywords: vec!["type".to_owned()],
        schema: schema.to_owned(),
        cases: cases.iter().map(case).collect(),
        part: None,
    }
}

fn judge(group: &Group) -> Judge {
    Library::default().judge(&group.schema)
}

fn accepted(text: &str) -> Seen {
    Seen::Accepted { text: text.to_owned(), again: None }
}

fn refused() -> Seen {
    Seen::Refused("no".to_owned())
}

fn built(seen: Vec<Seen>) -> Observation {
    Observation { made: Made::Built(Typing { typed: true, ..Typing::default() }), seen }
}

fn class(group: &Group, seen: Vec<Seen>) -> Class {
    score(group, &built(seen), &judge(group)).class
}

fn integers() -> Group {
    group(r#"{"type": "integer"}"#, &[("1", true), ("\"a\"", false)])
}

#[test]
fn the_worst_instance_decides() {
    let group = integers();
    for (seen, expected) in [
        (vec![accepted("1"), refused()], Class::Faithful),
        (vec![accepted("1.0"), Seen::Unknown], Class::Faithful),
        (vec![accepted("2"), refused()], Class::Lossy),
        (vec![accepted("1 1"), refused()], Class::Lossy),
        (vec![Seen::Unknown, refused()], Class::Stricter),
        (vec![refused(), refused()], Class::Stricter),
        (vec![accepted("1"), accepted("\"a\"")], Class::Looser),
        (vec![refused(), accepted("\"a\"")], Class::Looser),
        (vec![Seen::Panicked(String::new()), accepted("\"a\"")], Class::Panic),
        (vec![accepted("1")], Class::Panic),
    ] {
        assert_eq!(class(&group, seen.clone()), expected, "{seen:?}");
    }
}

#[test]
fn what_comes_back_must_be_accepted_again() {
    let again = Seen::Accepted { text: "1".to_owned(), again: Some("no".to_owned()) };
    assert_eq!(class(&integers(), vec![again, refused()]), Class::Lossy);
}

#[test]
fn without_code_the_kind_of_refusal_decides() {
    let group = integers();
    let refused = |precise| Made::Refused { precise, said: "why".to_owned() };
    for (made, expected) in [
        (refused(true), Class::RefusedPrecisely),
        (refused(false), Class::RefusedVaguely),
        (Made::Broken("E1".to_owned()), Class::DoesNotCompile),
        (Made::Panicked("no".to_owned()), Class::Panic),
    ] {
        let record = score(&group, &Observation::without_code(made), &judge(&group));
        assert_eq!((record.class, record.typing.typed), (expected, false));
        assert_eq!(record.failures.len(), 1);
    }
    assert!(!Class::RefusedPrecisely.is_failure() && Class::RefusedVaguely.is_failure());
}

#[test]
fn baselines_are_what_they_say() {
    let group = integers();
    let classes: Vec<Class> = Baseline::ALL
        .iter()
        .map(|baseline| score(&group, &baseline.observe(&group, &judge(&group)), &judge(&group)))
        .map(|record: Record| {
            assert!(!record.typing.typed);
            record.class
        })
        .collect();
    assert_eq!(classes, [Class::Looser, Class::RefusedVaguely, Class::Faithful]);
}

#[test]
fn flipped_labels_show() {
    let mut groups: Vec<Group> = (0..100)
        .map(|number| {
            let schema = format!(r#"{{"maximum": {number}}}"#);
            group(&schema, &[(number.to_string().as_str(), true), ("1000", false)])
        })
        .collect();
    let observations: Vec<Observation> = groups
        .iter()
        .map(|group| {
            let [first, ..] = &group.cases[..] else { unreachable!() };
            built(vec![accepted(&first.text), refused()])
        })
        .collect();
    let failures = |groups: &[Group]| {
        let all = groups.iter().zip(&observations);
        all.filter(|(group, seen)| score(group, seen, &judge(group)).class.is_failure()).count()
    };
    assert_eq!(failures(&groups), 0);
    let before = groups.clone();
    assert_eq!(flip(&mut groups, 1.0), 2);
    let changed = groups.iter().zip(&before).filter(|(after, before)| after != before).count();
    assert!(changed > 0 && failures(&groups) == changed, "{changed} {}", failures(&groups));
    let mut again = before.clone();
    flip(&mut again, 1.0);
    assert_eq!(again, groups, "the choice is always the same");
}
