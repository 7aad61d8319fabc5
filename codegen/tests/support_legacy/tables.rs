//! A small protocol and its past, written down as a generated consumer has it.

use framelock_codegen::support::legacy::{
    Condition, Conversion, Form, Legacy, Members, Message, Name, Names, Policy, Shell, Synonym,
};

/// All that the server of the small protocol ever sent.
pub(crate) static TABLES: Legacy<'static> = Legacy {
    envelope: Shell { tag: "type", payload: "data", members: 0, filled: &["at"] },
    messages: &[
        Message { path: &["note"], nested: None, payload: 1 },
        Message { path: &["ping"], nested: None, payload: 3 },
        Message { path: &["status"], nested: Some("event"), payload: 3 },
        Message { path: &["status", "down"], nested: None, payload: 3 },
        Message { path: &["status", "up"], nested: None, payload: 4 },
    ],
    names: &[
        Name {
            name: "memo",
            message: &["note"],
            constants: &[("mode", "\"memo\"")],
            moves: &[(&["extra", "says"], "text"), (&["old_due"], "due")],
        },
        Name { name: "started", message: &["status", "up"], constants: &[], moves: &[] },
        Name { name: "state", message: &["status"], constants: &[], moves: &[] },
    ],
    members: MEMBERS,
    forms: &[
        Form { conditions: &[(&["data"], Condition::Object)], names: Names::Canonical, ..ENVELOPED },
        Form { name: "renamed", ..ENVELOPED },
        Form {
            name: "flat",
            names: Names::AllBut(&[]),
            payload: &[],
            conditions: &[(&["data"], Condition::Absent)],
            moves: &[(&["wrapper", "says"], "text"), (&["title"], "text"), (&["meta", "list"], "items")],
            dropped: &["critical", "counter", "event", "hits", "a~b/c"],
            canonical_layout: false,
            sunset: Some(SUNSET),
            ..ENVELOPED
        },
        Form {
            name: "double",
            discriminator: &[&["data", "kind"], &["data", "event"]],
            names: Names::AllBut(&["started"]),
            payload: &[&["data"], &["data", "payload"]],
            conditions: &[(&["type"], Condition::Absent), (&["data", "payload"], Condition::Object)],
            canonical_layout: false,
            ..ENVELOPED
        },
        Form {
            name: "bare",
            discriminator: &[],
            names: Names::Fixed(&["note"]),
            payload: &[],
            conditions: &[
                (&["type"], Condition::Absent),
                (&["data"], Condition::Absent),
                (&["kind"], Condition::Text("note")),
            ],
            canonical_layout: false,
            policy: Policy::Accept,
            ..ENVELOPED
        },
        Form {
            name: "own",
            discriminator: &[&["op"]],
            names: Names::Own(&[
                Name { name: "u", message: &["status", "up"], constants: &[], moves: &[] },
                Name { name: "n", message: &["note"], constants: &[], moves: &[] },
            ]),
            payload: &[],
            conditions: &[
                (&["type"], Condition::Absent),
                (&["data"], Condition::Absent),
                (&["kind"], Condition::Absent),
            ],
            canonical_layout: false,
            ..ENVELOPED
        },
    ],
};

/// When the form `flat` is refused by default: 2027-06-30.
pub(crate) const SUNSET: f64 = 1_814_313_600.0;

/// The canonical envelope around what is not canonical.
const ENVELOPED: Form<'static> = Form {
    name: "respelled",
    since: "0.1.0",
    retired_in: "1.0.0",
    sunset: None,
    policy: Policy::Warn,
    discriminator: &[&["type"]],
    names: Names::RetiredBut(&[]),
    payload: &[&["data"]],
    conditions: &[(&["data"], Condition::Object)],
    moves: &[],
    dropped: &["critical"],
    canonical_layout: true,
};

/// Times in seconds are smaller: this one is in the year 5138.
const LATEST: f64 = 1e11;

const fn synonym(old: &'static str, name: &'static str, conversion: Conversion) -> Synonym<'static> {
    Synonym { old, name, conversion }
}

const MEMBERS: &[Members<'static>] = &[
    Members {
        listed: &["at", "trace"],
        synonyms: &[
            synonym("at", "at", Conversion::IsoToSeconds),
            synonym("at", "at", Conversion::MillisecondsToSeconds { above: LATEST }),
            synonym("sent", "at", Conversion::Move),
        ],
        inner: &[],
    },
    Members {
        listed: &["text", "delay_ms", "due", "local", "items", "meta", "mode", "counter"],
        synonyms: &[
            synonym("body", "text", Conversion::Move),
            synonym("delay", "delay_ms", Conversion::SecondsToMilliseconds),
            synonym("wait", "delay_ms", Conversion::SecondsToMilliseconds),
            synonym("due_ms", "due", Conversion::MillisecondsToSeconds { above: f64::NEG_INFINITY }),
            synonym("due_at", "due", Conversion::IsoToSeconds),
            synonym("due", "due", Conversion::MillisecondsToSeconds { above: LATEST }),
            synonym("local", "local", Conversion::IsoToUtc),
            synonym("entries", "items", Conversion::Move),
            synonym("hits", "counter", Conversion::Move),
        ],
        inner: &[("items", 2), ("meta", 2)],
    },
    Members {
        listed: &["label", "took_ms", "seen", "items"],
        synonyms: &[
            synonym("name", "label", Conversion::Move),
            synonym("took", "took_ms", Conversion::SecondsToMilliseconds),
            synonym("seen", "seen", Conversion::IsoToUtc),
        ],
        inner: &[("items", 2)],
    },
    Members { listed: &[], synonyms: &[], inner: &[] },
    Members { listed: &["since"], synonyms: &[], inner: &[] },
];
