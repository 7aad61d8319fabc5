//! Findings in the format that was asked for. All formats say the same; only who reads them differs.

use crate::cli::Format;
use crate::problem::{Problem, REGENERATE};
use crate::screen::Screen;
use framelock_codegen::diagnostic::{Located, Report};
use miette::{GraphicalReportHandler, GraphicalTheme};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The schema of SARIF logs.
const SARIF: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Columns that the graphical form may take.
const WIDTH: usize = 110;

/// A report where one line has to say what is wrong: its first finding.
#[allow(clippy::needless_pass_by_value, reason = "it maps errors")]
pub(crate) fn one_line(report: Report) -> anyhow::Error {
    anyhow::anyhow!("{}", report.to_string().lines().next().unwrap_or_default().to_owned())
}

/// A finding as machines read it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    /// Stable name of the kind of finding.
    pub code: &'static str,
    /// The file, as from the current folder; empty where the finding is about none.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// JSON Pointer into the file.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Entry {
    /// An entry about no file.
    pub(crate) fn new(code: &'static str, message: String) -> Self {
        let (file, pointer, help) = (String::new(), String::new(), String::new());
        Self { code, file, line: 1, column: 1, pointer, message, help }
    }

    fn located(finding: &Located) -> Self {
        Self {
            code: finding.code().name(),
            file: finding.path().to_owned(),
            line: finding.line(),
            column: finding.column(),
            pointer: finding.pointer().to_owned(),
            message: finding.message().to_owned(),
            help: finding.help_text().to_owned(),
        }
    }

    fn problem(problem: &Problem) -> Self {
        let message = format!("{} {}", problem.file, problem.message);
        let (file, help) = (problem.file.clone(), problem.help.to_owned());
        Self { file, help, line: problem.line, ..Self::new(problem.kind.name(), message) }
    }
}

/// Prints what is wrong with a schema.
pub(crate) fn report(report: &Report, screen: &mut Screen) -> anyhow::Result<()> {
    match screen.format() {
        Format::Human => screen.result(&graphical(report, screen.colour())?),
        Format::Short | Format::Junit => screen.result(&report.to_string()),
        Format::Json | Format::Github | Format::Sarif => {
            entries_for_machines(report.findings().iter().map(Entry::located).collect(), screen)
        }
    }
}

/// Prints what is wrong with an output folder.
pub(crate) fn problems(problems: &[Problem], screen: &mut Screen) -> anyhow::Result<()> {
    match screen.format() {
        Format::Human => problems.iter().try_for_each(|problem| problem_for_people(problem, screen)),
        Format::Short | Format::Junit => problems.iter().try_for_each(|problem| {
            let Problem { kind, file, message, help, line, .. } = problem;
            screen.result(&format!("{file}:{line}:1: error[{}]: {file} {message}; {help}", kind.name()))
        }),
        Format::Json | Format::Github | Format::Sarif => {
            entries_for_machines(problems.iter().map(Entry::problem).collect(), screen)
        }
    }
}

/// Prints the error that ended a run for machines, unless they were told findings.
pub(crate) fn error(error: &anyhow::Error, screen: &mut Screen) -> anyhow::Result<()> {
    if screen.has_told() {
        return Ok(());
    }
    entries_for_machines(vec![Entry::new("failed-run", format!("{error:#}"))], screen)
}

/// Prints entries in one of the formats that machines read, or holds them back for the run's one document.
pub(crate) fn entries_for_machines(entries: Vec<Entry>, screen: &mut Screen) -> anyhow::Result<()> {
    let Some(entries) = screen.keep(entries) else { return Ok(()) };
    match screen.format() {
        Format::Json => screen.result(&serde_json::to_string_pretty(&entries)?),
        Format::Github => entries.iter().try_for_each(|entry| screen.result(&github(entry))),
        Format::Sarif => screen.result(&serde_json::to_string_pretty(&sarif(&entries))?),
        Format::Human | Format::Short | Format::Junit => Ok(()),
    }
}

/// The end of a run without findings, for readers that expect a document whatever happens.
pub(crate) fn nothing(screen: &mut Screen) -> anyhow::Result<()> {
    entries_for_machines(Vec::new(), screen)
}

fn problem_for_people(problem: &Problem, screen: &mut Screen) -> anyhow::Result<()> {
    let Problem { kind, file, message, help, line, diff } = problem;
    let at = if *line == 1 { String::new() } else { format!(":{line}") };
    screen.result(&format!("{}: {file}{at} {message}", kind.name()))?;
    // How to regenerate is said once, below all problems.
    if *help != REGENERATE {
        screen.result(&format!("  help: {help}"))?;
    }
    diff.iter().try_for_each(|diff| screen.result(diff))
}

/// The findings with their source lines, as miette draws them.
fn graphical(report: &Report, colour: bool) -> anyhow::Result<String> {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(WIDTH);
    let mut text = String::new();
    report.render(&handler, &mut text)?;
    text.truncate(text.trim_end().len());
    Ok(text)
}

/// A log in the Static Analysis Results Interchange Format (OASIS, SARIF 2.1.0).
fn sarif(entries: &[Entry]) -> Value {
    let codes: BTreeSet<&str> = entries.iter().map(|entry| entry.code).collect();
    let rules: Vec<Value> = codes.into_iter().map(|code| json!({ "id": code })).collect();
    let result = |entry: &Entry| {
        let Entry { code, file, line, column, message, help, .. } = entry;
        let text = if help.is_empty() { message.clone() } else { format!("{message}; {help}") };
        let place = json!({
            "artifactLocation": { "uri": uri_reference(file) },
            "region": { "startLine": line, "startColumn": column },
        });
        let places = if file.is_empty() { json!([]) } else { json!([{ "physicalLocation": place }]) };
        json!({ "ruleId": code, "level": "error", "message": { "text": text }, "locations": places })
    };
    let tool = json!({ "name": "framelock", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let results: Vec<Value> = entries.iter().map(result).collect();
    let run = json!({
        "tool": { "driver": tool },
        // Columns are characters, not units of UTF-16.
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    json!({ "$schema": SARIF, "version": "2.1.0", "runs": [run] })
}

/// A path as a reference of RFC 3986: what may not stand in one becomes `%XX`, byte by byte.
fn uri_reference(path: &str) -> String {
    let mut shown = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            shown.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(shown, "%{byte:02X}");
        }
    }
    shown
}

/// A workflow command, as GitHub's runner reads it from a log.
fn github(entry: &Entry) -> String {
    let Entry { code, file, line, column, message, help, .. } = entry;
    let place = if file.is_empty() {
        String::new()
    } else {
        format!("file={},line={line},col={column},", github_property(file))
    };
    let text = if help.is_empty() { message.clone() } else { format!("{message}; {help}") };
    format!("::error {place}title={}::{}", github_property(code), github_data(&text))
}

/// Escapes the message of a workflow command.
fn github_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{Entry, github, uri_reference};

    fn entry(file: &str, message: &str) -> Entry {
        let (file, help) = (file.to_owned(), "mend it".to_owned());
        Entry { file, line: 3, column: 4, help, ..Entry::new("a-code", message.to_owned()) }
    }

    #[test]
    fn any_path_is_a_reference() {
        assert_eq!(uri_reference("a b/ü#?%[1]:x.json"), "a%20b/%C3%BC%23%3F%25%5B1%5D%3Ax.json");
    }

    #[test]
    fn workflow_commands_cannot_be_broken_out_of() {
        let shown = github(&entry("a:b,c\n::error::x", "50 %\n::set-env name=X::1"));
        assert_eq!(
            shown,
            "::error file=a%3Ab%2Cc%0A%3A%3Aerror%3A%3Ax,line=3,col=4,title=a-code::\
             50 %25%0A::set-env name=X::1; mend it"
        );
    }

    #[test]
    fn an_entry_without_a_file_names_none() {
        assert_eq!(github(&entry("", "m")), "::error title=a-code::m; mend it");
    }
}
