//! Frames on a pair of streams, one a line, as the protocol's `stdio` transport has them.

use crate::Error;
use mcp_protocol::support::{Encode, to_json};
use std::fs::File;
use std::io::{self, BufRead, Read as _, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// The longest frame that is read.
const MAX_FRAME_BYTES: u64 = 4 * 1024 * 1024;

/// How many frames wait to be read before the peer has to.
const WAITING_FRAMES: usize = 16;

/// A connection to the peer.
#[derive(Debug)]
pub struct Link<W> {
    lines: Receiver<io::Result<String>>,
    output: W,
    log: Option<File>,
}

impl<W: Write> Link<W> {
    /// Reads `input` on a thread of its own, which ends with the input or with the connection.
    pub fn new(input: impl BufRead + Send + 'static, output: W) -> Self {
        let (sender, lines) = sync_channel(WAITING_FRAMES);
        thread::spawn(move || read_lines(input, &sender));
        Self { lines, output, log: None }
    }

    /// Writes every frame to a file, too: `< ` stands before those that are received, `> ` before those sent.
    #[must_use]
    pub fn with_log(mut self, log: Option<File>) -> Self {
        self.log = log;
        self
    }

    /// The next frame's text.
    ///
    /// # Errors
    /// The peer went away, or was silent for longer than `patience`, if that is bounded; or the stream failed.
    pub fn receive(&mut self, patience: Option<Duration>) -> Result<String, Error> {
        let line = match patience {
            None => self.lines.recv().map_err(|_| Error::Closed)?,
            Some(patience) => self.lines.recv_timeout(patience).map_err(|error| match error {
                RecvTimeoutError::Timeout => Error::Silence(patience),
                RecvTimeoutError::Disconnected => Error::Closed,
            })?,
        }?;
        self.note('<', &line)?;
        Ok(line)
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// The stream failed.
    pub fn send(&mut self, frame: &impl Encode) -> Result<(), Error> {
        let text = to_json(frame);
        self.note('>', &text)?;
        writeln!(self.output, "{text}")?;
        Ok(self.output.flush()?)
    }

    fn note(&mut self, direction: char, text: &str) -> io::Result<()> {
        self.log.as_mut().map_or(Ok(()), |log| writeln!(log, "{direction} {text}"))
    }
}

/// Passes lines on until the input ends or nobody wants them any more.
fn read_lines(mut input: impl BufRead, lines: &SyncSender<io::Result<String>>) {
    while let Some(line) = read_line(&mut input).transpose() {
        let failed = line.is_err();
        if lines.send(line).is_err() || failed {
            return;
        }
    }
}

/// The next line that is not empty, without its end; none at the end of the input.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    loop {
        let mut line = String::new();
        let read = input.by_ref().take(MAX_FRAME_BYTES).read_line(&mut line)?;
        if line.len() as u64 == MAX_FRAME_BYTES && !line.ends_with('\n') {
            let message = format!("a frame has more than {MAX_FRAME_BYTES} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        line.truncate(line.trim_end().len());
        if read == 0 || !line.is_empty() {
            return Ok((read > 0).then_some(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_FRAME_BYTES, read_line};
    use std::io;

    #[test]
    fn lines_end_in_every_way_and_empty_ones_are_none() -> io::Result<()> {
        let mut input = "{}\r\n\n\n[]\n1".as_bytes();
        let mut lines = Vec::new();
        while let Some(line) = read_line(&mut input)? {
            lines.push(line);
        }
        assert_eq!(lines, ["{}", "[]", "1"]);
        Ok(())
    }

    #[test]
    fn a_line_without_an_end_is_refused() {
        let mut input = io::BufReader::new(io::repeat(b' '));
        let error = read_line(&mut input).expect_err("it has no end");
        assert_eq!(error.to_string(), format!("a frame has more than {MAX_FRAME_BYTES} bytes"));
    }
}
