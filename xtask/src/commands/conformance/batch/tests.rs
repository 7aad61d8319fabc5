//! The machinery with a generator whose code is written here: it does what the schema's title says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::observe;
use crate::commands::conformance::group::{Case, Group, units};
use crate::commands::conformance::observe::{Made, Observation, Seen, Typing};
use crate::commands::conformance::state::State;
use crate::commands::conformance::subject::{Code, Entry, Prepared, Subject};

/// A generator whose input is the body of a function.
struct Fake;

impl Subject for Fake {
    fn title(&self) -> String {
        "fake 1".to_owned()
    }

    fn prepare(&self, unit: &[Group]) -> anyhow::Result<Prepared> {
        let group = unit.first().unwrap();
        let text = format!("pub fn read(text: &str) -> crate::Verdict {{ {} }}", group.schema);
        let entry = Entry { call: "super::code::read(text)".to_owned(), typing: Typing::default() };
        let module = [("code.rs".to_owned(), text)].into();
        let code = Code { module, entries: vec![entry], ..Code::default() };
        Ok(Prepared::Code(code))
    }

    fn prelude(&self) -> &'static str {
        ""
    }
}

fn group(body: &str, instances: &[&str]) -> Group {
    let case = |text: &&str| Case { description: String::new(), text: (*text).to_owned(), valid: true };
    Group {
        id: body.to_owned(),
        folder: String::new(),
        keywords: Vec::new(),
        schema: body.to_owned(),
        cases: instances.iter().map(case).collect(),
        part: None,
    }
}

fn seen(observations: &[Observation]) -> Vec<&[Seen]> {
    observations.iter().map(|observation| &observation.seen[..]).collect()
}

#[test]
fn a_batch_is_compiled_run_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(Some(folder.path()), "fake").unwrap();
    let groups = [
        group("crate::Verdict::Accepted(text.to_owned())", &["1", r#"{"a": "\\n\t"}"#]),
        group("let x: u8 = text;", &["1"]),
        group("if text == \"1\" { panic!(\"no\\n1\") } else { crate::Verdict::Unknown }", &["1", "2"]),
        group(
            "if text == \"1\" { std::process::abort() } else { crate::Verdict::Refused(text.into()) }",
            &["1", "2"],
        ),
        group("crate::Verdict::Accepted(text[1..].to_owned())", &["11"]),
    ];
    let observations = observe(&Fake, &units(&groups).collect::<Vec<_>>(), &state).unwrap();
    let accepted = |text: &str| Seen::Accepted { text: text.to_owned(), again: None };
    assert_eq!(
        seen(&observations),
        [
            &[accepted("1"), accepted(r#"{"a": "\\n\t"}"#)][..],
            &[],
            &[Seen::Panicked("no\n1".to_owned()), Seen::Unknown],
            &[Seen::Panicked("the program crashed".to_owned()), Seen::Refused("2".to_owned())],
            &[accepted("1")],
        ]
    );
    let made = observations.get(1).map(|observation| &observation.made);
    assert!(matches!(made, Some(Made::Broken(error)) if error.starts_with("E0308: ")), "{made:?}");

    // Without a place to build, only what is remembered can be told.
    std::fs::remove_dir_all(state.workshop()).unwrap();
    assert_eq!(observe(&Fake, &units(&groups).collect::<Vec<_>>(), &state).unwrap(), observations);
}

#[test]
fn what_no_group_can_be_blamed_for_is_found_by_halves() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(Some(folder.path()), "fake").unwrap();
    // Two symbols of one name: only the linker objects, and it names no source file.
    let symbol = "#[unsafe(no_mangle)] pub extern \"C\" fn twice() {} crate::Verdict::Unknown";
    let groups = [group(symbol, &["1"]), group("crate::Verdict::Unknown", &["1"]), group("(", &["1"])];
    let observations = observe(&Fake, &units(&groups).collect::<Vec<_>>(), &state).unwrap();
    assert_eq!(seen(&observations), [&[Seen::Unknown][..], &[Seen::Unknown], &[]]);
}
