"""The inspectors' room: all cases read-only, and the audit trail."""

from flask import Blueprint, abort, g, url_for

from portal import clock, db
from portal.audit.actions import entries
from portal.audit.acts import ACT_LABELS
from portal.cases.pages import LABELS, case_context, list_context
from portal.cases.queries import count_by_state, count_overdue, inspection_page, whole_case
from portal.cases.workflow import State
from portal.security import ROLE_LABELS, Permission
from portal.web import arg_text, page, requires

bp = Blueprint("supervision", __name__, url_prefix="/supervision")


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
        next_url=url_for(".cases", **filters, after=found.next) if found.next else None,
        **list_context(found.rows),
    )


@bp.get("/cases/<reference>")
@requires(Permission.CASE_INSPECT)
def case(reference: str):
    """Show one case with its whole history, and every act on record."""
    s = db.session()
    found = whole_case(s, reference) or abort(404)
    return page(
        "supervision/case.html",
        trail=entries(s, subject=f"case:{reference}").rows,
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
