//! The commands, one file each.

mod check;
mod codegen;
mod compat;
mod conformance;
mod demo;
mod explain;
mod init;
#[cfg(feature = "network")]
pub(crate) mod probe;
pub(crate) mod prove;
mod publish;
mod release;
mod vendor;

use crate::Exit;
use crate::cli::Command;
use crate::screen::Screen;

/// Runs a command.
///
/// # Errors
/// Something other than what the command is there to find went wrong.
pub(crate) fn run(command: &Command, screen: &mut Screen) -> anyhow::Result<Exit> {
    match command {
        Command::Codegen(args) => codegen::run(args, screen),
        Command::Check(args) => check::run(args, screen),
        Command::Compat(args) => compat::run(args, screen),
        Command::Conformance(args) => conformance::run(args, screen),
        Command::Demo => demo::run(),
        Command::Explain(args) => explain::run(args, screen),
        Command::Init(args) => init::run(args, screen),
        Command::Prove(args) => prove::run(args, screen),
        Command::Publish(args) => publish::run(args, screen),
        Command::Release(args) => release::run(args, screen),
        Command::Vendor(args) => vendor::run(args, screen),
        #[cfg(feature = "network")]
        Command::Probe(args) => probe::run(args, screen),
    }
}
