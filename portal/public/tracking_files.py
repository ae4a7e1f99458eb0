"""The writer's own photos and documents, as they came."""

from flask import abort
from flask_babel import gettext as _

from portal.files.serving import send
from portal.limits import by_address, limited
from portal.public.blueprint import bp
from portal.public.proofs import own_case
from portal.security import Permission
from portal.web import requires


@bp.get("/track/<reference>/files/<int(max=2147483647):number>")
@requires(Permission.CASE_OWN)
@limited("LIMIT_TRACK_ADDRESS", by_address, method="GET", status=302)
def own_file(reference: str, number: int):
    """Send a file that came with the case to the one who sent it.

    Only who is led away counts against the limit: a page of one's own case has many pictures.
    """
    case = own_case(reference)
    kept = next((f for f in case.files if f.id == number), None) or abort(404)
    return send(kept.file, kept.name or _("附件%(n)s", n=kept.id), is_public=False)
