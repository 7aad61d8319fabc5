"""Waiting for a message: it ends at the first frame that breaks the contract, and lists what came."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from netra_protocol import LegacyPolicies, ServerFrame
from netra_protocol.server import AgentThinking, ConnectionEstablished
from netra_protocol.testing import UnmetExpectation, expect, expect_blocking

WELCOME = ServerFrame(data=ConnectionEstablished(), timestamp=1.0).to_json()
THINKING = ServerFrame(data=AgentThinking(run_id="r", agent_name="a", reasoning="…"), timestamp=1.0).to_json()
BARE = '{"event":"connection_established"}'


class Script:
    """A connection over which these frames come, and then nothing more."""

    def __init__(self, *frames: Any) -> None:
        self.frames = list(frames)

    async def recv(self) -> Any:
        if not self.frames:
            await asyncio.sleep(60)
        return self.next()

    def receive_text(self) -> Any:
        if not self.frames:
            time.sleep(60)
        return self.next()

    def next(self) -> Any:
        frame = self.frames.pop(0)
        if isinstance(frame, Exception):
            raise frame
        return frame


def awaited(*frames: Any, legacy: LegacyPolicies | None = None) -> list[Any]:
    """What both variants find or raise."""
    policies = legacy or LegacyPolicies()
    expected = ConnectionEstablished

    def blocking() -> Any:
        return expect_blocking(Script(*frames), expected, within=0.2, legacy=policies)

    def asynchronous() -> Any:
        return asyncio.run(expect(Script(*frames), expected, within=0.2, legacy=policies))

    found: list[Any] = []
    for run in (asynchronous, blocking):
        try:
            found.append(run())
        except UnmetExpectation as error:
            found.append(error)
    return found


def test_other_messages_are_passed_over() -> None:
    for found in awaited(THINKING, '{"type":"new","data":{},"timestamp":1}', WELCOME):
        assert found.to_json() == WELCOME


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ('{"type":"system_message","timestamp":1}', "missing-property"),
        ('{"type":"system_message","data":{}}', "missing-property"),
        ('{"type":"connect","data":{},"timestamp":1}', "wrong-direction"),
        ("{", "syntax"),
        (b"{}", "a frame is not text"),
    ],
)
def test_the_first_frame_that_breaks_the_contract_ends_it(frame: Any, reason: str) -> None:
    for error in awaited(THINKING, frame, WELCOME):
        assert isinstance(error, UnmetExpectation)
        assert reason in str(error)
        assert error.came[0] == "agent_thinking (AgentThinking)"


def test_silence_ends_it_and_what_came_is_listed() -> None:
    for error in awaited(THINKING):
        assert str(error).startswith("expected ConnectionEstablished, but it did not come within 0.2 s\ncame:\n  1. ")
        assert error.came == ("agent_thinking (AgentThinking)",)


def test_of_a_long_list_the_text_has_the_two_ends() -> None:
    for error in awaited(*[THINKING] * 30, BARE, legacy=LegacyPolicies(every="refuse")):
        assert len(error.came) == 31
        shown = str(error).splitlines()[2:]
        assert (len(shown), shown[9], shown[10]) == (21, "  10. agent_thinking (AgentThinking)", "  … 11 more")
        assert shown[-1] == '  31. {"event":"connection_established"} — legacy-refused'


def test_the_end_of_the_connection_ends_it() -> None:
    for error in awaited(ConnectionError("closed with 1011")):
        assert "the connection ended (ConnectionError: closed with 1011)" in str(error)
        assert error.came == ()


def test_policies_of_legacy_forms_are_those_that_are_given() -> None:
    for found in awaited(BARE, legacy=LegacyPolicies(every="accept")):
        assert found.type == "system_message"
    for error in awaited(BARE, legacy=LegacyPolicies(every="refuse")):
        assert error.issue.code == "legacy-refused"
