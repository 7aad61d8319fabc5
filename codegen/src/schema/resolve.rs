//! Files and references. The `referencing` crate decides what a reference means (RFC 3986, JSON Schema core
//! §8.2); this module decides which files may be read, and turns its answers into links.

use super::parse::Parsed;
use super::{Body, SchemaId};
use crate::diagnostic::{Code, Finding, Findings};
use crate::json::{self, Document, Member, Node};
use crate::load::Loader;
use crate::manifest::Loaded;
use crate::source::{FileId, Origin, Pointer};
use crate::text::quoted;
use referencing::{Registry, uri};
use serde_json::Value;
use std::collections::HashMap;
use std::ops::Range;

/// The schema folder as a URI. It names no real place: files are found by what stands behind it.
pub(super) const FOLDER: &str = "file:///framelock/schema/";

/// The documents of a run, each with its URI and as a plain value.
#[derive(Debug, Default)]
pub(super) struct Files {
    documents: Vec<Document>,
    uris: Vec<String>,
    values: Vec<Value>,
    by_uri: HashMap<String, usize>,
    by_file: HashMap<FileId, usize>,
}

impl Files {
    pub(super) fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Reads the root file, then every file that a reference leads to, until there is no new one.
    pub(super) fn read_all(&mut self, loader: &mut Loader, manifest: &Loaded, findings: &mut Findings) {
        let root = &manifest.manifest.schema.root;
        self.read(root.get_ref(), &manifest.origin(root.span()), loader, findings);
        let Some(base) = self.uris.first().cloned() else { return };
        let roots = &manifest.manifest.roots;
        for frames in [&roots.server, &roots.client] {
            let at = manifest.origin(frames.span());
            match file_of(&base, frames.get_ref()) {
                Ok(path) => self.read(&path, &at, loader, findings),
                Err(refusal) => findings.report(refusal.at(&at, frames.get_ref())),
            }
        }
        let mut next = 0;
        while let (Some(document), Some(base)) = (self.documents.get(next), self.uris.get(next)) {
            let base = base.clone();
            let mut wanted = Vec::new();
            references(document, &document.root, &Pointer::root(), &mut wanted);
            for (text, at) in wanted {
                match file_of(&base, &text) {
                    Ok(path) => self.read(&path, &at, loader, findings),
                    Err(refusal) => findings.report(refusal.at(&at, &text)),
                }
            }
            next += 1;
        }
    }

    fn read(&mut self, path: &str, at: &Origin, loader: &mut Loader, findings: &mut Findings) {
        let uri = format!("{FOLDER}{}", encode(path));
        if self.by_uri.contains_key(&uri) {
            return;
        }
        let file = match loader.read(path) {
            Ok(file) => file,
            Err(refusal) => return findings.report(refusal.at(at)),
        };
        let text = loader.sources().get(file).map(|source| source.text.clone()).unwrap_or_default();
        if let Some(document) = json::parse(file, &text, findings) {
            self.by_uri.insert(uri.clone(), self.documents.len());
            self.by_file.insert(file, self.documents.len());
            self.values.push(document.root.to_value());
            self.documents.push(document);
            self.uris.push(uri);
        }
    }

    /// All documents as the `referencing` crate wants them, and the URI of each file.
    pub(super) fn registry(&self) -> Result<Registry<'_>, referencing::Error> {
        let pairs = self.uris.iter().zip(&self.values);
        Registry::new().extend(pairs.map(|(uri, value)| (uri.as_str(), value)))?.prepare()
    }

    /// The document of a file.
    pub(super) fn document(&self, file: FileId) -> Option<&Document> {
        self.documents.get(*self.by_file.get(&file)?)
    }

    /// The URI of a file.
    pub(super) fn uri(&self, file: FileId) -> Option<&str> {
        self.uris.get(*self.by_file.get(&file)?).map(String::as_str)
    }
}

/// Why a reference cannot lead to a file.
enum Refusal {
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
fn file_of(base: &str, reference: &str) -> Result<String, Refusal> {
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
pub(super) fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/$&+,;=:@!'()*".contains(&byte);
    let encoded = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(encoded).collect()
}

/// Every `$ref` of a document. What only looks like one (a property of that name, a member of `const`, `enum` or
/// `examples`, a description in an `x-` keyword) is left out.
fn references(document: &Document, schema: &Node, pointer: &Pointer, found: &mut Vec<(String, Origin)>) {
    for Member { name, value, .. } in schema.members() {
        let pointer = pointer.member(name);
        match (name.as_str(), value.string()) {
            ("$ref", Some(text)) => found.push((text.to_owned(), document.origin(value, pointer))),
            ("const" | "enum" | "examples" | "default", _) => {}
            ("properties" | "$defs" | "patternProperties" | "dependentSchemas", _) => {
                for member in value.members() {
                    references(document, &member.value, &pointer.member(&member.name), found);
                }
            }
            (name, _) if name.starts_with("x-") => {}
            _ => {
                references(document, value, &pointer, found);
                for (index, element) in value.elements().iter().enumerate() {
                    references(document, element, &pointer.element(index), found);
                }
            }
        }
    }
}

/// Links every reference to its schema, and finds the roots of the two directions.
pub(super) fn link(
    files: &Files,
    parsed: &mut Parsed,
    manifest: &Loaded,
    findings: &mut Findings,
) -> Option<(SchemaId, SchemaId)> {
    let registry = match files.registry() {
        Ok(registry) => registry,
        Err(error) => {
            let root = files.documents.first()?;
            let at = root.origin(&root.root, Pointer::root());
            findings.add(Code::DanglingReference, &at, one_line(&error), "mend the references of this file");
            return None;
        }
    };
    let linker = Linker { files, registry: &registry, targets: targets(files, parsed) };
    for index in 0..parsed.arena.len() {
        linker.link_one(index, parsed, findings);
    }
    let roots = &manifest.manifest.roots;
    let root = |text: &str, span: Range<usize>| linker.root(text, &manifest.origin(span));
    let server = root(roots.server.get_ref(), roots.server.span());
    let client = root(roots.client.get_ref(), roots.client.span());
    let mut found = |root: Result<SchemaId, Finding>| root.map_err(|finding| findings.report(finding)).ok();
    found(server).zip(found(client))
}

/// Which schema stands at the address of which value: the `referencing` crate answers with values.
fn targets(files: &Files, parsed: &Parsed) -> HashMap<*const Value, SchemaId> {
    let values: HashMap<FileId, &Value> =
        files.documents.iter().map(|document| document.file).zip(&files.values).collect();
    let address = |(index, schema): (usize, &super::Schema)| {
        let value = values.get(&schema.origin.file)?.pointer(schema.origin.pointer.as_str())?;
        Some((std::ptr::from_ref(value), SchemaId(index)))
    };
    parsed.arena.iter().enumerate().filter_map(address).collect()
}

struct Linker<'a> {
    files: &'a Files,
    registry: &'a Registry<'a>,
    targets: HashMap<*const Value, SchemaId>,
}

impl Linker<'_> {
    fn link_one(&self, index: usize, parsed: &mut Parsed, findings: &mut Findings) {
        let Some(schema) = parsed.arena.get_mut(index) else { return };
        let file = schema.origin.file;
        let Body::Keywords(keywords) = &mut schema.body else { return };
        let Some(reference) = &mut keywords.reference else { return };
        match self.resolve(file, &reference.text, &reference.origin, Code::DanglingReference) {
            Ok(target) => reference.target = Some(target),
            Err(finding) => findings.report(finding),
        }
    }

    fn root(&self, text: &str, at: &Origin) -> Result<SchemaId, Finding> {
        let root = self.files.documents.first().map(|document| document.file);
        let missing =
            || Finding::new(Code::MissingRoot, at, "there is no root file", "name one in `schema.root`");
        self.resolve(root.ok_or_else(missing)?, text, at, Code::MissingRoot)
    }

    fn resolve(&self, file: FileId, text: &str, at: &Origin, missing: Code) -> Result<SchemaId, Finding> {
        let dangling = |why: String| {
            let message = format!("the reference {} leads nowhere: {why}", quoted(text));
            Finding::new(missing, at, message, self.hint(file, text))
        };
        let base = self.files.uri(file).unwrap_or(FOLDER);
        let base = uri::from_str(base).map_err(|error| dangling(one_line(&error)))?;
        let found = self.registry.resolver(base).lookup(text).map_err(|error| dangling(one_line(&error)))?;
        self.targets.get(&std::ptr::from_ref(found.contents())).copied().ok_or_else(|| {
            let message = format!("the reference {} leads to something that is not a schema", quoted(text));
            Finding::new(Code::NotASchema, at, message, "point at a schema: a member of `$defs`, for example")
        })
    }

    /// What stands nearest to the place that a reference names.
    fn hint(&self, file: FileId, text: &str) -> String {
        let (target, fragment) = text.split_once('#').unwrap_or((text, ""));
        let base = self.files.uri(file).unwrap_or(FOLDER);
        let path = if target.is_empty() { None } else { file_of(base, target).ok() };
        let wanted = path.map_or_else(|| base.to_owned(), |path| format!("{FOLDER}{}", encode(&path)));
        let index = self.files.by_uri.get(&wanted);
        let Some(document) = index.and_then(|index| self.files.documents.get(*index)) else {
            return "check the file name".to_owned();
        };
        let (node, reached) = document.nearest(fragment);
        let last = fragment.rsplit('/').next().unwrap_or_default();
        let names = node.members().iter().map(|member| member.name.as_str());
        match crate::diagnostic::nearest(last, names) {
            Some(name) => format!("did you mean `{}`?", reached.member(name)),
            None => format!("the last part that exists is `{reached}`"),
        }
    }
}

fn one_line(error: &dyn std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().replace(FOLDER, "")
}
