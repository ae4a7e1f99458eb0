"""The wall chart's geometry: where a project's plan, progress and milestones are drawn. Pure.

The year is twelve columns of equal width, and a day stands within its month's column. All
places and widths are percent of the chart's width: 0 is the first of January, 100 the end of
December. What lies outside of the year is cut off at the edge, and a sign says so.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portal.projects.schedule.rules import plan_window

MINUS = "\u2212"

Dates = tuple[date, date | None]
"""A milestone: the day it is planned for, and the day it was reached or None."""


class Sign(StrEnum):
    """A small drawing on a project's line; each has a shape of its own."""

    SHOULD = "should"
    PROMISED = "promised"
    ACCEPTED = "accepted"
    REACHED = "reached"
    OPEN = "open"
    MISSED = "missed"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Course:
    """What is known of a project's way through the year."""

    start_on: date | None
    due_on: date | None
    """Completion as promised now."""
    promised_on: date | None
    """Completion as first promised."""
    until: date | None
    """The day up to which it took longer than promised: that of acceptance, today while it
    runs, None once nothing runs any more."""
    accepted_on: date | None
    planned: Decimal | None
    """Percent wanted today, over 100 where the aim is stretched; None once nothing is wanted
    any more."""
    percent: Decimal | None
    """Percent done; None without a report."""


@dataclass(frozen=True)
class Span:
    """A piece of a line: where it begins, and how long it is."""

    at: float
    width: float


@dataclass(frozen=True)
class Drawing:
    """Everything that is drawn on one project's line."""

    plan: Span | None
    """From the planned start to the promised completion; None outside of the year."""
    done: Span | None
    """So much of the plan's whole length as is done; None without a figure."""
    moved: Span | None
    """Between the first promise and the one that holds now; None where they are one."""
    overrun: Span | None
    """From the promised completion on, as long as the work went on or still does."""
    signs: list[tuple[str, float]]


@dataclass(frozen=True)
class Tally:
    """How many milestones a project has, has reached, and has missed so far."""

    total: int
    reached: int
    missed: int


def place(day: date, year: int, part: float = 0) -> float:
    """Return where `day` stands, also outside of the year.

    `part` is how much of the day has gone by: 0 its beginning, 1 its end.
    """
    days = calendar.monthrange(day.year, day.month)[1]
    months = (day.year - year) * 12 + day.month - 1 + (day.day - 1 + part) / days
    return round(months * 100 / 12, 2)


def span(start: float, end: float) -> Span | None:
    """Return the piece from `start` to `end` that lies within the year, or None."""
    left, right = min(max(start, 0), 100), min(max(end, 0), 100)
    return Span(left, round(right - left, 2)) if right > left else None


def draw(course: Course, milestones: Sequence[Dates], year: int, day: date) -> Drawing:
    """Return what is drawn of a project in the chart of `year`, on `day`."""
    start_on, due_on = plan_window(year, course.start_on, course.due_on)
    due = place(due_on, year, 1)
    start = min(place(start_on, year), due)
    first = due
    if course.promised_on and course.due_on:
        first = place(course.promised_on, year, 1)
    until = place(course.until, year, 1) if course.until else due
    done = None
    if course.percent is not None:
        done = span(start, along(start, due, course.percent))
    signs = []
    if course.planned is not None:
        signs.append((Sign.SHOULD, along(start, due, course.planned)))
    signs += [(Sign.PROMISED, first)] if first != due else []
    if course.accepted_on:
        signs.append((Sign.ACCEPTED, place(course.accepted_on, year, 1)))
    signs += [sign_of(one, year, day) for one in milestones]
    return Drawing(
        plan=span(start, due),
        done=done,
        moved=span(min(first, due), max(first, due)),
        overrun=span(due, until),
        signs=[*_edges(start, max(first, due)), *(s for s in signs if 0 <= s[1] <= 100)],
    )


def along(start: float, due: float, percent: Decimal) -> float:
    """Return where so many percent of a plan's length end; more than all of it is all."""
    part = min(max(float(percent), 0), 100) / 100
    return round(start + (due - start) * part, 2)


def sign_of(milestone: Dates, year: int, day: date) -> tuple[Sign, float]:
    """Return a milestone's sign: where it was reached, or where it still waits."""
    planned_on, actual_on = milestone
    if actual_on:
        return Sign.REACHED, place(actual_on, year, 0.5)
    sign = Sign.MISSED if planned_on < day else Sign.OPEN
    return sign, place(planned_on, year, 0.5)


def tally(milestones: Sequence[Dates], day: date) -> Tally:
    """Count milestones; one is missed from the day after it was planned for."""
    reached = sum(actual is not None for _, actual in milestones)
    missed = sum(actual is None and planned < day for planned, actual in milestones)
    return Tally(len(milestones), reached, missed)


def figure(number: Decimal, *, signed: bool = False) -> str:
    """Write a figure with at most one decimal; `signed` gives gains a plus."""
    rounded = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = f"{abs(rounded):f}".removesuffix(".0")
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def _edges(start: float, end: float) -> list[tuple[Sign, float]]:
    before = [(Sign.BEFORE, 0.0)] if start < 0 else []
    return [*before, (Sign.AFTER, 100.0)] if end > 100 else before
