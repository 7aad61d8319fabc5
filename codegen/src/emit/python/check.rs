//! What of a protocol Python cannot express.

use super::view::{Item, View};
use crate::diagnostic::{Code, Findings};
use crate::model::{Additional, Argument, Constraint, Direction, Protocol, Shape, Side, TypeDef, Variant};
use crate::source::Origin;
use crate::text::python;
use std::collections::HashSet;

/// Reports all of it.
pub(super) fn protocol(protocol: &Protocol, findings: &mut Findings) {
    let mut check = Check { view: View::new(protocol), findings };
    for direction in &protocol.directions {
        check.direction(direction);
    }
    for ty in &protocol.types {
        check.shape(ty);
        check.words(ty);
        for constraint in &ty.constraints {
            check.constraint(constraint);
        }
    }
    check.names();
    check.messages();
}

struct Check<'p, 'f> {
    view: View<'p>,
    findings: &'f mut Findings,
}

impl Check<'_, '_> {
    fn refuse(&mut self, at: &Origin, what: &str, help: &str) {
        let message = format!("the Python emitter does not express {what}");
        self.findings.add(Code::UnsupportedShape, at, message, help);
    }

    /// Each side's frames are one envelope.
    fn direction(&mut self, direction: &Direction) {
        for root in &direction.roots {
            let ty = self.view.get(*root);
            let is_envelope = matches!(ty.shape, Shape::Envelope(_));
            if direction.sender == Side::Either {
                self.refuse(
                    &ty.origin,
                    "what either side sends",
                    "name the frames of each side under `roots`",
                );
            } else if !is_envelope {
                let help =
                    "let each message refer to one object that holds the discriminator and the payload";
                self.refuse(&ty.origin, "frames without a common envelope", help);
            }
        }
    }

    fn shape(&mut self, ty: &TypeDef) {
        let what = match &ty.shape {
            Shape::Never => "a schema that no value satisfies",
            Shape::BigInteger => "integers without bounds",
            Shape::Tuple(_) => "an array with types of their own for its first items",
            Shape::Map(_) => "an object that maps names to values of one type",
            Shape::Checked(_) => "checks beyond a type's own",
            Shape::Mixed(_) => "values of several JSON types",
            Shape::Choice(_) => "a union that no property tells apart",
            Shape::Object(object) if matches!(object.additional, Additional::Typed(_)) => {
                "a type for properties that are not listed"
            }
            Shape::Union(union) => return self.variants(&union.variants, false),
            Shape::Envelope(envelope) => return self.variants(&envelope.variants, true),
            _ => return,
        };
        self.refuse(&ty.origin, what, "say it with the vocabulary of the profile `strict`");
    }

    /// Messages and members of unions are objects, and have one name each.
    fn variants(&mut self, variants: &[Variant], are_messages: bool) {
        for variant in variants {
            if !variant.others.is_empty() {
                self.refuse(
                    &variant.origin,
                    "several names of one message",
                    "give each name a message of its own",
                );
            }
            let is_carried = match self.view.get(variant.ty).shape {
                Shape::Object(_) => true,
                Shape::FreeObject | Shape::Union(_) => are_messages,
                _ => false,
            };
            if !is_carried {
                self.refuse(&variant.origin, "a member of a union that is no object", "wrap it in an object");
            }
        }
    }

    /// Names are ASCII: Python takes some other letters for the same.
    fn words(&mut self, ty: &TypeDef) {
        let fields = match &ty.shape {
            Shape::Object(object) => object.fields.iter().collect(),
            Shape::Envelope(envelope) => envelope.fields().collect(),
            _ => Vec::new(),
        };
        let fields = fields.into_iter().map(|field| (python::attribute(&field.label), &field.origin));
        let own = (python::class_name(&ty.name.words), &ty.origin);
        for (_, origin) in fields.chain([own]).filter(|(name, _)| !python::is_identifier(name)) {
            self.refuse(origin, "a name with letters beyond ASCII", "name it in ASCII letters");
        }
    }

    fn constraint(&mut self, constraint: &Constraint) {
        match (&constraint.argument, constraint.keyword) {
            (Argument::Pattern(pattern), _) => {
                if python::pattern(pattern).is_none() {
                    let message = format!("the pattern {} cannot be honoured in Python", pattern.quoted());
                    let help = "write an ECMA-262 regular expression without `\\b`, `\\s`, `\\p`, named groups, look-around and back references";
                    self.findings.add(Code::InvalidPattern, &constraint.origin, message, help);
                }
            }
            (
                _,
                "minLength" | "maxLength" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum"
                | "minItems" | "maxItems",
            ) => {}
            (_, keyword) => {
                let what = format!("the keyword `{keyword}`");
                self.refuse(&constraint.origin, &what, "say it with the vocabulary of the profile `strict`");
            }
        }
    }

    /// No two classes or aliases have one name.
    fn names(&mut self) {
        let view = &self.view;
        let items = view.protocol.iter().filter(|(id, _)| view.item(*id) != Item::Inline);
        let items = items.map(|(id, ty)| (view.name(id), &ty.origin));
        let free = view.free.iter().filter_map(|message| Some((message, message.sent.first()?)));
        let free = free.map(|(message, (_, variant))| (message.class.clone(), &variant.origin));
        let roots = view.senders().filter_map(|side| view.envelope(side));
        let unions = roots.map(|(root, _)| (view.message_union(root), &view.get(root).origin));
        let mut taken = HashSet::new();
        for (name, origin) in unions.chain(items).chain(free) {
            if !taken.insert(name.to_uppercase()) {
                let message = format!("two types become `{name}` in Python");
                self.findings.add(Code::NameCollision, origin, message, "rename one of them");
            }
        }
    }

    /// A class is one message: its instances say by themselves which.
    fn messages(&mut self) {
        let sent: Vec<_> = self.view.sent.values().cloned().collect();
        let mut twice: Vec<&Variant> = sent
            .iter()
            .filter_map(|sent| sent.iter().find(|(_, variant)| variant.value != sent[0].1.value))
            .map(|(_, variant)| *variant)
            .collect();
        twice.sort_by(|a, b| a.value.cmp(&b.value));
        for variant in twice {
            let help = "give each message a definition of its own";
            self.refuse(&variant.origin, "one payload for two messages", help);
        }
    }
}
