"""A reader of RFC 8259 and nothing else, which says what is wrong with a text and where.

It is slower than the one of the standard library, which `text` tries first: its place is where that one stumbles.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, NoReturn

from .issue import Code, ContractError, Issue
from .pointer import pointer_at

MAX_DEPTH = 128
"""How many arrays and objects may be open at once."""

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}


class Rounded(float):
    """A double that is whole only because its text was rounded: no integer."""


class Huge(float):
    """Stands for a number beyond the doubles, until it is known what is expected in its place."""


def real(text: str) -> int | float:
    """What a number with a fraction or an exponent is: a double, or the integer that a double cannot hold.

    Raises OverflowError beyond the doubles.
    """
    number = float(text)
    if math.isinf(number):
        raise OverflowError
    if not number.is_integer():
        return number
    exact = Decimal(text)
    if exact == Decimal(number):
        return number
    if exact != exact.to_integral_value():
        return Rounded(number)
    # No integer type goes further.
    return int(exact) if abs(exact) < 2**64 else number


def whole(text: str) -> int:
    """The integer that a number without fraction and exponent is.

    Raises OverflowError beyond the doubles.
    """
    if len(text) > 300:
        real(text)
    return int(text)


class Reader:
    """Reads one text, and raises a `ContractError` at the first thing in it that is not JSON."""

    def __init__(self, text: str, *, huge: bool = False) -> None:
        self.text = text
        # Whether numbers beyond the doubles are taken as `Huge`.
        self.huge = huge
        self.at = 0
        self.depth = 0

    def read(self) -> Any:
        """The value that the whole text is."""
        value = self._value()
        self._space()
        if self.at < len(self.text):
            self._fail("trailing-data", self.at, "the end of the frame")
        return value

    def _fail(self, code: Code, at: int, expected: str, found: str | None = None) -> NoReturn:
        glimpse = f"`{self.text[at]}`" if at < len(self.text) else "the end of the frame"
        raise ContractError(Issue(code, expected, found or glimpse, pointer_at(self.text, at)))

    def _space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _next(self) -> str:
        self._space()
        return self.text[self.at : self.at + 1]

    def _value(self) -> Any:
        match self._next():
            case "{":
                return self._object()
            case "[":
                return self._array()
            case '"':
                return self._string()
            case first if first == "-" or "0" <= first <= "9":
                return self._number()
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        self._fail("syntax", self.at, "a value")

    def _enter(self) -> None:
        if self.depth == MAX_DEPTH:
            self._fail("depth", self.at, f"at most {MAX_DEPTH} levels of nesting", "one more")
        self.depth += 1
        self.at += 1

    def _leave(self) -> None:
        self.depth -= 1
        self.at += 1

    def _object(self) -> dict[str, Any]:
        members: dict[str, Any] = {}
        self._enter()
        while (following := self._next()) != "}":
            if members:
                if following != ",":
                    self._fail("syntax", self.at, "`,` or `}`")
                self.at += 1
            name = self._name(members)
            members[name] = self._value()
        self._leave()
        return members

    def _name(self, members: dict[str, Any]) -> str:
        if self._next() != '"':
            self._fail("syntax", self.at, "a property name in quotes")
        start = self.at
        name = self._string()
        if name in members:
            found = f"{self.text[start : self.at]} a second time"
            self._fail("duplicate-key", start, "each property once", found)
        if self._next() != ":":
            self._fail("syntax", self.at, "`:`")
        self.at += 1
        return name

    def _array(self) -> list[Any]:
        items: list[Any] = []
        self._enter()
        while (following := self._next()) != "]":
            if items:
                if following != ",":
                    self._fail("syntax", self.at, "`,` or `]`")
                self.at += 1
            items.append(self._value())
        self._leave()
        return items

    def _number(self) -> int | float:
        found = _NUMBER.match(self.text, self.at)
        if not found:
            self._fail("syntax", self.at + 1, "a digit")
        following = self.text[found.end() : found.end() + 1]
        if following and following in "0123456789.eE":
            self._fail("syntax", found.end(), "the end of the number")
        start, self.at = self.at, found.end()
        try:
            return real(found[0]) if found[2] or found[3] else whole(found[0])
        except OverflowError:
            if self.huge:
                return Huge("-inf" if found[0].startswith("-") else "inf")
            self._fail("number-range", start, "a number in the range of a double", f"number {found[0][:80]}")

    def _string(self) -> str:
        self.at += 1
        parts: list[str] = []
        while True:
            plain = _PLAIN.match(self.text, self.at)
            if plain:
                self._encodable(plain[0])
                parts.append(plain[0])
                self.at = plain.end()
            match self.text[self.at : self.at + 1]:
                case '"':
                    self.at += 1
                    return "".join(parts)
                case "\\":
                    parts.append(self._escape())
                case "":
                    self._fail("syntax", self.at, "the end of the string")
                case _:
                    self._fail("syntax", self.at, "an escape for a control character")

    def _encodable(self, plain: str) -> None:
        """Half a surrogate pair in the text itself: what was not decoded from UTF-8."""
        try:
            plain.encode()
        except UnicodeEncodeError as error:
            self._fail("syntax", self.at + error.start, "UTF-8 text")

    def _escape(self) -> str:
        start = self.at
        letter = self.text[start + 1 : start + 2]
        if letter != "u":
            if letter not in _ESCAPES:
                self._fail("escape", start, "an escape of JSON")
            self.at += 2
            return _ESCAPES[letter]
        unit = self._unit(start)
        if 0xD800 <= unit < 0xDC00 and self.text.startswith("\\u", self.at):
            second = self._unit(self.at)
            if 0xDC00 <= second < 0xE000:
                return chr(0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00))
        if 0xD800 <= unit < 0xE000:
            self._fail("escape", start, "a whole surrogate pair")
        return chr(unit)

    def _unit(self, start: int) -> int:
        """The number that a `\\u` escape writes."""
        digits = _HEX.match(self.text, start + 2)
        if not digits:
            self._fail("escape", start, "four hexadecimal digits")
        self.at = digits.end()
        return int(digits[0], 16)
