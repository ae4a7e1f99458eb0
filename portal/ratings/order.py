"""The order of lists by what residents say: by the lower bound, never by the mean.

A few fives do not come before many fours: what counts is how high the rate is at least. Projects
with too few verified ratings have no place in it and stand behind all others.
"""

from sqlalchemy import func

from portal.projects.models import Project
from portal.projects.queries import Joined
from portal.ratings.counts import NOT_ENOUGH
from portal.ratings.models import Score

_LOWER = func.coalesce(Score.lower, NOT_ENOUGH).label("lower_bound")

BY_RATING = Joined(
    order=[(_LOWER, True), (Project.id, False)],
    table=Score,
    on=Score.project_id == Project.id,
)
"""Highest lower bound first; those that were never rated stand with those rated too seldom."""
