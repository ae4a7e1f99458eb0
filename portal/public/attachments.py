"""The door to photos and documents that everybody may see with a project."""

import re

from flask import abort, url_for

from portal import db
from portal.files.serving import ENDINGS, send
from portal.projects.record.models import Attachment
from portal.projects.record.queries import public_file
from portal.public.blueprint import bp
from portal.security import Permission
from portal.web import requires

_NOT_IN_ADDRESS = re.compile(r"[\s/\\?#%.]+")


@bp.get("/files/<sha256>/<name>")
@requires(Permission.PUBLIC)
def file(sha256: str, name: str):
    """Send a file that is attached to a project; its name in the address is for the eye only."""
    found = public_file(db.session(), sha256) or abort(404)
    return send(found.file, found.name)


def file_url(attachment: Attachment) -> str:
    """Return the address of an attached file, which ends in a name a browser can save under."""
    ending = ENDINGS[attachment.file.media_type]
    stem = _NOT_IN_ADDRESS.sub("_", attachment.name.removesuffix(ending)).strip("_")[:40]
    return url_for("public.file", sha256=attachment.file.sha256, name=(stem or "file") + ending)
