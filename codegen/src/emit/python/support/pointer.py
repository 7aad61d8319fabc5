"""From a place in a text to a JSON Pointer, on the way to an error message only."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from .issue import pointer_to

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*', re.DOTALL)
_WORD = re.compile(r'[^{}\[\],:" \t\r\n]*')


@dataclass(slots=True)
class _Level:
    """An array or object that is open where the walk is."""

    is_array: bool
    """Whether it is an array."""
    inside: bool = False
    """Whether the walk is in a member or item, from the start of its key or value to its end."""
    ended: int = 0
    """How many items of the array have ended."""
    key: str = ""
    """The last key of the object."""


def pointer_at(text: str, offset: int) -> str:
    """The JSON Pointer of the place `offset` characters into a text, which may be broken from there on.

    A place in a member's key or value belongs to that member; the bracket that opens a container to the container,
    and so does everything after its last value.
    """
    levels: list[_Level] = []
    at = _after(_SPACE, text, 0)
    while at <= offset and at < len(text):
        end = _token_end(text, at)
        if offset < end:
            _enter(levels, text, at, end)
            break
        _step(levels, text, at, end)
        at = _after(_SPACE, text, end)
    return pointer_to(level.ended if level.is_array else level.key for level in levels if level.inside)


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _token_end(text: str, at: int) -> int:
    """Where a token ends; anything that is not JSON counts as one. A string that is not closed ends behind the text.

    The place behind a number that lacks a digit there belongs to the number.
    """
    if text[at] == '"':
        return _after(_STRING, text, at) + 1
    if text[at] in "{}[],:":
        return at + 1
    end = max(_after(_WORD, text, at), at + 1)
    return end + (text[at] in "-0123456789" and text[end - 1] in "-+.eE")


def _enter(levels: list[_Level], text: str, at: int, end: int) -> None:
    """Takes in the token in which the place is, as far as it begins something."""
    if text[at] in "}],:" or _begin_key(levels, text, at, end):
        return
    _begin_value(levels)


def _step(levels: list[_Level], text: str, at: int, end: int) -> None:
    """Takes in a whole token."""
    byte = text[at]
    if byte in "}]":
        if levels:
            levels.pop()
        _end_value(levels)
    elif byte in "{[":
        _begin_value(levels)
        levels.append(_Level(byte == "["))
    elif byte not in ",:" and not _begin_key(levels, text, at, end):
        _begin_value(levels)
        _end_value(levels)


def _begin_key(levels: list[_Level], text: str, at: int, end: int) -> bool:
    """If a key is due, takes the string at `at` as that key."""
    if text[at] != '"' or not levels or levels[-1].is_array or levels[-1].inside:
        return False
    levels[-1].inside = True
    levels[-1].key = _name(text[at:end])
    return True


def _name(quoted: str) -> str:
    """The name that a quoted key is; one that is broken is shown as written."""
    try:
        name = json.loads(quoted)
    except ValueError:
        return quoted.strip('"')
    return name if isinstance(name, str) else quoted


def _begin_value(levels: list[_Level]) -> None:
    # A value where a key is due is a mistake of the container: there is no member yet.
    if levels and levels[-1].is_array:
        levels[-1].inside = True


def _end_value(levels: list[_Level]) -> None:
    if levels:
        levels[-1].inside = False
        levels[-1].ended += 1
