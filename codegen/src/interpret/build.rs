//! The model as nodes and tables.

use super::node::{Additional, Envelope, Member, Narrowing, Node, Object};
use super::read::MOST_MEMBERS;
use crate::diagnostic::{Code, Finding, Findings};
use crate::model::{
    self, Arena, Argument, Constraint, Field, Mixed, PlanId, Protocol, Retired, Shape, Side, Slot, TypeDef,
    TypeId, Variant,
};
use crate::schema::keywords::JsonType;
use crate::source::Origin;
use crate::support::{
    Excluded, Frames, Keys, Kind, exclusive_maximum, exclusive_minimum, max_items, max_length, maximum,
    min_items, min_length, minimum,
};
use crate::text::{Text, rust};
use crate::{backtracking, pattern};
use std::collections::HashSet;

type Built<T> = Result<T, Finding>;

/// The node of every type.
pub(super) fn nodes(protocol: &Protocol, arena: Arena<'static>, findings: &mut Findings) -> Vec<Node> {
    let builder = Builder { protocol, arena };
    let node = |ty: &TypeDef| {
        builder.node(ty).unwrap_or_else(|finding| {
            findings.report(finding);
            Node::Never
        })
    };
    protocol.types.iter().map(node).collect()
}

struct Builder<'p> {
    protocol: &'p Protocol,
    arena: Arena<'static>,
}

impl Builder<'_> {
    fn node(&self, ty: &TypeDef) -> Built<Node> {
        let check = check(ty);
        Ok(match &ty.shape {
            Shape::Any => Node::Any,
            Shape::Never => Node::Never,
            Shape::Null => Node::Null,
            Shape::FreeObject => Node::FreeObject,
            Shape::Boolean => Node::Boolean,
            Shape::Integer { min, max } => integer(*min, *max),
            Shape::BigInteger => Node::BigInteger,
            Shape::Number => Node::Number(simple(ty).map(number).collect::<Built<_>>()?),
            Shape::String => {
                Node::String(simple(ty).map(|constraint| self.string(constraint)).collect::<Built<_>>()?)
            }
            Shape::Constant(text) => Node::Listed(self.arena.texts([text])),
            Shape::Enumeration(values) if values.open => Node::String(Vec::new()),
            Shape::Enumeration(values) => {
                Node::Listed(self.arena.texts(values.values.iter().map(|value| &value.text)))
            }
            Shape::Array(items) => Node::Array(*items, simple(ty).map(count).collect::<Built<_>>()?),
            Shape::Tuple(tuple) => Node::Tuple {
                prefix: tuple.prefix.clone(),
                required: tuple.required,
                rest: tuple.rest,
                check,
            },
            Shape::Map(values) => Node::Map(*values),
            Shape::Object(object) => Node::Object(self.object(ty, object)?),
            Shape::Union(union) => {
                let (tag, variants) = (self.arena.text(&union.tag), self.variants(&union.variants));
                Node::Union { tag, variants, check }
            }
            Shape::Envelope(envelope) => Node::Envelope(self.envelope(ty, envelope)?),
            Shape::Nullable(inner) => Node::Nullable(*inner),
            Shape::Checked(inner) => {
                check.map_or(Node::Nullable(*inner), |check| Node::Checked(*inner, check))
            }
            Shape::Mixed(Mixed { members, open }) => {
                let members = members.iter().map(|(of, ty)| (kind(*of), *ty)).collect();
                Node::Mixed { members, open: *open, check }
            }
            Shape::Choice(choice) => Node::Choice {
                members: choice.members.iter().map(|member| member.ty).collect(),
                accepts: self.arena.slice(choice.members.iter().map(|member| index(member.accepts))),
                exactly_one: choice.exactly_one,
                check,
            },
        })
    }

    fn variants(&self, variants: &[Variant]) -> Vec<(&'static str, TypeId)> {
        let values = |variant: &Variant| {
            let ty = variant.ty;
            variant.values().map(|value| (self.arena.text(value), ty)).collect::<Vec<_>>()
        };
        variants.iter().flat_map(values).collect()
    }

    fn object(&self, ty: &TypeDef, object: &model::Object) -> Built<Object> {
        let fields = object.fields.iter().map(|field| (&field.name, self.field(field), Some(field)));
        let additional = match object.additional {
            model::Additional::Open => Additional::Open,
            model::Additional::Closed => Additional::Closed,
            model::Additional::Typed(values) => Additional::Typed(values),
        };
        self.members(ty, fields.collect(), &object.retired, additional)
    }

    fn envelope(&self, ty: &TypeDef, envelope: &model::Envelope) -> Built<Envelope> {
        let slots = envelope.slots.iter().map(|slot| match slot {
            Slot::Tag => (&envelope.tag, Member::Tag, None),
            Slot::Payload => (&envelope.payload, Member::Payload, None),
            Slot::Field(field) => (&field.name, self.field(field), Some(field)),
        });
        let additional = if envelope.open { Additional::Open } else { Additional::Closed };
        Ok(Envelope {
            shell: self.members(ty, slots.collect(), &envelope.retired, additional)?,
            tag: self.arena.text(&envelope.tag),
            payload: self.arena.text(&envelope.payload),
            variants: self.variants(&envelope.variants),
        })
    }

    fn field(&self, field: &Field) -> Member {
        match &self.protocol.ty(field.ty).shape {
            Shape::Constant(text) if field.required => Member::Constant(self.arena.text(text)),
            _ => Member::Value(field.ty),
        }
    }

    /// The members of an object in the order of the schema, then those that it refuses.
    fn members(
        &self,
        ty: &TypeDef,
        listed: Vec<(&Text, Member, Option<&Field>)>,
        refused: &[Retired],
        additional: Additional,
    ) -> Built<Object> {
        if listed.len() + refused.len() > MOST_MEMBERS {
            let message = format!("the object has more than {MOST_MEMBERS} properties");
            let help = "only generated code can check so many";
            return Err(Finding::new(Code::UnsupportedShape, &ty.origin, message, help));
        }
        let names = listed.iter().map(|(name, ..)| *name).chain(refused.iter().map(|retired| &retired.name));
        let keys = self.arena.texts(names);
        let (mut constants, mut required) = (Vec::new(), Vec::new());
        for (index, ((_, member, field), name)) in listed.iter().zip(keys).enumerate() {
            if field.is_some_and(|field| field.required) {
                let of = if matches!(member, Member::Constant(_)) { &mut constants } else { &mut required };
                of.push((index, *name));
            }
        }
        let members = listed.into_iter().map(|(_, member, _)| member);
        let refused = refused
            .iter()
            .map(|retired| Member::Refused(retired.instead.as_ref().map(|instead| self.arena.text(instead))));
        Ok(Object {
            keys: Keys::new(keys),
            members: members.chain(refused).collect(),
            constants,
            required,
            additional,
            check: check(ty),
        })
    }

    fn string(&self, constraint: &Constraint) -> Built<Narrowing<str>> {
        match (constraint.keyword, &constraint.argument) {
            ("minLength", &Argument::Count(least)) => Ok(Narrowing::new(move |text| min_length(text, least))),
            ("maxLength", &Argument::Count(most)) => Ok(Narrowing::new(move |text| max_length(text, most))),
            ("pattern", Argument::Pattern(pattern)) => {
                let written = self.arena.text(pattern);
                match translated(pattern, &constraint.origin)? {
                    (rust::Engine::Linear, text) => {
                        let pattern = pattern::Pattern::new(written, self.arena.str(&text));
                        Ok(Narrowing::new(move |text| pattern.check(text)))
                    }
                    (rust::Engine::Backtracking, text) => {
                        let pattern = backtracking::Pattern::new(written, self.arena.str(&text));
                        Ok(Narrowing::new(move |text| pattern.check(text)))
                    }
                }
            }
            _ => Err(misplaced(constraint)),
        }
    }
}

/// A pattern in the terms of the engine that it needs.
pub(super) fn translated(pattern: &Text, origin: &Origin) -> Built<(rust::Engine, String)> {
    rust::translate(pattern).ok_or_else(|| {
        let message = format!("the pattern {} cannot be honoured", pattern.quoted());
        let help =
            "write an ECMA-262 regular expression without look-around, back references and large repetitions";
        Finding::new(Code::InvalidPattern, origin, message, help)
    })
}

/// The number of a part of the plan.
pub(super) const fn index(id: PlanId) -> usize {
    id.0
}

/// What the plan checks of a type's values as a whole.
fn check(ty: &TypeDef) -> Option<usize> {
    ty.constraints.iter().find_map(|constraint| match constraint.argument {
        Argument::Plan(plan) => Some(index(plan)),
        _ => None,
    })
}

fn simple(ty: &TypeDef) -> impl Iterator<Item = &Constraint> {
    ty.constraints.iter().filter(|constraint| !matches!(constraint.argument, Argument::Plan(_)))
}

/// A 64-bit integer: with a sign only if it can be negative.
fn integer(min: i128, max: i128) -> Node {
    if min < 0 {
        let wide = |bound: i128, beyond: i64| i64::try_from(bound).unwrap_or(beyond);
        return Node::Signed(wide(min, i64::MIN), wide(max, i64::MAX));
    }
    let wide = |bound: i128| u64::try_from(bound).unwrap_or(u64::MAX);
    Node::Unsigned(wide(min), wide(max))
}

fn number(constraint: &Constraint) -> Built<Narrowing<f64>> {
    let Argument::Bound(bound) = constraint.argument else { return Err(misplaced(constraint)) };
    let check = match constraint.keyword {
        "minimum" => minimum,
        "maximum" => maximum,
        "exclusiveMinimum" => exclusive_minimum,
        "exclusiveMaximum" => exclusive_maximum,
        _ => return Err(misplaced(constraint)),
    };
    Ok(Narrowing::new(move |value| check(*value, bound)))
}

fn count(constraint: &Constraint) -> Built<Narrowing<usize>> {
    let Argument::Count(bound) = constraint.argument else { return Err(misplaced(constraint)) };
    let check = match constraint.keyword {
        "minItems" => min_items,
        "maxItems" => max_items,
        _ => return Err(misplaced(constraint)),
    };
    Ok(Narrowing::new(move |count| check(*count, bound)))
}

/// A keyword where no type has it.
fn misplaced(constraint: &Constraint) -> Finding {
    let message = format!("`{}` cannot be checked here without generated code", constraint.keyword);
    Finding::new(Code::UnsupportedShape, &constraint.origin, message, "check frames with generated code")
}

/// The parser's word for a JSON type.
const fn kind(kind: JsonType) -> Kind {
    match kind {
        JsonType::Null => Kind::Null,
        JsonType::Boolean => Kind::Boolean,
        JsonType::Integer | JsonType::Number => Kind::Number,
        JsonType::String => Kind::String,
        JsonType::Array => Kind::Array,
        JsonType::Object => Kind::Object,
    }
}

/// The messages of a side's frames.
fn variants(protocol: &Protocol, sender: Side) -> &[Variant] {
    match protocol.frames(sender).map(|root| &protocol.ty(root).shape) {
        Some(Shape::Envelope(envelope)) => &envelope.variants,
        Some(Shape::Union(union)) => &union.variants,
        _ => &[],
    }
}

/// The names of a side's messages, and of those inside of others.
pub(super) fn messages(protocol: &Protocol, sender: Side, arena: Arena<'static>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for variant in variants(protocol, sender) {
        let outer = arena.text(&variant.value);
        names.push(outer);
        if let Shape::Union(union) = &protocol.ty(variant.ty).shape {
            let inner = union.variants.iter().map(|inner| arena.text(&inner.value));
            names.extend(inner.map(|inner| arena.str(&format!("{outer}/{inner}"))));
        }
    }
    names
}

/// Discriminator values that are known, and that the side must not send.
pub(super) fn excluded(protocol: &Protocol, sender: Side, arena: Arena<'static>) -> &'static Excluded {
    let values = |side| variants(protocol, side).iter().flat_map(Variant::values);
    let own: HashSet<&Text> = values(sender).collect();
    let excluded = Excluded {
        sender: sender.name(),
        peer: arena.texts(values(sender.peer()).filter(|value| !own.contains(value))),
        reserved: arena.texts(&protocol.reserved),
    };
    Box::leak(Box::new(excluded))
}

/// What is known of a side's frames.
pub(super) fn frames(protocol: &Protocol, sender: Side, arena: Arena<'static>) -> &'static Frames {
    let shape = protocol.frames(sender).map(|root| &protocol.ty(root).shape);
    let (tag, payload) = match shape {
        Some(Shape::Envelope(envelope)) => (arena.text(&envelope.tag), Some(arena.text(&envelope.payload))),
        Some(Shape::Union(union)) => (arena.text(&union.tag), None),
        _ => ("", None),
    };
    let variants = variants(protocol, sender);
    let nested = variants.iter().filter_map(|variant| match &protocol.ty(variant.ty).shape {
        Shape::Union(union) => Some((arena.text(&variant.value), arena.text(&union.tag))),
        _ => None,
    });
    let legacy = protocol.legacy.iter().find(|legacy| legacy.sender == sender).and_then(|legacy| {
        let Some(Shape::Envelope(envelope)) = shape else { return None };
        Some(&*Box::leak(Box::new(arena.legacy(legacy, envelope))))
    });
    Box::leak(Box::new(Frames {
        tag,
        payload,
        known: arena.texts(variants.iter().flat_map(Variant::values)),
        nested: arena.slice(nested),
        legacy,
        variable: arena.text(&rust::environment_variable(&protocol.name, "LEGACY")),
    }))
}
