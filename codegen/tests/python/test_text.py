"""Texts are read by RFC 8259 and nothing else, and mistakes have a code and a place."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from support import text
from support.issue import ContractError
from support.strict import Reader, Rounded

DEEP = 128

REFUSED = [
    # text, code, pointer
    ("", "syntax", ""),
    ("nul", "syntax", ""),
    ("\ufeff{}", "syntax", ""),
    ("{} {}", "trailing-data", ""),
    ("[1,]", "syntax", ""),
    ('{"a":1,}', "syntax", ""),
    ('{"a" 1}', "syntax", "/a"),
    ("{'a':1}", "syntax", ""),
    ('{"a":[1 2]}', "syntax", "/a/1"),
    ('{"a":{"b":tru}}', "syntax", "/a/b"),
    ('{"a":"x', "syntax", "/a"),
    ('{"a":"\n"}', "syntax", "/a"),
    ('{"a":"\\x"}', "escape", "/a"),
    ('{"a":"\\ud800"}', "escape", "/a"),
    ('{"a":"\\udc00\\ud800"}', "escape", "/a"),
    ('{"a":"\\u12g4"}', "escape", "/a"),
    ('{"a":"\ud800"}', "syntax", "/a"),
    ('{"a/b":{"~":1,"~":1}}', "duplicate-key", "/a~1b/~0"),
    ('{"a":1,"\\u0061":2}', "duplicate-key", "/a"),
    ("[NaN]", "syntax", "/0"),
    ("[-Infinity]", "syntax", "/0"),
    ("[01]", "syntax", "/0"),
    ("[1.]", "syntax", "/0"),
    ("[.5]", "syntax", "/0"),
    ("[+1]", "syntax", "/0"),
    ("[1e999]", "number-range", "/0"),
    ("[" + "9" * 400 + "]", "number-range", "/0"),
    ("[" * (DEEP + 1) + "]" * (DEEP + 1), "depth", "/0" * DEEP),
    ("[" * 100_000, "depth", "/0" * DEEP),
]


@pytest.mark.parametrize(("refused", "code", "pointer"), REFUSED, ids=[row[0][:24] for row in REFUSED])
def test_what_is_no_json_is_refused_with_code_and_place(refused: str, code: str, pointer: str) -> None:
    with pytest.raises(ContractError) as raised:
        text.load(refused)
    assert (raised.value.code, raised.value.pointer) == (code, pointer)
    assert len(str(raised.value).splitlines()) == 1


def test_bytes_are_utf_8() -> None:
    assert text.load('{"é":1}'.encode()) == {"é": 1}
    with pytest.raises(ContractError, match="0xe9"):
        text.load(b'"caf\xe9"')


@pytest.mark.parametrize("accepted", ["[" * DEEP + "]" * DEEP, "[" + "[]," * 200 + "[]]", '"\\ud83d\\ude00"', " 1 "])
def test_what_is_json_is_read(accepted: str) -> None:
    assert text.load(accepted) == json.loads(accepted) == Reader(accepted).read()


def test_integers_are_told_by_value_and_never_rounded() -> None:
    assert [type(text.load(number)) for number in ["1.0", "1e2", "1.5"]] == [float, float, float]
    assert text.load("9007199254740993.0") == 9007199254740993
    assert type(text.load("0.99999999999999999999")) is Rounded


def outcome(read: Any, frame: str) -> tuple[str, Any]:
    try:
        return "value", repr(read(frame))
    except ContractError as error:
        return "refused", (error.code, error.pointer)


def test_both_readers_agree_on_broken_texts() -> None:
    """What is tried first must accept nothing that the strict reader refuses, and read nothing otherwise."""
    chance = random.Random(7)
    start = '{"type":"a","data":{"n":[1,-2.5e3,true,null,"x\\u00e9\\n\\ud83d\\ude00"],"m":{}},"t":1758207376.5}'
    pieces = list('{}[]:,"\\ \n\t0123456789.-+eE') + ["null", "true", "NaN", "\\u", "d800", "1e999", '"a":', "é"]
    accepted = 0
    for _ in range(20_000):
        frame = start
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(frame))
            frame = frame[:at] + chance.choice(pieces) + frame[at + chance.randint(0, 2) :]
        fast, strict = outcome(text.load, frame), outcome(lambda one: Reader(one).read(), frame)
        assert fast == strict, frame
        accepted += fast[0] == "value"
    assert 500 < accepted < 19_500
