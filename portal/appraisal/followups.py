"""差评回访: a department's bad ratings, and what an officer does about each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock, db
from portal.appraisal.blueprint import bp
from portal.appraisal.follow_up_forms import (
    AppealForm,
    CallForm,
    PlanForm,
    RemedyForm,
    RevealForm,
)
from portal.appraisal.follow_up_pages import list_context, masked, page_context, send_photo
from portal.county.queries import ratings as setting
from portal.errors import Invalid
from portal.forms import PortalForm
from portal.ratings import counts
from portal.ratings.appeals import actions as appeals
from portal.ratings.appeals.models import Appeal, Ground
from portal.ratings.counts import Moving
from portal.ratings.followups import actions
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.queries import count_by_state, count_overdue, desk_page, whole
from portal.ratings.followups.workflow import (
    ACT_LABELS,
    ENDED,
    Act,
    Outcome,
    Remedy,
    State,
    available,
)
from portal.ratings.kinds import BAD, Standing
from portal.security import Permission, ensure
from portal.web import arg_text, page, requires

TABS = {
    "call": frozenset({State.OPEN}),
    "remedy": frozenset({State.CALLED, State.PLANNED}),
    "asked": frozenset({State.ASKED}),
    "ended": ENDED,
}

ID = "<int(max=2147483647):ident>"


@bp.get("/follow-ups")
@requires(Permission.RATING_ANSWER)
def follow_ups():
    """List my department's bad ratings, what is due first."""
    chosen = arg_text("show")
    show = chosen if chosen in TABS else "call"
    s, mine = db.session(), g.actor.department_id
    found = desk_page(s, mine, TABS[show], after=arg_text("after", 200))
    by_state = count_by_state(s, mine)
    return page(
        "appraisal/follow_ups.html",
        page=found,
        show=show,
        counts={tab: sum(by_state.get(x, 0) for x in states) for tab, states in TABS.items()},
        overdue=count_overdue(s, mine, clock.now()),
        next_url=url_for(".follow_ups", show=show, after=found.next) if found.next else None,
        **list_context(found.rows),
    )


@bp.get(f"/follow-ups/{ID}")
@requires(Permission.RATING_ANSWER)
def follow_up(ident: int):
    """Show one bad rating of my department's, and what can be done about it."""
    return _page(_own(ident))


@bp.post(f"/follow-ups/{ID}/<any(call, plan, remedy, appeal):act>")
@requires(Permission.RATING_ANSWER)
def act_on_follow_up(ident: int, act: str):
    """Do one act, or show again what has to be put right."""
    form = _form(act, _own(ident))
    if not form.validate_on_submit():
        return _page(_own(ident), status=422, bound={act: form})
    _make, run = ACTS[act]
    try:
        with changing(ident) as (s, moves, f):
            ensure(g.actor, Permission.RATING_ANSWER, f.holder)
            run(s, moves, f, form)
    except Invalid as error:
        first = next(field for field in form if field.name != "seen")
        first.errors = [_(error.message, **error.params)]
        return _page(_own(ident), status=422, bound={act: form})
    label = ACT_LABELS[Act(act)] if act in list(Act) else _("提出申诉")
    flash(_("已完成：%(act)s", act=_(label)), "success")
    return redirect(url_for(".follow_up", ident=ident), 303)


@bp.post(f"/follow-ups/{ID}/reveal")
@requires(Permission.RATING_ANSWER)
def reveal_contact(ident: int):
    """Show how to reach the resident, once, to an officer who says why; in no address."""
    form = RevealForm()
    if not form.validate_on_submit():
        return _page(_own(ident), status=422, bound={"reveal": form})
    with db.transaction() as s:
        contact = actions.reveal(s, _own(ident), actor=g.actor, note=form.note.data, at=clock.now())
    return _page(_own(ident), revealed=contact)


@bp.get(f"/follow-ups/{ID}/photos/<int(max=2147483647):number>")
@requires(Permission.RATING_ANSWER)
def follow_up_photo(ident: int, number: int):
    """Show a photo that the resident gave."""
    return send_photo(_own(ident).rating, number)


@contextmanager
def changing(ident: int) -> Iterator[tuple[Session, Moving, FollowUp]]:
    """Change one follow-up: nobody else changes its project meanwhile, and the counts follow."""
    with db.transaction() as s:
        known = select(FollowUp.project_id).where(FollowUp.id == ident)
        project_id = s.scalar(known) or abort(404)
        with counts.moving(s, project_id, setting(s, clock.today())["minimum"]) as moves:
            yield s, moves, whole(s, ident) or abort(404)


def _call(s: Session, moves: Moving, f: FollowUp, form: CallForm) -> None:
    told = {"actor": g.actor, "note": form.note.data, "at": clock.now()}
    actions.call(s, moves, f, Outcome(form.outcome.data), seen=form.seen_event, **told)


def _plan(s: Session, moves: Moving, f: FollowUp, form: PlanForm) -> None:
    told = {"actor": g.actor, "note": form.note.data, "at": clock.now()}
    actions.plan(s, moves, f, form.day, seen=form.seen_event, **told)


def _remedy(s: Session, moves: Moving, f: FollowUp, form: RemedyForm) -> None:
    told = {"actor": g.actor, "text": form.text.data, "at": clock.now()}
    actions.remedy(s, moves, f, Remedy(form.kind.data), seen=form.seen_event, **told)


def _appeal(s: Session, moves: Moving, f: FollowUp, form: AppealForm) -> None:
    told = {"actor": g.actor, "reason": form.reason.data, "at": clock.now()}
    appeals.file(s, moves, f.rating, Ground(form.ground.data), **told)


ACTS: dict[str, tuple[type[PortalForm], Callable[..., None]]] = {
    Act.CALL: (CallForm, _call),
    Act.PLAN: (PlanForm, _plan),
    Act.REMEDY: (RemedyForm, _remedy),
    "appeal": (AppealForm, _appeal),
}


def _own(ident: int) -> FollowUp:
    """Return a follow-up that is with my department. Raises NotAllowed for any other."""
    found = whole(db.session(), ident) or abort(404)
    ensure(g.actor, Permission.RATING_ANSWER, found.holder)
    return found


def _form(act: str, f: FollowUp, **options: Any) -> PortalForm:
    form = ACTS[act][0](**options)
    if isinstance(form, CallForm):
        form.fit(f)
    return form


def _offered(f: FollowUp, appeal: Appeal | None) -> list[str]:
    """Return the acts that are possible now: those of the table, and an appeal, once."""
    can_plan = clock.today() <= clock.local_day(f.remedy_due_at)
    can_appeal = appeal is None and f.rating.standing is Standing.COUNTED and f.rating.level <= BAD
    offered = [act.value for act in available(f) if act is not Act.PLAN or can_plan]
    return offered + (["appeal"] if can_appeal else [])


def _page(
    f: FollowUp,
    *,
    status: int = 200,
    bound: dict[str, PortalForm] | None = None,
    revealed: str = "",
):
    appeal = appeals.of_rating(db.session(), f.rating)
    forms = {act: _form(act, f, formdata=None) for act in _offered(f, appeal)}
    return page(
        "appraisal/follow_up.html",
        status=status,
        forms=forms | (bound or {}),
        reveal_form=(bound or {}).get("reveal") or RevealForm(formdata=None),
        revealed=revealed,
        seen=f.events[-1].id,
        contact=masked(f),
        **page_context(f, appeal),
    )
