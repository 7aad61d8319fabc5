//! The server: a welcome, then an answer to each message, until one side closes.
//!
//! `session` has the socket and the clock; `peer` decides about messages and touches neither, so that it reads as
//! a list of what the server does for whom. What it knows of runs, conversations and tools is in a file each.

mod errors;
mod peer;
mod posts;
mod rooms;
mod runs;
mod session;
mod threads;
mod tools;

use crate::clock;
use crate::legacy::LegacyCounts;
use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use axum::routing::any;
use netra_protocol::from_client::consumer;
use netra_protocol::support::Receiver;
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The longest frame that is read; a longer one closes the connection with 1009.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

/// What can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The time between two heartbeats.
    pub heartbeat_interval: Duration,
    /// The time between two events of a run.
    pub pace: Duration,
    /// The deployment that the welcome names.
    pub environment: String,
    /// Where frames of retired forms are counted.
    pub legacy: LegacyCounts,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            heartbeat_interval: Duration::from_secs(30),
            pace: Duration::ZERO,
            environment: "development".to_owned(),
            legacy: LegacyCounts::default(),
        }
    }
}

/// What the sessions share.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    sessions: AtomicU64,
    threads: threads::Threads,
    posts: posts::Posts,
    stop: Arc<watch::Sender<bool>>,
}

impl Shared {
    /// What reads the frames of a session that begins now: it decides by today's date which forms are past their
    /// sunset, and by the environment what is done with the others.
    fn receiver(&self) -> Result<Receiver, Box<dyn Error + Send + Sync>> {
        let receiver = consumer::receiver().with_today(clock::now()?).with_environment()?;
        Ok(self.settings.legacy.observing(receiver))
    }
}

/// Serves the protocol at `/ws` until `shutdown` is ready; open connections are then closed with 1001.
///
/// # Errors
/// When the listener fails, or the environment names a policy for legacy forms that is none.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let stop = Arc::new(watch::Sender::new(false));
    let shared = Arc::new(Shared {
        settings,
        sessions: AtomicU64::new(0),
        threads: threads::Threads::default(),
        posts: posts::Posts::default(),
        stop: Arc::clone(&stop),
    });
    // What is wrong with the environment shall not wait for the first client.
    shared.receiver().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let app = Router::new().route("/ws", any(upgrade)).with_state(shared);
    let ending = Arc::clone(&stop);
    let ended = async move {
        shutdown.await;
        ending.send_replace(true);
    };
    axum::serve(listener, app).with_graceful_shutdown(ended).await?;
    // Each session holds a receiver until it has said goodbye.
    stop.closed().await;
    Ok(())
}

async fn upgrade(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    let number = shared.sessions.fetch_add(1, Ordering::Relaxed) + 1;
    // The session refuses what is longer than `MAX_FRAME_BYTES` and says so; this bounds the memory.
    upgrade.max_message_size(4 * MAX_FRAME_BYTES).on_upgrade(move |socket| async move {
        if let Err(error) = session::run(socket, number, shared).await {
            eprintln!("session {number}: {error}");
        }
    })
}
