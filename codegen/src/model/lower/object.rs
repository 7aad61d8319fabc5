//! Objects, and objects that add to a referenced one.

use super::scalar::contradiction;
use super::{DEEPEST, Lowerer, Lowering, circle, only, too_deep, unsupported};
use crate::diagnostic::{Code, Finding};
use crate::model::{Doc, Field, Object, Retired, Shape, TypeId, TypeName};
use crate::schema::{Body, Keywords, Reference, Schema, SchemaId};
use crate::source::Origin;
use crate::text::Text;
use std::collections::HashSet;

/// The keywords that objects are made of.
const OBJECT: &[&str] = &["type", "properties", "required", "additionalProperties", "$ref"];

/// An object schema with what its reference contributes.
pub(super) struct Parts {
    /// Each property with the schema that says most about it.
    pub(super) properties: Vec<PartsProperty>,
    pub(super) required: Vec<(Text, Origin)>,
    pub(super) open: bool,
    /// Whether `properties` or `additionalProperties` was said at all.
    described: bool,
}

/// A property of [`Parts`].
pub(super) struct PartsProperty {
    pub(super) name: Text,
    pub(super) schema: SchemaId,
    /// The schemas that it replaces: the reference's idea of the property.
    pub(super) general: Vec<SchemaId>,
}

impl Lowerer<'_> {
    pub(super) fn object(&mut self, schema: &Schema, keywords: &Keywords, name: &TypeName) -> Lowering {
        let parts = self.parts(schema, keywords)?;
        if parts.properties.is_empty() && parts.open {
            if parts.described {
                return Ok((Shape::FreeObject, Vec::new()));
            }
            let help = "list its properties, or add `\"additionalProperties\": true` if it may hold anything";
            let message = "the object lists no properties";
            return Err(Finding::new(Code::UntypedObject, &schema.origin, message, help));
        }
        let object = self.object_of(&parts, name);
        self.check_required(&parts);
        Ok((Shape::Object(object), Vec::new()))
    }

    /// The object with its reference flattened into it.
    pub(super) fn parts(&self, schema: &Schema, keywords: &Keywords) -> Result<Parts, Finding> {
        self.parts_behind(schema, keywords, &mut HashSet::new())
    }

    /// `seen` are the references that led here: one that comes again would never end.
    fn parts_behind(
        &self,
        schema: &Schema,
        keywords: &Keywords,
        seen: &mut HashSet<SchemaId>,
    ) -> Result<Parts, Finding> {
        only(schema, keywords, OBJECT)?;
        let mut parts = match &keywords.reference {
            Some(reference) => self.base(schema, reference, seen)?,
            None => Parts { properties: Vec::new(), required: Vec::new(), open: true, described: false },
        };
        if let Some(narrowing) = keywords.narrowing.first() {
            let message = format!("`{}` says nothing about objects", narrowing.keyword.name);
            return Err(unsupported(schema, message));
        }
        for property in &keywords.properties {
            parts.declare(property.name.clone(), property.schema);
        }
        for (name, at) in &keywords.required {
            if !parts.requires(name) {
                parts.required.push((name.clone(), at.clone()));
            }
        }
        if let Some(additional) = keywords.additional_properties {
            match self.schemas.get(additional).body {
                Body::Boolean(true) => {}
                Body::Boolean(false) if keywords.reference.is_none() => parts.open = false,
                Body::Boolean(false) => {
                    let message = "`\"additionalProperties\": false` beside `$ref` would refuse the properties of the reference";
                    return Err(unsupported(schema, message));
                }
                Body::Keywords(_) => {
                    return Err(unsupported(schema, "`additionalProperties` with a schema has no shape yet"));
                }
            }
            parts.described = true;
        }
        parts.described |= !keywords.properties.is_empty();
        Ok(parts)
    }

    fn base(
        &self,
        schema: &Schema,
        reference: &Reference,
        seen: &mut HashSet<SchemaId>,
    ) -> Result<Parts, Finding> {
        let target = reference.target.ok_or_else(|| unsupported(schema, "the reference has no target"))?;
        let target = self.follow(target)?;
        if !seen.insert(target) {
            return Err(circle(reference));
        }
        if seen.len() > DEEPEST {
            return Err(too_deep(schema));
        }
        let base = self.schemas.get(target);
        match base.keywords() {
            Some(keywords) => self.parts_behind(base, keywords, seen),
            None => {
                Err(unsupported(schema, "keywords beside a reference to `true` or `false` have no shape yet"))
            }
        }
    }

    pub(super) fn object_of(&mut self, parts: &Parts, name: &TypeName) -> Object {
        let mut fields = Vec::new();
        let mut retired = Vec::new();
        for property in &parts.properties {
            if matches!(self.schemas.get(property.schema).body, Body::Boolean(false)) {
                retired.push(property);
            } else {
                fields.push(self.field(property, parts.requires(&property.name), name));
            }
        }
        let retired = self.retired(parts, &retired);
        Object { fields, retired, open: parts.open }
    }

    pub(super) fn field(&mut self, property: &PartsProperty, required: bool, owner: &TypeName) -> Field {
        let hint = owner.property(&property.name);
        let ty = self.lower(property.schema, &hint);
        for general in &property.general {
            let general = self.lower(*general, &hint);
            self.check_narrows(property, ty, general);
        }
        let schema = self.schemas.get(property.schema);
        let own = schema.keywords().map(|keywords| Doc::of(&keywords.notes)).unwrap_or_default();
        let doc = own.or(&self.types[ty.0].doc);
        let implied = matches!(self.types[ty.0].shape, Shape::Constant(_));
        if doc.description.is_none() && !implied {
            let message = format!("the property {} has no description", property.name.quoted());
            self.findings.add(Code::MissingDescription, &schema.origin, message, "add a `description`");
        }
        if implied && !required {
            let message = format!("the constant {} is optional", property.name.quoted());
            self.findings.report(unsupported(schema, message));
        }
        Field { name: property.name.clone(), ty, required, doc, origin: schema.origin.clone() }
    }

    /// A property that is declared again beside a reference must accept no more than the reference does.
    pub(super) fn check_narrows(&mut self, property: &PartsProperty, own: TypeId, general: TypeId) {
        let general_type = &self.types[general.0];
        let unconstrained = general_type.constraints.is_empty();
        let narrows = own == general
            || matches!(
                (&self.types[own.0].shape, &general_type.shape),
                (_, Shape::Any)
                    | (Shape::Constant(_) | Shape::Enumeration(_) | Shape::String, Shape::String)
                    | (Shape::Object(_) | Shape::Union(_) | Shape::FreeObject, Shape::FreeObject)
            ) && unconstrained;
        if !narrows {
            let at = &self.schemas.get(property.schema).origin;
            let message = format!(
                "the property {} does not simply narrow what the reference says of it",
                property.name.quoted()
            );
            let help = "declare it in one place, or let the reference say less";
            let finding = Finding::new(Code::ConflictingProperty, at, message, help);
            self.findings.report(finding.also(&general_type.origin, "declared here before"));
        }
    }

    /// Every refused property must be a declared synonym of one that lives on, and the other way round.
    pub(super) fn retired(&mut self, parts: &Parts, refused: &[&PartsProperty]) -> Vec<Retired> {
        let mut found: Vec<Retired> = Vec::new();
        for property in &parts.properties {
            let Some(keywords) = self.schemas.get(property.schema).keywords() else { continue };
            for (synonym, at) in &keywords.notes.synonyms {
                if !refused.iter().any(|refused| refused.name == *synonym) {
                    let message = format!("the synonym {} is not refused by the object", synonym.quoted());
                    let help = "add it to `properties` with the schema `false`";
                    self.findings.add(Code::UnlistedSynonym, at, message, help);
                }
                found.push(Retired { name: synonym.clone(), instead: property.name.clone() });
            }
        }
        for refused in refused {
            let count = found.iter().filter(|retired| retired.name == refused.name).count();
            if count != 1 {
                let at = &self.schemas.get(refused.schema).origin;
                let name = refused.name.quoted();
                let message = format!("the refused property {name} is the synonym of {count} properties");
                let help = "name it in `x-synonyms` of the one property that replaced it";
                self.findings.add(Code::UnlistedSynonym, at, message, help);
            }
        }
        found
    }

    pub(super) fn check_required(&mut self, parts: &Parts) {
        for (name, at) in &parts.required {
            match parts.properties.iter().find(|property| property.name == *name) {
                None => {
                    let message = format!("the required property {} is not declared", name.quoted());
                    let help = "declare it under `properties`, or mend the spelling";
                    self.findings.add(Code::UnknownRequired, at, message, help);
                }
                Some(property) => {
                    let schema = self.schemas.get(property.schema);
                    if matches!(schema.body, Body::Boolean(false)) {
                        let message = format!("the property {} is both required and refused", name.quoted());
                        self.findings.report(contradiction(schema, message));
                    }
                }
            }
        }
    }
}

impl Parts {
    /// Whether the property must be there.
    pub(super) fn requires(&self, name: &Text) -> bool {
        self.required.iter().any(|(required, _)| required == name)
    }

    /// The property, if there is one with this name.
    pub(super) fn property(&self, name: &Text) -> Option<&PartsProperty> {
        self.properties.iter().find(|property| property.name == *name)
    }

    fn declare(&mut self, name: Text, schema: SchemaId) {
        match self.properties.iter_mut().find(|property| property.name == name) {
            Some(property) => property.general.push(std::mem::replace(&mut property.schema, schema)),
            None => self.properties.push(PartsProperty { name, schema, general: Vec::new() }),
        }
    }
}
