"""Whether the county's calendar can be trusted. Pure: days are passed in."""

from collections.abc import Iterable
from datetime import date


def missing_years(calendar: Iterable[date], first: int, last: int) -> list[int]:
    """Return the years from `first` to `last` for which no holiday is on record.

    In such a year working days fall back to Monday-to-Friday, and inspectors are warned.
    """
    known = {day.year for day in calendar}
    return [year for year in range(first, last + 1) if year not in known]
