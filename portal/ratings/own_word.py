"""What was held against a rating before its resident stood behind it is not held against them.

What staff entered becomes the resident's own once they speak for themselves; what a browser
said becomes it once they verify.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.language import N_
from portal.ratings.kinds import Channel, Proof, Standing
from portal.ratings.models import Rating, RatingDoubt
from portal.ratings.screening.rules import GROUNDS
from portal.residents.models import Resident
from portal.security import RESIDENT

JUDGED_ANEW = N_("居民本人已验证身份，重新判断")
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
    _settle(s, rating, at)
    return True


def judge_anew(s: Session, rating: Rating, at: datetime) -> None:
    """Forget what was found by holding a rating against others without proof: it is verified now.

    Called inside `counts.moving`, with the rating watched, before it is judged among verified
    ones. Else whoever floods a page without a contact could have set aside what residents
    verify a minute later. What a moderator has rejected stays so, and so does what was sent
    faster than a person can; what a moderator has released is looked at again.
    """
    rating.is_cleared = False
    if rating.standing is Standing.SET_ASIDE and rating.doubt in GROUNDS:
        _settle(s, rating, at)


def _settle(s: Session, rating: Rating, at: datetime) -> None:
    rating.standing, rating.doubt, rating.is_cleared = Standing.COUNTED, None, False
    open_ = select(RatingDoubt).where(
        RatingDoubt.rating_id == rating.id, RatingDoubt.decided_at.is_(None)
    )
    for doubt in s.scalars(open_):
        doubt.decided_at, doubt.decided_by = at, RESIDENT.name
        doubt.decision, doubt.reason = Standing.COUNTED, JUDGED_ANEW
