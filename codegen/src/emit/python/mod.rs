//! Python: a package whose classes are built and received as the schema says, without dependencies.
//!
//! What frames mean is data (`_shapes.py`, `_legacy_*.py`), which the files of `support` interpret; classes carry the
//! values. `support` is tested on its own and copied as it is.

mod check;
mod classes;
mod legacy;
mod module;
mod package;
mod releases;
mod shapes;
mod view;

use super::{Context, Emitter};
use crate::diagnostic::Findings;
use crate::manifest::Manifest;
use crate::model::Protocol;
use view::View;

/// Emits the Python package.
pub(super) struct Python;

/// Where the package stands below the output folder.
const FOLDER: &str = "python";

impl Emitter for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn is_wanted(&self, manifest: &Manifest) -> bool {
        manifest.python.is_some()
    }

    fn check(&self, protocol: &Protocol, _: &Context<'_>, findings: &mut Findings) {
        check::protocol(protocol, findings);
    }

    fn emit(&self, protocol: &Protocol, context: &Context<'_>) -> Vec<(String, String)> {
        let Some(settings) = &context.manifest.python else { return Vec::new() };
        let view = View::new(protocol);
        let import = settings.package.get_ref().replace('-', "_");
        let mut files = package::files(&view, context, settings);
        let mut module = |name: &str, text: String| files.push((format!("{import}/{name}.py"), text));
        let header = context.header();
        module("types", classes::shared(&view, &header));
        module("_shapes", shapes::module(&view, &header));
        for sender in view.senders() {
            module(sender.name(), classes::of_side(&view, &header, sender));
            if let Some(text) = legacy::module(&view, &header, sender) {
                module(&format!("_legacy_{}", sender.name()), text);
            }
        }
        files.into_iter().map(|(path, text)| (format!("{FOLDER}/{path}"), text)).collect()
    }
}
