"""加入: who has the same matter joins a public case, with or without a contact."""

from flask import flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, db, vault
from portal.cases import joining, uploads
from portal.limits import browser, by_address, by_browser, by_field, limited
from portal.public.blueprint import bp
from portal.public.feedback import public_case, show_case
from portal.public.intake_files import forget, stored_key
from portal.public.join_forms import JoinForm
from portal.residents.rules import read
from portal.security import Permission
from portal.web import requires

_MOST = 30
"""Cases of which a browser remembers that it joined them: the last ones."""


@bp.post("/feedback/<reference>/join")
@requires(Permission.PUBLIC)
@limited("LIMIT_JOIN_CONTACT", by_field("contact"), only_if=("contact",))
@limited("LIMIT_JOIN_BROWSER", by_browser)
@limited("LIMIT_JOIN_ADDRESS", by_address)
def join(reference: str):
    """Join a public case; the files of the letter that is not sent now are let go of.

    Each browser counts once, whatever contact it leaves: whether a phone number was left before
    shows neither in words nor in the count, and nobody learns by trying who has joined.
    """
    form = JoinForm()
    if not form.validate_on_submit():
        return show_case(public_case(reference), form, status=422)
    key = form.submission_key.data or ""
    with db.transaction() as s:
        case = public_case(reference, to_change=True)
        person, at = vault.index("joiner", "browser:" + browser()), clock.now()
        is_new = joining.join(s, case, person=person, contact="", at=at)
        if found := read(form.contact.data):
            told = vault.index("joiner", found.person)
            joining.tell_too(s, case, person=told, contact=found.address, at=at)
        others = case.joined
        if key:
            uploads.drop_all(s, stored_key(key))
    _remember(reference)
    if key:
        forget(key)
        session["draft_done"] = key
    flash(_said(is_new, others, found is not None), "success")
    return redirect(url_for(".case", reference=reference), 303)


def _remember(reference: str) -> None:
    """Let this browser's page of the case say that it joined."""
    earlier = [other for other in session.get("joined", []) if other != reference]
    session["joined"] = [*earlier, reference][-_MOST:]


def _said(is_new: bool, others: int, is_told: bool) -> str:
    """Say what happened in words that depend on this browser alone, and on what was typed."""
    so_far = ngettext("现在有 %(num)d 人加入。", "现在有 %(num)d 人加入。", others)
    if not is_new:
        told = _("有答复时通知您。") if is_told else ""
        return _("您已经加入过这件诉求，不重复计数。") + told + so_far
    return (_("已加入，有答复时通知您。") if is_told else _("已加入。")) + so_far
