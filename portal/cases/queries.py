"""Reading cases: each list costs a fixed number of queries whatever its length."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.cases.categories.models import Category
from portal.cases.kinds import Kind
from portal.cases.models import Answer, Case, CaseEvent
from portal.cases.parts import CaseAssist
from portal.cases.targets import open_to
from portal.cases.workflow import State, Visibility
from portal.clock import at_local
from portal.paging import Page, fetch_page
from portal.security import Actor

PAGE_SIZE = 25


def whole_case(
    s: Session,
    reference: str,
    *,
    to_change: bool = False,
    only: ColumnElement[bool] | None = None,
) -> Case | None:
    """Return a case with all that its page shows; `to_change` locks its row.

    `only`: what must hold of it for who asks. One that is not for them is not even read: neither
    the answer nor the time it takes tells it from one that does not exist.
    """
    statement = (
        select(Case)
        .where(Case.reference == reference, true() if only is None else only)
        .options(
            selectinload(Case.events).joinedload(CaseEvent.department),
            selectinload(Case.answers).joinedload(Answer.department),
            selectinload(Case.verdicts),
            selectinload(Case.contact),
            selectinload(Case.project),
            selectinload(Case.department),
            selectinload(Case.category).joinedload(Category.parent),
            selectinload(Case.town),
            selectinload(Case.targets),
            selectinload(Case.files),
            selectinload(Case.assists).joinedload(CaseAssist.department),
            selectinload(Case.question),
            selectinload(Case.appeals),
            selectinload(Case.parent),
            selectinload(Case.children),
            selectinload(Case.origin),
            selectinload(Case.split_off).selectinload(Case.targets),
            selectinload(Case.suggestion),
        )
    )
    return s.scalar(statement.with_for_update() if to_change else statement)


def public_page(
    s: Session,
    *,
    kind: Kind | None = None,
    project_id: int | None = None,
    department_id: int | None = None,
    group: str | None = None,
    after: str | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return a page of the cases the public may see, last published first.

    `group` is the code of a group of categories: its own cases and those of its matters.
    """
    statement = _rows().options(selectinload(Case.answers))
    statement = statement.where(Case.visibility == Visibility.PUBLIC)
    for column, value in (
        (Case.kind, kind),
        (Case.project_id, project_id),
        (Case.department_id, department_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if group is not None:
        within = or_(Category.code == group, Category.parent_code == group)
        statement = statement.where(Case.category_code.in_(select(Category.code).where(within)))
    order = [(Case.published_at, True), (Case.id, True)]
    return fetch_page(s, statement, order, after=after, size=size)


def lately_answered(s: Session, limit: int) -> list[Case]:
    """Return the public cases whose answer was released last."""
    statement = (
        _rows()
        .options(selectinload(Case.answers))
        .where(Case.visibility == Visibility.PUBLIC, Case.state == State.CLOSED)
        .order_by(Case.closed_at.desc(), Case.id.desc())
        .limit(limit)
    )
    return list(s.scalars(statement))


def count_by_state(s: Session, actor: Actor, department_id: int | None = None) -> dict[State, int]:
    """Return how many cases open to `actor` are in each state; of one department if given."""
    statement = select(Case.state, func.count()).where(open_to(actor)).group_by(Case.state)
    if department_id is not None:
        statement = statement.where(Case.department_id == department_id)
    return dict(s.execute(statement).all())


def year_counts(s: Session, year: int) -> dict[str, int]:
    """Return what became of the cases of a year: received, accepted, closed, in time.

    The denominators of the public page: received = all but withdrawn; accepted = received but
    not refused; closed = accepted and closed; in_time = of the closed, first answered in time.
    Reports of wrongdoing and cases about departments or their people are in none of them: beside
    the ledger, which leaves them out as well, a reader could subtract how few there are
    (信访工作条例, art. 30).
    """
    first, end = at_local(date(year, 1, 1), 0), at_local(date(year + 1, 1, 1), 0)
    counted = Case.state != State.WITHDRAWN
    accepted = and_(counted, Case.state.not_in([State.REJECTED]))
    closed = or_(Case.state == State.CLOSED, Case.was_answered_in_time.is_not(None))
    row = s.execute(
        select(
            func.count().filter(counted),
            func.count().filter(accepted),
            func.count().filter(closed),
            func.count().filter(Case.was_answered_in_time.is_(True)),
        )
        .select_from(Case)
        .where(
            Case.submitted_at >= first,
            Case.submitted_at < end,
            Case.kind != Kind.REPORT,
            Case.is_conflicted.is_(False),
        )
    ).one()
    return dict(zip(("received", "accepted", "closed", "in_time"), row, strict=True))


def _rows():
    return select(Case).options(joinedload(Case.project), joinedload(Case.department))
