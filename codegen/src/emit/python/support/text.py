"""Reading and writing JSON texts: strict, with the speed of the standard library where nothing is wrong."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from .issue import ContractError, Issue
from .strict import MAX_DEPTH, Reader, real, whole

# Half a surrogate pair, perhaps: the standard library would let it pass.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def load(text: str | bytes) -> Any:
    """The JSON value that a text is, made of `dict`, `list`, `str`, `int`, `float`, `bool` and `None`.

    Raises ContractError for what RFC 8259 leaves open as well: a key twice, a number beyond the doubles, half a
    surrogate pair, more than 128 levels of nesting.
    """
    if isinstance(text, bytes):
        text = _decoded(text)
    try:
        text.encode()
        if not _SURROGATE.search(text):
            value = _DECODER.decode(text)
            if text.count("{") + text.count("[") <= MAX_DEPTH or _depth_of(value) <= MAX_DEPTH:
                return value
    except (ValueError, OverflowError, RecursionError):
        pass
    return Reader(text).read()


def load_huge(text: str | bytes) -> Any:
    """The same with a `Huge` for each number beyond the doubles."""
    return Reader(_decoded(text) if isinstance(text, bytes) else text, huge=True).read()


def dump(value: Any) -> str:
    """The JSON text of a value."""
    return _ENCODER.encode(value)


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        found = f"byte 0x{text[error.start]:02x}"
        raise ContractError(Issue("syntax", "UTF-8 text", found)) from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _no_constant(name: str) -> NoReturn:
    """`NaN` and `Infinity` are no JSON."""
    raise ValueError(name)


def _depth_of(value: Any) -> int:
    """How many arrays and objects are open at once."""
    depth = 0
    layer = [value]
    while layer := [item for item in layer if isinstance(item, (dict, list))]:
        depth += 1
        layer = [inner for item in layer for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=real, parse_int=whole, parse_constant=_no_constant
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
