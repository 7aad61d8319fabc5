//! Legacy forms as the tables that run-time support reads: here they are built, in generated code they are written out.

use super::{Condition, Legacy, LegacyForm, LegacyName, Names};
use crate::manifest::LegacyPolicy;
use crate::model::{Arena, Envelope};
use crate::support::legacy as tables;
use crate::text::Text;

impl<'b> Arena<'b> {
    /// The tables that a generated consumer has as constants.
    pub(crate) fn legacy(self, legacy: &Legacy, envelope: &Envelope) -> tables::Legacy<'b> {
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

    fn form(self, form: &LegacyForm) -> tables::Form<'b> {
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
            sunset: form.sunset.as_ref().map(|(_, seconds)| *seconds),
            policy: match form.policy {
                LegacyPolicy::Accept => tables::Policy::Accept,
                LegacyPolicy::Warn => tables::Policy::Warn,
                LegacyPolicy::Refuse => tables::Policy::Refuse,
            },
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

    fn names(self, names: &[LegacyName]) -> &'b [tables::Name<'b>] {
        self.slice(names.iter().map(|name| {
            let constants = name.constants.iter();
            let constants = constants.map(|(name, value)| (self.text(name), self.str(&value.to_string())));
            tables::Name {
                name: self.text(&name.name),
                message: self.texts(&name.message),
                constants: self.slice(constants),
                moves: self.moves(&name.moves),
            }
        }))
    }

    fn moves(self, moves: &[(Vec<Text>, Text)]) -> &'b [(tables::Place<'b>, &'b str)] {
        self.slice(moves.iter().map(|(from, to)| (self.texts(from), self.text(to))))
    }
}
