"""Where the lines of a plan curve stand in its drawing. Pure.

Across, places are percent of the width, so that the drawing fits any screen while its words
keep their size; downwards they are pixels.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from portal.projects.schedule.rules import HUNDRED, ZERO, Points, planned_percent

HEIGHT, TOP, FLOOR = 236, 22, 206
"""Pixels: of the drawing, of its highest and of its lowest figure."""

LEFT, RIGHT = 2.5, 97.5
"""Percent of the width between which days are laid out."""

MOST_STEPS, MOST_TICKS = 72, 6

Place = tuple[float, float]
Stroke = tuple[float, float, float, float]


@dataclass(frozen=True)
class Plan:
    """What a plan curve is drawn of."""

    points: Points
    start: date
    due: date
    stretch: Decimal = HUNDRED


@dataclass(frozen=True)
class Reported:
    """A reported figure, and what the plan wanted then where that was kept."""

    on: date
    percent: Decimal
    planned: Decimal | None


@dataclass(frozen=True)
class Row:
    """One line of the table beside the drawing; `done` is None where nothing was reported."""

    on: date
    planned: Decimal
    done: Decimal | None
    is_today: bool

    @property
    def gap(self) -> Decimal | None:
        """Done minus planned, percentage points."""
        return None if self.done is None else self.done - self.planned


@dataclass(frozen=True)
class Tick:
    """A month named below the drawing."""

    x: float
    on: date
    anchor: str


@dataclass(frozen=True)
class Chart:
    """A drawing: strokes of the plan and of the reports, dots, the day, the promise."""

    plan: list[Stroke]
    done: list[Stroke]
    dots: list[Place]
    today: float | None
    due: float
    grid: list[tuple[float, int]]
    """Height and percent of each line across."""
    ticks: list[Tick]
    rows: list[Row]


def draw(plan: Plan, reports: Sequence[Reported], day: date | None) -> Chart:
    """Lay a plan out beside its reports, in the order of days; `day` is None once it is over."""
    reports = sorted(reports, key=lambda r: r.on)
    days = [plan.start, plan.due, *(r.on for r in reports), *(by for by, _ in plan.points)]
    first, last = min(days), max([*days, *([day] if day else [])])
    wanted = [(plan.start, ZERO), *((on, _wanted(plan, on)) for on in _steps(plan))]
    top = _top([p for _, p in wanted] + [r.percent for r in reports])

    def place(on: date, percent: Decimal) -> Place:
        y = FLOOR - (FLOOR - TOP) * float(percent) / top
        return _across(on, first, last), round(y, 1)

    dots = [place(r.on, r.percent) for r in reports]
    return Chart(
        plan=_strokes([place(on, percent) for on, percent in wanted]),
        done=_strokes(dots),
        dots=dots,
        today=_across(day, first, last) if day else None,
        due=_across(plan.due, first, last),
        grid=[(place(first, Decimal(n))[1], n) for n in _grid(top)],
        ticks=_ticks(first, last),
        rows=_rows(plan, reports, day),
    )


def _wanted(plan: Plan, on: date) -> Decimal:
    return planned_percent(plan.points, plan.start, plan.due, on, plan.stretch)


def _steps(plan: Plan) -> list[date]:
    """Return the days at which the plan's steps end: the 15th and the last of each month."""
    last = max([plan.due, *(by for by, _ in plan.points)])
    found, year, month = [], plan.start.year, plan.start.month
    while date(year, month, 1) <= last:
        ends = date(year, month, 15), date(year, month, calendar.monthrange(year, month)[1])
        found += [on for on in ends if plan.start < on < last]
        year, month = year + month // 12, month % 12 + 1
    few = found[:: len(found) // MOST_STEPS + 1]
    return sorted({*few, *(by for by, _ in plan.points if by > plan.start), last})


def _across(on: date, first: date, last: date) -> float:
    span = (last - first).days
    part = (on - first).days / span if span else 0.5
    return round(LEFT + (RIGHT - LEFT) * part, 2)


def _strokes(places: Sequence[Place]) -> list[Stroke]:
    return [(*one, *other) for one, other in pairwise(places)]


def _top(percents: Sequence[Decimal]) -> int:
    """Return the highest figure drawn: 100, or what is reached, in whole steps of the grid."""
    most = int(max([HUNDRED, *percents]).to_integral_value(rounding="ROUND_CEILING"))
    step = _step(most)
    return -(-most // step) * step


def _step(most: int) -> int:
    return next(n for n in (25, 50, 100, 250, 500, 1000, 2500, 10_000_000) if most <= n * 5)


def _grid(top: int) -> list[int]:
    return list(range(0, top + 1, _step(top)))


def _ticks(first: date, last: date) -> list[Tick]:
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((n for n in (1, 2, 3, 6, 12) if months <= n * MOST_TICKS), -(-months // MOST_TICKS))
    found = []
    for i in range(0, months, step):
        year, month = divmod(first.year * 12 + first.month - 1 + i, 12)
        on = max(date(year, month + 1, 1), first)
        x = _across(on, first, last)
        found.append(Tick(x, on, "start" if x < 8 else "end" if x > 92 else "middle"))
    return found


def _rows(plan: Plan, reports: Sequence[Reported], day: date | None) -> list[Row]:
    """Return a line for each point of the plan, each report and the day, in order."""
    known = {r.on: r for r in reports}
    days = {by for by, _ in plan.points} | {plan.due} | set(known) | ({day} if day else set())
    rows = []
    for on in sorted(days):
        report = known.get(on)
        kept = report.planned if report else None
        wanted = _wanted(plan, on) if kept is None else kept
        rows.append(Row(on, wanted, report.percent if report else None, on == day))
    return rows
