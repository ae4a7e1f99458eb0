"""Where a moderator goes after an act: on through the queue they came from.

A page of a case that was opened from the queue carries the queue's filter along, in the
parameter `queue`; its forms carry it in a field. So nothing is kept between two requests.
"""

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases.models import Case
from portal.cases.targets import open_to
from portal.moderation.blueprint import bp
from portal.moderation.filters import read_text
from portal.moderation.presence import is_looked_at
from portal.moderation.reading import next_case
from portal.security import Actor, Permission
from portal.web import arg_text, requires


def carried() -> dict[str, str]:
    """Return the parameters that carry the queue along, none when there is no queue."""
    text = request.form.get("queue") or request.args.get("queue")
    return {"queue": read_text(text).as_text()} if text else {}


def onward(case: Case) -> str:
    """Return where the page goes after an act on `case`.

    On to the next case of the queue when the act has taken this one out of it (the form's
    field `next` says "queue"); else back to the case.
    """
    has_left = case.state is not read_text(request.form.get("queue")).state
    if request.form.get("next") == "queue" and carried() and has_left:
        return url_for(
            "moderation.next_in_queue", after=case.reference, done=case.reference, **carried()
        )
    return url_for("moderation.case", reference=case.reference, **carried())


@bp.get("/next")
@requires(Permission.CASE_MODERATE)
def next_in_queue():
    """Open the next case of a filter that nobody else has open, or say that there is none."""
    s, at = db.session(), clock.now()
    chosen = read_text(request.args.get("queue"))
    after = open_or_none(s, arg_text("after"), g.actor)
    but = is_looked_at(g.actor, at)
    found = next_case(s, chosen, g.actor, at=at, after=after, but=but)
    told = {"done": done} if (done := arg_text("done")) else {}
    if found is None:
        flash(_("这个筛选下没有别的诉求件了，或者都有人正在查看。"), "info")
        return redirect(url_for(".queue", **chosen.as_query(), **told))
    return redirect(url_for(".case", reference=found.reference, queue=chosen.as_text(), **told))


def open_or_none(s: Session, reference: str | None, actor: Actor) -> Case | None:
    """Return the case with this reference if there is one and it is open to `actor`."""
    if reference is None:
        return None
    return s.scalar(select(Case).where(Case.reference == reference, open_to(actor)))
