"""The life of a follow-up (差评回访) as one table. Pure.

Source of the steps and their clocks: 国办发〔2019〕51号 (差评核实、整改、反馈) and the rules of
Zhejiang (call back within 1 day, remedy and reply within 15, ask again). What a remedy may
be: 立行立改; 建台账限期整改; 缺乏法定依据的解释说明 (德州).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.clock import end_of_day
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.ratings.kinds import BAD
from portal.security import Permission


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
    State.OPEN: "danger",
    State.CALLED: "late",
    State.PLANNED: "late",
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


ACT_LABELS = {
    Act.CALL: N_("登记回访"),
    Act.PLAN: N_("列入台账，限期整改"),
    Act.REMEDY: N_("登记整改或说明"),
    Act.REPLY: N_("居民再次评价"),
    Act.EXPIRE: N_("居民未再评价"),
    Act.STOP: N_("停办"),
    Act.RESUME: N_("恢复办理"),
}


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
    """One row of the table: from where, to where, and whose act it is."""

    sources: frozenset[State]
    target: State
    permission: Permission | None
    """None: the system's own act."""


_RUNNING = frozenset({State.OPEN, State.CALLED, State.PLANNED, State.ASKED})
_OWED = _RUNNING - {State.ASKED}
_P = Permission

STEPS = {
    Act.CALL: Step(frozenset({State.OPEN}), State.CALLED, _P.RATING_ANSWER),
    Act.PLAN: Step(frozenset({State.OPEN, State.CALLED}), State.PLANNED, _P.RATING_ANSWER),
    Act.REMEDY: Step(_OWED, State.ASKED, _P.RATING_ANSWER),
    Act.REPLY: Step(_RUNNING, State.CLOSED, _P.PUBLIC),
    Act.EXPIRE: Step(frozenset({State.ASKED}), State.CLOSED, None),
    Act.STOP: Step(_RUNNING, State.VOID, None),
    Act.RESUME: Step(frozenset({State.VOID, State.CLOSED}), State.OPEN, None),
}
"""A resident may say it anew at any time while it runs."""

OWED = _OWED
"""States in which the department owes something."""


def check(act: Act, state: State) -> State:
    """Return the state after `act`. Raises WrongState when it may not happen now."""
    step = STEPS[act]
    if state not in step.sources:
        raise WrongState(N_("这件回访已不在可以这样办理的状态，请刷新后再看。"))
    return step.target


def available(state: State, has_contact: bool) -> list[Act]:
    """Return the acts a department is offered: with a contact, the call comes first."""
    offered = [
        act
        for act, step in STEPS.items()
        if step.permission is Permission.RATING_ANSWER and state in step.sources
    ]
    return [Act.CALL] if state is State.OPEN and has_contact else offered


def check_call_first(act: Act, state: State, has_contact: bool) -> None:
    """Raise WrongState when a resident who left a contact has not been called yet.

    Source: 实名差评回访率 100 % (good-or-bad rating practice).
    """
    if act in (Act.PLAN, Act.REMEDY) and state is State.OPEN and has_contact:
        raise WrongState(N_("居民留了联系方式，请先回访再登记整改。"))


def check_plan(planned_on: date, day: date, remedy_due_on: date) -> None:
    """Raise unless a plan is made in time and reaches beyond today.

    Raises WrongState after the limit for the remedy, Invalid for a day that is past.
    """
    if day > remedy_due_on:
        raise WrongState(N_("整改期限已过，不能再列入限期整改。"))
    if planned_on <= day:
        raise Invalid(N_("整改完成日期应在今天之后。"))


def remedy_limit(remedy_due_at: datetime, planned_on: date | None) -> datetime:
    """Return when the remedy is due: by the plan where there is one (建台账限期整改)."""
    return max(remedy_due_at, end_of_day(planned_on)) if planned_on else remedy_due_at


def closing(level: int) -> Close:
    """Return how a follow-up ends with the resident's new level."""
    return Close.SAME if level <= BAD else Close.BETTER
