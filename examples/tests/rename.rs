//! A field is renamed in the schema: neither the producer nor the consumer builds until somebody has decided, and
//! the compiler points at each use.

mod support;

use std::collections::BTreeSet;
use std::fs;
use support::drift::Workspace;
use support::{TestResult, repository};

/// The field that both examples use, and its new name.
const RENAME: (&str, &str) = ("reasoning", "rationale");

/// Where the examples use it.
const USERS: [&str; 2] = ["examples/src/client/view.rs", "examples/src/server/runs.rs"];

/// The files of the schema that know the field. In legacy forms only members are renamed: a message once had the name.
const FILES: [&str; 5] = [
    "server/agent_thinking.schema.json",
    "server/agent_thinking.invalid.json",
    "legacy/event-type.json",
    "legacy/flat.json",
    "legacy/old-name.json",
];

/// A copy of the repository's schema, generated code and examples, with the field renamed in the schema.
fn renamed() -> TestResult<Workspace> {
    let workspace = Workspace::open("rename")?;
    let root = fs::read_to_string(repository().join("Cargo.toml"))?;
    let members = root.lines().find(|line| line.starts_with("members = ")).ok_or("no members")?;
    workspace.write("Cargo.toml", &root.replace(members, r#"members = ["examples", "generated/rust"]"#))?;
    workspace.copy("schema", "schema")?;
    for file in FILES {
        let path = format!("schema/{file}");
        let text = fs::read_to_string(repository().join(&path))?;
        assert!(text.contains(RENAME.0), "{path}");
        let written = |name: &str| {
            if file.starts_with("legacy/") { format!("\"{name}\":") } else { name.to_owned() }
        };
        workspace.write(&path, &text.replace(&written(RENAME.0), &written(RENAME.1)))?;
    }
    workspace.generate(&workspace.path("schema"), "generated")?;
    workspace.copy("examples/src", "examples/src")?;
    let manifest = fs::read_to_string(repository().join("examples/Cargo.toml"))?;
    let (before, rest) = manifest.split_once("[dev-dependencies]").ok_or("no dev-dependencies")?;
    let lints = rest.find("[lints]").and_then(|at| rest.get(at..)).ok_or("no lints")?;
    workspace.write("examples/Cargo.toml", &format!("{before}{lints}"))?;
    Ok(workspace)
}

/// Every line of the examples that names the field.
fn uses() -> TestResult<BTreeSet<(String, u64)>> {
    let mut uses = BTreeSet::new();
    for file in USERS {
        let source = fs::read_to_string(repository().join(file))?;
        let lines = (1..).zip(source.lines()).filter(|(_, line)| line.contains(RENAME.0));
        let lines: Vec<(String, u64)> = lines.map(|(number, _)| (file.to_owned(), number)).collect();
        assert!(!lines.is_empty(), "{file} does not use the field");
        uses.extend(lines);
    }
    Ok(uses)
}

#[test]
fn a_renamed_field_stops_the_producer_and_the_consumer_where_they_use_it() -> TestResult {
    let compiled = renamed()?.cargo("check")?;
    for error in &compiled.errors {
        println!("{}:{}: {}", error.file, error.line, error.text);
        assert!(error.text.contains("no field"), "{}", error.text);
        assert!(error.text.contains(RENAME.0), "{}", error.text);
    }
    let places = compiled.errors.iter().map(|error| (error.file.clone(), error.line)).collect();
    assert_eq!(uses()?, places);
    Ok(())
}
