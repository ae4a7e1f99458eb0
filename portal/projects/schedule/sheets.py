"""Sheets of the wall chart: so many rows at a time, each sheet at the same cost."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.paging import fetch_page
from portal.projects.queries import SORTS, Filters, lean, project_page
from portal.projects.schedule.models import Milestone, Standing
from portal.projects.schedule.rules import LIGHT_RANKS, Light


@dataclass(frozen=True)
class Sheet:
    """Some rows of a list, and how to get from them to the others."""

    rows: list[Any]
    next: str | None
    """Cursor of the sheet after it; None on the last."""
    previous: str | None
    """Cursor of the sheet before it; None where that is the first, or there is none."""
    before: int
    """How many rows stand on the sheets before it."""
    size: int

    @property
    def number(self) -> int:
        """Which sheet it is, from 1 on."""
        return self.before // self.size + 1


@dataclass(frozen=True)
class Task:
    """A milestone as the chart shows it."""

    name: str
    planned_on: date
    actual_on: date | None


def sheet(s: Session, filters: Filters, *, sort: str, after: str | None, size: int) -> Sheet:
    """Return the sheet of `size` rows after the cursor `after`.

    What stands before it costs one more query, none on the first sheet. Raises Invalid for a
    cursor that is not one of ours.
    """
    page = project_page(s, filters, sort=sort, after=after, size=size)
    if not after:
        return Sheet(page.rows, page.next, None, 0, size)
    order = [(column, not down) for column, down in SORTS[sort]]
    keys = lean(filters, *(column for column, _ in order), func.count().over().label("others"))
    back = fetch_page(s, keys, order, after=after, size=size, entities=False)
    # The cursor's own row is the last of the sheet before; it does not come after itself.
    before = back.rows[0].others + 1 if back.rows else 1
    return Sheet(page.rows, page.next, back.next, before, size)


def milestones(s: Session, project_ids: Sequence[int]) -> dict[int, list[Task]]:
    """Return the milestones of projects, without the tasks they are split into; one query."""
    found: dict[int, list[Task]] = defaultdict(list)
    rows = s.execute(
        select(Milestone.project_id, Milestone.name, Milestone.planned_on, Milestone.actual_on)
        .where(Milestone.project_id.in_(project_ids), Milestone.parent_id.is_(None))
        .order_by(Milestone.project_id, Milestone.planned_on, Milestone.id)
    )
    for ident, *task in rows:
        found[ident].append(Task(*task))
    return found


def light_counts(s: Session, filters: Filters) -> dict[Light, int]:
    """Return how many projects show each light, the gravest first, whichever light is chosen."""
    counted = lean(filters.without("light"), Standing.light, func.count())
    rows = s.execute(counted.group_by(Standing.light))
    return dict(sorted(rows.all(), key=lambda row: LIGHT_RANKS[row[0]]))
