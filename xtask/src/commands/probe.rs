//! `framelock probe`: whether a live endpoint keeps the contract of the schema.
//!
//! - `arguments`: what can be typed; `connect`: TCP, TLS and the upgrade; `conversation`: frames out and in;
//! - `failure`: the ways to fail; `close`: what close codes mean; `report`: what is printed.

pub(crate) mod arguments;
mod close;
mod connect;
mod conversation;
pub(crate) mod failure;
mod report;
mod stream;

use crate::Exit;
use crate::cli::Format;
use crate::commands::codegen;
use crate::present;
use crate::screen::{self, Screen};
use crate::workspace;
use anyhow::{Context as _, anyhow, bail};
use arguments::{ProbeArgs, Step};
use connect::Endpoint;
use conversation::{Conversation, Event, sendable};
use failure::Failure;
use framelock_codegen::Config;
use framelock_codegen::diagnostic::{self, nearest};
use framelock_codegen::interpret::{Channel, Contract};
use framelock_codegen::model::Side;
use report::Report;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// Runs the command.
///
/// # Errors
/// The recording or standard output cannot be written.
pub(crate) fn run(args: &ProbeArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let contract = match contract(args) {
        Ok(Ok(contract)) => contract,
        Ok(Err(report)) => return mistaken(args, &report, screen),
        Err(error) => return Ok(usage(&error)),
    };
    let prepared = channel(&contract, args)
        .and_then(|channel| Ok((channel, steps(&contract, channel, args)?, Endpoint::new(args)?)));
    let (channel, steps, endpoint) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return Ok(usage(&error)),
    };
    let start = Instant::now();
    let mut events = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let deadline = start + args.limits.timeout;
        let socket = endpoint.open(args, deadline).await?;
        let mut conversation = Conversation::new(socket, args, (&contract, channel), deadline, &mut events);
        let ended = conversation.run(steps).await;
        conversation.leave().await;
        ended
    });
    let elapsed = start.elapsed();
    // A name that is still being looked up holds nobody up.
    runtime.shutdown_background();
    let recorded = args.record.as_ref().map_or(Ok(()), |path| record(path, &events));
    let exit = print(args, contract.version(), ended.err().as_ref(), &events, elapsed, screen)?;
    recorded.map(|()| exit)
}

fn usage(error: &anyhow::Error) -> Exit {
    screen::error(error);
    Exit::Usage
}

/// The end of a probe whose schema is wrong.
fn mistaken(args: &ProbeArgs, report: &diagnostic::Report, screen: &mut Screen) -> anyhow::Result<Exit> {
    let finding = report.findings().first().filter(|_| screen.format() == Format::Junit);
    let Some(finding) = finding else {
        present::report(report, screen)?;
        return Ok(Exit::Findings);
    };
    let message = screen::one_line(&report.to_string());
    let failure = Failure::of_schema(finding.code().name(), message);
    print(args, "", Some(&failure), &[], Duration::ZERO, screen)
}

fn print(
    args: &ProbeArgs,
    version: &str,
    failure: Option<&Failure>,
    events: &[Event],
    elapsed: Duration,
    screen: &mut Screen,
) -> anyhow::Result<Exit> {
    let exit = failure.map_or(Exit::Fine, |failure| failure.exit);
    let report = Report {
        url: &args.url,
        version,
        exit: exit as u8,
        elapsed: elapsed.as_secs_f64(),
        failure,
        frames: events.iter().map(Into::into).collect(),
    };
    report.print(screen)?;
    Ok(exit)
}

/// What the schema says of frames, or what is wrong with the schema.
fn contract(args: &ProbeArgs) -> anyhow::Result<Result<Contract, diagnostic::Report>> {
    let schema = match &args.schema {
        Some(schema) => schema.clone(),
        None => workspace::root()?.join("schema"),
    };
    Ok(codegen::with_resources(Config::new(schema), &args.resource)?.contract())
}

/// What the peer sends.
fn channel<'c>(contract: &'c Contract, args: &ProbeArgs) -> anyhow::Result<Channel<'c>> {
    let sender = args.role.side().peer();
    if let Some(pointer) = &args.frame {
        let mut roots = contract.roots().filter(|(_, side, _)| [sender, Side::Either].contains(side));
        let names: Vec<String> = contract.roots().map(|(pointer, ..)| pointer.to_string()).collect();
        let found = roots.find(|(of, ..)| of.to_string() == *pointer);
        let hint = nearest(pointer, names.iter().map(String::as_str));
        let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return found
            .map(|(_, _, channel)| channel)
            .ok_or_else(|| anyhow!("the {} sends nothing of the type `{pointer}`{hint}", sender.name()));
    }
    contract.frames(sender).ok_or_else(|| {
        let sender = sender.name();
        anyhow!("the schema does not say what a frame of the {sender} is; name its type with --frame POINTER")
    })
}

/// The steps with the frames that are to be sent, all checked before anything is connected.
fn steps(contract: &Contract, channel: Channel<'_>, args: &ProbeArgs) -> anyhow::Result<Vec<Step>> {
    let step = |step: &Step| match step {
        Step::Send(given) => {
            let text = frame(given)?;
            if !args.send_unchecked {
                check(contract, args, given, &text)?;
            }
            Ok(Step::Send(text))
        }
        Step::Expect(name) => {
            let known = channel.messages();
            if !known.contains(&name.as_str()) && !args.allow_unknown {
                let hint = nearest(name, known.iter().copied());
                let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                let sender = args.role.side().peer().name();
                bail!("--expect {name}: the {sender} sends no such message{hint}");
            }
            Ok(Step::Expect(name.clone()))
        }
    };
    args.script.0.iter().map(step).collect()
}

/// The text of a frame: an object as it is written, or that of a file.
fn frame(given: &str) -> anyhow::Result<String> {
    if given.trim_start().starts_with('{') {
        return Ok(given.to_owned());
    }
    let text = fs::read_to_string(given).with_context(|| format!("--send {given}: cannot read the file"))?;
    Ok(text.trim().to_owned())
}

/// Refuses a frame that our side must not send.
fn check(contract: &Contract, args: &ProbeArgs, given: &str, text: &str) -> anyhow::Result<()> {
    let own = args.role.side();
    let Some(channel) = contract.frames(own) else {
        bail!("the schema does not say what a frame of the {} is; send with --send-unchecked", own.name());
    };
    let short: String = given.chars().take(60).collect();
    sendable(&channel, text).map_err(|reason| {
        anyhow!("--send {short}: the {} must not send this: {reason}; --send-unchecked sends it", own.name())
    })
}

/// Writes the recording, whole or not at all.
fn record(path: &Path, events: &[Event]) -> anyhow::Result<()> {
    let write = || -> anyhow::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".framelock-").tempfile_in(folder)?;
        for event in events {
            serde_json::to_writer(&mut file, event)?;
            file.write_all(b"\n")?;
        }
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write the recording {}", path.display()))
}
