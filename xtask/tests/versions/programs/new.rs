//! A server and a client of 2.0.0. They find out which version the peer speaks, judge it, and talk through the adapter of
//! its version if there is one.

mod wire;

use netra_protocol::adapt::{Adapted, Adapter};
use netra_protocol::adapters::{v1_0_0, v1_1_0};
use netra_protocol::from_client::consumer as from_client;
use netra_protocol::from_client::producer::{ClientFrame, ClientFrameRequired, ClientMessage};
use netra_protocol::from_server::consumer as from_server;
use netra_protocol::from_server::producer::{
    ConnectAcknowledged, ConnectionEstablished, ServerFrame, ServerFrameRequired, ServerMessage,
    SystemMessage, ThreadRenamed, ThreadRenamedRequired,
};
use netra_protocol::negotiation::{Peer, Side, Verdict};
use netra_protocol::support::{JsonObject, Outcome, to_json};
use netra_protocol::types::{
    Compatibility, MessageName, ProtocolVersion, SchemaDigest, ThreadId, UnixSeconds,
};
use netra_protocol::{PROTOCOL_VERSION, SCHEMA_DIGEST, negotiate};
use std::error::Error;
use std::time::Instant;
use wire::{NORMAL, Wire, tell};

const NOW: f64 = 1_758_207_374.25;

/// What those speak who name no version.
const SILENT: &str = "1.0.0";

/// What this program says of itself, which a test may make it say wrongly.
struct Claim {
    version: String,
    digest: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (arguments, claim) = match arguments[..] {
        [ref rest @ .., "--as", version, digest] => (rest, (version, digest)),
        ref rest => (rest, (PROTOCOL_VERSION, SCHEMA_DIGEST)),
    };
    let claim = Claim { version: claim.0.to_owned(), digest: claim.1.to_owned() };
    match arguments {
        ["server"] => server(&mut Wire::accept(), &claim),
        ["client", port] => client(&mut Wire::connect(port), &claim),
        _ => Err("say `server`, or `client PORT`, and perhaps `--as VERSION DIGEST`".into()),
    }
}

fn server(wire: &mut Wire, claim: &Claim) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let frame = |message: ServerMessage<'static>| -> Result<String, Box<dyn Error>> {
        let required = ServerFrameRequired { data: message, timestamp: UnixSeconds::new(NOW)? };
        Ok(to_json(&ServerFrame::new(required)))
    };
    let welcome = ConnectionEstablished::new()
        .with_protocol_version(ProtocolVersion::new(claim.version.clone())?)
        .with_schema_digest(SchemaDigest::new(claim.digest.clone())?);
    wire.send(&frame(SystemMessage::from(welcome).into())?);
    let Some(greeting) = wire.next() else { return Ok(()) };
    let received = from_client::receive(&from_client::receiver(), &greeting, NOW).outcome;
    let named =
        received.frame().ok().and_then(|frame| frame.protocol_version.map(|version| version.to_string()));
    let peer = Peer { side: Side::Client, version: named.as_deref().unwrap_or(SILENT), digest: None };
    let Some((verdict, adapter)) = judged(wire, &peer, start) else { return Ok(()) };
    let mut talk = Talk { wire, adapter };
    talk.send(&frame(SystemMessage::from(acknowledged(&verdict)?).into())?)?;
    let renamed = ThreadRenamedRequired { thread_id: ThreadId::new("t-1")?, title: "Plans".into() };
    talk.send(&frame(ThreadRenamed::new(renamed).into())?)?;
    while let Some(text) = talk.next()? {
        told(from_client::receive(&from_client::receiver(), &text, NOW).outcome, &text);
    }
    Ok(())
}

/// What the client is told of how the versions go together.
fn acknowledged(verdict: &Verdict) -> Result<ConnectAcknowledged<'static>, Box<dyn Error>> {
    let word = match verdict {
        Verdict::Same => Compatibility::Same,
        Verdict::Compatible(_) => Compatibility::Compatible,
        Verdict::Degraded(..) => Compatibility::Degraded,
        Verdict::Newer | Verdict::Incompatible(_) => return Ok(ConnectAcknowledged::new()),
    };
    let acknowledged = ConnectAcknowledged::new().with_compatibility(word);
    let Verdict::Degraded(_, unread) = verdict else { return Ok(acknowledged) };
    let names = unread.messages().into_iter().map(MessageName::new).collect::<Result<Vec<_>, _>>()?;
    Ok(acknowledged.with_unavailable_messages(names))
}

fn client(wire: &mut Wire, claim: &Claim) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let Some(text) = wire.next() else { return Ok(()) };
    let welcome = from_server::receive(&from_server::receiver(), &text, NOW).outcome.frame()?;
    let from_server::ServerMessage::SystemMessage(from_server::SystemMessage::ConnectionEstablished(welcome)) =
        welcome.data
    else {
        return Err(format!("this is no welcome: {text}").into());
    };
    let named = welcome.protocol_version.as_ref().map(ToString::to_string);
    let digest = welcome.schema_digest.as_ref().map(ToString::to_string);
    let peer =
        Peer { side: Side::Server, version: named.as_deref().unwrap_or(SILENT), digest: digest.as_deref() };
    let Some((_, adapter)) = judged(wire, &peer, start) else { return Ok(()) };
    let mut talk = Talk { wire, adapter };
    let message = ClientMessage::Connect(JsonObject::default());
    let frame = ClientFrame::new(ClientFrameRequired { data: message })
        .with_protocol_version(ProtocolVersion::new(claim.version.clone())?);
    talk.send(&to_json(&frame))?;
    // A server of 1.0.0 sends one message more: the adapter keeps it, and tells so.
    let expected = if named.is_some() { 2 } else { 3 };
    for _ in 0..expected {
        match talk.next()? {
            Some(text) if !text.is_empty() => {
                told(from_server::receive(&from_server::receiver(), &text, NOW).outcome, &text)
            }
            Some(_) => {}
            None => return Ok(()),
        }
    }
    talk.wire.close(NORMAL, "done");
    Ok(())
}

/// Judges the peer. Where versions do not go together, the connection is closed.
fn judged(wire: &mut Wire, peer: &Peer<'_>, start: Instant) -> Option<(Verdict, Option<Adapter<'static>>)> {
    let verdict = negotiate(peer);
    let name = verdict.name();
    let (told, adapter) = match &verdict {
        Verdict::Same | Verdict::Newer => (name.to_owned(), None),
        Verdict::Compatible(release) => {
            (format!("{name} {}", release.version), adapter(peer.side, release.version))
        }
        Verdict::Degraded(release, unread) => {
            let told = format!("{name} {}: {}", release.version, unread.messages().join(", "));
            (told, adapter(peer.side, release.version))
        }
        Verdict::Incompatible(refused) => (format!("{name}: {refused}"), None),
    };
    tell(&format!("verdict {told}"));
    if let Verdict::Incompatible(refused) = &verdict {
        wire.close(refused.close_code.unwrap_or(NORMAL), &refused.close_reason());
    }
    tell(&format!("after {} ms", start.elapsed().as_millis()));
    (!matches!(verdict, Verdict::Incompatible(_))).then_some((verdict, adapter))
}

/// The adapter of a version.
fn adapter(peer: Side, version: &str) -> Option<Adapter<'static>> {
    match (peer, version) {
        (Side::Client, v1_0_0::VERSION) => Some(v1_0_0::server()),
        (Side::Client, v1_1_0::VERSION) => Some(v1_1_0::server()),
        (Side::Server, v1_0_0::VERSION) => Some(v1_0_0::client()),
        (Side::Server, v1_1_0::VERSION) => Some(v1_1_0::client()),
        _ => None,
    }
}

/// A conversation, perhaps through an adapter.
struct Talk<'w> {
    wire: &'w mut Wire,
    adapter: Option<Adapter<'static>>,
}

impl Talk<'_> {
    fn send(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        match &self.adapter {
            Some(adapter) => self.wire.send(&kept(adapter.downgrade(text)?)),
            None => self.wire.send(text),
        }
        Ok(())
    }

    /// The next frame; empty if nothing of it is left.
    fn next(&mut self) -> Result<Option<String>, Box<dyn Error>> {
        let Some(text) = self.wire.next() else { return Ok(None) };
        Ok(Some(match &self.adapter {
            Some(adapter) => kept(adapter.upgrade(&text)?),
            None => text,
        }))
    }
}

/// What is left of a frame. What is lost is told.
fn kept(adapted: Adapted<'_>) -> String {
    for lost in adapted.lost {
        tell(&format!("lost {} at {:?}", lost.what, lost.place));
    }
    adapted.frame.map(|frame| frame.into_owned()).unwrap_or_default()
}

fn told<F>(outcome: Outcome<F>, text: &str) {
    tell(&match outcome {
        Outcome::Canonical(_) => format!("read {text}"),
        Outcome::Legacy(_) => format!("retired {text}"),
        Outcome::Unknown(_) => format!("unknown {text}"),
        Outcome::Invalid(error) => format!("invalid {error} {text}"),
    });
}
