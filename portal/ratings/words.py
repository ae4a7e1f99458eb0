"""What everybody may read beside the figures: residents' words, the word more, the answers.

A moderator has let each text through; nothing here shows one that waits or was withheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.projects.models import Project
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import State
from portal.ratings.kinds import Standing
from portal.ratings.models import CommentVisibility, Rating, RatingAddition, RatingPhoto
from portal.ratings.queries import public_comments

MOST, MOST_REMEDIES = 20, 10
"""Most ratings with words, and most answers without them, on a project's page."""


@dataclass(frozen=True)
class Heard:
    """One rating with what may be read of it."""

    rating: Rating
    comment: str
    """Empty where the words are not public."""
    photos: Sequence[RatingPhoto]
    addition: RatingAddition | None
    """The one word more; its level is a figure, its words only where `added` has them."""
    added: str
    remedy: FollowUp | None
    """What the department did about it, where its text is public."""


def heard(s: Session, project: Project) -> list[Heard]:
    """Return the newest ratings with public words, the newest first; five queries at most."""
    own = public_comments(s, project, MOST)
    more = [r for r in _with_public_addition(s, project) if r not in own]
    some = sorted([*own, *more], key=lambda r: -r.id)[:MOST]
    answered = _remedies(project).where(FollowUp.rating_id.in_([r.id for r in some]))
    remedies = {f.rating_id: f for f in s.scalars(answered)}
    return [_heard(rating, remedies.get(rating.id)) for rating in some]


def other_remedies(s: Session, project: Project, shown: Sequence[Heard]) -> list[FollowUp]:
    """Return the newest public answers to bad ratings that have no public words themselves."""
    told = [one.rating.id for one in shown]
    newest = _remedies(project).where(FollowUp.rating_id.not_in(told)).order_by(FollowUp.id.desc())
    return list(s.scalars(newest.limit(MOST_REMEDIES)))


def _remedies(project: Project) -> Select[tuple[FollowUp]]:
    return (
        select(FollowUp)
        .where(
            FollowUp.project_id == project.id,
            FollowUp.remedy_visibility == CommentVisibility.PUBLIC,
            FollowUp.remedied_at.is_not(None),
            FollowUp.state != State.VOID,
        )
        .options(joinedload(FollowUp.department))
    )


def _with_public_addition(s: Session, project: Project) -> Sequence[Rating]:
    """The additions are found first: in a project's ratings they are needles in a haystack."""
    newest = (
        select(RatingAddition.rating_id)
        .where(
            RatingAddition.project_id == project.id,
            RatingAddition.comment_visibility == CommentVisibility.PUBLIC,
        )
        .order_by(RatingAddition.id.desc())
        .limit(MOST)
    )
    idents = s.scalars(newest).all()
    if not idents:
        return []
    loaded = selectinload(Rating.photos).joinedload(RatingPhoto.file)
    found = select(Rating).where(Rating.id.in_(idents))
    ratings = s.scalars(found.options(loaded, joinedload(Rating.addition)))
    return [r for r in ratings if r.standing is Standing.COUNTED]


def _heard(rating: Rating, remedy: FollowUp | None) -> Heard:
    is_public = rating.comment_visibility is CommentVisibility.PUBLIC
    addition = rating.addition
    may_read = addition is not None and addition.comment_visibility is CommentVisibility.PUBLIC
    return Heard(
        rating=rating,
        comment=rating.comment if is_public else "",
        photos=rating.photos if is_public else (),
        addition=addition,
        added=addition.comment if addition and may_read else "",
        remedy=remedy,
    )
