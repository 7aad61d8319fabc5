//! What types carry.

use super::{At, Bare, Diff, words};
use crate::model::{Choice, Enumeration, Mixed, Shape, Tuple, TypeId, Union, Variant};
use crate::text::Text;
use crate::text::value::raw;

impl<'a> Diff<'a> {
    /// Two shapes at the same place.
    pub(super) fn shapes(&mut self, old: &Bare<'a>, new: &Bare<'a>, at: &At) {
        match (old.shape, new.shape) {
            (Shape::Object(one), Shape::Object(other)) => self.objects(one, other, at),
            (Shape::Array(one), Shape::Array(other)) | (Shape::Map(one), Shape::Map(other)) => {
                self.types(*one, *other, &at.member("*"));
            }
            (Shape::Tuple(one), Shape::Tuple(other)) => self.tuples(one, other, at),
            (Shape::Enumeration(one), Shape::Enumeration(other)) => self.enumerations(one, other, at),
            (Shape::Union(one), Shape::Union(other)) => self.unions(one, other, at),
            (Shape::Mixed(one), Shape::Mixed(other)) => self.mixed(one, other, at),
            (Shape::Choice(one), Shape::Choice(other)) => self.choices(one, other, at),
            (one, other) => {
                let told = self.changed(one, other, old.id, new.id, at);
                // What a type does not carry, checks may: then it is they that tell.
                let checked = |rule: &str| {
                    rule == "TYP-019" && new.is_checked() || rule == "TYP-018" && old.is_checked()
                };
                if let Some(rule) = told.filter(|rule| !checked(rule)) {
                    self.tell(rule, at, Some(words::ty(self.old, old.id)), Some(words::ty(self.new, new.id)));
                }
            }
        }
    }

    /// The rule for two shapes of different kinds; nothing if they are the same.
    fn changed(
        &mut self,
        one: &'a Shape,
        other: &'a Shape,
        old: TypeId,
        new: TypeId,
        at: &At,
    ) -> Option<&'static str> {
        if std::mem::discriminant(one) == std::mem::discriminant(other) && !matches!(one, Shape::Constant(_))
        {
            return None;
        }
        let rule = match (one, other) {
            (Shape::Never, _)
            | (Shape::Integer { .. } | Shape::BigInteger, Shape::Integer { .. } | Shape::BigInteger) => {
                return None;
            }
            (Shape::Constant(one), Shape::Constant(other)) if one == other => return None,
            (_, Shape::Never) => "TYP-020",
            (Shape::Any, _) | (Shape::FreeObject, Shape::Object(_) | Shape::Map(_)) => "TYP-018",
            (_, Shape::Any) | (Shape::Object(_) | Shape::Map(_), Shape::FreeObject) => "TYP-019",
            (Shape::Integer { .. } | Shape::BigInteger, Shape::Number) => "TYP-004",
            (Shape::Number, Shape::Integer { .. } | Shape::BigInteger) => "TYP-005",
            (Shape::Object(_), Shape::Map(_)) => "TYP-013",
            (Shape::Map(_), Shape::Object(_)) => "TYP-014",
            (Shape::Array(_), Shape::Tuple(_)) | (Shape::Tuple(_), Shape::Array(_)) => "ARR-012",
            (Shape::Mixed(_), _) if self.is_member(other, one, false) => "TYP-003",
            (_, Shape::Mixed(_)) if self.is_member(one, other, true) => "TYP-002",
            (Shape::Choice(_) | Shape::Union(_), _) if self.is_member(other, one, false) => "UNI-012",
            (_, Shape::Choice(_) | Shape::Union(_)) if self.is_member(one, other, true) => "UNI-011",
            _ => texts(one, other).unwrap_or("TYP-001"),
        };
        // The type that both have may have changed besides.
        match (one, other) {
            (Shape::Mixed(mixed), _) => self.same_kind(mixed, other, at, |member| (member, new)),
            (_, Shape::Mixed(mixed)) => self.same_kind(mixed, one, at, |member| (old, member)),
            _ => {}
        }
        Some(rule)
    }

    fn same_kind(
        &mut self,
        mixed: &Mixed,
        other: &Shape,
        at: &At,
        pair: impl Fn(TypeId) -> (TypeId, TypeId),
    ) {
        let found = mixed.members.iter().find(|(kind, _)| kind_of(other) == Some(kind.name()));
        if let Some((_, member)) = found {
            let (old, new) = pair(*member);
            self.types(old, new, at);
        }
    }

    /// Whether a type is like a member of another one, which is of the new version (`in_new`) or of the old one.
    fn is_member(&self, one: &Shape, of: &Shape, in_new: bool) -> bool {
        let protocol = if in_new { self.new } else { self.old };
        let kind = kind_of(one);
        of.children().into_iter().any(|child| kind_of(Bare::of(protocol, child).shape) == kind)
    }

    fn enumerations(&mut self, old: &Enumeration, new: &Enumeration, at: &At) {
        let shown = |text: &Text| Some(format!("\"{}\"", raw(text)));
        if old.open != new.open {
            let words = |values: &Enumeration| {
                Some(if values.open { "any text".to_owned() } else { "the listed values alone".to_owned() })
            };
            self.tell_either(new.open, ["ENM-009", "ENM-008"], at, [words(old), words(new)]);
        }
        let open = old.open || new.open;
        for value in new.values.iter().filter(|value| !has(old, &value.text)) {
            self.tell(if open { "ENM-002" } else { "ENM-001" }, at, None, shown(&value.text));
        }
        for value in old.values.iter().filter(|value| !has(new, &value.text)) {
            let rule = if new.open { "ENM-004" } else { "ENM-003" };
            self.tell(rule, at, shown(&value.text), None);
        }
    }

    fn tuples(&mut self, old: &'a Tuple, new: &'a Tuple, at: &At) {
        for (index, (one, other)) in old.prefix.iter().zip(&new.prefix).enumerate() {
            self.types(*one, *other, &at.member(&index.to_string()));
        }
        let places = |tuple: &Tuple| Some(format!("{} places", tuple.prefix.len()));
        if old.prefix.len() != new.prefix.len() {
            let more = new.prefix.len() > old.prefix.len();
            self.tell_either(more, ["ARR-010", "ARR-011"], at, [places(old), places(new)]);
        }
        match (old.rest, new.rest) {
            (Some(one), Some(other)) => self.types(one, other, &at.member("*")),
            (None, None) => {}
            (one, _) => {
                let words = [Some("more items".to_owned()), Some("no more items".to_owned())];
                let [more, none] = words;
                let values = if one.is_some() { [more, none] } else { [none, more] };
                self.tell_either(one.is_none(), ["ARR-010", "ARR-011"], at, values);
            }
        }
    }

    fn unions(&mut self, old: &'a Union, new: &'a Union, at: &At) {
        if old.tag != new.tag {
            self.tell("ENV-001", at, Some(raw(&old.tag).to_owned()), Some(raw(&new.tag).to_owned()));
            return;
        }
        let of = |union: &'a Union, value: &Text| -> Option<&'a Variant> {
            union.variants.iter().find(|variant| variant.values().any(|has| has == value))
        };
        for variant in &new.variants {
            for value in variant.values() {
                if let Some(before) = of(old, value) {
                    self.types(before.ty, variant.ty, at);
                } else {
                    let at = at.said(&variant.origin);
                    self.tell("UNI-001", &at, None, Some(raw(value).to_owned()));
                }
            }
        }
        for value in old.variants.iter().flat_map(Variant::values) {
            if of(new, value).is_none() {
                self.tell("UNI-003", at, Some(raw(value).to_owned()), None);
            }
        }
    }

    fn mixed(&mut self, old: &'a Mixed, new: &'a Mixed, at: &At) {
        for (kind, ty) in &new.members {
            match old.members.iter().find(|(had, _)| had == kind) {
                Some((_, before)) => self.types(*before, *ty, at),
                None if old.open => {}
                None => self.tell("TYP-002", at, None, Some(words::ty(self.new, *ty))),
            }
        }
        for (kind, ty) in &old.members {
            if !new.open && new.members.iter().all(|(has, _)| has != kind) {
                self.tell("TYP-003", at, Some(words::ty(self.old, *ty)), None);
            }
        }
    }

    fn choices(&mut self, old: &'a Choice, new: &'a Choice, at: &At) {
        for member in &new.members {
            match old.members.iter().find(|had| had.name == member.name) {
                Some(before) => self.types(before.ty, member.ty, at),
                None => self.tell("UNI-001", at, None, Some(raw(&member.name).to_owned())),
            }
        }
        for member in &old.members {
            if new.members.iter().all(|has| has.name != member.name) {
                self.tell("UNI-003", at, Some(raw(&member.name).to_owned()), None);
            }
        }
    }
}

/// The rule for two kinds of texts.
fn texts(one: &Shape, other: &Shape) -> Option<&'static str> {
    Some(match (one, other) {
        (Shape::Constant(_), Shape::Constant(_)) => "TYP-015",
        (Shape::Constant(value), Shape::Enumeration(values)) if has(values, value) => "TYP-016",
        (Shape::Enumeration(values), Shape::Constant(value)) if has(values, value) => "TYP-017",
        (Shape::Enumeration(values), Shape::String) if values.open => "ENM-004",
        (Shape::String, Shape::Enumeration(values)) if values.open => "ENM-002",
        (Shape::Enumeration(_) | Shape::Constant(_), Shape::String) => "ENM-006",
        (Shape::String, Shape::Enumeration(_) | Shape::Constant(_)) => "ENM-007",
        _ => return None,
    })
}

fn has(values: &Enumeration, text: &Text) -> bool {
    values.values.iter().any(|value| value.text == *text)
}

/// The JSON type of the values, if they all are of one.
fn kind_of(shape: &Shape) -> Option<&'static str> {
    match shape {
        Shape::Null => Some("null"),
        Shape::Boolean => Some("boolean"),
        Shape::Integer { .. } | Shape::BigInteger => Some("integer"),
        Shape::Number => Some("number"),
        Shape::String | Shape::Constant(_) | Shape::Enumeration(_) => Some("string"),
        Shape::Array(_) | Shape::Tuple(_) => Some("array"),
        Shape::FreeObject | Shape::Map(_) | Shape::Object(_) | Shape::Union(_) | Shape::Envelope(_) => {
            Some("object")
        }
        Shape::Any
        | Shape::Never
        | Shape::Nullable(_)
        | Shape::Checked(_)
        | Shape::Mixed(_)
        | Shape::Choice(_) => None,
    }
}
