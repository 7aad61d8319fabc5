//! Those who judge a frame, each by means of its own: generated Rust, TypeScript and Python, the schema interpreted at
//! run time, and a validator that knows nothing of us.

use super::support::schema::Judge as Validator;
use super::support::{TestResult, repository};
use framelock_codegen::Config;
use framelock_codegen::interpret::Contract;
use framelock_codegen::model::Side;
use framelock_codegen::support as interpreted;
use netra_protocol::support::legacy::value::same;
use netra_protocol::support::{self as generated};
use netra_protocol::{from_client, from_server};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The time of receipt.
const RECEIVED_AT: f64 = 1_758_207_400.5;

/// The kind of a frame in whose text something stands that does not belong there.
pub(crate) const BROKEN: &str = "text broken";

/// How receiving a frame ended.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) outcome: String,
    form: Option<String>,
    code: Option<String>,
    pointer: Option<String>,
    /// What a legacy frame was converted to.
    converted: Option<Value>,
}

/// The outcome of one of the enums `Outcome`, of which each crate has its own.
macro_rules! verdict {
    ($received:expr, $module:ident, $text:expr) => {{
        let received = $received;
        let form = received.form.map(|form| form.name.to_owned());
        let bare = |outcome: &str| Verdict {
            outcome: outcome.to_owned(),
            form,
            code: None,
            pointer: None,
            converted: None,
        };
        match received.outcome {
            $module::Outcome::Canonical(_) => bare("canonical"),
            $module::Outcome::Unknown(_) => bare("unknown"),
            $module::Outcome::Legacy(frame) => {
                let converted = serde_json::from_str(&$text(&frame)).ok();
                Verdict { converted, ..bare("legacy") }
            }
            $module::Outcome::Invalid(error) => Verdict {
                code: Some(error.code().name().to_owned()),
                pointer: Some(error.pointer().to_owned()),
                ..bare("invalid")
            },
        }
    }};
}

/// What generated Rust says.
fn rust(sender: &str, text: &str) -> Verdict {
    if sender == "server" {
        let receiver = from_server::consumer::receiver();
        verdict!(from_server::consumer::receive(&receiver, text, RECEIVED_AT), generated, generated::to_json)
    } else {
        let receiver = from_client::consumer::receiver();
        verdict!(from_client::consumer::receive(&receiver, text, RECEIVED_AT), generated, generated::to_json)
    }
}

/// A judge in another language.
struct Process {
    name: &'static str,
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    fn start(name: &'static str, command: &mut Command) -> TestResult<Self> {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| format!("{name}: cannot run {command:?}: {error}"))?;
        let questions = child.stdin.take().ok_or("no standard input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        Ok(Self { name, child, questions, answers })
    }

    fn ask(&mut self, question: &str) -> TestResult {
        Ok(writeln!(self.questions, "{question}")?)
    }

    fn answer(&mut self) -> TestResult<Verdict> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(|error| format!("{} said {line:?}: {error}", self.name).into())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All of them.
pub(crate) struct Judges {
    validator: Validator,
    contract: Contract,
    processes: [Process; 2],
}

impl Judges {
    /// Starts them; `typescript` is the folder of the npm package.
    pub(crate) fn new(typescript: &Path) -> TestResult<Self> {
        let here = repository().join("examples/tests/agreement");
        let mut node = Command::new("node");
        node.arg(here.join("judge.mjs")).arg(typescript.join("esm/index.js"));
        let mut python = Command::new("python3");
        python.arg(here.join("judge.py")).env("PYTHONPATH", repository().join("generated/python"));
        python.env("PYTHONDONTWRITEBYTECODE", "1");
        let contract = Config::new(repository().join("schema")).contract();
        Ok(Self {
            validator: Validator::new()?,
            contract: contract.map_err(|report| report.to_string())?,
            processes: [Process::start("TypeScript", &mut node)?, Process::start("Python", &mut python)?],
        })
    }

    /// The verdict on a frame, if all agree about it; `kind` says what is wrong with the frame.
    ///
    /// # Errors
    /// Who says what.
    pub(crate) fn judge(&mut self, sender: &str, kind: &str, text: &str) -> TestResult<Verdict> {
        let question = json!({ "sender": sender, "text": text, "at": RECEIVED_AT }).to_string();
        for process in &mut self.processes {
            process.ask(&question)?;
        }
        let expected = rust(sender, text);
        let mut others = vec![("interpreter", self.interpreted(sender, text)?)];
        for process in &mut self.processes {
            others.push((process.name, process.answer()?));
        }
        for (name, found) in others {
            // Each reads a broken text in its own order: Rust from its start on, the others as a whole first.
            let same =
                if kind == BROKEN { expected.outcome == found.outcome } else { agree(&expected, &found) };
            if !same {
                return Err(format!("{text}\nRust: {expected:?}\n{name}: {found:?}").into());
            }
        }
        self.assert_validated(sender, text, &expected)?;
        Ok(expected)
    }

    fn interpreted(&self, sender: &str, text: &str) -> TestResult<Verdict> {
        let side = if sender == "server" { Side::Server } else { Side::Client };
        let frames = self.contract.frames(side).ok_or("each side has frames")?;
        let received = frames.receive(&frames.receiver(), text, RECEIVED_AT);
        Ok(verdict!(received, interpreted, |frame: &framelock_codegen::interpret::Frame<'_>| frame
            .text
            .to_string()))
    }

    /// The validator accepts what is canonical, and nothing else. A key that comes twice it does not see.
    fn assert_validated(&self, sender: &str, text: &str, verdict: &Verdict) -> TestResult {
        if interpreted::Json::parse(text).is_err() {
            return Ok(());
        }
        let accepts = self.validator.accepts(sender, &serde_json::from_str(text)?);
        if accepts == (verdict.outcome == "canonical") {
            return Ok(());
        }
        Err(format!("{text}\nRust: {verdict:?}\nthe validator accepts it: {accepts}").into())
    }
}

/// Whether two verdicts are the same. Rust drops what the schema does not list from a frame that it converts.
fn agree(expected: &Verdict, found: &Verdict) -> bool {
    let converted = match (&expected.converted, &found.converted) {
        (Some(expected), Some(found)) => same(&kept(found, expected), expected),
        (expected, found) => expected == found,
    };
    let rest = |verdict: &Verdict| Verdict { converted: None, ..verdict.clone() };
    converted && rest(expected) == rest(found)
}

/// `found` without the members that `wanted` lacks.
fn kept(found: &Value, wanted: &Value) -> Value {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            let both = found.iter().filter_map(|(name, value)| Some((name, value, wanted.get(name)?)));
            both.map(|(name, value, wanted)| (name.clone(), kept(value, wanted)))
                .collect::<Map<_, _>>()
                .into()
        }
        (Value::Array(found), Value::Array(wanted)) if found.len() == wanted.len() => {
            found.iter().zip(wanted).map(|(found, wanted)| kept(found, wanted)).collect()
        }
        _ => found.clone(),
    }
}
