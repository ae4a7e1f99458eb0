"""Writing many projects at once, as an import does: the same log as `record.actions.apply` writes,
with standings and search renewed once at the end.

Whoever writes like this has to keep what `checks` demands of single rows; nothing is asked here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.projects.fields import Field, Kind
from portal.projects.models import Project
from portal.projects.record.models import Change
from portal.projects.record.values import NAMED, differ, row_values, told, written
from portal.projects.schedule.standings import renew
from portal.projects.search import index
from portal.projects.sections import OWN, OWN_FIELDS, SECTIONS
from portal.security import Actor

Values = dict[str, Any]
"""Name of a field or column -> its value as a draft would write it (`record.values`)."""

_NAMES = (Kind.DEPARTMENT, Kind.LEADER, Kind.TOWN)
_COLUMNS: dict[str, tuple[str, Field]] = {f.name: (OWN, f) for f in OWN_FIELDS} | {
    f.name: ("promise", f) for f in SECTIONS["promise"].fields
}
"""Public column of a project -> the section the log keeps it under, and its field."""


class Bulk:
    """Changes projects and their rows, and remembers every public field that changed."""

    def __init__(self, s: Session, *, actor: Actor, organisation: str, at: datetime) -> None:
        self.s, self.actor, self.organisation, self.at = s, actor, organisation, at
        self._log: list[tuple[Project, dict[str, str]]] = []
        self._names: dict[Kind, dict[Any, str]] = {}
        for kind in _NAMES:
            model, column = NAMED[kind]
            key = model.__mapper__.primary_key[0]
            self._names[kind] = dict(s.execute(select(key, getattr(model, column))).all())

    def created(self, project: Project, names: Iterable[str]) -> None:
        """Log what these columns of a project that has just been made say."""
        for name in names:
            self._column(project, name, None, getattr(project, name))

    def set(self, project: Project, columns: Mapping[str, Any]) -> Values:
        """Write the columns that differ; return what they said before."""
        before: Values = {}
        for name, value in columns.items():
            old = getattr(project, name)
            if old != value:
                before[name] = written(_field(name), old)
                setattr(project, name, value)
                self._column(project, name, old, value)
        return before

    def add(self, project: Project, key: str, row: Any) -> Any:
        """Add a row to a section of a project that has its id; return the row."""
        row.project_id = project.id
        self.s.add(row)
        self._fields(project, key, row, {})
        return row

    def change(self, project: Project, key: str, row: Any, columns: Mapping[str, Any]) -> Values:
        """Write the columns of a row that differ; return what they said before."""
        section = SECTIONS[key]
        before = row_values(section, row)
        different = {n: v for n, v in columns.items() if getattr(row, n) != v}
        was = {n: written(Field(n, n), getattr(row, n)) for n in different}
        for name, value in different.items():
            setattr(row, name, value)
        self._fields(project, key, row, before)
        return was | {name: before[name] for name in different if name in before}

    def remove(self, project: Project, key: str, row: Any) -> Values:
        """Take a row away; return what it said."""
        section = SECTIONS[key]
        self._entry(project, key, self._title(key, row), "", "", "")
        self.s.delete(row)
        return row_values(section, row)

    def gone(self, project: Project) -> None:
        """Log that a whole project went."""
        self._entry(project, "promise", project.name[:80], "", "", "")

    def finish(self, projects: Iterable[Project]) -> None:
        """Write the log, and renew standing and search of what everybody sees."""
        self.s.flush()
        listed = [p for p in projects if p.withdrawn_at is None]
        rows = [{"project_id": project.id, **entry} for project, entry in self._log]
        if rows:
            self.s.execute(insert(Change), rows)
        self._log.clear()
        renew(self.s, listed, local_day(self.at))
        index(self.s, listed)

    def _fields(self, project: Project, key: str, row: Any, before: Values) -> None:
        section, title = SECTIONS[key], self._title(key, row)
        for field in section.fields:
            old = before.get(field.name)
            new = written(field, getattr(row, field.name, None))
            if differ(old, new):
                self._entry(project, key, title, field.name, *self._both(field, old, new))

    def _column(self, project: Project, name: str, old: Any, new: Any) -> None:
        if name not in _COLUMNS:
            return
        section, field = _COLUMNS[name]
        before, after = written(field, old), written(field, new)
        if not differ(before, after):
            return
        row = project.name[:80] if section != OWN else ""
        self._entry(project, section, row, name, *self._both(field, before, after))

    def _both(self, field: Field, old: Any, new: Any) -> tuple[str, str]:
        return self._told(field, old), self._told(field, new)

    def _told(self, field: Field, value: Any) -> str:
        """Do what `values.told` does, without asking the database for each name."""
        if field.kind in self._names:
            return self._names[field.kind].get(value, "")
        return told(self.s, field, value)

    def _title(self, key: str, row: Any) -> str:
        field = SECTIONS[key].field(SECTIONS[key].title)
        return self._told(field, written(field, getattr(row, field.name)))[:80]

    def _entry(
        self, project: Project, section: str, row: str, field: str, before: str, after: str
    ) -> None:
        entry = {"section": section, "row": row, "field": field, "before": before, "after": after}
        common = {"at": self.at, "actor": self.actor.name, "organisation": self.organisation}
        self._log.append((project, common | entry))


def _field(name: str) -> Field:
    """Return the field of a column; what is not public is written as any text."""
    return _COLUMNS[name][1] if name in _COLUMNS else Field(name, name)
