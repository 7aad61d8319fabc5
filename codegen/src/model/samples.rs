//! Frames that must be refused: `<message>.invalid.json`, beside the message's schema.

use super::{Protocol, Shape, Side, TypeId, Variant};
use crate::diagnostic::{Code, Finding, Findings};
use crate::json::{self, Node};
use crate::load::Loader;
use crate::source::{FileId, Origin, Pointer};
use crate::support;
use crate::text::{Text, quoted};

/// A frame that must be refused, and why.
#[derive(Debug, Clone)]
pub struct InvalidSample {
    /// The discriminator value of the message that it is about.
    pub message: Text,
    /// What is wrong with it, in words.
    pub why: Text,
    /// The frame, as it goes over the wire.
    pub frame: Text,
    /// The code of the error that a decoder gives.
    pub code: Text,
    /// The JSON Pointer of that error.
    pub pointer: Text,
}

/// Reads the samples of every direction.
pub(super) fn read(loader: &mut Loader, protocol: &mut Protocol, findings: &mut Findings) {
    let found: Vec<Vec<InvalidSample>> = protocol
        .directions
        .iter()
        .map(|direction| {
            let variants = direction.roots.iter().flat_map(|root| variants(protocol, *root));
            let samples = variants.flat_map(|variant| of_message(variant, loader, findings));
            // A message that goes both ways may have samples for one direction alone.
            let is_for = |only: Option<Side>| only.is_none_or(|only| only == direction.sender);
            samples.filter(|(only, _)| is_for(*only)).map(|(_, sample)| sample).collect()
        })
        .collect();
    for (direction, invalid) in protocol.directions.iter_mut().zip(found) {
        direction.invalid = invalid;
    }
}

fn variants(protocol: &Protocol, root: TypeId) -> &[Variant] {
    match &protocol.ty(root).shape {
        Shape::Envelope(envelope) => &envelope.variants,
        Shape::Union(union) => &union.variants,
        _ => &[],
    }
}

/// A sample, and the one direction that it is for, if it says so.
type Directed = (Option<Side>, InvalidSample);

fn of_message(variant: &Variant, loader: &mut Loader, findings: &mut Findings) -> Vec<Directed> {
    let schema = loader.sources().get(variant.origin.file).map(|source| source.path.clone());
    let Some(path) = schema.as_deref().and_then(|path| path.strip_suffix(".schema.json")) else {
        return Vec::new();
    };
    let path = format!("{path}.invalid.json");
    if !loader.has(&path) {
        return Vec::new();
    }
    let file = match loader.read(&path) {
        Ok(file) => file,
        Err(refusal) => {
            findings.report(refusal.at(&variant.origin));
            return Vec::new();
        }
    };
    parse(file, variant, loader, findings)
}

fn parse(file: FileId, variant: &Variant, loader: &Loader, findings: &mut Findings) -> Vec<Directed> {
    let text = loader.sources().get(file).map(|source| source.text.clone()).unwrap_or_default();
    let Some(document) = json::parse(file, &text, findings) else { return Vec::new() };
    let mut samples = Vec::new();
    for (index, node) in document.root.elements().iter().enumerate() {
        let at = document.origin(node, Pointer::root().element(index));
        match sample(node, variant, &text) {
            Ok(sample) => samples.push(sample),
            Err(message) => findings.report(malformed(&at, message)),
        }
    }
    if document.root.elements().is_empty() {
        let at = document.origin(&document.root, Pointer::root());
        findings.report(malformed(&at, "the file holds no samples"));
    }
    samples
}

/// What a sample may hold.
const MEMBERS: [&str; 6] = ["why", "frame", "text", "code", "pointer", "sender"];

fn sample(node: &Node, variant: &Variant, source: &str) -> Result<Directed, String> {
    let text = |name: &str| node.member(name).and_then(|member| member.value.string());
    let needed = |name: &str| text(name).ok_or_else(|| format!("the sample has no text `{name}`"));
    if let Some(stranger) = node.members().iter().find(|member| !MEMBERS.contains(&member.name.as_str())) {
        return Err(format!("a sample has no member {}", quoted(&stranger.name)));
    }
    let frame = match (node.member("frame"), text("text")) {
        (Some(member), None) => {
            source.get(member.value.span.start..member.value.span.end).unwrap_or_default()
        }
        (None, Some(text)) => text,
        _ => return Err("the sample has not one of `frame` and `text`".to_owned()),
    };
    let (why, code, pointer) = (needed("why")?, needed("code")?, needed("pointer")?);
    if support::Code::ALL.iter().all(|known| known.name() != code) {
        return Err(format!("decoders give no error {}", quoted(code)));
    }
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(format!("{} is no JSON Pointer: one is empty or begins with `/`", quoted(pointer)));
    }
    let sample = InvalidSample {
        message: variant.value.clone(),
        why: Text::new(why),
        frame: Text::new(frame),
        code: Text::new(code),
        pointer: Text::new(pointer),
    };
    Ok((sender(node)?, sample))
}

/// The one side whose frame is meant, if the sample says so.
fn sender(node: &Node) -> Result<Option<Side>, String> {
    let Some(member) = node.member("sender") else { return Ok(None) };
    match member.value.string() {
        Some("server") => Ok(Some(Side::Server)),
        Some("client") => Ok(Some(Side::Client)),
        _ => Err("the `sender` of a sample is `server` or `client`".to_owned()),
    }
}

fn malformed(at: &Origin, message: impl Into<String>) -> Finding {
    let help = "a sample has `why`, `frame` (or `text`, for what is no JSON), the `code` of the error and its `pointer`";
    Finding::new(Code::InvalidSample, at, message, help)
}
