"""主办与协办: one lead, any number of assisting departments with their own days."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.cases.parts import CaseAssist
from portal.cases.routes import check_recipient
from portal.cases.steps import begin, log
from portal.cases.workflow import Action
from portal.clock import local_day
from portal.county.queries import calendar, intake
from portal.deadlines import Limit, due_at
from portal.departments.models import Department
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.security import Actor


def ask_assist(
    s: Session,
    case: Case,
    department: Department,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    seen: int | None = None,
) -> CaseAssist:
    """Ask another department for its part; `note` says for what. Its own clock begins.

    The recusal check holds here as for a lead. Raises Invalid for the lead itself and for a
    department that is asked already.
    """
    check_recipient(case, department)
    if department.id == case.department_id:
        raise Invalid(N_("“%(name)s”是主办单位，不能再作协办单位。"), name=department.name)
    if any(a.department_id == department.id and a.is_open for a in case.assists):
        raise Invalid(N_("“%(name)s”已经在协办。"), name=department.name)
    before = begin(case, Action.ASK_ASSIST, actor, note, seen)
    limit = Limit.of(intake(s, local_day(at))["assist"])
    task = CaseAssist(
        department=department,
        task=note.strip(),
        asked_by=actor.name,
        asked_at=at,
        due_at=due_at(at, limit, calendar(s)),
        text="",
    )
    case.assists.append(task)
    s.flush()
    log(s, case, Action.ASK_ASSIST, before, actor, at, note, assisting=department.code)
    return task


def assist(
    s: Session, case: Case, *, actor: Actor, at: datetime, text: str, seen: int | None = None
) -> None:
    """Give one's department's part to the lead; whether it came in time is frozen."""
    before = begin(case, Action.ASSIST, actor, text, seen)
    task = next(
        (a for a in case.assists if a.department_id == actor.department_id and a.is_open), None
    )
    if task is None:
        raise WrongState(N_("贵单位的协办意见已经提交，或协办已经结束。"))
    task.text, task.given_at, task.was_in_time = text.strip(), at, at <= task.due_at
    unit = task.department
    log(s, case, Action.ASSIST, before, actor, at, text, unit=unit, assisting=unit.code)


def end_assist(
    s: Session,
    case: Case,
    department: Department,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    seen: int | None = None,
) -> None:
    """Tell an assisting department that its part is no longer needed, and why."""
    task = next((a for a in case.assists if a.department_id == department.id and a.is_open), None)
    if task is None:
        raise WrongState(N_("该单位的协办意见已经提交，或协办已经结束。"))
    before = begin(case, Action.END_ASSIST, actor, note, seen)
    task.ended_at = at
    log(s, case, Action.END_ASSIST, before, actor, at, note, assisting=department.code)


def end_all(case: Case, at: datetime) -> None:
    """End what is still awaited: the lead answered without it, or the case went elsewhere."""
    for task in case.assists:
        if task.is_open:
            task.ended_at = at
