"""What the departments' pages show of a case: the matter, never who wrote it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.cases.assists import task_due
from portal.cases.kinds import CHANNEL_LABELS, TARGET_LABELS, Kind
from portal.cases.masking import Veil
from portal.cases.models import Case
from portal.cases.pages import list_context, names_of, staff_step
from portal.cases.parts import CaseAssist, CaseFile
from portal.cases.second_eyes import closers
from portal.cases.targets import described
from portal.cases.workflow import Action, State, available
from portal.clock import local_day
from portal.county.queries import calendar, deadlines
from portal.deadlines import Limit, due_at, light
from portal.departments.models import Department
from portal.departments.queries import active
from portal.desk.queries import members
from portal.security import Actor, Role


@dataclass(frozen=True)
class Matter:
    """What a case is about, with the personal data in it masked."""

    title: str
    body: str
    place: str
    details: list[tuple[str, str]]
    """The category's questions, each with its answer."""
    files: list[tuple[CaseFile, str]]
    """What came with it, each file with its name."""


@dataclass(frozen=True)
class Member:
    """A case that was merged into another, as the departments of that one read it."""

    reference: str
    kind: Kind
    title: str
    place: str


class Objection(StrEnum):
    """What a department can say against having a case that it has not signed for."""

    NONE = "none"
    RETURN = "return"
    DISPUTE = "dispute"
    SILENT = "silent"
    """The time is over: it is theirs (首办负责)."""
    SETTLED = "settled"
    """The inspection office ruled that it is theirs."""
    WAITING = "waiting"
    """The inspection office has not ruled yet."""


def matter(case: Case, veil: Veil) -> Matter:
    """Return what `case` is about as a department reads it."""
    return Matter(
        veil(case.title),
        veil(case.body),
        veil(case.place),
        [(question, veil(reply)) for question, reply in case.details],
        [(file, veil(file.name)) for file in case.files],
    )


def objection(case: Case, at: datetime) -> Objection:
    """Say what the lead department can still do against having `case`, at a moment."""
    if case.state is State.DISPUTED:
        return Objection.WAITING
    is_told_again = case.was_reopened and case.is_owned  # who answered goes on
    if case.state is not State.ASSIGNED or case.is_confidential or is_told_again:
        return Objection.NONE
    if case.is_settled:
        return Objection.SETTLED
    is_late = case.objection_due_at is not None and at > case.objection_due_at
    if case.is_owned or is_late:
        return Objection.SILENT
    return Objection.DISPUTE if case.returns else Objection.RETURN


def lead_context(s: Session, case: Case, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return what the page of a case shows to the department that leads it."""
    veil, says = Veil(case), objection(case, at)
    acts = {action.value for action in available(case, actor)}
    if says is not Objection.RETURN:
        acts.discard(Action.RETURN)
    if says is not Objection.DISPUTE:
        acts.discard(Action.DISPUTE)
    if at > case.due_at:
        acts.discard(Action.EXTEND)
    return _labels(case) | {
        "matter": matter(case, veil),
        "acts": acts,
        "needs_other": case.is_unhappy and actor.name in closers(s, case),
        "members": merged_into(s, case, actor),
        "objection": says.value,
        "ruling": _ruling(case),
        "timeline": _timeline(case, veil),
        "verdicts": [(v, veil(v.note)) for v in case.verdicts],
        "question": veil(case.question.text) if case.question else "",
        "question_light": _question_light(case, at),
        "targets": [(_(TARGET_LABELS[t.kind]), described(t)) for t in case.targets],
        "tasks": [(task, _words(task, veil), task_light(task, at)) for task in case.assists],
        "answers": [(a, veil.known(a.text), veil.known(a.public_text)) for a in case.answers],
        "reply": veil.known(case.question.reply) if case.question else "",
        "seen": len(case.events),
        **_days(s, case, at),
    }


def assist_context(s: Session, case: Case, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return what the page of a case shows to a department that assists: the matter, its task."""
    own = [t for t in case.assists if t.department_id == actor.department_id and not t.ended_at]
    is_wanted = Action.ASSIST in available(case, actor) and any(t.is_open for t in own)
    return _labels(case) | {
        "matter": matter(case, veil := Veil(case)),
        "members": merged_into(s, case, actor),
        "tasks": [(task, veil(task.task), task_light(task, at)) for task in own],
        "is_wanted": is_wanted,
    }


def merged_into(s: Session, case: Case, actor: Actor) -> list[Member]:
    """Return what else `case` answers, of that what is open to `actor`, the first that came first.

    Read anew for each page: one that turns out to be about somebody is gone from it at once.
    """
    return [_member(one, Veil(one)) for one in members(s, case, actor)]


def _member(case: Case, veil: Veil) -> Member:
    return Member(case.reference, case.kind, veil(case.title), veil(case.place))


def task_light(task: CaseAssist, at: datetime) -> str:
    """Say how the day of a task stands: nothing once it was given or ended."""
    return light(task.due_at if task.is_open else None, at)


def may_be_asked(s: Session, case: Case) -> list[Department]:
    """Return the departments that can be asked to assist; none that has to recuse itself."""
    asked = {task.department_id for task in case.assists if task.is_open}
    return [
        unit
        for unit in active(s)
        if unit.id not in asked | {case.department_id} and not case.conflicts_with(unit)
    ]


def _labels(case: Case) -> dict[str, Any]:
    shown = list_context([case])
    return shown | {
        "case": case,
        "light": shown["lights"][case.id],
        "age": shown["ages"][case.id],
        "channel_labels": CHANNEL_LABELS,
    }


def _words(task: CaseAssist, veil: Veil) -> tuple[str, str]:
    """Return what an assisting department was asked and what it gave, the writer masked."""
    return veil.known(task.task), veil.known(task.text)


def _timeline(case: Case, veil: Veil) -> list[dict[str, str]]:
    """Return the steps so far, every word of them behind the veil."""
    steps, names = [], names_of(case.events)
    for event in case.events:
        step = staff_step(event, names)
        hide = veil.known if event.role == Role.OFFICER else veil
        step["text"] = hide(step["text"])
        steps.append(step)
    return steps


def _ruling(case: Case) -> str:
    """Return why the inspection office gave the case to whom it did, or nothing."""
    notes = [event.note for event in case.events if event.action == Action.RULE]
    return notes[-1] if notes else ""


def _question_light(case: Case, at: datetime) -> str:
    is_owed = case.question is not None and case.question.replied_at is None
    return light(case.question.due_at if is_owed else None, at)


def _days(s: Session, case: Case, at: datetime) -> dict[str, datetime]:
    """Return to which day an extension would lead, and a task that is given now."""
    more = Limit.of(deadlines(s, local_day(at))["extension"])
    return {
        "extended_to": due_at(case.due_at, more, calendar(s)),
        "task_due": task_due(s, case, at),
    }
