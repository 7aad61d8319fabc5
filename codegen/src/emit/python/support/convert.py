"""The canonical frame of a legacy one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .issue import ContractError, Issue, describe, pointer_to
from .legacy import Fit, Names, Place, Tables, at


@dataclass(frozen=True, slots=True)
class Conversion:
    """A canonical frame that was made from a legacy one."""

    frame: dict[str, Any]
    """The frame."""
    lost: tuple[str, ...]
    """What was lost on the way: JSON Pointers into the legacy frame."""


def convert(tables: Tables, fit: Fit, received_at: float) -> Conversion | None:
    """Makes the canonical frame. What the frame lacks of the envelope is filled with the time of receipt, in Unix seconds.

    `None` if nothing in the frame is of the past. Raises ContractError where two spellings of one thing differ.
    """
    return _Converter(tables, fit).convert(received_at)


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal as JSON Schema has it: numbers by value, and `true` is no number."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(value, b[name]) for name, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


class _Converter:
    def __init__(self, tables: Tables, fit: Fit) -> None:
        self.tables = tables
        self.fit = fit
        self.shell = tables.objects[tables.envelope]
        self.message = tables.objects[tables.messages[fit.message].payload]
        self.lost: list[str] = []
        # Whether anything of the past was found.
        self.retired = not fit.form.canonical_layout or fit.old is not None

    def convert(self, received_at: float) -> Conversion | None:
        self._agree_on_the_name()
        payload: dict[str, Any] = {}
        envelope: dict[str, Any] = {}
        self._gather_top(payload, envelope)
        self._gather_payload(payload, envelope)
        self._tag(payload)
        for name in self.tables.filled:
            if name not in envelope:
                self.retired = True
                envelope[name] = received_at
        frame = {self.tables.tag: self.fit.message[0], self.tables.payload: payload, **envelope}
        return Conversion(frame, tuple(self.lost)) if self.retired else None

    def _agree_on_the_name(self) -> None:
        """Where the discriminator stands in several places, all must say the same."""
        first, *others = [(place, at(self.fit.frame, place)) for place in self.fit.form.discriminator] or [((), None)]
        for place, value in others:
            if value != first[1]:
                raise _conflict(self.tables.tag, place, value)

    def _gather_top(self, payload: dict[str, Any], envelope: dict[str, Any]) -> None:
        """Sorts the members of the frame itself."""
        for name, value in self.fit.frame.items():
            place = (name,)
            if name == self.tables.tag or self._is_consumed(place, value):
                continue
            if name in self.shell.listed:
                self._member(envelope, self.shell, place, value)
            else:
                # In a frame that is laid out like a canonical one, a member of the payload has lost its way.
                self.retired |= self.message.knows(name)
                self._payload_member(payload, place, value)

    def _gather_payload(self, payload: dict[str, Any], envelope: dict[str, Any]) -> None:
        """Sorts the members of the objects that belong to the payload."""
        for outer in self.fit.form.payload:
            members = at(self.fit.frame, outer)
            if not isinstance(members, dict):
                continue
            for name, value in members.items():
                place = (*outer, name)
                lost_its_way = name in self.shell.listed and name not in envelope
                if self._is_consumed(place, value):
                    continue
                if lost_its_way and not self.message.knows(name):
                    self.retired = True
                    self._member(envelope, self.shell, place, value)
                else:
                    self._payload_member(payload, place, value)

    def _is_consumed(self, place: Place, value: Any) -> bool:
        """Whether the member is a part of the layout."""
        form = self.fit.form
        container = place in form.payload and isinstance(value, dict)
        return container or place in form.discriminator or any(place == told for told, _ in form.texts)

    def _payload_member(self, payload: dict[str, Any], place: Place, value: Any) -> None:
        """Puts a member into the payload: where a move says, or under its name of today."""
        target = self._target(place)
        if target is not None:
            self.retired = True
            return _put(payload, target, value, place, value)
        if isinstance(value, dict) and any(self._target((*place, name)) for name in value):
            return self._moved_apart(payload, place, value)
        name = place[-1]
        if name not in self.message.listed and name in self.fit.form.dropped:
            self.lost.append(pointer_to(place))
            return None
        return self._member(payload, self.message, place, value)

    def _moved_apart(self, payload: dict[str, Any], place: Place, value: dict[str, Any]) -> None:
        """Moves what has a target out of an object; what is left stays."""
        self.retired = True
        rest: dict[str, Any] = {}
        for name, inner in value.items():
            target = self._target((*place, name))
            if target is not None:
                _put(payload, target, inner, (*place, name), inner)
            else:
                rest[name] = inner
        if rest:
            _put(payload, place[-1], rest, place, value)

    def _target(self, place: Place) -> str | None:
        """The member of the payload that what stands at a place becomes."""
        for moved, target in self.fit.form.moves:
            if moved == place:
                return target
        if self.fit.old is None:
            return None
        for above in (0, *map(len, self.fit.form.payload)):
            for moved, target in self.fit.old.moves:
                if moved == place[above:]:
                    return target
        return None

    def _member(self, into: dict[str, Any], names: Names, place: Place, value: Any) -> None:
        """Puts a member under its name of today, its value converted."""
        for old, synonym in names.synonyms:
            if old != place[-1]:
                continue
            changed = synonym.conversion(value) if synonym.conversion else None
            # The name is of today where only the unit was another.
            if changed is None and old == synonym.name:
                continue
            self.retired = True
            if changed is not None and changed.loss:
                self.lost.append(pointer_to(place))
            today = changed.value if changed is not None else self._respelt(names, synonym.name, place, value)
            return _put(into, synonym.name, today, place, value)
        return _put(into, place[-1], self._respelt(names, place[-1], place, value), place, value)

    def _respelt(self, names: Names, name: str, place: Place, value: Any) -> Any:
        """The value with the names of today inside it."""
        inner = names.inner.get(name) if names.inner else None
        return value if inner is None else self._inside(self.tables.objects[inner], place, value)

    def _inside(self, names: Names, place: Place, value: Any) -> Any:
        """An object, or an array of such objects, with the names of today."""
        if isinstance(value, dict):
            gathered: dict[str, Any] = {}
            for name, inner in value.items():
                self._member(gathered, names, (*place, name), inner)
            return gathered
        if isinstance(value, list):
            return [self._inside(names, (*place, str(index)), item) for index, item in enumerate(value)]
        return value

    def _tag(self, payload: dict[str, Any]) -> None:
        """Adds what the name of the message says: the inner discriminator, and constants."""
        for name, value in self._said_by_the_name():
            _put(payload, name, value, (), self.fit.frame)

    def _said_by_the_name(self) -> Iterator[tuple[str, Any]]:
        path = self.fit.message
        nested = self.tables.messages[path[:1]].nested
        if nested is not None and path[1:]:
            yield nested, path[1]
        if self.fit.old is not None:
            yield from self.fit.old.constants


def _put(into: dict[str, Any], name: str, value: Any, place: Place, found: Any) -> None:
    """Adds a member; the same value twice is one value."""
    if not same(into.setdefault(name, value), value):
        raise _conflict(name, place, found)


def _conflict(name: str, place: Place, found: Any) -> ContractError:
    expected = f"the value that another spelling of `{name}` has"
    return ContractError(Issue("conflict", expected, describe(found), pointer_to(place)))


