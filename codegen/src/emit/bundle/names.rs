//! What each definition is called in the one file, and how references call it.

use crate::diagnostic::{Code, Findings};
use crate::json::Document;
use crate::schema::{Keywords, Schema, SchemaId, Schemas, encode};
use crate::source::{FileId, Pointer};
use crate::text::rust::variant_name;
use crate::text::{Text, quoted};
use std::collections::{HashMap, HashSet};

/// The definitions of the bundle: those of all files, and the files that are schemas themselves.
pub(super) struct Names<'a> {
    schemas: &'a Schemas,
    /// Every schema by the place where it stands.
    places: HashMap<(FileId, &'a str), SchemaId>,
    defined: HashMap<SchemaId, String>,
}

impl<'a> Names<'a> {
    /// Names all definitions.
    pub(super) fn new(schemas: &'a Schemas) -> Self {
        let place = |(id, schema): (SchemaId, &'a Schema)| {
            schemas.document(schema.origin.file)?;
            Some(((schema.origin.file, schema.origin.pointer.as_str()), id))
        };
        let places = schemas.iter().filter_map(place).collect();
        let mut names = Self { schemas, places, defined: HashMap::new() };
        let meant: HashSet<SchemaId> = names.targets().filter_map(|id| Some(names.owner(id)?.0)).collect();
        let name = |(id, schema): (SchemaId, &Schema)| match &schema.name {
            Some(_) => Some((id, schema.origin.pointer.tokens().pop()?)),
            None => meant.contains(&id).then(|| (id, file_name(schemas, id))),
        };
        names.defined = schemas.iter().filter_map(name).collect();
        names
    }

    /// The definitions with their names, in the order of the files.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (&str, &'a Document, &'a Pointer)> {
        self.schemas.iter().filter_map(|(id, schema)| {
            let name = self.defined.get(&id)?;
            Some((name.as_str(), self.schemas.document(schema.origin.file)?, &schema.origin.pointer))
        })
    }

    /// The schema that stands at a place.
    pub(super) fn at(&self, file: FileId, pointer: &Pointer) -> Option<&'a Schema> {
        self.places.get(&(file, pointer.as_str())).map(|id| self.schemas.get(*id))
    }

    /// How the bundle refers to a schema, with its definitions below `container`; nothing for a schema that no file
    /// holds.
    pub(super) fn reference(&self, target: SchemaId, container: &str) -> Option<String> {
        let (owner, rest) = self.owner(target)?;
        let pointer = Pointer::root().member(container).member(self.defined.get(&owner)?);
        Some(format!("#{}", encode(&format!("{}{rest}", pointer.as_str()))))
    }

    /// Reports definitions that would be called the same.
    pub(super) fn check(&self, findings: &mut Findings) {
        let mut taken = HashSet::new();
        for (id, schema) in self.schemas.iter() {
            let Some(name) = self.defined.get(&id).filter(|name| !taken.insert(name.as_str())) else {
                continue;
            };
            let message = format!("the bundle calls two schemas {}", quoted(name));
            let help = "rename the definition, or the file that is a schema itself";
            findings.add(Code::NameCollision, &schema.origin, message, help);
        }
    }

    /// All that references lead to.
    fn targets(&self) -> impl Iterator<Item = SchemaId> {
        let target = |schema: &Schema| schema.keywords()?.reference.as_ref()?.target;
        self.schemas.iter().filter_map(move |(_, schema)| target(schema)).chain(self.schemas.roots.iter())
    }

    /// The definition in which a schema stands, and the pointer that leads from there to it.
    fn owner(&self, id: SchemaId) -> Option<(SchemaId, &'a str)> {
        let origin = &self.schemas.get(id).origin;
        let pointer = origin.pointer.as_str();
        let mut above = Some(pointer);
        while let Some(candidate) = above {
            if let Some(found) = self.places.get(&(origin.file, candidate))
                && (candidate.is_empty() || self.schemas.get(*found).name.is_some())
            {
                return Some((*found, pointer.get(candidate.len()..)?));
            }
            above = candidate.rsplit_once('/').map(|(above, _)| above);
        }
        None
    }
}

/// What the schema is called that a file is: like the file, behind the name of the side that alone sends it.
fn file_name(schemas: &Schemas, id: SchemaId) -> String {
    let roots = &schemas.roots;
    if let Some((_, name)) = [(roots.server, "ServerFrame"), (roots.client, "ClientFrame")]
        .into_iter()
        .find(|(root, _)| *root == Some(id))
    {
        return name.to_owned();
    }
    let side = match (lists(schemas, roots.server, id), lists(schemas, roots.client, id)) {
        (true, false) => "Server",
        (false, true) => "Client",
        _ => "",
    };
    // In the strict profile the base is the address of the file.
    let file = schemas.get(id).base.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    format!("{side}{}", variant_name(&Text::new(stem)))
}

/// Whether a schema is a member of the union of a side's frames.
fn lists(schemas: &Schemas, frames: Option<SchemaId>, id: SchemaId) -> bool {
    let reference = |member: &SchemaId| schemas.get(*member).keywords()?.reference.as_ref()?.target;
    let members = frames.and_then(|frames| schemas.get(frames).keywords()).and_then(Keywords::union);
    members.is_some_and(|members| members.iter().any(|member| *member == id || reference(member) == Some(id)))
}
