"""The writer's own photos and documents, as they came."""

from functools import partial

from flask import abort
from flask_babel import gettext as _

from portal.cases.pages import open_case
from portal.files.serving import send
from portal.public.blueprint import bp
from portal.security import Permission
from portal.web import requires

_open = partial(open_case, Permission.CASE_OWN)


@bp.get("/track/<reference>/files/<int(max=2147483647):number>")
@requires(Permission.CASE_OWN)
def own_file(reference: str, number: int):
    """Send a file that came with the case to the one who sent it."""
    case = _open(reference)
    kept = next((f for f in case.files if f.id == number), None) or abort(404)
    return send(kept.file, kept.name or _("附件%(n)s", n=kept.id), is_public=False)
