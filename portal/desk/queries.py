"""Reading the cases a department leads or assists; each list costs a fixed number of queries."""

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from portal.cases.models import Case
from portal.cases.parts import CaseAssist, CaseQuestion
from portal.cases.targets import open_to
from portal.cases.workflow import AT_DEPARTMENT, State
from portal.paging import Page, fetch_page
from portal.security import Actor

PAGE_SIZE = 25

ASKED = exists(
    select(CaseQuestion.case_id).where(
        CaseQuestion.case_id == Case.id, CaseQuestion.replied_at.is_(None)
    )
)
"""The resident asked once more and the department owes a reply."""

LEADING: dict[str, ColumnElement[bool]] = {
    "open": Case.state.in_(AT_DEPARTMENT),
    "disputed": Case.state == State.DISPUTED,
    "answered": Case.state == State.ANSWERED,
    "asked": and_(Case.state == State.CLOSED, ASKED),
    "closed": Case.state == State.CLOSED,
}
"""What can be listed of the cases that a department leads."""

_LAST_CLOSED_FIRST = [(Case.closed_at, True), (Case.id, True)]
_FIRST_DUE_FIRST = [(Case.due_at, False), (Case.id, False)]
_LEAD_ORDER = {
    "asked": [(Case.closed_at, False), (Case.id, False)],
    "closed": _LAST_CLOSED_FIRST,
}

ASSISTING: dict[str, ColumnElement[bool]] = {
    "open": CaseAssist.given_at.is_(None),
    "given": CaseAssist.given_at.is_not(None),
}
"""What can be listed of the tasks that a department has. One that was ended is gone from it."""

_TASK_ORDER = {
    "open": [(CaseAssist.due_at, False), (CaseAssist.id, False)],
    "given": [(CaseAssist.given_at, True), (CaseAssist.id, True)],
}


def lead_page(s: Session, actor: Actor, show: str, *, after: str | None) -> Page:
    """Return a page of the cases that the actor's department leads, the most urgent first."""
    statement = (
        select(Case)
        .where(_led_by(actor), LEADING[show])
        .options(
            joinedload(Case.project),
            selectinload(Case.contact),
            selectinload(Case.question),
            selectinload(Case.assists),
        )
    )
    order = _LEAD_ORDER.get(show, _FIRST_DUE_FIRST)
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def lead_counts(s: Session, actor: Actor) -> dict[str, int]:
    """Return how many cases each list of `LEADING` has."""
    columns = [func.count().filter(condition) for condition in LEADING.values()]
    row = s.execute(select(*columns).select_from(Case).where(_led_by(actor))).one()
    return dict(zip(LEADING, row, strict=True))


def task_page(s: Session, actor: Actor, show: str, *, after: str | None) -> Page:
    """Return a page of what the actor's department was asked to help with."""
    statement = (
        _tasks_of(actor, select(CaseAssist))
        .where(ASSISTING[show])
        .options(
            contains_eager(CaseAssist.case).options(
                joinedload(Case.department), joinedload(Case.project), selectinload(Case.contact)
            )
        )
    )
    return fetch_page(s, statement, _TASK_ORDER[show], after=after, size=PAGE_SIZE)


def task_counts(s: Session, actor: Actor) -> dict[str, int]:
    """Return how many tasks each list of `ASSISTING` has."""
    columns = [func.count().filter(condition) for condition in ASSISTING.values()]
    row = s.execute(_tasks_of(actor, select(*columns).select_from(CaseAssist))).one()
    return dict(zip(ASSISTING, row, strict=True))


def members(s: Session, case: Case, actor: Actor) -> list[Case]:
    """Return the cases merged into `case` that are open to `actor`, the first that came first."""
    return list(
        s.scalars(
            select(Case)
            .where(Case.parent_id == case.id, open_to(actor))
            .options(selectinload(Case.contact))
            .order_by(Case.submitted_at, Case.id)
        )
    )


def _led_by(actor: Actor) -> ColumnElement[bool]:
    return and_(Case.department_id == actor.department_id, open_to(actor))


def _tasks_of(actor: Actor, statement):
    return statement.join(CaseAssist.case).where(
        CaseAssist.department_id == actor.department_id,
        CaseAssist.ended_at.is_(None),
        open_to(actor),
    )
