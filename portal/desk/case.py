"""One case on the desk of the department that leads it; one act a POST."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.accounts.queries import name_in_full
from portal.cases import actions, assists, questions, returns
from portal.cases.forms import NoteForm, SeenForm
from portal.cases.models import Case
from portal.cases.pages import open_case
from portal.cases.revealing import reveal_contact
from portal.cases.workflow import ACTION_LABELS, Action
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
    viewer = name_in_full(db.session(), g.actor)
    return page("desk/revealed.html", case=_open(reference), contact=contact, at=at, viewer=viewer)


@bp.post("/cases/<reference>/<act>")
@requires(Permission.CASE_HANDLE)
def act(reference: str, act: str):
    """Do one act of the workflow, or show again what has to be put right."""
    doing = ACTS.get(act) or abort(404)
    form = _named(doing.form(), act)
    if isinstance(form, forms.AskAssistForm):
        form.offer(active(db.session()))
    if act == Action.ANSWER and "take" in request.form:
        return _with_parts(_open(reference), form)
    if not form.validate_on_submit():
        return _page(_open(reference), status=422, bound={act: form})
    try:
        with db.transaction() as s:
            case = _open(reference, to_change=True)
            common = {"actor": g.actor, "at": clock.now(), "seen": form.seen_event}
            doing.run(s, case, form, common)
    except Outdated:  # shown here, where the words of residents are veiled
        return _page(_open(reference), status=409, bound={act: form}, is_outdated=True)
    flash(_("已完成：%(act)s", act=_(ACTION_LABELS[Action(act)])), "success")
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
    assists.ask_assist(s, case, _unit(s, form), note=form.note.data, **common)


def _end_assist(s: Session, case: Case, form: forms.EndAssistForm, common: Common) -> None:
    assists.end_assist(s, case, _unit(s, form), note=form.note.data, **common)


def _answer(s: Session, case: Case, form: forms.AnswerForm, common: Common) -> None:
    actions.answer(s, case, form.text.data, **common)


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


def _with_parts(case: Case, form: forms.AnswerForm):
    """Write what the assisting departments gave below what stands in the form; send nothing."""
    parts = [f"{a.department.name}：{a.text}" for a in case.assists if a.given_at]
    form.text.data = "\n\n".join(filter(None, [form.text.data, *parts]))
    return _page(case, bound={Action.ANSWER.value: form})


def _named(form: PortalForm, act: str) -> Any:
    """Give the fields ids of their own: the page has several forms, each with a note."""
    for field in form:
        field.id = f"{act}-{field.name}"
    return form


def _page(
    case: Case,
    *,
    status: int = 200,
    bound: dict[str, Any] | None = None,
    is_outdated: bool = False,
):
    """Show the case with a form for each act it offers; `bound` holds the one refused."""
    s = db.session()
    shown = lead_context(s, case, g.actor, clock.now())
    offered = {act: doing.form for act, doing in ACTS.items() if act in shown["acts"]}
    drawn = {act: _named(form(formdata=None), act) for act, form in offered.items()}
    drawn["reveal"] = _named(forms.RevealForm(formdata=None), "reveal")
    drawn |= bound or {}
    if Action.ASK_ASSIST in drawn:
        drawn[Action.ASK_ASSIST].offer(may_be_asked(s, case))
    lost = [form for act, form in (bound or {}).items() if act not in {*offered, "reveal"}]
    kept = [f.data for form in lost for f in form if f.type != "HiddenField" and f.data]
    return page(
        "desk/case.html",
        status=status,
        forms=drawn,
        wrong=list((bound or {}).values()),
        is_outdated=is_outdated,
        kept=kept,
        **shown,
    )
