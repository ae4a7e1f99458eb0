"""The departments' room: my department's cases, and what an officer does with them."""

from functools import partial

from flask import Blueprint, abort, flash, g, redirect, url_for
from flask_babel import gettext as _

from portal import clock, db
from portal.cases import actions
from portal.cases.forms import NoteForm
from portal.cases.intake import Contact
from portal.cases.models import Case
from portal.cases.pages import case_context, list_context, open_case
from portal.cases.queries import count_by_state, desk_page
from portal.cases.workflow import ACTION_LABELS, AT_DEPARTMENT, Action, State
from portal.desk.forms import AnswerForm
from portal.security import Permission
from portal.web import arg_text, page, requires

bp = Blueprint("desk", __name__, url_prefix="/desk")

_open = partial(open_case, Permission.CASE_HANDLE)

ACTS = {
    Action.SIGN: (NoteForm, actions.sign),
    Action.RETURN: (NoteForm, actions.return_),
    Action.EXTEND: (NoteForm, actions.extend),
    Action.ANSWER: (AnswerForm, actions.answer),
}

FILTERS = {
    "open": AT_DEPARTMENT,
    "answered": frozenset({State.ANSWERED}),
    "closed": frozenset({State.CLOSED}),
}


@bp.get("/")
@requires(Permission.CASE_HANDLE)
def queue():
    """List my department's cases, the first due first."""
    chosen = arg_text("show")
    show = chosen if chosen in FILTERS else "open"
    s, mine = db.session(), g.actor.department_id
    found = desk_page(s, mine, FILTERS[show], after=arg_text("after", 200))
    return page(
        "desk/queue.html",
        page=found,
        show=show,
        counts=_counts(count_by_state(s, mine)),
        next_url=url_for(".queue", show=show, after=found.next) if found.next else None,
        **list_context(found.rows),
    )


@bp.get("/cases/<reference>")
@requires(Permission.CASE_HANDLE)
def case(reference: str):
    """Show one of my department's cases."""
    return _page(_open(reference))


@bp.post("/cases/<reference>/reveal")
@requires(Permission.CASE_HANDLE)
def reveal(reference: str):
    """Show how to reach the writer, once, to an officer who says why."""
    form = NoteForm()
    with db.transaction() as s:
        contact = actions.reveal_contact(
            s, _open(reference), actor=g.actor, at=clock.now(), note=form.note.data
        )
    return _page(_open(reference), revealed=contact)


@bp.post("/cases/<reference>/<act>")
@requires(Permission.CASE_HANDLE)
def act(reference: str, act: str):
    """Do one act of the workflow, or show again what has to be put right."""
    form_class, run = ACTS.get(act) or abort(404)
    form = form_class()
    if not form.validate_on_submit():
        return _page(_open(reference), status=422, bound={act: form})
    with db.transaction() as s:
        case = _open(reference, to_change=True)
        words = {"text": form.text.data} if act == Action.ANSWER else {"note": form.note.data}
        run(s, case, **words, actor=g.actor, at=clock.now(), seen=form.seen_event)
    flash(_("已完成：%(act)s", act=_(ACTION_LABELS[Action(act)])), "success")
    if act == Action.RETURN:  # no longer ours to look at
        return redirect(url_for(".queue"), 303)
    return redirect(url_for(".case", reference=reference), 303)


def _counts(by_state: dict[State, int]) -> dict[str, int]:
    return {
        name: sum(by_state.get(state, 0) for state in states) for name, states in FILTERS.items()
    }


def _page(
    case: Case,
    *,
    status: int = 200,
    bound: dict[str, NoteForm] | None = None,
    revealed: Contact | None = None,
):
    shown = case_context(case, g.actor)
    forms = {act: form(formdata=None) for act, (form, _run) in ACTS.items() if act in shown["acts"]}
    return page(
        "desk/case.html",
        status=status,
        forms=forms | (bound or {}),
        reveal_form=NoteForm(formdata=None),
        revealed=revealed,
        **shown,
    )
