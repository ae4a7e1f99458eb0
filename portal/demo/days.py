"""Days as the data files write them, and whether they have come on the day of loading."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.clock import at_local


@dataclass(frozen=True)
class Days:
    """The days of one year's list, seen from the day of loading."""

    year: int
    day: date
    now: datetime

    def of(self, text: str) -> date:
        """Return the day that `text` names.

        "05-20" is in the list's year, "+05-20" in the next, "-05-20" in the one before;
        "d-20" is 20 days before the day of loading and "d+20" after it.
        """
        if text.startswith("d"):
            return self.day + timedelta(days=int(text[1:]))
        year = self.year + {"+": 1, "-": -1}.get(text[0], 0)
        month, day = map(int, text.lstrip("+-").split("-"))
        return date(year, month, day)

    def past(self, day: date | None) -> date | None:
        """Return the day if it has come, or None."""
        return day if day is not None and day <= self.day else None

    def moment(self, day: date, n: int = 0) -> datetime:
        """Return an office hour of that day, never later than now; `n` varies it."""
        return min(at_local(day, 9 + n % 8, n * 7 % 60), self.now)


def workday(day: date) -> date:
    """Return the day, or the Friday before when it is a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def month_ends(first: date, last: date) -> list[date]:
    """Return the last days of the months from `first` to `last` that lie between the two."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ends = [month_end(n // 12, n % 12 + 1) for n in months]
    return [end for end in ends if first <= end <= last]


def fill(text: str, year: int, **slots: object) -> str:
    """Fill the slots of a text; {before}, {year} and {next} are the years around the list's."""
    return text.format(year=year, before=year - 1, next=year + 1, **slots)
