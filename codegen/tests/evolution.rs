//! Every rule by which changes are told has a pair of protocols that shows it: `tests/evolution/<rule>/old.json` and
//! `new.json`, and in `expected.txt` what is told, a line each. A rule that says otherwise than the proof fails here.
//!
//! `UPDATE_EXPECT=1 cargo test --test evolution` writes `expected.txt` anew, and fails so that nobody forgets to read
//! the difference.

use framelock_codegen::evolution::rules::{ELSEWHERE, Effect, RULES};
use framelock_codegen::evolution::{Change, Comparison, Fact, Settings, Verdict, Version, compare};
use framelock_codegen::manifest::Manifest;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The one rule that speaks where no other one does.
const CONTENT: &str = "UNI-005";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evolution")
}

fn names() -> BTreeSet<String> {
    let entries = fs::read_dir(fixtures()).unwrap().map(Result::unwrap);
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// Who sends what in the fixtures.
fn manifest() -> Manifest {
    toml::from_str(
        "tool.version = \"0\"\nschema = { root = \"-\", profile = \"strict\" }\n\
         roots = { server = \"#/$defs/ServerFrame\", client = \"#/$defs/ClientFrame\" }\n\
         rust = { package = \"tiny\", version = \"1.0.0\" }\n",
    )
    .unwrap()
}

/// A version: a file, or a folder where it takes several.
fn read(rule: &str, name: &str) -> Version {
    let path = fixtures().join(rule).join(name);
    let read = if path.is_dir() {
        Version::read_folder(&path)
    } else {
        Version::read_file(&path.with_extension("json"), Some(&manifest()))
    };
    read.unwrap_or_else(|report| panic!("{}: {report}", path.display()))
}

fn compared(rule: &str) -> Comparison {
    compare(&read(rule, "old"), &read(rule, "new"), &Settings::default())
}

fn line(change: &Change) -> String {
    let shown = |value: &Option<String>| value.as_deref().unwrap_or("-").to_owned();
    format!(
        "{} {} {} {} {} | old consumer {} | new consumer {} | {} → {}",
        change.verdict.name(),
        change.rule.id,
        change.sender.name(),
        change.message.as_deref().unwrap_or("*"),
        if change.path.is_empty() { "/" } else { &change.path },
        change.facts.old_consumer.name(),
        change.facts.new_consumer.name(),
        shown(&change.before),
        shown(&change.after),
    )
}

#[test]
fn every_rule_applies_or_says_why_not() {
    let rules = RULES.iter().map(|rule| rule.id);
    let elsewhere = ELSEWHERE.iter().flat_map(|group| group.rules).copied();
    let all: Vec<&str> = rules.chain(elsewhere).collect();
    let different: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(all.len(), 225);
    assert_eq!(different.len(), 225, "a rule stands twice");
    assert!(ELSEWHERE.iter().all(|group| !group.reason.is_empty()));
}

#[test]
fn every_rule_that_applies_has_its_pair() {
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    let names = names();
    let missing: Vec<&String> = rules.difference(&names).collect();
    let unknown: Vec<&String> = names.difference(&rules).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "without a pair: {missing:?}; of no rule: {unknown:?}");
}

#[test]
fn what_is_told_is_what_is_expected() {
    let mut wrong = String::new();
    for rule in names() {
        let mut told = String::new();
        for change in &compared(&rule).changes {
            let _ = writeln!(told, "{}", line(change));
        }
        let path = fixtures().join(&rule).join("expected.txt");
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if told != expected || !path.exists() {
            let _ = writeln!(wrong, "{rule}:\n{told}instead of\n{expected}");
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(&path, told).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A rule that leaves frames as they are is shown by a pair of which nothing is told.
fn is_silent(rule: &str) -> bool {
    const SILENT: [&str; 13] = [
        "ENM-010", "FLD-019", "FLD-020", "FLD-021", "FLD-030", "MET-001", "MET-004", "NUM-010", "NUM-011",
        "UNI-006", "UNI-013", "UNI-020", "MET-002",
    ];
    SILENT.contains(&rule)
}

#[test]
fn rules_and_proofs_agree() {
    let mut wrong = String::new();
    for rule in names() {
        let comparison = compared(&rule);
        let told: BTreeSet<&str> = comparison.changes.iter().map(|change| change.rule.id).collect();
        if is_silent(&rule) != told.is_empty() || !is_silent(&rule) && !told.contains(rule.as_str()) {
            let _ = writeln!(wrong, "{rule}: told is {told:?}");
        }
        for claim in &comparison.overclaimed {
            let _ = writeln!(
                wrong,
                "{rule}: {} says too much of {} {}",
                claim.rule.id, claim.message, claim.path
            );
        }
        if rule != CONTENT && told.contains(CONTENT) {
            let _ = writeln!(wrong, "{rule}: the proof found what no rule tells");
        }
        let unknown = |change: &&Change| change.verdict == Verdict::Unknown;
        for change in comparison.changes.iter().filter(unknown) {
            let _ = writeln!(wrong, "{rule}: not proved: {}", line(change));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn frames_that_are_refused_are_shown() {
    for rule in RULES.iter().filter(|rule| [rule.old_consumer, rule.new_consumer].contains(&Effect::Refuses))
    {
        let changes = compared(rule.id).changes;
        let shown = |change: &Change| {
            let facts = [&change.facts.old_consumer, &change.facts.new_consumer];
            facts.into_iter().all(|fact| !matches!(fact, Fact::Refused { witness: None }))
        };
        assert!(changes.iter().all(shown), "{}", rule.id);
    }
}

/// What becomes of a message from one schema of it to another.
fn of_schemas(old: &Value, new: &Value) -> Comparison {
    let folder = tempfile::tempdir().unwrap();
    let version = |name: &str, note: &Value| {
        let path = folder.path().join(name);
        let dialect = "https://json-schema.org/draft/2020-12/schema";
        let other = json!({ "type": "object", "properties": { "kind": { "const": "other" } } });
        let schema = json!({ "$schema": dialect, "$defs": { "Note": note, "Other": other } });
        fs::write(&path, schema.to_string()).unwrap();
        Version::read_file(&path, None).unwrap_or_else(|report| panic!("{report}"))
    };
    compare(&version("old.json", old), &version("new.json", new), &Settings::default())
}

#[test]
fn schemas_declare_together_what_a_producer_can_emit() {
    let note = |of: &str| {
        let part = |name: &str, of: &str| {
            let data = json!({ "type": "object", "properties": { name: { "type": of } } });
            json!({ "type": "object", "properties": { "data": data } })
        };
        json!({ "allOf": [part("x", "string"), part("y", of)] })
    };
    // Each part alone would leave the other one's property out, and prove too much.
    let comparison = of_schemas(&note("string"), &note("integer"));
    let witness = comparison.changes.iter().find_map(Change::witness).unwrap();
    assert!(witness["data"].get("y").is_some(), "{witness}");
    assert_eq!(comparison.verdict(), Verdict::Breaking);
}

#[test]
fn a_producer_emits_what_the_schema_says_may_be_there() {
    let note = |additional: Value| {
        let more = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "additionalProperties": additional });
        json!({ "type": "object", "properties": { "more": more } })
    };
    // Undeclared properties of an open object are nobody's, those of a map are somebody's.
    let closed = json!({ "type": "object", "properties": { "more": { "type": "object", "properties": { "a": { "type": "string" } } } } });
    assert_eq!(of_schemas(&closed, &note(json!(false))).verdict(), Verdict::Told);
    assert_eq!(
        of_schemas(&note(json!({ "type": "string" })), &note(json!(false))).verdict(),
        Verdict::Breaking
    );
}

#[test]
fn one_member_of_each_union_is_emitted() {
    let note = |of: &[&str], more: &str| {
        let member = |name: &&str| json!({ "type": "object", "properties": { *name: { "type": "string" }, "more": { "type": more } }, "required": [name] });
        json!({ "oneOf": of.iter().map(member).collect::<Vec<_>>() })
    };
    assert_eq!(
        of_schemas(&note(&["a", "b"], "string"), &note(&["b", "a"], "string")).verdict(),
        Verdict::Safe
    );
    assert_eq!(
        of_schemas(&note(&["a", "b"], "string"), &note(&["a", "b"], "integer")).verdict(),
        Verdict::Breaking
    );
}

#[test]
fn each_change_says_itself_whom_it_breaks() {
    let note = |text: Value, required: &[&str]| {
        let at = json!({ "type": "integer" });
        json!({ "type": "object", "properties": { "text": text, "at": at }, "required": required })
    };
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let comparison = of_schemas(&note(text("^a$"), &[]), &note(text("^[ab]$"), &["at"]));
    let of = |comparison: &Comparison, rule: &str| {
        let change = comparison.changes.iter().find(|change| change.rule.id == rule).unwrap();
        ([change.facts.old_consumer.name(), change.facts.new_consumer.name()], change.together)
    };
    assert_eq!(of(&comparison, "STR-007"), (["refuted", "proved"], false));
    assert_eq!(of(&comparison, "FLD-008"), (["proved", "refuted"], false));

    // Of two changes of one value nobody can tell which it is.
    let longer = json!({ "type": "string", "pattern": "^[ab]$", "minLength": 9 });
    let comparison = of_schemas(&note(text("^a+$"), &[]), &note(longer, &["at"]));
    assert_eq!(of(&comparison, "FLD-008"), (["proved", "refuted"], false));
    assert!(of(&comparison, "STR-001").1 && of(&comparison, "STR-007").1, "{comparison:?}");
}
