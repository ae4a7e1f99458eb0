"""How far a project should be, and what that makes of how far it is. Pure.

Source of the schedule (序时进度): published bulletins count twelfths of the year, with half
months where the day is before the 16th (practice of Yunfu: 7.5/12 for the first half of
August).
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portal.language import N_

HUNDRED = Decimal(100)
LATE_POINTS = Decimal(10)
"""Percentage points behind the plan from which a project counts as late.

Source: the light rule of Yinchuan 2025 (yellow from 10 points behind).
"""


class PublicStatus(StrEnum):
    """What residents are told; computed, never stored."""

    PLANNED = "planned"
    ON_TIME = "on_time"
    LATE = "late"
    COMPLETED = "completed"


STATUS_LABELS = {
    PublicStatus.PLANNED: N_("未开工"),
    PublicStatus.ON_TIME: N_("按期推进"),
    PublicStatus.LATE: N_("进度滞后"),
    PublicStatus.COMPLETED: N_("已完成"),
}

STATUS_TONES = {
    PublicStatus.PLANNED: "hold",
    PublicStatus.ON_TIME: "ontime",
    PublicStatus.LATE: "late",
    PublicStatus.COMPLETED: "done",
}


def planned_percent(start: date, due: date, day: date) -> Decimal:
    """Return the percent that a straight plan from `start` to `due` wants by `day`.

    Steps are half months: day 15 and earlier count half of the month. Before `start` it is 0,
    from `due` on 100. One decimal.
    """
    if day >= due:
        return HUNDRED
    first = _half_months(start) - 1
    last = _half_months(due)
    done = _half_months(day) - first
    if day < start or last <= first:
        return Decimal(0)
    share = HUNDRED * min(done, last - first) / (last - first)
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def plan_of(year: int, start_on: date | None, due_on: date | None, day: date) -> Decimal:
    """Return the planned percent by `day`; without dates the plan is the list's year."""
    return planned_percent(start_on or date(year, 1, 1), due_on or date(year, 12, 31), day)


def public_status(
    *, is_completed: bool, is_started: bool, percent: Decimal | None, planned: Decimal, due: bool
) -> PublicStatus:
    """Return what residents are told of a project.

    `planned` is the percent the plan wants today, `due` whether the promised day has passed.
    A project without a reported percent is late only when its day has passed.
    """
    if is_completed:
        return PublicStatus.COMPLETED
    if due or (percent is not None and planned - percent >= LATE_POINTS):
        return PublicStatus.LATE
    if not is_started and percent is None and planned >= LATE_POINTS * 3:
        return PublicStatus.LATE
    return PublicStatus.ON_TIME if is_started else PublicStatus.PLANNED


def _half_months(day: date) -> int:
    """Count half months from an arbitrary origin; the 1st to 15th are the first half."""
    return (day.year * 12 + day.month) * 2 + (2 if day.day > 15 else 1)
