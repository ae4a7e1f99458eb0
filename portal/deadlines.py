"""When something about a case is due. Pure: limits, calendar and moments are passed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.clock import add_working_days, end_of_day, local_day
from portal.language import N_

SOON = timedelta(days=1)
"""A deadline counts as near from the day before it: what is due tomorrow is told today."""


@dataclass(frozen=True)
class Limit:
    """A length of time as a rule gives it: working days or days."""

    days: int
    unit: str
    """'working_day' or 'day'."""

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Limit":
        """Read a limit from configuration; raises ValueError for an unknown unit."""
        if value["unit"] not in UNIT_LABELS:
            raise ValueError(f"unknown unit {value['unit']!r}")
        return cls(int(value["days"]), value["unit"])


UNIT_LABELS = {"working_day": N_("工作日"), "day": N_("日")}


def due_at(start: datetime, limit: Limit, calendar: Mapping[date, bool]) -> datetime:
    """Return the last second of the day on which `limit` runs out.

    The day of `start` does not count (民法典 art. 201). A limit in plain days that ends on a
    day off ends on the next working day (民法典 art. 203).
    """
    first = local_day(start)
    if limit.unit == "working_day":
        return end_of_day(add_working_days(first, limit.days, calendar))
    last = first + timedelta(days=limit.days)
    return end_of_day(add_working_days(last - timedelta(days=1), 1, calendar))


class Light(StrEnum):
    """How a running deadline stands."""

    NONE = "none"
    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"


LIGHT_LABELS = {
    Light.RUNNING: N_("期限内"),
    Light.SOON: N_("即将到期"),
    Light.OVERDUE: N_("已超期"),
}

LIGHT_TONES = {Light.RUNNING: "plain", Light.SOON: "late", Light.OVERDUE: "danger"}


def light(due: datetime | None, at: datetime) -> Light:
    """Return how the deadline `due` stands at a moment."""
    if due is None:
        return Light.NONE
    if at > due:
        return Light.OVERDUE
    return Light.SOON if local_day(due) - local_day(at) <= SOON else Light.RUNNING
