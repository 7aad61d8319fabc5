//! What versions come to, as generated packages decide it. The cases are those of every language.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use framelock_codegen::negotiation::{Peer, Protocol, Release, Side, Unread, Verdict};
use serde_json::Value;

const CASES: &str = include_str!("negotiation/cases.json");

/// Tables live as long as the program.
fn leaked(text: &Value) -> &'static str {
    text.as_str().unwrap().to_owned().leak()
}

fn unread(of: &Value) -> Option<Unread> {
    let names = |list: &Value| &*list.as_array().unwrap().iter().map(leaked).collect::<Vec<_>>().leak();
    (!of.is_null()).then(|| Unread { by_peer: names(&of["by_peer"]), here: names(&of["here"]) })
}

fn protocol(cases: &Value) -> &'static Protocol {
    let release = |release: &Value| Release {
        version: leaked(&release["version"]),
        digest: leaked(&release["digest"]),
        servers: unread(&release["server"]),
        clients: unread(&release["client"]),
        adapted: false,
    };
    let releases: Vec<Release> = cases["releases"].as_array().unwrap().iter().map(release).collect();
    Box::leak(Box::new(Protocol {
        version: leaked(&cases["version"]),
        digest: leaked(&cases["digest"]),
        releases: releases.leak(),
        close_code: u16::try_from(cases["close_code"].as_u64().unwrap()).ok(),
    }))
}

/// A verdict as the cases say it.
fn told(verdict: &Verdict) -> String {
    let name = verdict.name();
    match verdict {
        Verdict::Same | Verdict::Newer => name.to_owned(),
        Verdict::Compatible(release) => format!("{name} {}", release.version),
        Verdict::Degraded(release, unread) => {
            let lists = [unread.by_peer.join(" "), unread.here.join(" "), unread.messages().join(" ")];
            format!("{name} {}: {}", release.version, lists.join(" | "))
        }
        Verdict::Incompatible(refused) => {
            assert_eq!(refused.to_string(), refused.close_reason(), "there are few versions");
            format!("{name} {}: {refused}", refused.close_code.unwrap())
        }
    }
}

#[test]
fn every_case_ends_as_in_every_language() {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let protocol = protocol(&cases);
    let cases = cases["cases"].as_array().unwrap();
    assert!(cases.len() > 60);
    for case in cases {
        let side = if case["side"] == "server" { Side::Server } else { Side::Client };
        let peer = Peer { side, version: case["version"].as_str().unwrap(), digest: case["digest"].as_str() };
        assert_eq!(told(&protocol.negotiate(&peer)), case["verdict"].as_str().unwrap(), "{case}");
    }
}

const NOTHING: Unread = Unread { by_peer: &[], here: &[] };

#[test]
fn a_reason_fits_into_a_close_frame() {
    static FULL: Protocol = Protocol {
        version: "18446744073709551615.18446744073709551615.18446744073709551615",
        digest: "",
        releases: &[const {
            Release {
                version: "1.234.567",
                digest: "",
                servers: Some(NOTHING),
                clients: None,
                adapted: false,
            }
        }; 60],
        close_code: None,
    };
    let refused = |side| match FULL.negotiate(&Peer { side, version: "?", digest: None }) {
        Verdict::Incompatible(refused) => refused,
        other => panic!("{other:?}"),
    };
    let (many, one) = (refused(Side::Server), refused(Side::Client));
    assert_eq!((many.supported.len(), many.close_code, one.supported.len()), (61, None, 1));
    assert!(
        many.close_reason().len() <= 123 && many.close_reason().ends_with(", ..."),
        "{}",
        many.close_reason()
    );
    assert!(
        one.close_reason().len() <= 123 && one.close_reason().ends_with(FULL.version),
        "{}",
        one.close_reason()
    );
}
