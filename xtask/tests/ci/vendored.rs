//! Another repository, which has no schema of its own: it uses the packages that `framelock publish` has made, and keeps
//! copies of them.

use crate::common::Run;
use crate::repository::Repository;
use crate::sarif;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

const PACKAGE: &str = "node_modules/@netra/protocol";
const TYPES: &str = "src/protocol/cjs/schema.d.ts";
const BUNDLE: &str = "api/protocol.annotated.schema.json";

const SETTINGS: &str = r#"
# The types as they were published, the protocol in one file, and the module for Python.
[[vendored]]
package = "node_modules/@netra/protocol"
copy = "src/protocol"

[[vendored]]
package = "node_modules/@netra/protocol"
from = "protocol.annotated.schema.json"
copy = "api"

[[vendored]]
package = "site-packages/netra_protocol"
copy = "python/netra_protocol"
"#;

/// Where the packages are.
fn published(ending: &str) -> PathBuf {
    let folder = std::env::var("PUBLISHED").expect("the variable PUBLISHED names the folder of packages");
    let mut paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.find(|path| path.to_str().unwrap().ends_with(ending)).unwrap()
}

/// Installs the tarball and the wheel, as anybody would, but from files.
fn install(user: &Repository) {
    let (tarball, wheel) = (published(".tgz"), published(".whl"));
    let npm = format!(
        "rm -rf node_modules && npm install --offline --no-save --no-package-lock --no-audit --no-fund {}",
        tarball.display()
    );
    user.shell(&npm).ends(0);
    user.shell(&format!("python3 -m zipfile -e {} site-packages", wheel.display())).ends(0);
}

/// A repository with fresh copies, which its hook has let pass.
fn user() -> Repository {
    let user = Repository::empty();
    fs::write(user.path("framelock.toml"), SETTINGS).unwrap();
    fs::write(user.path(".gitignore"), "node_modules/\nsite-packages/\n").unwrap();
    fs::write(user.path("package.json"), "{ \"private\": true }").unwrap();
    install(&user);
    let missing = user.files.run(&["check"]).ends(1);
    assert!(missing.out.contains("drifted-copy: src/protocol is missing"), "{}", missing.out);
    let wrote = user.files.run(&["vendor"]).ends(0);
    assert!(
        wrote.out.starts_with("src/protocol: wrote ") && wrote.out.contains(" of netra "),
        "{}",
        wrote.out
    );
    let fine = user.files.run(&["check"]).ends(0);
    assert_eq!(fine.last_line(), "4 passed, 0 failed", "{}", fine.out);
    user.commit("What we use of the protocol").ends(0);
    user
}

/// The check fails in every format, and no commit passes; returns what a person reads.
#[track_caller]
fn found(user: &Repository, file: &str, message: &str) -> Run {
    let human = user.files.run(&["check"]).ends(1);
    assert!(human.out.contains(&format!("{file} {message}")), "{message} of {file} is not in {}", human.out);
    let github = user.files.run(&["check", "--format", "github"]).ends(1).out;
    let plain = file.rsplit_once(':').map_or(file, |(file, _)| file);
    assert!(github.contains(&format!("::error file={plain},line=")), "{github}");
    let log = user.files.run(&["check", "--format", "sarif"]).ends(1).out;
    let place = |finding: &Value| finding["locations"][0]["physicalLocation"].clone();
    let places: Vec<Value> = sarif::findings(&log).iter().map(place).collect();
    assert!(places.iter().any(|place| place["artifactLocation"]["uri"] == plain), "{log}");
    // What is only wrong with what is installed has nothing to commit.
    let stopped = user.shell("git add --all && git commit --allow-empty --quiet -m drift").ends(1);
    assert!(stopped.err.contains(message), "{stopped:?}");
    human
}

/// Discards what was done.
fn mended(user: &Repository) {
    user.files.run(&["vendor", "--force"]).ends(0);
    user.files.run(&["check"]).ends(0);
}

/// Makes the protocol of a folder require what was optional.
fn require(user: &Repository, file: &str) {
    user.files.edit_json(file, |schema| {
        schema["$defs"]["AgentThinking"]["required"].as_array_mut().unwrap().push(json!("step_number"));
    });
}

/// Makes the installed package one of another version.
fn upgrade(user: &Repository) {
    let schema = format!("{PACKAGE}/protocol.annotated.schema.json");
    require(user, &schema);
    let hash = user.shell(&format!("sha256sum {schema}")).ends(0).out;
    user.files.edit_json(&format!("{PACKAGE}/MANIFEST.json"), |manifest| {
        manifest["version"] = json!("9.0.0");
        manifest["digest"] = json!("0123456789abcdef0123456789abcdef");
        manifest["outputs"]["protocol.annotated.schema.json"]["sha256"] =
            json!(hash.split(' ').next().unwrap());
    });
}

/// The step `publish` of the check makes the packages and runs this.
#[test]
#[ignore = "needs packages: run `cargo xtask check --only publish`"]
fn a_repository_that_uses_packages_finds_drift() {
    let user = user();

    // Edited, and kept from being lost.
    user.files.edit(TYPES, |text| text.replace("step_number", "step"));
    let human = found(&user, TYPES, "was edited by hand");
    assert!(human.out.contains("+++ src/protocol/cjs/schema.d.ts (in the package)"), "{}", human.out);
    user.files.run(&["vendor"]).ends(3);
    assert!(!fs::read_to_string(user.path(TYPES)).unwrap().contains("step_number"), "the edit was lost");
    mended(&user);

    // The protocol itself: which message, and where.
    require(&user, BUNDLE);
    let text = fs::read_to_string(user.path(BUNDLE)).unwrap();
    let change = "says otherwise than the package: server→client agent_thinking /data/step_number: the property became \
                  required: optional → required";
    let line = text.lines().position(|line| line == "    \"AgentThinking\": {").unwrap() + 1;
    let human = user.files.run(&["check"]).ends(1);
    let told = human.out.lines().find(|line| line.contains(change)).expect(&human.out).to_owned();
    let place = told.strip_prefix("drifted-copy: ").unwrap().split(' ').next().unwrap();
    let at: usize = place.rsplit(':').next().unwrap().parse().unwrap();
    assert!(at > line && at < line + 200, "{told}: the message begins in line {line}");
    found(&user, place, change);
    mended(&user);

    // Deleted, and added.
    fs::remove_file(user.path("python/netra_protocol/types.py")).unwrap();
    found(&user, "python/netra_protocol/types.py", "is missing");
    mended(&user);
    fs::write(user.path("src/protocol/esm/more.js"), "").unwrap();
    found(&user, "src/protocol/esm/more.js", "is not of the package");
    fs::remove_file(user.path("src/protocol/esm/more.js")).unwrap();

    // Left behind when the package was brought up to date.
    upgrade(&user);
    let human = found(&user, "api/MANIFEST.json", "was made of netra ");
    let told = "holds netra 9.0.0 (digest 0123456789ab): server→client agent_thinking /data/step_number: the property became \
                required: optional → required";
    assert!(human.out.contains(told), "{}", human.out);
    user.files.run(&["vendor"]).ends(0);
    user.commit("Version 9 of the protocol").ends(0);

    // A package that is not what was published, or is not there.
    user.files.edit(&format!("{PACKAGE}/esm/index.js"), |text| text + "\n");
    found(
        &user,
        "framelock.toml",
        "names node_modules/@netra/protocol, whose file esm/index.js is not what was published",
    );
    fs::remove_dir_all(user.path("node_modules")).unwrap();
    found(
        &user,
        "framelock.toml",
        "names node_modules/@netra/protocol, where no package with a MANIFEST.json is installed",
    );
    user.files.run(&["vendor"]).ends(1);
}

/// What a repository generates for itself follows from its copy of the protocol, and that one from the package.
#[test]
#[ignore = "needs packages: run `cargo xtask check --only publish`"]
fn a_repository_that_generates_from_a_package_finds_drift() {
    const COPY: &str = "schema/netra/protocol.schema.json";
    let user = Repository::empty();
    fs::write(user.path("package.json"), "{ \"private\": true }").unwrap();
    fs::write(user.path(".gitignore"), "node_modules/\nsite-packages/\n").unwrap();
    let settings = "[[vendored]]\npackage = \"node_modules/@netra/protocol\"\nfrom = \"protocol.schema.json\"\n\
                    copy = \"schema/netra\"\n";
    fs::write(user.path("framelock.toml"), settings).unwrap();
    install(&user);
    user.files.run(&["vendor"]).ends(0);
    let manifest = r##"
tool.version = "0.1.0"
schema = { root = "netra/protocol.schema.json", profile = "any" }
roots = { server = "#/$defs/ServerFrame", client = "#/$defs/ClientFrame" }
rust = { package = "ours", version = "1.0.0" }
"##;
    fs::write(user.path("schema/framelock.toml"), manifest).unwrap();
    user.files.run(&["codegen"]).ends(0);
    user.commit("Our own types").ends(0);

    user.files.edit("generated/rust/src/lib.rs", |text| text + "// edited\n");
    found(&user, "generated/rust/src/lib.rs", "was edited by hand");
    user.files.run(&["codegen", "--force"]).ends(0);

    // Generated anew of an edited copy: both fit together, and neither is the package's.
    require(&user, COPY);
    user.files.run(&["codegen"]).ends(0);
    user.files.run(&["codegen", "--check"]).ends(0);
    found(&user, COPY, "was edited by hand");
    user.files.run(&["vendor", "--force"]).ends(0);
    found(&user, COPY, "changed since generated/ was written");
    user.files.run(&["codegen"]).ends(0);
    user.files.run(&["check"]).ends(0);
}
