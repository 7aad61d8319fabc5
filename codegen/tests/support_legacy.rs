//! The runtime of legacy forms: recognising a frame, writing the canonical one, and receiving either.

use framelock_codegen::support::legacy::{Converted, Legacy, time};
use framelock_codegen::support::{Code, Error, Json};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[path = "support_legacy/properties.rs"]
mod properties;
#[path = "support_legacy/receiving.rs"]
mod receiving;
#[path = "support_legacy/tables.rs"]
mod tables;

use tables::TABLES;

/// The time at which frames arrive.
const NOW: f64 = 1_758_207_400.5;

/// The name of the form, and what became of the frame; `None` if it has no form.
fn convert(text: &str) -> Option<(&'static str, Result<Option<Converted>, Error>)> {
    let legacy: &'static Legacy<'static> = &TABLES;
    let fit = legacy.fit(text)?;
    Some((fit.form.name, legacy.convert(&fit, text, NOW)))
}

/// The canonical frame of a frame that has this form, and what was lost.
#[track_caller]
fn converted(form: &str, text: &str) -> (Value, Vec<String>) {
    let (name, converted) = convert(text).expect("a form");
    assert_eq!(name, form, "{text}");
    let converted = converted.expect("no conflict").expect("something of the past");
    assert_eq!(Json::parse(&converted.text).expect("JSON").text(), converted.text);
    (serde_json::from_str(&converted.text).expect("JSON"), converted.lost)
}

/// The canonical payload of a frame of which nothing is lost.
#[track_caller]
fn payload(form: &str, text: &str) -> Value {
    let (mut frame, lost) = converted(form, text);
    assert_eq!(lost, [""; 0], "{text}");
    frame["data"].take()
}

/// Code, pointer and offset of the error that a frame gives.
#[track_caller]
fn conflict(text: &str) -> (Code, String, usize) {
    let error = convert(text).expect("a form").1.expect_err(text);
    (error.code(), error.pointer().to_owned(), error.offset())
}

/// A canonical note around members of its payload.
fn note(members: &str) -> String {
    format!("{{\"type\":\"note\",\"data\":{{{members}}},\"at\":5}}")
}

#[test]
fn times_become_unix_seconds() {
    let cases = [
        ("1970-01-01T00:00:00Z", Some("0"), true),
        ("2025-09-18T14:56:14+00:00", Some("1758207374"), true),
        ("2025-09-18t14:56:14z", Some("1758207374"), true),
        ("2025-09-18 14:56:14Z", Some("1758207374"), true),
        ("2025-09-18T14:56:14.123000+00:00", Some("1758207374.123000"), true),
        ("2025-09-18T16:56:14.25+02:00", Some("1758207374.25"), true),
        ("2025-09-18T09:26:14-05:30", Some("1758207374"), true),
        ("2025-09-18T14:56:14", Some("1758207374"), false),
        ("2025-09-18T14:56:14.5", Some("1758207374.5"), false),
        // A leap year every four, not every hundred, but every four hundred years.
        ("2024-02-29T00:00:00Z", Some("1709164800"), true),
        ("2000-02-29T00:00:00Z", Some("951782400"), true),
        ("2000-03-01T00:00:00Z", Some("951868800"), true),
        ("2100-03-01T00:00:00Z", Some("4107542400"), true),
        ("9999-12-31T23:59:59Z", Some("253402300799"), true),
        // The offset decides about what lies before 1970.
        ("1970-01-01T01:00:00+01:00", Some("0"), true),
        ("1969-12-31T23:00:00-01:00", Some("0"), true),
    ];
    for (iso, seconds, zoned) in cases {
        assert_eq!(time::seconds(iso), seconds.map(|seconds| (seconds.to_owned(), zoned)), "{iso}");
    }
    // More digits than any number type holds.
    let fraction = "1".repeat(100);
    let (seconds, _) = time::seconds(&format!("1970-01-01T00:00:01.{fraction}Z")).expect("a time");
    assert_eq!(seconds, format!("1.{fraction}"));
}

#[test]
fn what_is_no_time_stays() {
    for text in [
        "",
        "T",
        "now",
        "2025-09-18",
        "2025-09-18T14:56",
        "2025-09-18T24:00:00Z",
        "2025-09-18T14:60:00Z",
        "2025-09-18T14:56:60Z",
        "2025-02-30T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-09-00T00:00:00Z",
        "2025-09-31T00:00:00Z",
        "2025/09/18T14:56:14Z",
        "2025-09-18_14:56:14Z",
        "2025-09-18T14:56:14.Z",
        "2025-09-18T14:56:14,5Z",
        "2025-09-18T14:56:14.5.5Z",
        "2025-09-18T14:56:14+0200",
        "2025-09-18T14:56:14+2:0",
        "2025-09-18T14:56:14+024:00",
        "2025-09-18T14:56:14+24:00",
        "2025-09-18T14:56:14+02:60",
        "2025-09-18T14:56:14ZZ",
        "2025-09-18T14:56:14 Z",
        "2025-09-18T1:056:14Z",
        "2025-09-18T1:56:014Z",
        "-025-09-18T14:56:14Z",
        "+025-09-18T14:56:14Z",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:59:59+01:00",
        "0000-01-01T00:00:00Z",
        "２０25-09-18T14:56:14Z",
        "2025-09-18T14:56:14é",
        "é025-09-18T14:56:14Z",
    ] {
        assert_eq!(time::seconds(text), None, "{text}");
        assert_eq!(time::with_zone(text), None, "{text}");
    }
}

#[test]
fn a_time_without_a_zone_is_a_loss() {
    let (frame, lost) = converted("respelled", &note("\"due_at\":\"2025-09-18T14:56:14.5\""));
    assert_eq!((&frame["data"], lost), (&json!({ "due": 1_758_207_374.5 }), vec!["/data/due_at".to_owned()]));
    assert_eq!(
        payload("respelled", &note("\"due_at\":\"2025-09-18T14:56:14Z\"")),
        json!({ "due": 1_758_207_374 })
    );

    let (frame, lost) = converted("respelled", &note("\"local\":\"2025-09-18T14:56:14\""));
    assert_eq!(frame["data"], json!({ "local": "2025-09-18T14:56:14Z" }));
    assert_eq!(lost, ["/data/local"]);
    // The name is of today, and so is a text with a zone, or one that is no time.
    for text in ["2025-09-18T14:56:14Z", "2025-09-18T14:56:14+02:00", "tomorrow"] {
        let (_, converted) = convert(&note(&format!("\"local\":\"{text}\""))).expect("a form");
        assert!(converted.expect("no conflict").is_none(), "{text}");
    }
    // What a spelling of another name holds moves, whatever it is: decoding says what is wrong with it.
    assert_eq!(payload("respelled", &note("\"due_at\":\"tomorrow\"")), json!({ "due": "tomorrow" }));
    assert_eq!(payload("respelled", &note("\"due_at\":null")), json!({ "due": null }));
}

#[test]
fn numbers_are_shifted_exactly() {
    for (number, by, shifted) in [
        ("1.005", 3, "1.005e3"),
        ("1758200000123", -3, "1758200000123e-3"),
        ("-0.5", 3, "-0.5e3"),
        ("0", 3, "0e3"),
        ("2.5e3", -3, "2.5"),
        ("2.5E+3", -3, "2.5"),
        ("25e-4", 3, "25e-1"),
        ("1e-3", 3, "1"),
        // Zero either way.
        ("0e99999999999", 3, "0e99999999999"),
        ("1e-2147483648", -3, "1e-2147483648"),
    ] {
        assert_eq!(time::shifted(number, by), shifted, "{number}");
    }
    // Nothing is rounded on the way: 1.005 has no double, and 1005 does.
    assert_eq!(payload("respelled", &note("\"delay\":1.005")), json!({ "delay_ms": 1005.0 }));
    assert_eq!(payload("respelled", &note("\"due_ms\":-1500")), json!({ "due": -1.5 }));
    assert_eq!(payload("respelled", &note("\"due_ms\":1758200000123")), json!({ "due": 1_758_200_000.123 }));
    // What is no number moves as it is.
    assert_eq!(payload("respelled", &note("\"delay\":\"1.5\"")), json!({ "delay_ms": "1.5" }));
    assert_eq!(payload("respelled", &note("\"delay\":[1.5]")), json!({ "delay_ms": [1.5] }));
    // The shifted number is beyond the range of a double: it is kept, and decoding refuses it.
    let (_, converted) = convert(&note("\"delay\":1e307")).expect("a form");
    let text = converted.expect("no conflict").expect("a frame").text;
    assert_eq!(Json::parse(&text).expect_err("too large").code(), Code::NumberRange);
}

#[test]
fn under_one_name_the_size_tells_the_unit() {
    assert_eq!(payload("respelled", &note("\"due\":1758200000123")), json!({ "due": 1_758_200_000.123 }));
    for today in ["1758200000.123", "100000000000", "0", "-5", "null", "\"soon\""] {
        let (_, converted) = convert(&note(&format!("\"due\":{today}"))).expect("a form");
        assert!(converted.expect("no conflict").is_none(), "{today}");
    }
    // Both units and a text, of one name in the envelope.
    for (at, seconds) in [
        ("1758200000123", json!(1_758_200_000.123)),
        ("\"2025-09-18T14:56:14Z\"", json!(1_758_207_374)),
        ("\"2025-09-18T14:56:14+00:00\"", json!(1_758_207_374)),
    ] {
        let (frame, lost) =
            converted("respelled", &format!("{{\"type\":\"note\",\"data\":{{}},\"at\":{at}}}"));
        assert_eq!((&frame["at"], lost.len()), (&seconds, 0));
    }
    let (_, lost) = converted("respelled", r#"{"type":"note","data":{},"at":"2025-09-18T14:56:14"}"#);
    assert_eq!(lost, ["/at"]);
}

#[test]
fn two_spellings_of_one_value_are_one() {
    for members in [
        r#""delay":1.5,"delay_ms":1500"#,
        r#""delay_ms":1.5e3,"delay":1.5"#,
        r#""delay":1.5,"wait":15e-1"#,
        r#""due_ms":1500,"due":1.5"#,
        r#""due_at":"1970-01-01T00:00:01.50Z","due_ms":1500"#,
        r#""body":"a","text":"\u0061""#,
        r#""body":{"a":[1,2.0],"b":null},"text":{"b":null,"a":[1.0,2]}"#,
    ] {
        let (_, lost) = converted("respelled", &note(members));
        assert_eq!(lost, [""; 0], "{members}");
    }
}

#[test]
fn two_spellings_of_different_values_are_a_conflict() {
    // The note begins after 23 bytes.
    for (members, pointer, offset) in [
        (r#""delay":1.5,"delay_ms":1501"#, "/data/delay_ms", 23 + 23),
        (r#""delay":1.5,"wait":1.6"#, "/data/wait", 23 + 19),
        (r#""text":"a","body":"b""#, "/data/body", 23 + 18),
        (r#""text":null,"body":"b""#, "/data/body", 23 + 19),
        (r#""text":[1,2],"body":[2,1]"#, "/data/body", 23 + 20),
        (r#""items":[{"label":"a"},{"label":"a","name":"b"}]"#, "/data/items/1/name", 23 + 43),
    ] {
        let text = note(members);
        assert_eq!(conflict(&text), (Code::Conflict, pointer.to_owned(), offset), "{members}");
    }
    let long = format!("\"text\":1,\"body\":\"{}\"", "x".repeat(100_000));
    let error = convert(&note(&long)).expect("a form").1.expect_err("a conflict");
    assert!(error.found().len() <= 80, "a long value is cut");
    assert!(error.to_string().contains("`text` that another spelling of it has"), "{error}");
}

#[test]
fn respelling_reaches_inside() {
    let members =
        r#""entries":[{"name":"a","took":0.25},{"label":"b","items":[{"name":"c"}]},7,[{"name":"d"}]]"#;
    let today = json!({ "items": [
        { "label": "a", "took_ms": 250.0 }, { "label": "b", "items": [{ "label": "c" }] }, 7, [{ "label": "d" }]
    ]});
    assert_eq!(payload("respelled", &note(members)), today);
    assert_eq!(
        payload("respelled", &note(r#""meta":{"name":"a","x":1}"#)),
        json!({ "meta": { "label": "a", "x": 1 } })
    );
    // What nobody lists is nobody's to rename.
    assert!(convert(&note(r#""other":{"name":"a"}"#)).expect("a form").1.expect("no conflict").is_none());
    // Where something was lost is told by index.
    let (_, lost) = converted("respelled", &note(r#""items":[1,{"seen":"2025-09-18T14:56:14"}]"#));
    assert_eq!(lost, ["/data/items/1/seen"]);
}

#[test]
fn members_move_out_of_objects() {
    let flat = |members: &str| format!("{{\"type\":\"note\",\"at\":5,{members}}}");
    // An object that is empty afterwards goes; one that was empty before stays.
    assert_eq!(payload("flat", &flat(r#""wrapper":{"says":"a"}"#)), json!({ "text": "a" }));
    assert_eq!(
        payload("flat", &flat(r#""wrapper":{"says":"a","b":1}"#)),
        json!({ "text": "a", "wrapper": { "b": 1 } })
    );
    assert_eq!(payload("flat", &flat(r#""wrapper":{}"#)), json!({ "wrapper": {} }));
    assert_eq!(payload("flat", &flat(r#""wrapper":"says""#)), json!({ "wrapper": "says" }));
    assert_eq!(payload("flat", &flat(r#""title":"a""#)), json!({ "text": "a" }));
    // What is left has the names of today, too, and so has what was moved.
    assert_eq!(
        payload("flat", &flat(r#""meta":{"list":[{"name":"a"}],"name":"b"}"#)),
        json!({ "items": [{ "label": "a" }], "meta": { "label": "b" } })
    );
    let text = flat(r#""text":"b","wrapper":{"says":"a"}"#);
    assert_eq!(conflict(&text).1, "/wrapper/says");
}

/// Moves of a name are below the payload, wherever a form has that; never inside some other object.
#[test]
fn a_name_moves_members_of_the_payload() {
    let flat = r#"{"type":"memo","at":5,"extra":{"says":"a","b":1},"old_due":7}"#;
    assert_eq!(payload("flat", flat), json!({ "text": "a", "extra": { "b": 1 }, "due": 7, "mode": "memo" }));
    let enveloped = r#"{"type":"memo","data":{"extra":{"says":"a"},"old_due":7},"at":5}"#;
    assert_eq!(payload("renamed", enveloped), json!({ "text": "a", "due": 7, "mode": "memo" }));
    let inside = r#"{"type":"memo","data":{"extra":{"old_due":7},"other":{"extra":{"says":1}}},"at":5}"#;
    let today = json!({ "extra": { "old_due": 7 }, "other": { "extra": { "says": 1 } }, "mode": "memo" });
    assert_eq!(payload("renamed", inside), today);
    let beside = r#"{"type":"memo","data":{},"other":{"old_due":7},"at":5}"#;
    assert_eq!(payload("renamed", beside), json!({ "other": { "old_due": 7 }, "mode": "memo" }));
}

#[test]
fn a_message_keeps_what_it_lists() {
    let (frame, lost) = converted("flat", r#"{"type":"note","critical":true,"counter":3,"at":5}"#);
    // A note lists `counter`, and has no place for `critical`.
    assert_eq!((&frame["data"], lost), (&json!({ "counter": 3 }), vec!["/critical".to_owned()]));
    let (frame, lost) = converted("flat", r#"{"type":"ping","a~b/c":true,"counter":3,"at":5}"#);
    assert_eq!(frame["data"], json!({}));
    assert_eq!(lost, ["/a~0b~1c", "/counter"]);
    // A retired spelling that a form drops elsewhere has a place in the messages that had it.
    assert_eq!(payload("flat", r#"{"type":"note","hits":3,"at":5}"#), json!({ "counter": 3 }));
    let (_, lost) = converted("flat", r#"{"type":"ping","hits":3,"at":5}"#);
    assert_eq!(lost, ["/hits"]);
}

#[test]
fn a_canonical_frame_has_no_form() {
    for text in [
        note(r#""text":"a","counter":3"#),
        note(r#""critical":true,"anything":{"name":1}"#),
        r#"{"type":"status","data":{"event":"up"},"at":5}"#.to_owned(),
        r#"{"type":"ping","data":{},"at":5,"trace":"x"}"#.to_owned(),
    ] {
        let (form, converted) = convert(&text).expect("its layout is that of a form");
        assert_eq!((form, converted.expect("no conflict").is_none()), ("respelled", true), "{text}");
    }
    // A member of the payload beside it is of the past.
    let text = r#"{"type":"note","data":{},"text":"a","at":5}"#;
    assert_eq!(payload("respelled", text), json!({ "text": "a" }));
}

#[test]
fn the_envelope_is_filled_and_found() {
    let (frame, _) = converted("respelled", r#"{"type":"note","data":{}}"#);
    assert_eq!(frame, json!({ "type": "note", "data": {}, "at": NOW }));
    // A member of the envelope may stand in the payload, if the message has none of that name.
    let (frame, _) = converted("respelled", r#"{"type":"note","data":{"at":1758200000123,"trace":"x"}}"#);
    assert_eq!(frame, json!({ "type": "note", "data": {}, "at": 1_758_200_000.123, "trace": "x" }));
    let text = r#"{"type":"note","data":{"at":6,"sent":1,"body":"a"},"at":5,"trace":null}"#;
    let (frame, _) = converted("respelled", text);
    let data = json!({ "at": 6, "sent": 1, "text": "a" });
    assert_eq!(frame, json!({ "type": "note", "data": data, "at": 5, "trace": null }));
    // A retired spelling in the envelope.
    let (frame, _) = converted("respelled", r#"{"type":"note","data":{},"sent":7}"#);
    assert_eq!(frame, json!({ "type": "note", "data": {}, "at": 7 }));
    assert_eq!(conflict(r#"{"type":"note","data":{},"at":5,"sent":7}"#).1, "/sent");
    // It may be in a retired unit as well.
    let (frame, _) = converted("respelled", r#"{"type":"note","data":{},"sent":1758200000123}"#);
    assert_eq!(frame["at"], 1_758_200_000.123);
}

#[test]
fn a_name_stands_for_constants() {
    let text = r#"{"type":"memo","data":{"text":"a"},"at":5}"#;
    assert_eq!(payload("renamed", text), json!({ "text": "a", "mode": "memo" }));
    let text = r#"{"type":"memo","data":{"mode":"memo"},"at":5}"#;
    assert_eq!(payload("renamed", text), json!({ "mode": "memo" }));
    let text = r#"{"type":"memo","data":{"mode":"note"},"at":5}"#;
    assert_eq!(conflict(text), (Code::Conflict, "/data/mode".to_owned(), 30));
}

#[test]
fn a_discriminator_inside_the_payload_tells_messages_apart() {
    let text = r#"{"type":"status","event":"up","since":1,"at":5}"#;
    assert_eq!(payload("flat", text), json!({ "event": "up", "since": 1 }));
    // The name of today says both.
    assert_eq!(payload("flat", r#"{"type":"started","at":5}"#), json!({ "event": "up" }));
    assert_eq!(payload("flat", r#"{"type":"started","event":"up","at":5}"#), json!({ "event": "up" }));
    // `state` is `status` of old.
    let text = r#"{"type":"state","data":{"event":"down"},"at":5}"#;
    assert_eq!(payload("renamed", text), json!({ "event": "down" }));
    // The form drops `event`, and what it says is something else.
    let (frame, lost) = converted("flat", r#"{"type":"started","event":"boot","at":5}"#);
    assert_eq!((&frame["data"], lost), (&json!({ "event": "up" }), vec!["/event".to_owned()]));
    let text = r#"{"type":"started","data":{"event":"down"},"at":5}"#;
    assert_eq!(conflict(text).1, "/data/event");
    for text in [
        r#"{"type":"status","event":"sideways","at":5}"#,
        r#"{"type":"status","event":7,"at":5}"#,
        r#"{"type":"status","at":5}"#,
    ] {
        assert!(convert(text).is_none(), "{text}");
    }
}

#[test]
fn several_discriminators_agree() {
    let double = |event: &str| {
        format!(
            "{{\"data\":{{\"event\":{event},\"kind\":\"note\",\"payload\":{{\"body\":\"a\"}}}},\"at\":5}}"
        )
    };
    assert_eq!(payload("double", &double("\"note\"")), json!({ "text": "a" }));
    assert_eq!(payload("double", &double("\"\\u006eote\"")), json!({ "text": "a" }));
    let (code, pointer, _) = conflict(&double("\"ping\""));
    assert_eq!((code, &*pointer), (Code::Conflict, "/data/event"));
    assert!(convert(&double("7")).is_none());
}

#[test]
fn one_message_may_have_a_form_without_a_name() {
    // The text that tells the form is no member of the message.
    assert_eq!(payload("bare", r#"{"kind":"note","body":"a"}"#), json!({ "text": "a" }));
    for text in
        [r#"{"kind":"other"}"#, r#"{"kind":"note","type":"note","data":{}}"#, "{}", "[]", "\"note\"", "7"]
    {
        assert!(convert(text).is_none_or(|(form, _)| form != "bare"), "{text}");
    }
}

#[test]
fn a_form_may_have_names_of_its_own() {
    assert_eq!(payload("own", r#"{"op":"n","body":"a","at":5}"#), json!({ "text": "a" }));
    assert_eq!(payload("own", r#"{"op":"u","since":1,"at":5}"#), json!({ "event": "up", "since": 1 }));
    for name in ["note", "memo", "x", ""] {
        assert!(convert(&format!("{{\"op\":\"{name}\",\"at\":5}}")).is_none(), "{name}");
    }
}

#[test]
fn keys_may_be_written_with_escapes() {
    let text = r#"{"\u0074ype":"m\u0065mo","d\u0061ta":{"\u0062ody":"a","e\u0078tra":{"s\u0061ys":"a"}},"\u0061t":5}"#;
    assert_eq!(payload("renamed", text), json!({ "text": "a", "mode": "memo" }));
    // A name that JSON must escape is written so.
    let (frame, lost) = converted("flat", r#"{"type":"ping","\"\n":1,"crit\u0069cal":1,"at":5}"#);
    assert_eq!((&frame["data"], lost), (&json!({ "\"\n": 1 }), vec!["/critical".to_owned()]));
}

#[test]
fn what_is_no_json_has_no_form() {
    for text in [
        "",
        " ",
        "{",
        r#"{"type":"note""#,
        r#"{"type":"note","body":"a","at":5} {}"#,
        r#"{"type":"note","type":"note","at":5}"#,
        r#"{"type":"note","\u0074ype":"note","at":5}"#,
        r#"{"type":"note","body":{"a":1,"a":1},"at":5}"#,
        r#"{"type":"note","body":"\ud800","at":5}"#,
        r#"{"type":"note","body":1e400,"at":5}"#,
    ] {
        assert!(convert(text).is_none(), "{text}");
    }
    assert!(convert(" \n{\"type\" : \"note\" , \"body\" : \"a\" , \"at\" : 5 } \r\n").is_some());
}

/// What takes time in proportion to the frame takes a fraction of a second; what takes its square, minutes.
#[track_caller]
fn in_time(text: &str) -> Option<Result<Option<Converted>, Error>> {
    let start = Instant::now();
    let converted = convert(text).map(|(_, converted)| converted);
    let took = start.elapsed();
    // Unoptimised, and on a machine that has other things to do.
    assert!(took < Duration::from_secs(3), "{took:?} for {} bytes", text.len());
    println!("{took:?} for {} bytes", text.len());
    converted
}

fn many(count: usize, member: impl Fn(usize) -> String) -> String {
    (0..count).map(member).collect::<Vec<_>>().join(",")
}

#[test]
fn hostile_frames_take_no_longer_than_others() {
    const MANY: usize = 100_000;
    let members = many(MANY, |index| format!("\"k{index}\":{index}"));
    let escaped = many(MANY, |index| format!("\"\\u006b{index}\":{index}"));
    let nested = many(MANY, |index| format!("{{\"name\":\"{index}\",\"seen\":\"2025-09-18T14:56:14\"}}"));
    let arrays = |leaf: &str| "[".repeat(100) + leaf + &"]".repeat(100);
    let objects = |leaf: &str| "{\"items\":".repeat(100) + leaf + &"}".repeat(100);
    let frames = [
        format!("{{\"type\":\"note\",\"at\":5,{members}}}"),
        format!("{{\"type\":\"note\",\"at\":5,{escaped}}}"),
        format!("{{{members},\"type\":\"memo\",\"data\":{{{members}}}}}"),
        format!("{{\"type\":\"note\",\"at\":5,\"wrapper\":{{{members},\"says\":1}}}}"),
        format!("{{\"data\":{{\"event\":\"note\",\"kind\":\"note\",\"payload\":{{{members}}}}}}}"),
        note(&format!("\"entries\":[{nested}]")),
        note(&format!("\"meta\":{{{members},\"name\":1}}")),
        note(&format!("\"entries\":{}", arrays(&many(MANY, |index| index.to_string())))),
        note(&format!("\"entries\":{}", objects(&format!("[{nested}]")))),
    ];
    for text in frames {
        let converted = in_time(&text).expect("a form").expect("no conflict").expect("a legacy frame");
        assert!(Json::parse(&converted.text).is_ok());
    }
    let conflict = format!("{{\"type\":\"note\",\"at\":5,{members},\"text\":1,\"body\":2}}");
    assert!(in_time(&conflict).expect("a form").is_err());
}

#[test]
fn deep_frames_are_no_danger() {
    let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    // 128 levels are a frame, and 129 are none.
    let text = format!("{{\"type\":\"note\",\"at\":5,\"entries\":{}}}", deep(127));
    assert!(convert(&text).expect("a form").1.expect("no conflict").is_some());
    for depth in [128, 100_000] {
        let text = format!("{{\"type\":\"note\",\"at\":5,\"entries\":{}}}", deep(depth));
        assert!(in_time(&text).is_none(), "{depth}");
        assert!(in_time(&"{\"items\":".repeat(depth + 1)).is_none(), "{depth}");
    }
}
