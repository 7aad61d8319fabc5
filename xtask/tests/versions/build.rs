//! Builds the programs: a package of each version is generated, and a program is compiled against each.

use super::common::{Copy, Run, copy, repository};
use framelock_codegen::Config;
use framelock_codegen::evolution::{Change, Settings, Verdict, Version, compare};
use framelock_codegen::release::{BUNDLE, LEGACY, Release};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What the tests run.
pub(crate) struct Programs {
    /// Built from 1.0.0.
    pub(crate) old: PathBuf,
    /// Built from the candidate for 2.0.0.
    pub(crate) new: PathBuf,
    /// What the candidate means on the wire.
    pub(crate) digest: String,
    folder: PathBuf,
}

impl Programs {
    /// A file of the candidate's packages.
    pub(crate) fn new_package(&self, path: &str) -> PathBuf {
        self.folder.join("protocols/new").join(path)
    }
}

/// The programs, built once in a run; another run builds them anew if something changed.
pub(crate) fn programs() -> &'static Programs {
    static BUILT: OnceLock<Programs> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("versions");
        let (released, wire) = frozen("1.0.0");
        let old = generate(&released.path("schema"), &folder.join("protocols/old"));
        assert_eq!(old, wire, "the program would not be of what was released");
        let digest = generate(&candidate().path("schema"), &folder.join("protocols/new"));
        for (program, text) in
            [("old", include_str!("programs/old.rs")), ("new", include_str!("programs/new.rs"))]
        {
            put(&folder.join(program).join("src/main.rs"), text);
            put(&folder.join(program).join("src/wire.rs"), include_str!("programs/wire.rs"));
            put(&folder.join(program).join("Cargo.toml"), &MANIFEST.replace("PROGRAM", program));
        }
        put(&folder.join("Cargo.toml"), WORKSPACE);
        // The versions that this repository has, so that nothing is fetched.
        put(&folder.join("Cargo.lock"), &fs::read_to_string(repository().join("Cargo.lock")).unwrap());
        let output = Command::new(env!("CARGO"))
            .args(["build", "--offline", "--quiet"])
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .env("RUSTFLAGS", "-Dwarnings")
            .output()
            .unwrap();
        Run::from(output).ends(0);
        let program =
            |name: &str| folder.join("target/debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        Programs { old: program("old"), new: program("new"), digest, folder }
    })
}

const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"old\", \"new\"]\nexclude = [\"protocols\"]\n\n[profile.dev]\ndebug = false\n";

const MANIFEST: &str = r#"[package]
name = "PROGRAM"
version = "0.1.0"
edition = "2024"

[dependencies]
netra-protocol = { path = "../protocols/PROGRAM/rust" }
tungstenite = { version = "0.30", default-features = false, features = ["handshake"] }
"#;

/// Writes a file, if it is not as it should be: what did not change is not compiled again.
fn put(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Generates the packages of a schema folder, and returns what it means on the wire.
fn generate(schema: &Path, out: &Path) -> String {
    let generation = Config::new(schema).generate().unwrap_or_else(|report| panic!("{report}"));
    for output in &generation.outputs {
        put(&out.join(&output.path), &output.text);
    }
    generation.protocol.digest
}

/// A schema folder that holds what was released, and the digest that the release has on the wire.
fn frozen(version: &str) -> (Copy, String) {
    let folder = Copy::empty();
    let release = Release::read(&repository().join("schema/releases").join(version)).unwrap();
    let json = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(release.folder.join(name)).unwrap()).unwrap()
    };
    let (mut bundle, legacy) = (json(BUNDLE), json(LEGACY));
    // What a bundle is called as a document of its own.
    bundle.as_object_mut().unwrap().remove("$id");
    for definition in bundle["$defs"].as_object_mut().unwrap().values_mut() {
        // Groups are those of files.
        definition.as_object_mut().unwrap().remove("x-group");
    }
    put(&folder.path("schema").join(BUNDLE), &bundle.to_string());
    for (path, text) in legacy["files"].as_object().unwrap() {
        put(&folder.path("schema").join(path), &text.to_string());
    }
    let roots = release.record.roots.iter().fold(String::new(), |mut roots, (side, references)| {
        writeln!(roots, "{side} = {references:?}").unwrap();
        roots
    });
    let manifest = format!(
        "tool.version = {:?}\nschema = {{ root = {BUNDLE:?}, profile = \"strict\" }}\n\
         rust = {{ package = \"netra-protocol\", version = {version:?} }}\n\n[roots]\n{roots}",
        env!("CARGO_PKG_VERSION")
    );
    put(&folder.path("schema/framelock.toml"), &manifest);
    (folder, release.record.wire.clone())
}

/// What becomes of frames, by the message and the place that a change is about.
const ADAPTERS: [(&str, &str, &str); 4] = [
    ("corpus:created", "", r#"adapter = [{ drop = "", from = "old", loss = "that a corpus was created" }]"#),
    (
        "example_message",
        "",
        r#"adapter = [
    { drop = "/type", from = "old", instead = '"user_message"', loss = "that the text was an example" },
    { drop = "/data/example_message_id", from = "old", loss = "which example it was" },
]"#,
    ),
    ("thread_renamed", "/data/new_title", r#"adapter = [{ move = "/data/new_title", to = "/data/title" }]"#),
    ("thread_renamed", "/data/title", "adapted_with = "),
];

/// The next major version, with its notes.
fn candidate() -> Copy {
    let candidate = Copy::new();
    copy(&repository().join("schema/releases"), &candidate.path("schema/releases"));
    for kind in ["schema", "invalid"] {
        candidate.edit(&format!("schema/server/thread_renamed.{kind}.json"), |text| {
            text.replace("new_title", "title")
        });
        for gone in ["server/corpus_created", "client/example_message"] {
            fs::remove_file(candidate.path(&format!("schema/{gone}.{kind}.json"))).unwrap();
        }
    }
    candidate.edit_json("schema/protocol.schema.json", |root| {
        root["x-protocol"]["version"] = json!("2.0.0");
        for side in ["ServerFrame", "ClientFrame"] {
            let gone = ["server/corpus_created.schema.json", "client/example_message.schema.json"];
            let members = root["$defs"][side]["oneOf"].as_array_mut().unwrap();
            members.retain(|member| !gone.iter().any(|gone| member["$ref"] == *gone));
        }
        for name in ["corpus:created", "example_message"] {
            root["x-reserved"][name] = json!("Removed in 2.0.0.");
        }
    });
    let notes = notes(&candidate.path("schema"));
    fs::write(candidate.path("schema/releases/next.toml"), notes).unwrap();
    candidate
}

/// A note for each change that breaks a peer of a release.
fn notes(schema: &Path) -> String {
    let now = Version::read_folder(schema).unwrap();
    let mut broken: BTreeMap<String, Change> = BTreeMap::new();
    for release in Release::all(schema).unwrap() {
        let compared = compare(&release.version().unwrap(), &now, &Settings::default());
        let breaking = compared.changes.into_iter().filter(|change| change.verdict >= Verdict::Unknown);
        broken.extend(breaking.map(|change| (change.fingerprint.clone(), change)));
    }
    assert_eq!(broken.len(), ADAPTERS.len(), "{broken:#?}");
    let about = |message: &str, path: &str| {
        let found =
            broken.values().find(|change| change.message.as_deref() == Some(message) && change.path == path);
        found
            .unwrap_or_else(|| panic!("nothing changed at {message} {path}: {broken:#?}"))
            .fingerprint
            .clone()
    };
    let renamed = about("thread_renamed", "/data/new_title");
    let note = |(message, path, adapter): &(&str, &str, &str)| {
        let adapter =
            if adapter.ends_with("= ") { format!("{adapter}{renamed:?}") } else { (*adapter).to_owned() };
        format!(
            "[breaking.{}]\nwhat = \"{message} {path}\"\nwhy = \"One name for one thing.\"\n\
             migrate = \"Use what is there.\"\nsunset = \"3.0.0\"\n{adapter}\n",
            about(message, path)
        )
    };
    ADAPTERS.iter().map(note).collect::<Vec<_>>().join("\n")
}
