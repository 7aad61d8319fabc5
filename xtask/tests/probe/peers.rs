//! Servers of other languages, as `cargo xtask check` installs what they need.

use crate::common::repository;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A server in a process, which ends with this value.
pub(crate) struct Server {
    process: Child,
    /// Its address.
    pub(crate) url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts a server, which says where it listens.
    fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let url = said.trim().strip_prefix("listening on ").expect("the server does not start").to_owned();
        Self { process, url }
    }

    /// The example server in Python.
    pub(crate) fn python_example() -> Self {
        let folders = ["generated/python", "examples/python"].map(|folder| repository().join(folder));
        let path: OsString = std::env::join_paths(folders).unwrap();
        let mut command = python();
        Self::start(command.args(["-m", "netra_example.server", "--port", "0"]).env("PYTHONPATH", path))
    }

    /// Starlette on uvicorn, doing something wrong.
    pub(crate) fn python(fault: &str, frame: &str) -> Self {
        Self::start(python().arg(script("server.py")).args([fault, frame]))
    }

    /// Node.js and the package `ws`.
    pub(crate) fn node(fault: &str, frame: &str, answer: &str) -> Self {
        let folder = tools("node/node_modules/ws").ancestors().nth(2).unwrap().to_owned();
        let mut command = Command::new("node");
        Self::start(command.arg(script("server.mjs")).arg(folder).args([fault, frame, answer]))
    }
}

fn python() -> Command {
    tools("python");
    let folder = if cfg!(windows) { "python/Scripts/python.exe" } else { "python/bin/python" };
    let mut command = Command::new(tools(folder));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn script(name: &str) -> PathBuf {
    repository().join("xtask/tests/probe").join(name)
}

/// What is installed.
fn tools(path: &str) -> PathBuf {
    let path = repository().join("target/tools").join(path);
    assert!(path.exists(), "{} is not installed; run: cargo xtask check --only tools", path.display());
    path
}
