//! What two versions of a protocol come to on one connection.
//!
//! Of two versions only the newer one can know both: it decides, and says so, if need be by closing the connection. The
//! older one knows that the peer is the same, or that it is not.

use std::fmt;

/// A side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The server.
    Server,
    /// A client.
    Client,
}

/// What a peer says of itself. Nothing of it is trusted: it may be any text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer<'p> {
    /// Which side it is.
    pub side: Side,
    /// The version of the protocol that it names. For a peer that names none, the one of which it is known that it
    /// names none.
    pub version: &'p str,
    /// The digest that it names, if any.
    pub digest: Option<&'p str>,
}

/// A version of a protocol, and what it knows of those before it.
#[derive(Debug, PartialEq, Eq)]
pub struct Protocol {
    /// The version: MAJOR.MINOR.PATCH.
    pub version: &'static str,
    /// The digest of what it means on the wire.
    pub digest: &'static str,
    /// The older versions that peers still speak, the oldest first.
    pub releases: &'static [Release],
    /// The code by which a connection of versions that do not go together is closed, if the protocol has one.
    pub close_code: Option<u16>,
}

/// An older version that peers still speak.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    /// The version.
    pub version: &'static str,
    /// The digest of what it means on the wire.
    pub digest: &'static str,
    /// What a client has to know of servers that speak it; none if such servers are not supported.
    pub servers: Option<Unread>,
    /// What a server has to know of clients that speak it; none if such clients are not supported.
    pub clients: Option<Unread>,
    /// Whether frames go through the adapter of this version (the package's module `adapters`): messages that get through
    /// by it alone count as getting through.
    pub adapted: bool,
}

/// The messages that do not get through to or from a peer: those of which it is not proved that the receiver reads
/// whatever the sender may send.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread {
    /// The peer does not read these, by name.
    pub by_peer: &'static [&'static str],
    /// These of the peer are not read here.
    pub here: &'static [&'static str],
}

/// What a version and a peer's come to.
#[must_use = "a peer with which this version does not go together is to be told"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Both mean the same by every frame.
    Same,
    /// The peer is older, and every message gets through, if need be by the adapter of its version.
    Compatible(&'static Release),
    /// The peer is older, and some messages do not get through. The others do.
    Degraded(&'static Release, &'static Unread),
    /// The peer is newer, so that it is the one to decide. What it sends is read as far as it can be.
    Newer,
    /// The versions do not go together: the connection is to be closed.
    Incompatible(Incompatible),
}

/// Why versions do not go together, and which ones would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incompatible {
    /// Why.
    pub why: Why,
    /// The versions of such a peer that are supported, the newest first.
    pub supported: Vec<&'static str>,
    /// The code to close the connection with, if the protocol has one for this.
    pub close_code: Option<u16>,
}

/// Why versions do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// What the peer names is not MAJOR.MINOR.PATCH.
    NotAVersion,
    /// The peer calls itself a version that is known, and was built from another schema.
    OtherDigest,
    /// The version is older than this one, and not among those that are supported.
    NotSupported,
}

impl Protocol {
    /// What this version and a peer's come to.
    pub fn negotiate(&'static self, peer: &Peer<'_>) -> Verdict {
        let is = |digest: &str| peer.digest.is_none_or(|named| named == digest);
        let incompatible = |why| Verdict::Incompatible(self.incompatible(why, peer.side));
        if peer.version == self.version {
            return if is(self.digest) { Verdict::Same } else { incompatible(Why::OtherDigest) };
        }
        let known = self.supported(peer.side).find(|(release, _)| release.version == peer.version);
        if let Some((release, unread)) = known {
            return match unread {
                _ if !is(release.digest) => incompatible(Why::OtherDigest),
                Unread { by_peer: [], here: [] } => Verdict::Compatible(release),
                unread => Verdict::Degraded(release, unread),
            };
        }
        match numbers(peer.version) {
            None => incompatible(Why::NotAVersion),
            // Another name for the same frames.
            Some(_) if peer.digest == Some(self.digest) => Verdict::Same,
            number if number > numbers(self.version) => Verdict::Newer,
            Some(_) => incompatible(Why::NotSupported),
        }
    }

    /// The older versions that are supported of peers of a side.
    fn supported(&self, side: Side) -> impl DoubleEndedIterator<Item = (&'static Release, &'static Unread)> {
        self.releases.iter().filter_map(move |release| {
            let unread = match side {
                Side::Server => release.servers.as_ref(),
                Side::Client => release.clients.as_ref(),
            };
            Some((release, unread?))
        })
    }

    fn incompatible(&self, why: Why, side: Side) -> Incompatible {
        let older = self.supported(side).rev().map(|(release, _)| release.version);
        Incompatible {
            why,
            supported: [self.version].into_iter().chain(older).collect(),
            close_code: self.close_code,
        }
    }
}

impl Unread {
    /// The messages of either direction, in the order of their names, each once.
    pub fn messages(&self) -> Vec<&'static str> {
        let mut names = [self.by_peer, self.here].concat();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Verdict {
    /// The verdict in one word, the same in every language.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Compatible(_) => "compatible",
            Self::Degraded(..) => "degraded",
            Self::Newer => "newer",
            Self::Incompatible(_) => "incompatible",
        }
    }
}

impl Incompatible {
    /// The reason to close the connection with: as much of it as a close frame holds (RFC 6455 §5.5: 123 bytes), so that
    /// of many versions the oldest are left out.
    pub fn close_reason(&self) -> String {
        const MOST: usize = 123;
        const MORE: &str = ", ...";
        let mut reason = format!("{}; supported: ", self.why);
        // This version itself always fits.
        for (index, version) in self.supported.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            if reason.len() + comma.len() + version.len() + MORE.len() > MOST {
                return reason + MORE;
            }
            reason = reason + comma + version;
        }
        reason
    }
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotAVersion => "the version is not MAJOR.MINOR.PATCH",
            Self::OtherDigest => "the version has another digest here",
            Self::NotSupported => "the version is not supported",
        })
    }
}

impl fmt::Display for Incompatible {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}; supported: {}", self.why, self.supported.join(", "))
    }
}

impl std::error::Error for Incompatible {}

/// The numbers of MAJOR.MINOR.PATCH without a pre-release (Semantic Versioning 2.0.0, item 2).
pub(crate) fn numbers(version: &str) -> Option<[u64; 3]> {
    let mut parts = version.split('.').map(|part| {
        let plain = part == "0" || !part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| plain)
    });
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}
