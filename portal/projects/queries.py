"""Reading projects: lists as rows of columns, one project as an entity.

A list first finds its page among narrow rows and then reads what it shows of those few, so
that a page out of 5,000 projects costs little more than one out of 50.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal import search
from portal.county.models import Town
from portal.departments.models import Department
from portal.paging import Order, Page, fetch_page
from portal.projects.kinds import Level, Nature, ProjectStatus, Stage
from portal.projects.models import LISTED, Project, Site
from portal.projects.people.models import Leader
from portal.projects.rules import Completion, YearFigures
from portal.projects.schedule.models import Standing
from portal.projects.schedule.rules import Light
from portal.projects.search import KIND

PAGE_SIZE = 20

IS_BUILT = and_(
    Project.status == ProjectStatus.COMPLETED,
    Project.nature == Nature.WORKS,
    Project.handed_over_on.is_(None),
)
"""Accepted works that nobody looks after yet."""

IS_COMPLETE = and_(
    Project.status == ProjectStatus.COMPLETED,
    or_(Project.nature != Nature.WORKS, Project.handed_over_on.is_not(None)),
)

IS_BEGUN = or_(
    Project.status.in_([ProjectStatus.IN_PROGRESS, ProjectStatus.COMPLETED]),
    and_(Project.status == ProjectStatus.PAUSED, Project.percent > 0),
    Project.nature == Nature.POLICY,
)
"""Work has begun; policies need no start (`rules.YearFigures`)."""

SORTS: dict[str, Order] = {
    "list": [(Project.year, True), (Project.sort_order, False), (Project.id, False)],
    "light": [(Standing.rank, False), (Project.id, True)],
    "due": [(Standing.ends_on, False), (Project.id, False)],
    "updated": [(Project.updated_at, True), (Project.id, True)],
}
"""Orders a list can be in; each ends with a unique column, for paging by key."""


@dataclass(frozen=True)
class Joined:
    """An order by what stands above projects, such as ratings: named there, joined here."""

    order: Order
    """As in SORTS; what a project does not have comes as a value of its own, never as null."""
    table: Any
    """What the order's columns are of; a project has one row of it or none."""
    on: ColumnElement[bool]
    """How the table is joined to projects."""


@dataclass(frozen=True)
class Filters:
    """What a list of projects is narrowed to; None leaves a filter out."""

    year: int | None = None
    field: str | None = None
    town: str | None = None
    department: str | None = None
    leader: str | None = None
    level: Level | None = None
    light: Light | None = None
    stage: Stage | None = None
    status: ProjectStatus | None = None
    completion: Completion | None = None
    stale: bool | None = None
    q: str | None = None

    def without(self, name: str) -> "Filters":
        """Return the same filters but one."""
        return replace(self, **{name: None})

    def chosen(self) -> dict[str, str]:
        """Return the filters in use as they stand in an address."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: _in_address(value) for name, value in values.items() if value}


def _in_address(value: Any) -> str:
    return "yes" if value is True else str(value)


COMPLETIONS = {
    Completion.OPEN: Project.status != ProjectStatus.COMPLETED,
    Completion.BUILT: IS_BUILT,
    Completion.COMPLETE: IS_COMPLETE,
}
"""`rules.completion` in the database's words."""

FACETS: dict[str, Any] = {
    "year": Project.year,
    "field": Project.field,
    "town": Project.town_code,
    "department": Project.department_id,
    "leader": Project.leader_id,
    "level": Project.level,
    "light": Standing.light,
    "stage": Project.stage,
    "status": Project.status,
}
"""Filters that compare a column."""


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what a project beside its standing must meet."""
    found = [
        _equals(name, getattr(filters, name))
        for name in FACETS
        if getattr(filters, name) is not None
    ]
    if filters.completion is not None:
        found.append(COMPLETIONS[filters.completion])
    if filters.stale:
        found.append(Standing.is_stale)
    hits = search.matching(KIND, filters.q) if filters.q else None
    return found if hits is None else [*found, Project.id.in_(hits)]


_REGISTERS: dict[str, Any] = {"department": Department, "leader": Leader}


def _equals(name: str, value: Any) -> ColumnElement[bool]:
    if name in _REGISTERS:
        register = _REGISTERS[name]
        value = select(register.id).where(register.code == value).correlate(None).scalar_subquery()
    return FACETS[name] == value


def standing(*columns: Any) -> Select[Any]:
    """Select columns of projects beside their standing, and of nothing else."""
    return select(*columns).select_from(Project).join(Standing, Standing.project_id == Project.id)


def lean(filters: Filters, *columns: Any) -> Select[Any]:
    """Select columns of the projects that pass, beside their standing only where it is asked for.

    Every project has a standing once they are fresh, so that leaving it out changes nothing.
    """
    asked = (
        filters.light or filters.stale or Standing in {getattr(c, "class_", None) for c in columns}
    )
    own = select(*columns).select_from(Project).where(LISTED)
    found = standing(*columns) if asked else own
    return found.where(*conditions(filters))


def joined(*columns: Any) -> Select[Any]:
    """Select columns of projects beside their standing, lead, leader and town."""
    return (
        standing(*columns)
        .outerjoin(Department, Department.id == Project.department_id)
        .outerjoin(Leader, Leader.id == Project.leader_id)
        .outerjoin(Town, Town.code == Project.town_code)
    )


ROW = (
    Project.id,
    Project.code,
    Project.year,
    Project.sort_order,
    Project.number,
    Project.name,
    Project.field,
    Project.level,
    Project.nature,
    Project.stage,
    Project.status,
    Project.percent,
    Project.start_on,
    Project.due_on,
    Project.promised_on,
    Project.completed_on,
    Project.handed_over_on,
    Project.reported_on,
    Project.amount_fen,
    Project.department_text,
    Project.updated_at,
    Department.code.label("department_code"),
    Department.name.label("department_name"),
    Leader.code.label("leader_code"),
    Leader.name.label("leader_name"),
    Town.name.label("town_name"),
    Standing.light,
    Standing.rank,
    Standing.ends_on,
    Standing.planned,
    Standing.gap,
    Standing.ratio,
    Standing.start_late,
    Standing.funds_behind,
    Standing.is_stale,
)
"""What a list shows of a project; a list reads these columns and never whole projects."""


def project_page(
    s: Session,
    filters: Filters,
    *,
    sort: str | Joined = "list",
    after: str | None,
    size: int = PAGE_SIZE,
    also: Sequence[ColumnElement[bool]] = (),
) -> Page:
    """Return a page of rows (ROW) that pass the filters and `also` (of projects), in one of SORTS
    or in an order that is named elsewhere.

    The standings must be fresh: `schedule.standings.ensure_fresh`.
    """
    order = sort.order if isinstance(sort, Joined) else SORTS[sort]
    keys = lean(filters, Project.id, *(c for c, _ in order if c is not Project.id)).where(*also)
    if isinstance(sort, Joined):
        keys = keys.outerjoin(sort.table, sort.on)
    found = fetch_page(s, keys, order, after=after, size=size, entities=False)
    return replace(found, rows=rows_of(s, [key.id for key in found.rows]))


def rows_of(s: Session, ids: Sequence[int]) -> list[Any]:
    """Return the rows (ROW) of these projects, in the order of `ids`."""
    found = {row.id: row for row in s.execute(joined(*ROW).where(Project.id.in_(ids)))}
    return [found[ident] for ident in ids if ident in found]


def count(s: Session, filters: Filters) -> int:
    """Return how many projects pass the filters."""
    return s.scalar(lean(filters, func.count(Project.id)))


def rows(
    s: Session,
    filters: Filters,
    *,
    sort: str = "list",
    limit: int,
    also: Sequence[ColumnElement[bool]] = (),
) -> list[Any]:
    """Return at most `limit` rows (ROW) that pass the filters and `also`."""
    return project_page(s, filters, sort=sort, after=None, size=limit, also=also).rows


def year_figures(
    s: Session, filters: Filters, *, also: Sequence[ColumnElement[bool]] = ()
) -> YearFigures:
    """Return the headline figures of the projects that pass the filters and `also`."""
    invested = Project.invested_fen.is_not(None) & Project.amount_fen.is_not(None)
    row = s.execute(
        standing(
            func.count(),
            func.count().filter(IS_COMPLETE),
            func.count().filter(IS_BUILT),
            func.count().filter(IS_BEGUN),
            func.count().filter(Project.status == ProjectStatus.STOPPED),
            func.coalesce(func.sum(Project.amount_fen).filter(invested), 0),
            func.coalesce(func.sum(Project.invested_fen).filter(invested), 0),
            func.count().filter(invested),
        ).where(*conditions(filters), *also)
    ).one()
    return YearFigures(*(int(n) for n in row))


def by_code(s: Session, code: str, *, to_change: bool = False) -> Project | None:
    """Return the project with this code, with its register entries; `to_change` locks it."""
    statement = select(Project).where(Project.code == code, Project.withdrawn_at.is_(None))
    if to_change:
        fresh = statement.with_for_update().execution_options(populate_existing=True)
        return s.scalar(fresh)  # as it is once it is locked, whatever was read while waiting
    return s.scalar(
        statement.options(
            joinedload(Project.department), joinedload(Project.town), joinedload(Project.leader)
        )
    )


def years(s: Session) -> list[int]:
    """Return the years that have a list, newest first."""
    return list(
        s.scalars(select(Project.year).where(LISTED).distinct().order_by(Project.year.desc()))
    )


def years_of(
    s: Session, filters: Filters, *, also: Sequence[ColumnElement[bool]] = ()
) -> dict[int, int]:
    """Return the years of the projects that pass, newest first, with how many each has."""
    found = standing(Project.year, func.count()).where(*conditions(filters), *also)
    return dict(s.execute(found.group_by(Project.year).order_by(Project.year.desc())).all())


def fields_in_use(s: Session) -> list[str]:
    """Return the fields (领域) that projects stand in."""
    found = select(Project.field).where(Project.field != "", LISTED).distinct()
    return list(s.scalars(found.order_by(Project.field)))


def leaders(s: Session) -> Sequence[Leader]:
    """Return the county leaders in the county's order, also those no longer in office."""
    return s.scalars(select(Leader).order_by(Leader.sort_order, Leader.id)).all()


def leader_by_code(s: Session, code: str) -> Leader | None:
    """Return the county leader with this code."""
    return s.scalar(select(Leader).where(Leader.code == code))


def sites_in(s: Session, town_code: str, *, limit: int) -> list[Any]:
    """Return the sites in a town that belong to projects of other places, newest list first."""
    return list(
        s.execute(
            select(Project.code, Project.name, Project.year)
            .add_columns(Site.name.label("site"), Site.address, Site.status, Site.percent)
            .join(Site, Site.project_id == Project.id)
            .where(
                Site.town_code == town_code,
                or_(Project.town_code != town_code, Project.town_code.is_(None)),
            )
            .order_by(Project.year.desc(), Project.sort_order, Project.id, Site.number)
            .limit(limit)
        ).all()
    )


def choices(s: Session, named: str = "", limit_years: int = 2) -> list[tuple[str, str, int]]:
    """Return code, name and year of the projects a resident can point at.

    `named` is the code of one more, of whatever year: posters hang for years.
    """
    recent = years(s)[:limit_years]
    statement = (
        select(Project.code, Project.name, Project.year)
        .where(or_(Project.year.in_(recent), Project.code == named), LISTED)
        .order_by(Project.year.desc(), Project.sort_order, Project.id)
    )
    return list(s.execute(statement).all())
