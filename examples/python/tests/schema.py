"""The schema folder as these tests read it, without any code that was generated from it."""

from __future__ import annotations

import functools
import json
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "schema"
SIDES = ("server", "client")


@dataclass(frozen=True)
class Sample:
    """A frame of the schema, and who sends it."""

    name: str
    side: str
    frame: Any


@dataclass(frozen=True)
class InvalidSample:
    """A text that must be refused, and how."""

    name: str
    side: str
    text: str
    code: str
    pointer: str


@dataclass(frozen=True)
class LegacySample:
    """A frame in a retired form, and its canonical twin."""

    form: str
    side: str
    frame: Any
    received_at: float
    canonical: Any
    lost: list[str]


def read(path: str) -> Any:
    """A JSON file of the schema folder."""
    return json.loads((SCHEMA / path).read_text("utf-8"))


@functools.cache
def messages(side: str) -> dict[str, Any]:
    """The schema of each message that a side sends, by its discriminator value."""
    found = {}
    for member in read("protocol.schema.json")["$defs"][f"{side.capitalize()}Frame"]["oneOf"]:
        path, _, pointer = member["$ref"].partition("#")
        schema = read(path)
        for name in filter(None, pointer.split("/")):
            schema = schema[name]
        found[schema["properties"]["type"]["const"]] = schema
    return found


def examples() -> Iterator[Sample]:
    """Every example of a message."""
    for side in SIDES:
        for name, schema in messages(side).items():
            for index, frame in enumerate(schema.get("examples", []), 1):
                yield Sample(f"{side} {name} {index}", side, frame)


def invalid() -> Iterator[InvalidSample]:
    """Every frame that must be refused, for each side that the case is about."""
    for path in sorted(SCHEMA.rglob("*.invalid.json")):
        folder = path.parent.name
        for index, case in enumerate(json.loads(path.read_text("utf-8")), 1):
            sides = [case["sender"]] if "sender" in case else SIDES if folder == "both" else [folder]
            text = case["text"] if "text" in case else json.dumps(case["frame"])
            for side in sides:
                name = f"{side} {path.name} {index}: {case['why']}"
                yield InvalidSample(name, side, text, case["code"], case["pointer"])


def legacy() -> Iterator[LegacySample]:
    """Every sample of a retired form."""
    for path in sorted((SCHEMA / "legacy").glob("*.json")):
        form = json.loads(path.read_text("utf-8"))
        for sample in form.get("samples", []):
            side = sample.get("sender", form["sender"])
            received_at, lost = sample["receive_time"], sample.get("lost", [])
            yield LegacySample(form["name"], side, sample["frame"], received_at, sample["canonical"], lost)
