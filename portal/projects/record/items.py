"""What a report says is done of the project's items (子项): read, kept and compared.

A report carries them beside its own fields, under `items`: number of the item -> done, as
text. Publishing the report writes them to the items, so that quantities are typed once.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.language import N_
from portal.projects.fields import Section
from portal.projects.models import Item, Project
from portal.projects.record.values import typed, written
from portal.projects.sections import SECTIONS

REPORT = "report"
KEY = "items"
"""Under which name a report's draft carries them."""

DONE = SECTIONS["item"].field("done")


def of_project(s: Session, project: Project) -> list[Item]:
    """Return a project's items in its own order."""
    wanted = select(Item).where(Item.project_id == project.id)
    return list(s.scalars(wanted.order_by(Item.sort_order, Item.id)))


def reported(
    s: Session, project: Project, section: Section, after: Mapping[str, Any]
) -> dict[Item, Decimal]:
    """Return what a draft says is done of the project's items.

    Raises Invalid for a figure that is none, and for an item that is not (any more) its own.
    """
    said = after.get(KEY) if section.key == REPORT else None
    if not said:
        return {}
    own = {str(item.id): item for item in of_project(s, project)}
    if set(said) - set(own):
        raise Invalid(N_("填报涉及的子项已被删除，请重新填写。"), fields=(KEY,))
    found = {}
    for ident, value in said.items():
        done = typed(s, project.id, DONE, value)
        if done is None or done < 0:
            raise Invalid(N_("“%(label)s”不能是负数。"), fields=(KEY,), label=own[ident].name)
        found[own[ident]] = done
    return found


def as_they_are(
    s: Session, project: Project, section: Section, after: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the items that a draft speaks of say now, as the draft writes it."""
    said = after.get(KEY) if section.key == REPORT else None
    if not said:
        return {}
    now = {str(i.id): written(DONE, i.done) for i in of_project(s, project)}
    return {KEY: {ident: now.get(ident) for ident in said}}
