//! The module `legacy`: retired forms and names as tables, which the support code interprets.

use super::docs;
use super::literal::Literal;
use super::view::{View, capitalised, upper};
use crate::manifest::LegacyPolicy;
use crate::model::{Condition, Conversion, Legacy, LegacyForm, LegacyMessage, LegacyName, Members, Names};
use crate::schema::Loss;
use crate::text::Text;
use crate::text::typescript::{self, Part};
use std::fmt::Write as _;

/// The whole module; nothing where no side has retired forms.
pub(super) fn module(view: &View<'_>, header: &str) -> Option<String> {
    if view.protocol.legacy.is_empty() {
        return None;
    }
    let mut out =
        format!("// {header}\n\n// Retired ways to write frames, as data: `support/legacy.js` reads it.\n");
    for legacy in &view.protocol.legacy {
        let start = format!("export const {}_LEGACY = ", upper(legacy.sender));
        let _ = write!(out, "\n{start}{};\n", tables(view, legacy).print(0, start.len() + 1));
    }
    Some(out)
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

fn tables(view: &View<'_>, legacy: &Legacy) -> Literal {
    let frames = view.frames().find(|frames| frames.direction.sender == legacy.sender);
    let envelope = frames.map(|frames| frames.envelope);
    let envelope = object([
        ("tag", envelope.map(|envelope| text(&envelope.tag))),
        ("payload", envelope.map(|envelope| text(&envelope.payload))),
        ("members", Some(number(legacy.envelope))),
        ("filled", Some(texts(&legacy.filled))),
    ]);
    let messages = legacy.messages.iter().map(|(path, message)| self::message(path, message));
    object([
        ("envelope", Some(envelope)),
        ("messages", Some(Literal::Array(messages.collect()))),
        ("names", Some(names(&legacy.names))),
        ("members", Some(Literal::Array(legacy.members.iter().map(members).collect()))),
        ("forms", Some(Literal::Array(legacy.forms.iter().map(form).collect()))),
    ])
}

fn message(path: &[Text], message: &LegacyMessage) -> Literal {
    object([
        ("path", Some(texts(path))),
        ("nested", message.nested.as_ref().map(text)),
        ("payload", Some(number(message.payload))),
    ])
}

fn members(members: &Members) -> Literal {
    let synonyms = members.synonyms.iter().map(|synonym| {
        let (conversion, above) = conversion(synonym.conversion);
        object([
            ("old", Some(text(&synonym.old))),
            ("name", Some(text(&synonym.name))),
            ("conversion", conversion.map(words)),
            ("above", above.map(|above| Literal::plain(above.to_string()))),
        ])
    });
    let inner = members.inner.iter().map(|(name, inner)| Literal::Array(vec![text(name), number(*inner)]));
    object([
        ("listed", Some(texts(&members.listed))),
        ("synonyms", Some(Literal::Array(synonyms.collect()))),
        ("inner", Some(Literal::Array(inner.collect()))),
    ])
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

fn number(number: usize) -> Literal {
    Literal::plain(number.to_string())
}

/// An object of those members that there are.
fn object<const N: usize>(members: [(&str, Option<Literal>); N]) -> Literal {
    let there = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Literal::Object(there.collect())
}
