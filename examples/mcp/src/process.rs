//! A server as a child process of its client, as the protocol's `stdio` transport starts it.

use crate::link::Link;
use std::fs::File;
use std::io::{self, BufReader};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is looked whether the process has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// A server's process; it does not outlive this value.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts a server, and connects to it.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(command: &mut Command, log: Option<File>) -> io::Result<(Self, Link<ChildStdin>)> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let process = Self(child);
        match (input, output) {
            (Some(input), Some(output)) => {
                Ok((process, Link::new(BufReader::new(output), input).with_log(log)))
            }
            _ => Err(io::Error::other("the server's streams are gone")),
        }
    }

    /// Waits until the server ends, which it does when its input has ended.
    ///
    /// # Errors
    /// It did not end in time, and was stopped.
    pub fn end(mut self, patience: Duration) -> io::Result<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            if start.elapsed() > patience {
                let message = format!("the server did not end within {patience:?}, and was stopped");
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
            thread::sleep(GLANCE);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
