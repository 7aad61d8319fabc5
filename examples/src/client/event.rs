//! What the client shows.

use std::fmt::{self, Display, Formatter};

/// What a message of the server says to whoever sits before the client.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An agent took the work.
    Started(String),
    /// What the agent thinks.
    Thinking(String),
    /// The agent calls a tool.
    ToolExecuting(String),
    /// A tool answered: its name and its results.
    ToolCompleted(String, String),
    /// A piece of the answer.
    Chunk(String),
    /// The whole answer, if the server repeats it.
    Completed(Option<String>),
    /// A run ended before it was done.
    Stopped,
    /// The agents at work: an object or an array.
    Agents(String),
    /// The server is there.
    Alive,
    /// The server has taken note of something.
    Noted(String),
    /// A conversation was begun.
    ThreadCreated(String),
    /// The connection now receives the events of a conversation.
    ThreadJoined(String),
    /// The connection has turned to a conversation.
    ThreadSwitched(String),
    /// A conversation has another title.
    ThreadRenamed(String, String),
    /// A conversation is gone.
    ThreadDeleted(String),
    /// What was said so far, a line each.
    History(Vec<String>),
    /// Somebody says something.
    Said(String),
    /// Somebody has begun or stopped writing.
    Typing(String, bool),
    /// What a JSON-RPC method gave back, or why it failed.
    Result(Result<String, String>),
    /// What became of the renewal of a token: the answer, or what the user should do.
    Token(Result<String, String>),
    /// The server does nothing about a message of this name.
    Ignored(String),
    /// The server refused a frame, or failed.
    Error(String),
    /// A message of a newer protocol.
    Unknown(String),
}

impl Display for Event {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started(agent) => write!(f, "{agent} started"),
            Self::Thinking(thought) => write!(f, "thinking: {thought}"),
            Self::ToolExecuting(tool) => write!(f, "calling {tool}"),
            Self::ToolCompleted(tool, results) => write!(f, "{tool} answered {results}"),
            Self::Chunk(text) => write!(f, "… {text}"),
            Self::Completed(answer) => write!(f, "completed: {}", answer.as_deref().unwrap_or("no answer")),
            Self::Stopped => write!(f, "stopped"),
            Self::Agents(agents) => write!(f, "agents at work: {agents}"),
            Self::Alive => write!(f, "the server is there"),
            Self::Noted(what) => write!(f, "noted: {what}"),
            Self::ThreadCreated(thread) => write!(f, "began {thread}"),
            Self::ThreadJoined(thread) => write!(f, "joined {thread}"),
            Self::ThreadSwitched(thread) => write!(f, "turned to {thread}"),
            Self::ThreadRenamed(thread, title) => write!(f, "{thread} is now called {title:?}"),
            Self::ThreadDeleted(thread) => write!(f, "deleted {thread}"),
            Self::History(lines) => write!(f, "so far: {}", lines.join(" | ")),
            Self::Said(text) => write!(f, "somebody says: {text}"),
            Self::Typing(user, true) => write!(f, "{user} is writing"),
            Self::Typing(user, false) => write!(f, "{user} has stopped writing"),
            Self::Result(Ok(result)) => write!(f, "result: {result}"),
            Self::Result(Err(fault)) => write!(f, "fault: {fault}"),
            Self::Token(Ok(result)) => write!(f, "the token was renewed: {result}"),
            Self::Token(Err(action)) => write!(f, "the token was not renewed: {action}"),
            Self::Ignored(tag) => write!(f, "the server does nothing about {tag:?}"),
            Self::Error(text) => write!(f, "error: {text}"),
            Self::Unknown(tag) => write!(f, "ignored the unknown message {tag:?}"),
        }
    }
}
