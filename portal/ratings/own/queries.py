"""What one resident gave, and what became of it; everything is asked by whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.paging import Page, fetch_page
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import State
from portal.ratings.models import CommentVisibility, Rating, RatingPhoto
from portal.ratings.waves.actions import window
from portal.residents.models import Resident

PAGE_SIZE = 25


@dataclass(frozen=True)
class Owner:
    """Who asks: a verified resident, the browser they use, or only the browser."""

    resident: Resident | None
    raters: tuple[str, ...]
    """The keyed pseudonyms whose ratings are theirs; the one they rate under now comes first."""

    @property
    def rater(self) -> str | None:
        """Under which they would rate now; None for a browser that never rated."""
        return self.raters[0] if self.raters else None


@dataclass(frozen=True)
class Own:
    """One rating, as its resident sees it."""

    rating: Rating
    follow_up: FollowUp | None
    can_change: bool
    """Whether the form of the project would still change this very rating."""
    can_add: bool
    """Whether the one word more (追评) can be said: the wave is over, and none was said."""

    @property
    def is_asked(self) -> bool:
        """Whether the resident is asked again after a remedy."""
        return self.follow_up is not None and self.follow_up.state is State.ASKED

    @property
    def may_read_remedy(self) -> bool:
        """Whether the department's words are shown: to a verified resident before a moderator
        has read them, to whoever uses the browser only afterwards, and never once withheld."""
        if self.follow_up is None or self.follow_up.remedy is None:
            return False
        if self.follow_up.remedy_visibility is CommentVisibility.PRIVATE:
            return self.rating.resident_id is not None
        return self.follow_up.remedy_visibility is CommentVisibility.PUBLIC


def page_of(s: Session, owner: Owner, day: date, after: str | None) -> Page:
    """Return a page of what was given, the newest first, each as an `Own`."""
    statement = select(Rating).where(Rating.rater.in_(owner.raters)).options(*_WHOLE)
    found = fetch_page(s, statement, [(Rating.id, True)], after=after, size=PAGE_SIZE)
    return Page(_owned(s, owner, found.rows, day), found.next, found.is_first)


def everything(s: Session, owner: Owner, day: date) -> list[Own]:
    """Return all that was given, the oldest first."""
    statement = select(Rating).where(Rating.rater.in_(owner.raters)).options(*_WHOLE)
    return _owned(s, owner, list(s.scalars(statement.order_by(Rating.id))), day)


def one(s: Session, owner: Owner, ident: int, day: date) -> Own | None:
    """Return one rating with this number, if it is the owner's."""
    statement = select(Rating).where(Rating.id == ident, Rating.rater.in_(owner.raters))
    found = s.scalar(statement.options(*_WHOLE))
    return _owned(s, owner, [found], day)[0] if found else None


_WHOLE = (
    joinedload(Rating.project),
    joinedload(Rating.wave),
    joinedload(Rating.site),
    joinedload(Rating.addition),
    selectinload(Rating.revisions),
    selectinload(Rating.photos).joinedload(RatingPhoto.file),
)


def _owned(s: Session, owner: Owner, ratings: Sequence[Rating], day: date) -> list[Own]:
    follow_ups = {
        f.rating_id: f
        for f in s.scalars(
            select(FollowUp)
            .where(FollowUp.rating_id.in_([r.id for r in ratings]))
            .options(joinedload(FollowUp.department))
        )
    }
    return [_own(owner, rating, follow_ups.get(rating.id), day) for rating in ratings]


def _own(owner: Owner, rating: Rating, follow_up: FollowUp | None, day: date) -> Own:
    is_open = window(rating.wave).holds(day)
    is_listed = rating.project.withdrawn_at is None
    return Own(
        rating,
        follow_up,
        can_change=is_open and is_listed and rating.rater == owner.rater,
        can_add=not is_open and rating.addition is None,
    )
