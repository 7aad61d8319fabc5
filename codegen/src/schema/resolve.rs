//! Files and references. The `referencing` crate decides what a reference means (RFC 3986, JSON Schema core
//! §8.2); this module decides which files may be read, and turns its answers into links.

use super::dialect::Dialect;
use crate::diagnostic::{Code, Finding, Findings};
use crate::json::{self, Document, Member, Node};
use crate::load::Loader;
use crate::manifest::{EVERY_DEFINITION, Loaded, Profile};
use crate::source::{FileId, Origin, Pointer};
use crate::text::quoted;
use referencing::{Registry, ResourceRef, SPECIFICATIONS, uri};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The schema folder as a URI. It names no real place: files are found by what stands behind it.
pub(super) const FOLDER: &str = "file:///framelock/schema/";

/// The documents of a run, each with its URI and as a plain value.
#[derive(Debug, Default)]
pub(super) struct Files {
    documents: Vec<Document>,
    uris: Vec<String>,
    values: Vec<Cow<'static, Value>>,
    by_uri: HashMap<String, usize>,
    by_file: HashMap<FileId, usize>,
    /// Every `$id`, absolute.
    identifiers: HashSet<String>,
    /// What is wrong with references that lead to nothing that was read, if it matters.
    unresolved: Vec<Finding>,
}

impl Files {
    /// What is wrong with references that lead to nothing that was read. They may be no references at all, in places
    /// where no schema is expected: the `referencing` crate knows.
    pub(super) fn unresolved(&self) -> &[Finding] {
        &self.unresolved
    }

    pub(super) fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Reads the root file, then every file that a reference leads to, until there is no new one.
    pub(super) fn read_all(&mut self, loader: &mut Loader, manifest: &Loaded, findings: &mut Findings) {
        let settings = &manifest.manifest.schema;
        let mut reader = Reader { files: self, loader, manifest, findings, open: Vec::new() };
        let at = manifest.origin(settings.root.span());
        reader.read(settings.root.get_ref(), None, &at);
        for uri in reader.loader.given() {
            match reader.loader.read(&uri) {
                Ok(file) => reader.add(file, uri, None),
                Err(refusal) => {
                    let at = reader.loader.absent(&uri);
                    reader.findings.report(refusal.at(&at));
                }
            }
        }
        for (uri, path) in &settings.resources {
            reader.read(path.get_ref(), Some(uri), &manifest.origin(path.span()));
        }
        let Some(base) = reader.files.uris.first().cloned() else { return };
        for roots in manifest.manifest.roots.get_ref().all() {
            let at = manifest.origin(roots.span());
            for reference in roots.get_ref().iter().filter(|reference| *reference != EVERY_DEFINITION) {
                reader.follow(&base, reference, &at);
            }
        }
        let mut next = 0;
        while let Some(document) = reader.files.documents.get(next) {
            let base = reader.files.uris.get(next).cloned().unwrap_or_default();
            let mut walk = Walk { document, found: Vec::new(), identifiers: Vec::new() };
            walk.schema(&document.root, &Pointer::root(), &base, document.dialect);
            let Walk { found, identifiers, .. } = walk;
            reader.files.identifiers.extend(identifiers);
            for (base, text, at) in found {
                reader.follow(&base, &text, &at);
            }
            next += 1;
        }
        let Reader { open, .. } = reader;
        self.unresolved =
            open.into_iter().filter(|(uri, _)| !self.knows(uri)).map(|(_, finding)| finding).collect();
    }

    /// Documents that references lead to and that are neither in the schema folder nor known.
    pub(super) fn remote(&self) -> Vec<Remote> {
        let mut found: Vec<Remote> = Vec::new();
        for (document, base) in self.documents.iter().zip(&self.uris) {
            let mut walk = Walk { document, found: Vec::new(), identifiers: Vec::new() };
            walk.schema(&document.root, &Pointer::root(), base, document.dialect);
            for (base, text, _) in walk.found {
                let (path, fragment) = text.split_once('#').unwrap_or((&text, ""));
                let Some(uri) = absolute(&base, path) else { continue };
                let is_remote = matches!(file_of(&base, &text), Err(Refusal::Remote));
                if !is_remote || self.knows(&uri) || metaschema(&uri).is_some() {
                    continue;
                }
                let fragment = decode(fragment).unwrap_or_default();
                match found.iter_mut().find(|remote| remote.uri == uri) {
                    Some(remote) => remote.fragments.push(fragment),
                    None => found.push(Remote { uri, fragments: vec![fragment] }),
                }
            }
        }
        found
    }

    /// All documents as the `referencing` crate wants them, and the URI of each file.
    pub(super) fn registry(&self) -> Result<Registry<'_>, referencing::Error> {
        let mut registry = Registry::new();
        for ((uri, value), document) in self.uris.iter().zip(&self.values).zip(&self.documents) {
            let resource = ResourceRef::new(value.as_ref(), document.dialect.draft());
            registry = registry.add(uri, resource)?;
        }
        registry.prepare()
    }

    /// The document of a file.
    pub(super) fn document(&self, file: FileId) -> Option<&Document> {
        self.documents.get(*self.by_file.get(&file)?)
    }

    /// A file as a plain value.
    pub(super) fn value(&self, file: FileId) -> Option<&Value> {
        self.values.get(*self.by_file.get(&file)?).map(Cow::as_ref)
    }

    /// The document with this URI.
    pub(super) fn by_uri(&self, uri: &str) -> Option<&Document> {
        self.documents.get(*self.by_uri.get(uri)?)
    }

    /// Whether something goes by this absolute URI.
    fn knows(&self, uri: &str) -> bool {
        self.by_uri.contains_key(uri) || self.identifiers.contains(uri)
    }

    /// The URI of a file.
    pub(super) fn uri(&self, file: FileId) -> Option<&str> {
        self.uris.get(*self.by_file.get(&file)?).map(String::as_str)
    }
}

/// What is said of a reference to a document that somebody has to bring along.
pub(super) fn not_at_hand(text: &str, at: &Origin) -> Finding {
    let message = format!("the reference {} leads to a schema that is not at hand", quoted(text));
    let help = "copy that schema into the schema folder and name it under `schema.resources` of the manifest, or pass `--resource URI=FILE`";
    Finding::new(Code::RemoteReference, at, message, help)
}

/// A document that is not at hand.
#[derive(Debug)]
pub(crate) struct Remote {
    /// Its address.
    pub(crate) uri: String,
    /// What follows the `#` in each reference to it.
    pub(crate) fragments: Vec<String>,
}

/// Reads documents into [`Files`].
struct Reader<'a> {
    files: &'a mut Files,
    loader: &'a mut Loader,
    manifest: &'a Loaded,
    findings: &'a mut Findings,
    /// References that lead out of the folder, with their URIs: an `$id` further on may go by one.
    open: Vec<(String, Finding)>,
}

impl Reader<'_> {
    /// Reads the file that a reference leads to, if it leads to a file.
    fn follow(&mut self, base: &str, text: &str, at: &Origin) {
        let strict = self.manifest.manifest.schema.profile == Profile::Strict;
        let target = absolute(base, text.split('#').next().unwrap_or_default());
        if target.as_deref().is_some_and(|target| self.files.knows(target)) {
            return;
        }
        if let Some(given) = target.as_deref().filter(|target| self.loader.is_given(target)) {
            return self.read(given, Some(given), at);
        }
        if let Some(metaschema) = target.as_deref().filter(|_| !strict).and_then(metaschema) {
            return self.metaschema(target.as_deref().unwrap_or_default(), metaschema);
        }
        match file_of(base, text) {
            Ok(path) => self.read(&path, None, at),
            // Whether an `$id` further on goes by this URI shows when all files are read.
            Err(refusal @ (Refusal::Outside | Refusal::Remote)) if !strict => {
                let finding = match refusal {
                    Refusal::Remote => not_at_hand(text, at),
                    refusal => refusal.at(at, text),
                };
                self.open.push((target.unwrap_or_default(), finding));
            }
            Err(refusal) => self.findings.report(refusal.at(at, text)),
        }
    }

    fn read(&mut self, path: &str, uri: Option<&str>, at: &Origin) {
        let uri = uri.map_or_else(|| format!("{FOLDER}{}", encode(path)), str::to_owned);
        if self.files.by_uri.contains_key(&uri) {
            return;
        }
        let file = match self.loader.read(path) {
            Ok(file) => file,
            Err(refusal) => return self.findings.report(refusal.at(at)),
        };
        self.add(file, uri, None);
    }

    /// A metaschema of JSON Schema itself, which nobody has to bring along.
    fn metaschema(&mut self, uri: &str, metaschema: &'static Value) {
        let file = self.loader.add_known(uri, &metaschema.to_string());
        self.add(file, uri.to_owned(), Some(metaschema));
    }

    /// `known` is the value that the `referencing` crate has of it: it answers with that one.
    fn add(&mut self, file: FileId, uri: String, known: Option<&'static Value>) {
        let text = self.loader.sources().get(file).map(|source| source.text.clone()).unwrap_or_default();
        let Some(mut document) = json::parse(file, &text, self.findings) else { return };
        document.dialect = self.manifest.manifest.schema.dialect_of(&document.root);
        let files = &mut *self.files;
        files.by_uri.insert(uri.clone(), files.documents.len());
        files.by_file.insert(file, files.documents.len());
        files.values.push(known.map_or_else(|| Cow::Owned(document.root.to_value()), Cow::Borrowed));
        files.documents.push(document);
        files.uris.push(uri);
    }
}

/// The metaschema with this URI.
fn metaschema(uri: &str) -> Option<&'static Value> {
    let base = uri::from_str(uri).ok()?;
    Some(SPECIFICATIONS.resolver(base).lookup("").ok()?.contents())
}

/// The `$id` (in draft-04 `id`) of a schema, if it names a resource and not just a place in one: in older dialects it
/// may be a fragment, and says nothing beside a `$ref`.
pub(super) fn identifier(schema: &Node, dialect: Dialect) -> Option<&str> {
    let name = if dialect == Dialect::Draft4 { "id" } else { "$id" };
    let alone = dialect.reference_stands_alone() && schema.member("$ref").is_some();
    let identifier = schema.member(name)?.value.string().filter(|_| !alone)?;
    let resource = identifier.split('#').next().unwrap_or_default();
    (!resource.is_empty()).then_some(resource)
}

/// A URI reference made absolute (RFC 3986 §5).
pub(super) fn absolute(base: &str, reference: &str) -> Option<String> {
    let base = uri::from_str(base).ok()?;
    let target = uri::resolve_against(&base.borrow(), reference).ok()?;
    Some(target.as_str().trim_end_matches('#').to_owned())
}

/// Why a reference cannot lead to a file.
pub(super) enum Refusal {
    Remote,
    Outside,
    Malformed,
}

impl Refusal {
    fn at(&self, at: &Origin, text: &str) -> Finding {
        let text = quoted(text);
        match self {
            Self::Remote => Finding::new(
                Code::RemoteReference,
                at,
                format!("the reference {text} leads to the network"),
                "copy that schema into the schema folder and refer to the file",
            ),
            Self::Outside => Finding::new(
                Code::OutsideRoot,
                at,
                format!("the reference {text} leads out of the schema folder"),
                "move the file into the schema folder",
            ),
            Self::Malformed => Finding::new(
                Code::DanglingReference,
                at,
                format!("the reference {text} is not a URI reference (RFC 3986 §4.1)"),
                "write a relative path, `#` and a JSON Pointer, such as `types/time.schema.json#/$defs/Second`",
            ),
        }
    }
}

/// The path below the schema folder of the file that a reference leads to.
pub(super) fn file_of(base: &str, reference: &str) -> Result<String, Refusal> {
    let base = uri::from_str(base).map_err(|_| Refusal::Malformed)?;
    let file = reference.split('#').next().unwrap_or_default();
    let target = uri::resolve_against(&base.borrow(), file).map_err(|_| Refusal::Malformed)?;
    if target.scheme().as_str() != "file" {
        return Err(Refusal::Remote);
    }
    let path = target.as_str().strip_prefix(FOLDER).ok_or(Refusal::Outside)?;
    let path = decode(path).ok_or(Refusal::Malformed)?;
    // A percent-encoded `..` only shows up now.
    if path.split(['/', '\\']).any(|part| part == "..") {
        return Err(Refusal::Outside);
    }
    Ok(path)
}

/// Percent-decodes a path (RFC 3986 §2.1).
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Percent-encodes what may not stand in a path or fragment (RFC 3986 §3.3).
pub(crate) fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/$&+,;=:@!'()*".contains(&byte);
    let encoded = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(encoded).collect()
}

/// Finds every reference of a document, with the URI that it is relative to. What only looks like one (a property of
/// that name, a member of `const`, `enum` or `examples`, a description in an `x-` keyword) is left out.
struct Walk<'a> {
    document: &'a Document,
    found: Vec<(String, String, Origin)>,
    identifiers: Vec<String>,
}

impl Walk<'_> {
    fn schema(&mut self, schema: &Node, pointer: &Pointer, base: &str, dialect: Dialect) {
        let own = identifier(schema, dialect).and_then(|own| absolute(base, own));
        let base = own.as_deref().unwrap_or(base);
        self.identifiers.extend(own.clone());
        for Member { name, value, .. } in schema.members() {
            let pointer = pointer.member(name);
            match (name.as_str(), value.string()) {
                ("$ref" | "$dynamicRef" | "$recursiveRef", Some(text)) => {
                    self.found.push((base.to_owned(), text.to_owned(), self.document.origin(value, pointer)));
                }
                ("const" | "enum" | "examples" | "default", _) => {}
                (
                    "properties" | "$defs" | "definitions" | "patternProperties" | "dependentSchemas"
                    | "dependencies",
                    _,
                ) => {
                    for member in value.members() {
                        self.schema(&member.value, &pointer.member(&member.name), base, dialect);
                    }
                }
                (name, _) if name.starts_with("x-") => {}
                _ => {
                    self.schema(value, &pointer, base, dialect);
                    for (index, element) in value.elements().iter().enumerate() {
                        self.schema(element, &pointer.element(index), base, dialect);
                    }
                }
            }
        }
    }
}
