"""Every retired way to write a message that is on record, and what is done with it."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
import schema
from test_samples import PARSE, READ_CANONICAL

from netra_protocol import Invalid, Legacy, LegacyPolicies, Seen, legacy_policies, parse_server_frame

SAMPLES = list(schema.legacy())
BARE = '{"event":"connection_established"}'


def named(sample: schema.LegacySample) -> str:
    return f"{sample.form} {sample.side}"


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_each_sample_is_read_as_its_canonical_twin(sample: schema.LegacySample) -> None:
    received = PARSE[sample.side](json.dumps(sample.frame), received_at=sample.received_at)
    assert isinstance(received, Legacy), received
    assert received.form.name == sample.form
    assert received.frame == READ_CANONICAL[sample.side](json.dumps(sample.canonical))
    assert sorted(received.lost) == sorted(sample.lost)


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_a_refused_form_has_a_code_of_its_own(sample: schema.LegacySample) -> None:
    refusing = LegacyPolicies(forms={sample.form: "refuse"})
    received = PARSE[sample.side](json.dumps(sample.frame), received_at=0.0, legacy=refusing)
    assert isinstance(received, Invalid)
    assert received.issue.code == "legacy-refused"
    assert received.form is not None and received.form.name == sample.form
    assert f'"type":"{sample.canonical["type"]}"' in str(received.issue)


def test_every_form_is_sampled() -> None:
    files = {path.stem for path in (schema.SCHEMA / "legacy").glob("*.json")} - {"names"}
    assert {sample.form for sample in SAMPLES} == files


def test_a_form_is_refused_from_its_sunset_on() -> None:
    sunset = 1_814_313_600.0  # 2027-06-30T00:00:00Z
    for today, expected in [(sunset - 1, Legacy), (sunset, Invalid)]:
        policies = LegacyPolicies(today=today)
        assert isinstance(parse_server_frame(BARE, received_at=today, legacy=policies), expected)
    told = LegacyPolicies(every="accept", today=sunset)
    assert isinstance(parse_server_frame(BARE, received_at=sunset, legacy=told), Legacy)


def test_two_spellings_that_differ_are_refused() -> None:
    def frame(seconds: float) -> str:
        members: dict[str, Any] = {"type": "tool_completed", "run_id": "r", "tool_name": "t", "results": {}}
        return json.dumps(members | {"duration_ms": 1500, "execution_time": seconds})

    assert isinstance(parse_server_frame(frame(1.5), received_at=0.0), Legacy)
    received = parse_server_frame(frame(1.6), received_at=0.0)
    assert isinstance(received, Invalid)
    assert (received.issue.code, received.issue.pointer) == ("conflict", "/execution_time")


def test_an_observer_and_the_log_are_told(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Seen] = []
    with caplog.at_level(logging.WARNING, logger="netra_protocol"):
        parse_server_frame(BARE, received_at=0.0, legacy=LegacyPolicies(observer=seen.append))
    assert [(one.form.name, one.policy) for one in seen] == [("bare-event", "warn")]
    assert "bare-event" in caplog.text


def test_policies_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRA_LEGACY", "refuse, bare-event=accept")
    policies = legacy_policies()
    assert (policies.every, policies.forms) == ("refuse", {"bare-event": "accept"})
    for wrong in ["perhaps", "bare-evnt=warn"]:
        with pytest.raises(ValueError):
            legacy_policies(wrong)
