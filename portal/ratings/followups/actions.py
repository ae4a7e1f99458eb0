"""What is done with a follow-up, by the department, by the resident and by time.

Every act is called inside `counts.moving` of its project and notes the follow-up there, so
that the public figures of follow-ups move with it.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.county.queries import calendar
from portal.county.queries import ratings as setting
from portal.deadlines import Limit, due_at
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.notifications.actions import queue
from portal.ratings.counts import Moving
from portal.ratings.followups import workflow
from portal.ratings.followups.models import FollowUp, FollowUpEvent
from portal.ratings.followups.workflow import Act, Close, Outcome, Remedy, State
from portal.ratings.kinds import BAD, Standing
from portal.ratings.models import CommentVisibility, Rating
from portal.residents.actions import contact_of
from portal.security import RESIDENT, SYSTEM, Actor, Permission, ensure

OPENED = "open"
"""The first step of a follow-up."""


def of_rating(s: Session, rating: Rating) -> FollowUp | None:
    """Return the follow-up of a rating."""
    return s.scalar(select(FollowUp).where(FollowUp.rating_id == rating.id))


def follow(s: Session, moves: Moving, rating: Rating, *, at: datetime) -> FollowUp | None:
    """Let the follow-up be as the rating now is: open, answered by a new level, or stopped.

    Called after every change of a rating's level or standing.
    """
    found = of_rating(s, rating)
    is_owed = rating.standing is Standing.COUNTED and rating.level <= BAD
    if found is None:
        return _open(s, moves, rating, at) if is_owed else None
    moves.watch(found)
    is_running = found.state not in (State.CLOSED, State.VOID)
    if rating.standing is not Standing.COUNTED:
        if found.state is not State.VOID:
            _stop(s, found, at)
    elif is_running and rating.level > BAD:
        _reply(s, found, rating.level, "", at)
    elif is_owed and (found.state is State.VOID or found.closing is Close.BETTER):
        _resume(s, found, rating, at)
    return found


def call(
    s: Session,
    moves: Moving,
    f: FollowUp,
    outcome: Outcome,
    *,
    actor: Actor,
    note: str,
    at: datetime,
) -> None:
    """Put the call to the resident on record. Raises Invalid for an impossible outcome."""
    ensure(actor, Permission.RATING_ANSWER, f)
    if (outcome is Outcome.NO_CONTACT) == f.has_contact:
        raise Invalid(N_("回访结果与居民是否留有联系方式不符。"))
    if not note:
        raise Invalid(N_("请写明回访或核实的情况。"))
    moves.watch(f)
    f.state = workflow.check(Act.CALL, f.state)
    f.called_at, f.outcome, f.was_called_in_time = at, outcome, at <= f.call_due_at
    _step(s, f, Act.CALL, actor, at, note)


def plan(
    s: Session,
    moves: Moving,
    f: FollowUp,
    planned_on: date,
    *,
    actor: Actor,
    note: str,
    at: datetime,
) -> None:
    """Enter a remedy that takes longer into the list, with its day (建台账限期整改)."""
    ensure(actor, Permission.RATING_ANSWER, f)
    workflow.check_call_first(Act.PLAN, f.state, f.has_contact)
    target = workflow.check(Act.PLAN, f.state)
    workflow.check_plan(planned_on, local_day(at), local_day(f.remedy_due_at))
    if not note:
        raise Invalid(N_("请写明为什么需要更长时间、打算怎么整改。"))
    moves.watch(f)
    f.state, f.planned_on = target, planned_on
    _step(s, f, Act.PLAN, actor, at, note)


def remedy(
    s: Session, moves: Moving, f: FollowUp, kind: Remedy, *, actor: Actor, text: str, at: datetime
) -> None:
    """Report what was done; the resident is asked again, the text waits for a moderator."""
    ensure(actor, Permission.RATING_ANSWER, f)
    workflow.check_call_first(Act.REMEDY, f.state, f.has_contact)
    target = workflow.check(Act.REMEDY, f.state)
    if not text:
        raise Invalid(N_("请写明整改结果或说明。"))
    moves.watch(f)
    f.state, f.remedy, f.remedy_text, f.remedied_at = target, kind, text, at
    f.remedy_visibility = CommentVisibility.PRIVATE
    f.was_remedied_in_time = at <= workflow.remedy_limit(f.remedy_due_at, f.planned_on)
    days = setting(s, local_day(at))["ask_again_days"]
    f.asked_until = local_day(at) + timedelta(days=days)
    _step(s, f, Act.REMEDY, actor, at, text)
    if f.rating.resident_id:
        queue(
            s,
            "rating_asked_again",
            f"resident:{f.rating.resident_id}",
            dedup_key=f"rating_asked_again:{f.id}:{f.version}",
            at=at,
            project=f.project.name,
        )


def still_bad(s: Session, moves: Moving, f: FollowUp, *, note: str, at: datetime) -> None:
    """Take the resident's word that it is as bad as before. Raises WrongState unless asked."""
    if f.state is not State.ASKED:
        raise WrongState(N_("现在没有等待您再次评价的事项。"))
    moves.watch(f)
    _reply(s, f, f.rating.level, note, at)


def expire(s: Session, moves: Moving, f: FollowUp, *, at: datetime) -> None:
    """Close a follow-up to whose second question nobody replied: a class of its own."""
    if f.state is not State.ASKED or f.asked_until is None or local_day(at) <= f.asked_until:
        return
    moves.watch(f)
    f.state = workflow.check(Act.EXPIRE, f.state)
    f.closing, f.closed_at = Close.NO_REPLY, at
    _step(s, f, Act.EXPIRE, SYSTEM, at, "")


def reveal(s: Session, f: FollowUp, *, actor: Actor, note: str, at: datetime) -> str:
    """Return how to reach the resident, and put on record who asked and why.

    Raises Invalid without a reason, WrongState where there is no contact or no need for one.
    """
    ensure(actor, Permission.RATING_ANSWER, f)
    if not note:
        raise Invalid(N_("请写明查看联系方式的原因。"))
    if f.state not in workflow.OWED:
        raise WrongState(N_("这件回访已反馈或已停办，不再需要联系方式。"))
    contact = contact_of(f.rating.resident) if f.rating.resident else None
    if not f.has_contact or not contact:
        raise WrongState(N_("居民没有留联系方式，或已经删除。"))
    record(s, actor=actor, act="followup:reveal", subject=_subject(f), at=at, note=note)
    return contact


def decide_text(s: Session, f: FollowUp, *, publish: bool, actor: Actor, at: datetime) -> None:
    """Let the public read what the department did, or not."""
    ensure(actor, Permission.RATING_MODERATE)
    if f.remedy is None:
        raise WrongState(N_("这件回访还没有整改结果。"))
    f.remedy_visibility = CommentVisibility.PUBLIC if publish else CommentVisibility.WITHHELD
    act = "followup:publish" if publish else "followup:withhold"
    record(s, actor=actor, act=act, subject=_subject(f), at=at)


def _open(s: Session, moves: Moving, rating: Rating, at: datetime) -> FollowUp:
    found = FollowUp(
        rating_id=rating.id,
        project_id=rating.project_id,
        wave_id=rating.wave_id,
        department_id=rating.project.department_id,
        proof=rating.proof,
        remedy_text="",
        remedy_visibility=CommentVisibility.PRIVATE,
        **_beginning(s, rating, at),
    )
    moves.added(found)
    s.add(found)
    _step(s, found, OPENED, SYSTEM, at, "")
    return found


def _beginning(s: Session, rating: Rating, at: datetime) -> dict[str, object]:
    """Return how a follow-up begins: with the promises that hold today."""
    rules, days = setting(s, local_day(at)), calendar(s)
    return {
        "state": State.OPEN,
        "level_before": rating.level,
        "has_contact": rating.wants_answer,
        "opened_at": at,
        "call_due_at": due_at(at, Limit.of(rules["call_back"]), days),
        "remedy_due_at": due_at(at, Limit.of(rules["remedy"]), days),
    }


def _resume(s: Session, f: FollowUp, rating: Rating, at: datetime) -> None:
    """Begin anew, with new promises; what happened before stays among the events."""
    f.state = workflow.check(Act.RESUME, f.state)
    for name in ("called_at", "outcome", "was_called_in_time", "remedied_at", "remedy"):
        setattr(f, name, None)
    for name in ("planned_on", "was_remedied_in_time", "asked_until", "replied_at"):
        setattr(f, name, None)
    f.level_after = f.closing = f.closed_at = None
    for name, value in _beginning(s, rating, at).items():
        setattr(f, name, value)
    _step(s, f, Act.RESUME, SYSTEM, at, "")


def _stop(s: Session, f: FollowUp, at: datetime) -> None:
    f.closing = f.closed_at = None
    f.state = State.VOID
    _step(s, f, Act.STOP, SYSTEM, at, "")


def _reply(s: Session, f: FollowUp, level: int, note: str, at: datetime) -> None:
    f.state = workflow.check(Act.REPLY, f.state)
    f.replied_at, f.level_after, f.closed_at = at, level, at
    f.closing = workflow.closing(level)
    _step(s, f, Act.REPLY, RESIDENT, at, note)


def _step(s: Session, f: FollowUp, act: str, actor: Actor, at: datetime, note: str) -> None:
    f.events.append(
        FollowUpEvent(at=at, act=str(act), actor=actor.name, role=actor.role.value, note=note)
    )
    s.flush()
    record(s, actor=actor, act=f"followup:{act}", subject=_subject(f), at=at)


def _subject(f: FollowUp) -> str:
    return f"followup:{f.id}"
