"""Times and durations of retired spellings. The arithmetic is decimal, so that nothing is rounded twice."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from .legacy import Changed, Conversion

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))?"
)


def seconds(iso: str) -> tuple[int | float, bool] | None:
    """A point in time in Unix seconds, and whether the text said its zone; `None` if it is none.

    What is read is `2025-09-18T14:56:14.25+02:00`, or that without a zone, which is taken as UTC.
    """
    found = _ISO.fullmatch(iso)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction, utc, sign, hours, minutes = found.groups()[6:]
    try:
        days = date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        return None
    offset = (int(hours) * 60 + int(minutes)) * (-60 if sign == "-" else 60) if sign else 0
    if hour > 23 or minute > 59 or second > 59 or (sign and (int(hours) > 23 or int(minutes) > 59)):
        return None
    whole = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    # What lies before 1970 is no time of a frame.
    if whole < 0:
        return None
    return (float(f"{whole}{fraction}") if fraction else whole), bool(utc or sign)


def iso_to_seconds(value: Any) -> Changed | None:
    """A text of ISO 8601 becomes Unix seconds."""
    found = seconds(value) if isinstance(value, str) else None
    return Changed(found[0], loss=not found[1]) if found else None


def iso_to_utc(value: Any) -> Changed | None:
    """A text of ISO 8601 without a zone gets that of UTC, which is a loss."""
    found = seconds(value) if isinstance(value, str) else None
    return Changed(f"{value}Z", loss=True) if found and not found[1] else None


def seconds_to_milliseconds(value: Any) -> Changed | None:
    """Seconds become milliseconds."""
    return Changed(_shifted(value, 3)) if _is_number(value) else None


def milliseconds_to_seconds(above: float) -> Conversion:
    """Milliseconds become seconds; a number that is no larger than `above` was in seconds already."""

    def convert(value: Any) -> Changed | None:
        return Changed(_shifted(value, -3)) if _is_number(value) and value > above else None

    return convert


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shifted(number: int | float, by: int) -> int | float:
    """A number times ten to the power of `by`: the nearest double, or the integer that it is."""
    exact = Decimal(repr(number) if isinstance(number, float) else number).scaleb(by)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
