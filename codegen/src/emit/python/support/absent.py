"""Properties that are not there, where that is not the same as `null`; and any JSON."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, Union

Json: TypeAlias = Union[None, bool, int, float, str, Sequence["Json"], Mapping[str, "Json"]]
"""Any JSON value: what is read is made of `list` and `dict`."""

JsonObject: TypeAlias = Mapping[str, Json]
"""Any JSON object."""


class Absent(enum.Enum):
    """The type of `ABSENT`."""

    ABSENT = enum.auto()

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""Stands where a property is not there that may also be `null`; it counts as false."""
