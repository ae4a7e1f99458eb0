"""The moderators' room: the queue, one screen a case, one act a POST."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases import actions
from portal.cases.forms import NoteForm, SeenForm
from portal.cases.intake import Contact
from portal.cases.models import Case
from portal.cases.pages import case_context, list_context, open_case
from portal.cases.queries import count_by_state, queue_page
from portal.cases.workflow import ACTION_LABELS, Action, State
from portal.departments.models import Department
from portal.departments.queries import active, by_code
from portal.errors import Invalid
from portal.language import N_
from portal.moderation import forms, suggestions
from portal.security import Permission
from portal.web import arg_text, page, requires

bp = Blueprint("moderation", __name__, url_prefix="/moderation")

_open = partial(open_case, Permission.CASE_MODERATE)

QUEUES = (State.SUBMITTED, State.ANSWERED, State.ASSIGNED, State.IN_PROGRESS, State.CLOSED)


@bp.get("/")
@requires(Permission.CASE_MODERATE)
def queue():
    """List the cases in one state, the longest waiting first."""
    chosen = arg_text("state")
    state = State(chosen) if chosen in list(State) else State.SUBMITTED
    found = queue_page(db.session(), state, after=arg_text("after", 200))
    next_url = url_for(".queue", state=state.value, after=found.next) if found.next else None
    return page(
        "moderation/queue.html",
        page=found,
        state=state,
        queues=QUEUES,
        counts=count_by_state(db.session()),
        next_url=next_url,
        **list_context(found.rows),
    )


@bp.get("/cases/<reference>")
@requires(Permission.CASE_MODERATE)
def case(reference: str):
    """Show one case with everything a moderator decides on."""
    return _page(_open(reference))


@bp.post("/cases/<reference>/reveal")
@requires(Permission.CASE_MODERATE)
def reveal(reference: str):
    """Show how to reach the writer, once, to a moderator who says why."""
    form = NoteForm()
    with db.transaction() as s:
        contact = actions.reveal_contact(
            s, _open(reference), actor=g.actor, at=clock.now(), note=form.note.data
        )
    return _page(_open(reference), revealed=contact)


@bp.post("/cases/<reference>/<act>")
@requires(Permission.CASE_MODERATE)
def act(reference: str, act: str):
    """Do one act of the workflow, or show again what has to be put right."""
    doing = ACTS.get(act) or abort(404)
    form = _offer(doing.form())
    if not form.validate_on_submit():
        return _page(_open(reference), status=422, bound={act: form})
    with db.transaction() as s:
        case = _open(reference, to_change=True)
        doing.run(s, case, form, {"actor": g.actor, "at": clock.now(), "seen": form.seen_event})
    flash(_("已完成：%(act)s", act=_(ACTION_LABELS[Action(act)])), "success")
    return redirect(url_for(".case", reference=reference), 303)


Common = dict[str, Any]


@dataclass(frozen=True)
class Doing:
    """How a POST becomes an act: its form, and the call."""

    form: type[SeenForm]
    run: Callable[[Session, Case, Any, Common], None]


def _assign(s: Session, case: Case, form: forms.AssignForm, common: Common) -> None:
    actions.assign(s, case, _department(s, form), note=form.note.data, **common)


def _reassign(s: Session, case: Case, form: forms.AssignForm, common: Common) -> None:
    actions.reassign(s, case, _department(s, form), note=form.note.data, **common)


def _reject(s: Session, case: Case, form: forms.RejectForm, common: Common) -> None:
    actions.reject(s, case, form.reason.data, note=form.note.data, **common)


def _redact(s: Session, case: Case, form: forms.RedactForm, common: Common) -> None:
    title, body = form.public_title.data, form.public_body.data
    actions.redact(s, case, public_title=title, public_body=body, **common)


def _publish(s: Session, case: Case, form: forms.PublishForm, common: Common) -> None:
    title, body = form.public_title.data, form.public_body.data
    text = form.text.data or _masked_answer(case)
    actions.publish(s, case, public_title=title, public_body=body, answer_text=text, **common)


def _close(s: Session, case: Case, form: forms.CloseForm, common: Common) -> None:
    text = form.text.data or _masked_answer(case)
    actions.close(s, case, answer_text=text, note=form.note.data, **common)


def _withhold(s: Session, case: Case, form: NoteForm, common: Common) -> None:
    actions.withhold(s, case, note=form.note.data, **common)


def _send_back(s: Session, case: Case, form: NoteForm, common: Common) -> None:
    actions.send_back(s, case, note=form.note.data, **common)


ACTS: dict[str, Doing] = {
    Action.ASSIGN: Doing(forms.AssignForm, _assign),
    Action.REASSIGN: Doing(forms.AssignForm, _reassign),
    Action.REJECT: Doing(forms.RejectForm, _reject),
    Action.REDACT: Doing(forms.RedactForm, _redact),
    Action.PUBLISH: Doing(forms.PublishForm, _publish),
    Action.WITHHOLD: Doing(NoteForm, _withhold),
    Action.SEND_BACK: Doing(NoteForm, _send_back),
    Action.CLOSE: Doing(forms.CloseForm, _close),
}


def _department(s: Session, form: forms.AssignForm) -> Department:
    department = by_code(s, form.department.data)
    if department is None:
        raise Invalid(N_("请选择承办单位。"))
    return department


def _offer(form: Any) -> Any:
    if isinstance(form, forms.AssignForm):
        return form.offer(active(db.session()))
    return form.offer() if isinstance(form, forms.RejectForm) else form


def _masked_answer(case: Case) -> str:
    return suggestions.mask(case.answer.text).masked if case.answer else ""


def _page(
    case: Case,
    *,
    status: int = 200,
    bound: dict[str, Any] | None = None,
    revealed: Contact | None = None,
):
    """Show the case with a form for each act it offers; `bound` holds the one refused."""
    shown = case_context(case, g.actor)
    is_routed = {Action.ASSIGN, Action.REASSIGN} & shown["acts"]
    suggested = suggestions.departments(db.session(), case) if is_routed else []
    title, body = suggestions.mask(case.title), suggestions.mask(case.body)
    answer = suggestions.mask(case.answer.text if case.answer else "")
    texts = {
        "public_title": case.public_title or title.masked,
        "public_body": case.public_body or body.masked,
        "text": answer.masked,
        "department": suggested[0][0].department if suggested else "",
    }
    offered = {
        act: _offer(doing.form(formdata=None, data=texts))
        for act, doing in ACTS.items()
        if act in shown["acts"]
    }
    return page(
        "moderation/case.html",
        status=status,
        forms=offered | (bound or {}),
        reveal_form=NoteForm(formdata=None),
        suggested=suggested,
        found=title.proposals + body.proposals,
        answer_found=answer.proposals,
        revealed=revealed,
        **shown,
    )
