//! The schema as one file, for validators and generators other than ours.
//!
//! There are three renderings: a plain one, which every validator takes as it comes; an annotated one, with all that
//! the schema says and that constrains nothing; and the plain one in draft-07, for tools that know no later dialect.

mod names;
mod print;
mod render;

use super::{Context, Emitter};
use crate::diagnostic::{Code, Findings};
use crate::json::{Document, Member};
use crate::manifest::{Manifest, is_package_name};
use crate::model::Protocol;
use crate::schema::keywords::{self, Role};
use crate::schema::{Roots, SchemaId, Schemas};
use crate::source::Pointer;
use crate::text::quoted;
use names::Names;
use render::{Edition, Renderer, array, entry, object, text};
use std::collections::BTreeMap;

/// Emits the bundled schema.
pub(super) struct Bundle;

/// Where the files stand below the output folder.
const FOLDER: &str = "schema";

impl Emitter for Bundle {
    fn name(&self) -> &'static str {
        "bundle"
    }

    fn is_wanted(&self, manifest: &Manifest) -> bool {
        manifest.bundle.is_some()
    }

    fn check(&self, _: &Protocol, context: &Context<'_>, findings: &mut Findings) {
        let schemas = context.schemas;
        check_name(schemas, findings);
        Names::new(schemas).check(findings);
    }

    fn emit(&self, _: &Protocol, context: &Context<'_>) -> Vec<(String, String)> {
        let (Some(settings), Some(root)) = (&context.manifest.bundle, context.schemas.documents().first())
        else {
            return Vec::new();
        };
        let names = Names::new(context.schemas);
        let name = protocol_member(root, "name").unwrap_or_default();
        let file = |edition: Edition| {
            let file = format!("{name}{}", edition.suffix());
            let renderer = Renderer { schemas: context.schemas, names: &names, edition };
            let id = format!("{}{file}", settings.base.get_ref());
            (format!("{FOLDER}/{file}"), document(&renderer, root, id))
        };
        Edition::ALL.into_iter().map(file).collect()
    }
}

/// Where the frames of each side stand in the renderings of today's dialect, by the keys of the manifest.
pub(crate) fn roots(schemas: &Schemas) -> BTreeMap<String, Vec<String>> {
    let names = Names::new(schemas);
    let Roots { server, client, either } = &schemas.roots;
    let sides = [("server", server.as_slice()), ("client", client.as_slice()), ("either", either.as_slice())];
    let place = |id: &SchemaId| names.reference(*id, Edition::Annotated.container());
    let sides = sides.into_iter().filter(|(_, ids)| !ids.is_empty());
    sides.map(|(key, ids)| (key.to_owned(), ids.iter().filter_map(place).collect())).collect()
}

/// The whole text of a rendering.
fn document(renderer: &Renderer<'_>, root: &Document, id: String) -> String {
    let edition = renderer.edition;
    let mut members = vec![entry("$schema", text(edition.dialect().uri())), entry("$id", text(id))];
    members.extend(root.root.member("title").cloned());
    members.push(entry("description", text(description(renderer, root))));
    if edition == Edition::Annotated {
        members.extend(root.root.members().iter().filter(|member| is_extension(member)).cloned());
    }
    let frame = |root: SchemaId| object(vec![entry("$ref", renderer.reference(root))]);
    members.push(entry("anyOf", array(renderer.schemas.roots.iter().map(frame).collect())));
    let definition = |(name, document, pointer): (&str, &Document, &Pointer)| {
        let (node, _) = document.nearest(pointer.as_str());
        entry(name, renderer.schema(node, document.file, pointer))
    };
    members.push(entry(edition.container(), object(renderer.names.definitions().map(definition).collect())));
    print::file(&object(members))
}

/// What the root file says of the protocol, and which part of the bundle is for whose frames.
fn description(renderer: &Renderer<'_>, root: &Document) -> String {
    let about = root.root.member("description").and_then(|member| member.value.string());
    let version = protocol_member(root, "version").unwrap_or_default();
    let roots = &renderer.schemas.roots;
    let place = |root: Option<SchemaId>| {
        root.and_then(|root| renderer.names.reference(root, renderer.edition.container())).unwrap_or_default()
    };
    let guide = format!(
        "Version {version} of the protocol in one schema. A frame of the server is valid under `{}`, a frame of a client under `{}`; the document as a whole accepts either.",
        place(roots.server),
        place(roots.client),
    );
    about.map_or_else(|| guide.clone(), |about| format!("{about}\n\n{guide}"))
}

/// The protocol's name becomes the name of a file, on every platform.
fn check_name(schemas: &Schemas, findings: &mut Findings) {
    let Some(root) = schemas.documents().first() else { return };
    let name = protocol_member(root, "name").unwrap_or_default();
    if !is_package_name(name) {
        let message = format!("the protocol's name {} cannot be that of the bundle's files", quoted(name));
        let help = "use lower-case letters, digits and single hyphens, beginning with a letter";
        findings.add(Code::InvalidExtension, &root.origin_at("/x-protocol/name"), message, help);
    }
}

/// What `x-protocol` of the root file says.
fn protocol_member<'a>(root: &'a Document, name: &str) -> Option<&'a str> {
    root.root.member("x-protocol")?.value.member(name)?.value.string()
}

fn is_extension(member: &Member) -> bool {
    keywords::find(&member.name).is_some_and(|keyword| matches!(keyword.role, Role::Extension(_)))
}
