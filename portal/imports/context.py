"""What the writing of one table needs to know, and what it gathers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from portal.imports.engine import Reading
from portal.imports.flags import Doubt
from portal.imports.notes import Notes
from portal.imports.own import OwnRow
from portal.imports.present import Present
from portal.imports.registers import Registers
from portal.imports.rows import Row
from portal.projects.models import Project
from portal.projects.record.bulk import Bulk
from portal.projects.schedule.models import ProgressReport
from portal.projects.schedule.rules import Scale

INSTEAD = {
    "status": ("percent", "progress", "name"),
    "percent": ("progress", "done", "name"),
    "progress": ("percent", "done", "name"),
    "done": ("progress", "percent", "sub"),
    "target": ("content", "sub", "name"),
    "code": ("name",),
    "due": ("item_due",),
}
"""Where a doubt is shown when the table has no such column."""


@dataclass
class Context:
    """What the writing of one table needs to know and gathers."""

    s: Session
    reading: Reading
    registers: Registers
    present: Present
    bulk: Bulk
    scale: Scale
    day: date
    notes: Notes
    keys: set[str]
    """By what the projects of the year are known already."""
    is_dry: bool = False
    """Nothing is sent to the database."""
    reports: list[ProgressReport] = field(default_factory=list)

    def settle(self, projects: Sequence[Project]) -> None:
        """Give new projects their ids: real ones, or in a dry run such as no project has."""
        if not self.is_dry:
            self.s.flush()
            return
        for n, project in enumerate(projects, 1):
            project.id = project.id or -n

    def flag(self, n: int, doubts: Sequence[tuple[str, Doubt]]) -> None:
        """Flag what has to be looked at in row `n`."""
        columns = self.reading.header.columns
        for key, doubt in doubts:
            near = (key, *INSTEAD.get(key, ()))
            self.notes.add(n, next((k for k in near if k in columns), key), doubt)

    def as_of(self, row: Row) -> date:
        """Return the day that a row's progress speaks of; never one to come."""
        own = row.as_of if isinstance(row, OwnRow) else None
        return min(own or self.reading.as_of, self.day)
