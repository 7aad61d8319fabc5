//! Runs the example server until Ctrl-C.

use clap::Parser;
use framelock_examples::server::{Settings, serve};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// A server of Netra's protocol.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Seconds between two heartbeats.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    heartbeat: u64,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let listener = TcpListener::bind(arguments.listen).await?;
    println!("listening on ws://{}/ws", listener.local_addr()?);
    let heartbeat_interval = Duration::from_secs(arguments.heartbeat);
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    serve(listener, Settings { heartbeat_interval, ..Settings::default() }, interrupted).await
}
