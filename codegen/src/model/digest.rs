//! The schema digest: a hash of what the protocol means on the wire, and of nothing else.

use super::{Additional, Argument, Field, Object, PlanId, Protocol, Retired, Shape, Slot, TypeId, Variant};
use crate::schema::keywords::JsonType;
use crate::text::Text;
use std::collections::HashMap;
use std::fmt::Write as _;

/// SHA-256 over the wire meaning of both directions, in hexadecimal. Descriptions, type names, the order of
/// properties and messages, and the layout of files do not count.
pub(super) fn digest(protocol: &Protocol) -> String {
    let mut meaning = String::new();
    for direction in &protocol.directions {
        let mut writer = Meaning { protocol, seen: Vec::new(), known: HashMap::new() };
        for root in &direction.roots {
            let _ = writeln!(meaning, "{}: {}", direction.sender.name(), writer.ty(*root));
        }
    }
    crate::output::sha256(meaning.as_bytes())
}

/// Writes types in a canonical notation. A type that is open already is named by its depth, so that
/// recursion ends.
struct Meaning<'a> {
    protocol: &'a Protocol,
    seen: Vec<TypeId>,
    /// What was written before: types are shared, and writing them out at each use may take for ever.
    known: HashMap<TypeId, String>,
}

impl Meaning<'_> {
    fn ty(&mut self, id: TypeId) -> String {
        if let Some(depth) = self.seen.iter().rev().position(|seen| *seen == id) {
            return format!("^{depth}");
        }
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        self.seen.push(id);
        let ty = self.protocol.ty(id);
        let mut constraints: Vec<String> = ty
            .constraints
            .iter()
            .map(|constraint| format!("{}={}", constraint.keyword, self.argument(&constraint.argument)))
            .collect();
        constraints.sort();
        let shape = self.shape(&ty.shape);
        self.seen.pop();
        let meaning =
            if constraints.is_empty() { shape } else { format!("{shape}[{}]", constraints.join(",")) };
        // A hash stands for what is longer than itself, so that the text grows with the schema and no faster.
        let long = meaning.len() > 64;
        let meaning = if long { crate::output::sha256(meaning.as_bytes()) } else { meaning };
        self.known.insert(id, meaning.clone());
        meaning
    }

    fn shape(&mut self, shape: &Shape) -> String {
        match shape {
            Shape::Any => "any".to_owned(),
            Shape::Never => "never".to_owned(),
            Shape::Null => "null".to_owned(),
            Shape::BigInteger => "integer".to_owned(),
            Shape::Map(values) => format!("{{*:{}}}", self.ty(*values)),
            Shape::Checked(inner) => self.ty(*inner),
            Shape::Tuple(tuple) => {
                let prefix: Vec<String> = tuple.prefix.iter().map(|item| self.ty(*item)).collect();
                let rest = tuple.rest.map(|rest| self.ty(rest)).unwrap_or_default();
                format!("[{};{};{rest}]", prefix.join(","), tuple.required)
            }
            Shape::Mixed(mixed) => {
                let member = |this: &mut Self, (kind, ty): &(JsonType, TypeId)| {
                    format!("{}:{}", kind.name(), this.ty(*ty))
                };
                let members = mixed.members.iter().map(|of| member(self, of)).collect();
                format!("<{}|{}>", sorted("|", members), mixed.open)
            }
            Shape::Choice(choice) => {
                let members = choice.members.iter().map(|member| self.ty(member.ty)).collect();
                format!("<{}!{}>", sorted("|", members), choice.exactly_one)
            }
            Shape::FreeObject => "object".to_owned(),
            Shape::Boolean => "boolean".to_owned(),
            Shape::Integer { min, max } => format!("integer {min}..{max}"),
            Shape::Number => "number".to_owned(),
            Shape::String => "string".to_owned(),
            Shape::Constant(text) => text.json(),
            Shape::Enumeration(values) if values.open => "string".to_owned(),
            Shape::Enumeration(values) => {
                sorted("|", values.values.iter().map(|value| value.text.json()).collect())
            }
            Shape::Array(items) => format!("[{}]", self.ty(*items)),
            Shape::Nullable(inner) => format!("{}?", self.ty(*inner)),
            Shape::Object(object) => self.object(object),
            Shape::Union(union) => format!("<{}{}>", union.tag.json(), self.variants(&union.variants)),
            Shape::Envelope(envelope) => {
                let slot = |this: &mut Self, slot: &Slot| match slot {
                    Slot::Tag => format!("tag {}", envelope.tag.json()),
                    Slot::Payload => format!("payload {}", envelope.payload.json()),
                    Slot::Field(field) => this.field(field),
                };
                let mut slots: Vec<String> = envelope.slots.iter().map(|of| slot(self, of)).collect();
                slots.extend(envelope.retired.iter().map(refused));
                let (slots, open) = (sorted(",", slots), envelope.open);
                format!("{{{slots},open={open}}}{}", self.variants(&envelope.variants))
            }
        }
    }

    fn object(&mut self, object: &Object) -> String {
        let mut members: Vec<String> = object.fields.iter().map(|field| self.field(field)).collect();
        members.extend(object.retired.iter().map(refused));
        let open = match object.additional {
            Additional::Open => "true".to_owned(),
            Additional::Closed => "false".to_owned(),
            Additional::Typed(values) => self.ty(values),
        };
        format!("{{{},open={open}}}", sorted(",", members))
    }

    fn field(&mut self, field: &Field) -> String {
        let mark = if field.required { "" } else { "~" };
        format!("{}{mark}:{}", field.name.json(), self.ty(field.ty))
    }

    fn variants(&mut self, variants: &[Variant]) -> String {
        let variant = |variant: &Variant| {
            let values: Vec<String> = variant.values().map(Text::json).collect();
            format!("{}=>{}", values.join("|"), self.ty(variant.ty))
        };
        sorted(";", variants.iter().map(variant).collect())
    }

    fn argument(&self, argument: &Argument) -> String {
        match argument {
            Argument::Count(count) => count.to_string(),
            Argument::Bound(bound) => format!("{bound:?}"),
            Argument::Pattern(pattern) => pattern.json(),
            Argument::Plan(id) => self.plan(*id),
        }
    }

    /// The checks that can be reached, under the numbers in which they are reached.
    fn plan(&self, id: PlanId) -> String {
        let plan = &self.protocol.plan;
        let reached = plan.reachable([id]);
        let number: HashMap<String, usize> =
            reached.iter().enumerate().map(|(number, id)| (format!("{id:?}"), number)).collect();
        let mut meaning = String::new();
        for id in &reached {
            let checks = format!("{:?}", plan.get(*id).checks);
            for word in checks.split_inclusive(')') {
                let (before, id) = word.split_at(word.rfind("PlanId(").unwrap_or(word.len()));
                let _ = write!(meaning, "{before}{}", number.get(id).map_or(id.to_owned(), usize::to_string));
            }
        }
        crate::output::sha256(meaning.as_bytes())
    }
}

fn refused(retired: &Retired) -> String {
    format!("{}:never", Text::json(&retired.name))
}

fn sorted(separator: &str, mut parts: Vec<String>) -> String {
    parts.sort();
    parts.join(separator)
}
