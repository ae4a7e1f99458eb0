"""The steps of a follow-up: what each sets, the event it leaves, its entry in the audit trail.

The acts call them (`actions`); whoever calls an act is inside `counts.moving`.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.county.queries import calendar
from portal.county.queries import ratings as setting
from portal.deadlines import Limit, due_at
from portal.ratings.counts import Moving
from portal.ratings.followups import workflow
from portal.ratings.followups.models import FollowUp, FollowUpEvent
from portal.ratings.followups.workflow import Act, Close, State
from portal.ratings.models import CommentVisibility, Rating
from portal.security import RESIDENT, SYSTEM, Actor


def begin(s: Session, moves: Moving, rating: Rating, at: datetime) -> FollowUp:
    """Open the follow-up of a bad rating, with the promises that hold today."""
    promises = promises_at(s, at)
    found = FollowUp(
        rating_id=rating.id,
        project_id=rating.project_id,
        wave_id=rating.wave_id,
        department_id=rating.project.department_id,
        proof=rating.proof,
        level_before=rating.level,
        has_contact=rating.wants_answer,
        opened_at=at,
        remedy_text="",
        remedy_visibility=CommentVisibility.PRIVATE,
        reply_note="",
        rating=rating,
        project=rating.project,
        **promises,
    )
    enter(found, State.OPEN)
    moves.added(found)
    s.add(found)
    step(s, found, workflow.OPENED, SYSTEM, at)
    return found


def promises_at(s: Session, at: datetime) -> dict[str, datetime]:
    """Return what is promised to somebody who rates badly now, by the county's calendar."""
    rules, days = setting(s, local_day(at)), calendar(s)
    return {
        "call_due_at": due_at(at, Limit.of(rules["call_back"]), days),
        "remedy_due_at": due_at(at, Limit.of(rules["remedy"]), days),
    }


def asked_until_from(s: Session, at: datetime) -> date:
    """Return the last day on which the second question can be answered."""
    return local_day(at) + timedelta(days=setting(s, local_day(at))["ask_again_days"])


def note_contact(s: Session, f: FollowUp, rating: Rating, at: datetime) -> None:
    """A contact that comes later, mostly with verifying, is promised a call from then on."""
    f.proof = rating.proof
    if rating.wants_answer == f.has_contact:
        return
    promised = promises_at(s, at)["call_due_at"]
    freeze(f, at)  # missed before the contact was deleted, it stays missed
    f.has_contact = rating.wants_answer
    if f.has_contact:
        f.call_due_at = promised
    enter(f, f.state)
    step(s, f, workflow.CONTACT, SYSTEM, at)


def move(s: Session, f: FollowUp, at: datetime) -> None:
    """While it runs, a follow-up is with whoever leads the project now."""
    lead = f.project.department
    if f.state in workflow.RUNNING and f.department_id != f.project.department_id:
        f.department_id = f.project.department_id
        _note(s, f, workflow.MOVED, SYSTEM, at, lead.name if lead else "")


def freeze(f: FollowUp, at: datetime) -> None:
    """Keep on record what was missed before the department's turn ends."""
    is_call_missed, is_remedy_missed = workflow.misses(f, at)
    if is_call_missed and f.was_called_in_time is None:
        f.was_called_in_time = False
    if is_remedy_missed and f.was_remedied_in_time is None:
        f.was_remedied_in_time = False


def resume(s: Session, f: FollowUp, at: datetime) -> None:
    """Go on where it was stopped; what is still owed is promised anew."""
    workflow.check(f, Act.RESUME)
    promises, asked_until = promises_at(s, at), asked_until_from(s, at)
    state = workflow.resumed(f)
    if state is State.CLOSED:
        enter(f, state, workflow.closing(f.level_after), f.replied_at)
    else:
        f.asked_until = asked_until if state is State.ASKED else None
        f.call_due_at = f.call_due_at if f.called_at else promises["call_due_at"]
        f.remedy_due_at = promises["remedy_due_at"]
        enter(f, state)
    move(s, f, at)
    step(s, f, Act.RESUME, SYSTEM, at)


def reopen(s: Session, f: FollowUp, rating: Rating, at: datetime) -> None:
    """Begin anew, with new promises; what happened before stays among the events."""
    row, promises = workflow.check(f, Act.REOPEN), promises_at(s, at)
    for name in ("called_at", "outcome", "was_called_in_time", "remedied_at", "remedy"):
        setattr(f, name, None)
    for name in ("planned_on", "was_remedied_in_time", "asked_until", "replied_at"):
        setattr(f, name, None)
    f.level_after, f.remedy_text, f.reply_note = None, "", ""
    f.remedy_visibility = CommentVisibility.PRIVATE
    f.level_before, f.opened_at, f.has_contact = rating.level, at, rating.wants_answer
    for name, value in promises.items():
        setattr(f, name, value)
    enter(f, row.target)
    move(s, f, at)
    step(s, f, Act.REOPEN, SYSTEM, at)


def stop(s: Session, f: FollowUp, at: datetime) -> None:
    """Stop: the rating does not count."""
    row = workflow.check(f, Act.STOP)
    move(s, f, at)
    freeze(f, at)
    enter(f, row.target, None, at)
    step(s, f, Act.STOP, SYSTEM, at)


def reply(s: Session, f: FollowUp, level: int, note: str, at: datetime) -> None:
    """End with what the resident says now."""
    row = workflow.check(f, Act.REPLY)
    move(s, f, at)
    freeze(f, at)
    f.replied_at, f.level_after, f.reply_note = at, level, note
    enter(f, row.target, workflow.closing(level), at)
    step(s, f, Act.REPLY, RESIDENT, at)


def enter(
    f: FollowUp, state: State, closing: Close | None = None, closed_at: datetime | None = None
) -> None:
    """Set at once what the database wants to agree: state, end, and what is due next."""
    f.state, f.closing, f.closed_at = state, closing, closed_at
    f.due_at = workflow.due(f)


def step(s: Session, f: FollowUp, act: str, actor: Actor, at: datetime, note: str = "") -> None:
    """End of every step: the event, and the entry in the audit trail."""
    _note(s, f, act, actor, at, note)
    s.flush()
    if act != workflow.CONTACT:  # the resident's act that caused it is in the trail
        record(s, actor=actor, act=f"followup:{act}", subject=subject_of(f), at=at)


def _note(s: Session, f: FollowUp, act: str, actor: Actor, at: datetime, note: str) -> None:
    told = {"actor": actor.name, "role": actor.role.value, "note": note}
    s.add(FollowUpEvent(follow_up=f, at=at, act=str(act), **told))


def subject_of(f: FollowUp) -> str:
    """Return under which name the audit trail knows a follow-up."""
    return f"followup:{f.id}"
