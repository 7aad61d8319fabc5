//! Which of the changes of a message it is that breaks somebody.
//!
//! Of a message it is proved whether a consumer refuses it. Where several changes may be why, each is asked for itself: of
//! the value where it was told, whether the consumer accepts all that the producer can put there.

use super::Version;
use super::change::Fact;
use super::explain::Explained;
use super::messages::Message;
use super::rules::{CONTENT, Effect, Rule};
use crate::compat::{Options, Side, Verdict, View, included, read_text};
use crate::schema::dialect::Dialect;
use crate::schema::{Body, Keywords, Reference, SchemaId, Schemas};
use crate::source::Pointer;
use crate::text::value::raw;
use serde_json::json;
use std::collections::BTreeSet;

/// A message of one of the versions.
pub(super) type Of<'a> = (&'a Version, &'a Message);

/// What a consumer does with what a producer emits, as far as one change goes.
#[derive(Debug, Clone)]
pub(super) struct Own {
    pub(super) fact: Fact,
    /// Whether it is this change or another one at the same place, and nobody can tell which.
    pub(super) together: bool,
}

/// What of the fact about a message is due to each of its changes.
pub(super) fn own(
    explained: &[Explained],
    fact: &Fact,
    effect: fn(&Rule) -> Effect,
    producer: Of<'_>,
    consumer: Of<'_>,
    options: &Options,
) -> Vec<Own> {
    let claims = |one: &Explained| matches!(effect(one.rule), Effect::Refuses | Effect::Depends);
    let mut own: Vec<Own> =
        explained.iter().map(|one| Own { fact: fact.claimed(effect(one.rule)), together: false }).collect();
    let mut rivals: Vec<usize> = (0..explained.len()).filter(|index| claims(&explained[*index])).collect();
    if rivals.len() < 2 || !fact.breaks() {
        return own;
    }
    let local: Vec<Option<bool>> = explained
        .iter()
        .map(|one| if claims(one) { accepted(one, producer, consumer, options) } else { None })
        .collect();
    let content = |index: &usize| std::ptr::eq(explained[*index].rule, CONTENT);
    let accused = |index: &usize| local[*index] != Some(true) && !content(index);
    // If none of them is at fault where it was told, it is all of them together.
    let alone = rivals.iter().any(accused);
    if alone {
        for index in rivals.iter().filter(|index| !accused(index)) {
            own[*index].fact = Fact::Accepted;
        }
        rivals.retain(accused);
    }
    for index in &rivals {
        let path = &explained[*index].path;
        let near = |other: &&usize| {
            let other = &explained[**other];
            let below = other
                .path
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            below && !is_presence(other.rule) || local[*index].is_none()
        };
        let others = rivals.iter().filter(|other| *other != index);
        own[*index].together =
            !alone || !is_presence(explained[*index].rule) && others.clone().any(|other| near(&other));
    }
    own
}

/// Whether the rule is about whether a property is there, and not about its value.
fn is_presence(rule: &Rule) -> bool {
    required(rule) || refused(rule)
}

fn required(rule: &Rule) -> bool {
    matches!(rule.id, "ENV-003" | "ENV-004" | "FLD-003" | "FLD-006" | "FLD-007" | "FLD-008")
}

fn refused(rule: &Rule) -> bool {
    matches!(rule.id, "FLD-010" | "FLD-013" | "TYP-020" | "UNI-016")
}

/// Whether a consumer accepts all that a producer can put where a change was told; `None` if that was not decided.
fn accepted(change: &Explained, producer: Of<'_>, consumer: Of<'_>, options: &Options) -> Option<bool> {
    let path = Pointer::from(change.path.as_str()).tokens();
    let (last, above) = path.split_last().map_or((None, &[][..]), |(last, above)| (Some(last), above));
    let presence = last.filter(|_| is_presence(change.rule));
    let names = if presence.is_some() { above } else { &path };
    let emitted = Place::of(producer, names)?;
    let verdict = match presence {
        Some(name) => {
            let wanted = if required(change.rule) {
                json!({ "type": "object", "required": [name] })
            } else {
                json!({ "properties": { name: false } })
            };
            let schemas = read_text(&wanted.to_string(), Dialect::Draft202012).ok()?;
            included(&emitted.side(View::Closed), &Side::root(&schemas)?, options)
        }
        None => included(&emitted.side(View::Closed), &Place::of(consumer, names)?.side(View::Open), options),
    };
    match verdict {
        Verdict::Proved => Some(true),
        Verdict::Refuted { .. } => Some(false),
        Verdict::Unknown { .. } => None,
    }
}

/// The schemas that apply to a value in the frames of a message.
struct Place<'a> {
    schemas: &'a Schemas,
    root: SchemaId,
    beside: Vec<SchemaId>,
}

impl<'a> Place<'a> {
    fn of((version, message): Of<'a>, names: &[String]) -> Option<Self> {
        let schemas = &version.schemas;
        let mut at = BTreeSet::from([message.schema]);
        for name in names {
            let applied = applied(schemas, &at)?;
            at = applied.iter().flat_map(|keywords| below(keywords, name)).collect();
        }
        let mut found = at.into_iter();
        let root = found.next()?;
        Some(Self { schemas, root, beside: found.collect() })
    }

    fn side(&self, view: View) -> Side<'_> {
        let Self { schemas, root, beside } = self;
        Side { schemas, root: *root, beside, instead: &[], view, without: None, rewritings: &[] }
    }
}

/// What is said of a property, or of any item.
fn below(keywords: &Keywords, name: &str) -> Vec<SchemaId> {
    let declared = keywords.properties.iter().filter(|of| *raw(&of.name) == *name).map(|of| of.schema);
    let mut found: Vec<SchemaId> = declared.collect();
    if name == "*" {
        found.extend(keywords.items.into_iter().chain(keywords.additional_properties));
    } else if found.is_empty() {
        found.extend(keywords.additional_properties);
    }
    found
}

/// All schemas that apply to the same value; none if a union leaves a choice besides null.
fn applied<'a>(schemas: &'a Schemas, of: &BTreeSet<SchemaId>) -> Option<Vec<&'a Keywords>> {
    let mut open: Vec<SchemaId> = of.iter().copied().collect();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some(id) = open.pop() {
        let Some(keywords) = schemas.get(id).keywords().filter(|_| seen.insert(id)) else { continue };
        let references = [&keywords.reference, &keywords.dynamic_reference].into_iter().flatten();
        open.extend(references.filter_map(|Reference { target, .. }| *target));
        open.extend(&keywords.all_of);
        for union in keywords.any_of.iter().chain(&keywords.one_of) {
            let mut members = union.iter().filter(|member| !is_null(schemas, **member));
            open.extend(members.next());
            if members.next().is_some() {
                return None;
            }
        }
        if keywords.condition.is_some() || !keywords.prefix_items.is_empty() {
            return None;
        }
        found.push(keywords);
    }
    Some(found)
}

fn is_null(schemas: &Schemas, id: SchemaId) -> bool {
    use crate::schema::keywords::JsonType;
    match &schemas.get(id).body {
        Body::Keywords(keywords) => keywords.types == [JsonType::Null],
        Body::Boolean(accepts) => !accepts,
    }
}
