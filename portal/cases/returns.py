"""Handing a case back, and who decides when departments push it away.

A department may return a case once, within its time, naming the rule it rests on. The second
time the inspection office decides, and that sticks. Who is silent has taken it on (首办负责).
Sources: 吕梁市 2024 办法 (objection within 1 working day with the legal basis, silence = 首办);
信访工作条例, art. 23 (reasons) and art. 24 (the common superior decides).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.cases.assists import end_all
from portal.cases.models import Case
from portal.cases.routes import check_recipient, hand_over, take_away
from portal.cases.routing.suggestions import renew
from portal.cases.steps import begin, log
from portal.cases.workflow import Action, State
from portal.departments.models import Department
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.security import SYSTEM, Actor

SHORTEST_BASIS = 6
"""Characters of the basis below which it names nothing."""


def return_(
    s: Session,
    case: Case,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    basis: str,
    seen: int | None = None,
) -> None:
    """Hand the case back to the moderators; the deadline runs on.

    `basis` names the legal or functional rule, `note` says why. Raises Invalid without
    them, WrongState after the time to object or when it was returned before (`dispute`).
    """
    said = _reasons(note, basis)
    before = begin(case, Action.RETURN, actor, said, seen)
    _check_time(case, at)
    case.returns += 1
    log(s, case, Action.RETURN, before, actor, at, said)
    end_all(case, at)
    take_away(case)
    s.flush()
    renew(s, case, at)


def dispute(
    s: Session,
    case: Case,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    basis: str,
    seen: int | None = None,
) -> None:
    """Refuse a case that was handed back before: the inspection office decides whose it is.

    Until then it stays with the department. Raises as `return_`.
    """
    said = _reasons(note, basis)
    before = begin(case, Action.DISPUTE, actor, said, seen)
    _check_time(case, at)
    case.returns += 1
    log(s, case, Action.DISPUTE, before, actor, at, said)


def rule(
    s: Session,
    case: Case,
    department: Department,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    seen: int | None = None,
) -> None:
    """Decide whose the case is; there is no return after it."""
    check_recipient(case, department)
    before = begin(case, Action.RULE, actor, note, seen)
    end_all(case, at)
    hand_over(s, case, department, actor=actor, at=at)
    case.is_settled, case.owned_at = True, at
    log(s, case, Action.RULE, before, actor, at, note)


def settle_silence(s: Session, *, at: datetime, limit: int = 200) -> int:
    """Make cases whose department let its time to object pass its own; return how many."""
    silent = s.scalars(
        select(Case)
        .where(Case.state == State.ASSIGNED, Case.owned_at.is_(None), Case.objection_due_at < at)
        .options(selectinload(Case.targets), selectinload(Case.events))
        .order_by(Case.objection_due_at, Case.id)
        .limit(limit)
        .with_for_update()
    ).all()
    for case in silent:
        before = begin(case, Action.OWN, SYSTEM, "", None)
        case.owned_at = case.objection_due_at
        log(s, case, Action.OWN, before, SYSTEM, at)
    return len(silent)


def _reasons(note: str, basis: str) -> str:
    if len(basis.strip()) < SHORTEST_BASIS:
        raise Invalid(N_("请写明退回依据：法律法规、三定规定或职责清单的名称和条款。"))
    if not note.strip():
        raise Invalid(N_("请写明退回的理由，并建议由哪个单位办理。"))
    return f"{note.strip()}\n依据：{basis.strip()}"


def _check_time(case: Case, at: datetime) -> None:
    if case.objection_due_at is not None and at > case.objection_due_at:
        raise WrongState(N_("已过退回期限，按首办负责制由贵单位办理。"))
