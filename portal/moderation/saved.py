"""我的筛选: selections of the queue that a moderator keeps under names of their own."""

from dataclasses import dataclass

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal import db
from portal.errors import Invalid
from portal.language import N_
from portal.moderation.blueprint import bp
from portal.moderation.filters import Filter, read, read_text
from portal.moderation.models import SavedFilter
from portal.moderation.queue_forms import FilterForm
from portal.security import Actor, Permission
from portal.web import requires

MOST = 20
"""Filters that one account may keep."""


@dataclass(frozen=True)
class Saved:
    """A kept filter, read anew: what no longer means anything has fallen out of it."""

    ident: int
    name: str
    filter: Filter


def filters_of(s: Session, actor: Actor) -> list[Saved]:
    """Return the filters that `actor` keeps, by name."""
    rows = s.scalars(
        select(SavedFilter)
        .where(SavedFilter.account_id == actor.account_id)
        .order_by(SavedFilter.name)
    )
    return [Saved(row.id, row.name, read(row.query)) for row in rows]


def keep(s: Session, actor: Actor, name: str, chosen: Filter) -> None:
    """Keep `chosen` under `name`, in place of what had that name.

    Raises Invalid for more than MOST.
    """
    mine = SavedFilter.account_id == actor.account_id
    row = s.scalar(select(SavedFilter).where(mine, SavedFilter.name == name))
    if row is None:
        if s.scalar(select(func.count()).select_from(SavedFilter).where(mine)) >= MOST:
            raise Invalid(N_("最多保存 %(most)s 个筛选，请先删除不用的。"), most=MOST)
        row = SavedFilter(account_id=actor.account_id, name=name)
        s.add(row)
    row.query = chosen.as_query()
    s.flush()


@bp.post("/filters")
@requires(Permission.CASE_MODERATE)
def keep_filter():
    """Keep the filter of the page under a name."""
    form = FilterForm()
    if not form.validate_on_submit():
        raise Invalid(N_("请给筛选起一个名称，最多 20 个字。"))
    chosen = read_text(form.queue.data)
    with db.transaction() as s:
        keep(s, g.actor, form.name.data, chosen)
    flash(_("筛选“%(name)s”已保存。", name=form.name.data), "success")
    return redirect(url_for(".queue", **chosen.as_query()), 303)


@bp.post("/filters/<int(max=2147483647):ident>/delete")
@requires(Permission.CASE_MODERATE)
def drop_filter(ident: int):
    """Delete one of one's own filters."""
    with db.transaction() as s:
        mine = SavedFilter.id == ident, SavedFilter.account_id == g.actor.account_id
        if not s.execute(delete(SavedFilter).where(*mine)).rowcount:
            abort(404)
    flash(_("筛选已删除。"), "success")
    return redirect(url_for(".queue", **read_text(request.form.get("queue")).as_query()), 303)
