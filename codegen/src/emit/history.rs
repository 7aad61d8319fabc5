//! What changed: `CHANGELOG.md`, from each release in use to the next one and to this version, and `MIGRATION.md`, how to
//! come from each of them to this version.

use super::{Context, Emitter};
use crate::adapt::Step;
use crate::diagnostic::Findings;
use crate::evolution::{Change, Settings, Skew, Verdict, compare};
use crate::manifest::Manifest;
use crate::model::{Protocol, Side};
use crate::release::{Adapters, InUse, Note};
use crate::text::{Text, markdown};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Emits both documents.
pub(super) struct History;

impl Emitter for History {
    fn name(&self) -> &'static str {
        "history"
    }

    fn is_wanted(&self, manifest: &Manifest) -> bool {
        manifest.bundle.is_some()
    }

    fn check(&self, _: &Protocol, _: &Context<'_>, _: &mut Findings) {}

    fn emit(&self, protocol: &Protocol, context: &Context<'_>) -> Vec<(String, String)> {
        let History = self;
        let head = |title: &str| format!("<!-- {} -->\n\n# {title}\n", context.header());
        let version = markdown::paragraphs(&protocol.version);
        let mut files = Vec::new();
        if let Some(last) = context.releases.last() {
            let text = head(&format!("Changelog of the protocol {}", markdown::paragraphs(&protocol.name)));
            files.push(("CHANGELOG.md".to_owned(), text + &changelog(&version, last, context)));
        }
        let broken: Vec<&InUse> = context.releases.iter().filter(|since| breaks(since)).collect();
        if !broken.is_empty() {
            let mut text = head(&format!("Migrating to {version}"));
            broken.iter().rev().for_each(|since| migration(since, context, &mut text));
            files.push(("MIGRATION.md".to_owned(), text));
        }
        files
    }
}

fn breaks(since: &InUse) -> bool {
    since.comparison.changes.iter().any(|change| change.verdict >= Verdict::Unknown)
}

/// A section for this version, and one for each release in use that another one in use came before.
fn changelog(version: &str, last: &InUse, context: &Context<'_>) -> String {
    let mut text = String::new();
    section(version, last, &last.comparison.changes, context, &mut text);
    for pair in context.releases.windows(2).rev() {
        let [before, after] = pair else { continue };
        let changes = compare(&before.version, &after.version, &Settings::default()).changes;
        section(&after.release.number.to_string(), before, &changes, context, &mut text);
    }
    text
}

fn section(version: &str, since: &InUse, changes: &[Change], context: &Context<'_>, text: &mut String) {
    let _ = writeln!(text, "\n## {version}\n\nWhat changed since {}.", since.release.number);
    let kinds = [
        ("Breaking", &[Verdict::Breaking, Verdict::Unknown][..]),
        ("To be known", &[Verdict::Told]),
        ("Compatible", &[Verdict::Safe]),
    ];
    for (heading, verdicts) in kinds {
        let mut changes = changes.iter().filter(|change| verdicts.contains(&change.verdict)).peekable();
        if changes.peek().is_some() {
            let _ = writeln!(text, "\n### {heading}\n");
        }
        for change in changes {
            let _ = writeln!(text, "- {}: {}", message(change), told(change));
            if let Some(note) = context.notes.get(&change.fingerprint) {
                let _ = writeln!(text, "{}", indented(&markdown::paragraphs(&Text::new(&note.why))));
            }
        }
    }
    if changes.is_empty() {
        let _ = writeln!(text, "\nNothing that goes over the wire.");
    }
}

/// How to come from a release to this version.
fn migration(since: &InUse, context: &Context<'_>, text: &mut String) {
    let number = since.release.number;
    let _ = writeln!(text, "\n## From {number}");
    let broken = since.comparison.changes.iter().filter(|change| change.verdict >= Verdict::Unknown);
    let mut messages: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
    for change in broken {
        messages.entry(message(change)).or_default().push(change);
    }
    for (message, changes) in messages {
        let _ = writeln!(text, "\n### {message}");
        let mut said = BTreeSet::new();
        for change in changes {
            let broken: Vec<&str> = change.broken().into_iter().map(Skew::words).collect();
            let _ = writeln!(text, "\n- {}; this breaks {}", told(change), broken.join(" and "));
            let Some(note) = context.notes.get(&change.fingerprint) else { continue };
            for (what, words) in
                [("Why", &note.why), ("How to migrate", &note.migrate), ("Until", &note.sunset)]
            {
                // What one note says after another is said once.
                if said.insert((what, words)) {
                    let words = markdown::paragraphs(&Text::new(words));
                    let _ = writeln!(text, "  - {what}: {}", words.replace('\n', "\n    "));
                }
            }
            adapted(note, text);
        }
    }
    let adapters = context.adapters.iter().find(|adapters| adapters.number == number);
    if let Some(adapters) = adapters {
        losses(adapters, text);
    }
}

/// Who says what becomes of frames.
fn adapted(note: &Note, text: &mut String) {
    if note.by_hand {
        let _ = writeln!(text, "  - Frames are adapted by hand: the generated trait names the method.");
    }
}

/// What the adapters of a release lose.
fn losses(adapters: &Adapters, text: &mut String) {
    let mut lines = Vec::new();
    for side in [Side::Server, Side::Client] {
        for message in adapters.frames(side).messages {
            for step in message.steps {
                if let Step::Drop { place, loss, .. } = step {
                    let name = message.old.or(message.new).unwrap_or_default();
                    let place = place.iter().fold(String::new(), |above, name| above + "/" + name);
                    let place =
                        if place.is_empty() { String::new() } else { format!(" {}", markdown::code(&place)) };
                    lines.push(format!("- {}{place}: {}", markdown::code(name), markdown::words(loss)));
                }
            }
        }
    }
    if !lines.is_empty() {
        let _ = writeln!(text, "\n### What adapters lose\n\n{}", lines.join("\n"));
    }
}

/// The message that a change is about.
fn message(change: &Change) -> String {
    let name = change.message.as_deref().map_or_else(|| "every message".to_owned(), markdown::code);
    match change.sender {
        Side::Server => format!("{name} (server→client)"),
        Side::Client => format!("{name} (client→server)"),
        Side::Either => format!("{name} (either way)"),
    }
}

/// What changed.
fn told(change: &Change) -> String {
    let place =
        if change.path.is_empty() { String::new() } else { format!("{}: ", markdown::code(&change.path)) };
    let values = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!(": {} → {}", markdown::words(before), markdown::words(after)),
        (Some(before), None) => format!(": was {}", markdown::words(before)),
        (None, Some(after)) => format!(": {}", markdown::words(after)),
        (None, None) => String::new(),
    };
    format!("{place}{}{values}", change.rule.change)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
