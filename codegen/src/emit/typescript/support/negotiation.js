// What two versions of a protocol come to on one connection. Of two versions only the newer one can know both: it
// decides, and says so, if need be by closing the connection.

/** What a version and a peer's come to. */
export function negotiateAs(own, peer) {
  const { version, digest } = peer;
  const known = supported(own, peer.side).find((release) => release.version === version);
  const is = (expected) => digest === undefined || digest === expected;
  if (version === own.version) return is(own.digest) ? { verdict: "same" } : incompatible(own, peer, "other-digest");
  if (known !== undefined) {
    if (!is(known.digest)) return incompatible(own, peer, "other-digest");
    const { byPeer, here } = known[peer.side];
    if (byPeer.length + here.length === 0) return { verdict: "compatible", release: version };
    const messages = [...new Set([...byPeer, ...here])].sort();
    return { verdict: "degraded", release: version, byPeer, here, messages };
  }
  const numbers = numbersOf(version);
  if (numbers === undefined) return incompatible(own, peer, "not-a-version");
  // Another name for the same frames.
  if (digest === own.digest) return { verdict: "same" };
  return isNewer(numbers, numbersOf(own.version)) ? { verdict: "newer" } : incompatible(own, peer, "not-supported");
}

/** The older versions that are supported of peers of a side. */
function supported(own, side) {
  return own.releases.filter((release) => release[side] !== undefined);
}

const WORDS = {
  "not-a-version": "the version is not MAJOR.MINOR.PATCH",
  "other-digest": "the version has another digest here",
  "not-supported": "the version is not supported",
};

function incompatible(own, { side }, why) {
  const older = supported(own, side).map((release) => release.version);
  const versions = [own.version, ...older.reverse()];
  return { verdict: "incompatible", why, supported: versions, closeCode: own.closeCode, closeReason: reason(why, versions) };
}

/** As much of the reason as a close frame holds (RFC 6455 §5.5: 123 bytes): of many versions the oldest are left out. */
function reason(why, versions) {
  const most = 123;
  const more = ", ...";
  let text = `${WORDS[why]}; supported: `;
  // This version itself always fits.
  for (const [index, version] of versions.entries()) {
    const part = index === 0 ? version : `, ${version}`;
    if (text.length + part.length + more.length > most) return text + more;
    text += part;
  }
  return text;
}

const VERSION = /^(0|[1-9][0-9]{0,19})\.(0|[1-9][0-9]{0,19})\.(0|[1-9][0-9]{0,19})$/;

/** The numbers of MAJOR.MINOR.PATCH without a pre-release, each of 64 bits (Semantic Versioning 2.0.0, item 2). */
function numbersOf(version) {
  const numbers = VERSION.exec(version)?.slice(1).map(BigInt);
  return numbers?.every((number) => number < 2n ** 64n) ? numbers : undefined;
}

function isNewer(numbers, than) {
  const differs = numbers.findIndex((number, index) => number !== than[index]);
  return differs !== -1 && numbers[differs] > than[differs];
}
