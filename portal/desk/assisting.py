"""协办: what my department was asked to help with, and its part for the lead."""

from functools import partial

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.cases.assists import assist
from portal.cases.masking import Veil
from portal.cases.models import Case
from portal.cases.pages import list_context, open_case
from portal.desk.blueprint import bp
from portal.desk.forms import PartForm
from portal.desk.queries import ASSISTING, lead_counts, task_counts, task_page
from portal.desk.shown import assist_context, task_light
from portal.security import Permission
from portal.web import arg_text, page, requires

_open = partial(open_case, Permission.CASE_ASSIST)


@bp.get("/assists")
@requires(Permission.CASE_ASSIST)
def tasks():
    """List what my department was asked to help with, the first due first."""
    s, at, chosen = db.session(), clock.now(), arg_text("show")
    show = chosen if chosen in ASSISTING else "open"
    found = task_page(s, g.actor, show, after=arg_text("after", 200))
    return page(
        "desk/tasks.html",
        page=found,
        show=show,
        counts=task_counts(s, g.actor),
        leads=lead_counts(s, g.actor)["open"],
        titles={t.id: Veil(t.case)(t.case.title) for t in found.rows},
        task_lights={t.id: task_light(t, at) for t in found.rows},
        next_url=url_for(".tasks", show=show, after=found.next) if found.next else None,
        **list_context([t.case for t in found.rows]),
    )


@bp.get("/assists/<reference>")
@requires(Permission.CASE_ASSIST)
def task(reference: str):
    """Show the matter of a case that my department assists, and what it was asked for."""
    return _page(_open(reference), PartForm(formdata=None))


@bp.post("/assists/<reference>")
@requires(Permission.CASE_ASSIST)
def give(reference: str):
    """Give my department's part to the lead."""
    form = PartForm()
    if not form.validate_on_submit():
        return _page(_open(reference), form, status=422)
    with db.transaction() as s:
        case = _open(reference, to_change=True)
        assist(s, case, actor=g.actor, at=clock.now(), text=form.text.data)
    flash(_("协办意见已提交给主办单位。"), "success")
    return redirect(url_for(".task", reference=reference), 303)


def _page(case: Case, form: PartForm, *, status: int = 200):
    shown = assist_context(db.session(), case, g.actor, clock.now())
    return page("desk/task.html", status=status, form=form, **shown)
