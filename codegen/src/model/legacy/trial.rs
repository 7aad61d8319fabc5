//! Samples of legacy forms, converted by the code that consumers run.

use super::{Legacy, sent_by};
use crate::diagnostic::{Code, Finding, Findings};
use crate::model::{Arena, Envelope};
use crate::schema::{LegacyForm as Declared, LegacySample as Sample, LegacySide};
use crate::support::legacy as tables;
use crate::text::{printable, quoted};
use bumpalo::Bump;
use serde_json::Value;

/// Converts each sample and compares it with its twin.
pub(super) fn samples(legacy: &Legacy, envelope: &Envelope, declared: &[&Declared], findings: &mut Findings) {
    let bump = Bump::new();
    let tables = Arena::new(&bump).legacy(legacy, envelope);
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
