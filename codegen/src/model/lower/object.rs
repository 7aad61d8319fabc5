//! Objects and maps.

use super::Lowerer;
use super::atoms::Atom;
use super::facets::Content;
use super::scalar::{Scalar, part};
use crate::diagnostic::Finding;
use crate::model::plan::Part;
use crate::model::{Additional, Field, Object, Retired, Shape, TypeName};
use crate::schema::keywords::JsonType;
use crate::schema::{Keywords, Property, SchemaId, Synonym};
use crate::source::Origin;
use crate::text::{Text, rust};

impl<'a> Lowerer<'a> {
    pub(super) fn object(&mut self, content: &Content<'a>, name: &TypeName) -> Result<Scalar, Finding> {
        let mut checks = if content.values.is_some() { content.listed_by.clone() } else { Vec::new() };
        let narrowing = content.narrowing(JsonType::Object);
        checks.extend(narrowing.map(|(schema, narrowing)| part(schema, narrowing)));
        let (mut fields, mut retired) = (Vec::new(), Vec::new());
        for named in names(content) {
            let atoms = property(content, &named);
            let required = requires(content, &named);
            if self.content(&atoms).kinds.is_empty() {
                if required {
                    return Ok((Shape::Never, Vec::new(), Vec::new()));
                }
                retired.push(self.retired(content, named));
                continue;
            }
            fields.push(self.field(content, named, &atoms, required, name));
        }
        self.distinct(&mut fields, &[], |field| &mut field.label);
        let (additional, more) = self.additional(content, name)?;
        checks.extend(more);
        let shape = match additional {
            Additional::Open if fields.is_empty() && retired.is_empty() => Shape::FreeObject,
            Additional::Typed(values) if fields.is_empty() && retired.is_empty() => Shape::Map(values),
            _ => Shape::Object(Object { fields, retired, additional }),
        };
        Ok((shape, Vec::new(), checks))
    }

    pub(super) fn field(
        &mut self,
        content: &Content<'a>,
        name: Text,
        atoms: &[Atom],
        required: bool,
        owner: &TypeName,
    ) -> Field {
        let ty = self.lower(atoms, &owner.property(&name));
        let origin = self.property_origin(content, &name).unwrap_or_else(|| self.origin(atoms));
        let synonyms = self.synonyms(content, &name);
        Field { label: name.clone(), name, ty, required, doc: self.doc(atoms), synonyms, origin }
    }

    fn synonyms(&self, content: &Content<'a>, name: &Text) -> Vec<Synonym> {
        let declared = content.objects.iter().flat_map(|(_, keywords)| &keywords.properties);
        let declared = declared.filter(|property| property.name == *name);
        let keywords = declared.filter_map(|property| self.schemas.get(property.schema).keywords());
        keywords.flat_map(|keywords| keywords.notes.synonyms.iter().cloned()).collect()
    }

    /// A property that must not be there, with the one that replaced it.
    pub(super) fn retired(&self, content: &Content<'a>, name: Text) -> Retired {
        let replaces = |of: &&Property| {
            let notes = self.schemas.get(of.schema).keywords().map(|keywords| &keywords.notes);
            notes.is_some_and(|notes| notes.synonyms.iter().any(|synonym| synonym.name == name))
        };
        let mut declared = content.objects.iter().flat_map(|(_, keywords)| &keywords.properties);
        let instead = declared.find(replaces).map(|property| property.name.clone());
        let mut reasons = content.objects.iter().flat_map(|(_, keywords)| &keywords.notes.refused);
        let reason = reasons.find(|(refused, _)| *refused == name).map(|(_, reason)| reason.clone());
        Retired { name, instead, reason }
    }

    fn property_origin(&self, content: &Content<'a>, name: &Text) -> Option<Origin> {
        let mut declared = content.objects.iter().flat_map(|(_, keywords)| &keywords.properties);
        let property = declared.find(|property| property.name == *name)?;
        Some(self.schemas.get(property.schema).origin.clone())
    }

    /// What an object may have besides the properties that are listed, and what of it only a check can tell.
    pub(super) fn additional(
        &mut self,
        content: &Content<'a>,
        name: &TypeName,
    ) -> Result<(Additional, Vec<Part>), Finding> {
        let patterned: Vec<&(SchemaId, &Keywords)> =
            content.objects.iter().filter(|(_, keywords)| !keywords.pattern_properties.is_empty()).collect();
        if patterned.is_empty() {
            let atoms: Vec<Atom> = content
                .objects
                .iter()
                .filter_map(|(_, keywords)| keywords.additional_properties)
                .map(Atom::Schema)
                .collect();
            return Ok((self.unlisted(&atoms, name)?, Vec::new()));
        }
        let limited = content.objects.iter().filter(|(_, keywords)| {
            !keywords.pattern_properties.is_empty() || keywords.additional_properties.is_some()
        });
        let checks =
            limited.map(|(schema, _)| Part { schema: *schema, keyword: Some("properties") }).collect();
        // Where every other property matches the one pattern, its values have one type.
        if let ([(_, keywords)], 1) = (patterned.as_slice(), content.objects.len())
            && let ([pattern], Some(additional)) =
                (keywords.pattern_properties.as_slice(), keywords.additional_properties)
            && self.is_false(additional)
        {
            return Ok((self.unlisted(&[Atom::Schema(pattern.schema)], name)?, checks));
        }
        Ok((Additional::Open, checks))
    }

    fn unlisted(&mut self, atoms: &[Atom], name: &TypeName) -> Result<Additional, Finding> {
        let atoms = self.normalised(atoms)?;
        if atoms.is_empty() {
            return Ok(Additional::Open);
        }
        if self.content(&atoms).kinds.is_empty() {
            return Ok(Additional::Closed);
        }
        Ok(Additional::Typed(self.lower(&atoms, &name.property(&Text::new("value")))))
    }
}

/// What holds for the value of a property.
pub(super) fn property(content: &Content<'_>, name: &Text) -> Vec<Atom> {
    content.objects.iter().flat_map(|(_, keywords)| of_property(keywords, name)).collect()
}

/// What one schema says about a property.
fn of_property(keywords: &Keywords, name: &Text) -> Vec<Atom> {
    let named = keywords.properties.iter().filter(|property| property.name == *name);
    let matching =
        keywords.pattern_properties.iter().filter(|of| rust::matches(&of.name, name) != Some(false));
    let mut found: Vec<Atom> = named.map(|property| Atom::Schema(property.schema)).collect();
    let unsure = keywords.pattern_properties.iter().any(|of| rust::matches(&of.name, name).is_none());
    // A pattern that cannot be tried here is left to the check, which every patterned object has.
    found.extend(matching.filter(|_| !unsure).map(|pattern| Atom::Schema(pattern.schema)));
    let additional = keywords.additional_properties.filter(|_| found.is_empty() && !unsure);
    found.extend(additional.map(Atom::Schema));
    found
}

/// Every property that is listed or required, in the order of the schemas.
pub(super) fn names(content: &Content<'_>) -> Vec<Text> {
    let mut found: Vec<Text> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let declared = content.objects.iter().flat_map(|(_, keywords)| &keywords.properties);
    let declared = declared.map(|property| &property.name);
    let required = content.objects.iter().flat_map(|(_, keywords)| &keywords.required);
    for name in declared.chain(required.map(|(name, _)| name)) {
        if seen.insert(name) {
            found.push(name.clone());
        }
    }
    found
}

pub(super) fn requires(content: &Content<'_>, name: &Text) -> bool {
    let mut required = content.objects.iter().flat_map(|(_, keywords)| &keywords.required);
    required.any(|(required, _)| required == name)
}
