//! The schema as Rust values: every keyword parsed, every reference linked, every file's dialect checked.

mod conform;
pub mod keywords;
mod legacy;
mod parse;
mod resolve;

pub use legacy::{Declaration, Fill, LegacyForm, Policy as LegacyPolicy, Side as LegacySide};

use crate::diagnostic::{Code, Finding, Findings, Report};
use crate::json::{Document, Node};
use crate::load::Loader;
use crate::manifest::Loaded;
use crate::source::{FileId, Origin, Sources};
use crate::text::Text;
use keywords::{JsonType, Keyword};
use std::collections::HashSet;

/// Index of a schema in [`Schemas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) usize);

/// Everything that was read from a schema folder.
#[derive(Debug)]
pub struct Schemas {
    arena: Vec<Schema>,
    files: resolve::Files,
    /// The schema of the frames that the server sends.
    pub server: SchemaId,
    /// The schema of the frames that the client sends.
    pub client: SchemaId,
    /// What `x-protocol` of the root file says.
    pub protocol: ProtocolInfo,
    /// The declared legacy forms, by file name.
    pub legacy: Vec<LegacyForm>,
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
}

/// One schema.
#[derive(Debug)]
pub struct Schema {
    /// Where it stands.
    pub origin: Origin,
    /// The name it has in `$defs`, if it stands there.
    pub name: Option<Text>,
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

/// The keywords of a schema. Lists keep the order of the file.
#[derive(Debug, Default)]
pub struct Keywords {
    /// `$ref`
    pub reference: Option<Reference>,
    /// `type`, as a list
    pub types: Vec<JsonType>,
    /// `const`
    pub constant: Option<Value>,
    /// `enum`
    pub enumeration: Option<Vec<Value>>,
    /// `properties`
    pub properties: Vec<Property>,
    /// `required`
    pub required: Vec<(Text, Origin)>,
    /// `additionalProperties`
    pub additional_properties: Option<SchemaId>,
    /// `items`
    pub items: Option<SchemaId>,
    /// `oneOf`, or `anyOf` with which it means the same where the members exclude each other
    pub union: Option<Vec<SchemaId>>,
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
    /// `x-unit`
    pub unit: Option<Text>,
    /// `x-known-values`: the values of an open enumeration, each with its description
    pub known_values: Option<Vec<(Text, Text)>>,
    /// `x-value-descriptions`: what the values of `enum` mean
    pub value_descriptions: Vec<(Text, Text)>,
    /// `x-synonyms`: retired spellings of the property that this schema describes
    pub synonyms: Vec<(Text, Origin)>,
}

impl Schemas {
    /// The schema with this id; ids only come from here, so there always is one.
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.arena[id.0]
    }

    /// The documents that were read, the root first.
    pub fn documents(&self) -> &[Document] {
        self.files.documents()
    }

    /// The document of a file.
    pub fn document(&self, file: FileId) -> Option<&Document> {
        self.files.document(file)
    }

    /// All schemas, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        self.arena.iter().enumerate().map(|(index, schema)| (SchemaId(index), schema))
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
    /// The keywords present that decide a shape, unions under the name of `oneOf`.
    pub fn shape_keywords(&self) -> Vec<&'static str> {
        let present = [
            ("$ref", self.reference.is_some()),
            ("type", !self.types.is_empty()),
            ("const", self.constant.is_some()),
            ("enum", self.enumeration.is_some()),
            ("properties", !self.properties.is_empty()),
            ("required", !self.required.is_empty()),
            ("additionalProperties", self.additional_properties.is_some()),
            ("items", self.items.is_some()),
            ("oneOf", self.union.is_some()),
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

    conform::keywords(files.documents(), &mut findings);
    findings.propagate(loader.sources())?;

    let mut parsed = parse::documents(files.documents(), &mut findings);
    findings.propagate(loader.sources())?;

    let roots = resolve::link(&files, &mut parsed, manifest, &mut findings);
    let protocol = parse::protocol_info(files.documents(), &mut findings);
    let legacy = legacy::read(loader, &mut findings);
    findings.propagate(loader.sources())?;

    match (roots, protocol) {
        (Some((server, client)), Some(protocol)) => {
            Ok(Schemas { arena: parsed.arena, files, server, client, protocol, legacy })
        }
        _ => Err(Report::new(vec![missing_root(loader, manifest)], loader.sources())),
    }
}

/// Checks what the schema gives as valid against the schema itself, and that no definition lies about unused. It
/// comes last: of a schema that is wrong, an example that is not valid says little.
///
/// # Errors
/// The report of examples and legacy samples that are not valid, and of definitions that nobody refers to.
pub fn check_whole(schemas: &Schemas, sources: &Sources) -> Result<(), Report> {
    let mut findings = Findings::default();
    unreferenced(schemas, &mut findings);
    conform::examples(&schemas.files, &schemas.arena, &mut findings);
    conform::legacy(schemas, &schemas.files, &mut findings);
    findings.propagate(sources)
}

/// A definition that nobody refers to is neither generated nor checked: its mistakes would go unseen.
fn unreferenced(schemas: &Schemas, findings: &mut Findings) {
    let target = |schema: &Schema| schema.keywords()?.reference.as_ref()?.target;
    let mut used: HashSet<SchemaId> = schemas.arena.iter().filter_map(target).collect();
    used.extend([schemas.server, schemas.client]);
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
