"""What narrows the inspectors' list of cases: its parameters, and what they ask for."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from portal.cases.models import Case
from portal.cases.workflow import OPEN, State
from portal.departments.models import Department

OFTEN = 2
"""Returns from which on a case counts as pushed about (推诿)."""

SHOWN = ("all", "overdue", "disputed", "returned", "conflicted")
"""What the list of cases can be narrowed to, beside a state."""

MOST_WORDS = 4
"""Words of a search that count; each is one look through the texts."""

_REFERENCE = re.compile(r"\d{8}-\d{6}")


@dataclass(frozen=True)
class Narrowing:
    """One selection of the list. Empty where nothing is asked for; what is absurd is left out."""

    show: str = "all"
    state: State | None = None
    department: str = ""
    """Code of the department that has the case."""
    q: str = ""
    """A reference, or words of title, text and place."""

    @classmethod
    def read(
        cls, show: str | None, state: str | None, department: str | None, q: str | None
    ) -> "Narrowing":
        """Return the selection that parameters ask for."""
        return cls(
            show=show if show in SHOWN else "all",
            state=State(state) if state in list(State) else None,
            department=department or "",
            q=q or "",
        )

    def as_query(self) -> dict[str, Any]:
        """Return the parameters that make this very selection."""
        given = {"state": self.state and self.state.value, "department": self.department}
        return {"show": self.show} | {k: v for k, v in (given | {"q": self.q}).items() if v}

    def conditions(self, at: datetime) -> list[ColumnElement[bool]]:
        """Return what must hold of a case of the selection.

        A reference finds its case by its index, whatever else is asked for.
        """
        if _REFERENCE.fullmatch(self.q):
            return [Case.reference == self.q]
        found = shown(self.show, at)
        if self.state:
            found.append(Case.state == self.state)
        if self.department:
            unit = select(Department.id).where(Department.code == self.department)
            found.append(Case.department_id.in_(unit))
        return found + [_says(word) for word in self.q.split()[:MOST_WORDS]]


def shown(show: str, at: datetime) -> list[ColumnElement[bool]]:
    """Return what holds of the cases that one of `SHOWN` has."""
    return {
        "all": [],
        "overdue": [and_(Case.state.in_(OPEN), Case.due_at < at)],
        "disputed": [Case.state == State.DISPUTED],
        "returned": [Case.returns >= OFTEN],
        "conflicted": [Case.is_conflicted.is_(True)],
    }[show]


def _says(word: str) -> ColumnElement[bool]:
    texts = (Case.title, Case.body, Case.place)
    return or_(*(text.icontains(word, autoescape=True) for text in texts))
