//! The command line of Framelock: `cargo xtask …` in this repository, `framelock …` elsewhere.
//!
//! It is thin: the library `framelock-codegen` turns a schema into files in memory, [`apply`] brings a folder
//! up to date with them or says how it differs, and [`present`] prints findings in the format asked for.
//!
//! Exit codes ([`Exit`]): 0 fine, 1 findings, drift, a failed step or an input/output error, 2 usage, 3 will
//! not (a hand-edited file would be overwritten, a server refuses the probe), 4 cannot connect, 5 time-out.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod apply;
mod cli;
mod commands;
mod files;
mod package;
mod present;
mod problem;
mod process;
mod screen;
mod workspace;

use clap::Parser as _;
use screen::Screen;
use std::process::ExitCode;

/// How a run ended, as its exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// All is well.
    Fine = 0,
    /// Findings, drift, a failed step, or an error of the file system.
    Findings = 1,
    /// The command line makes no sense (clap ends with the same code).
    Usage = 2,
    /// It could be done, but would destroy something; or a server refuses it.
    WillNot = 3,
    /// There is no connection.
    #[cfg(feature = "network")]
    CannotConnect = 4,
    /// Something did not happen in time.
    #[cfg(feature = "network")]
    TimeOut = 5,
}

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    cli.check();
    let mut screen = Screen::new(cli.format);
    let exit = commands::run(&cli.command, &mut screen).unwrap_or_else(|error| {
        screen::error(&error);
        // Where not even that can be printed, standard error has said why.
        let _ = present::error(&error, &mut screen);
        Exit::Findings
    });
    ExitCode::from(exit as u8)
}
