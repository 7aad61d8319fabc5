"""What versions come to. The cases are those of every language."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from support.negotiation import Compatible, Degraded, Incompatible, Newer, Peer, Release, Same, Unread, Verdict, Version

CASES = json.loads((pathlib.Path(__file__).parents[1] / "negotiation/cases.json").read_text(encoding="utf-8"))


def _unread(of: dict[str, list[str]] | None) -> Unread | None:
    return Unread(tuple(of["by_peer"]), tuple(of["here"])) if of else None


OWN = Version(
    CASES["version"],
    CASES["digest"],
    tuple(
        Release(release["version"], release["digest"], _unread(release["server"]), _unread(release["client"]))
        for release in CASES["releases"]
    ),
    CASES["close_code"],
)


def told(verdict: Verdict) -> str:
    """A verdict as the cases say it."""
    match verdict:
        case Same():
            return "same"
        case Newer():
            return "newer"
        case Compatible(release):
            return f"compatible {release.version}"
        case Degraded(release, unread):
            lists = (unread.by_peer, unread.here, unread.messages())
            return f"degraded {release.version}: " + " | ".join(" ".join(names) for names in lists)
        case Incompatible() as refused:
            assert refused.close_reason() == str(refused), "there are few versions"
            return f"incompatible {refused.close_code}: {refused}"


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: f"{case['side']} {case['version'][:20]!a}")
def test_every_case_ends_as_in_every_language(case: dict[str, Any]) -> None:
    assert told(OWN.negotiate(Peer(case["side"], case["version"], case["digest"]))) == case["verdict"]


def test_a_reason_fits_into_a_close_frame() -> None:
    longest = ".".join([str(2**64 - 1)] * 3)
    releases = (Release("1.234.567", "", Unread(), None),) * 60
    many = Version(longest, "", releases, None).negotiate(Peer("server", "?"))
    one = Version(longest, "", releases, None).negotiate(Peer("client", "?"))
    assert isinstance(many, Incompatible) and isinstance(one, Incompatible)
    assert len(many.supported) == 61 and many.close_reason().endswith(", ...") and len(many.close_reason()) <= 123
    assert one.close_reason().endswith(longest) and len(one.close_reason()) <= 123
