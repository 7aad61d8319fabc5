"""Waiting for a message, in tests and tools: the first frame that breaks the contract ends it at once."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, NoReturn, TypeVar

from .issue import Issue
from .receive import Canonical, Direction, Invalid, Legacy, LegacyPolicies, Received

FrameT = TypeVar("FrameT")


class UnmetExpectation(AssertionError):
    """What was expected did not come; the text says why, and what came instead."""

    def __init__(self, why: str, came: tuple[str, ...], issue: Issue | None = None) -> None:
        super().__init__(f"{why}\ncame:{_listed(came)}")
        self.came = came
        """What came, a line each."""
        self.issue = issue
        """What was wrong with the last frame, if it broke the contract."""


def _listed(came: tuple[str, ...]) -> str:
    """What came, numbered; of a long list, its two ends."""
    lines = [f"\n  {number}. {line}" for number, line in enumerate(came, 1)]
    if len(lines) > 20:
        lines[10:-10] = [f"\n  … {len(lines) - 20} more"]
    return "".join(lines) or " nothing"


class Waiting(Generic[FrameT]):
    """Waits for a frame that carries a message of a class."""

    def __init__(
        self, direction: Direction[FrameT], message: type, within: float, policies: LegacyPolicies
    ) -> None:
        self.direction = direction
        self.message = message
        self.within = within
        self.policies = policies
        self.deadline = time.monotonic() + within
        self.came: list[str] = []

    def take(self, frame: Any) -> FrameT | None:
        """Takes what came in; returns it if it is what is waited for."""
        if not isinstance(frame, str):
            self._end("a frame is not text", Issue("syntax", "a text frame", f"a {type(frame).__name__}"))
        received = self.direction.receive(frame, time.time(), self.policies)
        if isinstance(received, Invalid):
            self.came.append(f"{self._shown(frame)} — {received.issue.code}")
            self._end("a frame breaks the contract", received.issue)
        data = getattr(received.frame, "data")
        self.came.append(self._line(received))
        return received.frame if isinstance(data, self.message) else None

    def remaining(self) -> float:
        """The seconds that are left."""
        return max(self.deadline - time.monotonic(), 0.0)

    def late(self) -> NoReturn:
        """Nothing more came in time."""
        self._end(f"it did not come within {self.within:g} s")

    def ended(self, error: BaseException) -> NoReturn:
        """The connection is at its end."""
        self._end(f"the connection ended ({type(error).__name__}: {error})")

    def _end(self, why: str, issue: Issue | None = None) -> NoReturn:
        reason = f": {issue}" if issue else ""
        raise UnmetExpectation(f"expected {self.message.__name__}, but {why}{reason}", tuple(self.came), issue)

    def _line(self, received: Received[FrameT]) -> str:
        if isinstance(received, Invalid):
            return str(received.issue)
        data: Any = getattr(received.frame, "data")
        tag = self.direction.envelope.tag_of(data)
        match received:
            case Canonical():
                return f"{tag} ({type(data).__name__})"
            case Legacy():
                return f'{tag} ({type(data).__name__}), in the legacy form "{received.form.name}"'
            case _:
                return f"{'/'.join(data.tags)}, which the schema does not list"

    def _shown(self, frame: str) -> str:
        shown = ascii(frame[:120])[1:-1]
        return shown + "…" if len(frame) > 120 else shown


async def wait(waiting: Waiting[FrameT], receive: Callable[[], Any]) -> FrameT:
    """Waits with an asynchronous function that receives one frame."""
    while True:
        try:
            frame = await asyncio.wait_for(receive(), waiting.remaining())
        except (asyncio.TimeoutError, TimeoutError):
            waiting.late()
        except Exception as error:
            waiting.ended(error)
        found = waiting.take(frame)
        if found is not None:
            return found


def wait_blocking(waiting: Waiting[FrameT], receive: Callable[[], Any]) -> FrameT:
    """Waits with a function that blocks until one frame is there, however long that takes."""
    while True:
        arrived: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        # A thread for each frame: a function that never returns can only be left behind.
        threading.Thread(target=_receive, args=(receive, arrived), daemon=True).start()
        try:
            frame, error = arrived.get(timeout=waiting.remaining())
        except queue.Empty:
            waiting.late()
        if error is not None:
            waiting.ended(error)
        found = waiting.take(frame)
        if found is not None:
            return found


def _receive(receive: Callable[[], Any], arrived: queue.SimpleQueue[tuple[Any, BaseException | None]]) -> None:
    try:
        arrived.put((receive(), None))
    except Exception as error:
        arrived.put((None, error))
