"""The parts that the table of sections is made of: kinds of fields, fields, sections. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SHORT, MIDDLE, LONG = 60, 200, 2000
"""Most characters of a name, of a line and of a text."""


class Kind(StrEnum):
    """How a field is filled in, kept in a draft and shown."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    MONEY = "money"  # typed in 万元, kept in 分
    DECIMAL = "decimal"
    PERCENT = "percent"
    WHOLE = "whole"
    TRUTH = "truth"
    CHOICE = "choice"
    DEPARTMENT = "department"
    DEPARTMENTS = "departments"
    LEADER = "leader"
    TOWN = "town"
    ITEM = "item"
    SOURCE = "source"
    MILESTONE = "milestone"
    REVISIT = "revisit"
    CHECKLIST = "checklist"
    PHOTO = "photo"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Field:
    """One field: column name, label, kind, and what a form demands of it."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    longest: int = MIDDLE
    choices: Mapping[Any, str] = field(default_factory=dict)
    hint: str = ""
    is_fixed: bool = False
    """Filled in once; afterwards only a decision changes it."""
    decimals: int = 4
    """Most digits after the point of a DECIMAL."""

    @property
    def places(self) -> int:
        """Digits after the point that are kept of what is typed."""
        return {Kind.PERCENT: 2, Kind.DECIMAL: self.decimals}.get(self.kind, 0)


@dataclass(frozen=True)
class Section:
    """One kind of row, with the field that tells rows apart."""

    key: str
    label: str
    group: str
    model: type[Any]
    fields: tuple[Field, ...]
    title: str
    order: tuple[str, ...] = ("id",)
    always: Mapping[str, Any] = field(default_factory=dict)
    """Columns that every row of the section holds, where two sections share a model."""
    is_single: bool = False
    """A project has at most one row of it."""
    is_added_only: bool = False
    """Published rows are history: neither changed nor removed."""

    def field(self, name: str) -> Field:
        """Return a field by name. Raises KeyError."""
        return {f.name: f for f in self.fields}[name]
