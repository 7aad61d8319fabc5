"""Shapes: the schema as data. Each says how a value is read, what a constructor takes, and how it is written.

`read` takes what `text.load` made of a frame; `accept` takes what a program passes to a constructor; `write` gives
what `text.dump` makes a text of. All three raise `Fault`, and none of them changes what it is given.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .issue import Code, Fault, describe
from .strict import MAX_DEPTH, Huge, Rounded


@dataclass(slots=True)
class Reading:
    """How a value is read, and what of it the schema does not list."""

    keep_unknown: bool = False
    """Whether properties that the schema does not list are kept."""
    unknown: list[str] = field(default_factory=list)
    """Discriminator values that the schema does not list."""


class Shape(Protocol):
    """What a value may be."""

    nullable: bool
    """Whether `null` is a value."""

    def read(self, value: Any, reading: Reading) -> Any:
        """The value that a JSON value stands for."""

    def accept(self, value: Any) -> Any:
        """The value as it is kept, if it is one."""

    def write(self, value: Any) -> Any:
        """The JSON value that stands for it."""


class Scalar:
    """A shape whose values are JSON values themselves."""

    nullable = False

    def read(self, value: Any, reading: Reading) -> Any:
        raise NotImplementedError

    def accept(self, value: Any) -> Any:
        return self.read(value, Reading())

    def write(self, value: Any) -> Any:
        return value


class AnyJson(Scalar):
    """Any JSON value."""

    nullable = True

    def read(self, value: Any, reading: Reading) -> Any:
        return value

    def accept(self, value: Any) -> Any:
        return json_copy(value)


class FreeObject(AnyJson):
    """An object of any JSON values."""

    nullable = False

    def read(self, value: Any, reading: Reading) -> Any:
        if type(value) is not dict:
            raise Fault("type", "an object", describe(value))
        return value

    def accept(self, value: Any) -> Any:
        return self.read(json_copy(value), Reading())


class Null(Scalar):
    """`null`."""

    nullable = True

    def read(self, value: Any, reading: Reading) -> Any:
        if value is not None:
            raise Fault("type", "null", describe(value))


class Boolean(Scalar):
    """`true` or `false`."""

    def read(self, value: Any, reading: Reading) -> Any:
        if type(value) is not bool:
            raise Fault("type", "a boolean", describe(value))
        return value


class Integer(Scalar):
    """A whole number within bounds, both included; `1.0` is one."""

    def __init__(self, minimum: int, maximum: int) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def read(self, value: Any, reading: Reading) -> Any:
        if type(value) is float and value.is_integer():
            value = int(value)
        elif type(value) is Huge:
            raise Fault("range", f"a number from {self.minimum} to {self.maximum}", "a number beyond the doubles")
        elif type(value) is not int:
            raise Fault("type", "an integer", describe(value))
        if value < self.minimum:
            raise Fault("range", f"a number >= {self.minimum}", describe(value))
        if value > self.maximum:
            raise Fault("range", f"a number <= {self.maximum}", describe(value))
        return value


class Number(Scalar):
    """A finite double."""

    def __init__(
        self,
        *,
        minimum: float = -math.inf,
        maximum: float = math.inf,
        above: float = -math.inf,
        below: float = math.inf,
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.above = above
        self.below = below

    def read(self, value: Any, reading: Reading) -> Any:
        number = _double(value)
        if number < self.minimum:
            raise Fault("range", f"a number >= {self.minimum}", describe(value))
        if number > self.maximum:
            raise Fault("range", f"a number <= {self.maximum}", describe(value))
        if number <= self.above:
            raise Fault("range", f"a number > {self.above}", describe(value))
        if number >= self.below:
            raise Fault("range", f"a number < {self.below}", describe(value))
        return number


def _double(value: Any) -> float:
    """The finite double that a value is. `True` is none."""
    if type(value) is float and math.isfinite(value):
        return value
    if type(value) is int or type(value) is Rounded:
        try:
            return float(value)
        except OverflowError:
            pass
    elif type(value) is not float and type(value) is not Huge:
        raise Fault("type", "a number", describe(value))
    raise Fault("number-range", "a number in the range of a double", describe(value))


class Text(Scalar):
    """A string."""

    def __init__(
        self, *, min_length: int = 0, max_length: int | None = None, pattern: str | None = None
    ) -> None:
        self.min_length = min_length
        self.max_length = max_length
        self.pattern = re.compile(pattern) if pattern is not None else None

    def read(self, value: Any, reading: Reading) -> Any:
        if type(value) is not str:
            raise Fault("type", "a string", describe(value))
        if len(value) < self.min_length:
            raise Fault("length", f"at least {self.min_length} code points", f"{len(value)} code points")
        if self.max_length is not None and len(value) > self.max_length:
            raise Fault("length", f"at most {self.max_length} code points", f"{len(value)} code points")
        if self.pattern is not None and not self.pattern.search(value):
            raise Fault("pattern", f"a string that matches {self.pattern.pattern}", describe(value))
        return value

    def accept(self, value: Any) -> Any:
        return self.read(_plain_text(value), Reading())


def _plain_text(value: Any) -> Any:
    """A string as JSON can write it: no subclass, no half of a surrogate pair."""
    if isinstance(value, str):
        value = str.__str__(value)
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Fault("escape", "text without half a surrogate pair", describe(value)) from None
    return value


class OneOf(Scalar):
    """One of several strings."""

    code: Code = "enum"

    def __init__(self, *values: str) -> None:
        self.values = values

    def read(self, value: Any, reading: Reading) -> Any:
        if type(value) is not str:
            raise Fault("type", "a string", describe(value))
        if value not in self.values:
            known = ", ".join(f'"{known}"' for known in self.values)
            raise Fault(self.code, f"one of {known}" if self.values[1:] else known, describe(value))
        return value

    def accept(self, value: Any) -> Any:
        return self.read(_plain_text(value), Reading())


class Constant(OneOf):
    """One string."""

    code: Code = "const"


class Nullable:
    """A shape or `null`."""

    nullable = True

    def __init__(self, inner: Shape) -> None:
        self.inner = inner

    def read(self, value: Any, reading: Reading) -> Any:
        return None if value is None else self.inner.read(value, reading)

    def accept(self, value: Any) -> Any:
        return None if value is None else self.inner.accept(value)

    def write(self, value: Any) -> Any:
        return None if value is None else self.inner.write(value)


class Array:
    """An array of one shape; kept as a tuple, which nobody can change."""

    nullable = False

    def __init__(self, item: Shape, *, min_items: int = 0, max_items: int | None = None) -> None:
        self.item = item
        self.min_items = min_items
        self.max_items = max_items

    def read(self, value: Any, reading: Reading) -> Any:
        if type(value) is not list:
            raise Fault("type", "an array", describe(value))
        items: list[Any] = []
        for item in value:
            try:
                items.append(self.item.read(item, reading))
            except Fault as fault:
                raise fault.within(len(items))
        return self._counted(items)

    def accept(self, value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise Fault("type", "a list or a tuple", describe(value))
        items: list[Any] = []
        for item in value:
            try:
                items.append(self.item.accept(item))
            except Fault as fault:
                raise fault.within(len(items))
        return self._counted(items)

    def _counted(self, items: list[Any]) -> tuple[Any, ...]:
        if len(items) < self.min_items:
            raise Fault("items", f"at least {self.min_items} items", f"{len(items)} items")
        if self.max_items is not None and len(items) > self.max_items:
            raise Fault("items", f"at most {self.max_items} items", f"{len(items)} items")
        return tuple(items)

    def write(self, value: Any) -> Any:
        return [self.item.write(item) for item in value]


def json_copy(value: Any, depth: int = 0) -> Any:
    """A copy of a value made of what JSON has, so that what was checked cannot change."""
    if depth > MAX_DEPTH:
        raise Fault("depth", f"at most {MAX_DEPTH} levels of nesting", "one more")
    match value:
        case None | bool():
            return value
        case str():
            return _plain_text(value)
        case int():
            _double(int(value))
            return int(value)
        case float():
            return _double(float(value))
        case Mapping():
            return {_name(name): _inside(name, item, depth) for name, item in value.items()}
        case list() | tuple():
            return [_inside(index, item, depth) for index, item in enumerate(value)]
        case _:
            raise Fault("type", "a JSON value", describe(value))


def _inside(name: Any, value: Any, depth: int) -> Any:
    try:
        return json_copy(value, depth + 1)
    except Fault as fault:
        raise fault.within(name)


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise Fault("type", "a string as the name of a property", describe(name))
    text: str = _plain_text(name)
    return text
