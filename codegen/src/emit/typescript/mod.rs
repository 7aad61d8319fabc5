//! TypeScript: an npm package of ES and `CommonJS` modules with declarations, in which the schema is data that a small
//! validator reads ([ADR 8](../../../../docs/adr/0008-typescript-as-data.md)).

mod check;
mod commonjs;
mod declarations;
mod docs;
mod legacy;
mod literal;
mod maps;
mod package;
mod releases;
mod schema;
mod side;
mod view;

use super::{Context, Emitter};
use crate::diagnostic::Findings;
use crate::manifest::Manifest;
use crate::model::Protocol;
use view::View;

/// Emits the TypeScript package.
pub(super) struct TypeScript;

/// Where the package stands below the output folder.
const FOLDER: &str = "typescript";

impl Emitter for TypeScript {
    fn name(&self) -> &'static str {
        "typescript"
    }

    fn is_wanted(&self, manifest: &Manifest) -> bool {
        manifest.typescript.is_some()
    }

    fn check(&self, protocol: &Protocol, _: &Context<'_>, findings: &mut Findings) {
        check::check(protocol, findings);
    }

    fn emit(&self, protocol: &Protocol, context: &Context<'_>) -> Vec<(String, String)> {
        let Some(settings) = &context.manifest.typescript else { return Vec::new() };
        let files = package::files(&View::new(protocol), context, settings);
        files.into_iter().map(|(path, text)| (format!("{FOLDER}/{path}"), text)).collect()
    }
}
