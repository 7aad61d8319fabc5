"""Retired ways to write frames, as data: forms, names of messages, and spellings of properties.

`fit` finds the form that a frame has, `convert` the canonical frame. No two forms of a direction fit one frame: the
generator proves it of the tables that it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from . import text

Place: TypeAlias = tuple[str, ...]
"""A place below the frame: the names that lead there, as in a JSON Pointer (RFC 6901)."""

Policy: TypeAlias = Literal["accept", "warn", "refuse"]
"""What is done with a retired form: convert it, convert it and warn, or refuse it."""

Conversion: TypeAlias = Callable[[Any], "Changed | None"]
"""What becomes of the value of a retired spelling; `None` if it stays as it is."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A value in the unit of today."""

    value: Any
    loss: bool = False
    """Whether something of it was lost, such as that a time did not say its zone."""


@dataclass(frozen=True, slots=True)
class Synonym:
    """A retired spelling of a property."""

    name: str
    """How it is called today; the same, if only the unit was another."""
    conversion: Conversion | None = None
    """What becomes of the value, if it does not stay as it is."""


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of the properties of an object."""

    listed: frozenset[str]
    """The names of today."""
    synonyms: tuple[tuple[str, Synonym], ...] = ()
    """Retired spellings."""
    inner: Mapping[str, int] | None = None
    """Properties with retired spellings somewhere inside, and the index of what those are made of."""

    def knows(self, name: str) -> bool:
        """Whether a name is one of today or of the past."""
        return name in self.listed or any(old == name for old, _ in self.synonyms)

    def today(self, name: str) -> str:
        """The name of today."""
        renamed = (synonym.name for old, synonym in self.synonyms if old == name and synonym.name != name)
        return next(renamed, name)


@dataclass(frozen=True, slots=True)
class Target:
    """A canonical message."""

    payload: int
    """Index of the payload's properties."""
    nested: str | None = None
    """The discriminator inside its payload, if messages of this name have one."""


@dataclass(frozen=True, slots=True)
class OldName:
    """A retired name of a message."""

    name: str
    """The name."""
    message: Place
    """The discriminator values of the message that it is a name of."""
    constants: tuple[tuple[str, Any], ...] = ()
    """Properties of the payload that the name stands for."""
    moves: tuple[tuple[Place, str], ...] = ()
    """Places below the payload, and the property of the payload that each becomes."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The names that may stand at the discriminator of a form."""

    kind: Literal["canonical", "all-but", "retired-but", "only", "own", "fixed"]
    """Those of canonical messages; all but `names`; retired ones but `names`; `names`; `own`; or none: the form belongs
    to `message`."""
    names: frozenset[str] = frozenset()
    own: tuple[OldName, ...] = ()
    message: Place = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A retired way to write messages."""

    name: str
    """Its name."""
    since: str
    """The version that first had it."""
    retired_in: str
    """The version that stopped sending it."""
    policy: Policy
    """What is done with it unless a program says otherwise."""
    discriminator: tuple[Place, ...]
    """Where the name of the message stands; where there are several places, all hold the same name."""
    names: Allowed
    """The names that may stand there."""
    payload: tuple[Place, ...]
    """Objects whose members belong to the payload, besides those of the frame itself."""
    conditions: tuple[tuple[Place, Literal["absent", "object", "string", "number"]], ...] = ()
    """What else tells the form: places, and what stands there."""
    texts: tuple[tuple[Place, str], ...] = ()
    """What else tells the form: places, and the string that stands there."""
    moves: tuple[tuple[Place, str], ...] = ()
    """Places in the frame, and the property of the payload that each becomes."""
    dropped: frozenset[str] = frozenset()
    """Members that have no place in the canonical frame. A message that lists one keeps it."""
    canonical_layout: bool = False
    """Whether its frames are laid out as the canonical ones, so that only a retired spelling makes one legacy."""
    sunset: float | None = None
    """The day from which it is refused by default, in Unix seconds."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Every retired way to write the frames of one direction."""

    tag: str
    """The discriminator of the canonical envelope."""
    payload: str
    """Its member that holds the payload."""
    envelope: int
    """Index of its other members."""
    filled: tuple[str, ...]
    """The members that get the time of receipt where a form has none."""
    messages: Mapping[Place, Target]
    """The canonical messages, by discriminator values."""
    old_names: Mapping[str, OldName]
    """Retired names of messages."""
    objects: Sequence[Names]
    """What objects are made of."""
    forms: tuple[Form, ...]
    """The forms."""

    def hint(self, fit: Fit) -> str:
        """What came, and how it is sent today, in one line."""
        path = fit.message
        nested = self.messages[path[:1]].nested
        inner = f"{_json(nested)}:{_json(path[1])}," if nested is not None and path[1:] else ""
        filled = "".join(f",{_json(name)}:…" for name in self.filled)
        today = f"{{{_json(self.tag)}:{_json(path[0])},{_json(self.payload)}:{{{inner}…}}{filled}}}"
        form = fit.form
        return f'`{"/".join(path)}` arrived in form "{form.name}", retired in {form.retired_in}: send {today}'

    def fit(self, frame: Any) -> Fit | None:
        """The form that a frame has, if it has one. The canonical form is none."""
        if not isinstance(frame, dict):
            return None
        for form in self.forms:
            found = self._recognised(form, frame)
            if found is not None:
                return found
        return None

    def _recognised(self, form: Form, frame: dict[str, Any]) -> Fit | None:
        if not all(_holds(at(frame, place), kind) for place, kind in form.conditions):
            return None
        if not all(at(frame, place) == text for place, text in form.texts):
            return None
        if form.names.kind == "fixed":
            return Fit(form, form.names.message, None, frame)
        values = [at(frame, place) for place in form.discriminator]
        if not values or not all(isinstance(value, str) for value in values):
            return None
        named = self._named(form.names, values[0])
        if named is None:
            return None
        message, old = named
        nested = self.messages[message].nested
        if nested is None:
            return Fit(form, message, old, frame)
        # The name is that of several messages, which a discriminator in the payload tells apart.
        for place in (*(place + (nested,) for place in form.payload), (nested,)):
            inner = at(frame, place)
            if isinstance(inner, str) and (message[0], inner) in self.messages:
                return Fit(form, (message[0], inner), old, frame)
        return None

    def _named(self, allowed: Allowed, value: str) -> tuple[Place, OldName | None] | None:
        """What a name means where these names may stand."""
        old = self.old_names.get(value)
        if allowed.kind == "own":
            old = next((own for own in allowed.own if own.name == value), None)
        elif (value in allowed.names) != (allowed.kind == "only"):
            return None
        if allowed.kind in ("own", "retired-but"):
            return (old.message, old) if old else None
        if old is not None and allowed.kind != "canonical":
            return old.message, old
        return ((value,), None) if (value,) in self.messages else None


@dataclass(frozen=True, slots=True)
class Fit:
    """A frame, its form and its message."""

    form: Form
    message: Place
    """The discriminator values of the message."""
    old: OldName | None
    """The retired name of the message, if that is what stands in the frame."""
    frame: dict[str, Any]


ABSENT: object = object()
"""Nothing stands at a place."""


def at(frame: Any, place: Place) -> Any:
    """What stands at a place, or `ABSENT`."""
    for name in place:
        frame = frame.get(name, ABSENT) if isinstance(frame, dict) else ABSENT
    return frame


def _holds(value: Any, kind: str) -> bool:
    match kind:
        case "absent":
            return value is ABSENT
        case "object":
            return isinstance(value, dict)
        case "string":
            return isinstance(value, str)
        case _:
            return isinstance(value, (int, float)) and not isinstance(value, bool)


def _json(name: str) -> str:
    return text.dump(name)
