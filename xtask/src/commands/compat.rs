//! `framelock compat`: what changed between two versions, and who is broken by it.
//!
//! Whole protocols are compared message by message ([`protocol`]); of single schemas it is asked whether everything that
//! the old one accepts is accepted by the new one.

mod changelog;
mod protocol;
mod version;

pub(super) use changelog::{change_in_words, sentence};
pub(super) use protocol::check_releases;

use crate::Exit;
use crate::apply::shown;
use crate::cli::{CompatArgs, Format};
use crate::present;
use crate::screen::Screen;
use anyhow::Context as _;
use framelock_codegen::compat::{Options, Side, Verdict, dialect, included, read_file, read_text};
use framelock_codegen::diagnostic::Report;
use framelock_codegen::schema::Schemas;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// Runs the command.
///
/// # Errors
/// The file of a batch cannot be read, or standard output not be written.
pub(crate) fn run(args: &CompatArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    match (&args.strict_subset[..], &args.batch) {
        ([old, new], _) => single(old, new, args, screen),
        (_, Some(batch)) => many(batch, args, screen),
        _ => protocol::run(args, screen),
    }
}

fn options(args: &CompatArgs) -> Options {
    Options { assert_formats: args.assert_formats, steps: args.steps }
}

/// What a machine reads of a comparison.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    verdict: &'static str,
    witness: Option<Value>,
    /// Why nothing was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What is wrong with the line of a batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Answer {
    fn new(id: Option<Value>, verdict: &Verdict) -> Self {
        let reason = match verdict {
            Verdict::Unknown { reason } => Some(reason.clone()),
            Verdict::Proved | Verdict::Refuted { .. } => None,
        };
        Self { id, verdict: verdict.name(), witness: verdict.witness().cloned(), reason, error: None }
    }

    fn wrong(id: Value, error: String) -> Self {
        Self { id: Some(id), verdict: "unknown", witness: None, reason: None, error: Some(error) }
    }
}

/// An answer on one line, in ASCII: a witness may hold any character, and none of them should end the line or steer a
/// terminal.
fn line(answer: &Answer) -> anyhow::Result<String> {
    let text = serde_json::to_string(answer)?;
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, ' '..='~') {
            line.push(character);
        } else {
            // Only strings hold others.
            let mut units = [0; 2];
            line.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    Ok(line)
}

/// One question about two files.
fn single(old: &Path, new: &Path, args: &CompatArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let (read_old, read_new) = (read_file(old, args.dialect), read_file(new, args.dialect));
    let json = screen.format() == Format::Json;
    let verdict = match (read_old, read_new) {
        (Ok(old), Ok(new)) => compare(&old, &new, args),
        (Err(report), _) | (_, Err(report)) if json => unread(&report),
        (old, new) => {
            for report in [old.err(), new.err()].iter().flatten() {
                present::report(report, screen)?;
            }
            return Ok(Exit::Findings);
        }
    };
    if json {
        screen.result(&line(&Answer::new(None, &verdict))?)?;
    } else {
        let (old, new) = (shown(old), shown(new));
        screen.result(&match &verdict {
            Verdict::Proved => format!("proved: everything that {old} accepts is accepted by {new}"),
            Verdict::Refuted { witness } => format!("refuted: {old} accepts {witness}, which {new} refuses"),
            Verdict::Unknown { reason } => format!("unknown: {reason}"),
        })?;
    }
    Ok(if verdict == Verdict::Proved { Exit::Fine } else { Exit::Findings })
}

fn compare(old: &Schemas, new: &Schemas, args: &CompatArgs) -> Verdict {
    match (Side::root(old), Side::root(new)) {
        (Some(old), Some(new)) => included(&old, &new, &options(args)),
        _ => Verdict::Unknown { reason: "there is no schema".to_owned() },
    }
}

/// The verdict about a schema that cannot be read.
fn unread(report: &Report) -> Verdict {
    let first = report.findings().first();
    let reason = first.map_or_else(
        || "the schema cannot be read".to_owned(),
        |first| format!("{}: {}", first.code().name(), first.message()),
    );
    Verdict::Unknown { reason }
}

/// A line of a batch.
#[derive(Deserialize)]
struct Question<'l> {
    #[serde(default)]
    id: Value,
    #[serde(borrow)]
    old: &'l RawValue,
    #[serde(borrow)]
    new: &'l RawValue,
    draft: Option<String>,
}

/// A question on each line of a file.
fn many(batch: &Path, args: &CompatArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let context = || format!("cannot read {}", shown(batch));
    let lines = BufReader::new(File::open(batch).with_context(context)?);
    for (index, line) in lines.split(b'\n').enumerate() {
        let line = line.with_context(context)?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        screen.result(&self::line(&answer(&line, index + 1, args))?)?;
    }
    Ok(Exit::Fine)
}

fn answer(line: &[u8], number: usize, args: &CompatArgs) -> Answer {
    let question: Question<'_> = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(error) => {
            let id = serde_json::from_slice::<Value>(line).ok().and_then(|line| line.get("id").cloned());
            return Answer::wrong(id.unwrap_or_default(), format!("line {number}: {error}"));
        }
    };
    let named = question.draft.as_deref().map(|name| dialect(name).ok_or(name));
    let dialect = match named.transpose() {
        Ok(named) => named.unwrap_or(args.dialect),
        Err(name) => {
            return Answer::wrong(question.id, format!("line {number}: the dialect `{name}` is not read"));
        }
    };
    let verdict = match (read_text(question.old.get(), dialect), read_text(question.new.get(), dialect)) {
        (Ok(old), Ok(new)) => compare(&old, &new, args),
        (Err(report), _) | (_, Err(report)) => unread(&report),
    };
    Answer::new(Some(question.id), &verdict)
}
