"""Reading appeals of residents: each list costs a fixed number of queries."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager

from portal.cases.models import Case
from portal.cases.parts import CaseAppeal
from portal.cases.queries import PAGE_SIZE
from portal.cases.targets import open_to
from portal.cases.workflow import State
from portal.paging import Page, fetch_page
from portal.security import Actor

_COUNTS = or_(CaseAppeal.decided_at.is_not(None), Case.state != State.WITHDRAWN)
"""What its writer took back waits for nobody."""


def appeal_page(s: Session, actor: Actor, *, is_decided: bool, after: str | None) -> Page:
    """Return a page of the appeals open to `actor`: waiting, the oldest first; or decided, the
    last decided first."""
    statement = (
        select(CaseAppeal)
        .join(CaseAppeal.case)
        .options(contains_eager(CaseAppeal.case))
        .where(open_to(actor), CaseAppeal.decided_at.is_not(None) == is_decided, _COUNTS)
    )
    when = CaseAppeal.decided_at if is_decided else CaseAppeal.filed_at
    order = [(when, is_decided), (CaseAppeal.id, is_decided)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def count_by_outcome(s: Session, actor: Actor) -> dict[bool | None, int]:
    """Return how many appeals open to `actor` wait (None), were granted, were denied."""
    statement = (
        select(CaseAppeal.is_granted, func.count())
        .join(CaseAppeal.case)
        .where(open_to(actor), _COUNTS)
        .group_by(CaseAppeal.is_granted)
    )
    return dict(s.execute(statement).all())


def appeal_of(s: Session, ident: int) -> str | None:
    """Return the reference of the case that an appeal belongs to, or None."""
    return s.scalar(select(Case.reference).join(Case.appeals).where(CaseAppeal.id == ident))
