"""What narrows the moderators' queue: its parameters, and the conditions they stand for.

A filter comes from an address or from a saved one. Whatever is absurd in it is left out: an
address that was cut or made up shows the queue, never an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, or_, select

from portal.cases.categories.models import Category
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.parts import CaseSuggestion
from portal.cases.risk import LEVEL_LABELS
from portal.cases.workflow import State
from portal.departments.models import Department
from portal.projects.models import Project
from portal.text import clean

REFERENCE = re.compile(r"\d{8}-\d{6}")
"""What a reference looks like; a search for one finds the case in whatever state it is."""

LONGEST = 60
"""Characters of a text in a filter that count."""

MOST_WORDS = 4
"""Words of a search that count; each is one look through the texts of a state."""

MOST_HOURS = 24 * 366
"""The longest age that can be asked for."""

NO_SUGGESTION = "-"
"""In place of a department's code: nothing points to any, or none has the case."""

SUGGESTED = frozenset({State.SUBMITTED})
"""States in which a department is only suggested."""


@dataclass(frozen=True)
class Filter:
    """One selection of the queue. Empty where nothing is asked for."""

    state: State = State.SUBMITTED
    kind: Kind | None = None
    risk: int | None = None
    group: str = ""
    """Code of a group of categories, or of a matter."""
    department: str = ""
    """Code of a department, or NO_SUGGESTION: of the one that is suggested for what nobody has
    sent anywhere yet (`SUGGESTED`), of the one that has the case in every other state."""
    project: str = ""
    """Code of a project, or a part of its name."""
    older: int | None = None
    """Hours since submission at least."""
    q: str = ""
    """A reference, or words of title, text and place."""
    late: bool = False
    """Past the time promised for screening, or for the answer once it was screened."""

    @property
    def reference(self) -> str | None:
        """The reference that is searched for, if that is what was typed."""
        return self.q if REFERENCE.fullmatch(self.q) else None

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the state is asked for."""
        return len(self.as_query()) > 1

    def as_query(self) -> dict[str, str]:
        """Return the parameters that make this very filter, those without meaning left out."""
        given = {
            "state": self.state.value,
            "kind": self.kind.value if self.kind else "",
            "risk": "" if self.risk is None else str(self.risk),
            "group": self.group,
            "department": self.department,
            "project": self.project,
            "older": str(self.older or ""),
            "late": "yes" if self.late else "",
            "q": self.q,
        }
        return {name: value for name, value in given.items() if value}

    def as_text(self) -> str:
        """Return the parameters as one text, as pages of a case carry them along."""
        return urlencode(self.as_query())


def read(given: Mapping[str, Any]) -> Filter:
    """Return the filter that parameters ask for."""
    text = {name: _text(given.get(name)) for name in ("state", "kind", "group", "department")}
    state, kind = text["state"], text["kind"]
    return Filter(
        state=State(state) if state in list(State) else State.SUBMITTED,
        kind=Kind(kind) if kind in list(Kind) else None,
        risk=_number(given.get("risk"), 0, max(LEVEL_LABELS)),
        group=text["group"],
        department=text["department"],
        project=_text(given.get("project")),
        older=_number(given.get("older"), 1, MOST_HOURS),
        late=given.get("late") == "yes",
        q=_text(given.get("q")),
    )


def read_text(query: str | None) -> Filter:
    """Return the filter that `Filter.as_text` wrote."""
    return read(dict(parse_qsl((query or "")[:1000])))


def conditions(chosen: Filter, at: datetime) -> list[ColumnElement[bool]]:
    """Return what must hold of a case of the selection, its state and risk left aside."""
    found: list[ColumnElement[bool]] = []
    if chosen.kind:
        found.append(Case.kind == chosen.kind)
    if chosen.group:
        inside = or_(Category.parent_code == chosen.group, Category.code == chosen.group)
        found.append(Case.category_code.in_(select(Category.code).where(inside)))
    if chosen.department:
        is_suggested = chosen.state in SUGGESTED
        found.append((_suggested if is_suggested else _held)(chosen.department))
    if chosen.project:
        named = Project.name.icontains(chosen.project, autoescape=True)
        ours = select(Project.id).where(or_(Project.code == chosen.project, named))
        found.append(Case.project_id.in_(ours))
    if chosen.older:
        found.append(Case.submitted_at <= at - timedelta(hours=chosen.older))
    if chosen.late:
        found.append(is_late(chosen.state, at))
    return found + [_says(word) for word in chosen.q.split()[:MOST_WORDS]]


def is_late(state: State, at: datetime) -> ColumnElement[bool]:
    """Return the condition of a case in this state that its promised time has run out."""
    return (Case.screen_due_at if state is State.SUBMITTED else Case.due_at) < at


def _suggested(code: str) -> ColumnElement[bool]:
    pointed = select(CaseSuggestion.case_id).join(CaseSuggestion.department)
    if code == NO_SUGGESTION:
        return Case.id.not_in(pointed)
    return Case.id.in_(pointed.where(Department.code == code))


def _held(code: str) -> ColumnElement[bool]:
    if code == NO_SUGGESTION:
        return Case.department_id.is_(None)
    return Case.department_id.in_(select(Department.id).where(Department.code == code))


def _says(word: str) -> ColumnElement[bool]:
    texts = (Case.title, Case.body, Case.place)
    return or_(*(text.icontains(word, autoescape=True) for text in texts))


def _text(value: Any) -> str:
    return clean(value)[:LONGEST].strip() if isinstance(value, str) else ""


def _number(value: Any, least: int, most: int) -> int | None:
    text = str(value) if isinstance(value, str | int) else ""
    is_number = text.isascii() and text.isdigit() and len(text) < 7
    return int(text) if is_number and least <= int(text) <= most else None
