"""Reading waves: of a page of projects, with how many ratings each has."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.paging import Page, fetch_page
from portal.projects.models import LISTED, Project, ProjectStatus
from portal.projects.queries import PAGE_SIZE, SORTS
from portal.ratings.counts import Cut
from portal.ratings.kinds import Proof
from portal.ratings.models import Tally, Wave

Totals = dict[Proof, int]
"""Counted ratings of a wave by who stands behind them."""


def completed_page(
    s: Session, q: str | None, year: int | None, *, after: str | None = None
) -> Page:
    """Return a page of the completed projects, in the order of the lists, newest list first.

    `q` is a part of the name, or the beginning of the code.
    """
    statement = select(Project).where(LISTED, Project.status == ProjectStatus.COMPLETED)
    if q:
        in_name = Project.name.contains(q, autoescape=True)
        statement = statement.where(or_(in_name, Project.code.startswith(q, autoescape=True)))
    if year is not None:
        statement = statement.where(Project.year == year)
    return fetch_page(s, statement, SORTS["list"], after=after, size=PAGE_SIZE)


def waves_of(s: Session, project_ids: Sequence[int]) -> dict[int, list[Wave]]:
    """Return the waves on record of these projects, the first one first."""
    found: dict[int, list[Wave]] = defaultdict(list)
    statement = select(Wave).where(Wave.project_id.in_(project_ids)).order_by(Wave.number)
    for wave in s.scalars(statement):
        found[wave.project_id].append(wave)
    return found


def totals(s: Session, waves: Sequence[Wave]) -> dict[int, Totals]:
    """Return how many ratings count in each of these waves, by the wave's number in the table."""
    statement = (
        select(Tally.wave_id, Tally.proof, func.sum(Tally.n))
        .where(Tally.wave_id.in_([wave.id for wave in waves]), Tally.cut == Cut.TOTAL)
        .group_by(Tally.wave_id, Tally.proof)
    )
    found = {wave.id: dict.fromkeys(Proof, 0) for wave in waves}
    for wave_id, proof, n in s.execute(statement):
        found[wave_id][proof] = int(n)
    return found
