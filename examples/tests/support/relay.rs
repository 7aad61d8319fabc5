//! A relay between client and server that records every text frame.

use super::TestResult;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{accept_async, connect_async};

/// Who sent a frame, and its text.
pub(crate) type Frame = (&'static str, String);

/// A running relay.
pub(crate) struct Relay {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Frame>>>,
}

impl Relay {
    /// Relays every connection to the server at `upstream`.
    pub(crate) async fn start(upstream: &str) -> TestResult<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("ws://{}/", listener.local_addr()?);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, upstream) = (Arc::clone(&seen), upstream.to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(client) = accept_async(stream).await else { continue };
                let Ok((server, _)) = connect_async(&upstream).await else { continue };
                let ((to_client, from_client), (to_server, from_server)) = (client.split(), server.split());
                tokio::spawn(pump("client", from_client, to_server, Arc::clone(&log)));
                tokio::spawn(pump("server", from_server, to_client, Arc::clone(&log)));
            }
        });
        Ok(Self { url, seen })
    }

    /// The text frames so far, in the order in which they came.
    pub(crate) fn seen(&self) -> Vec<Frame> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn pump(
    sender: &'static str,
    mut from: impl Stream<Item = Result<Message, Error>> + Unpin,
    mut to: impl Sink<Message> + Unpin,
    log: Arc<Mutex<Vec<Frame>>>,
) {
    while let Some(Ok(message)) = from.next().await {
        if let Message::Text(text) = &message {
            log.lock().unwrap_or_else(PoisonError::into_inner).push((sender, text.to_string()));
        }
        // A close may cross the peer's own.
        let _ = to.send(message).await;
    }
}
