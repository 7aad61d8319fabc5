"""Shapes of objects, each with the class that carries its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

from .absent import ABSENT, JsonObject
from .issue import ContractError, Fault, describe
from .shapes import FreeObject, Reading, Shape, json_copy


class Structure:
    """An object of the protocol. It cannot be built otherwise than the schema says, and does not change."""

    # The properties that the schema does not list, if they were to be kept.
    __slots__ = ("_unlisted",)
    _unlisted: dict[str, Any]
    _shape: ClassVar[Any]

    def __post_init__(self) -> None:
        try:
            self._shape.check(self)
        except Fault as fault:
            raise ContractError(replace(fault.located(), message=type(self).__name__)) from None

    def __repr__(self) -> str:
        """The call that builds it, without what is not there."""
        told: list[str] = []
        instance: Any = self
        for field in fields(instance):
            value = getattr(self, field.name)
            if value != field.default:
                told.append(f"{field.name}={value!r}")
        return f"{type(self).__name__}({', '.join(told)})"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        from .pydantic_hooks import core_schema_of

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, _core_schema: Any, handler: Any) -> Any:
        from .pydantic_hooks import json_schema_of

        return json_schema_of(cls, handler)


def unknown_properties(structure: Structure) -> JsonObject:
    """The properties of an object that the schema does not list, if it was read with `keep_unknown`.

    They are written again with the object, but a copy of it does not have them, and they do not count when objects are
    compared.
    """
    unlisted: JsonObject = getattr(structure, "_unlisted", {})
    return unlisted


@dataclass(frozen=True, slots=True)
class UnknownMessage:
    """A message that the schema does not list: newer than this code, perhaps. It is only received, never built."""

    tags: tuple[str, ...]
    """The values of its discriminators, the outermost first."""
    members: JsonObject
    """Its payload, as it came."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)


class Field:
    """A property of an object."""

    def __init__(
        self, name: str, shape: Shape, *, required: bool = True, attribute: str | None = None
    ) -> None:
        self.name = name
        self.shape = shape
        self.required = required
        self.attribute = attribute or name
        # Where `null` is a value, `None` cannot stand for a property that is not there.
        self.absent = ABSENT if shape.nullable else None

    def is_absent(self, value: object) -> bool:
        """Whether a value of the attribute says that the property is not there."""
        return not self.required and value is self.absent

    def read(self, value: Any, reading: Reading) -> Any:
        """The value of the attribute."""
        try:
            return self.shape.read(value, reading)
        except Fault as fault:
            raise fault.within(self.name)

    def check(self, instance: object) -> None:
        """Checks what a constructor was given, and keeps it as it is to be kept."""
        given = getattr(instance, self.attribute)
        if self.is_absent(given):
            return
        try:
            kept = self.shape.accept(given)
        except Fault as fault:
            raise fault.within(self.name)
        if kept is not given:
            object.__setattr__(instance, self.attribute, kept)


class Members:
    """The properties of an object: those that it has, and those that it must not have."""

    def __init__(self, fields: tuple[Field, ...], retired: Mapping[str, str | None], closed: bool) -> None:
        self.fields = {field.name: field for field in fields}
        self.retired = retired
        self.closed = closed

    def unlisted(self, name: str, value: Any, reading: Reading, kept: dict[str, Any]) -> None:
        """Takes a property that is not listed; raises if the object must not have it."""
        if name in self.retired:
            instead = self.retired[name]
            if instead is None:
                fault = Fault("unknown-property", "an object without it", f"the property `{name}`")
            else:
                found, hint = f"its retired spelling `{name}`", f"send `{instead}` instead"
                fault = Fault("retired-property", f"the property `{instead}`", found, hint)
            raise fault.within(name)
        if self.closed:
            fault = Fault("unknown-property", "only properties of the schema", f"the property `{name[:80]}`")
            raise fault.within(name)
        if reading.keep_unknown:
            kept[name] = value

    def fill(self, instance: object, found: Mapping[str, Any], kept: dict[str, Any]) -> None:
        """Gives an instance its attributes."""
        if kept:
            object.__setattr__(instance, "_unlisted", kept)
        for name, field in self.fields.items():
            if name in found:
                object.__setattr__(instance, field.attribute, found[name])
            elif field.required:
                raise missing(name)
            else:
                object.__setattr__(instance, field.attribute, field.absent)

    def check(self, instance: object) -> None:
        """Checks what a constructor was given."""
        for field in self.fields.values():
            field.check(instance)

    def write(self, instance: object, into: dict[str, Any]) -> None:
        """Adds the properties that are there, and those that were kept."""
        for name, field in self.fields.items():
            value = getattr(instance, field.attribute)
            if not field.is_absent(value):
                into[name] = field.shape.write(value)
        into.update(getattr(instance, "_unlisted", {}))


def missing(name: str) -> Fault:
    """A required property is not there."""
    return Fault("missing-property", f"the property `{name}`", "an object without it")


class Record:
    """An object with known properties."""

    nullable = False

    def __init__(
        self,
        carrier: type[Structure],
        *fields: Field,
        retired: Mapping[str, str | None] | None = None,
        closed: bool = False,
    ) -> None:
        self.carrier = carrier
        self.members = Members(fields, retired or {}, closed)
        carrier._shape = self

    def read(self, value: Any, reading: Reading) -> Any:
        if type(value) is not dict:
            raise Fault("type", "an object", describe(value))
        members = self.members
        found: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        for name, item in value.items():
            field = members.fields.get(name)
            if field is None:
                members.unlisted(name, item, reading, kept)
            else:
                found[name] = field.read(item, reading)
        instance = object.__new__(self.carrier)
        members.fill(instance, found, kept)
        return instance

    def accept(self, value: Any) -> Any:
        if type(value) is not self.carrier:
            raise Fault("type", f"a {self.carrier.__name__}", describe(value))
        return value

    def check(self, instance: object) -> None:
        """Checks what the constructor was given."""
        self.members.check(instance)

    def write(self, value: Any) -> Any:
        written: dict[str, Any] = {}
        self.members.write(value, written)
        return written

    def messages(self) -> list[type]:
        """The classes of the messages that this shape stands for."""
        return [self.carrier]


class FreeRecord(FreeObject):
    """A message that is an object of any JSON values."""

    def __init__(self, carrier: type[Structure]) -> None:
        self.carrier = carrier
        carrier._shape = self

    def read(self, value: Any, reading: Reading) -> Any:
        instance = object.__new__(self.carrier)
        object.__setattr__(instance, "members", super().read(value, reading))
        return instance

    def accept(self, value: Any) -> Any:
        if type(value) is not self.carrier:
            raise Fault("type", f"a {self.carrier.__name__}", describe(value))
        return value

    def check(self, instance: Any) -> None:
        """Checks what the constructor was given."""
        object.__setattr__(instance, "members", FreeObject.read(self, json_copy(instance.members), Reading()))

    def write(self, value: Any) -> Any:
        return value.members

    def messages(self) -> list[type]:
        """The classes of the messages that this shape stands for."""
        return [self.carrier]


class Tagged:
    """One of several objects, told apart by a property."""

    nullable = False

    def __init__(self, tag: str, variants: Mapping[str, Record | FreeRecord]) -> None:
        self.tag = tag
        self.variants = variants
        self.of_class = {shape.carrier: shape for shape in variants.values()}

    def read(self, value: Any, reading: Reading) -> Any:
        if type(value) is not dict:
            raise Fault("type", "an object", describe(value))
        if self.tag not in value:
            raise missing(self.tag)
        tag = value[self.tag]
        if type(tag) is not str:
            raise Fault("type", "a string", describe(tag)).within(self.tag)
        shape = self.variants.get(tag)
        if shape is None:
            reading.unknown.append(tag)
            return UnknownMessage((tag,), value)
        return shape.read(value, reading)

    def accept(self, value: Any) -> Any:
        if type(value) not in self.of_class:
            raise Fault("type", "a member of the union", describe(value))
        return value

    def write(self, value: Any) -> Any:
        if isinstance(value, UnknownMessage):
            return value.members
        return self.of_class[type(value)].write(value)

    def messages(self) -> list[type]:
        """The classes of the messages that this shape stands for."""
        return list(self.of_class)


class Later:
    """A shape that contains itself: it is looked up when it is used."""

    def __init__(self, find: Callable[[], Shape], *, nullable: bool = False) -> None:
        self.find = find
        self.nullable = nullable

    def read(self, value: Any, reading: Reading) -> Any:
        return self.find().read(value, reading)

    def accept(self, value: Any) -> Any:
        return self.find().accept(value)

    def write(self, value: Any) -> Any:
        return self.find().write(value)
