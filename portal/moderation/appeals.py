"""诉求申诉: what residents object to, decided by another moderator than the first time."""

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.cases import appeals as acts
from portal.cases.appeal_queries import appeal_of, appeal_page, count_by_outcome
from portal.cases.changes import change
from portal.cases.decisions import decision_before, why_released, why_reworded
from portal.cases.kinds import APPEAL_LABELS, WITHHOLD_REASONS, AppealKind
from portal.cases.models import Case
from portal.cases.pages import LABELS, case_context, open_case
from portal.cases.parts import CaseAppeal
from portal.cases.workflow import Visibility
from portal.errors import WrongState
from portal.language import N_
from portal.moderation.appeal_forms import DenyForm, GrantForm, RewordForm, reword_form
from portal.moderation.blueprint import bp
from portal.moderation.redacting import Eye
from portal.redaction import KIND_LABELS as PERSONAL_LABELS
from portal.security import Permission
from portal.web import arg_text, page, requires

ID = "<int(max=2147483647):ident>"

GRANTS_LABELS = {
    AppealKind.REFUSAL: N_("申诉成立，恢复审核"),
    AppealKind.WITHHOLDING: N_("申诉成立，重新审核公开"),
    AppealKind.REDACTION: N_("申诉成立，改用新的公开文本"),
}


@bp.get("/appeals")
@requires(Permission.CASE_MODERATE)
def appeals():
    """List the appeals that wait, the longest waiting first, or those that were decided."""
    s, show = db.session(), "decided" if arg_text("show") == "decided" else "open"
    found = appeal_page(s, g.actor, is_decided=show == "decided", after=arg_text("after", 200))
    return page(
        "moderation/appeals.html",
        page=found,
        show=show,
        counts=count_by_outcome(s, g.actor),
        next_url=url_for(".appeals", show=show, after=found.next) if found.next else None,
        appeal_labels=APPEAL_LABELS,
        **LABELS,
    )


@bp.get(f"/appeals/{ID}")
@requires(Permission.CASE_MODERATE)
def appeal(ident: int):
    """Show one appeal: what was decided by whom and why, and what the resident says to it."""
    return _page(_appeal_or_404(ident))


@bp.post(f"/appeals/{ID}/<any(grant, deny):decision>")
@requires(Permission.CASE_MODERATE)
def decide_appeal(ident: int, decision: str):
    """Decide for the resident or uphold the decision, in words that the resident reads."""
    found = _appeal_or_404(ident)
    form = DenyForm() if decision == "deny" else _grant_form(found)
    if not form.validate_on_submit() or _objects(form, found):
        return _page(found, status=422, bound=form)
    reference = found.case.reference
    with db.transaction() as s:
        case = open_case(Permission.CASE_MODERATE, reference, to_change=True)
        if case.open_appeal is None or case.open_appeal.id != ident:
            raise WrongState(N_("这件申诉已经处理过，您的操作没有执行。"))
        common = {"actor": g.actor, "at": clock.now(), "seen": form.seen_event}
        if decision == "deny":
            acts.deny(s, case, note=form.note.data, **common)
        else:
            acts.grant(s, case, note=form.note.data, **form.texts, **common)
    flash(_("已处理这件申诉，结果已通知居民。"), "success")
    return redirect(url_for(".appeal", ident=ident), 303)


def _appeal_or_404(ident: int) -> CaseAppeal:
    """Return an appeal whose case the actor may moderate. Raises NotAllowed."""
    reference = appeal_of(db.session(), ident) or abort(404)
    case = open_case(Permission.CASE_MODERATE, reference)
    return next(found for found in case.appeals if found.id == ident)


def _grant_form(found: CaseAppeal, *, is_blank: bool = False) -> GrantForm:
    if _is_text(found):
        return reword_form(found.case, is_blank=is_blank)
    return GrantForm(formdata=None) if is_blank else GrantForm()


def _is_text(found: CaseAppeal) -> bool:
    return found.against is AppealKind.REDACTION


def _objects(form: GrantForm | DenyForm, found: CaseAppeal) -> bool:
    """Whether a new public text has to be looked at once more before it goes out."""
    return isinstance(form, RewordForm) and form.objects(Eye(found.case))


def _page(found: CaseAppeal, *, status: int = 200, bound: GrantForm | DenyForm | None = None):
    """Show an appeal; `bound` is the form that has to be put right."""
    case = found.case
    forms: dict[str, Any] = {}
    is_mine = g.actor.name in acts.shut_out(db.session(), case, found)
    if found.decided_at is None and not is_mine:
        forms = {
            "grant": _grant_form(found, is_blank=True),
            "deny": DenyForm(formdata=None),
        }
        if bound is not None:
            forms[bound.scope] = bound
    return page(
        "moderation/appeals_one.html",
        status=status,
        appeal=found,
        decision=decision_before(case, found),
        is_mine=is_mine,
        forms=forms,
        bound=bound,
        **(_changes(case) if _is_text(found) else {}),
        is_text=_is_text(found),
        withhold_reasons=WITHHOLD_REASONS,
        grants_label=GRANTS_LABELS[found.against],
        appeal_labels=APPEAL_LABELS,
        personal_labels=PERSONAL_LABELS,
        **case_context(case, g.actor),
    )


def _changes(case: Case) -> dict[str, Any]:
    """Return what reads otherwise than it was written, and why, as the writer is told."""
    is_public, q = case.visibility is Visibility.PUBLIC, case.question
    return {
        "title_change": change(case.title, case.public_title) if is_public else None,
        "body_change": change(case.body, case.public_body) if is_public else None,
        "why": why_reworded(case),
        "answer_changes": [
            (a, change(a.text, a.public_text), why_released(case, a)) for a in case.altered_answers
        ],
        "reply_change": change(q.reply, q.public_reply) if case.has_altered_reply else None,
        "altered_files": case.altered_files,
    }
