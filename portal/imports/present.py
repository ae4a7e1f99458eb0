"""The projects of a year with their rows, as they are before an import: a fixed number of
queries however many there are."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.imports.matching import KnownProject
from portal.projects.funds.models import FundSource
from portal.projects.kinds import Stage
from portal.projects.models import Item, Project, StageRecord
from portal.projects.people.models import Duty
from portal.projects.schedule.rules import Points
from portal.projects.schedule.standings import curves

_AWAY = "withdrawn"


def away_key(project: Project) -> str:
    """Return the source key of a project that is withdrawn: its own one is free again."""
    return f"{_AWAY} {project.id} {project.source_key}"


def known_key(project: Project) -> str:
    """Return number and text by which a project came, also when it is withdrawn."""
    if project.withdrawn_at is None:
        return project.source_key
    return project.source_key.split(" ", 2)[-1]


@dataclass
class Present:
    """A year's projects and what they are made of, each by the project's id."""

    projects: dict[int, Project]
    items: dict[int, list[Item]] = field(default_factory=dict)
    funds: dict[int, list[FundSource]] = field(default_factory=dict)
    duties: dict[int, list[Duty]] = field(default_factory=dict)
    """Those that hold on the day of the import."""
    stages: dict[int, set[Stage]] = field(default_factory=dict)
    plans: dict[int, Points] = field(default_factory=dict)

    @property
    def known(self) -> list[KnownProject]:
        """The projects as matching wants them."""
        return [
            KnownProject(p.id, p.code, p.name, known_key(p), p.withdrawn_at is not None)
            for p in self.projects.values()
        ]


def projects_of(s: Session, year: int) -> Present:
    """Return a year's projects alone, withdrawn ones too, for matching."""
    found = s.scalars(select(Project).where(Project.year == year).order_by(Project.id))
    return Present({project.id: project for project in found})


def with_rows(s: Session, present: Present, year: int, day: date) -> Present:
    """Read what the projects are made of."""
    of_year = select(Project.id).where(Project.year == year)
    holding = or_(Duty.until_on.is_(None), Duty.until_on >= day)
    present.items = _by_project(s, select(Item).order_by(Item.sort_order, Item.id), Item, of_year)
    present.funds = _by_project(s, select(FundSource).order_by(FundSource.id), FundSource, of_year)
    present.duties = _by_project(
        s, select(Duty).where(holding).order_by(Duty.from_on, Duty.id), Duty, of_year
    )
    stages = _by_project(s, select(StageRecord), StageRecord, of_year)
    present.stages = {ident: {row.stage for row in rows} for ident, rows in stages.items()}
    present.plans = curves(s, list(present.projects))
    return present


def _by_project(
    s: Session, statement: Select[Any], model: type[Any], of_year: Select[Any]
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in s.scalars(statement.where(model.project_id.in_(of_year))):
        found[row.project_id].append(row)
    return found
