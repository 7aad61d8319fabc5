//! The module `releases`: this version of the protocol, and the older ones that peers still speak.

use super::source::{Source, uses};
use crate::emit::{Context, peers};
use crate::model::{Protocol, Side};
use crate::release::{Adapters, InUse};
use crate::text::Text;
use crate::text::rust;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The modules in the root of the package of a protocol of one's own: those of others have rules of theirs for what to do
/// about versions.
pub(super) const MODULES: &str = "#[rustfmt::skip]
pub mod negotiation;
#[rustfmt::skip]
pub mod releases;
";

/// What the root of such a package has of them.
pub(super) const EXPORTED: &str = "
pub use releases::negotiate;
";

/// What the module imports, if it names it.
const IMPORTED: [&str; 5] = ["Peer", "Protocol", "Release", "Unread", "Verdict"];

/// The module, and what interprets it: a real source file of this library, compiled and tested with it.
pub(super) fn files(protocol: &Protocol, context: &Context<'_>) -> Vec<(String, String)> {
    if !protocol.own_names {
        return Vec::new();
    }
    let header = context.header();
    let purpose = "This version of the protocol, and what it knows of those that peers still speak.";
    let mut source = Source::new(&header, purpose);
    let close_code = peers::close_code(protocol).map_or_else(
        || quote!(None),
        |close| {
            let name = rust::constant_ident(&close.name, &[]);
            quote!(Some(crate::close_code::#name))
        },
    );
    let releases = context.releases.iter().map(|since| {
        let adapters = context.adapters.iter().find(|adapters| adapters.number == since.release.number);
        release(since, adapters)
    });
    let items = quote! {
        /// This version.
        pub static PROTOCOL: Protocol = Protocol {
            version: crate::PROTOCOL_VERSION,
            digest: crate::SCHEMA_DIGEST,
            releases: &[#(#releases),*],
            close_code: #close_code,
        };
        /// What this version of the protocol and a peer's come to.
        pub fn negotiate(peer: &Peer<'_>) -> Verdict {
            PROTOCOL.negotiate(peer)
        }
    };
    let imported = IMPORTED.iter().filter(|name| uses(&items, name)).map(|name| rust::type_ident(name));
    source.add(quote!(use crate::negotiation::{#(#imported),*};));
    source.add(items);
    let interpreter = format!("// {header}\n\n{}", include_str!("../../negotiation.rs"));
    vec![("src/negotiation.rs".to_owned(), interpreter), ("src/releases.rs".to_owned(), source.text())]
}

fn release(release: &InUse, adapters: Option<&Adapters>) -> TokenStream {
    let record = &release.release.record;
    let (version, digest) = (string(&record.version), string(&record.wire));
    let [servers, clients] = [Side::Server, Side::Client].map(|peer| {
        peers::unread(release, peer, adapters).map_or_else(
            || quote!(None),
            |unread| {
                let [by_peer, here] = [unread.by_peer, unread.here]
                    .map(|names| names.iter().map(rust::string).collect::<Vec<_>>());
                quote!(Some(Unread { by_peer: &[#(#by_peer),*], here: &[#(#here),*] }))
            },
        )
    });
    let adapted = adapters.is_some();
    quote!(Release { version: #version, digest: #digest, servers: #servers, clients: #clients, adapted: #adapted })
}

fn string(text: &str) -> Literal {
    rust::string(&Text::new(text))
}
