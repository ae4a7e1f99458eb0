"""From a case to what the moderator is offered: a department, and personal data to mask."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.departments.queries import whole_register
from portal.moderation.routing import Suggestion, Unit, suggest
from portal.redaction import Proposal, apply, propose


@dataclass(frozen=True)
class Found:
    """Personal data found in a text, and the text with all of it masked."""

    proposals: list[Proposal]
    masked: str


def mask(text: str) -> Found:
    """Find personal data in `text` and offer the masked text."""
    proposals = propose(text)
    return Found(proposals, apply(text, proposals))


def departments(s: Session, case: Case) -> list[tuple[Suggestion, str]]:
    """Return suggested departments with their names, best first."""
    register = [d for d in whole_register(s) if d.is_active]
    names = {d.code: d.name for d in register}
    units = [
        Unit(
            d.code,
            d.name,
            tuple(alias.name for alias in d.aliases),
            tuple(duty.word for duty in d.duties),
        )
        for d in register
    ]
    project, category = case.project, case.category
    lead = project.department if project else None
    owner = category.department if category else None
    found = suggest(
        f"{case.title}\n{case.body}",
        units,
        project_lead=(lead.code, project.name) if lead else None,
        category_owner=(owner.code, category.name) if owner else None,
    )
    return [(one, names[one.department]) for one in found]
