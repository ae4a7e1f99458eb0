"""Many residents who rate one project, none of them in a burst."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.county.queries import ratings as setting
from portal.projects.models import Project
from portal.ratings import counts
from portal.ratings.counts import Moving
from portal.ratings.followups import actions as follow_ups
from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import Outcome, Remedy
from portal.ratings.kinds import Proof
from portal.ratings.models import CommentVisibility, Rating
from tests import factories
from tests.factories import AT

APART = timedelta(hours=3)
"""So far lie two ratings apart: thirty in a day would be looked at together."""


def crowd(
    s: Session,
    project: Project,
    levels: Mapping[int, int],
    *,
    at: datetime = AT,
    proof: Proof = Proof.VERIFIED,
    said: Mapping[str, object] | None = None,
    **voter: object,
) -> list[Rating]:
    """Let so many rate at each of `levels`, one after the other from `at` on."""
    every = [level for level, n in levels.items() for _ in range(n)]
    return [
        factories.rating(
            s,
            project,
            level,
            by=factories.voter(proof=proof, **voter),
            at=at + n * APART,
            **(said or {}),
        )
        for n, level in enumerate(every)
    ]


def moving(s: Session, project: Project, at: datetime = AT):
    """Change ratings and follow-ups of a project, as a view does."""
    return counts.moving(s, project.id, setting(s, at.date())["minimum"])


def answered(
    s: Session, moves: Moving, rating: Rating, *, text: str, shown: bool = True, days: int = 1
) -> FollowUp:
    """Let the department answer a bad rating after so many days; its text may be read if `shown`.

    Only inside `moving`.
    """
    found = follow_ups.of_rating(s, rating)
    officer = factories.officer(rating.project.department)
    at = rating.said_at + timedelta(days=days)
    called = {"actor": officer, "note": "到现场看过", "at": at}
    follow_ups.call(s, moves, found, Outcome.NO_CONTACT, **called)
    follow_ups.remedy(s, moves, found, Remedy.FIXED, actor=officer, text=text, at=at)
    found.remedy_visibility = CommentVisibility.PUBLIC if shown else CommentVisibility.WITHHELD
    return found
