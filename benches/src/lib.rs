//! A protocol and frames for measuring, the same on every machine, and what is measured with them: the generated
//! decoder, the same types with serde's derive, and serde's tree.
//!
//! The build script generates the crate's modules `support`, `types`, `from_server` and `from_client` with
//! Framelock, as anyone's build script may do, and [`derived`] with this package's own [`baseline`].

pub mod baseline;
pub mod contestants;
pub mod frames;
pub mod plan;
pub mod random;
pub mod schema;
pub mod values;

include!(concat!(env!("OUT_DIR"), "/generated.rs"));

/// The protocol as one would write it by hand.
#[allow(clippy::all, clippy::pedantic, missing_docs, reason = "it is as plain as a comparison can be")]
pub mod derived {
    include!(concat!(env!("OUT_DIR"), "/derived.rs"));
}

/// How many messages the generated modules know; the build script says the same.
pub const MESSAGES: usize = 40;
/// What determines protocol and frames; the build script says the same.
pub const SEED: u64 = 1;
/// How many frames are measured.
pub const FRAMES: usize = 10_000;

/// The texts of all frames in one rendering.
pub fn texts(frames: &[serde_json::Value], rendering: frames::Rendering) -> Vec<String> {
    frames.iter().map(|frame| rendering.render(frame)).collect()
}

/// The frames that are measured.
pub fn measured_frames() -> Vec<serde_json::Value> {
    frames::frames(&plan::protocol(MESSAGES, SEED), FRAMES, SEED)
}

/// Checks that every reader reads every frame, that our decoder calls each canonical, and that what it read is
/// written as an equal frame.
///
/// # Errors
/// The first frame that is not so, or the reader that fails.
pub fn verify(texts: &[String]) -> Result<(), String> {
    for reader in contestants::READERS {
        let read = (reader.read)(texts);
        if read != texts.len() {
            return Err(format!("{} reads {read} of {} frames", reader.name, texts.len()));
        }
    }
    texts.iter().try_for_each(|text| round_trips(text))
}

fn round_trips(text: &str) -> Result<(), String> {
    let receiver = from_server::consumer::receiver();
    let outcome = from_server::consumer::receive(&receiver, text, 0.0).outcome;
    let support::Outcome::Canonical(frame) = outcome else {
        return Err(format!("not canonical: {text}"));
    };
    let tree =
        |text: &str| serde_json::from_str::<serde_json::Value>(text).map_err(|error| error.to_string());
    let written = support::to_json(&frame);
    if tree(&written)? == tree(text)? { Ok(()) } else { Err(format!("{text} came back as {written}")) }
}
