//! Declarations of legacy forms: `legacy/*.json`.

use crate::diagnostic::{Code, Finding, Findings};
use crate::json::{self, Document};
use crate::load::Loader;
use crate::source::{Origin, Pointer};
use crate::text::{Text, quoted, shown};
use jsonschema::error::ValidationErrorKind;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The folder of the declarations, below the schema folder.
const FOLDER: &str = "legacy";

/// The file of the retired names.
const NAMES: &str = "legacy/names.json";

/// A retired way to write messages, and how its frames become canonical ones.
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
    /// Where the name of the message stands, as JSON Pointers. Where there are several places, all hold the same.
    #[serde(default)]
    pub discriminator: Vec<String>,
    /// The names that may stand there.
    #[serde(default)]
    pub names: NameSet,
    /// Objects whose members belong to the payload besides those of the frame itself, as JSON Pointers.
    #[serde(default)]
    pub payload: Vec<String>,
    /// What else tells the form: JSON Pointers, each with what stands there.
    #[serde(default, rename = "match")]
    pub matches: BTreeMap<String, Condition>,
    /// Members, as JSON Pointers, each with the member of the payload that it becomes.
    #[serde(default, rename = "move")]
    pub moves: BTreeMap<String, String>,
    /// Members that have no place in the canonical frame, each with the kind of loss. A message that lists one keeps
    /// it.
    #[serde(default)]
    pub drop: BTreeMap<String, Loss>,
    /// Members of the canonical envelope that the form may lack, each with where its value comes from. One that the
    /// envelope does not require is left out instead.
    #[serde(default)]
    pub fill: BTreeMap<String, Fill>,
    /// The version that first had the form.
    #[schemars(regex(pattern = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"))]
    pub since: String,
    /// The version that stopped sending it.
    #[schemars(regex(pattern = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"))]
    pub retired_in: String,
    /// The day (YYYY-MM-DD, UTC) from which it is refused by default.
    #[schemars(regex(pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"))]
    pub sunset: Option<String>,
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
    /// Both of them.
    Either,
}

/// The names that may stand where a form has that of the message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NameSet {
    /// Those of canonical messages.
    Canonical,
    /// Those of canonical messages, and the retired ones, but for these.
    Except(Vec<String>),
    /// The retired ones, but for these.
    RetiredExcept(Vec<String>),
    /// These, canonical or retired.
    Only(Vec<String>),
    /// Names that mean something in this form alone, each with the discriminator values of its message.
    Own(BTreeMap<String, Vec<String>>),
    /// None: the form belongs to the message with these discriminator values.
    Message(Vec<String>),
}

impl Default for NameSet {
    /// Any name.
    fn default() -> Self {
        Self::Except(Vec::new())
    }
}

/// What stands at a place in the frame.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Nothing.
    Absent,
    /// An object.
    Object,
    /// A string.
    String,
    /// A number.
    Number,
    /// This string.
    Text(String),
}

/// What kind of thing is lost. None of them says anything about the event that a message reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// A flag of the transport, such as whether delivery is critical.
    Flag,
    /// A discriminator that repeats what the message's name says.
    Discriminator,
    /// A running number of the transport.
    Counter,
}

/// Where a value comes from that the form lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// The time of receipt in Unix seconds, which the caller of the decoder passes in.
    ReceiveTime,
}

/// A legacy frame and what it means today.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The frame as it was sent.
    pub frame: Value,
    /// The side that sent it, where the form is one of either.
    pub sender: Option<Side>,
    /// The time of receipt, in Unix seconds.
    pub receive_time: f64,
    /// The frame as it is sent today.
    pub canonical: Value,
    /// Pointers to the members of the frame that the canonical one has no place for.
    pub lost: Vec<String>,
}

/// The retired names of messages: `legacy/names.json`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Legacy names")]
pub struct Names {
    /// The names.
    pub names: Vec<Name>,
}

/// A retired name of a message. Any form may contain it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// The name.
    pub name: String,
    /// Who sent it, and why it is no name of today.
    pub summary: String,
    /// Which side sent it.
    pub sender: Side,
    /// The discriminator values of the message that it is a name of, from the outermost inwards.
    #[schemars(length(min = 1))]
    pub message: Vec<String>,
    /// Members of the payload that the name stands for, with their values.
    #[serde(default)]
    pub constants: Map<String, Value>,
    /// Members, as JSON Pointers below the payload, each with the member of the payload that it becomes.
    #[serde(default, rename = "move")]
    pub moves: BTreeMap<String, String>,
}

/// All that is declared of the past.
#[derive(Debug, Default)]
pub struct Legacy {
    /// The forms, by file name.
    pub forms: Vec<LegacyForm>,
    /// The retired names, and their file.
    pub names: Option<(Names, Document)>,
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
pub(super) fn read(loader: &mut Loader, findings: &mut Findings) -> Legacy {
    let mut legacy = Legacy::default();
    for path in loader.list(FOLDER, ".json") {
        let Some((document, value)) = document(&path, loader, findings) else { continue };
        if path == NAMES {
            legacy.names = conforming(&document, &value, findings).map(|names| (names, document));
        } else if let Some(declaration) = conforming(&document, &value, findings) {
            legacy.forms.push(LegacyForm { declaration, document });
        }
    }
    legacy
}

fn document(path: &str, loader: &mut Loader, findings: &mut Findings) -> Option<(Document, Value)> {
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
    Some((document, value))
}

/// Reads a declaration that conforms to the JSON Schema of its type: serde alone would not say where a mistake is.
fn conforming<T: DeserializeOwned + JsonSchema>(
    document: &Document,
    value: &Value,
    findings: &mut Findings,
) -> Option<T> {
    // The schema comes from the type, so it compiles; what it does not say, serde does.
    let schema = schemars::schema_for!(T).to_value();
    let validator = jsonschema::draft202012::new(&schema).ok()?;
    let before = findings.len();
    for error in validator.iter_errors(value) {
        let pointer = error.instance_path().as_str();
        let last = pointer.rsplit('/').next();
        let message = match (error.kind(), last) {
            (ValidationErrorKind::AdditionalProperties { unexpected }, _) => {
                for name in unexpected {
                    let at = Pointer::from(pointer).member(name);
                    let message = format!("there is no member {} here", quoted(name));
                    findings.report(malformed(document, at.as_str(), message));
                }
                continue;
            }
            (ValidationErrorKind::Required { property }, _) => format!("the member {property} is missing"),
            (ValidationErrorKind::MinItems { .. }, _) => "at least one is needed".to_owned(),
            (ValidationErrorKind::Pattern { .. }, Some("since" | "retired_in")) => {
                format!("{} is no version MAJOR.MINOR.PATCH", error.instance())
            }
            (ValidationErrorKind::Pattern { .. }, Some("sunset")) => {
                format!("{} is no day YYYY-MM-DD", error.instance())
            }
            _ => choice(pointer, error.instance()).unwrap_or_else(|| error.to_string()),
        };
        findings.report(malformed(document, pointer, shown(&message, 200).replace('"', "`")));
    }
    if findings.len() > before {
        return None;
    }
    match serde_json::from_value(value.clone()) {
        Ok(declaration) => Some(declaration),
        Err(error) => {
            findings.report(malformed(document, "", error.to_string()));
            None
        }
    }
}

/// What is wrong with a value that is one of several: serde says what there is to choose from.
fn choice(pointer: &str, value: &Value) -> Option<String> {
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    match tokens.as_slice() {
        [.., "sender"] => refusal::<Side>(value),
        ["names"] if value.as_object().is_some_and(|set| set.len() != 1) => Some(
            "names are told in one way: `except`, `retired-except`, `only`, `own` or `message`".to_owned(),
        ),
        ["names"] => refusal::<NameSet>(value),
        ["match", _] => refusal::<Condition>(value),
        ["drop", _] => refusal::<Loss>(value),
        ["fill", _] => refusal::<Fill>(value),
        _ => None,
    }
}

fn refusal<T: DeserializeOwned>(value: &Value) -> Option<String> {
    let error = serde_json::from_value::<T>(value.clone()).err()?;
    Some(error.to_string().replace("unknown variant", "unknown value"))
}

fn malformed(document: &Document, pointer: &str, message: String) -> Finding {
    let help = "see `legacy` in schema/README.md for what a declaration holds";
    Finding::new(Code::InvalidLegacyForm, &document.origin_at(pointer), message, help)
}
