"""What Python makes different, as the package's README lists it, and what a relay must not lose."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import schema
from test_samples import EXAMPLES, PARSE, READ_CANONICAL, named

from netra_protocol import (
    Canonical,
    ContractError,
    Legacy,
    ServerFrame,
    read_canonical_server_frame,
    unknown_properties,
)
from netra_protocol.server import AgentResponseChunk, ToolCompleted

EXTRA = {"x_new": {"a": [1, 1.0, None, "…"]}}


def relayed(results: str) -> str:
    """The free-form member of a frame, read and written again."""
    text = f'{{"type":"tool_completed","data":{{"run_id":"r","tool_name":"t","results":{results}}},"timestamp":1.5}}'
    written = read_canonical_server_frame(text).to_json()
    return written.partition('"results":')[2].rpartition('},"timestamp"')[0]


@pytest.mark.parametrize(
    "value",
    ["1", "1.0", "9007199254740993", "123456789012345678901234567890", "-0.0", "0.1", '{"a":[true,null,1,1.0]}'],
)
def test_numbers_in_free_form_values_stay_what_they_are(value: str) -> None:
    assert relayed(f'{{"n":{value}}}') == f'{{"n":{value}}}'


def test_typed_numbers_have_one_type() -> None:
    chunk = AgentResponseChunk(task_id="t", chunk="", chunk_index=1)
    text = ServerFrame(data=chunk, timestamp=2).to_json()
    assert '"chunk_index":1}' in text and '"timestamp":2.0' in text
    read = read_canonical_server_frame(text.replace('"chunk_index":1', '"chunk_index":1.0'))
    assert read.data == chunk and '"chunk_index":1}' in read.to_json()


def test_an_integer_is_not_rounded_into_one() -> None:
    text = ServerFrame(data=AgentResponseChunk(task_id="t", chunk="", chunk_index=1), timestamp=2).to_json()
    rounded = text.replace('"chunk_index":1', '"chunk_index":1.0000000000000000001')
    with pytest.raises(ContractError) as raised:
        read_canonical_server_frame(rounded)
    assert (raised.value.code, raised.value.pointer) == ("type", "/data/chunk_index")
    # Once it is parsed, nobody can tell.
    assert json.loads(rounded)["data"]["chunk_index"] == 1


def test_a_boolean_is_no_number() -> None:
    wrong: Any = True
    with pytest.raises(ContractError, match="expected an integer, found boolean true"):
        AgentResponseChunk(task_id="t", chunk="", chunk_index=wrong)
    with pytest.raises(ContractError, match="expected a boolean, found number 1"):
        ToolCompleted(run_id="r", tool_name="t", results={}, success=1)  # type: ignore[arg-type] # pyright: ignore


@pytest.mark.parametrize("sample", EXAMPLES, ids=named)
def test_a_relay_loses_nothing(sample: schema.Sample) -> None:
    extended = sample.frame | EXTRA
    extended["data"] = extended["data"] | EXTRA
    text = json.dumps(extended)
    received = PARSE[sample.side](text, received_at=0.0, keep_unknown=True)
    assert isinstance(received, Canonical)
    for frame in (received.frame, READ_CANONICAL[sample.side](text, keep_unknown=True)):
        assert json.loads(frame.to_json()) == extended
        assert unknown_properties(frame) == EXTRA
    assert unknown_properties(PARSE[sample.side](text, received_at=0.0).frame) == {}


def test_what_a_legacy_frame_has_besides_is_kept_as_well() -> None:
    text = json.dumps({"event": "connection_established", "x_new": 1})
    received = PARSE["server"](text, received_at=1.5, keep_unknown=True)
    assert isinstance(received, Legacy)
    assert unknown_properties(received.frame.data) == {"x_new": 1}
    assert json.loads(received.frame.to_json())["data"] == json.loads(text)


def test_what_the_readme_shows_runs(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (schema.SCHEMA.parent / "generated/python/README.md").read_text("utf-8")
    [shown] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    welcome = '{"type":"system_message","data":{"event":"connection_established"},"timestamp":1.5}'
    for text in [welcome, '{"type":"brand_new","data":{},"timestamp":1.5}', "{}"]:
        exec(shown, {"text": text})
    assert capsys.readouterr().out.splitlines() == [
        "system_message ConnectionEstablished()",
        "newer than this package: brand_new",
        "frame: expected the property `type`, found an object without it (missing-property)",
    ]
