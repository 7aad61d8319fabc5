//! Links: every reference to the schema that it leads to.

use super::dialect::Dialect;
use super::parse::{Parsed, Place};
use super::resolve::{FOLDER, Files, encode, file_of, not_at_hand};
use super::{Body, Keywords, Reference, Roots, Schema, SchemaId};
use crate::diagnostic::{Code, Finding, Findings};
use crate::manifest::{EVERY_DEFINITION, Loaded, Profile, References};
use crate::source::{FileId, Origin, Pointer};
use crate::text::{Text, quoted, shown};
use referencing::{Registry, uri};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Links every reference to its schema, and finds the roots of the directions.
pub(super) fn link(
    files: &Files,
    parsed: &mut Parsed,
    manifest: &Loaded,
    findings: &mut Findings,
) -> Option<Roots> {
    let registry = match files.registry() {
        Ok(registry) => registry,
        Err(_) if !files.unresolved().is_empty() => {
            files.unresolved().iter().for_each(|finding| findings.report(finding.clone()));
            return None;
        }
        Err(error) => {
            let root = files.documents().first()?;
            let at = root.origin(&root.root, Pointer::root());
            findings.add(Code::DanglingReference, &at, one_line(&error), "mend the references of this file");
            return None;
        }
    };
    let profile = manifest.manifest.schema.profile;
    let targets = targets(files, parsed);
    let mut linker = Linker { files, registry: &registry, targets, places: None, profile, parsed, findings };
    let roots = linker.roots(manifest);
    let mut next = 0;
    // A reference may lead to a place that is only then known to be a schema, and has references in turn.
    while next < linker.parsed.arena.len() {
        linker.link_one(SchemaId(next));
        next += 1;
    }
    roots
}

/// Which schema stands at the address of which value: the `referencing` crate answers with values.
fn targets(files: &Files, parsed: &Parsed) -> HashMap<*const Value, SchemaId> {
    let address = |(index, schema): (usize, &Schema)| {
        let value = files.value(schema.origin.file)?.pointer(schema.origin.pointer.as_str())?;
        Some((std::ptr::from_ref(value), SchemaId(index)))
    };
    parsed.arena.iter().enumerate().filter_map(address).collect()
}

/// Where a value stands.
type Spot = (FileId, Pointer);

struct Linker<'a> {
    files: &'a Files,
    registry: &'a Registry<'a>,
    targets: HashMap<*const Value, SchemaId>,
    /// Where every value stands; only made for references to places that no keyword makes a schema.
    places: Option<HashMap<*const Value, Spot>>,
    profile: Profile,
    parsed: &'a mut Parsed,
    findings: &'a mut Findings,
}

impl Linker<'_> {
    fn link_one(&mut self, id: SchemaId) {
        let slots: [fn(&mut Keywords) -> &mut Option<Reference>; 2] =
            [|keywords| &mut keywords.reference, |keywords| &mut keywords.dynamic_reference];
        for slot in slots {
            let Some((file, base, text, origin)) = self.reference(id, slot) else { continue };
            match self.resolve(file, &base, &text, &origin, Code::DanglingReference) {
                Ok(target) => {
                    let schema = self.parsed.arena.get_mut(id.0);
                    if let Some(Body::Keywords(keywords)) = schema.map(|schema| &mut schema.body)
                        && let Some(reference) = slot(keywords)
                    {
                        reference.target = Some(target);
                    }
                }
                Err(finding) => self.findings.report(finding),
            }
        }
    }

    fn reference(
        &mut self,
        id: SchemaId,
        slot: fn(&mut Keywords) -> &mut Option<Reference>,
    ) -> Option<(FileId, Arc<str>, String, Origin)> {
        let schema = self.parsed.arena.get_mut(id.0)?;
        let (file, base) = (schema.origin.file, Arc::clone(&schema.base));
        let Body::Keywords(keywords) = &mut schema.body else { return None };
        let reference = slot(keywords).as_ref()?;
        Some((file, base, reference.text.clone(), reference.origin.clone()))
    }

    fn roots(&mut self, manifest: &Loaded) -> Option<Roots> {
        let roots = manifest.manifest.roots.get_ref();
        let mut side = |references: &Option<toml::Spanned<References>>, name: &str| {
            let found = references.as_ref().map(|found| self.named(found, manifest)).unwrap_or_default();
            match found.as_slice() {
                [] | [_] => found.first().copied(),
                _ => Some(self.any_of(found, name, manifest, references.as_ref()?)),
            }
        };
        let server = side(&roots.server, "ServerFrame");
        let client = side(&roots.client, "ClientFrame");
        let either = roots.either.as_ref().map(|found| self.named(found, manifest)).unwrap_or_default();
        let complete =
            roots.server.is_none() == server.is_none() && roots.client.is_none() == client.is_none();
        (complete && (roots.either.is_none() || !either.is_empty())).then_some(Roots {
            server,
            client,
            either,
        })
    }

    /// The schemas that a key of `roots` names.
    fn named(&mut self, references: &toml::Spanned<References>, manifest: &Loaded) -> Vec<SchemaId> {
        let at = manifest.origin(references.span());
        let mut found = Vec::new();
        for text in references.get_ref().iter() {
            if text == EVERY_DEFINITION {
                found.extend(self.definitions());
                continue;
            }
            match self.root(text, &at) {
                Ok(root) => found.push(root),
                Err(finding) => self.findings.report(finding),
            }
        }
        found
    }

    /// Every definition of the root file, under the name that its dialect has for them or under the other one.
    fn definitions(&mut self) -> Vec<SchemaId> {
        let files = self.files;
        let Some(root) = files.documents().first() else { return Vec::new() };
        let base: Arc<str> = Arc::from(files.uri(root.file).unwrap_or(FOLDER));
        let mut found = Vec::new();
        for keyword in ["definitions", "$defs"] {
            let definitions = files.value(root.file).and_then(|value| value.get(keyword)?.as_object());
            for definition in definitions.into_iter().flat_map(|definitions| definitions.values()) {
                let address = std::ptr::from_ref(definition);
                let known = self.targets.get(&address).copied();
                found.extend(known.or_else(|| self.unforeseen(address, Arc::clone(&base))));
            }
        }
        found
    }

    /// Several roots of a direction are the members of one union.
    fn any_of(
        &mut self,
        members: Vec<SchemaId>,
        name: &str,
        manifest: &Loaded,
        references: &toml::Spanned<References>,
    ) -> SchemaId {
        let keywords = Keywords { any_of: Some(members), ..Keywords::default() };
        self.parsed.arena.push(Schema {
            origin: manifest.origin(references.span()),
            name: Some(Text::new(name)),
            dialect: Dialect::Draft202012,
            base: Arc::from(FOLDER),
            dynamic_anchor: None,
            body: Body::Keywords(Box::new(keywords)),
        });
        SchemaId(self.parsed.arena.len() - 1)
    }

    fn root(&mut self, text: &str, at: &Origin) -> Result<SchemaId, Finding> {
        let root = self.files.documents().first().map(|document| document.file);
        let missing =
            || Finding::new(Code::MissingRoot, at, "there is no root file", "name one in `schema.root`");
        let file = root.ok_or_else(missing)?;
        let base = Arc::from(self.files.uri(file).unwrap_or(FOLDER));
        self.resolve(file, &base, text, at, Code::MissingRoot)
    }

    fn resolve(
        &mut self,
        file: FileId,
        base: &Arc<str>,
        text: &str,
        at: &Origin,
        missing: Code,
    ) -> Result<SchemaId, Finding> {
        let dangling = |why: String| {
            let message = format!("the reference {} leads nowhere: {why}", quoted(text));
            Finding::new(missing, at, message, self.hint(file, text))
        };
        let parsed_base = uri::from_str(base).map_err(|error| dangling(one_line(&error)))?;
        let found = self.registry.resolver(parsed_base).lookup(text).map_err(|error| match error {
            referencing::Error::Unretrievable { .. } if file_of(base, text).is_err() => not_at_hand(text, at),
            error => dangling(one_line(&error)),
        })?;
        let address = std::ptr::from_ref(found.contents());
        if let Some(target) = self.targets.get(&address) {
            return Ok(*target);
        }
        let base = found.resolver().base_uri();
        self.unforeseen(address, Arc::from(base.as_str())).ok_or_else(|| {
            let message = format!("the reference {} leads to something that is not a schema", quoted(text));
            Finding::new(Code::NotASchema, at, message, "point at a schema: a member of `$defs`, for example")
        })
    }

    /// A schema in a place where no keyword expects one. JSON Schema lets references lead there (core §9.4.2); the
    /// strict profile does not.
    fn unforeseen(&mut self, address: *const Value, base: Arc<str>) -> Option<SchemaId> {
        if self.profile == Profile::Strict {
            return None;
        }
        let files = self.files;
        let places = self.places.get_or_insert_with(|| places(files));
        let (file, pointer) = places.get(&address)?.clone();
        let document = files.document(file)?;
        let (node, _) = document.nearest(pointer.as_str());
        let is_schema =
            matches!(node.kind, crate::json::NodeKind::Object(_) | crate::json::NodeKind::Boolean(_));
        is_schema.then_some(())?;
        let place = Place { document, base, dialect: document.dialect };
        let before = self.parsed.arena.len();
        let target = self.parsed.add(&place, node, &pointer, self.findings);
        for (index, schema) in self.parsed.arena.iter().enumerate().skip(before) {
            let value = files
                .value(schema.origin.file)
                .and_then(|value| value.pointer(schema.origin.pointer.as_str()));
            if let Some(value) = value {
                self.targets.entry(std::ptr::from_ref(value)).or_insert(SchemaId(index));
            }
        }
        Some(target)
    }

    /// What stands nearest to the place that a reference names.
    fn hint(&self, file: FileId, text: &str) -> String {
        let (target, fragment) = text.split_once('#').unwrap_or((text, ""));
        let base = self.files.uri(file).unwrap_or(FOLDER);
        let path = if target.is_empty() { None } else { file_of(base, target).ok() };
        let wanted = path.map_or_else(|| base.to_owned(), |path| format!("{FOLDER}{}", encode(&path)));
        let Some(document) = self.files.by_uri(&wanted) else {
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

/// Where every value of every document stands.
fn places(files: &Files) -> HashMap<*const Value, Spot> {
    let mut found = HashMap::new();
    for document in files.documents() {
        let Some(root) = files.value(document.file) else { continue };
        let mut open = vec![(root, Pointer::root())];
        while let Some((value, pointer)) = open.pop() {
            match value {
                Value::Array(items) => {
                    open.extend(items.iter().enumerate().map(|(index, item)| (item, pointer.element(index))));
                }
                Value::Object(members) => {
                    open.extend(members.iter().map(|(name, member)| (member, pointer.member(name))));
                }
                _ => {}
            }
            found.insert(std::ptr::from_ref(value), (document.file, pointer));
        }
    }
    found
}

/// An error of the `referencing` crate, which quotes the schema as it stands.
fn one_line(error: &dyn std::fmt::Display) -> String {
    const LONGEST: usize = 200;
    let line = error.to_string().lines().next().unwrap_or_default().replace(FOLDER, "");
    shown(&line, LONGEST)
}
