"""加入: who has the same matter joins a public case, with or without a contact."""

from flask import abort, flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, db, vault
from portal.cases import joining, uploads
from portal.cases.models import Case
from portal.cases.queries import whole_case
from portal.cases.workflow import Visibility
from portal.limits import browser, by_address, by_browser, by_field, limited
from portal.public.blueprint import bp
from portal.public.feedback import show_case
from portal.public.intake_files import forget, stored_key
from portal.public.join_forms import JoinForm
from portal.residents.rules import read
from portal.security import Permission
from portal.web import requires


@bp.post("/feedback/<reference>/join")
@requires(Permission.PUBLIC)
@limited("LIMIT_JOIN_CONTACT", by_field("contact"), only_if=("contact",))
@limited("LIMIT_JOIN_BROWSER", by_browser)
@limited("LIMIT_JOIN_ADDRESS", by_address)
def join(reference: str):
    """Join a public case; the files of the letter that is not sent now are let go of."""
    form = JoinForm()
    if not form.validate_on_submit():
        return show_case(_case_or_404(reference), form, status=422)
    key = form.submission_key.data or ""
    with db.transaction() as s:
        case = _case_or_404(reference, to_change=True)
        person, contact = _person(form.contact.data)
        is_new = joining.join(s, case, person=person, contact=contact, at=clock.now())
        others = case.joined
        if key:
            uploads.drop_all(s, stored_key(key))
    if key:
        forget(key)
        session["draft_done"] = key
    flash(_said(is_new, others, bool(contact)), "success")
    return redirect(url_for(".case", reference=reference), 303)


def _case_or_404(reference: str, *, to_change: bool = False) -> Case:
    case = whole_case(db.session(), reference, to_change=to_change)
    if case is None or case.visibility is not Visibility.PUBLIC:
        abort(404)
    return case


def _person(contact: str) -> tuple[str, str]:
    """Return the pseudonym of who joins, of this purpose alone, and where to tell them."""
    found = read(contact)
    if found is None:
        return vault.index("joiner", "browser:" + browser()), ""
    return vault.index("joiner", found.person), found.address


def _said(is_new: bool, others: int, is_told: bool) -> str:
    so_far = ngettext("现在有 %(num)d 人加入。", "现在有 %(num)d 人加入。", others)
    if not is_new:
        return _("您已经加入过这件诉求，不重复计数。") + so_far
    return (_("已加入，有答复时通知您。") if is_told else _("已加入。")) + so_far
