"""Which setting holds on a day. Pure: rows are passed in."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol


class Dated(Protocol):
    """A setting with its key, its first day and its value."""

    key: str
    valid_from: date
    value: dict[str, Any]


def setting_on(settings: Iterable[Dated], key: str, day: date) -> dict[str, Any] | None:
    """Return the value of `key` that holds on `day`, or None when none does yet."""
    holding = [s for s in settings if s.key == key and s.valid_from <= day]
    return max(holding, key=lambda s: s.valid_from).value if holding else None


def missing_years(calendar: Iterable[date], first: int, last: int) -> list[int]:
    """Return the years from `first` to `last` for which no holiday is on record.

    In such a year working days fall back to Monday-to-Friday, and staff are warned.
    """
    known = {day.year for day in calendar}
    return [year for year in range(first, last + 1) if year not in known]
