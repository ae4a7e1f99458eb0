"""What an import changed of one project, so that it can be taken back."""

from dataclasses import dataclass, field
from typing import Any

from portal.projects.models import Project

Step = tuple[str, str, Any, dict[str, Any]]
"""'add', 'change' or 'remove'; the section; the row; what it said before."""


@dataclass
class Trace:
    """The steps taken on one project."""

    project: Project
    own: dict[str, Any] = field(default_factory=dict)
    """Columns that were changed -> what they said before."""
    steps: list[Step] = field(default_factory=list)
    is_new: bool = False
    """The whole project came with the import; it is taken back as a whole."""

    @property
    def is_used(self) -> bool:
        """Whether anything was changed."""
        return bool(self.own or self.steps)

    def added(self, section: str, row: Any) -> None:
        """Remember that a row was added."""
        self.steps.append(("add", section, row, {}))

    def changed(self, section: str, row: Any, before: dict[str, Any]) -> None:
        """Remember what a row said before; nothing when nothing was changed."""
        if before:
            self.steps.append(("change", section, row, before))

    def removed(self, section: str, row: Any, before: dict[str, Any]) -> None:
        """Remember a row that is gone."""
        self.steps.append(("remove", section, row, before))

    def kept(self) -> dict[str, Any]:
        """Return the trace as a batch keeps it; the rows must have their ids."""
        steps = [[act, section, row.id, before] for act, section, row, before in self.steps]
        return {"own": self.own, "steps": steps}
