"""What staff entered for a resident becomes the resident's own once they speak for themselves."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.language import N_
from portal.ratings.kinds import Channel, Proof, Standing
from portal.ratings.models import Rating, RatingDoubt
from portal.residents.models import Resident
from portal.security import RESIDENT

JUDGED_ANEW = N_("居民本人已验证身份并重新评价")
"""Why a doubt about what staff had entered is settled: stored as it is, never translated."""


def take_over(
    s: Session, rating: Rating, resident: Resident | None, channel: Channel, at: datetime
) -> bool:
    """Make a rating that staff entered the verified resident's own; False for any other rating.

    Called inside `counts.moving`, with the rating watched, before the resident's words replace
    the old ones. Whatever was held against the entry is not held against the resident: the
    rating counts again, and is judged anew by whoever gives it.
    """
    if rating.proof is not Proof.STAFF or resident is None:
        return False
    rating.proof, rating.channel, rating.entered_by = Proof.VERIFIED, channel, ""
    rating.resident, rating.said_at = resident, at
    rating.wants_answer = resident.contact is not None
    rating.standing, rating.doubt, rating.is_cleared = Standing.COUNTED, None, False
    open_ = select(RatingDoubt).where(
        RatingDoubt.rating_id == rating.id, RatingDoubt.decided_at.is_(None)
    )
    for doubt in s.scalars(open_):
        doubt.decided_at, doubt.decided_by = at, RESIDENT.name
        doubt.decision, doubt.reason = Standing.COUNTED, JUDGED_ANEW
    return True
