//! Asks the example server once and prints what it answers.

use clap::{Parser, ValueEnum};
use framelock_examples::client::{Client, ClientError, Options};
use netra_protocol::support::Policy;
use std::process::ExitCode;
use std::time::Duration;

/// A client of Netra's protocol.
#[derive(Debug, Parser)]
struct Arguments {
    /// The server.
    #[arg(default_value = "ws://127.0.0.1:8080/ws")]
    url: String,
    /// What to say.
    #[arg(default_value = "How many words are these?")]
    message: String,
    /// What to do with frames of a retired form, instead of what the schema says.
    #[arg(long)]
    legacy: Option<Legacy>,
    /// Seconds for which the server may be silent.
    #[arg(long, default_value_t = 5)]
    patience: u64,
}

/// What is done with frames of a retired form.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Legacy {
    /// Read them.
    Accept,
    /// Read them, and say so.
    Warn,
    /// Give up.
    Refuse,
}

impl From<Legacy> for Policy {
    fn from(legacy: Legacy) -> Self {
        match legacy {
            Legacy::Accept => Self::Accept,
            Legacy::Warn => Self::Warn,
            Legacy::Refuse => Self::Refuse,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), ClientError> {
    let patience = Duration::from_secs(arguments.patience);
    let options = Options { legacy: arguments.legacy.map(Policy::from), patience };
    let mut client = Client::connect(&arguments.url, options).await?;
    for event in client.ask(&arguments.message).await? {
        println!("{event}");
    }
    client.close().await
}
