//! A throw-away repository with a small protocol, whose version 1.0.0 is released.

use crate::common::{Copy, Run, copy, repository};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The file that holds the whole protocol.
pub(crate) const SCHEMA: &str = "schema/protocol.schema.json";

/// Its manifest.
const MANIFEST: &str = r##"
tool.version = "0.1.0"
schema = { root = "protocol.schema.json", profile = "strict" }
roots = { server = "#/$defs/ServerFrame", client = "#/$defs/ClientFrame" }
rust = { package = "tiny", version = "1.0.0" }
bundle.base = "https://tiny.invalid/schema/"
"##;

/// A git repository, and the programs that its hooks and jobs find.
pub(crate) struct Repository {
    pub(crate) files: Copy,
    programs: TempDir,
}

impl Repository {
    /// A repository whose first commit is whole, and went past the hook.
    pub(crate) fn new() -> Self {
        let whole = Self::empty();
        fs::create_dir(whole.files.path("schema")).unwrap();
        let protocol = repository().join("codegen/tests/evolution/ENV-005/old.json");
        fs::copy(protocol, whole.files.path(SCHEMA)).unwrap();
        fs::write(whole.files.path("schema/framelock.toml"), MANIFEST).unwrap();
        whole.files.run(&["codegen"]).ends(0);
        whole.files.run(&["release", "1.0.0"]).ends(0);
        whole.commit("The first version").ends(0);
        whole
    }

    /// A repository that has the hook and nothing else.
    pub(crate) fn empty() -> Self {
        let files = Copy { folder: TempDir::new().unwrap() };
        let whole = Self { files, programs: programs() };
        copy(&repository().join(".githooks"), &whole.files.path(".githooks"));
        let hook = whole.files.path(".githooks/pre-commit");
        fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).unwrap();
        whole.shell("git init --quiet && git config core.hooksPath .githooks").ends(0);
        whole
    }

    /// Commits all that there is.
    pub(crate) fn commit(&self, message: &str) -> Run {
        self.shell(&format!("git add --all && git commit --quiet -m '{message}'"))
    }

    /// Runs a line of shell, as GitHub's runner does.
    pub(crate) fn shell(&self, line: &str) -> Run {
        self.shell_in(self.files.folder.path(), line)
    }

    /// The same in another folder.
    pub(crate) fn shell_in(&self, folder: &Path, line: &str) -> Run {
        let programs = self.programs.path();
        let path = std::env::var("PATH").unwrap();
        let mut bash = Command::new("bash");
        bash.args(["-e", "-c", line])
            .current_dir(folder)
            .env("PATH", format!("{}:{path}", programs.display()));
        bash.env("HOME", programs).env("GIT_CONFIG_GLOBAL", programs.join("gitconfig"));
        // The test may itself be run by a hook.
        for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
            bash.env_remove(variable);
        }
        bash.output().unwrap().into()
    }

    /// The incident: what the server sends is no longer wrapped in `data`.
    pub(crate) fn unwrap_payloads(&self) {
        self.files.edit_json(SCHEMA, |schema| {
            let definitions = &mut schema["$defs"];
            for name in ["Note", "Ping"] {
                let payload = definitions.as_object_mut().unwrap().remove(name).unwrap();
                let mut properties = payload["properties"].clone();
                properties["type"] = json!({ "const": name.to_lowercase() });
                let mut required = payload["required"].as_array().unwrap().clone();
                required.push(json!("type"));
                definitions[format!("{name}Frame")] = json!({
                    "description": "A bare message.",
                    "type": "object",
                    "properties": properties,
                    "required": required,
                });
            }
            definitions.as_object_mut().unwrap().remove("ServerEnvelope");
        });
    }

    /// Gives clients a new member of `ask` to send, optional or not.
    pub(crate) fn add_member(&self, required: bool) {
        self.files.edit_json(SCHEMA, |schema| {
            let ask = &mut schema["$defs"]["Ask"];
            ask["properties"]["topic"] = json!({ "description": "About what.", "type": "string" });
            if required {
                ask["required"].as_array_mut().unwrap().push(json!("topic"));
            }
        });
    }

    /// Gives the protocol another version.
    pub(crate) fn set_version(&self, version: &str) {
        self.files.edit_json(SCHEMA, |schema| schema["x-protocol"]["version"] = json!(version));
        self.files.run(&["codegen"]).ends(0);
    }

    /// The fingerprint of the one change that breaks somebody.
    pub(crate) fn fingerprint(&self) -> String {
        let report: Value =
            serde_json::from_str(&self.files.run(&["compat", "--format", "json"]).out).unwrap();
        let changes = report[0]["changes"].as_array().unwrap();
        let breaking: Vec<&Value> = changes.iter().filter(|change| change["verdict"] == "breaking").collect();
        assert_eq!(breaking.len(), 1, "{report}");
        breaking[0]["fingerprint"].as_str().unwrap().to_owned()
    }

    /// The line of the schema in which the drifted message begins.
    pub(crate) fn line(&self) -> usize {
        let text = fs::read_to_string(self.path(SCHEMA)).unwrap();
        text.lines().position(|line| line == "    \"NoteFrame\": {").unwrap() + 1
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.files.path(path)
    }
}

/// A folder with `framelock`, with a `cargo` that knows the alias `xtask` as `.cargo/config.toml` has it but for the
/// building, and with the settings of git.
fn programs() -> TempDir {
    let folder = TempDir::new().unwrap();
    let alias = fs::read_to_string(repository().join(".cargo/config.toml")).unwrap();
    assert!(alias.contains("xtask = \"run --quiet --package framelock --features network --\""), "{alias}");
    symlink(env!("CARGO_BIN_EXE_framelock"), folder.path().join("framelock")).unwrap();
    let cargo = folder.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\n[ \"$1\" = xtask ] && shift && exec framelock \"$@\"\n").unwrap();
    fs::set_permissions(cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let settings = "[user]\nname = a\nemail = a@example.org\n[init]\ndefaultBranch = main\n[advice]\ndetachedHead = false\n";
    fs::write(folder.path().join("gitconfig"), settings).unwrap();
    folder
}
