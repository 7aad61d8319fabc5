//! The benchmark's protocol as one would write it by hand with serde's derive: an adjacently tagged enum flattened
//! into the envelope, owned strings, `Option` for what may be absent or null, `Value` for what nobody lists.

use crate::plan::{Choice, Kind, Message, Object, Protocol, type_name};
use std::fmt::Write as _;

/// The module's source. Writing to a string cannot fail, so that the results of `writeln!` say nothing here.
pub fn source(protocol: &Protocol) -> String {
    let mut out = String::from(ENVELOPE);
    for message in &protocol.messages {
        let (tag, ty) = (&message.tag, &message.payload.name);
        let _ = writeln!(out, "    #[serde(rename = {tag:?})]\n    {ty}({ty}),");
    }
    out.push_str("}\n");
    for Message { payload, .. } in &protocol.messages {
        object(payload, &mut out);
    }
    out
}

const ENVELOPE: &str = "use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerFrame {
    #[serde(flatten)]
    pub message: ServerMessage,
    pub timestamp: f64,
    #[serde(skip_serializing_if = \"Option::is_none\")]
    pub server_id: Option<String>,
    #[serde(skip_serializing_if = \"Option::is_none\")]
    pub correlation_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = \"type\", content = \"data\")]
pub enum ServerMessage {
";

fn object(object: &Object, out: &mut String) {
    let _ = writeln!(out, "\n{DERIVE}\npub struct {} {{", object.name);
    for field in &object.fields {
        let ty = rust_type(&field.kind);
        let nullable = matches!(field.kind, Kind::NullableNamed(_) | Kind::NullableText(_));
        if !field.required {
            out.push_str("    #[serde(skip_serializing_if = \"Option::is_none\")]\n");
        }
        let ty = if nullable || !field.required { format!("Option<{ty}>") } else { ty };
        let _ = writeln!(out, "    pub {}: {ty},", field.name);
    }
    out.push_str("}\n");
    for field in &object.fields {
        match &field.kind {
            Kind::Closed(choice) => enumeration(choice, out),
            Kind::Object(nested) | Kind::Objects(nested) => self::object(nested, out),
            _ => {}
        }
    }
}

const DERIVE: &str = "#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]";

fn rust_type(kind: &Kind) -> String {
    match kind {
        // Open enumerations are strings to serde: its catch-all variants hold no text, or cost a second look.
        Kind::Named(_) | Kind::NullableNamed(_) | Kind::Text(_) | Kind::NullableText(_) | Kind::Open(_) => {
            "String".to_owned()
        }
        Kind::Flag => "bool".to_owned(),
        Kind::Count => "u64".to_owned(),
        Kind::Duration | Kind::Percentage => "f64".to_owned(),
        Kind::Closed(choice) => choice.name.clone(),
        Kind::Texts => "Vec<String>".to_owned(),
        Kind::Object(object) => object.name.clone(),
        Kind::Objects(object) => format!("Vec<{}>", object.name),
        Kind::FreeObject => "Map<String, Value>".to_owned(),
        Kind::Free => "Value".to_owned(),
    }
}

fn enumeration(choice: &Choice, out: &mut String) {
    let _ = writeln!(out, "\n{DERIVE}\n#[serde(rename_all = \"snake_case\")]\npub enum {} {{", choice.name);
    for value in choice.values {
        let _ = writeln!(out, "    {},", type_name(value));
    }
    out.push_str("}\n");
}
