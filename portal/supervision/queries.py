"""What the inspectors read: cases, disputes, returns; each list costs a fixed number of queries."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from portal.audit.models import AuditEntry
from portal.cases.kinds import Kind
from portal.cases.ledger.rules import rounded
from portal.cases.models import Case, CaseEvent
from portal.cases.parts import CaseAssist, CaseNote, ContactView
from portal.cases.targets import open_to
from portal.cases.workflow import OPEN, Action, State
from portal.clock import at_local
from portal.paging import Page, fetch_page
from portal.security import Actor
from portal.supervision.narrowing import OFTEN, SHOWN, Narrowing, shown

PAGE_SIZE, TRAIL_SIZE = 25, 50

REFERENCE = re.compile(r"(?<!\d)\d{8}-\d{6}(?!\d)")
"""受理编号 within a text."""

HANDED = (Action.ASSIGN, Action.DISPATCH, Action.REASSIGN, Action.RULE)
PUSHED = (Action.RETURN, Action.DISPUTE)


def cases_page(
    s: Session, actor: Actor, narrowed: Narrowing, *, at: datetime, after: str | None
) -> Page:
    """Return a page of the cases open to an inspector, newest first."""
    statement = _rows().where(open_to(actor), *narrowed.conditions(at))
    return fetch_page(s, statement, [(Case.id, True)], after=after, size=PAGE_SIZE)


def shown_counts(s: Session, actor: Actor, at: datetime) -> dict[str, int]:
    """Return how many cases each of `SHOWN` has."""
    columns = [func.count().filter(*shown(show, at)) for show in SHOWN[1:]]
    row = s.execute(select(func.count(), *columns).select_from(Case).where(open_to(actor))).one()
    return dict(zip(SHOWN, row, strict=True))


def reports_by_state(s: Session) -> dict[str, int]:
    """Return how many reports of wrongdoing there are, and how many of them are still open.

    Two numbers, `rounded`, and nothing else: neither whom they are about nor when they came, nor
    that one has just come.
    """
    row = s.execute(
        select(func.count(), func.count().filter(Case.state.in_(OPEN)))
        .select_from(Case)
        .where(Case.kind == Kind.REPORT)
    ).one()
    return {"all": rounded(row[0]), "open": rounded(row[1])}


def disputes_page(s: Session, actor: Actor, *, after: str | None) -> Page:
    """Return a page of the cases that wait for a ruling, the first due first, with their story."""
    statement = (
        _rows()
        .where(Case.state == State.DISPUTED, open_to(actor))
        .options(selectinload(Case.events).joinedload(CaseEvent.department))
    )
    order = [(Case.due_at, False), (Case.id, False)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def looks(s: Session, case: Case) -> list[ContactView]:
    """Return who looked at the writer's identity, the last first."""
    statement = select(ContactView).where(ContactView.case_id == case.id)
    statement = statement.options(joinedload(ContactView.department))
    return list(s.scalars(statement.order_by(ContactView.id.desc())))


def remarks(s: Session, case: Case) -> list[CaseNote]:
    """Return the remarks of moderators and inspectors, the first first."""
    statement = select(CaseNote).where(CaseNote.case_id == case.id)
    return list(s.scalars(statement.order_by(CaseNote.id)))


def trail_page(s: Session, actor: Actor, *, act: str | None, after: str | None) -> Page:
    """Return a page of the audit trail, newest first, of one act where given.

    What was done to cases that are not open to the actor is left out: reports of wrongdoing,
    and cases about the actor (信访工作条例, art. 28 and 30).
    """
    shut = select(literal("case:").concat(Case.reference)).where(~open_to(actor))
    statement = select(AuditEntry).where(AuditEntry.subject.not_in(shut))
    if act:
        statement = statement.where(AuditEntry.act == act)
    return fetch_page(s, statement, [(AuditEntry.id, True)], after=after, size=TRAIL_SIZE)


def readable(s: Session, entries: Iterable[AuditEntry], actor: Actor) -> dict[int, dict[str, str]]:
    """Return the details of entries as `actor` may read them, by the entry's id.

    A case can be named beside another: the one it went into, the parts of a letter. References
    of cases that are not open to the actor are left out, and with them those of no case at all.
    Why somebody looked at a contact stands at the case, for those who may read it there.
    """
    told = {
        entry.id: {
            name: str(value)
            for name, value in entry.details.items()
            if (entry.act, name) != ("case:reveal", "reason")
        }
        for entry in entries
    }
    named = {r for details in told.values() for text in details.values() for r in _named(text)}
    known = set(
        s.scalars(select(Case.reference).where(Case.reference.in_(named), open_to(actor)))
        if named
        else ()
    )
    return {
        ident: {name: _without(text, known) for name, text in details.items()}
        for ident, details in told.items()
    }


def _named(text: str) -> list[str]:
    return REFERENCE.findall(text)


def _without(text: str, known: Collection[str]) -> str:
    """Return `text` with the references that are `known` alone; one with others lists those."""
    named = _named(text)
    if all(reference in known for reference in named):
        return text
    return ", ".join(reference for reference in named if reference in known)


def years_of_cases(s: Session) -> list[int]:
    """Return the years in which cases came in that are hidden from nobody, the last first."""
    known = and_(Case.kind != Kind.REPORT, Case.is_conflicted.is_(False))
    bounds = select(func.min(Case.submitted_at), func.max(Case.submitted_at)).where(known)
    first, last = s.execute(bounds).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def handed_by_department(s: Session, actor: Actor, year: int | None) -> dict[int, int]:
    """Return how many cases were handed to each department at all (承办件数).

    A hand-over that its moderator took back within a minute does not count.
    """
    following = aliased(CaseEvent)
    after_it = (
        select(following.action)
        .where(following.case_id == CaseEvent.case_id, following.id > CaseEvent.id)
        .order_by(following.id)
        .limit(1)
        .scalar_subquery()
    )
    statement = _events(actor, year, HANDED, func.count(CaseEvent.case_id.distinct()))
    kept = or_(after_it.is_(None), after_it != Action.UNDO.value)
    return dict(s.execute(statement.where(kept)).all())


def events_by_department(
    s: Session, actor: Actor, year: int | None, actions: Sequence[Action]
) -> dict[int, int]:
    """Return in how many cases each department took, or was met by, one of `actions`."""
    counted = func.count(CaseEvent.case_id.distinct())
    return dict(s.execute(_events(actor, year, actions, counted)).all())


def helped_by_department(
    s: Session, actor: Actor, year: int | None, at: datetime
) -> dict[int, tuple[int, int]]:
    """Return how many tasks each assisting department had to have done by `at`, and in time.

    Given or overdue ones count; what was ended before its day does not.
    """
    is_owed = or_(
        CaseAssist.given_at.is_not(None),
        and_(CaseAssist.ended_at.is_(None), CaseAssist.due_at < at),
    )
    rows = s.execute(
        select(
            CaseAssist.department_id,
            func.count(),
            func.count().filter(CaseAssist.was_in_time.is_(True)),
        )
        .join(CaseAssist.case)
        .where(is_owed, open_to(actor), *_of_year(year))
        .group_by(CaseAssist.department_id)
    ).all()
    return {unit: (due, in_time) for unit, due, in_time in rows}


def spread_of_returns(s: Session, actor: Actor, year: int | None) -> dict[str, int]:
    """Return how many of the cases handed out were returned never, once, more often."""
    handed = select(CaseEvent.case_id).where(CaseEvent.action.in_(_values(HANDED)))
    row = s.execute(
        select(
            func.count().filter(Case.returns == 0),
            func.count().filter(Case.returns == 1),
            func.count().filter(Case.returns >= OFTEN),
        )
        .select_from(Case)
        .where(open_to(actor), Case.id.in_(handed), *_of_year(year))
    ).one()
    return dict(zip(("never", "once", "often"), row, strict=True))


def _events(actor: Actor, year: int | None, actions: Iterable[Action], counted: ColumnElement[int]):
    return (
        select(CaseEvent.department_id, counted)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            CaseEvent.action.in_(_values(actions)),
            CaseEvent.department_id.is_not(None),
            open_to(actor),
            *_of_year(year),
        )
        .group_by(CaseEvent.department_id)
    )


def _values(actions: Iterable[Action]) -> list[str]:
    return [action.value for action in actions]


def _of_year(year: int | None) -> list[ColumnElement[bool]]:
    if year is None:
        return []
    first, end = at_local(date(year, 1, 1), 0), at_local(date(year + 1, 1, 1), 0)
    return [Case.submitted_at >= first, Case.submitted_at < end]


def _rows():
    return select(Case).options(joinedload(Case.project), joinedload(Case.department))
