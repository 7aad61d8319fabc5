//! The schema as Rust values: every keyword parsed, every reference linked, every file's dialect checked.

mod conform;
pub mod dialect;
mod extensions;
pub mod keywords;
mod legacy;
mod link;
mod parse;
mod resolve;

pub use legacy::{
    Condition as LegacyCondition, Declaration, Fill, Legacy, LegacyForm, Loss, Name as LegacyName, NameSet,
    Sample as LegacySample, Side as LegacySide,
};
pub(crate) use parse::count;
pub(crate) use resolve::{Remote, encode};

use crate::diagnostic::{Code, Finding, Findings, Report};
use crate::json::{Document, Node};
use crate::load::Loader;
use crate::manifest::{LegacyPolicy, Loaded, Profile};
use crate::source::{FileId, Origin, Sources};
use crate::text::Text;
use dialect::Dialect;
use keywords::{JsonType, Keyword};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Index of a schema in [`Schemas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) usize);

/// Everything that was read from a schema folder.
#[derive(Debug)]
pub struct Schemas {
    arena: Vec<Schema>,
    files: resolve::Files,
    /// The schemas that the manifest names, by the side that sends what they describe.
    pub roots: Roots,
    /// What `x-protocol` of the root file says.
    pub protocol: ProtocolInfo,
    /// What is declared of retired forms and names.
    pub legacy: Legacy,
    /// What is done with legacy forms unless a receiver is told otherwise.
    pub policies: Policies,
    /// How strictly the schema is read.
    pub profile: Profile,
}

/// What is done with legacy forms unless a receiver is told otherwise.
#[derive(Debug)]
pub struct Policies {
    default: LegacyPolicy,
    /// The policies of single forms.
    pub forms: BTreeMap<String, FormPolicy>,
}

/// The policy of one form.
#[derive(Debug)]
pub struct FormPolicy {
    policy: LegacyPolicy,
    /// Where the manifest says so.
    pub origin: Origin,
}

impl Policies {
    fn of(manifest: &Loaded) -> Self {
        let declared = &manifest.manifest.legacy;
        let form = |(name, policy): (&String, &toml::Spanned<LegacyPolicy>)| {
            let form = FormPolicy { policy: *policy.get_ref(), origin: manifest.origin(policy.span()) };
            (name.clone(), form)
        };
        Self { default: declared.policy, forms: declared.forms.iter().map(form).collect() }
    }

    /// The policy of the form with this name.
    pub fn of_form(&self, name: &str) -> LegacyPolicy {
        self.forms.get(name).map_or(self.default, |form| form.policy)
    }
}

/// The schemas that the manifest names.
#[derive(Debug, Default, Clone)]
pub struct Roots {
    /// The frames that the server sends.
    pub server: Option<SchemaId>,
    /// The frames that the client sends.
    pub client: Option<SchemaId>,
    /// What either side sends.
    pub either: Vec<SchemaId>,
}

/// `x-protocol`: which protocol this is.
#[derive(Debug, Clone)]
pub struct ProtocolInfo {
    /// Its name.
    pub name: Text,
    /// Its version, which follows what breaks the wire.
    pub version: Text,
    /// `title` of the root file.
    pub title: Option<Text>,
    /// `description` of the root file.
    pub description: Option<Text>,
    /// `x-reserved`: names that no message may ever have, each with the reason.
    pub reserved: Vec<(Text, Text)>,
    /// `x-close-codes`
    pub close_codes: Vec<CloseCode>,
}

/// A code by which a WebSocket connection is closed (RFC 6455 §7.4).
#[derive(Debug, Clone)]
pub struct CloseCode {
    /// 1000 to 4999.
    pub code: u16,
    /// What it is called, in lower `snake_case`.
    pub name: Text,
    /// When it is used.
    pub description: Text,
}

/// One schema.
#[derive(Debug)]
pub struct Schema {
    /// Where it stands.
    pub origin: Origin,
    /// The name it has in `$defs`, if it stands there.
    pub name: Option<Text>,
    /// The dialect it is written in.
    pub dialect: Dialect,
    /// The URI that its references are relative to (core §8.2.1).
    pub base: Arc<str>,
    /// The `$dynamicAnchor` that it bears; empty for a `$recursiveAnchor`.
    pub dynamic_anchor: Option<Text>,
    /// What it says.
    pub body: Body,
}

/// What a schema says.
#[derive(Debug)]
pub enum Body {
    /// `true` accepts everything, `false` nothing.
    Boolean(bool),
    /// An object of keywords.
    Keywords(Box<Keywords>),
}

/// The keywords of a schema, in the terms of JSON Schema 2020-12. Lists keep the order of the file.
#[derive(Debug, Default)]
pub struct Keywords {
    /// `$ref`
    pub reference: Option<Reference>,
    /// `$dynamicRef`, or `$recursiveRef` of 2019-09
    pub dynamic_reference: Option<Reference>,
    /// `type`, as a list
    pub types: Vec<JsonType>,
    /// `const`
    pub constant: Option<Value>,
    /// `enum`
    pub enumeration: Option<Vec<Value>>,
    /// `properties`
    pub properties: Vec<Property>,
    /// `patternProperties`: regular expressions in place of names
    pub pattern_properties: Vec<Property>,
    /// `additionalProperties`
    pub additional_properties: Option<SchemaId>,
    /// `propertyNames`
    pub property_names: Option<SchemaId>,
    /// `required`
    pub required: Vec<(Text, Origin)>,
    /// `dependentRequired`, or the arrays of `dependencies`
    pub dependent_required: Vec<(Text, Vec<Text>)>,
    /// `dependentSchemas`, or the schemas of `dependencies`
    pub dependent_schemas: Vec<Property>,
    /// `unevaluatedProperties`
    pub unevaluated_properties: Option<SchemaId>,
    /// `prefixItems`, or the array of `items` in dialects before 2020-12
    pub prefix_items: Vec<SchemaId>,
    /// `items`, or `additionalItems` behind an array of `items`
    pub items: Option<SchemaId>,
    /// `contains`
    pub contains: Option<SchemaId>,
    /// `minContains`
    pub min_contains: Option<u64>,
    /// `maxContains`
    pub max_contains: Option<u64>,
    /// `unevaluatedItems`
    pub unevaluated_items: Option<SchemaId>,
    /// `allOf`
    pub all_of: Vec<SchemaId>,
    /// `anyOf`
    pub any_of: Option<Vec<SchemaId>>,
    /// `oneOf`
    pub one_of: Option<Vec<SchemaId>>,
    /// `not`
    pub not: Option<SchemaId>,
    /// `if`
    pub condition: Option<SchemaId>,
    /// `then`
    pub then: Option<SchemaId>,
    /// `else`
    pub otherwise: Option<SchemaId>,
    /// Keywords that narrow values, with their arguments.
    pub narrowing: Vec<Narrowing>,
    /// Keywords that constrain nothing.
    pub notes: Notes,
}

/// A keyword that narrows values.
#[derive(Debug)]
pub struct Narrowing {
    /// Its row in the table.
    pub keyword: &'static Keyword,
    /// Its argument.
    pub argument: Value,
}

/// A JSON value in a schema.
#[derive(Debug)]
pub struct Value {
    /// The value.
    pub node: Node,
    /// Where it stands.
    pub origin: Origin,
}

/// A property of an object schema.
#[derive(Debug)]
pub struct Property {
    /// Its name on the wire.
    pub name: Text,
    /// Its schema.
    pub schema: SchemaId,
}

/// A `$ref`.
#[derive(Debug)]
pub struct Reference {
    /// As written.
    pub text: String,
    /// Where the string stands.
    pub origin: Origin,
    /// What it leads to; set once all files are read.
    pub target: Option<SchemaId>,
}

/// Annotations and Framelock's vocabulary.
#[derive(Debug, Default)]
pub struct Notes {
    /// `title`
    pub title: Option<Text>,
    /// `description`
    pub description: Option<Text>,
    /// `deprecated`
    pub deprecated: bool,
    /// `examples`
    pub examples: Vec<Value>,
    /// `format`, and where it stands
    pub format: Option<(Text, Origin)>,
    /// `x-group`: what the types of the file have to do with
    pub group: Option<Text>,
    /// `x-unit`
    pub unit: Option<Text>,
    /// `x-known-values`: the values of an open enumeration, each with its description
    pub known_values: Option<Vec<(Text, Text)>>,
    /// `x-value-descriptions`: what the values of `enum` mean
    pub value_descriptions: Vec<(Text, Text)>,
    /// `x-synonyms`: retired spellings of the property that this schema describes
    pub synonyms: Vec<Synonym>,
    /// `x-refused`: properties that the object refuses though they are spellings of none, each with the reason
    pub refused: Vec<(Text, Text)>,
}

/// A retired spelling of a property.
#[derive(Debug, Clone)]
pub struct Synonym {
    /// The name that it had.
    pub name: Text,
    /// What its value was measured or written in, where that is not what the property holds.
    pub unit: Option<OldUnit>,
    /// Where the schema says so.
    pub origin: Origin,
}

/// What the value of a retired spelling was measured or written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldUnit {
    /// Seconds, with a fraction.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// A text of ISO 8601, with or without a zone.
    Iso8601,
}

impl OldUnit {
    /// Every unit, by its name in a schema.
    pub const NAMES: [(&'static str, Self); 3] =
        [("seconds", Self::Seconds), ("milliseconds", Self::Milliseconds), ("iso-8601", Self::Iso8601)];

    /// The unit with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, unit)| *unit)
    }
}

impl Schemas {
    /// The schema with this id; ids only come from here, so there always is one.
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.arena[id.0]
    }

    /// Whether the `jsonschema` crate says that a schema accepts a value; nothing if it does not take the schema.
    /// `formats` says whether formats are asserted.
    pub(crate) fn accepts(&self, id: SchemaId, value: &serde_json::Value, formats: bool) -> Option<bool> {
        conform::accepts(&self.files, self.get(id), value, formats)
    }

    /// The documents that were read, the root first.
    pub fn documents(&self) -> &[Document] {
        self.files.documents()
    }

    /// The document of a file.
    pub fn document(&self, file: FileId) -> Option<&Document> {
        self.files.document(file)
    }

    /// How many schemas there are.
    pub fn len(&self) -> usize {
        self.arena.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.arena.is_empty()
    }

    /// All schemas, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        self.arena.iter().enumerate().map(|(index, schema)| (SchemaId(index), schema))
    }
}

impl Roots {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = SchemaId> {
        self.server.into_iter().chain(self.client).chain(self.either.iter().copied())
    }
}

impl Schema {
    /// The keywords; none of a boolean schema.
    pub fn keywords(&self) -> Option<&Keywords> {
        match &self.body {
            Body::Keywords(keywords) => Some(keywords),
            Body::Boolean(_) => None,
        }
    }
}

impl Keywords {
    /// `oneOf`, or `anyOf`, which means the same where the members exclude each other.
    pub fn union(&self) -> Option<&Vec<SchemaId>> {
        self.one_of.as_ref().or(self.any_of.as_ref())
    }

    /// The keywords present that decide a shape, unions under the name of `oneOf`.
    pub fn shape_keywords(&self) -> Vec<&'static str> {
        let present = [
            ("$ref", self.reference.is_some()),
            ("$dynamicRef", self.dynamic_reference.is_some()),
            ("type", !self.types.is_empty()),
            ("const", self.constant.is_some()),
            ("enum", self.enumeration.is_some()),
            ("properties", !self.properties.is_empty()),
            ("patternProperties", !self.pattern_properties.is_empty()),
            ("required", !self.required.is_empty()),
            ("additionalProperties", self.additional_properties.is_some()),
            ("propertyNames", self.property_names.is_some()),
            ("dependentRequired", !self.dependent_required.is_empty()),
            ("dependentSchemas", !self.dependent_schemas.is_empty()),
            ("unevaluatedProperties", self.unevaluated_properties.is_some()),
            ("prefixItems", !self.prefix_items.is_empty()),
            ("items", self.items.is_some()),
            ("contains", self.contains.is_some()),
            ("unevaluatedItems", self.unevaluated_items.is_some()),
            ("oneOf", self.union().is_some()),
            ("allOf", !self.all_of.is_empty()),
            ("not", self.not.is_some()),
            ("if", self.condition.is_some()),
            ("x-known-values", self.notes.known_values.is_some()),
        ];
        present.into_iter().filter_map(|(name, is_there)| is_there.then_some(name)).collect()
    }

    /// Whether no keyword says anything about values.
    pub fn accepts_anything(&self) -> bool {
        self.shape_keywords().is_empty() && self.narrowing.is_empty()
    }

    /// Whether the schema says nothing about values but what its `$ref` says.
    pub fn is_plain_reference(&self) -> bool {
        self.shape_keywords() == ["$ref"] && self.narrowing.is_empty()
    }
}

/// Reads the root file and everything that it refers to.
///
/// # Errors
/// The report of all that is wrong: unreadable files, broken JSON, wrong dialects and keywords, references
/// that lead nowhere.
pub fn read(loader: &mut Loader, manifest: &Loaded) -> Result<Schemas, Report> {
    let mut findings = Findings::default();
    let mut files = resolve::Files::default();
    files.read_all(loader, manifest, &mut findings);
    findings.propagate(loader.sources())?;

    let strict = manifest.manifest.schema.profile == Profile::Strict;
    conform::keywords(files.documents(), manifest, &mut findings);
    findings.propagate_if(strict, loader.sources())?;

    let mut parsed = parse::Parsed::new(manifest.manifest.schema.profile, loader.is_alone());
    parse::documents(&files, &mut parsed, &mut findings);
    // Of other people's schemas all is told at once, references that lead nowhere among it.
    findings.propagate_if(strict, loader.sources())?;

    let roots = link::link(&files, &mut parsed, manifest, &mut findings);
    let protocol = extensions::protocol_info(files.documents(), manifest, &mut findings);
    let legacy = legacy::read(loader, &mut findings);
    findings.propagate(loader.sources())?;

    match (roots, protocol) {
        (Some(roots), Some(protocol)) => {
            let profile = manifest.manifest.schema.profile;
            let policies = Policies::of(manifest);
            Ok(Schemas { arena: parsed.arena, files, roots, protocol, legacy, policies, profile })
        }
        _ => Err(Report::new(vec![missing_root(loader, manifest)], loader.sources())),
    }
}

/// Reads the files and nothing more: which documents do their references lead to that are not at hand?
///
/// # Errors
/// The report of files that cannot be read, or are no JSON.
pub(crate) fn remote(loader: &mut Loader, manifest: &Loaded) -> Result<Vec<Remote>, Report> {
    let mut findings = Findings::default();
    let mut files = resolve::Files::default();
    files.read_all(loader, manifest, &mut findings);
    findings.propagate(loader.sources())?;
    Ok(files.remote())
}

/// Checks what the schema gives as valid against the schema itself, and that no definition lies about unused. It
/// comes last: of a schema that is wrong, an example that is not valid says little.
///
/// # Errors
/// The report of examples and legacy samples that are not valid, and of definitions that nobody refers to.
pub fn check_whole(schemas: &Schemas, sources: &Sources) -> Result<(), Report> {
    let mut findings = Findings::default();
    // What other people give as an example, or define and do not use, is theirs to mend.
    if schemas.profile == Profile::Strict {
        unreferenced(schemas, &mut findings);
        conform::examples(&schemas.files, &schemas.arena, &mut findings);
    }
    conform::legacy(schemas, &schemas.files, &mut findings);
    findings.propagate(sources)
}

/// A definition that nobody refers to is neither generated nor checked: its mistakes would go unseen.
fn unreferenced(schemas: &Schemas, findings: &mut Findings) {
    let target = |schema: &Schema| schema.keywords()?.reference.as_ref()?.target;
    let mut used: HashSet<SchemaId> = schemas.arena.iter().filter_map(target).collect();
    used.extend(schemas.roots.iter());
    for (id, schema) in schemas.iter().filter(|(id, _)| !used.contains(id)) {
        let Some(name) = &schema.name else { continue };
        let message = format!("nothing refers to the definition {}", name.quoted());
        let help = "refer to it, or delete it";
        findings.add(Code::UnreferencedDefinition, &schemas.get(id).origin, message, help);
    }
}

/// What is said when nothing more precise was.
fn missing_root(loader: &mut Loader, manifest: &Loaded) -> Finding {
    let at = loader.absent(manifest.manifest.schema.root.get_ref());
    Finding::new(
        Code::MissingRoot,
        &at,
        "the root schema says too little",
        "give it `x-protocol` and the roots",
    )
}
