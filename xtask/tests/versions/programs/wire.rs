//! A connection, and what is told of it: a line of standard output for each thing that happens.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, WebSocket};

/// How long a peer may be silent.
const PATIENCE: Duration = Duration::from_secs(5);

/// The code by which a connection is closed that has done its work.
pub const NORMAL: u16 = 1000;

/// One end of a connection.
pub struct Wire(WebSocket<TcpStream>);

/// Tells what happens.
pub fn tell(line: &str) {
    println!("{line}");
    std::io::stdout().flush().expect("standard output takes a line");
}

/// A stream on which nothing waits for ever.
fn patient(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(PATIENCE)).expect("a stream has a time limit");
    stream.set_write_timeout(Some(PATIENCE)).expect("a stream has a time limit");
    stream.set_nodelay(true).expect("a stream sends at once");
    stream
}

impl Wire {
    /// Tells the port, and waits for the one client.
    pub fn accept() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        tell(&format!("port {}", listener.local_addr().expect("a listener has a port").port()));
        let (stream, _) = listener.accept().expect("a client connects");
        Self(tungstenite::accept(patient(stream)).expect("a client greets"))
    }

    /// Connects to a server.
    pub fn connect(port: &str) -> Self {
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("there is a server");
        let (socket, _) =
            tungstenite::client(format!("ws://127.0.0.1:{port}/"), patient(stream)).expect("a server greets");
        Self(socket)
    }

    /// Sends a frame.
    pub fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).expect("the peer takes a frame");
    }

    /// The next frame; none if the peer has closed the connection, which is told.
    pub fn next(&mut self) -> Option<String> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Some(text.to_string()),
                Ok(Message::Close(frame)) => {
                    let frame = frame.expect("who closes a connection says why");
                    tell(&format!("closed by the peer: {} {}", u16::from(frame.code), frame.reason));
                    self.finish();
                    return None;
                }
                Ok(_) => {}
                Err(error) => panic!("the peer says nothing: {error}"),
            }
        }
    }

    /// Closes the connection, and waits until the peer has taken note of it.
    pub fn close(&mut self, code: u16, reason: &str) {
        tell(&format!("closed: {code} {reason}"));
        let frame = CloseFrame { code: code.into(), reason: reason.to_owned().into() };
        self.0.close(Some(frame)).expect("the peer can be told");
        self.finish();
    }

    /// Reads until the connection is gone.
    fn finish(&mut self) {
        while !matches!(
            self.0.read(),
            Err(tungstenite::Error::ConnectionClosed
                | tungstenite::Error::AlreadyClosed
                | tungstenite::Error::Io(_))
        ) {}
    }
}
