//! Declarations of legacy forms: `legacy/*.json`.

use crate::diagnostic::{Code, Finding, Findings};
use crate::json::{self, Document};
use crate::load::Loader;
use crate::source::Origin;
use crate::text::{Text, printable};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The folder of the declarations, below the schema folder.
const FOLDER: &str = "legacy";

/// A retired way to write a message, and how it becomes the canonical one.
#[expect(clippy::zero_sized_map_values, reason = "there will be more ways to fill a member")]
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Legacy form")]
pub struct Declaration {
    /// Its name, in logs and hints.
    pub name: String,
    /// What it is and who sent it.
    pub summary: String,
    /// Which side sent it.
    pub sender: Side,
    /// The discriminator values of the message that it is a form of, from the outermost inwards.
    #[schemars(length(min = 1))]
    pub message: Vec<String>,
    /// How its members lie.
    pub template: Template,
    /// Members that it must have, each with the one value that tells the form.
    #[serde(rename = "match")]
    pub matches: Map<String, Value>,
    /// Members of the canonical envelope that the form lacks, each with where its value comes from.
    pub fill: BTreeMap<String, Fill>,
    /// The version that first had the form.
    #[schemars(regex(pattern = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"))]
    pub since: String,
    /// The version that stopped sending it.
    #[schemars(regex(pattern = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"))]
    pub retired_in: String,
    /// The day (YYYY-MM-DD) from which it is refused by default.
    #[schemars(regex(pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"))]
    pub sunset: Option<String>,
    /// What a consumer does with it unless it is told otherwise.
    pub policy: Policy,
    /// Frames of the form with their canonical twins.
    #[schemars(length(min = 1))]
    pub samples: Vec<Sample>,
}

/// A side of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The server.
    Server,
    /// The client.
    Client,
}

/// How the members of a legacy frame lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    /// There is no envelope: the members of the frame are the members of the payload.
    Bare,
}

/// Where a value comes from that the form lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// The time of receipt in Unix seconds, which the caller of the decoder passes in.
    ReceiveTime,
}

/// What a consumer does with a legacy frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Decode it and say nothing.
    Accept,
    /// Decode it and count it as a warning.
    Warn,
    /// Refuse it with a hint how to send it today.
    Refuse,
}

/// A legacy frame and what it means today.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The frame as it was sent.
    pub frame: Value,
    /// The time of receipt, in Unix seconds.
    pub receive_time: f64,
    /// The frame as it is sent today.
    pub canonical: Value,
    /// Pointers to the members of the frame that the canonical one has no place for.
    pub lost: Vec<String>,
}

/// A declaration and where it stands.
#[derive(Debug)]
pub struct LegacyForm {
    /// What it declares.
    pub declaration: Declaration,
    /// Its file.
    pub document: Document,
}

impl LegacyForm {
    /// The origin of a top-level member, or of the file.
    pub fn origin(&self, member: &str) -> Origin {
        self.document.origin_at(&format!("/{member}"))
    }

    /// The name, as text for output.
    pub fn name(&self) -> Text {
        Text::new(&self.declaration.name)
    }
}

/// Reads all declarations.
pub(super) fn read(loader: &mut Loader, findings: &mut Findings) -> Vec<LegacyForm> {
    let paths = loader.list(FOLDER, ".json");
    paths.iter().filter_map(|path| read_one(path, loader, findings)).collect()
}

fn read_one(path: &str, loader: &mut Loader, findings: &mut Findings) -> Option<LegacyForm> {
    let file = match loader.read(path) {
        Ok(file) => file,
        Err(refusal) => {
            let at = loader.absent(path);
            findings.report(refusal.at(&at));
            return None;
        }
    };
    let text = loader.sources().get(file).map(|source| source.text.clone()).unwrap_or_default();
    let document = json::parse(file, &text, findings)?;
    let value = document.root.to_value();
    let before = findings.len();
    conform(&document, &value, findings);
    if findings.len() > before {
        return None;
    }
    match serde_json::from_value(value) {
        Ok(declaration) => Some(LegacyForm { declaration, document }),
        Err(error) => {
            findings.report(malformed(&document, "", error.to_string()));
            None
        }
    }
}

/// Checks a declaration against the JSON Schema of [`Declaration`]: serde alone would not say where a mistake is.
fn conform(document: &Document, value: &Value, findings: &mut Findings) {
    // The schema comes from the type above, so it compiles; what it does not say, serde does.
    let schema = schemars::schema_for!(Declaration).to_value();
    let Ok(validator) = jsonschema::draft202012::new(&schema) else { return };
    for error in validator.iter_errors(value) {
        let pointer = error.instance_path().as_str();
        let message = match pointer.rsplit('/').next() {
            Some("since" | "retired_in") => format!("{} is no version MAJOR.MINOR.PATCH", error.instance()),
            Some("sunset") => format!("{} is no day YYYY-MM-DD", error.instance()),
            // Of a choice, serde says what there is to choose from.
            Some("sender" | "template" | "policy") => choice(value),
            _ => error.to_string(),
        };
        findings.report(malformed(document, pointer, printable(&message).replace('"', "`")));
    }
}

fn choice(value: &Value) -> String {
    let error = serde_json::from_value::<Declaration>(value.clone()).err();
    error.map(|error| error.to_string().replace("unknown variant", "unknown value")).unwrap_or_default()
}

fn malformed(document: &Document, pointer: &str, message: String) -> Finding {
    let help = "see `legacy` in schema/README.md for what a declaration holds";
    Finding::new(Code::InvalidLegacyForm, &document.origin_at(pointer), message, help)
}
