"""The cases my department leads: what waits for whom, the most urgent first."""

from flask import g, url_for

from portal import clock, db
from portal.cases.masking import Veil
from portal.cases.pages import list_context
from portal.deadlines import light
from portal.desk.blueprint import bp
from portal.desk.queries import LEADING, lead_counts, lead_page, task_counts
from portal.desk.shown import Objection, objection
from portal.security import Permission
from portal.web import arg_text, page, requires


@bp.get("/")
@requires(Permission.CASE_HANDLE)
def queue():
    """List the cases that my department leads, the first due first."""
    s, at, chosen = db.session(), clock.now(), arg_text("show")
    show = chosen if chosen in LEADING else "open"
    found = lead_page(s, g.actor, show, after=arg_text("after", 200))
    may_object = (Objection.RETURN, Objection.DISPUTE)
    asked = [c for c in found.rows if c.question and not c.question.replied_at]
    return page(
        "desk/queue.html",
        page=found,
        show=show,
        counts=lead_counts(s, g.actor),
        assists=task_counts(s, g.actor)["open"],
        titles={c.id: Veil(c)(c.title) for c in found.rows},
        returnable={c.id for c in found.rows if objection(c, at) in may_object},
        questions={c.id: light(c.question.due_at, at) for c in asked},
        next_url=url_for(".queue", show=show, after=found.next) if found.next else None,
        **list_context(found.rows),
    )
