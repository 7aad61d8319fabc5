"""Code on the generated types that both type checkers accept: what narrows, and how."""

from __future__ import annotations

from typing_extensions import assert_never, assert_type

from netra_protocol import (
    ABSENT,
    Canonical,
    Invalid,
    Legacy,
    ServerFrame,
    ServerMessage,
    Unknown,
    UnknownMessage,
    parse_server_frame,
)
from netra_protocol.server import (
    AgentThinking,
    ConnectionEstablished,
    SystemMessage,
    ToolExecuting,
    is_connection_established,
)
from netra_protocol.types import Severity


def verdict(text: str, now: float) -> str:
    """Each verdict has what belongs to it, and there is no fifth."""
    received = parse_server_frame(text, received_at=now)
    match received:
        case Canonical(frame) | Unknown(frame):
            return frame.type
        case Legacy(frame, form):
            return f"{frame.type} as {form.name}"
        case Invalid(issue):
            return issue.code
        case _:
            assert_never(received)


def show(frame: ServerFrame[ServerMessage]) -> str:
    """Messages narrow by their class, in `match` and with `isinstance`."""
    match frame.data:
        case AgentThinking(reasoning=reasoning, step_number=step):
            assert_type(step, int | None)
            return reasoning
        case ToolExecuting() as tool:
            return tool.tool_name
        case UnknownMessage(tags=tags):
            return "/".join(tags)
        case _:
            return "something else"


def welcome(frame: ServerFrame[ServerMessage]) -> str:
    """A guard narrows the frame itself; what may be absent or null is three things."""
    if not is_connection_established(frame):
        return ""
    welcome = frame.data
    assert_type(welcome, ConnectionEstablished)
    if welcome.user_id is ABSENT:
        return "the server does not say who"
    if welcome.user_id is None:
        return "nobody"
    assert_type(welcome.user_id, str)
    return welcome.user_id


def event(message: SystemMessage) -> str:
    """The inner discriminator is a literal in each class."""
    return "?" if isinstance(message, UnknownMessage) else message.event


def colour(severity: Severity) -> int:
    """A closed enumeration is exhaustive."""
    match severity:
        case "low" | "medium":
            return 1
        case "high":
            return 2
        case "critical":
            return 3
        case _:
            assert_never(severity)
