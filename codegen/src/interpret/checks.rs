//! The check plan as its interpreter takes it.

use super::build::{index, translated};
use crate::diagnostic::{Finding, Findings};
use crate::model::plan::{self as model, Entry, Named};
use crate::model::{Arena, PlanId};
use crate::plan::{Anchor, Check, Plan, Schema, Test, Types};
use crate::schema::keywords::JsonType;
use crate::source::Origin;
use crate::text::{Text, rust};
use crate::{backtracking, pattern};

/// The whole plan; its schemas have the numbers of the model's.
pub(super) fn plan(plan: &model::Plan, arena: Arena<'static>, findings: &mut Findings) -> &'static Plan {
    let builder = Builder { arena };
    let schemas = plan.entries.iter().map(|entry| match builder.schema(entry) {
        Ok(schema) => schema,
        Err(finding) => {
            findings.report(finding);
            Schema { resource: entry.resource, checks: &[] }
        }
    });
    let schemas = arena.slice(schemas);
    let anchors = arena.slice(plan.anchors.iter().map(|anchor| Anchor {
        resource: anchor.resource,
        name: arena.text(&anchor.name),
        schema: index(anchor.entry),
    }));
    Box::leak(Box::new(Plan { schemas, anchors }))
}

struct Builder {
    arena: Arena<'static>,
}

impl Builder {
    fn schema(&self, entry: &Entry) -> Result<Schema, Finding> {
        let checks = entry.checks.iter().map(|check| self.check(check, &entry.origin));
        let checks = checks.collect::<Result<Vec<_>, _>>()?;
        Ok(Schema { resource: entry.resource, checks: self.arena.slice(checks.into_iter()) })
    }

    fn check(&self, check: &model::Check, origin: &Origin) -> Result<Check, Finding> {
        let arena = self.arena;
        Ok(match check {
            model::Check::Never => Check::Never,
            model::Check::Types { types, strict_integer } => Check::Types(set(types, *strict_integer)),
            model::Check::Enumeration(values) => match arena.texts(values) {
                [value] => Check::Const(value),
                values => Check::Enum(values),
            },
            model::Check::Bound(keyword, bound) => bounded(keyword, arena.text(bound)),
            model::Check::Count(keyword, count) => counted(keyword, *count),
            model::Check::Pattern(pattern) => {
                Check::Pattern(self.test(pattern, origin)?, arena.text(pattern))
            }
            model::Check::UniqueItems => Check::UniqueItems,
            model::Check::Required(names) => Check::Required(arena.texts(names)),
            model::Check::DependentRequired(names) => {
                let names = names.iter().map(|(name, others)| (arena.text(name), arena.texts(others)));
                Check::DependentRequired(arena.slice(names))
            }
            model::Check::Properties { named, patterns, additional } => {
                let tests =
                    patterns.iter().map(|(pattern, id)| Ok((self.test(pattern, origin)?, index(*id))));
                let tests = tests.collect::<Result<Vec<_>, Finding>>()?;
                let patterns = arena.slice(tests.into_iter());
                Check::Properties { named: self.named(named), patterns, additional: additional.map(index) }
            }
            applying => self.applying(applying),
        })
    }

    /// Checks that apply other schemas, and nothing else.
    fn applying(&self, check: &model::Check) -> Check {
        match check {
            model::Check::PrefixItems(ids) => Check::PrefixItems(self.many(ids)),
            model::Check::AllOf(ids) => Check::AllOf(self.many(ids)),
            model::Check::AnyOf(ids) => Check::AnyOf(self.many(ids)),
            model::Check::OneOf(ids) => Check::OneOf(self.many(ids)),
            model::Check::Items(from, id) => Check::Items { from: *from, schema: index(*id) },
            model::Check::Contains(id, min, max) => {
                Check::Contains { schema: index(*id), min: *min, max: *max }
            }
            model::Check::PropertyNames(id) => Check::PropertyNames(index(*id)),
            model::Check::DependentSchemas(named) => Check::DependentSchemas(self.named(named)),
            model::Check::Not(id) => Check::Not(index(*id)),
            model::Check::If(condition, then, otherwise) => Check::If {
                condition: index(*condition),
                then: then.map(index),
                otherwise: otherwise.map(index),
            },
            model::Check::Reference(id) => Check::Ref(index(*id)),
            model::Check::DynamicReference(anchor, id) => {
                Check::DynamicRef { anchor: self.arena.text(anchor), fallback: index(*id) }
            }
            model::Check::UnevaluatedItems(id) => Check::UnevaluatedItems(index(*id)),
            model::Check::UnevaluatedProperties(id) => Check::UnevaluatedProperties(index(*id)),
            // The others apply no schema.
            _ => Check::Never,
        }
    }

    fn many(&self, ids: &[PlanId]) -> &'static [usize] {
        self.arena.slice(ids.iter().map(|id| index(*id)))
    }

    fn named(&self, named: &[Named]) -> &'static [(&'static str, usize)] {
        self.arena.slice(named.iter().map(|(name, id)| (self.arena.text(name), index(*id))))
    }

    fn test(&self, pattern: &Text, origin: &Origin) -> Result<Test, Finding> {
        let written = self.arena.text(pattern);
        let (engine, text) = translated(pattern, origin)?;
        let text = self.arena.str(&text);
        Ok(match engine {
            rust::Engine::Linear => {
                let pattern = pattern::Pattern::new(written, text);
                Test(Box::leak(Box::new(move |text: &str| pattern.matches(text))))
            }
            rust::Engine::Backtracking => {
                let pattern = backtracking::Pattern::new(written, text);
                Test(Box::leak(Box::new(move |text: &str| pattern.matches(text))))
            }
        })
    }
}

fn bounded(keyword: &str, bound: &'static str) -> Check {
    match keyword {
        "minimum" => Check::Minimum(bound),
        "maximum" => Check::Maximum(bound),
        "exclusiveMinimum" => Check::ExclusiveMinimum(bound),
        "exclusiveMaximum" => Check::ExclusiveMaximum(bound),
        "multipleOf" => Check::MultipleOf(bound),
        _ => Check::Never,
    }
}

fn counted(keyword: &str, count: u64) -> Check {
    match keyword {
        "minLength" => Check::MinLength(count),
        "maxLength" => Check::MaxLength(count),
        "minItems" => Check::MinItems(count),
        "maxItems" => Check::MaxItems(count),
        "minProperties" => Check::MinProperties(count),
        "maxProperties" => Check::MaxProperties(count),
        _ => Check::Never,
    }
}

fn set(types: &[JsonType], strict_integer: bool) -> Types {
    types.iter().fold(Types::NONE, |set, kind| {
        set.or(match kind {
            JsonType::Null => Types::NULL,
            JsonType::Boolean => Types::BOOLEAN,
            JsonType::Integer if strict_integer => Types::STRICT_INTEGER,
            JsonType::Integer => Types::INTEGER,
            JsonType::Number => Types::NUMBER,
            JsonType::String => Types::STRING,
            JsonType::Array => Types::ARRAY,
            JsonType::Object => Types::OBJECT,
        })
    })
}
