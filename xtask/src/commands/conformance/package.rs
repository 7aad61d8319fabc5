//! The crate that holds the code of many groups, and runs it.

use super::framelock::moved;
use super::group::Group;
use super::subject::{Code, Entry, Subject};
use framelock_codegen::output::sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The name of the crate.
pub(super) const NAME: &str = "conformance-batch";

/// The program.
const MAIN: &str = include_str!("runner.rs.txt");

/// What the library holds beside its modules. It is one so that public code that nobody calls is not dead.
const VERDICT: &str = "//! Generated code.

/// What became of an instance.
pub enum Verdict {
    Refused(String),
    Unknown,
    Accepted(String),
}

";

/// The module that calls a group's code.
const CALL: &str = "conformance_call";

/// The code of a unit, and where it stands in its batch.
#[derive(Debug)]
pub(super) struct Member<'a> {
    /// The unit's place in the batch.
    pub index: usize,
    /// Its groups.
    pub unit: &'a [Group],
    /// Its code.
    pub code: Code,
}

impl Member<'_> {
    /// The module of the unit.
    pub(super) fn module(&self) -> String {
        module(self.index)
    }
}

/// The name of a unit's module.
fn module(index: usize) -> String {
    format!("g{index:04}")
}

/// The place in its batch of the unit that a source file belongs to.
pub(super) fn owner(file: &str) -> Option<usize> {
    let file = file.replace('\\', "/");
    let module = file.strip_prefix("src/")?.split('/').next()?;
    module.strip_prefix('g')?.parse().ok()
}

/// All files of the crate.
pub(super) fn files(subject: &dyn Subject, members: &[&Member<'_>]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for member in members {
        let shared = member.code.shared.iter();
        files.extend(shared.map(|(path, text)| (format!("src/{path}"), text.clone())));
        let name = member.module();
        let mut own = moved(&member.code.module, &name);
        own.insert("mod.rs".to_owned(), tree(own.keys().map(String::as_str)));
        own.insert(format!("{CALL}.rs"), calls(&member.code));
        files.extend(own.into_iter().map(|(path, text)| (format!("src/{name}/{path}"), text)));
    }
    files.insert("Cargo.toml".to_owned(), manifest(members));
    files.insert("src/lib.rs".to_owned(), root(subject, members));
    files.insert("src/main.rs".to_owned(), MAIN.to_owned());
    files
}

/// A name for what a crate holds and is asked: the same code and instances have the same name.
pub(super) fn digest(files: &BTreeMap<String, String>, jobs: &str) -> String {
    let files = files.iter().map(|(path, text)| format!("{path} {}\n", sha256(text.as_bytes())));
    sha256(format!("{}{jobs}", files.collect::<String>()).as_bytes())
}

/// The instances, a line each: the place of the group among those of all members, and the text.
pub(super) fn jobs(members: &[&Member<'_>]) -> String {
    let mut text = String::new();
    for (place, group) in members.iter().flat_map(|member| member.unit).enumerate() {
        for case in &group.cases {
            let _ = writeln!(text, "{place}\t{}", case.text);
        }
    }
    text
}

/// What every module has, and the only one that knows the generator's way to read and write.
fn calls(code: &Code) -> String {
    let one = |(place, entry): (usize, &Entry)| {
        format!("pub fn call{place}<'a>(text: &'a str) -> crate::Verdict {{\n    {}\n}}\n", entry.call)
    };
    code.entries.iter().enumerate().map(one).collect()
}

fn root(subject: &dyn Subject, members: &[&Member<'_>]) -> String {
    let level = |strict| if strict { "deny" } else { "allow" };
    let shared = members.iter().flat_map(|member| member.code.shared.keys());
    let shared: BTreeSet<&str> = shared.map(|path| first(path)).collect();
    let strict = level(members.iter().any(|member| member.code.strict));
    let mut text = VERDICT.to_owned();
    for module in shared {
        let _ = writeln!(text, "#[{strict}(warnings)]\npub mod {module};");
    }
    for member in members {
        let _ = writeln!(text, "#[{}(warnings)]\npub mod {};", level(member.code.strict), member.module());
    }
    text.push_str(subject.prelude());
    text.push_str("\npub const CALLS: &[fn(&str) -> Verdict] = &[\n");
    for member in members {
        for place in 0..member.code.entries.len() {
            let _ = writeln!(text, "    {}::{CALL}::call{place},", member.module());
        }
    }
    text.push_str("];\n");
    text
}

/// The name of the module that a path begins with.
fn first(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or_default();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The declarations of modules that make these files one module.
fn tree<'a>(files: impl Iterator<Item = &'a str>) -> String {
    // Not each call needs all that it imports.
    let mut text = format!("#[allow(warnings)]\npub mod {CALL};\n");
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files {
        match file.split_once('/') {
            Some((folder, rest)) => folders.entry(folder).or_default().push(rest),
            None => {
                let _ = writeln!(text, "pub mod {};", first(file));
            }
        }
    }
    for (folder, files) in folders {
        let inner: Vec<String> = files.iter().map(|file| format!("pub mod {};", first(file))).collect();
        let _ = writeln!(text, "pub mod {folder} {{ {} }}", inner.join(" "));
    }
    text
}

fn manifest(members: &[&Member<'_>]) -> String {
    let mut tables = toml::Table::new();
    for name in ["dependencies", "features"] {
        let mut merged = toml::Table::new();
        for member in members {
            if let Some(toml::Value::Table(table)) = member.code.cargo.get(name) {
                merged.extend(table.clone());
            }
        }
        tables.insert(name.to_owned(), toml::Value::Table(merged));
    }
    format!(
        "[package]\nname = \"{NAME}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{tables}\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n[workspace]\n"
    )
}

#[cfg(test)]
mod tests {
    use super::{owner, tree};

    #[test]
    fn an_error_is_blamed_on_a_group() {
        assert_eq!(owner("src/g0012/from_either/consumer.rs"), Some(12));
        assert_eq!(owner("src\\g0003\\mod.rs"), Some(3));
        assert_eq!(owner("src/main.rs"), None);
        assert_eq!(owner("src/generic/mod.rs"), None);
    }

    #[test]
    fn files_become_a_tree_of_modules() {
        let text = tree(["from_either/consumer.rs", "from_either/producer.rs", "types.rs"].into_iter());
        assert_eq!(
            text,
            "#[allow(warnings)]\npub mod conformance_call;\npub mod types;\n\
             pub mod from_either { pub mod consumer; pub mod producer; }\n"
        );
    }
}
