"""The administrators' register of county leaders (分包县级领导)."""

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from portal import clock, db
from portal.editing.blueprint import bp
from portal.editing.forms import LeaderForm, NewLeaderForm
from portal.errors import Invalid
from portal.projects.models import LISTED, Project
from portal.projects.people import actions
from portal.projects.people.models import Leader
from portal.projects.queries import leaders as register
from portal.security import Permission
from portal.web import page, requires


@bp.get("/leaders")
@requires(Permission.DEPARTMENT_MANAGE)
def leaders():
    """List the register in the county's order."""
    s = db.session()
    led = select(Project.leader_id, func.count()).where(LISTED).group_by(Project.leader_id)
    return page("editing/leaders.html", leaders=register(s), counts=dict(s.execute(led).all()))


@bp.route("/leaders/new", methods=["GET", "POST"])
@requires(Permission.DEPARTMENT_MANAGE)
def new_leader():
    """Put a leader on record."""
    form = NewLeaderForm(data={"sort_order": _next_place(), "is_active": True})
    if form.validate_on_submit():
        try:
            with db.transaction() as s:
                words = {"code": form.code.data.lower(), "name": form.name.data}
                words |= {"post": form.post.data, "sort_order": form.sort_order.data}
                actions.create(s, **words, actor=g.actor, at=clock.now())
            flash(_("县级领导已登记。"), "success")
            return redirect(url_for(".leaders"), 303)
        except Invalid as error:
            form.code.errors = [_(error.message, **error.params)]
    return page("editing/leader.html", status=422 if form.errors else 200, form=form, found=None)


@bp.route("/leaders/<code>", methods=["GET", "POST"])
@requires(Permission.DEPARTMENT_MANAGE)
def leader(code: str):
    """Show and change a leader."""
    found = _leader_or_404(code)
    form = LeaderForm(obj=found)
    if form.validate_on_submit():
        with db.transaction() as s:
            actions.change(
                s,
                _leader_or_404(code),
                name=form.name.data,
                post=form.post.data,
                sort_order=form.sort_order.data,
                is_active=form.is_active.data,
                actor=g.actor,
                at=clock.now(),
            )
        flash(_("县级领导已修改。"), "success")
        return redirect(url_for(".leaders"), 303)
    return page("editing/leader.html", status=422 if form.errors else 200, form=form, found=found)


def _leader_or_404(code: str) -> Leader:
    return db.session().scalar(select(Leader).where(Leader.code == code)) or abort(404)


def _next_place() -> int:
    last = db.session().scalar(select(func.max(Leader.sort_order))) or 0
    return min(last + 1, 9999)
