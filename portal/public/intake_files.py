"""Files with the form of a case: taken when it is sent, shown again while it is not accepted."""

from collections.abc import Sequence

from flask import abort, request, session
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import Field

from portal import clock, db
from portal.cases import uploads
from portal.cases.parts import CaseUpload
from portal.errors import Invalid
from portal.files.actions import Accepted, Kind, accept
from portal.files.serving import send
from portal.limits import by_address, limited
from portal.public.blueprint import bp
from portal.public.intake_forms import FeedbackForm
from portal.security import Permission
from portal.text import clean
from portal.web import page, requires

MOST_FORMS = 5
"""Forms whose files one browser can look at: those that it sent last."""


def stored_key(key: str) -> str:
    """Return the key under which a form stands in the database.

    What a browser sends is never the key of a case that the portal opened by itself, however
    its key is made.
    """
    return f"form:{key}"


def take(form: FeedbackForm) -> None:
    """Remake the chosen files and keep them at once; a refusal becomes the field's error.

    Takes seconds a file: call it outside of any transaction.
    """
    for field, kind, most in (
        (form.photos, Kind.PHOTO, form.offer.photos),
        (form.documents, Kind.DOCUMENT, form.offer.documents),
    ):
        chosen: Sequence[FileStorage] = field.data or ()
        if not chosen:
            continue
        remade = [(file, _remade(field, file, kind)) for file in chosen[:most]]
        with db.transaction() as s:
            for file, accepted in remade:
                if accepted is not None:
                    _keep(s, form, field, accepted, clean(file.filename), most)
        if len(chosen) > most:
            _blame(field, Invalid(uploads.TOO_MANY[kind is Kind.PHOTO], most=most))


def drop_chosen(form: FeedbackForm) -> bool:
    """Let go of the file whose button was pressed; say whether one was."""
    text = request.form.get("remove", "")
    if not text:
        return False
    if text.isascii() and text.isdigit() and len(text) < 10:
        with db.transaction() as s:
            uploads.drop(s, stored_key(form.submission_key.data), int(text))
    return True


def waiting(form: FeedbackForm) -> list[CaseUpload]:
    """Return the files that wait for this form, and let this browser look at them."""
    found = uploads.waiting(db.session(), stored_key(form.submission_key.data))
    if found:
        _remember(form.submission_key.data)
    return found


def forget(key: str) -> None:
    """Let this browser look at the files of a form no longer: it is sent."""
    if key in session.get("forms", []):
        session["forms"] = [other for other in session["forms"] if other != key]


@bp.get("/feedback/files/<int(max=2147483647):number>")
@requires(Permission.PUBLIC)
def waiting_file(number: int):
    """Send a file that waits for its form, to the browser that sent it."""
    upload = db.session().get(CaseUpload, number) or abort(404)
    if upload.submission_key not in map(stored_key, session.get("forms", [])):
        abort(404)
    response = send(upload.file, _("附件"), is_public=False)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/feedback/files")
@requires(Permission.PUBLIC)
@limited("LIMIT_FEEDBACK_ADDRESS", by_address)
def waiting_files():
    """Show the files of a draft that this browser takes up again, as a part of a page."""
    key = clean(request.form.get("submission_key"))
    found = uploads.waiting(db.session(), stored_key(key))
    if found:
        _remember(key)
    response = page("public/_feedback_files.html", files=found)
    response.headers["Cache-Control"] = "no-store"
    return response


def _remember(key: str) -> None:
    others = [other for other in session.get("forms", []) if other != key]
    session["forms"] = [*others, key][-MOST_FORMS:]


def _remade(field: Field, file: FileStorage, kind: Kind) -> Accepted | None:
    try:
        return accept(file.stream.read(), (kind,))
    except Invalid as error:
        _blame(field, error, clean(file.filename))
        return None


def _keep(s, form: FeedbackForm, field: Field, accepted: Accepted, name: str, most: int) -> None:
    key = stored_key(form.submission_key.data)
    try:
        uploads.keep(s, key, accepted, name, most=most, at=clock.now())
    except Invalid as error:
        _blame(field, error)


def _blame(field: Field, error: Invalid, name: str = "") -> None:
    """Add what is wrong with a file, by its name, to what is wrong with its field."""
    why = _(error.message, **error.params)
    said = _("“%(name)s”：%(why)s", name=name[:40], why=why) if name else why
    if said not in field.errors:
        field.errors = [*field.errors, said]
