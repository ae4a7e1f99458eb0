"""Which cases this browser may open as their writer, and for how long."""

from flask import Response, abort, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.accounts.sessions import PROOF_MINUTES
from portal.cases.models import Case
from portal.cases.queries import whole_case
from portal.security import Permission, permits


def own_case(reference: str, *, to_change: bool = False) -> Case:
    """Return a case to the browser that has shown its query code; `to_change` locks its row.

    Any other is led to where one shows it, and so is who asks for a case that does not exist.
    The database is asked for no other case: the time an answer takes tells nothing either.
    """
    case = None
    if reference in g.actor.proven:
        case = whole_case(db.session(), reference, to_change=to_change)
    if case is None or not permits(g.actor, Permission.CASE_OWN, case):
        abort(to_the_door())
    return case


def to_the_door() -> Response:
    """Lead to the page that asks for reference and query code."""
    flash(_("请输入受理编号和查询码查看。"), "info")
    return redirect(url_for("public.track"), 302 if request.method == "GET" else 303)


def prove(*cases: Case) -> None:
    """Let this browser open these cases for PROOF_MINUTES: it has shown that they are its own.

    What has expired is dropped: on a shared computer the cookie would only grow.
    """
    now = int(clock.now().timestamp())
    known = {ref: until for ref, until in session.get("proven", {}).items() if until > now}
    proven = dict.fromkeys((case.reference for case in cases), now + PROOF_MINUTES * 60)
    session["proven"] = known | proven
