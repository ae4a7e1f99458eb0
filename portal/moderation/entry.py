"""登记诉求: cases that come on the telephone, at the door or on paper, entered for the resident.

The channel stays with the case, who entered it too, and the promise counts from when it came.
A report of wrongdoing leaves with the last click: whoever typed it cannot open it any more
(信访工作条例, art. 30).
"""

from datetime import timedelta

from flask import Response, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases import letter_files as files
from portal.cases.categories.models import Category
from portal.cases.contacts import Contact, reach_index
from portal.cases.intake import Letter, Receipt, receipt_of, submit
from portal.cases.kinds import CONFLICTING, KIND_LABELS, Channel, Kind
from portal.cases.letter_forms import new_key, offer
from portal.cases.models import Case
from portal.cases.pages import LABELS
from portal.cases.targets import Target
from portal.county.models import Town
from portal.county.taxonomy import Stopper
from portal.departments import queries as units
from portal.errors import Invalid
from portal.moderation.blueprint import bp
from portal.moderation.entry_forms import EntryForm, entry_form
from portal.moderation.merging import Twin, twins
from portal.projects.queries import by_code
from portal.security import Permission, permits
from portal.text import clean
from portal.web import page, requires, uploads

SHOWN_AGAIN = timedelta(minutes=10)
"""How long the same form, sent a second time, shows its slip again."""


@bp.route("/entry", methods=["GET", "POST"])
@requires(Permission.CASE_MODERATE)
@uploads("MAX_FEEDBACK_UPLOAD")
def entry():
    """Enter a case for a resident; before it is kept, show what may be the same matter."""
    s = db.session()
    offered = offer(s, clock.today(), clean(request.form.get("project")))
    category = s.get(Category, clean(request.form.get("category")))
    form = entry_form(offered, category, clock.now())
    if not form.is_submitted():
        return _page(form)
    if known := receipt_of(s, _key(form)):
        return _entered_before(form, known)
    if files.drop_chosen(_key(form)):
        return _page(form)
    is_valid = form.validate() if "look" not in request.form else True
    files.take(form, _key(form))
    if not is_valid or form.photos.errors or form.documents.errors:
        return _page(form, 422)
    found = _twins(db.session(), form)
    is_new = _tell(form, found)
    if "look" in request.form or is_new or not form.is_asked:
        return _page(form, found=found, is_told=is_new)
    return _send(form)


@bp.get("/entry/slip/<reference>")
@requires(Permission.CASE_MODERATE)
def slip(reference: str):
    """Show reference and query code once, to be read out, copied down or printed."""
    kept, code = session.pop("slip", ["", ""])
    if kept != reference:
        flash(_("查询码只显示一次，这张回执已经显示过。"), "info")
        return redirect(url_for(".entry"))
    case = db.session().scalars(select(Case).where(Case.reference == reference)).one()
    may_open = permits(g.actor, Permission.CASE_MODERATE, case)
    return page("moderation/entry_slip.html", case=case, code=code, may_open=may_open, **LABELS)


def _key(form: EntryForm) -> str:
    """Return the key under which the form stands in the database: never that of a resident's."""
    return f"entry:{form.submission_key.data}"


def _twins(s: Session, form: EntryForm) -> list[Twin]:
    """Return open cases that are likely the same matter, of those the moderator may see.

    Nothing is looked for where what is entered is itself for other eyes.
    """
    if form.is_report or form.target in CONFLICTING or not form.title.data:
        return []
    project = by_code(s, form.project.data) if form.project.data else None
    typed = Case(
        kind=Kind(form.kind.data) if form.kind.data in form.offer.kinds else Kind.COMPLAINT,
        title=form.title.data,
        body=form.body.data,
        place=form.place.data,
        project_id=project.id if project else None,
        category_code=form.category.data or None,
        town_code=form.town.data or None,
        is_conflicted=False,
    )
    return twins(s, typed, g.actor)


def _tell(form: EntryForm, found: list[Twin]) -> bool:
    """Remember in the form which cases were shown; say whether one of them is new."""
    told = set((form.told.data or "")[:1000].split(","))
    references = {twin.case.reference for twin in found}
    form.told.data = ",".join(sorted({*told, *references} - {""}))
    return bool(references - told)


def _entered_before(form: EntryForm, known: Receipt) -> Response:
    """Lead back to the slip of a form that was sent twice, while it is fresh and one's own.

    Another text, or another caller, on the same form is another matter: it is kept, and waits
    for one more click, under a key of its own.
    """
    case = known.case
    if not _is_same(form, case):
        return _as_new(form, case)
    is_own = case.entered_by == g.actor.name
    if is_own and clock.now() - case.events[0].at <= SHOWN_AGAIN:
        return _handed_out(known)
    flash(_("这张登记表已经提交过，受理编号 %(reference)s。", reference=case.reference), "info")
    return redirect(url_for(".entry"), 303)


def _is_same(form: EntryForm, case: Case) -> bool:
    """Say whether a form says what `case` says, for the same resident."""
    contact = _contact(form)
    given = reach_index(contact) if contact and not contact.is_empty else None
    known = case.contact.reach_index if case.contact else None
    return (form.title.data, form.body.data, given) == (case.title, case.body, known)


def _as_new(form: EntryForm, known: Case) -> Response:
    """Show a form whose key is used up once more, with a key of its own and all that it says."""
    form.submission_key.data = new_key()
    is_valid = "look" in request.form or form.validate()
    files.take(form, _key(form))
    found = _twins(db.session(), form) if is_valid else []
    is_told = _tell(form, found)
    form.title.errors = [
        _(
            "这张登记表已经提交过，受理编号 %(reference)s。下面的内容与它不同："
            "如果是另一件事，请再点一次“登记”。",
            reference=known.reference,
        )
    ]
    return _page(form, 422, found, is_told=is_told)


def _send(form: EntryForm) -> Response:
    """Take the case in; why it cannot be stands with the kind."""
    try:
        with db.transaction() as s:
            receipt = submit(
                s,
                _letter(s, form),
                at=form.came_at,
                submission_key=_key(form),
                actor=g.actor,
                entered_at=clock.now(),
            )
            return _handed_out(receipt)
    except Invalid as error:
        form.kind.errors = [_(error.message, **error.params)]
        return _page(form, 422)


def _handed_out(receipt: Receipt) -> Response:
    session["slip"] = [receipt.case.reference, receipt.code]
    return redirect(url_for(".slip", reference=receipt.case.reference), 303)


def _contact(form: EntryForm) -> Contact | None:
    if form.anonymous.data:
        return None
    return Contact(form.name.data, form.phone.data, form.email.data)


def _letter(s: Session, form: EntryForm) -> Letter:
    unit = units.by_code(s, form.target_unit.data) if form.target_unit.data else None
    target = form.target
    return Letter(
        kind=Kind(form.kind.data),
        title=form.title.data,
        body=form.body.data,
        contact=_contact(form),
        consent_publish=form.consent.data == "yes" and not form.is_report,
        project=by_code(s, form.project.data) if form.project.data else None,
        category=s.get(Category, form.category.data) if form.category.data else None,
        town=s.get(Town, form.town.data) if form.town.data else None,
        place=form.place.data,
        details=form.replies,
        targets=[Target(target, department=unit, name=form.target_name.data)] if target else [],
        channel=Channel(form.channel.data),
    )


def _page(
    form: EntryForm, status: int = 200, found: list[Twin] | None = None, *, is_told: bool = False
) -> Response:
    category = db.session().get(Category, clean(form.category.data))
    return page(
        "moderation/entry.html",
        status=status,
        form=form,
        stopper=Stopper.of(category.code, category.stopper) if category else None,
        files=files.waiting(_key(form)),
        found=found or [],
        is_told=is_told,
        kind_names=[_(KIND_LABELS[kind]) for kind in form.offer.anonymous],
        **LABELS,
    )
