"""The end-to-end test of the incident as its author would write it today.

It used to wait for `{"event":"connection_established"}`, printed "Unexpected welcome message format" for the
envelope, and hung until a time-out of 120 seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import peers
import pytest
import websockets
from starlette.testclient import TestClient

from netra_protocol import ClientFrame, LegacyPolicies
from netra_protocol.client import UserMessage
from netra_protocol.server import AgentCompleted, ConnectionEstablished, ErrorMessage
from netra_protocol.testing import UnmetExpectation, expect, expect_blocking

T = TypeVar("T")
REFUSED = LegacyPolicies(every="refuse")


@pytest.fixture(scope="module", params=[peers.PYTHON, peers.RUST], ids=["python", "rust"])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    with peers.running(request.param) as url:
        yield url


def bounded(test: Coroutine[Any, Any, T]) -> T:
    """Runs a test that must not hang, whatever else goes wrong in it."""
    return asyncio.run(asyncio.wait_for(test, 10))


async def welcomed(url: str, legacy: LegacyPolicies = REFUSED) -> bool | None:
    """Connects, and says whether the server is ready."""
    async with websockets.connect(url) as ws:
        welcome = await expect(ws, ConnectionEstablished, within=5, legacy=legacy)
        return welcome.data.connection_ready


def test_the_server_welcomes_its_client(server: str) -> None:
    began = time.monotonic()
    assert bounded(welcomed(server))
    assert time.monotonic() - began < 1


def test_a_bare_welcome_fails_at_once_and_says_why(server: str) -> None:
    async def bare() -> None:
        async with peers.drifted(server) as url:
            await welcomed(url)

    began = time.monotonic()
    with pytest.raises(UnmetExpectation) as raised:
        bounded(bare())
    assert time.monotonic() - began < 1
    assert raised.value.issue is not None
    assert raised.value.issue.code == "legacy-refused"
    for reason in ['the legacy form "bare-event"', 'send {"type":"system_message","data":{"event":', "came:\n  1."]:
        assert reason in str(raised.value)


def test_a_bare_welcome_is_read_while_the_form_is_accepted(server: str) -> None:
    async def bare() -> bool | None:
        async with peers.drifted(server) as url:
            return await welcomed(url, LegacyPolicies(every="accept"))

    assert bounded(bare())


def test_a_request_is_answered_to_its_end(server: str) -> None:
    async def ask() -> AgentCompleted:
        async with websockets.connect(server) as ws:
            await expect(ws, ConnectionEstablished, within=5)
            await ws.send(ClientFrame(data=UserMessage(content="one two three")).to_json())
            completed = await expect(ws, AgentCompleted, within=5)
            return completed.data

    assert bounded(ask()).final_response == "Your message has 3 words."


def test_what_is_wrong_with_a_frame_comes_back(server: str) -> None:
    async def ask() -> ErrorMessage:
        async with websockets.connect(server) as ws:
            await ws.send('{"type":"user_message","data":{}}')
            error = await expect(ws, ErrorMessage, within=5)
            return error.data

    assert "the property `content`" in bounded(ask()).error_message


def test_the_same_without_a_socket() -> None:
    from netra_example.server import app

    with TestClient(app).websocket_connect("/ws") as ws:
        assert expect_blocking(ws, ConnectionEstablished, within=5, legacy=REFUSED).data.connection_ready
        began = time.monotonic()
        with pytest.raises(UnmetExpectation, match="did not come within 0.2 s"):
            expect_blocking(ws, AgentCompleted, within=0.2)
        assert time.monotonic() - began < 1
