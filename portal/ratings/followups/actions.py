"""What is done with a follow-up, by the department, by the resident and by time.

Every act is called inside `counts.moving` of its project, with the row loaded inside, and
notes the follow-up there, so that the public figures of follow-ups move with it.
"""

from datetime import date, datetime
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.clock import local_day
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.notifications.actions import queue
from portal.notifications.texts import place
from portal.ratings.counts import Moving
from portal.ratings.followups import workflow
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.steps import (
    asked_until_from,
    begin,
    enter,
    freeze,
    move,
    note_contact,
    reopen,
    reply,
    resume,
    step,
    stop,
    subject_of,
)
from portal.ratings.followups.workflow import Act, Close, Outcome, Remedy, State
from portal.ratings.kinds import BAD, Standing
from portal.ratings.models import CommentVisibility, Rating
from portal.residents.actions import contact_of
from portal.security import SYSTEM, Actor, Permission, ensure


def of_rating(s: Session, rating: Rating) -> FollowUp | None:
    """Return the follow-up of a rating, as it is now: others may have acted on it."""
    found = select(FollowUp).where(FollowUp.rating_id == rating.id)
    return s.scalar(found.execution_options(populate_existing=True))


def follow(s: Session, moves: Moving, rating: Rating, *, at: datetime) -> FollowUp | None:
    """Let the follow-up be as the rating now is: open, answered by a new level, or stopped.

    Called after every change of a rating's level, standing, proof or wish for an answer.
    """
    found = of_rating(s, rating)
    counts = rating.standing is Standing.COUNTED
    if found is None:
        return begin(s, moves, rating, at) if counts and rating.level <= BAD else None
    moves.watch(found)
    if counts:
        _keep_up(s, found, rating, at)
    elif found.state is not State.VOID:
        stop(s, found, at)
    if rating.standing is Standing.ERASED:
        found.reply_note = ""
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
    seen: int | None = None,
) -> None:
    """Put a call to the resident on record; one who was not reached may be called again.

    The first attempt keeps the promise. Raises NotAllowed, WrongState (also when `seen` is not
    the last step any more), Invalid for an impossible outcome or without a note.
    """
    _admit(f, actor, seen)
    row = workflow.check(f, Act.CALL)
    if (outcome is Outcome.NO_CONTACT) == f.is_reachable:
        raise Invalid(N_("回访结果与居民是否留有联系方式不符。"))
    if not note:
        raise Invalid(N_("请写明回访或核实的情况。"))
    _take_up(s, moves, f, at)
    if f.was_called_in_time is None and (f.has_contact or at <= f.call_due_at):
        f.was_called_in_time = at <= f.call_due_at
    f.outcome, f.called_at = outcome, f.called_at or at
    enter(f, row.target)
    step(s, f, Act.CALL, actor, at, note)


def plan(
    s: Session,
    moves: Moving,
    f: FollowUp,
    planned_on: date,
    *,
    actor: Actor,
    note: str,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Enter a remedy that takes longer into the list, with its day (建台账限期整改).

    Raises NotAllowed, WrongState (also after the limit for the remedy), Invalid for a day that
    will not do or without a note.
    """
    _admit(f, actor, seen)
    row = workflow.check(f, Act.PLAN)
    workflow.check_plan(planned_on, local_day(at), local_day(f.remedy_due_at))
    if not note:
        raise Invalid(N_("请写明为什么需要更长时间、打算怎么整改。"))
    _take_up(s, moves, f, at)
    f.planned_on = planned_on
    enter(f, row.target)
    step(s, f, Act.PLAN, actor, at, note)


def remedy(
    s: Session,
    moves: Moving,
    f: FollowUp,
    kind: Remedy,
    *,
    actor: Actor,
    text: str,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Report what was done; the resident is asked again, the text waits for a moderator.

    Raises NotAllowed, WrongState, Invalid without a text.
    """
    _admit(f, actor, seen)
    row = workflow.check(f, Act.REMEDY)
    if not text:
        raise Invalid(N_("请写明整改结果或说明。"))
    asked_until = asked_until_from(s, at)
    _take_up(s, moves, f, at)
    if f.was_remedied_in_time is None:
        f.was_remedied_in_time = at <= workflow.remedy_limit(f.remedy_due_at, f.planned_on)
    f.remedy, f.remedy_text, f.remedied_at = kind, text, at
    f.remedy_visibility, f.asked_until = CommentVisibility.PRIVATE, asked_until
    enter(f, row.target)
    step(s, f, Act.REMEDY, actor, at, text)
    if f.is_reachable:
        queue(
            s,
            "rating_asked_again",
            f"resident:{f.rating.resident_id}",
            dedup_key=f"rating_asked_again:{f.id}:{f.version}",
            at=at,
            project=f.project.name,
            address=place(f"/projects/{quote(f.project.code, safe='')}/rate"),
        )


def still_bad(s: Session, moves: Moving, f: FollowUp, *, note: str, at: datetime) -> None:
    """Take the resident's word that it is as bad as before. Raises WrongState unless asked."""
    if f.state is not State.ASKED:
        raise WrongState(N_("现在没有等待您再次评价的事项。"))
    moves.watch(f)
    reply(s, f, f.rating.level, note, at)


def heard(s: Session, moves: Moving, rating: Rating, *, level: int, at: datetime) -> None:
    """Take a level that was not given by rating again as the answer to the second question.

    That is the one word more after the wave has closed (追评): the wave's figures stay.
    """
    found = of_rating(s, rating)
    if found is None or found.state is State.VOID or found.is_content:
        return
    is_asked = found.state is State.ASKED or found.closing is Close.NO_REPLY
    if is_asked or level > BAD:
        moves.watch(found)
        reply(s, found, level, "", at)


def expire(s: Session, moves: Moving, f: FollowUp, *, at: datetime) -> None:
    """Close a follow-up to whose second question nobody replied: a class of its own."""
    if f.state is not State.ASKED or f.asked_until is None or local_day(at) <= f.asked_until:
        return
    moves.watch(f)
    row = workflow.check(f, Act.EXPIRE)
    move(s, f, at)
    enter(f, row.target, Close.NO_REPLY, at)
    step(s, f, Act.EXPIRE, SYSTEM, at)


def reveal(s: Session, f: FollowUp, *, actor: Actor, note: str, at: datetime) -> str:
    """Return how to reach the resident, and put on record who asked and why.

    Raises NotAllowed, Invalid without a reason, WrongState where there is no contact or no
    need for one.
    """
    ensure(actor, Permission.RATING_ANSWER, f.holder)
    if not note:
        raise Invalid(N_("请写明查看联系方式的原因。"))
    if f.state not in workflow.OWED:
        raise WrongState(N_("这件回访已反馈或已停办，不再需要联系方式。"))
    contact = contact_of(f.rating.resident) if f.is_reachable else None
    if contact is None:
        raise WrongState(N_("居民没有留联系方式，或已经删除。"))
    record(s, actor=actor, act="followup:reveal", subject=subject_of(f), at=at, note=note)
    return contact


def decide_text(s: Session, f: FollowUp, *, publish: bool, actor: Actor, at: datetime) -> None:
    """Let the public read what the department did, or not."""
    ensure(actor, Permission.RATING_MODERATE)
    if f.remedy is None:
        raise WrongState(N_("这件回访还没有整改结果。"))
    f.remedy_visibility = CommentVisibility.PUBLIC if publish else CommentVisibility.WITHHELD
    act = "followup:publish" if publish else "followup:withhold"
    record(s, actor=actor, act=act, subject=subject_of(f), at=at)


def _admit(f: FollowUp, actor: Actor, seen: int | None) -> None:
    """Refuse strangers, and what was decided on an old page."""
    ensure(actor, Permission.RATING_ANSWER, f.holder)
    if seen is not None and seen != f.events[-1].id:
        raise WrongState(N_("您打开页面之后，这件回访已有新的办理记录。您的操作没有执行。"))


def _take_up(s: Session, moves: Moving, f: FollowUp, at: datetime) -> None:
    """What every act of a department begins with, once nothing speaks against it."""
    moves.watch(f)
    move(s, f, at)
    if f.has_contact and not f.is_reachable:  # deleted by the resident: nobody can be called
        freeze(f, at)
        f.has_contact = False


def _keep_up(s: Session, f: FollowUp, rating: Rating, at: datetime) -> None:
    """Go along with what a counted rating now says."""
    is_bad = rating.level <= BAD
    if f.state is State.VOID:
        resume(s, f, at)
    if f.is_content:
        # An addition may have closed it: then the rating itself has said nothing since.
        if is_bad and f.closed_at and rating.said_at >= f.closed_at:
            reopen(s, f, rating, at)
    elif not is_bad or _has_answered(f, rating):
        reply(s, f, rating.level, "", at)
    if f.state is State.OPEN:
        note_contact(s, f, rating, at)


def _has_answered(f: FollowUp, rating: Rating) -> bool:
    """Whether a rating that is still bad was said anew after the second question was asked."""
    is_asked = f.state is State.ASKED or f.closing is Close.NO_REPLY
    return is_asked and f.remedied_at is not None and rating.said_at > f.remedied_at
