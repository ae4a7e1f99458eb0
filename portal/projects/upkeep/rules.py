"""When a finished project is revisited, and how far it has come since. Pure.

Source of the three stages: leaders ask that projects go from 有没有 (is it there) over 好不好
(is it good) to 优不优 (is it excellent). Which score makes which is the county's choice.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.language import N_


class Service(StrEnum):
    """How far a project has come after it was built."""

    NOT_YET = "not_yet"
    EXISTS = "exists"
    GOOD = "good"
    EXCELLENT = "excellent"


SERVICE_LABELS = {
    Service.NOT_YET: N_("建设中"),
    Service.EXISTS: N_("有没有：已经建成"),
    Service.GOOD: N_("好不好：回头看合格"),
    Service.EXCELLENT: N_("优不优：回头看优良"),
}


@dataclass(frozen=True)
class Visit:
    """One revisit as the rule sees it."""

    months: int
    score: int | None
    open_problems: int


def months_after(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def schedule(completed_on: date, months: Iterable[int]) -> list[tuple[int, date]]:
    """Return when a project completed on that day is to be revisited."""
    return [(n, months_after(completed_on, n)) for n in sorted(set(months))]


def service(is_completed: bool, visits: Iterable[Visit], *, good: int, excellent: int) -> Service:
    """Return how far a project has come.

    The last revisit decides; problems it found that still stand hold the stage back to
    EXISTS. EXCELLENT takes a second revisit at least, so that one good day is not enough.
    """
    if not is_completed:
        return Service.NOT_YET
    made = [v for v in sorted(visits, key=lambda v: v.months) if v.score is not None]
    if not made or made[-1].open_problems or made[-1].score < good:
        return Service.EXISTS
    return Service.EXCELLENT if made[-1].score >= excellent and len(made) > 1 else Service.GOOD
