//! Conversations: what was said in them, in memory.

use crate::clock;
use netra_protocol::from_server::producer::{ThreadChatMessage, ThreadChatMessageRequired};
use netra_protocol::support::{Enumeration as _, JsonObject, Violation};
use netra_protocol::types::{ThreadChatRole, ThreadId, ThreadMessageId, UnixSeconds};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// All conversations, for as long as the server runs.
#[derive(Debug, Default)]
pub(super) struct Threads(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    created: u64,
    threads: BTreeMap<String, Thread>,
}

/// One conversation.
#[derive(Debug, Clone, Default)]
pub(super) struct Thread {
    pub(super) title: Option<String>,
    pub(super) messages: Vec<Entry>,
}

/// One thing that was said.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: ThreadMessageId<'static>,
    role: ThreadChatRole,
    content: String,
    created_at: UnixSeconds,
}

impl Entry {
    /// As a history shows it.
    pub(super) fn shown(&self) -> ThreadChatMessage<'static> {
        let required = ThreadChatMessageRequired { role: self.role, content: self.content.clone().into() };
        ThreadChatMessage::new(required).with_id(self.id.clone()).with_created_at(self.created_at)
    }

    /// As `conversation_history` has it, for which the schema prescribes no members.
    pub(super) fn object(&self) -> JsonObject<'static> {
        let (id, role) = (self.id.as_str(), self.role.as_str());
        JsonObject::from_iter([("id", id), ("role", role), ("content", &self.content)].map(owned))
    }
}

fn owned((name, text): (&'static str, &str)) -> (&'static str, Value) {
    (name, text.into())
}

impl Threads {
    /// Begins a conversation under a new name.
    pub(super) fn create(&self, title: Option<&str>) -> Result<ThreadId<'static>, Violation> {
        let mut state = self.state();
        state.created += 1;
        let id = ThreadId::new(format!("thread_{}", state.created))?;
        let thread = Thread { title: title.map(str::to_owned), messages: Vec::new() };
        state.threads.insert(id.to_string(), thread);
        Ok(id)
    }

    /// Adds to a conversation; the first thing said in one begins it.
    pub(super) fn say(
        &self,
        id: &ThreadId<'_>,
        role: ThreadChatRole,
        content: &str,
    ) -> Result<(), Violation> {
        let created_at = clock::now()?;
        let mut state = self.state();
        let thread = state.threads.entry(id.to_string()).or_default();
        let id = ThreadMessageId::new(format!("{id}_{}", thread.messages.len() + 1))?;
        thread.messages.push(Entry { id, role, content: content.to_owned(), created_at });
        Ok(())
    }

    /// A conversation as it is now.
    pub(super) fn get(&self, id: &ThreadId<'_>) -> Option<Thread> {
        self.state().threads.get(id.as_str()).cloned()
    }

    /// Gives a conversation another title; whether there is one.
    pub(super) fn rename(&self, id: &ThreadId<'_>, title: &str) -> bool {
        let mut state = self.state();
        let thread = state.threads.get_mut(id.as_str());
        thread.map(|thread| thread.title = Some(title.to_owned())).is_some()
    }

    /// Forgets a conversation; whether there was one.
    pub(super) fn delete(&self, id: &ThreadId<'_>) -> bool {
        self.state().threads.remove(id.as_str()).is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
