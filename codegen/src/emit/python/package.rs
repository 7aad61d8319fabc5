//! What surrounds the modules of classes: the package's metadata, its root, the entry points, the support code.

use super::module::listed;
use super::releases;
use super::view::View;
use crate::emit::Context;
use crate::manifest::{PublishSettings, PythonSettings};
use crate::model::Side;
use crate::text::python::{self, Paragraph};
use std::fmt::Write as _;

/// The support code: real source files, tested on their own, and copied as they are.
const SUPPORT: &[(&str, &str)] = &[
    ("__init__.py", include_str!("support/__init__.py")),
    ("absent.py", include_str!("support/absent.py")),
    ("convert.py", include_str!("support/convert.py")),
    ("envelope.py", include_str!("support/envelope.py")),
    ("issue.py", include_str!("support/issue.py")),
    ("legacy.py", include_str!("support/legacy.py")),
    ("negotiation.py", include_str!("support/negotiation.py")),
    ("pointer.py", include_str!("support/pointer.py")),
    ("pydantic_hooks.py", include_str!("support/pydantic_hooks.py")),
    ("receive.py", include_str!("support/receive.py")),
    ("shapes.py", include_str!("support/shapes.py")),
    ("strict.py", include_str!("support/strict.py")),
    ("structures.py", include_str!("support/structures.py")),
    ("text.py", include_str!("support/text.py")),
    ("times.py", include_str!("support/times.py")),
    ("waiting.py", include_str!("support/waiting.py")),
];

/// All of it.
pub(super) fn files(
    view: &View<'_>,
    context: &Context<'_>,
    settings: &PythonSettings,
) -> Vec<(String, String)> {
    let header = context.header();
    let import = settings.package.get_ref().replace('-', "_");
    let copied =
        |(name, text): &(&str, &str)| (format!("{import}/_support/{name}"), format!("# {header}\n\n{text}"));
    let mut files: Vec<(String, String)> = SUPPORT.iter().map(copied).collect();
    let mut add = |name: &str, text: String| files.push((name.to_owned(), format!("# {header}\n\n{text}")));
    add("pyproject.toml", project(settings, context.manifest.publish.as_ref(), &import));
    add(&format!("{import}/__init__.py"), root(view));
    add(&format!("{import}/receiving.py"), receiving(view));
    add(&format!("{import}/close_code.py"), close_codes(view));
    if let Some(text) = releases::module(view, context) {
        add(&format!("{import}/negotiation.py"), text);
    }
    if let Some((root, _)) = view.envelope(Side::Server) {
        let names = [("{frame}", view.name(root)), ("{union}", view.message_union(root))];
        add(&format!("{import}/testing.py"), filled(TESTING, &names));
    }
    files.push((format!("{import}/py.typed"), String::new()));
    files.push(("README.md".to_owned(), readme(view, &header, settings, &import)));
    files
}

fn filled(template: &str, names: &[(&str, String)]) -> String {
    names.iter().fold(template.to_owned(), |text, (mark, name)| text.replace(mark, name))
}

fn project(settings: &PythonSettings, publish: Option<&PublishSettings>, import: &str) -> String {
    let (package, version) = (settings.package.get_ref(), settings.version.get_ref());
    let license = publish.map(|publish| format!("license = \"{}\"\n", publish.license.get_ref()));
    let repository = publish
        .map(|publish| format!("\n[project.urls]\nRepository = \"{}\"\n", publish.repository.get_ref()));
    let (license, repository) = (license.unwrap_or_default(), repository.unwrap_or_default());
    format!(
        r#"[build-system]
requires = ["hatchling==1.33.0"]
build-backend = "hatchling.build"

[project]
name = "{package}"
version = "{version}"
description = "Producers and consumers of a protocol, generated from its JSON Schema"
readme = "README.md"
{license}requires-python = ">=3.10"
classifiers = ["Typing :: Typed"]
dependencies = []

[project.optional-dependencies]
pydantic = ["pydantic>=2.10"]
{repository}
[tool.hatch.build]
# What a repository ignores, perhaps this folder, has no say in what the wheel holds.
ignore-vcs = true

[tool.hatch.build.targets.wheel]
packages = ["{import}"]
core-metadata-version = "2.4"
"#
    )
}

/// `README.md`: what a user does with the package, and what Python makes different from other languages.
fn readme(view: &View<'_>, header: &str, settings: &PythonSettings, import: &str) -> String {
    let sender = view.senders().find(|side| view.envelope(*side).is_some()).unwrap_or(Side::Server);
    let frame = view.envelope(sender).map(|(root, _)| view.name(root)).unwrap_or_default();
    let names = [
        ("{header}", header.to_owned()),
        ("{package}", settings.package.get_ref().clone()),
        ("{import}", import.to_owned()),
        ("{version}", settings.version.get_ref().clone()),
        ("{side}", sender.name().to_owned()),
        ("{frame}", frame),
    ];
    filled(include_str!("templates/README.md"), &names)
}

/// `__init__.py`: what the protocol is called, and what everybody needs.
fn root(view: &View<'_>) -> String {
    let protocol = view.protocol;
    let title = Paragraph::words("The protocol ")
        .and_text(&protocol.name)
        .and_words(", version ")
        .and_text(&protocol.version)
        .and_words(": classes for those who send its frames and for those who receive them.");
    let mut doc = vec![title];
    doc.extend(protocol.doc.description.as_ref().map(Paragraph::text));
    let doc = python::docstring(&doc, "");
    let mut all: Vec<String> = ROOT_NAMES.iter().map(|name| (*name).to_owned()).collect();
    let mut imports = String::new();
    for sender in view.senders() {
        let Some((root, _)) = view.envelope(sender) else { continue };
        let names = [view.name(root), view.message_union(root)];
        let _ = writeln!(imports, "from .{} import {}", sender.name(), names.join(", "));
        all.extend(names);
    }
    let functions = functions(view);
    let _ = writeln!(imports, "{}", listed("from .receiving import (", &functions, ")", ""));
    all.extend(functions);
    all.sort();
    let all: Vec<String> = all.iter().map(|name| format!("\"{name}\"")).collect();
    let (name, version) = (python::string(&protocol.name), python::string(&protocol.version));
    format!(
        "{doc}\nfrom typing import Final\n\nfrom . import _shapes as _shapes\n{ROOT_IMPORTS}{imports}\nPROTOCOL_NAME: Final = {name}\n\"\"\"The protocol's name.\"\"\"\nPROTOCOL_VERSION: Final = {version}\n\"\"\"The protocol's version; it follows what breaks the wire.\"\"\"\nSCHEMA_DIGEST: Final = \"{}\"\n\"\"\"SHA-256 over what the schema means on the wire: peers with the same digest understand each other.\"\"\"\n\n{}\n",
        protocol.digest,
        listed("__all__ = [", &all, "]", "")
    )
}

const ROOT_NAMES: &[&str] = &[
    "ABSENT",
    "Absent",
    "Canonical",
    "ContractError",
    "Invalid",
    "Issue",
    "Json",
    "JsonObject",
    "Legacy",
    "LegacyPolicies",
    "PROTOCOL_NAME",
    "PROTOCOL_VERSION",
    "Received",
    "SCHEMA_DIGEST",
    "Seen",
    "Unknown",
    "UnknownMessage",
    "unknown_properties",
];

const ROOT_IMPORTS: &str = "from ._support.absent import ABSENT, Absent, Json, JsonObject
from ._support.issue import ContractError, Issue
from ._support.receive import Canonical, Invalid, Legacy, LegacyPolicies, Received, Seen, Unknown
from ._support.structures import UnknownMessage, unknown_properties
";

/// The entry points of the module `receiving`.
fn functions(view: &View<'_>) -> Vec<String> {
    let kinds = ["parse_{}_frame", "read_{}_frame", "read_canonical_{}_frame"];
    let named = |side: Side| kinds.map(|kind| kind.replace("{}", side.name()));
    let mut found: Vec<String> = view.senders().flat_map(named).collect();
    found.push("legacy_policies".to_owned());
    found.sort();
    found
}

/// `receiving.py`: the entry points for frames of each side.
fn receiving(view: &View<'_>) -> String {
    let mut shapes: Vec<String> = Vec::new();
    let (mut imports, mut functions) = (String::new(), String::new());
    for sender in view.senders() {
        let Some((root, _)) = view.envelope(sender) else { continue };
        let direction = format!("FROM_{}", sender.name().to_uppercase());
        let names = [
            ("{side}", sender.name().to_owned()),
            ("{frame}", view.name(root)),
            ("{union}", view.message_union(root)),
            ("{direction}", direction.clone()),
        ];
        imports.push_str(&filled("from .{side} import {frame}, {union}\n", &names));
        functions.push_str(&filled(ENTRY_POINTS, &names));
        shapes.push(direction);
    }
    shapes.sort();
    let variable = crate::text::rust::environment_variable(&view.protocol.name, "LEGACY");
    format!(
        "{RECEIVING}from ._shapes import {}\nfrom ._support.receive import LegacyPolicies, Received, policies_from_environment, policies_from_text\n{imports}\n_AS_DECLARED = LegacyPolicies()\n{functions}{}",
        shapes.join(", "),
        filled(POLICIES, &[("{directions}", tuple(&shapes)), ("{variable}", python::string(&variable))])
    )
}

/// A tuple, which has a comma behind its only item.
fn tuple(items: &[String]) -> String {
    format!("{}{}", items.join(", "), if items.len() == 1 { "," } else { "" })
}

const RECEIVING: &str = "\"\"\"Entry points for frames that were received, in whatever form they came.\"\"\"

from __future__ import annotations

";

const ENTRY_POINTS: &str = r#"

def parse_{side}_frame(
    text: str | bytes, *, received_at: float, legacy: LegacyPolicies = _AS_DECLARED, keep_unknown: bool = False
) -> Received[{frame}[{union}]]:
    """How receiving a frame from the {side} ends: `Canonical`, `Legacy`, `Unknown` or `Invalid`.

    `received_at` is the time of receipt in Unix seconds: legacy forms without a time get it. With `keep_unknown`, the
    frame keeps properties that the schema does not list, and writes them again: what a relay needs.
    """
    return {direction}.receive(text, received_at, legacy, keep_unknown=keep_unknown)


def read_{side}_frame(
    text: str | bytes, *, received_at: float, legacy: LegacyPolicies = _AS_DECLARED, keep_unknown: bool = False
) -> {frame}[{union}]:
    """The frame from the {side}, in whatever form it came and with whatever is unknown in it.

    Raises ContractError for an invalid one. The rest is as in `parse_{side}_frame`.
    """
    return parse_{side}_frame(text, received_at=received_at, legacy=legacy, keep_unknown=keep_unknown).unwrap()


def read_canonical_{side}_frame(text: str | bytes, *, keep_unknown: bool = False) -> {frame}[{union}]:
    """A canonical frame from the {side}, with whatever is unknown in it; raises ContractError for any other."""
    return {direction}.canonical(text, keep_unknown=keep_unknown)
"#;

const POLICIES: &str = r#"

def legacy_policies(text: str | None = None) -> LegacyPolicies:
    """Policies of legacy forms as a text says, or, without one, the environment variable {variable}.

    `refuse` is for every form, `bare-event=warn` for one; several stand with commas between. Raises ValueError for
    what is neither a policy nor a form.
    """
    directions = ({directions})
    if text is None:
        return policies_from_environment({variable}, directions)
    return policies_from_text(text, directions)
"#;

/// `testing.py`: waiting for frames of the server.
const TESTING: &str = r#""""For tests and tools: waits for a message of the server, and fails at the first frame that breaks the contract."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, cast

from ._shapes import FROM_SERVER
from ._support.receive import LegacyPolicies
from ._support.waiting import UnmetExpectation, Waiting, wait, wait_blocking
from .server import {frame}, {union}

MessageT = TypeVar("MessageT", bound={union})

_AS_DECLARED = LegacyPolicies()


class Receives(Protocol):
    """A connection with an asynchronous `recv`, such as those of the package `websockets`."""

    async def recv(self) -> str | bytes:
        """The next frame."""
        ...


class ReceivesText(Protocol):
    """A connection with a `receive_text` that blocks, such as that of Starlette's `TestClient`."""

    def receive_text(self) -> str:
        """The next frame."""
        ...


async def expect(
    ws: Receives, message: type[MessageT], *, within: float, legacy: LegacyPolicies = _AS_DECLARED
) -> {frame}[MessageT]:
    """The next frame that carries this message.

    Raises UnmetExpectation at the first frame that breaks the contract, at the end of the connection, and after
    `within` seconds, and lists what came until then.
    """
    return cast({frame}[MessageT], await wait(Waiting(FROM_SERVER, message, within, legacy), ws.recv))


def expect_blocking(
    ws: ReceivesText, message: type[MessageT], *, within: float, legacy: LegacyPolicies = _AS_DECLARED
) -> {frame}[MessageT]:
    """The same for a connection that blocks."""
    found: Any = wait_blocking(Waiting(FROM_SERVER, message, within, legacy), ws.receive_text)
    return cast({frame}[MessageT], found)


__all__ = ["UnmetExpectation", "expect", "expect_blocking"]
"#;

/// `close_code.py`: the codes by which a connection is closed.
fn close_codes(view: &View<'_>) -> String {
    let mut text =
        "\"\"\"The codes by which a connection is closed (RFC 6455 §7.4).\"\"\"\n\nfrom typing import Final\n".to_owned();
    for close in &view.protocol.close_codes {
        let doc = python::docstring(&[Paragraph::text(&close.description)], "");
        let _ = write!(text, "\n{}: Final = {}\n{doc}", python::constant(&close.name), close.code);
    }
    text
}
