"""Deciding on ratings that were set aside together, with one reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.county.queries import ratings as setting
from portal.errors import WrongState
from portal.language import N_
from portal.projects.models import Project
from portal.ratings import counts
from portal.ratings.kinds import Standing
from portal.ratings.models import Rating, RatingDoubt
from portal.ratings.screening.actions import decide
from portal.security import Actor


@dataclass(frozen=True)
class Decided:
    """What became of a decision on several ratings."""

    done: int
    """How many were decided on."""
    erased: int
    """How many their residents had erased meanwhile: nothing was left to decide."""


def decide_together(
    s: Session,
    project: Project,
    doubt_ids: Sequence[int],
    *,
    release: bool,
    actor: Actor,
    reason: str,
    at: datetime,
) -> Decided:
    """Let ratings of one project count after all, or not for good: all of them or none.

    Each decision is a row of its own and an entry of the audit trail. Raises WrongState when
    somebody has decided on one of them meanwhile, or when residents have erased all of them;
    NotAllowed and Invalid as `screening.actions.decide`.
    """
    with counts.moving(s, project.id, setting(s, local_day(at))["minimum"]) as moves:
        found = s.execute(
            select(RatingDoubt, Rating)
            .join(Rating, Rating.id == RatingDoubt.rating_id)
            .where(RatingDoubt.id.in_(doubt_ids), Rating.project_id == project.id)
            .order_by(RatingDoubt.id)
            .execution_options(populate_existing=True)
        ).all()
        left = [row for row in found if row.Rating.standing is not Standing.ERASED]
        if not left:
            raise WrongState(N_("这些评价已由居民本人删除，不用再判定。"))
        late = [row for row in left if not _is_open(row.RatingDoubt, row.Rating)]
        if late:
            said = N_("其中 %(n)s 份刚才已有人判定。您的操作没有执行，请重新打开再看。")
            raise WrongState(said, n=len(late))
        for row in left:
            decide(s, moves, row.Rating, release=release, actor=actor, reason=reason, at=at)
    return Decided(len(left), len(found) - len(left))


def _is_open(doubt: RatingDoubt, rating: Rating) -> bool:
    return doubt.decided_at is None and rating.standing is Standing.SET_ASIDE
