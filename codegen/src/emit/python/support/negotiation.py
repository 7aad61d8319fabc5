"""What two versions of a protocol come to on one connection.

Of two versions only the newer one can know both: it decides, and says so, if need be by closing the connection. The
older one knows that the peer is the same, or that it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Side = Literal["server", "client"]
"""A side of a connection."""

Why = Literal["not-a-version", "other-digest", "not-supported"]
"""Why versions do not go together: what the peer names is not MAJOR.MINOR.PATCH; it calls itself a version that is
known, and was built from another schema; the version is older, and not among those that are supported."""

_WORDS: dict[Why, str] = {
    "not-a-version": "the version is not MAJOR.MINOR.PATCH",
    "other-digest": "the version has another digest here",
    "not-supported": "the version is not supported",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """What a peer says of itself. Nothing of it is trusted: it may be any text."""

    side: Side
    """Which side it is."""
    version: str
    """The version of the protocol that it names. For a peer that names none, the one of which it is known that it names
    none."""
    digest: str | None = None
    """The digest that it names, if any."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The messages that do not get through to or from a peer.

    Of these it is not proved that the receiver reads whatever the sender may send.
    """

    by_peer: tuple[str, ...] = ()
    """The peer does not read these, by name."""
    here: tuple[str, ...] = ()
    """These of the peer are not read here."""

    def messages(self) -> list[str]:
        """The messages of either direction, in the order of their names, each once."""
        return sorted({*self.by_peer, *self.here})


@dataclass(frozen=True, slots=True)
class Release:
    """An older version that peers still speak."""

    version: str
    """The version."""
    digest: str
    """The digest of what it means on the wire."""
    servers: Unread | None
    """What a client has to know of servers that speak it; None if such servers are not supported."""
    clients: Unread | None
    """What a server has to know of clients that speak it; None if such clients are not supported."""


@dataclass(frozen=True, slots=True)
class Same:
    """Both mean the same by every frame."""


@dataclass(frozen=True, slots=True)
class Compatible:
    """The peer is older, and every message gets through."""

    release: Release
    """The version that it speaks."""


@dataclass(frozen=True, slots=True)
class Degraded:
    """The peer is older, and some messages do not get through. The others do."""

    release: Release
    """The version that it speaks."""
    unread: Unread
    """Those messages."""


@dataclass(frozen=True, slots=True)
class Newer:
    """The peer is newer, so that it is the one to decide. What it sends is read as far as it can be."""


@dataclass(frozen=True, slots=True)
class Incompatible:
    """The versions do not go together: the connection is to be closed."""

    why: Why
    """Why."""
    supported: tuple[str, ...]
    """The versions of such a peer that are supported, the newest first."""
    close_code: int | None
    """The code to close the connection with, if the protocol has one for this."""

    def close_reason(self) -> str:
        """The reason to close the connection with.

        It is as much of the whole as a close frame holds (RFC 6455 §5.5: 123 bytes), so that of many versions the oldest
        are left out.
        """
        most, more = 123, ", ..."
        reason = f"{_WORDS[self.why]}; supported: "
        # This version itself always fits.
        for index, version in enumerate(self.supported):
            part = version if index == 0 else f", {version}"
            if len(reason) + len(part) + len(more) > most:
                return reason + more
            reason += part
        return reason

    def __str__(self) -> str:
        """One line."""
        return f"{_WORDS[self.why]}; supported: {', '.join(self.supported)}"


Verdict: TypeAlias = Same | Compatible | Degraded | Newer | Incompatible
"""What a version and a peer's come to."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a protocol, and what it knows of those before it."""

    version: str
    """The version: MAJOR.MINOR.PATCH."""
    digest: str
    """The digest of what it means on the wire."""
    releases: tuple[Release, ...]
    """The older versions that peers still speak, the oldest first."""
    close_code: int | None
    """The code by which a connection of versions that do not go together is closed, if the protocol has one."""

    def negotiate(self, peer: Peer) -> Verdict:
        """What this version and a peer's come to."""
        if peer.version == self.version:
            return Same() if peer.digest in (None, self.digest) else self._incompatible("other-digest", peer.side)
        for release, unread in self._supported(peer.side):
            if release.version == peer.version:
                if peer.digest not in (None, release.digest):
                    return self._incompatible("other-digest", peer.side)
                return Degraded(release, unread) if unread.messages() else Compatible(release)
        number, own = _numbers(peer.version), _numbers(self.version)
        if number is None or own is None:
            return self._incompatible("not-a-version", peer.side)
        # Another name for the same frames.
        if peer.digest == self.digest:
            return Same()
        return Newer() if number > own else self._incompatible("not-supported", peer.side)

    def _supported(self, side: Side) -> Iterator[tuple[Release, Unread]]:
        """The older versions that are supported of peers of a side."""
        for release in self.releases:
            unread = release.servers if side == "server" else release.clients
            if unread is not None:
                yield release, unread

    def _incompatible(self, why: Why, side: Side) -> Incompatible:
        older = [release.version for release, _ in self._supported(side)]
        return Incompatible(why, (self.version, *reversed(older)), self.close_code)


_NUMBER = "(0|[1-9][0-9]{0,19})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


def _numbers(version: str) -> tuple[int, ...] | None:
    """The numbers of MAJOR.MINOR.PATCH without a pre-release, each of 64 bits (Semantic Versioning 2.0.0, item 2)."""
    found = _VERSION.fullmatch(version)
    numbers = tuple(map(int, found.groups())) if found else None
    return numbers if numbers and max(numbers) < 2**64 else None
