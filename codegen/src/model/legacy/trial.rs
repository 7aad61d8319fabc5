//! Samples of legacy forms, converted by the code that consumers run.

use super::{Condition, Legacy, LegacyForm, LegacyName, Names, sent_by};
use crate::diagnostic::{Code, Finding, Findings};
use crate::model::Envelope;
use crate::schema::{LegacyForm as Declared, LegacySample as Sample, LegacySide};
use crate::support::legacy as tables;
use crate::text::{Text, printable, quoted};
use bumpalo::Bump;
use serde_json::Value;

/// Converts each sample and compares it with its twin.
pub(super) fn samples(legacy: &Legacy, envelope: &Envelope, declared: &[&Declared], findings: &mut Findings) {
    let bump = Bump::new();
    let tables = Tables { bump: &bump }.legacy(legacy, envelope);
    for declared in declared {
        for (index, sample) in declared.declaration.samples.iter().enumerate() {
            let sender = match sender(declared, index, sample) {
                Ok(sender) => sender,
                Err(finding) => {
                    findings.report(finding);
                    continue;
                }
            };
            if !sent_by(sender, legacy.sender) {
                continue;
            }
            let converted =
                convert(&tables, &declared.declaration.name, &sample.frame.to_string(), sample.receive_time);
            let (place, message) = match converted {
                Err((pointer, message)) => (format!("/frame{pointer}"), message),
                Ok((canonical, _)) if !tables::value::same(&canonical, &sample.canonical) => {
                    let message = format!("the sample's frame becomes {}", quoted(&canonical.to_string()));
                    ("/canonical".to_owned(), message)
                }
                Ok((_, lost)) if lost != sample.lost => {
                    let lost =
                        if lost.is_empty() { "nothing".to_owned() } else { quoted(&format!("{lost:?}")) };
                    ("/lost".to_owned(), format!("the sample's frame loses {lost}"))
                }
                Ok(_) => continue,
            };
            findings.report(wrong(declared, index, &place, message, "mend the declaration or the sample"));
        }
    }
}

/// The side that sent a sample.
fn sender(declared: &Declared, index: usize, sample: &Sample) -> Result<LegacySide, Finding> {
    let of_form = declared.declaration.sender;
    match (sample.sender, of_form) {
        (None | Some(LegacySide::Either), LegacySide::Either) => {
            let message = "the sample does not say which side sent it";
            let help = "say `\"sender\": \"server\"` or `\"sender\": \"client\"`";
            Err(wrong(declared, index, "/sender", message, help))
        }
        (Some(sender), of_form) if of_form != LegacySide::Either && sender != of_form => {
            let message = "the sample is of another side than the form";
            Err(wrong(declared, index, "/sender", message, "remove it, or mend the `sender` of the form"))
        }
        (sender, of_form) => Ok(sender.unwrap_or(of_form)),
    }
}

fn wrong(declared: &Declared, index: usize, place: &str, message: impl Into<String>, help: &str) -> Finding {
    let origin = declared.document.origin_at(&format!("/samples/{index}{place}"));
    Finding::new(Code::InvalidLegacyForm, &origin, message, help)
}

/// The canonical frame and what is lost; or why there is none, behind the place in the frame.
fn convert(
    tables: &tables::Legacy<'_>,
    form: &str,
    frame: &str,
    received_at: f64,
) -> Result<(Value, Vec<String>), (String, String)> {
    let whole = |message: &str| (String::new(), message.to_owned());
    let Some(fit) = tables.fit(frame) else { return Err(whole("the sample's frame has no legacy form")) };
    if fit.form.name != form {
        return Err(whole(&format!("the sample's frame has the form {}", quoted(fit.form.name))));
    }
    let converted = tables.convert(&fit, frame, received_at).map_err(|error| {
        let message = format!("expected {}, found {}", error.expected(), printable(error.found()));
        (error.pointer().to_owned(), message)
    })?;
    let converted = converted.ok_or_else(|| whole("nothing in the sample's frame is retired"))?;
    let canonical = serde_json::from_str(&converted.text).map_err(|error| whole(&error.to_string()))?;
    Ok((canonical, converted.lost))
}

/// Builds the tables that a generated consumer has as constants.
struct Tables<'b> {
    bump: &'b Bump,
}

impl<'b> Tables<'b> {
    fn legacy(&self, legacy: &Legacy, envelope: &Envelope) -> tables::Legacy<'b> {
        tables::Legacy {
            envelope: tables::Shell {
                tag: self.text(&envelope.tag),
                payload: self.text(&envelope.payload),
                members: legacy.envelope,
                filled: self.texts(&legacy.filled),
            },
            messages: self.slice(legacy.messages.iter().map(|(path, message)| tables::Message {
                path: self.texts(path),
                nested: message.nested.as_ref().map(|tag| self.text(tag)),
                payload: message.payload,
            })),
            names: self.names(&legacy.names),
            members: self.slice(legacy.members.iter().map(|members| tables::Members {
                listed: self.texts(&members.listed),
                synonyms: self.slice(members.synonyms.iter().map(|synonym| tables::Synonym {
                    old: self.text(&synonym.old),
                    name: self.text(&synonym.name),
                    conversion: synonym.conversion,
                })),
                inner: self.slice(members.inner.iter().map(|(name, inner)| (self.text(name), *inner))),
            })),
            forms: self.slice(legacy.forms.iter().map(|form| self.form(form))),
        }
    }

    fn form(&self, form: &LegacyForm) -> tables::Form<'b> {
        let conditions = form.conditions.iter().map(|(place, condition)| {
            let condition = match condition {
                Condition::Absent => tables::Condition::Absent,
                Condition::Object => tables::Condition::Object,
                Condition::String => tables::Condition::String,
                Condition::Number => tables::Condition::Number,
                Condition::Text(text) => tables::Condition::Text(self.text(text)),
            };
            (self.texts(place), condition)
        });
        tables::Form {
            name: self.text(&form.name),
            since: self.text(&form.since),
            retired_in: self.text(&form.retired_in),
            sunset: None,
            policy: tables::Policy::Accept,
            discriminator: self.slice(form.discriminator.iter().map(|place| self.texts(place))),
            names: match &form.names {
                Names::Canonical => tables::Names::Canonical,
                Names::AllBut(names) => tables::Names::AllBut(self.texts(names)),
                Names::RetiredBut(names) => tables::Names::RetiredBut(self.texts(names)),
                Names::Only(names) => tables::Names::Only(self.texts(names)),
                Names::Own(names) => tables::Names::Own(self.names(names)),
                Names::Fixed(path) => tables::Names::Fixed(self.texts(path)),
            },
            payload: self.slice(form.payload.iter().map(|place| self.texts(place))),
            conditions: self.slice(conditions),
            moves: self.moves(&form.moves),
            dropped: self.slice(form.dropped.iter().map(|(name, _)| self.text(name))),
            canonical_layout: form.canonical_layout,
        }
    }

    fn names(&self, names: &[LegacyName]) -> &'b [tables::Name<'b>] {
        self.slice(names.iter().map(|name| {
            let constants = name.constants.iter();
            let constants =
                constants.map(|(name, value)| (self.text(name), &*self.bump.alloc_str(&value.to_string())));
            tables::Name {
                name: self.text(&name.name),
                message: self.texts(&name.message),
                constants: self.slice(constants),
                moves: self.moves(&name.moves),
            }
        }))
    }

    fn moves(&self, moves: &[(Vec<Text>, Text)]) -> &'b [(tables::Place<'b>, &'b str)] {
        self.slice(moves.iter().map(|(from, to)| (self.texts(from), self.text(to))))
    }

    fn texts(&self, texts: &[Text]) -> &'b [&'b str] {
        self.slice(texts.iter().map(|text| self.text(text)))
    }

    fn text(&self, text: &Text) -> &'b str {
        self.bump.alloc_str(&serde_json::from_str::<String>(&text.json()).unwrap_or_default())
    }

    fn slice<T>(&self, items: impl Iterator<Item = T>) -> &'b [T] {
        let items: Vec<T> = items.collect();
        self.bump.alloc_slice_fill_iter(items)
    }
}
