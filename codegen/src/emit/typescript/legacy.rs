//! The module `legacy`: retired forms and names as tables, which the support code interprets.

use super::docs;
use super::literal::Literal;
use super::view::{Frames, View, capitalised, frame_name, upper};
use crate::manifest::LegacyPolicy;
use crate::model::{
    Condition, Conversion, Field, Legacy, LegacyForm, LegacyName, Members, Names, Shape, TypeId,
};
use crate::schema::Loss;
use crate::text::Text;
use crate::text::typescript::{self, Part};
use std::collections::HashSet;
use std::fmt::Write as _;

/// The whole module; nothing where no side has retired forms.
pub(super) fn module(view: &View<'_>, header: &str) -> Option<String> {
    if view.protocol.legacy.is_empty() {
        return None;
    }
    let mut used = Vec::new();
    let mut out = String::new();
    for legacy in &view.protocol.legacy {
        let Some(frames) = view.frames().find(|frames| frames.direction.sender == legacy.sender) else {
            continue;
        };
        let start = format!("export const {}_LEGACY = ", upper(legacy.sender));
        let tables = tables(view, &frames, legacy, &mut used);
        let _ = write!(out, "\n{start}{};\n", tables.print(0, start.len() + 1));
    }
    used.sort();
    used.dedup();
    Some(format!(
        "// {header}\n\n// Retired ways to write frames, as data: `support/legacy.js` reads it.\n\nimport {{\n  {},\n}} from \"./schema.js\";\n{out}",
        used.join(",\n  ")
    ))
}

/// The names of a side's forms, as a documented type and as a constant.
pub(super) fn declarations(legacy: &Legacy) -> String {
    let side = capitalised(legacy.sender);
    let mut doc = vec![format!("The retired forms of frames that the {} sends.", legacy.sender.name())];
    doc.push(String::new());
    doc.extend(legacy.forms.iter().flat_map(|form| docs::item(&about(form))));
    let forms = legacy.forms.iter().map(|form| format!("\n  | {}", typescript::string(&form.name)));
    format!("{}export type {side}LegacyForm ={};\n", docs::comment(0, &doc), forms.collect::<String>())
}

/// What a form is, since when, and what its frames lose.
fn about(form: &LegacyForm) -> Vec<Part<'_>> {
    let mut span = vec![
        Part::Words("`"),
        Part::Text(&form.name),
        Part::Words("`: "),
        Part::Text(&form.summary),
        Part::Words(" Sent since "),
        Part::Text(&form.since),
        Part::Words(", retired in "),
        Part::Text(&form.retired_in),
    ];
    if let Some((day, _)) = &form.sunset {
        span.extend([Part::Words(", refused by default from "), Part::Text(day)]);
    }
    span.push(Part::Words(". Lost where they occur:"));
    for (name, loss) in &form.dropped {
        let kind = match loss {
            Loss::Flag => "` (a flag of the transport),",
            Loss::Discriminator => "` (a repeated discriminator),",
            Loss::Counter => "` (a counter of the transport),",
        };
        span.extend([Part::Words(" `"), Part::Text(name), Part::Words(kind)]);
    }
    span.push(Part::Words(" that a time did not say its zone."));
    span
}

fn tables(view: &View<'_>, frames: &Frames<'_>, legacy: &Legacy, used: &mut Vec<String>) -> Literal {
    let mut respelt = Respelt { view, legacy, seen: HashSet::new(), found: Vec::new() };
    respelt.envelope(frames);
    used.push(frame_name(frames));
    used.extend(respelt.found.iter().map(|(name, _)| name.clone()));
    let synonyms = respelt.found.into_iter();
    let synonyms = synonyms.map(|(name, synonyms)| Literal::Array(vec![Literal::plain(name), synonyms]));
    object([
        ("frame", Some(Literal::plain(frame_name(frames)))),
        ("filled", Some(texts(&legacy.filled))),
        ("names", Some(names(&legacy.names))),
        ("synonyms", Some(Literal::Array(synonyms.collect()))),
        ("forms", Some(Literal::Array(legacy.forms.iter().map(form).collect()))),
    ])
}

/// Gathers the objects with retired spellings, by the names of their constants in the module `schema`.
struct Respelt<'v, 'p> {
    view: &'v View<'p>,
    legacy: &'v Legacy,
    seen: HashSet<usize>,
    found: Vec<(String, Literal)>,
}

impl Respelt<'_, '_> {
    fn envelope(&mut self, frames: &Frames<'_>) {
        let fields: Vec<&Field> = frames.envelope.fields().collect();
        self.members(frame_name(frames), self.legacy.envelope, &fields);
        for variant in &frames.envelope.variants {
            self.payload(std::slice::from_ref(&variant.value), variant.ty);
            let events = self.view.nested(variant.ty).into_iter().flat_map(|union| &union.variants);
            events.for_each(|event| self.payload(&[variant.value.clone(), event.value.clone()], event.ty));
        }
    }

    fn payload(&mut self, path: &[Text], id: TypeId) {
        if let Some(message) = self.legacy.messages.get(path) {
            self.object(id, message.payload);
        }
    }

    /// An object, on its own or in an array, whose members are those with this index.
    fn object(&mut self, id: TypeId, index: usize) {
        match &self.view.protocol.ty(id).shape {
            Shape::Nullable(inner) | Shape::Array(inner) => self.object(*inner, index),
            Shape::Object(object) => {
                let name = self.view.name(id).unwrap_or_default();
                self.members(name, index, &object.fields.iter().collect::<Vec<_>>());
            }
            _ => {}
        }
    }

    fn members(&mut self, name: String, index: usize, fields: &[&Field]) {
        let Some(members) = self.legacy.members.get(index) else { return };
        if !self.seen.insert(index) {
            return;
        }
        if !members.synonyms.is_empty() {
            self.found.push((name, synonyms(members)));
        }
        for (name, inner) in &members.inner {
            if let Some(field) = fields.iter().find(|field| field.name == *name) {
                self.object(field.ty, *inner);
            }
        }
    }
}

fn synonyms(members: &Members) -> Literal {
    let synonyms = members.synonyms.iter().map(|synonym| {
        let (conversion, above) = conversion(synonym.conversion);
        object([
            ("old", Some(text(&synonym.old))),
            ("name", Some(text(&synonym.name))),
            ("conversion", conversion.map(words)),
            ("above", above.map(|above| Literal::plain(above.to_string()))),
        ])
    });
    Literal::Array(synonyms.collect())
}

/// The name of a conversion, and the number above which it is one.
fn conversion(conversion: Conversion) -> (Option<&'static str>, Option<f64>) {
    match conversion {
        Conversion::Move => (None, None),
        Conversion::IsoToSeconds => (Some("iso-to-seconds"), None),
        Conversion::IsoToUtc => (Some("iso-to-utc"), None),
        Conversion::SecondsToMilliseconds => (Some("seconds-to-milliseconds"), None),
        Conversion::MillisecondsToSeconds { above } => {
            (Some("milliseconds-to-seconds"), above.is_finite().then_some(above))
        }
    }
}

fn form(form: &LegacyForm) -> Literal {
    let policy = match form.policy {
        LegacyPolicy::Accept => "accept",
        LegacyPolicy::Warn => "warn",
        LegacyPolicy::Refuse => "refuse",
    };
    let conditions = form
        .conditions
        .iter()
        .map(|(place, condition)| Literal::Array(vec![texts(place), self::condition(condition)]));
    let dropped: Vec<Text> = form.dropped.iter().map(|(name, _)| name.clone()).collect();
    object([
        ("name", Some(text(&form.name))),
        ("retiredIn", Some(text(&form.retired_in))),
        ("sunset", form.sunset.as_ref().map(|(_, seconds)| Literal::plain(seconds.to_string()))),
        ("policy", Some(words(policy))),
        ("discriminator", Some(places(&form.discriminator))),
        ("names", Some(allowed(&form.names))),
        ("payload", Some(places(&form.payload))),
        ("conditions", Some(Literal::Array(conditions.collect()))),
        ("moves", Some(moves(&form.moves))),
        ("dropped", Some(texts(&dropped))),
        ("canonicalLayout", Some(Literal::plain(form.canonical_layout.to_string()))),
    ])
}

/// The names that may stand at the discriminator.
fn allowed(names: &Names) -> Literal {
    match names {
        Names::Canonical => object([("canonical", Some(words("only")))]),
        Names::AllBut(others) => object([("except", Some(texts(others)))]),
        Names::RetiredBut(others) => {
            object([("except", Some(texts(others))), ("canonical", Some(words("never")))])
        }
        Names::Only(these) => object([("only", Some(texts(these)))]),
        Names::Own(own) => object([("own", Some(self::names(own)))]),
        Names::Fixed(path) => object([("fixed", Some(texts(path)))]),
    }
}

fn condition(condition: &Condition) -> Literal {
    match condition {
        Condition::Absent => words("absent"),
        Condition::Object => words("object"),
        Condition::String => words("string"),
        Condition::Number => words("number"),
        Condition::Text(value) => object([("text", Some(text(value)))]),
    }
}

fn names(names: &[LegacyName]) -> Literal {
    let name = |name: &LegacyName| {
        let constants = name.constants.iter();
        let constants =
            constants.map(|(name, value)| (typescript::key(name), Literal::plain(typescript::json(value))));
        object([
            ("name", Some(text(&name.name))),
            ("message", Some(texts(&name.message))),
            ("constants", Some(Literal::Object(constants.collect()))),
            ("moves", Some(moves(&name.moves))),
        ])
    };
    Literal::Array(names.iter().map(name).collect())
}

fn moves(moves: &[(Vec<Text>, Text)]) -> Literal {
    let moves = moves.iter().map(|(from, to)| Literal::Array(vec![texts(from), text(to)]));
    Literal::Array(moves.collect())
}

fn places(places: &[Vec<Text>]) -> Literal {
    Literal::Array(places.iter().map(|place| texts(place)).collect())
}

fn texts(list: &[Text]) -> Literal {
    Literal::Array(list.iter().map(text).collect())
}

fn text(text: &Text) -> Literal {
    Literal::plain(typescript::string(text))
}

fn words(words: &str) -> Literal {
    Literal::plain(format!("\"{words}\""))
}

/// An object of those members that there are.
fn object<const N: usize>(members: [(&str, Option<Literal>); N]) -> Literal {
    let there = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Literal::Object(there.collect())
}
