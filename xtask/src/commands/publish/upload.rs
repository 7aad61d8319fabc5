//! The commands that upload a release. They are printed, and never run.

use super::build::{Kind, Release};
use super::shown;
use crate::commands::codegen::for_shell;
use crate::workspace::Folders;
use std::path::Path;

/// The commands, one a line, each with provenance where its registry takes any.
pub(super) fn commands(release: &Release, folders: &Folders, out: &Path) -> Vec<String> {
    let place = |file: &str| for_shell(&shown(&out.join(file)));
    let mut commands = Vec::new();
    let mut bundles = Vec::new();
    for artefact in &release.artefacts {
        let file = place(&artefact.file);
        match artefact.kind {
            Kind::Npm => {
                commands.push(format!("npm publish {} --provenance --access public", relative(&file)));
            }
            Kind::Wheel => commands.push(format!("python3 -m twine upload --attestations {file}")),
            Kind::Crate => commands.push(cargo(release, folders)),
            Kind::Bundle => bundles.push(file),
        }
    }
    bundles.push(place(framelock_codegen::output::MANIFEST));
    commands.push(format!("gh release upload \"$TAG\" {}", bundles.join(" ")));
    commands
}

/// npm takes a path for one only if it looks like one.
fn relative(file: &str) -> String {
    if file.starts_with(['/', '.', '\'']) { file.to_owned() } else { format!("./{file}") }
}

/// Cargo packs anew what it uploads: outside of the repository, so that the bytes are those of the file.
fn cargo(release: &Release, folders: &Folders) -> String {
    let source = for_shell(&shown(&folders.out.join("rust")));
    let lock = release.lock.as_deref().map(|lock| format!(" && cp {} \"$d\"/rust/", for_shell(&shown(lock))));
    format!(
        "d=$(mktemp -d) && cp -R {source} \"$d\"{} && cargo publish --manifest-path \"$d\"/rust/Cargo.toml --no-verify",
        lock.unwrap_or_default()
    )
}
