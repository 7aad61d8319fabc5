//! The module `releases`: what this version of the protocol knows of those that peers still speak.

use super::literal::Literal;
use super::view::View;
use crate::emit::{Context, peers};
use crate::model::Side;
use crate::release::InUse;
use crate::text::Text;
use crate::text::typescript::{constant_name, string};

/// The module, what interprets it, and their declarations; in a protocol of one's own, for those of others have rules of
/// theirs for what to do about versions.
pub(super) fn modules(view: &View<'_>, context: &Context<'_>, header: &str) -> Vec<(String, String)> {
    if !view.protocol.own_names {
        return Vec::new();
    }
    let copied = |text: &str| format!("// {header}\n\n{text}");
    let files = [
        ("support/negotiation.js", copied(include_str!("support/negotiation.js"))),
        ("support/negotiation.d.ts", copied(include_str!("support/negotiation.d.ts"))),
        ("releases.js", module(view, context, header)),
        ("releases.d.ts", copied(DECLARATIONS)),
    ];
    files.map(|(path, text)| (path.to_owned(), text)).into()
}

/// The line that exports it from the package.
pub(super) fn exported(view: &View<'_>) -> &'static str {
    if view.protocol.own_names { "export * from \"./releases.js\";\n" } else { "" }
}

fn module(view: &View<'_>, context: &Context<'_>, header: &str) -> String {
    let close = peers::close_code(view.protocol);
    let codes = if close.is_some() { "CLOSE_CODES, " } else { "" };
    let close =
        close.map_or("undefined".to_owned(), |close| format!("CLOSE_CODES.{}", constant_name(&close.name)));
    let own = object(vec![
        ("version", Literal::plain("PROTOCOL_VERSION")),
        ("digest", Literal::plain("SCHEMA_DIGEST")),
        ("releases", Literal::Array(context.releases.iter().map(release).collect())),
        ("closeCode", Literal::plain(close)),
    ]);
    format!(
        "// {header}

import {{ {codes}PROTOCOL_VERSION, SCHEMA_DIGEST }} from \"./protocol.js\";
import {{ negotiateAs }} from \"./support/negotiation.js\";

const OWN = {};

export function negotiate(peer) {{
  return negotiateAs(OWN, peer);
}}
",
        own.print(0, 12)
    )
}

const DECLARATIONS: &str = "import type { Negotiation, NegotiationPeer } from \"./support/negotiation.js\";

export type { Negotiation, NegotiationPeer } from \"./support/negotiation.js\";

/** What this version of the protocol and a peer's come to. */
export declare function negotiate(peer: NegotiationPeer): Negotiation;
";

fn release(release: &InUse) -> Literal {
    let record = &release.release.record;
    let plain = |text: &str| Literal::plain(string(&Text::new(text)));
    let mut members = vec![("version", plain(&record.version)), ("digest", plain(&record.wire))];
    for peer in [Side::Server, Side::Client] {
        let names = |names: Vec<Text>| {
            Literal::Array(names.iter().map(|name| Literal::plain(string(name))).collect())
        };
        let unread = peers::unread(release, peer, None)
            .map(|unread| object(vec![("byPeer", names(unread.by_peer)), ("here", names(unread.here))]));
        members.extend(unread.map(|unread| (peer.name(), unread)));
    }
    object(members)
}

fn object(members: Vec<(&str, Literal)>) -> Literal {
    Literal::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
