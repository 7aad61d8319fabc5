//! Frames that share their outer members: unions whose members all refer to one object, the envelope.

use super::Lowerer;
use super::atoms::Atom;
use super::object::{names, property, requires};
use crate::diagnostic::Finding;
use crate::model::{Additional, Envelope, Shape, Slot, TypeName, Variant};
use crate::schema::SchemaId;
use crate::text::Text;

impl Lowerer<'_> {
    /// The object that a schema refers to and adds to.
    pub(super) fn framed(&self, schema: SchemaId) -> Option<SchemaId> {
        let member = self.follow(schema).ok()?;
        let target = self.schemas.get(member).keywords()?.reference.as_ref()?.target?;
        self.follow(target).ok()
    }

    /// The object that all members refer to.
    pub(super) fn shared(&self, members: &[SchemaId]) -> Option<SchemaId> {
        let envelope = self.framed(*members.first()?)?;
        members.iter().all(|member| self.framed(*member) == Some(envelope)).then_some(envelope)
    }

    /// The frames that add a payload to the envelope, which `tag` selects.
    pub(super) fn envelope(
        &mut self,
        envelope: SchemaId,
        tag: Text,
        members: &[SchemaId],
        name: &TypeName,
    ) -> Result<Shape, Finding> {
        let content = self.content(&[Atom::Schema(envelope)]);
        let owner = self.given(envelope).unwrap_or_else(|| name.clone());
        let payload = self.payload(members, &tag).unwrap_or_default();
        let (mut slots, mut retired) = (Vec::new(), Vec::new());
        for named in names(&content) {
            if named == tag {
                slots.push(Slot::Tag);
                continue;
            }
            if named == payload {
                slots.push(Slot::Payload);
                continue;
            }
            let atoms = property(&content, &named);
            if self.content(&atoms).kinds.is_empty() {
                retired.push(self.retired(&content, named));
            } else {
                let required = requires(&content, &named);
                slots.push(Slot::Field(self.field(&content, named, &atoms, required, &owner)));
            }
        }
        let open = self.additional(&content, &owner)?.0 == Additional::Open;
        let variants = self.messages(members, &tag, &payload);
        Ok(Shape::Envelope(Envelope { slots, tag, payload, variants, retired, open }))
    }

    /// The property besides the discriminator that the members declare themselves.
    fn payload(&self, members: &[SchemaId], tag: &Text) -> Option<Text> {
        let members = members.iter().filter_map(|member| self.follow(*member).ok());
        let keywords = members.filter_map(|member| self.schemas.get(member).keywords());
        let mut declared = keywords.flat_map(|keywords| &keywords.properties);
        declared.find(|property| property.name != *tag).map(|property| property.name.clone())
    }

    fn messages(&mut self, members: &[SchemaId], tag: &Text, payload: &Text) -> Vec<Variant> {
        let mut variants = Vec::new();
        for member in members {
            let atoms = [Atom::Schema(*member)];
            let value = self.tag_values(&atoms, tag, 0).and_then(|values| values.into_iter().next());
            let Some(value) = value else { continue };
            let payload = property(&self.content(&atoms), payload);
            let ty = self.lower(&payload, &TypeName::inline(std::slice::from_ref(&value)));
            variants.push(self.variant(*member, value, ty));
        }
        variants
    }
}
