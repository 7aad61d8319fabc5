//! Pairs that other people labelled, and schemas with instances, where they are at hand beside this repository.

use super::{assert_witness, validator, verdict};
use framelock_codegen::compat::Verdict;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Pairs that are decided, and not as they are labelled; why the label is not followed.
const OTHERWISE: &[(&str, &str)] = &[
    ("getsentry/any_of/number_1", "all numbers are accepted on both sides"),
    ("getsentry/any_of/objects_3", "a schema of `properties` alone accepts what is no object"),
    ("getsentry/format/format_add", "formats are not asserted"),
    ("getsentry/format/format_change", "formats are not asserted"),
    ("getsentry/range/redundant_minimum_3", "`minimum: 1` is the narrower of the two bounds"),
    ("jsoncompat/pattern_properties_fall_back_to_additional_properties", "{\"x\": null} shows the contrary"),
];

/// Pairs that are not decided: a schema refers to itself for the same value.
const UNKNOWN: &[&str] = &[
    "jsoncompat/dependent_required_recursive_property_names",
    "jsoncompat/recursive_allof_enum_not_empty",
    "jsoncompat/same_value_recursive_applicator_narrowed",
];

/// A folder of cases beside the repository; a line that nobody overlooks if it is not there.
fn cases(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases").join(folder);
    if !path.exists() {
        eprintln!("SKIPPED: labelled cases are not here: there is no {}", path.display());
    }
    path.exists().then_some(path)
}

#[test]
fn labels_of_other_tools_are_met() {
    let Some(path) = cases("compat/pairs.jsonl") else { return };
    let text = fs::read_to_string(path).unwrap();
    let pairs: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let start = Instant::now();
    let (mut met, mut otherwise, mut unknown) = (0, Vec::new(), Vec::new());
    for pair in &pairs {
        let (id, draft) = (pair["id"].as_str().unwrap(), pair["draft"].as_str().unwrap());
        let (old, new) = (&pair["old"], &pair["new"]);
        let is_shown = pair["has_witness_old_only"] == true;
        match (verdict(old, new, draft), pair["old_in_new"].as_bool().unwrap()) {
            (Verdict::Proved, label) => {
                assert!(!is_shown, "{id}: {} shows the contrary", pair["witness_old_only"]);
                if label { met += 1 } else { otherwise.push(id) }
            }
            (Verdict::Refuted { witness }, label) => {
                assert_witness(old, new, draft, &witness);
                if label { otherwise.push(id) } else { met += 1 }
            }
            (Verdict::Unknown { .. }, _) => unknown.push(id),
        }
    }
    let took = start.elapsed();
    println!(
        "{} pairs in {took:?}: {met} as labelled, {} otherwise, {} unknown",
        pairs.len(),
        otherwise.len(),
        unknown.len()
    );
    otherwise.sort_unstable();
    assert_eq!(otherwise, OTHERWISE.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    unknown.sort_unstable();
    assert_eq!(unknown, UNKNOWN);
    assert!(took < Duration::from_secs(20), "{took:?}");
}

/// Files below a folder that hold groups of a schema and instances.
fn groups(folder: &Path) -> Vec<Vec<Value>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let groups: Option<Vec<Value>> = serde_json::from_slice(&fs::read(path).unwrap()).ok();
                found
                    .extend(groups.filter(|groups| groups.iter().all(|group| group.get("schema").is_some())));
            }
        }
    }
    found
}

#[test]
fn instances_of_other_suites_contradict_no_proof() {
    let Some(folder) = cases("conformance/json-schema-test-suite") else { return };
    let (mut proved, mut decided, mut asked) = (0, 0, 0);
    for groups in groups(&folder) {
        for old in &groups {
            for new in groups.iter().take(8) {
                asked += 1;
                let (old, new) = (&old["schema"], &new["schema"]);
                let verdict = verdict(old, new, "2020-12");
                decided += usize::from(verdict.name() != "unknown");
                if verdict != Verdict::Proved {
                    continue;
                }
                proved += 1;
                // What the validator does not take says nothing.
                let (Some(accepts), Some(wants)) = (validator(old, "2020-12"), validator(new, "2020-12"))
                else {
                    continue;
                };
                let tests = groups.iter().filter_map(|group| group["tests"].as_array()).flatten();
                for data in tests.map(|test| &test["data"]) {
                    let shows = accepts.is_valid(data) && !wants.is_valid(data);
                    assert!(!shows, "{data} shows that {old} is not included in {new}");
                }
            }
        }
    }
    println!("{asked} pairs: {decided} decided, {proved} of them proved");
    assert!(proved > 200 && decided * 100 > asked * 85, "{asked} pairs, {decided} decided, {proved} proved");
}
