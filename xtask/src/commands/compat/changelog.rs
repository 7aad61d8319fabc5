//! What changed, as a person or a machine reads it.

use crate::cli::Format;
use crate::present::{self, Entry};
use crate::screen::Screen;
use framelock_codegen::evolution::{Change, Comparison, Fact, Place, Skew, Verdict};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;

/// Characters of a frame that are shown.
const FRAME: usize = 160;

/// Prints what changed since each of the old versions.
pub(super) fn print(new: &str, compared: &[(String, Comparison)], screen: &mut Screen) -> anyhow::Result<()> {
    match screen.format() {
        Format::Human => {
            compared.iter().try_for_each(|(old, comparison)| screen.result(&changelog(old, new, comparison)))
        }
        Format::Short | Format::Junit => breaking(compared).try_for_each(|(old, change)| {
            let place = change.place.as_ref();
            let at = place.map_or_else(String::new, |at| format!("{}:{}:{}: ", at.file, at.line, at.column));
            screen.result(&format!("{at}error[{}]: {}", change.rule.id, sentence(old, change)))
        }),
        Format::Json => {
            let entries: Vec<Since<'_>> = compared.iter().map(|(old, of)| Since::new(old, new, of)).collect();
            screen.result(&serde_json::to_string_pretty(&entries)?)
        }
        Format::Github | Format::Sarif => {
            let entries: Vec<Entry<'_>> =
                breaking(compared).map(|(old, change)| entry(old, change)).collect();
            present::entries_for_machines(&entries, screen)
        }
    }
}

fn breaking(compared: &[(String, Comparison)]) -> impl Iterator<Item = (&str, &Change)> {
    let all =
        compared.iter().flat_map(|(old, of)| of.changes.iter().map(move |change| (old.as_str(), change)));
    all.filter(|(_, change)| change.verdict >= Verdict::Unknown)
}

/// All that changed, by who sends it and by message.
fn changelog(old: &str, new: &str, comparison: &Comparison) -> String {
    let mut text = format!("{old} → {new}\n");
    let mut heading = None;
    for change in &comparison.changes {
        let current = (direction(change), change.message.as_deref());
        if heading != Some(current) {
            heading = Some(current);
            let _ = writeln!(text, "\n{}  {}", current.0, current.1.unwrap_or("every message"));
        }
        one(change, &mut text);
    }
    let count = |verdict| comparison.changes.iter().filter(|change| change.verdict == verdict).count();
    let [breaking, unknown, told, safe] =
        [Verdict::Breaking, Verdict::Unknown, Verdict::Told, Verdict::Safe].map(count);
    let messages = comparison.messages;
    let _ = write!(
        text,
        "\n{messages} messages: {breaking} breaking, {unknown} unknown, {told} to be known, {safe} safe"
    );
    text
}

fn direction(change: &Change) -> &'static str {
    match change.sender.name() {
        "server" => "server→client",
        "client" => "client→server",
        _ => "either way",
    }
}

/// A change, with who is broken and by what.
fn one(change: &Change, text: &mut String) {
    let verdict = change.verdict.name();
    let values = values(change);
    let place = if change.path.is_empty() { String::new() } else { format!("{}: ", change.path) };
    let _ = writeln!(text, "  {verdict:<9} {place}{}{values}  [{}]", change.rule.change, change.rule.id);
    if change.verdict < Verdict::Unknown {
        return;
    }
    let broken: Vec<&str> = change.broken().into_iter().map(Skew::words).collect();
    let _ = writeln!(text, "            breaks {}", broken.join("; "));
    if change.together {
        text.push_str("            or another change near it does: which of them, cannot be told apart\n");
    }
    for fact in [&change.facts.old_consumer, &change.facts.new_consumer] {
        match fact {
            Fact::Refused { witness: Some(frame) } => {
                let _ = writeln!(text, "            refused: {}", shortened(frame));
            }
            Fact::Unknown { reason } => {
                let _ = writeln!(text, "            not proved: {reason}");
            }
            Fact::Misread => text.push_str("            accepted, and taken for something else\n"),
            _ => {}
        }
    }
    if let Some(Place { file, line, column, .. }) = &change.place {
        let _ = writeln!(text, "            at {file}:{line}:{column}");
    }
    if !change.rule.mend.is_empty() {
        let _ = writeln!(text, "            {}", change.rule.mend);
    }
    let _ = writeln!(text, "            {}", change.fingerprint);
}

fn values(change: &Change) -> String {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!(": {before} → {after}"),
        (Some(before), None) => format!(": was {before}"),
        (None, Some(after)) => format!(": {after}"),
        (None, None) => String::new(),
    }
}

fn shortened(frame: &Value) -> String {
    let text = frame.to_string();
    match text.char_indices().nth(FRAME) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The change in one sentence.
pub(in crate::commands) fn sentence(old: &str, change: &Change) -> String {
    let message = change.message.as_deref().unwrap_or("every message");
    let broken: Vec<&str> = change.broken().into_iter().map(Skew::words).collect();
    let place = if change.path.is_empty() { String::new() } else { format!(" {}", change.path) };
    let broken = if broken.is_empty() { "no peer".to_owned() } else { broken.join(" and ") };
    format!(
        "{} {message}{place}: {}{}; since {old} this breaks {broken}",
        direction(change),
        change.rule.change,
        values(change),
    )
}

fn entry<'a>(old: &str, change: &'a Change) -> Entry<'a> {
    let place = change.place.as_ref();
    Entry {
        code: change.rule.id,
        file: place.map_or("", |place| &place.file),
        line: place.map_or(1, |place| place.line),
        column: place.map_or(1, |place| place.column),
        pointer: place.map_or("", |place| &place.pointer),
        message: sentence(old, change),
        help: change.rule.mend,
    }
}

/// What changed since an old version, as machines read it.
#[derive(Serialize)]
struct Since<'a> {
    old: &'a str,
    new: &'a str,
    verdict: &'static str,
    messages: usize,
    changes: Vec<Told<'a>>,
    /// Rules that said too much: the proof counted.
    overclaimed: Vec<String>,
}

/// A change, as machines read it.
#[derive(Serialize)]
struct Told<'a> {
    rule: &'static str,
    change: &'static str,
    sender: &'static str,
    message: Option<&'a str>,
    path: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    /// An old consumer with a new producer.
    old_consumer: Shown<'a>,
    /// A new consumer with an old producer.
    new_consumer: Shown<'a>,
    verdict: &'static str,
    /// Whether it is this change or another one near it that breaks somebody.
    together: bool,
    breaks: Vec<&'static str>,
    fingerprint: &'a str,
    mend: &'static str,
    file: &'a str,
    line: usize,
    column: usize,
    pointer: &'a str,
}

/// A fact, as machines read it.
#[derive(Serialize)]
struct Shown<'a> {
    fact: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> Since<'a> {
    fn new(old: &'a str, new: &'a str, of: &'a Comparison) -> Self {
        let changes = of.changes.iter().map(Told::new).collect();
        let claims = of.overclaimed.iter();
        let overclaimed =
            claims.map(|claim| format!("{} {} {}", claim.rule.id, claim.message, claim.path)).collect();
        Self { old, new, verdict: of.verdict().name(), messages: of.messages, changes, overclaimed }
    }
}

impl<'a> Told<'a> {
    fn new(change: &'a Change) -> Self {
        let Entry { file, line, column, pointer, .. } = entry("", change);
        Self {
            rule: change.rule.id,
            change: change.rule.change,
            sender: change.sender.name(),
            message: change.message.as_deref(),
            path: &change.path,
            before: change.before.as_deref(),
            after: change.after.as_deref(),
            old_consumer: Shown::new(&change.facts.old_consumer),
            new_consumer: Shown::new(&change.facts.new_consumer),
            verdict: change.verdict.name(),
            together: change.together,
            breaks: change.broken().into_iter().map(Skew::words).collect(),
            fingerprint: &change.fingerprint,
            mend: change.rule.mend,
            file,
            line,
            column,
            pointer,
        }
    }
}

impl<'a> Shown<'a> {
    fn new(fact: &'a Fact) -> Self {
        let reason = if let Fact::Unknown { reason } = fact { Some(reason.as_str()) } else { None };
        Self { fact: fact.name(), witness: fact.witness(), reason }
    }
}
