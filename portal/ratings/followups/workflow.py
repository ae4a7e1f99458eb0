"""The life of a follow-up (差评回访) as one table. Pure. Read it as the specification.

Source of the steps and their clocks: 国办发〔2019〕51号 (差评核实、整改、反馈) and the rules of
Zhejiang (call back within 1 day, remedy and reply within 15, ask again). What a remedy may
be: 立行立改; 建台账限期整改; 缺乏法定依据的解释说明 (德州).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.clock import end_of_day
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.ratings.kinds import BAD
from portal.security import Permission

LONGEST_PLAN = timedelta(days=365)
"""How far ahead a remedy may be planned: a promise for some day is none."""


class State(StrEnum):
    """Where a follow-up stands."""

    OPEN = "open"
    CALLED = "called"
    PLANNED = "planned"
    ASKED = "asked"
    CLOSED = "closed"
    VOID = "void"


STATE_LABELS = {
    State.OPEN: N_("待回访"),
    State.CALLED: N_("已回访，待整改"),
    State.PLANNED: N_("已列入台账，限期整改"),
    State.ASKED: N_("已反馈，等居民再评"),
    State.CLOSED: N_("已办结"),
    State.VOID: N_("评价不计入，已停办"),
}

STATE_TONES = {
    State.OPEN: "plain",
    State.CALLED: "plain",
    State.PLANNED: "plain",
    State.ASKED: "info",
    State.CLOSED: "done",
    State.VOID: "hold",
}


class Act(StrEnum):
    """What can be done with a follow-up."""

    CALL = "call"
    PLAN = "plan"
    REMEDY = "remedy"
    REPLY = "reply"
    EXPIRE = "expire"
    STOP = "stop"
    RESUME = "resume"
    REOPEN = "reopen"


ACT_LABELS = {
    Act.CALL: N_("登记回访"),
    Act.PLAN: N_("列入台账，限期整改"),
    Act.REMEDY: N_("登记整改或说明"),
    Act.REPLY: N_("居民再次评价"),
    Act.EXPIRE: N_("居民未再评价"),
    Act.STOP: N_("停办"),
    Act.RESUME: N_("恢复办理"),
    Act.REOPEN: N_("居民再次给出差评，重新回访"),
}


OPENED, CONTACT, MOVED = "open", "contact", "move"
"""Steps that are nobody's act: it began, the contact came or went, another unit leads."""

STEP_LABELS = {
    OPENED: N_("差评立项回访"),
    CONTACT: N_("居民的联系方式有变化"),
    MOVED: N_("责任单位调整"),
} | {act.value: label for act, label in ACT_LABELS.items()}


class Outcome(StrEnum):
    """What became of a call to the resident."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    NO_CONTACT = "no_contact"


OUTCOME_LABELS = {
    Outcome.REACHED: N_("已联系上"),
    Outcome.NOT_REACHED: N_("联系未果"),
    Outcome.NO_CONTACT: N_("居民没有留联系方式，已现场核实"),
}


class Remedy(StrEnum):
    """What the department did about it."""

    FIXED = "fixed"
    EXPLAINED = "explained"


REMEDY_LABELS = {
    Remedy.FIXED: N_("已整改"),
    Remedy.EXPLAINED: N_("依规定说明情况"),
}


class Close(StrEnum):
    """How a follow-up ended."""

    BETTER = "better"
    SAME = "same"
    NO_REPLY = "no_reply"


CLOSE_LABELS = {
    Close.BETTER: N_("居民改评为满意"),
    Close.SAME: N_("居民仍不满意"),
    Close.NO_REPLY: N_("居民未再评价"),
}
"""No reply is a class of its own: silence never counts as satisfaction."""


@dataclass(frozen=True)
class Step:
    """One row of the table: from where, to where, whose act it is, and what rules it out."""

    sources: frozenset[State]
    target: State | None
    """None: where it was when it was stopped (`resumed`)."""
    permission: Permission | None
    """None: the system's own act."""
    unless: str | None = None
    """Name of a truth of the follow-up that rules the act out, such as `must_call_first`."""


RUNNING = frozenset({State.OPEN, State.CALLED, State.PLANNED, State.ASKED})
"""States in which the end is open; the follow-up is with whoever leads the project now."""

OWED = RUNNING - {State.ASKED}
"""States in which the department owes something."""

ENDED = frozenset(State) - RUNNING
"""States in which nothing is awaited; the follow-up stays with who led the project then."""

_LIVE = RUNNING | {State.CLOSED}
_P = Permission

STEPS = {
    # The department works.
    Act.CALL: Step(
        frozenset({State.OPEN, State.CALLED}), State.CALLED, _P.RATING_ANSWER, unless="was_reached"
    ),
    Act.PLAN: Step(
        frozenset({State.OPEN, State.CALLED}),
        State.PLANNED,
        _P.RATING_ANSWER,
        unless="must_call_first",
    ),
    Act.REMEDY: Step(OWED, State.ASKED, _P.RATING_ANSWER, unless="must_call_first"),
    # The resident judges, at any time; also late, unless they are content already.
    Act.REPLY: Step(_LIVE, State.CLOSED, _P.PUBLIC, unless="is_content"),
    # Time, and the standing of the rating.
    Act.EXPIRE: Step(frozenset({State.ASKED}), State.CLOSED, None),
    Act.STOP: Step(_LIVE, State.VOID, None),
    Act.RESUME: Step(frozenset({State.VOID}), None, None),
    Act.REOPEN: Step(frozenset({State.CLOSED}), State.OPEN, None, unless="is_not_content"),
}

RULED_OUT = {
    "was_reached": N_("居民已经联系过，回访结果已登记。"),
    "must_call_first": N_("居民留了联系方式，请先回访再登记整改。"),
    "is_content": N_("居民已经改评为满意，这件回访已办结。"),
    "is_not_content": N_("居民没有改评为满意过，不能重新立项。"),
}
"""What is said when a truth rules an act out. Calling first: 实名差评回访率 100 %."""


def check(f: Any, act: Act) -> Step:
    """Return the row of the table. Raises WrongState when the act may not happen now."""
    row = STEPS[act]
    if f.state not in row.sources:
        raise WrongState(N_("这件回访已不在可以这样办理的状态，请刷新后再看。"))
    if row.unless and getattr(f, row.unless):
        raise WrongState(RULED_OUT[row.unless])
    return row


def available(f: Any) -> list[Act]:
    """Return the acts that the department is offered, in the table's order."""
    return [
        act
        for act, row in STEPS.items()
        if row.permission is Permission.RATING_ANSWER
        and f.state in row.sources
        and not (row.unless and getattr(f, row.unless))
    ]


def check_plan(planned_on: date, day: date, remedy_due_on: date) -> None:
    """Raise unless a plan is made in time and reaches beyond the limit, but not too far.

    Raises WrongState after the limit for the remedy, Invalid for a day that will not do.
    """
    if day > remedy_due_on:
        raise WrongState(N_("整改期限已过，不能再列入限期整改。"))
    if planned_on <= remedy_due_on:
        raise Invalid(N_("整改期限之内能完成的不用列入台账；完成日期应在整改期限之后。"))
    if planned_on > day + LONGEST_PLAN:
        raise Invalid(N_("完成日期最晚在一年之内。"))


def remedy_limit(remedy_due_at: datetime, planned_on: date | None) -> datetime:
    """Return when the remedy is due: by the plan where there is one (建台账限期整改)."""
    return max(remedy_due_at, end_of_day(planned_on)) if planned_on else remedy_due_at


def due(f: Any) -> datetime | None:
    """Return when what the department owes next is due, or None when it owes nothing."""
    if f.state not in OWED:
        return None
    limit = remedy_limit(f.remedy_due_at, f.planned_on)
    return min(f.call_due_at, limit) if f.state is State.OPEN and f.has_contact else limit


def misses(f: Any, at: datetime) -> tuple[bool, bool]:
    """Say whether the call and the remedy are owed at a moment and were due before it."""
    is_late = f.state in OWED and at > remedy_limit(f.remedy_due_at, f.planned_on)
    return f.state is State.OPEN and f.has_contact and at > f.call_due_at, is_late


def resumed(f: Any) -> State:
    """Return where a follow-up that was stopped goes on: what was done stays done."""
    if f.replied_at:
        return State.CLOSED
    if f.remedied_at:
        return State.ASKED
    if f.planned_on:
        return State.PLANNED
    return State.CALLED if f.called_at else State.OPEN


def closing(level: int) -> Close:
    """Return how a follow-up ends with the resident's new level."""
    return Close.SAME if level <= BAD else Close.BETTER
