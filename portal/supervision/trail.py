"""操作审计: every act on record, except on cases that the reader must not know of."""

from flask import g, url_for

from portal import db
from portal.audit.acts import ACT_LABELS
from portal.cases.pages import LABELS
from portal.security import ROLE_LABELS, Permission
from portal.supervision.blueprint import bp
from portal.supervision.queries import readable, trail_page
from portal.web import arg_text, page, requires


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit():
    """List the audit trail, newest first."""
    s, chosen = db.session(), arg_text("act")
    act = chosen if chosen in ACT_LABELS else None
    found = trail_page(s, g.actor, act=act, after=arg_text("after", 200))
    filters = {"act": act} if act else {}
    return page(
        "supervision/audit.html",
        page=found,
        act=act,
        details=readable(s, found.rows, g.actor),
        act_labels=ACT_LABELS,
        next_url=url_for(".audit", **filters, after=found.next) if found.next else None,
        **{**LABELS, "role_labels": {str(k): v for k, v in ROLE_LABELS.items()}},
    )
