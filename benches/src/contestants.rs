//! What is measured: functions that read or write a slice of frames, each compiled for itself.

use crate::from_server::consumer::{self, ServerFrame};
use crate::support::{self, Encode, Frames, Parser, Receiver, Writer};
use crate::{derived, from_server::producer};
use serde_json::Value;
use std::hint::black_box;

/// Reads frames; says how many were read without an error.
pub type Read = fn(&[String]) -> usize;

/// A way to read frames.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// What the tables call it.
    pub name: &'static str,
    /// Reads them.
    pub read: Read,
}

/// Every way to read frames; the first is what the others are compared with.
pub const READERS: [Reader; 7] = [
    Reader { name: "serde derive, owned", read: read_derived },
    Reader { name: "serde_json::Value", read: read_tree },
    Reader { name: "framelock, borrowed", read: read_borrowed },
    Reader { name: "framelock, through `receive`", read: read_received },
    Reader { name: "the same, of a protocol without a past", read: read_without_forms },
    Reader { name: "framelock, owned", read: read_owned },
    Reader { name: "checking skip, no types", read: read_skipping },
];

/// The place of the reader in [`READERS`] that the aims are about.
pub const BORROWED: usize = 2;

fn count<'t, T, E>(texts: &'t [String], read: impl Fn(&'t str) -> Result<T, E>) -> usize {
    texts.iter().filter(|text| black_box(read(text)).is_ok()).count()
}

#[inline(never)]
fn read_derived(texts: &[String]) -> usize {
    count(texts, serde_json::from_str::<derived::ServerFrame>)
}

#[inline(never)]
fn read_tree(texts: &[String]) -> usize {
    count(texts, serde_json::from_str::<Value>)
}

#[inline(never)]
fn read_borrowed(texts: &[String]) -> usize {
    count(texts, ServerFrame::parse)
}

/// Any form is welcome, though none comes.
#[inline(never)]
fn read_received(texts: &[String]) -> usize {
    let receiver = consumer::receiver();
    count(texts, |text| consumer::receive(&receiver, text, 0.0).outcome.frame())
}

/// What [`read_received`] costs where no legacy form is declared.
#[inline(never)]
fn read_without_forms(texts: &[String]) -> usize {
    static FRAMES: Frames =
        Frames { tag: "type", payload: Some("data"), known: &[], nested: &[], legacy: None, variable: "" };
    let receiver = Receiver::new(&FRAMES);
    count(texts, |text| {
        let converted =
            |text: &str| support::decode::<ServerFrame<'_>>(text).map(|of| of.map(ServerFrame::into_owned));
        receiver.receive(text, 0.0, support::decode::<ServerFrame<'_>>, converted).outcome.frame()
    })
}

#[inline(never)]
fn read_owned(texts: &[String]) -> usize {
    count(texts, |text| ServerFrame::parse(text).map(ServerFrame::into_owned))
}

#[inline(never)]
fn read_skipping(texts: &[String]) -> usize {
    count(texts, |text| {
        let mut parser = Parser::new(text);
        parser.skip().and_then(|()| parser.finish())
    })
}

/// Frames in memory, for writing.
#[derive(Debug)]
pub struct Loaded<'a> {
    derived: Vec<derived::ServerFrame>,
    consumer: Vec<ServerFrame<'a>>,
    producer: Vec<producer::ServerFrame<'a>>,
}

impl<'a> Loaded<'a> {
    /// Reads the frames; `None` unless everybody can read each of them. Frames with an enumeration's unlisted value
    /// cannot be built by a producer, and are left out for all.
    pub fn new(texts: &'a [String]) -> Option<Self> {
        let mut loaded = Self { derived: Vec::new(), consumer: Vec::new(), producer: Vec::new() };
        for text in texts {
            let frame = ServerFrame::parse(text).ok()?;
            if let Ok(producer) = producer::ServerFrame::try_from(frame.clone()) {
                loaded.derived.push(serde_json::from_str(text).ok()?);
                loaded.consumer.push(frame);
                loaded.producer.push(producer);
            }
        }
        Some(loaded)
    }

    /// How many frames there are.
    pub fn len(&self) -> usize {
        self.consumer.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.consumer.is_empty()
    }
}

/// A way to write frames.
#[derive(Debug, Clone, Copy)]
pub struct Encoder {
    /// What the tables call it.
    pub name: &'static str,
    /// Writes the frames in a range; says how many bytes that were.
    pub write: fn(&Loaded<'_>, std::ops::Range<usize>) -> usize,
}

/// Every way to write frames; the first is what the others are compared with.
pub const ENCODERS: [Encoder; 5] = [
    Encoder { name: "serde derive, fresh String", write: write_derived },
    Encoder { name: "serde derive, reused Vec", write: write_derived_reused },
    Encoder { name: "framelock producer, fresh String", write: write_producer },
    Encoder { name: "framelock producer, reused Writer", write: write_producer_reused },
    Encoder { name: "framelock consumer, reused Writer", write: write_consumer_reused },
];

#[inline(never)]
fn write_derived(loaded: &Loaded<'_>, range: std::ops::Range<usize>) -> usize {
    let text = |frame| black_box(serde_json::to_string(frame)).map_or(0, |text| text.len());
    loaded.derived[range].iter().map(text).sum()
}

#[inline(never)]
fn write_derived_reused(loaded: &Loaded<'_>, range: std::ops::Range<usize>) -> usize {
    let mut out = Vec::new();
    let mut length = |frame| {
        out.clear();
        let written = serde_json::to_writer(&mut out, frame);
        black_box(written).map_or(0, |()| black_box(&out).len())
    };
    loaded.derived[range].iter().map(&mut length).sum()
}

#[inline(never)]
fn write_producer(loaded: &Loaded<'_>, range: std::ops::Range<usize>) -> usize {
    loaded.producer[range].iter().map(|frame| black_box(support::to_json(frame)).len()).sum()
}

#[inline(never)]
fn write_producer_reused(loaded: &Loaded<'_>, range: std::ops::Range<usize>) -> usize {
    reused(&loaded.producer[range])
}

#[inline(never)]
fn write_consumer_reused(loaded: &Loaded<'_>, range: std::ops::Range<usize>) -> usize {
    reused(&loaded.consumer[range])
}

fn reused(frames: &[impl Encode]) -> usize {
    let mut out = Writer::new();
    let mut length = |frame: &_| {
        out.clear();
        Encode::encode(frame, &mut out);
        black_box(out.as_str()).len()
    };
    frames.iter().map(&mut length).sum()
}
