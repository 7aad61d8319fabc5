//! What can be typed behind `probe`.

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use framelock_codegen::model::Side;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `probe`.
#[derive(Debug, Args)]
pub(crate) struct ProbeArgs {
    /// The endpoint, which begins with `ws://` or `wss://`.
    #[arg(value_name = "URL")]
    pub url: String,
    /// The schema folder, which holds framelock.toml [default: `schema` in the nearest folder upwards that
    /// has a schema/framelock.toml].
    #[arg(long, value_name = "DIR")]
    pub schema: Option<PathBuf>,
    /// What an address outside the schema folder means: `URI=FILE`, or `URI/=DIR` for all files below a folder.
    #[arg(long, value_name = "URI=PATH")]
    pub resource: Vec<String>,
    /// The side that the probe plays: it checks what the other one sends.
    #[arg(long = "as", value_enum, value_name = "SIDE", default_value_t = Role::Client)]
    pub role: Role,
    /// The type that every frame has, by its place in the schema's root file, for schemas that do not say what a side
    /// sends: `#/definitions/Message`.
    #[arg(long, value_name = "POINTER")]
    pub frame: Option<String>,
    /// A header of the upgrade, `Name: value`; may be repeated.
    #[arg(short = 'H', long = "header", value_name = "HEADER", value_parser = header)]
    pub headers: Vec<(String, String)>,
    /// A subprotocol to offer; may be repeated.
    #[arg(short, long = "subprotocol", value_name = "NAME")]
    pub subprotocols: Vec<String>,
    #[command(flatten)]
    pub script: Script,
    /// Send frames as they are, whatever the schema says of them.
    #[arg(long)]
    pub send_unchecked: bool,
    /// Accept frames of retired forms.
    #[arg(long)]
    pub allow_legacy: bool,
    /// Accept messages that the schema does not list.
    #[arg(long)]
    pub allow_unknown: bool,
    /// Write every frame to this file, a JSON object a line, however the probe ends.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Trust the certificates in this file (PEM), besides those that the machine trusts.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// The size that no frame may exceed.
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_frame: u32,
    #[command(flatten)]
    pub limits: Limits,
}

/// How long the parts of a probe may take.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Limits {
    /// Seconds until the connection stands.
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = seconds)]
    pub connect_timeout: Duration,
    /// Seconds until TLS and the upgrade are done.
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = seconds)]
    pub handshake_timeout: Duration,
    /// Seconds until the first frame is there.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub first_frame_timeout: Duration,
    /// Seconds between two frames.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub idle_timeout: Duration,
    /// Seconds that everything may take together.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,
}

/// A side of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Sends what clients send, and checks what the server sends.
    Client,
    /// Sends what servers send, and checks what the client sends.
    Server,
}

impl Role {
    pub(crate) const fn side(self) -> Side {
        match self {
            Self::Client => Side::Client,
            Self::Server => Side::Server,
        }
    }
}

/// What is done once the connection is open, in the order of the command line.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Sends a frame: JSON, or a file that holds it.
    Send(String),
    /// Waits for a message.
    Expect(String),
}

/// All steps. `--send` and `--expect` make one list, which clap's derive has no word for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script(pub Vec<Step>);

impl Args for Script {
    fn augment_args(command: Command) -> Command {
        let send = clap::Arg::new("send").long("send").value_name("FILE|JSON").action(ArgAction::Append);
        let expect = clap::Arg::new("expect").long("expect").value_name("TYPE[/EVENT]");
        command
            .arg(send.help("Send a frame: a JSON object, or a file that holds one; may be repeated"))
            .arg(expect.action(ArgAction::Append).help(
                "Wait for this message; others may come before it. Steps are taken in the order in which --send and \
                 --expect are written; without a last --expect, any frame will do",
            ))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Script {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let values = |name: &str, step: fn(String) -> Step| -> Vec<(usize, Step)> {
            if matches.value_source(name) != Some(ValueSource::CommandLine) {
                return Vec::new();
            }
            let places = matches.indices_of(name).into_iter().flatten();
            let values = matches.get_many::<String>(name).into_iter().flatten();
            places.zip(values.cloned().map(step)).collect()
        };
        let mut steps = values("send", Step::Send);
        steps.extend(values("expect", Step::Expect));
        steps.sort_by_key(|(place, _)| *place);
        Ok(Self(steps.into_iter().map(|(_, step)| step).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("it has no colon: write `Name: value`")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is no number of seconds")?;
    let duration = Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero());
    duration
        .filter(|duration| duration.as_secs() < 86_400)
        .ok_or_else(|| "it is not between 0 and a day".to_owned())
}
