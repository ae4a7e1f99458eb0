"""What a resident does with what they gave: answers, forgets, takes along, takes back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import vault
from portal.clock import local_day
from portal.county.queries import ratings as setting
from portal.errors import Invalid, WrongState
from portal.language import N_
from portal.ratings import actions as ratings
from portal.ratings import counts
from portal.ratings.followups import actions as followups
from portal.ratings.models import Rating
from portal.ratings.own.queries import Owner
from portal.residents import actions as residents
from portal.residents import rules
from portal.residents.models import Resident


def still_bad(s: Session, rating: Rating, *, note: str, at: datetime) -> None:
    """Say that after the remedy it is as bad as before, and what is still wrong.

    Raises WrongState unless asked.
    """
    with counts.moving(s, rating.project_id, _minimum(s, at)) as moves:
        s.refresh(rating)
        found = followups.of_rating(s, rating)
        if found is None:
            raise WrongState(N_("现在没有等待您再次评价的事项。"))
        followups.still_bad(s, moves, found, note=note, at=at)


def keep_contact(s: Session, resident: Resident, typed: str, *, at: datetime) -> None:
    """Keep the contact a resident once verified with, without another code.

    Raises Invalid for what is no contact, and for another one than that: nobody may have
    messages sent to somebody else.
    """
    found = rules.read(typed)
    if found is None:
        raise Invalid(N_("请填写 11 位手机号，或像 name@example.cn 这样的邮箱。"))
    residents.hold(s, resident)  # erased meanwhile, nothing is kept of them any more
    if not vault.same(residents.pseudonym_of(found), resident.pseudonym):
        raise Invalid(N_("与您验证时用的手机号或邮箱不一致。"))
    residents.keep_contact(s, resident, typed, at=at)


def forget_contact(s: Session, resident: Resident, *, at: datetime) -> None:
    """Delete the kept contact: no rating wants an answer any more, and no call is promised.

    What was missed before stays missed, and a call that was made stays made; remedies stay
    owed (`followups.actions.follow`).
    """
    residents.hold(s, resident)
    wanting = select(Rating).where(Rating.resident_id == resident.id, Rating.wants_answer)
    for rating in s.scalars(wanting.order_by(Rating.project_id, Rating.id)).all():
        with counts.moving(s, rating.project_id, _minimum(s, at)) as moves:
            s.refresh(rating)
            rating.wants_answer = False
            followups.follow(s, moves, rating, at=at)
    residents.forget_contact(s, resident, at=at)


def erase_all(s: Session, owner: Owner, *, at: datetime) -> int:
    """Erase everything an owner gave, and the verified resident; return how many ratings.

    Source: Personal Information Protection Law art. 47.
    """
    if owner.resident:
        residents.hold(s, owner.resident)
    given = select(Rating).where(Rating.rater.in_(owner.raters))
    found = s.scalars(given.order_by(Rating.project_id, Rating.id)).all()
    for rating in found:
        ratings.erase(s, rating, at=at)
    if owner.resident:
        ratings.erase_resident(s, owner.resident, at=at)
    return len(found)


def _minimum(s: Session, at: datetime) -> int:
    return setting(s, local_day(at))["minimum"]
