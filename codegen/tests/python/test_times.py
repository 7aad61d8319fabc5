"""Times and durations of retired spellings."""

from __future__ import annotations

import pytest
from support import times
from support.legacy import Changed

READ = [
    ("1970-01-01T00:00:00Z", (0, True)),
    ("2025-09-18T14:56:14+00:00", (1758207374, True)),
    ("2025-09-18t16:56:14.25+02:00", (1758207374.25, True)),
    ("2025-09-18 14:56:14", (1758207374, False)),
    ("2024-02-29T00:00:00Z", (1709164800, True)),
]
NO_TIMES = [
    "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-09-18", "2025-09-18T24:00:00Z", "2025-09-18T14:56:60Z",
    "2025-9-18T14:56:14Z", "2025-09-18T14:56:14+2:00", "1969-12-31T23:59:59Z", "2025-09-18T14:56:14Z\n", "soon",
]  # fmt: skip


@pytest.mark.parametrize(("iso", "expected"), READ)
def test_points_in_time_are_read(iso: str, expected: tuple[float, bool]) -> None:
    assert times.seconds(iso) == expected


@pytest.mark.parametrize("iso", NO_TIMES)
def test_what_is_no_time_stays_as_it_is(iso: str) -> None:
    assert times.seconds(iso) is None
    assert times.iso_to_seconds(iso) is None


def test_a_missing_zone_is_a_loss() -> None:
    assert times.iso_to_utc("2025-09-18T14:56:14") == Changed("2025-09-18T14:56:14Z", loss=True)
    assert times.iso_to_utc("2025-09-18T14:56:14Z") is None


def test_units_are_converted_without_rounding_twice() -> None:
    to_seconds = times.milliseconds_to_seconds(1e11)
    assert to_seconds(1758207374123) == Changed(1758207374.123)
    assert to_seconds(1758207374) is None
    assert times.seconds_to_milliseconds(0.0011) == Changed(1.1)
    assert times.seconds_to_milliseconds(1.5) == Changed(1500)
    assert times.seconds_to_milliseconds(True) is None
