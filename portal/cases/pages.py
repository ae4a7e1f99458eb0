"""What the staff pages of a case have in common, whichever room shows them."""

from typing import Any

from portal import clock
from portal.cases.deadlines import LIGHT_LABELS, LIGHT_TONES, light
from portal.cases.intake import masked_contact
from portal.cases.kinds import KIND_LABELS, REJECT_REASONS, RESOLVED_LABELS
from portal.cases.models import Case
from portal.cases.visibility import STEPS
from portal.cases.workflow import (
    ACTION_LABELS,
    OPEN,
    STATE_LABELS,
    STATE_TONES,
    VISIBILITY_LABELS,
    State,
    available,
)
from portal.ratings.rules import LEVEL_LABELS
from portal.security import ROLE_LABELS, Actor

LABELS: dict[str, Any] = {
    "kind_labels": KIND_LABELS,
    "state_labels": STATE_LABELS,
    "state_tones": STATE_TONES,
    "visibility_labels": VISIBILITY_LABELS,
    "resolved_labels": RESOLVED_LABELS,
    "level_labels": LEVEL_LABELS,
    "action_labels": ACTION_LABELS,
    "role_labels": ROLE_LABELS,
    "reject_reasons": REJECT_REASONS,
    "light_labels": LIGHT_LABELS,
    "light_tones": LIGHT_TONES,
}
"""The words that every staff page of cases needs."""


def list_context(cases: list[Case]) -> dict[str, Any]:
    """Return what a list of cases needs beside its rows: each one's age and light."""
    at = clock.now()
    return LABELS | {
        "ages": {c.id: (at - c.submitted_at).days for c in cases},
        "lights": {c.id: _light(c, at) for c in cases},
    }


def case_context(case: Case, actor: Actor) -> dict[str, Any]:
    """Return what a staff page of one case needs."""
    at = clock.now()
    return LABELS | {
        "case": case,
        "steps": STEPS,
        "acts": {action.value for action in available(case, actor)},
        "seen": case.events[-1].id,
        "contact": masked_contact(case),
        "light": _light(case, at),
        "age": (at - case.submitted_at).days,
    }


def _light(case: Case, at: Any) -> str:
    """A case still to be screened runs against the screening time, then the promised day."""
    due = case.screen_due_at if case.state is State.SUBMITTED else case.due_at
    return light(due if case.state in OPEN else None, at)
