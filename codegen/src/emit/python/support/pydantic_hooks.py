"""What pydantic asks of the classes. The judge is the package's own reader: pydantic adds no rule, and drops none.

Imported when pydantic asks, so that nothing else depends on it.
"""

from __future__ import annotations

import inspect
import math
import re
from typing import Any, get_args

from pydantic import GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from .envelope import Envelope
from .issue import ContractError, Fault
from .receive import LegacyPolicies
from .shapes import Array, Boolean, FreeObject, Integer, Null, Nullable, Number, OneOf, Reading, Text, json_copy
from .structures import FreeRecord, Later, Members, Record, Structure, Tagged, UnknownMessage

# A model describes canonical frames: whoever converts retired forms reads them with the functions of the package.
_CANONICAL_ONLY = LegacyPolicies(every="refuse")


def core_schema_of(carrier: type[Structure]) -> core_schema.CoreSchema:
    """How pydantic reads and writes a class."""
    return _core_schema(carrier, (), _reference(carrier))


def json_schema_of(carrier: type[Structure], handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """The JSON Schema of what pydantic reads."""
    shape = carrier._shape
    if isinstance(shape, Envelope):
        described: JsonSchemaValue = {"oneOf": _frames(shape, tuple(shape.tags), handler)}
    elif isinstance(shape, FreeRecord):
        described = {"type": "object"}
    else:
        described = _object(shape.members, {}, handler)
    # A line break in a docstring is one of the source's only; paragraphs stay.
    description = re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.getdoc(carrier) or "")
    return {"title": carrier.__name__, "description": description} | described


def core_schema_of_frame(carrier: type[Structure], messages: Any) -> core_schema.CoreSchema:
    """How pydantic reads and writes a frame that is annotated with its message, or with several: `Frame[Message]`."""
    return _core_schema(carrier, _limited_to(messages))


def json_schema_of_frame(carrier: type[Structure], messages: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """The JSON Schema of what pydantic reads then."""
    limited_to = _limited_to(messages)
    return {"oneOf": _frames(carrier._shape, limited_to, handler)} if limited_to else _named(carrier, handler)


def _limited_to(messages: Any) -> tuple[type, ...]:
    """The messages in an annotation; none if it allows any."""
    found = get_args(messages) or (messages,)
    limited = UnknownMessage not in found and all(isinstance(message, type) for message in found)
    return found if limited else ()


def _core_schema(
    carrier: type[Structure], messages: tuple[type, ...], reference: str | None = None
) -> core_schema.CoreSchema:
    def validate(value: Any) -> Any:
        return _validated(carrier, messages, value)

    # What pydantic calls it in its errors.
    validate.__qualname__ = validate.__name__ = carrier.__name__
    return core_schema.no_info_plain_validator_function(
        validate,
        ref=reference,
        serialization=core_schema.plain_serializer_function_ser_schema(carrier._shape.write),
    )


def _validated(carrier: type[Structure], messages: tuple[type, ...], value: Any) -> Any:
    """An instance as it is, and a JSON value as the reader reads it."""
    try:
        found: Any = value if type(value) is carrier else _read(carrier, json_copy(value))
        if messages and type(found.data) not in messages:
            names = " or ".join(message.__name__ for message in messages)
            raise Fault("type", f"a frame of {names}", f"one of {type(found.data).__name__}")
    except Fault as fault:
        raise _refused(ContractError(fault.located())) from None
    except ContractError as error:
        raise _refused(error) from None
    return found


def _read(carrier: type[Structure], value: Any) -> Any:
    direction = getattr(carrier, "_direction", None)
    if direction is None:
        return carrier._shape.read(value, Reading())
    return direction.receive_value(value, 0.0, _CANONICAL_ONLY).unwrap()


def _refused(error: ContractError) -> PydanticCustomError:
    """The mistake as pydantic reports it: its kind is the code, its text is the one line."""
    context = {"line": str(error), "pointer": error.pointer, "hint": error.hint}
    return PydanticCustomError(error.code, "{line}", context)


def _reference(carrier: type) -> str:
    """What pydantic calls a class, and shortens to its name in `$defs`."""
    return f"{carrier.__module__}.{carrier.__qualname__}:{id(carrier)}"


def _named(carrier: type[Structure], handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """A reference to the schema of a class, which stands in `$defs`."""
    reference = core_schema.definition_reference_schema(_reference(carrier))
    return handler(core_schema.definitions_schema(reference, [TypeAdapter(carrier).core_schema]))


def _frames(shape: Envelope, messages: tuple[type, ...], handler: GetJsonSchemaHandler) -> list[JsonSchemaValue]:
    """A schema for each discriminator value. What else it may be, a reader takes for a newer message."""
    tags = dict.fromkeys(shape.tags[message] for message in messages)
    return [_frame(shape, tag, handler) for tag in tags]


def _frame(shape: Envelope, tag: str, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    leading = {shape.tag: {"const": tag}, shape.payload: _described(shape.messages[tag], handler)}
    return {"title": tag} | _object(shape.members, leading, handler)


def _object(members: Members, leading: dict[str, JsonSchemaValue], handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """The schema of an object; `leading` are required properties before the others."""
    properties: dict[str, Any] = dict(leading)
    properties |= {name: _described(field.shape, handler) for name, field in members.fields.items()}
    properties |= dict.fromkeys(members.retired, False)
    required = [*leading, *(name for name, field in members.fields.items() if field.required)]
    closed = {"additionalProperties": False} if members.closed else {}
    return {"type": "object", "properties": properties, "required": required} | closed


def _described(shape: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """The schema of a property."""
    match shape:
        case Record() | FreeRecord():
            return _named(shape.carrier, handler)
        case Later():
            contained: Any = shape.find()
            return handler(core_schema.definition_reference_schema(_reference(contained.carrier)))
        case Tagged():
            return {"oneOf": [_described(variant, handler) for variant in shape.variants.values()]}
        case Nullable():
            return {"anyOf": [_described(shape.inner, handler), {"type": "null"}]}
        case Array():
            count = _bounds(minItems=shape.min_items or None, maxItems=shape.max_items)
            return {"type": "array", "items": _described(shape.item, handler)} | count
        case OneOf():
            return {"enum": list(shape.values)} if shape.values[1:] else {"const": shape.values[0]}
        case Text():
            # The end of a text is written in another way in the schema than in Python.
            pattern = shape.pattern and re.sub(r"\\Z", "$", shape.pattern.pattern)
            length = _bounds(minLength=shape.min_length or None, maxLength=shape.max_length)
            return {"type": "string"} | length | _bounds(pattern=pattern)
        case Integer():
            return {"type": "integer", "minimum": shape.minimum, "maximum": shape.maximum}
        case Number():
            above, below = shape.above, shape.below
            exclusive = _bounds(exclusiveMinimum=above, exclusiveMaximum=below)
            return {"type": "number"} | _bounds(minimum=shape.minimum, maximum=shape.maximum) | exclusive
        case Boolean():
            return {"type": "boolean"}
        case Null():
            return {"type": "null"}
        case FreeObject():
            return {"type": "object"}
        case _:
            return {}


def _bounds(**keywords: int | float | str | None) -> JsonSchemaValue:
    """The keywords that say something."""
    return {name: value for name, value in keywords.items() if value not in (None, math.inf, -math.inf)}
