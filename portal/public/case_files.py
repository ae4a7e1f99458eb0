"""The doors to the files beside a case: what everybody may see, and what came in."""

from flask import abort, g
from flask_babel import gettext as _

from portal import db
from portal.cases.models import Case
from portal.cases.parts import CaseFile
from portal.cases.workflow import Visibility
from portal.db import get_or_404
from portal.files.serving import send
from portal.public.blueprint import bp
from portal.security import Permission, permits
from portal.web import requires

PUBLIC_CACHE = "public, max-age=600"
"""A moderator may take a file back: ten minutes later it is gone."""

WHO_READS = (Permission.CASE_OWN, Permission.CASE_MODERATE, Permission.CASE_INSPECT)
"""Who may open the case with all its files; each is refused where the case is about them.

A department has doors of its own, at its desk: there who looks says why, and it is on record.
"""


@bp.get("/case-files/<int(max=2147483647):number>")
@requires(Permission.PUBLIC)
def case_file(number: int):
    """Send what the public sees of a file: of a public case, and let through by itself."""
    found = get_or_404(CaseFile, number)
    is_public = found.case.visibility is Visibility.PUBLIC
    if not is_public or found.visibility is not Visibility.PUBLIC or found.public_file is None:
        abort(404)
    response = send(found.public_file, _("附件%(n)s", n=found.id))
    response.headers["Cache-Control"] = PUBLIC_CACHE
    return response


@bp.get("/case-files/<int(max=2147483647):number>/original")
@requires(Permission.PUBLIC)
def case_file_original(number: int):
    """Send a file as it came in: to its sender, to moderators and inspectors."""
    found = db.session().get(CaseFile, number)
    if found is None or not may_see_original(found.case):
        abort(404)
    response = send(found.file, _("附件%(n)s", n=found.id), is_public=False)
    response.headers["Cache-Control"] = "no-store"
    return response


def may_see_original(case: Case) -> bool:
    """Say whether whoever asks may see the files of a case as they came in."""
    return any(permits(g.actor, permission, case) for permission in WHO_READS)
