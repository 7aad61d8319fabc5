//! Unions: of a type and `null`, of objects with a discriminator, and of frames that share an envelope.

use super::object::Parts;
use super::scalar::no_narrowing;
use super::{Kind, Lints, Subject, only, unsupported};
use crate::diagnostic::{Code, Finding};
use crate::model::lower::atoms::Atom;
use crate::schema::keywords::JsonType;
use crate::schema::{Schema, SchemaId};
use crate::source::Origin;
use crate::text::Text;

impl<'a> Lints<'_, 'a> {
    pub(super) fn union(
        &mut self,
        subject: Subject<'a>,
        members: &[SchemaId],
        name: Option<&'a Text>,
    ) -> Result<Kind, Finding> {
        only(subject.schema, subject.keywords, &["oneOf"])?;
        no_narrowing(subject.schema, subject.keywords)?;
        let members = self.followed(members)?;
        if let Some(inner) = self.nullable(&members) {
            self.visit(inner, name);
            return Ok(None);
        }
        let Some(envelope) = members.iter().find_map(|member| self.lowerer.framed(*member)) else {
            self.tagged(subject.schema, &members)?;
            return Ok(Some("a union"));
        };
        if let Some(stranger) = self.stranger(&members, envelope) {
            return Err(mixed(self.lowerer.schemas.get(stranger)));
        }
        self.frames(envelope, &members)?;
        Ok(Some("a union of frames"))
    }

    fn followed(&self, members: &[SchemaId]) -> Result<Vec<SchemaId>, Finding> {
        members.iter().map(|member| self.lowerer.follow(*member)).collect()
    }

    /// `T`, of a union of `T` and `null`.
    fn nullable(&self, members: &[SchemaId]) -> Option<SchemaId> {
        let is_null = |member: &SchemaId| {
            let keywords = self.lowerer.schemas.get(*member).keywords();
            keywords.is_some_and(|keywords| keywords.types == [JsonType::Null])
        };
        match members {
            [inner, null] | [null, inner] if is_null(null) && !is_null(inner) => Some(*inner),
            _ => None,
        }
    }

    /// The first member that does not refer to the envelope: one that refers to nothing, before one that refers to
    /// something else.
    fn stranger(&self, members: &[SchemaId], envelope: SchemaId) -> Option<SchemaId> {
        let bare = members.iter().find(|member| self.lowerer.framed(**member).is_none());
        let other = members.iter().find(|member| self.lowerer.framed(**member) != Some(envelope));
        bare.or(other).copied()
    }

    /// Whether a schema is a union of frames that share an envelope.
    pub(super) fn is_frames(&self, schema: &Schema) -> bool {
        let members = schema.keywords().and_then(|keywords| keywords.union());
        members.is_some_and(|members| self.lowerer.shared(members).is_some())
    }

    fn tagged(&mut self, schema: &Schema, members: &[SchemaId]) -> Result<(), Finding> {
        for member in members {
            self.visit(*member, None);
        }
        let Some(first) = members.first() else { return Ok(()) };
        for tag in self.lowerer.candidates(&[Atom::Schema(*first)], 0) {
            let values: Option<Vec<_>> = members.iter().map(|member| self.constant(*member, &tag)).collect();
            if let Some(values) = values {
                self.distinct(&tag, &values);
                return Ok(());
            }
        }
        let message = "no required property tells the members apart by a constant";
        let help = "give each member a required property with a `const` of its own, under the same name";
        Err(Finding::new(Code::AmbiguousUnion, &schema.origin, message, help))
    }

    /// A member of a union with the one string that it takes for a property.
    fn constant(&self, member: SchemaId, name: &Text) -> Option<(SchemaId, Text)> {
        let values = self.lowerer.tag_values(&[Atom::Schema(member)], name, 0)?;
        let [value] = <[Text; 1]>::try_from(values).ok()?;
        Some((member, value))
    }

    fn distinct(&mut self, tag: &Text, values: &[(SchemaId, Text)]) {
        for (index, (member, value)) in values.iter().enumerate() {
            let mut earlier = values.iter().take(index).rev();
            let Some((earlier, _)) = earlier.find(|(_, other)| other == value) else { continue };
            let message = format!("a second member has the value {} of {}", value.quoted(), tag.quoted());
            let help = "give each member a value of its own";
            let at = &self.lowerer.schemas.get(*member).origin;
            let finding = Finding::new(Code::DuplicateDiscriminator, at, message, help);
            let earlier = &self.lowerer.schemas.get(*earlier).origin;
            self.lowerer.findings.report(finding.also(earlier, "the first one"));
        }
    }

    /// Frames add a discriminator and a payload to what their envelope says, and nothing else.
    fn frames(&mut self, envelope: SchemaId, members: &[SchemaId]) -> Result<(), Finding> {
        let base = self.subject(envelope)?;
        let shared = self.parts(base)?;
        let mut frames = Vec::new();
        for member in members {
            let member = self.subject(*member)?;
            frames.push((member, self.parts(member)?));
        }
        let (tag, payload) = self.slots(&frames, base.schema, &shared)?;
        let mut values = Vec::new();
        for (member, parts) in &frames {
            let extra = parts.first().into_iter().flat_map(|keywords| &keywords.required);
            if let Some((extra, at)) = extra.into_iter().find(|(name, _)| !shared.requires(name)) {
                return Err(not_enveloped(at, extra));
            }
            let message = "the message does not say its discriminator";
            let value = self.constant(member.id, &tag).ok_or_else(|| unsupported(member.schema, message))?;
            self.declared(parts, &payload)?;
            values.push(value);
        }
        self.distinct(&tag, &values);
        self.members(&shared, &[&tag, &payload])
    }

    fn subject(&self, id: SchemaId) -> Result<Subject<'a>, Finding> {
        let schema = self.lowerer.schemas.get(id);
        let keywords = schema.keywords().ok_or_else(|| unsupported(schema, "an envelope is an object"))?;
        Ok(Subject { id, schema, keywords })
    }

    /// Which member of the envelope selects the message, and which one carries it.
    fn slots(
        &self,
        frames: &[(Subject<'a>, Parts<'a>)],
        envelope: &Schema,
        shared: &Parts<'a>,
    ) -> Result<(Text, Text), Finding> {
        let (mut tag, mut payload) = (None, None);
        let own = frames.iter().filter_map(|(_, parts)| parts.first());
        for property in own.flat_map(|keywords| &keywords.properties) {
            let meaning = self.lowerer.schemas.get(self.lowerer.follow(property.schema)?);
            let constant = meaning.keywords().is_some_and(|keywords| keywords.constant.is_some());
            let slot = if constant { &mut tag } else { &mut payload };
            let known = slot.get_or_insert_with(|| property.name.clone());
            let declared = shared.own(known).is_some() && shared.requires(known);
            if *known != property.name || !declared {
                let at = &self.lowerer.schemas.get(property.schema).origin;
                return Err(not_enveloped(at, &property.name));
            }
        }
        let message = "no message says its discriminator and its payload";
        tag.zip(payload).ok_or_else(|| unsupported(envelope, message))
    }
}

fn mixed(schema: &Schema) -> Finding {
    let message = "this member does not refer to the envelope that the others share";
    let help = "let every member of the union refer to the same envelope, or none";
    Finding::new(Code::MixedEnvelope, &schema.origin, message, help)
}

fn not_enveloped(at: &Origin, property: &Text) -> Finding {
    let message = format!("the message says more than its discriminator and payload: {}", property.quoted());
    let help = "put what every frame has into the envelope, and what this one has into its payload";
    Finding::new(Code::MixedEnvelope, at, message, help)
}
