"""The course of one project: its plan, what changed it, and how far it was on any day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from portal.demo.days import Days, month_end, month_ends, workday
from portal.projects.kinds import DecisionKind, ProjectStatus
from portal.projects.models import Project
from portal.projects.schedule.rules import planned_percent

HUNDRED = Decimal(100)
REPORTED_AGO = 9
"""Days since the last report of a running project."""


@dataclass
class Course:
    """What the data say of a project, unfolded up to the day of loading."""

    days: Days
    n: int
    """Place in the list, from 1; varies what would otherwise be alike."""
    name: str
    field: str
    start: date
    promised: date
    more: dict[str, Any]
    story: dict[str, Any]
    named: Decimal
    """Percent that the list names for late November."""
    decisions: list[tuple[DecisionKind, date, list[Any]]]
    points: list[tuple[date, Decimal]] = field(default_factory=list)
    knots: list[tuple[date, Decimal]] = field(default_factory=list)
    done: date | None = None
    """Day of acceptance, also when it has not come yet; None when nothing says."""
    reports: list[date] = field(default_factory=list)
    project: Project = field(init=False)

    @property
    def final(self) -> Decimal:
        """Percent the project ends with; over 100 exists."""
        return Decimal(str(self.more.get("final", 100)))

    @property
    def completed_on(self) -> date | None:
        """Day of acceptance, if it has come."""
        return self.days.past(self.done)

    def decided(self, kind: DecisionKind, by: date) -> list[tuple[date, list[Any]]]:
        """Return the decisions of a kind up to a day."""
        return [(on, row) for k, on, row in self.decisions if k is kind and on <= by]

    def due_on(self, by: date) -> date:
        """Return the completion as promised on a day."""
        moves = self.decided(DecisionKind.DATE, by)
        return self.days.of(moves[-1][1][4]) if moves else self.promised

    def planned(self, on: date) -> Decimal:
        """Return the percent that the plan wants on a day."""
        stretch = Decimal(self.more.get("stretch", 100))
        return planned_percent(self.points, self.start, self.due_on(on), on, stretch)

    def is_paused(self, on: date) -> bool:
        """Say whether the work rests by a decision on that day."""
        pauses = len(self.decided(DecisionKind.PAUSE, on))
        return pauses > len(self.decided(DecisionKind.RESUME, on))

    def stopped_on(self) -> date | None:
        """Return the day the promise was given up, if it has come."""
        stops = self.decided(DecisionKind.STOP, self.days.day)
        return stops[0][0] if stops else None

    def reached(self, on: date) -> Decimal:
        """Return the percent done on a day, whole percents, evenly between two knots."""
        if not self.knots or on < self.knots[0][0]:
            return Decimal(0)
        for (first, low), (last, high) in pairwise(self.knots):
            if on < last:
                part = Decimal((on - first).days) / Decimal((last - first).days)
                return (low + (high - low) * part).quantize(Decimal(1), ROUND_HALF_UP)
        return self.knots[-1][1]

    def when(self, percent: Decimal) -> date | None:
        """Return the day a percentage was reached, None while it has not been."""
        for (first, low), (last, high) in pairwise(self.knots):
            if percent <= high:
                part = max(percent - low, Decimal(0)) / (high - low) if high > low else 0
                return self.days.past(
                    workday(first + timedelta(days=int((last - first).days * part)))
                )
        return None

    def status(self) -> ProjectStatus:
        """Return how the project stands on the day of loading."""
        if self.stopped_on():
            return ProjectStatus.STOPPED
        if self.is_paused(self.days.day):
            return ProjectStatus.PAUSED
        if self.completed_on:
            return ProjectStatus.COMPLETED
        begun = self.reports and not self.more.get("waiting")
        return ProjectStatus.IN_PROGRESS if begun else ProjectStatus.PLANNED


def unfold(days: Days, n: int, row: Sequence[Any], story: dict[str, Any]) -> Course:
    """Make the course of a row of the lists."""
    field_, name, _content, _town, _amount, first, last, status, percent, _text, more = row
    course = Course(
        days, n, name, field_, date(days.year, first, 1), month_end(days.year, last), more, story,
        Decimal(percent or 0),
        [(DecisionKind(d[0]), days.of(d[1]), d) for d in story.get("decisions", [])],
    )  # fmt: skip
    course.points = _curve(course)
    if status == "completed" and "done" not in more:
        course.done = workday(course.promised - timedelta(days=6 + n * 7 % 19))
    elif "done" in more:
        course.done = workday(days.of(more["done"]))
    if percent is not None:
        course.knots = _knots(course, Decimal(percent))
    course.reports = _report_days(course)
    return course


def _curve(course: Course) -> list[tuple[date, Decimal]]:
    """Return the plan curve: slow, fast, slow; of months, of quarters, or none at all."""
    rhythm = course.more.get("plan")
    if rhythm is None:
        return []
    ends = month_ends(course.start, course.promised)
    aim = Decimal(course.more.get("stretch", 100))
    found = []
    for n, end in enumerate(ends, start=1):
        part = Decimal(n) / len(ends)
        curved = (part + part * part * (3 - 2 * part)) / 2
        if rhythm == "month" or end.month % 3 == 0 or end == course.promised:
            found.append((end, (aim * curved).quantize(Decimal(1), ROUND_HALF_UP)))
    return found


def _knots(course: Course, percent: Decimal) -> list[tuple[date, Decimal]]:
    """Return the days at which it is known how far the work was, the first at its start."""
    if "knots" in course.more:
        found = [(course.days.of(d), Decimal(p)) for d, p in course.more["knots"]]
    else:
        found = _beside_the_plan(course, percent)
    if course.done is not None:
        return [k for k in found if k[0] < course.done] + [(course.done, course.final)]
    return found


def _beside_the_plan(course: Course, percent: Decimal) -> list[tuple[date, Decimal]]:
    """Follow the plan in half months, ahead of it or behind as the data have it."""
    late_november = date(course.days.year, 11, 23)
    ratio = Decimal(str(course.more.get("lag", 1)))
    if course.done is None or course.done > late_november:
        ratio = percent / course.planned(late_november)
    found = []
    for n in range((course.start.month - 1) * 2, 24):
        on = date(course.days.year, n // 2 + 1, 1 if n % 2 == 0 else 16)
        done = (course.planned(on) * ratio).quantize(Decimal(1), ROUND_HALF_UP)
        found.append((on, min(max(done, Decimal(1)), Decimal(99))))
    return found


def _report_days(course: Course) -> list[date]:
    """Return the days the reports speak of: month ends, and the last one."""
    days, more = course.days, course.more
    if more.get("waiting"):
        return [d for d in map(days.of, more["waiting"]) if d <= days.day]
    if course.start > days.day:
        return []
    last = max(course.start, days.day - timedelta(days=more.get("stale", REPORTED_AGO)))
    if course.completed_on:
        last = course.completed_on - timedelta(days=4)
    elif course.is_paused(days.day):
        last = course.decided(DecisionKind.PAUSE, days.day)[-1][0] - timedelta(days=3)
    ends = [d for d in month_ends(course.start, last) if (last - d).days > 10]
    working = [d for d in [*ends, last] if not course.is_paused(d)]
    stop = course.stopped_on()
    return [d for d in working if stop is None or d < stop]
