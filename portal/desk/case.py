"""One case on the desk of the department that leads it; one act a POST."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, abort, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases import actions, assists, questions, returns
from portal.cases.answer_check import CONCERN_LABELS
from portal.cases.answers import Doubts, doubts_about
from portal.cases.done import told
from portal.cases.forms import NoteForm, SeenForm, days_of
from portal.cases.models import Case
from portal.cases.pages import open_case
from portal.cases.revealing import reveal_contact
from portal.cases.steps import since
from portal.cases.workflow import Action, available
from portal.departments.models import Department
from portal.departments.queries import active, by_code
from portal.desk import forms
from portal.desk.blueprint import bp
from portal.desk.shown import lead_context, may_be_asked
from portal.errors import Invalid, Outdated
from portal.forms import PortalForm
from portal.language import N_
from portal.security import Permission
from portal.web import page, requires

_open = partial(open_case, Permission.CASE_HANDLE)


@bp.get("/cases/<reference>")
@requires(Permission.CASE_HANDLE)
def case(reference: str):
    """Show one of the cases that my department leads."""
    return _page(_open(reference))


@bp.post("/cases/<reference>/reveal")
@requires(Permission.CASE_HANDLE)
def reveal(reference: str):
    """Show who wrote and the very words, once, to an officer who says why; it is on record."""
    form = _named(forms.RevealForm(), "reveal")
    if not form.validate_on_submit():
        return _page(_open(reference), status=422, bound={"reveal": form})
    at = clock.now()
    with db.transaction() as s:
        contact = reveal_contact(s, _open(reference), actor=g.actor, at=at, note=form.note.data)
    return page("desk/revealed.html", case=_open(reference), contact=contact, at=at)


@bp.post("/cases/<reference>/<act>")
@requires(Permission.CASE_HANDLE)
def act(reference: str, act: str):
    """Do one act of the workflow, or show again what has to be put right."""
    doing = ACTS.get(act) or abort(404)
    form = _named(doing.form(), act)
    if isinstance(form, forms.AskAssistForm):
        form.offer(active(db.session()))
    if isinstance(form, forms.AnswerForm) and (first := _before(_open(reference), form)):
        return first
    if not form.validate_on_submit():
        return _page(_open(reference), status=422, bound={act: form})
    try:
        with db.transaction() as s:
            case = _open(reference, to_change=True)
            common = {"actor": g.actor, "at": clock.now(), "seen": form.seen_event}
            doing.run(s, case, form, common)
            said = told(case, Action(act))
    except Outdated:  # shown here, where the words of residents are veiled
        return _page(_open(reference), status=409, bound={act: form}, is_outdated=True)
    flash(said, "success")
    if act == Action.RETURN:  # no longer ours to look at
        return redirect(url_for(".queue"), 303)
    return redirect(url_for(".case", reference=reference), 303)


Common = dict[str, Any]


@dataclass(frozen=True)
class Doing:
    """How a POST becomes an act: its form, and the call."""

    form: type[SeenForm]
    run: Callable[[Session, Case, Any, Common], None]


def _sign(s: Session, case: Case, form: NoteForm, common: Common) -> None:
    actions.sign(s, case, note=form.note.data, **common)


def _return(s: Session, case: Case, form: forms.ReturnForm, common: Common) -> None:
    returns.return_(s, case, note=form.note.data, basis=form.basis.data, **common)


def _dispute(s: Session, case: Case, form: forms.ReturnForm, common: Common) -> None:
    returns.dispute(s, case, note=form.note.data, basis=form.basis.data, **common)


def _extend(s: Session, case: Case, form: forms.ExtendForm, common: Common) -> None:
    actions.extend(s, case, note=form.note.data, **common)


def _ask_assist(s: Session, case: Case, form: forms.AskAssistForm, common: Common) -> None:
    words = {"note": form.note.data, "days": days_of(form.days)}
    assists.ask_assist(s, case, _unit(s, form), **words, **common)


def _end_assist(s: Session, case: Case, form: forms.EndAssistForm, common: Common) -> None:
    assists.end_assist(s, case, _unit(s, form), note=form.note.data, **common)


def _answer(s: Session, case: Case, form: forms.AnswerForm, common: Common) -> None:
    actions.answer(s, case, form.text.data, adoption=form.adopted, **common)


def _conclude(s: Session, case: Case, form: forms.ConcludeForm, common: Common) -> None:
    actions.conclude(s, case, form.text.data, **common)


def _reply(s: Session, case: Case, form: forms.ReplyForm, common: Common) -> None:
    questions.reply(s, case, text=form.text.data, **common)


ACTS: dict[str, Doing] = {
    Action.SIGN: Doing(NoteForm, _sign),
    Action.RETURN: Doing(forms.ReturnForm, _return),
    Action.DISPUTE: Doing(forms.ReturnForm, _dispute),
    Action.EXTEND: Doing(forms.ExtendForm, _extend),
    Action.ASK_ASSIST: Doing(forms.AskAssistForm, _ask_assist),
    Action.END_ASSIST: Doing(forms.EndAssistForm, _end_assist),
    Action.ANSWER: Doing(forms.AnswerForm, _answer),
    Action.CONCLUDE: Doing(forms.ConcludeForm, _conclude),
    Action.REPLY: Doing(forms.ReplyForm, _reply),
}


def _unit(s: Session, form: forms.AskAssistForm | forms.EndAssistForm) -> Department:
    unit = by_code(s, form.department.data or "")
    if unit is None:
        raise Invalid(N_("请选择协办单位。"))
    return unit


def _before(case: Case, form: forms.AnswerForm) -> Response | None:
    """Show the page again where the answer is not sent yet, or return None.

    So it is while parts are taken over, and once for each doubt about what it says; who has
    seen a doubt sends the answer past it. Doubts are no reason to look over newer steps.
    """
    form.about(case.kind)
    if "take" in request.form:
        return _with_parts(case, form)
    is_due = Action.ANSWER in available(case, g.actor) and not since(case, form.seen_event)
    if not is_due or not form.validate_on_submit():
        return None
    doubts = doubts_about(db.session(), case, form.text.data, actor=g.actor, at=clock.now())
    if form.heeds(doubts.found):
        return None
    return _page(case, bound={Action.ANSWER.value: form}, doubts=doubts)


def _with_parts(case: Case, form: forms.AnswerForm) -> Response:
    """Write what the assisting departments gave below what stands in the form; send nothing."""
    parts = [f"{a.department.name}：{a.text}" for a in case.assists if a.given_at]
    form.text.data = "\n\n".join(filter(None, [form.text.data, *parts]))
    return _page(case, bound={Action.ANSWER.value: form})


def _named(form: PortalForm, act: str) -> Any:
    """Give the fields ids of their own: the page has several forms, each with a note."""
    for field in form:
        field.id = f"{act}-{field.name}"
    return form


_NO_WORDS = ("HiddenField", "RadioField")


def _page(
    case: Case,
    *,
    status: int = 200,
    bound: dict[str, Any] | None = None,
    is_outdated: bool = False,
    doubts: Doubts | None = None,
) -> Response:
    """Show the case with a form for each act it offers; `bound` holds the one refused.

    `doubts`: what is worth a second look in the answer that is not sent yet.
    """
    s = db.session()
    shown = lead_context(s, case, g.actor, clock.now())
    offered = {act: doing.form for act, doing in ACTS.items() if act in shown["acts"]}
    drawn = {act: _named(form(formdata=None), act) for act, form in offered.items()}
    drawn["reveal"] = _named(forms.RevealForm(formdata=None), "reveal")
    if Action.ANSWER in drawn:
        drawn[Action.ANSWER].about(case.kind)
    drawn |= bound or {}
    drawn["reveal"].about(case.kind)
    if Action.ASK_ASSIST in drawn:
        drawn[Action.ASK_ASSIST].offer(may_be_asked(s, case))
    lost = [form for act, form in (bound or {}).items() if act not in {*offered, "reveal"}]
    kept = [f.data for form in lost for f in form if f.type not in _NO_WORDS and f.data]
    return page(
        "desk/case.html",
        status=status,
        forms=drawn,
        wrong=list((bound or {}).values()),
        is_outdated=is_outdated,
        kept=kept,
        doubts=doubts,
        concern_labels=CONCERN_LABELS,
        **shown,
    )
