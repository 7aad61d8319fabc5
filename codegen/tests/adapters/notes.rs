//! What is wrong with adapters, and what is generated of those that are right.

use super::{ADAPTERS, REPORT, adapted, broken, next, notes, old, release};
use framelock_codegen::diagnostic::{Code, Located, Report};

/// The findings about `report` if its adapter were another one.
fn wrong(adapter: &str) -> String {
    let folder = next();
    let adapters: Vec<(&str, &str)> = ADAPTERS
        .iter()
        .map(|(name, text)| (*name, if *name == "report" { adapter } else { *text }))
        .collect();
    folder.put("releases/next.toml", notes(&folder, &adapters));
    told(&folder.generate().expect_err("a wrong adapter is refused"))
}

fn told(report: &Report) -> String {
    let codes: Vec<Code> = report.findings().iter().map(Located::code).collect();
    assert!(
        codes.iter().all(|code| [Code::InvalidAdapter, Code::InvalidRelease].contains(code)),
        "{codes:?}"
    );
    report.to_string()
}

#[test]
fn each_mistake_is_told_at_its_place() {
    let only = |step: &str| format!("adapter = [{step}]");
    let cases = [
        (only(r#"{ move = "/data/title" }"#), "a step `move` has no `to`"),
        (only(r#"{ loss = "x" }"#), "a step is one of `move`, `replace`, `default` and `drop`"),
        (only(r#"{ move = "/a", drop = "/b" }"#), "a step is one of `move`, `replace`, `default` and `drop`"),
        (
            only(r#"{ move = "/data/title", to = "/data/headline", loss = "x" }"#),
            "a step `move` has no use for `loss`",
        ),
        (only(r#"{ rename = "/data/title" }"#), "unknown key `rename`"),
        (only(r#"{ drop = "/data/secret", from = "elsewhere", loss = "x" }"#), "unknown value `elsewhere`"),
        (only(r#"{ move = "data/title", to = "/data/headline" }"#), "`data/title` is no JSON Pointer"),
        (
            only(r#"{ move = "/data/titel", to = "/data/headline" }"#),
            "no frame of the message has `/data/titel` in the old version",
        ),
        (
            only(r#"{ move = "/data/title", to = "/data/head" }"#),
            "no frame of the message has `/data/head` in the new version",
        ),
        (
            only(r#"{ move = "/data/title", to = "/data/steps/*/name" }"#),
            "a move leads from a place to another one, with as many `*`",
        ),
        (only(r#"{ replace = "/data/mode", old = 'fast', new = '"quick"' }"#), "`fast` is no JSON"),
        (only(r#"{ drop = "/data/secret", from = "old", loss = " " }"#), "what is lost is not said"),
        (only(r#"{ drop = "", from = "old", loss = "x", value = "1" }"#), "a whole frame is dropped without"),
        (
            only(r#"{ default = "/data/steps/*", in = "new", value = "1" }"#),
            "a default is the value of a property",
        ),
        (
            "by_hand = true\nadapter = [{ drop = \"\", from = \"old\", loss = \"x\" }]".to_owned(),
            "has more than one of",
        ),
        (String::new(), "there is neither `adapter` nor `adapted_with` nor `by_hand`"),
        ("adapted_with = \"0123456789abcdef\"".to_owned(), "and no such note has an adapter"),
    ];
    for (adapter, expected) in cases {
        let report = wrong(&adapter);
        assert!(report.contains(expected), "{adapter}: {report}");
        assert!(report.contains("/releases/next.toml:"), "{adapter}: {report}");
    }
}

#[test]
fn an_adapter_that_does_not_do_shows_the_frame() {
    let without = |part: &str| {
        let lines: Vec<&str> = REPORT.lines().filter(|line| !line.contains(part)).collect();
        wrong(&lines.join("\n"))
    };
    for (part, expected) in [
        ("\"/data/headline\"", "expected the property `headline`"),
        ("/data/steps", "expected the property `name`"),
        ("\"quick\"", "found string \"fast\""),
        ("\"idle\"", "found string \"idle\""),
        ("/data/secret", "found the property `secret`"),
        ("/data/stars", "expected the property `stars`"),
        ("/data/price", "expected the property `price`"),
    ] {
        let report = without(part);
        assert!(report.contains(expected) && report.contains(r#"{"type":"report""#), "{part}: {report}");
    }
    // What cannot come back is a loss.
    let more = REPORT.replace(
        "{ drop = \"/data/secret\"",
        "{ replace = \"/data/mode\", old = '\"slow\"', new = '\"quick\"' },\n    { drop = \"/data/secret\"",
    );
    let report = wrong(&more);
    assert!(report.contains("two values of `/data/mode` become one"), "{report}");
}

#[test]
fn stale_adapters_are_found() {
    let folder = next();
    let stale = "[breaking.0123456789abcdef]\nwhat = \"a\"\nwhy = \"b\"\nmigrate = \"c\"\nsunset = \"3.0.0\"\nby_hand = true\n";
    folder.put("releases/next.toml", notes(&folder, &ADAPTERS) + stale);
    let report = told(&folder.generate().expect_err("nothing is called so"));
    assert!(
        report.contains("an adapter for 0123456789abcdef, and no change that breaks a peer in use"),
        "{report}"
    );
}

#[test]
fn what_is_in_no_frame_needs_a_note_and_no_adapter() {
    let (before, after) = (old(), old());
    let code = "\"x-close-codes\": [{ \"code\": 4001, \"name\": \"full\", \"description\": \"No room.\" }], \"$defs\"";
    before.replace("protocol.schema.json", "\"$defs\"", code);
    after.replace("protocol.schema.json", "\"1.0.0\"", "\"2.0.0\"");
    release(&before, &after);
    after.put("releases/next.toml", notes(&after, &[]));
    let generation = after.generate().unwrap_or_else(|report| panic!("{report}"));
    assert!(generation.adaptation.adapters.is_empty() && generation.adaptation.unnoted.is_empty());
    after.put("releases/next.toml", notes(&after, &[("", "by_hand = true")]));
    let report = told(&after.generate().expect_err("there is nothing to adapt"));
    assert!(report.contains("and can be adapted to, is called so"), "{report}");
}

#[test]
fn changes_without_a_note_are_listed_and_nothing_is_generated_of_them() {
    let folder = next();
    let generation = folder.generate().unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(generation.adaptation.unnoted.len(), broken(&folder).len());
    assert!(!generation.outputs.iter().any(|output| output.path.contains("adapt")));
    // Nor where nothing broke.
    let same = old();
    let before: Vec<String> =
        same.generate().unwrap().outputs.into_iter().map(|output| output.path).collect();
    same.replace("protocol.schema.json", "\"1.0.0\"", "\"1.0.1\"");
    release(&old(), &same);
    let outputs = same.generate().unwrap().outputs;
    let after = outputs.into_iter().map(|output| output.path).filter(|path| path != "CHANGELOG.md");
    let after: Vec<String> = after.collect();
    assert_eq!(before, after);
}

#[test]
fn the_documents_say_what_changed_and_how_to_migrate() {
    let (folder, generation) = adapted(&ADAPTERS);
    let text = |path: &str| {
        generation.outputs.iter().find(|output| output.path == path).map(|output| output.text.clone())
    };
    let (changelog, migration) = (text("CHANGELOG.md").unwrap(), text("MIGRATION.md").unwrap());
    for part in [
        "# Changelog of the protocol tiny\n\n## 2.0.0\n\nWhat changed since 1.0.0.\n\n### Breaking\n\n",
        "- `report` (server→client): `/data/headline`: a required property was added: required string\n  It had to.\n",
        "- `beg` (client→server): the message is gone, and its name is free to be taken\n  It had to.\n",
        "\n### To be known\n\n- `now` (server→client): the message is new\n",
    ] {
        assert!(changelog.contains(part), "{part} is not in {changelog}");
    }
    for part in [
        "# Migrating to 2.0.0\n\n## From 1.0.0\n\n### `ask` (client→server)\n\n",
        "; this breaks old clients with a new server\n  - Why: It had to.\n  - How to migrate: Do.\n  - Until: 3.0.0\n",
        "\n### What adapters lose\n\n",
        "- `report` `/data/secret`: the secret\n",
        "- `gone`: that something is gone\n",
    ] {
        assert!(migration.contains(part), "{part} is not in {migration}");
    }
    // A note whose words would be markup is told as words.
    let notes = folder.text("releases/next.toml").replace("It had to.", "# <script>[x](y)");
    folder.put("releases/next.toml", notes);
    let generation = folder.generate().unwrap();
    let migration = &generation.outputs.iter().find(|output| output.path == "MIGRATION.md").unwrap().text;
    assert!(migration.contains("- Why: \\# \\<script\\>\\[x\\](y)\n"), "{migration}");
}

#[test]
fn only_peers_in_use_are_adapted_to() {
    let (folder, generation) = adapted(&ADAPTERS);
    let module = |generation: &framelock_codegen::Generation| {
        let found = generation.outputs.iter().find(|output| output.path == "rust/src/adapters/v1_0_0.rs");
        found.unwrap().text.clone()
    };
    let both = module(&generation);
    assert!(both.contains("pub const fn server()") && both.contains("pub const fn client()"));
    folder.replace("framelock.toml", "\n[rust]", "\n[supported]\nclients = [\"1.0.0\"]\n\n[rust]");
    folder.put("releases/next.toml", notes(&folder, &ADAPTERS));
    // What only broke for old servers needs no adapter now: its note is no longer about anybody.
    let report = told(&folder.generate().expect_err("notes are about peers in use"));
    assert!(report.contains("breaks a peer in use"), "{report}");
}
