//! The benchmark's own protocol and frames are what they are said to be.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use framelock_benches::frames::Rendering;
use framelock_benches::{FRAMES, MESSAGES, SEED, measured_frames, plan, schema, texts, verify};
use framelock_codegen::output::sha256;

/// The schema and the frames of the committed seed. Whoever changes what they are made of changes every number that
/// was measured before: measure anew, and say so in `docs/adr/0001-own-pull-parser.md`.
const SCHEMA: &str = "dcee6dd6aab10d1624ffd768ca7acb4d4732c94397275fbd6b5eff9e57cdd16b";
const TEXTS: [&str; 3] = [
    "d83c13e3c61e561ca6161931a3eeafd7d0f02b2e5e327709ee8f06a512163c13",
    "42ede61eb570c541f8c4cd7456a5cfb36ffa86af187cfc0b2a910969785e0089",
    "bfc10597ddfc2461b69e427d4c245284cf4b58f418304ba01be8807020052c60",
];

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let files = schema::files(&plan::protocol(MESSAGES, SEED));
    // The manifest names the version of the generator, which changes for other reasons.
    let files = files.iter().filter(|(path, _)| path != "framelock.toml");
    let together: Vec<String> = files.map(|(path, text)| format!("{path}\n{text}\n")).collect();
    let found = sha256(together.concat().as_bytes());
    let frames = measured_frames();
    let hashes = Rendering::ALL.map(|rendering| sha256(texts(&frames, rendering).join("\n").as_bytes()));
    assert_eq!((found.as_str(), hashes.each_ref().map(String::as_str)), (SCHEMA, TEXTS));
}

#[test]
fn frames_are_mixed_as_the_shared_measurements_say() {
    let frames = measured_frames();
    assert_eq!(frames.len(), FRAMES);
    let mut lengths: Vec<usize> = texts(&frames, Rendering::TypeFirst).iter().map(String::len).collect();
    lengths.sort_unstable();
    assert!((340..372).contains(&lengths[FRAMES / 2]), "the median is {}", lengths[FRAMES / 2]);
    let chunks = frames.iter().filter(|frame| frame["type"] == "agent_response_chunk").count();
    assert!((43..=47).contains(&(chunks * 100 / FRAMES)), "{chunks} chunks");
    let types: std::collections::HashSet<&str> =
        frames.iter().map(|frame| frame["type"].as_str().unwrap()).collect();
    assert_eq!(types.len(), MESSAGES);
}

#[test]
fn every_frame_is_read_and_comes_back() {
    let frames = measured_frames();
    for rendering in Rendering::ALL {
        verify(&texts(&frames, rendering)).unwrap();
    }
}

/// The build script generated from 40 messages; this is the size in between of `--generator`.
#[test]
fn a_protocol_of_other_size_generates_too() {
    let folder = tempfile::tempdir().unwrap();
    schema::write(&plan::protocol(100, SEED + 1), folder.path()).unwrap();
    let generation = framelock_codegen::Config::new(folder.path()).generate();
    assert!(generation.is_ok(), "{}", generation.err().unwrap());
}
