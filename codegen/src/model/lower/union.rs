//! Unions: nullable types, tagged unions, and unions of frames that share an envelope.

use super::object::{Parts, PartsProperty};
use super::scalar::no_narrowing;
use super::{Lowerer, Lowering, only, unsupported};
use crate::diagnostic::{Code, Finding};
use crate::model::{Doc, Envelope, Shape, Slot, TypeId, TypeName, Union, Variant};
use crate::schema::keywords::JsonType;
use crate::schema::{Body, Keywords, Schema, SchemaId};
use crate::source::Origin;
use crate::text::Text;
use std::collections::HashMap;

/// A member of a union whose members share an envelope.
struct Framed<'s> {
    schema: &'s Schema,
    keywords: &'s Keywords,
    base: SchemaId,
}

impl<'a> Lowerer<'a> {
    pub(super) fn union(
        &mut self,
        schema: &Schema,
        keywords: &Keywords,
        members: &[SchemaId],
        name: &TypeName,
    ) -> Lowering {
        only(schema, keywords, &["oneOf"])?;
        no_narrowing(schema, keywords)?;
        let members: Vec<SchemaId> =
            members.iter().map(|member| self.follow(*member)).collect::<Result<_, _>>()?;
        if let Some(inner) = self.nullable_member(&members) {
            return Ok((Shape::Nullable(self.lower(inner, name)), Vec::new()));
        }
        let framed: Vec<Framed<'a>> = members.iter().filter_map(|member| self.framed(*member)).collect();
        match framed.split_first() {
            Some((first, rest)) if framed.len() == members.len() => {
                if let Some(stranger) = rest.iter().find(|member| member.base != first.base) {
                    return Err(mixed(stranger.schema));
                }
                let envelope = self.envelope(&framed, first.base, name)?;
                Ok((Shape::Envelope(envelope), Vec::new()))
            }
            Some(_) => {
                let bare = members.iter().find(|member| self.framed(**member).is_none());
                Err(mixed(bare.map_or(schema, |member| self.schemas.get(*member))))
            }
            None => self.tagged(schema, &members, name),
        }
    }

    /// `T`, of a union of `T` and `null`.
    fn nullable_member(&self, members: &[SchemaId]) -> Option<SchemaId> {
        let is_null = |member: &SchemaId| {
            self.schemas.get(*member).keywords().is_some_and(|keywords| keywords.types == [JsonType::Null])
        };
        match members {
            [inner, null] | [null, inner] if is_null(null) && !is_null(inner) => Some(*inner),
            _ => None,
        }
    }

    /// A member that refers to an object and adds to it.
    fn framed(&self, member: SchemaId) -> Option<Framed<'a>> {
        let schema = self.schemas.get(member);
        let keywords = schema.keywords()?;
        let base = self.follow(keywords.reference.as_ref()?.target?).ok()?;
        Some(Framed { schema, keywords, base })
    }

    fn tagged(&mut self, schema: &Schema, members: &[SchemaId], name: &TypeName) -> Lowering {
        if members.is_empty() {
            return Err(unsupported(schema, "the union has no members"));
        }
        let inline = TypeName::inline(&name.words);
        let types: Vec<TypeId> = members.iter().map(|member| self.lower(*member, &inline)).collect();
        let Some(tag) = self.discriminator(&types) else {
            let message = "no required property tells the members apart by a constant";
            let help = "give each member a required property with a `const` of its own, under the same name";
            return Err(Finding::new(Code::AmbiguousUnion, &schema.origin, message, help));
        };
        let mut variants: Vec<Variant> = Vec::new();
        for (member, ty) in members.iter().zip(types) {
            let value = self.tag_value(ty, &tag).unwrap_or_default();
            variants.push(self.variant(self.schemas.get(*member), value, ty));
        }
        self.check_distinct(&tag, &variants);
        Ok((Shape::Union(Union { tag, variants }), Vec::new()))
    }

    /// The first property that is a required constant in every member.
    fn discriminator(&self, members: &[TypeId]) -> Option<Text> {
        let Shape::Object(first) = &self.types[members.first()?.0].shape else { return None };
        let mut names = first.fields.iter().map(|field| &field.name);
        let shared = |name: &&Text| members.iter().all(|member| self.tag_value(*member, name).is_some());
        names.find(shared).cloned()
    }

    /// The constant that a member requires for a property.
    fn tag_value(&self, member: TypeId, tag: &Text) -> Option<Text> {
        let Shape::Object(object) = &self.types[member.0].shape else { return None };
        let field = object.fields.iter().find(|field| field.name == *tag && field.required)?;
        match &self.types[field.ty.0].shape {
            Shape::Constant(value) => Some(value.clone()),
            _ => None,
        }
    }

    fn variant(&self, schema: &Schema, value: Text, ty: TypeId) -> Variant {
        let notes = schema.keywords().map(|keywords| &keywords.notes);
        let doc = notes.map(Doc::of).unwrap_or_default().or(&self.types[ty.0].doc);
        let examples = notes.map(|notes| &notes.examples[..]).unwrap_or_default();
        let examples = examples.iter().map(|example| example.node.to_value()).collect();
        Variant { value, ty, doc, examples, origin: schema.origin.clone() }
    }

    fn check_distinct(&mut self, tag: &Text, variants: &[Variant]) {
        let mut taken: HashMap<&Text, &Variant> = HashMap::new();
        for variant in variants {
            if let Some(earlier) = taken.insert(&variant.value, variant) {
                let message =
                    format!("a second member has the value {} of {}", variant.value.quoted(), tag.quoted());
                let help = "give each member a value of its own";
                let finding = Finding::new(Code::DuplicateDiscriminator, &variant.origin, message, help);
                self.findings.report(finding.also(&earlier.origin, "the first one"));
            }
        }
    }

    fn envelope(
        &mut self,
        framed: &[Framed<'a>],
        base: SchemaId,
        name: &TypeName,
    ) -> Result<Envelope, Finding> {
        let schema = self.schemas.get(base);
        let keywords = schema.keywords().ok_or_else(|| unsupported(schema, "an envelope is an object"))?;
        let parts = self.parts(schema, keywords)?;
        let (tag, payload) = self.tag_and_payload(framed, schema, &parts)?;
        let envelope_name = schema.name.clone().map_or_else(|| name.clone(), TypeName::given);
        let mut variants = Vec::new();
        for member in framed {
            variants.push(self.message(member, &parts, &tag, &payload)?);
        }
        self.check_distinct(&tag, &variants);
        self.check_required(&parts);
        let mut slots = Vec::new();
        let mut refused = Vec::new();
        for property in &parts.properties {
            if property.name == tag {
                slots.push(Slot::Tag);
            } else if property.name == payload {
                slots.push(Slot::Payload);
            } else if matches!(self.schemas.get(property.schema).body, Body::Boolean(false)) {
                refused.push(property);
            } else {
                let required = parts.requires(&property.name);
                slots.push(Slot::Field(self.field(property, required, &envelope_name)));
            }
        }
        let retired = self.retired(&parts, &refused);
        Ok(Envelope { slots, tag, payload, variants, retired, open: parts.open })
    }

    /// Which member of the envelope selects the message, and which one carries it.
    fn tag_and_payload(
        &self,
        framed: &[Framed<'_>],
        base_schema: &Schema,
        base: &Parts,
    ) -> Result<(Text, Text), Finding> {
        let mut tag = None;
        let mut payload = None;
        for member in framed {
            for property in &member.keywords.properties {
                let slot = if self.constant(property.schema).is_some() { &mut tag } else { &mut payload };
                let known = slot.get_or_insert_with(|| property.name.clone());
                let declared = base.property(known).is_some() && base.requires(known);
                if *known != property.name || !declared {
                    return Err(not_enveloped(&self.schemas.get(property.schema).origin, &property.name));
                }
            }
        }
        tag.zip(payload)
            .ok_or_else(|| unsupported(base_schema, "no message says its discriminator and its payload"))
    }

    /// The constant of a schema that is one.
    fn constant(&self, schema: SchemaId) -> Option<Text> {
        let id = self.follow(schema).ok()?;
        let constant = self.schemas.get(id).keywords()?.constant.as_ref()?;
        constant.node.string().map(Text::new)
    }

    fn message(
        &mut self,
        member: &Framed<'a>,
        base: &Parts,
        tag: &Text,
        payload: &Text,
    ) -> Result<Variant, Finding> {
        let parts = self.parts(member.schema, member.keywords)?;
        if let Some((extra, at)) = parts.required.iter().find(|(name, _)| !base.requires(name)) {
            return Err(not_enveloped(at, extra));
        }
        let value = parts.property(tag).and_then(|property| self.constant(property.schema));
        let value =
            value.ok_or_else(|| unsupported(member.schema, "the message does not say its discriminator"))?;
        let payload =
            parts.property(payload).ok_or_else(|| unsupported(member.schema, "there is no payload"))?;
        let hint = TypeName { words: vec![value.clone()], given: false };
        let field = self.payload(payload, &hint);
        Ok(self.variant(member.schema, value, field))
    }

    /// The payload's type; the envelope's idea of it must be wider.
    fn payload(&mut self, property: &PartsProperty, hint: &TypeName) -> TypeId {
        let ty = self.lower(property.schema, hint);
        for general in &property.general {
            let general = self.lower(*general, hint);
            self.check_narrows(property, ty, general);
        }
        ty
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
