//! Findings with everything needed to print them.

use super::{Code, Finding};
use crate::source::{Origin, Sources};
use crate::text;
use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use std::fmt;
use std::sync::Arc;

/// The findings of a run that cannot go on, in the order of files and lines. It renders with miette's
/// graphical handler; its `Display` is the short form, a line for each finding.
#[derive(Debug)]
pub struct Report {
    findings: Vec<Located>,
}

/// A finding together with the text it speaks of.
#[derive(Debug)]
pub struct Located {
    finding: Finding,
    path: String,
    line: usize,
    column: usize,
    source: NamedText,
    labels: Vec<LabeledSpan>,
    /// Second places in other files: miette shows one source a diagnostic, so these become notes.
    elsewhere: Vec<Note>,
}

/// A second place of a finding, in another file.
#[derive(Debug)]
struct Note {
    what: &'static str,
    source: NamedText,
    label: LabeledSpan,
}

/// A file's text and name. miette's own type counts columns in bytes, the short form of a finding in
/// characters; a reader must not see two columns for one place.
#[derive(Debug)]
struct NamedText {
    name: String,
    text: Arc<str>,
}

impl SourceCode for NamedText {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, before, after)?;
        let above = self.text.get(..contents.span().offset()).unwrap_or_default();
        let column = above.chars().rev().take_while(|character| *character != '\n').count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            column,
            contents.line_count(),
        )))
    }
}

impl Report {
    /// Puts the findings in the order of their files and places.
    pub(crate) fn new(mut findings: Vec<Finding>, sources: &Sources) -> Self {
        findings.sort_by_key(key);
        let findings = findings.into_iter().map(|finding| Located::new(finding, sources)).collect();
        Self { findings }
    }

    /// The findings, never none.
    pub fn findings(&self) -> &[Located] {
        &self.findings
    }
}

/// What findings are sorted by.
fn key(finding: &Finding) -> (crate::source::FileId, usize, Code) {
    (finding.at.file, finding.at.span.start, finding.code)
}

impl Located {
    fn new(finding: Finding, sources: &Sources) -> Self {
        let (path, source) = named_source(&finding.at, sources);
        let (line, column) =
            sources.get(finding.at.file).map_or((1, 1), |file| file.line_column(finding.at.span.start));
        let mut labels = vec![label(&finding.at, "here")];
        let mut elsewhere = Vec::new();
        for (at, what) in &finding.also {
            if at.file == finding.at.file {
                labels.push(label(at, what));
            } else {
                let (_, source) = named_source(at, sources);
                elsewhere.push(Note { what, source, label: label(at, "here") });
            }
        }
        Self { finding, path, line, column, source, labels, elsewhere }
    }

    /// What kind of mistake.
    pub fn code(&self) -> Code {
        self.finding.code
    }
    /// The file, as a person at the command line would write it.
    pub fn path(&self) -> &str {
        &self.path
    }
    /// Line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }
    /// Column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }
    /// JSON Pointer into the file (RFC 6901); empty for the whole document.
    pub fn pointer(&self) -> &str {
        self.finding.at.pointer.as_str()
    }
    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.finding.message
    }
    /// How to mend it.
    pub fn help_text(&self) -> &str {
        &self.finding.help
    }
}

fn named_source(at: &Origin, sources: &Sources) -> (String, NamedText) {
    let (path, text) = sources.get(at.file).map_or_else(
        || (String::new(), Arc::from("")),
        |source| (source.display_path(), Arc::clone(&source.text)),
    );
    let source = NamedText { name: text::shown(&path, usize::MAX), text: masked(text) };
    (path, source)
}

/// The text with a mark of the same length in place of each character that a terminal or a reader would take
/// for something else: source lines are shown as they are, and spans count bytes.
fn masked(text: Arc<str>) -> Arc<str> {
    let hides = |character: char| !matches!(character, '\n' | '\t' | '\r') && text::hides(character);
    if !text.contains(hides) {
        return text;
    }
    let mask = |character: char| match character.len_utf8() {
        _ if !hides(character) => character,
        1 => '?',
        2 => '¿',
        3 => '\u{fffd}',
        _ => character,
    };
    Arc::from(text.chars().map(mask).collect::<String>())
}

fn label(at: &Origin, what: &str) -> LabeledSpan {
    LabeledSpan::new(Some(what.to_owned()), at.span.start, at.span.end.saturating_sub(at.span.start))
}

/// `file:line:column: error[code]: message (#/pointer)`, and the help behind it.
impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { finding, line, column, .. } = self;
        let path = text::shown(&self.path, usize::MAX);
        let Finding { code, at, message, help, .. } = finding;
        write!(f, "{path}:{line}:{column}: error[{code}]: {message} ({}); {help}", at.pointer)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.findings.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{finding}")?;
        }
        Ok(())
    }
}

/// The graphical form of one finding, as miette asks for it.
#[derive(Debug)]
struct Rendered<'a>(&'a Located);

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Located { finding, line, column, .. } = self.0;
        let path = text::shown(&self.0.path, usize::MAX);
        write!(f, "{} ({path}:{line}:{column}, {})", finding.message, finding.at.pointer)
    }
}

impl std::error::Error for Rendered<'_> {}

impl Diagnostic for Rendered<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.0.finding.code))
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.0.finding.help))
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.0.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.0.labels.iter().cloned()))
    }
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let notes = self.0.elsewhere.iter().map(|note| note as &dyn Diagnostic);
        (!self.0.elsewhere.is_empty()).then(|| Box::new(notes) as Box<dyn Iterator<Item = _>>)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl std::error::Error for Note {}

impl Diagnostic for Note {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

impl Report {
    /// Every finding rendered with its source lines.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn render(&self, handler: &dyn miette::ReportHandler, out: &mut dyn fmt::Write) -> fmt::Result {
        for finding in &self.findings {
            writeln!(out, "{}", Shown { handler, finding })?;
        }
        Ok(())
    }
}

/// Bridges miette's handler, which writes to a formatter, to any writer.
struct Shown<'a> {
    handler: &'a dyn miette::ReportHandler,
    finding: &'a Located,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.handler.debug(&Rendered(self.finding), f)
    }
}

impl std::error::Error for Report {}
