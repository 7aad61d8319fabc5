//! `framelock.toml`: which schema, for which directions, into which packages.

use crate::diagnostic::{Code, Finding};
use crate::json::Node;
use crate::load::Loader;
use crate::negotiation::numbers;
use crate::schema::dialect::Dialect;
use crate::source::{FileId, Origin, Pointer, Span};
use crate::text::quoted;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// Name of the manifest in the schema folder.
pub const FILE_NAME: &str = "framelock.toml";

/// The manifest of a protocol. It names things and sets output options; it never changes what goes over
/// the wire, which is the schema's business alone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "framelock.toml")]
pub struct Manifest {
    /// The generator itself.
    pub tool: Tool,
    /// Where the schema is and how strictly it is read.
    pub schema: SchemaSettings,
    /// The schema of what each side sends.
    #[schemars(with = "Roots")]
    pub roots: toml::Spanned<Roots>,
    /// The generated Rust package.
    pub rust: RustSettings,
    /// The generated Python package, if there is to be one.
    pub python: Option<PythonSettings>,
    /// The generated TypeScript package, if there is to be one.
    pub typescript: Option<TypeScriptSettings>,
    /// The bundled schema, if there is to be one; in the profile `strict`.
    pub bundle: Option<BundleSettings>,
    /// What the generated packages tell those who install them. Without it they cannot be published.
    pub publish: Option<PublishSettings>,
    /// What consumers do with legacy forms.
    #[serde(default)]
    pub legacy: LegacyPolicies,
    /// The versions that are still in use; without it, every version that was ever compared with.
    pub supported: Option<Supported>,
}

/// The versions of the protocol that are still in use: whom a change can break.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supported {
    /// Of servers: those that a new client may still meet, after a rollback among others.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub servers: Vec<toml::Spanned<String>>,
    /// Of clients.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub clients: Vec<toml::Spanned<String>>,
}

/// What consumers do with legacy forms, unless they are told otherwise at run time.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LegacyPolicies {
    /// Of forms that are not named below.
    #[serde(default)]
    pub policy: LegacyPolicy,
    /// Of the form with this name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, LegacyPolicy>")]
    pub forms: BTreeMap<String, toml::Spanned<LegacyPolicy>>,
}

/// What a consumer does with a legacy frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LegacyPolicy {
    /// Decode it and say nothing.
    Accept,
    /// Decode it and count it as a warning.
    #[default]
    Warn,
    /// Refuse it with a hint how to send it today.
    Refuse,
}

/// The generator itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The version of Framelock that writes the output; another one refuses to.
    #[schemars(with = "String")]
    pub version: toml::Spanned<String>,
}

/// Where the schema is and how strictly it is read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaSettings {
    /// The root file, relative to the manifest.
    #[schemars(with = "String")]
    pub root: toml::Spanned<String>,
    /// How strictly the schema is read.
    pub profile: Profile,
    /// The dialect of files that do not say theirs with `$schema`: `draft-04`, `draft-06`, `draft-07`, `2019-09` or
    /// `2020-12`.
    #[schemars(with = "Option<String>")]
    pub dialect: Option<toml::Spanned<String>>,
    /// Which type carries integers without bounds that fit 64 bits.
    #[serde(default)]
    pub integers: Integers,
    /// Files that stand for schemas elsewhere: the URI by which references call one, and its path relative to the
    /// manifest.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub resources: BTreeMap<String, toml::Spanned<String>>,
}

/// Which type carries integers without bounds that fit 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Integers {
    /// Any integer that the schema accepts, kept as it was written.
    #[default]
    Exact,
    /// A signed 64-bit integer: larger ones, which the schema accepts, are refused.
    #[serde(rename = "64-bit")]
    Bits64,
}

/// How strictly a schema is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// A closed vocabulary, everything named and described: for protocols of one's own.
    Strict,
    /// Every keyword of the dialect, as far as it can be honoured: for other people's schemas.
    Any,
}

/// Stands for every definition of the root file among [`Roots`].
pub const EVERY_DEFINITION: &str = "*";

/// The schema of the frames that each side sends, as references relative to the root file: one, or an array of them.
/// Several of one direction are the members of one union.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roots {
    /// Frames that the server sends, for example `#/$defs/ServerFrame`.
    #[schemars(with = "Option<References>")]
    pub server: Option<toml::Spanned<References>>,
    /// Frames that the client sends, for example `#/$defs/ClientFrame`.
    #[schemars(with = "Option<References>")]
    pub client: Option<toml::Spanned<References>>,
    /// What either side sends, each a type of its own; `*` stands for every definition of the root file.
    #[schemars(with = "Option<References>")]
    pub either: Option<toml::Spanned<References>>,
}

/// One reference or several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum References {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl References {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &String> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::Several(several) => several.iter(),
        }
    }
}

impl Roots {
    /// All that is named, by key.
    pub fn all(&self) -> impl Iterator<Item = &toml::Spanned<References>> {
        [&self.server, &self.client, &self.either].into_iter().flatten()
    }
}

impl SchemaSettings {
    /// The dialect of a schema file: what it says itself, or what the manifest says of files that do not.
    pub fn dialect_of(&self, root: &Node) -> Dialect {
        let declared = root.member("$schema").and_then(|member| member.value.string());
        let default = self.dialect.as_ref().map(|name| name.get_ref().as_str());
        declared
            .and_then(Dialect::from_uri)
            .or_else(|| default.and_then(Dialect::from_name))
            .unwrap_or(Dialect::Draft202012)
    }
}

/// The generated Rust package.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RustSettings {
    /// Name of the package.
    #[schemars(with = "String", regex(pattern = r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$"))]
    pub package: toml::Spanned<String>,
    /// Version of the package (Semantic Versioning); it follows what breaks source code.
    #[schemars(with = "String")]
    pub version: toml::Spanned<String>,
}

/// The generated Python package.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PythonSettings {
    /// Name of the package; it is imported with underscores for hyphens.
    #[schemars(with = "String", regex(pattern = r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$"))]
    pub package: toml::Spanned<String>,
    /// Version of the package (Semantic Versioning); it follows what breaks source code.
    #[schemars(with = "String")]
    pub version: toml::Spanned<String>,
}

/// The generated TypeScript package.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TypeScriptSettings {
    /// Name of the package, perhaps in a scope: `@netra/protocol`.
    #[schemars(
        with = "String",
        regex(pattern = r"^(@[a-z][a-z0-9]*([-_][a-z0-9]+)*/)?[a-z][a-z0-9]*([-_][a-z0-9]+)*$")
    )]
    pub package: toml::Spanned<String>,
    /// Version of the package (Semantic Versioning); it follows what breaks source code.
    #[schemars(with = "String")]
    pub version: toml::Spanned<String>,
    /// Where the schema folder is, seen from the package's: with it there is a declaration map, by which editors go from
    /// a type to where the schema defines it.
    pub schema: Option<String>,
}

/// The bundled schema: each rendering is one file without references to others.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleSettings {
    /// What the `$id` of each file begins with, its name being the rest: an absolute URI that ends in `/` or `:`. It
    /// is a name; nothing is fetched from there.
    #[schemars(with = "String")]
    pub base: toml::Spanned<String>,
}

/// What the generated packages tell those who install them from a registry.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishSettings {
    /// The licence, as an SPDX expression: `MIT OR Apache-2.0`.
    #[schemars(with = "String", regex(pattern = r"^[A-Za-z0-9.+-]+( [A-Za-z0-9.+-]+)*$"))]
    pub license: toml::Spanned<String>,
    /// Where the source is kept: an absolute URI.
    #[schemars(with = "String")]
    pub repository: toml::Spanned<String>,
}

/// A manifest and the file that it was read from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The manifest.
    pub manifest: Manifest,
    file: FileId,
}

impl Loaded {
    /// The origin of a value of the manifest.
    pub fn origin(&self, span: Range<usize>) -> Origin {
        let span = Span { start: span.start, end: span.end };
        Origin { file: self.file, span, pointer: Pointer::root() }
    }
}

/// Reads the manifest.
///
/// # Errors
/// A finding when it is missing or not as [`Manifest`] says.
pub fn read(loader: &mut Loader) -> Result<Loaded, Finding> {
    let read = read_unpinned(loader)?;
    check_tool(&read)?;
    Ok(read)
}

/// Reads the manifest of a schema that is only compared with: whatever version of Framelock writes its output.
///
/// # Errors
/// A finding when it is missing or not as [`Manifest`] says.
pub fn read_unpinned(loader: &mut Loader) -> Result<Loaded, Finding> {
    let help = "its keys are described in framelock.schema.json beside the generated code";
    let (manifest, file) = loader.read_toml(FILE_NAME, Code::InvalidManifest, help)?;
    let read = Loaded { manifest, file };
    check_values(&read)?;
    Ok(read)
}

/// Output is written by the version that the manifest asks for alone.
fn check_tool(loaded: &Loaded) -> Result<(), Finding> {
    let tool = &loaded.manifest.tool;
    let running = env!("CARGO_PKG_VERSION");
    if tool.version.get_ref() != running {
        let at = loaded.origin(tool.version.span());
        let message =
            format!("the manifest asks for framelock {}, this is {running}", quoted(tool.version.get_ref()));
        let help = "install that version, or change `tool.version` and regenerate";
        return Err(Finding::new(Code::ToolVersion, &at, message, help));
    }
    Ok(())
}

/// What TOML and serde cannot say: names that end up in files.
fn check_values(loaded: &Loaded) -> Result<(), Finding> {
    let Manifest {
        tool: _,
        rust,
        python,
        typescript,
        bundle,
        publish,
        schema,
        roots,
        legacy: _,
        supported: _,
    } = &loaded.manifest;
    check_roots(loaded, schema.profile, roots)?;
    if let Some(dialect) = schema.dialect.as_ref().filter(|name| Dialect::from_name(name.get_ref()).is_none())
    {
        let names: Vec<&str> = Dialect::ALL.into_iter().map(Dialect::name).collect();
        let message = format!("the dialect {} is not read", quoted(dialect.get_ref()));
        let help = format!("write one of {}", names.join(", "));
        return Err(Finding::new(Code::InvalidManifest, &loaded.origin(dialect.span()), message, help));
    }
    check_package(loaded, "Rust", &rust.package, &rust.version)?;
    if let Some(python) = python {
        check_package(loaded, "Python", &python.package, &python.version)?;
    }
    if let Some(typescript) = typescript {
        check_package(loaded, "TypeScript", &typescript.package, &typescript.version)?;
    }
    if let Some(bundle) = bundle {
        check_bundle(loaded, schema.profile, &bundle.base)?;
    }
    publish.as_ref().map_or(Ok(()), |publish| check_publish(loaded, publish))
}

/// What is said of a package can stand in the manifest of every language.
fn check_publish(loaded: &Loaded, publish: &PublishSettings) -> Result<(), Finding> {
    let wrong = |value: &toml::Spanned<String>, message: String, help: &str| {
        Err(Finding::new(Code::InvalidManifest, &loaded.origin(value.span()), message, help))
    };
    let license = publish.license.get_ref();
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-".contains(&byte))
    };
    if !license.split(' ').all(word) {
        let message = format!("{} is no SPDX expression", quoted(license));
        return wrong(&publish.license, message, "write one without brackets, such as `MIT OR Apache-2.0`");
    }
    let uri = publish.repository.get_ref();
    if !is_uri(uri) {
        let message = format!("{} is no absolute URI", quoted(uri));
        return wrong(&publish.repository, message, "write where the source is, beginning with `https://`");
    }
    Ok(())
}

/// Whether text is an absolute URI as it is, without characters that would have to be encoded.
fn is_uri(text: &str) -> bool {
    referencing::uri::from_str(text).is_ok_and(|parsed| parsed.as_str() == text)
}

/// The name and the version of a package can be used as such everywhere.
fn check_package(
    loaded: &Loaded,
    language: &str,
    package: &toml::Spanned<String>,
    version: &toml::Spanned<String>,
) -> Result<(), Finding> {
    let wrong = |value: &toml::Spanned<String>, message: String, help: &str| {
        Err(Finding::new(Code::InvalidManifest, &loaded.origin(value.span()), message, help))
    };
    let name = package.get_ref();
    // Packages of npm may stand in a scope.
    let scoped = name.strip_prefix('@').filter(|_| language == "TypeScript");
    let named = scoped.map_or(is_package_name(name), |scoped| {
        scoped.split_once('/').is_some_and(|(scope, name)| is_package_name(scope) && is_package_name(name))
    });
    if !named {
        let message = format!("the name of the {language} package is not one that package managers take");
        let help = "use lower-case letters, digits and single hyphens, beginning with a letter";
        return wrong(package, message, help);
    }
    if !is_version(version.get_ref()) {
        let message = format!("the version of the {language} package is not MAJOR.MINOR.PATCH");
        return wrong(version, message, "write a version such as 1.0.0");
    }
    Ok(())
}

/// A schema in the vocabulary that the bundle's renderings cover, and a base to which the name of a file can be added.
fn check_bundle(loaded: &Loaded, profile: Profile, base: &toml::Spanned<String>) -> Result<(), Finding> {
    let wrong = |message: String, help: &str| {
        Err(Finding::new(Code::InvalidManifest, &loaded.origin(base.span()), message, help))
    };
    if profile != Profile::Strict {
        let message = "a bundle is made of a schema in the profile `strict` only".to_owned();
        return wrong(message, "remove the table `bundle`");
    }
    let uri = base.get_ref();
    let is_base = uri.ends_with(['/', ':']) && !uri.contains(['?', '#']);
    if !is_base || !is_uri(uri) {
        let message = format!("{} is no absolute URI to which the name of a file can be added", quoted(uri));
        return wrong(message, "write one that ends in `/`, such as `https://example.org/schema/`");
    }
    Ok(())
}

/// A protocol of one's own has two directions, whose frames are each one union.
fn check_roots(loaded: &Loaded, profile: Profile, named: &toml::Spanned<Roots>) -> Result<(), Finding> {
    let roots = named.get_ref();
    let needed = [("server", &roots.server), ("client", &roots.client)];
    let mut missing = needed.into_iter().filter(|(_, root)| profile == Profile::Strict && root.is_none());
    let message = match missing.next() {
        Some((key, _)) => format!("missing key `{key}`"),
        None if roots.all().next().is_none() => "no root is named".to_owned(),
        None => return Ok(()),
    };
    let help = "name the schema of what each side sends, for example `server = \"#/$defs/ServerFrame\"`";
    Err(Finding::new(Code::InvalidManifest, &loaded.origin(named.span()), message, help))
}

/// Whether cargo takes this as the name of a package, and the file system everywhere as that of a folder.
pub fn is_package_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split(['-', '_']).all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// MAJOR.MINOR.PATCH without a pre-release (Semantic Versioning 2.0.0, item 2).
pub(crate) fn is_version(version: &str) -> bool {
    numbers(version).is_some()
}

/// The JSON Schema of the manifest, for editors.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Manifest).to_value()
}
