//! Generators of others: each is run as a program that reads a schema and prints Rust with a type `Root`.

use super::group::Group;
use super::observe::{Made, Typing};
use super::subject::{Code, Entry, Prepared, Subject};
use anyhow::{Context as _, bail};
use framelock_codegen::output::sha256;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the generators are, below the folder that holds the schema folder.
const FOLDER: &str = "target/competitors";

/// The script that installs them.
const SCRIPT: &str = "xtask/tools/competitors.sh";

/// What is told about a generator of others.
#[derive(Debug)]
struct About {
    name: &'static str,
    /// The program, below [`FOLDER`].
    program: &'static str,
    /// What it is told, before the file of the schema.
    arguments: &'static [&'static str],
    /// What its output needs.
    dependencies: &'static str,
}

const TYPIFY: About = About {
    name: "typify",
    program: "bin/framelock-typify",
    arguments: &[],
    dependencies: "[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n\
                   chrono = { version = \"0.4\", features = [\"serde\"] }\nregress = \"0.12\"\n\
                   uuid = { version = \"1\", features = [\"serde\"] }\n",
};

const QUICKTYPE: About = About {
    name: "quicktype",
    program: "node_modules/.bin/quicktype",
    arguments: &["--lang", "rust", "--src-lang", "schema", "--top-level", "Root", "--visibility", "public"],
    dependencies: "[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n",
};

/// A generator of others, installed.
#[derive(Debug)]
pub(super) struct External {
    about: &'static About,
    program: PathBuf,
    version: String,
    /// Where its output is kept: it is slow to start, and the same schema gives the same.
    cache: PathBuf,
}

/// What a program printed, and how it ended.
#[derive(Debug, Serialize, Deserialize)]
struct Printed {
    out: String,
    err: String,
    code: Option<i32>,
}

impl External {
    /// The typify library.
    ///
    /// # Errors
    /// It is not installed.
    pub(super) fn typify(root: &Path, cache: &Path) -> anyhow::Result<Self> {
        Self::installed(&TYPIFY, root, cache)
    }

    /// The npm package quicktype.
    ///
    /// # Errors
    /// It is not installed.
    pub(super) fn quicktype(root: &Path, cache: &Path) -> anyhow::Result<Self> {
        Self::installed(&QUICKTYPE, root, cache)
    }

    fn installed(about: &'static About, root: &Path, cache: &Path) -> anyhow::Result<Self> {
        let folder = root.join(FOLDER);
        let program = folder.join(about.program);
        let version = fs::read_to_string(folder.join(format!("{}.version", about.name)));
        match (version, program.canonicalize()) {
            (Ok(version), Ok(program)) => {
                Ok(Self { about, program, version: version.trim().to_owned(), cache: cache.to_path_buf() })
            }
            _ => bail!("{} is not installed in {FOLDER}; run: sh {SCRIPT}", about.name),
        }
    }

    /// What the program prints for a schema, now or in an earlier run.
    fn printed(&self, schema: &str) -> anyhow::Result<Printed> {
        let arguments = self.about.arguments.join(" ");
        let key = sha256(format!("{} {arguments} {schema}", self.title()).as_bytes());
        let file = self.cache.join(format!("{key}.json"));
        let kept = fs::read_to_string(&file).ok();
        if let Some(printed) = kept.and_then(|text| serde_json::from_str(&text).ok()) {
            return Ok(printed);
        }
        let printed = self.run(schema)?;
        let text = serde_json::to_string(&printed)?;
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(printed)
    }

    /// Runs the program.
    fn run(&self, schema: &str) -> anyhow::Result<Printed> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let file = folder.path().join("schema.json");
        fs::write(&file, schema).context("cannot write a schema")?;
        let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
        let status = Command::new(&self.program)
            .args(self.about.arguments)
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(err.try_clone()?)
            .status()
            .with_context(|| format!("cannot run {}", self.about.name))?;
        Ok(Printed { out: read(&mut out)?, err: read(&mut err)?, code: status.code() })
    }
}

impl Subject for External {
    fn title(&self) -> String {
        format!("{} {}", self.about.name, self.version)
    }

    fn prepare(&self, unit: &[Group]) -> anyhow::Result<Prepared> {
        let [group] = unit else { bail!("{} makes one type of a schema, not several", self.about.name) };
        let Printed { out, err, code } = self.printed(&group.schema)?;
        if code == Some(0) {
            return Ok(Prepared::Code(generated(out, self.about)));
        }
        // Rust's programs end with 101 in a panic; one that a signal ended has no code.
        Ok(Prepared::Without(match code {
            None | Some(101) => Made::Panicked(err),
            Some(_) => Made::Refused { precise: false, said: err },
        }))
    }

    fn prelude(&self) -> &'static str {
        "
fn read<T: serde::de::DeserializeOwned + serde::Serialize>(text: &str) -> Verdict {
    match serde_json::from_str::<T>(text) {
        Ok(value) => Verdict::Accepted(serde_json::to_string(&value).unwrap_or_default()),
        Err(error) => Verdict::Refused(error.to_string()),
    }
}
"
    }
}

/// The output as a module.
fn generated(text: String, about: &About) -> Code {
    let typing = Typing { typed: !is_json(&text, "Root"), ..Typing::default() };
    let entry = Entry { call: "crate::read::<super::code::Root>(text)".to_owned(), typing };
    Code {
        module: [("code.rs".to_owned(), text)].into(),
        cargo: toml::from_str(about.dependencies).unwrap_or_default(),
        entries: vec![entry],
        ..Code::default()
    }
}

/// Whether a type is another name for any JSON, or that in a struct of its own.
fn is_json(text: &str, name: &str) -> bool {
    let (alias, tuple) = (format!("pub type {name} = "), format!("pub struct {name}("));
    if let Some(target) = text.lines().find_map(|line| line.strip_prefix(&alias)) {
        let target = target.trim_end_matches(';');
        return target.contains("serde_json :: ") || target.contains("serde_json::") || is_json(text, target);
    }
    text.lines().any(|line| line.starts_with(&tuple) && line.contains("serde_json::"))
}

fn read(file: &mut File) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn a_wrapped_value_is_no_type() {
        for text in [
            "pub type Root = Option<serde_json::Value>;",
            "pub type Root = HashMap<String, Option<serde_json::Value>>;",
            "pub struct Foo(pub ::serde_json::Value);\npub type Root = Foo;",
        ] {
            assert!(is_json(text, "Root"), "{text}");
        }
        for text in ["pub type Root = Vec<i64>;", "pub struct Root {\n    pub a: serde_json::Value,\n}"] {
            assert!(!is_json(text, "Root"), "{text}");
        }
    }
}
