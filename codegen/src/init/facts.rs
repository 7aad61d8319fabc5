//! What is known of a schema: its candidates for messages, each with its names and what it is.

use super::probe::{Probe, Trial};
use super::sides::words;
use super::{Candidate, describe};
use crate::json::Node;
use crate::schema::{Keywords, SchemaId, Schemas};
use crate::source::FileId;
use crate::text::quoted;
use std::collections::HashMap;

/// A schema that may be a message, or a union of messages.
pub(super) struct Found {
    pub(super) reference: String,
    /// What it is called, by its definition, its title, or both.
    pub(super) names: Vec<Vec<String>>,
    what: String,
    /// The members of a union; empty where there is none.
    pub(super) members: Vec<SchemaId>,
}

impl Found {
    pub(super) fn candidate(&self) -> Candidate {
        Candidate { reference: self.reference.clone(), what: self.what.clone() }
    }
}

/// What is known of the schema.
pub(super) struct Facts<'a> {
    schemas: &'a Schemas,
    /// What stands at a place.
    shapes: HashMap<(FileId, String), String>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(probe: &'a Probe) -> Self {
        let mut facts = Self { schemas: &probe.schemas, shapes: HashMap::new() };
        facts.learn(probe);
        facts
    }

    /// Takes over what the roots of a probe are.
    fn learn(&mut self, probe: &Probe) {
        for root in probe.protocol.directions.iter().flat_map(|direction| &direction.roots) {
            let at = &probe.protocol.ty(*root).origin;
            let place = (at.file, at.pointer.as_str().to_owned());
            self.shapes.entry(place).or_insert_with(|| describe::shape(&probe.protocol, *root));
        }
    }

    /// Finds out what the members of the root schema are.
    pub(super) fn look_at_members(&mut self, trial: &Trial) {
        let references: Vec<String> =
            self.root_members().into_iter().map(|member| member.reference).collect();
        if !references.is_empty()
            && let Ok(probe) = trial.run(&[("either", references)])
        {
            self.learn(&probe);
        }
    }

    pub(super) fn root(&self) -> Option<(SchemaId, &'a Keywords)> {
        let (id, schema) = self.schemas.iter().next()?;
        Some((id, schema.keywords()?))
    }

    /// The members of the root schema, where it says nothing but that it is one of them.
    pub(super) fn root_members(&self) -> Vec<Found> {
        let Some((_, keywords)) = self.root() else { return Vec::new() };
        let alone = keywords.shape_keywords() == ["oneOf"] && keywords.narrowing.is_empty();
        let members = keywords.union().filter(|members| alone && members.len() > 1);
        members.into_iter().flatten().map(|member| self.found(*member)).collect()
    }

    /// A schema as a candidate. One that only refers to a definition is that definition, under one more name perhaps.
    pub(super) fn found(&self, schema: SchemaId) -> Found {
        let target = self.target(schema);
        let own = self.definition(schema);
        let title = self.node(schema).and_then(|node| node.member("title")?.value.string());
        let defined = own.or_else(|| self.definition(target));
        let title = title.filter(|title| own.is_none() && defined != Some(title));
        let names = defined.into_iter().chain(title).map(words).collect();
        let place = if own.is_none() && defined.is_some() { target } else { schema };
        let pointer = self.schemas.get(place).origin.pointer.as_str();
        let shape = self.what(schema);
        let what = title.map_or_else(|| shape.clone(), |title| format!("titled {}: {shape}", quoted(title)));
        let members = self.schemas.get(target).keywords().and_then(Keywords::union);
        let members = members.filter(|members| members.len() > 1).into_iter().flatten();
        let members = members.map(|member| self.target(*member)).collect();
        Found { reference: format!("#{}", crate::schema::encode(pointer)), names, what, members }
    }

    /// The name of a definition of the root file.
    fn definition(&self, schema: SchemaId) -> Option<&'a str> {
        let at = &self.schemas.get(schema).origin;
        let root = self.schemas.documents().first()?;
        let pointer = Some(at.pointer.as_str()).filter(|_| at.file == root.file)?;
        let name = pointer.strip_prefix("/$defs/").or_else(|| pointer.strip_prefix("/definitions/"))?;
        (!name.contains('/')).then_some(name)
    }

    fn node(&self, schema: SchemaId) -> Option<&'a Node> {
        let at = &self.schemas.get(schema).origin;
        let (node, reached) = self.schemas.document(at.file)?.nearest(at.pointer.as_str());
        (reached == at.pointer).then_some(node)
    }

    /// What a schema leads to that only refers to others.
    fn target(&self, schema: SchemaId) -> SchemaId {
        let mut target = schema;
        for _ in 0..self.schemas.len() {
            let keywords = self.schemas.get(target).keywords().filter(|of| of.is_plain_reference());
            let next = keywords.and_then(|of| of.reference.as_ref()).and_then(|reference| reference.target);
            let Some(next) = next else { break };
            target = next;
        }
        target
    }

    /// What a schema is, in a few words.
    pub(super) fn what(&self, schema: SchemaId) -> String {
        let places = [schema, self.target(schema)].map(|id| &self.schemas.get(id).origin);
        let mut shapes =
            places.iter().filter_map(|at| self.shapes.get(&(at.file, at.pointer.as_str().to_owned())));
        shapes.next().cloned().unwrap_or_else(|| "a schema that means the same as another one".to_owned())
    }
}
