//! The JSON Schema of `framelock.toml`, for editors.

use super::{Context, Emitter};
use crate::diagnostic::Findings;
use crate::manifest;
use crate::model::Protocol;

/// Emits `framelock.schema.json`.
pub(super) struct ManifestSchema;

impl Emitter for ManifestSchema {
    fn name(&self) -> &'static str {
        "manifest-schema"
    }

    fn check(&self, _: &Protocol, _: &Context<'_>, _: &mut Findings) {}

    fn emit(&self, _: &Protocol, context: &Context<'_>) -> Vec<(String, String)> {
        let mut schema = manifest::json_schema();
        if let Some(members) = schema.as_object_mut() {
            members.insert("$comment".to_owned(), context.header().into());
        }
        // A JSON value always serialises.
        let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
        vec![("framelock.schema.json".to_owned(), text + "\n")]
    }
}
