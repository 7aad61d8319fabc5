//! A server and a client of 1.0.0, which knows nothing of versions after it.

mod wire;

use netra_protocol::from_client::producer::{
    self as from_client, ClientFrame, ClientFrameRequired, ClientMessage,
};
use netra_protocol::from_server::producer::{
    self as from_server, ServerFrame, ServerFrameRequired, ServerMessage,
};
use netra_protocol::support::{JsonObject, Outcome, to_json};
use netra_protocol::types::{CorpusCreatedStatus, CorpusId, ExampleMessageId, ThreadId, UnixSeconds};
use std::error::Error;
use wire::{NORMAL, Wire, tell};

const NOW: f64 = 1_758_207_374.25;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["server"] => server(&mut Wire::accept()),
        ["client", port] => client(&mut Wire::connect(port)),
        _ => Err("say `server`, or `client PORT`".into()),
    }
}

fn server(wire: &mut Wire) -> Result<(), Box<dyn Error>> {
    let frame = |message: ServerMessage<'static>| -> Result<String, Box<dyn Error>> {
        let required = ServerFrameRequired { data: message, timestamp: UnixSeconds::new(NOW)? };
        Ok(to_json(&ServerFrame::new(required)))
    };
    let renamed =
        from_server::ThreadRenamedRequired { thread_id: ThreadId::new("t-1")?, new_title: "Plans".into() };
    let created = from_server::CorpusCreatedRequired {
        corpus_id: CorpusId::new("c-1")?,
        table_name: "t".into(),
        status: CorpusCreatedStatus::Available,
    };
    wire.send(&frame(from_server::SystemMessage::from(from_server::ConnectionEstablished::new()).into())?);
    let Some(greeting) = wire.next() else { return Ok(()) };
    of_client(&greeting);
    wire.send(&frame(from_server::SystemMessage::from(from_server::ConnectAcknowledged::new()).into())?);
    wire.send(&frame(from_server::ThreadRenamed::new(renamed).into())?);
    wire.send(&frame(from_server::CorpusCreated::new(created).into())?);
    while let Some(text) = wire.next() {
        of_client(&text);
    }
    Ok(())
}

fn client(wire: &mut Wire) -> Result<(), Box<dyn Error>> {
    let frame =
        |message: ClientMessage<'static>| to_json(&ClientFrame::new(ClientFrameRequired { data: message }));
    let example =
        from_client::ExampleMessage::new(from_client::ExampleMessageRequired { content: "Save!".into() })
            .with_example_message_id(ExampleMessageId::new("example_3")?);
    let Some(welcome) = wire.next() else { return Ok(()) };
    of_server(&welcome);
    wire.send(&frame(ClientMessage::Connect(JsonObject::default())));
    wire.send(&frame(example.into()));
    for _ in 0..2 {
        let Some(text) = wire.next() else { return Ok(()) };
        of_server(&text);
    }
    wire.close(NORMAL, "done");
    Ok(())
}

fn of_server(text: &str) {
    use netra_protocol::from_server::consumer;
    told(consumer::receive(&consumer::receiver(), text, NOW).outcome, text);
}

fn of_client(text: &str) {
    use netra_protocol::from_client::consumer;
    told(consumer::receive(&consumer::receiver(), text, NOW).outcome, text);
}

fn told<F>(outcome: Outcome<F>, text: &str) {
    tell(&match outcome {
        Outcome::Canonical(_) => format!("read {text}"),
        Outcome::Legacy(_) => format!("retired {text}"),
        Outcome::Unknown(_) => format!("unknown {text}"),
        Outcome::Invalid(error) => format!("invalid {error} {text}"),
    });
}
