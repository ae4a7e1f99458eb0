"""What a form offers to choose from, and what it proposes before anybody has typed."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.county.queries import towns, upkeep
from portal.departments.models import Department
from portal.departments.queries import active
from portal.projects.fields import Field, Kind, Section
from portal.projects.kinds import Phase, ProjectStatus
from portal.projects.models import Project, Site
from portal.projects.people.models import Leader
from portal.projects.queries import leaders
from portal.projects.sections import REFERENCES
from portal.security import Actor

Options = list[tuple[str, str]]
"""Value and label of each thing that can be chosen."""

CHOSEN = (
    *(Kind.CHOICE, Kind.TOWN, Kind.LEADER, Kind.DEPARTMENT, Kind.DEPARTMENTS),
    *REFERENCES,
)
"""Kinds of fields that choose from what is there."""

_NOW = ("as_of", "raised_on", "found_on", "inspected_on")
"""Days that mostly are today when they are typed in."""


def options(s: Session, project: Project, field: Field, current: Iterable[Any]) -> Options:
    """Return what can be chosen; what is chosen already stays, also when it was retired."""
    kept = set(current)
    if field.kind is Kind.CHOICE:
        return [(str(key), _(label)) for key, label in field.choices.items()]
    if field.kind is Kind.TOWN:
        return [(t.code, t.name) for t in towns(s)]
    if field.kind is Kind.LEADER:
        return _register(leaders(s), kept)
    if field.kind in (Kind.DEPARTMENT, Kind.DEPARTMENTS):
        known = active(s)
        retired = kept - {d.id for d in known}
        others = s.scalars(select(Department).where(Department.id.in_(retired))) if retired else ()
        return _register([*known, *others], kept)
    return _rows(s, project, field)


def _register(entries: Iterable[Leader | Department], kept: set[Any]) -> Options:
    shown = (e for e in entries if e.is_active or e.id in kept)
    return [(str(e.id), f"{e.name} {e.post}" if isinstance(e, Leader) else e.name) for e in shown]


def _rows(s: Session, project: Project, field: Field) -> Options:
    """Return the rows of the same project that a field can point at."""
    model, column = REFERENCES[field.kind]
    found = s.scalars(select(model).where(model.project_id == project.id).order_by(model.id))
    if field.kind is Kind.REVISIT:
        return [(str(r.id), _("第%(n)s个月", n=r.months)) for r in found]
    return [(str(r.id), str(getattr(r, column))) for r in found]


def checklist(s: Session, day: date, known: Iterable[str]) -> list[str]:
    """Return the points of the county's checklist on a day, and those answered before."""
    points = list(upkeep(s, day)["checklist"])
    return points + [point for point in known if point not in points]


def proposed(
    s: Session, project: Project, section: Section, *, actor: Actor, day: date
) -> dict[str, Any]:
    """Return the written values that a new row begins with."""
    names = {f.name for f in section.fields}
    found: dict[str, Any] = {name: day.isoformat() for name in _NOW if name in names}
    if section.key in ("blocker", "problem"):
        found["department_id"] = actor.department_id or project.department_id
    own = _OWN.get(section.key)
    return found | (own(s, project, day) if own else {})


def _report(_s: Session, project: Project, _day: date) -> dict[str, Any]:
    return {"status": str(ProjectStatus.IN_PROGRESS)}


def _plan(_s: Session, _project: Project, day: date) -> dict[str, Any]:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return {"by_on": (following - timedelta(days=1)).isoformat()}


def _site(s: Session, project: Project, _day: date) -> dict[str, Any]:
    last = s.scalar(select(func.max(Site.number)).where(Site.project_id == project.id))
    return {"number": min((last or 0) + 1, 9999), "status": str(ProjectStatus.PLANNED)}


def _photo(_s: Session, project: Project, _day: date) -> dict[str, Any]:
    phases = {ProjectStatus.PLANNED: Phase.BEFORE, ProjectStatus.COMPLETED: Phase.AFTER}
    return {"phase": str(phases.get(project.status, Phase.DURING))}


def _acceptance(_s: Session, _project: Project, _day: date) -> dict[str, Any]:
    return {"is_final": True}


_OWN = {
    "report": _report,
    "plan": _plan,
    "site": _site,
    "photo": _photo,
    "acceptance": _acceptance,
}
