"""The day that a table speaks of. Pure."""

import calendar
from datetime import date

from portal.errors import Invalid
from portal.imports.fields import CURRENT, dated
from portal.imports.headers import Header
from portal.language import N_

SPEAKING = ("progress", "percent", "done", "status", "invested", "on_schedule")
"""Columns whose headers may say up to when: «1-11月推进情况»."""


def speaks_of(header: Header, year: int, today: date, said: date | None = None) -> date:
    """Return the day of a table's figures: as `said`, else as its headers or title have it,
    else today. Never a day to come.

    Raises Invalid when what is said is a day to come or long before the year of the list.
    """
    check_day(said, year, today)
    if said is not None:
        return said
    texts = [header.text(key) for key in SPEAKING]
    for text in (*texts, header.title, *header.above):
        found = last_day(text, year) if text else None
        if found is not None:
            return min(found, today)
    return today


def check_day(said: date | None, year: int, today: date) -> None:
    """Raise Invalid for a day that a table of the year cannot speak of."""
    if said is not None and not date(year - 1, 1, 1) <= said <= today:
        message = N_("截至日期不能是将来的日期，也不能早于清单年度的前一年。")
        raise Invalid(message, fields=("as_of",))


def last_day(text: str, year: int) -> date | None:
    """Return the last day that a header or title speaks of, None when it names no month.

    A month alone ends with its last day; a year that is not said is the list's.
    """
    named, month, day = dated(text)
    if not 1 <= month <= 12:
        return None
    of = year if named == CURRENT else named
    if not year - 1 <= of <= year + 2:
        return None
    last = calendar.monthrange(of, month)[1]
    return date(of, month, min(day, last) or last)
