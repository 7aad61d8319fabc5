//! The schema interpreted at run time ends in the verdict of generated code: the same outcome, form, code, place and
//! words, for every sample of the schema, for what becomes of them when they are damaged, and for every legacy sample.

mod support;

use framelock_codegen::Config;
use framelock_codegen::interpret::{Channel, Contract};
use framelock_codegen::model::Side;
use framelock_codegen::support::{self as interpreted, Policy as InterpretedPolicy};
use netra_protocol::support::{self as generated, Code, Policy};
use netra_protocol::{from_client, from_server};
use serde_json::Value;
use std::fs;
use std::sync::LazyLock;
use support::schema::Judge;
use support::{TestResult, repository};

/// The time of receipt.
const RECEIVED_AT: f64 = 1_758_207_400.5;

static CONTRACT: LazyLock<Contract> =
    LazyLock::new(|| match Config::new(repository().join("schema")).contract() {
        Ok(contract) => contract,
        Err(report) => panic!("{report}"),
    });

/// A verdict in words.
type Verdict = (&'static str, Option<&'static str>, String);

fn frames(side: Side) -> Channel<'static> {
    CONTRACT.frames(side).expect("each side of this protocol has frames")
}

/// What the interpreter says.
fn interpreted(side: Side, text: &str, policy: Option<InterpretedPolicy>) -> Verdict {
    let frames = frames(side);
    let judge = policy.map_or_else(|| frames.receiver(), |policy| frames.receiver().with_policy(policy));
    let received = frames.receive(&judge, text, RECEIVED_AT);
    let form = received.form.map(|form| form.name);
    match received.outcome {
        interpreted::Outcome::Canonical(frame) => ("canonical", form, frame.text.into_owned()),
        interpreted::Outcome::Legacy(frame) => ("legacy", form, frame.text.into_owned()),
        interpreted::Outcome::Unknown(frame) => ("unknown", form, frame.text.into_owned()),
        interpreted::Outcome::Invalid(error) => ("invalid", form, told(&error.to_string(), error.pointer())),
    }
}

fn told(error: &str, pointer: &str) -> String {
    format!("{error} at {pointer:?}")
}

/// What generated code says of the same; of a frame that it reads, the text stays as it came.
macro_rules! generated {
    ($name:ident, $module:ident) => {
        fn $name(text: &str, policy: Option<Policy>) -> Verdict {
            use $module::consumer;
            let receiver = consumer::receiver();
            let receiver = policy.map_or_else(consumer::receiver, |policy| receiver.with_policy(policy));
            let received = consumer::receive(&receiver, text, RECEIVED_AT);
            let form = received.form.map(|form| form.name);
            match received.outcome {
                generated::Outcome::Canonical(_) => ("canonical", form, text.to_owned()),
                generated::Outcome::Legacy(frame) => ("legacy", form, generated::to_json(&frame)),
                generated::Outcome::Unknown(_) => ("unknown", form, text.to_owned()),
                generated::Outcome::Invalid(error) => {
                    ("invalid", form, told(&error.to_string(), error.pointer()))
                }
            }
        }
    };
}

generated!(server, from_server);
generated!(client, from_client);

/// Asserts that both say the same; returns the verdict.
fn agreed(side: Side, text: &str) -> Verdict {
    let expected = if side == Side::Server { server(text, None) } else { client(text, None) };
    let found = interpreted(side, text, None);
    // A legacy frame is converted to the same text, which generated code writes anew: numbers may look otherwise.
    if (found.0, expected.0) == ("legacy", "legacy") {
        assert_eq!(found.1, expected.1, "{text}");
        let parse = |text: &str| serde_json::from_str::<Value>(text).expect("what was converted is JSON");
        let same = netra_protocol::support::legacy::value::same;
        assert!(
            same(&kept(&parse(&found.2), &parse(&expected.2)), &parse(&expected.2)),
            "{text}\n{found:?}\n{expected:?}"
        );
    } else {
        assert_eq!(found, expected, "{text}");
    }
    found
}

/// `found` without the members that `wanted` lacks: generated code drops what the schema does not list.
fn kept(found: &Value, wanted: &Value) -> Value {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => found
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), kept(value, wanted.get(name)?))))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        (Value::Array(found), Value::Array(wanted)) if found.len() == wanted.len() => {
            found.iter().zip(wanted).map(|(found, wanted)| kept(found, wanted)).collect()
        }
        _ => found.clone(),
    }
}

/// Every sample of each side.
fn samples() -> impl Iterator<Item = (Side, &'static str)> {
    let server = from_server::samples::SAMPLES.iter().map(|sample| (Side::Server, sample.json));
    server.chain(from_client::samples::SAMPLES.iter().map(|sample| (Side::Client, sample.json)))
}

/// Every invalid sample of each side, with its code and pointer.
fn invalid() -> impl Iterator<Item = (Side, &'static str, &'static str, &'static str)> {
    let server = from_server::samples::INVALID.iter();
    let server = server.map(|sample| (Side::Server, sample.frame, sample.code, sample.pointer));
    let client = from_client::samples::INVALID.iter();
    server.chain(client.map(|sample| (Side::Client, sample.frame, sample.code, sample.pointer)))
}

#[test]
fn examples_are_canonical_and_name_their_message() -> TestResult {
    let judge = Judge::new()?;
    let mut count = 0;
    for (side, text) in samples() {
        assert_eq!(agreed(side, text).0, "canonical", "{text}");
        let value: Value = serde_json::from_str(text)?;
        assert!(judge.accepts(side.name(), &value), "{text}");
        let received = frames(side).receive(&frames(side).receiver(), text, RECEIVED_AT);
        let interpreted::Outcome::Canonical(frame) = received.outcome else { return Err(text.into()) };
        let message = frame.message.ok_or("no message")?;
        assert!(message.starts_with(value["type"].as_str().ok_or("no type")?), "{message}");
        assert!(frames(side).messages().contains(&&*message), "{message}");
        count += 1;
    }
    println!("{count} examples");
    Ok(())
}

#[test]
fn invalid_samples_have_their_code_and_pointer() {
    let mut count = 0;
    for (side, text, code, pointer) in invalid() {
        let interpreted::Outcome::Invalid(error) = frames(side).parse(text) else {
            panic!("accepted: {text}")
        };
        assert_eq!((error.code().name(), error.pointer()), (code, pointer), "{text}");
        let expected = match side {
            Side::Server => from_server::consumer::ServerFrame::parse(text).map(drop),
            _ => from_client::consumer::ClientFrame::parse(text).map(drop),
        };
        assert_eq!(Err(error.to_string()), expected.map_err(|error| error.to_string()), "{text}");
        agreed(side, text);
        count += 1;
    }
    println!("{count} invalid samples");
}

#[test]
fn legacy_samples_become_their_twins_or_are_refused() -> TestResult {
    let mut count = 0;
    for entry in fs::read_dir(repository().join("schema/legacy"))? {
        let path = entry?.path();
        let form: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
        for sample in form["samples"].as_array().into_iter().flatten() {
            let sender = sample["sender"].as_str().or(form["sender"].as_str());
            let side = if sender == Some("client") { Side::Client } else { Side::Server };
            let text = sample["frame"].to_string();
            let at = sample["receive_time"].as_f64().unwrap_or(RECEIVED_AT);
            let accepting = frames(side).receiver().with_policy(InterpretedPolicy::Accept);
            let received = frames(side).receive(&accepting, &text, at);
            let interpreted::Outcome::Legacy(frame) = received.outcome else { return Err(text.into()) };
            assert_eq!(received.form.map(|form| form.name), form["name"].as_str());
            let found: Value = serde_json::from_str(&frame.text)?;
            assert!(netra_protocol::support::legacy::value::same(&found, &sample["canonical"]), "{found}");
            let refused = interpreted(side, &text, Some(InterpretedPolicy::Refuse));
            let generated = if side == Side::Server {
                server(&text, Some(Policy::Refuse))
            } else {
                client(&text, Some(Policy::Refuse))
            };
            assert_eq!(refused, generated);
            assert!(refused.2.contains(Code::LegacyRefused.name()), "{refused:?}");
            agreed(side, &text);
            count += 1;
        }
    }
    println!("{count} legacy samples");
    assert!(count > 20, "{count}");
    Ok(())
}

/// Every change of one place: the value is replaced, the member is renamed, removed or comes twice.
fn damaged(text: &str) -> Vec<String> {
    const OTHERS: [&str; 9] = ["null", "true", "-1", "1e400", "0.5", "\"\"", "\"x\\ud800\"", "[]", "{}"];
    let mut texts = Vec::new();
    let starts = text.char_indices().filter(|(_, character)| "\":,{[".contains(*character));
    for (at, _) in starts {
        let (before, after) = text.split_at(at);
        texts.push(before.to_owned());
        texts.push(format!("{before}{}", &after[1..]));
        if let Some(value) = after.strip_prefix(':') {
            let end = value.find([',', '}', ']']).unwrap_or(value.len());
            texts.extend(OTHERS.map(|other| format!("{before}:{other}{}", &value[end..])));
            if let Some(key) = before.rfind('"').and_then(|end| before[..end].rfind('"')) {
                let (head, key) = before.split_at(key);
                texts.push(format!("{head}\"x{}:{value}", &key[1..]));
                texts.push(format!("{head}{key}:0,{key}:{value}"));
            }
        }
    }
    texts
}

/// Asserts that the independent judge accepts what is canonical, and nothing else; of a text that the strict parser
/// refuses, `serde_json` may see another value.
fn assert_judged(judge: &Judge, side: Side, text: &str, (outcome, _, said): &Verdict) {
    if let (Ok(_), Ok(value)) = (interpreted::Json::parse(text), serde_json::from_str(text)) {
        assert_eq!(judge.accepts(side.name(), &value), *outcome == "canonical", "{text}: {said}");
    }
}

#[test]
fn what_is_damaged_is_judged_alike() -> TestResult {
    let judge = Judge::new()?;
    let (mut count, mut invalid) = (0, 0);
    for (index, (side, text)) in samples().enumerate() {
        // One sample in four is damaged in every place, the others in a few.
        for damaged in damaged(text).into_iter().skip(index % 4).step_by(if index % 4 == 0 { 1 } else { 7 }) {
            let verdict = agreed(side, &damaged);
            invalid += usize::from(verdict.0 == "invalid");
            count += 1;
            if count % 8 == 0 {
                assert_judged(&judge, side, &damaged, &verdict);
            }
        }
        let peer = if side == Side::Server { Side::Client } else { Side::Server };
        agreed(peer, text);
    }
    println!("{count} damaged frames, of which {invalid} are invalid");
    assert!(invalid > count / 2, "{invalid} of {count}");
    Ok(())
}

#[test]
fn what_is_not_listed_is_unknown() {
    for text in [
        r#"{"type":"brand_new","data":{"a":[1.0]},"timestamp":12.5}"#,
        r#"{"data":{"a":[1.0]},"timestamp":12.5,"type":"brand_new"}"#,
        r#"{"type":"system_message","data":{"event":"brand_new","n":1},"timestamp":12.5}"#,
    ] {
        assert_eq!(agreed(Side::Server, text).0, "unknown", "{text}");
    }
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"type\":1}",
        r#"{"data":{"type":"x"}}"#,
        r#"{"type":"brand_new","data":1,"timestamp":1}"#,
    ] {
        assert_eq!(agreed(Side::Server, text).0, "invalid", "{text}");
        assert_eq!(agreed(Side::Client, text).0, "invalid", "{text}");
    }
}
