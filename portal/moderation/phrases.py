"""常用语: texts that moderators often need, offered beside the fields they fill."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.audit.actions import record
from portal.cases.workflow import Action
from portal.db import get_or_404
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.moderation.blueprint import bp
from portal.moderation.models import Phrase, PhraseUse
from portal.moderation.queue_forms import USE_LABELS, PhraseForm
from portal.security import Actor, Permission
from portal.web import arg_int, page, requires

MOST = 30
"""Phrases for one use: more are a list to search."""

ACTS = {
    PhraseUse.ASSIGN: (Action.ASSIGN, Action.REASSIGN),
    PhraseUse.REJECT: (Action.REJECT,),
    PhraseUse.WITHHOLD: (Action.WITHHOLD,),
    PhraseUse.SEND_BACK: (Action.SEND_BACK,),
    PhraseUse.ANSWER: (Action.CLOSE,),
}
"""The acts whose form has the field that a phrase is for."""

_LARGEST = 2**31 - 1


def by_use(s: Session) -> dict[PhraseUse, list[Phrase]]:
    """Return the phrases of each use, in their order."""
    rows = s.scalars(select(Phrase).order_by(Phrase.use, Phrase.sort_order, Phrase.id))
    found: dict[PhraseUse, list[Phrase]] = {use: [] for use in PhraseUse}
    for row in rows:
        found[row.use].append(row)
    return found


def by_act(s: Session) -> dict[str, list[Phrase]]:
    """Return the phrases that the form of each act offers."""
    found = by_use(s)
    return {act.value: found[use] for use, acts in ACTS.items() for act in acts}


def put_chosen(s: Session, forms: Mapping[str, Any]) -> None:
    """Write the phrase that the address names into the notes it is for, where they are empty.

    So a phrase can be chosen without JavaScript: the list beside a field opens the page anew.
    """
    ident = arg_int("phrase", 1, _LARGEST)
    chosen = s.get(Phrase, ident) if ident else None
    for act in ACTS[chosen.use] if chosen else ():
        form = forms.get(act.value)
        if form is not None and not form.note.data:
            form.note.data = chosen.text


def keep(
    s: Session, row: Phrase, use: PhraseUse, title: str, text: str, *, actor: Actor, at: datetime
) -> None:
    """Write a phrase, a new one or one that is there.

    Raises WrongState when another of this use has the title, Invalid beyond MOST of a use.
    """
    twin = select(Phrase.id).where(Phrase.use == use, Phrase.title == title, Phrase.id != row.id)
    if row.id is None:
        twin = select(Phrase.id).where(Phrase.use == use, Phrase.title == title)
    if s.scalar(twin.limit(1)):
        raise WrongState(N_("已有同名的常用语，请换一个名称或修改那一条。"))
    if row.id is None or row.use is not use:
        n = s.scalar(select(func.count()).select_from(Phrase).where(Phrase.use == use))
        if n >= MOST:
            raise Invalid(N_("每一处最多保存 %(most)s 条常用语。"), most=MOST)
        last = select(func.max(Phrase.sort_order)).where(Phrase.use == use)
        row.sort_order = (s.scalar(last) or 0) + 1
    row.use, row.title, row.text = use, title, text
    s.add(row)
    s.flush()
    record(s, actor=actor, act="template:keep", subject=f"phrase:{row.id}", at=at, title=title)


def drop(s: Session, row: Phrase, *, actor: Actor, at: datetime) -> None:
    """Delete a phrase; what was written with it stays where it was written."""
    subject = f"phrase:{row.id}"
    s.delete(row)
    s.flush()
    record(s, actor=actor, act="template:drop", subject=subject, at=at, title=row.title)


@bp.get("/phrases")
@requires(Permission.CASE_MODERATE)
def phrases():
    """List all phrases, with the form for a new one or for the one the address names."""
    ident = arg_int("edit", 1, _LARGEST)
    row = get_or_404(Phrase, ident) if ident else None
    kept = {"use": row.use.value, "title": row.title, "text": row.text} if row else {}
    return _page(PhraseForm(formdata=None, data=kept).offer(), row)


@bp.post("/phrases")
@requires(Permission.CASE_MODERATE)
def keep_phrase():
    """Keep a phrase, in place of the one the address names."""
    form = PhraseForm().offer()
    ident = arg_int("edit", 1, _LARGEST)
    if not form.validate_on_submit():
        return _page(form, get_or_404(Phrase, ident) if ident else None, 422)
    with db.transaction() as s:
        row = get_or_404(Phrase, ident) if ident else Phrase()
        given = PhraseUse(form.use.data), form.title.data, form.text.data
        keep(s, row, *given, actor=g.actor, at=clock.now())
    flash(_("常用语“%(name)s”已保存。", name=form.title.data), "success")
    return redirect(url_for(".phrases"), 303)


@bp.post("/phrases/<int(max=2147483647):ident>/delete")
@requires(Permission.CASE_MODERATE)
def drop_phrase(ident: int):
    """Delete a phrase."""
    with db.transaction() as s:
        drop(s, get_or_404(Phrase, ident), actor=g.actor, at=clock.now())
    flash(_("常用语已删除。"), "success")
    return redirect(url_for(".phrases"), 303)


def _page(form: PhraseForm, row: Phrase | None, status: int = 200):
    return page(
        "moderation/phrases.html",
        status,
        form=form,
        row=row,
        kept=by_use(db.session()),
        uses=USE_LABELS,
    )
