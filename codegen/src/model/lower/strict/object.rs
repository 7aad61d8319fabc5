//! Objects, and objects that add to a referenced one.

use super::{DEEPEST, Kind, Lints, Subject, contradiction, only, too_deep, unsupported};
use crate::diagnostic::{Code, Finding};
use crate::model::lower::atoms::circle;
use crate::schema::{Body, Keywords, Schema, SchemaId, Synonym};
use crate::text::Text;

/// The keywords that objects are made of.
const OBJECT: &[&str] = &["type", "properties", "required", "additionalProperties", "$ref"];

/// An object schema and those that it refers to, itself first.
pub(super) struct Parts<'a>(Vec<&'a Keywords>);

impl<'a> Lints<'_, 'a> {
    pub(super) fn object(&mut self, subject: Subject<'a>) -> Result<Kind, Finding> {
        let parts = self.parts(subject)?;
        let said = |keywords: &&Keywords| {
            !keywords.properties.is_empty() || keywords.additional_properties.is_some()
        };
        let open = |keywords: &&Keywords| {
            keywords.additional_properties.is_none_or(|additional| !self.lowerer.is_false(additional))
        };
        if parts.names().is_empty() && parts.0.iter().all(open) {
            if parts.0.iter().any(said) {
                return Ok(None);
            }
            let help = "list its properties, or add `\"additionalProperties\": true` if it may hold anything";
            let message = "the object lists no properties";
            return Err(Finding::new(Code::UntypedObject, &subject.schema.origin, message, help));
        }
        self.members(&parts, &[])?;
        Ok(Some("an object"))
    }

    /// What an object is made of.
    pub(super) fn parts(&self, subject: Subject<'a>) -> Result<Parts<'a>, Finding> {
        let (mut found, mut seen) = (Vec::new(), Vec::new());
        let Subject { mut schema, mut keywords, .. } = subject;
        loop {
            self.part(schema, keywords)?;
            found.push(keywords);
            let target = keywords.reference.as_ref().and_then(|reference| reference.target);
            let Some(target) = target else { return Ok(Parts(found)) };
            let target = self.lowerer.follow(target)?;
            if seen.contains(&target) {
                return Err(circle(keywords));
            }
            seen.push(target);
            if seen.len() > DEEPEST {
                return Err(too_deep(schema));
            }
            let base = self.lowerer.schemas.get(target);
            let message = "keywords beside a reference to `true` or `false` have no shape yet";
            keywords = base.keywords().ok_or_else(|| unsupported(schema, message))?;
            schema = base;
        }
    }

    fn part(&self, schema: &Schema, keywords: &Keywords) -> Result<(), Finding> {
        only(schema, keywords, OBJECT)?;
        if let Some(narrowing) = keywords.narrowing.first() {
            let message = format!("`{}` says nothing about objects", narrowing.keyword.name);
            return Err(unsupported(schema, message));
        }
        let Some(additional) = keywords.additional_properties else { return Ok(()) };
        let message = match self.lowerer.schemas.get(additional).body {
            Body::Keywords(_) => "`additionalProperties` with a schema has no shape yet",
            Body::Boolean(false) if keywords.reference.is_some() => {
                "`\"additionalProperties\": false` beside `$ref` would refuse the properties of the reference"
            }
            Body::Boolean(_) => return Ok(()),
        };
        Err(unsupported(schema, message))
    }

    /// Looks at the properties of an object, but for those in `elsewhere`.
    pub(super) fn members(&mut self, parts: &Parts<'a>, elsewhere: &[&Text]) -> Result<(), Finding> {
        let names = parts.names();
        for name in names.iter().filter(|name| !elsewhere.contains(name)) {
            if !parts.own(name).is_some_and(|schema| self.lowerer.is_false(schema)) {
                self.property(parts, name)?;
            }
        }
        self.retired(parts, &names);
        self.required(parts);
        Ok(())
    }

    fn property(&mut self, parts: &Parts<'a>, name: &Text) -> Result<(), Finding> {
        let Some(id) = parts.own(name) else { return Ok(()) };
        self.declared(parts, name)?;
        let schema = self.lowerer.schemas.get(id);
        let meaning = self.lowerer.schemas.get(self.lowerer.follow(id)?);
        let constant = meaning.keywords().is_some_and(|keywords| keywords.constant.is_some());
        if self.lowerer.doc_of(id).description.is_none() && !constant {
            let message = format!("the property {} has no description", name.quoted());
            let help = "add a `description`";
            self.lowerer.findings.add(Code::MissingDescription, &schema.origin, message, help);
        }
        if constant && !parts.requires(name) {
            let message = format!("the constant {} is optional", name.quoted());
            self.lowerer.findings.report(unsupported(schema, message));
        }
        Ok(())
    }

    /// Looks at each schema of a property. One that is declared again beside a reference must accept no more than the
    /// reference does.
    pub(super) fn declared(&mut self, parts: &Parts<'a>, name: &Text) -> Result<(), Finding> {
        let schemas = parts.schemas(name);
        for schema in &schemas {
            self.visit(*schema, None);
        }
        let Some((own, general)) = schemas.split_first() else { return Ok(()) };
        for general in general {
            if !self.narrows(*own, *general)? {
                let own = &self.lowerer.schemas.get(*own).origin;
                let general = self.lowerer.schemas.get(self.lowerer.follow(*general)?);
                let message = format!(
                    "the property {} does not simply narrow what the reference says of it",
                    name.quoted()
                );
                let help = "declare it in one place, or let the reference say less";
                let finding = Finding::new(Code::ConflictingProperty, own, message, help);
                self.lowerer.findings.report(finding.also(&general.origin, "declared here before"));
            }
        }
        Ok(())
    }

    /// Every refused property must be a declared synonym of one that lives on, and the other way round.
    fn retired(&mut self, parts: &Parts<'a>, names: &[&'a Text]) {
        let schemas = self.lowerer.schemas;
        let own: Vec<(&Text, SchemaId)> =
            names.iter().filter_map(|name| parts.own(name).map(|schema| (*name, schema))).collect();
        let (refused, kept): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|(_, schema)| self.lowerer.is_false(*schema));
        let synonyms = |(name, schema): &(&'a Text, SchemaId)| {
            let notes = schemas.get(*schema).keywords().map(|keywords| &keywords.notes);
            let name = *name;
            // A property that once held another unit keeps its name.
            let other = move |synonym: &&Synonym| synonym.name != *name || synonym.unit.is_none();
            notes.into_iter().flat_map(|notes| &notes.synonyms).filter(other)
        };
        let synonyms: Vec<&Synonym> = kept.iter().flat_map(synonyms).collect();
        for synonym in &synonyms {
            if !refused.iter().any(|(name, _)| **name == synonym.name) {
                let message = format!("the synonym {} is not refused by the object", synonym.name.quoted());
                let help = "add it to `properties` with the schema `false`";
                self.lowerer.findings.add(Code::UnlistedSynonym, &synonym.origin, message, help);
            }
        }
        let explained: Vec<&Text> =
            parts.0.iter().flat_map(|part| &part.notes.refused).map(|(name, _)| name).collect();
        for (name, schema) in refused.into_iter().filter(|(name, _)| !explained.contains(name)) {
            let count = synonyms.iter().filter(|synonym| synonym.name == *name).count();
            if count != 1 {
                let message =
                    format!("the refused property {} is the synonym of {count} properties", name.quoted());
                let help = "name it in `x-synonyms` of the one property that replaced it, or in `x-refused` of the object";
                let at = &schemas.get(schema).origin;
                self.lowerer.findings.add(Code::UnlistedSynonym, at, message, help);
            }
        }
    }

    fn required(&mut self, parts: &Parts<'a>) {
        for (name, at) in parts.0.iter().flat_map(|keywords| &keywords.required) {
            match parts.own(name) {
                None => {
                    let message = format!("the required property {} is not declared", name.quoted());
                    let help = "declare it under `properties`, or mend the spelling";
                    self.lowerer.findings.add(Code::UnknownRequired, at, message, help);
                }
                Some(schema) if self.lowerer.is_false(schema) => {
                    let message = format!("the property {} is both required and refused", name.quoted());
                    let finding = contradiction(self.lowerer.schemas.get(schema), message);
                    self.lowerer.findings.report(finding);
                }
                Some(_) => {}
            }
        }
    }
}

impl<'a> Parts<'a> {
    /// The properties that are declared.
    pub(super) fn names(&self) -> Vec<&'a Text> {
        let mut found: Vec<&Text> = Vec::new();
        for property in self.0.iter().flat_map(|keywords| &keywords.properties) {
            if !found.contains(&&property.name) {
                found.push(&property.name);
            }
        }
        found
    }

    /// What is said about a property, first by the object itself.
    fn schemas(&self, name: &Text) -> Vec<SchemaId> {
        let declared = self.0.iter().flat_map(|keywords| &keywords.properties);
        declared.filter(|property| property.name == *name).map(|property| property.schema).collect()
    }

    /// What says most about a property.
    pub(super) fn own(&self, name: &Text) -> Option<SchemaId> {
        self.schemas(name).first().copied()
    }

    /// Whether a property must be there.
    pub(super) fn requires(&self, name: &Text) -> bool {
        self.0.iter().flat_map(|keywords| &keywords.required).any(|(required, _)| required == name)
    }

    /// What the object itself says, without its reference.
    pub(super) fn first(&self) -> Option<&'a Keywords> {
        self.0.first().copied()
    }
}
