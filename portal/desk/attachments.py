"""What came with a letter, as departments may see it.

Photos show the matter: the blackened copy where a moderator has made one. A document is mostly
signed or addressed, so that it opens only to who has just said why they need to know who wrote.
"""

from datetime import datetime, timedelta
from functools import partial

from flask import Response, abort, g
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases.models import Case
from portal.cases.pages import open_case
from portal.cases.parts import CaseFile, ContactView
from portal.desk.blueprint import bp
from portal.files.models import StoredFile
from portal.files.serving import send
from portal.security import Actor, Permission
from portal.web import requires

FRESH = timedelta(minutes=15)
"""How long after a look on record the originals can be opened."""

FILE = "files/<int(max=2147483647):number>"

_lead = partial(open_case, Permission.CASE_HANDLE)
_assist = partial(open_case, Permission.CASE_ASSIST)


@bp.get(f"/cases/<reference>/{FILE}")
@requires(Permission.CASE_HANDLE)
def photo(reference: str, number: int):
    """Send a photo of a case that my department leads."""
    return _photo(_lead(reference), number)


@bp.get(f"/assists/<reference>/{FILE}")
@requires(Permission.CASE_ASSIST)
def task_photo(reference: str, number: int):
    """Send a photo of a case that my department assists."""
    return _photo(_assist(reference), number)


@bp.get(f"/cases/<reference>/{FILE}/original")
@requires(Permission.CASE_HANDLE)
def original(reference: str, number: int):
    """Send a file as it came in, to an officer whose look is on record and fresh."""
    case = _lead(reference)
    found = _file(case, number)
    if not has_looked(db.session(), case, g.actor, clock.now()):
        abort(403)
    return _sent(found.file, found)


def has_looked(s: Session, case: Case, actor: Actor, at: datetime) -> bool:
    """Say whether `actor` has just looked at who wrote, for a reason that is on record."""
    looked = select(ContactView.id).where(
        ContactView.case_id == case.id,
        ContactView.actor == actor.name,
        ContactView.at >= at - FRESH,
    )
    return s.scalar(looked.limit(1)) is not None


def _photo(case: Case, number: int) -> Response:
    found = _file(case, number)
    if not found.file.is_photo:
        abort(404)
    return _sent(found.public_file or found.file, found)


def _file(case: Case, number: int) -> CaseFile:
    return next((one for one in case.files if one.id == number), None) or abort(404)


def _sent(stored: StoredFile, found: CaseFile) -> Response:
    response = send(stored, _("附件%(n)s", n=found.id), is_public=False)
    response.headers["Cache-Control"] = "no-store"
    return response
