"""How far a project should be, how far it is, and the light that makes of it. Pure.

Sources. Straight plan in twelfths of the year, with half months where the day is the 15th or
before: published bulletins (8/12 = 66.67, 11/12 = 91.67; Yunfu 7.5/12 = 62.5 for the first
half of August). Stretched plan, 120 % × m/12: Huidong 2022. Plan of the period instead of the
straight line: Songyang 2025, Taishun 2024. Lights by points: Yinchuan 2025; by ratio: Wuhan.
The two disagree (at 4/12, 15 % done is 18 points behind, yellow, but 45 % of the plan, red),
so the mode is the county's choice and both figures are always given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from portal.language import N_
from portal.projects.kinds import Nature, ProjectStatus

HUNDRED = Decimal(100)
ZERO = Decimal(0)

Points = Sequence[tuple[date, Decimal]]
"""A plan curve: (last day of a period, percent by then), in the order of days."""


class Light(StrEnum):
    """What a project's progress looks like against its plan."""

    DONE = "done"
    AHEAD = "ahead"
    ON_TIME = "on_time"
    LATE = "late"
    SEVERE = "severe"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    PAUSED = "paused"
    STOPPED = "stopped"


LIGHT_LABELS = {
    Light.DONE: N_("完工并验收"),
    Light.AHEAD: N_("提前"),
    Light.ON_TIME: N_("达序"),
    Light.LATE: N_("滞后"),
    Light.SEVERE: N_("严重滞后"),
    Light.WAITING: N_("未到开工"),
    Light.UNKNOWN: N_("未报进度"),
    Light.PAUSED: N_("已暂停"),
    Light.STOPPED: N_("已终止"),
}

LIGHT_TONES = {
    Light.DONE: "done",
    Light.AHEAD: "ahead",
    Light.ON_TIME: "ontime",
    Light.LATE: "late",
    Light.SEVERE: "danger",
    Light.WAITING: "plain",
    Light.UNKNOWN: "info",
    Light.PAUSED: "hold",
    Light.STOPPED: "hold",
}
"""Light -> the shape and colour it is drawn with."""

LIGHT_RANKS = {light: rank for rank, light in enumerate(
    (
        Light.SEVERE,
        Light.LATE,
        Light.UNKNOWN,
        Light.PAUSED,
        Light.ON_TIME,
        Light.AHEAD,
        Light.WAITING,
        Light.STOPPED,
        Light.DONE,
    )
)}  # fmt: skip
"""The order in which lists put lights, the gravest first."""

BEHIND = (Light.LATE, Light.SEVERE)
"""Lights that cannot be reported without cause, remedy and a new date."""

MODES = ("points", "ratio")


@dataclass(frozen=True)
class Scale:
    """A county's thresholds; `county.presets.LIGHTS` holds presets with their sources.

    In mode 'points' the figures are percentage points of done minus planned: ahead from
    `ahead` on, late from `late` behind, severe beyond `severe` behind. In mode 'ratio' they
    are done in percent of planned: ahead from `ahead` on, late below `late`, severe below
    `severe`.
    """

    mode: str
    ahead: Decimal
    late: Decimal
    severe: Decimal
    overdue_severe_days: int
    """Days past the promised day from which lateness is severe."""
    start_red_months: int
    """Months, the first included, after which a start that is missed turns red."""
    funds_late: Decimal
    funds_severe: Decimal
    """Percentage points that payments may stay behind the plan: yellow and red beyond."""
    stale_days: int
    """Days after which a report no longer counts as fresh."""

    @classmethod
    def of(cls, preset: dict[str, Any]) -> "Scale":
        """Make a scale of a preset's figures; what it does not name is left out."""
        decimals = ("ahead", "late", "severe", "funds_late", "funds_severe")
        whole = ("overdue_severe_days", "start_red_months", "stale_days")
        figures = {name: Decimal(str(preset[name])) for name in decimals}
        return cls(mode=preset["mode"], **figures, **{name: int(preset[name]) for name in whole})


@dataclass(frozen=True)
class Facts:
    """What is known of a project's progress on a day."""

    status: ProjectStatus
    nature: Nature
    percent: Decimal | None
    planned: Decimal
    start_on: date | None
    due_on: date
    reported_on: date | None
    day: date


@dataclass(frozen=True)
class Verdict:
    """The light, and both figures it can rest on."""

    light: Light
    gap: Decimal | None
    """Done minus planned, percentage points; None without a figure for done."""
    ratio: Decimal | None
    """Done in percent of planned; None without a figure or before anything is planned."""


def half_months(day: date) -> int:
    """Count half months from an arbitrary origin; the 1st to 15th are the first half."""
    return (day.year * 12 + day.month) * 2 + (2 if day.day > 15 else 1)


def straight_plan(start: date, due: date, day: date, stretch: Decimal = HUNDRED) -> Decimal:
    """Return the percent that a straight plan from `start` to `due` wants by `day`.

    Steps are half months. Before `start` it is 0; from `due` on it is `stretch`, the percent
    of the year's target that the plan reaches. Two decimals.
    """
    if day >= due:
        return stretch
    first, last = half_months(start) - 1, half_months(due)
    if day < start or last <= first:
        return ZERO
    done = min(half_months(day) - first, last - first)
    return _rounded(stretch * done / (last - first))


def planned_percent(
    points: Points, start: date, due: date, day: date, stretch: Decimal = HUNDRED
) -> Decimal:
    """Return the percent wanted by `day`: along the curve, or straight where there is none.

    Between two points the plan rises evenly in half months; before the first it rises from
    nothing at `start`; after the last it stays.
    """
    if not points:
        return straight_plan(start, due, day, stretch)
    before, reached = half_months(start) - 1, ZERO
    if day < start and day < points[0][0]:
        return ZERO
    for by, percent in points:
        if day <= by:
            span = half_months(by) - before
            part = max(half_months(day) - before, 0)
            if span <= 0 or part >= span:
                return _rounded(percent)
            return _rounded(reached + (percent - reached) * part / span)
        before, reached = half_months(by), percent
    return _rounded(reached)


def plan_window(year: int, start_on: date | None, due_on: date | None) -> tuple[date, date]:
    """Return start and end of a plan; what is not said is the list's year."""
    due = due_on or date(year, 12, 31)
    start = start_on or min(date(year, 1, 1), due)
    return start, due


def judge(facts: Facts, scale: Scale) -> Verdict:
    """Return the light of a project. Any facts give one and none raises."""
    done = facts.percent
    if done is None and facts.status is ProjectStatus.PLANNED and facts.nature is Nature.WORKS:
        done = ZERO
    gap = None if done is None else done - facts.planned
    ratio = _rounded(done * 100 / facts.planned) if done is not None and facts.planned else None
    return Verdict(_light(facts, scale, gap, ratio), gap, ratio)


def _light(facts: Facts, scale: Scale, gap: Decimal | None, ratio: Decimal | None) -> Light:
    fixed = {
        ProjectStatus.COMPLETED: Light.DONE,
        ProjectStatus.PAUSED: Light.PAUSED,
        ProjectStatus.STOPPED: Light.STOPPED,
    }
    if facts.status in fixed:
        return fixed[facts.status]
    found = _measured(facts, scale, gap, ratio)
    overdue = (facts.day - facts.due_on).days
    if overdue > scale.overdue_severe_days:
        return Light.SEVERE
    if overdue > 0 and found is not Light.SEVERE:
        return Light.LATE
    return found


def _measured(facts: Facts, scale: Scale, gap: Decimal | None, ratio: Decimal | None) -> Light:
    """Return the light by the figures alone."""
    is_waiting = facts.status is ProjectStatus.PLANNED and not facts.percent
    if is_waiting and (facts.planned == 0 or gap is None):
        return Light.WAITING
    if gap is None:
        return Light.UNKNOWN
    if scale.mode == "ratio" and ratio is not None:
        marks = ratio < scale.severe, ratio < scale.late, ratio >= scale.ahead
    elif scale.mode == "ratio":
        marks = False, False, gap > 0  # nothing is planned yet: no ratio can be bad
    else:
        marks = -gap > scale.severe, -gap >= scale.late, gap >= scale.ahead
    for is_so, light in zip(marks, (Light.SEVERE, Light.LATE, Light.AHEAD), strict=True):
        if is_so:
            return light
    return Light.WAITING if is_waiting else Light.ON_TIME


def start_late(facts: Facts, scale: Scale) -> int:
    """Return 0, 1 (yellow) or 2 (red) for works that should have begun and have not.

    Source: Yinchuan 2025: yellow in the month of the missed start, red from the third month.
    """
    if facts.status is not ProjectStatus.PLANNED or facts.start_on is None:
        return 0
    if facts.day <= facts.start_on:
        return 0
    start = facts.start_on
    months = (facts.day.year - start.year) * 12 + facts.day.month - start.month + 1
    return 2 if months >= scale.start_red_months else 1


def funds_behind(paid: Decimal | None, planned: Decimal, scale: Scale) -> int:
    """Return 0, 1 (yellow) or 2 (red) for payments behind the plan.

    `paid` is paid in percent of approved, None where nothing is approved; two figures decide,
    as in Tianjin 2022 (behind: yellow; more than 30 points behind: red).
    """
    if paid is None:
        return 0
    behind = min(planned, HUNDRED) - paid
    return 2 if behind > scale.funds_severe else int(behind > scale.funds_late)


def is_stale(facts: Facts, scale: Scale) -> bool:
    """Say whether a running project has gone without a report for longer than allowed."""
    if facts.status is not ProjectStatus.IN_PROGRESS:
        return False
    since = facts.reported_on or facts.start_on
    return since is not None and facts.day - since > timedelta(days=scale.stale_days)


def needs_remedy(light: Light) -> bool:
    """Say whether a report under this light must give cause, remedy and a new date."""
    return light in BEHIND


def _rounded(percent: Decimal) -> Decimal:
    return percent.quantize(Decimal("0.01"), ROUND_HALF_UP)
