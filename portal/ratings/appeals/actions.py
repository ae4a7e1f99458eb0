"""Filing an appeal against a rating, and deciding on it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.db import added
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.ratings.appeals.models import Appeal, Ground, Ruling
from portal.ratings.counts import Moving
from portal.ratings.kinds import BAD, Standing
from portal.ratings.models import Rating
from portal.ratings.screening.actions import reject_on_appeal
from portal.security import Actor, Permission, ensure


def of_rating(s: Session, rating: Rating) -> Appeal | None:
    """Return the appeal against a rating."""
    return s.scalar(select(Appeal).where(Appeal.rating_id == rating.id))


def file(
    s: Session,
    moves: Moving,
    rating: Rating,
    ground: Ground,
    *,
    actor: Actor,
    reason: str,
    at: datetime,
) -> Appeal:
    """Appeal once against a bad rating of one's own project; it counts on, shown as disputed.

    Raises NotAllowed for another department, WrongState for a second appeal or a rating that
    does not count or is not bad, Invalid without a reason.
    Source: 国办发〔2019〕51号 (申诉复核, 排除误评和恶意差评).
    """
    ensure(actor, Permission.RATING_ANSWER, rating.project)
    if rating.standing is not Standing.COUNTED or rating.level > BAD:
        raise WrongState(N_("只能对计入的差评提出申诉。"))
    if not reason:
        raise Invalid(N_("请写明申诉的理由和依据。"))
    moves.watch(rating)
    appeal = Appeal(
        rating_id=rating.id,
        project_id=rating.project_id,
        department_id=rating.project.department_id,
        ground=ground,
        reason=reason,
        filed_by=actor.name,
        filed_at=at,
        decided_by="",
        decision_note="",
    )
    if not added(s, appeal):
        raise WrongState(N_("对一份评价只能申诉一次。"))
    rating.is_disputed = True
    s.flush()
    details = {"rating": rating.id, "ground": ground.value}
    record(s, actor=actor, act="appeal:file", subject=f"appeal:{appeal.id}", at=at, **details)
    return appeal


def decide(
    s: Session,
    moves: Moving,
    appeal: Appeal,
    ruling: Ruling,
    *,
    actor: Actor,
    note: str,
    at: datetime,
) -> None:
    """Decide on an appeal. Upheld, the rating counts no more; dismissed, it goes on counting.

    A rating that is bad and there no more can only be dismissed. Raises NotAllowed, WrongState
    when it is decided already or cannot be upheld any more, Invalid without the grounds.
    """
    ensure(actor, Permission.RATING_INSPECT)
    if appeal.ruling is not None:
        raise WrongState(N_("这件申诉已经有决定。"))
    if ruling is Ruling.UPHELD and not appeal.can_be_upheld:
        raise WrongState(N_("评价已改好、已删除或已不计入，不能再判申诉成立。"))
    if not note:
        raise Invalid(N_("请写明决定的理由。"))
    rating = appeal.rating
    moves.watch(rating)
    appeal.ruling, appeal.decided_by, appeal.decided_at = ruling, actor.name, at
    appeal.decision_note = note
    rating.is_disputed = False
    s.flush()
    act = f"appeal:{ruling}"
    record(s, actor=actor, act=act, subject=f"appeal:{appeal.id}", at=at, rating=rating.id)
    if ruling is Ruling.UPHELD:
        reject_on_appeal(s, moves, rating, actor=actor, reason=note, at=at)
