"""The canonical frame of a legacy one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .issue import ContractError, Issue, describe, pointer_to
from .legacy import Fit, Names, Place, Synonym, Tables, at


@dataclass(frozen=True, slots=True)
class Converted:
    """A canonical frame that was made from a legacy one."""

    frame: dict[str, Any]
    """The frame."""
    lost: tuple[str, ...]
    """What was lost on the way: JSON Pointers into the legacy frame."""


def convert(tables: Tables, fit: Fit, received_at: float) -> Converted | None:
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


class _Gathered:
    """Members under the names of today, and the places that they come from."""

    def __init__(self) -> None:
        self.members: dict[str, Any] = {}
        self.places: dict[str, tuple[Place, Any]] = {}

    def add(self, name: str, value: Any, place: Place, found: Any) -> None:
        """Adds a member; the same value twice is one value."""
        if name not in self.members:
            self.members[name] = value
            self.places[name] = (place, found)
        elif not same(self.members[name], value):
            raise _conflict(name, "another spelling of it has", place, found)

    def add_what_the_name_says(self, name: str, value: Any) -> None:
        """Adds a member that stands in no place of its own."""
        if name in self.members and not same(self.members[name], value):
            raise _conflict(name, "the name of the message stands for", *self.places[name])
        self.members.setdefault(name, value)


class _Converter:
    def __init__(self, tables: Tables, fit: Fit) -> None:
        self.tables = tables
        self.fit = fit
        self.shell = tables.objects[tables.envelope]
        self.message = tables.objects[tables.messages[fit.message].payload]
        self.nested = tables.messages[fit.message[:1]].nested if fit.message[1:] else None
        self.lost: list[str] = []
        # Whether anything of the past was found.
        self.retired = not fit.form.canonical_layout or fit.old is not None

    def convert(self, received_at: float) -> Converted | None:
        self._agree_on_the_name()
        payload, envelope = _Gathered(), _Gathered()
        self._gather_top(payload, envelope)
        self._gather_payload(payload, envelope)
        if self.nested is not None:
            payload.add_what_the_name_says(self.nested, self.fit.message[1])
        for name, value in self.fit.old.constants if self.fit.old else ():
            payload.add_what_the_name_says(name, value)
        for name in self.tables.filled:
            if name not in envelope.members:
                self.retired = True
                envelope.members[name] = received_at
        frame = {self.tables.tag: self.fit.message[0], self.tables.payload: payload.members, **envelope.members}
        return Converted(frame, tuple(self.lost)) if self.retired else None

    def _agree_on_the_name(self) -> None:
        """Where the discriminator stands in several places, all must say the same."""
        places = self.fit.form.discriminator
        for place in places[1:]:
            value = at(self.fit.frame, place)
            if value != at(self.fit.frame, places[0]):
                raise _conflict(self.tables.tag, "another spelling of it has", place, value)

    def _gather_top(self, payload: _Gathered, envelope: _Gathered) -> None:
        """Sorts the members of the frame itself."""
        for name, value in self.fit.frame.items():
            place = (name,)
            if name == self.tables.tag or self._is_consumed(place, value):
                continue
            own = self.message.knows(name)
            # A retired spelling that both have is the payload's: the envelope's members are few and rarely change.
            if name in self.shell.listed or (not own and self.shell.knows(name)):
                self._member(envelope, self.shell, name, place, value)
            else:
                # In a frame that is laid out like a canonical one, a member of the payload has lost its way.
                self.retired |= own
                self._payload_member(payload, place, value)

    def _gather_payload(self, payload: _Gathered, envelope: _Gathered) -> None:
        """Sorts the members of the objects that belong to the payload."""
        for outer in self.fit.form.payload:
            members = at(self.fit.frame, outer)
            if not isinstance(members, dict):
                continue
            for name, value in members.items():
                place = (*outer, name)
                lost_its_way = name in self.shell.listed and name not in envelope.members
                if self._is_consumed(place, value):
                    continue
                if lost_its_way and not self.message.knows(name):
                    self.retired = True
                    self._member(envelope, self.shell, name, place, value)
                else:
                    self._payload_member(payload, place, value)

    def _is_consumed(self, place: Place, value: Any) -> bool:
        """Whether the member is a part of the layout."""
        form = self.fit.form
        container = place in form.payload and isinstance(value, dict)
        return container or place in form.discriminator or any(place == told for told, _ in form.texts)

    def _payload_member(self, payload: _Gathered, place: Place, value: Any) -> None:
        """Puts a member into the payload: where a move says, or under its name of today."""
        name = place[-1]
        target = self._target(place)
        if target is not None:
            self.retired = True
            self._member(payload, self.message, target, place, value)
        elif isinstance(value, dict) and any(self._target((*place, inner)) for inner in value):
            self._moved_apart(payload, place, value)
        elif name in self.fit.form.dropped and not self._is_own(name, value):
            self.lost.append(pointer_to(place))
        else:
            self._member(payload, self.message, name, place, value)

    def _is_own(self, name: str, value: Any) -> bool:
        """Whether the message has the member, or it only repeats the discriminator inside the payload."""
        is_said = self.nested == name and value == self.fit.message[1]
        return is_said or self.message.knows(name)

    def _moved_apart(self, payload: _Gathered, place: Place, value: dict[str, Any]) -> None:
        """Moves what has a target out of an object; what is left stays."""
        self.retired = True
        today = self.message.today(place[-1])
        names = self._inside_of(self.message, today)
        rest = _Gathered()
        for name, inner in value.items():
            target = self._target((*place, name))
            if target is not None:
                self._member(payload, self.message, target, (*place, name), inner)
            else:
                self._member(rest, names, name, (*place, name), inner)
        if rest.members:
            payload.add(today, rest.members, place, value)

    def _target(self, place: Place) -> str | None:
        """The member of the payload that what stands at a place becomes."""
        for moved, target in self.fit.form.moves:
            if moved == place:
                return target
        for moved, target in self.fit.old.moves if self.fit.old else ():
            if any(place == (*above, *moved) for above in ((), *self.fit.form.payload)):
                return target
        return None

    def _inside_of(self, names: Names | None, name: str) -> Names | None:
        """What is known of the members of a member."""
        inner = names.inner.get(name) if names and names.inner else None
        return None if inner is None else self.tables.objects[inner]

    def _member(self, into: _Gathered, names: Names | None, name: str, place: Place, value: Any) -> None:
        """Puts a member under its name of today, its value converted."""
        today = names.today(name) if names else name
        self.retired |= today != name
        if isinstance(value, (dict, list)):
            inner = self._inside_of(names, today)
            respelt = value if inner is None else self._inside(inner, place, value)
            return into.add(today, respelt, place, value)
        for synonym in self._spellings(names, name, today):
            changed = synonym.conversion(value) if synonym.conversion else None
            if changed is not None:
                self.retired = True
                self.lost += [pointer_to(place)] if changed.loss else []
                return into.add(synonym.name, changed.value, place, value)
        return into.add(today, value, place, value)

    def _spellings(self, names: Names | None, name: str, today: str) -> Iterator[Synonym]:
        """What a member may have been. What was only called otherwise may be in the unit of old as well."""
        for spelling in dict.fromkeys((name, today)):
            yield from (synonym for old, synonym in (names.synonyms if names else ()) if old == spelling)

    def _inside(self, names: Names, place: Place, value: Any) -> Any:
        """An object, or an array of such objects, with the names of today."""
        if isinstance(value, dict):
            gathered = _Gathered()
            for name, inner in value.items():
                self._member(gathered, names, name, (*place, name), inner)
            return gathered.members
        if isinstance(value, list):
            return [self._inside(names, (*place, str(index)), item) for index, item in enumerate(value)]
        return value


def _conflict(name: str, other: str, place: Place, found: Any) -> ContractError:
    expected = f"the value of `{name}` that {other}"
    return ContractError(Issue("conflict", expected, describe(found), pointer_to(place)))
