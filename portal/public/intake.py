"""Bringing a case: the form, the second look before it is sent, and the receipt."""

from typing import Any

from flask import Response, abort, redirect, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.accounts.sessions import PROOF_MINUTES
from portal.cases.categories.models import Category
from portal.cases.contacts import Contact
from portal.cases.intake import Letter, Receipt, code_of, receipt_of, submit
from portal.cases.kinds import KIND_LABELS, Kind
from portal.cases.letter_files import drop_chosen, take
from portal.cases.letter_forms import Offer, new_key, offer
from portal.cases.queries import whole_case
from portal.cases.targets import Target
from portal.cases.workflow import STATE_LABELS, STATE_TONES
from portal.county.models import Town
from portal.county.queries import deadlines
from portal.deadlines import UNIT_LABELS
from portal.departments import queries as units
from portal.errors import Invalid
from portal.limits import by_address, by_browser, by_field, limited, limited_files
from portal.projects.queries import by_code
from portal.public import intake_files as files
from portal.public.blueprint import bp
from portal.public.intake_forms import FeedbackForm, feedback_form
from portal.public.second_look import Look, second_look
from portal.public.similar import first_photo
from portal.residents.rules import mask, read
from portal.security import Permission
from portal.text import clean
from portal.web import choose, page, requires, uploads

SHOWN = "told"
"""The field that says that whoever sends the form can be told something before it goes. Clients
that send only what a case needs, and would take any page for a refusal, leave it out."""


@bp.route("/feedback/new", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@uploads("MAX_FEEDBACK_UPLOAD")
@limited(
    "LIMIT_FEEDBACK_CONTACT", by_field("phone", "email"), only_if=("phone", "email"), status=303
)
@limited("LIMIT_FEEDBACK_BROWSER", by_browser)
@limited("LIMIT_FEEDBACK_ADDRESS", by_address)
@limited_files("LIMIT_FEEDBACK_FILES", by_address)
def new_feedback():
    """Take a case in and hand out the receipt; before it, tell what is better told."""
    s = db.session()
    category = s.get(Category, clean(request.form.get("category")))
    is_turned = choose()
    form = feedback_form(_offer(s), category, data=_asked_for())
    if not form.is_submitted():
        return _form_page(form)
    if is_turned:
        return _shown_again(form)
    if known := receipt_of(s, files.key_of(form)):
        return _sent_before(form, known)
    if drop_chosen(files.key_of(form)):
        return _form_page(form)
    is_valid = form.validate()
    take(form, files.key_of(form))
    if not is_valid or form.photos.errors or form.documents.errors:
        return _form_page(form, 422)
    look = second_look(db.session(), form) if SHOWN in request.form else Look()
    return _form_page(form, look=look) if look.is_needed else _send(form)


@bp.get("/feedback/questions/<code>")
@requires(Permission.PUBLIC)
def feedback_questions(code: str):
    """Show what a category asks in addition, as a part of the form: JavaScript puts it there."""
    s = db.session()
    category = s.get(Category, code) or abort(404)
    form = feedback_form(_offer(s), category)
    return page("public/_feedback_questions.html", form=form)


@bp.get("/feedback/receipt/<reference>")
@requires(Permission.PUBLIC)
def receipt(reference: str):
    """Show the reference and the query code, to the browser that sent the case; for an hour."""
    kept, until = session.get("sent", ["", 0])
    if kept != reference or until < clock.now().timestamp():
        return redirect(url_for(".track"))
    case = whole_case(db.session(), reference) or abort(404)
    response = page(
        "public/receipt.html",
        case=case,
        code=code_of(case),
        draft_done=session.get("draft_done", ""),
        kind_labels=KIND_LABELS,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _offer(s: Session) -> Offer:
    """Return what the form offers today."""
    return offer(s, clock.today(), clean(request.values.get("project")))


def _asked_for() -> dict[str, Any]:
    """Return what the address of the form says already."""
    return {name: clean(request.args.get(name)) for name in ("kind", "project")}


def _form_page(form: FeedbackForm, status: int = 200, look: Look | None = None) -> Response:
    s, day = db.session(), clock.today()
    reach = "" if form.anonymous.data else form.phone.data or form.email.data or ""
    response = page(
        "public/feedback_new.html",
        status,
        form=form,
        look=look or Look(),
        files=files.waiting(form) if form.is_submitted() else [],
        slot=clean(request.values.get("slot", request.args.get("project")))[:60],
        reach=reach if read(reach) else "",
        mask=mask,
        photo_of=first_photo,
        deadlines=deadlines(s, day),
        unit_labels=UNIT_LABELS,
        kind_labels=KIND_LABELS,
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
    )
    if form.is_submitted():  # somebody's own words: nobody stores them
        response.headers["Cache-Control"] = "no-store"
    return response


def _shown_again(form: FeedbackForm) -> Response:
    """Show the form in another language or view, with all that it says and what was told of it.

    A form that was shown for the first time is not told off for what is still missing.
    """
    is_valid = bool(form.told.data) and form.validate()
    take(form, files.key_of(form))
    if not is_valid:
        return _form_page(form)
    form.told.data = ""
    return _form_page(form, look=second_look(db.session(), form))


def _sent_before(form: FeedbackForm, known: Receipt) -> Response:
    """Lead to the receipt of the form; another text on the same form is another matter."""
    _hand_out(known, form.submission_key.data)
    if (known.case.title, known.case.body) == (form.title.data, form.body.data):
        return redirect(url_for(".receipt", reference=known.case.reference), 303)
    form.submission_key.data = new_key()
    form.validate()
    take(form, files.key_of(form))
    form.title.errors = [
        _(
            "这张表已经提交过，受理编号 %(reference)s。下面的内容与它不同："
            "如果是另一件事，请再点一次“提交诉求”。",
            reference=known.case.reference,
        )
    ]
    return _form_page(form, 422)


def _send(form: FeedbackForm) -> Response:
    """Take the case in; why it cannot be stands with the kind."""
    try:
        with db.transaction() as s:
            key = files.key_of(form)
            receipt = submit(s, _letter(s, form), submission_key=key, at=clock.now())
            reference = receipt.case.reference
            _hand_out(receipt, form.submission_key.data)
    except Invalid as error:
        form.kind.errors = [_(error.message, **error.params)]
        return _form_page(form, 422)
    return redirect(url_for(".receipt", reference=reference), 303)


def _hand_out(receipt: Receipt, key: str) -> None:
    """Let this browser see the receipt, and forget the draft and the files of the form.

    The cookie holds no query code, and opens the receipt no longer than a code opens a case:
    the computer may be one that others use.
    """
    until = int(clock.now().timestamp()) + PROOF_MINUTES * 60
    session["sent"] = [receipt.case.reference, until]
    session["draft_done"] = key
    files.forget(key)


def _letter(s: Session, form: FeedbackForm) -> Letter:
    is_named = not form.anonymous.data
    return Letter(
        kind=Kind(form.kind.data),
        title=form.title.data,
        body=form.body.data,
        contact=Contact(form.name.data, form.phone.data, form.email.data) if is_named else None,
        consent_publish=form.consent_publish.data and not form.is_report,
        project=by_code(s, form.project.data) if form.project.data else None,
        category=s.get(Category, form.category.data) if form.category.data else None,
        town=s.get(Town, form.town.data) if form.town.data else None,
        place=form.place.data,
        details=form.replies,
        targets=_targets(s, form),
    )


def _targets(s: Session, form: FeedbackForm) -> list[Target]:
    if form.target is None:
        return []
    unit = units.by_code(s, form.target_unit.data) if form.target_unit.data else None
    return [Target(form.target, department=unit, name=form.target_name.data)]
