"""Values that were received, as a program would build them to send them."""

from __future__ import annotations

import dataclasses
from typing import Any


def rebuilt(value: Any) -> Any:
    """The same value, built by constructors as a program would."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: rebuilt(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return type(value)(**fields)
    return [rebuilt(item) for item in value] if isinstance(value, tuple) else value
