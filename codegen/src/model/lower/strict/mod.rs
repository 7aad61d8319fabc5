//! The strict profile: what a schema of one's own may not say, although it could be lowered.
//!
//! Every schema that can be reached from the roots is looked at once: whether its keywords go together, and whether
//! what people will read of it has a name and a description.

mod object;
mod scalar;
mod union;

use super::Lowerer;
use super::atoms::Atom;
use crate::diagnostic::{Code, Finding};
use crate::schema::keywords::JsonType;
use crate::schema::{Body, Keywords, Schema, SchemaId};
use crate::text::Text;
use std::collections::HashSet;

/// Reports everything that the profile refuses.
pub(super) fn lint(lowerer: &mut Lowerer<'_>) {
    let roots: Vec<SchemaId> = lowerer.schemas.roots.iter().collect();
    let mut lints = Lints { lowerer, seen: HashSet::new(), depth: 0 };
    for root in roots {
        lints.visit(root, None);
    }
}

/// How many schemas may lie within each other. JSON text that nests deeply is refused when it is read, but
/// references nest without limit, and would exhaust the stack of a thread.
const DEEPEST: usize = 64;

struct Lints<'l, 'a> {
    lowerer: &'l mut Lowerer<'a>,
    seen: HashSet<SchemaId>,
    /// In how many schemas the one at hand lies.
    depth: usize,
}

/// What kind of type needs a name of its own; nothing for types that programming languages have.
type Kind = Option<&'static str>;

/// A schema with its keywords, to be looked at.
#[derive(Clone, Copy)]
struct Subject<'a> {
    id: SchemaId,
    schema: &'a Schema,
    keywords: &'a Keywords,
}

impl<'a> Lints<'_, 'a> {
    /// Looks at a schema and all that it is made of. `outer` is the name of a type that it stands for.
    fn visit(&mut self, schema: SchemaId, outer: Option<&'a Text>) {
        let id = match self.lowerer.follow(schema) {
            Ok(id) => id,
            Err(finding) => return self.lowerer.findings.report(finding),
        };
        let schema = self.lowerer.schemas.get(id);
        if self.depth > 0 && self.is_frames(schema) {
            self.lowerer.findings.report(inner_frames(schema));
        }
        if !self.seen.insert(id) {
            return;
        }
        if self.depth >= DEEPEST {
            return self.lowerer.findings.report(too_deep(schema));
        }
        let name = schema.name.as_ref().or(outer);
        self.depth += 1;
        let kind = self.schema(id, schema, name);
        self.depth -= 1;
        match kind {
            Ok(kind) => self.named(schema, kind, name),
            Err(finding) => self.lowerer.findings.report(finding),
        }
    }

    /// Whether what people will read of a type has a name and a description.
    fn named(&mut self, schema: &Schema, kind: Kind, name: Option<&Text>) {
        let described = schema.keywords().is_some_and(|keywords| keywords.notes.description.is_some());
        let findings = &mut *self.lowerer.findings;
        match (name, kind) {
            (None, Some(kind)) => {
                let help = "move it into `$defs` under the name that its type should have, and refer to it";
                let message = format!("{kind} has no name");
                findings.add(Code::UnnamedObject, &schema.origin, message, help);
            }
            (Some(name), _) if !described => {
                let message = format!("the type {} has no description", name.quoted());
                findings.add(Code::MissingDescription, &schema.origin, message, "add a `description`");
            }
            _ => {}
        }
    }

    fn schema(&mut self, id: SchemaId, schema: &'a Schema, name: Option<&'a Text>) -> Result<Kind, Finding> {
        let keywords = match &schema.body {
            Body::Boolean(true) => return Ok(None),
            Body::Boolean(false) => return Err(nothing_fits(schema)),
            Body::Keywords(keywords) => keywords,
        };
        let subject = Subject { id, schema, keywords };
        if let Some(constant) = &keywords.constant {
            return scalar::constant(subject, constant);
        }
        if keywords.enumeration.is_some() || keywords.notes.known_values.is_some() {
            return self.enumeration(subject);
        }
        if let Some(members) = keywords.union() {
            return self.union(subject, members, name);
        }
        let kind = self.typed(subject)?;
        // What may be null as well is called after the property that holds it.
        Ok(kind.filter(|_| !keywords.types.contains(&JsonType::Null)))
    }

    /// A schema with at most one type besides `null`.
    fn typed(&mut self, subject: Subject<'a>) -> Result<Kind, Finding> {
        let Subject { schema, keywords, .. } = subject;
        let types: Vec<JsonType> =
            keywords.types.iter().copied().filter(|kind| *kind != JsonType::Null).collect();
        match types[..] {
            [] if keywords.reference.is_some() => self.object(subject),
            // A description that stands alone is a decision: any JSON value.
            [] if keywords.accepts_anything() && keywords.notes.description.is_some() => Ok(None),
            [] => Err(no_type(schema, keywords)),
            [JsonType::Object] => self.object(subject),
            [JsonType::Array] => self.array(subject),
            [kind] => self.scalar(subject, kind),
            _ => Err(unsupported(schema, "a value of several types has no shape yet")),
        }
    }

    fn array(&mut self, subject: Subject<'a>) -> Result<Kind, Finding> {
        let Subject { schema, keywords, .. } = subject;
        only(schema, keywords, &["type", "items"])?;
        scalar::narrowing(keywords, JsonType::Array)?;
        let items =
            keywords.items.ok_or_else(|| unsupported(schema, "the array does not say what its items are"))?;
        self.visit(items, None);
        Ok(None)
    }

    /// Whether two schemas together mean no more than that the first one is a case of the second.
    fn narrows(&self, own: SchemaId, general: SchemaId) -> Result<bool, Finding> {
        let (own, general) = (Atom::Schema(own), Atom::Schema(general));
        Ok(self.lowerer.normalised(&[own, general])? == self.lowerer.normalised(&[own])?)
    }
}

/// Refuses keywords that decide a shape but are not among those that go with this one.
fn only(schema: &Schema, keywords: &Keywords, together: &[&str]) -> Result<(), Finding> {
    match keywords.shape_keywords().into_iter().find(|keyword| !together.contains(keyword)) {
        Some(other) => {
            let together: Vec<String> = together.iter().map(|keyword| format!("`{keyword}`")).collect();
            let message = format!("`{other}` cannot be honoured together with {}", together.join(", "));
            Err(unsupported(schema, message))
        }
        None => Ok(()),
    }
}

fn unsupported(schema: &Schema, message: impl Into<String>) -> Finding {
    let help =
        "say it with the keywords that schema/README.md lists; refusing is safer than accepting too much";
    Finding::new(Code::UnsupportedShape, &schema.origin, message, help)
}

fn contradiction(schema: &Schema, message: impl Into<String>) -> Finding {
    let help = "no message could ever satisfy this; mend one of the keywords";
    Finding::new(Code::Unsatisfiable, &schema.origin, message, help)
}

fn inner_frames(schema: &Schema) -> Finding {
    let message = "frames that share an envelope are only supported as the root of a direction";
    let help = "name this union in `roots` of the manifest, or write it as a tagged union of objects";
    Finding::new(Code::UnsupportedShape, &schema.origin, message, help)
}

fn too_deep(schema: &Schema) -> Finding {
    let message = format!("more than {DEEPEST} schemas lie within each other");
    Finding::new(Code::UnsupportedShape, &schema.origin, message, "flatten the types")
}

fn nothing_fits(schema: &Schema) -> Finding {
    let help = "`false` is only for properties that were retired";
    Finding::new(Code::Unsatisfiable, &schema.origin, "no value satisfies `false`", help)
}

fn no_type(schema: &Schema, keywords: &Keywords) -> Finding {
    let help = "add `type`, or write `true` if every JSON value is meant";
    let message = match keywords.shape_keywords().first() {
        Some(first) => format!("`{first}` stands without a `type`, so it says nothing about other values"),
        None => "the schema does not say what it accepts".to_owned(),
    };
    Finding::new(Code::MissingType, &schema.origin, message, help)
}
