"""撤销: taking back one's last act within a minute, offered on the page that follows it."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock, db
from portal.cases import undo as cases_undo
from portal.cases.done import told
from portal.cases.forms import SeenForm
from portal.cases.models import Case
from portal.cases.pages import open_case
from portal.cases.steps import SECOND_THOUGHTS
from portal.cases.workflow import ACTION_LABELS, Action
from portal.moderation.blueprint import bp
from portal.moderation.onward import carried, open_or_none
from portal.security import Actor, Permission
from portal.web import arg_text, requires


@dataclass(frozen=True)
class Undo:
    """An act that can still be taken back, as the page offers it."""

    reference: str
    said: str
    """What was done, in the moderator's language."""
    seen: int
    seconds: int
    """Left, at least 1."""
    until: datetime

    @property
    def clock(self) -> str:
        """The end of the time, as the county's wall clock tells it, to the second."""
        return self.until.astimezone(clock.ZONE).strftime("%H:%M:%S")


def offered_undo(case: Case, actor: Actor, at: datetime) -> Undo | None:
    """Return what `actor` can take back on `case`, or None."""
    step = cases_undo.undoable(case, actor, at)
    if step is None:
        return None
    until = step.at + SECOND_THOUGHTS
    left = max(1, int((until - at).total_seconds()))
    seen = len(case.events)
    return Undo(case.reference, told(case, Action(step.action)), seen, left, until)


def undo_of_done(s: Session, actor: Actor, at: datetime) -> Undo | None:
    """Return what can be taken back of the case that the address names as just done."""
    case = open_or_none(s, arg_text("done"), actor)
    return offered_undo(case, actor, at) if case else None


@bp.post("/cases/<reference>/undo")
@requires(Permission.CASE_MODERATE)
def undo(reference: str):
    """Take back the moderator's own last act on a case, and show the case again."""
    form = SeenForm()
    form.validate_on_submit()  # the guard against forgery has seen the request already
    with db.transaction() as s:
        case = open_case(Permission.CASE_MODERATE, reference, to_change=True)
        undone = case.events[-1].action
        cases_undo.undo(s, case, actor=g.actor, at=clock.now(), seen=form.seen_event)
    flash(_("已撤销：%(act)s", act=_(ACTION_LABELS[Action(undone)])), "success")
    return redirect(url_for(".case", reference=reference, **carried()), 303)
