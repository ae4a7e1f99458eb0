"""A row of a section as it would be, and how it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.projects.fields import Section
from portal.projects.models import Item, Project


@dataclass(frozen=True)
class Proposal:
    """A row as it would be: the project, the row changed (None when added), the values."""

    s: Session
    project: Project
    section: Section
    target: Any | None
    values: Mapping[str, Any]
    day: date
    done: Mapping[Item, Decimal] = field(default_factory=dict)
    """What a report says is done of the project's items, where it says so."""


def invalid(message: str, *fields: str, **params: Any) -> Invalid:
    """Make the refusal of what these fields say."""
    return Invalid(message, fields=fields, **params)
