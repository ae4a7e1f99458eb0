"""Counting a year's letters for the public ledger: six queries, however many there are."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from portal.cases.kinds import AppealKind, Kind
from portal.cases.ledger.rules import Hidden, Ledger, Tally, ledger
from portal.cases.models import Case
from portal.cases.parts import CaseAppeal, CaseFile
from portal.cases.workflow import State, Visibility
from portal.clock import at_local, local_day

_OPEN = and_(Case.kind != Kind.REPORT, Case.is_conflicted.is_(False))
"""Reports of wrongdoing and letters about departments or their people are in no number but their
own: see rules."""

_COUNTED = Case.state != State.WITHDRAWN
_SENT = Case.first_department_id.is_not(None)
_PUBLIC = Case.visibility == Visibility.PUBLIC
_WITHHELD = and_(Case.visibility == Visibility.WITHHELD, Case.consent_publish)
_REDACTED = and_(_PUBLIC, or_(Case.public_title != Case.title, Case.public_body != Case.body))
_WAITING = and_(Case.state == State.SUBMITTED, ~_SENT, Case.visibility == Visibility.PRIVATE)
_ACCEPTED = and_(Case.state.not_in([State.WITHDRAWN, State.REJECTED]), ~_WAITING)


def ledger_of(s: Session, year: int) -> Ledger:
    """Return the ledger of the letters that came in `year`, as they stand now."""
    came = and_(Case.submitted_at >= _begin(year, 1), Case.submitted_at < _begin(year + 1, 1))
    return ledger(
        _months(s, year, came),
        _reasons(s, came),
        _withheld(s, came),
        _outcomes(s, came),
        _files(s, came),
        _hidden(s, came),
    )


def first_year(s: Session) -> int | None:
    """Return the year of the first letter that any figure counts, or None before there is one."""
    first = s.scalar(select(func.min(Case.submitted_at)).where(_OPEN))
    return local_day(first).year if first else None


def _months(s: Session, year: int, came: ColumnElement[bool]) -> dict[int, Tally]:
    """Count by the county's months: bounds are moments, which both databases compare alike."""
    month = case(
        *((Case.submitted_at < _begin(year, n + 1), n) for n in range(1, 12)), else_=12
    ).label("month")
    numbers = _numbers()
    joined = select(month, *(column.label(name) for name, column in numbers.items()))
    for appealed in _APPEALED.values():
        joined = joined.outerjoin(appealed, appealed.c.case_id == Case.id)
    rows = s.execute(joined.where(came, _OPEN).group_by("month"))
    return {row.month: Tally(**{name: getattr(row, name) for name in numbers}) for row in rows}


def _appealed(kind: AppealKind) -> Subquery:
    """Return the cases whose standing decision was appealed against, each once: joined to the
    cases they multiply no row.

    A refusal or non-publication that stands after a granted appeal was decided anew, and nobody
    has appealed against it; a text that was reworded on appeal is what the appeal asked for.
    """
    found = select(CaseAppeal.case_id).where(CaseAppeal.against == kind).distinct()
    if kind is not AppealKind.REDACTION:
        found = found.where(or_(CaseAppeal.is_granted.is_(None), CaseAppeal.is_granted.is_(False)))
    return found.subquery(f"appealed_{kind}")


_APPEALED = {kind: _appealed(kind) for kind in AppealKind}


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
        "refusals": _unappealed(AppealKind.REFUSAL, Case.state == State.REJECTED),
        "withholdings": _unappealed(AppealKind.WITHHOLDING, and_(_ACCEPTED, _WITHHELD)),
        "redactions": _unappealed(AppealKind.REDACTION, and_(_ACCEPTED, _REDACTED)),
    }
    numbers = {name: func.count(Case.id).filter(which) for name, which in conditions.items()}
    returns = case((and_(_COUNTED, _SENT), Case.returns), else_=0)
    return numbers | {"returns": func.coalesce(func.sum(returns), 0)}


def _in_public() -> dict[str, ColumnElement[bool]]:
    """Return the four sets of accepted letters."""
    private = and_(_ACCEPTED, ~_PUBLIC)
    agreed = and_(private, Case.consent_publish)
    return {
        "public": and_(_ACCEPTED, _PUBLIC),
        "no_consent": and_(private, Case.consent_publish.is_(False)),
        "withheld": and_(agreed, Case.visibility == Visibility.WITHHELD),
        "undecided": and_(agreed, Case.visibility == Visibility.PRIVATE),
    }


def _unappealed(kind: AppealKind, stands: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(_COUNTED, stands, _APPEALED[kind].c.case_id.is_(None))


def _reasons(s: Session, came: ColumnElement[bool]) -> dict[str, int]:
    refused = and_(came, _OPEN, Case.state == State.REJECTED)
    rows = select(Case.reject_reason, func.count()).where(refused).group_by(Case.reject_reason)
    return dict(s.execute(rows).all())


def _withheld(s: Session, came: ColumnElement[bool]) -> dict[str, int]:
    """Count by reason what a moderator decided not to publish; '' where none was noted."""
    reason = func.coalesce(Case.withheld_reason, "").label("reason")
    kept_back = and_(came, _OPEN, _ACCEPTED, _WITHHELD)
    return dict(s.execute(select(reason, func.count()).where(kept_back).group_by("reason")).all())


def _files(s: Session, came: ColumnElement[bool]) -> tuple[int, int]:
    """Count the files of accepted letters, and those that a moderator keeps from the public."""
    is_withheld = CaseFile.visibility == Visibility.WITHHELD
    counted = select(func.count(CaseFile.id), func.count(CaseFile.id).filter(is_withheld))
    row = s.execute(counted.join(CaseFile.case).where(came, _OPEN, _ACCEPTED)).one()
    return row[0], row[1]


def _hidden(s: Session, came: ColumnElement[bool]) -> Hidden:
    is_report = Case.kind == Kind.REPORT
    counted = select(func.count().filter(is_report), func.count().filter(~is_report))
    row = s.execute(counted.select_from(Case).where(came, ~_OPEN, _COUNTED)).one()
    return Hidden(reports=row[0], about_staff=row[1])


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
