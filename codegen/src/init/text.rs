//! The text of a proposed manifest.

use super::probe::{Trial, toml_string};
use super::sides::few;
use super::{Candidate, Proposal};
use crate::model::Side;
use crate::text::printable;
use std::fmt::Write as _;

/// Columns that a comment may take.
const WIDTH: usize = 110;

/// How many alternatives are listed.
const MOST: usize = 20;

/// The whole text.
pub(super) fn manifest(proposal: &Proposal, trial: &Trial) -> String {
    let mut text = Writer(String::new());
    text.comment(
        "What Framelock generates, and from what: a first proposal of `framelock init`. Every key is described in \
         framelock.schema.json beside the generated code.",
    );
    text.table("tool");
    text.comment("The version of Framelock that writes the output; another one refuses to.");
    text.key("version", env!("CARGO_PKG_VERSION"));
    schema(&mut text, proposal, trial);
    resources(&mut text, proposal);
    roots(&mut text, proposal);
    text.table("rust");
    text.comment("The name of the Rust package.");
    text.key("package", &proposal.package);
    text.comment("Its version, which follows what breaks source code.");
    text.key("version", "0.1.0");
    text.0
}

fn schema(text: &mut Writer, proposal: &Proposal, trial: &Trial) {
    text.table("schema");
    text.comment("The root file, relative to this one.");
    text.key("root", &trial.root);
    text.comment(
        "\"any\" is for schemas of other people: every keyword counts as its dialect says. \"strict\" is for a \
         protocol of one's own: a closed vocabulary, everything named and described.",
    );
    text.key("profile", "any");
    if trial.dialect.is_some() {
        text.comment(
            "The dialect of files that do not say theirs with `$schema`: draft-04, draft-06, draft-07, 2019-09 or \
             2020-12.",
        );
        text.questions(proposal, "schema.dialect");
        text.key("dialect", trial.dialect.unwrap_or(proposal.dialect).name());
    }
    let count = match proposal.big_integers {
        0 => "every integer of this schema has such bounds".to_owned(),
        1 => "1 type of this schema has none".to_owned(),
        many => format!("{many} types of this schema have none"),
    };
    text.comment(&format!(
        "Integers without bounds that fit 64 bits ({count}): \"exact\" carries each of them as it is written; \
         \"64-bit\" makes them `i64`, and refuses larger ones, which the schema accepts."
    ));
    text.key("integers", "exact");
}

fn resources(text: &mut Writer, proposal: &Proposal) {
    if proposal.elsewhere.is_empty() {
        return;
    }
    text.table("schema.resources");
    text.comment(
        "References that lead elsewhere, and the files that stand for what is there. Nothing is ever fetched: copy \
         each document into this folder, and take the `#` off its line.",
    );
    text.questions(proposal, "schema.resources");
    for one in &proposal.elsewhere {
        let (mark, file) = match &one.file {
            Some(file) => ("", file.as_str()),
            None => ("# ", one.uri.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("file.json")),
        };
        let _ = writeln!(text.0, "{mark}{} = {}", toml_string(&one.uri), toml_string(file));
    }
}

fn roots(text: &mut Writer, proposal: &Proposal) {
    text.table("roots");
    text.comment(
        "What each side sends, as references into the root file: several of `server` or of `client` are the members \
         of one union, those of `either` are types of their own, and \"*\" stands for every definition.",
    );
    text.questions(proposal, "roots");
    for side in [Side::Server, Side::Client, Side::Either] {
        let sent = proposal.roots.iter().filter(|root| root.side == side).map(|root| &root.candidate);
        for (_, union) in proposal.unions.iter().filter(|(of, _)| *of == side) {
            text.comment(&format!("Together {union}:"));
        }
        text.references(side.name(), &sent.collect::<Vec<_>>());
    }
    alternatives(text, proposal);
}

/// What could be named as well, or instead.
fn alternatives(text: &mut Writer, proposal: &Proposal) {
    if proposal.unused.is_empty() {
        return;
    }
    text.comment("Could be named instead, or as well:");
    for candidate in proposal.unused.iter().take(MOST) {
        let _ =
            writeln!(text.0, "#   {}, # {}", toml_string(&candidate.reference), printable(&candidate.what));
    }
    let others = proposal.unused.iter().skip(MOST).map(|one| printable(&one.reference)).collect::<Vec<_>>();
    if !others.is_empty() {
        text.comment(&format!("  … and {}", few(&others)));
    }
}

/// Writes TOML.
struct Writer(String);

impl Writer {
    fn table(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[{name}]");
    }

    fn key(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.0, "{name} = {}", toml_string(value));
    }

    /// The questions about a key.
    fn questions(&mut self, proposal: &Proposal, key: &str) {
        for question in proposal.questions.iter().filter(|question| question.key == key) {
            self.comment(&format!("? {}.", question.text));
        }
    }

    /// A comment, broken between words. What came from a schema has no line ends any more.
    fn comment(&mut self, comment: &str) {
        let mut line = String::from("#");
        for word in comment.split(' ') {
            if line.chars().count() + word.chars().count() >= WIDTH {
                let _ = writeln!(self.0, "{line}");
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        let _ = writeln!(self.0, "{line}");
    }

    /// One reference on its line, or several on a line each.
    fn references(&mut self, key: &str, candidates: &[&Candidate]) {
        let shown = |one: &Candidate| (toml_string(&one.reference), printable(&one.what));
        match candidates {
            [] => {}
            [one] => {
                let (reference, what) = shown(one);
                let _ = writeln!(self.0, "# {what}\n{key} = {reference}");
            }
            several => {
                let _ = writeln!(self.0, "{key} = [");
                for (reference, what) in several.iter().map(|one| shown(one)) {
                    let _ = writeln!(self.0, "    {reference}, # {what}");
                }
                self.0.push_str("]\n");
            }
        }
    }
}
