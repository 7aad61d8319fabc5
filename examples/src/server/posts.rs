//! What one session has for others.

use netra_protocol::from_server::producer::ServerMessage;
use netra_protocol::types::ThreadId;
use tokio::sync::broadcast;

/// How many posts a slow session may be behind before it misses some.
const BACKLOG: usize = 256;

/// A message that a session passes on.
#[derive(Debug, Clone)]
pub(super) struct Post {
    /// The number of the session that it comes from.
    pub(super) from: u64,
    pub(super) to: Audience,
    pub(super) message: ServerMessage<'static>,
}

/// Who shall get a post.
#[derive(Debug, Clone)]
pub(super) enum Audience {
    /// Everyone, the sender as well.
    Everyone,
    /// The session with this number.
    One(u64),
    /// Whoever else has joined the conversation.
    Thread(ThreadId<'static>),
}

/// Passes posts on to all sessions.
#[derive(Debug)]
pub(super) struct Posts(broadcast::Sender<Post>);

impl Default for Posts {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Posts {
    /// The posts from now on.
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Post> {
        self.0.subscribe()
    }

    pub(super) fn send(&self, post: Post) {
        // Fails when no session is left to hear it, which is as good as nobody listening.
        let _ = self.0.send(post);
    }
}
