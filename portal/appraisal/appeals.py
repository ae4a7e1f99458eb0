"""差评申诉: appeals of departments against ratings, and what the inspection office decides."""

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from portal import clock, db
from portal.appraisal.blueprint import bp
from portal.appraisal.follow_up_forms import RulingForm
from portal.appraisal.follow_up_pages import LABELS, send_photo, timeline
from portal.county.queries import ratings as setting
from portal.ratings import counts
from portal.ratings.appeals import actions
from portal.ratings.appeals.models import RULING_LABELS, Appeal, Ruling
from portal.ratings.appeals.queries import appeal_page, count_open, doubts_of, whole
from portal.ratings.followups.actions import of_rating
from portal.security import Permission
from portal.web import arg_text, page, requires

ID = "<int(max=2147483647):ident>"


@bp.get("/appeals")
@requires(Permission.RATING_INSPECT)
def appeals():
    """List the appeals that wait, the longest waiting first, or those that were decided."""
    show = "decided" if arg_text("show") == "decided" else "open"
    s = db.session()
    found = appeal_page(s, decided=show == "decided", after=arg_text("after", 200))
    return page(
        "appraisal/appeals.html",
        page=found,
        show=show,
        counts=count_open(s),
        next_url=url_for(".appeals", show=show, after=found.next) if found.next else None,
        **LABELS,
    )


@bp.get(f"/appeals/{ID}")
@requires(Permission.RATING_INSPECT)
def appeal(ident: int):
    """Show one appeal with the rating and all that happened to it."""
    return _page(_appeal_or_404(ident))


@bp.post(f"/appeals/{ID}")
@requires(Permission.RATING_INSPECT)
def decide_appeal(ident: int):
    """Uphold or dismiss an appeal, with the grounds."""
    form = RulingForm()
    form.fit(_appeal_or_404(ident))
    if not form.validate_on_submit():
        return _page(_appeal_or_404(ident), status=422, form=form)
    ruling, at = Ruling(form.ruling.data), clock.now()
    with db.transaction() as s:
        known = select(Appeal.project_id).where(Appeal.id == ident)
        project_id = s.scalar(known) or abort(404)
        with counts.moving(s, project_id, setting(s, clock.today())["minimum"]) as moves:
            found = _appeal_or_404(ident)
            actions.decide(s, moves, found, ruling, actor=g.actor, note=form.note.data, at=at)
    flash(_("已决定：%(ruling)s。", ruling=_(RULING_LABELS[ruling])), "success")
    return redirect(url_for(".appeal", ident=ident), 303)


@bp.get(f"/appeals/{ID}/photos/<int(max=2147483647):number>")
@requires(Permission.RATING_INSPECT)
def appeal_photo(ident: int, number: int):
    """Show a photo of the rating that is appealed against."""
    return send_photo(_appeal_or_404(ident).rating, number)


def _appeal_or_404(ident: int) -> Appeal:
    return whole(db.session(), ident) or abort(404)


def _page(found: Appeal, *, status: int = 200, form: RulingForm | None = None):
    s = db.session()
    if form is None:
        form = RulingForm(formdata=None)
        form.fit(found)
    follow_up = of_rating(s, found.rating)
    return page(
        "appraisal/appeal.html",
        status=status,
        appeal=found,
        rating=found.rating,
        follow_up=follow_up,
        doubts=doubts_of(s, found.rating),
        timeline=timeline(follow_up, found),
        form=form,
        **LABELS,
    )
