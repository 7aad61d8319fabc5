//! Findings: what is wrong, where, and how to mend it.
//!
//! A phase reports everything that it finds into [`Findings`] and goes on; the gate between two phases is
//! [`Findings::propagate`]. Findings know nothing of presentation: [`Report`] is what gets rendered.

mod code;
mod report;

pub use code::Code;
pub use report::{Located, Report};

use crate::source::{Origin, Sources};
use std::cmp::Reverse;

/// One mistake at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of mistake.
    pub code: Code,
    /// Where.
    pub at: Origin,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Other places that belong to it, each with a few words.
    pub also: Vec<(Origin, &'static str)>,
}

impl Finding {
    /// A finding with no second place.
    pub fn new(code: Code, at: &Origin, message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { code, at: at.clone(), message, help, also: Vec::new() }
    }

    /// Adds a second place.
    #[must_use]
    pub fn also(mut self, at: &Origin, what: &'static str) -> Self {
        self.also.push((at.clone(), what));
        self
    }
}

/// The findings of a phase.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds a finding.
    pub fn report(&mut self, finding: Finding) {
        if !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    /// Adds a finding made of its parts; see [`Finding::new`].
    pub fn add(&mut self, code: Code, at: &Origin, message: impl Into<String>, help: impl Into<String>) {
        self.report(Finding::new(code, at, message, help));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same where the next phase makes sense only without findings.
    ///
    /// # Errors
    /// The report of all findings, if there are any and the gate is shut.
    pub fn propagate_if(&mut self, shut: bool, sources: &Sources) -> Result<(), Report> {
        if shut { self.propagate(sources) } else { Ok(()) }
    }

    /// The gate between two phases: what was found so far ends the run.
    ///
    /// # Errors
    /// The report of all findings, if there are any.
    pub fn propagate(&mut self, sources: &Sources) -> Result<(), Report> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(std::mem::take(self).into_report(sources))
    }

    /// The report of all findings.
    pub fn into_report(self, sources: &Sources) -> Report {
        Report::new(self.0, sources)
    }
}

/// The name that is most like a misspelt one, if any is like it at all.
pub fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.85;
    let alike = |name: &'a str| (Reverse(strsim::jaro_winkler(wrong, name).to_bits()), name);
    // The bits of positive doubles order as the doubles do.
    let (Reverse(bits), name) = names.map(alike).min()?;
    (f64::from_bits(bits) >= ALIKE).then_some(name)
}
