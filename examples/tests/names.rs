//! Every name on record is settled, once: a message of today, a retired name of one, or reserved for ever.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use support::TestResult;
use support::schema::{messages, read};

/// The names on record, with who sends each: those of the platform's lists, and those that none of them has.
const RECORD: &str = include_str!("record/names.txt");

/// How many names the platform's lists have.
const LISTED: usize = 159;

/// How a name is settled, for each way in which it is.
fn settled() -> TestResult<BTreeMap<String, Vec<String>>> {
    let mut settled: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (server, client) = (messages("ServerFrame")?, messages("ClientFrame")?);
    for name in server.union(&client) {
        settled.entry(name.clone()).or_default().push("canonical".to_owned());
    }
    for name in read("legacy/names.json")?["names"].as_array().ok_or("no names")? {
        let path = name["message"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let message = path.collect::<Vec<_>>().join("/");
        let name = name["name"].as_str().ok_or("no name")?.to_owned();
        settled.entry(name).or_default().push(format!("legacy: {message}"));
    }
    for (name, reason) in read("protocol.schema.json")?["x-reserved"].as_object().ok_or("no names")? {
        assert!(!reason.as_str().unwrap_or_default().is_empty(), "{name} has no reason");
        settled.entry(name.clone()).or_default().push("reserved".to_owned());
    }
    Ok(settled)
}

#[test]
fn every_name_on_record_is_settled_once() -> TestResult {
    let settled = settled()?;
    let lines = || RECORD.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = BTreeMap::new();
    for (index, line) in lines().enumerate() {
        let (name, _) = line.split_once(' ').ok_or("no sender")?;
        let ways = settled.get(name).map(Vec::as_slice).unwrap_or_default();
        assert_eq!(ways.len(), 1, "{name}: {ways:?}");
        let kind = ways[0].split(':').next().unwrap_or_default();
        if index < LISTED {
            *counts.entry(kind).or_default() += 1;
        } else {
            assert_eq!(kind, "legacy", "{name}");
            last.insert(name, &ways[0]);
        }
    }
    println!("{LISTED} names of the lists: {counts:?}; {} more, all legacy: {last:?}", last.len());
    assert_eq!(counts.values().sum::<usize>(), LISTED);
    // Nothing was settled that nobody ever heard of.
    for name in settled.keys() {
        assert!(lines().any(|line| line.split(' ').next() == Some(name)), "{name} is on no record");
    }
    Ok(())
}

#[test]
fn names_that_go_both_ways_are_in_both_roots() -> TestResult {
    let (server, client) = (messages("ServerFrame")?, messages("ClientFrame")?);
    let both: Vec<&String> = server.intersection(&client).collect();
    println!(
        "{} server messages, {} client messages, {} of them both: {both:?}",
        server.len(),
        client.len(),
        both.len()
    );
    for name in both {
        let file = name.replace(':', "_");
        assert!(read(&format!("both/{file}.schema.json")).is_ok(), "{name} does not live in `both`");
    }
    Ok(())
}
