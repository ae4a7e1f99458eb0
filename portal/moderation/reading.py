"""Reading the queue: by risk, then the longest waiting, page by page and case by case.

The index (state, risk, submitted_at, id) gives the cases of one risk in their order, so the
risks are walked one after another, the gravest first. A page costs at most one statement for
each risk, and page 200 what page 1 costs. `targets.open_to` narrows every statement here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from portal.cases.categories.models import Category
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import CaseFile, CaseSuggestion
from portal.cases.risk import LEVEL_LABELS
from portal.cases.targets import open_to
from portal.cases.workflow import OPEN, State
from portal.moderation.filters import Filter, conditions, is_late
from portal.paging import Page, closed, fetch_page, opened
from portal.security import Actor

PAGE_SIZE = 50
"""Cases on one page; so many can be acted on at once."""

COUNTED = 1000
"""A narrowed queue is counted up to here; beyond, it says only that there are more."""

LEVELS = tuple(sorted(LEVEL_LABELS, reverse=True))
"""Risks, the gravest first."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PURPOSE = "moderators' queue"


@dataclass(frozen=True)
class Place:
    """Where a case stands in the queue; what comes after it is the rest."""

    risk: int
    submitted_at: datetime
    ident: int

    @classmethod
    def of(cls, case: Case) -> "Place":
        """Return the place of a case."""
        return cls(case.risk, case.submitted_at, case.id)

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """Return the place that `cursor` names. Raises Invalid when it is not one of ours."""
        risk, moment, ident = opened(_PURPOSE, cursor, 3)
        return cls(risk, _EPOCH + timedelta(microseconds=moment), ident)

    @property
    def cursor(self) -> str:
        """The place as addresses carry it."""
        moment = (self.submitted_at - _EPOCH) // timedelta(microseconds=1)
        return closed(_PURPOSE, [self.risk, moment, self.ident])


def queue_page(
    s: Session, chosen: Filter, actor: Actor, *, at: datetime, after: str | None
) -> Page:
    """Return a page of the cases that `chosen` selects: those that wait by risk and age, those
    that are done the newest first, and the one case whose reference was typed.

    Raises Invalid for a cursor that is not one of ours.
    """
    if chosen.reference:
        one = _rows().where(Case.reference == chosen.reference, open_to(actor))
        return Page(list(s.scalars(one)), next=None, is_first=True)
    if chosen.state not in OPEN:
        statement = _rows().where(*selected(chosen, actor, at))
        if chosen.risk is not None:
            statement = statement.where(Case.risk == chosen.risk)
        return fetch_page(s, statement, [(Case.id, True)], after=after, size=PAGE_SIZE)
    place = Place.read(after) if after else None
    rows = _walk(s, _rows().where(*selected(chosen, actor, at)), chosen, place, PAGE_SIZE + 1)
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, Place.of(rows[-1]).cursor if more else None, is_first=place is None)


def next_case(
    s: Session,
    chosen: Filter,
    actor: Actor,
    *,
    at: datetime,
    after: Case | None,
    but: ColumnElement[bool] | None = None,
) -> Case | None:
    """Return the case that comes after `after`, from the top again when none does, or None.

    `but` rules cases out, such as those that somebody else has open.
    """
    statement = select(Case).where(*selected(chosen, actor, at))
    if but is not None:
        statement = statement.where(~but)
    if after is not None:
        statement = statement.where(Case.id != after.id)
        if found := _walk(s, statement, chosen, Place.of(after), 1):
            return found[0]
    found = _walk(s, statement, chosen, None, 1)
    return found[0] if found else None


def selected(chosen: Filter, actor: Actor, at: datetime) -> list[ColumnElement[bool]]:
    """Return what holds of each case of the selection that is open to `actor`; not its risk."""
    return [Case.state == chosen.state, open_to(actor), *conditions(chosen, at)]


def count_selected(s: Session, chosen: Filter, actor: Actor, at: datetime) -> int:
    """Return how many cases `chosen` selects; COUNTED + 1 stands for any more than COUNTED."""
    statement = select(Case.id).where(*selected(chosen, actor, at))
    if chosen.risk is not None:
        statement = statement.where(Case.risk == chosen.risk)
    some = statement.limit(COUNTED + 1).subquery()
    return s.scalar(select(func.count()).select_from(some)) or 0


@dataclass(frozen=True)
class Waiting:
    """What waits, of the cases open to who looks."""

    counts: dict[State, int]
    """Cases in each state."""
    late: int
    """Of those to be screened, past the time that was promised for it."""


def count_waiting(s: Session, actor: Actor, states: Iterable[State], at: datetime) -> Waiting:
    """Return how many cases open to `actor` are in each of `states`, in one look at them."""
    late = func.count().filter(is_late(State.SUBMITTED, at))
    statement = (
        select(Case.state, func.count(), late)
        .where(Case.state.in_(list(states)), open_to(actor))
        .group_by(Case.state)
    )
    rows = s.execute(statement).all()
    overdue = {state: n for state, _all, n in rows}
    return Waiting({state: n for state, n, _late in rows}, overdue.get(State.SUBMITTED, 0))


@dataclass(frozen=True)
class Marks:
    """What a list says of its cases beside their own columns, by case id."""

    seen: dict[int, int]
    """How many steps each has."""
    files: dict[int, int]
    merged: dict[int, int]
    """Cases that are answered along with it."""
    split: dict[int, int]
    """Cases that were made from its letter."""


def marks(s: Session, cases: Sequence[Case], actor: Actor) -> Marks:
    """Return the marks of a page of cases, in four statements whatever their number."""
    idents = [case.id for case in cases]
    return Marks(
        seen=_by_case(s, CaseEvent.case_id, idents, func.count()),
        files=_by_case(s, CaseFile.case_id, idents, func.count()),
        merged=_by_case(s, Case.parent_id, idents, func.count(), open_to(actor)),
        split=_by_case(s, Case.origin_id, idents, func.count(), open_to(actor)),
    )


def _by_case(
    s: Session,
    key: InstrumentedAttribute,
    idents: list[int],
    what: ColumnElement[int],
    *narrowed: ColumnElement[bool],
) -> dict[int, int]:
    statement = select(key, what).where(key.in_(idents), *narrowed).group_by(key)
    return dict(s.execute(statement).all())


def _rows() -> Select[tuple[Case]]:
    return select(Case).options(
        joinedload(Case.project),
        joinedload(Case.department),
        joinedload(Case.category).joinedload(Category.parent),
        joinedload(Case.suggestion).joinedload(CaseSuggestion.department),
    )


def _walk(
    s: Session, statement: Select[tuple[Case]], chosen: Filter, place: Place | None, most: int
) -> list[Case]:
    """Return up to `most` cases of the statement in the order of the queue, after `place`."""
    rows: list[Case] = []
    for level in LEVELS:
        is_passed = place is not None and level > place.risk
        if is_passed or chosen.risk not in (None, level) or len(rows) == most:
            continue
        at_level = statement.where(Case.risk == level)
        if place is not None and level == place.risk:
            at_level = at_level.where(_beyond(place))
        ordered = at_level.order_by(Case.submitted_at, Case.id).limit(most - len(rows))
        rows += s.scalars(ordered)
    return rows


def _beyond(place: Place) -> ColumnElement[bool]:
    """Compare as one pair: only so do both databases start from the place in the index."""
    moment = literal(place.submitted_at, Case.submitted_at.type)
    return tuple_(Case.submitted_at, Case.id) > tuple_(moment, literal(place.ident))
