"""Figures of ratings, and comments waiting for a moderator."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.county.presets import RATING_MINIMUM
from portal.paging import Page, fetch_page
from portal.projects.models import Project
from portal.ratings.models import CommentVisibility, Rating
from portal.ratings.rules import Figure, figure

PAGE_SIZE = 25


def figures(s: Session, project_ids: Sequence[int]) -> dict[int, Figure]:
    """Return the figure of each of these projects, in one query."""
    counts: dict[int, dict[int, int]] = {i: {} for i in project_ids}
    rows = s.execute(
        select(Rating.project_id, Rating.level, func.count())
        .where(Rating.project_id.in_(project_ids))
        .group_by(Rating.project_id, Rating.level)
    )
    for project_id, level, n in rows:
        counts[project_id][level] = n
    return {i: figure(levels, RATING_MINIMUM) for i, levels in counts.items()}


def figure_of_year(s: Session, year: int) -> Figure:
    """Return the figure of all ratings of the projects of one year's list."""
    rows = s.execute(
        select(Rating.level, func.count())
        .join(Rating.project)
        .where(Project.year == year)
        .group_by(Rating.level)
    )
    return figure(dict(rows.all()), RATING_MINIMUM)


def public_comments(s: Session, project: Project, limit: int = 20) -> list[Rating]:
    """Return the newest comments on a project that a moderator let through."""
    return list(
        s.scalars(
            select(Rating)
            .where(
                Rating.project_id == project.id,
                Rating.comment_visibility == CommentVisibility.PUBLIC,
            )
            .order_by(Rating.id.desc())
            .limit(limit)
        )
    )


def comments_to_read(s: Session, after: str | None) -> Page:
    """Return a page of comments no moderator has decided on, oldest first."""
    statement = (
        select(Rating)
        .where(Rating.comment_visibility == CommentVisibility.PRIVATE, Rating.comment != "")
        .options(joinedload(Rating.project))
    )
    order = [(Rating.given_at, False), (Rating.id, False)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)
