"""What `test_wheel` runs in environments that hold nothing but the wheel: any Python from 3.10 on, no other package."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.resources
import json
from typing import Any

import schema
from netra_example.rebuilt import rebuilt

import netra_protocol
from netra_protocol import Canonical, Invalid, Legacy, ServerFrame
from netra_protocol.server import ConnectionEstablished
from netra_protocol.testing import UnmetExpectation, expect

PARSE: dict[str, Any] = {"server": netra_protocol.parse_server_frame, "client": netra_protocol.parse_client_frame}
BARE = '{"event":"connection_established"}'


class Says:
    """A connection over which only this comes."""

    def __init__(self, frame: str) -> None:
        self.frame = frame

    async def recv(self) -> str:
        """The next frame."""
        return self.frame


def main() -> None:
    """Fails where the package does not do what it does from its source folder."""
    distribution = importlib.metadata.distribution("netra-protocol")
    assert all("extra ==" in needed for needed in distribution.requires or [])
    assert {one.metadata["Name"] for one in importlib.metadata.distributions()} == {"netra-protocol"}
    assert importlib.resources.files(netra_protocol).joinpath("py.typed").is_file()
    samples = list(schema.examples())
    for sample in samples:
        received = PARSE[sample.side](json.dumps(sample.frame), received_at=0.0)
        assert isinstance(received, Canonical), sample.name
        assert json.loads(rebuilt(received.frame).to_json()) == sample.frame, sample.name
    for case in schema.invalid():
        assert isinstance(PARSE[case.side](case.text, received_at=0.0), (Invalid, Legacy)), case.name
    for old in schema.legacy():
        received = PARSE[old.side](json.dumps(old.frame), received_at=old.received_at)
        assert isinstance(received, Legacy), old.form
    asyncio.run(waiting())
    print(f"{len(samples)} samples")


async def waiting() -> None:
    """`expect` needs nothing else either."""
    welcome = ServerFrame(data=ConnectionEstablished(), timestamp=1.0).to_json()
    assert (await expect(Says(welcome), ConnectionEstablished, within=1)).to_json() == welcome
    try:
        await expect(Says("{}"), ConnectionEstablished, within=1)
    except UnmetExpectation as error:
        assert "missing-property" in str(error)


if __name__ == "__main__":
    main()
