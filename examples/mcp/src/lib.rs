//! Somebody else's protocol in use: the [Model Context Protocol](https://modelcontextprotocol.io), revision
//! 2025-06-18, with types that Framelock made of its published schema.
//!
//! The protocol's own schema (`schema/mcp.schema.json`) is used as it was published. It has the envelope of JSON-RPC
//! (`JSONRPCRequest`: `jsonrpc`, `id`) and the contents (`CallToolRequest`: `method`, `params`) apart, and says
//! nowhere what a whole frame is; `schema/frames.schema.json`, which is ours, puts them together. The generated crate
//! has a type for each definition in it, so that a request is built, and read, in one piece.
//!
//! Both sides send requests and answer with the `id` that they read, so that there is one module for both
//! directions, with the types to build (here called `send`) and those to read (`read`).
//!
//! What to read first:
//!
//! 1. [`link`]: frames on a pair of streams, one a line. What is sent is encoded from a producer type.
//! 2. [`client`]: sends requests and reads the answers; in between, it answers the server's own requests.
//! 3. [`server`]: answers requests, matched exhaustively; [`catalogue`] is what it offers.
//! 4. [`process`]: a server as a child process of its client.
//!
//! `tests/exchange.rs` lets the client talk to a server that was written with the protocol's Python SDK, and the
//! TypeScript SDK's client to this server.
//!
//! ```text
//! cargo build -p framelock-example-mcp
//! target/debug/mcp-client -- target/debug/mcp-server
//! target/debug/mcp-client --call count_words --with '{"text":"one two three"}' -- target/debug/mcp-server
//! ```

pub mod catalogue;
pub mod client;
pub mod error;
pub mod link;
pub mod process;
pub mod server;

pub use error::Error;
