"""The files of a form that is not accepted yet, for the browser that sent them."""

from flask import abort, request, session
from flask_babel import gettext as _

from portal import db
from portal.cases import uploads
from portal.cases.parts import CaseUpload
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


def key_of(form: FeedbackForm) -> str:
    """Return the key under which this form stands in the database."""
    return stored_key(form.submission_key.data)


def waiting(form: FeedbackForm) -> list[CaseUpload]:
    """Return the files that wait for this form, and let this browser look at them."""
    found = uploads.waiting(db.session(), key_of(form))
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
