//! Where a run prints: results to standard output, progress and errors to standard error.

use crate::cli::Format;
use crate::present::Entry;
use anyhow::Context as _;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

/// The two streams of a run. A reader that went away (`framelock … | head -0`) ends the printing, not the run.
#[derive(Debug)]
pub(crate) struct Screen {
    format: Format,
    colour: bool,
    reader_gone: bool,
    /// What the run's one document will hold, where several parts of the run add to it.
    held: Option<Vec<Entry>>,
    /// Whether findings were printed for machines, even if there were none.
    told: bool,
}

impl Screen {
    /// The streams of this process. Colours need a terminal and no `NO_COLOR` (<https://no-color.org>).
    pub(crate) fn new(format: Format) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            format,
            colour: !refused && io::stdout().is_terminal(),
            reader_gone: false,
            held: None,
            told: false,
        }
    }

    /// From now on entries are held back, where standard output is one document.
    pub(crate) fn hold(&mut self) {
        self.held = self.format.is_document().then(Vec::new);
    }

    /// What was held back; from now on entries are printed.
    pub(crate) fn release(&mut self) -> Vec<Entry> {
        self.held.take().unwrap_or_default()
    }

    /// Holds entries back, or returns those that are to be printed now.
    pub(crate) fn keep(&mut self, entries: Vec<Entry>) -> Option<Vec<Entry>> {
        if let Some(held) = &mut self.held {
            held.extend(entries);
            return None;
        }
        self.told = true;
        Some(entries)
    }

    /// Whether findings were printed for machines, even if there were none.
    pub(crate) fn has_told(&self) -> bool {
        self.told
    }

    /// The format of findings.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether standard output takes colours.
    pub(crate) fn colour(&self) -> bool {
        self.colour
    }

    /// Prints a part of the result, and a line end.
    pub(crate) fn result(&mut self, text: &str) -> anyhow::Result<()> {
        if self.reader_gone {
            return Ok(());
        }
        match writeln!(io::stdout().lock(), "{}", printable(text)) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.reader_gone = true;
                Ok(())
            }
            other => other.context("standard output cannot be written"),
        }
    }

    /// Prints a line that only a person reads: to standard output, unless a machine reads that one.
    pub(crate) fn remark(&mut self, text: &str) -> anyhow::Result<()> {
        if self.format.is_document() {
            progress(text);
            return Ok(());
        }
        self.result(text)
    }
}

/// Prints a line of progress to standard error. Nobody may be listening, and that is no reason to stop.
pub(crate) fn progress(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(text));
}

/// Prints an error to standard error, with a line for each of its causes.
pub(crate) fn error(error: &anyhow::Error) {
    progress(&format!("error: {}", on_one_line(&error.to_string())));
    for cause in error.chain().skip(1) {
        progress(&format!("  because: {}", on_one_line(&cause.to_string())));
    }
}

fn on_one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}

/// Text from anywhere on one line, its control characters made visible.
#[cfg(feature = "network")]
pub(crate) fn one_line(text: &str) -> String {
    printable(&text.replace(['\n', '\r', '\t', '\u{1b}'], " "))
}

/// Text with its control characters made visible: file names and file contents come from anywhere and must
/// not steer the terminal. Line ends, tabs and colours (`ESC [ … m`) stay.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (offset, character) in text.char_indices() {
        let plain = match character {
            '\n' | '\t' => true,
            '\u{1b}' => text.get(offset..).is_some_and(starts_with_colour),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
            other => !other.is_control(),
        };
        if plain {
            shown.push(character);
        } else {
            shown.extend(character.escape_unicode());
        }
    }
    shown
}

/// Whether text starts with an ANSI colour sequence.
fn starts_with_colour(text: &str) -> bool {
    text.strip_prefix("\u{1b}[").is_some_and(|rest| {
        let parameters =
            rest.trim_start_matches(|character: char| character.is_ascii_digit() || character == ';');
        parameters.starts_with('m')
    })
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn control_characters_are_shown_and_colours_kept() {
        assert_eq!(printable("a\u{1b}]0;x\u{7}b"), "a\\u{1b}]0;x\\u{7}b");
        assert_eq!(printable("\u{1b}[31;1mred\u{1b}[0m\tand\n"), "\u{1b}[31;1mred\u{1b}[0m\tand\n");
        assert_eq!(printable("\r\u{202e}"), "\\u{d}\\u{202e}");
    }
}
