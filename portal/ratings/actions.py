"""Giving a rating, and deciding on the words beside it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.db import added
from portal.errors import WrongState
from portal.language import N_
from portal.projects.models import Project, ProjectStatus
from portal.ratings.models import CommentVisibility, Rating, RatingRevision
from portal.security import RESIDENT, Actor, Permission, ensure


def rating_of(s: Session, project: Project, rater: str) -> Rating | None:
    """Return what this browser has said of the project so far."""
    return s.scalar(select(Rating).where(Rating.project_id == project.id, Rating.rater == rater))


def give(
    s: Session, project: Project, *, rater: str, level: int, comment: str, at: datetime
) -> Rating:
    """Rate a completed project; a second rating by the same browser replaces the first.

    Raises WrongState while the project is not completed.
    """
    if project.status is not ProjectStatus.COMPLETED:
        raise WrongState(N_("这个项目还没有完成验收，评价尚未开放。"))
    found = rating_of(s, project, rater)
    if found is None:
        found = Rating(
            project_id=project.id,
            rater=rater,
            level=level,
            comment=comment,
            comment_visibility=CommentVisibility.PRIVATE,
            given_at=at,
        )
        if added(s, found):
            _audit(s, "rating:give", found, RESIDENT, at, level=level)
            return found
        found = rating_of(s, project, rater)
    if (found.level, found.comment) == (level, comment):
        return found
    found.revisions.append(RatingRevision(level=found.level, comment=found.comment, replaced_at=at))
    if comment != found.comment:
        found.comment_visibility = CommentVisibility.PRIVATE
    found.level, found.comment, found.changed_at = level, comment, at
    s.flush()
    _audit(s, "rating:give", found, RESIDENT, at, level=level)
    return found


def decide_comment(
    s: Session, rating: Rating, *, publish: bool, actor: Actor, at: datetime
) -> None:
    """Let the words beside a rating be seen, or not. The level counts either way."""
    ensure(actor, Permission.CASE_MODERATE)
    if not rating.comment:
        raise WrongState(N_("这条评价没有文字意见。"))
    rating.comment_visibility = CommentVisibility.PUBLIC if publish else CommentVisibility.WITHHELD
    s.flush()
    _audit(s, "rating:publish" if publish else "rating:withhold", rating, actor, at)


def _audit(
    s: Session, act: str, rating: Rating, actor: Actor, at: datetime, **details: object
) -> None:
    record(s, actor=actor, act=act, subject=f"rating:{rating.id}", at=at, **details)
