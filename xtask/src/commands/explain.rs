//! `framelock explain`: what a code means, why it is a mistake, and how to mend it.

use crate::Exit;
use crate::cli::{ExplainArgs, Format};
use crate::problem::Kind;
use crate::screen::{self, Screen};
use framelock_codegen::diagnostic::Code;
use serde::Serialize;

/// Columns that an explanation may take.
const WIDTH: usize = 100;

/// A code and what is known of it.
#[derive(Debug, Clone, Copy, Serialize)]
struct Entry {
    code: &'static str,
    summary: &'static str,
    explanation: &'static str,
}

/// Runs the command.
///
/// # Errors
/// Standard output cannot be written.
pub(crate) fn run(args: &ExplainArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let entries: Vec<Entry> = entries().collect();
    let Some(code) = &args.code else {
        list(&entries, screen)?;
        return Ok(Exit::Fine);
    };
    if let Some(entry) = entries.iter().find(|entry| entry.code == code.as_str()) {
        explain(entry, screen)?;
        return Ok(Exit::Fine);
    }
    let hint = match nearest(code, &entries) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`framelock explain` lists all codes".to_owned(),
    };
    screen::progress(&format!("error: there is no code `{code}`; {hint}"));
    Ok(Exit::Usage)
}

/// All codes: those of findings about a schema, those about an output folder, those of probes.
fn entries() -> impl Iterator<Item = Entry> {
    let codes = Code::ALL.iter().map(|code| Entry {
        code: code.name(),
        summary: code.summary(),
        explanation: code.explanation(),
    });
    let kinds = Kind::ALL.iter().map(|kind| Entry {
        code: kind.name(),
        summary: kind.summary(),
        explanation: kind.explanation(),
    });
    let entries = codes.chain(kinds);
    #[cfg(feature = "network")]
    let entries = entries.chain(crate::commands::probe::failure::Code::ALL.iter().map(|code| Entry {
        code: code.name(),
        summary: code.summary(),
        explanation: code.explanation(),
    }));
    entries
}

fn list(entries: &[Entry], screen: &mut Screen) -> anyhow::Result<()> {
    if screen.format() == Format::Json {
        return screen.result(&serde_json::to_string_pretty(entries)?);
    }
    let widest = entries.iter().map(|entry| entry.code.len()).max().unwrap_or_default();
    entries
        .iter()
        .try_for_each(|Entry { code, summary, .. }| screen.result(&format!("{code:widest$}  {summary}")))
}

fn explain(entry: &Entry, screen: &mut Screen) -> anyhow::Result<()> {
    if screen.format() == Format::Json {
        return screen.result(&serde_json::to_string_pretty(&[entry])?);
    }
    let Entry { code, summary, explanation } = entry;
    screen.result(&wrap(&format!("{code}: {summary}"), WIDTH))?;
    screen.result("")?;
    screen.result(&wrap(explanation, WIDTH))
}

/// The code that a misspelt one was probably meant to be.
fn nearest(code: &str, entries: &[Entry]) -> Option<&'static str> {
    let code = code.to_lowercase().replace(['_', ' '], "-");
    let distance = |entry: &Entry| strsim::damerau_levenshtein(&code, entry.code);
    let near = entries.iter().min_by_key(|entry| distance(entry))?;
    // A third of the letters may be wrong; with more it would be a guess.
    (distance(near) * 3 <= near.code.len()).then_some(near.code)
}

/// Breaks lines between words.
fn wrap(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { continue };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{entries, nearest, wrap};

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("aa bb  cc\ndd", 5), "aa bb\ncc dd");
        assert_eq!(wrap("toolongword x", 4), "toolongword\nx");
    }

    #[test]
    fn misspelt_codes_are_recognised() {
        let entries: Vec<_> = entries().collect();
        assert_eq!(nearest("unkown_keyword", &entries), Some("unknown-keyword"));
        assert_eq!(nearest("zzz", &entries), None);
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = entries().map(|entry| entry.code).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
