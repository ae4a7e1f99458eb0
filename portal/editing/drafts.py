"""The doors of a draft for those who fill in: look at it, change it, hand it in, drop it."""

from collections.abc import Callable

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.editing.blueprint import bp
from portal.editing.rows import FEWER, answer
from portal.editing.sheet import GONE, open_sheet
from portal.editing.shown import draft_file, fields_of, title_of
from portal.errors import Invalid, NotAllowed, WrongState
from portal.files.serving import send
from portal.projects.record.actions import drop, ensure_author, ensure_may_drop, is_own, submit
from portal.projects.record.models import (
    DRAFT_LABELS,
    OPERATION_LABELS,
    Draft,
    DraftState,
    Operation,
)
from portal.projects.record.queries import WAITING, row_of
from portal.projects.sections import SECTIONS
from portal.security import Actor, Permission, ensure, permits
from portal.web import page, requires, uploads

DRAFT_TONES = {
    DraftState.DRAFT: "plain",
    DraftState.SUBMITTED: "info",
    DraftState.PUBLISHED: "done",
    DraftState.RETURNED: "late",
    DraftState.DROPPED: "hold",
}
WITH_AUTHOR = (DraftState.DRAFT, DraftState.RETURNED)


@bp.get(f"/drafts/<{FEWER}:ident>")
@requires(Permission.PROJECT_EDIT)
def draft(ident: int):
    """Show a draft: what was, what would be, how it stands."""
    return _page(draft_or_404(ident))


@bp.route(f"/drafts/<{FEWER}:ident>/change", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
@uploads("MAX_DOCUMENT_UPLOAD")
def change_draft(ident: int):
    """Change what a draft says while it is with its author."""
    found = draft_or_404(ident)
    ensure_author(found, g.actor)
    if found.operation is Operation.REMOVE:
        abort(404)
    section = SECTIONS[found.section]
    target = None
    if found.operation is Operation.CHANGE:
        target = row_of(db.session(), found.project, section, found.target_id)
        if target is None:
            raise WrongState(GONE)
    sheet = open_sheet(found.project, section, target, found)
    if request.method == "GET" and found.state not in WITH_AUTHOR:
        return redirect(url_for(".draft", ident=ident))
    return answer(sheet)


@bp.post(f"/drafts/<{FEWER}:ident>/<any(submit, drop):act>")
@requires(Permission.PROJECT_EDIT)
def move_draft(ident: int, act: str):
    """Hand a draft in for review, or drop it."""
    run = submit if act == "submit" else drop
    try:
        with db.transaction() as s:
            found = draft_or_404(ident)
            s.refresh(found, with_for_update=True)
            run(s, found, actor=g.actor, at=clock.now())
    except Invalid as error:
        return _page(draft_or_404(ident), status=422, refusal=_(error.message, **error.params))
    flash(_("已提交审核。") if act == "submit" else _("填报已撤销。"), "success")
    return redirect(url_for(".draft", ident=ident), 303)


@bp.get(f"/drafts/<{FEWER}:ident>/file")
@requires(Permission.STAFF)
def draft_upload(ident: int):
    """Show the photo or document of a draft to those who fill in or review it."""
    may_review = permits(g.actor, Permission.PROJECT_REVIEW)
    found = known_draft(ident)
    if not (may_review and found.submitted_at):
        found = draft_or_404(ident)
    stored = draft_file(db.session(), found) or abort(404)
    return send(stored, f"{found.project.code}-{ident}", is_public=False)


def known_draft(ident: int) -> Draft:
    """Return a draft of a project that is on a list, or end the request with 404."""
    found = db.session().get(Draft, ident)
    if found is None or found.project.withdrawn_at is not None:
        abort(404)
    return found


def draft_or_404(ident: int) -> Draft:
    """Return a draft to those who wrote it or may fill in its project, or end with 404.

    Raises NotAllowed.
    """
    found = known_draft(ident)
    if not is_own(found, g.actor):
        ensure(g.actor, Permission.PROJECT_EDIT, found.project)
    return found


def reviewed_draft(ident: int) -> Draft:
    """Return a draft that was handed in, or end with 404: until then it is its author's alone."""
    found = known_draft(ident)
    return found if found.submitted_at else abort(404)


def _may(guard: Callable[[Draft, Actor], None], found: Draft) -> bool:
    """Say whether who is looking passes a guard of the record."""
    try:
        guard(found, g.actor)
    except NotAllowed:
        return False
    return True


def draft_context(found: Draft) -> dict[str, object]:
    """Return what every page of a draft needs."""
    s, section = db.session(), SECTIONS[found.section]
    shown = fields_of(s, found)
    return {
        "draft": found,
        "project": found.project,
        "section": section,
        "title": title_of(s, section, found.after or found.before),
        "changed": [one for one in shown if one.is_changed],
        "unchanged": [one for one in shown if not one.is_changed],
        "file": draft_file(s, found),
        "labels": DRAFT_LABELS,
        "tones": DRAFT_TONES,
        "operations": OPERATION_LABELS,
        "Operation": Operation,
        "State": DraftState,
    }


def _page(found: Draft, *, status: int = 200, refusal: str = ""):
    return page(
        "editing/draft.html",
        status=status,
        refusal=refusal,
        may_change=found.state in WITH_AUTHOR and _may(ensure_author, found),
        may_drop=found.state in WAITING and _may(ensure_may_drop, found),
        may_review=permits(g.actor, Permission.PROJECT_REVIEW) and found.submitted_at is not None,
        **draft_context(found),
    )
