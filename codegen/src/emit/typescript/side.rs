//! The modules `server` and `client`: what programs call to receive and to build the frames of a side.

use super::view::{Frames, View, capitalised, upper};
use crate::text::Text;
use crate::text::rust::environment_variable;
use crate::text::typescript::{key, string};

/// The module, and its declarations.
pub(super) fn module(view: &View<'_>, frames: &Frames<'_>, header: &str) -> (String, String) {
    let sender = frames.direction.sender;
    let legacy = view.protocol.legacy.iter().find(|legacy| legacy.sender == sender);
    let forms: Vec<String> =
        legacy.into_iter().flat_map(|legacy| &legacy.forms).map(|form| string(&form.name)).collect();
    let import = |_| format!("import {{ {}_LEGACY }} from \"./legacy.js\";\n", upper(sender));
    let tables = if legacy.is_some() { format!("{}_LEGACY", upper(sender)) } else { "undefined".to_owned() };
    let fill = |template: &str| {
        let text = template
            .replace("$HEADER", header)
            .replace("$IMPORT", &legacy.map(import).unwrap_or_default())
            .replace("$TABLES", &tables)
            .replace("$FORMS", &forms.join(", "))
            .replace("$FORM_TYPE", &form_type(legacy.is_some(), sender))
            .replace("$OPTIONAL", if frames.envelope.fields().any(|field| field.required) { "" } else { "?" })
            .replace("$VARIABLE", &string(&environment_variable(&view.protocol.name, "LEGACY")))
            .replace("$TAG", &indexed(&frames.envelope.tag))
            .replace("$PAYLOAD", &indexed(&frames.envelope.payload));
        text.replace("$Side", capitalised(sender))
            .replace("$side", sender.name())
            .replace("$SIDE", &upper(sender))
    };
    (fill(MODULE), fill(DECLARATIONS))
}

fn form_type(has_forms: bool, sender: crate::model::Side) -> String {
    if has_forms { format!("{}LegacyForm", capitalised(sender)) } else { "never".to_owned() }
}

/// The name of a member as a type.
fn indexed(name: &Text) -> String {
    if key(name).starts_with('[') { key(name) } else { string(name) }
}

const MODULE: &str = include_str!("side/side.js");
const DECLARATIONS: &str = include_str!("side/side.d.ts");
