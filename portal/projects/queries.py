"""Reading projects."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from portal.departments.models import Department
from portal.paging import Page, fetch_page
from portal.projects.models import Project, ProjectStatus
from portal.projects.rules import PublicStatus, plan_of, public_status

PAGE_SIZE = 20


@dataclass(frozen=True)
class Standing:
    """How a project stands on a day."""

    status: PublicStatus
    planned: Decimal
    """Percent the plan wants by that day."""


def standing(project: Project, day: date) -> Standing:
    """Return how `project` stands on `day`."""
    planned = plan_of(project.year, project.start_on, project.due_on, day)
    due = project.due_on or date(project.year, 12, 31)
    status = public_status(
        is_completed=project.status is ProjectStatus.COMPLETED,
        is_started=project.status is ProjectStatus.IN_PROGRESS,
        percent=project.percent,
        planned=planned,
        due=day > due,
    )
    return Standing(status, planned)


def project_page(
    s: Session,
    *,
    year: int | None,
    status: ProjectStatus | None,
    department: str | None,
    town: str | None,
    q: str | None,
    after: str | None,
) -> Page:
    """Return a page of projects that pass every filter given, in the lists' own order."""
    statement = select(Project).options(joinedload(Project.department), joinedload(Project.town))
    statement = filtered(statement, year=year, status=status, department=department, town=town, q=q)
    order = [(Project.year, True), (Project.sort_order, False), (Project.id, False)]
    return fetch_page(s, statement, order, after=after, size=PAGE_SIZE)


def filtered(
    statement: Select,
    *,
    year: int | None,
    status: ProjectStatus | None,
    department: str | None,
    town: str | None,
    q: str | None,
) -> Select:
    """Narrow a statement over Project by the public filters."""
    if year:
        statement = statement.where(Project.year == year)
    if status:
        statement = statement.where(Project.status == status)
    if department:
        statement = statement.where(
            Project.department_id.in_(select(Department.id).where(Department.code == department))
        )
    if town:
        statement = statement.where(Project.town_code == town)
    for word in (q or "").split():
        statement = statement.where(
            Project.name.icontains(word, autoescape=True)
            | Project.content.icontains(word, autoescape=True)
            | Project.place.icontains(word, autoescape=True)
        )
    return statement


def count(s: Session, **filters: object) -> int:
    """Return how many projects pass the filters."""
    return s.scalar(filtered(select(func.count()).select_from(Project), **filters))


def by_code(s: Session, code: str) -> Project | None:
    """Return the project with this code, with its department and town."""
    return s.scalar(
        select(Project)
        .where(Project.code == code)
        .options(joinedload(Project.department), joinedload(Project.town))
    )


def years(s: Session) -> list[int]:
    """Return the years that have a list, newest first."""
    return list(s.scalars(select(Project.year).distinct().order_by(Project.year.desc())))


def of_year(s: Session, year: int) -> list[Project]:
    """Return every project of a year's list with its department, in the list's order."""
    return list(
        s.scalars(
            select(Project)
            .where(Project.year == year)
            .options(joinedload(Project.department), joinedload(Project.town))
            .order_by(Project.sort_order, Project.id)
        )
    )


def choices(s: Session, limit_years: int = 2) -> list[tuple[str, str, int]]:
    """Return code, name and year of the projects a resident can point at."""
    recent = years(s)[:limit_years]
    statement = (
        select(Project.code, Project.name, Project.year)
        .where(Project.year.in_(recent))
        .order_by(Project.year.desc(), Project.sort_order, Project.id)
    )
    return list(s.execute(statement).all())
