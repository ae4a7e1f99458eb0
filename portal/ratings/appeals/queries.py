"""Reading appeals: what waits for the inspection office, and what it decided."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.paging import Page, fetch_page
from portal.projects.models import LISTED, Project
from portal.ratings.appeals.models import Appeal
from portal.ratings.models import Rating, RatingDoubt, RatingPhoto

PAGE_SIZE = 25


def appeal_page(s: Session, *, decided: bool, after: str | None) -> Page:
    """Return a page of the open appeals, the longest waiting first, or of those decided last."""
    statement = (
        select(Appeal)
        .join(Project, Project.id == Appeal.project_id)
        .where(LISTED)
        .options(
            joinedload(Appeal.project), joinedload(Appeal.department), joinedload(Appeal.rating)
        )
    )
    if decided:
        statement = statement.where(Appeal.decided_at.is_not(None))
        order = [(Appeal.decided_at, True), (Appeal.id, True)]
    else:
        statement = statement.where(Appeal.decided_at.is_(None))
        order = [(Appeal.filed_at, False), (Appeal.id, False)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def count_open(s: Session) -> dict[bool, int]:
    """Return how many appeals are decided (True) and how many wait (False)."""
    is_decided = Appeal.decided_at.is_not(None)
    counted = (
        select(is_decided, func.count())
        .select_from(Appeal)
        .join(Project, Project.id == Appeal.project_id)
        .where(LISTED)
        .group_by(is_decided)
    )
    return {bool(decided): n for decided, n in s.execute(counted)}


def whole(s: Session, ident: int) -> Appeal | None:
    """Return an appeal with the rating it is about."""
    rating = joinedload(Appeal.rating)
    return s.scalar(
        select(Appeal)
        .where(Appeal.id == ident)
        .options(
            rating.joinedload(Rating.wave),
            rating.joinedload(Rating.addition),
            rating.joinedload(Rating.site),
            rating.selectinload(Rating.photos).joinedload(RatingPhoto.file),
            rating.selectinload(Rating.revisions),
            joinedload(Appeal.project),
            joinedload(Appeal.department),
        )
    )


def doubts_of(s: Session, rating: Rating) -> list[RatingDoubt]:
    """Return every time a rating was set aside, the first one first."""
    found = select(RatingDoubt).where(RatingDoubt.rating_id == rating.id)
    return list(s.scalars(found.order_by(RatingDoubt.id)))
