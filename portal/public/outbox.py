"""The demo's mailbox: what would have been sent, readable by everybody. Not in production."""

from flask import abort

from portal.notifications.development import KEPT, is_kept, letters
from portal.public.blueprint import bp
from portal.residents.rules import mask
from portal.security import Permission
from portal.web import page, requires


@bp.get("/outbox")
@requires(Permission.PUBLIC)
def outbox():
    """Show the last messages that did not leave; 404 in production."""
    if not is_kept():
        abort(404)
    shown = [(letter, mask(letter.address)) for letter in letters()]
    response = page("public/outbox.html", letters=shown, most=KEPT)
    response.headers["Cache-Control"] = "no-store"
    return response
