"""Words that wait to be read before the public sees them, of residents and of departments."""

import hashlib
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.language import N_
from portal.paging import Page, fetch_page
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import State
from portal.ratings.kinds import Standing
from portal.ratings.models import CommentVisibility, Rating, RatingAddition, RatingPhoto

PAGE_SIZE = 25


class Words(StrEnum):
    """Whose words, and beside what."""

    RATING = "ratings"
    ADDITION = "additions"
    REMEDY = "remedies"


WORDS_LABELS = {
    Words.RATING: N_("评价意见"),
    Words.ADDITION: N_("追评"),
    Words.REMEDY: N_("整改情况"),
}

MODELS = {Words.RATING: Rating, Words.ADDITION: RatingAddition, Words.REMEDY: FollowUp}

VISIBILITY_LABELS = {
    CommentVisibility.PRIVATE: N_("待审核"),
    CommentVisibility.PUBLIC: N_("已公开"),
    CommentVisibility.WITHHELD: N_("不公开"),
}


def waiting(s: Session) -> dict[Words, int]:
    """Return how many words of each kind nobody has decided on."""
    return {
        words: s.scalar(
            select(func.count()).select_from(_chosen(words, CommentVisibility.PRIVATE).subquery())
        )
        for words in Words
    }


def words_page(
    s: Session, words: Words, visibility: CommentVisibility, *, after: str | None
) -> Page:
    """Return a page of words; those that wait with the oldest first, others the newest."""
    is_old_first = visibility is CommentVisibility.PRIVATE
    order = [(column, not is_old_first) for column in _ORDERS[words]]
    statement = _chosen(words, visibility).options(*_OPTIONS[words])
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def text_of(thing: Rating | RatingAddition | FollowUp) -> str:
    """Return the words that the public would read."""
    return thing.remedy_text if isinstance(thing, FollowUp) else thing.comment


def fingerprint(thing: Rating | RatingAddition | FollowUp) -> str:
    """Return what tells whether words and photos are still those that were looked at."""
    photos = [str(p.file_id) for p in thing.photos] if isinstance(thing, Rating) else []
    seen = "\0".join([text_of(thing), *sorted(photos)])
    return hashlib.sha256(seen.encode()).hexdigest()[:32]


_ORDERS: dict[Words, tuple[Any, ...]] = {
    Words.RATING: (Rating.said_at, Rating.id),
    Words.ADDITION: (RatingAddition.given_at, RatingAddition.id),
    Words.REMEDY: (FollowUp.remedied_at, FollowUp.id),
}

_OPTIONS: dict[Words, tuple[Any, ...]] = {
    Words.RATING: (
        joinedload(Rating.project),
        selectinload(Rating.photos).joinedload(RatingPhoto.file),
    ),
    Words.ADDITION: (joinedload(RatingAddition.rating).joinedload(Rating.project),),
    Words.REMEDY: (
        joinedload(FollowUp.project),
        joinedload(FollowUp.department),
        joinedload(FollowUp.rating),
    ),
}


def _chosen(words: Words, visibility: CommentVisibility) -> Select[Any]:
    if words is Words.REMEDY:
        return select(FollowUp).where(
            FollowUp.remedy_visibility == visibility,
            FollowUp.remedied_at.is_not(None),
            FollowUp.state != State.VOID,
        )
    if words is Words.ADDITION:
        return select(RatingAddition).where(
            RatingAddition.comment_visibility == visibility, RatingAddition.comment != ""
        )
    has_photo = select(RatingPhoto.id).where(RatingPhoto.rating_id == Rating.id).exists()
    # What does not count is not shown either: nobody has to read it before that is decided.
    # Said with NOT IN, so that the database finds what waits and not all that counts.
    is_wanted = (
        Rating.standing.not_in(set(Standing) - {Standing.COUNTED})
        if visibility is CommentVisibility.PRIVATE
        else Rating.standing != Standing.ERASED
    )
    return select(Rating).where(
        Rating.comment_visibility == visibility,
        is_wanted,
        or_(Rating.comment != "", has_photo),
    )
