"""Cases of the past that a new one is like, and whose they were in the end.

Reports of wrongdoing and cases about departments or their people are never looked at: that
there is one could be told from who is suggested for another (信访工作条例, art. 30).
"""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.similarity import MAX_BODY, Candidate, Draft, likely
from portal.cases.workflow import State
from portal.departments.models import Department

OF_ONE_KIND = 40
"""Newest cases that are compared: of the same project, of the same category, and of all."""

LOOKED_AT = 100
"""Newest cases that were sent out, of which those that are confirmed are compared."""

VOTERS = 5
"""So many of the most alike have a say."""

_HANDLED = (State.IN_PROGRESS, State.ANSWERED, State.CLOSED)
"""States that a case reaches only after the department has signed for it."""


def confirmed() -> ColumnElement[bool]:
    """Return the condition for a case whose department a person has confirmed.

    Somebody of the staff sent it there, or the portal did and the department signed for it
    without anybody sending it elsewhere. Confidential ones are left aside, and those that the
    portal worded itself.
    """
    by_person = or_(Case.was_sent_by_system.is_(False), Case.was_misrouted.is_(True))
    return (
        Case.department_id.is_not(None)
        & Case.kind.not_in([Kind.REPORT, Kind.FOLLOW_UP])
        & Case.is_conflicted.is_(False)
        & or_(Case.state.in_(_HANDLED), by_person & (Case.state == State.ASSIGNED))
    )


def similar(s: Session, case: Case) -> list[tuple[str, float]]:
    """Return the departments (codes) of the most similar past cases, each with the likeness.

    Three queries, whatever there is: at most `OF_ONE_KIND` cases each are compared.
    """
    scopes: list[ColumnElement[bool] | None] = [None]
    if case.project_id is not None:
        scopes.append(Case.project_id == case.project_id)
    if case.category_code is not None:
        scopes.append(Case.category_code == case.category_code)
    rows = {row.reference: row for scope in scopes for row in s.execute(_some(case, scope))}
    draft = Draft(
        title=case.title,
        body=case.body,
        project_id=case.project_id,
        category_code=case.category_code or "",
        place=case.place,
        town=case.town_code or "",
    )
    candidates = [
        Candidate(
            reference=row.reference,
            title=row.title,
            body=row.body,
            project_id=row.project_id,
            category_code=row.category_code or "",
            place=row.place,
            town=row.town_code or "",
        )
        for row in rows.values()
    ]
    return [(rows[m.reference].code, m.score) for m in likely(draft, candidates, most=VOTERS)]


def _some(case: Case, scope: ColumnElement[bool] | None) -> Select:
    """The newest that were sent out are found first: reading all that were handled takes longer
    the more there are."""
    newest = select(Case.id).where(Case.first_department_id.is_not(None), Case.id != case.id)
    if scope is not None:
        newest = newest.where(scope)
    newest = newest.order_by(Case.id.desc()).limit(LOOKED_AT).subquery()
    return (
        select(
            Case.reference,
            Case.title,
            func.substr(Case.body, 1, MAX_BODY).label("body"),
            Case.project_id,
            Case.category_code,
            Case.place,
            Case.town_code,
            Department.code,
        )
        .join(newest, newest.c.id == Case.id)
        .join(Case.department)
        .where(confirmed())
        .order_by(Case.id.desc())
        .limit(OF_ONE_KIND)
    )
