"""Keeping projects findable: what of a project can be searched, and when that is renewed."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import search
from portal.departments.models import Department
from portal.projects.models import Item, Project, Site

KIND = "project"


def index(s: Session, projects: Iterable[Project]) -> None:
    """Make the texts of these projects findable as they are now; all of them are public."""
    projects = list(projects)
    for start in range(0, len(projects), 500):
        some = projects[start : start + 500]
        parts = _parts(s, [p.id for p in some])
        units = dict(s.execute(select(Department.id, Department.name)).all())
        search.put_many(
            s,
            KIND,
            [(p.id, "\n".join([*_own(p, units), *parts.get(p.id, [])])) for p in some],
        )


def _own(project: Project, units: dict[int, str]) -> list[str]:
    lead = units.get(project.department_id or 0, "")
    texts = (project.code, project.name, project.content, project.field, project.place)
    return [*texts, lead, project.department_text, project.progress_text]


def _parts(s: Session, idents: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    items = select(Item.project_id, Item.name, Item.note).where(Item.project_id.in_(idents))
    sites = select(Site.project_id, Site.name, Site.address).where(Site.project_id.in_(idents))
    for statement in (items, sites):
        for ident, *texts in s.execute(statement):
            found.setdefault(ident, []).extend(texts)
    return found
