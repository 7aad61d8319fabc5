//! Framelock itself, run in this process.

use super::bare::Part;
use super::group::Group;
use super::observe::{Made, Typing};
use super::precise::is_precise;
use super::resource::Resource;
use super::subject::{Code, Entry, Prepared, Subject};
use anyhow::Context as _;
use framelock_codegen::diagnostic::Report;
use framelock_codegen::emit::rust::{self, Root};
use framelock_codegen::model::{Protocol, Shape};
use framelock_codegen::schema::dialect::Dialect;
use framelock_codegen::schema::keywords::JsonType;
use framelock_codegen::{Config, Generation};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

/// The folder of the Rust package in the output.
const PACKAGE: &str = "rust/";

/// Modules that do not depend on the schema: they stand once in a crate.
const SHARED: [&str; 4] = ["support", "pattern", "backtracking", "plan"];

/// The generator of this repository.
#[derive(Debug)]
pub(super) struct Framelock {
    resources: Vec<Resource>,
}

impl Framelock {
    /// The generator, with the documents that schemas may refer to.
    pub(super) fn new(resources: Vec<Resource>) -> Self {
        Self { resources }
    }

    /// Writes the schema folder of a group.
    fn write(&self, group: &Group, folder: &Path) -> anyhow::Result<()> {
        let concerned = self.resources.iter().filter(|resource| resource.concerns(&group.schema));
        let concerned: Vec<&Resource> = concerned.collect();
        let mut manifest = manifest(group.part.as_ref());
        if !concerned.is_empty() {
            manifest.push_str("[schema.resources]\n");
        }
        for (index, resource) in concerned.iter().enumerate() {
            let path = format!("resource-{index}.json");
            let _ = writeln!(manifest, "{} = \"{path}\"", toml::Value::String(resource.uri.clone()));
            fs::write(folder.join(path), &resource.text)?;
        }
        let text = group.part.as_ref().map_or(&group.schema, |part| &part.file.text);
        fs::write(folder.join("schema.json"), text)?;
        fs::write(folder.join("framelock.toml"), manifest)?;
        Ok(())
    }
}

impl Subject for Framelock {
    fn title(&self) -> String {
        format!("framelock {}", env!("CARGO_PKG_VERSION"))
    }

    fn prepare(&self, unit: &[Group]) -> anyhow::Result<Prepared> {
        let Some(group) = unit.first() else { return Ok(Prepared::Code(Code::default())) };
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        self.write(group, folder.path()).context("cannot write a schema folder")?;
        let generated = quietly(|| Config::new(folder.path()).generate());
        Ok(match generated {
            Err(panic) => Prepared::Without(Made::Panicked(panic)),
            Ok(Err(report)) => Prepared::Without(refused(&report, folder.path())),
            Ok(Ok(generation)) => code(&generation, unit),
        })
    }

    fn prelude(&self) -> &'static str {
        r"
fn read<'a, T, E>(text: &'a str, parse: impl Fn(&'a str) -> Result<T, E>) -> Verdict
where
    T: support::Decode<'a> + support::Encode,
    E: std::fmt::Display,
{
    match (parse(text), support::decode_keeping::<T>(text)) {
        (Err(error), _) => Verdict::Refused(error.to_string()),
        (Ok(_), Ok(decoded)) if decoded.unknown => Verdict::Unknown,
        (Ok(value), _) => Verdict::Accepted(support::to_json(&value)),
    }
}
"
    }
}

/// The manifest of a schema that is nobody's protocol.
fn manifest(part: Option<&Part>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let dialect = part.map_or(Dialect::Draft202012, |part| part.file.dialect).name();
    // The parts of a bare schema are its definitions, and behind them the root if it is one, too.
    let roots = match part.map(|part| (part.pointer.as_str(), part.file.has_definitions())) {
        None | Some(("", false)) => "\"#\"",
        Some(("", true)) => "[\"#\", \"*\"]",
        Some(_) => "\"*\"",
    };
    format!(
        "[tool]\nversion = \"{version}\"\n[roots]\neither = {roots}\n\
         [rust]\npackage = \"group\"\nversion = \"0.0.0\"\n\
         [schema]\nroot = \"schema.json\"\nprofile = \"any\"\ndialect = \"{dialect}\"\n"
    )
}

/// Runs something that should not panic, and says nothing if it does.
fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(hook);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        text.unwrap_or("a panic without a message").to_owned()
    })
}

fn refused(report: &Report, folder: &Path) -> Made {
    let mut precise = true;
    let mut said = Vec::new();
    for finding in report.findings() {
        let name = Path::new(finding.path()).file_name().unwrap_or_default();
        let text = fs::read_to_string(folder.join(name)).unwrap_or_default();
        precise &= is_precise(finding.code().name(), finding.pointer(), finding.message(), &text);
        said.push(format!("{}: {} (#{})", finding.code().name(), finding.message(), finding.pointer()));
    }
    Made::Refused { precise, said: said.join("; ") }
}

/// The generated package as parts of a crate that holds several, if it has a type for each group.
fn code(generation: &Generation, unit: &[Group]) -> Prepared {
    let mut code = Code { strict: unit.iter().any(|group| group.part.is_some()), ..modules(generation) };
    let roots = rust::roots(&generation.protocol);
    for group in unit {
        let pointer = group.part.as_ref().map(|part| part.pointer.clone()).unwrap_or_default();
        let Some(root) = roots.iter().find(|root| root.pointer == pointer) else {
            let said = format!("there is no type for {pointer}");
            return Prepared::Without(Made::Refused { precise: false, said });
        };
        let typing = typing(&generation.protocol, root, group, &code);
        let call = if group.part.is_some() { call(root) } else { CALL.to_owned() };
        code.entries.push(Entry { call, typing });
    }
    Prepared::Code(code)
}

/// The way into a module with one root.
const CALL: &str = "crate::read(text, super::from_either::consumer::parse_keeping_unknown)";

/// The way into a module with several roots: the type is written as in the module of consumers.
fn call(root: &Root) -> String {
    format!(
        "use super::from_either::consumer::*; use super::types; use crate::support; use std::borrow::Cow;\n    \
         crate::read::<{}, _>(text, |text| support::parse_keeping(text).map(|decoded| decoded.value))",
        root.rust_type
    )
}

/// The files of the generated package.
fn modules(generation: &Generation) -> Code {
    let mut code = Code::default();
    for output in &generation.outputs {
        let Some(path) = output.path.strip_prefix(PACKAGE) else { continue };
        match path.strip_prefix("src/") {
            None if path == "Cargo.toml" => code.cargo = toml::from_str(&output.text).unwrap_or_default(),
            None | Some("lib.rs") => {}
            // What is behind features that are not asked for here.
            Some(path) if path.ends_with("samples.rs") || path.ends_with("schema.rs") => {}
            Some(path) if SHARED.contains(&top(path)) => {
                code.shared.insert(path.to_owned(), output.text.clone());
            }
            Some(path) => {
                code.module.insert(path.to_owned(), output.text.clone());
            }
        }
    }
    code
}

/// The module of the root of a crate that a file belongs to.
fn top(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or_default();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// How much of the schema became types: whether the root's says more than that it is JSON, and what the code needs
/// beside types.
fn typing(protocol: &Protocol, root: &Root, group: &Group, code: &Code) -> Typing {
    let shape = &protocol.ty(root.ty).shape;
    let typed = is_typed(protocol, shape);
    let lists = group.part.as_ref().is_some_and(Part::lists_properties);
    let dependencies = code.cargo.get("dependencies").and_then(toml::Value::as_table);
    Typing {
        typed,
        interpreted: code.module.values().any(|text| text.contains("plan::")),
        lost: lists && !has_members(protocol, shape),
        delegated: dependencies.is_some_and(|dependencies| dependencies.contains_key("jsonschema")),
    }
}

/// Whether a type is more than a JSON value under another name.
fn is_typed(protocol: &Protocol, shape: &Shape) -> bool {
    match shape {
        Shape::Any | Shape::FreeObject => false,
        Shape::Checked(inner) => is_typed(protocol, &protocol.ty(*inner).shape),
        _ => true,
    }
}

/// Whether the objects of a type, if it has any, are more than a map of JSON values.
fn has_members(protocol: &Protocol, shape: &Shape) -> bool {
    match shape {
        Shape::Any | Shape::FreeObject => false,
        Shape::Checked(inner) | Shape::Nullable(inner) => has_members(protocol, &protocol.ty(*inner).shape),
        Shape::Mixed(mixed) => {
            let mut members = mixed.members.iter();
            let objects = members.find(|(kind, _)| *kind == JsonType::Object);
            objects.is_none_or(|(_, member)| has_members(protocol, &protocol.ty(*member).shape))
        }
        _ => true,
    }
}

/// Moves the files of a generated package one module down: paths from the root of the crate to what the schema
/// made now lead through `crate::<name>`.
pub(super) fn moved(module: &BTreeMap<String, String>, name: &str) -> BTreeMap<String, String> {
    let tops: Vec<&str> = module.keys().map(|path| top(path)).collect();
    let move_one = |text: &String| {
        tops.iter().fold(text.clone(), |text, top| {
            text.replace(&format!("crate::{top}"), &format!("crate::{name}::{top}"))
        })
    };
    module.iter().map(|(path, text)| (path.clone(), move_one(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn paths_follow_the_module() {
        let files = [("types.rs", "pub struct A;"), ("from_either/consumer.rs", "use crate::{x};")];
        let mut files: std::collections::BTreeMap<String, String> =
            files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        files.insert("from_either/producer.rs".into(), "use crate::support; use crate::types;".into());
        let moved = moved(&files, "g0007");
        assert_eq!(
            moved.get("from_either/producer.rs").map(String::as_str),
            Some("use crate::support; use crate::g0007::types;")
        );
    }
}
