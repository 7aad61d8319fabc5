//! Every retired way to write a message, through the consumers: what is on record decodes to the value of its
//! canonical twin, and so does each canonical frame in each form that can hold it.

mod support;

use netra_protocol::support::legacy::value::same;
use netra_protocol::support::{Code, Outcome, Policy, Receiver, to_json};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use support::render::{Choices, Rendered, Renderer};
use support::schema::read;
use support::{TestResult, repository};

/// What a consumer makes of a frame.
#[derive(Debug)]
struct Read {
    outcome: &'static str,
    form: Option<&'static str>,
    /// The frame as it would be passed on.
    frame: Option<Value>,
    error: Option<(Code, String)>,
}

/// The same for each direction.
macro_rules! direction {
    ($name:ident, $module:ident, $root:literal) => {
        mod $name {
            use super::*;
            use netra_protocol::$module::{consumer, samples::SAMPLES};

            pub(super) fn receiver() -> Receiver {
                consumer::receiver()
            }

            pub(super) fn read(receiver: &Receiver, frame: &Value, received_at: f64) -> Read {
                let text = frame.to_string();
                let received = consumer::receive(receiver, &text, received_at);
                let form = received.form.map(|form| form.name);
                let parsed = |text: String| serde_json::from_str(&text).ok();
                let (outcome, frame, error) = match received.outcome {
                    Outcome::Canonical(frame) => ("canonical", parsed(to_json(&frame)), None),
                    Outcome::Legacy(frame) => ("legacy", parsed(to_json(&frame)), None),
                    Outcome::Unknown(frame) => ("unknown", parsed(to_json(&frame)), None),
                    Outcome::Invalid(error) => ("invalid", None, Some((error.code(), error.to_string()))),
                };
                Read { outcome, form, frame, error }
            }

            /// Every canonical frame of the schema.
            pub(super) fn canonical() -> TestResult<Vec<Value>> {
                SAMPLES.iter().map(|sample| Ok(serde_json::from_str(sample.json)?)).collect()
            }

            pub(super) fn renderer() -> TestResult<Renderer> {
                Renderer::new(stringify!($name), $root)
            }

            /// A canonical frame, changed, then written in a form, means what it means.
            fn check(renderer: &Renderer, rendered: &Rendered, form: &Value) -> Result<bool, String> {
                let receiver = receiver();
                let twin = read(&receiver, &rendered.canonical, 0.0);
                // Not every change leaves a frame canonical.
                if twin.outcome != "canonical" {
                    return Ok(false);
                }
                let found = read(&receiver, &rendered.frame, rendered.received_at);
                let name = form["name"].as_str();
                let as_form = found.outcome == "legacy" && found.form == name;
                // In a form that differs by spellings alone, nothing may have been respelt.
                let unchanged = found.outcome == "canonical";
                let equal = found.frame.as_ref().zip(twin.frame.as_ref()).is_some_and(|(a, b)| same(a, b));
                let _ = renderer;
                if (as_form || unchanged) && equal {
                    return Ok(as_form);
                }
                Err(format!("{name:?}\n{}\nread as {found:?}\ninstead of {:?}", rendered.frame, twin.frame))
            }

            #[test]
            fn each_canonical_frame_can_be_read_in_each_form_that_can_hold_it() -> TestResult {
                let renderer = renderer()?;
                let mut rows = BTreeMap::new();
                for form in &renderer.forms {
                    let (mut messages, mut frames) = (BTreeSet::new(), 0);
                    for canonical in canonical()? {
                        for seed in 0..8 {
                            let Some(rendered) = renderer.render(form, &canonical, seed)? else { continue };
                            if check(&renderer, &rendered, form)? {
                                frames += 1;
                                messages.insert(canonical["type"].to_string());
                            }
                        }
                    }
                    let name = form["name"].as_str().unwrap_or_default().to_owned();
                    assert!(frames > 0, "{name} holds no frame");
                    rows.insert(name, (messages.len(), frames));
                }
                for (form, (messages, frames)) in rows {
                    println!("{}: {form}: {messages} messages, {frames} frames", stringify!($name));
                }
                Ok(())
            }

            proptest! {
                #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

                #[test]
                fn any_canonical_value_survives_any_form(which in any::<prop::sample::Index>(), form in any::<prop::sample::Index>(), seed in any::<u64>(), text in ".{0,12}") {
                    thread_local! {
                        static KNOWN: (Renderer, Vec<Value>) = match (renderer(), canonical()) {
                            (Ok(renderer), Ok(frames)) => (renderer, frames),
                            _ => panic!("the schema cannot be read"),
                        };
                    }
                    KNOWN.with(|(renderer, frames)| {
                        let mut canonical = frames[which.index(frames.len())].clone();
                        let mut choices = Choices(seed);
                        replace(&mut canonical["data"], &text, &mut choices);
                        let form = &renderer.forms[form.index(renderer.forms.len())];
                        let rendered = renderer.render(form, &canonical, seed).map_err(|error| TestCaseError::fail(error.to_string()))?;
                        let Some(rendered) = rendered else { return Ok(()) };
                        check(renderer, &rendered, form).map(|_| ()).map_err(TestCaseError::fail)
                    })?;
                }
            }
        }
    };
}

direction!(server, from_server, "ServerFrame");
direction!(client, from_client, "ClientFrame");

/// Replaces some texts of a payload.
fn replace(value: &mut Value, text: &str, choices: &mut Choices) {
    match value {
        Value::String(old) if choices.below(3) == 0 => text.clone_into(old),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, text, choices)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, text, choices)),
        _ => {}
    }
}

fn read_frame(sender: &str, receiver: &Receiver, frame: &Value, received_at: f64) -> Read {
    if sender == "server" {
        server::read(receiver, frame, received_at)
    } else {
        client::read(receiver, frame, received_at)
    }
}

fn receiver(sender: &str) -> Receiver {
    if sender == "server" { server::receiver() } else { client::receiver() }
}

/// A form, with its samples and who sent each.
type Declared = (Value, Vec<(String, Value)>);

/// Every declared form.
fn declared() -> TestResult<Vec<Declared>> {
    let mut forms = Vec::new();
    for entry in fs::read_dir(repository().join("schema/legacy"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name == "names.json" {
            continue;
        }
        let form = read(&format!("legacy/{name}"))?;
        let sender = |sample: &Value| {
            sample["sender"].as_str().or(form["sender"].as_str()).unwrap_or_default().to_owned()
        };
        let samples = form["samples"].as_array().into_iter().flatten();
        let samples = samples.map(|sample| (sender(sample), sample.clone())).collect();
        forms.push((form, samples));
    }
    Ok(forms)
}

#[test]
fn each_sample_is_read_as_its_canonical_twin() -> TestResult {
    let mut count = 0;
    for (form, samples) in declared()? {
        for (sender, sample) in samples {
            let receiver = receiver(&sender);
            let received_at = sample["receive_time"].as_f64().ok_or("no time")?;
            let found = read_frame(&sender, &receiver, &sample["frame"], received_at);
            let twin = read_frame(&sender, &receiver, &sample["canonical"], 0.0);
            assert_eq!((found.outcome, found.form), ("legacy", form["name"].as_str()), "{}", sample["frame"]);
            assert_eq!(twin.outcome, "canonical", "{}", sample["canonical"]);
            let equal = found.frame.zip(twin.frame).is_some_and(|(a, b)| same(&a, &b));
            assert!(equal, "{}", sample["frame"]);
            count += 1;
        }
    }
    println!("{count} samples");
    Ok(())
}

#[test]
fn each_retired_name_is_sampled() -> TestResult {
    let mut sampled = BTreeSet::new();
    for (_, samples) in declared()? {
        for (sender, sample) in samples {
            let frame = &sample["frame"];
            let places = ["/type", "/event", "/event_type", "/message_type"];
            let names = places.into_iter().filter_map(|place| frame.pointer(place)?.as_str());
            sampled.extend(names.map(|name| (sender.clone(), name.to_owned())));
        }
    }
    for name in read("legacy/names.json")?["names"].as_array().ok_or("no names")? {
        let senders: &[&str] = match name["sender"].as_str() {
            Some("either") => &["server", "client"],
            Some("server") => &["server"],
            _ => &["client"],
        };
        for sender in senders {
            let name = name["name"].as_str().unwrap_or_default();
            assert!(sampled.contains(&((*sender).to_owned(), name.to_owned())), "{sender}: {name}");
        }
    }
    Ok(())
}

#[test]
fn a_refused_form_is_invalid_with_a_code_of_its_own() -> TestResult {
    for (form, samples) in declared()? {
        let name = form["name"].as_str().unwrap_or_default();
        for (sender, sample) in samples {
            let refusing = receiver(&sender).with_form_policy(name, Policy::Refuse);
            let error = read_frame(&sender, &refusing, &sample["frame"], 0.0).error.ok_or("accepted")?;
            assert_eq!(error.0, Code::LegacyRefused);
            let tag = sample["canonical"]["type"].to_string();
            assert!(error.1.contains(&format!("\"type\":{tag}")) && error.1.contains(name), "{}", error.1);
        }
    }
    Ok(())
}

#[test]
fn a_form_is_refused_from_its_sunset_on() {
    // 2027-06-30T00:00:00Z
    const SUNSET: f64 = 1_814_313_600.0;
    let frame = json!({"event": "connection_established"});
    for (today, expected) in [(SUNSET - 1.0, "legacy"), (SUNSET, "invalid")] {
        let receiver = server::receiver().with_today(today);
        assert_eq!(server::read(&receiver, &frame, today).outcome, expected);
        let told = receiver.with_policy(Policy::Accept);
        assert_eq!(server::read(&told, &frame, today).outcome, "legacy");
    }
}

#[test]
fn two_spellings_that_differ_are_refused() {
    let frame = |second: Value| json!({"type": "tool_completed", "run_id": "r", "tool_name": "t", "results": {}, "duration_ms": 1500, "execution_time": second});
    let receiver = server::receiver();
    assert_eq!(server::read(&receiver, &frame(json!(1.5)), 0.0).outcome, "legacy");
    let error = server::read(&receiver, &frame(json!(1.6)), 0.0).error;
    assert!(error.is_some_and(|(code, text)| code == Code::Conflict && text.contains("/execution_time")));
    let double = json!({"type": "agent_progress", "data": {"event": "agent_started", "type": "agent_thinking", "payload": {"run_id": "r", "agent_name": "a"}}});
    assert!(server::read(&receiver, &double, 0.0).error.is_some_and(|(code, _)| code == Code::Conflict));
}

#[test]
fn reserved_names_are_refused_in_both_directions() -> TestResult {
    for name in read("protocol.schema.json")?["x-reserved"].as_object().ok_or("no names")?.keys() {
        let frame = json!({"type": name, "data": {}, "timestamp": 1.0});
        for sender in ["server", "client"] {
            let error = read_frame(sender, &receiver(sender), &frame, 0.0).error.ok_or("accepted")?;
            assert_eq!(error.0, Code::Reserved, "{}", error.1);
        }
    }
    Ok(())
}
