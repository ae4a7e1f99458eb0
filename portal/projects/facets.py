"""How many projects each choice of a list would leave, the other choices kept.

Filters that are not in use are all counted in one scan of the projects that pass: the database
strings each column together and hands over one row, which costs a fraction of reading the
projects one by one. A filter in use is counted without itself, by one query more; so is every
filter while none is in use, because then each count is read off an index.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from portal.county.models import Town
from portal.departments.models import Department
from portal.projects.kinds import ProjectStatus
from portal.projects.models import Project
from portal.projects.people.models import Leader
from portal.projects.queries import FACETS, IS_BUILT, Filters, conditions, lean, standing
from portal.projects.rules import Completion
from portal.projects.schedule.models import Standing

_MARK = "\x1f"
"""Stands between two values; no text of a list holds it."""

COUNTED = (*FACETS, "completion")
"""Filters that say how many projects each of their values would leave."""

COMPLETED = (
    func.count().filter(Project.status == ProjectStatus.COMPLETED),
    func.count().filter(IS_BUILT),
)
"""Accepted, and those of them that are built but not complete."""

_NUMBERS = (Project.year, Project.department_id, Project.leader_id)


@dataclass(frozen=True)
class Counts:
    """How many projects pass, and how many each value of each filter would leave."""

    total: int
    stale: int
    """How many of those that pass have gone without a report for too long."""
    of: dict[str, dict[str, int]]
    """Filter -> value as text (ids of departments and leaders) -> projects; none is 0."""


@dataclass(frozen=True)
class Entry:
    """One entry of a register, as a filter offers it."""

    key: str
    """What `Counts` knows it by."""
    code: str
    name: str


def counts(s: Session, filters: Filters) -> Counts:
    """Return the counts of all filters; the standings must be fresh.

    One query for each filter in use and one more, or one for each there is: their number never
    depends on the projects.
    """
    if not filters.chosen():
        of = {name: _without(s, filters, name) for name in COUNTED}
        stale = s.scalar(select(func.count()).where(Standing.is_stale))
        return Counts(sum(of["status"].values()), stale, of)
    free = [name for name in FACETS if getattr(filters, name) is None]
    total, stale, done, built, *joined = s.execute(
        standing(
            func.count(),
            func.count().filter(Standing.is_stale),
            *COMPLETED,
            *(func.aggregate_strings(_text(FACETS[name]), _MARK) for name in free),
        ).where(*conditions(filters))
    ).one()
    of = {name: _tally(values) for name, values in zip(free, joined, strict=True)}
    if filters.completion is None:
        of["completion"] = _completion(total, done, built)
    return Counts(total, stale, of | {n: _without(s, filters, n) for n in COUNTED if n not in of})


def registers(s: Session) -> dict[str, list[Entry]]:
    """Return towns, departments and leaders in the county's order, for filters to name."""
    wanted = {
        "town": (Town.code, Town.code, Town.name),
        "department": (Department.id, Department.code, Department.name),
        "leader": (Leader.id, Leader.code, Leader.name),
    }
    return {
        name: [
            Entry(str(key), code, text)
            for key, code, text in s.execute(
                select(*columns).order_by(columns[1].class_.sort_order, columns[1])
            )
        ]
        for name, columns in wanted.items()
    }


def _without(s: Session, filters: Filters, name: str) -> dict[str, int]:
    others = filters.without(name)
    if name == "completion":
        return _completion(*s.execute(lean(others, func.count(), *COMPLETED)).one())
    column = FACETS[name]
    if column is Standing.light and not others.chosen():
        found = select(column, func.count())  # each project has one: no need to look it up
    else:
        found = lean(others, column, func.count())
    rows = s.execute(found.group_by(column))
    return {str(key): n for key, n in rows if key}


def _completion(total: int, done: int, built: int) -> dict[str, int]:
    """Tell `rules.completion` of all from two numbers."""
    found = {
        Completion.OPEN: total - done,
        Completion.BUILT: built,
        Completion.COMPLETE: done - built,
    }
    return {key.value: n for key, n in found.items() if n}


def _text(column: Any) -> ColumnElement[str]:
    """Return the column as text, empty where there is nothing."""
    plain = cast(column, String) if column in _NUMBERS else type_coerce(column, String)
    return func.coalesce(plain, "")


def _tally(values: str | None) -> dict[str, int]:
    found = Counter(values.split(_MARK)) if values is not None else Counter[str]()
    del found[""]
    return found
