"""The generated classes as types of pydantic: one judge, whoever asks."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import schema
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter, ValidationError
from test_samples import EXAMPLES, PARSE, READ_CANONICAL, named

from netra_protocol import ClientFrame, ClientMessage, LegacyPolicies, ServerFrame, ServerMessage, UnknownMessage
from netra_protocol.client import UserMessage
from netra_protocol.server import AgentStarted, AgentThinking, ConnectionEstablished

ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "server": TypeAdapter(ServerFrame[ServerMessage]),
    "client": TypeAdapter(ClientFrame[ClientMessage]),
}
INVALID = list(schema.invalid())
# What nobody can tell once JSON is parsed, or what pydantic itself reads in another way.
ONLY_IN_TEXTS = {"duplicate-key", "syntax", "escape", "trailing-data", "number-range", "depth"}
THINKING = AgentThinking(run_id="r", agent_name="a", reasoning="…")


class Note(BaseModel):
    """A model of a user, with fields of the protocol."""

    any: ServerFrame[ServerMessage]
    one: ServerFrame[AgentThinking] | None = None
    message: AgentThinking | None = None
    asked: list[ClientFrame[UserMessage]] = []


def refused(adapter: TypeAdapter[Any], value: Any) -> Any:
    """The only error that pydantic reports of a value."""
    with pytest.raises(ValidationError) as raised:
        adapter.validate_python(value)
    [error] = raised.value.errors()
    return error


@pytest.mark.parametrize("sample", EXAMPLES, ids=named)
def test_examples_are_read_and_written_as_they_are(sample: schema.Sample) -> None:
    adapter, text = ADAPTERS[sample.side], json.dumps(sample.frame)
    frame = READ_CANONICAL[sample.side](text)
    for read in (adapter.validate_json(text), adapter.validate_python(sample.frame), adapter.validate_python(frame)):
        assert read == frame
    assert json.loads(adapter.dump_json(frame)) == sample.frame
    assert adapter.dump_python(frame) == json.loads(frame.to_json())


@pytest.mark.parametrize("sample", INVALID, ids=named)
def test_what_is_invalid_is_refused_with_the_same_words(sample: schema.InvalidSample) -> None:
    if sample.code == "duplicate-key":
        # The difference that pydantic's own reader of JSON forces: the last one has won.
        ADAPTERS[sample.side].validate_json(sample.text)
        return
    with pytest.raises(ValidationError):
        ADAPTERS[sample.side].validate_json(sample.text)
    # Read by the standard library, a number beyond the doubles is infinity.
    if sample.code not in ONLY_IN_TEXTS and "1e999" not in sample.text:
        assert_refused_alike(sample.side, json.loads(sample.text))


def assert_refused_alike(side: str, frame: Any) -> None:
    """pydantic refuses the frame as a receiver does that refuses retired forms."""
    issue = PARSE[side](json.dumps(frame), received_at=0.0, legacy=LegacyPolicies(every="refuse")).issue
    error = refused(ADAPTERS[side], frame)
    assert (error["type"], error["ctx"]["pointer"], error["msg"]) == (issue.code, issue.pointer, str(issue))


@pytest.mark.parametrize("sample", list(schema.legacy()), ids=lambda sample: f"{sample.form} {sample.side}")
def test_retired_forms_are_refused(sample: schema.LegacySample) -> None:
    assert_refused_alike(sample.side, sample.frame)
    assert refused(ADAPTERS[sample.side], sample.frame)["type"] == "legacy-refused"


def test_what_is_newer_than_the_package_is_kept() -> None:
    frame = {"type": "brand_new", "data": {"a": [1.0]}, "timestamp": 12.5}
    read = ADAPTERS["server"].validate_python(frame)
    assert isinstance(read.data, UnknownMessage)
    assert ADAPTERS["server"].dump_python(read) == frame


def test_models_have_fields_of_the_protocol() -> None:
    frame = ServerFrame(data=THINKING, timestamp=1.0)
    note = Note(any=frame, one=frame, message=THINKING)
    assert note.one is frame
    assert Note.model_validate_json(note.model_dump_json()) == note
    started = ServerFrame(data=AgentStarted(run_id="r", agent_name="a"), timestamp=1.0)
    with pytest.raises(ValidationError) as raised:
        Note.model_validate({"any": json.loads(started.to_json()), "one": json.loads(started.to_json())})
    [error] = raised.value.errors()
    assert error["loc"] == ("one",)
    assert error["msg"] == "frame: expected a frame of AgentThinking, found one of AgentStarted (type)"


def test_what_is_no_json_is_refused() -> None:
    adapter = TypeAdapter(AgentThinking)
    for value in [object(), "text", {"run_id": float("nan")}, [THINKING], ConnectionEstablished()]:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("side", schema.SIDES)
def test_the_json_schema_means_what_the_schema_means(side: str, mode: Any) -> None:
    described = ADAPTERS[side].json_schema(mode=mode)
    jsonschema.Draft202012Validator.check_schema(described)
    judge = jsonschema.Draft202012Validator(described)
    for sample in EXAMPLES:
        assert sample.side != side or judge.is_valid(sample.frame), sample.name
    wrong = [one for one in INVALID if one.side == side and one.code not in ONLY_IN_TEXTS]
    accepted = [one.name for one in wrong if judge.is_valid(json.loads(one.text))]
    assert (accepted, len(wrong) > 100) == ([], True)


def test_fastapi_reads_answers_and_describes_frames() -> None:
    app = FastAPI()

    @app.post("/frames")
    def relay(frame: ServerFrame[ServerMessage]) -> ServerFrame[ServerMessage]:
        return frame

    @app.post("/notes")
    def keep(note: Note) -> Note:
        return note

    client = TestClient(app)
    frame = json.loads(ServerFrame(data=THINKING, timestamp=1.5).to_json())
    assert client.post("/frames", json=frame).json() == frame
    assert client.post("/notes", json={"any": frame}).json()["any"] == frame
    answer = client.post("/frames", json={"event": "connection_established"})
    assert answer.status_code == 422
    assert "arrived in form" in answer.json()["detail"][0]["msg"]
    assert "AgentThinking" in client.get("/openapi.json").json()["components"]["schemas"]


def test_nothing_imports_pydantic_before_it_asks() -> None:
    script = "import netra_protocol, netra_protocol.testing, sys; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
