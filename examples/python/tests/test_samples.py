"""The samples of the schema: what constructors build and receivers read is what the schema says."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schema
from netra_example.rebuilt import rebuilt

import netra_protocol.client
import netra_protocol.server
from netra_protocol import Canonical, ContractError, Invalid, Unknown, UnknownMessage

PARSE: dict[str, Any] = {
    "server": netra_protocol.parse_server_frame,
    "client": netra_protocol.parse_client_frame,
}
READ_CANONICAL: dict[str, Any] = {
    "server": netra_protocol.read_canonical_server_frame,
    "client": netra_protocol.read_canonical_client_frame,
}
EXAMPLES = list(schema.examples())
PEER = {"server": "client", "client": "server"}
ONE_WAY = [sample for sample in EXAMPLES if sample.frame["type"] not in schema.messages(PEER[sample.side])]


def named(sample: Any) -> str:
    return str(sample.name)


def canonical(side: str, frame: Any) -> Any:
    received = PARSE[side](json.dumps(frame), received_at=0.0)
    assert isinstance(received, Canonical), received
    return received.frame


def test_there_is_an_example_of_every_message() -> None:
    for side in schema.SIDES:
        assert {sample.frame["type"] for sample in EXAMPLES if sample.side == side} == set(schema.messages(side))


@pytest.mark.parametrize("sample", EXAMPLES, ids=named)
def test_examples_are_canonical_and_lose_nothing(sample: schema.Sample) -> None:
    frame = canonical(sample.side, sample.frame)
    assert json.loads(frame.to_json()) == sample.frame
    assert frame.type == sample.frame["type"]
    assert READ_CANONICAL[sample.side](json.dumps(sample.frame)) == frame
    assert READ_CANONICAL[sample.side](frame.to_json().encode()) == frame


@pytest.mark.parametrize("sample", EXAMPLES, ids=named)
def test_constructors_build_the_examples(sample: schema.Sample) -> None:
    frame = canonical(sample.side, sample.frame)
    assert rebuilt(frame) == frame
    assert json.loads(rebuilt(frame).to_json()) == sample.frame


@pytest.mark.parametrize("sample", EXAMPLES, ids=named)
def test_a_frame_is_shown_as_the_call_that_builds_it(sample: schema.Sample) -> None:
    frame = canonical(sample.side, sample.frame)
    names = {"server": vars(netra_protocol.server), "client": vars(netra_protocol.client)}[sample.side]
    assert eval(repr(frame), dict(names)) == frame
    assert "ABSENT" not in repr(frame)


def test_a_constructor_says_what_it_was_to_build() -> None:
    with pytest.raises(ContractError, match=r"^AgentStarted: /run_id: expected at least 1 code points"):
        netra_protocol.server.AgentStarted(run_id="", agent_name="a")


@pytest.mark.parametrize("sample", EXAMPLES, ids=named)
def test_order_and_unknown_properties_change_nothing(sample: schema.Sample) -> None:
    frame = canonical(sample.side, sample.frame)
    backwards = dict(reversed(sample.frame.items()))
    backwards["data"] = dict(reversed(sample.frame["data"].items()))
    assert canonical(sample.side, backwards) == frame
    extended = sample.frame | {"x_new": {"a": [1, None, "…"]}}
    assert canonical(sample.side, extended) == frame


@pytest.mark.parametrize("sample", list(schema.invalid()), ids=named)
def test_what_is_invalid_is_refused_with_its_code_and_pointer(sample: schema.InvalidSample) -> None:
    with pytest.raises(ContractError) as raised:
        READ_CANONICAL[sample.side](sample.text)
    assert (raised.value.code, raised.value.pointer) == (sample.code, sample.pointer)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("sample", ONE_WAY, ids=named)
def test_frames_of_the_peer_alone_are_of_the_wrong_direction(sample: schema.Sample) -> None:
    received = PARSE[PEER[sample.side]](json.dumps(sample.frame), received_at=0.0)
    assert isinstance(received, Invalid)
    assert (received.issue.code, received.issue.pointer) == ("wrong-direction", "/type")


@pytest.mark.parametrize("name", schema.read("protocol.schema.json")["x-reserved"])
@pytest.mark.parametrize("side", schema.SIDES)
def test_reserved_names_are_refused(side: str, name: str) -> None:
    received = PARSE[side](json.dumps({"type": name, "data": {}, "timestamp": 1.0}), received_at=0.0)
    assert isinstance(received, Invalid)
    assert received.issue.code == "reserved"


@pytest.mark.parametrize("side", schema.SIDES)
def test_an_unknown_type_is_kept_in_its_typed_envelope(side: str) -> None:
    text = '{"type":"brand_new","data":{"a":[1.0]},"timestamp":12.5,"correlation_id":"c"}'
    received = PARSE[side](text, received_at=0.0)
    assert isinstance(received, Unknown)
    assert received.frame.data == UnknownMessage(("brand_new",), {"a": [1.0]})
    assert received.frame.correlation_id == "c"
    assert received.frame.to_json() == text


def test_an_unknown_event_is_kept_in_its_typed_envelope() -> None:
    text = '{"type":"system_message","data":{"event":"brand_new","n":1},"timestamp":12.5,"server_id":null}'
    received = netra_protocol.parse_server_frame(text, received_at=0.0)
    assert isinstance(received, Unknown)
    assert received.frame.data == UnknownMessage(("system_message", "brand_new"), {"event": "brand_new", "n": 1})
    assert received.frame.to_json() == text
