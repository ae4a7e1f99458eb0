"""Reading follow-ups: queues, one in full, and how every department keeps its promises.

While a follow-up runs it is with whoever leads the project now; when it has ended it stays
with who led it then. `is_with` says so to the database.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.departments.models import Department
from portal.paging import Page, fetch_page
from portal.projects.models import LISTED, Project
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import ENDED, OWED, RUNNING, Close, Outcome, State
from portal.ratings.models import Rating, RatingPhoto

PAGE_SIZE = 25

_WHOSE = case((FollowUp.state.in_(RUNNING), Project.department_id), else_=FollowUp.department_id)
"""Who answers for a follow-up, in a statement that joins the project."""


def is_with(
    department_id: int | None, states: Collection[State] = tuple(State)
) -> ColumnElement[bool]:
    """Whether this department answers for a follow-up; None: nobody does (无责任单位).

    With `states` all running or all ended one column decides, which an index serves.
    """
    now, then = (
        column.is_(None) if department_id is None else column == department_id
        for column in (Project.department_id, FollowUp.department_id)
    )
    if RUNNING.issuperset(states):
        return now
    if ENDED.issuperset(states):
        return then
    is_running = FollowUp.state.in_(RUNNING)
    return or_(and_(is_running, now), and_(~is_running, then))


def whole(s: Session, ident: int) -> FollowUp | None:
    """Return a follow-up with all that its page shows."""
    rating = joinedload(FollowUp.rating)
    return s.scalar(
        select(FollowUp)
        .where(FollowUp.id == ident)
        .options(
            rating.joinedload(Rating.resident),
            rating.joinedload(Rating.addition),
            rating.joinedload(Rating.site),
            rating.selectinload(Rating.photos).joinedload(RatingPhoto.file),
            rating.selectinload(Rating.revisions),
            joinedload(FollowUp.project).joinedload(Project.department),
            joinedload(FollowUp.department),
            joinedload(FollowUp.wave),
            selectinload(FollowUp.events),
        )
    )


def desk_page(
    s: Session, department_id: int, states: Collection[State], *, after: str | None
) -> Page:
    """Return a page of a department's follow-ups: what is due first, or what ended last."""
    statement = _rows().where(is_with(department_id, states), FollowUp.state.in_(states))
    if ENDED.issuperset(states):
        order = [(FollowUp.closed_at, True), (FollowUp.id, True)]
    elif OWED.issuperset(states):
        order = [(FollowUp.due_at, False), (FollowUp.id, False)]
    else:
        order = [(FollowUp.asked_until, False), (FollowUp.id, False)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def count_by_state(s: Session, department_id: int) -> dict[State, int]:
    """Return how many follow-ups of a department are in each state."""
    found: dict[State, int] = {}
    for states in (RUNNING, ENDED):
        counted = (
            select(FollowUp.state, func.count())
            .join(Project, Project.id == FollowUp.project_id)
            .where(LISTED, is_with(department_id, states), FollowUp.state.in_(states))
            .group_by(FollowUp.state)
        )
        found |= dict(s.execute(counted).all())
    return found


def count_overdue(s: Session, department_id: int, at: datetime) -> int:
    """Return how many calls and remedies a department owes and is late with."""
    late = (
        select(func.count())
        .select_from(FollowUp)
        .join(Project, Project.id == FollowUp.project_id)
        .where(LISTED, FollowUp.due_at < at, Project.department_id == department_id)
    )
    return s.scalar(late) or 0


@dataclass(frozen=True)
class Scope:
    """Which follow-ups the inspectors look at."""

    year: int | None = None
    """The year of the list; None: of all lists."""
    department_id: int | None = None
    """None: of every department, and of none."""
    is_unassigned: bool = False
    """Only those that no department answers for."""

    def conditions(self, states: Collection[State]) -> list[ColumnElement[bool]]:
        """Return what a follow-up must meet, in a statement that joins the project."""
        found: list[ColumnElement[bool]] = [LISTED]
        if self.year is not None:
            found.append(Project.year == self.year)
        if self.is_unassigned or self.department_id is not None:
            found.append(is_with(None if self.is_unassigned else self.department_id, states))
        return found


def watched_page(
    s: Session,
    scope: Scope,
    *,
    states: Collection[State] = OWED,
    overdue_at: datetime | None = None,
    after: str | None,
) -> Page:
    """Return a page of follow-ups for the inspectors; only those overdue at a moment if given."""
    statement = _rows().where(*scope.conditions(states))
    if set(states) != set(State):  # else the database would gather all before it sorts them
        statement = statement.where(FollowUp.state.in_(states))
    if overdue_at:
        statement = statement.where(FollowUp.due_at < overdue_at)
    is_owed = OWED.issuperset(states)
    order = [(FollowUp.due_at, False), (FollowUp.id, False)] if is_owed else [(FollowUp.id, True)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


@dataclass(frozen=True)
class Kept:
    """How one department follows bad ratings up. Stopped follow-ups are in no number.

    A promise that is neither kept nor missed yet is in no denominator.
    """

    department: str
    """Name; empty where no department answers (无责任单位)."""
    opened: int = 0
    with_contact: int = 0
    owed: int = 0
    """Still to be called, remedied or explained."""
    late_calls: int = 0
    late_remedies: int = 0
    calls_due: int = 0
    """Residents with a contact who were called, or should have been by now."""
    calls_in_time: int = 0
    not_reached: int = 0
    remedies_due: int = 0
    """Remedied or explained, or should have been by now."""
    remedies_in_time: int = 0
    planned: int = 0
    """Of all opened, entered into the list with a later day."""
    asked: int = 0
    """Residents asked again after a remedy or an explanation."""
    replied: int = 0
    """Of those asked."""
    better: int = 0
    """Of those asked: changed their mind."""
    no_reply: int = 0
    """Of those asked: did not rate again while they could."""


def kept_by_department(s: Session, scope: Scope, at: datetime) -> list[Kept]:
    """Return how every department does, in the county's own order and never by merit.

    Promises that nobody answers for come last.
    """
    columns = [func.count().filter(held).label(name) for name, held in _measures(at).items()]
    rows = s.execute(
        select(func.coalesce(Department.name, "").label("department"), *columns)
        .select_from(FollowUp)
        .join(Project, Project.id == FollowUp.project_id)
        .outerjoin(Department, Department.id == _WHOSE)
        .where(FollowUp.state != State.VOID, *scope.conditions(tuple(State)))
        .group_by(Department.id, Department.name, Department.sort_order)
        .order_by(Department.id.is_(None), Department.sort_order, Department.id)
    )
    return [Kept(**row._mapping) for row in rows]


def total(rows: Collection[Kept]) -> Kept:
    """Return the sum of all departments, under no name."""
    names = [name for name in Kept.__dataclass_fields__ if name != "department"]
    return Kept("", **{name: sum(getattr(row, name) for row in rows) for name in names})


def _measures(at: datetime) -> dict[str, ColumnElement[bool]]:
    """Return what is counted of follow-ups, by the name it has in `Kept`."""
    f = FollowUp
    owed = f.state.in_(OWED)
    late_call = and_(f.state == State.OPEN, f.has_contact, f.call_due_at < at)
    late_remedy = or_(
        and_(f.state == State.PLANNED, f.due_at < at),
        and_(owed, f.state != State.PLANNED, f.remedy_due_at < at),
    )
    asked = f.remedied_at.is_not(None)
    return {
        "opened": f.id.is_not(None),
        "with_contact": f.has_contact,
        "owed": owed,
        "late_calls": late_call,
        "late_remedies": late_remedy,
        "calls_due": or_(
            and_(f.has_contact, f.was_called_in_time.is_(True)),
            f.was_called_in_time.is_(False),
            late_call,
        ),
        "calls_in_time": and_(f.has_contact, f.was_called_in_time.is_(True)),
        "not_reached": f.outcome == Outcome.NOT_REACHED,
        "remedies_due": or_(f.was_remedied_in_time.is_not(None), late_remedy),
        "remedies_in_time": f.was_remedied_in_time.is_(True),
        "planned": f.planned_on.is_not(None),
        "asked": asked,
        "replied": and_(asked, f.replied_at.is_not(None)),
        "better": and_(asked, f.closing == Close.BETTER),
        "no_reply": and_(asked, f.closing == Close.NO_REPLY),
    }


def _rows():
    return (
        select(FollowUp)
        .join(Project, Project.id == FollowUp.project_id)
        .where(LISTED)
        .options(
            joinedload(FollowUp.project).joinedload(Project.department),
            joinedload(FollowUp.department),
            joinedload(FollowUp.rating).joinedload(Rating.resident),
            joinedload(FollowUp.wave),
        )
    )
