//! What is done with a legacy frame: policies, overrides, sunsets, and who is told.

use super::NOW;
use super::tables::{SUNSET, TABLES};
use framelock_codegen::support::{
    Code, Decoded, Error, Frames, Json, Outcome, Policy, Received, Receiver, Result,
};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::{Arc, Mutex};

static FRAMES: Frames = Frames {
    tag: "type",
    payload: Some("data"),
    known: &["note", "ping", "status"],
    nested: &[("status", "event")],
    legacy: Some(&TABLES),
    variable: "FRAMELOCK_TEST_LEGACY",
};

/// A decoder as strict as a generated one, of what these tests need.
fn decode(text: &str) -> Result<Decoded<Value>> {
    let frame = Json::parse(text)?.to_value();
    let wrong = |code, what: &'static str| Err(Error::new(code, 0, what, "something else"));
    let Some(tag) = frame["type"].as_str() else { return wrong(Code::MissingProperty, "`type`") };
    if !FRAMES.known.contains(&tag) {
        return Ok(Decoded { unknown: true, value: frame });
    }
    if !frame["data"].is_object() || !frame["at"].is_number() {
        return wrong(Code::MissingProperty, "`data` and `at`");
    }
    if frame["data"].get("body").is_some() {
        return wrong(Code::RetiredProperty, "`text`");
    }
    match frame["data"].get("text") {
        Some(text) if !text.is_string() => wrong(Code::Type, "a string"),
        _ => Ok(Decoded { value: frame, unknown: false }),
    }
}

fn receive(receiver: &Receiver, text: &str) -> Received<Value> {
    receiver.receive(text, NOW, decode, decode)
}

/// What was done: the form, and the name of the outcome.
fn done(receiver: &Receiver, text: &str) -> (Option<&'static str>, &'static str) {
    let Received { outcome, form } = receive(receiver, text);
    let outcome = match outcome {
        Outcome::Canonical(_) => "canonical",
        Outcome::Legacy(_) => "legacy",
        Outcome::Unknown(_) => "unknown",
        Outcome::Invalid(error) => error.code().name(),
    };
    (form.map(|form| form.name), outcome)
}

const FLAT: &str = r#"{"type":"note","text":"a","at":5}"#;
const BARE: &str = r#"{"kind":"note","body":"a"}"#;
const RENAMED: &str = r#"{"type":"memo","data":{},"at":5}"#;

#[test]
fn frames_end_in_four_ways() {
    let receiver = Receiver::new(&FRAMES);
    for (text, form, outcome) in [
        (r#"{"type":"note","data":{"text":"a"},"at":5}"#, None, "canonical"),
        (FLAT, Some("flat"), "legacy"),
        (BARE, Some("bare"), "legacy"),
        // To a decoder it is a name that nobody knows.
        (RENAMED, Some("renamed"), "legacy"),
        (r#"{"type":"note","data":{"body":"a"},"at":5}"#, Some("respelled"), "legacy"),
        (r#"{"type":"new","data":{},"at":5}"#, None, "unknown"),
        // The layout is that of today, and nothing in it is of the past.
        (r#"{"type":"note","data":{"text":5},"at":5}"#, None, "type"),
        (r#"{"type":"note","data":{"text":"a","body":"b"},"at":5}"#, Some("respelled"), "conflict"),
        (r#"{"type":"note","text":5,"at":5}"#, Some("flat"), "type"),
        (r#"{"type":"note","text":"a","text":"a","at":5}"#, None, "duplicate-key"),
        ("{", None, "syntax"),
    ] {
        assert_eq!(done(&receiver, text), (form, outcome), "{text}");
    }
}

#[test]
fn a_mistake_behind_the_conversion_says_where_it_is() {
    let received = receive(&Receiver::new(&FRAMES), r#"{"type":"note","text":5,"at":5}"#);
    let error = received.outcome.frame().expect_err("no string");
    assert_eq!(error.hint(), Some("the place is that in the converted frame of form \"flat\""));
}

#[test]
fn a_refused_form_says_how_it_is_sent_today() {
    let receiver = Receiver::new(&FRAMES).with_policy(Policy::Refuse);
    for (text, hint) in [
        (FLAT, r#"`note` arrived in form "flat", retired in 1.0.0: send {"type":"note","data":{…},"at":…}"#),
        (
            r#" {"type":"started","at":5}"#,
            r#"`status/up` arrived in form "flat", retired in 1.0.0: send {"type":"status","data":{"event":"up",…},"at":…}"#,
        ),
    ] {
        let error = receive(&receiver, text).outcome.frame().expect_err("refused");
        assert_eq!((error.code(), error.pointer()), (Code::LegacyRefused, ""));
        assert_eq!(error.hint(), Some(hint));
        // Where the frame begins.
        assert_eq!(error.offset(), text.len() - text.trim_start().len());
    }
    // What conflicts is refused all the same, and so is what would not decode.
    for text in [r#"{"type":"note","text":"a","body":"b"}"#, r#"{"type":"note","text":5}"#] {
        assert_eq!(done(&receiver, text), (Some("flat"), "legacy-refused"), "{text}");
    }
    // A canonical frame is none of its business.
    assert_eq!(done(&receiver, r#"{"type":"note","data":{},"at":5}"#), (None, "canonical"));
}

#[test]
fn policies_are_overridden_by_text() {
    let receiver = |text: &str| Receiver::new(&FRAMES).with_overrides(text).expect(text);
    for (text, flat, bare) in [
        ("", Policy::Warn, Policy::Accept),
        (" , ,", Policy::Warn, Policy::Accept),
        ("refuse", Policy::Refuse, Policy::Refuse),
        ("flat=refuse", Policy::Refuse, Policy::Accept),
        (" flat = refuse , bare=warn ", Policy::Refuse, Policy::Warn),
        ("refuse,flat=accept", Policy::Accept, Policy::Refuse),
        // What comes later counts.
        ("flat=accept,refuse", Policy::Refuse, Policy::Refuse),
        ("flat=accept,flat=warn", Policy::Warn, Policy::Accept),
    ] {
        let receiver = receiver(text);
        let policies = [("flat", flat), ("bare", bare)];
        for (name, expected) in policies {
            let form = TABLES.forms.iter().find(|form| form.name == name).expect("a form");
            assert_eq!(receiver.policy(form), expected, "{name} with {text:?}");
        }
    }
    for (text, message) in [
        ("reject", "\"reject\" is no policy: it is `accept`, `warn` or `refuse`"),
        ("flat=", "\"\" is no policy: it is `accept`, `warn` or `refuse`"),
        ("refuse,flat=Warn", "\"Warn\" is no policy: it is `accept`, `warn` or `refuse`"),
        ("plain=warn", "there is no legacy form \"plain\""),
        ("=warn", "there is no legacy form \"\""),
        ("flat\u{1b}[31m=warn", "there is no legacy form \"flat\\u{1b}[31m\""),
    ] {
        let error = Receiver::new(&FRAMES).with_overrides(text).expect_err(text);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn a_form_is_refused_from_its_sunset_on() {
    for (today, outcome) in
        [(SUNSET - 1.0, "legacy"), (SUNSET, "legacy-refused"), (SUNSET + 1.0, "legacy-refused")]
    {
        assert_eq!(done(&Receiver::new(&FRAMES).with_today(today), FLAT), (Some("flat"), outcome), "{today}");
    }
    let past = || Receiver::new(&FRAMES).with_today(SUNSET);
    // One without a sunset is not, and a policy that was set counts whenever it was set.
    assert_eq!(done(&past(), BARE), (Some("bare"), "legacy"));
    assert_eq!(done(&past().with_form_policy("flat", Policy::Warn), FLAT).1, "legacy");
    assert_eq!(
        done(&Receiver::new(&FRAMES).with_policy(Policy::Accept).with_today(SUNSET), FLAT).1,
        "legacy"
    );
    assert_eq!(done(&past().with_form_policy("bare", Policy::Warn), FLAT).1, "legacy-refused");
    // Without a day, no sun sets.
    assert_eq!(done(&Receiver::new(&FRAMES), FLAT).1, "legacy");
    // There is no such form, and nothing happens.
    assert_eq!(done(&Receiver::new(&FRAMES).with_form_policy("flt", Policy::Refuse), FLAT).1, "legacy");
}

#[test]
fn observers_are_told_of_every_legacy_frame() {
    let told: Arc<Mutex<Vec<Value>>> = Arc::default();
    let observer = |name: &'static str| {
        let told = Arc::clone(&told);
        move |seen: &framelock_codegen::support::Seen<'_>| {
            let policy = format!("{:?}", seen.policy);
            told.lock().expect("a lock").push(json!([name, seen.form.name, seen.name, policy, seen.lost]));
        }
    };
    let receiver = Receiver::new(&FRAMES)
        .with_form_policy("own", Policy::Refuse)
        .with_observer(observer("a"))
        .with_observer(observer("b"));
    for text in [
        r#"{"type":"note","data":{},"at":5}"#,
        r#"{"type":"new","data":{},"at":5}"#,
        r#"{"type":"note","data":{"text":5},"at":5}"#,
        "{",
    ] {
        receive(&receiver, text);
    }
    assert_eq!(*told.lock().expect("a lock"), [json!(null); 0], "none of them is of the past");
    receive(&receiver, r#"{"type":"memo","critical":true,"at":"2025-09-18T14:56:14"}"#);
    // What was refused lost nothing; what conflicts, or does not decode, was seen all the same.
    receive(&receiver, r#"{"op":"n","critical":true}"#);
    receive(&receiver, r#"{"kind":"note","text":"a","body":"b"}"#);
    receive(&receiver, r#"{"kind":"note","text":5,"critical":1}"#);
    let expected = [
        json!(["flat", "memo", "Warn", ["/critical", "/at"]]),
        json!(["own", "n", "Refuse", []]),
        json!(["bare", null, "Accept", []]),
        json!(["bare", null, "Accept", ["/critical"]]),
    ];
    let both = expected.iter().flat_map(|seen| ["a", "b"].map(|name| (name, seen)));
    let both: Vec<Value> = both
        .map(|(name, seen)| {
            std::iter::once(json!(name)).chain(seen.as_array().expect("an array").iter().cloned()).collect()
        })
        .collect();
    assert_eq!(*told.lock().expect("a lock"), both);
}

/// Frames whose forms say nothing of the past, and frames without any.
#[test]
fn a_protocol_without_a_past_has_no_forms() {
    static NONE: Frames = Frames {
        tag: "type",
        payload: Some("data"),
        known: &["note"],
        nested: &[],
        legacy: None,
        variable: "FRAMELOCK_TEST_NONE",
    };
    let receiver = Receiver::new(&NONE).with_policy(Policy::Refuse).with_environment().expect("no variable");
    assert_eq!(done(&receiver, FLAT), (None, "missing-property"));
    let error = Receiver::new(&NONE).with_overrides("flat=warn").expect_err("no form");
    assert_eq!(error.to_string(), "there is no legacy form \"flat\"");
}

/// The variable of a process belongs to all of its threads: another process has it.
#[test]
fn the_environment_overrides_policies() {
    use std::os::unix::ffi::OsStrExt as _;
    let run = |value: Option<&[u8]>| {
        let mut child = Command::new(std::env::current_exe().expect("this test"));
        child.args(["--exact", "receiving::in_the_environment", "--ignored", "--nocapture"]);
        child.env_remove(FRAMES.variable);
        child.envs(value.map(|value| (FRAMES.variable, std::ffi::OsStr::from_bytes(value))));
        let output = child.output().expect("an output");
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).expect("text");
        let line = text.lines().find_map(|line| line.split_once("result: ").map(|(_, rest)| rest.to_owned()));
        line.expect("a result")
    };
    assert_eq!(run(None), "Warn Accept");
    assert_eq!(run(Some(b"")), "Warn Accept");
    assert_eq!(run(Some(b"refuse, bare=warn")), "Refuse Warn");
    let wrong = run(Some(b"plain=warn"));
    assert_eq!(wrong, "FRAMELOCK_TEST_LEGACY: there is no legacy form \"plain\"");
    // What is no text is no reason to go on as if nothing had been said.
    assert_eq!(run(Some(b"refuse\xff")), "FRAMELOCK_TEST_LEGACY: it is no Unicode text");
}

#[test]
#[ignore = "run by `the_environment_overrides_policies`, in a process of its own"]
fn in_the_environment() {
    let policies = Receiver::new(&FRAMES).with_environment().map(|receiver| {
        let policy = |name: &str| {
            TABLES
                .forms
                .iter()
                .find(|form| form.name == name)
                .map(|form| receiver.policy(form))
                .expect("a form")
        };
        format!("{:?} {:?}", policy("flat"), policy("bare"))
    });
    println!("result: {}", policies.unwrap_or_else(|error| error.to_string()));
}
