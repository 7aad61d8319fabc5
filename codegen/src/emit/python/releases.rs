//! `negotiation.py`: what this version of the protocol knows of those that peers still speak.

use super::module::listed;
use super::view::View;
use crate::emit::{Context, peers};
use crate::model::Side;
use crate::release::InUse;
use crate::text::Text;
use crate::text::python;

/// The module of a protocol of one's own: those of others have rules of theirs for what to do about versions.
pub(super) fn module(view: &View<'_>, context: &Context<'_>) -> Option<String> {
    view.protocol.own_names.then_some(())?;
    let close = peers::close_code(view.protocol);
    let close =
        close.map_or("None".to_owned(), |close| format!("close_code.{}", python::constant(&close.name)));
    let import = if close == "None" { "" } else { ", close_code" };
    let releases: Vec<String> = context.releases.iter().map(release).collect();
    let all: Vec<String> = EXPORTED.iter().map(|name| format!("\"{name}\"")).collect();
    let imported: Vec<String> = IMPORTED.iter().map(|name| (*name).to_owned()).collect();
    Some(format!(
        "{DOC}\nfrom typing import Final\n\nfrom . import PROTOCOL_VERSION, SCHEMA_DIGEST{import}\n{}\n\n_RELEASES: Final = (\n{})\n\n_OWN: Final = Version(PROTOCOL_VERSION, SCHEMA_DIGEST, _RELEASES, {close})\n{NEGOTIATE}{}\n",
        listed("from ._support.negotiation import (", &imported, ")", ""),
        releases.concat(),
        listed("__all__ = [", &all, "]", "")
    ))
}

const DOC: &str = "\"\"\"What this version of the protocol and a peer's come to on one connection.\"\"\"\n";

const IMPORTED: &[&str] = &[
    "Compatible",
    "Degraded",
    "Incompatible",
    "Newer",
    "Peer",
    "Release",
    "Same",
    "Side",
    "Unread",
    "Verdict",
    "Version",
    "Why",
];

const EXPORTED: &[&str] = &[
    "Compatible",
    "Degraded",
    "Incompatible",
    "Newer",
    "Peer",
    "Release",
    "Same",
    "Side",
    "Unread",
    "Verdict",
    "Why",
    "negotiate",
];

const NEGOTIATE: &str = "

def negotiate(peer: Peer) -> Verdict:
    \"\"\"What this version of the protocol and a peer's come to.\"\"\"
    return _OWN.negotiate(peer)


";

fn release(release: &InUse) -> String {
    let record = &release.release.record;
    let text = |text: &str| python::string(&Text::new(text));
    let [servers, clients] = [Side::Server, Side::Client].map(|peer| {
        let names = |names: &[Text]| names.iter().map(|name| python::string(name) + ", ").collect::<String>();
        peers::unread(release, peer, None).map_or("None".to_owned(), |unread| {
            format!("Unread(({}), ({}))", names(&unread.by_peer).trim_end(), names(&unread.here).trim_end())
        })
    });
    format!(
        "    Release(\n        {},\n        {},\n        servers={servers},\n        clients={clients},\n    ),\n",
        text(&record.version),
        text(&record.wire)
    )
}
