//! The example server, servers that say what a test tells them, and raw connections.

use super::TestResult;
use framelock_examples::server::{Settings, serve};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

/// A running example server; it stops when this is dropped.
pub(crate) struct ExampleServer {
    pub(crate) url: String,
    _stop: oneshot::Sender<()>,
}

impl ExampleServer {
    pub(crate) async fn start(settings: Settings) -> TestResult<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("ws://{}/ws", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _: Result<(), _> = stopped.await;
        };
        tokio::spawn(serve(listener, settings, shutdown));
        Ok(Self { url, _stop: stop })
    }
}

/// A server that sends these texts to whoever connects, whatever it hears. Its address.
pub(crate) async fn scripted(texts: Vec<String>) -> TestResult<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("ws://{}/", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut socket) = accept_async(stream).await else { continue };
            for text in &texts {
                let _ = socket.send(Message::text(text)).await;
            }
            while let Some(Ok(_)) = socket.next().await {}
        }
    });
    Ok(url)
}

/// A connection on which a test can send anything.
pub(crate) struct Raw(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Raw {
    /// Connects and takes the welcome.
    pub(crate) async fn connect(url: &str) -> TestResult<Self> {
        let (raw, welcome) = Self::welcomed(url).await?;
        if welcome.contains("connection_established") { Ok(raw) } else { Err(welcome.into()) }
    }

    /// Connects; beside the connection, the first text that came.
    pub(crate) async fn welcomed(url: &str) -> TestResult<(Self, String)> {
        let (socket, _) = connect_async(url).await?;
        let mut raw = Self(socket);
        let welcome = raw.text().await?;
        Ok((raw, welcome))
    }

    pub(crate) async fn send(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.0.send(message.into()).await
    }

    /// The next text.
    pub(crate) async fn text(&mut self) -> TestResult<String> {
        match self.0.next().await.ok_or("closed")?? {
            Message::Text(text) => Ok(text.to_string()),
            other => Err(format!("{other:?}").into()),
        }
    }

    /// What the server closes with.
    pub(crate) async fn closed(mut self) -> TestResult<CloseFrame> {
        while let Some(message) = self.0.next().await {
            if let Message::Close(frame) = message? {
                return frame.ok_or_else(|| "a close without a code".into());
            }
        }
        Err("no close".into())
    }
}
