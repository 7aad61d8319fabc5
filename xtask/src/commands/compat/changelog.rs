//! What changed, as a person or a machine reads it.

use crate::cli::Format;
use crate::present::{self, Entry};
use crate::screen::Screen;
use framelock_codegen::evolution::{Change, Comparison, Fact, Place, Skew, Verdict};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Characters of a frame that are shown.
const FRAME: usize = 160;

/// What changed since an old version.
pub(super) struct Compared {
    /// What the old version is called.
    pub old: String,
    /// How the two differ.
    pub comparison: Comparison,
    /// The fingerprints of changes that have a note: whoever is broken by them was told.
    pub noted: BTreeSet<String>,
}

impl Compared {
    /// What broke without a note.
    pub(super) fn unnoted(&self) -> impl Iterator<Item = &Change> {
        self.comparison.changes.iter().filter(|change| is_breaking(change) && !self.has_note(change))
    }

    fn has_note(&self, change: &Change) -> bool {
        self.noted.contains(&change.fingerprint)
    }
}

fn is_breaking(change: &Change) -> bool {
    change.verdict >= Verdict::Unknown
}

/// Prints what changed since each of the old versions; for most machines, only what broke without a note.
pub(super) fn print(new: &str, compared: &[Compared], screen: &mut Screen) -> anyhow::Result<()> {
    match screen.format() {
        Format::Human => compared.iter().try_for_each(|of| screen.result(&changelog(new, of))),
        Format::Short | Format::Junit => unnoted(compared).try_for_each(|(old, change)| {
            let place = change.place.as_ref();
            let at = place.map_or_else(String::new, |at| format!("{}:{}:{}: ", at.file, at.line, at.column));
            screen.result(&format!("{at}error[{}]: {}", change.rule.id, sentence(old, change)))
        }),
        Format::Json => {
            let entries: Vec<Since<'_>> = compared.iter().map(|of| Since::new(new, of)).collect();
            screen.result(&serde_json::to_string_pretty(&entries)?)
        }
        Format::Github | Format::Sarif => annotate(compared, screen),
    }
}

/// Prints what broke without a note as findings, or holds it back among those of other steps.
pub(super) fn annotate(compared: &[Compared], screen: &mut Screen) -> anyhow::Result<()> {
    let entries = unnoted(compared).map(|(old, change)| entry(old, change));
    present::entries_for_machines(entries.collect(), screen)
}

fn unnoted(compared: &[Compared]) -> impl Iterator<Item = (&str, &Change)> {
    compared.iter().flat_map(|of| of.unnoted().map(move |change| (of.old.as_str(), change)))
}

/// All that changed, by who sends it and by message.
fn changelog(new: &str, of: &Compared) -> String {
    let Compared { old, comparison, noted: _ } = of;
    let mut text = format!("{old} → {new}\n");
    let mut heading = None;
    for change in &comparison.changes {
        let current = (direction(change), change.message.as_deref());
        if heading != Some(current) {
            heading = Some(current);
            let _ = writeln!(text, "\n{}  {}", current.0, current.1.unwrap_or("every message"));
        }
        one(change, of.has_note(change), &mut text);
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
fn one(change: &Change, has_note: bool, text: &mut String) {
    let verdict = change.verdict.name();
    let values = values(change);
    let place = if change.path.is_empty() { String::new() } else { format!("{}: ", change.path) };
    let _ = writeln!(text, "  {verdict:<9} {place}{}{values}  [{}]", change.rule.change, change.rule.id);
    if !is_breaking(change) {
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
    let note = if has_note { " (has a note)" } else { "" };
    let _ = writeln!(text, "            {}{note}", change.fingerprint);
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
    let broken: Vec<&str> = change.broken().into_iter().map(Skew::words).collect();
    let broken = if broken.is_empty() { "no peer".to_owned() } else { broken.join(" and ") };
    format!("{}; since {old} this breaks {broken}", change_in_words(change))
}

/// The same without who is broken by it.
pub(in crate::commands) fn change_in_words(change: &Change) -> String {
    let message = change.message.as_deref().unwrap_or("every message");
    let place = if change.path.is_empty() { String::new() } else { format!(" {}", change.path) };
    format!("{} {message}{place}: {}{}", direction(change), change.rule.change, values(change))
}

fn entry(old: &str, change: &Change) -> Entry {
    let (entry, help) = (Entry::new(change.rule.id, sentence(old, change)), change.rule.mend.to_owned());
    match change.place.clone() {
        Some(Place { file, line, column, pointer }) => Entry { file, line, column, pointer, help, ..entry },
        None => Entry { help, ..entry },
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
    /// Whether whoever is broken was told, which is why it is no finding.
    noted: bool,
    mend: &'static str,
    file: String,
    line: usize,
    column: usize,
    pointer: String,
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
    fn new(new: &'a str, compared: &'a Compared) -> Self {
        let Compared { old, comparison: of, noted: _ } = compared;
        let changes = of.changes.iter().map(|change| Told::new(change, compared.has_note(change))).collect();
        let claims = of.overclaimed.iter();
        let overclaimed =
            claims.map(|claim| format!("{} {} {}", claim.rule.id, claim.message, claim.path)).collect();
        Self { old, new, verdict: of.verdict().name(), messages: of.messages, changes, overclaimed }
    }
}

impl<'a> Told<'a> {
    fn new(change: &'a Change, noted: bool) -> Self {
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
            noted,
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
