"""内部备注: remarks on a case among moderators, which inspectors read. Nobody else sees them."""

from datetime import datetime

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.audit.actions import record
from portal.cases.models import Case
from portal.cases.pages import open_case
from portal.cases.parts import CaseNote
from portal.errors import Invalid
from portal.language import N_
from portal.moderation.blueprint import bp
from portal.moderation.onward import carried
from portal.moderation.queue_forms import RemarkForm
from portal.security import Actor, Permission, ensure
from portal.web import requires


def add_note(s: Session, case: Case, text: str, *, actor: Actor, at: datetime) -> None:
    """Add a remark. Raises NotAllowed for whom the case is closed, Invalid without words.

    The remark stays out of the audit trail, which administrators read; that there is one is in.
    """
    ensure(actor, Permission.CASE_MODERATE, case)
    if not text.strip():
        raise Invalid(N_("请写下备注内容。"))
    case.notes.append(CaseNote(at=at, actor=actor.name, text=text.strip()))
    s.flush()
    record(s, actor=actor, act="case:note", subject=f"case:{case.reference}", at=at)


@bp.post("/cases/<reference>/notes")
@requires(Permission.CASE_MODERATE)
def note(reference: str):
    """Add a remark to a case."""
    form = RemarkForm()
    if not form.validate_on_submit():
        raise Invalid(N_("备注要有内容，最多 1000 个字。"))
    with db.transaction() as s:
        case = open_case(Permission.CASE_MODERATE, reference, to_change=True)
        add_note(s, case, form.text.data, actor=g.actor, at=clock.now())
    flash(_("备注已添加。"), "success")
    return redirect(url_for(".case", reference=reference, _anchor="notes", **carried()), 303)
