"""What the writer of a case can do: judge, ask once more, have it redone, object, withdraw."""

from typing import Any

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.cases import actions, appeals, questions
from portal.cases.kinds import AppealKind, Resolved
from portal.cases.models import Case
from portal.cases.workflow import Action, available
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.limits import by_browser, limited
from portal.public.blueprint import bp
from portal.public.proofs import own_case
from portal.public.tracking_forms import AppealForm, AskForm, ReopenForm, VerdictForm, WithdrawForm
from portal.public.tracking_page import show
from portal.security import Permission
from portal.web import local_date, requires

_NOT_AGAIN = {
    Action.VERDICT: N_("您的评价已经收到，或者现在还不能评价。这一次没有保存。"),
    Action.REOPEN: N_("您已经要求过重办，或者现在不能要求重办。这一次没有保存。"),
    Action.ASK: N_("您已经追问过一次，或者现在不能追问。这一次没有保存。"),
    Action.APPEAL: N_("这项决定您已经申诉过，或者不能申诉。这一次没有保存。"),
    Action.WITHDRAW: N_("这件诉求已经撤回，或者已经开始办理，不能撤回。"),
}
"""What a second click reads. The page says what is still possible."""


@bp.post("/track/<reference>/verdict")
@requires(Permission.CASE_OWN)
@limited("LIMIT_VERDICT_BROWSER", by_browser)
def verdict(reference: str):
    """Take the resident's own word on the outcome; "not resolved" in time reopens once."""
    form = VerdictForm()
    if not form.validate_on_submit():
        return _mend(reference, Action.VERDICT, verdict_form=form)
    if form.resolved.data == Resolved.NO and not form.note.data and _is_redone(own_case(reference)):
        form.note.errors = [_("请写明还有什么没有解决，以便重新办理。")]
        return _mend(reference, Action.VERDICT, verdict_form=form)
    with db.transaction() as s:
        case = _take(reference, Action.VERDICT)
        before = case.round
        actions.judge(
            s,
            case,
            resolved=Resolved(form.resolved.data),
            satisfaction=int(form.satisfaction.data),
            note=form.note.data,
            actor=g.actor,
            at=clock.now(),
            **form.ratings,
        )
        again = _sent_back(case) if case.round > before else ""
    return _done(reference, again or _("已收到您的评价，谢谢。"))


@bp.post("/track/<reference>/reopen")
@requires(Permission.CASE_OWN)
@limited("LIMIT_VERDICT_BROWSER", by_browser)
def reopen(reference: str):
    """Have the case handled again, once, with a reason."""
    form = ReopenForm()
    if not form.validate_on_submit():
        return _mend(reference, Action.REOPEN, reopen_form=form)
    with db.transaction() as s:
        case = _take(reference, Action.REOPEN)
        actions.reopen(s, case, actor=g.actor, at=clock.now(), note=form.note.data)
        again = _sent_back(case)
    return _done(reference, again)


@bp.post("/track/<reference>/ask")
@requires(Permission.CASE_OWN)
@limited("LIMIT_VERDICT_BROWSER", by_browser)
def ask(reference: str):
    """Ask the department one question about its answer."""
    form = AskForm()
    if not form.validate_on_submit():
        return _mend(reference, Action.ASK, ask_form=form)
    with db.transaction() as s:
        case = _take(reference, Action.ASK)
        questions.ask(s, case, actor=g.actor, at=clock.now(), note=form.note.data)
    return _done(reference, _("已收到您的追问，承办单位答复后在这里显示。"))


@bp.post("/track/<reference>/appeal")
@requires(Permission.CASE_OWN)
@limited("LIMIT_VERDICT_BROWSER", by_browser)
def appeal(reference: str):
    """Object once to a refusal, to non-publication or to what was changed for publication."""
    form = AppealForm()
    against, case = form.kind, own_case(reference)
    if against is None:
        raise Invalid(N_("请从查询页面上的表单提出申诉。"))
    if not form.fit(against).validate_on_submit():
        _check_appeal(case, against)
        return _mend(reference, Action.APPEAL, appeal_form=form)
    with db.transaction() as s:
        case = _take(reference, Action.APPEAL)
        _check_appeal(case, against)
        appeals.appeal(s, case, against, actor=g.actor, at=clock.now(), note=form.note.data)
    return _done(reference, _("已收到您的申诉，将由另一位审核员处理。"))


@bp.post("/track/<reference>/withdraw")
@requires(Permission.CASE_OWN)
@limited("LIMIT_VERDICT_BROWSER", by_browser)
def withdraw(reference: str):
    """Let the writer take the case back."""
    form = WithdrawForm()
    if not form.validate_on_submit():
        return _mend(reference, Action.WITHDRAW, withdraw_form=form)
    with db.transaction() as s:
        case = _take(reference, Action.WITHDRAW)
        actions.withdraw(s, case, actor=g.actor, at=clock.now(), note=form.note.data)
    return _done(reference, _("这件诉求已撤回。"))


def _is_redone(case: Case) -> bool:
    """Say whether "not resolved" would have the case handled again: then it wants a reason."""
    return not case.was_reopened and actions.may_reopen(db.session(), case, clock.now())


def _sent_back(case: Case) -> str:
    """Say who handles a reopened case again, and until when: a closed case was somebody's."""
    return _(
        "已退回%(unit)s重新办理，%(day)s之前答复。",
        unit=case.department.name,
        day=local_date(case.due_at),
    )


def _check_appeal(case: Case, against: AppealKind) -> None:
    if against not in case.appealable:
        raise WrongState(_NOT_AGAIN[Action.APPEAL])


def _take(reference: str, action: Action, *, to_change: bool = True) -> Case:
    """Return the case, locked, where the writer may do this now; else say why in plain words."""
    case = own_case(reference, to_change=to_change)
    if action not in available(case, g.actor):
        raise WrongState(_NOT_AGAIN[action])
    return case


def _mend(reference: str, action: Action, **form: Any):
    """Show the page again with what has to be put right in a form that it still offers."""
    return show(_take(reference, action, to_change=False), status=422, **form)


def _done(reference: str, message: str):
    flash(message, "success")
    return redirect(url_for(".tracked", reference=reference), 303)
