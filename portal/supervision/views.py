"""The inspectors' room: all cases read-only, and the audit trail."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask import Blueprint, g, url_for

from portal import clock, db
from portal.audit.actions import entries
from portal.audit.acts import ACT_LABELS
from portal.cases.pages import LABELS, case_context, list_context, open_case
from portal.cases.queries import count_by_state, count_overdue, inspection_page
from portal.cases.workflow import State
from portal.county.queries import calendar
from portal.county.rules import missing_years
from portal.security import ROLE_LABELS, Permission
from portal.web import arg_text, page, requires

bp = Blueprint("supervision", __name__, url_prefix="/supervision")

LOOK_AHEAD = timedelta(days=30)
"""How long before a year begins its holidays should be known: deadlines reach that far."""


@bp.get("/")
@requires(Permission.CASE_INSPECT)
def cases():
    """List all cases, newest first; in one state, or only the overdue ones."""
    s, at = db.session(), clock.now()
    chosen = arg_text("state")
    state = State(chosen) if chosen in list(State) else None
    overdue = arg_text("overdue") == "yes"
    after = arg_text("after", 200)
    found = inspection_page(s, state=state, overdue_at=at if overdue else None, after=after)
    filters = {"state": state.value} if state else {}
    filters |= {"overdue": "yes"} if overdue else {}
    return page(
        "supervision/cases.html",
        page=found,
        state=state,
        overdue=overdue,
        counts=count_by_state(s),
        overdue_count=count_overdue(s, at),
        uncovered=_uncovered_years(calendar(s), clock.local_day(at)),
        next_url=url_for(".cases", **filters, after=found.next) if found.next else None,
        **list_context(found.rows),
    )


@bp.get("/cases/<reference>")
@requires(Permission.CASE_INSPECT)
def case(reference: str):
    """Show one case with its whole history, and every act on record."""
    found = open_case(Permission.CASE_INSPECT, reference)
    return page(
        "supervision/case.html",
        trail=entries(db.session(), subject=f"case:{reference}").rows,
        act_labels=ACT_LABELS,
        **case_context(found, g.actor),
    )


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit():
    """List the audit trail, newest first."""
    chosen = arg_text("act")
    act = chosen if chosen in ACT_LABELS else None
    found = entries(db.session(), act=act, after=arg_text("after", 200))
    filters = {"act": act} if act else {}
    return page(
        "supervision/audit.html",
        page=found,
        act=act,
        act_labels=ACT_LABELS,
        next_url=url_for(".audit", **filters, after=found.next) if found.next else None,
        **{**LABELS, "role_labels": {str(k): v for k, v in ROLE_LABELS.items()}},
    )


def _uncovered_years(days: Iterable[date], today: date) -> list[int]:
    """Return the years, this one and soon the next, whose holidays nobody has entered."""
    return missing_years(days, today.year, (today + LOOK_AHEAD).year)
