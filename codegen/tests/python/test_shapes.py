"""Shapes: what is read, what constructors take, and that neither can be talked into anything else."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import FrozenInstanceError, dataclass
from enum import Enum
from typing import Any

import pytest
from support.absent import ABSENT, Absent, Json
from support.issue import ContractError, Fault
from support.shapes import (
    Array,
    Boolean,
    FreeObject,
    Integer,
    Nullable,
    Number,
    OneOf,
    Reading,
    Text,
    json_copy,
)
from support.structures import Field, Later, Record, Structure


@dataclass(frozen=True, slots=True, kw_only=True)
class Point(Structure):
    name: str
    n: int | None = None
    note: str | None | Absent = ABSENT
    inner: Sequence[Point] | None = None
    more: Mapping[str, Json] | None = None


POINT = Record(
    Point,
    Field("name", Text(min_length=1)),
    Field("n", Integer(0, 9), required=False),
    Field("note", Nullable(Text()), required=False),
    Field("inner", Array(Later(lambda: POINT), max_items=2), required=False),
    Field("more", FreeObject(), required=False),
    retired={"old": "name", "gone": None},
)

READ = [
    (Integer(0, 9), True, "type"),
    (Integer(0, 9), 1.5, "type"),
    (Integer(0, 9), 10, "range"),
    (Integer(0, 9), -1, "range"),
    (Integer(0, 9), "1", "type"),
    (Number(minimum=0), True, "type"),
    (Number(minimum=0), -0.5, "range"),
    (Number(above=0), 0, "range"),
    (Number(), math.nan, "number-range"),
    (Number(), math.inf, "number-range"),
    (Number(), 10**400, "number-range"),
    (Boolean(), 1, "type"),
    (Text(max_length=1), "ab", "length"),
    (Text(pattern="^a\\Z"), "a\n", "pattern"),
    (OneOf("a", "b"), "c", "enum"),
    (Array(Boolean(), min_items=1), [], "items"),
    (Nullable(Text()), 1, "type"),
]


@pytest.mark.parametrize(("shape", "value", "code"), READ)
def test_what_a_shape_does_not_allow_is_refused(shape: Any, value: Any, code: str) -> None:
    for take in (lambda: shape.read(value, Reading()), lambda: shape.accept(value)):
        with pytest.raises(Fault) as raised:
            take()
        assert raised.value.issue.code == code


def test_numbers_are_what_annotations_say() -> None:
    assert type(Integer(0, 9).accept(1.0)) is int
    assert type(Number().accept(1)) is float
    assert Text(max_length=1).accept("😀") == "😀"


def test_absent_and_null_are_kept_apart() -> None:
    for note in (ABSENT, None, "x"):
        point = Point(name="p", note=note)
        written = POINT.write(point)
        assert written == {"name": "p"} | ({} if note is ABSENT else {"note": note})
        assert POINT.read(written, Reading()) == point
    assert not ABSENT
    with pytest.raises(Fault) as raised:
        POINT.read({"name": "p", "n": None}, Reading())
    assert raised.value.located().pointer == "/n"


def test_constructors_cannot_build_what_the_schema_refuses() -> None:
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"name": ""}, "length", "/name"),
        ({"name": "p", "n": True}, "type", "/n"),
        ({"name": "p", "inner": [Point(name="q"), {"name": "r"}]}, "type", "/inner/1"),
        ({"name": "p", "inner": "qr"}, "type", "/inner"),
        ({"name": "p", "more": {"x": [math.nan]}}, "number-range", "/more/x/0"),
        ({"name": "p", "more": {1: 2}}, "type", "/more"),
        ({"name": "p", "more": {"x": {3}}}, "type", "/more/x"),
        ({"name": "half \ud800"}, "escape", "/name"),
    ]
    for arguments, code, pointer in wrong:
        with pytest.raises(ContractError) as raised:
            Point(**arguments)
        assert (raised.value.code, raised.value.pointer) == (code, pointer)


def test_what_was_checked_does_not_change() -> None:
    inner, more = [Point(name="q")], {"x": [1]}
    point = Point(name="p", inner=inner, more=more)
    inner.append(Point(name="r"))
    more["x"].append(2)
    assert POINT.write(point) == {"name": "p", "inner": [{"name": "q"}], "more": {"x": [1]}}
    with pytest.raises(FrozenInstanceError):
        point.name = ""  # type: ignore[misc]
    assert copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point


def test_strings_of_enumerations_go_out_as_their_value() -> None:
    class Kind(str, Enum):
        A = "a"

    assert type(OneOf("a").accept(Kind.A)) is str
    assert Point(name=Kind.A).name == "a"


def test_retired_properties_are_refused_with_advice() -> None:
    with pytest.raises(Fault) as raised:
        POINT.read({"name": "p", "old": 1}, Reading())
    issue = raised.value.located()
    assert (issue.code, issue.pointer, issue.hint) == ("retired-property", "/old", "send `name` instead")
    with pytest.raises(Fault) as raised:
        POINT.read({"name": "p", "gone": 1}, Reading())
    assert raised.value.located().code == "unknown-property"


def test_free_json_has_a_limit_of_depth() -> None:
    value: Any = []
    value.append(value)
    with pytest.raises(Fault) as raised:
        json_copy(value)
    assert raised.value.issue.code == "depth"


def test_an_error_is_one_line_whatever_the_frame_holds() -> None:
    with pytest.raises(ContractError) as raised:
        Point(name="p", more={"a\n\u202eb": object()})  # type: ignore[dict-item]
    assert "\n" not in str(raised.value) and "\u202e" not in str(raised.value)
    assert copy.copy(raised.value).pointer == pickle.loads(pickle.dumps(raised.value)).pointer
