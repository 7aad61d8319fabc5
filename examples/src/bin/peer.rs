//! One end of the matrix, in Rust: `peer listen FRAMES COUNT`, or `peer URL FRAMES COUNT`.
//!
//! It sends the frames of the file `FRAMES`, one a line, each built from producer types; it receives `COUNT` frames
//! and prints each as it writes it itself. A server sends first, a client receives first. The first frame that is not
//! canonical ends it.

use clap::Parser;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{accept_async, connect_async};

type Fallible<T = ()> = Result<T, Box<dyn Error>>;

#[derive(Debug, Parser)]
struct Arguments {
    /// `listen`, or the address of the peer.
    peer: String,
    /// What to send: a file with a canonical frame in each line.
    frames: PathBuf,
    /// How many frames the peer sends.
    count: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Fallible {
    let samples = std::fs::read_to_string(&arguments.frames)?;
    if arguments.peer == "listen" {
        let frames = samples.lines().map(server::build).collect::<Fallible<Vec<_>>>()?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on ws://{}/", listener.local_addr()?);
        let mut socket = accept_async(listener.accept().await?.0).await?;
        send(&mut socket, frames).await?;
        receive(&mut socket, arguments.count, client::read).await?;
        socket.close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() })).await?;
        closed(&mut socket).await
    } else {
        let frames = samples.lines().map(client::build).collect::<Fallible<Vec<_>>>()?;
        let (mut socket, _) = connect_async(&arguments.peer).await?;
        receive(&mut socket, arguments.count, server::read).await?;
        send(&mut socket, frames).await?;
        closed(&mut socket).await
    }
}

async fn send(
    socket: &mut (impl Sink<Message, Error = tungstenite::Error> + Unpin),
    frames: Vec<String>,
) -> Fallible {
    for frame in frames {
        socket.feed(Message::text(frame)).await?;
    }
    Ok(socket.flush().await?)
}

async fn receive(
    socket: &mut (impl Stream<Item = Result<Message, tungstenite::Error>> + Unpin),
    count: usize,
    read: fn(&str) -> Fallible<String>,
) -> Fallible {
    for number in 1..=count {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => println!("{}", read(&text)?),
            other => return Err(format!("expected frame {number} of {count}, found {other:?}").into()),
        }
    }
    Ok(())
}

/// Waits until the server has closed, which it does when it has received everything.
async fn closed(socket: &mut (impl Stream<Item = Result<Message, tungstenite::Error>> + Unpin)) -> Fallible {
    match socket.next().await {
        Some(Ok(Message::Close(Some(frame)))) if frame.code == CloseCode::Normal => {}
        other => return Err(format!("expected a normal close, found {other:?}").into()),
    }
    // The answer to the close is sent while one goes on to read.
    while let Some(Ok(_)) = socket.next().await {}
    Ok(())
}

/// What is done with the frames that one side sends.
macro_rules! sent_by {
    ($side:ident, $direction:ident, $frame:ident) => {
        mod $side {
            use super::Fallible;
            use framelock_examples::clock;
            use netra_protocol::support::{Outcome, Policy, to_json};
            use netra_protocol::$direction::{consumer, producer};

            /// The frame as its sender builds it.
            pub(super) fn build(sample: &str) -> Fallible<String> {
                let frame = producer::$frame::try_from(consumer::$frame::parse(sample)?)?;
                Ok(to_json(&frame))
            }

            /// What its receiver makes of it, written again.
            pub(super) fn read(text: &str) -> Fallible<String> {
                let receiver = consumer::receiver().with_policy(Policy::Refuse);
                match consumer::receive(&receiver, text, clock::now()?).outcome {
                    Outcome::Canonical(frame) => Ok(to_json(&frame)),
                    Outcome::Invalid(error) => Err(error.into()),
                    other => Err(format!("expected a canonical frame, found {other:?}").into()),
                }
            }
        }
    };
}

sent_by!(server, from_server, ServerFrame);
sent_by!(client, from_client, ClientFrame);
