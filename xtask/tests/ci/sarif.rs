//! Logs in SARIF, held against the standard's own schema.

use crate::common::repository;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// The schema of SARIF 2.1.0, which the crate `serde-sarif` carries.
static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = std::fs::read_to_string(crate_folder().join("src/schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // It is no regular expression as ECMA-262 has them, and about members that we do not write.
    for of in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][of]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
});

/// Where cargo has put the source of the crate.
fn crate_folder() -> PathBuf {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", host]);
    let output = cargo.current_dir(repository().join("xtask/tools/sarif")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let package =
        metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif");
    PathBuf::from(package.unwrap()["manifest_path"].as_str().unwrap()).parent().unwrap().to_path_buf()
}

/// The findings of a log, which must be valid.
#[track_caller]
pub(crate) fn findings(log: &str) -> Vec<Value> {
    let value: Value = serde_json::from_str(log).unwrap();
    let errors: Vec<String> = SCHEMA.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{log}");
    value["runs"][0]["results"].as_array().unwrap().clone()
}
