"""The only module that asks what time it is."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""The one time zone of the country: days begin and end in it."""


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is in the county."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """Return the day of `moment` in the county."""
    return moment.astimezone(ZONE).date()


def end_of_day(day: date) -> datetime:
    """Return the last second of `day` in the county, in UTC."""
    return datetime.combine(day, time(23, 59, 59), ZONE).astimezone(UTC)


def at_local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a wall-clock time of the county, in UTC."""
    return datetime.combine(day, time(hour, minute, second), ZONE).astimezone(UTC)


def is_working_day(day: date, calendar: Mapping[date, bool]) -> bool:
    """Say whether `day` is worked.

    `calendar` maps the days that differ from Monday-to-Friday to whether they are worked:
    public holidays (False) and make-up working days (True).
    """
    return calendar.get(day, day.weekday() < 5)


def add_working_days(start: date, days: int, calendar: Mapping[date, bool]) -> date:
    """Return the date `days` working days after `start`; `start` itself does not count.

    Source: Civil Code art. 201 (the day on which a period begins is not counted).
    """
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day, calendar)
    return day
