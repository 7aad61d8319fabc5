//! Samples of legacy forms, converted by the code that consumers run.

use super::{Condition, Legacy, LegacyForm, LegacyName, Names, sent_by};
use crate::diagnostic::{Code, Finding, Findings};
use crate::model::Envelope;
use crate::schema::{LegacyForm as Declared, LegacySide};
use crate::support::legacy as tables;
use crate::text::{Text, quoted};
use bumpalo::Bump;
use serde_json::Value;

/// Converts each sample and compares it with its twin.
pub(super) fn samples(legacy: &Legacy, envelope: &Envelope, declared: &[&Declared], findings: &mut Findings) {
    let bump = Bump::new();
    let tables = Tables { bump: &bump }.legacy(legacy, envelope);
    for declared in declared {
        for (index, sample) in declared.declaration.samples.iter().enumerate() {
            let sender = match sample.sender.unwrap_or(declared.declaration.sender) {
                LegacySide::Either => {
                    let message = "the sample does not say which side sent it".to_owned();
                    findings.report(wrong(declared, index, "", message));
                    continue;
                }
                sender => sender,
            };
            if !sent_by(sender, legacy.sender) {
                continue;
            }
            let converted =
                convert(&tables, &declared.declaration.name, &sample.frame.to_string(), sample.receive_time);
            let (place, message) = match converted {
                Err(message) => ("/frame", message),
                Ok((canonical, _)) if !tables::value::same(&canonical, &sample.canonical) => {
                    ("/canonical", format!("the sample's frame becomes {}", quoted(&canonical.to_string())))
                }
                Ok((_, lost)) if lost != sample.lost => {
                    ("/lost", format!("the sample's frame loses {}", quoted(&format!("{lost:?}"))))
                }
                Ok(_) => continue,
            };
            findings.report(wrong(declared, index, place, message));
        }
    }
}

fn wrong(declared: &Declared, index: usize, place: &str, message: String) -> Finding {
    let origin = declared.document.origin_at(&format!("/samples/{index}{place}"));
    Finding::new(Code::InvalidLegacyForm, &origin, message, "mend the declaration or the sample")
}

/// The canonical frame and what is lost; or why there is none.
fn convert(
    tables: &tables::Legacy<'_>,
    form: &str,
    frame: &str,
    received_at: f64,
) -> Result<(Value, Vec<String>), String> {
    let Some(fit) = tables.fit(frame) else { return Err("the sample's frame has no legacy form".to_owned()) };
    if fit.form.name != form {
        return Err(format!("the sample's frame has the form {}", quoted(fit.form.name)));
    }
    let converted = tables.convert(&fit, frame, received_at).map_err(|error| error.to_string())?;
    let Some(converted) = converted else {
        return Err("nothing in the sample's frame is retired".to_owned());
    };
    let canonical = serde_json::from_str(&converted.text).map_err(|error| error.to_string())?;
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
