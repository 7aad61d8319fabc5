//! The frames of a conversation, as a link logs them.

use super::TestResult;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A frame, and who sent it.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) sender: Sender,
    pub(crate) value: Value,
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    Client,
    Server,
}

/// Reads what `logged_by` wrote down.
pub(crate) fn read(path: &Path, logged_by: Sender) -> TestResult<Vec<Frame>> {
    let other = if logged_by == Sender::Client { Sender::Server } else { Sender::Client };
    let frame = |line: &str| {
        let (direction, text) = line.split_once(' ').ok_or("no direction")?;
        let sender = if direction == ">" { logged_by } else { other };
        Ok(Frame { sender, value: serde_json::from_str(text)? })
    };
    fs::read_to_string(path)?.lines().map(frame).collect()
}

/// The methods of all requests and notifications of one side.
pub(crate) fn methods(frames: &[Frame], sender: Sender) -> BTreeSet<&str> {
    let of_sender = frames.iter().filter(|frame| frame.sender == sender);
    of_sender.filter_map(|frame| frame.value.get("method")?.as_str()).collect()
}
