//! Forms that one frame fits: the proof that there is none, or the frame.

use super::{Condition, Legacy, LegacyForm, Names, wrong};
use crate::diagnostic::Findings;
use crate::schema::LegacyForm as Declared;
use crate::text::{Text, quoted};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Reports each pair of forms that one frame fits, with the frame.
///
/// `known` are the pairs that were reported of the other side.
pub(super) fn check(
    legacy: &Legacy,
    declared: &[&Declared],
    known: &mut BTreeSet<(Text, Text)>,
    findings: &mut Findings,
) {
    let cases: Vec<Vec<Case>> = legacy.forms.iter().map(|form| cases(legacy, form)).collect();
    for (index, (form, own)) in declared.iter().zip(&cases).enumerate() {
        for (other, earlier) in declared.iter().zip(&cases).take(index) {
            let mut pairs = earlier.iter().flat_map(|a| own.iter().filter_map(|b| a.and(b)));
            let Some(both) = pairs.next() else { continue };
            if !known.insert((form.name(), other.name())) {
                continue;
            }
            let message = format!(
                "the frame {} fits this form and {} as well",
                quoted(&both.witness().to_string()),
                other.name().quoted()
            );
            let finding = wrong(form, "match", message, "let `match` or `names` tell the two forms apart");
            findings.report(finding.also(&other.origin("match"), "the other form"));
        }
    }
}

/// What must hold of places in a frame. A form is one of several cases.
#[derive(Debug, Clone, Default)]
struct Case(BTreeMap<Vec<Text>, Holds>);

/// What must hold of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Holds {
    Absent,
    Object,
    Number,
    String,
    OneOf(BTreeSet<Text>),
}

impl Holds {
    fn and(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::OneOf(a), Self::OneOf(b)) => {
                let both: BTreeSet<Text> = a.intersection(b).cloned().collect();
                (!both.is_empty()).then_some(Self::OneOf(both))
            }
            (Self::OneOf(values), Self::String) | (Self::String, Self::OneOf(values)) => {
                Some(Self::OneOf(values.clone()))
            }
            (a, b) => (a == b).then(|| a.clone()),
        }
    }

    fn sample(&self) -> Option<Value> {
        match self {
            Self::Absent => None,
            Self::Object => Some(json!({})),
            Self::Number => Some(json!(0)),
            Self::String => Some(json!("")),
            Self::OneOf(values) => values.first().map(raw),
        }
    }
}

impl Case {
    /// The same case where this holds as well; none if it cannot.
    fn with(mut self, place: Vec<Text>, holds: &Holds) -> Option<Self> {
        let both = self.0.get(&place).map_or_else(|| Some(holds.clone()), |known| known.and(holds))?;
        let (parent, below) = (place.split_last().map(|(_, above)| above.to_vec()), *holds != Holds::Absent);
        self.0.insert(place, both);
        // What has members is an object.
        match parent {
            Some(parent) if below && !parent.is_empty() => self.with(parent, &Holds::Object),
            _ => Some(self),
        }
    }

    fn and(&self, other: &Self) -> Option<Self> {
        other.0.iter().try_fold(self.clone(), |case, (place, holds)| case.with(place.clone(), holds))
    }

    /// A frame of which it holds.
    fn witness(&self) -> Value {
        let mut frame = Map::new();
        // Outer places come before what is inside them.
        for (place, holds) in &self.0 {
            let Some(value) = holds.sample() else { continue };
            let names: Vec<String> =
                place.iter().filter_map(|name| raw(name).as_str().map(str::to_owned)).collect();
            insert(&mut frame, &names, value);
        }
        Value::Object(frame)
    }
}

fn insert(object: &mut Map<String, Value>, place: &[String], value: Value) {
    match place {
        [] => {}
        [name] => drop(object.insert(name.clone(), value)),
        [outer, rest @ ..] => {
            if let Some(Value::Object(inner)) = object.get_mut(outer) {
                insert(inner, rest, value);
            }
        }
    }
}

/// A name or value of the schema, as JSON.
fn raw(text: &Text) -> Value {
    serde_json::from_str(&text.json()).unwrap_or_default()
}

/// The frames of a form, as one of several cases.
fn cases(legacy: &Legacy, form: &LegacyForm) -> Vec<Case> {
    let conditions = form.conditions.iter().map(|(place, condition)| (place.clone(), holds(condition)));
    let others = form.discriminator.iter().skip(1).map(|place| (place.clone(), Holds::String));
    let base =
        conditions.chain(others).try_fold(Case::default(), |case, (place, holds)| case.with(place, &holds));
    let (Some(base), Some(place)) = (base.clone(), form.discriminator.first()) else {
        return base.into_iter().collect();
    };
    let mut plain = BTreeSet::new();
    let mut outer: BTreeMap<&Text, BTreeSet<Text>> = BTreeMap::new();
    let values = values(legacy, &form.names);
    for (value, path) in &values {
        match (path.as_slice(), legacy.message(path).and_then(|message| message.nested.as_ref())) {
            ([message], Some(_)) => {
                outer.entry(message).or_default().insert(value.clone());
            }
            _ => {
                plain.insert(value.clone());
            }
        }
    }
    let mut found: Vec<Case> =
        base.clone().with(place.clone(), &Holds::OneOf(plain.clone())).into_iter().collect();
    found.retain(|_| !plain.is_empty());
    // A message with a discriminator of its own has it in one of the objects that hold its payload.
    for (message, names) in outer {
        let Some(tag) = legacy.message(std::slice::from_ref(message)).and_then(|of| of.nested.clone()) else {
            continue;
        };
        let inner = legacy.messages.keys().filter(|path| path.len() > 1 && path.first() == Some(message));
        let inner: BTreeSet<Text> = inner.filter_map(|path| path.last().cloned()).collect();
        let above = form.payload.iter().cloned().chain([Vec::new()]);
        found.extend(above.filter_map(|above| {
            let at = above.into_iter().chain([tag.clone()]).collect();
            let case = base.clone().with(place.clone(), &Holds::OneOf(names.clone()))?;
            case.with(at, &Holds::OneOf(inner.clone()))
        }));
    }
    found
}

fn holds(condition: &Condition) -> Holds {
    match condition {
        Condition::Absent => Holds::Absent,
        Condition::Object => Holds::Object,
        Condition::String => Holds::String,
        Condition::Number => Holds::Number,
        Condition::Text(text) => Holds::OneOf(BTreeSet::from([text.clone()])),
    }
}

/// Every name that may stand at the discriminator of a form, with its message.
pub(super) fn values(legacy: &Legacy, names: &Names) -> Vec<(Text, Vec<Text>)> {
    let canonical = legacy.messages.keys().filter(|path| path.len() == 1);
    let canonical = canonical.filter_map(|path| path.first().map(|name| (name.clone(), path.clone())));
    let retired = legacy.names.iter().map(|name| (name.name.clone(), name.message.clone()));
    match names {
        Names::Canonical => canonical.collect(),
        Names::AllBut(others) => {
            canonical.chain(retired).filter(|(name, _)| !others.contains(name)).collect()
        }
        Names::RetiredBut(others) => retired.filter(|(name, _)| !others.contains(name)).collect(),
        Names::Only(these) => canonical.chain(retired).filter(|(name, _)| these.contains(name)).collect(),
        Names::Own(own) => own.iter().map(|name| (name.name.clone(), name.message.clone())).collect(),
        Names::Fixed(_) => Vec::new(),
    }
}
