"""Closing follow-ups to whose second question nobody replied, one transaction each."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.county.queries import ratings as setting
from portal.ratings.counts import moving
from portal.ratings.followups.actions import expire
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import State


def expire_due(s: Session, at: datetime, limit: int = 200) -> list[int]:
    """Return follow-ups whose second question ran out unanswered, the longest first.

    Changes nothing: `expire_one` closes each in a transaction of its own, so that no project
    is locked while another one waits.
    """
    over = select(FollowUp.id).where(
        FollowUp.state == State.ASKED, FollowUp.asked_until < local_day(at)
    )
    return list(s.scalars(over.order_by(FollowUp.asked_until, FollowUp.id).limit(limit)))


def expire_one(s: Session, ident: int, at: datetime) -> None:
    """Close one of them; nothing happens where the resident has replied meanwhile."""
    project_id = s.scalar(select(FollowUp.project_id).where(FollowUp.id == ident))
    if project_id is None:
        return
    with moving(s, project_id, setting(s, local_day(at))["minimum"]) as moves:
        expire(s, moves, s.get_one(FollowUp, ident, populate_existing=True), at=at)
