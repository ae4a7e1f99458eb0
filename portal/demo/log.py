"""The public log of the invented county: what changed when, written in the order of time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.projects.models import Project
from portal.projects.record.models import Change
from portal.projects.record.values import told, written
from portal.projects.sections import OWN, OWN_FIELDS, SECTIONS

REVIEWER = "moderator1"
"""Who published what the departments handed in."""

_OWN = {field.name: field for field in OWN_FIELDS}


class Log:
    """Collects what changed, project by project, and writes it once at the end.

    `record.actions.apply` logs each change as it happens; two years of them in one go would
    take a minute, so the rows are written directly and this keeps the log they would have left.
    """

    def __init__(self, s: Session) -> None:
        """Begin an empty log."""
        self.s = s
        self.entries: list[Change] = []

    def row(self, project: Project, key: str, row: Any, at: datetime, *names: str) -> None:
        """Log a row as it was added: the named fields, or all that are filled."""
        section = SECTIONS[key]
        title = section.field(section.title)
        called = told(self.s, title, written(title, getattr(row, title.name)))[:80]
        for field in section.fields:
            if names and field.name not in names:
                continue
            after = told(self.s, field, written(field, getattr(row, field.name, None)))
            if after and after != "no":
                self._add(project, at, key, called, field.name, "", after)

    def own(
        self, project: Project, at: datetime, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        """Log what followed for the project itself."""
        for name, value in after.items():
            field = _OWN[name]
            old, new = (told(self.s, field, written(field, v)) for v in (before.get(name), value))
            if old != new:
                self._add(project, at, OWN, "", name, old, new)

    def change(
        self, project: Project, at: datetime, key: str, row: str, field: str, *values: str
    ) -> None:
        """Log that a field of a row went from one value to another."""
        self._add(project, at, key, row, field, *values)

    def write(self) -> None:
        """Put all of it on record, the oldest first."""
        self.s.add_all(sorted(self.entries, key=lambda entry: entry.at))
        self.s.flush()

    def _add(
        self, project: Project, at: datetime, key: str, row: str, field: str, old: str, new: str
    ) -> None:
        self.entries.append(
            Change(
                project_id=project.id,
                at=at,
                actor=REVIEWER,
                organisation=project.department_text,
                section=key,
                row=row,
                field=field,
                before=old,
                after=new,
            )
        )
