//! What a client asks about conversations, and what it tells others.

use super::errors::no_thread;
use super::peer::{Answer, Peer, Reply, tell};
use super::posts::Audience;
use super::threads::Entry;
use crate::clock;
use netra_protocol::from_client::consumer::{
    BroadcastTest, ClientFrame, CreateThread, DeleteThread, DirectMessage, GetThreadHistory, Handle,
    JoinThread, RenameThread, SessionRestore, SwitchThread, ThreadMessage, TypingStarted, TypingStopped,
    UserTyping,
};
use netra_protocol::from_server::producer::{
    self, Acknowledged, BroadcastTestRequired, ConversationHistory, ConversationHistoryRequired,
    DirectMessageRequired, SystemMessage, ThreadChatMessage, ThreadCreated, ThreadCreatedRequired,
    ThreadDeleted, ThreadDeletedRequired, ThreadHistory, ThreadHistoryRequired, ThreadJoined,
    ThreadJoinedRequired, ThreadLoaded, ThreadLoadedRequired, ThreadMessageRequired, ThreadRenamed,
    ThreadRenamedRequired, ThreadSwitched, ThreadSwitchedRequired, TypingAcknowledged, TypingStartedRequired,
    TypingStoppedRequired, UserTypingRequired,
};
use netra_protocol::support::JsonObject;
use netra_protocol::types::{Count, GetThreadHistoryLimit, SessionToken, ThreadChatRole, ThreadId};

/// How many messages a history has if the client does not say.
const PAGE: u64 = 50;

impl Handle<CreateThread<'_>> for Peer {
    fn handle(&mut self, create: &CreateThread<'_>, _: &ClientFrame<'_>) -> Answer {
        let thread_id = self.shared.threads.create(create.name.as_deref())?;
        let created = ThreadCreated::new(ThreadCreatedRequired { thread_id }).with_created_at(clock::now()?);
        tell(match &create.name {
            Some(title) => created.with_title(title.clone().into_owned()),
            None => created,
        })
    }
}

impl Handle<RenameThread<'_>> for Peer {
    fn handle(&mut self, rename: &RenameThread<'_>, _: &ClientFrame<'_>) -> Answer {
        if !self.shared.threads.rename(&rename.thread_id, &rename.new_title) {
            return tell(no_thread(&rename.thread_id));
        }
        tell(ThreadRenamed::new(ThreadRenamedRequired {
            thread_id: rename.thread_id.clone().into_owned(),
            new_title: rename.new_title.clone().into_owned().into(),
        }))
    }
}

impl Handle<DeleteThread<'_>> for Peer {
    fn handle(&mut self, delete: &DeleteThread<'_>, _: &ClientFrame<'_>) -> Answer {
        if !self.shared.threads.delete(&delete.thread_id) {
            return tell(no_thread(&delete.thread_id));
        }
        let thread_id = delete.thread_id.clone().into_owned();
        self.open = self.open.take().filter(|open| *open != thread_id);
        self.joined.remove(&thread_id);
        tell(ThreadDeleted::new(ThreadDeletedRequired { thread_id }))
    }
}

/// Turning to a conversation also shows it.
impl Handle<SwitchThread<'_>> for Peer {
    fn handle(&mut self, switch: &SwitchThread<'_>, _: &ClientFrame<'_>) -> Answer {
        let Some(thread) = self.shared.threads.get(&switch.thread_id) else {
            return tell(no_thread(&switch.thread_id));
        };
        let thread_id = switch.thread_id.clone().into_owned();
        let switched = ThreadSwitched::new(ThreadSwitchedRequired { thread_id: thread_id.clone() });
        let switched = match self.open.replace(thread_id.clone()) {
            Some(previous) => switched.with_previous_thread_id(previous),
            None => switched,
        };
        let messages = shown(&thread.messages, 0, PAGE);
        let metadata = JsonObject::from_iter(thread.title.map(|title| ("title", title)));
        let loaded = ThreadLoaded::new(ThreadLoadedRequired { thread_id, messages, metadata });
        Ok(Reply::Messages(vec![switched.into(), loaded.into()]))
    }
}

impl Handle<JoinThread<'_>> for Peer {
    fn handle(&mut self, join: &JoinThread<'_>, _: &ClientFrame<'_>) -> Answer {
        if self.shared.threads.get(&join.thread_id).is_none() {
            return tell(no_thread(&join.thread_id));
        }
        let thread_id = join.thread_id.clone().into_owned();
        self.joined.insert(thread_id.clone());
        tell(ThreadJoined::new(ThreadJoinedRequired { thread_id, connection_id: self.connection() }))
    }
}

impl Handle<GetThreadHistory<'_>> for Peer {
    fn handle(&mut self, asked: &GetThreadHistory<'_>, _: &ClientFrame<'_>) -> Answer {
        let Some(thread) = self.shared.threads.get(&asked.thread_id) else {
            return tell(no_thread(&asked.thread_id));
        };
        let offset = asked.offset.map_or(0, Count::get);
        let limit = asked.limit.map_or(PAGE, GetThreadHistoryLimit::get);
        tell(ThreadHistory::new(ThreadHistoryRequired {
            thread_id: asked.thread_id.clone().into_owned(),
            messages: shown(&thread.messages, offset, limit),
        }))
    }
}

fn shown(messages: &[Entry], offset: u64, limit: u64) -> Vec<ThreadChatMessage<'static>> {
    let [offset, limit] = [offset, limit].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    messages.iter().skip(offset).take(limit).map(Entry::shown).collect()
}

/// What was said after the last message that the client has received.
impl Handle<SessionRestore<'_>> for Peer {
    fn handle(&mut self, restore: &SessionRestore<'_>, _: &ClientFrame<'_>) -> Answer {
        let Some(thread) = self.shared.threads.get(&restore.thread_id) else {
            return tell(no_thread(&restore.thread_id));
        };
        let last = restore.last_message_id.as_deref();
        let known = thread.messages.iter().position(|entry| Some(entry.id.as_str()) == last);
        let missing = thread.messages.iter().skip(known.map_or(0, |index| index + 1));
        self.open = Some(restore.thread_id.clone().into_owned());
        tell(ConversationHistory::new(ConversationHistoryRequired {
            history: missing.map(Entry::object).collect(),
            session_token: SessionToken::new(restore.connection_id.to_string())?,
        }))
    }
}

impl Peer {
    /// Tells a conversation that somebody writes, or has stopped.
    fn typing(
        &self,
        thread: &ThreadId<'_>,
        message: impl Into<producer::ServerMessage<'static>>,
        frame: &ClientFrame<'_>,
    ) -> Answer {
        self.post(Audience::Thread(thread.clone().into_owned()), message);
        let taken = TypingAcknowledged::new().with_original_type(frame.data.tag().to_owned());
        tell(SystemMessage::from(taken))
    }
}

/// The acknowledgement of what has no other.
fn acknowledged(frame: &ClientFrame<'_>) -> Answer {
    tell(SystemMessage::from(Acknowledged::new().with_original_type(frame.data.tag().to_owned())))
}

impl Handle<UserTyping<'_>> for Peer {
    fn handle(&mut self, typing: &UserTyping<'_>, frame: &ClientFrame<'_>) -> Answer {
        let passed = producer::UserTyping::new(UserTypingRequired {
            user_id: typing.user_id.clone().into_owned(),
            thread_id: typing.thread_id.clone().into_owned(),
            is_typing: typing.is_typing,
        });
        self.typing(&typing.thread_id, passed, frame)
    }
}

impl Handle<TypingStarted<'_>> for Peer {
    fn handle(&mut self, typing: &TypingStarted<'_>, frame: &ClientFrame<'_>) -> Answer {
        let passed = producer::TypingStarted::new(TypingStartedRequired {
            user_id: typing.user_id.clone().into_owned(),
            thread_id: typing.thread_id.clone().into_owned(),
        });
        self.typing(&typing.thread_id, passed, frame)
    }
}

impl Handle<TypingStopped<'_>> for Peer {
    fn handle(&mut self, typing: &TypingStopped<'_>, frame: &ClientFrame<'_>) -> Answer {
        let passed = producer::TypingStopped::new(TypingStoppedRequired {
            user_id: typing.user_id.clone().into_owned(),
            thread_id: typing.thread_id.clone().into_owned(),
        });
        self.typing(&typing.thread_id, passed, frame)
    }
}

impl Handle<ThreadMessage<'_>> for Peer {
    fn handle(&mut self, message: &ThreadMessage<'_>, frame: &ClientFrame<'_>) -> Answer {
        self.shared.threads.say(&message.thread_id, ThreadChatRole::User, &message.content)?;
        let passed = producer::ThreadMessage::new(ThreadMessageRequired {
            thread_id: message.thread_id.clone().into_owned(),
            content: message.content.clone().into_owned().into(),
        });
        self.post(Audience::Thread(message.thread_id.clone().into_owned()), passed);
        acknowledged(frame)
    }
}

impl Handle<DirectMessage<'_>> for Peer {
    fn handle(&mut self, message: &DirectMessage<'_>, frame: &ClientFrame<'_>) -> Answer {
        let passed = producer::DirectMessage::new(DirectMessageRequired {
            message: message.message.clone().into_owned().into(),
            target_client: message.target_client,
        });
        self.post(Audience::One(message.target_client.get()), passed);
        acknowledged(frame)
    }
}

/// The sender gets it, too.
impl Handle<BroadcastTest<'_>> for Peer {
    fn handle(&mut self, message: &BroadcastTest<'_>, frame: &ClientFrame<'_>) -> Answer {
        let passed = producer::BroadcastTest::new(BroadcastTestRequired {
            broadcast_id: message.broadcast_id.clone().into_owned(),
            message: message.message.clone().into_owned().into(),
            sender: message.sender.clone().into_owned(),
        });
        self.post(Audience::Everyone, passed);
        acknowledged(frame)
    }
}
