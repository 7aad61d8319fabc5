"""Frames: what every message has alike, and the payload that the discriminator selects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from . import text
from .issue import Fault, describe
from .shapes import Reading
from .structures import Field, FreeRecord, Members, Record, Structure, Tagged, UnknownMessage, missing


class Excluded:
    """Discriminator values that are known, and that a side must not send."""

    def __init__(self, sender: str, peer: Collection[str], reserved: Collection[str]) -> None:
        self.sender = sender
        self.peer = frozenset(peer)
        self.reserved = frozenset(reserved)

    def check(self, tag: str) -> None:
        """Raises for a value that only the peer sends, or nobody."""
        expected = f"a message that the {self.sender} sends"
        if tag in self.reserved:
            raise Fault("reserved", expected, f"`{tag}`, a reserved name that no message has")
        if tag in self.peer:
            raise Fault("wrong-direction", expected, f"`{tag}`, which only its peer sends")


class Envelope:
    """The shape of a side's frames. The frame's class has the attribute `data` and one for each other member."""

    nullable = False

    def __init__(
        self,
        carrier: type[Frame],
        *fields: Field,
        tag: str,
        payload: str,
        messages: Mapping[str, Record | FreeRecord | Tagged],
        excluded: Excluded,
        retired: Mapping[str, str | None] | None = None,
        closed: bool = False,
    ) -> None:
        self.carrier = carrier
        self.members = Members(fields, retired or {}, closed)
        self.tag = tag
        self.payload = payload
        self.messages = messages
        self.excluded = excluded
        self.tags = {message: tag for tag, shape in messages.items() for message in shape.messages()}
        carrier._shape = self

    def tag_of(self, message: object) -> str:
        """The discriminator of a message."""
        return message.tags[0] if isinstance(message, UnknownMessage) else self.tags[type(message)]

    def read(self, value: Any, reading: Reading) -> Any:
        """The frame that a JSON value is. Mistakes are found in the order in which the members came."""
        if type(value) is not dict:
            raise Fault("type", "an object", describe(value))
        found: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        message: Any = None
        tag: str | None = None
        for name, item in value.items():
            if name == self.tag:
                tag = self._tag(item)
            elif name == self.payload:
                # A payload before its discriminator is read when that is known.
                message = self._message(tag, item, reading) if tag is not None else None
            elif name in self.members.fields:
                found[name] = self.members.fields[name].read(item, reading)
            else:
                self.members.unlisted(name, item, reading, kept)
        if tag is None:
            raise missing(self.tag)
        if self.payload not in value:
            raise missing(self.payload)
        instance = object.__new__(self.carrier)
        message = message if message is not None else self._message(tag, value[self.payload], reading)
        object.__setattr__(instance, "data", message)
        self.members.fill(instance, found, kept)
        return instance

    def _tag(self, value: Any) -> str:
        if type(value) is not str:
            raise Fault("type", "a string", describe(value)).within(self.tag)
        return value

    def _message(self, tag: str, payload: Any, reading: Reading) -> Any:
        shape = self.messages.get(tag)
        if shape is None:
            try:
                self.excluded.check(tag)
            except Fault as fault:
                raise fault.within(self.tag)
        if type(payload) is not dict:
            raise Fault("type", "an object", describe(payload)).within(self.payload)
        if shape is None:
            reading.unknown.append(tag)
            return UnknownMessage((tag,), payload)
        try:
            message = shape.read(payload, reading)
        except Fault as fault:
            raise fault.within(self.payload)
        return UnknownMessage((tag, *message.tags), payload) if isinstance(message, UnknownMessage) else message

    def check(self, instance: Any) -> None:
        """Checks what the constructor was given."""
        if type(instance.data) not in self.tags:
            what = f"a message that the {self.excluded.sender} sends"
            raise Fault("type", what, describe(instance.data)).within(self.payload)
        self.members.check(instance)

    def write(self, value: Any) -> Any:
        """The JSON value that a frame is."""
        tag = self.tag_of(value.data)
        shape = self.messages.get(tag)
        unlisted = shape is None or isinstance(value.data, UnknownMessage)
        payload = value.data.members if shape is None or unlisted else shape.write(value.data)
        written: dict[str, Any] = {self.tag: tag, self.payload: payload}
        self.members.write(value, written)
        return written


class Frame(Structure):
    """A frame: what every message has alike, and the message in the attribute `data`."""

    __slots__ = ()
    _direction: ClassVar[Any]

    if not TYPE_CHECKING:

        def __class_getitem__(cls, messages: Any) -> Any:
            # Of a generic dataclass alone, pydantic would not ask how to read it.
            return Annotated[super().__class_getitem__(messages), OfMessages(cls, messages)]

    @property
    def type(self) -> str:
        """The discriminator of the message."""
        shape: Envelope = self._shape
        return shape.tag_of(getattr(self, "data"))

    def to_json(self) -> str:
        """The frame as it is sent."""
        shape: Envelope = self._shape
        return text.dump(shape.write(self))


class OfMessages:
    """Tells pydantic how a frame is read that is annotated with its messages."""

    def __init__(self, frame: type[Frame], messages: Any) -> None:
        self.frame = frame
        self.messages = messages

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> Any:
        from .pydantic_hooks import core_schema_of_frame

        return core_schema_of_frame(self.frame, self.messages)

    def __get_pydantic_json_schema__(self, _core_schema: Any, handler: Any) -> Any:
        from .pydantic_hooks import json_schema_of_frame

        return json_schema_of_frame(self.frame, self.messages, handler)
