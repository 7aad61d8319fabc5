//! Netra's protocol in use: a server and a client, written by hand against the generated crate `netra-protocol`.
//!
//! Neither of them builds or reads JSON: what they send is made of producer types, what they receive is a consumer
//! type, and the compiler names each place that has to change when the schema does.
//!
//! What to read first:
//!
//! 1. [`outbox`]: the only way in which the server can send. It takes producer types, so a frame of another shape
//!    does not compile.
//! 2. [`server`]: a `Handle` for each message that the server answers, the others in `ignore!`; a session with its
//!    welcome, its heartbeats and its close.
//! 3. [`client`]: the welcome with its time-out, a `Handle` for each message that is shown, and what is done with
//!    frames of a retired form.
//! 4. [`legacy`]: how both sides count such frames.
//! 5. [`versions`]: what they make of a peer of another version.
//! 6. [`clock`]: where every time comes from.
//!
//! To see them talk:
//!
//! ```text
//! cargo run -p framelock-examples --bin server -- --listen 127.0.0.1:8080
//! cargo run -p framelock-examples --bin client -- ws://127.0.0.1:8080/ws "How many words are these?"
//! ```
//!
//! `cargo xtask demo` shows a conversation of theirs frame by frame.

pub mod client;
pub mod clock;
pub mod legacy;
pub mod outbox;
pub mod server;
pub mod versions;
