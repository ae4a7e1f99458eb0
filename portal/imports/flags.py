"""What a person should look at in an imported table, in words. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How sure the reader is of a cell that it flags."""

    UNDERSTOOD = "understood"
    """Read in a way that a person may want to check; the value was taken in."""
    UNCLEAR = "unclear"
    """Not sure; what was taken in, if anything, needs a look."""
    CONTRADICTION = "contradiction"
    """Two published facts do not agree; neither was corrected."""
    LEFT_OUT = "left-out"
    """Kept as original text only; no value was taken in."""


@dataclass(frozen=True)
class Doubt:
    """A flag that does not know its cell yet: message (Chinese, for the catalogue) and kind."""

    message: str
    kind: Kind
    params: dict[str, Any] = field(default_factory=dict)


def understood(message: str, **params: Any) -> Doubt:
    """Return a doubt about a value that was taken in as understood."""
    return Doubt(message, Kind.UNDERSTOOD, params)


def unclear(message: str, **params: Any) -> Doubt:
    """Return a doubt about something that needs a look."""
    return Doubt(message, Kind.UNCLEAR, params)


def contradiction(message: str, **params: Any) -> Doubt:
    """Return a doubt about published facts that do not agree."""
    return Doubt(message, Kind.CONTRADICTION, params)


def left_out(message: str, **params: Any) -> Doubt:
    """Return a doubt about a text that gave no value."""
    return Doubt(message, Kind.LEFT_OUT, params)


@dataclass(frozen=True)
class Flag:
    """A doubt with its cell: row as a spreadsheet counts (from 1), the column's header text and
    its index (from 0); '' and None when it is about the whole row."""

    row: int
    column: str
    index: int | None
    message: str
    params: dict[str, Any]
    kind: Kind

    @property
    def text(self) -> str:
        """The message in Chinese with its parameters, for the command line and the record."""
        return self.message % self.params if self.params else self.message
