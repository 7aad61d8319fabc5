"""What is wrong with a frame, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Code = Literal[
    "syntax",
    "escape",
    "number-range",
    "depth",
    "trailing-data",
    "duplicate-key",
    "type",
    "missing-property",
    "unknown-property",
    "retired-property",
    "const",
    "enum",
    "range",
    "length",
    "pattern",
    "items",
    "conflict",
    "reserved",
    "wrong-direction",
    "legacy-refused",
]
"""The kind of a mistake; stable, for programs to match on, and the same in every language."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One mistake: its kind, its place, what was expected there and what was found."""

    code: Code
    """The kind of the mistake."""
    expected: str
    """What would have been right."""
    found: str
    """What was there instead. It may quote the frame: `str(issue)` escapes it."""
    pointer: str = ""
    """Where it is, as a JSON Pointer (RFC 6901); empty for the whole."""
    message: str | None = None
    """The message it is in, such as `system_message/connection_established`, or the class that was to be built."""
    hint: str | None = None
    """What to do about it."""

    def __str__(self) -> str:
        """One line, whatever the frame holds."""
        message = f"{_line(self.message, 200)}: " if self.message else ""
        place = _line(self.pointer or "frame", 200)
        what = f"expected {_line(self.expected, 1000)}, found {_line(self.found, 60)}"
        hint = f"; {_line(self.hint, 400)}" if self.hint else ""
        return f"{message}{place}: {what} ({self.code}){hint}"


class ContractError(ValueError):
    """A frame, or a value that was to become part of one, is not what the schema says."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(str(issue))
        self.issue = issue

    def __reduce__(self) -> tuple[type[ContractError], tuple[Issue]]:
        return type(self), (self.issue,)

    @property
    def code(self) -> Code:
        """The kind of the mistake."""
        return self.issue.code

    @property
    def pointer(self) -> str:
        """Where it is, as a JSON Pointer (RFC 6901); empty for the whole."""
        return self.issue.pointer

    @property
    def hint(self) -> str | None:
        """What to do about it."""
        return self.issue.hint


class Fault(Exception):
    """A mistake on its way up from the value that has it: each level adds its name in front."""

    def __init__(self, code: Code, expected: str, found: str, hint: str | None = None) -> None:
        super().__init__(code)
        self.issue = Issue(code, expected, found, hint=hint)
        self.path: list[str | int] = []

    def within(self, name: str | int) -> Fault:
        """The same mistake, seen from the object or array that has it under this name."""
        self.path.append(name)
        return self

    def located(self) -> Issue:
        """The mistake with its pointer."""
        return replace(self.issue, pointer=pointer_to(reversed(self.path)))


def pointer_to(names: Iterable[str | int]) -> str:
    """The JSON Pointer (RFC 6901 §3) of the place to which these names lead."""
    parts = (str(name) for name in names)
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


# Control characters, line separators, lone surrogates, and characters that have no width or change the writing
# direction.
_DISGUISING = re.compile(
    "[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


def _line(text: str, most: int) -> str:
    """At most so many characters; those that could break or disguise a line as escapes."""
    shown = _DISGUISING.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", text[:most])
    return shown + "…" if len(text) > most else shown


def describe(value: object) -> str:
    """A value in words: `number 12`, `an object`."""
    match value:
        case None:
            return "null"
        case bool():
            return f"boolean {str(value).lower()}"
        case int() | float():
            return f"number {value}" if not isinstance(value, int) or abs(value) < 10**80 else "a long number"
        case str():
            cut = value[:80].replace("\\", "\\\\").replace('"', '\\"')
            return f'string "{cut}' + ("" if len(value) > 80 else '"')
        case dict():
            return "an object"
        case list() | tuple():
            return "an array"
        case _:
            return f"a {type(value).__name__}"
