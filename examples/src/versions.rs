//! What each side makes of the version that the other one speaks.

use netra_protocol::negotiation::{Peer, Side, Verdict};
use netra_protocol::releases::negotiate;
use netra_protocol::types::{ProtocolVersion, SchemaDigest};

/// The version of peers that name none: the one before versions were named.
const UNNAMED: &str = "1.0.0";

/// What our version and that of a server come to, by its welcome.
pub fn server(version: Option<&ProtocolVersion<'_>>, digest: Option<&SchemaDigest<'_>>) -> Verdict {
    judge(Side::Server, version, digest)
}

/// What our version and that of a client come to, by its envelope, which has no digest.
pub fn client(version: Option<&ProtocolVersion<'_>>) -> Verdict {
    judge(Side::Client, version, None)
}

fn judge(side: Side, version: Option<&ProtocolVersion<'_>>, digest: Option<&SchemaDigest<'_>>) -> Verdict {
    let version = version.map_or(UNNAMED, |version| version);
    negotiate(&Peer { side, version, digest: digest.map(|digest| &**digest) })
}
