//! The modules `_legacy_server` and `_legacy_client`: retired forms and names as tables, which the support code
//! interprets.

use super::module::{Module, listed};
use super::view::View;
use crate::manifest::LegacyPolicy;
use crate::model::{Condition, Conversion, Legacy, LegacyForm, LegacyName, Members, Names, Side};
use crate::text::Text;
use crate::text::python::{self, Paragraph};

/// The retired ways to write what a side sends, if there are any.
pub(super) fn of<'p>(view: &View<'p>, sender: Side) -> Option<&'p Legacy> {
    view.protocol.legacy.iter().find(|legacy| legacy.sender == sender)
}

/// The module of a side that has legacy forms.
pub(super) fn module(view: &View<'_>, header: &str, sender: Side) -> Option<String> {
    let legacy = of(view, sender)?;
    let (_, envelope) = view.envelope(sender)?;
    let mut module = Module::new(view, None);
    for form in &legacy.forms {
        self::form(&mut module, form);
    }
    for name in ["Names", "Tables", "Target"] {
        module.uses("._support.legacy", name);
    }
    let arguments = [
        format!("tag={}", python::string(&envelope.tag)),
        format!("payload={}", python::string(&envelope.payload)),
        format!("envelope={}", legacy.envelope),
        format!("filled={}", tuple(legacy.filled.iter().map(python::string))),
        messages(legacy),
        old_names(&mut module, &legacy.names),
        objects(&mut module, &legacy.members),
        format!("forms={}", tuple(legacy.forms.iter().map(|form| constant(&form.name)))),
    ];
    let variable = format!("{}_LEGACY", sender.name().to_uppercase());
    module.add(&format!("\n{variable} = {}\n", listed("Tables(", &arguments, ")", "")));
    let purpose = format!(
        "The ways to write what the {} sends that are retired: forms, names and spellings.",
        sender.name()
    );
    Some(module.text(header, &purpose))
}

fn messages(legacy: &Legacy) -> String {
    let entry = |(path, message): (&Vec<Text>, &crate::model::LegacyMessage)| {
        let nested =
            message.nested.as_ref().map(|name| format!(", {}", python::string(name))).unwrap_or_default();
        format!("{}: Target({}{nested})", place(path), message.payload)
    };
    listed("messages={", &legacy.messages.iter().map(entry).collect::<Vec<_>>(), "}", "    ")
}

fn old_names(module: &mut Module<'_, '_>, names: &[LegacyName]) -> String {
    let mut entries = Vec::new();
    for name in names {
        entries.push(format!("{}: {}", python::string(&name.name), old_name(module, name)));
    }
    listed("old_names={", &entries, "}", "    ")
}

fn old_name(module: &mut Module<'_, '_>, name: &LegacyName) -> String {
    module.uses("._support.legacy", "OldName");
    let constants = name.constants.iter();
    let constants =
        tuple(constants.map(|(name, value)| format!("({}, {})", python::string(name), python::json(value))));
    let mut arguments = vec![python::string(&name.name), place(&name.message)];
    arguments.extend((!name.constants.is_empty()).then(|| format!("constants={constants}")));
    arguments.extend((!name.moves.is_empty()).then(|| format!("moves={}", moves(&name.moves))));
    format!("OldName({})", arguments.join(", "))
}

fn objects(module: &mut Module<'_, '_>, members: &[Members]) -> String {
    let entries: Vec<String> = members.iter().map(|members| names_of(module, members)).collect();
    listed("objects=[", &entries, "]", "    ")
}

fn names_of(module: &mut Module<'_, '_>, members: &Members) -> String {
    let mut synonyms = Vec::new();
    for synonym in &members.synonyms {
        module.uses("._support.legacy", "Synonym");
        let conversion = conversion(module, synonym.conversion).map(|conversion| format!(", {conversion}"));
        let name = python::string(&synonym.name);
        let today = format!("Synonym({name}{})", conversion.unwrap_or_default());
        synonyms.push(format!("({}, {today})", python::string(&synonym.old)));
    }
    let inner = members.inner.iter().map(|(name, inner)| format!("{}: {inner}", python::string(name)));
    let mut arguments = vec![set(&members.listed)];
    arguments.extend((!synonyms.is_empty()).then(|| format!("synonyms={}", tuple(synonyms.into_iter()))));
    arguments.extend(
        (!members.inner.is_empty()).then(|| format!("inner={{{}}}", inner.collect::<Vec<_>>().join(", "))),
    );
    listed("Names(", &arguments, ")", "        ")
}

/// The function that converts a value; none if it stays as it is.
fn conversion(module: &mut Module<'_, '_>, conversion: Conversion) -> Option<String> {
    let (name, arguments) = match conversion {
        Conversion::Move => return None,
        Conversion::IsoToSeconds => ("iso_to_seconds", String::new()),
        Conversion::IsoToUtc => ("iso_to_utc", String::new()),
        Conversion::SecondsToMilliseconds => ("seconds_to_milliseconds", String::new()),
        Conversion::MillisecondsToSeconds { above } if above.is_finite() => {
            ("milliseconds_to_seconds", format!("({above:?})"))
        }
        Conversion::MillisecondsToSeconds { .. } => {
            ("milliseconds_to_seconds", "(float(\"-inf\"))".to_owned())
        }
    };
    Some(module.uses("._support.times", name) + &arguments)
}

fn form(module: &mut Module<'_, '_>, form: &LegacyForm) {
    module.uses("._support.legacy", "Form");
    let policy = match form.policy {
        LegacyPolicy::Accept => "accept",
        LegacyPolicy::Warn => "warn",
        LegacyPolicy::Refuse => "refuse",
    };
    let names = allowed(module, &form.names);
    let (mut conditions, mut texts) = (Vec::new(), Vec::new());
    for (at, condition) in &form.conditions {
        match condition {
            Condition::Absent => conditions.push(format!("({}, \"absent\")", place(at))),
            Condition::Object => conditions.push(format!("({}, \"object\")", place(at))),
            Condition::String => conditions.push(format!("({}, \"string\")", place(at))),
            Condition::Number => conditions.push(format!("({}, \"number\")", place(at))),
            Condition::Text(text) => texts.push(format!("({}, {})", place(at), python::string(text))),
        }
    }
    let mut arguments = vec![
        python::string(&form.name),
        format!("since={}", python::string(&form.since)),
        format!("retired_in={}", python::string(&form.retired_in)),
        format!("policy=\"{policy}\""),
        format!("discriminator={}", tuple(form.discriminator.iter().map(|at| place(at)))),
        format!("names={names}"),
        format!("payload={}", tuple(form.payload.iter().map(|at| place(at)))),
    ];
    arguments
        .extend((!conditions.is_empty()).then(|| format!("conditions={}", tuple(conditions.into_iter()))));
    arguments.extend((!texts.is_empty()).then(|| format!("texts={}", tuple(texts.into_iter()))));
    arguments.extend((!form.moves.is_empty()).then(|| format!("moves={}", moves(&form.moves))));
    let dropped: Vec<Text> = form.dropped.iter().map(|(name, _)| name.clone()).collect();
    arguments.extend((!dropped.is_empty()).then(|| format!("dropped={}", set(&dropped))));
    arguments.extend(form.canonical_layout.then(|| "canonical_layout=True".to_owned()));
    arguments.extend(form.sunset.as_ref().map(|(_, seconds)| format!("sunset={seconds:?}")));
    let doc = python::docstring(&[Paragraph::text(&form.summary)], "");
    let text = listed("Form(", &arguments, ")", "");
    module.add(&format!("\n{} = {text}\n{doc}", constant(&form.name)));
}

fn allowed(module: &mut Module<'_, '_>, names: &Names) -> String {
    module.uses("._support.legacy", "Allowed");
    match names {
        Names::Canonical => "Allowed(\"canonical\")".to_owned(),
        Names::AllBut(others) => format!("Allowed(\"all-but\", {})", set(others)),
        Names::RetiredBut(others) => format!("Allowed(\"retired-but\", {})", set(others)),
        Names::Only(these) => format!("Allowed(\"only\", {})", set(these)),
        Names::Fixed(path) => format!("Allowed(\"fixed\", message={})", place(path)),
        Names::Own(own) => {
            let own: Vec<String> = own.iter().map(|name| old_name(module, name)).collect();
            format!("Allowed(\"own\", own={})", tuple(own.into_iter()))
        }
    }
}

fn moves(moves: &[(Vec<Text>, Text)]) -> String {
    tuple(moves.iter().map(|(from, to)| format!("({}, {})", place(from), python::string(to))))
}

fn place(names: &[Text]) -> String {
    tuple(names.iter().map(python::string))
}

fn set(names: &[Text]) -> String {
    let names: Vec<String> = names.iter().map(python::string).collect();
    if names.is_empty() { "frozenset()".to_owned() } else { format!("frozenset([{}])", names.join(", ")) }
}

fn tuple(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match &items[..] {
        [one] => format!("({one},)"),
        _ => format!("({})", items.join(", ")),
    }
}

/// The variable of a form.
fn constant(name: &Text) -> String {
    python::constant(name)
}
