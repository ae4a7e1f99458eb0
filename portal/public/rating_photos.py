"""Photos beside a rating: taken from a form, and shown to whom they may be shown."""

from collections.abc import Sequence

from flask import abort, g, session
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import Field

from portal import db, vault
from portal.errors import Invalid
from portal.files.actions import Accepted, Kind, accept
from portal.files.serving import send
from portal.public.blueprint import bp
from portal.ratings.kinds import Standing
from portal.ratings.models import CommentVisibility, Rating, RatingPhoto
from portal.residents import sessions
from portal.security import Permission, permits
from portal.web import requires

PUBLIC_CACHE = "public, max-age=600"
"""A resident may erase a photo, a moderator may withhold it: ten minutes later it is gone."""


@bp.get("/rating-photos/<int(max=2147483647):number>")
@requires(Permission.PUBLIC)
def rating_photo(number: int):
    """Send a photo: one that was let through to anybody, others to whom they concern."""
    s = db.session()
    photo = s.get(RatingPhoto, number) or abort(404)
    is_public = is_shown(photo.rating)
    if not (is_public or permits(g.actor, Permission.RATING_MODERATE) or is_own(s, photo.rating)):
        abort(404)
    response = send(photo.file, _("评价照片%(n)s", n=photo.id), is_public=is_public)
    if is_public:
        response.headers["Cache-Control"] = PUBLIC_CACHE
    return response


def is_shown(rating: Rating) -> bool:
    """Say whether everybody may see the words and photos of a rating."""
    is_public = rating.comment_visibility is CommentVisibility.PUBLIC
    is_listed = rating.project.withdrawn_at is None
    return is_public and is_listed and rating.standing is Standing.COUNTED


def is_own(s: Session, rating: Rating) -> bool:
    """Say whether the rating is of the resident, or of the browser, that asks."""
    resident = sessions.current(s)
    if resident is not None and rating.resident_id == resident.id:
        return True
    return "browser" in session and rating.rater == vault.index("rater", session["browser"])


def taken(field: Field, most: int) -> list[Accepted]:
    """Remake the chosen photos; what cannot be kept becomes the field's error.

    Takes seconds a photo: call it before a transaction begins.
    """
    chosen: Sequence[FileStorage] = field.data or ()
    if len(chosen) > most:
        field.errors = [_("最多上传 %(n)s 张照片。", n=most)]
        return []
    try:
        return [_remade(upload, n, len(chosen)) for n, upload in enumerate(chosen, 1)]
    except Invalid as error:
        field.errors = [str(error)]
        return []


def _remade(upload: FileStorage, n: int, of: int) -> Accepted:
    try:
        return accept(upload.stream.read(), (Kind.PHOTO,))
    except Invalid as error:
        why = _(error.message, **error.params)
        raise Invalid(_("第 %(n)s 张：%(why)s", n=n, why=why) if of > 1 else why) from error
