"""The writer's own view of a case, opened by reference and query code."""

from functools import partial

from flask import flash, g, redirect, session, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.accounts.sessions import PROOF_MINUTES
from portal.cases import actions
from portal.cases.intake import find
from portal.cases.kinds import KIND_LABELS, REJECT_REASONS, RESOLVED_LABELS, Resolved
from portal.cases.models import Case
from portal.cases.pages import open_case, writer_timeline
from portal.cases.queries import whole_case
from portal.cases.workflow import (
    STATE_LABELS,
    STATE_TONES,
    VISIBILITY_LABELS,
    Action,
    available,
)
from portal.limits import by_address, by_browser, by_field, limited
from portal.public.blueprint import bp
from portal.public.forms import TrackForm, VerdictForm, WithdrawForm
from portal.ratings.kinds import LEVEL_LABELS
from portal.security import Permission, permits
from portal.web import page, requires

_open = partial(open_case, Permission.CASE_OWN)


@bp.route("/track", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited("LIMIT_TRACK_REFERENCE", by_field("reference"), only_if=("reference",))
@limited("LIMIT_TRACK_ADDRESS", by_address)
def track():
    """Ask for reference and query code, and open the case they belong to."""
    form = TrackForm()
    if form.validate_on_submit():
        case = find(db.session(), form.reference.data, form.code.data)
        if case is not None:
            until = int(clock.now().timestamp()) + PROOF_MINUTES * 60
            session["proven"] = {**session.get("proven", {}), case.reference: until}
            return redirect(url_for(".tracked", reference=case.reference), 303)
        form.code.errors = [_("受理编号和查询码不匹配，请核对后再试。")]
    status = 422 if form.errors or form.code.errors else 200
    return page("public/track.html", status=status, form=form)


@bp.get("/track/<reference>")
@requires(Permission.PUBLIC)
def tracked(reference: str):
    """Show the whole timeline, including a text that is not public."""
    case = whole_case(db.session(), reference)
    if case is None or not permits(g.actor, Permission.CASE_OWN, case):
        flash(_("请输入受理编号和查询码查看。"), "info")
        return redirect(url_for(".track"))
    return _page(case, VerdictForm(), 200)


@bp.post("/track/<reference>/verdict")
@requires(Permission.CASE_OWN)
@limited("LIMIT_VERDICT_BROWSER", by_browser)
def verdict(reference: str):
    """Take the resident's own word on the outcome."""
    form = VerdictForm()
    if not form.validate_on_submit():
        return _page(_open(reference), form, 422)
    if form.resolved.data == Resolved.NO and not form.note.data:
        case = _open(reference)
        if not case.was_reopened:
            form.note.errors = [_("请写明还有什么没有解决，以便重新办理。")]
            return _page(case, form, 422)
    with db.transaction() as s:
        case = _open(reference, to_change=True)
        actions.judge(
            s,
            case,
            resolved=Resolved(form.resolved.data),
            satisfaction=int(form.satisfaction.data),
            note=form.note.data,
            actor=g.actor,
            at=clock.now(),
        )
    flash(_("已收到您的评价，谢谢。"), "success")
    return redirect(url_for(".tracked", reference=reference), 303)


@bp.post("/track/<reference>/withdraw")
@requires(Permission.CASE_OWN)
@limited("LIMIT_VERDICT_BROWSER", by_browser)
def withdraw(reference: str):
    """Let the writer take the case back."""
    form = WithdrawForm()
    if form.validate_on_submit():
        with db.transaction() as s:
            case = _open(reference, to_change=True)
            actions.withdraw(s, case, actor=g.actor, at=clock.now(), note=form.note.data)
        flash(_("这件诉求已撤回。"), "success")
    return redirect(url_for(".tracked", reference=reference), 303)


def _page(case: Case, form: VerdictForm, status: int):
    acts = available(case, g.actor)
    response = page(
        "public/tracked.html",
        status=status,
        case=case,
        timeline=writer_timeline(case),
        answers=[a for a in case.answers if a.released_at],
        form=form,
        withdraw_form=WithdrawForm(formdata=None),
        can_judge=Action.VERDICT in acts,
        can_withdraw=Action.WITHDRAW in acts,
        reject_reason=REJECT_REASONS.get(case.reject_reason or ""),
        kind_labels=KIND_LABELS,
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
        visibility_labels=VISIBILITY_LABELS,
        resolved_labels=RESOLVED_LABELS,
        level_labels=LEVEL_LABELS,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
