"""Counting a year's letters for the public ledger: five queries, however many there are."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.cases.kinds import AppealKind, Kind
from portal.cases.ledger.rules import Ledger, Tally, ledger
from portal.cases.models import Case
from portal.cases.parts import CaseAppeal
from portal.cases.workflow import State, Visibility
from portal.clock import at_local, local_day

_OPEN = Case.kind != Kind.REPORT
"""Reports of wrongdoing are in no number but their own."""

_COUNTED = Case.state != State.WITHDRAWN
_SENT = Case.first_department_id.is_not(None)
_PUBLIC = Case.visibility == Visibility.PUBLIC
_WITHHELD = and_(
    Case.visibility == Visibility.WITHHELD, Case.consent_publish, Case.is_conflicted.is_(False)
)
_REDACTED = and_(_PUBLIC, or_(Case.public_title != Case.title, Case.public_body != Case.body))
_WAITING = and_(Case.state == State.SUBMITTED, ~_SENT, Case.visibility == Visibility.PRIVATE)
_ACCEPTED = and_(Case.state.not_in([State.WITHDRAWN, State.REJECTED]), ~_WAITING)


def ledger_of(s: Session, year: int) -> Ledger:
    """Return the ledger of the letters that came in `year`, as they stand now."""
    came = and_(Case.submitted_at >= _begin(year, 1), Case.submitted_at < _begin(year + 1, 1))
    return ledger(
        _months(s, year, came),
        _reasons(s, came),
        _outcomes(s, came),
        s.scalar(select(func.count()).select_from(Case).where(came, ~_OPEN, _COUNTED)) or 0,
    )


def first_year(s: Session) -> int | None:
    """Return the year of the first letter, or None before there is one."""
    first = s.scalar(select(func.min(Case.submitted_at)))
    return local_day(first).year if first else None


def _months(s: Session, year: int, came: ColumnElement[bool]) -> dict[int, Tally]:
    """Count by the county's months: bounds are moments, which both databases compare alike."""
    month = case(
        *((Case.submitted_at < _begin(year, n + 1), n) for n in range(1, 12)), else_=12
    ).label("month")
    numbers = _numbers()
    joined = select(month, *(column.label(name) for name, column in numbers.items()))
    for kind, appeal in _APPEALS.items():
        is_one = and_(appeal.case_id == Case.id, appeal.against == kind)
        joined = joined.outerjoin(appeal, is_one)
    rows = s.execute(joined.where(came, _OPEN).group_by("month"))
    return {row.month: Tally(**{name: getattr(row, name) for name in numbers}) for row in rows}


_APPEALS = {kind: aliased(CaseAppeal) for kind in AppealKind}
"""A case has at most one appeal of each kind: joining them multiplies no row."""


def _numbers() -> dict[str, ColumnElement[int]]:
    """Return the column that counts each field of a Tally."""
    conditions = {
        "withdrawn": ~_COUNTED,
        "waiting": _WAITING,
        "refused": Case.state == State.REJECTED,
        "accepted": _ACCEPTED,
        **_in_public(),
        "redacted": and_(_ACCEPTED, _REDACTED),
        "sent": and_(_COUNTED, _SENT),
        "sent_by_system": and_(_COUNTED, _SENT, Case.was_sent_by_system),
        "misrouted": and_(_COUNTED, _SENT, Case.was_misrouted),
        "misrouted_by_system": and_(_COUNTED, _SENT, Case.was_misrouted, Case.was_sent_by_system),
        "returned": and_(_COUNTED, _SENT, Case.returns > 0),
        "refusals": _decided(AppealKind.REFUSAL, Case.state == State.REJECTED),
        "withholdings": _decided(AppealKind.WITHHOLDING, and_(_ACCEPTED, _WITHHELD)),
        "redactions": _decided(AppealKind.REDACTION, and_(_ACCEPTED, _REDACTED)),
    }
    numbers = {name: func.count(Case.id).filter(which) for name, which in conditions.items()}
    returns = case((and_(_COUNTED, _SENT), Case.returns), else_=0)
    return numbers | {"returns": func.coalesce(func.sum(returns), 0)}


def _in_public() -> dict[str, ColumnElement[bool]]:
    """Return the five sets of accepted letters; the first that fits is the one."""
    private = and_(_ACCEPTED, ~_PUBLIC)
    agreed = and_(private, Case.consent_publish)
    ours = and_(agreed, Case.is_conflicted.is_(False))
    return {
        "public": and_(_ACCEPTED, _PUBLIC),
        "no_consent": and_(private, Case.consent_publish.is_(False)),
        "about_staff": and_(agreed, Case.is_conflicted),
        "withheld": and_(ours, Case.visibility == Visibility.WITHHELD),
        "undecided": and_(ours, Case.visibility == Visibility.PRIVATE),
    }


def _decided(kind: AppealKind, stands: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(_COUNTED, or_(stands, _APPEALS[kind].id.is_not(None)))


def _reasons(s: Session, came: ColumnElement[bool]) -> dict[str, int]:
    refused = and_(came, _OPEN, Case.state == State.REJECTED)
    rows = select(Case.reject_reason, func.count()).where(refused).group_by(Case.reject_reason)
    return dict(s.execute(rows).all())


def _outcomes(s: Session, came: ColumnElement[bool]) -> dict[tuple[AppealKind, bool | None], int]:
    rows = (
        select(CaseAppeal.against, CaseAppeal.is_granted, func.count())
        .join(CaseAppeal.case)
        .where(came, _OPEN, _COUNTED)
        .group_by(CaseAppeal.against, CaseAppeal.is_granted)
    )
    return {(against, outcome): n for against, outcome, n in s.execute(rows)}


def _begin(year: int, month: int) -> datetime:
    return at_local(date(year, month, 1), 0)
