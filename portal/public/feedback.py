"""Sending a case, its receipt, and the cases everybody may read."""

import secrets

from flask import abort, redirect, request, session, url_for

from portal import clock, db
from portal.cases.intake import Contact, submit
from portal.cases.kinds import KIND_LABELS, RESOLVED_LABELS, Kind
from portal.cases.models import Category
from portal.cases.pages import public_timeline
from portal.cases.queries import categories, public_page, whole_case
from portal.cases.workflow import STATE_LABELS, STATE_TONES, Visibility
from portal.county.queries import deadlines
from portal.deadlines import UNIT_LABELS
from portal.limits import by_address, by_browser, by_field, limited
from portal.projects.queries import by_code, choices
from portal.public.blueprint import bp
from portal.public.forms import FeedbackForm
from portal.ratings.kinds import LEVEL_LABELS
from portal.security import Permission
from portal.text import clean
from portal.web import arg_text, page, requires


@bp.route("/feedback/new", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_FEEDBACK_CONTACT", by_field("phone", "email"), only_if=("phone", "email"))
@limited("LIMIT_FEEDBACK_BROWSER", by_browser)
@limited("LIMIT_FEEDBACK_ADDRESS", by_address)
def new_feedback():
    """Take a case in and hand out the receipt."""
    s = db.session()
    named = clean(request.values.get("project"))
    form = FeedbackForm(choices(s, named), categories(s), data={"project": named})
    if form.validate_on_submit():
        with db.transaction() as s:
            receipt = _submit(s, form)
        session["receipt"] = [receipt.case.reference, receipt.code]
        return redirect(url_for(".receipt", reference=receipt.case.reference), 303)
    return page(
        "public/feedback_new.html",
        status=422 if form.errors else 200,
        form=form,
        deadlines=deadlines(s, clock.today()),
        unit_labels=UNIT_LABELS,
        kind_labels=KIND_LABELS,
    )


@bp.get("/feedback/receipt/<reference>")
@requires(Permission.PUBLIC)
def receipt(reference: str):
    """Show the reference and the query code, to the browser that sent the case."""
    kept, code = session.get("receipt", ["", ""])
    if kept != reference:
        return redirect(url_for(".track"))
    case = whole_case(db.session(), reference) or abort(404)
    response = page("public/receipt.html", case=case, code=code, kind_labels=KIND_LABELS)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/feedback")
@requires(Permission.PUBLIC)
def feedback():
    """List the public cases, the last published first."""
    chosen = arg_text("kind")
    kind = Kind(chosen) if chosen in list(Kind) else None
    found = public_page(db.session(), kind=kind, after=arg_text("after", 200))
    following = {"kind": chosen} if kind else {}
    next_url = url_for(".feedback", **following, after=found.next) if found.next else None
    return page(
        "public/feedback.html",
        page=found,
        kind=kind,
        kind_labels=KIND_LABELS,
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
        next_url=next_url,
    )


@bp.get("/feedback/<reference>")
@requires(Permission.PUBLIC)
def case(reference: str):
    """Show a public case: what was asked, what was answered, what the resident said."""
    found = whole_case(db.session(), reference)
    if found is None or found.visibility is not Visibility.PUBLIC:
        abort(404)
    return page(
        "public/case.html",
        case=found,
        timeline=public_timeline(found),
        answers=[a for a in found.answers if a.released_at],
        kind_labels=KIND_LABELS,
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
        resolved_labels=RESOLVED_LABELS,
        level_labels=LEVEL_LABELS,
    )


def _submit(s, form: FeedbackForm):
    category = s.get(Category, form.category.data) if form.category.data else None
    return submit(
        s,
        kind=Kind(form.kind.data),
        title=form.title.data,
        body=form.body.data,
        contact=Contact(form.name.data, form.phone.data, form.email.data),
        consent_publish=form.consent_publish.data,
        project=by_code(s, form.project.data) if form.project.data else None,
        category=category,
        submission_key=form.submission_key.data or secrets.token_urlsafe(24),
        at=clock.now(),
    )
