//! Strict JSON with positions: what schema files are read into.
//!
//! `serde_json::Value` has no positions and keeps the last of two equal keys without a word, so source
//! files go through [`Node`] first. The reading itself is done by the same pull parser that generated
//! decoders use ([`crate::support`]).

use crate::diagnostic::{Code, Finding, Findings};
use crate::schema::dialect::Dialect;
use crate::source::{FileId, Origin, Pointer, Span};
use crate::support::{self, Kind, Parser};
use crate::text::{printable, quoted};
use serde_json::Value;
use std::collections::HashMap;

/// A JSON value and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its bytes, from the first to behind the last.
    pub span: Span,
    /// The value.
    pub kind: NodeKind,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object, in the order of the file.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name, unescaped.
    pub name: String,
    /// Where the name stands, quotes included.
    pub name_span: Span,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// The members, of an object.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            NodeKind::Object(members) => members,
            _ => &[],
        }
    }

    /// The member with this name, of an object.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }

    /// The elements, of an array.
    pub fn elements(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The text, of a string.
    pub fn string(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value without positions, for libraries that take one.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Boolean(value) => Value::Bool(*value),
            NodeKind::Number(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            NodeKind::String(text) => Value::String(text.clone()),
            NodeKind::Array(elements) => elements.iter().map(Node::to_value).collect(),
            NodeKind::Object(members) => {
                members.iter().map(|member| (member.name.clone(), member.value.to_value())).collect()
            }
        }
    }
}

/// A JSON file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// The dialect it is written in.
    pub dialect: Dialect,
    /// Its one value.
    pub root: Node,
}

impl Document {
    /// The origin of a node of this document that stands at `pointer`.
    pub fn origin(&self, node: &Node, pointer: Pointer) -> Origin {
        Origin { file: self.file, span: node.span, pointer }
    }

    /// The node at a JSON Pointer (RFC 6901 §4), or the nearest one above it, with its pointer.
    pub fn nearest(&self, pointer: &str) -> (&Node, Pointer) {
        let mut node = &self.root;
        let mut reached = Pointer::root();
        for token in pointer.split('/').skip(1) {
            let name = token.replace("~1", "/").replace("~0", "~");
            let index = name.parse::<usize>().ok();
            let child = match node.member(&name) {
                Some(member) => &member.value,
                None => match index.and_then(|index| node.elements().get(index)) {
                    Some(element) => element,
                    None => break,
                },
            };
            node = child;
            reached = reached.member(&name);
        }
        (node, reached)
    }

    /// The origin of what stands at a JSON Pointer, or of the nearest value above it.
    pub fn origin_at(&self, pointer: &str) -> Origin {
        let (node, reached) = self.nearest(pointer);
        self.origin(node, reached)
    }
}

/// Reads a file's text. Every duplicate key is reported; a break of the grammar is reported and ends the
/// reading of this file.
pub fn parse(file: FileId, text: &str, findings: &mut Findings) -> Option<Document> {
    let mut parser = Parser::new(text);
    let mut reader = Reader { file, findings };
    let root = reader.node(&mut parser, &Pointer::root()).and_then(|root| {
        parser.finish()?;
        Ok(root)
    });
    match root {
        Ok(root) => Some(Document { file, dialect: Dialect::Draft202012, root }),
        Err(error) => {
            let error = error.located(text);
            let span = Span { start: error.offset(), end: error.offset() };
            let at = Origin { file, span, pointer: Pointer::from(error.pointer()) };
            let message = format!("expected {}, found {}", error.expected(), printable(error.found()));
            let message = message.replace("the end of the frame", "the end of the file");
            findings.add(
                Code::InvalidJson,
                &at,
                message,
                "mend the JSON text; nothing else of this file was read",
            );
            None
        }
    }
}

struct Reader<'f> {
    file: FileId,
    findings: &'f mut Findings,
}

impl Reader<'_> {
    fn node(&mut self, parser: &mut Parser<'_>, pointer: &Pointer) -> support::Result<Node> {
        let kind = parser.peek()?;
        let start = parser.offset();
        let kind = match kind {
            Kind::Null => parser.null().map(|()| NodeKind::Null)?,
            Kind::Boolean => NodeKind::Boolean(parser.boolean()?),
            Kind::Number => {
                let text = parser.number_text()?.to_owned();
                let span = Span { start, end: parser.offset() };
                self.check_range(&text, &Origin { file: self.file, span, pointer: pointer.clone() });
                NodeKind::Number(text)
            }
            Kind::String => NodeKind::String(parser.string()?.into_owned()),
            Kind::Array => NodeKind::Array(self.elements(parser, pointer)?),
            Kind::Object => NodeKind::Object(self.members(parser, pointer)?),
        };
        Ok(Node { span: Span { start, end: parser.offset() }, kind })
    }

    fn elements(&mut self, parser: &mut Parser<'_>, pointer: &Pointer) -> support::Result<Vec<Node>> {
        let mut elements = Vec::new();
        let mut first = true;
        parser.array_start()?;
        while parser.array_next(&mut first)? {
            elements.push(self.node(parser, &pointer.element(elements.len()))?);
        }
        Ok(elements)
    }

    fn members(&mut self, parser: &mut Parser<'_>, pointer: &Pointer) -> support::Result<Vec<Member>> {
        let mut members = Vec::new();
        let mut seen = HashMap::new();
        let mut first = true;
        parser.object_start()?;
        while let Some((name, name_span)) = next_name(parser, &mut first)? {
            let pointer = pointer.member(&name);
            let at = Origin { file: self.file, span: name_span, pointer: pointer.clone() };
            if let Some(earlier) = seen.insert(name.clone(), at.clone()) {
                self.duplicate(&name, &at, &earlier);
            }
            let value = self.node(parser, &pointer)?;
            members.push(Member { name, name_span, value });
        }
        Ok(members)
    }

    /// A number beyond the doubles would become another number in most tools that read the schema.
    fn check_range(&mut self, text: &str, at: &Origin) {
        if text.parse::<f64>().is_ok_and(f64::is_infinite) {
            let message = format!("the number {} is beyond the range of a double", quoted(text));
            self.findings.add(
                Code::InvalidJson,
                at,
                message,
                "use a number that every reader of JSON can hold",
            );
        }
    }

    fn duplicate(&mut self, name: &str, at: &Origin, earlier: &Origin) {
        let message = format!("the key {} stands here a second time", quoted(name));
        let finding = Finding::new(Code::DuplicateKey, at, message, "delete one of the two");
        self.findings.report(finding.also(earlier, "first here"));
    }
}

/// The next member's name and where it stands.
fn next_name(parser: &mut Parser<'_>, first: &mut bool) -> support::Result<Option<(String, Span)>> {
    let Some(name) = parser.object_next(first)? else {
        return Ok(None);
    };
    let span = parser.key_span();
    Ok(Some((name.into_owned(), Span { start: span.0, end: span.1 })))
}
