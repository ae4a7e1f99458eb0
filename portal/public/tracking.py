"""Asking for one's own case by reference and query code, and its page."""

from flask import redirect, session, url_for
from flask_babel import gettext as _

from portal import db
from portal.cases.models import Case
from portal.cases.proving import opened_by, parts_of
from portal.limits import by_address, by_field, limited
from portal.public.blueprint import bp
from portal.public.proofs import own_case, prove
from portal.public.tracking_forms import TrackForm
from portal.public.tracking_page import show
from portal.security import Permission
from portal.web import page, requires


@bp.route("/track", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_TRACK_REFERENCE", by_field("reference"), only_if=("reference",))
@limited("LIMIT_TRACK_ADDRESS", by_address)
def track():
    """Ask for reference and query code, and open the case they belong to, with its parts."""
    form = TrackForm()
    if form.validate_on_submit():
        cases = opened_by(db.session(), form.reference.data, form.code.data)
        if cases:
            prove(*cases)
            return redirect(url_for(".tracked", reference=cases[0].reference), 303)
        form.code.errors = [_("受理编号和查询码不匹配，请核对后再试。")]
    status = 422 if form.errors or form.code.errors else 200
    return page("public/track.html", status=status, form=form)


@bp.get("/track/<reference>")
@requires(Permission.PUBLIC)
def tracked(reference: str):
    """Show the whole timeline, including a text that is not public."""
    case = own_case(reference)
    _prove_parts(case)
    return show(case)


def _prove_parts(letter: Case) -> None:
    """Open also what was split from a letter after its writer opened it, no longer than it."""
    if not letter.split_off:
        return
    proven = session.get("proven", {})
    until = proven[letter.reference]
    parts = {part.reference: until for part in parts_of(db.session(), letter)}
    if parts.keys() - proven.keys():
        session["proven"] = {**parts, **proven}
