//! What a probe found, for people and for machines.

use super::conversation::Event;
use super::failure::{Close, Failure, Mismatch};
use crate::cli::Format;
use crate::present::{self, Entry};
use crate::screen::{Screen, one_line};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;
use std::time::Duration;

/// How a probe ended.
#[derive(Debug, Serialize)]
pub(super) struct Report<'r> {
    pub(super) url: &'r str,
    /// The version of the protocol whose schema was used.
    pub(super) version: &'r str,
    /// The exit code.
    pub(super) exit: u8,
    /// In seconds.
    pub(super) elapsed: f64,
    #[serde(flatten)]
    pub(super) failure: Option<&'r Failure>,
    /// What was sent and received.
    pub(super) frames: Vec<Frame<'r>>,
}

/// A frame as the report lists it: the recording has its text.
#[derive(Debug, Serialize)]
pub(super) struct Frame<'r> {
    direction: &'r str,
    message: Option<&'r str>,
    verdict: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<&'r str>,
}

impl<'r> From<&'r Event> for Frame<'r> {
    fn from(event: &'r Event) -> Self {
        let message = event.message.as_deref();
        Self { direction: event.direction, message, verdict: event.verdict, form: event.form }
    }
}

impl Report<'_> {
    /// Prints the report in the format that was asked for.
    pub(super) fn print(&self, screen: &mut Screen) -> anyhow::Result<()> {
        match screen.format() {
            Format::Human => self.for_people(screen),
            Format::Short => screen.result(&self.line()),
            Format::Json => screen.result(&serde_json::to_string_pretty(self)?),
            Format::Junit => screen.result(self.junit()?.trim_end()),
            Format::Github | Format::Sarif => {
                let entry = |failure: &Failure| {
                    Entry::new(failure.code, format!("{}: {}", one_line(self.url), failure.message))
                };
                present::entries_for_machines(self.failure.map(entry).into_iter().collect(), screen)
            }
        }
    }

    /// How it ended, in one line.
    fn line(&self) -> String {
        if let Some(failure) = self.failure {
            return format!("{}: {}", failure.code, failure.message);
        }
        let url = one_line(self.url);
        format!("ok: {url} keeps the contract {}: {} ({:.2} s)", self.version, self.arrived(), self.elapsed)
    }

    /// The messages that came.
    fn arrived(&self) -> String {
        let received = self.frames.iter().filter(|frame| frame.direction == "received");
        let names = received.map(|frame| match frame.form {
            Some(form) => format!("{} ({form})", frame.message.unwrap_or("?")),
            None => frame.message.unwrap_or("?").to_owned(),
        });
        let names: Vec<String> = names.map(|name| one_line(&name)).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    }

    fn for_people(&self, screen: &mut Screen) -> anyhow::Result<()> {
        screen.result(&self.line())?;
        self.details().iter().try_for_each(|line| screen.result(&format!("  {line}")))
    }

    /// What else there is to say about a failure.
    fn details(&self) -> Vec<String> {
        let Some(Failure { mismatch, close, .. }) = self.failure else { return Vec::new() };
        let mut lines = Vec::new();
        if let Some(Mismatch { frame, form, canonical, .. }) = mismatch {
            lines.push(format!("came:      {}", one_line(frame)));
            lines.extend(form.map(|form| format!("form:      {form}")));
            lines.extend(canonical.as_ref().map(|canonical| format!("canonical: {}", one_line(canonical))));
        }
        if let Some(Close { code, name, meaning, .. }) = close {
            lines.push(format!("closed:    {code} {name}: {}", one_line(meaning)));
        }
        lines.push(format!("arrived:   {}", self.arrived()));
        lines
    }

    /// A suite with one test case.
    fn junit(&self) -> anyhow::Result<String> {
        let status = match self.failure {
            None => TestCaseStatus::success(),
            Some(failure) => {
                // What the server does wrong is a failure; that nobody could find out is an error.
                let kind = if self.exit == 1 { NonSuccessKind::Failure } else { NonSuccessKind::Error };
                let mut status = TestCaseStatus::non_success(kind);
                status.set_type(failure.code).set_message(&failure.message);
                status.set_description(self.details().join("\n"));
                status
            }
        };
        let mut case = TestCase::new(self.url, status);
        let time = Duration::try_from_secs_f64(self.elapsed).unwrap_or_default();
        case.set_classname("framelock.probe").set_time(time);
        let mut suite = TestSuite::new("framelock probe");
        suite.add_test_case(case).set_time(time);
        let mut report = quick_junit::Report::new("framelock");
        report.add_test_suite(suite).set_time(time);
        Ok(report.to_string()?)
    }
}
