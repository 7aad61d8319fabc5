"""Code that has drifted from the schema. Each line marked `drift` must be reported by both type checkers, and no other."""

from __future__ import annotations

from typing_extensions import assert_never

from netra_protocol import ServerFrame, ServerMessage
from netra_protocol.client import StartAgent
from netra_protocol.server import AgentThinking, ToolExecuting, is_connection_established
from netra_protocol.types import Severity


def a_renamed_field(thinking: AgentThinking) -> str:
    return thinking.thought  # drift: it is called `reasoning`


def a_missing_field() -> AgentThinking:
    return AgentThinking(run_id="r", agent_name="a")  # drift: `reasoning` is missing


def a_retired_spelling() -> ToolExecuting:
    return ToolExecuting(run_id="r", agent_name="a", tool_name="t", tool_args={})  # drift: it is called `parameters`


def a_wrong_type() -> AgentThinking:
    return AgentThinking(run_id="r", agent_name="a", reasoning="", step_number="2")  # drift: a number, no text


def the_wrong_direction(message: StartAgent) -> ServerFrame[ServerMessage]:
    return ServerFrame(data=message, timestamp=0.0)  # drift: only the client sends it


def a_member_of_the_payload(frame: ServerFrame[ServerMessage]) -> object:
    return frame.event  # drift: it is in `data`


def another_message(frame: ServerFrame[ServerMessage]) -> str:
    if is_connection_established(frame):
        return frame.data.reasoning  # drift: the welcome has none
    return ""


def a_change_in_place(thinking: AgentThinking) -> None:
    thinking.reasoning = ""  # drift: what was checked does not change


def a_value_that_is_not_listed() -> Severity:
    return "fatal"  # drift: the enumeration is closed


def a_value_that_nobody_decided_about(severity: Severity) -> int:
    match severity:
        case "low" | "medium" | "high":
            return 1
        case _:
            assert_never(severity)  # drift: `critical` is left
