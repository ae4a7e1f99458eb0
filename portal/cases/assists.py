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

MOST_DAYS = 60
"""Working days that an assisting department can be given; no answer is promised for later."""


def task_due(s: Session, case: Case, at: datetime, days: int | None = None) -> datetime:
    """Return until when a task that is given at `at` is due: in `days` working days from then.

    Without `days` it is the county's own limit (`assist`), cut short by the day on which the
    answer is due: the lead needs the part before. Where that day has passed already, the
    county's limit is the latest there is. Raises Invalid for no day, and for one too late.
    """
    free = calendar(s)
    usual = due_at(at, Limit.of(intake(s, local_day(at))["assist"]), free)
    latest = case.due_at if case.due_at > at else usual
    if days is None:
        return min(usual, latest)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(N_("协办期限请填1到%(most)s个工作日。"), most=MOST_DAYS)
    due = due_at(at, Limit(days, "working_day"), free)
    if due > latest:
        raise Invalid(N_("协办期限最迟到%(day)s，不能晚于答复时限。"), day=local_day(latest))
    return due


def ask_assist(
    s: Session,
    case: Case,
    department: Department,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    days: int | None = None,
    seen: int | None = None,
) -> CaseAssist:
    """Ask another department for its part; `note` says for what. Its own clock begins.

    It has `days` working days, or what the county gives where nobody says. The recusal check
    holds here as for a lead. Raises Invalid for the lead itself, for a department that is
    asked already, and as `task_due`.
    """
    check_recipient(case, department)
    if department.id == case.department_id:
        raise Invalid(N_("“%(name)s”是主办单位，不能再作协办单位。"), name=department.name)
    if any(a.department_id == department.id and a.is_open for a in case.assists):
        raise Invalid(N_("“%(name)s”已经在协办。"), name=department.name)
    due = task_due(s, case, at, days)
    before = begin(case, Action.ASK_ASSIST, actor, note, seen)
    task = CaseAssist(
        department=department,
        task=note.strip(),
        asked_by=actor.name,
        asked_at=at,
        due_at=due,
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
