//! What generated code says of peers that speak another version.

use crate::adapt::Version;
use crate::evolution::{Skew, Unread as Compared};
use crate::model::{CloseCode, Protocol, Side};
use crate::release::{Adapters, InUse};
use crate::text::Text;

/// What the protocol calls the code by which a connection of versions that do not go together is closed.
const UNSUPPORTED_VERSION: &str = "unsupported_version";

/// The messages that do not get through to or from peers of an older version.
pub(super) struct Unread {
    /// The peer does not read these.
    pub(super) by_peer: Vec<Text>,
    /// These of the peer are not read here.
    pub(super) here: Vec<Text>,
}

/// What does not get through where the peers are servers or clients of a release, not even by its adapter, if there is
/// one; none if there are no such peers.
pub(super) fn unread(release: &InUse, peer: Side, adapters: Option<&Adapters>) -> Option<Unread> {
    let skew = if peer == Side::Client { Skew::OldClients } else { Skew::OldServers };
    let sent_by = |side: Side| {
        let unread = release.comparison.unread.iter();
        unread.filter(move |unread| unread.sender == side || unread.sender == Side::Either)
    };
    let carried = |unread: &Compared, from: Version| {
        adapters.is_some_and(|adapters| adapters.carries(unread.sender, &unread.message, from))
    };
    release.peers.contains(&skew).then(|| Unread {
        by_peer: names(
            sent_by(peer.peer())
                .filter(|unread| unread.by_old && !carried(unread, Version::New))
                .map(|unread| &unread.message),
        ),
        here: names(
            sent_by(peer)
                .filter(|unread| unread.by_new && !carried(unread, Version::Old))
                .map(|unread| &unread.message),
        ),
    })
}

fn names<'a>(messages: impl Iterator<Item = &'a String>) -> Vec<Text> {
    let mut names: Vec<Text> = messages.map(Text::new).collect();
    names.sort();
    names
}

/// The code by which a connection of versions that do not go together is closed, if the protocol has one.
pub(super) fn close_code(protocol: &Protocol) -> Option<&CloseCode> {
    protocol.close_codes.iter().find(|close| close.name == *UNSUPPORTED_VERSION)
}
