//! The server, on its standard streams.

use clap::Parser;
use framelock_example_mcp::link::Link;
use framelock_example_mcp::{Error, server};
use std::fs::File;
use std::io::{BufReader, stdin, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

/// A server of the Model Context Protocol, to be started by its client.
#[derive(Debug, Parser)]
struct Arguments {
    /// Add every frame to this file: `< ` stands before those that come, `> ` before those that are sent.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let open = |path| File::options().create(true).append(true).open(path);
    let log = arguments.log.as_ref().map(open).transpose()?;
    server::serve(Link::new(BufReader::new(stdin()), stdout()).with_log(log))
}
