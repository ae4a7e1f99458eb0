"""A county with units, towns and leaders, and tables imported into it as the command does."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.county.models import Town
from portal.imports.actions import Outcome, Source, import_reading
from portal.imports.engine import read
from portal.imports.reading import Table
from portal.imports.registers import registers
from portal.projects.models import Project
from portal.projects.people.models import Leader
from portal.projects.record.models import Change
from portal.security import SYSTEM
from tests import factories
from tests.factories import AT
from tests.imports.tables import cells


def settle(s: Session) -> None:
    """Put the registers of the county on record."""
    for code, name in (("edu", "县教育局"), ("road", "县交通局"), ("build", "县住建局")):
        factories.department(s, name, code=code)
    s.add(Town(code="cg", name="城关镇", sort_order=1))
    s.add(Town(code="hk", name="河口镇", sort_order=2))
    s.add(Leader(code="zhang", name="张某某", post="县长", sort_order=1))
    s.add(Leader(code="li", name="李某某", post="副县长", sort_order=2))
    s.flush()


def take(
    s: Session,
    text: str | Sequence[Sequence[str]],
    *,
    as_of: date | None = None,
    at: datetime = AT,
    **more: object,
) -> Outcome:
    """Import a table written as text, or rows of cells."""
    rows = cells(text) if isinstance(text, str) else [list(row) for row in text]
    year = more.pop("year", 2026)
    known = registers(s)
    reading = read(Table(rows), year, known, today=local_day(at), as_of=as_of)
    source = Source(more.pop("file_name", "list.csv"), "0" * 64)
    return import_reading(s, reading, known, source, actor=SYSTEM, at=at, **more)


def words(outcome: Outcome) -> str:
    """Return every flag of an import in words."""
    return "\n".join(flag["message"] for flag in outcome.flags)


def project(s: Session, name: str) -> Project:
    """Return the project with this name."""
    return s.scalars(select(Project).where(Project.name == name)).one()


def changes(s: Session, found: Project, field: str) -> list[tuple[str, str]]:
    """Return what the log says of a field of a project (not of its items), oldest first."""
    rows = s.scalars(
        select(Change)
        .where(Change.project_id == found.id, Change.field == field, Change.section != "item")
        .order_by(Change.id)
    )
    return [(row.before, row.after) for row in rows]
