//! Frames that must be refused: `<message>.invalid.json`, beside the message's schema.

use super::lower::Lowered;
use super::{Shape, Side, TypeId, Variant};
use crate::diagnostic::{Code, Finding, Findings};
use crate::json::{self, Document, Node};
use crate::load::Loader;
use crate::source::{FileId, Origin, Pointer};
use crate::support;
use crate::text::Text;

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

/// Reads the samples of both directions: the server's, then the client's.
pub(super) fn read(
    loader: &mut Loader,
    lowered: &Lowered,
    findings: &mut Findings,
) -> [Vec<InvalidSample>; 2] {
    [(lowered.server, Side::Server), (lowered.client, Side::Client)].map(|(root, sender)| {
        let variants = variants(lowered, root);
        let samples = variants.iter().flat_map(|variant| of_message(variant, loader, findings));
        // A message that goes both ways may have samples for one direction alone.
        samples.filter(|(only, _)| only.is_none_or(|only| only == sender)).map(|(_, sample)| sample).collect()
    })
}

fn variants(lowered: &Lowered, root: TypeId) -> &[Variant] {
    match lowered.types.get(root.0).map(|ty| &ty.shape) {
        Some(Shape::Envelope(envelope)) => &envelope.variants,
        Some(Shape::Union(union)) => &union.variants,
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
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if !loader.list(folder, ".invalid.json").contains(&path) {
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
            Some(sample) => samples.push(sample),
            None => findings.report(malformed(&at)),
        }
    }
    if samples.is_empty() {
        findings.report(malformed(&Document::origin(&document, &document.root, Pointer::root())));
    }
    samples
}

fn sample(node: &Node, variant: &Variant, source: &str) -> Option<Directed> {
    let text = |name: &str| node.member(name)?.value.string();
    let frame = match (node.member("frame"), text("text")) {
        (Some(member), None) => source.get(member.value.span.start..member.value.span.end)?,
        (None, Some(text)) => text,
        _ => return None,
    };
    let code = text("code")?;
    support::Code::ALL.iter().find(|known| known.name() == code)?;
    let sender = match text("sender") {
        None => None,
        Some("server") => Some(Side::Server),
        Some("client") => Some(Side::Client),
        Some(_) => return None,
    };
    let sample = InvalidSample {
        message: variant.value.clone(),
        why: Text::new(text("why")?),
        frame: Text::new(frame),
        code: Text::new(code),
        pointer: Text::new(text("pointer")?),
    };
    Some((sender, sample))
}

fn malformed(at: &Origin) -> Finding {
    let message = "this is not an invalid sample";
    let help = "give it `why`, `frame` (or `text`, for what is no JSON), the `code` of the error, its `pointer`, and `sender` if only one side's frame is meant";
    Finding::new(Code::InvalidSample, at, message, help)
}
